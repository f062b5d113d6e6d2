"""From the passages of a document to the topics a librarian would file it under, and whether it is one for followers of migrant integration.

Decides only. Words weigh by their place and number (`topic_signals`), the dossier, official subject and sender speak along; a small logistic
model with the same few weights for every topic turns that into a score between 0 and 1. How its weights were made is in
`nlp/training/train_topics.py`; they stand as plain numbers in `nlp/patterns/topic_weights.json`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from db.errors import UsageError
from db.records import Context
from nlp.components.focus_signals import FocusLexicon, FocusSignals
from nlp.components.topic_signals import TITLE, Signals, Strength, TopicLexicon, lead_end, strength
from nlp.prepare import Passage
from nlp.topic_files import WEIGHTS, TopicFile, load_focus, load_formulas, load_topics

WEIGHTS_FILE = Path(__file__).parent.parent / "patterns" / "topic_weights.json"

_MOST_TOPICS = 4
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


class TopicClassifier:
    """Reads documents with one set of topics and weights. Holds no state between documents."""

    def __init__(self, topics: Sequence[TopicFile], weights: Mapping[str, object]) -> None:
        formulas = load_formulas()
        focus = load_focus()
        self._topics = tuple(topics)
        self._lexicon = TopicLexicon(topics, formulas)
        own = [t.text for f in topics if f.focus and f.name not in focus.without for t in f.terms if t.tier == "core"]
        self._focus_lexicon = FocusLexicon(people=(*focus.people, *own), home=focus.home, abroad=focus.abroad, formulas=formulas)
        self._weights = Weights.read(weights)

    def classify(self, passages: Sequence[Passage], context: Context) -> TopicResult:
        """Give topics and focus of a document."""
        focus_signals = self._focus_lexicon.read(passages, context.title)
        focus_score = self._weights.focus_score(focus_features(focus_signals))
        read = self._lexicon.read(passages, context)
        rows = topic_features(self._topics, read, passages, focus_signals, focus_score)
        scores = [self._weights.topic_score(topic.name, row) for topic, row in zip(self._topics, rows, strict=True)]
        order = sorted(range(len(scores)), key=lambda number: -scores[number])
        chosen = [n for n in order if scores[n] >= self._weights.topic_threshold][:_MOST_TOPICS]
        if not chosen and scores[order[0]] >= self._weights.single_threshold:
            chosen = order[:1]
        found = tuple(
            FoundTopic(topic=self._topics[n].name, score=round(scores[n], 4), evidence=_evidence(read[n], passages, context)) for n in chosen
        )
        focus = focus_score >= self._weights.focus_threshold
        return TopicResult(
            topics=found, focus=focus, focus_score=round(focus_score, 4), reason=_reason(focus, focus_signals),
            focus_evidence=_focus_evidence(focus_signals),
        )  # fmt: skip


def classify(passages: Sequence[Passage], context: Context, further: Path | None = None) -> TopicResult:
    """Give topics and focus of a document; `further` is a folder with topic files of the user.

    Raises:
        UsageError: a topic file is wrong.
    """
    return classifier(further).classify(passages, context)


@lru_cache(maxsize=4)
def classifier(further: Path | None = None) -> TopicClassifier:
    """Give the classifier for our topics and those of a further folder; read once per folder."""
    try:
        weights = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{WEIGHTS_FILE}: niet te lezen: {error}") from error
    return TopicClassifier(load_topics(further), weights)


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers of the model."""

    topic: tuple[float, ...]
    topic_intercept: float
    topic_bias: Mapping[str, float]
    topic_threshold: float
    single_threshold: float
    focus: tuple[float, ...]
    focus_intercept: float
    focus_threshold: float

    @classmethod
    def read(cls, table: Mapping[str, object]) -> Weights:
        values = {name: table[name] for name in cls.__slots__}
        for name in ("topic", "focus"):
            values[name] = tuple(values[name])  # type: ignore[arg-type]
        return cls(**values)  # type: ignore[arg-type]

    def topic_score(self, topic: str, features: Sequence[float]) -> float:
        bias = self.topic_bias.get(topic, 0.0)
        return _logistic(self.topic_intercept + bias + sum(w * f for w, f in zip(self.topic, features, strict=True)))

    def focus_score(self, features: Sequence[float]) -> float:
        return _logistic(self.focus_intercept + sum(w * f for w, f in zip(self.focus, features, strict=True)))


