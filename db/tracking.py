"""What becomes of commitments, as rows: which promises a publication may be about, which publications a promise may concern, their history, and
what the calendar says.

Everything is asked as it was when a publication came, by the order of the papers (`Place`), not by the order in which we read them: a promise counts
as open until a paper before this one keeps or moves it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
YEARS_OF_ADVICE = timedelta(days=1100)
"""How long a response to an advice may take."""


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where a publication stands in the order of the papers: by its day, then by its address."""

    day: str
    """Empty where the paper has no date: such a one is before and after nothing."""
    url: str
    id: int


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
    is_later: bool = False
    """Its paper is of the same day as the new one and stands behind it: it may have been first, but nothing repeats it."""


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
    "JOIN publication_references r ON r.target = a.alias WHERE s.publication_id = p.id AND r.publication_id = :new) AS referenced, "
    "(p.date, p.url, p.id) > (SELECT date, url, id FROM publications WHERE id = :new) AS is_later "
    "FROM commitments c JOIN publications p ON p.id = c.publication_id "
)
# What one paper and another may have to do with each other: a dossier, or the one names the other.
_NAMED_BY = (
    "SELECT s.publication_id FROM publication_references r JOIN sighting_aliases a ON a.alias = r.target JOIN sightings s ON s.id = a.sighting_id "
    "WHERE r.publication_id = :new"
)
_NAMING = (
    "SELECT r.publication_id FROM publication_references r JOIN sighting_aliases a ON a.alias = r.target JOIN sightings s ON s.id = a.sighting_id "
    "WHERE s.publication_id = :old"
)
_MATES = (
    "SELECT b.publication_id FROM publication_dossiers a JOIN publication_dossiers b ON b.dossier = a.dossier WHERE a.publication_id = {}"
)
_BEFORE = "JOIN publications q ON q.id = h.publication_id WHERE (q.date, q.url, q.id) < (n.date, n.url, n.id) AND"


def open_acts(connection: sqlite3.Connection, publication_id: int) -> list[tuple[int, str]]:
    """Row and act of every promise that a publication found open: of papers up to its day that share a dossier with it or that it names, and that
    no paper before it had kept, moved or said again."""
    rows = connection.execute(
        f"SELECT c.id, c.act FROM publications n JOIN publications p ON p.id IN ({_MATES.format(':new')} UNION {_NAMED_BY}) "
        "JOIN commitments c ON c.publication_id = p.id WHERE n.id = :new AND p.id != n.id AND p.withdrawn = 0 AND p.date <= n.date "
        "AND c.status != 'dropped' "
        f"AND NOT EXISTS (SELECT 1 FROM commitment_history h {_BEFORE} h.commitment_id = c.id AND h.kind IN ('kept', 'moved')) "
        f"AND NOT EXISTS (SELECT 1 FROM commitment_history h {_BEFORE} h.by_commitment = c.id AND h.kind = 'repeated') ORDER BY c.id",
        {"new": publication_id},
    )
    return [(row[0], row[1]) for row in rows]


def promises(connection: sqlite3.Connection, publication_id: int, ids: Iterable[int]) -> list[OpenPromise]:
    """These promises as a publication sees them, the newest first."""
    rows = connection.execute(
        f"{_PROMISE} WHERE c.id IN (SELECT value FROM json_each(:ids)) ORDER BY p.date DESC, p.url, c.deliverable",
        {"new": publication_id, "ids": json.dumps(list(ids))},
    )
    return [_promise(row) for row in rows]


def _promise(row: sqlite3.Row) -> OpenPromise:
    return OpenPromise(
        id=row["id"], act=row["act"], kind=row["kind"], firm=bool(row["firm"]), sentence=row["sentence"], phrase=row["phrase"],
        not_after=_day(row["not_after"]), grace_days=row["grace_days"], publication_id=row["publication_id"], title=row["title"], url=row["url"],
        date=_day(row["date"]), ministry=row["ministry"], office=row["office"], referenced=bool(row["referenced"]), is_later=bool(row["is_later"]),
        seen=datetime.fromisoformat(row["first_seen"]).astimezone(AMSTERDAM).date(),
    )  # fmt: skip


# A paper whose reading still waits is judged when its turn comes; a reading that only joined tells nothing of its own.
_JUDGED = (
    "n.withdrawn = 0 AND n.analysed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM revisions w JOIN events e ON e.state = 'pending' "
    "AND e.kind = 'publication.analysed' AND e.subject = CAST(w.id AS TEXT) WHERE w.publication_id = n.id AND w.cause IN ('new', 'revised'))"
)


def place_of(connection: sqlite3.Connection, publication_id: int) -> Place:
    """Where a publication stands."""
    row = connection.execute("SELECT coalesce(date, ''), url, id FROM publications WHERE id = ?", (publication_id,)).fetchone()
    return Place(*row)


def said_since(connection: sqlite3.Connection, publication_id: int) -> dict[Place, list[str]]:
    """What the judged publications from the day of this one on say of promises, by publication: those that share a dossier with it or name it."""
    rows = connection.execute(
        f"WITH judged AS MATERIALIZED (SELECT n.id, n.date, n.url FROM publications n WHERE n.id IN ({_MATES.format(':old')} UNION {_NAMING}) "
        f"AND n.id != :old AND n.date >= (SELECT date FROM publications WHERE id = :old) AND {_JUDGED}) "
        "SELECT j.date, j.url, j.id, f.about || ' ' || f.sentence FROM judged j JOIN fulfilments f ON f.publication_id = j.id "
        "UNION ALL SELECT j.date, j.url, j.id, c.act FROM judged j JOIN commitments c ON c.publication_id = j.id",
        {"old": publication_id},
    )
    said: dict[Place, list[str]] = defaultdict(list)
    for day, url, id_, text in rows:
        said[Place(day, url, id_)].append(text)
    return said


