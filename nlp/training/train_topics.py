"""Fit the weights of the topic model on labelled documents and say what they are worth.

    python -m nlp.training.train_topics DOCUMENTS.jsonl LABELS.jsonl [--more DOCUMENTS LABELS] [--also DOCUMENTS LABELS] [--write]

A document is `{"id", "title", "date", "doctype", "text"}`, a label `{"id", "focus", "topics"}`, one a line. `--more` (may be repeated) adds
documents labelled by the same rules. Labels of `--also` may come from a reader who files more sparingly or more generously: they get an
intercept of their own, which is left out of what is written. Prints the figures per set, and five-fold cross-validated ones (the fold's
weights never saw its documents, not under another reader's labels either), and how often scores come true; `--write` replaces
`nlp/patterns/topic_weights.json`. The words themselves are not learned: they stand in the topic files. Of the documents nothing is kept but
the numbers.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from db.records import Context, Segment, Text
from nlp.components.topic_model import WEIGHTS_FILE, Reading, Weights, choose, focus_features, topic_features
from nlp.components.topics import TopicReader
from nlp.prepare import Passage, prepare
from nlp.topic_files import TopicFile, load_topics

FOLDS = 5
SEEDS = (1, 2, 3)
FOCUS_THRESHOLD = 0.35
"""Below one half, since a missed document costs more than one too many."""

SINGLE_THRESHOLD = 0.12
"""Of the best topic where none reaches the threshold: one topic is better than none."""

NOTE = (
    "Logistic regression with weights shared by all topics, fitted by nlp/training/train_topics.py on {count} documents labelled by reading; "
    "holds no text of them. The order of the numbers is that of topic_features and focus_features in nlp/components/topic_model.py."
)

_TOPIC_C = 0.5
_FOCUS_C = 5.0
_FOCUS_WEIGHT = {0: 1.0, 1: 1.5}
_BIAS = 0.35
"""Size of the column of a topic: the smaller, the more its own intercept is held back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A document as the model sees it, with its labels."""

    name: str
    part: str
    """Name of the set it comes from."""
    reading: Reading
    focus: bool
    topics: frozenset[str]
    foreign: bool
    """Labelled by another reader than the reference."""


def load(reader: TopicReader, documents: Path, labels: Path, *, foreign: bool) -> list[Example]:
    """Read documents with their labels; a document without a label is left out."""
    wanted = {row["id"]: row for row in map(json.loads, labels.read_text(encoding="utf-8").splitlines())}
    examples: list[Example] = []
    for row in map(json.loads, documents.read_text(encoding="utf-8").splitlines()):
        label = wanted.get(row["id"])
        if label is None:
            continue
        subjects = tuple(row.get("subjects") or ())
        context = Context(title=row.get("title"), doctype=row.get("doctype"), subjects=subjects)
        passages = passages_of(row["text"])
        reading = reader.read(passages, context)
        examples.append(
            Example(
                name=row["id"],
                part=labels.stem,
                reading=reading,
                focus=bool(label["focus"]),
                topics=frozenset(label["topics"]),
                foreign=foreign,
            )
        )
    return examples


def passages_of(text: str) -> tuple[Passage, ...]:
    """Give the paragraphs of plain text as passages."""
    spans = [(match.start(), match.end()) for match in re.finditer(r"\S[^\n]*(?:\n[^\n]*\S[^\n]*)*", text)]
    return prepare(Text(text=text, segments=tuple(Segment(kind="paragraph", start=a, end=b) for a, b in spans), extractor="paragraphs"))


def fit(examples: Sequence[Example], topics: Sequence[TopicFile]) -> Weights:
    """Fit the weights on the examples."""
    focus = LogisticRegression(C=_FOCUS_C, class_weight=_FOCUS_WEIGHT, max_iter=5000)
    focus.fit(np.array([focus_features(e.reading.focus) for e in examples]), [e.focus for e in examples])
    rows: list[list[float]] = []
    right: list[bool] = []
    for example in examples:
        score = float(focus.predict_proba([focus_features(example.reading.focus)])[0, 1])
        for number, features in enumerate(topic_features(topics, example.reading, score)):
            own = [0.0] * len(topics)
            own[number] = _BIAS
            rows.append([*features, *own, float(example.foreign)])
            right.append(topics[number].name in example.topics)
    model = LogisticRegression(C=_TOPIC_C, max_iter=5000).fit(np.array(rows), right)
    values = [round(float(value), 4) for value in model.coef_[0]]
    size = len(values) - len(topics) - 1
    return Weights(
        topic=tuple(values[:size]),
        topic_intercept=round(float(model.intercept_[0]), 4),
        topic_bias={topic.name: round(values[size + number] * _BIAS, 4) for number, topic in enumerate(topics)},
        topic_threshold=0.5,
        single_threshold=SINGLE_THRESHOLD,
        focus=tuple(round(float(value), 4) for value in focus.coef_[0]),
        focus_intercept=round(float(focus.intercept_[0]), 4),
        focus_threshold=FOCUS_THRESHOLD,
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """An example with the scores it got."""

    example: Example
    focus: float
    topics: list[float]


def judge(examples: Iterable[Example], topics: Sequence[TopicFile], weights: Weights) -> list[Outcome]:
    """Give the scores of the examples."""
    return [Outcome(example, *weights.scores(topics, example.reading)) for example in examples]


def cross_validate(examples: Sequence[Example], topics: Sequence[TopicFile], seed: int) -> list[Outcome]:
    """Judge every example by weights that never saw its document."""
    names = sorted({example.name for example in examples})
    random.Random(seed).shuffle(names)
    folds = {name: number % FOLDS for number, name in enumerate(names)}
    outcomes: list[Outcome] = []
    for fold in range(FOLDS):
        weights = fit([e for e in examples if folds[e.name] != fold], topics)
        outcomes += judge([e for e in examples if folds[e.name] == fold], topics, weights)
    return outcomes


def figures(outcomes: Sequence[Outcome], topics: Sequence[TopicFile], weights: Weights) -> tuple[float, str]:
    """Give the micro-F1 of the topics at the thresholds of the weights, and a line with all figures."""
    pairs = [
        (outcome.example.topics, frozenset(topics[n].name for n in choose(outcome.topics, outcome.example.reading.topics, weights)))
        for outcome in outcomes
    ]
    hits = sum(len(want & got) for want, got in pairs)
    extra = sum(len(got - want) for want, got in pairs)
    missed = sum(len(want - got) for want, got in pairs)
    focus = [(outcome.example.focus, outcome.focus >= weights.focus_threshold) for outcome in outcomes]
    true, false, lost = focus.count((True, True)), focus.count((False, True)), focus.count((True, False))
    micro = _f1(hits, extra, missed)
    return micro, (
        f"topics P {hits / max(hits + extra, 1):.3f} R {hits / max(hits + missed, 1):.3f} F1 {micro:.3f}; "
        f"focus P {true / max(true + false, 1):.3f} R {true / max(true + lost, 1):.3f} F1 {_f1(true, false, lost):.3f}"
    )


def half_of_f1(outcomes: Sequence[Outcome], topics: Sequence[TopicFile], weights: Weights) -> float:
    """Give the threshold that is best for F1 when scores are probabilities: half of the F1 that is reached.

    Lipton, Elkan and Naryanaswamy, "Optimal thresholding of classifiers to maximize F1 measure" (2014). Trying thresholds out gives a flat
    and noisy curve on some hundred documents, and flatters on documents whose words are in the topic files.
    """
    threshold = 0.5
    for _ in range(5):
        threshold = round(figures(outcomes, topics, replace(weights, topic_threshold=threshold))[0] / 2, 2)
    return threshold


def reliability(outcomes: Sequence[Outcome], topics: Sequence[TopicFile]) -> list[str]:
    """Give lines that say how often a score came true, by fifths of the scale; a score under 0.05 is left out, most topics have one."""
    pairs = {
        "topics": [(score, topic.name in o.example.topics) for o in outcomes for topic, score in zip(topics, o.topics, strict=True)],
        "focus": [(o.focus, o.example.focus) for o in outcomes],
    }
    lines: list[str] = []
    for name, scored in pairs.items():
        for low, high in ((0.05, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
            part = [(score, true) for score, true in scored if low <= score < high]
            if part:
                mean, came = sum(score for score, _ in part) / len(part), sum(true for _, true in part) / len(part)
                lines.append(f"{name} {low:.2f}-{min(high, 1.0):.2f}: {len(part)} scores, mean {mean:.2f}, true {came:.2f}")
    return lines


def _f1(hits: int, extra: int, missed: int) -> float:
    return 2 * hits / max(2 * hits + extra + missed, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--more", type=Path, nargs=2, action="append", default=[], metavar=("DOCUMENTS", "LABELS"))
    parser.add_argument("--also", type=Path, nargs=2, metavar=("DOCUMENTS", "LABELS"))
    parser.add_argument("--without", type=Path, metavar="DOCUMENTS", help="documents kept for measuring: left out wherever they stand")
    parser.add_argument("--write", action="store_true", help="replace the weights of the program")
    arguments = parser.parse_args()
    reader = TopicReader(load_topics())
    topics = reader.topics
    examples = load(reader, arguments.documents, arguments.labels, foreign=False)
    for documents, labels in arguments.more:
        examples += load(reader, documents, labels, foreign=False)
    if arguments.also:
        examples += load(reader, *arguments.also, foreign=True)
    if arguments.without:
        kept = {json.loads(line)["id"] for line in arguments.without.read_text(encoding="utf-8").splitlines()}
        examples = [example for example in examples if example.name not in kept]
    weights = fit(examples, topics)
    tested = [outcome for seed in SEEDS for outcome in cross_validate(examples, topics, seed)]
    reference = [outcome for outcome in tested if not outcome.example.foreign]
    weights = replace(weights, topic_threshold=half_of_f1(reference, topics, weights))
    print(f"threshold {weights.topic_threshold}")
    for name, outcomes in (("plain", judge(examples, topics, weights)), ("cross-validated", tested)):
        for part in dict.fromkeys(example.part for example in examples):
            chosen = [outcome for outcome in outcomes if outcome.example.part == part]
            print(f"{name}, {part}, {len({o.example.name for o in chosen})} documents: {figures(chosen, topics, weights)[1]}")
    print("\n".join(reliability(reference, topics)))
    if arguments.write:
        table = {"note": NOTE.format(count=len({example.name for example in examples})), **weights.table()}
        WEIGHTS_FILE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"written: {WEIGHTS_FILE.name}")


if __name__ == "__main__":
    main()
