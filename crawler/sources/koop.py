"""Officiële bekendmakingen (KOOP): everything parliamentary that was changed lately, through the SRU 2.0 search.

Hourly the papers that moved since some days before the last complete day; daily those of the last weeks, for what the hourly question missed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode

from lxml import etree
from lxml.etree import _Element

from crawler.dates import amsterdam_day
from crawler.markup import fold, parse_xml, require_one, select
from crawler.sources.base import Ask, Listing, Odd, Page, Question, Source
from crawler.sources.koop_record import AREA, NAMESPACES, PARLIAMENT, Foreign, read_record
from db.errors import SelectionError, SourceError
from db.records import FileLink, Sighting

PAGE = 100
SLICE = 5000
"""Hits per question; deep pages of the search answer 500 or 504 from about 10,000 on."""
KEY_AFTER = 4000
"""Within a day that cannot be halved: where to go on by identifier instead of by position."""
FIRST_DAYS, OVERLAP_DAYS, OUTAGE_DAYS, SWEEP_DAYS = 14, 3, 10, 45
TRY_AGAIN_DAYS = 7
"""How long one clock alone is asked after the question with both was refused."""
MOSTLY = 0.2
"""A page with a larger share of unreadable records has another shape than we know."""

_IDENTIFIER = re.compile(r"[\w.-]{1,80}")


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
    delay = 3.0
    timeout = 60.0  # questions with "or" have been seen to take long
    robots = "interface"  # the publisher asks machines to use this interface; its robots.txt is about crawling the website

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        today = amsterdam_day(now)
        through = today - timedelta(days=1)
        last = cursors.get("through")
        clock = "day" if cursors.get("day_clock_until", "") > today.isoformat() else "both"
        remember = {"through": through.isoformat()}
        if last is None:
            begin = since or today - timedelta(days=FIRST_DAYS)
        else:
            known = date.fromisoformat(last)
            begin = known - timedelta(days=OUTAGE_DAYS if (through - known).days > OVERLAP_DAYS else OVERLAP_DAYS)
            begin = min(begin, since or begin)
        asks = [self._ask(clock, begin, None, through=through)]
        if last is not None and cursors.get("swept") != today.isoformat():
            asks.append(self._ask("available", today - timedelta(days=SWEEP_DAYS), None, through=through))
        remember["swept"] = today.isoformat()
        return Listing(asks=tuple(asks), cursors=remember)

    def history(self, first: date, last: date) -> Listing:
        return Listing(asks=(self._ask("available", first, last, through=last - timedelta(days=1)),))

    def read(self, page: Page, ask: Ask) -> Listing:
        try:
            root = _response(page)
        except SourceError as error:
            if ask.meta["clock"] != "both":
                raise
            # Whether the second clock can be asked with ">=" is not documented: the first one alone is the fallback.
            note = f"{error}; asked again by day of editing alone"
            until = date.fromisoformat(ask.meta["today"]) + timedelta(days=TRY_AGAIN_DAYS)
            return Listing(asks=(self._again(ask, clock="day"),), cursors={"day_clock_until": until.isoformat()}, notes=(note,))
        total = _number(require_one(root, "sru:numberOfRecords", NAMESPACES))
        begin, end = date.fromisoformat(ask.meta["begin"]), date.fromisoformat(ask.meta["end"] or ask.meta["today"])
        if total >= SLICE and begin < end and ask.meta["position"] == "1":
            middle = begin + (end - begin) / 2
            halves = ((begin, middle), (middle + timedelta(days=1), None if not ask.meta["end"] else end))
            return Listing(asks=tuple(self._again(ask, begin=a, end=b) for a, b in halves))
        return self._records(root, ask, total)

    def questions(self, now: datetime) -> tuple[Question, ...]:
        day = amsterdam_day(now) - timedelta(days=1)

        def hits(page: Page) -> int:
            return _number(require_one(_response(page), "sru:numberOfRecords", NAMESPACES))

        def clocks(page: Page) -> str:
            return f"{hits(page)} hits: both clocks can be asked with >=; no setting needed, the hourly question uses both"

        def flat(page: Page) -> str:
            listing = self.read(page, one_day)
            provisional = [s for s in listing.sightings if s.provisional]
            numbered = sum(1 for s in provisional if s.dossiers)
            return f"{len(listing.sightings)} papers, {len(provisional)} provisional, {numbered} of these with a dossier number"

        def diagnostic(page: Page) -> str:
            try:
                return f"{hits(page)} hits for an index that does not exist: errors of this source are silent; do not trust an empty answer"
            except SourceError as error:
                return f"a wrong question is refused as we expect: {error}"

        def validators(page: Page) -> str:
            named = "ETag" in page.content_type or "Last-Modified" in page.content_type
            return f"status {page.status}: {'validators are offered' if named else 'no ETag and no Last-Modified'} ({page.content_type})"

        one_day = self._ask("day", day, day, through=day)
        wrong = replace(one_day, url=f"{self.bases['sru']}?operation=searchRetrieve&version=2.0&query=w.bestaatniet%3D%3D1&maximumRecords=1")
        paper = replace(one_day, url=f"{self.bases['site']}kst-32824-448.xml")
        return (
            Question(text="may cd.datumTijdstipWijzigingWork be asked with >=?", ask=self._ask("both", day, day, through=day), reading=clocks),
            Question(text="do provisional papers carry a dossier number?", ask=one_day, reading=flat),
            Question(text="how is a wrong question refused?", ask=wrong, reading=diagnostic),
            Question(text="does the site offer ETag or Last-Modified?", ask=paper, reading=validators),
        )

    def usable(self, link: FileLink, body: bytes) -> str | None:
        """A missing file may be answered by an error page with status 200: an HTML text must be the paper's own page."""
        if link.media_type == "text/html" and b"broodtekst" not in body:
            return "HTML without a text of a publication"
        return super().usable(link, body)

    def _records(self, root: _Element, ask: Ask, total: int) -> Listing:
        sightings: list[Sighting] = []
        odd: list[Odd] = []
        notes: list[str] = []
        ignored: dict[str, int] = {}
        records = select(root, "sru:records/sru:record", NAMESPACES)
        if not root.findtext("sru:nextRecordPosition", namespaces=NAMESPACES):
            _check_all_there(total, int(ask.meta["position"]) - 1 + len(records))
        last = None
        for place, record in enumerate(records, start=1):
            identifier = record.findtext(".//{*}originalData//{*}identifier")
            last = identifier or last
            try:
                reading = read_record(record, self.name)
            except SelectionError as error:
                odd.append(Odd(subject=identifier or f"record {place} from {ask.meta['position']}", reason=str(error)))
                continue
            if isinstance(reading, Foreign):
                ignored[reading.reason] = ignored.get(reading.reason, 0) + 1
            else:
                sightings.append(reading.sighting)
                notes.extend(reading.notes)
        if len(odd) > MOSTLY * len(records):
            raise SelectionError(f"{len(odd)} of {len(records)} records cannot be read, the first: {odd[0].subject}: {odd[0].reason}")
        return Listing(sightings=tuple(sightings), asks=self._next(root, ask, last), ignored=ignored, odd=tuple(odd), notes=tuple(notes))

    def _next(self, root: _Element, ask: Ask, last: str | None) -> tuple[Ask, ...]:
        """The next page; no `nextRecordPosition` is the sign that this was the last one."""
        position = root.findtext("sru:nextRecordPosition", namespaces=NAMESPACES)
        if position is None:
            return ()
        if not position.strip().isdigit() or int(position) <= int(ask.meta["position"]):
            raise SelectionError(f"nextRecordPosition {position.strip()[:20]!r} does not lead on from {ask.meta['position']}")
        if int(position) > KEY_AFTER and last is not None and _IDENTIFIER.fullmatch(fold(last)):
            return (self._again(ask, after=fold(last)),)
        return (self._again(ask, position=int(position)),)

    def _again(
        self, ask: Ask, *, clock: str | None = None, begin: date | None = None, end: date | None = None, position: int = 1, after: str | None = None
    ) -> Ask:
        """The same question with something changed."""
        meta = ask.meta
        halved = begin is not None
        return self._ask(
            clock or meta["clock"],
            begin or date.fromisoformat(meta["begin"]),
            end if halved else (date.fromisoformat(meta["end"]) if meta["end"] else None),
            through=date.fromisoformat(meta["today"]) - timedelta(days=1),
            position=position,
            after=after or meta["after"],
        )

    def _ask(self, clock: str, begin: date, end: date | None, *, through: date, position: int = 1, after: str = "") -> Ask:
        query = f'c.product-area=="{AREA}" and w.organisatietype=="{PARLIAMENT}" and {_window(clock, begin, end)}'
        if after:
            query += f' and dt.identifier>"{after}"'
        parameters = {
            "operation": "searchRetrieve",
            "version": "2.0",
            "query": f"{query} sortBy dt.identifier/sort.ascending",
            "startRecord": str(position),
            "maximumRecords": str(PAGE),
            "recordSchema": "gzd",
        }
        meta = {
            "clock": clock,
            "begin": begin.isoformat(),
            "end": end.isoformat() if end else "",
            "today": (through + timedelta(days=1)).isoformat(),
            "position": str(position),
            "after": after,
        }
        return Ask(url=f"{self.bases['sru']}?{urlencode(parameters, quote_via=quote)}", step="list", meta=meta)


