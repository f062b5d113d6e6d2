"""`kamerspoor backfill`: what a source published in the past, slice by slice; each slice is fetched, read and noted before the next begins.

A part of a source that fails (one council of ten) is named at the end and does not hold up the others: the same command then goes on from the first
slice that is not whole, and what is stored already is not fetched again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

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

FORTNIGHT = timedelta(days=14)
MOST_BROKEN = 10
"""Slices that may be fetched without some part of the source before it is left in peace."""
LOOK_SECONDS = 3.0
"""How often a person who waits is told how far it is."""
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
            return _work(store, settings, name, first, last, walks=source.walks_through_the_past())
        finally:
            store.close()


def slices(first: date, last: date, by: Literal["fortnight", "year"] = "fortnight") -> Iterator[tuple[date, date]]:
    """The days from first to last in pieces, oldest first: two weeks each, or the rest of each calendar year."""
    while first <= last:
        end = min(last, first + FORTNIGHT - timedelta(days=1) if by == "fortnight" else date(first.year, 12, 31))
        yield first, end
        first = end + timedelta(days=1)


def _slower(settings: Settings, name: str, delay: float) -> Settings:
    own = source_settings(settings, name)
    slow = own.model_copy(update={"delay": (delay if own.delay is None else own.delay) * SLOWER})
    return settings.model_copy(update={"sources": {**settings.sources, name: slow}})


def _work(store: Store, settings: Settings, name: str, first: date, last: date, *, walks: bool) -> int:
    done = backfills.begin(store, name, first, last, datetime.now(UTC))
    if done is not None and done >= last:
        typer.echo(f"{name}: {first} to {last} is fetched already")
        return 0
    start = first if done is None else done + timedelta(days=1)
    titles = topic_titles(settings.topics)
    watches = load_watches(settings.watches, frozenset(titles), frozenset(source_classes()))
    console = Console(stderr=True)
    found = 0
    gaps: dict[str, None] = {}
    broken: dict[date, str] = {}
    pace = Pace(walks=walks, began=time.monotonic())
    days = (last - start).days + 1
    with Worker.of(settings) as worker, bar(console, total=days, text=f"{name} from {start}") as advance:
        line = Line(store=store, reader=worker, watches=watches, topic_titles=titles, settings=settings, now=lambda: datetime.now(UTC))
        for begin, end in slices(start, last, source_class(name).past_by):
            with _telling(settings.database_path, name, partial(_tell, advance, f"{name} {begin} to {end}", walks=walks)):
                (report,) = crawl_all(settings, [name], store, since=begin, until=end)
            # what was fetched is read even when the slice failed: it is kept already
            run_line(replace(line))
            found += report.counts.get("new", 0)
            gaps |= dict.fromkeys(report.gaps)
            if not report.ok:
                broken[begin] = f"{name}: FAILED at {begin} to {end}: {report.reason}"
                if not report.partly or len(broken) == MOST_BROKEN:
                    break
            if not broken:
                backfills.move(store, name, first, last, end, datetime.now(UTC))
            through = (end - start).days + 1
            advance(done=through, text=f"{name} through {end}: {found} publications, {pace.left(time.monotonic(), through, days)}")
    for gap in gaps:
        typer.echo(f"{name}: not all of the past can be asked for: {gap}")
    for told in broken.values():
        typer.echo(told)
    if broken:
        typer.echo(f"{name}: {found} publications new in this run; the same command goes on from {min(broken)}")
        return 1
    typer.echo(f"{name}: {first} to {last} fetched, {found} publications new in this run")
    return 0


def _tell(advance: Callable[..., None], slice_: str, publications: int, place: tuple[str, str] | None, *, walks: bool) -> None:
    at = f"; now at {place[1]} of {place[0]}" if place else ""
    walk = f"; its feed knows no days and is walked whole first{at}" if walks else ""
    advance(text=f"{slice_}: {publications} publications stored{walk}")


@contextmanager
def _telling(database: Path, name: str, tell: Callable[[int, tuple[str, str] | None], None]) -> Iterator[None]:
    """Tell every few seconds how many publications of the source are stored, while its crawl runs: a year may take an hour."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            tell(backfills.stored(database, name), backfills.walked_to(database, name))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()


@dataclass(slots=True)
class Pace:
    """How long the rest takes. What a source is walked through for at first says nothing of it, and is left out."""

    walks: bool
    began: float
    """Seconds of a clock that only goes on."""
    _from: int = 0
    """Days that were done when the measuring began."""

    def left(self, now: float, done: int, total: int) -> str:
        """What the rest takes at the pace so far, in words."""
        if self.walks and not self._from:
            self.began, self._from = now, done
            return "the feed is walked; how long the other days take shows after the next ones"
        minutes = (now - self.began) / (done - self._from) * (total - done) / 60
        return f"about {minutes / 60:.1f} hours to go" if minutes >= 90 else f"about {minutes:.0f} minutes to go"
