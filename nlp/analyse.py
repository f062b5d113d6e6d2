"""From a text with its segments to an Analysis: the only door into this package.

    text -> passages -> Docs with sentences, amounts, references -> commitments with deadlines -> topics -> Analysis

Everything that comes out is plain values with offsets in `text.text`; no Doc, Span or Token outlives its batch. Work grows with the length of
the text, memory with that of the longest batch of passages and of what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from db.errors import AnalysisError, MonitorError
from db.records import Amount, Analysis, Commitment, Context, Evidence, Fulfilment, Reference, Text, Topic, TopicEvidence
from nlp.components.amount_tables import Table, line_cells, read_row
from nlp.components.amounts import FoundAmount
from nlp.components.commitments import FoundCommitment, find_commitments
from nlp.components.enrich import enrich
from nlp.components.references import FoundReference
from nlp.components.topics import FoundTopic, classify
from nlp.fulfilment import FoundFulfilment, find_fulfilments
from nlp.layers import found_in
from nlp.letterhead import addressed_chamber, complete
from nlp.model import batch_memory, build_nlp, chosen
from nlp.parse import load_parser
from nlp.prepare import Passage, fold, prepare
from nlp.sentences import make_doc, sentence_spans
from nlp.signature import read_signature

ANALYSER = "rules/1"
"""Raised with every change in what the rules find."""
BATCH = 500_000
"""Characters of passages that share one memory zone."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage with its sentences and what was marked in it; spans count in `passage.text`."""

    passage: Passage
    sentences: tuple[tuple[int, int], ...]
    amounts: tuple[FoundAmount, ...]
    references: tuple[FoundReference, ...]


def analyse(text: Text, context: Context, *, nlp: Language | None = None) -> Analysis:
    """Read what a document says: topics, commitments with deadlines, amounts and references, each with its place in `text.text`.

    Must not be called inside a `memory_zone` of the same pipeline: it opens its own.

    Raises:
        AnalysisError: a component failed; what the others found would be incomplete.
    """
    language = nlp if nlp is not None else build_nlp()
    passages = prepare(text)
    known = _guarded("letterhead", lambda: complete(context, passages))
    read = _guarded("passages", lambda: [one for batch in _batches(passages) for one in _read(language, batch)])
    amounts = _guarded("tables", lambda: _with_tables(read))
    commitments = _guarded("commitments", lambda: find_commitments(passages, [one.sentences for one in read], known, known.date))
    parser, missing = load_parser(chosen().model)
    if parser is not None and commitments:
        commitments = _guarded("parser", lambda: enrich(commitments, passages, parser))
    found = _guarded("topics", lambda: classify(passages, known, chosen().topics))
    chamber = addressed_chamber(passages)
    signed = _guarded("signature", lambda: read_signature(passages, known.date))
    told = _guarded("fulfilments", lambda: find_fulfilments(passages, [one.sentences for one in read], known.date))
    source = text.text
    return Analysis(
        focus=found.focus, focus_score=found.focus_score, topics=tuple(_topic(topic, passages) for topic in found.topics),
        commitments=tuple(_commitment(source, one, read[one.passage], chamber) for one in commitments),
        amounts=tuple(_amount(source, amount, one) for one, amount in amounts),
        references=tuple(_reference(source, reference, one) for one in read for reference in one.references),
        fulfilments=tuple(_fulfilment(source, one, read[one.passage]) for one in told),
        analyser=ANALYSER if parser is None else f"{ANALYSER}+{parser.name}",
        notes=(*_notes(context, known, found.reason), *((missing,) if missing else ())),
        office=signed.office, person=signed.person, ministry=signed.ministry,
    )  # fmt: skip


def _notes(given: Context, known: Context, reason: str) -> Iterator[str]:
    """Say in Dutch why the focus is as it is, and what was read in the document because its source did not tell."""
    if reason:
        yield reason
    if given.date is None:
        yield f"datum uit het document: {known.date.isoformat()}" if known.date else "geen datum bekend: termijnen zonder jaartal hebben geen dag"
    if given.doctype is None and known.doctype is not None:
        yield f"soort uit het document: {known.doctype}"


