"""The tokens of a text and the word trees that phrases are looked up in.

Matching ignores case, accents and white space, so that "Vóór de Zomer" reads as "voor de zomer". A look-up takes time linear in the phrase it finds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

# Abbreviations whose points belong to them; then an ordinal, a number, a word, or one sign.
_TOKEN = re.compile(
    r"\b(?:a\.\s?s\b\.?|j\.\s?l\b\.?|jl\b\.|l\.l\.|e\.k\.|d\.d\.?|z\.s\.m\b\.?|t\.z\.t\b\.?|t/m\b|ca\.)|\d+(?:ste|de|e)(?![^\W\d_])|\d+|[^\W\d_]+|[^\w\s]|_",
    re.IGNORECASE,
)

T = TypeVar("T")

ARTICLES = frozenset({"de", "het", "'t", "een", "ons", "mijn"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign: in lower case without accents, and where it stands."""

    norm: str
    start: int
    end: int
    accented: bool


def tokenise(text: str) -> list[Token]:
    """Give the tokens of `text` in order."""
    tokens = []
    for match in _TOKEN.finditer(text):
        norm = plain(match[0])
        tokens.append(Token(norm, match.start(), match.end(), norm != match[0].lower()))
    return tokens


def plain(word: str) -> str:
    """Give `word` in lower case, without accents and inner white space."""
    lowered = word.lower().replace("\u2019", "'")
    if not lowered.isascii():
        lowered = "".join(sign for sign in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(sign))
    return "".join(lowered.split())


@dataclass(slots=True)
class _Node(Generic[T]):
    values: list[T] = field(default_factory=list)
    children: dict[str, _Node[T]] = field(default_factory=dict)


class WordTree(Generic[T]):
    """Phrases of one or more words, each with what it means."""

    def __init__(self, entries: Iterable[tuple[str, T]] = ()) -> None:
        self._root: _Node[T] = _Node()
        for phrase, value in entries:
            node = self._root
            for token in tokenise(phrase):
                node = node.children.setdefault(token.norm, _Node())
            node.values.append(value)

    def first_words(self) -> frozenset[str]:
        """Give the words that a phrase starts with, an article left out."""
        first = set(self._root.children) - ARTICLES
        for article in ARTICLES & self._root.children.keys():
            first.update(self._root.children[article].children)
        return frozenset(first)

    def matches(self, tokens: list[Token], at: int) -> list[tuple[int, T]]:
        """Give (next index, meaning) of all phrases that start at token `at`, longest first."""
        found: list[tuple[int, T]] = []
        node, index = self._root, at
        while index < len(tokens) and (child := node.children.get(tokens[index].norm)) is not None:
            node, index = child, index + 1
            found.extend((index, value) for value in node.values)
        found.sort(key=lambda pair: -pair[0])
        return found

    def longest(self, tokens: list[Token], at: int) -> tuple[int, T] | None:
        """Give the longest of `matches`."""
        found = self.matches(tokens, at)
        return found[0] if found else None


BREAKS = frozenset({".", ",", ";", ":", "?", "!", "(", ")"})


class Cursor:
    """Looks at the tokens of one text by index; an index outside it reads as an empty word."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens

    def norm(self, index: int) -> str:
        """Give the word at `index`."""
        return self.tokens[index].norm if 0 <= index < len(self.tokens) else ""

    def adjacent(self, index: int, count: int) -> bool:
        """Say whether `count` tokens from `index` stand together without white space."""
        if index + count > len(self.tokens):
            return False
        return all(self.tokens[at].end == self.tokens[at + 1].start for at in range(index, index + count - 1))

    def article(self, index: int) -> int:
        """Give the index behind an article."""
        return index + 1 if self.norm(index) in ARTICLES else index

    def of(self, index: int) -> int:
        """Give the index behind "van", "in", "van de", "van het"."""
        return self.article(index + 1 if self.norm(index) in ("van", "in") else index)

    def until_break(self, index: int, most: int) -> int:
        """Give the index of the next punctuation mark, at most so many tokens on."""
        end = index
        while end < len(self.tokens) and end < index + most and self.norm(end) not in BREAKS:
            end += 1
        return end
