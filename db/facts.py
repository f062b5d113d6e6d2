"""What was read in a publication: written as rows when it is analysed, read back for alerts and pages."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from db.records import Amount, Analysis, Commitment, Deadline, Fulfilment


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
    references: tuple[str, ...] = ()
    """What its text names: `kst-32824-541`."""
    fulfilments: tuple[StoredFulfilment, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    """The text, where a watch asks for words; empty otherwise."""


def save_analysis(
    connection: sqlite3.Connection,
    publication_id: int,
    document_id: int | None,
    analysis: Analysis,
    keep_ids: Mapping[str, int],
    at: datetime,
) -> None:
    """Replace a publication's facts by a new reading.

    Args:
        document_id: the document that was read; None when only the title is known.
        keep_ids: deliverable in the new reading -> row of the same act in the old one, so that an act keeps its row while its words change.
    """
    connection.execute(
        "UPDATE publications SET focus = ?, focus_score = ?, analyser = ?, analysed = ?, office = coalesce(office, ?), "
        "person = coalesce(person, ?), ministry = ? WHERE id = ?",
        (
            int(analysis.focus), analysis.focus_score, analysis.analyser, at.isoformat(), analysis.office, analysis.person, analysis.ministry,
            publication_id,
        ),
    )  # fmt: skip
    for table in ("publication_topics", "amounts", "publication_references", "fulfilments"):
        connection.execute(f"DELETE FROM {table} WHERE publication_id = ?", (publication_id,))
    connection.executemany(
        "INSERT INTO publication_topics (publication_id, topic, score, evidence) VALUES (?, ?, ?, ?)",
        [
            (publication_id, topic.topic, topic.score, json.dumps([[e.term, e.start, e.end] for e in topic.evidence], ensure_ascii=False))
            for topic in analysis.topics
        ],
    )
    _save_commitments(connection, publication_id, document_id, analysis.commitments, keep_ids)
    if document_id is None:
        return
    connection.executemany(
        'INSERT INTO amounts (publication_id, document_id, start, "end", text, sentence, page, value, value_max, exact, exact_max, currency, per, '
        "recurring, bound, extra, year, years, purpose, recipient, scheme, novelty, rule, confidence) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_amount_row(publication_id, document_id, amount) for amount in analysis.amounts],
    )
    connection.executemany(
        'INSERT INTO publication_references (publication_id, document_id, start, "end", text, kind, target, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        [
            (publication_id, document_id, r.evidence.start, r.evidence.end, r.evidence.text, r.kind, r.target, r.evidence.rule)
            for r in analysis.references
        ],
    )
    connection.executemany(
        'INSERT INTO fulfilments (publication_id, document_id, kind, start, "end", sentence, about, page, was_phrase, was_after, phrase, not_before, '
        "not_after, rule, confidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_fulfilment_row(publication_id, document_id, fulfilment) for fulfilment in analysis.fulfilments],
    )


def _save_commitments(
    connection: sqlite3.Connection,
    publication_id: int,
    document_id: int | None,
    commitments: tuple[Commitment, ...],
    keep_ids: Mapping[str, int],
) -> None:
    acts: dict[str, list[Commitment]] = {}
    for commitment in commitments:
        acts.setdefault(commitment.deliverable, []).append(commitment)
    kept = {keep_ids[name] for name in acts if name in keep_ids}
    for row in connection.execute("SELECT id FROM commitments WHERE publication_id = ?", (publication_id,)).fetchall():
        if row["id"] in kept:
            # The new names come below; until then no two rows may claim the same one.
            connection.execute("UPDATE commitments SET deliverable = ? WHERE id = ?", (f"was {row['id']}", row["id"]))
            connection.execute("DELETE FROM commitment_mentions WHERE commitment_id = ?", (row["id"],))
        else:
            connection.execute("DELETE FROM commitments WHERE id = ?", (row["id"],))
    for deliverable, mentions in acts.items():
        first = spoken_for(mentions)
        deadline = first.deadline
        row = connection.execute(
            "INSERT INTO commitments (id, publication_id, deliverable, act, kind, firm, actor, addressee, condition, phrase, not_before, not_after, "
            "precision, anchor, note, look_again, grace_days, sentence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET deliverable = excluded.deliverable, act = excluded.act, kind = excluded.kind, firm = excluded.firm, "
            "actor = excluded.actor, addressee = excluded.addressee, condition = excluded.condition, phrase = excluded.phrase, "
            "not_before = excluded.not_before, not_after = excluded.not_after, precision = excluded.precision, anchor = excluded.anchor, "
            "note = excluded.note, look_again = excluded.look_again, grace_days = excluded.grace_days, sentence = excluded.sentence RETURNING id",
            (
                keep_ids.get(deliverable), publication_id, deliverable, first.act, first.kind, int(first.firm), first.actor, first.addressee,
                first.condition, *_deadline_columns(deadline), first.evidence.sentence,
            ),
        ).fetchone()  # fmt: skip
        if document_id is not None:
            connection.executemany(
                'INSERT INTO commitment_mentions (commitment_id, document_id, start, "end", text, sentence, page, answers, phrase, not_before, '
                "not_after, rule, confidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_mention_row(row["id"], document_id, mention) for mention in mentions],
            )


def spoken_for(mentions: list[Commitment]) -> Commitment:
    """The mention that speaks for the act: a firm one before an intention, a dated one before an open one, the earlier one of equals."""
    return min(mentions, key=lambda m: (m.deadline is None or m.deadline.not_after is None, not m.firm, m.deadline is None, m.evidence.start))


def _deadline_columns(deadline: Deadline | None) -> tuple[object, ...]:
    if deadline is None:
        return (None,) * 7 + (0,)
    return (
        deadline.phrase, _iso(deadline.not_before), _iso(deadline.not_after), deadline.precision, deadline.anchor, deadline.note,
        _iso(deadline.look_again), deadline.grace_days,
    )  # fmt: skip


def _mention_row(commitment_id: int, document_id: int, mention: Commitment) -> tuple[object, ...]:
    evidence, deadline = mention.evidence, mention.deadline
    phrase = (deadline.phrase, _iso(deadline.not_before), _iso(deadline.not_after)) if deadline else (None, None, None)
    return (
        commitment_id, document_id, evidence.start, evidence.end, evidence.text, evidence.sentence, evidence.page, mention.answers, *phrase,
        evidence.rule, evidence.confidence,
    )  # fmt: skip


def _amount_row(publication_id: int, document_id: int, amount: Amount) -> tuple[object, ...]:
    e = amount.evidence
    exact = None if amount.value is None else str(amount.value)
    exact_max = None if amount.value_max is None else str(amount.value_max)
    return (
        publication_id, document_id, e.start, e.end, e.text, e.sentence, e.page,
        None if amount.value is None else float(amount.value), None if amount.value_max is None else float(amount.value_max), exact, exact_max,
        amount.currency, amount.per, amount.recurring, amount.bound, int(amount.extra), amount.year, json.dumps(amount.years), amount.purpose,
        amount.recipient, amount.scheme, amount.novelty, e.rule, e.confidence,
    )  # fmt: skip


def _fulfilment_row(publication_id: int, document_id: int, fulfilment: Fulfilment) -> tuple[object, ...]:
    e = fulfilment.evidence
    was, becomes = _deadline_columns(fulfilment.was), _deadline_columns(fulfilment.becomes)
    return (
        publication_id, document_id, fulfilment.kind, e.start, e.end, e.sentence, fulfilment.about, e.page, was[0], was[2], *becomes[:3],
        e.rule, e.confidence,
    )  # fmt: skip


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


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
