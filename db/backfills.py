"""How far a look into the past has come, so that it goes on where it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from db.store import Store

PAST_WALK = "past-token:"
"""How the names of the places begin that a walk through the past has come to; the name of the table follows."""


def begin(store: Store, source: str, first: date, last: date, at: datetime) -> date | None:
    """Start or resume a backfill; gives the last day that is done, None when none is."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO backfills (source, first, last, started) VALUES (?, ?, ?, ?) ON CONFLICT (source, first, last) DO NOTHING",
            (source, first.isoformat(), last.isoformat(), at.isoformat()),
        )
        found = connection.execute("SELECT through FROM backfills WHERE source = ? AND first = ? AND last = ?", (source, str(first), str(last)))
        row = found.fetchone()
    return None if row["through"] is None else date.fromisoformat(row["through"])


def move(store: Store, source: str, first: date, last: date, through: date, at: datetime) -> None:
    """Note that everything up to a day is fetched."""
    with store.transaction() as connection:
        connection.execute(
            "UPDATE backfills SET through = ?, finished = ? WHERE source = ? AND first = ? AND last = ?",
            (through.isoformat(), at.isoformat() if through >= last else None, source, first.isoformat(), last.isoformat()),
        )


def stored(path: Path, source: str) -> int:
    """How many sightings of a source are stored, seen over a connection of its own: a crawl in another process may be writing."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
        return int(connection.execute("SELECT count(*) FROM sightings WHERE source = ?", (source,)).fetchone()[0])


def walked_to(path: Path, source: str) -> tuple[str, str] | None:
    """Which table of a source its walk through the past is in, and at which place; None where none was begun. Seen like `stored`."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
        row = connection.execute(
            "SELECT substr(name, length(:walk) + 1), value FROM cursors "
            "WHERE source = :source AND name LIKE :walk || '%' ORDER BY moved DESC LIMIT 1",
            {"source": source, "walk": PAST_WALK},
        ).fetchone()
    return None if row is None else (row[0], row[1])
