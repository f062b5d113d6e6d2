"""An Analysis as plain data for JSON, and one record of a JSONL file from text to that data.

Every fact keeps the offsets in the text as it was given. Dates are ISO strings; sums are numbers, whole where they are whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from spacy.language import Language

from db.errors import UsageError
from db.records import Amount, Analysis, Commitment, Context, Deadline, Evidence, Reference, Text, Topic
from nlp.analyse import analyse


def analyse_record(record: Mapping[str, Any], segment: Callable[[str], Text], *, nlp: Language | None = None) -> dict[str, Any]:
    """Analyse one record with `id`, `title`, `date`, `doctype` and `text`, and give its analysis under the same `id`.

    Args:
        record: The fields; all but `id` and `text` may be missing or null.
        segment: What finds the segments of a text: `pipeline.extract.from_text.segment`.

    Raises:
        UsageError: the record has no id or text, or a date that is none.
        ExtractionError: the text holds no words.
        AnalysisError: a component failed.
    """
    for field in ("id", "text"):
        if not isinstance(record.get(field), str):
            raise UsageError(f"a record without {field}")
    context = Context(
        title=record.get("title"), date=_date(record.get("date")), doctype=record.get("doctype"), publisher=record.get("publisher"),
        dossiers=tuple(record.get("dossiers") or ()), subjects=tuple(record.get("subjects") or ()),
    )  # fmt: skip
    return {"id": record["id"], **as_dict(analyse(segment(record["text"]), context, nlp=nlp))}


def as_dict(analysis: Analysis) -> dict[str, Any]:
    """Give an analysis as dictionaries, lists, strings and numbers."""
    return {
        "focus": analysis.focus,
        "focus_score": round(analysis.focus_score, 4),
        "topics": [_topic(topic) for topic in analysis.topics],
        "commitments": [_commitment(commitment) for commitment in analysis.commitments],
        "amounts": [_amount(amount) for amount in analysis.amounts],
        "references": [_reference(reference) for reference in analysis.references],
        "analyser": analysis.analyser,
        "office": analysis.office,
        "person": analysis.person,
        "ministry": analysis.ministry,
        "notes": list(analysis.notes),
    }


def _date(value: object) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise UsageError(f"no date: {str(value)[:40]!r}; dates are written as 2025-05-08") from error


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "start": evidence.start, "end": evidence.end, "text": evidence.text, "sentence": evidence.sentence, "page": evidence.page,
        "rule": evidence.rule, "confidence": round(evidence.confidence, 4),
    }  # fmt: skip


def _topic(topic: Topic) -> dict[str, Any]:
    words = [{"term": word.term, "start": word.start, "end": word.end, "weight": round(word.weight, 4)} for word in topic.evidence]
    return {"topic": topic.topic, "score": round(topic.score, 4), "evidence": words}


def _commitment(commitment: Commitment) -> dict[str, Any]:
    return {
        **_evidence(commitment.evidence), "firm": commitment.firm, "kind": commitment.kind,
        "deadline": _deadline(commitment.deadline) if commitment.deadline else None, "deliverable": commitment.deliverable,
        "act": commitment.act, "actor": commitment.actor, "addressee": commitment.addressee, "condition": commitment.condition,
        "answers": commitment.answers,
    }  # fmt: skip


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "phrase": deadline.phrase, "not_before": _iso(deadline.not_before), "not_after": _iso(deadline.not_after),
        "precision": deadline.precision, "anchor": deadline.anchor, "note": deadline.note, "look_again": _iso(deadline.look_again),
        "grace_days": deadline.grace_days,
    }  # fmt: skip


def _amount(amount: Amount) -> dict[str, Any]:
    return {
        **_evidence(amount.evidence), "value": _number(amount.value), "value_max": _number(amount.value_max), "currency": amount.currency,
        "per": amount.per, "recurring": amount.recurring, "bound": amount.bound, "extra": amount.extra, "year": amount.year,
        "years": list(amount.years), "purpose": amount.purpose, "recipient": amount.recipient, "scheme": amount.scheme,
        "novelty": amount.novelty,
    }  # fmt: skip


def _reference(reference: Reference) -> dict[str, Any]:
    return {**_evidence(reference.evidence), "kind": reference.kind, "target": reference.target}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
