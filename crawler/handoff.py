"""The only item pipeline: a sighting and its bytes into the store, in one transaction with the event that they are."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.crawler import Crawler

from crawler.health import Ledger
from db.records import FetchedFile, Sighting


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """What the spider hands over: a sighting, what was fetched of it, and why nothing was where nothing could be."""

    sighting: Sighting
    files: tuple[FetchedFile, ...] = ()
    missing: str | None = None


class Handoff:
    """Keeps what it is handed."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Handoff:
        return cls(crawler)

    def process_item(self, item: Handed) -> Handed:
        """Keep one sighting. What the store raises fails the crawl (see `Health.item_error`)."""
        ledger = getattr(self._crawler.spider, "ledger", None)
        if not isinstance(ledger, Ledger):
            raise TypeError("the spider keeps no ledger")
        outcome = ledger.store.keep(item.sighting, item.files, at=ledger.clock(), missing=item.missing)
        ledger.counts[outcome] += 1
        ledger.counts["kept"] += outcome != "unchanged"
        ledger.counts["incomplete"] += item.missing is not None
        ledger.counts["bytes"] += sum(len(file.body) for file in item.files)
        ledger.after_keeping(item.sighting, item.missing)
        return item
