"""Which sightings are one publication: what joined what and why, what appears to be one and waits for a person, and the way back."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from db.publications import attach


def merge(connection: sqlite3.Connection, into: int, other: int, reason: str, at: datetime) -> list[int]:
    """Move everything of one publication to another; gives the sightings that moved.

    Its alerts stay what they were, told, and remember whose they were; what a person said of it holds on; what waits to be done about it is over.
    """
    key = _key(connection, other)
    moved = [row["id"] for row in connection.execute("SELECT id FROM sightings WHERE publication_id = ? ORDER BY id", (other,))]
    for sighting_id in moved:
        attach(connection, sighting_id, into, reason)
        log_join(connection, sighting_id, into, other, reason, at, was_key=key)
    connection.execute("UPDATE alerts SET publication_id = ?, told_of = coalesce(told_of, ?) WHERE publication_id = ?", (into, key, other))
    connection.execute(
        "INSERT INTO corrections (publication_key, fact, verdict, note, at) SELECT :into, fact, verdict, note, at FROM corrections c "
        "WHERE publication_key = :key AND NOT EXISTS (SELECT 1 FROM corrections x WHERE x.publication_key = :into AND x.fact = c.fact)",
        {"into": _key(connection, into), "key": key},
    )
    connection.execute(
        "UPDATE events SET state = 'done', finished = :at WHERE state = 'pending' AND (kind IN ('publication.new', 'publication.revised', "
        "'publication.joined') AND subject = CAST(:other AS TEXT) OR kind IN ('publication.analysed', 'publication.tracked', 'commitment.due', "
        "'commitment.overdue') AND subject IN (SELECT CAST(id AS TEXT) FROM revisions WHERE publication_id = :other))",
        {"at": at.isoformat(), "other": other},
    )
    connection.execute("DELETE FROM publications WHERE id = ?", (other,))
    return moved


def came_with(connection: sqlite3.Connection, sighting_id: int, publication_id: int) -> tuple[list[int], str | None]:
    """The sightings that a person's join brought to a publication together with this one, and the name of the publication that they were; just this
    one, and no name, where it came by itself."""
    row = connection.execute(
        "SELECT publication_id, was, was_key, at FROM joins WHERE sighting_id = ? ORDER BY id DESC LIMIT 1", (sighting_id,)
    ).fetchone()
    if row is None or row["was_key"] is None or row["publication_id"] != publication_id:
        return [sighting_id], None
    together = connection.execute(
        "SELECT DISTINCT j.sighting_id FROM joins j JOIN sightings s ON s.id = j.sighting_id WHERE s.publication_id = ? AND j.publication_id = ? "
        "AND j.was = ? AND j.was_key = ? AND j.at = ? ORDER BY j.sighting_id",
        (publication_id, publication_id, row["was"], row["was_key"], row["at"]),
    )
    return [one["sighting_id"] for one in together], row["was_key"]


def give_back_alerts(connection: sqlite3.Connection, publication_id: int, key: str, to: int) -> None:
    """Return the alerts that a join brought along to the publication that they were raised for."""
    connection.execute("UPDATE alerts SET publication_id = ?, told_of = NULL WHERE publication_id = ? AND told_of = ?", (to, publication_id, key))


def _key(connection: sqlite3.Connection, publication_id: int) -> str:
    return str(connection.execute("SELECT key FROM publications WHERE id = ?", (publication_id,)).fetchone()[0])


def log_join(
    connection: sqlite3.Connection, sighting_id: int, into: int, other: int | None, reason: str, at: datetime, *, was_key: str | None = None
) -> None:
    """Note that a sighting came to a publication, and from where.

    Args:
        was_key: name of the publication that went up in this one.
    """
    connection.execute(
        "INSERT INTO joins (sighting_id, publication_id, was, was_key, reason, at) VALUES (?, ?, ?, ?, ?, ?)",
        (sighting_id, into, other, was_key, reason, at.isoformat()),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """Two publications that appear to be one, by name, and why."""

    publication: str
    title: str
    other: str
    other_title: str
    reason: str
    at: str


def propose_join(connection: sqlite3.Connection, one: int, other: int, reason: str, at: datetime, *, refused: bool = False) -> bool:
    """Note that two publications appear to be one; True when that is new. Two that a person has told apart are not proposed again.

    Args:
        refused: a person says that they are two.
    """
    first, second = sorted((one, other))
    if refused:
        connection.execute("DELETE FROM join_proposals WHERE publication_id = ? AND other_id = ?", (first, second))
    return connection.execute(
        "INSERT INTO join_proposals (publication_id, other_id, reason, at, refused) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (first, second, reason, at.isoformat(), at.isoformat() if refused else None),
    ).rowcount > 0


def join_proposals(connection: sqlite3.Connection) -> list[Proposal]:
    """What appears to be one paper and nobody has decided on, oldest first."""
    rows = connection.execute(
        "SELECT p.key AS publication, p.title, o.key AS other, o.title AS other_title, j.reason, j.at FROM join_proposals j "
        "JOIN publications p ON p.id = j.publication_id JOIN publications o ON o.id = j.other_id WHERE j.refused IS NULL ORDER BY j.id"
    )
    return [Proposal(**{name: row[name] for name in row.keys()}) for row in rows]  # noqa: SIM118 a Row yields values
