"""What a crawl listed, kept and failed, and whether every request that was scheduled came to an end."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler

from db.health import GAP, PARTS_WELL, end_failure, repeated_failure
from db.records import Sighting
from db.store import GIVE_UP_AFTER, Store

logger = logging.getLogger(__name__)

ASK_ID = "ask_id"
"""Request meta: the number of an ask. Retries and redirects carry it on."""
MOSTLY = 0.2
"""Of what a larger share cannot be read has another shape than we know: that is a failure, and no series of odd records."""
SOME = 3
"""From this number of papers on, a part of which most files cannot be used failed: one or two may be gone for good."""
WAITING = "files that waited"
"""The part of what an earlier crawl could not fetch: it is tried again whatever is listed now, so no watermark has to wait for it."""
_TRY_AGAIN = timedelta(days=1)
_SHOWN_NOTES = 20
_SHOWN_SUBJECT = 120


@dataclass(slots=True)
class Ledger:
    """The books of one crawl. Written by spider, handoff and health, read when the crawl is over."""

    source: str
    store: Store
    clock: Callable[[], datetime]
    counts: Counter[str] = field(default_factory=Counter)
    parts: dict[str, Counter[str]] = field(default_factory=dict)
    """By part: the counts that tell whether it went well."""
    cursors: dict[str, dict[str, str]] = field(default_factory=dict)
    """By part of the source (`Ask.part`): watermarks to move when the part went well."""
    latest: dict[str, dict[str, datetime]] = field(default_factory=dict)
    """By part: watermarks that are moments; the latest of those that the pages showed counts."""
    validators: dict[str, dict[str, str]] = field(default_factory=dict)
    _unread: set[str] = field(default_factory=set)
    """Records that earlier crawls could not read, and this one is asking for again."""
    errors: dict[str, list[str]] = field(default_factory=dict)
    """By part: why it failed. Under the empty name: why the whole crawl did."""
    notes: list[str] = field(default_factory=list)
    open_asks: dict[int, str] = field(default_factory=dict)
    after_keeping: Callable[[Sighting, str | None], None] = lambda *_: None
    """Called with each sighting that was kept or found unchanged, and with why its files are missing."""
    _next_ask: int = 0

    def number_ask(self) -> int:
        """A number for the next ask."""
        self._next_ask += 1
        return self._next_ask

    def count(self, name: str, part: str, number: int = 1) -> None:
        """Count for the crawl, and for the part of its source."""
        self.counts[name] += number
        self.parts.setdefault(part, Counter())[name] += number

    def listed_again(self, part: str) -> None:
        """Count for a part what another part of this crawl has listed already: the crawl met it once, the part shows it all the same."""
        self.parts.setdefault(part, Counter())["listed"] += 1

    def remember(self, cursors: Mapping[str, str], part: str, latest: Mapping[str, datetime] | None = None) -> None:
        """Note watermarks that a page of this part gave."""
        self.cursors.setdefault(part, {}).update(cursors)
        known = self.latest.setdefault(part, {})
        known.update({name: max(moment, known.get(name, moment)) for name, moment in (latest or {}).items()})

    def error(self, subject: str, reason: str, detail: str | None = None, part: str = "") -> None:
        """Note something that makes the crawl a failed one, as a row too: all of it, or one part of its source."""
        self.counts["failed"] += 1
        self.errors.setdefault(part, []).append(f"{reason} ({subject[:_SHOWN_SUBJECT]})")
        self.store.fail("crawl", f"{failures_of(self.source, part)}{subject}", reason, detail, self.clock(), source=self.source)
        logger.error("crawl error source=%s part=%s subject=%s reason=%s", self.source, part, subject, reason)

    def reason(self) -> str | None:
        """Why the crawl failed: the first reason, of each part that failed when the others did not; None when nothing failed."""
        if "" in self.errors:
            return self.errors[""][0]
        return "; ".join(f"{part}: {reasons[0]}" for part, reasons in sorted(self.errors.items())) or None

    def settled(self) -> dict[str, str]:
        """The watermarks of the parts that went well."""
        # A page that answers "not modified" next time would hide what could not be read or fetched of it.
        whole = {part: values for part, values in self.validators.items() if not any(self.of(part, name) for name in ("odd", "unusable"))}
        moments = {part: {name: moment.isoformat() for name, moment in values.items()} for part, values in self.latest.items()}
        return {
            name: value
            for kind in (self.cursors, moments, whole)
            for part, values in kind.items()
            if part not in self.errors
            for name, value in values.items()
        }

    def of(self, part: str, name: str) -> int:
        """A count of one part."""
        return self.parts.get(part, Counter())[name]

    def judge(self, *, listed_at_least: int, each_part: bool, past: bool, never_empty: Collection[str] = ()) -> None:
        """Find what fails a crawl that came to its end although every answer could be read, each part of the source by itself.

        What is spread over parts that are well by themselves is judged together at last, so that no part hides another and none holds up another.

        Args:
            listed_at_least: items that the source must show.
            each_part: whether every part must show something too.
            never_empty: parts that must show something where the others need not.
            past: a crawl of the past may find nothing, files of long ago may be gone, and a page or two may be of another time.
        """
        for part in [part for part in self.parts if part]:
            self._judge([part], part, past=past)
            if each_part and not past and part not in self.errors and part != WAITING and not self._shown(part):
                self.error("listing", "EmptyListing: it lists nothing", part=part)
        for part in never_empty if not past else ():
            if part not in self.errors and not self._shown(part):
                self.error("listing", "EmptyListing: it lists nothing", part=part)
        self.counts[PARTS_WELL] = sum(1 for part in self.parts if part not in ("", WAITING, *self.errors))
        if "" not in self.errors:
            self._judge([part for part in self.parts if part not in self.errors], "", past=past)
        if not past and not self.errors and self.counts["listed"] < listed_at_least and not self.counts["listed_unchanged"]:
            self.error("listing", f"EmptyListing: listed {self.counts['listed']}, expected at least {listed_at_least}")

    def _shown(self, part: str) -> int:
        return self.of(part, "listed") + self.of(part, "listed_unchanged")

    def _judge(self, parts: Sequence[str], part: str, *, past: bool) -> None:
        odd, listed, unusable, usable = (sum(self.of(one, name) for one in parts) for name in ("odd", "listed", "unusable", "usable"))
        if odd > MOSTLY * (listed + odd) and (not past or odd >= SOME):
            self.error("listing", f"{odd} records cannot be read, {listed} can", part=part)
        elif not past and part not in self.errors and unusable >= SOME and unusable > usable:
            self.error("files", f"no usable file of {unusable} papers, of {usable} there is one", part=part)

    def odd(self, subject: str, reason: str, part: str = "") -> None:
        """Note one record that could not be read; the crawl goes on."""
        self.count("odd", part)
        self.store.fail("list", f"{self.source}:{subject}", reason, None, self.clock(), source=self.source)
        logger.warning("odd record source=%s subject=%s reason=%s", self.source, subject, reason)

    def gave_up(self, subject: str, stamp: datetime | None) -> bool:
        """Whether several crawls could not read this record, and neither its source nor a new day gives a reason to try again.

        Args:
            stamp: when the source says that it changed last.
        """
        failed = repeated_failure(self.store.connection, "list", f"{self.source}:{subject}")
        if failed is None:
            return False
        times, last = failed
        if times < GIVE_UP_AFTER or (stamp is not None and stamp > last) or self.clock() - last >= _TRY_AGAIN:
            self._unread.add(subject)
            return False
        return True

    def read_at_last(self, subject: str) -> None:
        """Note that a record can be read; what was wrong with it is over."""
        if subject in self._unread:
            self._unread.discard(subject)
            end_failure(self.store, "list", f"{self.source}:{subject}", self.clock())

    def gap(self, text: str) -> None:
        """Note what of the days asked for the source cannot give."""
        self.counts[f"{GAP}{text}"] = 1
        logger.warning("gap source=%s text=%s", self.source, text)

    def note(self, text: str) -> None:
        """Note something for a person to read."""
        self.counts["notes"] += 1
        if len(self.notes) < _SHOWN_NOTES:
            self.notes.append(text)
        logger.info("note source=%s text=%s", self.source, text)


def failures_of(source: str, part: str) -> str:
    """How the subjects of the failures of a source, or of one part of it, begin."""
    return f"{source}/{part}:" if part else f"{source}:"


class Health:
    """Scrapy extension: counts requests, and notices those that vanish without an answer or an error."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.scheduled, signal=signals.request_scheduled)
        crawler.signals.connect(self.reached, signal=signals.request_reached_downloader)
        crawler.signals.connect(self.spider_error, signal=signals.spider_error)
        crawler.signals.connect(self.item_error, signal=signals.item_error)
        crawler.signals.connect(self.closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Health:
        return cls(crawler)

    @property
    def _ledger(self) -> Ledger:
        ledger = getattr(self._crawler.spider, "ledger", None)
        if not isinstance(ledger, Ledger):
            raise TypeError("the spider keeps no ledger")
        return ledger

    def scheduled(self, request: Request) -> None:
        """A request went into the queue."""
        if ASK_ID in request.meta:
            self._ledger.open_asks[request.meta[ASK_ID]] = request.url

    def reached(self) -> None:
        """A request went out."""
        self._ledger.counts["requests"] += 1

    def spider_error(self, failure: Any, response: Any) -> None:
        """A callback raised what is no error of a source: our fault, and the crawl's failure."""
        self._ledger.error(getattr(response, "url", "start"), f"{type(failure.value).__name__}: {failure.value}", failure.getTraceback())

    def item_error(self, item: Any, failure: Any) -> None:
        """A sighting could not be kept."""
        self._ledger.error(item.sighting.identifier, f"not kept: {type(failure.value).__name__}: {failure.value}", failure.getTraceback())

    def closed(self, reason: str) -> None:
        """The crawl is over: whatever is still open was lost on the way, or cut off by a stop."""
        if reason == "finished":
            for url in self._ledger.open_asks.values():
                self._ledger.error(url, "request vanished without an answer or an error")
