"""From a text with its segments to an Analysis: the only door into this package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from spacy.language import Language

from db.records import Amount, Analysis, Commitment, Context, Reference, Text, Topic
from nlp.model import build_nlp
from nlp.prepare import Passage, prepare
from nlp.sentences import split_sentences

ANALYSER = "rules/1"


@dataclass(frozen=True, slots=True)
class Sentences:
    """A passage with the spans of its sentences."""

    passage: Passage
    spans: tuple[tuple[int, int], ...]


def analyse(text: Text, context: Context, *, nlp: Language | None = None) -> Analysis:
    """Read what a document says: topics, commitments with deadlines, amounts and references, each with its place in `text.text`."""
    read = [Sentences(passage, tuple(split_sentences(passage.text))) for passage in prepare(text)]
    return Analysis(focus=False, focus_score=0.0, analyser=ANALYSER, notes=(f"{len(read)} passages",))
