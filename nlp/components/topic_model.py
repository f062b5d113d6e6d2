"""From the signals of a document to scores between 0 and 1: the small logistic model behind topics and focus. Decides only.

The weights are the same few for every topic, so a topic added by a user works at once; each topic of ours has an intercept of its own beside
them. They are plain numbers in `nlp/patterns/topic_weights.json`; `nlp/training/train_topics.py` says how they were made.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from db.errors import UsageError
from nlp.components.focus_signals import FocusSignals
from nlp.components.topic_signals import Signals, Strength, strength
from nlp.topic_files import TopicFile

WEIGHTS_FILE = Path(__file__).parent.parent / "patterns" / "topic_weights.json"

MOST_TOPICS = 4

_OUTSIDE_MENTIONS = 2
"""Mentions of migrants that a dossier or official subject about them stands for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one document: the signals per topic, in the order of the topics, and those of the focus."""

    topics: tuple[Signals, ...]
    focus: FocusSignals
    lead_until: tuple[int, int]
    sizes: tuple[int, ...]
    """Words of each passage."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """The numbers of the model."""

    topic: tuple[float, ...]
    topic_intercept: float
    topic_bias: Mapping[str, float]
    topic_threshold: float
    single_threshold: float
    """Least score of the best topic of a document in which none reaches `topic_threshold`."""
    focus: tuple[float, ...]
    focus_intercept: float
    focus_threshold: float

    def scores(self, topics: Sequence[TopicFile], reading: Reading) -> tuple[float, list[float]]:
        """Give the score of the focus and of each topic."""
        focus = _logistic(self.focus_intercept + _dot(self.focus, focus_features(reading.focus)))
        rows = topic_features(topics, reading, focus)
        own = (self.topic_intercept + self.topic_bias.get(topic.name, 0.0) for topic in topics)
        return focus, [_logistic(intercept + _dot(self.topic, row)) for intercept, row in zip(own, rows, strict=True)]

    def table(self) -> dict[str, object]:
        """Give the numbers as they stand in the file."""
        return asdict(self)


def load_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Give the weights of a file.

    Raises:
        UsageError: the file cannot be read or does not hold the numbers of this model.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        table.pop("note", None)
        return Weights(**{**table, "topic": tuple(table["topic"]), "focus": tuple(table["focus"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: geen gewichten van dit model: {error}") from error


def choose(scores: Sequence[float], found: Sequence[Signals], weights: Weights) -> list[int]:
    """Give the topics of a document, best first: those above the threshold, at most four, else the best when a word or dossier says it."""
    order = sorted(range(len(scores)), key=lambda number: -scores[number])
    chosen = [number for number in order if scores[number] >= weights.topic_threshold][:MOST_TOPICS]
    if chosen or not order:
        return chosen
    best = order[0]
    spoken = found[best].dossier is not None or any(hit.tier in ("core", "plain") for hit in found[best].hits)
    return [best] if spoken and scores[best] >= weights.single_threshold else []


def topic_features(topics: Sequence[TopicFile], reading: Reading, focus_score: float) -> list[tuple[float, ...]]:
    """Give the features of every topic in a document: strength, share of the whole, place, and what is known from outside."""
    strengths = [strength(signals, reading.lead_until, reading.sizes) for signals in reading.topics]
    whole = _Whole(
        most=_most(s.words for s in strengths),
        total=sum(s.words for s in strengths) or 1.0,
        title=_most(s.title for s in strengths),
        lead=_most(s.lead for s in strengths),
        core=_most(s.core for s in strengths),
        second=max(sorted((s.words for s in strengths), reverse=True)[1:2], default=0.0),
    )
    sides = {side: _most(s.words for topic, s in zip(topics, strengths, strict=True) if topic.focus == side) for side in (True, False)}
    return [
        (*_row(s, signals, whole, sides[topic.focus], focus_score if topic.focus else 1 - focus_score), *_of_family(s, topic.focus))
        for topic, signals, s in zip(topics, reading.topics, strengths, strict=True)
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Whole:
    """The largest strength of any topic in the document, by kind of strength, and their sum."""

    most: float
    total: float
    title: float
    lead: float
    core: float
    second: float
    """The second largest strength."""


def _row(s: Strength, signals: Signals, whole: _Whole, relatives: float, family: float) -> tuple[float, ...]:
    """Give the features of one topic; `relatives` is the largest strength in its family, `family` how much the document is of that family."""
    share = s.words / whole.most
    among = s.words / relatives
    return (
        math.log1p(s.words),
        share,
        s.words / whole.total,
        s.title / whole.title,
        s.lead / whole.lead,
        math.log1p(s.core),
        s.core / whole.core,
        math.log1p(s.kinds),
        among,
        float(signals.dossier is not None),
        float(signals.subject is not None),
        float(signals.publisher is not None),
        family,
        family * share,
        family * among,
        float(share == 1.0),
        float(0 < s.words == whole.second),
        s.covered,
        s.core_covered,
    )


def _of_family(s: Strength, family: bool) -> tuple[float, ...]:
    """Give what weighs otherwise in the focus family, whose topics go together more often and speak in fewer words."""
    return (1.0, math.log1p(s.words), math.log1p(s.core)) if family else (0.0, 0.0, 0.0)


def focus_features(signals: FocusSignals) -> tuple[float, ...]:
    """Give the features of the focus: how much is about migrants, and whether it happens here."""
    people = len(signals.people) + (_OUTSIDE_MENTIONS if signals.dossier is not None or signals.subject is not None else 0)
    density = 100 * people / max(signals.words, 1)
    away = math.log((1 + signals.abroad) / (1 + signals.home))
    return (
        math.log1p(10 * density),
        math.log1p(people),
        float(signals.in_title),
        signals.words_near / max(signals.words, 1),
        max(away, 0.0),
    )


def _dot(weights: Sequence[float], features: Sequence[float]) -> float:
    return sum(weight * feature for weight, feature in zip(weights, features, strict=True))


def _most(values: Iterable[float]) -> float:
    """Give the largest value, 1 where all are 0, so that it can divide."""
    return max(values, default=0.0) or 1.0


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
