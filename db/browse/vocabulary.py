"""Which words of the index count as a word that someone types: its other forms, and compounds with it. Decides only.

FTS5 knows no Dutch: to it "taalles", "taallessen" and "taallesaanbod" are three words. So a typed word is widened to words that do stand in the
indexed texts (accents folded, small letters): its plural, singular and form with -e; longer words that begin with it; and compounds
that end in it or hold it, where what stands before it is a word of the texts as well ("crisisopvang" is "crisis" and "opvang"; "totaal" is no kind of
"taal"). A word of three letters gets its other forms only, a shorter one nothing: "ov" does not find "over".
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from db.browse.dutch import words

MOST = 60
"""Words to which one word is widened, those in most texts first."""
_LONGEST = 60
_CONSONANTS = "bcdfghjklmnpqrstvwxz"
_LINKS = ("", "s", "en", "e")


def folded(word: str) -> str:
    """Small letters without accents, as the index has them."""
    plain = unicodedata.normalize("NFKD", word).lower()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


class Vocabulary:
    """The words of the index with the number of texts that each stands in."""

    def __init__(self, counts: Iterable[tuple[str, int]]) -> None:
        """Take the words, folded."""
        self._counts = {word: count for word, count in counts if len(word) <= _LONGEST}
        self._sorted = sorted(self._counts)
        self._all = "\n".join(["", *self._sorted, ""])

    def expand(self, typed: str) -> list[str]:
        """The words that count as this one; the word itself first, whether it stands in a text or not."""
        word = folded(typed)
        if len(word) < 3:
            return [word]
        stems = {word, *self._singulars(word)}
        others = {form for stem in stems for form in _longer(stem)}
        found = {form for form in stems | others if form in self._counts}
        if word not in words()["search"]["plain"]:
            for form in stems:
                if len(form) >= 4:
                    found.update(self._within(form, whole=False))
                    found.update(self._beginning(form))
            for form in found & others:
                found.update(self._within(form, whole=True))
        found.discard(word)
        return [word, *sorted(found, key=lambda one: (-self._counts[one], one))[: MOST - 1]]

    def _beginning(self, form: str) -> Iterator[str]:
        at = bisect_left(self._sorted, form)
        while at < len(self._sorted) and self._sorted[at].startswith(form):
            yield self._sorted[at]
            at += 1

    def _singulars(self, word: str) -> set[str]:
        """What is no word of the texts is left out: it is mostly no word at all."""
        return {one for one in _shorter(word) if one in self._counts} if len(word) >= 4 else set()

    def _within(self, form: str, *, whole: bool) -> Iterator[str]:
        """Compounds with this in it, or with `whole` at their end: "talent" holds "talen" and is no kind of "taal"."""
        at = self._all.find(form)
        while at >= 0:
            start, end = self._all.rfind("\n", 0, at) + 1, self._all.find("\n", at)
            if start < at and (not whole or at + len(form) == end) and self._is_word(self._all[start:at]):
                yield self._all[start:end]
            at = self._all.find(form, end)

    def _is_word(self, left: str) -> bool:
        """Whether this can stand before a word in a compound."""
        if left in words()["search"]["beginnings"]:
            return False
        return any(len(stem) >= 3 and stem in self._counts for link in _LINKS if left.endswith(link) and (stem := left[: len(left) - len(link)]))


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
    if word.endswith("s"):
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
