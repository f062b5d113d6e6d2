"""The search of open.overheid.nl: what its questions look like, what its answers hold, and what only the live site can tell. Decides only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from crawler.dates import read_day, read_instant
from crawler.markup import parse_json
from crawler.sources.base import Ask, Odd, Page, Question
from crawler.sources.open_overheid_record import identifier_of, need
from db.errors import SelectionError

SPELLINGS = ("twice", "once")
"""How often a filter is percent-encoded: the site itself does it twice."""
DAY = timedelta(days=1)
SHOWN_DAY = date(2026, 3, 20)
"""A weekday of which documents are known to exist, for the questions to the live site."""


def documents(answer: Any, ask: Ask, total: int) -> tuple[list[tuple[dict[str, Any], str, datetime]], tuple[Odd, ...]]:
    """The documents on a page, each with its identifier and the moment of its latest change; and those that cannot be read.

    Raises:
        SelectionError: too many of those, or a list that ends before its total.
    """
    results = need(answer, "resultaten", list)
    start = int(ask.meta["start"])
    found: list[tuple[dict[str, Any], str, datetime]] = []
    odd: list[Odd] = []
    for place, result in enumerate(results, start=start + 1):
        try:
            document = need(result, "document", dict)
            identifier, changed = identifier_of(need(document, "pid", str)), read_instant(need(document, "mutatiedatumtijd", str))
            if changed is None:
                raise SelectionError(f"mutatiedatumtijd is no instant: {document['mutatiedatumtijd'][:40]!r}")
        except SelectionError as error:
            odd.append(Odd(subject=f"{ask.meta['label']}, result {place}", reason=str(error)))
            continue
        found.append((document, identifier, changed))
    if len(odd) > len(results) / 5 or (not results and start < total):
        raise SelectionError(f"{len(odd)} of {len(results)} results cannot be read, {total} are there; {odd[0].reason if odd else ''}")
    return found, tuple(odd)


def day_of(document: Mapping[str, Any]) -> date | None:
    """The day on which a document was made public, where it tells one."""
    return read_day(str(document.get("openbaarmakingsdatum") or ""))


def check_inside(document: Mapping[str, Any], ask: Ask) -> None:
    """Raise SelectionError when a document lies outside the days asked for, or tells none: the site ignored the days."""
    day, first, last = day_of(document), date.fromisoformat(ask.meta["first"]), date.fromisoformat(ask.meta["last"])
    if day is None or not first - DAY <= day <= last + DAY:
        raise SelectionError(f"asked for {first} to {last}, got a document of {day}: the days are ignored")


def period(first: date, last: date) -> str:
    """The days asked for, as parameters."""
    return f"&publicatiedatumVan={first:%d-%m-%Y}&publicatiedatumTot={last:%d-%m-%Y}"


def encoded(meta: Mapping[str, str]) -> str:
    """The type asked for, encoded as often as its spelling says."""
    once = quote(meta["label"], safe="")
    return quote(once, safe="") if meta["spelling"] == "twice" else once


def live_questions(everything: Ask, day: Ask, typed: Sequence[tuple[str, str, Ask]]) -> tuple[Question, ...]:
    """What only the live site can tell.

    Args:
        everything: asks for all documents.
        day: asks for those of `SHOWN_DAY`.
        typed: label, spelling, and what asks for the documents of that type.
    """

    def number(page: Page) -> int:
        return int(need(parse_json(page.body), "totaal", int))

    def shape(page: Page) -> str:
        return f"{number(page)} documents in all ({page.content_type}); a type or a day below that finds as many is ignored by the site"

    def dated(page: Page) -> str:
        shown = {day_of(need(result, "document", dict)) for result in need(parse_json(page.body), "resultaten", list)}
        return f"{number(page)} documents for {SHOWN_DAY}, of the days: {', '.join(sorted(map(str, shown))) or 'none'}; a crawl of the past checks it"

    def accepted(page: Page) -> str:
        return f"{number(page)} documents; no setting needed, the crawl finds the spelling that filters and fails where none does"

    return (
        Question(text="does the search answer in the shape we know?", ask=everything, reading=shape),
        Question(text="may documents be asked for by day, and does the last day count?", ask=day, reading=dated),
        *(Question(text=f"is the type {label!r} accepted, encoded {spelling}?", ask=ask, reading=accepted) for label, spelling, ask in typed),
    )
