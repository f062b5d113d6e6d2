"""From the passages of a document to the topics a librarian would file it under, and whether it is one for followers of migrant integration.

Decides only. Words weigh by their place and number (`topic_signals`); dossier, official subject and sender speak along; a small model turns
that into scores (`topic_model`). Every topic comes with the words that decided and their places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from db.records import Context
from nlp.components.focus_signals import FocusLexicon, FocusSignals
from nlp.components.topic_model import MOST_TOPICS, Reading, Weights, choose, load_weights
from nlp.components.topic_signals import TITLE, Signals, TopicLexicon, lead_end
from nlp.prepare import Passage
from nlp.topic_files import WEIGHTS, TopicFile, load_focus, load_formulas, load_topics

_MOST_EVIDENCE = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """One reason for a topic: a word with its place, or something known from outside the text."""

    term: str
    """The word as it stands there; for the others `dossier 32824`, `onderwerp integratie`, `afzender sociale zaken`."""
    weight: float
    passage: int | None = None
    """Index into the passages; None for a word in the title and for a signal from outside."""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundTopic:
    """A topic of the document, with the reasons that weigh most first."""

    topic: str
    score: float
    evidence: tuple[Signal, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicResult:
    """The topics, best first, and the focus with its reason in Dutch."""

    topics: tuple[FoundTopic, ...]
    focus: bool
    focus_score: float
    reason: str
    focus_evidence: tuple[Signal, ...] = ()


class TopicReader:
    """Reads documents with one set of topics. Keeps nothing of a document."""

    def __init__(self, topics: Sequence[TopicFile]) -> None:
        formulas, focus = load_formulas(), load_focus()
        self.topics = tuple(topics)
        self._lexicon = TopicLexicon(topics, formulas)
        own = [
            term.text for topic in topics if topic.focus and topic.name not in focus.without for term in topic.terms if term.tier == "core"
        ]
        self._focus_lexicon = FocusLexicon(focus, own, formulas)

    def read(self, passages: Sequence[Passage], context: Context) -> Reading:
        """Give what was found in a document."""
        focus = self._focus_lexicon.read(passages, context)
        found = self._lexicon.read(passages, context, focus.figurative)
        sizes = tuple(passage.text.count(" ") + 1 for passage in passages)
        return Reading(tuple(found), focus, lead_end(passages), sizes)


class TopicClassifier:
    """Classifies what its reader reads."""

    def __init__(self, reader: TopicReader, weights: Weights) -> None:
        self.topics = reader.topics
        self.weights = weights
        self._reader = reader

    def classify(self, passages: Sequence[Passage], context: Context) -> TopicResult:
        """Give topics and focus of a document."""
        reading = self._reader.read(passages, context)
        focus_score, scores = self.weights.scores(self.topics, reading)
        focus = focus_score >= self.weights.focus_threshold
        chosen = choose(scores, reading.topics, self.weights)
        if focus and not any(self.topics[n].focus for n in chosen):
            # What makes a document one for followers of migrants is one of their topics, the likeliest that it has words of.
            likely = [n for n, topic in enumerate(self.topics) if topic.focus and reading.topics[n].hits]
            chosen = [*chosen[:MOST_TOPICS - 1], max(likely, key=lambda n: scores[n])] if likely else chosen
        found = tuple(
            FoundTopic(topic=self.topics[n].name, score=round(scores[n], 4), evidence=_evidence(reading.topics[n], passages, context))
            for n in chosen
        )
        return TopicResult(
            topics=found,
            focus=focus,
            focus_score=round(focus_score, 4),
            reason=_reason(focus, reading.focus),
            focus_evidence=_focus_evidence(reading.focus),
        )


def classify(passages: Sequence[Passage], context: Context, further: Path | None = None) -> TopicResult:
    """Give topics and focus of a document; `further` is a folder with topic files of the user.

    Raises:
        UsageError: a topic file is wrong.
    """
    return classifier(further).classify(passages, context)


@lru_cache(maxsize=4)
def classifier(further: Path | None = None) -> TopicClassifier:
    """Give the classifier for our topics and those of a further folder; read once per folder.

    Raises:
        UsageError: a topic file is wrong.
    """
    return TopicClassifier(TopicReader(load_topics(further)), load_weights())


def _evidence(signals: Signals, passages: Sequence[Passage], context: Context) -> tuple[Signal, ...]:
    """Give the reasons for a topic: what is known from outside, then each word once, the weightiest first."""
    outside = [
        Signal(term=f"{name} {value}", weight=WEIGHTS["core"])
        for name, value in (("dossier", signals.dossier), ("onderwerp", signals.subject), ("afzender", signals.publisher))
        if value is not None
    ]
    words: dict[str, Signal] = {}
    for hit in sorted(signals.hits, key=lambda hit: (hit.passage, hit.start)):
        if hit.term not in words:
            text = context.title or "" if hit.passage == TITLE else passages[hit.passage].text
            words[hit.term] = _signal(text[hit.start : hit.end], WEIGHTS[hit.tier], hit.passage, hit.start, hit.end)
    return (*outside, *sorted(words.values(), key=lambda signal: -signal.weight))[:_MOST_EVIDENCE]


def _focus_evidence(signals: FocusSignals) -> tuple[Signal, ...]:
    words: dict[str, Signal] = {}
    for passage, start, end, term in signals.people:
        words.setdefault(term.lower(), _signal(term, 1.0, passage, start, end))
    return tuple(words.values())[:_MOST_EVIDENCE]


def _signal(term: str, weight: float, passage: int, start: int, end: int) -> Signal:
    if passage == TITLE:
        return Signal(term=term, weight=weight)
    return Signal(term=term, weight=weight, passage=passage, start=start, end=end)


def _reason(focus: bool, signals: FocusSignals) -> str:
    """Say in Dutch why a document is or is not in focus."""
    dossier = f"dossier {signals.dossier}" if signals.dossier else f"onderwerp {signals.subject}" if signals.subject else ""
    if not signals.people:
        return f"gaat over migranten volgens {dossier}" if focus else "geen woorden over migranten, vluchtelingen of nieuwkomers"
    words = ", ".join(list(dict.fromkeys(term.lower() for *_, term in signals.people))[:6])
    count = len(signals.people)
    found = f"{count} {'vermelding' if count == 1 else 'vermeldingen'} in {signals.words} woorden ({words})"
    if focus:
        more = [part for part in ("ook in de titel" if signals.in_title else "", dossier) if part]
        return "; ".join((f"gaat voor een wezenlijk deel over migranten: {found}", *more))
    if signals.abroad > signals.home:
        return f"speelt vooral buiten Europees Nederland: {found}"
    return f"terloopse vermelding: {found}"
