"""The page of a dossier as one line through time: deadlines ahead; then what appeared, was promised and became of it, the latest first."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from db.browse.office import OVERDUE

SHOWN = 100
"""Publications on one page."""
_MINE = "(SELECT publication_id FROM publication_dossiers WHERE dossier = :dossier)"
_WITHIN = f"p.withdrawn = 0 AND p.id IN {_MINE}"
# A "+" keeps SQLite from an index that would lead through all dossiers; the steps are looked up from the dossier's own papers and promises.
_GONE = "(SELECT id FROM publications INDEXED BY publications_withdrawn WHERE withdrawn = 1)"
_TOTAL = f"SELECT count(*) FROM {_MINE} WHERE publication_id NOT IN {_GONE}"
_STEPS = (
    f"SELECT id FROM commitment_history WHERE publication_id IN {_MINE} "
    f"UNION SELECT s.id FROM commitments k JOIN commitment_history s ON s.commitment_id = k.id WHERE k.publication_id IN {_MINE} "
    f"UNION SELECT s.id FROM commitments k JOIN commitment_history s ON s.by_commitment = k.id WHERE k.publication_id IN {_MINE}"
)
_PROMISED = (
    "SELECT c.id, c.act, c.not_after, c.phrase, c.firm, c.status, c.publication_id, p.title, p.ministry, p.publisher "
    "FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE "
)


def dossier(connection: sqlite3.Connection, number: str, today: date, before: str) -> dict[str, Any] | None:
    """The values of the page; None when no publication belongs to the dossier.

    Args:
        before: only what appeared before this day; empty for everything.
    """
    asked = {"dossier": number, "today": today.isoformat(), "before": before or "9999", "limit": SHOWN + 1}
    total = connection.execute(_TOTAL, asked).fetchone()[0]
    if not total:
        return None
    rows = connection.execute(
        "SELECT p.id, p.title, p.kind, p.date, p.publisher, p.ministry, p.focus, "
        "(SELECT group_concat(topic, ' ') FROM publication_topics t WHERE t.publication_id = p.id) AS topics, 0 AS promises, "
        "(SELECT count(*) FROM amounts a WHERE a.publication_id = p.id) AS amounts "
        f"FROM publications p WHERE p.id IN (SELECT p.id FROM publications p WHERE {_WITHIN} AND coalesce(p.date, '') < :before "
        "ORDER BY p.date DESC, p.id DESC LIMIT :limit) ORDER BY p.date DESC, p.id DESC",
        asked,
    ).fetchall()
    older = _whole_days(rows)
    rows = [row for row in rows if older is None or (row["date"] or "") >= older]
    made = _made(connection, [row["id"] for row in rows])
    asked |= {"since": older or ""}
    steps = connection.execute(
        "SELECT coalesce(h.day, substr(h.at, 1, 10)) AS day, h.kind, h.to_date, h.to_phrase, h.publication_id AS by_id, b.title AS by_title, "
        "h.reason, a.id AS about_id, a.title AS about_title, c.id, c.act, c.not_after, c.publication_id, p.title FROM commitment_history h "
        "LEFT JOIN commitments c ON c.id = coalesce(h.commitment_id, h.by_commitment) LEFT JOIN publications p ON p.id = c.publication_id "
        "LEFT JOIN publications a ON a.id = h.about_publication JOIN publications b ON b.id = h.publication_id "
        f"WHERE h.id IN ({_STEPS}) AND ({_WITHIN} OR h.publication_id IN {_MINE}) AND +day >= :since AND +day < :before AND h.kind != 'due' "
        "ORDER BY day DESC, h.id DESC",
        asked,
    ).fetchall()
    told = {row["id"] for row in steps if row["kind"] == "overdue"}
    late = connection.execute(f"{_PROMISED}{_WITHIN} AND {OVERDUE} AND c.not_after >= :since AND c.not_after < :before", asked).fetchall()
    entries = [
        *({"day": row["date"], "what": "paper", "row": row, "made": made.get(row["id"], [])} for row in rows),
        *({"day": row["day"], "what": "step", "row": row} for row in steps),
        *({"day": row["not_after"], "what": "late", "row": row} for row in late if row["id"] not in told),
    ]
    return {
        "dossier": number,
        "total": total,
        "ahead": []
        if before
        else connection.execute(
            f"{_PROMISED}{_WITHIN} AND c.status = 'open' AND c.term_wrong = 0 AND c.not_after >= :today "
            "ORDER BY c.not_after, c.id LIMIT :limit",
            asked,
        ).fetchall(),
        "undated": 0
        if before
        else connection.execute(
            "SELECT count(*) FROM commitments c JOIN publications p ON p.id = c.publication_id "
            f"WHERE {_WITHIN} AND c.status = 'open' AND +c.not_after IS NULL",
            asked,
        ).fetchone()[0],
        "years": _by_year(entries),
        "before": before,
        "older": older,
    }


def _whole_days(rows: Sequence[sqlite3.Row]) -> str | None:
    """The first day of this page when there is more than fits: a day is never cut in two, unless it alone is more than a page."""
    if len(rows) <= SHOWN:
        return None
    days = [row["date"] or "" for row in rows]
    return next((day for day in reversed(days) if day > days[-1]), days[-1])


def _made(connection: sqlite3.Connection, publications: Sequence[int]) -> dict[int, list[sqlite3.Row]]:
    marks = ", ".join("?" * len(publications))
    rows = connection.execute(f"{_PROMISED}p.id IN ({marks}) ORDER BY c.not_after IS NULL, c.not_after, c.id", publications)
    found: dict[int, list[sqlite3.Row]] = {}
    for row in rows:
        found.setdefault(row["publication_id"], []).append(row)
    return found


def _by_year(entries: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Year to what happened in it, the latest first; what has no date comes last."""
    placed = sorted(entries, key=lambda entry: (entry["day"] or "", entry["what"] == "late", entry["what"] == "step"), reverse=True)
    return [(year, list(group)) for year, group in groupby(placed, key=lambda entry: (entry["day"] or "")[:4])]
