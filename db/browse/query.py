"""What someone types in the search box as a query of SQLite's FTS5. Decides only.

Words, `"phrases in quotes"`, `AND`/`OR`/`NOT` (or EN, OF, NIET) in capitals, brackets, `begin*`, `titel:` or `tekst:` before a word or phrase. Two
words beside each other must both be there. A field with a value (`jaar:2025`, `soort:kamerbrief`) narrows the whole query, wherever it stands. Every
word is quoted, and what does not fit (a bracket too many, an operator at the end) is left out and said in a plain sentence, so nothing that is typed
can break FTS5's own parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

MOST_LETTERS = 300
DEEPEST = 8
"""Brackets within brackets that count; FTS5 takes about thirty."""
VALUED = ("soort", "ministerie", "onderwerp", "jaar", "bron", "dossier")
"""Fields that take a value instead of words."""
_TOKEN = re.compile(r'([^\W\d_]{2,15}:)?(?:"([^"]*)("?)|([()])|([^\s()"]+))')
_OPERATORS = {"AND": "AND", "EN": "AND", "OR": "OR", "OF": "OR", "NOT": "NOT", "NIET": "NOT"}
_COLUMNS = {"titel:": "title", "tekst:": "text"}
_LETTER = re.compile(r"\w")

Expand = Callable[[str], Iterable[str]]
"""A word to the words that count as it, itself included."""
Begin = Callable[[str], Iterable[str]]
"""A beginning to the words with it."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """`word`, `AND`, `OR`, `NOT`, `(` or `)`."""
    text: str = ""
    phrase: bool = False
    column: str = ""

    def sql(self, expand: Expand, begin: Begin | None) -> str:
        sql = _quoted(self.text) if self.phrase else _word(self.text, expand, begin)
        return f"{self.column} : {sql}" if self.column else sql


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, read once."""

    tokens: tuple[_Token, ...]
    values: dict[str, str]
    """`VALUED` field to its value as typed."""
    notes: tuple[str, ...]
    """What was not understood, each a sentence for the reader."""

    def match(self, expand: Expand, begin: Begin | None = None) -> str | None:
        """The right side of MATCH; None when no word is asked (empty, only signs, or only NOT).

        Args:
            begin: which words a beginning stands for; without it FTS5 looks for itself.
        """
        return _Reader(self.tokens, expand, begin).either(0)


def read(typed: str) -> Query:
    """Take the query apart."""
    tokens: list[_Token] = []
    values: dict[str, str] = {}
    notes: list[str] = []
    depth = 0
    for found in _TOKEN.finditer(typed[:MOST_LETTERS]):
        name, phrase, closing, bracket, word = found.groups()
        field_name = (name or "").lower()
        if bracket:
            depth += bracket == "("
            if depth <= DEEPEST:
                tokens.append(_Token(bracket))
            elif bracket == "(" and depth == DEEPEST + 1:
                notes.append(f"Meer dan {DEEPEST} haakjes in elkaar: de binnenste zijn overgeslagen.")
            depth -= bracket == ")" and depth > 0
            continue
        text = word if phrase is None else phrase
        if word in _OPERATORS and not name:
            tokens.append(_Token(_OPERATORS[word]))
            continue
        if phrase is not None and not closing:
            notes.append("Er staat een aanhalingsteken te weinig; alles erachter is als één uitdrukking gelezen.")
        if not _LETTER.search(text):
            continue
        if field_name[:-1] in VALUED:
            values[field_name[:-1]] = text
        elif field_name in _COLUMNS or not name:
            tokens.append(_Token("word", text, phrase is not None, _COLUMNS.get(field_name, "")))
        else:
            # "https://..." and "art:3" are words with a sign in them
            tokens.append(_Token("word", f"{name}{text}", phrase=True))
    return Query(tuple(tokens), values, (*notes, *_complaints(typed, tokens, values)))


def as_match(typed: str, expand: Expand) -> str | None:
    """`Query.match` of what is typed."""
    return read(typed).match(expand)


def _complaints(typed: str, tokens: list[_Token], values: dict[str, str]) -> Iterator[str]:
    kinds = [token.kind for token in tokens]
    if len(typed) > MOST_LETTERS:
        yield f"De vraag is te lang: alleen de eerste {MOST_LETTERS} tekens zijn gelezen."
    if kinds.count("(") != kinds.count(")") or _closes_early(kinds):
        yield "De haakjes passen niet bij elkaar."
    if kinds and kinds[-1] in ("AND", "OR", "NOT"):
        yield f"Achter {kinds[-1]} staat niets meer."
    if kinds and kinds[0] in ("AND", "OR"):
        yield f"Voor {kinds[0]} staat niets."
    if "NOT" in kinds and _Reader(tuple(tokens), lambda word: [word]).either(0) is None:
        yield "Met NOT alleen lukt het niet: noem ook wat er wel in moet staan."
    elif typed.strip() and not tokens and not values:
        yield "Hier staat geen woord om naar te zoeken."


def _closes_early(kinds: list[str]) -> bool:
    depth = 0
    for kind in kinds:
        depth += (kind == "(") - (kind == ")")
        if depth < 0:
            return True
    return False


def _word(word: str, expand: Expand, begin: Begin | None) -> str:
    if word.endswith("*"):
        if begin is not None and (those := [_quoted(one) for one in begin(word.rstrip("*"))]):
            return f"({' OR '.join(those)})"
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

    tokens: tuple[_Token, ...]
    expand: Expand
    begin: Begin | None = None
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
            one: str | None = self.tokens[self.at - 1].sql(self.expand, self.begin) if kind == "word" else None
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
