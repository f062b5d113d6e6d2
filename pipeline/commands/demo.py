"""`kamerspoor demo`: the whole line on two days of bundled publications, played on this machine; then one table of what it told."""

from __future__ import annotations

import json
import shlex
import sqlite3
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from functools import partial
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from crawler.replay.library import DAYS, load
from crawler.replay.server import Replay
from crawler.sources import source_classes
from db.alerts import load_alert
from db.records import Alert
from db.store import Store
from pipeline.commands.run import Cycle, cycle_once
from pipeline.dutch import dutch_date
from pipeline.settings import Settings, SourceSettings
from pipeline.watches import DEFAULT_WATCHES

FEED_SUFFIXES = (".atom", ".rss", ".json", ".ics", ".opml")
SHOWN_PROMISES = 4
SHOWN_AMOUNTS = 4
RECENT = timedelta(days=90)
"""How long before the first played day a paper may have appeared that the demo asks for: the replay also lists papers of years ago."""
WIDE = 120
"""Columns of a terminal from which all six columns fit."""


def run_demo(folder: Path, *, fresh: bool) -> int:
    """Play day one and day two to an empty folder; day two again to one that has seen both."""
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        _empty(folder)
    settings = demo_settings(folder)
    watches = settings.watches
    if not watches.exists():
        watches.write_text(DEFAULT_WATCHES, encoding="utf-8")
    console = Console(stderr=True)
    days = sorted(DAYS) if not settings.database_path.exists() else [max(DAYS)]
    started, cycles = time.monotonic(), []
    for day in days:
        with Replay(day=day) as replay:
            names = [name for name in source_classes() if name in replay.base_urls]
            cycle = cycle_once(settings, names, console, since=first_day(), base_urls=replay.base_urls, now=partial(_evening, day))
        typer.echo(_day_line(day, cycle))
        cycles.append(cycle)
    _show(settings, new=sum(cycle.line.delivery.delivered for cycle in cycles), seconds=time.monotonic() - started)
    return 0 if all(cycle.ok or _only_documents_failed(cycle) for cycle in cycles) else 1


def demo_settings(folder: Path) -> Settings:
    """Settings of the demo: everything in one folder, no waiting between requests to our own server."""
    return Settings.model_construct(
        data=folder,
        database=None,
        watches=folder / "watches.toml",
        sources={name: SourceSettings(delay=0) for name in source_classes()},
    )


def _only_documents_failed(cycle: Cycle) -> bool:
    return all(report.ok for report in cycle.crawls) and not cycle.line.delivery.failed


def first_day() -> date:
    """From when the demo asks: the month of the oldest paper of these months, so that an answer finds its question and its advice."""
    return min(item.date for item in load() if DAYS[1] - item.date < RECENT).replace(day=1)


def _evening(day: int) -> datetime:
    """The moment at which the demo reads what a day brought; its alerts are then as new as they were."""
    return datetime.combine(DAYS[day], clock(18), UTC)


def _empty(folder: Path) -> None:
    """Delete what a demo wrote, and nothing else."""
    for name in ("kamerspoor.db", "kamerspoor.db-wal", "kamerspoor.db-shm"):
        (folder / name).unlink(missing_ok=True)
    for suffix in FEED_SUFFIXES:
        for path in (folder / "feeds").glob(f"*{suffix}"):
            path.unlink()


def _day_line(day: int, cycle: Cycle) -> str:
    counts = {name: sum(report.counts.get(name, 0) for report in cycle.crawls) for name in ("new", "changed", "withdrawn")}
    told = ", ".join(f"{number} {name}" for name, number in counts.items())
    failed = "".join(f"; {report.source} FAILED: {report.reason}" for report in cycle.crawls if not report.ok)
    return f"day {day} ({dutch_date(DAYS[day])}): {told} at {len(cycle.crawls)} sources{failed}; {cycle.line.delivery.delivered} alerts"


def _show(settings: Settings, *, new: int, seconds: float) -> None:
    console = Console()
    if not new:
        console.print("Nothing is new: every publication was read before, no alert is sent twice.")
    else:
        store = Store.open(settings.database_path, readonly=True)
        try:
            console.print(alert_table(store.connection, console.width))
        finally:
            store.close()
        console.print(f"{new} alerts in {seconds:.1f} seconds.")
    command = f"kamerspoor browse --db {shlex.quote(str(settings.database_path))}"
    for name, where in (
        ("database", settings.database_path),
        ("feed", settings.feeds_path / "migratie-integratie.atom"),
        ("page", f"make browse  (or: {command})"),
    ):
        console.print(f"{name:9}{where}", highlight=False, soft_wrap=True)


def alert_table(connection: sqlite3.Connection, width: int) -> Table:
    """The alerts as a table, newest publication first; narrow screens get three columns with the same facts."""
    wide = width >= WIDE
    table = Table(title="Alerts", show_lines=True, expand=True)
    if wide:
        table.add_column("date", no_wrap=True)
        for name, ratio in (("kind", 3), ("title", 6), ("topics", 4), ("promises, with the date by which", 10), ("amounts", 7)):
            table.add_column(name, ratio=ratio)
    else:
        for name, ratio in (("date, kind", 4), ("title, topics", 9), ("promises by date, amounts", 13)):
            table.add_column(name, ratio=ratio)
    rows = connection.execute("SELECT a.* FROM alerts a JOIN publications p ON p.id = a.publication_id ORDER BY p.date DESC, a.raised DESC, a.id")
    for row in rows:
        day, kind, title, topics, promises, amounts = _cells(load_alert(row))
        cells = (day, kind, title, topics, promises, amounts) if wide else (f"{day} {kind}", f"{title}\n({topics})", f"{promises}\n{amounts}".strip())
        table.add_row(*(Styled(cell) for cell in cells))
    return table


def _cells(alert: Alert) -> tuple[str, str, str, str, str, str]:
    content = json.loads(alert.content)
    promises = [f"{promise['act']}: {promise['by_text'] or 'geen termijn'}" for promise in content["promises"]]
    amounts = list(dict.fromkeys(f"{amount['amount']}{': ' + amount['for'] if amount['for'] else ''}" for amount in content["amounts"]))
    told = [*content["changes"], *(one["text"] for one in content["happened"])]
    return (
        content["date"] or "",
        content["kind"],
        "\n".join([alert.title, *(f"- {one}" for one in told)]),
        ", ".join(topic["title"] for topic in content["topics"]),
        _lines(promises, SHOWN_PROMISES),
        _lines(amounts, SHOWN_AMOUNTS),
    )


def _lines(items: list[str], limit: int) -> str:
    shown = [f"- {item}" for item in items[:limit]]
    return "\n".join([*shown, f"  and {len(items) - limit} more"] if len(items) > limit else shown)
