"""Datasette plugin: the feeds under /feeds/, the pause links of mails under /pause/, and requests that are refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.utils.asgi import Request, Response

from db.browse import feeds, pause, site

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Plugin:
    """The hooks, with what they serve beside the database."""

    __name__ = "kamerspoor"

    def __init__(self, feeds: Path, database: Path, now: Callable[[], datetime], secret: str | None = None) -> None:
        """Take the folder of the feeds, the database, the clock, and what signs the links in mails."""
        self._feeds = feeds
        self._database = database
        self._now = now
        self._secret = secret

    @hookimpl  # type: ignore[untyped-decorator]
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """`/feeds/`, `/feeds/<name>`, `/pause/<token>`, and our pages."""

        def list_feeds() -> Response:
            return feeds.index(self._feeds)

        def one_feed(request: Request) -> Response:
            return feeds.feed(self._feeds, request.url_vars["name"], request)

        async def paused(request: Request) -> Response:
            return await pause.answer(self._database, self._secret, request.url_vars["token"], request, self._now())

        return [
            (r"^/feeds/?$", list_feeds),
            (r"^/feeds/(?P<name>[^/]+)$", one_feed),
            (r"^/pause/(?P<token>[A-Za-z0-9_.-]{1,4000})$", paused),
            *site.routes(self._database.stem, self._now),
        ]

    @hookimpl  # type: ignore[untyped-decorator]
    def skip_csrf(self, scope: Scope) -> bool:
        """Mail programs press the button without our page; the signed link is what they may do it with."""
        return str(scope["path"]).startswith("/pause/")

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
