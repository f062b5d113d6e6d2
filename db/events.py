"""The outbox: what happened, as rows that a stage takes, works on and marks done, in the transaction of its result."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from db.records import Event, EventKind

MAX_ATTEMPTS = 2
"""An event whose stage fails this often is set aside, visible, and stops nothing else."""


def emit(connection: sqlite3.Connection, kind: EventKind, subject: int | str, at: datetime) -> None:
    """Append one event; call it inside the transaction that writes what the event is about."""
    connection.execute("INSERT INTO events (kind, subject, at) VALUES (?, ?, ?)", (kind, str(subject), at.isoformat()))


def pending(connection: sqlite3.Connection, kinds: Sequence[EventKind], *, after: int = 0, limit: int = 200) -> list[Event]:
    """Give the oldest pending events of these kinds with an id above `after`."""
    marks = ", ".join("?" * len(kinds))
    rows = connection.execute(
        f"SELECT id, kind, subject, at, attempts FROM events WHERE state = 'pending' AND kind IN ({marks}) AND id > ? ORDER BY id LIMIT ?",
        (*kinds, after, limit),
    )
    return [
        Event(id=row[0], kind=EventKind(row[1]), subject=row[2], at=datetime.fromisoformat(row[3]), attempts=row[4]) for row in rows
    ]


def count_pending(connection: sqlite3.Connection) -> int:
    """How many events wait for a stage."""
    return int(connection.execute("SELECT count(*) FROM events WHERE state = 'pending'").fetchone()[0])


def done(connection: sqlite3.Connection, event: Event, at: datetime) -> None:
    """Mark an event as worked on; call it in the transaction that writes the result."""
    connection.execute("UPDATE events SET state = 'done', finished = ? WHERE id = ?", (at.isoformat(), event.id))


def missed(connection: sqlite3.Connection, event: Event, at: datetime, *, set_aside: bool) -> None:
    """Count a failed try; an event that is set aside stays visible and is not tried again."""
    connection.execute(
        "UPDATE events SET attempts = attempts + 1, state = ?, finished = ? WHERE id = ?",
        ("failed" if set_aside else "pending", at.isoformat() if set_aside else None, event.id),
    )
