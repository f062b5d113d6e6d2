"""The cross-check: what the House's other interface has must have come through the feed. Decides only.

Every six hours the documents that it changed lately; once a month how many rows it counts, and where fewer are kept the documents of that month one
by one; in a crawl of the past the documents of the days asked for. What is missing is fetched from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from crawler.dates import amsterdam_day, midnight
from crawler.sources.base import Ask, Counted, Listing, Odd, Page
from crawler.sources.tweedekamer_names import Interface, Refused, answer, rows
from crawler.sources.tweedekamer_papers import is_ignored, kept_sorts
from db.errors import SelectionError, SourceError

EVERY, OVERLAP, FIRST = timedelta(hours=6), timedelta(hours=2), timedelta(days=1)
AT_SOURCE = timedelta(days=1)
"""Further overlap where the source system's clock is asked: what it changed may take so long to come through."""
SETTLED = timedelta(minutes=30)
"""What changed after this may be on its way through the feed still."""
RECONCILE_DAYS, MONTHS = 30, 12
"""How often rows are counted, and how many months of documents."""
SORTS_TOGETHER = 10
"""The interface refuses a condition of more than 100 nodes (a sort has four), and servers of its kind a query of more than 2048 characters."""
CHECKED, RECONCILED = "crosschecked", "reconciled"
RECOUNT = "recount"
"""Cursor: the day on which the rows are counted once more, because fewer were kept and what was missing has been asked for since."""
_WHOLE = ("Toezegging", "Kamerstukdossier")
_LONG_AGO = "2000-01-01"


def first_check(interface: Interface, cursors: Mapping[str, str], now: datetime, otherwise: tuple[Ask, ...]) -> tuple[Ask, ...]:
    """The first question about what changed, or what comes instead when the last check is not long ago."""
    last = datetime.fromisoformat(cursors[CHECKED]) if CHECKED in cursors else None
    if last is not None and now - last < EVERY:
        return otherwise
    meta = {"clock": "changed", "since": ((last or now - FIRST) - OVERLAP).isoformat(), "until": (now - SETTLED).isoformat()}
    return (_check(interface, meta, otherwise),)


def first_count(interface: Interface, cursors: Mapping[str, str], now: datetime) -> tuple[Ask, ...]:
    """The first question about how many there are, or none when the last count is not long ago."""
    today, last = amsterdam_day(now), cursors.get(RECONCILED, _LONG_AGO)
    again = last < cursors.get(RECOUNT, "") <= today.isoformat()
    if not again and (today - date.fromisoformat(last)).days < RECONCILE_DAYS:
        return ()
    tasks = [*_WHOLE, *_months(cursors.get("from:Document"), today)]
    return _count(interface, {"tasks": " ".join(tasks), "sorts": "0", "sum": "0", "today": today.isoformat(), **({"again": "yes"} if again else {})})


def window(interface: Interface, first: date, last: date, part: str, past: str = "") -> Ask:
    """The documents of some days.

    Args:
        past: for a crawl of the past, the day on which the live crawl's own days begin: what waits for these days is put together at the end.
    """
    options = {"$filter": _dated(interface, first, last), "$select": _selected(interface), "$orderby": interface.name("Document", "id")}
    meta = {"first": first.isoformat(), "last": last.isoformat(), "past": past}
    return interface.ask("Document", options, step="window", part=part, meta=meta)


def read_odata(page: Page, ask: Ask, interface: Interface) -> Listing:
    """What an answer to one of the questions above holds.

    Raises:
        SourceError: an error message, or another shape.
    """
    if ask.step == "count":
        return _read_count(page, ask, interface)
    past = date.fromisoformat(ask.meta["past"]) if ask.meta.get("past") else None
    if ask.step == "document" and page.status in (404, 410):
        odd = Odd(subject=ask.meta["id"], reason=f"the other interface lists it, its feed never showed it, and asked for it answers {page.status}")
        return Listing(odd=(odd,), fetched=(ask.meta["id"],), compose=past is None)
    try:
        found = answer(page)
    except Refused:
        if ask.meta.get("clock") != "changed":
            raise
        note = f"{interface.version} refuses {interface.name('Document', 'changed')}; asked by {interface.name('Document', 'changedAtSource')}"
        return Listing(asks=(_check(interface, {**ask.meta, "clock": "changedAtSource"}, ask.otherwise),), notes=(note,))
    if ask.step == "document":
        row = rows(found)[0] if "value" in found else found
        entities = tuple(dict.fromkeys(interface.entities("Document", row)))
        return Listing(entities=entities, fills=True, fetched=(ask.meta["id"],), past=past, compose=past is None)
    soort = interface.name("Document", "soort")
    expected = [interface.identifier("Document", row) for row in rows(found) if not is_ignored(str(row.get(soort)))]
    following = found.get("@odata.nextLink")
    if following == page.url:
        raise SelectionError("the other interface's next page is the page itself")
    asks = (replace(ask, url=str(following)),) if following else ask.otherwise
    composes = past is not None and not following
    return Listing(
        seen=len(expected),
        expected=tuple(expected),
        fetches={id_: interface.document(id_, ask.part, ask.meta.get("past", "")) for id_ in expected},
        asks=asks,
        cursors={} if following or ask.step != "check" else {CHECKED: ask.meta["until"]},
        compose=composes,
        days=(date.fromisoformat(ask.meta["first"]), date.fromisoformat(ask.meta["last"])) if composes else None,
    )


