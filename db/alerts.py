"""Alerts and where they went: booked as delivered only after the channel said yes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from db.records import Alert

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = 60
"""Tries before a delivery is dead: about two weeks at the longest wait."""


def raise_alert(connection: sqlite3.Connection, alert: Alert, targets: Sequence[str]) -> bool:
    """Write an alert with one delivery for each target; False when it was raised before."""
    added = connection.execute(
        "INSERT INTO alerts (id, watch, publication_id, kind, raised, title, summary, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO NOTHING",
        (alert.id, alert.watch, alert.publication_id, alert.kind, alert.raised.isoformat(), alert.title, alert.summary, alert.content),
    ).rowcount
    if not added:
        return False
    connection.executemany("INSERT INTO deliveries (alert_id, target) VALUES (?, ?)", [(alert.id, target) for target in targets])
    return True


def load_alert(row: sqlite3.Row) -> Alert:
    """An alert out of its row."""
    return Alert(
        id=row["id"],
        watch=row["watch"],
        publication_id=row["publication_id"],
        kind=row["kind"],
        title=row["title"],
        summary=row["summary"],
        content=row["content"],
        raised=datetime.fromisoformat(row["raised"]),
    )


def alerts_of(connection: sqlite3.Connection, watch: str, limit: int) -> list[Alert]:
    """The newest alerts of a watch, newest first; those of a withdrawn publication stay, they were sent."""
    rows = connection.execute(
        "SELECT a.*, CASE WHEN p.withdrawn THEN p.updated END AS withdrawn FROM alerts a JOIN publications p ON p.id = a.publication_id "
        "WHERE a.watch = ? ORDER BY a.raised DESC, p.date DESC, a.id LIMIT ?",
        (watch, limit),
    )
    return [replace(load_alert(row), withdrawn=row["withdrawn"] and datetime.fromisoformat(row["withdrawn"])) for row in rows]


def waiting(connection: sqlite3.Connection, now: datetime) -> dict[str, list[Alert]]:
    """Alerts that are due for delivery, by target, oldest first; those that a target paused wait."""
    rows = connection.execute(
        "SELECT d.target, a.* FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE d.state = 'pending' "
        "AND (d.not_before IS NULL OR d.not_before <= ?) "
        "AND NOT EXISTS (SELECT 1 FROM paused_targets p WHERE p.watch = a.watch AND p.target = d.target) ORDER BY d.target, a.raised, a.id",
        (now.isoformat(),),
    )
    due: dict[str, list[Alert]] = {}
    for row in rows:
        due.setdefault(row["target"], []).append(load_alert(row))
    return due


def book_delivered(connection: sqlite3.Connection, target: str, alerts: Sequence[Alert], at: datetime) -> None:
    """Book that the target accepted these alerts."""
    connection.executemany(
        "UPDATE deliveries SET state = 'delivered', delivered = ?, error = NULL, attempts = attempts + 1 WHERE alert_id = ? AND target = ?",
        [(at.isoformat(), alert.id, target) for alert in alerts],
    )


def book_failed(connection: sqlite3.Connection, target: str, alerts: Sequence[Alert], error: str, at: datetime) -> None:
    """Book a failed try; the next one waits twice as long as the last."""
    for alert in alerts:
        attempts = connection.execute("SELECT attempts FROM deliveries WHERE alert_id = ? AND target = ?", (alert.id, target)).fetchone()["attempts"]
        wait = min(FIRST_WAIT * 2 ** min(attempts, 20), LONGEST_WAIT)
        state = "dead" if attempts + 1 >= GIVE_UP_AFTER else "pending"
        connection.execute(
            "UPDATE deliveries SET state = ?, attempts = attempts + 1, not_before = ?, error = ? WHERE alert_id = ? AND target = ?",
            (state, (at + wait).isoformat(), error, alert.id, target),
        )
