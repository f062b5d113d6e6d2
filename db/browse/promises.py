"""The promises that fit a choice of ministry, office, topic, status and days, in order of their deadline: for the page, for files, for a calendar."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from db.browse import dutch, verdicts
from db.browse.office import offices
from db.browse.verdicts import Said
from db.deadlines import CalendarEntry, of_promises

SHOWN = 50
MOST = 5000
"""Rows of one CSV or JSON file."""
DATED = 1000
"""Deadlines in one calendar, the latest ones."""
FIELDS = ("ministerie", "ambt", "onderwerp", "status", "van", "tot", "termijn", "volgorde")
EXPORTED = (
    "toezegging", "uiterlijk", "termijn", "status", "hard", "soort", "wie", "ministerie", "ambt", "zin", "verloop", "stuk", "datum",
    "adres", "weersproken", "id",
)  # fmt: skip
"""Of one row in a CSV or JSON file."""

# The few publications that were withdrawn are looked up once, where a join would look up the publication of every promise.
_FROM = " FROM commitments c WHERE c.publication_id NOT IN (SELECT id FROM publications INDEXED BY publications_withdrawn WHERE withdrawn = 1)"
_COLUMNS = (
    "c.id, c.act, c.kind, c.firm, c.status, c.not_before, c.not_after, c.phrase, c.note, c.sentence, c.actor, c.addressee, c.grace_days, "
    "c.term_wrong, p.id AS publication_id, p.key, p.title, p.date, p.kind AS publication_kind, p.ministry, p.office, p.url"
)
_FILTERS = {
    "ministerie": "c.publication_id IN (SELECT id FROM publications WHERE ministry = :ministerie)",
    "ambt": "c.publication_id IN (SELECT id FROM publications WHERE office IN (SELECT value FROM json_each(:ambt)))",
    "onderwerp": "c.publication_id IN (SELECT publication_id FROM publication_topics WHERE topic = :onderwerp)",
    "status": "c.status = :status",
    "van": "c.not_after IS NULL = 0 AND c.not_after >= :van",
    "tot": "c.not_after IS NULL = 0 AND c.not_after <= :tot",
}
_TERMS = {
    "voorbij": "c.status = 'open' AND c.firm = 1 AND c.term_wrong = 0 AND c.not_after IS NULL = 0 AND c.not_after < :today "
    "AND (c.grace_days = 0 OR date(c.not_after, '+' || c.grace_days || ' days') < :today)",
    "met": "c.not_after IS NULL = 0",
    "zonder": "c.not_after IS NULL = 1",
}
_ORDER = " ORDER BY c.not_after IS NULL, c.not_after, c.id"
_LATEST = " ORDER BY c.not_after IS NULL, c.not_after DESC, c.id DESC"
_GROUPS = {"onderwerp": "topics", "status": "statuses", "termijn": "terms"}


def chosen(connection: sqlite3.Connection, asked: dict[str, str], number: int, today: date) -> dict[str, Any]:
    """The values of the page.

    Args:
        asked: `FIELDS` to what was chosen.
        number: page of the results, from 1.
    """
    known = offices(connection)
    asked, notes = _understood(asked)
    where, values = _where(connection, asked, today)
    total = connection.execute(f"SELECT count(*){_FROM}{where}", values).fetchone()[0]
    pages = max(1, -(-total // SHOWN))
    number = min(max(number, 1), pages)
    ids = _ids(connection, where, values, asked, SHOWN, (number - 1) * SHOWN)
    return {
        "asked": asked,
        "chosen": called(asked) if any(value for name, value in asked.items() if name != "volgorde") else "",
        "notes": notes,
        "total": total,
        "rows": (rows := _rows(connection, ids)),
        "contradicted": verdicts.of_promises(connection, rows),
        "history": _history(connection, ids),
        "sentences": _sentences(connection, ids),
        "page": number,
        "pages": pages,
        "today": today.isoformat(),
        "offices": sorted(((slug, one.title) for slug, one in known.items()), key=lambda pair: pair[1]),
        "choices": {
            "ministerie": distinct(connection, "publications", "ministry"),
            "onderwerp": distinct(connection, "publication_topics", "topic"),
            "status": list(dutch.words()["statuses"]),
            "termijn": list(_TERMS),
        },
    }


def as_rows(connection: sqlite3.Connection, asked: dict[str, str], today: date) -> list[dict[str, Any]]:
    """The same selection, whole, by the names of `EXPORTED`."""
    asked, _ = _understood(asked)
    where, values = _where(connection, asked, today)
    ids = _ids(connection, where, values, asked, MOST, 0)
    history, rows = _history(connection, ids), _rows(connection, ids)
    contradicted = verdicts.of_promises(connection, rows)
    return [
        {
            "toezegging": row["act"], "uiterlijk": row["not_after"], "termijn": row["phrase"], "status": row["status"], "hard": row["firm"],
            "soort": row["kind"], "wie": row["actor"], "ministerie": row["ministry"], "ambt": row["office"], "zin": row["sentence"],
            "verloop": [_said(step) for step in history.get(row["id"], ())], "stuk": row["title"], "datum": row["date"], "adres": row["url"],
            "weersproken": _contradicted(contradicted.get(row["id"])), "id": row["id"],
        }
        for row in rows
    ]  # fmt: skip


def dated(connection: sqlite3.Connection, asked: dict[str, str], today: date) -> list[CalendarEntry]:
    """The deadlines of the same selection."""
    asked, _ = _understood(asked)
    where, values = _where(connection, asked, today)
    return of_promises(connection, _ids(connection, f"{where} AND c.not_after IS NULL = 0", values, {"volgorde": "laatste"}, DATED, 0))


def called(asked: Mapping[str, str]) -> str:
    """The selection in words: what its calendar is called."""
    said = [dutch.name(_GROUPS[name], value) if name in _GROUPS else value for name, value in asked.items() if value and name != "volgorde"]
    return ", ".join(said) or "alle toezeggingen"


def _said(step: sqlite3.Row) -> str:
    to = f" naar {step['to_date']}" if step["to_date"] and step["kind"] == "moved" else ""
    return f"{(step['day'] or step['at'])[:10]} {dutch.name('history', step['kind'])}{to}"


def _contradicted(said: tuple[Said | None, Said | None] | None) -> str | None:
    """What a reader contradicts of a promise, and why; None where nobody does."""
    found = [f"{what}{': ' + one.note if one.note else ''}" for what, one in zip(("toezegging", "termijn"), said or (), strict=False) if one]
    return "; ".join(found) or None


def _understood(asked: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """What was asked without days that are none, and a sentence about each of these."""
    notes = []
    for name in ("van", "tot"):
        if asked[name] and dutch.as_day(asked[name]) is None:
            notes.append(f"“{asked[name]}” is geen dag; schrijf een dag als 2026-11-10.")
            asked = asked | {name: ""}
    return asked, notes


def _where(connection: sqlite3.Connection, asked: Mapping[str, str], today: date) -> tuple[str, dict[str, Any]]:
    values: dict[str, Any] = {name: asked[name] for name in _FILTERS if asked[name]}
    parts = [_FILTERS[name] for name in values]
    if "ambt" in values:
        office = offices(connection).get(asked["ambt"])
        values["ambt"] = json.dumps([] if office is None else office.printed)
    if asked["termijn"] in _TERMS:
        parts.append(_TERMS[asked["termijn"]])
    return "".join(f" AND {part}" for part in parts), values | {"today": today.isoformat()}


def _ids(connection: sqlite3.Connection, where: str, values: dict[str, Any], asked: Mapping[str, str], limit: int, offset: int) -> list[int]:
    order = _LATEST if asked["volgorde"] == "laatste" else _ORDER
    rows = connection.execute(f"SELECT c.id{_FROM}{where}{order} LIMIT :limit OFFSET :offset", values | {"limit": limit, "offset": offset})
    return [row[0] for row in rows]


def _rows(connection: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE c.id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    found = {row["id"]: row for row in rows}
    return [found[one] for one in ids]


def _history(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[sqlite3.Row]]:
    return _grouped(
        connection,
        "SELECT h.*, p.title AS by_title FROM commitment_history h JOIN publications p ON p.id = h.publication_id "
        "WHERE h.commitment_id IN (SELECT value FROM json_each(?)) ORDER BY h.at, h.id",
        ids,
    )


def _sentences(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, list[sqlite3.Row]]:
    """Every sentence in which a promise stands, in the order of the text."""
    return _grouped(
        connection,
        "SELECT commitment_id, sentence, page, confidence, rule FROM commitment_mentions WHERE commitment_id IN (SELECT value FROM json_each(?)) "
        "ORDER BY document_id, start",
        ids,
    )


def _grouped(connection: sqlite3.Connection, sql: str, ids: Sequence[int]) -> dict[int, list[sqlite3.Row]]:
    found: dict[int, list[sqlite3.Row]] = {}
    for row in connection.execute(sql, (json.dumps(list(ids)),)):
        found.setdefault(row["commitment_id"], []).append(row)
    return found


def distinct(connection: sqlite3.Connection, table: str, column: str) -> list[str]:
    """The different values of an indexed column: a jump in the index for each, where DISTINCT would read all of it."""
    rows = connection.execute(
        f"WITH RECURSIVE v(x) AS (SELECT min({column}) FROM {table} UNION ALL SELECT (SELECT min({column}) FROM {table} WHERE {column} > x) FROM v "
        "WHERE x IS NOT NULL) SELECT x FROM v WHERE x IS NOT NULL"
    )
    return [row[0] for row in rows]
