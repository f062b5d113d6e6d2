"""The components that mark facts inside one passage: each finds spans in the text of a Doc and hangs them on it.

A finder is a pure function over clean text; here it becomes a component of the pipeline. What it found stands in `doc.user_data` under the
layer's name, and as tokens in `doc.spans`, where displaCy and later components see it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar, cast

from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp.components.amounts import FoundAmount, find_amounts
from nlp.components.references import FoundReference, find_references
from nlp.sentences import sentence_spans, text_of


class Found(Protocol):
    """Anything with a place in clean passage text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


F = TypeVar("F", bound=Found)


class Layer:
    """Runs one finder over a Doc."""

    def __init__(self, layer: str, find: Callable[[Doc], Sequence[Found]]) -> None:
        self.layer = layer
        self.find = find

    def __call__(self, doc: Doc) -> Doc:
        found = tuple(self.find(doc))
        doc.user_data[self.layer] = found
        doc.spans[self.layer] = [_span(doc, item, self.layer) for item in found]
        return doc


def _span(doc: Doc, found: Found, label: str) -> Span:
    """Give the tokens around a finding; offsets in `user_data` stay exact where a token is larger than what was found."""
    return cast(Span, doc.char_span(found.start, found.end, label=label, alignment_mode="expand"))


def found_in(doc: Doc, name: str, kind: type[F]) -> tuple[F, ...]:
    """Give what the layer `name` holds in a Doc."""
    found = doc.user_data[name]
    return tuple(item for item in found if isinstance(item, kind))


@Language.factory("kamerspoor_amounts")
def make_amounts(nlp: Language, name: str) -> Layer:  # noqa: ARG001  (spaCy passes both)
    """Make the component that finds sums of money; it needs sentences."""

    def find(doc: Doc) -> Sequence[FoundAmount]:
        return find_amounts(text_of(doc), sentence_spans(doc))

    return Layer("amounts", find)


@Language.factory("kamerspoor_references")
def make_references(nlp: Language, name: str) -> Layer:  # noqa: ARG001  (spaCy passes both)
    """Make the component that finds papers, laws and reports that the text names."""

    def find(doc: Doc) -> Sequence[FoundReference]:
        return find_references(text_of(doc))

    return Layer("references", find)
