"""From the passages of a document and what is known beside them to signals per topic: words with their places, dossier, subject, publisher.

Decides only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from db.records import Context
from nlp.lexicon import Lexicon
from nlp.prepare import Passage
from nlp.topic_files import WEIGHTS, TopicFile

TITLE = -1
"""Passage number of what was found in the title."""

_LEAD_LENGTH = 450
"""Characters of the running text that count as its lead."""

_TITLE, _LEAD = 3.0, 1.5
"""How much more a word weighs in the title and in the lead than further on."""

_HEAD = 1_500
"""Characters at the top in which dossier number and sender may stand."""

_DOSSIER = re.compile(r"(\d{2}) ?(\d{3})(?:-(\d{2})(?!\d)|[ -]([IVX]{1,6}|[A-J])(?!\w))?(?=[ -]|$)")
_SENDER = re.compile(r"minister|staatssecretaris|ministerie", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of a topic: where it stands, in which list of the topic, and how the file writes it."""

    passage: int
    start: int
    end: int
    term: str
    tier: str


@dataclass(slots=True)
class Signals:
    """All that speaks for one topic in one document."""

    hits: list[Hit] = field(default_factory=list)
    dossier: str | None = None
    subject: str | None = None
    publisher: str | None = None


class TopicLexicon:
    """The words of all topics and the formulas that count for none."""

    def __init__(self, topics: Sequence[TopicFile], formulas: Iterable[str]) -> None:
        self.topics = tuple(topics)
        self._owners: list[tuple[int, str, str]] = []
        phrases: list[tuple[str, int]] = []
        for formula in formulas:
            phrases.append((formula, len(self._owners)))
            self._owners.append((-1, formula, "blocks"))
        for number, topic in enumerate(self.topics):
            for term in topic.terms:
                phrases.append((term.text, len(self._owners)))
                self._owners.append((number, term.text, term.tier))
        self._rank = [math.inf if tier == "blocks" else WEIGHTS[tier] for *_, tier in self._owners]
        self._lexicon = Lexicon(phrases)

    def read(self, passages: Sequence[Passage], context: Context, figurative: Set[tuple[int, int, int]] = frozenset()) -> list[Signals]:
        """Give the signals per topic, in the order of the topics; `figurative` are places of words that are not about migrants here."""
        found = [Signals() for _ in self.topics]
        if context.title:
            self._read_text(TITLE, context.title, found)
        for number, passage in enumerate(passages):
            if passage.within != "contents":
                self._read_text(number, passage.text, found)
        head = _head(passages)
        senders = " ".join((context.publisher or "", *(line for line in (context.title or "", *head) if _SENDER.search(line)))).lower()
        subjects = " ".join(context.subjects).lower()
        places = {(passage, at) for passage, start, end in figurative for at in range(start, end)}
        for topic, signals in zip(self.topics, found, strict=True):
            if places and topic.focus:
                signals.hits = [hit for hit in signals.hits if not any((hit.passage, at) in places for at in range(hit.start, hit.end))]
            signals.dossier = find_dossier(passages, context, topic.dossiers)
            signals.subject = next((subject for subject in topic.subjects if subject in subjects), None)
            signals.publisher = next((name for name in topic.publishers if name in senders), None)
            signals.hits = list(_counting(signals))
        return found

    def _read_text(self, number: int, text: str, found: list[Signals]) -> None:
        """Add what one text holds; within a longer occurrence of the same topic, or within a blocked phrase, nothing counts.

        A word that two lists of a topic find counts as in the heavier list.
        """
        spans = sorted(self._lexicon.find(text), key=lambda span: (span[0], -span[1], -self._rank[span[2]]))
        covered: dict[int, int] = {}
        for start, end, term in spans:
            topic, word, tier = self._owners[term]
            if end <= covered.get(topic, 0) or end <= covered.get(-1, 0):
                continue
            covered[topic] = end
            if tier != "blocks":
                found[topic].hits.append(Hit(number, start, end, word, tier))


