"""One crawl: `crawl` in a running service, `python -m crawler.run <source> --db PATH` in a process of its own.

Exit status: 0 the source was read, 1 the source failed, 2 wrong use.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crawler.sources import source_class, source_classes
from crawler.sources.base import Source
from db.errors import UsageError
from db.store import Store

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerRunner

    from crawler.politeness import Pace

logger = logging.getLogger(__name__)

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
STOP_SECONDS = 8.0
"""How long a stopped crawl may take to end by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlOutcome:
    """How a crawl ended, and what it counted."""

    source: str
    outcome: Literal["ok", "failed", "stopped"]
    reason: str | None
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def found_something(self) -> bool:
        """Whether there is work for the rest of the line."""
        return any(self.counts.get(name, 0) for name in ("new", "changed", "withdrawn"))


def utc_now() -> datetime:
    """The clock of a real crawl."""
    return datetime.now(UTC)


async def crawl(
    runner: AsyncCrawlerRunner,
    source: Source,
    store: Store,
    *,
    clock: Callable[[], datetime] = utc_now,
    since: date | None = None,
    until: date | None = None,
    pace: Pace | None = None,
    user_agent: str | None = None,
) -> CrawlOutcome:
    """Crawl a source once and keep what is new, on a running asyncio reactor. The crawl's row and its failures are in the store afterwards.

    Args:
        runner: may be shared by all crawls of a process; its `stop()` ends them.
        since: ask from this day on, whatever earlier crawls remembered.
        until: with `since`, a crawl of the past: what appeared from the one day to the other, without touching the watermark.
        pace: how politely; the source's own pace when not given.

    The watermark moves last, after everything it covers is kept, and only when nothing failed and nothing cut the crawl off.
    """
    from scrapy.crawler import Crawler

    from crawler.guard import guard_resolver
    from crawler.health import Ledger
    from crawler.politeness import Pace
    from crawler.settings import USER_AGENT, crawl_settings
    from crawler.spider import SourceSpider

    guard_resolver(source)
    crawl_id = store.start_crawl(source.name if until is None else f"{source.name}:backfill", clock())
    ledger = Ledger(source=source.name, store=store, clock=clock)
    settings = crawl_settings(source, pace or Pace.of(source), clock, user_agent or USER_AGENT)
    if until is not None:
        settings["CLOSESPIDER_TIMEOUT"] = 0  # years are long; whoever started it says how long it may take
    crawler = Crawler(SourceSpider, settings)
    finish_reason = "shutdown"
    try:
        await runner.crawl(crawler, source=source, ledger=ledger, cursors=store.cursors(source.name), since=since, until=until)
        finish_reason = str(crawler.stats.get_value("finish_reason"))
    except Exception as error:
        ledger.error("crawl", f"{type(error).__name__}: {error}")
    finally:
        outcome = _conclude(source, ledger, finish_reason, past=until is not None)
        store.finish_crawl(crawl_id, at=clock(), outcome=outcome.outcome, reason=outcome.reason, counts=outcome.counts)
    logger.info("crawl over source=%s outcome=%s reason=%s counts=%s", source.name, outcome.outcome, outcome.reason, dict(outcome.counts))
    return outcome


def _conclude(source: Source, ledger: Any, finish_reason: str, *, past: bool) -> CrawlOutcome:
    """How the crawl went.

    Moves the watermarks when it went well, those of the parts that did when only some failed. A crawl of the past may find nothing and moves none.
    """
    from crawler.health import failures_of

    counts = ledger.counts
    finished = finish_reason == "finished"
    if finished:
        ledger.judge(listed_at_least=source.listed_at_least, each_part=source.each_part, never_empty=source.never_empty, past=past)
    outcome: Literal["ok", "failed", "stopped"] = "failed" if ledger.errors else "ok" if finished else "stopped"
    reason = ledger.reason() or (None if finished else finish_reason)
    if finished and not past and "" not in ledger.errors:
        now = ledger.clock()
        ledger.store.move_cursors(source.name, ledger.settled(), at=now)
        for part in {"", *ledger.cursors} - set(ledger.errors):
            ledger.store.resolve("crawl", failures_of(source.name, part), at=now)
    return CrawlOutcome(source=source.name, outcome=outcome, reason=reason, counts=dict(counts), notes=tuple(ledger.notes))


def run(
    source: Source,
    store: Store,
    *,
    since: date | None = None,
    until: date | None = None,
    pace: Pace | None = None,
    user_agent: str | None = None,
) -> CrawlOutcome:
    """Crawl once in this process, which must not have run a reactor before and cannot run one again. SIGTERM and SIGINT end the crawl cleanly."""
    from scrapy.utils.reactor import install_reactor

    install_reactor(REACTOR)
    from scrapy.crawler import AsyncCrawlerRunner
    from twisted.internet import task
    from twisted.internet.defer import Deferred

    outcomes: list[CrawlOutcome] = []

    async def main() -> None:
        await asyncio.sleep(0)  # the reactor sets its own signal handlers when it starts; ours come after
        runner = AsyncCrawlerRunner()
        crawling = asyncio.ensure_future(crawl(runner, source, store, since=since, until=until, pace=pace, user_agent=user_agent))
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        waiting = asyncio.ensure_future(stopping.wait())
        await asyncio.wait({crawling, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not crawling.done():
            await asyncio.wait({asyncio.ensure_future(runner.stop()), crawling}, timeout=STOP_SECONDS)
            crawling.cancel()
        waiting.cancel()
        try:
            outcomes.append(await crawling)
        except asyncio.CancelledError:
            outcomes.append(CrawlOutcome(source=source.name, outcome="stopped", reason="stopped while waiting for an answer"))

    try:
        task.react(lambda _: Deferred.fromFuture(asyncio.ensure_future(main())))
    except SystemExit:
        if not outcomes:
            raise
    return outcomes[0]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: arguments in, exit status out."""
    options = _parse(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for noisy in ("scrapy", "twisted", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        source = source_class(options.source)(dict(options.base_url))
        store = Store.open(options.db)
    except UsageError as error:
        logger.error("%s", error)
        return 2
    try:
        outcome = run(source, store, since=options.since, until=options.until, pace=_pace(source, options), user_agent=options.user_agent)
    finally:
        store.close()
    return 0 if outcome.outcome == "ok" else 1


def _pace(source: Source, options: argparse.Namespace) -> Pace:
    from dataclasses import replace

    from crawler.politeness import Pace

    pace = Pace.of(source)
    given = {name: getattr(options, name) for name in ("delay", "backoff") if getattr(options, name) is not None}
    return replace(pace, **given)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crawler.run", description="Crawl one source once.")
    parser.add_argument("source", help=f"one of: {', '.join(source_classes())}")
    parser.add_argument("--db", type=Path, required=True, metavar="PATH", help="the database; made when absent")
    parser.add_argument(
        "--base-url", type=_base_url, action="append", default=[], metavar="[NAME=]URL", help="ask elsewhere; without NAME all endpoints move"
    )
    parser.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="ask from this day on")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="with --since: only what appeared between the two days")
    parser.add_argument("--delay", type=float, metavar="SECONDS", help="between requests to one host")
    parser.add_argument("--backoff", type=float, metavar="SECONDS", help="before asking again after a refusal; doubles")
    parser.add_argument("--user-agent", metavar="TEXT", help="how to introduce ourselves; name a contact")
    return parser.parse_args(arguments)


def _base_url(text: str) -> tuple[str, str]:
    name, separator, url = text.partition("=")
    return (name, url) if separator and "://" not in name else ("*", text)


if __name__ == "__main__":
    sys.exit(main())
