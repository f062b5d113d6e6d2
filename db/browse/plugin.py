"""Datasette plugin: the feeds under /feeds/, the pause links of mails under /pause/, and requests that are refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Request, Response
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader

from db.browse import feeds, guard, html, packed, pause, site
from db.browse.corrections_form import Form
from db.browse.guard import App, Scope
from db.browse.office import Holder
from db.browse.search import Searcher
from db.browse.selection import Calendar
from db.browse.verdicts import Gate


class Plugin:
    """The hooks, with what they serve beside the database."""

    __name__ = "kamerspoor"

    def __init__(
        self,
        feeds: Path,
        database: Path,
        now: Callable[[], datetime],
        secret: str | None = None,
        hosts: Iterable[str] | None = None,
        holders: Sequence[Holder] = (),
        calendar: Calendar | None = None,
        token: str | None = None,
    ) -> None:
        """Take what the pages show and what is allowed.

        Args:
            now: the clock, in UTC.
            secret: signs the links in mails; without it there are none.
            hosts: the names we answer to; None for any.
            holders: who held which office.
            calendar: makes the calendar of the promises that a page shows; without it there is none.
            token: who knows it may contradict what was read; without it nobody may.
        """
        self._feeds = feeds
        self._database = database
        self._now = now
        self._secret = secret
        self._hosts = hosts
        self._holders = holders
        self._calendar = calendar
        self._searcher = Searcher()
        self._form = Form(database, None if token is None else Gate(token), now)

    @hookimpl  # type: ignore[untyped-decorator]
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """`/feeds/`, `/feeds/<name>`, `/pause/<token>`, and our pages."""

        def list_feeds() -> Response:
            return feeds.index(self._feeds)

        def one_feed(request: Request) -> Response:
            return feeds.feed(self._feeds, request.url_vars["name"], request)

        async def paused(request: Request) -> Response:
            return await pause.answer(self._database, self._secret, request.url_vars["token"], request, self._now())

        async def corrected(request: Request) -> Response:
            return await self._form.answer(request)

        return [
            (r"^/klopt-niet/(?P<id>[0-9]{1,15})$", corrected),
            (r"^/feeds/?$", list_feeds),
            (r"^/feeds/(?P<name>[^/]+)$", one_feed),
            (r"^/pause/(?P<token>[A-Za-z0-9_.-]{1,4000})$", paused),
            *site.routes(self._database.stem, self._now, self._holders, self._calendar, correct=self._form.gate is not None, searcher=self._searcher),
        ]

    @hookimpl  # type: ignore[untyped-decorator]
    def startup(self, datasette: Datasette) -> Callable[[], Awaitable[None]]:
        """Read what search narrows by, before the first reader waits for it."""

        async def ready() -> None:
            # a database that is taken at this moment is read by the first search
            with suppress(sqlite3.OperationalError):
                await datasette.get_database(self._database.stem).execute_fn(self._searcher.renew)

        return ready

    @hookimpl  # type: ignore[untyped-decorator]
    def prepare_jinja2_environment(self, env: Environment) -> None:
        """Datasette's pages stand in the frame of ours; the name of the database for those of them that know none."""
        html.equip(env)
        env.globals["database"] = self._database.stem
        ours = PrefixLoader({"ours": FileSystemLoader(html.TEMPLATES)}, delimiter=":")
        env.loader = ChoiceLoader([FileSystemLoader(html.DATASETTE), ours, *([env.loader] if env.loader else [])])

    @hookimpl  # type: ignore[untyped-decorator]
    def skip_csrf(self, scope: Scope) -> bool:
        """Mail programs press the button without our page; the signed link is what they may do it with."""
        return str(scope["path"]).startswith("/pause/")

    @hookimpl  # type: ignore[untyped-decorator]
    def asgi_wrapper(self) -> Callable[[App], App]:
        """Refuse what nobody asks in good faith, give every answer its headers, and pack the long ones."""
        return lambda app: guard.guard(packed.packed(app), self._hosts)

    @hookimpl  # type: ignore[untyped-decorator]
    def prepare_connection(self, conn: sqlite3.Connection) -> None:
        """Bound what queries build, and hide addresses."""
        guard.limit(conn)
