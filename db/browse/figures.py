"""Pictures of the data: publications by week, promises by month of their deadline, amounts by year; each a query and the bars of its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WEEKS = """SELECT date(p.date, 'weekday 0', '-6 days') AS label, count(*) AS value FROM publications p WHERE p.withdrawn = 0 AND p.date IS NOT NULL
    AND (:onderwerp = '' OR p.id IN (SELECT publication_id FROM publication_topics WHERE topic = :onderwerp)) GROUP BY 1 ORDER BY 1 DESC LIMIT 26"""
MONTHS = """SELECT substr(c.not_after, 1, 7) AS label, count(*) AS value FROM commitments c JOIN publications p ON p.id = c.publication_id
    WHERE c.status = 'open' AND c.not_after IS NOT NULL AND p.withdrawn = 0
    AND (:onderwerp = '' OR p.id IN (SELECT publication_id FROM publication_topics WHERE topic = :onderwerp)) GROUP BY 1 ORDER BY 1 DESC LIMIT 36"""
YEARS = """SELECT CAST(a.year AS TEXT) AS label, sum(a.value) AS value FROM amounts a JOIN publications p ON p.id = a.publication_id
    WHERE a.year IS NOT NULL AND a.value IS NOT NULL AND a.currency = 'EUR' AND a.per IS NULL AND p.withdrawn = 0
    AND (:onderwerp = '' OR p.id IN (SELECT publication_id FROM publication_topics WHERE topic = :onderwerp)) GROUP BY 1 ORDER BY 1 DESC LIMIT 20"""
QUERIES = {"weken": WEEKS, "maanden": MONTHS, "jaren": YEARS}

_STEP, _HEIGHT = 28, 180


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its place in the drawing, in the units of its view box."""

    label: str
    value: float
    x: int
    y: float
    height: float


def figures(connection: sqlite3.Connection, topic: str) -> dict[str, Any]:
    """The values of the page, for all publications or those of one topic."""
    asked = {"onderwerp": topic}
    return {
        "asked": asked,
        "topics": [row[0] for row in connection.execute("SELECT DISTINCT topic FROM publication_topics ORDER BY 1")],
        "height": _HEIGHT,
        **{name: bars(connection.execute(sql, asked).fetchall()[::-1]) for name, sql in QUERIES.items()},
    }


def bars(rows: Sequence[Any]) -> list[Bar]:
    """The rows (label, value) side by side, the highest as high as the drawing."""
    most = max((row[1] for row in rows), default=0) or 1
    return [
        Bar(label=row[0], value=row[1], x=at * _STEP, y=_HEIGHT - _HEIGHT * row[1] / most, height=_HEIGHT * row[1] / most)
        for at, row in enumerate(rows)
    ]
