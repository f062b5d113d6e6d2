"""What someone types in the search box as a query of SQLite's FTS5. Decides only.

Words, `"phrases in quotes"`, `AND`/`OR`/`NOT` (or EN, OF, NIET) in capitals, brackets, `begin*`, and `titel:` before a word or phrase. Two words
beside each other must both be there. Every word is quoted, and what does not fit (a bracket too many, an operator at the end) is left out, so
nothing that is typed can break FTS5's own parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

MOST_LETTERS = 300
_TOKEN = re.compile(r'(titel:|tekst:)?(?:"([^"]*)"?|([()])|([^\s()"]+))', re.IGNORECASE)
_OPERATORS = {"AND": "AND", "EN": "AND", "OR": "OR", "OF": "OR", "NOT": "NOT", "NIET": "NOT"}
_COLUMNS = {"titel:": "title", "tekst:": "text"}
_LETTER = re.compile(r"\w")

Expand = Callable[[str], Iterable[str]]
"""A word to the words that count as it, itself included."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """`word`, `AND`, `OR`, `NOT`, `(` or `)`."""
    sql: str = ""


def as_match(typed: str, expand: Expand) -> str | None:
    """The right side of MATCH; None when nothing is asked (empty, only signs, or only NOT)."""
    reader = _Reader(list(_tokens(typed[:MOST_LETTERS], expand)))
    return reader.either(0)


def _tokens(typed: str, expand: Expand) -> Iterable[_Token]:
    for found in _TOKEN.finditer(typed):
        column, phrase, bracket, word = found.groups()
        if bracket:
            yield _Token(bracket)
        elif word in _OPERATORS and not column:
            yield _Token(_OPERATORS[word])
        elif _LETTER.search(phrase or word or ""):
            sql = _quoted(phrase) if phrase is not None else _word(word, expand)
            yield _Token("word", f"{_COLUMNS[column.lower()]} : {sql}" if column else sql)


def _word(word: str, expand: Expand) -> str:
    if word.endswith("*"):
        return f"{_quoted(word.rstrip('*'))} *"
    pieces = re.findall(r"\w+", word)
    if len(pieces) > 1:
        # "co2-heffing" is two words to FTS5, and some write it as one
        return f"({_quoted(word)} OR {_quoted(''.join(pieces))})"
    return f"({' OR '.join(_quoted(one) for one in expand(pieces[0]))})"


def _quoted(text: str) -> str:
    # SQLite takes no lone surrogates, and ends a text at a NUL
    clean = text.encode("utf-8", "replace").decode().replace("\0", " ")
    return '"' + clean.replace('"', '""') + '"'


@dataclass(slots=True)
class _Reader:
    """Reads tokens from the left; depth is bounded by the length of what is typed."""

    tokens: list[_Token]
    at: int = field(default=0)

    def _next(self) -> str | None:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else None

    def either(self, depth: int) -> str | None:
        """`a OR b`."""
        sides = []
        while True:
            if (side := self._both(depth)) is not None:
                sides.append(side)
            if self._next() == ")" and depth == 0:
                self.at += 1
                continue
            if self._next() != "OR":
                break
            self.at += 1
        return _joined(sides, " OR ")

    def _both(self, depth: int) -> str | None:
        """`a b AND c NOT d`: what must be there without what must not."""
        wanted: list[str] = []
        unwanted: list[str] = []
        negative = False
        while (kind := self._next()) not in (None, "OR", ")"):
            self.at += 1
            if kind in ("AND", "NOT"):
                negative = kind == "NOT" or negative
                continue
            one: str | None = self.tokens[self.at - 1].sql
            if kind == "(":
                one = self.either(depth + 1)
                self.at += self._next() == ")"
            if one is not None:
                (unwanted if negative else wanted).append(one)
            negative = False
        both = _joined(wanted, " AND ")
        without = _joined(unwanted, " OR ")
        return both if both is None or without is None else f"({both} NOT {without})"


def _joined(parts: list[str], operator: str) -> str | None:
    return None if not parts else parts[0] if len(parts) == 1 else f"({operator.join(parts)})"
