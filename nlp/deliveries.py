"""Tells which promises of a document announce the same delivery, and gives each delivery a key.

In: found promises in reading order, as product, words and place. Out: one key each. Decides only.

"Ik stuur u een brief over X" and, pages later, "in de brief ga ik hier verder op in" are one letter: a product spoken of as known points back to the
last product of that name; a new one must share its subject to be the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlp.wording import is_bare, is_paper

_SHARED_SUBJECT = 2
"""Content words that two sentences about the same kind of product must share."""
_SHARED_WITHOUT_PRODUCT = 4


@dataclass(frozen=True, slots=True)
class Mention:
    """What one promise says of its delivery."""

    product: str
    """ "brief"; empty where the act has none."""
    known: bool
    """Spoken of as known: "de brief", "die reactie"."""
    content: frozenset[str]
    points_back: bool
    """Begins with "hierbij", "in die ..." right after the promise before."""


def keys_of(mentions: list[Mention]) -> list[str]:
    """Give a key for each mention: `d1`, `d2`, ... in order of first mention."""
    keys: list[str] = []
    for i, mention in enumerate(mentions):
        same = i - 1 if mention.points_back and i else _same_as(mention, mentions[:i])
        keys.append(keys[same] if same is not None else f"d{len(set(keys)) + 1}")
    return keys


def _same_as(mention: Mention, earlier: list[Mention]) -> int | None:
    """The last earlier mention of the same delivery."""
    for j in range(len(earlier) - 1, -1, -1):
        other = earlier[j]
        shared = len(mention.content & other.content)
        if mention.product and mention.product == other.product:
            if mention.known or shared >= _SHARED_SUBJECT:
                return j
        elif shared >= _SHARED_WITHOUT_PRODUCT and 2 * shared >= min(len(mention.content), len(other.content)):
            return j
    return None


def fuller(acts: list[str], keys: list[str]) -> list[str]:
    """Name a bare act ("brief", "dit doen") by the fullest words that its delivery has elsewhere in the document."""
    best: dict[str, str] = {}
    for act, key in zip(acts, keys, strict=True):
        if not is_bare(act) and (key not in best or is_paper(act) > is_paper(best[key])):
            best[key] = act
    return [best.get(key, act) if is_bare(act) else act for act, key in zip(acts, keys, strict=True)]
