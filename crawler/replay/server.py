"""Plays the sources on loopback, each below a folder named after its host, in its wire format.

Goes in: a day and the bundled publications. Comes out: HTTP answers. The day may be changed while it runs; each request reads it once.
"""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.replay.library import DAYS, Publication, load, on_day
from crawler.replay.play_councils import CouncilsPlayer, Platform
from crawler.replay.play_koop import KoopPlayer
from crawler.replay.play_open_overheid import OpenOverheidPlayer
from crawler.replay.play_raadvanstate import RaadVanStatePlayer
from crawler.replay.play_rijksoverheid import RijksoverheidPlayer
from crawler.replay.play_tweedekamer import TweedeKamerPlayer
from crawler.replay.play_wodc import WodcPlayer
from crawler.replay.player import NOT_FOUND, Answer, Asked, Player
from db.errors import UsageError


class _Server(ThreadingHTTPServer):
    """A server that says nothing of a client that went away in the middle of an answer."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say what broke, unless it was the client."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Replay:
    """The sources as they stand on a day, on a loopback port.

    Args:
        day: 1 or 2; day two is day one with its changes.
        port: 0 takes a free one.
        platform: which of the two platforms the councils' sites run on.

    Raises:
        UsageError: there is no such day.
    """

    def __init__(self, day: int = 1, port: int = 0, platform: Platform = "new") -> None:
        self._all = load()
        self._players: tuple[Player, ...] = (
            KoopPlayer(), CouncilsPlayer(platform), OpenOverheidPlayer(), RaadVanStatePlayer(), RijksoverheidPlayer(), TweedeKamerPlayer(),
            WodcPlayer(),
        )  # fmt: skip
        self.day = day
        self.requests: list[str] = []
        """Method and path of every request so far."""
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def day(self) -> int:
        """The day that is played."""
        return self._day

    @day.setter
    def day(self, day: int) -> None:
        if day not in DAYS:
            raise UsageError(f"there is no day {day}; choose one of {sorted(DAYS)}")
        self._shown = on_day(self._all, day)
        self._day = day

    @property
    def root(self) -> str:
        """Address of the server, without a slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def base_urls(self) -> dict[str, dict[str, str]]:
        """Base addresses by source and endpoint, to be handed to the sources; links in the answers name the real hosts."""
        return {player.source: player.base_urls(self.root) for player in self._players}

    def shown(self) -> tuple[Publication, ...]:
        """The publications of the day in the form that is shown."""
        return self._shown

    def start(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def wait(self) -> None:
        """Block until `stop` is called."""
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def answer(self, method: str, target: str, body: bytes = b"") -> Answer:
        """The answer to one request; `target` is the path with its query."""
        self.requests.append(f"{method} {target}")
        parts = urlsplit(target)
        host, _, path = unquote(parts.path).lstrip("/").partition("/")
        query = {name: found[-1] for name, found in parse_qs(parts.query, keep_blank_values=True).items()}
        if host == "robots.txt":
            return Answer(200, b"User-agent: *\nDisallow:\n", "text/plain")
        shown = self._shown
        for player in self._players:
            if host in player.hosts:
                return player.answer(Asked(method, host, path, query, body), shown)
        return NOT_FOUND


def _handler(replay: Replay) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply("GET")

        def do_HEAD(self) -> None:
            self._reply("HEAD")

        def do_POST(self) -> None:
            self._reply("POST")

        def _reply(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = replay.answer(method, self.path, body)
            unchanged = self._is_unchanged(answer)
            self.send_response(304 if unchanged else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if not unchanged:
                self.send_header("Content-Type", answer.media)
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if method != "HEAD" and not unchanged:
                self.wfile.write(answer.body)

        def _is_unchanged(self, answer: Answer) -> bool:
            """Whether the client has it already. If-None-Match decides alone where both are sent (RFC 9110, 13.2.2)."""
            tags, since = self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")
            if tags is not None:
                return "ETag" in answer.headers and answer.headers["ETag"] in tags
            return since is not None and since == answer.headers.get("Last-Modified")

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet; `Replay.requests` holds what was asked."""

    return Handler
