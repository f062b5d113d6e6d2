"""When things run: each source says how often, what a crawl finds starts the line, a slow heartbeat picks up what was left.

One process, one asyncio loop: APScheduler starts the crawls, Scrapy makes them on the same loop (a poll costs milliseconds, not the seconds of a
fresh process), the line works in a thread of its own with its own connection, and a supervised child process reads the documents. Another one serves
the pages, where the settings ask for it. SIGTERM and SIGINT end all of it within seconds; nothing durable hangs on a clean end.

    python scheduler.py [--config FILE] [--db FILE] [--since DAY]
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from scrapy.utils.reactor import install_reactor

from crawler.politeness import Pace
from crawler.run import REACTOR, crawl
from crawler.sources import source_classes
from crawler.sources.base import Source
from db import lock
from db.errors import MonitorError, UsageError
from db.store import Store, sqlite_version_note
from pipeline.alarms import check
from pipeline.browsing import pages_of
from pipeline.crawls import source_settings, user_agent
from pipeline.run import Line, run_line
from pipeline.settings import Settings, interval, load_settings
from pipeline.topics import topic_titles
from pipeline.watches import Watch, load_watches
from pipeline.worker import Worker

log = logging.getLogger("scheduler")

HEARTBEAT = timedelta(minutes=5)
STOP_SECONDS = 8.0
"""How long running work may take to end by itself; stays below the stop timeout of service managers (10 seconds and more)."""


class LineThread:
    """The line in a thread of its own, woken by a crawl that found something or by the heartbeat."""

    def __init__(self, settings: Settings, watches: Sequence[Watch], titles: Mapping[str, str]) -> None:
        self._settings, self._watches, self._titles = settings, watches, titles
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="line")
        self._worker = Worker.of(settings)
        self._stopping = threading.Event()
        self._due = asyncio.Event()

    def wake(self) -> None:
        """Ask for a pass of the line as soon as it is free."""
        self._due.set()

    async def work(self) -> None:
        """Run passes until stopped."""
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            self._due.clear()
            await loop.run_in_executor(self._executor, self._one_pass)
            try:
                await asyncio.wait_for(self._due.wait(), HEARTBEAT.total_seconds())
            except TimeoutError:
                continue

    def stop(self) -> None:
        """End the pass after the event at hand; a document that is being read is given up and stays pending."""
        self._stopping.set()
        self._due.set()
        self._worker.stop()

    def _one_pass(self) -> None:
        try:
            # The connection belongs to this thread and to this pass: an idle service keeps no snapshot open.
            store = Store.open(self._settings.database_path)
        except MonitorError as error:
            log.error("line not started: %s", error)
            return
        try:
            line = Line(
                store=store,
                reader=self._worker,
                watches=self._watches,
                topic_titles=self._titles,
                settings=self._settings,
                now=lambda: datetime.now(UTC),
                stopping=self._stopping.is_set,
            )
            outcome = run_line(line)
            check(store, self._settings, datetime.now(UTC))
            if outcome.counts or outcome.failed or outcome.delivery.delivered or outcome.delivery.failed:
                log.info("line done counts=%s failed=%d delivery=%s", dict(outcome.counts), outcome.failed, outcome.delivery)
        except Exception:
            log.exception("line broke off; the next pass goes on where it was")
        finally:
            store.close()


async def serve(settings: Settings, watches: Sequence[Watch], titles: Mapping[str, str], since: date | None, config: Path | None) -> None:
    """Run until SIGTERM or SIGINT; a source that was never crawled is asked from `since` on.

    Args:
        config: the settings file that the command named, for the pages, which read it themselves.
    """
    from scrapy.crawler import AsyncCrawlerRunner

    await asyncio.sleep(0)  # the reactor sets its own signal handlers when it starts; ours come after
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    store = Store.open(settings.database_path)
    runner = AsyncCrawlerRunner()
    line = LineThread(settings, watches, titles)
    working = asyncio.ensure_future(line.work())
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})

    async def poll(source: Source, pace: Pace) -> None:
        try:
            first = since if not store.cursors(source.name) else None
            outcome = await crawl(runner, source, store, since=first, pace=pace, user_agent=user_agent(settings.contact))
        except Exception:
            log.exception("crawl of %s broke off", source.name)
            return
        level = logging.INFO if outcome.outcome == "ok" else logging.WARNING
        log.log(level, "crawled source=%s outcome=%s reason=%s counts=%s", source.name, outcome.outcome, outcome.reason, dict(outcome.counts))
        if outcome.found_something:
            line.wake()

    for name, kind in source_classes().items():
        own = source_settings(settings, name)
        if own.enabled:
            source = kind(own.endpoints())
            pace = Pace.of(source) if own.delay is None else replace(Pace.of(source), delay=own.delay)
            trigger = IntervalTrigger(seconds=max(1, int(interval(settings, name, kind.every).total_seconds())))
            scheduler.add_job(poll, trigger, [source, pace], id=name, next_run_time=datetime.now(UTC))
    pages = pages_of(settings, store, config, lambda: datetime.now(UTC))
    browsing = asyncio.ensure_future(pages.run() if pages else asyncio.sleep(0))
    scheduler.start()
    log.info("watching sources=%s database=%s", [job.id for job in scheduler.get_jobs()], settings.database_path)
    await stop.wait()
    log.info("stopping")
    scheduler.pause()
    line.stop()
    if pages:
        pages.stop()
    await asyncio.wait({asyncio.ensure_future(runner.stop()), working, browsing}, timeout=STOP_SECONDS)
    scheduler.shutdown(wait=False)
    store.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command: exit status 0 after a stop that was asked for, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python scheduler.py", description="Watch the sources until stopped.")
    parser.add_argument("--config", type=Path, help="settings file")
    parser.add_argument("--db", type=Path, help="database file")
    parser.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="ask a source that was never crawled from this day on (YYYY-MM-DD)")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for noisy in ("scrapy", "twisted", "apscheduler", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        settings = load_settings(options.config, database=options.db)
        titles = topic_titles(settings.topics)
        watches = load_watches(settings.watches, frozenset(titles), frozenset(source_classes()))
        with lock.writing(settings.database_path):
            Store.open(settings.database_path).close()
            if note := sqlite_version_note():
                log.warning("%s", note)
            _run(settings, watches, titles, options.since, options.config)
    except UsageError as error:
        print(f"kamerspoor: {error}", file=sys.stderr)
        return 2
    return 0


def _run(settings: Settings, watches: Sequence[Watch], titles: Mapping[str, str], since: date | None, config: Path | None) -> None:
    install_reactor(REACTOR)
    from twisted.internet import task
    from twisted.internet.defer import Deferred

    try:
        task.react(lambda _: Deferred.fromFuture(asyncio.ensure_future(serve(settings, watches, titles, since, config))))
    except SystemExit as stop:
        # react() ends with an exit of its own; only a failure is news
        if stop.code:
            raise


if __name__ == "__main__":
    sys.exit(main())
