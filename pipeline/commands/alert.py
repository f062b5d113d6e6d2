"""`kamerspoor alert`: one alert in full, and what its reader says of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import typer

from db import corrections, lock
from db.errors import UsageError
from db.store import Store
from pipeline.settings import load_settings


def show_alert(config: Path | None, db: Path | None, name: str, *, as_json: bool) -> int:
    """Why it came, what it says, and where it went."""
    store = Store.open(load_settings(config, database=db).database_path, readonly=True)
    try:
        row = _find(store, name)
        sent = store.connection.execute("SELECT target, state, delivered FROM deliveries WHERE alert_id = ? ORDER BY target", (row["id"],)).fetchall()
        said = corrections.said_of(store.connection, row["key"], f"alert:{row['watch']}")
    finally:
        store.close()
    content = json.loads(row["content"])
    if as_json:
        facts = {name: row[name] for name in ("id", "watch", "kind", "raised", "title", "summary")}
        typer.echo(json.dumps({**facts, "content": content, "deliveries": [dict(one) for one in sent], "said": said}, ensure_ascii=False, indent=1))
        return 0
    typer.echo(f"{row['title']}\n{content['url']}\nwatch {row['watch']}, {row['kind']}, raised {row['raised'][:16]}, id {row['id']}\n")
    typer.echo(row["summary"])
    for one in content.get("happened", ()):
        typer.echo(f"\n{one['text']}\n  {one['reason']}\n  {one['sentence']}")
    for hit in content.get("words", ()):
        page = f", page {hit['page']}" if hit["page"] else ""
        typer.echo(f"\n{hit['text']}{page}: {hit['sentence']}")
    typer.echo("")
    for one in sent:
        typer.echo(f"{one['target']}: {one['state']} {(one['delivered'] or '')[:16]}")
    for verdict in said:
        typer.echo(f"said: {verdict}")
    return 0


def judge_alert(config: Path | None, db: Path | None, name: str, *, not_relevant: str | None, wrong: str | None, why: str | None) -> int:
    """Keep what a reader says of an alert, by publication, so that no later reading loses it.

    Args:
        not_relevant: why it should not have come.
        wrong: a judgement about an earlier promise (`kept`, `moved`, `repeated`) that this publication does not bear out: it is taken back.
    """
    settings = load_settings(config, database=db)
    if not settings.database_path.exists():
        raise UsageError(f"database: {settings.database_path} does not exist; run `kamerspoor run` first")
    if wrong is not None and wrong not in corrections.JUDGEMENTS:
        raise UsageError(f"alert: --wrong is one of {', '.join(corrections.JUDGEMENTS)}")
    with lock.writing(settings.database_path):
        store = Store.open(settings.database_path)
        try:
            row = _find(store, name)
            now = datetime.now(UTC)
            with store.transaction() as connection:
                if not_relevant is not None:
                    corrections.say(connection, row["key"], f"alert:{row['watch']}", "not relevant", not_relevant, now)
                taken = 0
                if wrong is not None:
                    corrections.say(connection, row["key"], f"track:{wrong}", "wrong", why, now)
                    taken = corrections.take_back(connection, int(row["publication_id"]), wrong)
        finally:
            store.close()
    typer.echo("kept; `kamerspoor browse` shows it in the view review" + (f"; {taken} judged again as open" if wrong is not None else ""))
    return 0


def _find(store: Store, name: str) -> dict[str, str]:
    rows = store.connection.execute(
        "SELECT a.*, p.key FROM alerts a JOIN publications p ON p.id = a.publication_id "
        "WHERE length(:name) >= 6 AND substr(a.id, 1, length(:name)) = :name LIMIT 2",
        {"name": name},
    ).fetchall()
    if len(rows) != 1:
        what = "is no alert" if not rows else "is the beginning of several alerts"
        raise UsageError(f"alert: '{name}' {what}; `kamerspoor deliveries` shows the ids")
    return dict(rows[0])
