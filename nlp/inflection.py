"""The forms in which a Dutch word may stand in a text: plural and singular, with and without -e.

In: one word as someone looks for it. Out: the word and its other forms, small letters. Decides only.

The spelling rules (a long vowel in an open syllable is written once, a short one doubles its consonant, f and s become v and z) are applied both
ways; what they do not give stands in `patterns/inflection.toml`. A form that does not exist does no harm: nobody writes it.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

SHORTEST = 4
"""Letters from which a word is inflected: "ov" and "WIA" stand for themselves."""
_FILE = Path(__file__).parent / "patterns" / "inflection.toml"
_LONG = re.compile(r"(?P<head>.*)(?P<vowel>aa|ee|oo|uu)(?P<tail>[bcdfghjklmnpqrstvwxz])")
_SHORT = re.compile(r"(?:.*[^aeiou])?[aeiou][bcdfgklmnprst]")
_DOUBLE = re.compile(r".*([bcdfgklmnprst])\1")
_OPEN = re.compile(r"(?P<head>.*(?:[^aeiou]|[eio](?=a))|)(?P<vowel>[aeou])(?P<tail>[bcdfghjklmnpqrstvwxz])")
_VOICED = {"f": "v", "s": "z"}
_UNVOICED = {"v": "f", "z": "s"}


@cache
def _data() -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    pairs = tuple((one, many) for one, many in (entry.split() for entry in table["irregular"]))
    return pairs, tuple(table["undoubled"])


@lru_cache(maxsize=2048)
def forms(word: str) -> frozenset[str]:
    """Give a word with its other forms; a short word, or one in capitals, only itself."""
    if len(word) < SHORTEST or word.isupper() or not word[-1].isalpha():
        return frozenset([word])
    low = word.lower()
    found = {low, *_irregular(low)}
    found.update(_longer(low))
    for stem in _shorter(low):
        found.add(stem)
        found.update(_longer(stem))
    return frozenset(found)


def _irregular(word: str) -> set[str]:
    pairs, _ = _data()
    found = set()
    for one, many in pairs:
        for ours, theirs in ((one, many), (many, one)):
            if word.endswith(ours):
                found.add(word[: len(word) - len(ours)] + theirs)
    return found


def _longer(word: str) -> set[str]:
    """With -en, -s and -e."""
    if word.endswith("heid"):
        return {word[:-4] + "heden"}
    if word[-1] in "aiouy":
        return {word + "'s", word + "s", word + "en"}
    if word.endswith("e"):
        return {word + "n", word + "s"}
    stems = {word}
    if (match := _LONG.fullmatch(word)) is not None:
        tail = match["tail"]
        stems = {f"{match['head']}{match['vowel'][0]}{end}" for end in (tail, _VOICED.get(tail, tail))}
    elif _SHORT.fullmatch(word) is not None and not word.endswith(_data()[1]):
        stems = {word + word[-1]}
    elif word[-1] in _VOICED:
        stems = {word, word[:-1] + _VOICED[word[-1]]}
    return {word + "s", *(stem + ending for stem in stems for ending in ("en", "e"))}


def _shorter(word: str) -> set[str]:
    """What a word may be the plural or the -e form of."""
    if word.endswith("heden"):
        return {word[:-5] + "heid"}
    bare = word[:-2] if word.endswith(("en", "'s")) else word[:-1] if word.endswith(("e", "s")) else None
    if bare is None or len(bare) < SHORTEST or not re.search(r"[aeiouy]", bare):
        return set()
    found = {bare}
    if word.endswith("en"):
        found.add(word[:-1])
    if word.endswith("s"):
        return found
    if _DOUBLE.fullmatch(bare) is not None:
        found.add(bare[:-1])
    elif (match := _OPEN.fullmatch(bare)) is not None:
        long = f"{match['head']}{match['vowel'] * 2}"
        found.add(long + _UNVOICED.get(match["tail"], match["tail"]))
    if bare[-1] in _UNVOICED:
        found.add(bare[:-1] + _UNVOICED[bare[-1]])
    return found
