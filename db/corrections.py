"""What a person says of an alert or a judgement: kept by the key of the publication, so that no later reading loses it."""

from __future__ import annotations

import sqlite3
from datetime import datetime

JUDGEMENTS = ("kept", "moved", "repeated")
"""What a publication may be thought to do to an earlier promise, and a person can take back."""


def say(connection: sqlite3.Connection, key: str, fact: str, verdict: str, note: str | None, at: datetime) -> None:
    """Keep a verdict; the same one again replaces its note. Call it inside a transaction."""
    connection.execute("DELETE FROM corrections WHERE publication_key = ? AND fact = ? AND verdict = ?", (key, fact, verdict))
    connection.execute(
        "INSERT INTO corrections (publication_key, fact, verdict, note, at) VALUES (?, ?, ?, ?, ?)", (key, fact, verdict, note, at.isoformat())
    )


def said_of(connection: sqlite3.Connection, key: str, fact: str) -> list[str]:
    """The verdicts on a fact of a publication, as text."""
    rows = connection.execute("SELECT verdict, note FROM corrections WHERE publication_key = ? AND fact = ? ORDER BY id", (key, fact))
    return [f"{row['verdict']}: {row['note']}" if row["note"] else row["verdict"] for row in rows]


def take_back(connection: sqlite3.Connection, publication_id: int, kind: str) -> int:
    """Open the promises again that a publication was thought to keep, move or repeat; gives how many. Call it inside a transaction."""
    rows = connection.execute(
        "SELECT commitment_id, by_commitment FROM commitment_history WHERE publication_id = ? AND kind = ?", (publication_id, kind)
    ).fetchall()
    for row in rows:
        changed = row["by_commitment"] if kind == "repeated" else row["commitment_id"]
        connection.execute("UPDATE commitments SET status = 'open' WHERE id = ?", (changed,))
    connection.execute("DELETE FROM commitment_history WHERE publication_id = ? AND kind = ?", (publication_id, kind))
    return len(rows)
