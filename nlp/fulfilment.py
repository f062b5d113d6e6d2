"""Finds the sentences in which a document says what becomes of a promise made before: it is kept by this text, or its term does not hold.

In: passages with their sentences and the document's day. Out: what was found, with its place. Decides only; the words are in the pattern file
`fulfilments.toml`. A wrong "kept" is worse than a missed one: a denial, a condition or a future tense in the sentence ends it, and a sentence that
only tells of a promise is none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from db.records import Deadline
from nlp.components.deadlines import find_moments
from nlp.prepare import Passage
from nlp.wordlists import any_of

_FILE = Path(__file__).parent / "patterns" / "fulfilments.toml"
_BEFORE = 2
"""Sentences before a sentence that points back, in which the promise is looked for."""
_SPLIT = re.compile(
    r"(?<!\w)(?:kom ik|komt het kabinet|komen wij|los ik)(?: [^.;]{1,160})? toezegging\w{0,3}(?: [^.;]{1,160})? (?:na|in)(?=[.,;]| om | en |$)"
)
"""`nakomen` and `inlossen` whose parts stand apart: "kom ik de toezegging over X na"."""
_NEAR = 40
"""Characters before a moment in which the words that mark the old term stand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundFulfilment:
    """A sentence about an earlier promise; offsets count in the passage."""

    passage: int
    start: int
    end: int
    kind: Literal["kept", "moved"]
    about: str
    rule: str
    confidence: float
    was: Deadline | None = None
    becomes: Deadline | None = None


def find_fulfilments(passages: Sequence[Passage], sentences: Sequence[Sequence[tuple[int, int]]], day: date | None) -> list[FoundFulfilment]:
    """Give what a document says of earlier promises, in reading order.

    Args:
        sentences: the spans of the sentences of each passage.
    """
    found: list[FoundFulfilment] = []
    before: list[str] = []
    for at, (passage, spans) in enumerate(zip(passages, sentences, strict=True)):
        others = passage.asked or passage.within in ("motion", "law", "contents") or passage.by_government is False
        if others or passage.kind in ("footnote", "heading"):
            continue
        for start, end in spans:
            sentence = passage.text[start:end]
            found.extend(_read(at, start, end, sentence, before[-_BEFORE:], day))
            before.append(sentence)
    return found


def _read(at: int, start: int, end: int, sentence: str, before: Sequence[str], day: date | None) -> Iterator[FoundFulfilment]:
    low = sentence.lower()
    rule = _keeps(low)
    if rule is not None:
        about = [sentence]
        if _any("kept", "points_back").search(low):
            # "deze toezegging": the sentence that tells of it, and the one between
            told = next((n for n in range(len(before) - 1, -1, -1) if _any("kept", "recalled").search(before[n].lower())), None)
            about = [*before[told:], sentence] if told is not None else about
        yield FoundFulfilment(passage=at, start=start, end=end, kind="kept", about=" ".join(about), rule=rule, confidence=0.9)
    elif _any("moved", "cues").search(low):
        was, becomes = _terms(sentence, day)
        yield FoundFulfilment(
            passage=at, start=start, end=end, kind="moved", about=" ".join([*before[-1:], sentence]), rule="fulfilments.moved/1", confidence=0.7,
            was=was, becomes=becomes,
        )  # fmt: skip


def _keeps(low: str) -> str | None:
    """The rule by which a sentence keeps a promise, or None."""
    if _any("kept", "denies").search(low):
        return None
    delivers = _any("kept", "delivers").search(low) or _SPLIT.search(low)
    if delivers and _any("kept", "promise").search(low) and _any("kept", "here").search(low):
        return "fulfilments.kept/1"
    if _any("kept", "as_promised").search(low) and _any("kept", "hands_over").search(low) and _moments_ahead(low) == 0:
        return "fulfilments.as-promised/1"
    return None


def _moments_ahead(text: str) -> int:
    """How many moments a sentence names that can be a deadline: a text that hands over now names none."""
    return sum(moment.usable for moment in find_moments(text, None))


def _terms(sentence: str, day: date | None) -> tuple[Deadline | None, Deadline | None]:
    """The term that does not hold and the new one: the first is marked ("in plaats van ..."), the new one is the last that is not."""
    was = becomes = None
    for moment in find_moments(sentence, day):
        around = sentence[max(0, moment.start - _NEAR) : moment.start].lower()
        marked = max((match.end() for match in _any("moved", "old").finditer(around)), default=0)
        if marked and len(around) - marked <= 12:
            was = moment.deadline
        elif moment.usable:
            becomes = moment.deadline
    return was, becomes


@cache
def _any(section: str, name: str) -> re.Pattern[str]:
    return any_of(tomllib.loads(_FILE.read_text(encoding="utf-8"))[section][name])


__all__ = ["FoundFulfilment", "find_fulfilments"]
