"""`kamerspoor backfill`: what a source published in the past, slice by slice; each slice is fetched, read and noted before the next begins."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import typer
from rich.console import Console

from crawler.dates import amsterdam_day
from crawler.sources import source_class, source_classes
from db import backfills, lock
from db.errors import UsageError
from db.store import Store
from pipeline.commands.progress import bar
from pipeline.crawls import crawl_all, source_settings
from pipeline.run import Line, run_line
from pipeline.settings import Settings, load_settings
from pipeline.topics import topic_titles
from pipeline.watches import load_watches
from pipeline.worker import Worker

SLICE = timedelta(days=14)
SLOWER = 2.0
"""A backfill waits this much longer between requests than the live crawl, which it may not disturb."""


def run_backfill(name: str, first: date | None, last: date | None, config: Path | None, db: Path | None) -> int:
    """Exit status 0 all days are fetched, 1 a slice failed (the same command tries it again), 2 wrong use."""
    settings = load_settings(config, database=db)
    source = source_class(name)(source_settings(settings, name).endpoints())
    last = last or amsterdam_day(datetime.now(UTC))
    if first is None or first > last:
        raise UsageError(f"backfill: --from must be a day before {last}")
    source.history(first, last)  # says so when the source cannot be asked by day
    settings = _slower(settings, name, source.delay)
    with lock.writing(settings.database_path):
        store = Store.open(settings.database_path)
        try:
            return _work(store, settings, name, first, last)
        finally:
            store.close()


def slices(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days from first to last in pieces, oldest first."""
    while first <= last:
        end = min(last, first + SLICE - timedelta(days=1))
        yield first, end
        first = end + timedelta(days=1)


def _slower(settings: Settings, name: str, delay: float) -> Settings:
    own = source_settings(settings, name)
    slow = own.model_copy(update={"delay": (delay if own.delay is None else own.delay) * SLOWER})
    return settings.model_copy(update={"sources": {**settings.sources, name: slow}})


def _work(store: Store, settings: Settings, name: str, first: date, last: date) -> int:
    done = backfills.begin(store, name, first, last, datetime.now(UTC))
    if done is not None and done >= last:
        typer.echo(f"{name}: {first} to {last} is fetched already")
        return 0
    start = first if done is None else done + timedelta(days=1)
    titles = topic_titles(settings.topics)
    watches = load_watches(settings.watches, frozenset(titles), frozenset(source_classes()))
    console = Console(stderr=True)
    found = 0
    began = time.monotonic()
    days = (last - start).days + 1
    with Worker.of(settings) as worker, bar(console, total=days, text=f"{name} from {start}") as advance:
        line = Line(store=store, reader=worker, watches=watches, topic_titles=titles, settings=settings, now=lambda: datetime.now(UTC))
        for begin, end in slices(start, last):
            (report,) = crawl_all(settings, [name], store, since=begin, until=end)
            # what was fetched is read even when the slice failed: it is kept already
            run_line(replace(line))
            if not report.ok:
                typer.echo(f"{name}: FAILED at {begin} to {end}: {report.reason}; the same command goes on from {begin}")
                return 1
            found += report.counts["new"]
            backfills.move(store, name, first, last, end, datetime.now(UTC))
            through = (end - start).days + 1
            advance(done=through, text=f"{name} through {end}: {found} publications, {_left(time.monotonic() - began, through, days)} to go")
    typer.echo(f"{name}: {first} to {last} fetched, {found} publications new in this run")
    return 0


def _left(spent: float, done: int, total: int) -> str:
    """What the rest takes at the pace so far, in words."""
    minutes = spent / done * (total - done) / 60
    return f"about {minutes / 60:.1f} hours" if minutes >= 90 else f"about {minutes:.0f} minutes"
