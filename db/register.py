"""The register of commitments: what a chamber itself wrote down, kept beside what is read in the texts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from db.records import RegisteredCommitment
from db.store import Store


def keep_registered(store: Store, commitments: Sequence[RegisteredCommitment], at: datetime) -> int:
    """Keep commitments, each under its number, in one transaction; gives how many were new or changed."""
    with store.transaction() as connection:
        return sum(_keep(connection, commitment, at) for commitment in commitments)


def _keep(connection: sqlite3.Connection, commitment: RegisteredCommitment, at: datetime) -> bool:
    values = {name: _plain(value) for name, value in asdict(commitment).items()}
    before = connection.execute(
        "SELECT * FROM registered_commitments WHERE source = ? AND number = ?", (commitment.source, commitment.number)
    ).fetchone()
    if before is not None and all(before[name] == value for name, value in values.items()):
        return False
    values |= {"first_seen": at.isoformat(), "updated": at.isoformat()}
    updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in ("source", "number", "first_seen"))
    connection.execute(
        f"INSERT INTO registered_commitments ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)}) "
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
