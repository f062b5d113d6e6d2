"""`kamerspoor run`: one cycle of crawl and line, for cron and for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import typer
from rich.console import Console

from crawler.sources import source_classes
from db import lock
from db.errors import UsageError
from db.store import Store
from pipeline.alarms import check
from pipeline.commands.progress import bar, line_progress
from pipeline.crawls import CrawlReport, crawl_all
from pipeline.health import Alarm
from pipeline.run import Line, LineOutcome, run_line
from pipeline.settings import Settings, load_settings
from pipeline.topics import topic_titles
from pipeline.watches import load_watches
from pipeline.worker import Worker


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """What one cycle did."""

    crawls: Sequence[CrawlReport]
    line: LineOutcome
    alarms: Sequence[Alarm] = ()

    @property
    def ok(self) -> bool:
        """Whether every source answered, every document was read and every due alert went out."""
        return all(report.ok for report in self.crawls) and not self.line.failed and not self.line.delivery.failed


def run_cycle(names: Sequence[str], config: Path | None, db: Path | None, *, since: date | None, as_json: bool) -> int:
    """One cycle; exit status 0 all fine, 1 something failed."""
    settings = load_settings(config, database=db)
    chosen = choose(names, settings)
    console = Console(stderr=True)
    cycle = cycle_once(settings, chosen, console, since=since)
    if as_json:
        typer.echo(json.dumps(_as_dict(cycle), ensure_ascii=False))
    else:
        tell(cycle)
    return 0 if cycle.ok else 1


def choose(names: Sequence[str], settings: Settings) -> list[str]:
    """The sources to crawl: those that were named, else all that the settings do not switch off."""
    known = source_classes()
    for name in (*names, *settings.sources):
        if name not in known:
            raise UsageError(f"no source is called '{name}'; there are {', '.join(sorted(known))} (`kamerspoor sources` lists them)")
    return list(names) or [name for name in known if name not in settings.sources or settings.sources[name].enabled]


def cycle_once(
    settings: Settings,
    names: Sequence[str],
    console: Console,
    *,
    since: date | None = None,
    base_urls: Mapping[str, Mapping[str, str]] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Cycle:
    """Crawl, then run the line over everything that waits, also over what an earlier, broken run left.

    Args:
        now: the clock of the line; the demo plays days of its own.
    """
    titles = topic_titles(settings.topics)
    watches = load_watches(settings.watches, frozenset(titles), frozenset(source_classes()))
    with lock.writing(settings.database_path):
        store = Store.open(settings.database_path)
        try:
            with bar(console, total=len(names), text="crawling") as advance:
                reports = crawl_all(
                    settings,
                    names,
                    store,
                    since=since,
                    base_urls=base_urls,
                    tell=lambda report: advance(text=f"crawled {report.source}", done=names.index(report.source) + 1),
                )
            with bar(console, text="reading") as advance, Worker.of(settings) as worker:
                line = Line(store=store, reader=worker, watches=watches, topic_titles=titles, settings=settings, now=now)
                outcome = run_line(line, progress=line_progress(advance))
            found = check(store, settings, now())
        finally:
            store.close()
    return Cycle(crawls=reports, line=outcome, alarms=found)


def tell(cycle: Cycle) -> None:
    """Say in a few lines what happened."""
    for report in cycle.crawls:
        counts = report.counts
        if report.ok:
            told = ", ".join(f"{name} {counts[name]}" for name in ("listed", "new", "changed", "withdrawn"))
            typer.echo(f"{report.source}: {told}")
        else:
            typer.echo(f"{report.source}: FAILED: {report.reason}")
    alerts = cycle.line.delivery.delivered
    typer.echo(f"alerts delivered: {alerts}" if alerts else "nothing new for your watches")
    for alarm in cycle.alarms:
        typer.echo(f"alarm: {alarm.text}")
    if cycle.line.failed:
        typer.echo(f"documents that failed: {cycle.line.failed}; `kamerspoor status` says why")
    if cycle.line.delivery.failed:
        typer.echo(f"deliveries that failed: {cycle.line.delivery.failed}; {cycle.line.delivery.reason}")


def _as_dict(cycle: Cycle) -> dict[str, object]:
    return {
        "ok": cycle.ok,
        "crawls": [asdict(report) for report in cycle.crawls],
        "stages": dict(cycle.line.counts),
        "failed": cycle.line.failed,
        "delivery": asdict(cycle.line.delivery),
        "alarms": [{"source": alarm.source, "trouble": alarm.trouble, "text": alarm.text} for alarm in cycle.alarms],
    }
