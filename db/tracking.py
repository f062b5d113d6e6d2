"""What becomes of commitments, as rows: which promises a new publication may be about, their history, and what the calendar says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MOST = 400
"""Open promises that one publication is compared with, the newest first."""
MOST_LATER = 40
"""Later publications that are judged again when an older one comes in, the nearest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenPromise:
    """A promise that nothing is known to have become of, with the publication that made it."""

    id: int
    act: str
    kind: str
    firm: bool
    sentence: str
    phrase: str | None
    not_after: date | None
    grace_days: int
    publication_id: int
    title: str
    url: str
    ministry: str | None
    office: str | None
    referenced: bool
    """The new publication names the paper that made it."""
    seen: date | None = None
    """When we first saw its publication."""
    date: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """A question or an advice that a new publication may answer."""

    id: int
    title: str
    url: str
    date: date | None


_PROMISE = (
    "SELECT c.id, c.act, c.kind, c.firm, c.sentence, c.phrase, c.not_after, c.grace_days, p.id AS publication_id, p.title, p.url, p.date, "
    "p.ministry, p.office, p.first_seen, EXISTS (SELECT 1 FROM sightings s JOIN sighting_aliases a ON a.sighting_id = s.id "
    "JOIN publication_references r ON r.target = a.alias WHERE s.publication_id = p.id AND r.publication_id = :new) AS referenced "
    "FROM commitments c JOIN publications p ON p.id = c.publication_id "
)


def open_promises(connection: sqlite3.Connection, publication_id: int) -> list[OpenPromise]:
    """The open promises of earlier publications that share a dossier with this one or that it refers to, the newest first."""
    rows = connection.execute(
        f"{_PROMISE} WHERE c.status = 'open' AND p.withdrawn = 0 AND p.id != :new "
        "AND p.date <= (SELECT date FROM publications WHERE id = :new) AND (p.id IN (SELECT o.publication_id FROM publication_dossiers o "
        "JOIN publication_dossiers n ON n.dossier = o.dossier WHERE n.publication_id = :new) OR referenced) ORDER BY p.date DESC, c.id LIMIT :most",
        {"new": publication_id, "most": MOST},
    )
    return [_promise(row) for row in rows]


def _promise(row: sqlite3.Row) -> OpenPromise:
    return OpenPromise(
        id=row["id"], act=row["act"], kind=row["kind"], firm=bool(row["firm"]), sentence=row["sentence"], phrase=row["phrase"],
        not_after=_day(row["not_after"]), grace_days=row["grace_days"], publication_id=row["publication_id"], title=row["title"], url=row["url"],
        date=_day(row["date"]), ministry=row["ministry"], office=row["office"], referenced=bool(row["referenced"]),
        seen=datetime.fromisoformat(row["first_seen"]).astimezone(AMSTERDAM).date(),
    )  # fmt: skip


def later(connection: sqlite3.Connection, publication_id: int) -> list[int]:
    """Publications of the same day and after that speak of earlier promises and share a dossier with this one or refer to it: with papers that come
    in newest first, they were judged before this one was there."""
    rows = connection.execute(
        "SELECT DISTINCT f.publication_id FROM fulfilments f JOIN publications p ON p.id = f.publication_id "
        "WHERE p.id != :old AND p.withdrawn = 0 AND p.date >= (SELECT date FROM publications WHERE id = :old) AND (p.id IN "
        "(SELECT n.publication_id FROM publication_dossiers n JOIN publication_dossiers o ON o.dossier = n.dossier WHERE o.publication_id = :old) "
        "OR p.id IN (SELECT r.publication_id FROM publication_references r JOIN sighting_aliases a ON a.alias = r.target "
        "JOIN sightings s ON s.id = a.sighting_id WHERE s.publication_id = :old)) ORDER BY p.date, p.id LIMIT :most",
        {"old": publication_id, "most": MOST_LATER},
    )
    return [row[0] for row in rows]


def dated_promises(connection: sqlite3.Connection, first: date, last: date) -> list[OpenPromise]:
    """The open, firm promises whose term ends in these days and of which the calendar has said nothing, in order of term."""
    rows = connection.execute(
        f"{_PROMISE} WHERE c.status = 'open' AND c.firm = 1 AND p.withdrawn = 0 AND c.not_after BETWEEN :first AND :last "
        "ORDER BY p.id, c.not_after, c.id",
        {"new": None, "first": first.isoformat(), "last": last.isoformat()},
    )
    return [_promise(row) for row in rows]


