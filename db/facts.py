"""What was read in a publication, read back for alerts and pages; `db.analyses` writes it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A commitment as stored: one act, however many sentences announce it."""

    id: int
    deliverable: str
    act: str
    kind: str
    firm: bool
    phrase: str | None
    not_before: date | None
    not_after: date | None
    precision: str | None
    note: str | None
    sentence: str
    page: int | None
    start: int
    rule: str
    status: str = "open"
    """`open`; `kept`, `moved` or `repeated` by a later publication; `dropped` by a person."""
    actor: str | None = None
    grace_days: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """Running text of a publication, clean."""

    text: str
    page: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFulfilment:
    """A sentence about a promise made before, as stored."""

    kind: str
    sentence: str
    about: str
    page: int | None
    was_after: date | None = None
    phrase: str | None = None
    not_after: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """An amount as stored."""

    text: str
    value: float | None
    value_max: float | None
    currency: str
    per: str | None
    recurring: str | None
    bound: str | None
    extra: bool
    year: int | None
    purpose: str | None
    sentence: str
    page: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredTopic:
    """A topic as stored, with the words that decided."""

    topic: str
    score: float
    terms: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicationFacts:
    """Everything that a watch may ask of a publication."""

    id: int
    key: str
    title: str
    kind: str
    date: date | None
    publisher: str | None
    url: str
    focus: bool
    focus_score: float
    withdrawn: bool
    dossiers: tuple[str, ...]
    sources: tuple[str, ...]
    topics: tuple[StoredTopic, ...]
    promises: tuple[Promise, ...]
    sums: tuple[Sum, ...]
    office: str | None = None
    ministry: str | None = None
    document_id: int | None = None
    file_url: str | None = None
    """Where the text was read: a PDF can be opened at a page."""
    names: tuple[str, ...] = ()
    """Identifiers of the paper at all its sources."""
    answers: tuple[str, ...] = ()
    """Numbers of the questions that its sources say it answers."""
    references: tuple[str, ...] = ()
    """What its text names: `kst-32824-541`."""
    fulfilments: tuple[StoredFulfilment, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    """The text, where a watch asks for words; empty otherwise."""


def load_facts(connection: sqlite3.Connection, publication_id: int) -> PublicationFacts:
    """Read everything that a watch may ask of a publication."""
    p = connection.execute("SELECT * FROM publications WHERE id = ?", (publication_id,)).fetchone()
    dossiers = connection.execute("SELECT dossier FROM publication_dossiers WHERE publication_id = ? ORDER BY dossier", (publication_id,))
    sources = connection.execute("SELECT DISTINCT source FROM sightings WHERE publication_id = ? ORDER BY source", (publication_id,))
    topics = connection.execute("SELECT * FROM publication_topics WHERE publication_id = ? ORDER BY score DESC, topic", (publication_id,))
    sums = connection.execute("SELECT * FROM amounts WHERE publication_id = ? ORDER BY start", (publication_id,))
    return PublicationFacts(
        id=p["id"],
        key=p["key"],
        title=p["title"],
        kind=p["kind"],
        date=_day(p["date"]),
        publisher=p["publisher"],
        url=p["url"],
        focus=bool(p["focus"]),
        focus_score=p["focus_score"] or 0.0,
        withdrawn=bool(p["withdrawn"]),
        dossiers=tuple(row["dossier"] for row in dossiers),
        sources=tuple(row["source"] for row in sources),
        topics=tuple(
            StoredTopic(topic=t["topic"], score=t["score"], terms=tuple(dict.fromkeys(e[0] for e in json.loads(t["evidence"])))) for t in topics
        ),
        promises=load_promises(connection, publication_id),
        sums=tuple(
            Sum(
                text=s["text"], value=s["value"], value_max=s["value_max"], currency=s["currency"], per=s["per"], recurring=s["recurring"],
                bound=s["bound"], extra=bool(s["extra"]), year=s["year"], purpose=s["purpose"], sentence=s["sentence"], page=s["page"],
            )
            for s in sums
        ),
        office=p["office"],
        ministry=p["ministry"],
        document_id=p["document_id"],
        file_url=_scalar(connection, "SELECT url FROM documents WHERE id = ?", p["document_id"]),
        names=_column(
            connection,
            "SELECT DISTINCT a.alias FROM sighting_aliases a JOIN sightings s ON s.id = a.sighting_id WHERE s.publication_id = ? ORDER BY a.alias",
            publication_id,
        ),
        answers=_column(
            connection,
            "SELECT DISTINCT j.value FROM sightings s, json_each(s.record, '$.answers') j WHERE s.publication_id = ? ORDER BY j.value",
            publication_id,
        ),
        references=_column(
            connection, "SELECT DISTINCT target FROM publication_references WHERE publication_id = ? ORDER BY target", publication_id
        ),
        fulfilments=tuple(
            StoredFulfilment(
                kind=f["kind"], sentence=f["sentence"], about=f["about"], page=f["page"], was_after=_day(f["was_after"]), phrase=f["phrase"],
                not_after=_day(f["not_after"]),
            )
            for f in connection.execute("SELECT * FROM fulfilments WHERE publication_id = ? ORDER BY start", (publication_id,))
        ),
    )


def _column(connection: sqlite3.Connection, sql: str, value: object) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute(sql, (value,)))


def _scalar(connection: sqlite3.Connection, sql: str, value: object) -> str | None:
    return next(iter(_column(connection, sql, value)), None)


def load_promises(connection: sqlite3.Connection, publication_id: int) -> tuple[Promise, ...]:
    """The commitments of a publication in the order of its text."""
    rows = connection.execute(
        "SELECT c.*, (SELECT m.page FROM commitment_mentions m WHERE m.commitment_id = c.id ORDER BY m.start LIMIT 1) AS page, "
        "coalesce((SELECT min(m.start) FROM commitment_mentions m WHERE m.commitment_id = c.id), 0) AS start, "
        "coalesce((SELECT m.rule FROM commitment_mentions m WHERE m.commitment_id = c.id ORDER BY m.start LIMIT 1), '') AS rule "
        "FROM commitments c WHERE c.publication_id = ? ORDER BY start, c.id",
        (publication_id,),
    )
    return tuple(
        Promise(
            id=c["id"], deliverable=c["deliverable"], act=c["act"], kind=c["kind"], firm=bool(c["firm"]), phrase=c["phrase"],
            not_before=_day(c["not_before"]), not_after=_day(c["not_after"]), precision=c["precision"], note=c["note"], sentence=c["sentence"],
            page=c["page"], start=c["start"], rule=c["rule"], status=c["status"], actor=c["actor"], grace_days=c["grace_days"],
        )
        for c in rows
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
