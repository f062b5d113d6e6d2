"""The outbox: what happened, as rows that a stage takes, works on and marks done, in the transaction of its result."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from db.records import Event, EventKind

MAX_ATTEMPTS = 2
"""An event whose stage fails this often is set aside, visible, and stops nothing else."""


def emit(connection: sqlite3.Connection, kind: EventKind, subject: int | str, at: datetime) -> None:
    """Append one event; call it inside the transaction that writes what the event is about."""
    connection.execute("INSERT INTO events (kind, subject, at) VALUES (?, ?, ?)", (kind, str(subject), at.isoformat()))


_OF_SIGHTING = (
    EventKind.SIGHTING_NEW, EventKind.SIGHTING_CHANGED, EventKind.SIGHTING_WITHDRAWN, EventKind.DOCUMENT_EXTRACTED, EventKind.DOCUMENT_FAILED,
)  # fmt: skip
_OF_PUBLICATION = (EventKind.PUBLICATION_NEW, EventKind.PUBLICATION_REVISED, EventKind.PUBLICATION_JOINED)
# Two marks of what a paper is, whenever and from wherever it came in: its day, then its name. Row ids tell only what a crawl met first.
_IN_ORDER = f"""
    SELECT e.id, e.kind, e.subject, e.at, e.attempts FROM events e
    LEFT JOIN sightings s ON s.id = CASE WHEN e.kind IN ({", ".join(f"'{kind}'" for kind in _OF_SIGHTING)}) THEN CAST(e.subject AS INTEGER) END
    LEFT JOIN revisions r ON r.id =
        CASE WHEN e.kind NOT IN ({", ".join(f"'{kind}'" for kind in (*_OF_SIGHTING, *_OF_PUBLICATION))}) THEN CAST(e.subject AS INTEGER) END
    LEFT JOIN publications p ON p.id =
        CASE WHEN e.kind IN ({", ".join(f"'{kind}'" for kind in _OF_PUBLICATION)}) THEN CAST(e.subject AS INTEGER) ELSE r.publication_id END
    WHERE e.state = 'pending' AND e.kind IN (SELECT value FROM json_each(?))
    ORDER BY coalesce(s.published, p.date) IS NULL, coalesce(s.published, p.date), s.source, coalesce(s.identifier, p.url), p.id, e.id"""


def pending(connection: sqlite3.Connection, kinds: Sequence[EventKind]) -> list[Event]:
    """Give what waits of these kinds in the order of the papers, so that what comes of them hangs on which there are, not on which came in first."""
    rows = connection.execute(_IN_ORDER, (json.dumps(kinds),))
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
