"""`kamerspoor deliveries`: what went where, what waits, what died; and another try."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Column, Table

from db import alerts
from db.errors import UsageError
from db.store import Store
from pipeline.commands.beside import writing_beside
from pipeline.health import label
from pipeline.settings import load_settings


def show_deliveries(config: Path | None, db: Path | None, *, target: str | None, state: str | None, limit: int, as_json: bool) -> int:
    """The targets, then the newest deliveries; exit status 1 when something is dead or was tried in vain."""
    if state not in (None, "pending", "delivered", "dead"):
        raise UsageError(f"deliveries: '{state}' is not a state; there are pending, delivered and dead")
    settings = load_settings(config, database=db)
    store = Store.open(settings.database_path, readonly=True)
    try:
        states = [one for one in alerts.target_states(store.connection) if target in (None, one.target)]
        rows = [dict(row) for row in alerts.deliveries(store.connection, limit, target=target, state=state)]
    finally:
        store.close()
    if as_json:
        typer.echo(json.dumps({"targets": [asdict(one) for one in states], "deliveries": rows}, ensure_ascii=False, indent=1))
    else:
        _print(states, rows)
    return 1 if any(one.dead or one.error for one in states) else 0


def _print(states: list[alerts.TargetState], rows: list[dict[str, object]]) -> None:
    console = Console()
    if not states:
        console.print("nothing was delivered yet; `kamerspoor run` does it")
        return
    table = Table("target", "in alarms", "delivered", "waiting", "dead", "last", "next try", "error", box=None)
    for one in states:
        counts = (str(n) for n in (one.delivered, one.pending, one.dead))
        table.add_row(one.target, label(one.target), *counts, _minute(one.last), _minute(one.next), one.error or "")
    console.print(table)
    table = Table("raised", "watch", "kind", "target", "state", "tries", Column("alert", no_wrap=True), "title", box=None)
    for row in rows:
        cells = (row[name] for name in ("watch", "kind", "target", "state", "attempts"))
        table.add_row(_minute(str(row["raised"])), *(str(cell) for cell in cells), str(row["id"])[:8], str(row["title"]))
    console.print(table)


def _minute(moment: str | None) -> str:
    return "" if moment is None else moment[:16].replace("T", " ")


def try_again(config: Path | None, db: Path | None, *, target: str | None, replay_since: date | None) -> int:
    """Let what waits or died go with the next run; or send again what was delivered since a day, under the same ids."""
    settings = load_settings(config, database=db)
    with writing_beside(settings) as store:
        if target is not None and all(target != one.target for one in alerts.target_states(store.connection)):
            raise UsageError(f"deliveries: nothing was ever sent to '{target}'; `kamerspoor deliveries` lists the targets")
        with store.transaction() as connection:
            count = alerts.retry(connection, target) if replay_since is None else alerts.send_again(connection, replay_since, target)
    typer.echo(f"{count} deliver{'ies go' if count != 1 else 'y goes'} out with the next run")
    return 0
