"""The addresses at which many are chosen from: search, promises and figures; what is chosen also as a file, a feed or a calendar."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from db.browse import dutch, feeds, figures, html, promises, search, searchfeed, tables
from db.browse.kept import Kept
from db.deadlines import CalendarEntry

_LONGEST = 400
"""Letters of one choice: it comes back in every link of the page."""
Look = Callable[[sqlite3.Connection], Any]
Read = Callable[[Datasette, Look], Awaitable[Any]]


Calendar = Callable[[str, Sequence[CalendarEntry]], bytes]
"""The name of a calendar and its deadlines to its bytes."""


def routes(
    database: str, read: Read, today: Callable[[], date], calendar: Calendar | None = None, searcher: search.Searcher | None = None
) -> list[tuple[str, Callable[..., Any]]]:
    """The routes for Datasette's `register_routes`.

    Args:
        database: the name under which Datasette serves our database.
        read: looks in the database, in a thread, under the time limit.
        calendar: makes the calendar of promises; without it there is none.
        searcher: searches; who has one may let it read everything before anyone asks.
    """
    kept, searcher = Kept(), searcher or search.Searcher()

    async def find(datasette: Datasette, request: Request) -> Response:
        asked, kind = _asked(request, search.FIELDS), request.url_vars["kind"]
        # the first time this reads every publication, which may take longer than a page is given
        await datasette.get_database(database).execute_fn(searcher.renew)
        if kind is None:
            found = await read(datasette, lambda c: searcher.found(c, asked, _number(request), today()))
            return html.page("search.html", database=database, q=asked["q"], **found)
        if kind == ".atom":
            newest = asked | {"volgorde": "nieuw"}
            rows = await read(datasette, lambda c: searcher.rows(c, newest, searchfeed.ENTRIES, today()))
            return feeds.answer(_feed(datasette, request, rows, asked), feeds.TYPES[".atom"], request)
        rows = await read(datasette, lambda c: searcher.rows(c, asked, search.EXPORTED, today()))
        return tables.as_file("zoeken", kind, search.COLUMNS, search.exported(rows, lambda path: datasette.absolute_url(request, path)))

    async def promised(datasette: Datasette, request: Request) -> Response:
        asked, kind = _asked(request, promises.FIELDS), request.url_vars["kind"]
        if kind is None:
            found = await read(datasette, lambda c: promises.chosen(c, asked, _number(request), today()))
            return html.page("promises.html", database=database, **found)
        if kind == ".ics":
            if calendar is None:
                return html.missing("Hier wordt geen agenda gemaakt.", database)
            dated = await read(datasette, lambda c: promises.dated(c, asked, today()))
            return feeds.answer(calendar(promises.called(asked), dated), feeds.TYPES[".ics"], request)
        rows = await read(datasette, lambda c: promises.as_rows(c, asked, today()))
        return tables.as_file("toezeggingen", kind, promises.EXPORTED, rows)

    async def drawn(datasette: Datasette, request: Request) -> Response:
        topic, day = request.args.get("onderwerp") or "", dutch.as_day(request.args.get("dag")) or today()
        # numbers of everything: the same until something is written
        found = await read(datasette, lambda c: kept.get(c, (topic, day), lambda: figures.figures(c, topic, day)))
        return html.page("figures.html", database=database, **found)

    return [
        (r"^/zoeken(?P<kind>\.atom|\.csv|\.json)?$", find),
        (r"^/toezeggingen(?P<kind>\.csv|\.json|\.ics)?$", promised),
        (r"^/cijfers$", drawn),
    ]


def _asked(request: Request, fields: Sequence[str]) -> dict[str, str]:
    return {name: (request.args.get(name) or "")[:_LONGEST] for name in fields}


def _number(request: Request) -> int:
    """The page of the results that is asked for."""
    text = request.args.get("blz") or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 1


def _feed(datasette: Datasette, request: Request, rows: Sequence[sqlite3.Row], asked: dict[str, str]) -> bytes:
    said = [(name if name != "q" else "", _called(name, value)) for name, value in asked.items() if value and name != "volgorde"]
    chosen = html.query(dict(asked), volgorde=None)
    return searchfeed.build(
        rows,
        said,
        feed=datasette.absolute_url(request, f"/zoeken.atom{chosen}"),
        page=datasette.absolute_url(request, f"/zoeken{chosen}"),
        publication=datasette.absolute_url(request, "/publicatie/"),
    )


def _called(name: str, value: str) -> str:
    return dutch.name(search.GROUPS[name], value) if name in search.GROUPS else value
