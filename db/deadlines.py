"""The deadlines that calendars show: what they were last told of each promise, and how often it changed.

A calendar needs more than the present state: a revision number that goes up when a deadline moves, and a word about a promise that is gone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

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


def settle(connection: sqlite3.Connection, watch: str, now: datetime, limit: int = 1000) -> list[CalendarEntry]:
    """Look again at the promises that changed since the calendar of a watch last did, store what is new in them, and give its latest days by day.

    A promise that was over before any calendar showed it is left out.

    Args:
        limit: how many days, the latest ones.
    """
    # Asked before the promises are read: what changes in the meantime is looked at once more.
    last = connection.execute("SELECT coalesce(max(seq), 0) FROM deadline_changes").fetchone()[0]
    seen = connection.execute("SELECT seq FROM calendars WHERE watch = ?", (watch,)).fetchone()
    if seen is None or seen["seq"] < last:
        ids = _of_watch(connection, watch) if seen is None else _changed_since(connection, seen["seq"])
        _look_again(connection, watch, ids, last, now)
    rows = connection.execute(
        "SELECT e.* FROM calendar_days d JOIN calendar_entries e ON e.uid = d.uid WHERE d.watch = ? ORDER BY d.day DESC, d.uid DESC LIMIT ?",
        (watch, limit),
    ).fetchall()
    return [_entry(row) for row in reversed(rows)]


def _look_again(connection: sqlite3.Connection, watch: str, ids: Sequence[int], seq: int, now: datetime) -> None:
    """Bring the entries of these promises, and of those that they took the place of, up to date, and what the calendar of the watch holds of them."""
    linked = _linked(connection, ids)
    known, (present, first) = _known(connection, linked), _present(connection, linked, now)
    ours = _publications_of(connection, watch, {key for key, _ in (*known, *present)})
    here = {commitment_id for key, commitment_id in present if key in ours}
    shown = {key for key in present if key[0] in ours and first.get(key[1]) not in here}
    changed = {key: present[key] for key in shown - known.keys() if not present[key].over}
    for key, old in known.items():
        new = _renewed(old, present[key] if key in present else replace(old, over=True), now)
        if new != old:
            changed[key] = new
    told = {**known, **changed}
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        connection.executemany(
            "INSERT INTO calendar_entries (publication_key, commitment_id, uid, facts, sequence, created, modified) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (publication_key, commitment_id) DO UPDATE SET facts = excluded.facts, sequence = excluded.sequence, "
            "modified = excluded.modified",
            [_row(key, entry) for key, entry in changed.items()],
        )
        connection.executemany(
            "UPDATE calendar_days SET day = ? WHERE uid = ?", [(entry.day.isoformat(), entry.uid) for key, entry in changed.items() if key in known]
        )
        # What is stored no more stays where it was shown, and is cancelled there.
        connection.executemany(
            "DELETE FROM calendar_days WHERE watch = ? AND uid = ?", [(watch, told[key].uid) for key in told if key in present and key not in shown]
        )
        connection.executemany(
            "INSERT INTO calendar_days (watch, uid, day) VALUES (?, ?, ?) ON CONFLICT (watch, uid) DO UPDATE SET day = excluded.day",
            [(watch, entry.uid, entry.day.isoformat()) for key, entry in told.items() if key in shown or (key not in present and key[0] in ours)],
        )
        connection.execute("INSERT INTO calendars (watch, seq) VALUES (?, ?) ON CONFLICT (watch) DO UPDATE SET seq = excluded.seq", (watch, seq))


def _renewed(old: CalendarEntry, new: CalendarEntry, now: datetime) -> CalendarEntry:
    """The entry with what is new in it; its number goes up when the day or the state changed, as RFC 5545 wants (3.8.7.4)."""
    same = replace(new, sequence=old.sequence, created=old.created, modified=old.modified)
    if same == old:
        return old
    return replace(same, modified=now, sequence=old.sequence + ((new.day, new.over) != (old.day, old.over)))


def _of_watch(connection: sqlite3.Connection, watch: str) -> list[int]:
    """Every promise of the publications of a watch, and what calendars were told of them; asked once, when its calendar is new."""
    rows = connection.execute(
        "SELECT c.id FROM alerts a JOIN commitments c ON c.publication_id = a.publication_id WHERE a.watch = :watch UNION SELECT e.commitment_id "
        "FROM alerts a JOIN publications p ON p.id = a.publication_id JOIN calendar_entries e ON e.publication_key = p.key WHERE a.watch = :watch",
        {"watch": watch},
    )
    return [row[0] for row in rows]


def _changed_since(connection: sqlite3.Connection, seq: int) -> list[int]:
    return [row[0] for row in connection.execute("SELECT commitment_id FROM deadline_changes WHERE seq > ?", (seq,))]


def _linked(connection: sqlite3.Connection, ids: Sequence[int]) -> str:
    """These promises with all that they took the place of, or that took theirs, as a JSON list."""
    rows = connection.execute(
        "WITH RECURSIVE linked(id) AS (SELECT value FROM json_each(?) "
        f"UNION SELECT h.by_commitment FROM linked CROSS JOIN commitment_history h ON h.commitment_id = linked.id AND {_STEPS} "
        "AND h.by_commitment IS NOT NULL "
        f"UNION SELECT h.commitment_id FROM linked CROSS JOIN commitment_history h ON h.by_commitment = linked.id AND {_STEPS} "
        "AND h.commitment_id IS NOT NULL) SELECT id FROM linked",
        (json.dumps(list(ids)),),
    )
    return json.dumps([row[0] for row in rows])


def _publications_of(connection: sqlite3.Connection, watch: str, keys: Iterable[str]) -> set[str]:
    """Which of these publications the watch raised an alert about."""
    # The plus has it begin with the publications: the alerts of a watch are many.
    rows = connection.execute(
        "SELECT p.key FROM publications p WHERE p.key IN (SELECT value FROM json_each(?)) "
        "AND EXISTS (SELECT 1 FROM alerts a WHERE a.publication_id = p.id AND +a.watch = ?)",
        (json.dumps(list(keys)), watch),
    )
    return {row[0] for row in rows}


def _known(connection: sqlite3.Connection, ids: str) -> dict[tuple[str, int], CalendarEntry]:
    rows = connection.execute("SELECT * FROM calendar_entries WHERE commitment_id IN (SELECT value FROM json_each(?))", (ids,))
    return {(row["publication_key"], row["commitment_id"]): _entry(row) for row in rows}


_STEPS = "h.kind IN ('moved', 'repeated')"
_TERMS = (
    "SELECT p.key, p.title, coalesce(p.office, p.publisher) AS publisher, p.url, p.withdrawn, p.first_seen, c.*, "
    "(SELECT m.page FROM commitment_mentions m WHERE m.commitment_id = c.id ORDER BY m.start LIMIT 1) AS page "
    "FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE coalesce(c.not_after, c.look_again) IS NOT NULL AND "
)


def _present(connection: sqlite3.Connection, linked: str, now: datetime) -> tuple[dict[tuple[str, int], CalendarEntry], dict[int, int]]:
    """These promises as they are, on the day that their last move gave them; and which promise each of them took the place of."""
    rows = connection.execute(f"{_TERMS} c.id IN (SELECT value FROM json_each(?))", (linked,))
    return _followed(connection, {(row["key"], row["id"]): _untold(row, now) for row in rows}, linked)


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
    followed, first = _followed(connection, entries, _linked(connection, ids))
    here = {commitment_id for _, commitment_id in entries}
    for key, entry in followed.items():
        if first.get(key[1]) in here:
            continue
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
        over=bool(row["withdrawn"] or row["term_wrong"]) or row["status"] in _OVER, sentence=row["sentence"], phrase=row["phrase"], note=row["note"],
        page=row["page"], title=row["title"], publisher=row["publisher"], url=row["url"],
    )  # fmt: skip


def _followed(
    connection: sqlite3.Connection, entries: Mapping[tuple[str, int], CalendarEntry], linked: str
) -> tuple[dict[tuple[str, int], CalendarEntry], dict[int, int]]:
    """The entries with the days that later publications gave them, and the promise whose place each took: one that moved or was said again stays the
    one event that it was.

    Args:
        linked: the promises of the entries and all that hang together with them.
    """
    steps = connection.execute(
        "SELECT h.kind, h.commitment_id, h.by_commitment, h.to_date, h.to_phrase, n.not_after, n.phrase, n.status, c.status AS was "
        "FROM commitment_history h JOIN commitments c ON c.id = h.commitment_id LEFT JOIN commitments n ON n.id = h.by_commitment "
        f"WHERE h.commitment_id IN (SELECT value FROM json_each(?)) AND {_STEPS} ORDER BY h.id",
        (linked,),
    ).fetchall()
    moved = {row["commitment_id"]: row for row in steps if row["kind"] == "moved" and row["was"] == "moved"}
    first = {row["by_commitment"]: row["commitment_id"] for row in steps}
    return {key: _moved(entry, key[1], moved) if key[1] in moved else entry for key, entry in entries.items()}, first


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
