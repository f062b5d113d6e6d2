"""Which words of the index count as a word that someone types: its other forms, and compounds with it. Decides only.

FTS5 knows no Dutch: to it "taalles", "taallessen" and "taallesaanbod" are three words. So a typed word is widened to words that do stand in the
indexed texts (accents folded, small letters): its plural, singular and form with -e; longer words that begin with it; and compounds
that end in it or hold it, where what stands before it is a word of the texts as well ("crisisopvang" is "crisis" and "opvang"; "totaal" is no kind of
"taal"). A word of three letters gets its other forms only, a shorter one nothing: "ov" does not find "over".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from db.browse.dutch import words

MOST = 60
"""Words to which one word is widened, those in most texts first."""
COUNTED = 300
"""Compounds whose texts are counted to find those: the ones that the vocabulary gives first."""
_CONSONANTS = "bcdfghjklmnpqrstvwxz"
_LINKS = ("", "s", "en", "e")


def folded(word: str) -> str:
    """Small letters without accents, as the index has them."""
    plain = unicodedata.normalize("NFKD", word).lower()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


class Terms(Protocol):
    """The words that stand in the indexed texts, folded."""

    def known(self, words: Iterable[str]) -> set[str]:
        """Those of the words that stand in a text."""
        ...

    def holding(self, part: str) -> list[str]:
        """Words that hold this, itself included; the ones that came first, so mostly the common ones, before others."""
        ...

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """Word to the number of texts that it stands in; no entry where that is none."""
        ...


def expand(typed: str, terms: Terms) -> list[str]:
    """The words that count as this one; the word itself first, whether it stands in a text or not."""
    word = folded(typed)
    if not word.isascii():
        return [word, typed]  # no Dutch; the index folds the accents of Latin letters only
    if len(word) < 3:
        return [word]
    stems = {word, *(terms.known(_shorter(word)) if len(word) >= 4 else ())}
    others = terms.known({form for stem in stems for form in _longer(stem)})
    found = stems | others
    if word not in words()["search"]["plain"]:
        candidates: dict[str, str] = {}
        for form in stems:
            if len(form) >= 4:
                candidates |= {one: one.partition(form)[0] for one in terms.holding(form)}
        for form in others:
            # "talent" holds "talen" and is no kind of "taal": another form counts at the end of a compound only
            candidates |= {one: one.removesuffix(form) for one in terms.holding(form) if one.endswith(form)}
        found.update(_compounds(candidates, terms)[:COUNTED])
    found.discard(word)
    if len(found) < MOST:
        return [word, *sorted(found)]
    counts = terms.counts(found)
    return [word, *sorted(counts, key=lambda one: (-counts[one], one))[: MOST - 1]]


def _compounds(candidates: Mapping[str, str], terms: Terms) -> list[str]:
    """Those of the candidates that begin with the word, or in which a word of the texts stands before it, with its link; in their order.

    Args:
        candidates: word to what stands in it before the word that was typed.
    """
    beginnings = words()["search"]["beginnings"]
    stems = {left: [left[: len(left) - len(link)] for link in _LINKS if left.endswith(link)] for left in candidates.values()}
    known = terms.known({stem for several in stems.values() for stem in several if len(stem) >= 3})
    return [one for one, left in candidates.items() if not left or (left not in beginnings and any(stem in known for stem in stems[left]))]


def _longer(word: str) -> set[str]:
    if word.endswith("heid"):
        return {word[:-2] + "den"}
    last, before = word[-1], word[-2]
    found = {word + "s"}
    if not re.fullmatch(r"[^aeiou]*[aeiou][^aeiou]", word):
        # wet, wetten: "weten" is another word
        found.add(word + "en")
    if last in _CONSONANTS and before in "aeiou":
        if len(word) > 2 and word[-3] == before and before in "aeou":
            # a long vowel is written once in an open syllable: boom, bomen
            found |= {word[:-2] + _voiced(last) + "en", word[:-2] + _voiced(last) + "e"}
        elif len(word) > 2 and word[-3] in "aeiou":
            found |= {word[:-1] + _voiced(last) + "en", word[:-1] + _voiced(last) + "e"}
        else:
            found |= {word + last + "en", word + last + "e"}
    elif last in _CONSONANTS:
        found |= {word + "e", word[:-1] + _voiced(last) + "en"}
    return found


def _shorter(word: str) -> Iterator[str]:
    if word.endswith("heden"):
        yield word[:-3] + "id"
    if word.endswith(("s", "en")):
        # gemeenten: the plural of a word in -e
        yield word[:-1]
    for ending in ("en", "e"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        yield stem
        last = stem[-1]
        if stem[-2] == last:
            yield stem[:-1]
        hard = {"v": "f", "z": "s"}.get(last, last)
        yield stem[:-1] + hard
        if last in _CONSONANTS and stem[-2] in "aeou" and stem[-3] not in "aeiou":
            yield stem[:-1] + stem[-2] + hard


def _voiced(letter: str) -> str:
    return {"f": "v", "s": "z"}.get(letter, letter)
