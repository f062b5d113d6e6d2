"""The addresses of our pages: each reads the database once, in a thread, under Datasette's time limit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request, Response

from db.browse import html, pages

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_Found = TypeVar("_Found")


def routes(database: str) -> list[tuple[str, Callable[..., Any]]]:
    """The routes for Datasette's `register_routes`.

    Args:
        database: the name under which Datasette serves our database.
    """

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
        row, version = int(request.url_vars["id"]), request.args.get("versie") or ""
        found = await read(datasette, lambda c: pages.publication(c, row, int(version) if version.isdecimal() and len(version) < 16 else None))
        if found is None:
            return html.missing("Deze publicatie bestaat niet.", database)
        return html.page("publication.html", database=database, **found)

    return [
        (r"^/$", start),
        (r"^/publicatie/(?P<id>[0-9]{1,15})$", publication),
        (r"^/static/kamerspoor\.css$", html.style),
    ]


def today() -> date:
    """The day in Amsterdam."""
    return datetime.now(UTC).astimezone(_AMSTERDAM).date()


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