def told_by_calendar(connection: sqlite3.Connection, kind: str, commitment_id: int, day: date) -> bool:
    """Whether this was said of this term before; a term that moves in the text of its own publication is another one."""
    row = connection.execute(
        "SELECT 1 FROM commitment_history WHERE commitment_id = ? AND kind = ? AND to_date = ?", (commitment_id, kind, day.isoformat())
    ).fetchone()
    return row is not None


def questions(connection: sqlite3.Connection, numbers: Iterable[str], besides: int) -> list[Earlier]:
    """The questions with one of these numbers (`2026Z21877`)."""
    names = sorted(set(numbers))
    marks = ", ".join("?" * len(names))
    rows = connection.execute(
        "SELECT DISTINCT p.id, p.title, p.url, p.date FROM publications p JOIN sightings s ON s.publication_id = p.id "
        f"JOIN sighting_aliases a ON a.sighting_id = s.id WHERE p.kind = 'kamervraag' AND p.id != ? AND a.alias IN ({marks}) ORDER BY p.id",
        (besides, *names),
    )
    return [_earlier(row) for row in rows]


def advices(connection: sqlite3.Connection, day: date, besides: int, *, days: int = 1100) -> list[Earlier]:
    """The advice of councils of the years before a day."""
    rows = connection.execute(
        "SELECT id, title, url, date FROM publications WHERE kind IN ('advies', 'rapport') AND id != ? AND date BETWEEN ? AND ? ORDER BY date DESC",
        (besides, (day - timedelta(days=days)).isoformat(), day.isoformat()),
    )
    return [_earlier(row) for row in rows]


def _earlier(row: sqlite3.Row) -> Earlier:
    return Earlier(id=row["id"], title=row["title"], url=row["url"], date=_day(row["date"]))


def forget(connection: sqlite3.Connection, publication_id: int) -> None:
    """Take back what an earlier reading of this publication said of others, before it is judged anew."""
    rows = connection.execute("SELECT commitment_id, by_commitment FROM commitment_history WHERE publication_id = ? AND kind IN "
                              "('kept', 'moved', 'repeated')", (publication_id,)).fetchall()  # fmt: skip
    for row in rows:
        connection.execute("UPDATE commitments SET status = 'open' WHERE id = ? AND status IN ('kept', 'moved', 'repeated')", (row[0],))
        connection.execute("UPDATE commitments SET status = 'open' WHERE id = ? AND status = 'repeated'", (row[1],))
    connection.execute("DELETE FROM commitment_history WHERE publication_id = ? AND kind NOT IN ('due', 'overdue')", (publication_id,))


def add_history(
    connection: sqlite3.Connection, publication_id: int, kind: str, at: datetime, *, commitment_id: int | None, day: date | None,
    was: date | None, becomes: date | None, phrases: tuple[str | None, str | None], sentence: str, page: int | None, reason: str, by: int | None,
) -> int:  # fmt: skip
    """Write one step of a commitment's history; gives its row.

    Args:
        phrases: the words of the old and of the new term.
        by: the promise that takes its place.
    """
    row = connection.execute(
        "INSERT INTO commitment_history (commitment_id, publication_id, kind, at, day, from_date, to_date, from_phrase, to_phrase, sentence, page, "
        "reason, by_commitment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (commitment_id, kind, publication_id) DO UPDATE SET "
        "at = excluded.at, day = excluded.day, from_date = excluded.from_date, to_date = excluded.to_date, reason = excluded.reason RETURNING id",
        (
            commitment_id, publication_id, kind, at.isoformat(), _iso(day), _iso(was), _iso(becomes), *phrases, sentence, page, reason, by,
        ),
    ).fetchone()  # fmt: skip
    return int(row["id"])


def set_status(connection: sqlite3.Connection, commitment_id: int, status: str) -> None:
    """Say what became of a commitment."""
    connection.execute("UPDATE commitments SET status = ? WHERE id = ?", (status, commitment_id))


def history_of(connection: sqlite3.Connection, publication_id: int) -> list[sqlite3.Row]:
    """What a publication did to earlier commitments and questions, in order."""
    return connection.execute(
        "SELECT h.*, c.act, c.sentence AS promise, c.publication_id AS about, p.title AS about_title, p.url AS about_url, p.date AS about_date "
        "FROM commitment_history h LEFT JOIN commitments c ON c.id = h.commitment_id LEFT JOIN publications p ON p.id = c.publication_id "
        "WHERE h.publication_id = ? ORDER BY h.id",
        (publication_id,),
    ).fetchall()


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
