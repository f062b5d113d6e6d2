"""Undo a hyphen at the end of a line: the two halves of a Dutch word in, the word as it is spelled out.

Decides only. A real hyphen ("EU-landen", "re-integratie", "ex-minister") stays; a hyphen of the typesetter goes, and brings back the trema
that Dutch spelling leaves out at a break ("ge-" + "integreerd" is "geïntegreerd").
"""

from __future__ import annotations

import re
from collections.abc import Container

_VOWEL_CLASH = re.compile(r"(?:[aA]-[aeiu]|[eE]-[eiu]|[iI]-[ei]|[oO]-[eiou]|[uU]-[iu])")
"""Vowels that would be read as one sound when joined (Leidraad 6.4): the hyphen is spelling, not typesetting."""
_TREMA = {"i": "ï", "e": "ë", "u": "ü", "o": "ö"}
_TAKES_TREMA = re.compile(r"(?:ge|be|[cC]o)$", re.IGNORECASE)
_KEEPS_HYPHEN = frozenset({
    "ex", "non", "niet", "mbo", "hbo", "havo", "vmbo", "vwo", "ggz", "mkb", "zzp", "btw", "pgb", "wmo", "wia", "aow", "ict", "ngo",
})  # fmt: skip
_COORDINATION = frozenset({"en", "of", "en/of", "tot", "dan", "respectievelijk", "als", "noch"})
_EDGE = "«»“”‘’\"'()[].,;:?!"


def join_halves(first: str, second: str, known: Container[str] = ()) -> str:
    """The text of a line whose last word broke off at a hyphen, joined with the next line.

    Args:
        first: the line before the break, without its hyphen.
        second: the line after the break.
        known: lower-case words that the document spells in full elsewhere; they settle what the rules cannot.
    """
    head = first.rsplit(None, 1)[-1] if first.strip() else ""
    tail = second.split(None, 1)[0] if second.strip() else ""
    if tail.lower() in _COORDINATION:
        return f"{first}- {second}"
    if _keeps_hyphen(head, tail, known):
        return f"{first}-{second}"
    if _TAKES_TREMA.search(head) and _VOWEL_CLASH.match(f"{head[-1]}-{tail[0]}"):
        return f"{first}{_TREMA.get(tail[0], tail[0])}{second[1:]}"
    return first + second


def _keeps_hyphen(head: str, tail: str, known: Container[str]) -> bool:
    if not head or not tail:
        return True
    if "/" in head or "www." in head or "@" in head or not tail[0].isalpha() or not head[-1].isalpha():
        return True
    if tail[0].isupper() or head[-1].isupper():
        return True
    left, right = head.strip(_EDGE).lower(), tail.strip(_EDGE).lower()
    if left + right in known:
        return False
    if f"{left}-{right}" in known or left in _KEEPS_HYPHEN or right in _KEEPS_HYPHEN:
        return True
    return bool(_VOWEL_CLASH.match(f"{left[-1:]}-{right[:1]}")) and not _TAKES_TREMA.search(left)
