"""Reads single sentences with a trained Dutch pipeline, where there is one: the only place that knows spaCy's parses.

In: sentences. Out: `Parse`s of plain values, in the labels that all Dutch pipelines share: lemmas without the marks of compounds, `obl` for
`obl:arg`, no Mood. Nothing here is needed: without a pipeline the rules stand alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token

BUNDLED = Path(__file__).parent / "trained" / "kamerspoor_nl"
"""The pipeline that comes along; a copy without it works as well."""
_UNUSED = ("ner", "tagger", "senter", "attribute_ruler")
_NEEDED = ("parser",)
LONGEST = 1_500
"""Characters; a longer sentence is not parsed."""
_ALIKE = {"obl:arg": "obl", "nsubj:outer": "nsubj", "csubj:outer": "csubj"}


@dataclass(frozen=True, slots=True)
class Node:
    """One word of a parsed sentence."""

    text: str
    lemma: str
    pos: str
    dep: str
    head: int
    """Number of its head; its own number for a root."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parse:
    """A sentence as a tree."""

    nodes: tuple[Node, ...]

    def at(self, offset: int) -> int | None:
        """Give the number of the word that covers an offset."""
        return next((i for i, node in enumerate(self.nodes) if node.start <= offset < node.end), None)

    def children(self, i: int, *deps: str) -> list[int]:
        """Give the words that hang on word i by one of these relations, or by any."""
        return [j for j, node in enumerate(self.nodes) if node.head == i and j != i and (not deps or node.dep in deps)]

    def below(self, i: int, without: frozenset[str] = frozenset()) -> list[int]:
        """Give word i and all that hangs below it, in order; branches by the relations `without` are left out."""
        found, waiting = {i}, [i]
        while waiting:
            for j in self.children(waiting.pop()):
                if j not in found and self.nodes[j].dep not in without:
                    found.add(j)
                    waiting.append(j)
        return sorted(found)


class Parser:
    """A loaded pipeline."""

    def __init__(self, language: Language) -> None:
        self._language = language
        meta = language.meta
        self.name = f"{meta['lang']}_{meta['name']}/{meta['version']}"
        """Name and version, part of what an analysis says of its analyser."""

    def parse(self, sentences: Sequence[str]) -> list[Parse | None]:
        """Give a tree for each sentence; None for one that is too long."""
        short = [sentence if len(sentence) <= LONGEST else "" for sentence in sentences]
        with self._language.memory_zone():
            docs = self._language.pipe(short, batch_size=32)
            return [_plain(doc) if sentence else None for sentence, doc in zip(short, docs, strict=True)]


def load_parser(configured: str | None) -> tuple[Parser | None, str]:
    """Load a pipeline, once per process and name.

    Args:
        configured: name of an installed pipeline, or its folder; None takes the bundled one.

    Returns:
        The parser, or None with a Dutch note that says why the rules stand alone.
    """
    return _load(configured)


@lru_cache(maxsize=2)
def _load(configured: str | None) -> tuple[Parser | None, str]:
    if configured is None and not BUNDLED.is_dir():
        return None, "geen parser, alleen regels"
    name = configured if configured is not None else str(BUNDLED)
    try:
        with warnings.catch_warnings():
            # a pipeline made by another minor version of spaCy warns and works
            warnings.simplefilter("ignore", UserWarning)
            language = spacy.load(name, exclude=list(_UNUSED))
    except (OSError, ValueError, ImportError, KeyError) as error:
        reason = str(error).splitlines()[0][:120]
        return None, f"parser {name} laadt niet, alleen regels: {reason}"
    if language.lang != "nl" or any(need not in language.pipe_names for need in _NEEDED):
        return None, f"parser {name} is geen Nederlandse parser, alleen regels"
    return Parser(language), ""


def _plain(doc: Doc) -> Parse:
    tokens = [token for token in doc if not token.is_space]
    number = {token.i: i for i, token in enumerate(tokens)}
    return Parse(tuple(_node(token, number) for token in tokens))


def _node(token: Token, number: dict[int, int]) -> Node:
    return Node(
        text=token.text, lemma=token.lemma_.replace("_", ""), pos=token.pos_, dep=_ALIKE.get(token.dep_, token.dep_),
        head=number.get(token.head.i, number[token.i]), start=token.idx, end=token.idx + len(token.text),
    )  # fmt: skip
