"""What a chamber itself wrote down, kept beside what is read in the texts: its register of commitments, and the terms for answering questions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from db.records import AnswerTerm, RegisteredCommitment
from db.store import Store


def keep_registered(store: Store, rows: Sequence[RegisteredCommitment | AnswerTerm], at: datetime) -> int:
    """Keep rows, each under its number, in one transaction; gives how many were new or changed."""
    with store.transaction() as connection:
        return sum(_keep(connection, row, at) for row in rows)


def _keep(connection: sqlite3.Connection, row: RegisteredCommitment | AnswerTerm, at: datetime) -> bool:
    table = "registered_commitments" if isinstance(row, RegisteredCommitment) else "answer_terms"
    values = {name: _plain(value) for name, value in asdict(row).items()}
    before = connection.execute(f"SELECT * FROM {table} WHERE source = ? AND number = ?", (row.source, row.number)).fetchone()
    if before is not None and all(before[name] == value for name, value in values.items()):
        return False
    values |= {"first_seen": at.isoformat(), "updated": at.isoformat()}
    updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in ("source", "number", "first_seen"))
    connection.execute(
        f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)}) "
        f"ON CONFLICT (source, number) DO UPDATE SET {updates}",
        values,
    )
    return True


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    return int(value) if isinstance(value, bool) else value
