"""Analyses against gold labels: precision and recall by task, and what went wrong. Decides only.

Spans pair one to one, the largest overlap first, when they share at least half of their union. What a gold label marks as doubtful is neither asked
nor punished, and neither is a sum without a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LEAST_OVERLAP = 0.5
AMOUNT_FIELDS = ("per", "recurring", "bound", "extra")

Item = Mapping[str, Any]


@dataclass(slots=True)
class Counts:
    """Right, extra and missed."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 0 when nothing was found."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 0.0

    @property
    def recall(self) -> float:
        """Share of what was there that was found; 0 when nothing was there."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(slots=True)
class Share:
    """How often a field of a paired item is right."""

    right: int = 0
    total: int = 0

    def add(self, is_right: bool) -> None:
        """Count one."""
        self.right += is_right
        self.total += 1

    @property
    def accuracy(self) -> float:
        """Share of right ones; 0 when there was none."""
        return self.right / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that went wrong."""

    task: str
    document: str
    text: str


@dataclass(slots=True)
class Scores:
    """The figures of one comparison."""

    found: dict[str, Counts] = field(
        default_factory=lambda: {name: Counts() for name in ("focus", "topics", "commitments", "deadline present", "amounts")}
    )
    fields: dict[str, Share] = field(
        default_factory=lambda: {name: Share() for name in ("deadline dates", "firm", "kind", *(f"amount {name}" for name in AMOUNT_FIELDS))}
    )
    documents: int = 0
    without_prediction: int = 0
    mistakes: list[Mistake] = field(default_factory=list)


def score(gold: Mapping[str, Item], predictions: Mapping[str, Item]) -> Scores:
    """Compare predictions with gold labels, both by document id; a document without prediction counts as nothing found."""
    scores = Scores(documents=len(gold), without_prediction=len(set(gold) - set(predictions)))
    for document, labels in gold.items():
        found = predictions.get(document, {})
        if "focus" in labels:
            _focus(scores, document, bool(labels["focus"]), bool(found.get("focus")))
        if "topics" in labels:
            _topics(scores, document, set(labels["topics"]), {t["topic"] if isinstance(t, Mapping) else t for t in found.get("topics", ())})
        if "commitments" in labels:
            _commitments(scores, document, labels["commitments"], found.get("commitments", ()))
        if "amounts" in labels:
            _amounts(scores, document, labels["amounts"], found.get("amounts", ()))
    return scores


def pair(left: Sequence[Item], right: Sequence[Item], alike: Callable[[Item, Item], bool]) -> list[tuple[int, int]]:
    """Pairs of places in both lists, one to one, the largest overlap first."""
    cells = sorted(
        ((_overlap(a, b), i, j) for i, a in enumerate(left) for j, b in enumerate(right) if _overlap(a, b) >= LEAST_OVERLAP and alike(a, b)),
        reverse=True,
    )
    pairs: list[tuple[int, int]] = []
    for _, i, j in cells:
        if all(i != a and j != b for a, b in pairs):
            pairs.append((i, j))
    return pairs


def _overlap(a: Item, b: Item) -> float:
    common = min(a["end"], b["end"]) - max(a["start"], b["start"])
    return common / (max(a["end"], b["end"]) - min(a["start"], b["start"])) if common > 0 else 0.0


def _focus(scores: Scores, document: str, wanted: bool, got: bool) -> None:
    counts = scores.found["focus"]
    counts.right += wanted and got
    counts.extra += got and not wanted
    counts.missed += wanted and not got
    if wanted != got:
        scores.mistakes.append(Mistake("focus", document, f"is {wanted}, found {got}"))


def _topics(scores: Scores, document: str, wanted: set[str], got: set[str]) -> None:
    counts = scores.found["topics"]
    counts.right += len(wanted & got)
    counts.extra += len(got - wanted)
    counts.missed += len(wanted - got)
    if wanted != got:
        scores.mistakes.append(Mistake("topics", document, f"missed {_names(wanted - got)}, extra {_names(got - wanted)}"))


def _commitments(scores: Scores, document: str, wanted: Sequence[Item], got: Sequence[Item]) -> None:
    pairs = pair(wanted, got, lambda _a, _b: True)
    counts, present = scores.found["commitments"], scores.found["deadline present"]
    for i, j in pairs:
        label, found = wanted[i], got[j]
        if label.get("doubt"):
            continue
        counts.right += 1
        deadline, read = label.get("deadline"), found.get("deadline")
        present.right += bool(deadline and read)
        present.extra += bool(read and not deadline)
        present.missed += bool(deadline and not read)
        if deadline and any(_days(deadline)):
            is_right = _days(deadline) == _days(read)
            scores.fields["deadline dates"].add(is_right)
            if not is_right:
                scores.mistakes.append(Mistake("deadline dates", document, f"{deadline.get('phrase')}: is {_days(deadline)}, read {_days(read)}"))
        scores.fields["firm"].add(bool(label.get("firm", True)) == bool(found.get("firm", True)))
        scores.fields["kind"].add(label.get("kind") == found.get("kind"))
    for i, label in enumerate(wanted):
        if not label.get("doubt") and i not in {a for a, _ in pairs}:
            counts.missed += 1
            scores.mistakes.append(Mistake("commitment missed", document, label["text"]))
    for j, found in enumerate(got):
        if j not in {b for _, b in pairs}:
            counts.extra += 1
            scores.mistakes.append(Mistake("commitment extra", document, found.get("text", "")))


def _amounts(scores: Scores, document: str, labels: Sequence[Item], found: Iterable[Item]) -> None:
    vague = [label for label in labels if label.get("value") is None]
    wanted = [label for label in labels if label.get("value") is not None]
    got = [item for item in found if item.get("value") is not None and not any(_overlap(item, v) > 0 for v in vague)]
    pairs = pair(wanted, got, _same_sum)
    counts = scores.found["amounts"]
    counts.right += len(pairs)
    counts.extra += len(got) - len(pairs)
    counts.missed += len(wanted) - len(pairs)
    for i, j in pairs:
        for name in AMOUNT_FIELDS:
            scores.fields[f"amount {name}"].add((wanted[i].get(name) or None) == (got[j].get(name) or None))
    for i, label in enumerate(wanted):
        if i not in {a for a, _ in pairs}:
            scores.mistakes.append(Mistake("amount missed", document, label["text"]))
    for j, item in enumerate(got):
        if j not in {b for _, b in pairs}:
            scores.mistakes.append(Mistake("amount extra", document, f"{item.get('text')} = {item.get('value')}"))


def _same_sum(a: Item, b: Item) -> bool:
    same_height = _close(a.get("value"), b.get("value")) and _close(a.get("value_max"), b.get("value_max"))
    return same_height and (a.get("currency") or "EUR") == (b.get("currency") or "EUR")


def _close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(float(a) - float(b)) <= 1e-6 * max(1.0, abs(float(a)))


def _days(deadline: Item | None) -> tuple[str | None, str | None]:
    return (None, None) if deadline is None else (deadline.get("not_before"), deadline.get("not_after"))


def _names(topics: set[str]) -> str:
    return ", ".join(sorted(topics)) or "none"
