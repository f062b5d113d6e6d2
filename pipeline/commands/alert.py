"""`kamerspoor alert`: one alert in full, what its reader says of it, and everything that was said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from db import corrections
from db.errors import UsageError
from db.facts import load_facts
from db.store import Store
from pipeline.commands.beside import writing_beside
from pipeline.settings import load_settings

SHOWN = 200
"""Corrections that `--review` lists."""


def show_alert(config: Path | None, db: Path | None, name: str, *, as_json: bool) -> int:
    """Why it came, what it says, and where it went; the facts by the names under which they can be called wrong."""
    store = Store.open(load_settings(config, database=db).database_path, readonly=True)
    try:
        row = _find(store, name)
        sent = store.connection.execute("SELECT target, state, delivered FROM deliveries WHERE alert_id = ? ORDER BY target", (row["id"],)).fetchall()
        key = row["key"] or ""
        facts = _facts(store, row)
        wrong = corrections.wrong_facts(store.connection, key)
        said = corrections.said_of(store.connection, key, f"alert:{row['watch']}")
    finally:
        store.close()
    content = json.loads(row["content"])
    if as_json:
        own = {name: row[name] for name in ("id", "watch", "kind", "raised", "title", "summary")}
        more = {"deliveries": [dict(one) for one in sent], "facts": facts, "wrong": sorted(wrong), "said": said}
        typer.echo(json.dumps({**own, "content": content, **more}, ensure_ascii=False, indent=1))
        return 0
    typer.echo("\n".join(filter(None, (row["title"], content["url"]))))
    typer.echo(f"watch {row['watch']}, {row['kind']}, raised {row['raised'][:16]}, id {row['id']}\n")
    _print_content(row["summary"], content)
    for fact, words in facts.items():
        typer.echo(f"{fact}{' (called wrong)' if fact in wrong else ''}: {words}")
    typer.echo("")
    for one in sent:
        typer.echo(f"{one['target']}: {one['state']} {(one['delivered'] or '')[:16]}")
    for verdict in said:
        typer.echo(f"said: {verdict}")
    return 0


def _print_content(summary: str, content: Mapping[str, Any]) -> None:
    typer.echo(summary)
    for one in content.get("happened", ()):
        typer.echo(f"\n{one['text']}\n  {one['reason']}\n  {one['sentence']}")
    for hit in content.get("words", ()):
        page = f", page {hit['page']}" if hit["page"] else ""
        typer.echo(f"\n{hit['text']}{page}: {hit['sentence']}")
    typer.echo("")


def judge_alert(config: Path | None, db: Path | None, name: str, *, not_relevant: str | None, wrong: str | None, why: str | None) -> int:
    """Keep what a reader says of an alert, by publication, so that no later reading loses it.

    Args:
        not_relevant: why it should not have come.
        wrong: a judgement about an earlier promise (`kept`, `moved`, `repeated`) that this publication does not bear out, or a fact by the name that
            `kamerspoor alert ID` shows (`commitment:3f2a…`, `deadline:…`, `amount:…`, `topic:language`).
    """
    with writing_beside(load_settings(config, database=db)) as store:
        row = _find(store, name)
        if row["key"] is None:
            raise UsageError("alert: this one is about a source or a target; `alerts = [...]` in the watch switches such alerts off")
        facts = _facts(store, row)
        if wrong is not None and wrong not in corrections.JUDGEMENTS and wrong not in facts:
            known = ", ".join((*corrections.JUDGEMENTS, *facts))
            raise UsageError(f"alert: --wrong is one of {known}; `kamerspoor alert {row['id'][:12]}` shows what each is")
        now = datetime.now(UTC)
        with store.transaction() as connection:
            if not_relevant is not None:
                corrections.store_correction(connection, row["key"], f"alert:{row['watch']}", not_relevant, now)
            if wrong is not None:
                fact = f"track:{wrong}" if wrong in corrections.JUDGEMENTS else wrong
                corrections.store_correction(connection, row["key"], fact, why, now)
    typer.echo("kept; `kamerspoor alert --review` and the view review of `kamerspoor browse` show it")
    return 0


def review(config: Path | None, db: Path | None, *, as_json: bool) -> int:
    """Everything that readers said, the newest first."""
    store = Store.open(load_settings(config, database=db).database_path, readonly=True)
    try:
        said = corrections.all_said(store.connection, SHOWN)
    finally:
        store.close()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in said], ensure_ascii=False, indent=1))
        return 0
    for one in said:
        typer.echo(f"{one.id}  {one.at[:16].replace('T', ' ')}  {one.verdict}: {one.fact}{f' ({one.note})' if one.note else ''}")
        typer.echo(f"    {one.title or one.key}{f': {one.about}' if one.about else ''}")
    if not said:
        typer.echo("nobody said anything yet; `kamerspoor alert ID --not-relevant WHY` does")
    return 0


def take_back(config: Path | None, db: Path | None, number: int) -> int:
    """Forget what a reader said."""
    with writing_beside(load_settings(config, database=db)) as store, store.transaction() as connection:
        if not corrections.withdraw(connection, number, datetime.now(UTC)):
            raise UsageError(f"alert: nothing was said under number {number}; `kamerspoor alert --review` lists the numbers")
    typer.echo(f"forgotten: {number}")
    return 0


def _facts(store: Store, row: Mapping[str, Any]) -> dict[str, str]:
    return {} if row["publication_id"] is None else corrections.names_in(load_facts(store.connection, row["publication_id"]))


def _find(store: Store, name: str) -> dict[str, Any]:
    rows = store.connection.execute(
        "SELECT a.*, p.key FROM alerts a LEFT JOIN publications p ON p.id = a.publication_id "
        "WHERE length(:name) >= 6 AND substr(a.id, 1, length(:name)) = :name LIMIT 2",
        {"name": name},
    ).fetchall()
    if len(rows) != 1:
        what = "is no alert" if not rows else "is the beginning of several alerts"
        raise UsageError(f"alert: '{name}' {what}; `kamerspoor deliveries` shows the ids")
    return dict(rows[0])
