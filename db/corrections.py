"""What a person says of an alert, a fact or a judgement: kept by the key of the publication and the name of the fact, so that no later reading
loses it.

A fact is named by its kind and the words of its sentence, not by its row or its place: a new analyser gives new rows, another format other places. A
sentence whose words change is another sentence, and what was said of the old one stays with the old words.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, get_args

from db import events, tracking
from db.facts import PublicationFacts, load_facts, load_promises
from db.records import EventKind

JUDGEMENTS = ("kept", "moved", "repeated")
"""What a publication may be thought to do to an earlier promise, and a person can take back."""
FactKind = Literal["commitment", "deadline", "amount", "topic"]
WRONG, NOT_RELEVANT = "wrong", "not relevant"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """What a person said."""

    id: int
    key: str
    """Of the publication."""
    title: str | None
    """Of the publication; None when it is stored no more."""
    fact: str
    verdict: str
    note: str | None
    at: str
    about: str | None
    """The words that were called wrong, where they are still read."""


def fact_names(kind: FactKind, sentences: Iterable[str]) -> list[str]:
    """The names of facts of one kind, in the order of the text: `amount:3f2a…`, and `amount:3f2a….2` for the second one in the same sentence."""
    seen: dict[str, int] = {}
    found = []
    for sentence in sentences:
        words = " ".join(_WORD.findall(sentence.casefold()))
        name = f"{kind}:{hashlib.sha256(words.encode('utf-8', 'replace')).hexdigest()[:12]}"
        nth = seen[name] = seen.get(name, 0) + 1
        found.append(name if nth == 1 else f"{name}.{nth}")
    return found


def names_in(facts: PublicationFacts) -> dict[str, str]:
    """The facts of a publication that a person may call wrong, by name, each with its words. A topic goes by its own name: `topic:language`."""
    promises = [promise.sentence for promise in facts.promises]
    found = dict(zip(fact_names("commitment", promises), promises, strict=True))
    found |= {
        name: f"{promise.phrase}: {promise.sentence}"
        for name, promise in zip(fact_names("deadline", promises), facts.promises, strict=True)
        if promise.phrase
    }
    sums = [s.sentence for s in facts.sums]
    found |= {name: f"{s.text}: {s.sentence}" for name, s in zip(fact_names("amount", sums), facts.sums, strict=True)}
    return found | {f"topic:{topic.topic}": topic.topic for topic in facts.topics}


def store_correction(connection: sqlite3.Connection, key: str, fact: str, why: str | None, at: datetime) -> None:
    """Keep what a person says of a fact, and let it count at once; the same again replaces the reason. Call it inside a transaction.

    Args:
        key: of the publication.
        fact: `alert:WATCH` (it should not have come), a name as in `names_in` (it is wrong), or `track:kept` and the like (it does no such thing).
    """
    say(connection, key, fact, NOT_RELEVANT if fact.startswith("alert:") else WRONG, why, at)
    row = connection.execute("SELECT id FROM publications WHERE key = ?", (key,)).fetchone()
    if row is None:
        return
    if fact.startswith("track:"):
        take_back(connection, row["id"], fact.removeprefix("track:"), at)
    apply(connection, row["id"])


def withdraw(connection: sqlite3.Connection, correction_id: int, at: datetime) -> bool:
    """Forget a correction: what it dropped counts again, and what it took back is judged again by the next pass; False when there is none of that
    number. Call it inside a transaction."""
    row = connection.execute("DELETE FROM corrections WHERE id = ? RETURNING publication_key, fact", (correction_id,)).fetchone()
    if row is None:
        return False
    publication = connection.execute("SELECT id FROM publications WHERE key = ?", (row["publication_key"],)).fetchone()
    if publication is not None:
        again = connection.execute(
            "UPDATE commitments SET status = 'open' WHERE publication_id = ? AND status = 'dropped' RETURNING id", (publication["id"],)
        ).fetchall()
        tracking.settle(connection, [promise["id"] for promise in again])
        apply(connection, publication["id"])
        if row["fact"].startswith("track:"):
            _judge_again(connection, publication["id"], at)
    return True


def apply(connection: sqlite3.Connection, publication_id: int) -> None:
    """Drop the promises of a publication that a person called wrong, note whose term is; after every reading, because a new one may have new rows."""
    key = connection.execute("SELECT key FROM publications WHERE id = ?", (publication_id,)).fetchone()["key"]
    wrong = wrong_facts(connection, key)
    connection.execute("UPDATE commitments SET term_wrong = 0 WHERE publication_id = ? AND term_wrong = 1", (publication_id,))
    if not any(fact.startswith(("commitment:", "deadline:")) for fact in wrong):
        return
    promises = load_promises(connection, publication_id)
    sentences = [promise.sentence for promise in promises]
    for name, term, promise in zip(fact_names("commitment", sentences), fact_names("deadline", sentences), promises, strict=True):
        if name in wrong:
            connection.execute("UPDATE commitments SET status = 'dropped' WHERE id = ?", (promise.id,))
        if term in wrong:
            connection.execute("UPDATE commitments SET term_wrong = 1 WHERE id = ?", (promise.id,))


def wrong_facts(connection: sqlite3.Connection, key: str) -> frozenset[str]:
    """The names of the facts of a publication that a person called wrong."""
    rows = connection.execute("SELECT fact FROM corrections WHERE publication_key = ? AND verdict = ?", (key, WRONG))
    return frozenset(row["fact"] for row in rows)


def without_wrong(facts: PublicationFacts, wrong: frozenset[str]) -> PublicationFacts:
    """The facts without what a person called wrong; a promise whose deadline is wrong stays, without it."""
    if not wrong:
        return facts
    sentences = [promise.sentence for promise in facts.promises]
    names = zip(fact_names("commitment", sentences), fact_names("deadline", sentences), facts.promises, strict=True)
    undated = {"phrase": None, "not_before": None, "not_after": None, "precision": None, "note": None}
    promises = tuple(replace(p, **undated) if deadline in wrong else p for name, deadline, p in names if name not in wrong)  # type: ignore[arg-type]
    sums = zip(fact_names("amount", (s.sentence for s in facts.sums)), facts.sums, strict=True)
    return replace(
        facts, promises=promises, sums=tuple(s for name, s in sums if name not in wrong),
        topics=tuple(topic for topic in facts.topics if f"topic:{topic.topic}" not in wrong),
    )  # fmt: skip


def say(connection: sqlite3.Connection, key: str, fact: str, verdict: str, note: str | None, at: datetime) -> None:
    """Keep a verdict; the same one again replaces its note. Call it inside a transaction."""
    connection.execute("DELETE FROM corrections WHERE publication_key = ? AND fact = ? AND verdict = ?", (key, fact, verdict))
    connection.execute(
        "INSERT INTO corrections (publication_key, fact, verdict, note, at) VALUES (?, ?, ?, ?, ?)", (key, fact, verdict, note, at.isoformat())
    )


def said_of(connection: sqlite3.Connection, key: str, fact: str) -> list[str]:
    """The verdicts on a fact of a publication, as text."""
    rows = connection.execute("SELECT verdict, note FROM corrections WHERE publication_key = ? AND fact = ? ORDER BY id", (key, fact))
    return [f"{row['verdict']}: {row['note']}" if row["note"] else row["verdict"] for row in rows]


def all_said(connection: sqlite3.Connection, limit: int) -> list[Correction]:
    """What persons said, the newest first."""
    rows = connection.execute(
        "SELECT c.*, p.id AS publication_id, p.title FROM corrections c LEFT JOIN publications p ON p.key = c.publication_key "
        "ORDER BY c.at DESC, c.id DESC LIMIT ?",
        (limit,),
    ).fetchall()
    return [
        Correction(
            id=row["id"], key=row["publication_key"], title=row["title"], fact=row["fact"], verdict=row["verdict"], note=row["note"], at=row["at"],
            about=_about(connection, row),
        )
        for row in rows
    ]  # fmt: skip


def _about(connection: sqlite3.Connection, row: sqlite3.Row) -> str | None:
    if row["publication_id"] is None or row["fact"].partition(":")[0] not in get_args(FactKind):
        return None
    return names_in(load_facts(connection, row["publication_id"])).get(row["fact"])


def take_back(connection: sqlite3.Connection, publication_id: int, kind: str, at: datetime) -> int:
    """Open the promises again that a publication was thought to keep, move or repeat, and have the papers behind them judged again by the next pass:
    one of them may do it. Gives how many. Call it inside a transaction."""
    rows = connection.execute(
        "SELECT h.commitment_id, h.by_commitment, c.publication_id FROM commitment_history h LEFT JOIN commitments c ON c.id = h.commitment_id "
        "WHERE h.publication_id = ? AND h.kind = ?",
        (publication_id, kind),
    ).fetchall()
    connection.execute("DELETE FROM commitment_history WHERE publication_id = ? AND kind = ?", (publication_id, kind))
    tracking.settle(connection, [row[name] for row in rows for name in ("commitment_id", "by_commitment") if row[name] is not None])
    for promised_in in sorted({row["publication_id"] for row in rows if row["publication_id"] is not None} | {publication_id}):
        _judge_again(connection, promised_in, at)
    return len(rows)


def _judge_again(connection: sqlite3.Connection, publication_id: int, at: datetime) -> None:
    """Have the line judge a publication, and those behind it, as it does with one that comes in late."""
    row = connection.execute("SELECT min(id) AS id FROM revisions WHERE publication_id = ? AND cause = 'new'", (publication_id,)).fetchone()
    if row["id"] is not None:
        events.emit(connection, EventKind.PUBLICATION_ANALYSED, row["id"], at)
