"""A server on loopback that plays a publisher, and a crawl in a child process."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Reply:
    """What the server answers."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    short_by: int = 0
    """Bytes that the declared length promises and the answer does not have."""


@dataclass(frozen=True)
class Asked:
    """One request that the server saw."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes


class Server:
    """A publisher on loopback: `answer` decides, `asked` remembers."""

    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.command, parts.path, parse_qs(parts.query), {k.lower(): v for k, v in self.headers.items()}, body)
                outer.asked.append(asked)
                reply = outer.answer(asked)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.status != 304:
                    self.send_header("Content-Length", str(len(reply.body) + reply.short_by))
                self.end_headers()
                self.wfile.write(reply.body)
                if reply.short_by:
                    self.close_connection = True

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def paths(self) -> list[str]:
        """The paths asked for, in order."""
        return [asked.path for asked in self.asked]

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Asked], Reply]], Server]]:
    """Start servers; they end with the test."""
    servers: list[Server] = []

    def start(answer: Callable[[Asked], Reply]) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def reply() -> type[Reply]:
    """The type of an answer."""
    return Reply


@pytest.fixture(scope="session")
def server_class() -> type[Server]:
    """For fixtures that live longer than a test; they close what they start."""
    return Server


@pytest.fixture(scope="session")
def crawl_many() -> Callable[..., list[dict[str, Any]]]:
    """Several crawls on one runner in one child process; gives their outcomes."""

    def run(jobs: list[dict[str, Any]], *, together: bool = False) -> list[dict[str, Any]]:
        command = [sys.executable, str(Path(__file__).with_name("crawl_many.py")), json.dumps({"jobs": jobs, "together": together})]
        ended = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False)
        assert ended.returncode == 0, ended.stderr
        outcomes: list[dict[str, Any]] = json.loads(ended.stdout)
        return outcomes

    return run


@pytest.fixture(scope="session")
def run_crawl() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`python -m crawler.run` in a child process."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "crawler.run", *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=90, check=False)

    return run
