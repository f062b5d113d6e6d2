"""The deadlines that calendars show: what they were last told of each promise, and how often it changed.

A calendar needs more than the present state: a revision number that goes up when a deadline moves, and a word about a promise that is gone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from db.corrections import without_term

_OVER = frozenset({"kept", "dropped"})
"""States of a commitment whose deadline no longer counts: kept, dropped by a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarEntry:
    """One deadline, as a calendar was told of it."""

    uid: str
    """Stable: hangs on the publication's key and the promise, not on the day."""
    sequence: int
    """How often the day or the state changed."""
    created: datetime
    modified: datetime
    act: str
    day: date
    look_again: bool
    """The text names no day; this is when to ask again."""
    firm: bool
    over: bool
    """Kept, or taken back: by its publication, or because the sentence is gone."""
    sentence: str
    phrase: str | None
    note: str | None
    page: int | None
    title: str
    publisher: str | None
    url: str


def settle(connection: sqlite3.Connection, watch: str, now: datetime) -> list[CalendarEntry]:
    """Compare the promises of a watch's publications with what calendars were told, store what changed, and give all of it by day.

    A promise that was over before any calendar showed it is left out.
    """
    known = _known(connection, watch)
    present = _present(connection, watch, now)
    changed: dict[tuple[str, int], CalendarEntry] = {}
    for key, entry in present.items():
        if key not in known:
            if not entry.over:
                changed[key] = entry
        elif (renewed := _renewed(known[key], entry, now)) != known[key]:
            changed[key] = renewed
    for key, entry in known.items():
        if key not in present and not entry.over:
            changed[key] = replace(entry, over=True, sequence=entry.sequence + 1, modified=now)
    if changed:
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            connection.executemany(
                "INSERT INTO calendar_entries (publication_key, commitment_id, uid, facts, sequence, created, modified) VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (publication_key, commitment_id) DO UPDATE SET facts = excluded.facts, sequence = excluded.sequence, "
                "modified = excluded.modified",
                [_row(key, entry) for key, entry in changed.items()],
            )
    return sorted({**known, **changed}.values(), key=lambda entry: (entry.day, entry.uid))


def _renewed(old: CalendarEntry, new: CalendarEntry, now: datetime) -> CalendarEntry:
    """The entry with what is new in it; its number goes up when the day or the state changed, as RFC 5545 wants (3.8.7.4)."""
    same = replace(new, sequence=old.sequence, created=old.created, modified=old.modified)
    if same == old:
        return old
    return replace(same, modified=now, sequence=old.sequence + ((new.day, new.over) != (old.day, old.over)))


def _known(connection: sqlite3.Connection, watch: str) -> dict[tuple[str, int], CalendarEntry]:
    rows = connection.execute(
        "SELECT * FROM calendar_entries WHERE publication_key IN "
        "(SELECT p.key FROM alerts a JOIN publications p ON p.id = a.publication_id WHERE a.watch = ?)",
        (watch,),
    )
    return {(row["publication_key"], row["commitment_id"]): _entry(row) for row in rows}


_TERMS = (
    "SELECT p.key, p.title, coalesce(p.office, p.publisher) AS publisher, p.url, p.withdrawn, p.first_seen, c.*, "
    "(SELECT m.page FROM commitment_mentions m WHERE m.commitment_id = c.id ORDER BY m.start LIMIT 1) AS page "
    "FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE coalesce(c.not_after, c.look_again) IS NOT NULL AND "
)


def _present(connection: sqlite3.Connection, watch: str, now: datetime) -> dict[tuple[str, int], CalendarEntry]:
    rows = connection.execute(f"{_TERMS} p.id IN (SELECT publication_id FROM alerts WHERE watch = ?)", (watch,))
    wrong = without_term(connection)
    return _followed(connection, {(row["key"], row["id"]): _untold(row, now) for row in rows if row["id"] not in wrong})