def _window(clock: str, begin: date, end: date | None) -> str:
    """The days asked for, on the day of editing and on the repository's own clock (which disagree for some records), or of first appearance."""

    def between(index: str, last: date | None) -> str:
        return f'{index}>="{begin}"' if last is None else f'({index}>="{begin}" and {index}<="{last}")'

    if clock == "available":
        return between("dt.available", end)
    day = between("dt.modified", end)
    if clock == "day":
        return day
    # The other clock tells instants: everything of the last day lies before the next one begins.
    return f"({day} or {between('cd.datumTijdstipWijzigingWork', end + timedelta(days=1) if end else None)})"


def _number(element: _Element) -> int:
    text = (element.text or "").strip()
    if not text.isdigit():
        raise SelectionError(f"numberOfRecords is {text[:20]!r}")
    return int(text)


def _check_all_there(total: int, sent: int) -> None:
    """The count is an estimate; an end far before it is no end."""
    if sent < (1 - MOSTLY) * total:
        raise SelectionError(f"the search counts {total} records and ends after {sent}")


def _response(page: Page) -> _Element:
    """The root of a search answer.

    Raises:
        SourceError: HTML or another document with status 200, or a diagnostic instead of records.
    """
    root = parse_xml(page.body)
    if root.tag != f"{{{NAMESPACES['sru']}}}searchRetrieveResponse":
        raise SelectionError(f"expected searchRetrieveResponse, got {etree.QName(root).localname}")
    for diagnostic in select(root, ".//*[local-name()='diagnostic']"):
        told = [fold(diagnostic.findtext(f"{{*}}{name}") or "") for name in ("uri", "message", "details")]
        raise SourceError(f"the search refused the question: {' '.join(part for part in told if part)[:300]}")
    return root
