"""The addresses of our pages: each reads the database once, in a thread, under Datasette's time limit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request, Response

from db.browse import html, pages, search

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_Found = TypeVar("_Found")


def routes(database: str, now: Callable[[], datetime]) -> list[tuple[str, Callable[..., Any]]]:
    """The routes for Datasette's `register_routes`.

    Args:
        database: the name under which Datasette serves our database.
        now: the clock, in UTC.
    """

    searcher = search.Searcher()

    def today() -> date:
        return now().astimezone(_AMSTERDAM).date()

    async def read(datasette: Datasette, look: Callable[[sqlite3.Connection], _Found]) -> _Found:
        def limited(connection: sqlite3.Connection) -> _Found:
            with sqlite_timelimit(connection, datasette.setting("sql_time_limit_ms")):
                return look(connection)

        found: _Found = await datasette.get_database(database).execute_fn(limited)
        return found

    async def start(datasette: Datasette, request: Request) -> Response:
        day = _day(request.args.get("dag")) or today()
        return html.page("start.html", database=database, days=pages.SOON, **await read(datasette, lambda c: pages.start(c, day)))

    async def publication(datasette: Datasette, request: Request) -> Response:
        row, version = int(request.url_vars["id"]), _number(request.args.get("versie"))
        found = await read(datasette, lambda c: pages.publication(c, row, version))
        if found is None:
            return html.missing("Deze publicatie bestaat niet.", database)
        return html.page("publication.html", database=database, **found)

    async def find(datasette: Datasette, request: Request) -> Response:
        asked = {name: request.args.get(name) or "" for name in search.FIELDS}
        try:
            found = await read(datasette, lambda c: searcher.found(c, asked, _number(request.args.get("blz")) or 1, today()))
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return html.page("busy.html", status=503, database=database, q=asked["q"])
        return html.page("search.html", database=database, q=asked["q"], **found)

    return [
        (r"^/$", start),
        (r"^/zoeken$", find),
        (r"^/publicatie/(?P<id>[0-9]{1,15})$", publication),
        (r"^/static/kamerspoor\.css$", html.style),
    ]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None
