"""Officiële bekendmakingen (KOOP): everything parliamentary that was changed lately, through the SRU 2.0 search.

Hourly the papers that moved since some days before the last complete day; daily those of the last weeks, for what the hourly question missed, and
the annexes of the letters of the last two weeks; weekly each dossier that is followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from lxml.etree import _Element

from crawler.dates import amsterdam_day
from crawler.markup import fold, require_one, select
from crawler.sources.base import Ask, Held, Listing, Odd, Page, Question, Source
from crawler.sources.koop_questions import live_questions
from crawler.sources.koop_record import NAMESPACES, Foreign, read_record
from crawler.sources.koop_search import Refusal, Search, number, response
from db.errors import SelectionError, SourceError
from db.records import FileLink

SLICE = 5000
"""Hits per question; deep pages of the search answer 500 or 504 from about 10,000 on."""
KEY_AFTER = 4000
"""Within a day that cannot be halved: where to go on by identifier instead of by position."""
FIRST_DAYS, OVERLAP_DAYS, OUTAGE_DAYS, SWEEP_DAYS = 14, 3, 10, 45
REFUSED_DAYS, BROKEN_DAYS = 7, 1
"""How long one clock alone is asked after the question with both was refused, or was answered by an error that the other question had not."""
ANNEX_DAYS, DOSSIER_DAYS = 14, 7
"""How long after a letter its annexes are asked for, each day; how often a dossier is walked."""
TOGETHER = 20
"""Papers, or dossiers, in one question."""
MOST_DOSSIERS = 200
"""Dossiers walked by one crawl; the next one takes the others."""
MOSTLY = 0.2
"""A page with a larger share of unreadable records has another shape than we know."""

_IDENTIFIER = re.compile(r"[\w.-]{1,80}")
_DOSSIER = "dossier:"
"""Begin of the cursors that say when a dossier was walked."""
_BOTH = "both_clocks"
"""Cursor: the question with both clocks was answered."""


class Koop(Source):
    """The parliamentary part of officielebekendmakingen.nl."""

    name = "koop"
    title = "Officiële bekendmakingen: Kamerstukken, antwoorden, bijlagen"
    every = timedelta(hours=1)
    bases = {
        "sru": "https://repository.overheid.nl/sru",
        "repository": "https://repository.overheid.nl/frbr/",
        "site": "https://zoek.officielebekendmakingen.nl/",
    }
    quiet_weekdays = 1
    never_empty = ("",)  # the hourly question: what a sweep or a dossier shows says nothing of it
    delay = 3.0
    timeout = 60.0  # questions with "or" have been seen to take long
    robots = "interface"  # the publisher asks machines to use this interface; its robots.txt is about crawling the website

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        today = amsterdam_day(now)
        through = today - timedelta(days=1)
        last = cursors.get("through")
        if last is None:
            begin = since or today - timedelta(days=FIRST_DAYS)
        else:
            known = date.fromisoformat(last)
            begin = known - timedelta(days=OUTAGE_DAYS if (through - known).days > OVERLAP_DAYS else OVERLAP_DAYS)
            begin = min(begin, since or begin)
        one_clock = cursors.get("day_clock_until", "") > today.isoformat()
        ask = self._ask(Search(clock="day" if one_clock else "both", begin=begin, today=today, sure=_BOTH in cursors))
        return Listing(asks=(ask,), cursors={"through": through.isoformat()})

    def follow(self, cursors: Mapping[str, str], now: datetime, held: Held) -> Mapping[str, Listing]:
        today = amsterdam_day(now)
        if "through" not in cursors:  # nothing was missed before the first crawl
            return {name: Listing(cursors={name: today.isoformat()}) for name in ("swept", "annexes")}
        found = {}
        if cursors.get("swept") != today.isoformat():
            sweep = self._ask(Search(clock="available", begin=today - timedelta(days=SWEEP_DAYS), today=today))
            found["swept"] = Listing(asks=(sweep,), cursors={"swept": today.isoformat()})
        if cursors.get("annexes") != today.isoformat():
            papers = [name for name in held.papers(today - timedelta(days=ANNEX_DAYS)) if name.startswith("kst-") and _IDENTIFIER.fullmatch(name)]
            asks = tuple(self._ask(Search(clock="annex", begin=today, today=today, names=names)) for names in _batches(papers))
            found["annexes"] = Listing(asks=asks, cursors={"annexes": today.isoformat()})
        walked_before = (today - timedelta(days=DOSSIER_DAYS)).isoformat()
        due = sorted(
            (name for name in held.dossiers(today) if cursors.get(f"{_DOSSIER}{name}", "") <= walked_before),
            key=lambda name: cursors.get(f"{_DOSSIER}{name}", ""),
        )[:MOST_DOSSIERS]
        if due:
            begin = (held.began() or today) - timedelta(days=SWEEP_DAYS)  # what came before we watched is a backfill's
            asks = tuple(self._ask(Search(clock="dossier", begin=begin, today=today, names=names)) for names in _batches(due))
            found["dossiers"] = Listing(asks=asks, cursors={f"{_DOSSIER}{name}": today.isoformat() for name in due})
        return found

    def history(self, first: date, last: date) -> Listing:
        return Listing(asks=(self._ask(Search(clock="available", begin=first, end=last, today=last)),))

    def read(self, page: Page, ask: Ask) -> Listing:
        search = Search.of(ask.meta)
        try:
            root = response(page)
        except SourceError as error:
            # Whether the second clock can be asked with ">=" is not documented: the first one alone is the fallback. Where it could be asked
            # before, an error that is no refusal is a fault of the moment.
            if search.clock != "both" or (search.sure and not isinstance(error, Refusal)):
                raise
            until = search.today + timedelta(days=REFUSED_DAYS if isinstance(error, Refusal) else BROKEN_DAYS)
            note = f"{error}; asked again by day of editing alone"
            return Listing(asks=(self._ask(replace(search, clock="day")),), cursors={"day_clock_until": until.isoformat()}, notes=(note,))
        total = number(require_one(root, "sru:numberOfRecords", NAMESPACES))
        if total >= SLICE and search.position == 1 and (halves := search.halves()):
            return Listing(asks=tuple(self._ask(half) for half in halves))
        return self._records(root, search, total)

    def questions(self, now: datetime) -> tuple[Question, ...]:
        return live_questions(self.bases, amsterdam_day(now), self.read)

    def usable(self, link: FileLink, body: bytes) -> str | None:
        """A missing file may be answered by an error page with status 200: an HTML text must be the paper's own page."""
        if link.media_type == "text/html" and b"broodtekst" not in body:
            return "HTML without a text of a publication"
        return super().usable(link, body)

    def _records(self, root: _Element, search: Search, total: int) -> Listing:
        sightings = []
        odd: list[Odd] = []
        notes: list[str] = []
        ignored: dict[str, int] = {}
        records = select(root, "sru:records/sru:record", NAMESPACES)
        if not root.findtext("sru:nextRecordPosition", namespaces=NAMESPACES):
            _check_all_there(total, search.position - 1 + len(records))
        last = None
        for place, record in enumerate(records, start=1):
            identifier = record.findtext(".//{*}originalData//{*}identifier")
            last = identifier or last
            try:
                reading = read_record(record, self.name)
            except SelectionError as error:
                odd.append(Odd(subject=identifier or f"record {place} from {search.position}", reason=str(error)))
                continue
            if isinstance(reading, Foreign):
                ignored[reading.reason] = ignored.get(reading.reason, 0) + 1
            else:
                sightings.append(reading.sighting)
                notes.extend(reading.notes)
        if len(odd) > MOSTLY * len(records):
            raise SelectionError(f"{len(odd)} of {len(records)} records cannot be read, the first: {odd[0].subject}: {odd[0].reason}")
        return Listing(
            sightings=tuple(sightings),
            asks=self._next(root, search, last),
            cursors={_BOTH: "taken"} if search.clock == "both" else {},
            ignored=ignored,
            odd=tuple(odd),
            notes=tuple(notes),
        )

    def _next(self, root: _Element, search: Search, last: str | None) -> tuple[Ask, ...]:
        """The next page; no `nextRecordPosition` is the sign that this was the last one."""
        position = root.findtext("sru:nextRecordPosition", namespaces=NAMESPACES)
        if position is None:
            return ()
        if not position.strip().isdigit() or int(position) <= search.position:
            raise SelectionError(f"nextRecordPosition {position.strip()[:20]!r} does not lead on from {search.position}")
        if int(position) > KEY_AFTER and last is not None and _IDENTIFIER.fullmatch(fold(last)):
            return (self._ask(replace(search, position=1, after=fold(last))),)
        return (self._ask(replace(search, position=int(position))),)

    def _ask(self, search: Search) -> Ask:
        return search.ask(self.bases["sru"])


def _batches(names: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(names[place : place + TOGETHER]) for place in range(0, len(names), TOGETHER)]


def _check_all_there(total: int, sent: int) -> None:
    """The count is an estimate; an end far before it is no end."""
    if sent < (1 - MOSTLY) * total:
        raise SelectionError(f"the search counts {total} records and ends after {sent}")
