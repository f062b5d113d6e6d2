"""The deadlines that calendars show: what they were last told of each promise, and how often it changed.

A calendar needs more than the present state: a revision number that goes up when a deadline moves, and a word about a promise that is gone.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

_OVER = frozenset({"kept", "moved", "dropped"})
"""States of a commitment whose deadline no longer counts: kept, overtaken by a later promise, dropped by a person."""


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


def _present(connection: sqlite3.Connection, watch: str, now: datetime) -> dict[tuple[str, int], CalendarEntry]:
    rows = connection.execute(
        "SELECT p.key, p.title, p.publisher, p.url, p.withdrawn, c.*, "
        "(SELECT m.page FROM commitment_mentions m WHERE m.commitment_id = c.id ORDER BY m.start LIMIT 1) AS page "
        "FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE coalesce(c.not_after, c.look_again) IS NOT NULL "
        "AND p.id IN (SELECT publication_id FROM alerts WHERE watch = ?)",
        (watch,),
    )
    return {
        (row["key"], row["id"]): CalendarEntry(
            uid=_uid(row["key"], row["id"]),
            sequence=0, created=now, modified=now, act=row["act"], day=date.fromisoformat(row["not_after"] or row["look_again"]),
            look_again=row["not_after"] is None, firm=bool(row["firm"]), over=bool(row["withdrawn"]) or row["status"] in _OVER,
            sentence=row["sentence"], phrase=row["phrase"], note=row["note"], page=row["page"], title=row["title"], publisher=row["publisher"],
            url=row["url"],
        )
        for row in rows
    }  # fmt: skip


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