def _check(interface: Interface, meta: Mapping[str, str], otherwise: tuple[Ask, ...]) -> Ask:
    changed = interface.name("Document", meta["clock"])
    since = datetime.fromisoformat(meta["since"]) - (AT_SOURCE if meta["clock"] != "changed" else timedelta())
    condition = f"{changed} ge {_instant(since)} and {changed} lt {_instant(datetime.fromisoformat(meta['until']))} and {_standing(interface)}"
    options = {"$filter": condition, "$select": _selected(interface), "$orderby": f"{changed},{interface.name('Document', 'id')}"}
    return interface.ask("Document", options, step="check", part="crosscheck", meta=meta, otherwise=otherwise)


def _count(interface: Interface, meta: Mapping[str, str]) -> tuple[Ask, ...]:
    """The question for the first of the tasks: a category, or a month of documents, of which some sorts at a time."""
    task = meta["tasks"].partition(" ")[0]
    if not task:
        return ()
    if task in _WHOLE:
        entity, condition = task, f"{interface.name(task, 'verwijderd')} eq false"
    else:
        soort = interface.name("Document", "soort")
        sorts = _sorts()[int(meta["sorts"])]
        either = " or ".join(f"{soort} eq '{sort.replace(chr(39), chr(39) * 2)}'" for sort in sorts)
        entity, condition = "Document", f"{_dated(interface, *_month(task))} and ({either})"
    return (interface.ask(f"{entity}/$count", {"$filter": condition}, step="count", part="reconcile", meta=meta),)


def _read_count(page: Page, ask: Ask, interface: Interface) -> Listing:
    text = page.body.decode("utf-8-sig", "replace").strip()
    if page.status != 200 or not text.isdigit() or len(text) > 12:
        raise SourceError(f"the other interface answers {page.status} where it was asked to count: {text[:100] or 'nothing'}")
    task, _, left = ask.meta["tasks"].partition(" ")
    total, sorts = int(ask.meta["sum"]) + int(text), int(ask.meta["sorts"]) + 1
    if task not in _WHOLE and sorts < len(_sorts()):
        return Listing(asks=_count(interface, {**ask.meta, "sorts": str(sorts), "sum": str(total)}))
    tomorrow = date.fromisoformat(ask.meta["today"]) + timedelta(days=1)
    # A second count of the same days is the last one: a difference that stays is told, and not looked after every day.
    recount = {} if "again" in ask.meta else {RECOUNT: tomorrow.isoformat()}
    if task in _WHOLE:  # it is walked again from its beginning
        counted = Counted(category=task, number=total, cursors={f"walked:{task}": _LONG_AGO, **recount})
    else:
        days = _month(task)
        counted = Counted(category="Document", number=total, days=days, fewer=(window(interface, *days, ask.part),), cursors=recount)
    asks = _count(interface, {**ask.meta, "tasks": left, "sorts": "0", "sum": "0"})
    return Listing(counted=(counted,), asks=asks, cursors={} if asks else {RECONCILED: ask.meta["today"]})


def _months(begin: str | None, today: date) -> list[str]:
    """The latest months that the documents kept here cover whole, newest first."""
    months: list[str] = []
    last = today.replace(day=1) - timedelta(days=1)
    while begin is not None and last.replace(day=1).isoformat() >= begin and len(months) < MONTHS:
        months.append(f"{last:%Y-%m}")
        last = last.replace(day=1) - timedelta(days=1)
    return months


def _month(name: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{name}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _sorts() -> list[tuple[str, ...]]:
    sorts = kept_sorts()
    return [sorts[place : place + SORTS_TOGETHER] for place in range(0, len(sorts), SORTS_TOGETHER)]


def _dated(interface: Interface, first: date, last: date) -> str:
    """A day begins at midnight in Amsterdam; a document is dated at the midnight of its day, there or in UTC."""
    datum = interface.name("Document", "datum")
    begin, end = midnight(first), midnight(last + timedelta(days=1))
    return f"{datum} ge {_instant(begin)} and {datum} lt {_instant(end)} and {_standing(interface)}"


def _standing(interface: Interface) -> str:
    return f"{interface.name('Document', 'verwijderd')} eq false"


def _selected(interface: Interface) -> str:
    return f"{interface.name('Document', 'id')},{interface.name('Document', 'soort')}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
