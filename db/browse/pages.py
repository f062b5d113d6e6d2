"""The start page: rows of the database to the values that its template shows."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

SHOWN = 30
"""Rows of each list on the start page."""
SOON = 60
"""Days ahead that count as soon."""

_NEW = """SELECT p.id, p.title, p.kind, p.date, p.publisher, p.ministry, p.focus, p.first_seen,
    (SELECT group_concat(topic, ' ') FROM publication_topics t WHERE t.publication_id = p.id) AS topics,
    (SELECT count(*) FROM commitments c WHERE c.publication_id = p.id) AS promises,
    (SELECT count(*) FROM amounts a WHERE a.publication_id = p.id) AS amounts
    FROM publications p WHERE p.withdrawn = 0 AND p.date >= ? AND p.date <= ? ORDER BY p.focus DESC, p.date DESC, p.id DESC LIMIT ?"""
_DUE = """SELECT c.id, c.act, c.not_after, c.phrase, c.publication_id, c.sentence, p.title, p.date, p.ministry, p.publisher
    FROM commitments c JOIN publications p ON p.id = c.publication_id
    WHERE c.status = 'open' AND c.firm = 1 AND p.withdrawn = 0 AND """
_SOON = "c.not_after >= ? AND c.not_after <= ? ORDER BY c.not_after, c.id LIMIT ?"
_OVERDUE = "c.not_after < ? AND (c.grace_days = 0 OR date(c.not_after, '+' || c.grace_days || ' days') < ?) ORDER BY c.not_after DESC, c.id LIMIT ?"


def start(connection: sqlite3.Connection, today: date) -> dict[str, Any]:
    """What is new on a day and in the week before it, which promises are due or overdue, how the sources are."""
    now, week, soon = today.isoformat(), (today - timedelta(days=7)).isoformat(), (today + timedelta(days=SOON)).isoformat()
    new = connection.execute(_NEW, (week, now, 3 * SHOWN)).fetchall()
    sources = connection.execute("SELECT source, last_success, last_outcome, last_reason FROM source_health ORDER BY source").fetchall()
    return {
        "today": now,
        "new_today": [row for row in new if row["date"] == now],
        "new_week": [row for row in new if row["date"] != now][:SHOWN],
        "soon": connection.execute(_DUE + _SOON, (now, soon, SHOWN)).fetchall(),
        "overdue": connection.execute(_DUE + _OVERDUE, (now, now, SHOWN)).fetchall(),
        "sources": sources,
        "troubled": [row for row in sources if row["last_outcome"] == "failed"],
        "last_success": max((row["last_success"] for row in sources if row["last_success"]), default=None),
        "newest": connection.execute("SELECT max(date) FROM publications WHERE withdrawn = 0").fetchone()[0],
    }
