"""Open overheid (open.overheid.nl): what ministries made public, latest change first, one document type after the other.

Thousands of documents move in a day, so only the types of open_overheid.toml are asked for. The site ignores a parameter that it does not know and
answers with everything; the number of hits with and without the filter must therefore differ.

A crawl of a type reads back to a day before the latest change that it knows. Further pages than the first are asked only when the first one shows
something later than that change: the next crawl that sees something later reads back to the same moment, so that what the index shows late is found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from crawler.dates import read_instant
from crawler.markup import parse_json
from crawler.sources.base import Ask, Listing, Odd, Page, Question, Source
from crawler.sources.open_overheid_record import followed, is_skipped, need, read_document, types_of
from crawler.sources.open_overheid_search import (
    DAY,
    SHOWN_DAY,
    SPELLINGS,
    check_inside,
    day_of,
    documents,
    encoded,
    live_questions,
    period,
)
from crawler.watermark import reached, window
from db.errors import EmptyListing, SelectionError, SourceError

PAGE = 50
DEEPEST = 5000
"""Hits of a question about the past from which its days are halved; deep pages of a search are slow where they answer at all."""
FIRSTDAYS, OVERLAP = 5, timedelta(days=1)
OUT_OF_ORDER = timedelta(hours=1)
"""How far the latest change may jump back up a list that is sorted by it; the index is filled by several writers."""
ALL = 0.01
"""A filter that leaves out a smaller share than this was ignored; the number of documents moves between two questions."""
FEW = 50
"""In so few documents of some days all may be of one type."""
_JSON = {"Accept": "application/json"}


class OpenOverheid(Source):
    """The documents of open.overheid.nl."""

    name = "open_overheid"
    title = "Open overheid: Kamerbrieven, beslisnota's, rapporten en adviezen van de ministeries"
    every = timedelta(minutes=30)
    bases = {"api": "https://open.overheid.nl/overheid/openbaarmakingen/api/v0/"}
    quiet_weekdays = 2
    delay = 1.0
    robots = "interface"  # nothing of the website is read

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        """One question for each type; how many documents there are in all is asked once and remembered."""
        asks = []
        for label in followed():
            latest, spelling = cursors.get(f"{label}/latest"), cursors.get(f"{label}/spelling", SPELLINGS[0])
            asked = window(latest, now - timedelta(days=FIRSTDAYS), OVERLAP, now, since)
            whole = "yes" if latest is None or since is not None else ""
            asks.append(self._ask({"label": label, "spelling": spelling, "tried": "", "whole": whole, "all": cursors.get("all", ""), **asked}))
        if "all" in cursors:
            return Listing(asks=tuple(asks))
        return Listing(asks=(self._ask_all(json.dumps([dict(ask.meta) for ask in asks])),))

    def history(self, first: date, last: date) -> Listing:
        return Listing(asks=(self._ask_days({"first": first.isoformat(), "last": last.isoformat()}),))

    def read(self, page: Page, ask: Ask) -> Listing:
        if ask.step == "detail":
            return self._detail(page, ask)
        answer = parse_json(page.body)
        total = need(answer, "totaal", int)
        if ask.step == "all":
            if total == 0:
                raise EmptyListing("the search finds nothing at all")
            asks = tuple(self._ask({**meta, "all": str(total), "counted": "yes"}) for meta in json.loads(ask.meta["waiting"]))
            return Listing(asks=asks, cursors={"all": str(total)})
        if ask.step == "days":
            return self._days(answer, ask, total)
        past = ask.step == "past"
        ignored = total >= (1 - ALL) * int(ask.meta["all"]) and not (past and total <= FEW)
        if ask.meta["start"] == "0" and (total == 0 or ignored):
            return self._other_way(ask, total)
        return self._past(answer, ask, total) if past else self._results(answer, ask, total)

    def questions(self, now: datetime) -> tuple[Question, ...]:  # noqa: ARG002
        day = replace(self._ask_all(""), url=f"{self.bases['api']}zoek?zoektekst=&start=0&aantalResultaten=10{period(SHOWN_DAY, SHOWN_DAY)}")
        typed = [(label, spelling) for spelling in SPELLINGS for label in followed() if spelling == SPELLINGS[0] or " " in label]
        asks = [(label, spelling, self._ask({"label": label, "spelling": spelling, "whole": "yes"})) for label, spelling in typed]
        return live_questions(self._ask_all(""), day, asks)

    # What a page holds

    def _detail(self, page: Page, ask: Ask) -> Listing:
        if page.status != 200:
            return Listing(odd=(Odd(subject=ask.identifier or ask.url, reason=f"listed, but answered {page.status}"),))
        answer = parse_json(page.body)
        files = f"{self.bases['api']}attachment/"
        try:
            sighting = read_document(answer, self.name, asked=ask.identifier, files=files, stamp=read_instant(ask.meta["stamp"]))
            if ask.meta.get("type") and ask.meta["type"].lower() not in types_of(answer):
                return Listing(seen=1, ignored={"other type": 1})
        except SelectionError as error:  # one document among thousands; when most are like it, the crawl fails
            return Listing(odd=(Odd(subject=ask.identifier or ask.url, reason=str(error)),))
        return Listing(sightings=(sighting,))

    def _other_way(self, ask: Ask, total: int) -> Listing:
        """The filter found nothing, or changed nothing: count all documents again, then once more with the filter written the other way.

        Raises:
            SourceError: all of that was tried. Of some days in the past a type may have nothing.
        """
        label, past = ask.meta["label"], ask.step == "past"
        if total and not past and not ask.meta.get("counted"):
            return Listing(asks=(replace(self._ask_all(json.dumps([dict(ask.meta)])), part=label),))
        if ask.meta["tried"] and past and total == 0:
            return Listing()
        if ask.meta["tried"]:
            told = "nothing" if total == 0 else f"all {total} documents: the filter is ignored"
            raise SourceError(f"documentsoort {label!r} finds {told}")
        meta = {**ask.meta, "spelling": SPELLINGS[1 - SPELLINGS.index(ask.meta["spelling"])], "tried": "yes"}
        return Listing(asks=(self._ask_past(meta) if past else self._ask(meta),))

    def _results(self, answer: Any, ask: Ask, total: int) -> Listing:
        found, odd = documents(answer, ask, total)
        start, begin, known = int(ask.meta["start"]), datetime.fromisoformat(ask.meta["begin"]), datetime.fromisoformat(ask.meta["latest"])
        asks: list[Ask] = []
        older = skipped = 0
        previous: datetime | None = None
        for document, identifier, changed in found:
            if previous is not None and changed > previous + OUT_OF_ORDER:
                raise SelectionError(f"the results are not sorted by latest change: {changed.isoformat()} after {previous.isoformat()}")
            previous = changed
            if changed < begin:
                older += 1
            elif is_skipped(document.get("aanbieder")):
                skipped += 1
            else:
                asks.append(self._ask_detail(identifier, changed))
        moments = [changed for _, _, changed in found]
        goes_on = ask.meta["whole"] or start > 0 or max(moments, default=known) > known
        shown = start + len(found) + len(odd)
        if goes_on and not older and shown < total:
            asks.append(self._ask({**ask.meta, "start": str(shown)}))
        label = ask.meta["label"]
        return Listing(
            asks=tuple(asks),
            odd=odd,
            cursors={f"{label}/spelling": ask.meta["spelling"]},
            latest={f"{label}/latest": reached(ask.meta, moments)},
            seen=older + skipped,
            ignored={name: n for name, n in (("older", older), ("read at another source", skipped)) if n},
        )

    def _days(self, answer: Any, ask: Ask, total: int) -> Listing:
        """The days of a crawl of the past, without a type: whether the site keeps to them, and how many documents there are to choose from."""
        for result in need(answer, "resultaten", list):
            check_inside(need(result, "document", dict), ask)
        if not total:
            return Listing()
        meta = {**ask.meta, "all": str(total), "spelling": SPELLINGS[0], "tried": "", "start": "0"}
        return Listing(asks=tuple(self._ask_past({**meta, "label": label}) for label in followed()))

    def _past(self, answer: Any, ask: Ask, total: int) -> Listing:
        first, last = date.fromisoformat(ask.meta["first"]), date.fromisoformat(ask.meta["last"])
        if total > DEEPEST and first < last and ask.meta["start"] == "0":
            middle = first + (last - first) // 2
            halves = ((first, middle), (middle + DAY, last))
            return Listing(asks=tuple(self._ask_past({**ask.meta, "first": a.isoformat(), "last": b.isoformat()}) for a, b in halves))
        found, odd = documents(answer, ask, total)
        asks: list[Ask] = []
        other = skipped = 0
        for document, identifier, changed in found:
            check_inside(document, ask)
            if not first <= (day_of(document) or first) <= last:
                other += 1
            elif is_skipped(document.get("aanbieder")):
                skipped += 1
            else:
                asks.append(self._ask_detail(identifier, changed, type_=ask.meta["label"]))
        shown = int(ask.meta["start"]) + len(found) + len(odd)
        if shown < total:
            asks.append(self._ask_past({**ask.meta, "start": str(shown)}))
        ignored = {name: n for name, n in (("other day", other), ("read at another source", skipped)) if n}
        return Listing(asks=tuple(asks), odd=odd, seen=other + skipped, ignored=ignored)

    # Questions

    def _ask_all(self, waiting: str) -> Ask:
        return Ask(url=f"{self.bases['api']}zoek?zoektekst=&start=0&aantalResultaten=10", step="all", headers=_JSON, meta={"waiting": waiting})

    def _ask_days(self, meta: Mapping[str, str]) -> Ask:
        """Whether a period counts its last day is not documented: a day more is asked for on either side, and left aside."""
        days = period(date.fromisoformat(meta["first"]) - DAY, date.fromisoformat(meta["last"]) + DAY)
        url = f"{self.bases['api']}zoek?zoektekst=&start=0&aantalResultaten=10{days}"
        return Ask(url=url, step="days", headers=_JSON, meta=dict(meta))

    def _ask(self, meta: Mapping[str, str]) -> Ask:
        """A page of a type, latest change first. Only the first one is the same from crawl to crawl."""
        meta = {"start": "0", **meta}
        query = f"zoektekst=&start={meta['start']}&aantalResultaten={PAGE}&sort=laatst-gewijzigd&documentsoort={encoded(meta)}"
        validator = f"{meta['label']}/list" if meta["start"] == "0" else None
        url = f"{self.bases['api']}zoek?{query}"
        return Ask(url=url, step="list", headers=_JSON, meta=meta, part=meta["label"], validator=validator, fresh=bool(meta["whole"]))

    def _ask_past(self, meta: Mapping[str, str]) -> Ask:
        days = period(date.fromisoformat(meta["first"]) - DAY, date.fromisoformat(meta["last"]) + DAY)
        query = f"zoektekst=&start={meta['start']}&aantalResultaten={PAGE}&sort=publicatiedatum{days}&documentsoort={encoded(meta)}"
        return Ask(url=f"{self.bases['api']}zoek?{query}", step="past", headers=_JSON, meta=dict(meta), part=meta["label"])

    def _ask_detail(self, identifier: str, changed: datetime, type_: str = "") -> Ask:
        return Ask(
            url=f"{self.bases['api']}zoek/{identifier}",
            step="detail",
            headers=_JSON,
            meta={"stamp": changed.isoformat(), **({"type": type_} if type_ else {})},
            statuses=(404, 410),
            identifier=identifier,
            stamp=changed,
        )
