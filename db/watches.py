"""What the database knows of a watch beside its file: since when it counts, whether it is paused, and which digests it has had."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta


def register(connection: sqlite3.Connection, names: Iterable[str], at: datetime, *, days: int) -> bool:
    """Note watches that were never seen; True when there are any. Call it inside a transaction.

    A watch that comes to a database with publications in it counts from that day on: what was there before is no news. With a new database it counts
    as far back as a publication is news at all.

    Args:
        days: how old a publication may be when it is first read.
    """
    known = {row["name"] for row in connection.execute("SELECT name FROM watches")}
    new = [name for name in names if name not in known]
    read = connection.execute("SELECT 1 FROM publications WHERE analysed IS NOT NULL LIMIT 1").fetchone() is not None
    since = at.date() if read else _before(at.date(), days)
    connection.executemany(
        "INSERT INTO watches (name, first_seen, since) VALUES (?, ?, ?)", [(name, at.isoformat(), since.isoformat()) for name in new]
    )
    return bool(new)


def note_dossiers(connection: sqlite3.Connection, dossiers: Mapping[str, Sequence[str]]) -> None:
    """Note which dossiers each watch names, and that a watch which is gone names none. Call it inside a transaction."""
    connection.executemany(
        "UPDATE watches SET dossiers = ? WHERE name = ?",
        [(json.dumps(dossiers.get(name, ())), name) for name in known_dossiers(connection)],
    )


def known_dossiers(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The dossiers that each watch names, as noted; a watch that was never seen is not among them."""
    return {row["name"]: tuple(json.loads(row["dossiers"])) for row in connection.execute("SELECT name, dossiers FROM watches")}


def _before(day: date, days: int) -> date:
    return max(date(1900, 1, 1), day - timedelta(days=min(days, (day - date.min).days)))


def unknown(connection: sqlite3.Connection, names: Iterable[str]) -> bool:
    """Whether one of these watches was never seen."""
    known = {row["name"] for row in connection.execute("SELECT name FROM watches")}
    return any(name not in known for name in names)


def since(connection: sqlite3.Connection) -> dict[str, date]:
    """The day from which each watch counts publications as news."""
    return {row["name"]: date.fromisoformat(row["since"]) for row in connection.execute("SELECT name, since FROM watches")}


def paused(connection: sqlite3.Connection) -> dict[str, datetime]:
    """The watches whose alerts wait, each since when."""
    rows = connection.execute("SELECT name, paused FROM watches WHERE paused IS NOT NULL")
    return {row["name"]: datetime.fromisoformat(row["paused"]) for row in rows}


def set_paused(connection: sqlite3.Connection, name: str, at: datetime | None) -> None:
    """Hold the alerts of a watch back, or with None let them go."""
    connection.execute("UPDATE watches SET paused = ? WHERE name = ?", (None if at is None else at.isoformat(), name))


def digest_slot(connection: sqlite3.Connection, watch: str, target: str) -> datetime | None:
    """The digest that a watch last had at a target."""
    row = connection.execute("SELECT slot FROM digests WHERE watch = ? AND target = ?", (watch, target)).fetchone()
    return None if row is None else datetime.fromisoformat(row["slot"])


def book_digest(connection: sqlite3.Connection, watch: str, target: str, slot: datetime) -> None:
    """Note that a watch had the digest of this moment."""
    connection.execute(
        "INSERT INTO digests (watch, target, slot) VALUES (?, ?, ?) ON CONFLICT (watch, target) DO UPDATE SET slot = excluded.slot",
        (watch, target, slot.isoformat()),
    )
