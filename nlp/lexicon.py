"""Words and phrases with stars in, a matcher out that finds all of them in one walk over a text. Decides only.

A text is walked token by token; what a token is to the patterns is looked up once and remembered, so the cost does not grow with the number of
words in the files.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_TOKEN = re.compile(r"[^\W_]+(?:['’\u0300-\u036f-][^\W_]+)*")
_WORD = re.compile(r"\*?[^\W_]+(?:['’-][^\W_]+)*\*?")
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_INNER = re.compile(r"\w\*+\w|\*\*")
_LOOSE = re.compile(r"[ ,&%/+.-]*")
_LONGEST = 60
"""Characters of the longest token that is looked at; longer ones are no words."""
_REMEMBERED = 60_000
"""Distinct tokens that are remembered before the memory is emptied."""
_GAP = 3
"""Characters between two words of a phrase, at most."""


def fold(text: str) -> str:
    """Give the text in small letters without accents, however they are written."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFD", text)).lower()


def is_phrase(text: str) -> bool:
    """Tell whether a text can be looked for: words with stars outside at most, two letters or more in one of them."""
    if _INNER.search(text):
        return False
    words = _WORD.findall(text)
    return any(len(word.strip("*")) > 1 for word in words) and _LOOSE.fullmatch(_WORD.sub("", text)) is not None


class _Node:
    """A place in the tree of phrases."""

    __slots__ = ("children", "terms")

    def __init__(self) -> None:
        self.children: dict[int, _Node] = {}
        self.terms: list[int] = []


class Lexicon:
    """Finds terms in a text. A term is a number that the caller chose; several terms may share a phrase."""

    def __init__(self, phrases: Iterable[tuple[str, int]]) -> None:
        self._root = _Node()
        self._patterns: dict[str, int] = {}
        self._exact: dict[str, list[int]] = {}
        self._capital: dict[str, list[int]] = {}
        self._prefix: dict[str, list[int]] = {}
        self._suffix: dict[str, list[int]] = {}
        self._infix: dict[str, list[int]] = {}
        self._known: dict[str, tuple[int, ...]] = {}
        for phrase, term in phrases:
            node = self._root
            for word in _WORD.findall(phrase):
                node = node.children.setdefault(self._pattern(word), _Node())
            node.terms.append(term)
        self._shortest = {
            name: min(map(len, table), default=_LONGEST)
            for name, table in (("prefix", self._prefix), ("suffix", self._suffix), ("infix", self._infix))
        }

    def _pattern(self, word: str) -> int:
        """Give the number of a word with its stars, a new one where it is new."""
        bare = word.strip("*").replace("’", "'")
        capital = bare.isupper() and len(bare) > 1
        key = word if capital else fold(word)
        if key in self._patterns:
            return self._patterns[key]
        number = self._patterns[key] = len(self._patterns)
        folded = bare if capital else fold(bare)
        if capital:
            table = self._capital
        elif word.startswith("*") and word.endswith("*"):
            table = self._infix
        elif word.startswith("*"):
            table = self._suffix
        elif word.endswith("*"):
            table = self._prefix
        else:
            table = self._exact
        table.setdefault(folded, []).append(number)
        return number

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Give (start, end, term) for every occurrence, in order of end; occurrences may overlap."""
        loud = text.isupper()
        open_phrases: list[tuple[int, _Node]] = []
        last_end = 0
        known = self._known
        for match in _TOKEN.finditer(text):
            token = match.group()
            patterns = known.get(token)
            if patterns is None:
                patterns = self._look_up(token)
            if loud:
                patterns = self._look_up(token.lower())
            if not patterns:
                open_phrases = []
                continue
            start, end = match.span()
            if start - last_end > _GAP or "\n\n" in text[last_end:start]:
                open_phrases = []
            last_end = end
            going: list[tuple[int, _Node]] = []
            for begin, node in (*open_phrases, (start, self._root)):
                for pattern in patterns:
                    child = node.children.get(pattern)
                    if child is not None:
                        for term in child.terms:
                            yield begin, end, term
                        if child.children:
                            going.append((begin, child))
            open_phrases = going

    def _look_up(self, token: str) -> tuple[int, ...]:
        """Give the numbers of the patterns that a token fits, from memory where it was seen before."""
        found = self._known.get(token)
        if found is not None:
            return found
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        found = self._known[token] = tuple(sorted(self._fits(token.replace("’", "'")))) if len(token) <= _LONGEST else ()
        return found

    def _fits(self, token: str) -> set[int]:
        fits: set[int] = set()
        pieces = token.split("-")
        for piece in {token, *pieces, *(piece.partition("'")[0] for piece in (token, *pieces))}:
            fits.update(self._capital.get(piece, ()))
            fits.update(self._exact.get(fold(piece), ()))
        folded = fold(token)
        for begin in (0, *(match.end() for match in re.finditer("-", folded))):
            for end in range(begin + self._shortest["prefix"], len(folded) + 1):
                fits.update(self._prefix.get(folded[begin:end], ()))
        for begin in range(len(folded) - self._shortest["suffix"] + 1):
            fits.update(self._suffix.get(folded[begin:], ()))
        for begin in range(len(folded) - self._shortest["infix"] + 1):
            for end in range(begin + self._shortest["infix"], len(folded) + 1):
                fits.update(self._infix.get(folded[begin:end], ()))
        return fits
