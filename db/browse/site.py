"""The addresses of our pages: each reads the database once, in a thread, under Datasette's time limit."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request, Response

from db.browse import dutch, html, pages, selection
from db.browse.dossier import dossier
from db.browse.office import Holder, listed, office
from db.browse.publication import publication as look
from db.browse.search import Searcher

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_Found = TypeVar("_Found")
View = Callable[[Datasette, Request], Awaitable[Response]]


def routes(
    database: str,
    now: Callable[[], datetime],
    holders: Sequence[Holder] = (),
    calendar: selection.Calendar | None = None,
    *,
    correct: bool = False,
    searcher: Searcher | None = None,
) -> list[tuple[str, Callable[..., Any]]]:
    """The routes for Datasette's `register_routes`.

    Args:
        database: the name under which Datasette serves our database.
        now: the clock, in UTC.
        holders: who held which office.
        calendar: makes the calendar of promises.
        correct: whether readers may contradict what was read.
        searcher: searches; who has one may let it read everything before anyone asks.
    """

    def today() -> date:
        return now().astimezone(_AMSTERDAM).date()

    async def read(datasette: Datasette, look: Callable[[sqlite3.Connection], _Found]) -> _Found:
        def limited(connection: sqlite3.Connection) -> _Found:
            with sqlite_timelimit(connection, datasette.setting("sql_time_limit_ms")):
                return look(connection)

        found: _Found = await datasette.get_database(database).execute_fn(limited)
        return found

    async def start(datasette: Datasette, request: Request) -> Response:
        asked, volger = dutch.as_day(request.args.get("dag")), request.args.get("volger") or ""
        found = await read(datasette, lambda c: pages.start(c, asked or today(), volger))
        return html.page("start.html", database=database, days=pages.SOON, asked_day=asked and asked.isoformat(), **found)

    async def publication(datasette: Datasette, request: Request) -> Response:
        row, version = int(request.url_vars["id"]), _number(request.args.get("versie"))
        found = await read(datasette, lambda c: look(c, row, version))
        if found is None:
            return html.missing("Deze publicatie bestaat niet.", database)
        return html.page("publication.html", database=database, correct=correct, **found)

    async def one_dossier(datasette: Datasette, request: Request) -> Response:
        number, before = unquote(request.url_vars["number"]), dutch.as_day(request.args.get("voor"))
        found = await read(datasette, lambda c: dossier(c, number, today(), before.isoformat() if before else ""))
        if found is None:
            return html.missing("Van dit dossier is geen stuk bekend.", database)
        return html.page("dossier.html", database=database, **found)

    async def all_offices(datasette: Datasette, request: Request) -> Response:  # noqa: ARG001
        return html.page("offices.html", database=database, **await read(datasette, lambda c: listed(c, today())))

    async def one_office(datasette: Datasette, request: Request) -> Response:
        name, status = request.url_vars["name"], request.args.get("status") or ""
        found = await read(datasette, lambda c: office(c, name, holders, status, today()))
        if found is None:
            return html.missing("Van dit ambt is geen stuk bekend.", database)
        return html.page("office.html", database=database, **found)

    pages_of_ours = [
        (r"^/$", start),
        (r"^/dossier/(?P<number>[^/]{1,100})$", one_dossier),
        (r"^/ambten$", all_offices),
        (r"^/ambt/(?P<name>[a-z0-9-]{1,200})$", one_office),
        (r"^/publicatie/(?P<id>[0-9]{1,15})$", publication),
        *selection.routes(database, read, today, calendar, searcher),
    ]
    return [*((address, patient(view, database)) for address, view in pages_of_ours), (r"^/static/kamerspoor\.css$", html.style)]


def patient(view: View, database: str) -> View:
    """The view with a page that says so where the database takes too long or is taken, instead of an error."""

    async def answer(datasette: Datasette, request: Request) -> Response:
        try:
            return await view(datasette, request)
        except sqlite3.OperationalError as error:
            if not any(word in str(error) for word in ("interrupted", "locked")):
                raise
            busy = html.page("busy.html", status=503, database=database, q=request.args.get("q") or "")
            busy.headers["Retry-After"] = "5"
            return busy

    return answer


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None