def topic_features(
    topics: Sequence[TopicFile], read: Sequence[Signals], passages: Sequence[Passage], focus: FocusSignals, focus_score: float
) -> list[tuple[float, ...]]:
    """Give the features of every topic in a document: strength, share of the whole, place, and what is known from outside."""
    until, length = lead_end(passages), focus.words
    strengths = [strength(signals.hits, until, length) for signals in read]
    most = _most(s.words for s in strengths)
    total = sum(s.words for s in strengths) or 1.0
    title = _most(s.title for s in strengths)
    lead = _most(s.lead for s in strengths)
    core = _most(s.core for s in strengths)
    family = {side: _most(s.words for t, s in zip(topics, strengths, strict=True) if t.focus == side) for side in (True, False)}
    return [
        _row(s, signals, (most, total, title, lead, core, family[topic.focus]), focus_score if topic.focus else 1 - focus_score)
        for topic, signals, s in zip(topics, read, strengths, strict=True)
    ]


def _row(s: Strength, signals: Signals, norms: tuple[float, ...], family: float) -> tuple[float, ...]:
    most, total, title, lead, core, relatives = norms
    share = s.words / most
    return (
        math.log1p(s.words),
        share,
        s.words / total,
        s.title / title,
        s.lead / lead,
        math.log1p(s.core),
        s.core / core,
        math.log1p(s.kinds),
        s.words / relatives,
        float(signals.dossier is not None),
        float(signals.subject is not None),
        float(signals.publisher is not None),
        family,
        family * share,
        family * s.words / relatives,
        float(s.words == most and s.words > 0),
    )


def focus_features(signals: FocusSignals) -> tuple[float, ...]:
    """Give the features of the focus: how much is about migrants, and whether it happens here."""
    density = 100 * len(signals.people) / max(signals.words, 1)
    away = math.log((1 + signals.abroad) / (1 + signals.home))
    return (
        math.log1p(10 * density),
        math.log1p(len(signals.people)),
        float(signals.in_title),
        signals.words_near / max(signals.words, 1),
        max(away, 0.0),
    )


def _most(values: object) -> float:
    return max((*values, 0.0)) or 1.0  # type: ignore[misc]


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def _evidence(signals: Signals, passages: Sequence[Passage], context: Context) -> tuple[Signal, ...]:
    """Give the reasons for a topic: what is known from outside, then each word once, the weightiest first."""
    outside = [
        Signal(term=f"{name} {value}", weight=WEIGHTS["core"])
        for name, value in (("dossier", signals.dossier), ("onderwerp", signals.subject), ("afzender", signals.publisher))
        if value is not None
    ]
    words: dict[str, Signal] = {}
    for hit in sorted(signals.hits, key=lambda hit: (hit.passage, hit.start)):
        text = context.title or "" if hit.passage == TITLE else passages[hit.passage].text
        place = (None, None, None) if hit.passage == TITLE else (hit.passage, hit.start, hit.end)
        signal = Signal(term=text[hit.start : hit.end], weight=WEIGHTS[hit.tier], passage=place[0], start=place[1], end=place[2])
        words.setdefault(hit.term, signal)
    return (*outside, *sorted(words.values(), key=lambda signal: -signal.weight))[:_MOST_EVIDENCE]


def _focus_evidence(signals: FocusSignals) -> tuple[Signal, ...]:
    words: dict[str, Signal] = {}
    for passage, start, end, term in signals.people:
        place = (None, None, None) if passage == TITLE else (passage, start, end)
        words.setdefault(term.lower(), Signal(term=term, weight=1.0, passage=place[0], start=place[1], end=place[2]))
    return tuple(words.values())[:_MOST_EVIDENCE]


def _reason(focus: bool, signals: FocusSignals) -> str:
    """Say in Dutch why a document is or is not in focus."""
    if not signals.people:
        return "geen woorden over migranten, vluchtelingen of nieuwkomers"
    words = ", ".join(dict.fromkeys(term.lower() for *_, term in signals.people[:40]))[:120]
    count = len(signals.people)
    found = f"{count} {'vermelding' if count == 1 else 'vermeldingen'} in {signals.words} woorden ({words})"
    if focus:
        return f"gaat voor een wezenlijk deel over migranten: {found}" + ("; ook in de titel" if signals.in_title else "")
    if signals.abroad > signals.home:
        return f"speelt vooral buiten Europees Nederland: {found}"
    return f"terloopse vermelding: {found}"
