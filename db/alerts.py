"""Alerts and where they went: booked as delivered only after the channel said yes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from db.records import Alert

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
SPREAD = 0.25
"""Share of a wait that chance adds, so that targets that failed together are not tried together."""
GIVE_UP_AFTER = 60
"""Tries before a delivery is dead: about two weeks at the longest wait."""


def raise_alert(connection: sqlite3.Connection, alert: Alert, targets: Sequence[str]) -> bool:
    """Write an alert with one delivery for each target; False when it was raised before."""
    added = connection.execute(
        "INSERT INTO alerts (id, watch, publication_id, alarm_id, kind, raised, title, summary, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO NOTHING",
        (
            alert.id, alert.watch, alert.publication_id, alert.alarm_id, alert.kind, alert.raised.isoformat(), alert.title, alert.summary,
            alert.content,
        ),
    ).rowcount
    if not added:
        return False
    connection.executemany("INSERT INTO deliveries (alert_id, target) VALUES (?, ?)", [(alert.id, target) for target in targets])
    return True


def renew(connection: sqlite3.Connection, alert: Alert) -> None:
    """Bring what an alert says up to date for whoever has yet to read it; nobody is sent it again."""
    connection.execute("UPDATE alerts SET summary = ?, content = ? WHERE id = ?", (alert.summary, alert.content, alert.id))


def told_of_alarms(connection: sqlite3.Connection) -> frozenset[str]:
    """The ids of the alerts about alarms."""
    return frozenset(row["id"] for row in connection.execute("SELECT id FROM alerts WHERE alarm_id IS NOT NULL"))


def load_alert(row: sqlite3.Row) -> Alert:
    """An alert out of its row."""
    return Alert(
        id=row["id"],
        watch=row["watch"],
        publication_id=row["publication_id"],
        alarm_id=row["alarm_id"],
        kind=row["kind"],
        title=row["title"],
        summary=row["summary"],
        content=row["content"],
        raised=datetime.fromisoformat(row["raised"]),
    )


def alerts_of(connection: sqlite3.Connection, watch: str, limit: int) -> list[Alert]:
    """The newest alerts of a watch, newest first; those of a withdrawn publication stay, they were sent."""
    rows = connection.execute(
        "SELECT a.*, CASE WHEN p.withdrawn THEN p.updated END AS withdrawn FROM alerts a LEFT JOIN publications p ON p.id = a.publication_id "
        "WHERE a.watch = ? ORDER BY a.raised DESC, p.date DESC, a.id LIMIT ?",
        (watch, limit),
    )
    return [replace(load_alert(row), withdrawn=row["withdrawn"] and datetime.fromisoformat(row["withdrawn"])) for row in rows]


def waiting(connection: sqlite3.Connection, now: datetime) -> dict[str, list[Alert]]:
    """Alerts that are due for delivery, by target, oldest first. A target that waits for its next try, or is dead, holds all that comes for it."""
    rows = connection.execute(
        "SELECT d.target, a.* FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE d.state = 'pending' AND d.target NOT IN "
        "(SELECT target FROM deliveries WHERE state = 'dead' OR (state = 'pending' AND not_before > ?)) ORDER BY d.target, a.raised, a.id",
        (now.isoformat(),),
    )
    due: dict[str, list[Alert]] = {}
    for row in rows:
        due.setdefault(row["target"], []).append(load_alert(row))
    return due


def has_pending(connection: sqlite3.Connection, watch: str, target: str) -> bool:
    """Whether something of a watch still waits at a target."""
    row = connection.execute(
        "SELECT 1 FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE d.state = 'pending' AND d.target = ? AND a.watch = ? LIMIT 1",
        (target, watch),
    ).fetchone()
    return row is not None


def book_delivered(connection: sqlite3.Connection, target: str, alerts: Sequence[Alert], at: datetime) -> None:
    """Book that the target accepted these alerts."""
    connection.executemany(
        "UPDATE deliveries SET state = 'delivered', delivered = ?, error = NULL, attempts = attempts + 1 WHERE alert_id = ? AND target = ?",
        [(at.isoformat(), alert.id, target) for alert in alerts],
    )


def book_failed(
    connection: sqlite3.Connection,
    target: str,
    alerts: Sequence[Alert],
    error: str,
    at: datetime,
    *,
    permanent: bool = False,
    retry_after: timedelta | None = None,
    jitter: float = 0.0,
) -> None:
    """Book a failed try; the next one waits twice as long as the last, and at least as long as the receiver asked.

    Args:
        permanent: trying again is of no use: the deliveries are dead at once.
        jitter: between 0 and 1: how much of the spread is added to the wait.
    """
    if not alerts:
        return
    marks = ", ".join("?" * len(alerts))
    ids = [alert.id for alert in alerts]
    tried = connection.execute(f"SELECT max(attempts) FROM deliveries WHERE target = ? AND alert_id IN ({marks})", (target, *ids)).fetchone()[0]
    wait = min(FIRST_WAIT * 2 ** min(tried, 20), LONGEST_WAIT) * (1 + SPREAD * jitter)
    wait = max(wait, retry_after or timedelta(0))
    dead = permanent or tried + 1 >= GIVE_UP_AFTER
    connection.execute(
        f"UPDATE deliveries SET state = ?, attempts = attempts + 1, not_before = ?, error = ? WHERE target = ? AND alert_id IN ({marks})",
        ("dead" if dead else "pending", (at + wait).isoformat(), error, target, *ids),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetState:
    """How one target is."""

    target: str
    pending: int
    delivered: int
    dead: int
    attempts: int
    """Tries of what waits or is dead."""
    last: str | None
    """When something was last delivered."""
    next: str | None
    """When it is tried next."""
    oldest: str | None
    """Since when something waits."""
    error: str | None


def target_states(connection: sqlite3.Connection, *, waiting: bool = False) -> list[TargetState]:
    """Every target that was ever delivered to, by name.

    Args:
        waiting: only the targets at which something waits or died, and of those only that: what each cycle asks may not read all that ever went out.
    """
    states = "'pending', 'dead'" if waiting else "'pending', 'dead', 'delivered'"
    rows = connection.execute(
        "SELECT d.target, sum(d.state = 'pending') AS pending, sum(d.state = 'delivered') AS delivered, sum(d.state = 'dead') AS dead, "
        "max(CASE WHEN d.state != 'delivered' THEN d.attempts ELSE 0 END) AS attempts, max(d.delivered) AS last, "
        "max(CASE WHEN d.state = 'pending' THEN d.not_before END) AS next, min(CASE WHEN d.state != 'delivered' THEN a.raised END) AS oldest, "
        "max(CASE WHEN d.state != 'delivered' THEN d.error END) AS error FROM deliveries d JOIN alerts a ON a.id = d.alert_id "
        f"WHERE d.state IN ({states}) GROUP BY d.target ORDER BY d.target"
    )
    return [TargetState(**{key: row[key] for key in row.keys()}) for row in rows]  # noqa: SIM118 a Row yields values


def deliveries(connection: sqlite3.Connection, limit: int, *, target: str | None = None, state: str | None = None) -> list[sqlite3.Row]:
    """What went where, the newest alerts first."""
    return connection.execute(
        "SELECT a.raised, d.target, d.state, d.attempts, d.delivered, d.not_before, d.error, a.id, a.watch, a.kind, a.title FROM deliveries d "
        "JOIN alerts a ON a.id = d.alert_id WHERE (:target IS NULL OR d.target = :target) AND (:state IS NULL OR d.state = :state) "
        "ORDER BY a.raised DESC, a.id, d.target LIMIT :limit",
        {"target": target, "state": state, "limit": limit},
    ).fetchall()


def retry(connection: sqlite3.Connection, target: str | None) -> int:
    """Let what waits or is dead go with the next run; gives how many deliveries."""
    return connection.execute(
        "UPDATE deliveries SET state = 'pending', not_before = NULL, attempts = 0 WHERE state != 'delivered' "
        "AND (:target IS NULL OR target = :target)",
        {"target": target},
    ).rowcount


def send_again(connection: sqlite3.Connection, since: date, target: str | None) -> int:
    """Send what was delivered from a day on once more, under the same ids; gives how many deliveries."""
    return connection.execute(
        "UPDATE deliveries SET state = 'pending', not_before = NULL, attempts = 0 WHERE state = 'delivered' AND delivered >= :since "
        "AND (:target IS NULL OR target = :target)",
        {"since": since.isoformat(), "target": target},
    ).rowcount
