"""What was read in a publication, written as rows; `db.facts` reads them back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import date, datetime

from db import corrections
from db.records import Amount, Analysis, Commitment, Deadline, Fulfilment


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
    corrections.apply(connection, publication_id)
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


def was_told(connection: sqlite3.Connection, publication_id: int) -> bool:
    """Whether a publication was read as new before."""
    row = connection.execute("SELECT 1 FROM revisions WHERE publication_id = ? AND cause = 'new' LIMIT 1", (publication_id,)).fetchone()
    return row is not None


def note_told(connection: sqlite3.Connection, publication_id: int, at: datetime) -> None:
    """Say of a publication that it was told, without a reading of its own: it is part of one that was."""
    connection.execute(
        "INSERT INTO revisions (publication_id, document_id, at, cause, changes) VALUES (?, NULL, ?, 'new', '[]')", (publication_id, at.isoformat())
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
            connection.execute("DELETE FROM commitment_history WHERE by_commitment = ?", (row["id"],))
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


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