def speaking_of(connection: sqlite3.Connection, publication_id: int, name: str) -> list[Place]:
    """The judged publications that speak of this one: of a promise of it, with the number of its questions, or with a name of it in their text."""
    rows = connection.execute(
        "SELECT n.date, n.url, n.id FROM publications n WHERE n.id != :old AND n.id IN ("
        "SELECT h.publication_id FROM commitment_history h JOIN commitments c ON c.id = h.commitment_id WHERE c.publication_id = :old UNION "
        "SELECT q.publication_id FROM answered_questions q JOIN sighting_aliases a ON a.alias = q.number JOIN sightings s ON s.id = a.sighting_id "
        "WHERE s.publication_id = :old UNION SELECT rowid FROM search WHERE search MATCH :name) "
        f"AND n.date IS NOT NULL AND {_JUDGED}",
        {"old": publication_id, "name": _phrase(name)},
    )
    return [Place(*row) for row in rows]


def _phrase(text: str) -> str:
    """A search for these words in this order; where there are none, one that finds nothing."""
    words = " ".join(re.findall(r"\w+", text))
    return f'"{words}"'


def dated_promises(connection: sqlite3.Connection, first: date, last: date) -> list[OpenPromise]:
    """The open, firm promises whose term ends in these days and of which the calendar has said nothing, in order of term."""
    rows = connection.execute(
        f"{_PROMISE} WHERE c.status = 'open' AND c.firm = 1 AND c.term_wrong = 0 AND p.withdrawn = 0 AND c.not_after BETWEEN :first AND :last "
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


def note_answered(connection: sqlite3.Connection, publication_id: int, numbers: Iterable[str]) -> None:
    """Keep which questions a publication answers, for questions that come in later than their answer."""
    connection.execute("DELETE FROM answered_questions WHERE publication_id = ?", (publication_id,))
    connection.executemany(
        "INSERT INTO answered_questions (number, publication_id) VALUES (?, ?)", [(number, publication_id) for number in sorted(set(numbers))]
    )


def advices(connection: sqlite3.Connection, day: date, besides: int) -> list[Earlier]:
    """The advice of councils of the years before a day."""
    rows = connection.execute(
        "SELECT id, title, url, date FROM publications WHERE kind IN ('advies', 'rapport') AND id != ? AND date BETWEEN ? AND ? "
        "ORDER BY date DESC, url",
        (besides, (day - YEARS_OF_ADVICE).isoformat(), day.isoformat()),
    )
    return [_earlier(row) for row in rows]


def _earlier(row: sqlite3.Row) -> Earlier:
    return Earlier(id=row["id"], title=row["title"], url=row["url"], date=_day(row["date"]))


def judgements(connection: sqlite3.Connection, publication_id: int) -> dict[int, str]:
    """The promises that a publication closes, with what it does to each: keep, move, or say again (then the promise is its own)."""
    rows = connection.execute(
        "SELECT CASE kind WHEN 'repeated' THEN by_commitment ELSE commitment_id END, kind FROM commitment_history "
        "WHERE publication_id = ? AND kind IN ('kept', 'moved', 'repeated') AND commitment_id IS NOT NULL ORDER BY id",
        (publication_id,),
    )
    return {row[0]: row[1] for row in rows}


def forget(connection: sqlite3.Connection, publication_id: int) -> None:
    """Take back what an earlier judging of this publication said of others, before it is judged anew; `settle` brings the promises up to date."""
    connection.execute("DELETE FROM commitment_history WHERE publication_id = ? AND kind NOT IN ('due', 'overdue')", (publication_id,))


def settle(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Bring the status of these promises in step with their history; what a person dropped stays so."""
    connection.executemany(
        "UPDATE commitments SET status = CASE WHEN EXISTS (SELECT 1 FROM commitment_history WHERE commitment_id = :id AND kind = 'kept') THEN 'kept' "
        "WHEN EXISTS (SELECT 1 FROM commitment_history WHERE commitment_id = :id AND kind = 'moved') THEN 'moved' "
        "WHEN EXISTS (SELECT 1 FROM commitment_history WHERE by_commitment = :id AND kind = 'repeated') THEN 'repeated' ELSE 'open' END "
        "WHERE id = :id AND status != 'dropped'",
        [{"id": id_} for id_ in ids],
    )


def add_history(
    connection: sqlite3.Connection, publication_id: int, kind: str, at: datetime, *, commitment_id: int | None, day: date | None,
    was: date | None, becomes: date | None, phrases: tuple[str | None, str | None], sentence: str, page: int | None, reason: str, by: int | None,
    about: int | None = None,
) -> int:  # fmt: skip
    """Write one step of a commitment's history; gives its row.

    Args:
        phrases: the words of the old and of the new term.
        by: the promise that takes its place.
        about: the publication that is answered, where it is a question or an advice and no promise.
    """
    row = connection.execute(
        "INSERT INTO commitment_history (commitment_id, publication_id, kind, at, day, from_date, to_date, from_phrase, to_phrase, sentence, page, "
        "reason, by_commitment, about_publication) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (commitment_id, kind, publication_id) DO UPDATE SET at = excluded.at, day = excluded.day, from_date = excluded.from_date, "
        "to_date = excluded.to_date, reason = excluded.reason RETURNING id",
        (
            commitment_id, publication_id, kind, at.isoformat(), _iso(day), _iso(was), _iso(becomes), *phrases, sentence, page, reason, by, about,
        ),
    ).fetchone()  # fmt: skip
    return int(row["id"])


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
