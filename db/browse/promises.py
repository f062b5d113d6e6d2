"""The promises that fit a choice of ministry, topic, status and days, in order of their deadline: for the page and for files."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

SHOWN = 50
MOST = 5000
"""Rows of one CSV or JSON file."""
FIELDS = ("ministerie", "onderwerp", "status", "van", "tot", "termijn")

_FROM = " FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE p.withdrawn = 0"
_COLUMNS = (
    "c.id, c.act, c.kind, c.firm, c.status, c.not_before, c.not_after, c.phrase, c.note, c.sentence, c.actor, c.addressee, c.grace_days, "
    "p.id AS publication_id, p.title, p.date, p.kind AS publication_kind, p.ministry, p.office, p.url"
)
_FILTERS = {
    "ministerie": "p.ministry = :ministerie",
    "onderwerp": "p.id IN (SELECT publication_id FROM publication_topics WHERE topic = :onderwerp)",
    "status": "c.status = :status",
    "van": "c.not_after >= :van",
    "tot": "c.not_after <= :tot",
}
_TERMS = {
    "voorbij": "c.status = 'open' AND c.firm = 1 AND c.not_after < :today "
    "AND (c.grace_days = 0 OR date(c.not_after, '+' || c.grace_days || ' days') < :today)",
    "met": "c.not_after IS NOT NULL",
    "zonder": "c.not_after IS NULL",
}
_ORDER = " ORDER BY c.not_after IS NULL, c.not_after, c.id"
EXPORTED = {
    "toezegging": "act", "uiterlijk": "not_after", "termijn": "phrase", "status": "status", "hard": "firm", "soort": "kind", "wie": "actor",
    "ministerie": "ministry", "zin": "sentence", "stuk": "title", "datum": "date", "adres": "url",
}  # fmt: skip
"""Name in the files to column."""


def chosen(connection: sqlite3.Connection, asked: dict[str, str], number: int, today: date) -> dict[str, Any]:
    """The values of the page.

    Args:
        asked: `FIELDS` to what was chosen.
        number: page of the results, from 1.
    """
    where, values = _where(asked, today)
    total = connection.execute(f"SELECT count(*){_FROM}{where}", values).fetchone()[0]
    pages = max(1, -(-total // SHOWN))
    number = min(max(number, 1), pages)
    rows = connection.execute(
        f"SELECT {_COLUMNS}{_FROM}{where}{_ORDER} LIMIT :limit OFFSET :offset", values | {"limit": SHOWN, "offset": (number - 1) * SHOWN}
    ).fetchall()
    return {
        "asked": asked,
        "total": total,
        "rows": rows,
        "history": _history(connection, [row["id"] for row in rows]),
        "page": number,
        "pages": pages,
        "today": today.isoformat(),
        "choices": {
            "ministerie": _column(connection, "SELECT DISTINCT ministry FROM publications WHERE ministry IS NOT NULL ORDER BY 1"),
            "onderwerp": _column(connection, "SELECT DISTINCT topic FROM publication_topics ORDER BY 1"),
            "status": _column(connection, "SELECT DISTINCT status FROM commitments ORDER BY 1"),
            "termijn": list(_TERMS),
        },
    }


def as_rows(connection: sqlite3.Connection, asked: dict[str, str], today: date) -> list[dict[str, Any]]:
    """The same selection, whole, by the names of `EXPORTED`."""
    where, values = _where(asked, today)
    rows = connection.execute(f"SELECT {_COLUMNS}{_FROM}{where}{_ORDER} LIMIT :limit", values | {"limit": MOST})
    return [{name: row[column] for name, column in EXPORTED.items()} for row in rows]


def _where(asked: dict[str, str], today: date) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {name: asked[name] for name in _FILTERS if asked[name]}
    parts = [_FILTERS[name] for name in values]
    if asked["termijn"] in _TERMS:
        parts.append(_TERMS[asked["termijn"]])
    return "".join(f" AND {part}" for part in parts), values | {"today": today.isoformat()}


def _history(connection: sqlite3.Connection, ids: list[int]) -> dict[int, list[sqlite3.Row]]:
    marks = ", ".join("?" * len(ids))
    found: dict[int, list[sqlite3.Row]] = {}
    for row in connection.execute(
        f"SELECT h.*, p.title AS by_title FROM commitment_history h JOIN publications p ON p.id = h.publication_id "
        f"WHERE h.commitment_id IN ({marks}) ORDER BY h.at, h.id",
        ids,
    ):
        found.setdefault(row["commitment_id"], []).append(row)
    return found


def _column(connection: sqlite3.Connection, sql: str) -> list[str]:
    return [row[0] for row in connection.execute(sql)]
