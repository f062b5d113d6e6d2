"""Plays the sources on loopback, each below a folder named after its host, in its wire format.

Goes in: a day and the bundled publications. Comes out: HTTP answers. The day may be changed while it runs; each request reads it once.
The repository gives no validators, the council's site does, as the real ones are believed to.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, unquote, urlsplit

from crawler.replay import render_council as council
from crawler.replay.cql import QueryError, search
from crawler.replay.library import DAYS, FILES, Publication, load, on_day
from crawler.replay.render_html import render_html
from crawler.replay.render_metadata import render_metadata, render_metadata_owms
from crawler.replay.render_opxml import render_opxml
from crawler.replay.render_sru import Request, manifestations, render_diagnostic, render_page
from db.errors import UsageError

REPOSITORY = "repository.overheid.nl"
PUBLIC_SITE = "zoek.officielebekendmakingen.nl"
_TYPES = {
    "html": "text/html; charset=utf-8", "xml": "application/xml", "metadata": "application/xml", "metadataowms": "application/xml",
    "pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "json": "application/json",
}  # fmt: skip
_LARGEST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    media: str = _TYPES["html"]
    headers: Mapping[str, str] = field(default_factory=dict)


_NOT_FOUND = Answer(404, b"<html><head><title>404</title></head><body><h1>Pagina niet gevonden</h1></body></html>")


def render(publication: Publication, kind: str) -> bytes:
    """The bytes of one manifestation: `xml`, `html`, `metadata`, `metadataowms` now, `pdf` and `docx` as they were built."""
    match kind:
        case "xml":
            return render_opxml(publication)
        case "html":
            return render_html(publication)
        case "metadata":
            return render_metadata(publication)
        case "metadataowms":
            return render_metadata_owms(publication)
    return (FILES / f"{publication.stem}.{kind}").read_bytes()


class Replay:
    """The sources as they stand on a day, on a loopback port.

    Args:
        day: 1 or 2; day two is day one with its changes.
        port: 0 takes a free one.
        platform: which of the two platforms the councils' sites run on.

    Raises:
        UsageError: there is no such day.
    """

    def __init__(self, day: int = 1, port: int = 0, platform: Literal["new", "old"] = "new") -> None:
        self._all = load()
        self._platform = platform
        self.day = day
        self.requests: list[str] = []
        """Method and path of every request so far."""
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
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
        repository = f"{self.root}/{REPOSITORY}"
        return {
            "koop": {"sru": f"{repository}/sru", "repository": f"{repository}/frbr/", "site": f"{self.root}/{PUBLIC_SITE}/"},
            "councils": {site: f"{self.root}/{council.host(site)}/" for site in council.NAMES},
        }

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
        if host == REPOSITORY:
            return self._sru(query) if path == "sru" else self._file(path)
        if host == PUBLIC_SITE:
            return self._public(path)
        for site in council.NAMES:
            if host == council.host(site):
                return self._council(site, method, f"/{path}", query, body)
        return _NOT_FOUND

    def _sru(self, query: dict[str, str]) -> Answer:
        text = query.get("query", "")
        try:
            request = Request(text, int(query.get("startRecord", "1")), min(int(query.get("maximumRecords", "10")), _LARGEST_PAGE))
        except ValueError as error:
            return Answer(200, render_diagnostic(6, "Unsupported parameter value", str(error), Request(text, 1, 10)), _TYPES["xml"])
        try:
            _check(query, request)
            found = search(text, tuple(item for item in self._shown if item.koop))
            if found and request.start > len(found):
                raise QueryError(61, "First record position out of range", str(request.start))
        except QueryError as error:
            return Answer(200, render_diagnostic(error.code, error.message, error.details, request), _TYPES["xml"])
        return Answer(200, render_page(found, request), _TYPES["xml"])

    def _file(self, path: str) -> Answer:
        for publication in self._shown:
            if publication.koop:
                for kind, known in manifestations(publication).items():
                    if path == known:
                        return Answer(200, render(publication, kind), _TYPES[kind])
        return _NOT_FOUND

    def _public(self, path: str) -> Answer:
        match = re.fullmatch(r"([\w-]+)(?:\.(html|xml|pdf)|/metadata\.xml)", path)
        if match is None:
            return _NOT_FOUND
        kind = match[2] or "metadata"
        for publication in self._shown:
            if publication.koop and publication.id == match[1] and kind in manifestations(publication):
                return Answer(200, render(publication, kind), _TYPES[kind])
        return _NOT_FOUND

    def _council(self, site: str, method: str, path: str, query: dict[str, str], body: bytes) -> Answer:
        new = self._platform == "new"
        pages = [item for item in self._shown if item.council and item.council.site == site]
        if path == "/api/search" and new:
            return self._council_search(pages, method, body, site)
        answers = {
            "/": lambda: council.render_home(site),
            "/publicaties": lambda: council.render_list(pages, site, int(query.get("pagina", "1"))),
        }
        if path in answers:
            return Answer(200, answers[path]())
        if path == "/robots.txt":
            return Answer(200, f"User-agent: *\nDisallow:\nSitemap: {council.origin(site)}/sitemap.xml\n".encode(), "text/plain")
        if path == "/sitemap.xml":
            return Answer(200, council.render_sitemap_index(site) if new else council.render_sitemap(pages, site), _TYPES["xml"])
        if path == "/sitemap/1.xml" and new:
            return Answer(200, council.render_sitemap(pages, site), _TYPES["xml"])
        for publication in pages:
            validators = {"Last-Modified": format_datetime(publication.changed)}
            if path == council.page_of(publication).path:
                return Answer(200, council.render_detail(publication), headers=_tagged(council.render_detail(publication), validators))
            for kind, known in council.file_paths(publication).items():
                if path == known:
                    found = render(publication, kind)
                    return Answer(200, found, _TYPES[kind], _tagged(found, validators))
        return _NOT_FOUND

    def _council_search(self, pages: list[Publication], method: str, body: bytes, site: str) -> Answer:
        if method != "POST":
            return Answer(405, b'{"ok":false,"error":"method not allowed"}', _TYPES["json"])
        try:
            asked: Any = json.loads(body)
        except ValueError:
            asked = None
        status, found = council.render_search(pages, asked if isinstance(asked, dict) else {}, site)
        return Answer(status, found, _TYPES["json"])


def _check(query: dict[str, str], request: Request) -> None:
    schema = query.get("recordSchema", "gzd")
    if schema not in ("gzd", "http://standaarden.overheid.nl/sru/"):
        raise QueryError(6, "Unsupported parameter value", f"recordSchema {schema}")
    if query.get("operation", "searchRetrieve") != "searchRetrieve":
        raise QueryError(4, "Unsupported operation", query["operation"])
    if request.start < 1 or request.maximum < 0:
        raise QueryError(6, "Unsupported parameter value", "startRecord counts from 1, maximumRecords from 0")


def _tagged(body: bytes, headers: dict[str, str]) -> dict[str, str]:
    return headers | {"ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'}


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
            tag = answer.headers.get("ETag")
            # If-None-Match decides alone where both validators are sent (RFC 9110, 13.2.2).
            if_none_match = self.headers.get("If-None-Match")
            if if_none_match is not None:
                unchanged = tag is not None and tag in if_none_match
            else:
                unchanged = "Last-Modified" in answer.headers and self.headers.get("If-Modified-Since") == answer.headers["Last-Modified"]
            self.send_response(304 if unchanged else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if not unchanged:
                self.send_header("Content-Type", answer.media)
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if method != "HEAD" and not unchanged:
                self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet; `Replay.requests` holds what was asked."""

    return Handler
