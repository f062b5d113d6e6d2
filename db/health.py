"""What the crawls have shown of each source, and the alarms about it: raised once, cleared when it is well again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from db.store import Store, record_failure

SHOWN_CRAWLS = 20
GAP = "gap: "
"""How the names of a crawl's counts begin that tell what of the past its source cannot give."""
PARTS_WELL = "parts well"
"""The count of a crawl that tells how many parts of its source were read well."""
_COMPARED = "number of "


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAlarm:
    """An alarm as stored."""

    id: int
    source: str
    """Name of the source; of a target its label."""
    trouble: str
    text: str
    since: datetime
    """When it began: with source and trouble what the alarm is known by."""
    raised: datetime
    cleared: datetime | None


def crawl_outcomes(connection: sqlite3.Connection, source: str) -> list[tuple[datetime, str, str | None]]:
    """The last finished crawls of a source, newest first: when it began, outcome, reason. A stopped crawl says nothing about the source."""
    rows = connection.execute(
        "SELECT started, outcome, reason FROM crawls WHERE source = ? AND outcome IN ('ok', 'failed') ORDER BY id DESC LIMIT ?",
        (source, SHOWN_CRAWLS),
    )
    return [(datetime.fromisoformat(row["started"]), row["outcome"], row["reason"]) for row in rows]


def last_moments(connection: sqlite3.Connection, source: str) -> tuple[datetime | None, datetime | None]:
    """When a source was last read well, and when it last had news."""
    # The same as the view `source_health` says, without counting all crawls that ever were.
    success, news = connection.execute(
        "SELECT (SELECT max(finished) FROM crawls WHERE source = :source AND outcome = 'ok'), "
        "(SELECT max(finished) FROM crawls WHERE source = :source AND (new > 0 OR changed > 0))",
        {"source": source},
    ).fetchone()
    return (None if success is None else datetime.fromisoformat(success)), (None if news is None else datetime.fromisoformat(news))


def settle_alarms(connection: sqlite3.Connection, present: Iterable[tuple[str, str, str, datetime]], at: datetime) -> bool:
    """Raise the alarms that are new and clear those that are over; True when something changed. Call it inside a transaction.

    Args:
        present: source, trouble, text and since when, of what is wrong now.
    """
    now = at.isoformat()
    open_rows = connection.execute("SELECT id, source, trouble FROM health_alarms WHERE cleared IS NULL").fetchall()
    standing = {(row["source"], row["trouble"]): row["id"] for row in open_rows}
    changed = False
    for source, trouble, text, since in present:
        if standing.pop((source, trouble), None) is None:
            # the same trouble that flares up again is the same alarm
            connection.execute(
                "INSERT INTO health_alarms (source, trouble, text, since, raised) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (source, trouble, since) DO UPDATE SET cleared = NULL, text = excluded.text, raised = excluded.raised",
                (source, trouble, text, since.isoformat(), now),
            )
            changed = True
    for alarm_id in standing.values():
        connection.execute("UPDATE health_alarms SET cleared = ? WHERE id = ?", (now, alarm_id))
        changed = True
    return changed


def stored_alarms(connection: sqlite3.Connection, limit: int) -> list[StoredAlarm]:
    """The latest alarms, newest first, cleared ones included."""
    rows = connection.execute("SELECT * FROM health_alarms ORDER BY raised DESC, id DESC LIMIT ?", (limit,))
    return [
        StoredAlarm(
            id=row["id"],
            source=row["source"],
            trouble=row["trouble"],
            text=row["text"],
            since=datetime.fromisoformat(row["since"]),
            raised=datetime.fromisoformat(row["raised"]),
            cleared=None if row["cleared"] is None else datetime.fromisoformat(row["cleared"]),
        )
        for row in rows
    ]


def settle_difference(store: Store, source: str, what: str, reason: str | None, at: datetime) -> None:
    """Note how what is kept of a source compares with what it counts itself: a row that stands until a later comparison finds no difference.

    Args:
        what: of what the number was compared.
        reason: the two figures; None when they agree.
    """
    subject = f"{source}:{_COMPARED}{what}:"
    with store.transaction() as connection:
        connection.execute(
            "UPDATE failures SET resolved = ? WHERE stage = 'reconcile' AND subject = ? AND resolved IS NULL AND reason IS NOT ?",
            (at.isoformat(), subject, reason),
        )
        if reason is not None:
            record_failure(connection, "reconcile", subject, reason, None, at, source=source)


def differences(connection: sqlite3.Connection, source: str) -> list[tuple[str, str, datetime]]:
    """What of a source differs in number from what it counts itself: of what, both figures, and when that was found last."""
    rows = connection.execute(
        "SELECT subject, reason, last FROM failures WHERE stage = 'reconcile' AND source = ? AND resolved IS NULL ORDER BY subject", (source,)
    )
    begin = len(f"{source}:{_COMPARED}")
    return [(row["subject"][begin:].rstrip(":"), row["reason"], datetime.fromisoformat(row["last"])) for row in rows]


def repeated_failure(connection: sqlite3.Connection, stage: str, subject: str) -> tuple[int, datetime] | None:
    """How often a stage failed for a subject, and when last; None when it did not, or when that is over."""
    row = connection.execute(
        "SELECT sum(times) AS times, max(last) AS last FROM failures WHERE stage = ? AND subject = ? AND resolved IS NULL", (stage, subject)
    ).fetchone()
    return None if row["times"] is None else (row["times"], datetime.fromisoformat(row["last"]))


def end_failure(store: Store, stage: str, subject: str, at: datetime) -> None:
    """Note that what a stage failed for with a subject is over."""
    with store.transaction() as connection:
        connection.execute(
            "UPDATE failures SET resolved = ? WHERE stage = ? AND subject = ? AND resolved IS NULL", (at.isoformat(), stage, subject)
        )
