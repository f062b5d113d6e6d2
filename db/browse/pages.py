"""The start page: rows of the database to the values that its template shows."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

SHOWN = 30
"""New publications in each list of the start page."""
DUE = 15
"""Promises in each list of it."""
SOON = 60
"""Days ahead that count as soon."""
ALL = "alles"
"""Asks for every publication, not only the followed ones."""

# What somebody follows: what a watch raised an alert for, and whatever is about migration and integration.
_FOLLOWED = "(p.focus = 1 OR EXISTS (SELECT 1 FROM alerts a WHERE a.publication_id = p.id))"
_BY_WATCH = "EXISTS (SELECT 1 FROM alerts a WHERE a.publication_id = p.id AND a.watch = :volger)"
_WATCHES = """SELECT w.name, coalesce((SELECT json_extract(a.content, '$.watch.title') FROM alerts a WHERE a.watch = w.name
    ORDER BY a.raised DESC LIMIT 1), w.name) AS title FROM watches w ORDER BY w.name"""

_NEW = """WITH chosen AS MATERIALIZED (SELECT p.id FROM publications p WHERE p.withdrawn = 0 AND p.date >= :first AND p.date <= :last AND {followed}
    ORDER BY p.date DESC, p.id DESC LIMIT :most)
    SELECT p.id, p.title, p.kind, p.date, p.publisher, p.ministry, p.focus,
    (SELECT group_concat(topic, ' ') FROM publication_topics t WHERE t.publication_id = p.id) AS topics,
    (SELECT count(*) FROM commitments c WHERE c.publication_id = p.id) AS promises,
    (SELECT count(*) FROM amounts a WHERE a.publication_id = p.id) AS amounts
    FROM chosen JOIN publications p ON p.id = chosen.id ORDER BY p.date DESC, p.id DESC"""
_LAST = "SELECT max(p.date) FROM publications p WHERE p.withdrawn = 0 AND p.date < :today AND {followed}"
_NUMBER = "SELECT count(*) FROM publications p WHERE p.withdrawn = 0 AND p.date >= :first AND p.date <= :last AND {followed}"

_OPEN = """FROM commitments c JOIN publications p ON p.id = c.publication_id
    WHERE c.status = 'open' AND c.firm = 1 AND c.term_wrong = 0 AND p.withdrawn = 0 AND {followed} AND """
_COLUMNS = """SELECT c.id, c.act, c.not_after, c.publication_id, p.title, p.ministry, p.publisher,
    CAST(julianday(c.not_after) - julianday(:today) AS INTEGER) AS days """
_SOON = "c.not_after >= :today AND c.not_after <= :soon"
_OVERDUE = "c.not_after < :today AND (c.grace_days = 0 OR date(c.not_after, '+' || c.grace_days || ' days') < :today)"

# Of everything, and of all that is followed, it is counted as it changes (`promises_by_office`).
_COUNTED = "SELECT coalesce(sum(number), 0) FROM promises_by_office WHERE late_after > '' AND late_after < :today AND {counted}"

_HAPPENED = """SELECT h.kind, h.day, h.to_date, c.id, c.act, c.publication_id, h.publication_id AS by_id, p.title AS by_title
    FROM commitment_history h JOIN publications p ON p.id = h.publication_id LEFT JOIN commitments c ON c.id = h.commitment_id
    WHERE h.kind IN ('kept', 'moved', 'repeated', 'answered', 'advice') AND h.day >= :week AND h.day <= :today AND p.withdrawn = 0 AND {followed}
    AND c.status IS NOT 'dropped'
    ORDER BY h.day DESC, h.id DESC LIMIT :most"""

# The view `source_health` reads every crawl that ever was; this looks up the last ones of each source.
_SOURCES = """WITH RECURSIVE known(source) AS (SELECT min(source) FROM crawls UNION ALL
    SELECT (SELECT min(source) FROM crawls WHERE source > known.source) FROM known WHERE known.source IS NOT NULL)
    SELECT source,
    (SELECT c.outcome FROM crawls c WHERE c.source = known.source AND c.outcome IS NOT NULL ORDER BY c.started DESC LIMIT 1) AS outcome,
    (SELECT c.finished FROM crawls c WHERE c.source = known.source AND c.outcome = 'ok' ORDER BY c.started DESC LIMIT 1) AS success,
    EXISTS (SELECT 1 FROM health_alarms h WHERE h.source = known.source AND h.cleared IS NULL) AS alarm
    FROM known WHERE source IS NOT NULL ORDER BY source"""


def start(connection: sqlite3.Connection, today: date, volger: str = "") -> dict[str, Any]:
    """What is new on a day and in the week before it, which promises are due or overdue, how the sources are.

    Args:
        volger: the name of a watch, for what it reported; `alles` for everything; empty for all that is followed.
    """
    followed = {"": _FOLLOWED, ALL: "1"}.get(volger, _BY_WATCH)
    counted = {"": "followed = 1", ALL: "1"}
    now, week, before = today.isoformat(), (today - timedelta(days=7)).isoformat(), (today - timedelta(days=1)).isoformat()
    asked = {"volger": volger, "today": now, "week": week, "soon": (today + timedelta(days=SOON)).isoformat(), "first": week, "last": before}

    def rows(sql: str, most: int, **other: str) -> list[sqlite3.Row]:
        return connection.execute(sql.format(followed=followed), {**asked, "most": most, **other}).fetchall()

    def one(sql: str, **other: str) -> Any:
        return connection.execute(sql.format(followed=followed), {**asked, **other}).fetchone()[0]

    sources = connection.execute(_SOURCES).fetchall()
    return {
        "today": now,
        "week": week,
        "volger": volger,
        "watches": connection.execute(_WATCHES).fetchall(),
        "new_today": rows(_NEW, SHOWN, first=now, last=now),
        "number_today": one(_NUMBER, first=now, last=now),
        "new_week": rows(_NEW, SHOWN),
        "number_week": one(_NUMBER),
        "soon": rows(f"{_COLUMNS}{_OPEN}{_SOON} ORDER BY c.not_after, c.id LIMIT :most", DUE),
        "number_soon": one(f"SELECT count(*) {_OPEN}{_SOON}"),
        "overdue": rows(f"{_COLUMNS}{_OPEN}{_OVERDUE} ORDER BY c.not_after DESC, c.id LIMIT :most", DUE),
        "number_overdue": one(f"SELECT count(*) {_OPEN}{_OVERDUE}" if volger not in counted else _COUNTED.format(counted=counted[volger])),
        "happened": rows(_HAPPENED, DUE),
        "sources": sources,
        "troubled": [row["source"] for row in sources if row["outcome"] == "failed" or row["alarm"]],
        "last_success": max((row["success"] for row in sources if row["success"]), default=None),
        "newest": one(_LAST),
    }