def _guarded(component: str, work: Callable[[], R]) -> R:
    try:
        return work()
    except MonitorError:
        raise
    except Exception as error:
        raise AnalysisError(f"{component}: {type(error).__name__}: {error}") from error


def _batches(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    batch: list[Passage] = []
    size = 0
    for passage in passages:
        if batch and size + len(passage.text) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(passage)
        size += len(passage.text)
    if batch:
        yield batch


def _read(language: Language, batch: Sequence[Passage]) -> list[ReadPassage]:
    """Run the pipeline over a batch and keep plain values."""
    with batch_memory(language, sum(len(passage.text) for passage in batch)):
        docs = language.pipe((make_doc(language, passage.text) for passage in batch), batch_size=64)
        return [_plain(passage, doc) for passage, doc in zip(batch, docs, strict=True)]


def _plain(passage: Passage, doc: Doc) -> ReadPassage:
    return ReadPassage(
        passage=passage, sentences=tuple(sentence_spans(doc)), amounts=found_in(doc, "amounts", FoundAmount),
        references=found_in(doc, "references", FoundReference),
    )  # fmt: skip


def _with_tables(read: Sequence[ReadPassage]) -> list[tuple[ReadPassage, FoundAmount]]:
    """Give the amounts of all passages; rows of a table are read under the caption and heads before them."""
    table = Table()
    amounts: list[tuple[ReadPassage, FoundAmount]] = []
    for one in read:
        text = one.passage.text
        cells = one.passage.cells or line_cells(text)
        if cells:
            table, found = read_row(text, cells, table)
        else:
            table, found = table.after_passage(text), list(one.amounts)
        amounts.extend((one, amount) for amount in found)
    return amounts


def _evidence(source: str, one: ReadPassage, start: int, end: int, rule: str, confidence: float) -> Evidence:
    first, last = one.passage.to_source(start, end)
    around = [span for span in one.sentences if span[0] < end and start < span[1]]
    sentence = one.passage.text[around[0][0] : around[-1][1]] if around else one.passage.text[start:end]
    return Evidence(
        start=first, end=last, text=source[first:last], sentence=fold(sentence), page=one.passage.page, rule=rule, confidence=confidence
    )


def _commitment(source: str, found: FoundCommitment, one: ReadPassage, chamber: str | None) -> Commitment:
    return Commitment(
        evidence=replace(_evidence(source, one, found.start, found.end, found.rule, found.confidence), reason=found.reason),
        firm=found.firm, kind=found.kind,
        deliverable=found.deliverable, act=found.act, actor=found.actor,
        addressee=chamber if chamber and found.addressee == "Kamer" else found.addressee, condition=found.condition,
        deadline=found.deadline, answers=one.passage.answers,
    )  # fmt: skip


def _amount(source: str, found: FoundAmount, one: ReadPassage) -> Amount:
    return Amount(
        evidence=_evidence(source, one, found.start, found.end, found.rule, found.confidence), value=found.value, value_max=found.value_max,
        currency=found.currency, per=found.per, recurring=found.recurring, bound=found.bound, extra=found.extra, year=found.year,
        years=found.years, purpose=found.purpose, recipient=found.recipient, scheme=found.scheme, novelty=found.novelty,
    )  # fmt: skip


def _reference(source: str, found: FoundReference, one: ReadPassage) -> Reference:
    evidence = _evidence(source, one, found.start, found.end, found.rule, found.confidence)
    return Reference(evidence=evidence, kind=found.kind, target=found.target)


def _fulfilment(source: str, found: FoundFulfilment, one: ReadPassage) -> Fulfilment:
    evidence = _evidence(source, one, found.start, found.end, found.rule, found.confidence)
    return Fulfilment(evidence=evidence, kind=found.kind, about=fold(found.about), was=found.was, becomes=found.becomes)


def _topic(found: FoundTopic, passages: Sequence[Passage]) -> Topic:
    evidence: list[TopicEvidence] = []
    for signal in found.evidence:
        start, end = None, None
        if signal.passage is not None and signal.start is not None and signal.end is not None:
            start, end = passages[signal.passage].to_source(signal.start, signal.end)
        evidence.append(TopicEvidence(term=signal.term, start=start, end=end, weight=signal.weight))
    return Topic(topic=found.topic, score=found.score, evidence=tuple(evidence))