def _counting(signals: Signals) -> Iterator[Hit]:
    """Leave out paired words without company: another word of the topic nearby or in the title, or its dossier or subject."""
    outside = (
        signals.dossier is not None
        or signals.subject is not None
        or any(hit.passage == TITLE and hit.tier in ("core", "plain") for hit in signals.hits)
    )
    words: dict[int, set[str]] = {}
    for hit in signals.hits:
        words.setdefault(hit.passage, set()).add(hit.term)
    for hit in signals.hits:
        if hit.tier != "paired" or outside:
            yield hit
        else:
            near = set().union(*(words.get(hit.passage + step, ()) for step in ((-1, 0, 1) if hit.passage > TITLE else (0,))))
            if len(near) > 1:
                yield hit


def _head(passages: Sequence[Passage]) -> list[str]:
    """Give the texts at the top of the document."""
    head: list[str] = []
    size = 0
    for passage in passages:
        head.append(passage.text)
        size += len(passage.text)
        if size > _HEAD:
            break
    return head


def find_dossier(passages: Sequence[Passage], context: Context, wanted: Sequence[str]) -> str | None:
    """Give the first of the document's dossiers, known or printed at its top, that is among those wanted."""
    return next((d for d in (*context.dossiers, *_dossiers(_head(passages))) if _in_dossiers(d, wanted)), None)


def _dossiers(head: Sequence[str]) -> Iterator[str]:
    """Give the dossier numbers that begin a line at the top: "36 600 VI" is 36600-VI."""
    for line in head:
        found = _DOSSIER.match(line)
        if found:
            base, suffix = found.group(1) + found.group(2), found.group(3) or found.group(4)
            yield f"{base}-{suffix}" if suffix else base


def _in_dossiers(dossier: str, wanted: Sequence[str]) -> bool:
    suffix = dossier.partition("-")[2]
    return dossier in wanted or (bool(suffix) and f"*-{suffix}" in wanted)


@dataclass(frozen=True, slots=True)
class Strength:
    """How much the words of a topic weigh in a document."""

    words: float
    """Weight of all words: title three times, lead one and a half times, damped per word and per 1,000 words."""
    title: float
    lead: float
    core: float
    """The part of `words` that comes from core words."""
    kinds: int
    """Distinct core words."""
    covered: float
    """Share of the text, in words, that stands in passages with a core or plain word."""
    core_covered: float


def strength(signals: Signals, lead_until: tuple[int, int], sizes: Sequence[int]) -> Strength:
    """Weigh what speaks for a topic in a document whose passages have `sizes` words; the lead ends at (passage, offset) `lead_until`.

    A dossier counts as a core word in the lead, an official subject as a plain one.
    """
    hits, length = signals.hits, sum(sizes)
    counts: dict[str, list[float]] = {}
    tiers: dict[str, str] = {}
    for hit in hits:
        zone = 0 if hit.passage == TITLE else 1 if (hit.passage, hit.start) < lead_until else 2
        counts.setdefault(hit.term, [0.0, 0.0, 0.0])[zone] += 1
        tiers[hit.term] = hit.tier
    per_thousand = 1_000 / max(length, 1_000)
    title = 0.0
    core = lead = WEIGHTS["core"] if signals.dossier is not None else 0.0
    lead += WEIGHTS["plain"] if signals.subject is not None else 0.0
    core, words = _LEAD * core, _LEAD * lead
    for term, (in_title, in_lead, in_body) in counts.items():
        weight = WEIGHTS[tiers[term]]
        title += weight * _damped(in_title)
        lead += weight * _damped(in_lead)
        mass = weight * (_TITLE * _damped(in_title) + _LEAD * _damped(in_lead) + _damped(in_body * per_thousand))
        words += mass
        core += mass if tiers[term] == "core" else 0.0
    core_in = {hit.passage for hit in hits if hit.tier == "core"} - {TITLE}
    stands_in = core_in | {hit.passage for hit in hits if hit.tier == "plain"} - {TITLE}
    return Strength(
        words=words,
        title=title,
        lead=lead,
        core=core,
        kinds=sum(tier == "core" for tier in tiers.values()),
        covered=sum(sizes[number] for number in stands_in) / max(length, 1),
        core_covered=sum(sizes[number] for number in core_in) / max(length, 1),
    )


def _damped(count: float) -> float:
    return count if count <= 1 else count**0.6


def lead_end(passages: Sequence[Passage]) -> tuple[int, int]:
    """Give passage and offset where the lead ends."""
    size = 0
    for number, passage in enumerate(passages):
        if size + len(passage.text) >= _LEAD_LENGTH:
            return number, _LEAD_LENGTH - size
        size += len(passage.text)
    return len(passages), 0
