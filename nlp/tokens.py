"""The words of a sentence, and which of them can be the finite verb of a main clause.

In: one sentence as plain text. Out: tokens with offsets, and answers about single tokens. Decides only.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nlp.verbs import Form, readings

_GRAMMAR = tomllib.loads((Path(__file__).parent / "patterns" / "grammar.toml").read_text(encoding="utf-8"))
WORDS = {name: frozenset(words.split()) for name, words in _GRAMMAR["words"].items()}
"""Closed classes of function words, by name."""
AUXILIARIES = {form: verb for verb, forms in _GRAMMAR["auxiliaries"].items() for form in forms.split()}
"""Finite forms of auxiliaries; the value is the verb, or `past`."""

BOUNDARIES = frozenset(",;:\u2013\u2014-")

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'\u2019/][^\W\d_]+)*['\u2019]?|\d+(?:[.,]\d+)*|[^\w\s]")
_OPENERS = frozenset({"(", "[", '"', "\u201c", "\u2018", ":"})
_OWN_DETERMINERS = WORDS["determiners"] - WORDS["pronouns"]


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark of a sentence; offsets count from the start of the sentence."""

    text: str
    lower: str
    start: int
    end: int


def tokenise(text: str) -> tuple[Token, ...]:
    """Cut a sentence into words, numbers and marks."""
    return tuple(Token(match.group(), match.group().lower(), match.start(), match.end()) for match in _TOKEN.finditer(text))


@lru_cache(maxsize=50_000)
def has_form(word: str, *forms: Form) -> bool:
    """Whether a lower-case word can be one of these forms of a verb in the table."""
    return any(reading.form in forms for reading in readings(word))


def is_finite(tokens: tuple[Token, ...], i: int) -> bool:
    """Whether token i can be the finite verb of a main clause, judged by its form and its neighbours."""
    token = tokens[i]
    word = token.lower
    before = tokens[i - 1].lower if i else ""
    after = tokens[i + 1].lower if i + 1 < len(tokens) else ""
    if before == "te" or word in WORDS["not_finite"] or (i and token.text[0].isupper() and before not in _OPENERS):
        return False
    if word == "zijn":
        return before not in WORDS["prepositions"] and not (before in ("en", "of") and after not in WORDS["pronouns"])
    if word in AUXILIARIES:
        return not (word in ("kan", "wil", "mag") and before in _OWN_DETERMINERS)
    if word in WORDS["after_and"] and before in ("en", "maar"):
        return True
    plural = bool({before, after} & WORDS["plural_pronouns"]) or before in WORDS["plural_subjects"]
    first_person = bool({before, after} & {"ik", "ikzelf"})
    if (first_person and has_form(word, "stem")) or (plural and has_form(word, "infinitive")):
        return True
    if not has_form(word, "third"):
        return False
    if has_form(word, "stem", "participle"):
        # "start", "bericht", "besluit": the noun looks the same.
        opens = after in ("het", "de", "dit", "mijn") or (after in ("een", "er") and before not in _OWN_DETERMINERS)
        return opens or before in ("kabinet", "regering", "hij", "zij", "minister")
    return before not in _OWN_DETERMINERS
