"""`kamerspoor status`: how the sources are, what waits, what failed, and what runs underneath."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from db import events, joins
from db.health import stored_alarms
from db.store import Store, sqlite_version_note
from pipeline.settings import Settings, load_settings

SHOWN_FAILURES = 20


def show_status(config: Path | None, db: Path | None, *, as_json: bool) -> int:
    """Exit status 0 when every source's last crawl went well and nothing is set aside, else 1."""
    settings = load_settings(config, database=db)
    store = Store.open(settings.database_path, readonly=True)
    try:
        facts = gather(store.connection, settings)
    finally:
        store.close()
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        _print(facts)
    return 0 if facts["healthy"] else 1


def gather(connection: sqlite3.Connection, settings: Settings) -> dict[str, Any]:
    """Everything that the command shows."""
    sources = [dict(row) for row in connection.execute("SELECT * FROM source_health ORDER BY source")]
    # The view also shows what people said and what appears to be one; that is no failure.
    failures = [
        dict(row) for row in connection.execute("SELECT * FROM review WHERE stage NOT IN ('correction', 'join') LIMIT ?", (SHOWN_FAILURES,))
    ]
    counts = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("publications", "sightings", "documents", "commitments", "amounts", "alerts")
    }
    deliveries = {
        row[0]: row[1] for row in connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state")
    }  # "delivered", "pending", "dead"
    alarms = [{"source": a.source, "text": a.text} for a in stored_alarms(connection, 100) if a.cleared is None]
    return {
        "healthy": not alarms and all(row["last_outcome"] == "ok" for row in sources) and not any(row["quarantined"] for row in failures),
        "database": str(settings.database_path),
        "feeds": str(settings.feeds_path),
        "sources": sources,
        "alarms": alarms,
        "counts": counts,
        "events_waiting": events.count_pending(connection),
        "deliveries": deliveries,
        "failures": failures,
        "appear_to_be_one": [asdict(proposal) for proposal in joins.join_proposals(connection)],
        "versions": {"kamerspoor": version("kamerspoor"), "spacy": version("spacy"), "scrapy": version("scrapy"), "sqlite": sqlite3.sqlite_version},
        "notes": [note for note in (sqlite_version_note(),) if note],
    }


def _print(facts: dict[str, Any]) -> None:
    console = Console()
    console.print(f"database {facts['database']}", highlight=False, soft_wrap=True)
    console.print("  " + ", ".join(f"{count} {name}" for name, count in facts["counts"].items()), highlight=False)
    table = Table("source", "last crawl", "last success", "last news", "outcome", "reason", box=None)
    for row in facts["sources"]:
        moments = [_minute(row[name]) for name in ("last_crawl", "last_success", "last_news")]
        table.add_row(row["source"], *moments, row["last_outcome"] or "broken off", row["last_reason"] or "")
    console.print(table if facts["sources"] else "no source was crawled yet; `kamerspoor run` does it")
    for alarm in facts["alarms"]:
        console.print(f"alarm: {alarm['text']}", highlight=False, markup=False, soft_wrap=True)
    if facts["events_waiting"]:
        console.print(f"{facts['events_waiting']} events wait for the line; the next run works on them")
    if set(facts["deliveries"]) - {"delivered"}:
        console.print(f"deliveries: {', '.join(f'{count} {state}' for state, count in facts['deliveries'].items())}")
    for failure in facts["failures"]:
        set_aside = ", set aside" if failure["quarantined"] else ""
        line = f"failed: {failure['stage']} {failure['subject']}: {failure['reason']} ({failure['times']}x{set_aside})"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    for pair in facts["appear_to_be_one"]:
        titles = f"“{pair['title']}” and “{pair['other_title']}”"
        line = f"appear to be one paper ({pair['reason']}): {titles}; `kamerspoor join {pair['publication']} {pair['other']}` makes them one"
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    for note in facts["notes"]:
        console.print(f"note: {note}", highlight=False, markup=False, soft_wrap=True)


def _minute(moment: str | None) -> str:
    return "never" if moment is None else moment[:16].replace("T", " ")
