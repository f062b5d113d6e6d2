"""Datasette plugin: the feeds as files under /feeds/, and requests that are refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import Request, Response

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_TYPES = {".atom": "application/atom+xml; charset=utf-8"}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z]+")


class Plugin:
    """The hooks, with the folder that holds the feeds."""

    __name__ = "kamerspoor"

    def __init__(self, feeds: Path) -> None:
        self._feeds = feeds

    @hookimpl  # type: ignore[untyped-decorator]
    def register_routes(self) -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
        """`/feeds/<name>`: a feed, not sent again to a reader that has it."""

        async def feed(request: Request) -> Response:
            name = request.url_vars["name"]
            path = self._feeds / name
            if not _NAME.fullmatch(name) or path.suffix not in _TYPES or not path.is_file():
                return Response.text("Deze feed bestaat niet", status=404)
            body = path.read_bytes()
            tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            headers = {"ETag": tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
            if request.headers.get("if-none-match") == tag:
                return Response("", status=304, headers=headers)
            return Response(body.decode(), content_type=_TYPES[path.suffix], headers=headers)

        return [(r"^/feeds/(?P<name>[^/]+)$", feed)]

    @hookimpl  # type: ignore[untyped-decorator]
    def asgi_wrapper(self) -> Callable[[App], App]:
        """Refuse paths with a backslash: Datasette 0.65 answers "/\\host" with a redirect that browsers follow to another host."""

        def wrap(app: App) -> App:
            async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
                raw = scope.get("raw_path") or b""
                if scope["type"] == "http" and ("\\" in scope["path"] or b"%5c" in raw.lower() or scope["path"].startswith("//")):
                    await Response.text("Ongeldig adres", status=400).asgi_send(send)
                    return
                await app(scope, receive, send)

            return guarded

        return wrap