def of_promises(connection: sqlite3.Connection, ids: Sequence[int]) -> list[CalendarEntry]:
    """The deadlines of these promises by day, with the same UID as in the calendars of watches.

    What a watch's calendar was told goes on from there; else a revision for each step of the promise's history, at the moment of that step.
    """
    asked = json.dumps(list(ids))
    rows = connection.execute(f"{_TERMS} c.id IN (SELECT value FROM json_each(?))", (asked,)).fetchall()
    entries = {(row["key"], row["id"]): _untold(row, datetime.fromisoformat(row["first_seen"])) for row in rows}
    steps = connection.execute(
        "SELECT commitment_id, count(*) AS steps, max(at) AS last FROM commitment_history WHERE kind IN ('moved', 'kept') "
        "AND commitment_id IN (SELECT value FROM json_each(?)) GROUP BY commitment_id",
        (asked,),
    )
    changed = {row["commitment_id"]: (row["steps"], datetime.fromisoformat(row["last"])) for row in steps}
    told = connection.execute(
        "SELECT commitment_id, publication_key, sequence, created, modified FROM calendar_entries "
        "WHERE commitment_id IN (SELECT value FROM json_each(?))",
        (asked,),
    )
    known = {(row["publication_key"], row["commitment_id"]): row for row in told}
    found = []
    for key, entry in _followed(connection, entries).items():
        number, at = changed.get(key[1], (0, entry.modified))
        renewed = replace(entry, sequence=number, modified=max(at, entry.modified))
        if (row := known.get(key)) is not None:
            latest = max(renewed.modified, datetime.fromisoformat(row["modified"]))
            renewed = replace(renewed, sequence=max(number, row["sequence"]), created=datetime.fromisoformat(row["created"]), modified=latest)
        found.append(renewed)
    return sorted(found, key=lambda entry: (entry.day, entry.uid))


def _untold(row: sqlite3.Row, at: datetime) -> CalendarEntry:
    return CalendarEntry(
        uid=_uid(row["key"], row["id"]), sequence=0, created=at, modified=at, act=row["act"],
        day=date.fromisoformat(row["not_after"] or row["look_again"]), look_again=row["not_after"] is None, firm=bool(row["firm"]),
        over=bool(row["withdrawn"]) or row["status"] in _OVER, sentence=row["sentence"], phrase=row["phrase"], note=row["note"], page=row["page"],
        title=row["title"], publisher=row["publisher"], url=row["url"],
    )  # fmt: skip


def _followed(connection: sqlite3.Connection, entries: dict[tuple[str, int], CalendarEntry]) -> dict[tuple[str, int], CalendarEntry]:
    """The entries with the days that later publications gave them: a promise that moved or was said again stays the one event that it was."""
    steps = connection.execute(
        "SELECT h.kind, h.commitment_id, h.by_commitment, h.to_date, h.to_phrase, n.not_after, n.phrase, n.status, c.status AS was "
        "FROM commitment_history h JOIN commitments c ON c.id = h.commitment_id LEFT JOIN commitments n ON n.id = h.by_commitment "
        "WHERE h.kind IN ('moved', 'repeated') ORDER BY h.id"
    ).fetchall()
    moved = {row["commitment_id"]: row for row in steps if row["kind"] == "moved" and row["was"] == "moved"}
    first = {row["by_commitment"]: row["commitment_id"] for row in steps}
    here = {commitment_id for _, commitment_id in entries}
    return {
        key: _moved(entry, key[1], moved) if key[1] in moved else entry for key, entry in entries.items() if first.get(key[1]) not in here
    }  # fmt: skip


def _moved(entry: CalendarEntry, commitment_id: int, moved: Mapping[int, sqlite3.Row]) -> CalendarEntry:
    """The entry on the day that its last move gave it; over when that names no day, or when the promise that took its place is over."""
    seen: set[int] = set()
    while commitment_id in moved and commitment_id not in seen:
        seen.add(commitment_id)
        step = moved[commitment_id]
        commitment_id = step["by_commitment"] or 0
    day = step["not_after"] if step["by_commitment"] else step["to_date"]
    if day is None or step["status"] in _OVER:
        return replace(entry, over=True)
    phrase = step["to_phrase"] or step["phrase"]
    return replace(entry, day=date.fromisoformat(day), look_again=False, phrase=phrase, note=None)


def _uid(key: str, commitment_id: int) -> str:
    return f"{uuid5(NAMESPACE_URL, f'kamerspoor:deadline:{key}:{commitment_id}')}@kamerspoor"


_OWN_COLUMNS = frozenset({"uid", "sequence", "created", "modified"})


def _row(key: tuple[str, int], entry: CalendarEntry) -> tuple[Any, ...]:
    facts = {name: value for name, value in asdict(entry).items() if name not in _OWN_COLUMNS}
    text = json.dumps(facts | {"day": entry.day.isoformat()}, ensure_ascii=False)
    return (*key, entry.uid, text, entry.sequence, entry.created.isoformat(), entry.modified.isoformat())


def _entry(row: sqlite3.Row) -> CalendarEntry:
    facts = json.loads(row["facts"])
    return CalendarEntry(
        uid=row["uid"],
        sequence=row["sequence"],
        created=datetime.fromisoformat(row["created"]),
        modified=datetime.fromisoformat(row["modified"]),
        **facts | {"day": date.fromisoformat(facts["day"])},
    )
