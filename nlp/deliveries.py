"""Tells which promises of a document announce the same delivery, and gives each delivery a key.

In: found promises in reading order, as act, product, words, moment and place. Out: one key each. Decides only.

"Ik stuur u voor de zomer een brief over X" and, pages later, "in de brief ga ik hier verder op in" are one letter: a product spoken of as known
points back to the last product of that name. A new one must share its subject, and must not have another date, to be the same: two letters stay two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from db.records import CommitmentKind, Deadline
from nlp.wording import is_bare, is_paper
from nlp.wordlists import words

_SHARED = 2
"""Words that two acts must share."""
_SHARED_IN_CLAUSES = 4
_NEAR = 1
"""Passages between a sentence and the one it points back to."""
_FAR = 3
_TO_THIS = re.compile(r"(?<!\w)(?:wetsvoorstel (?:hier|daar)(?:toe|over)|dit wetsvoorstel|deze regeling)(?!\w)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,40}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """What one promise says of its delivery."""

    act: str
    kind: CommitmentKind
    product: str
    """ "brief"; empty where the act has none."""
    known: bool
    """Spoken of as known: "de brief", "die reactie"."""
    content: frozenset[str]
    """The words of its clause that are not too common to tell anything."""
    points_back: bool
    """Begins with "hierbij", "in die ..." right after the promise before."""
    sentence: str
    passage: int
    deadline: Deadline | None


def keys_of(mentions: Sequence[Mention]) -> list[str]:
    """Give a key for each mention: `d1`, `d2`, ... in order of first mention."""
    keys: list[str] = []
    for i, mention in enumerate(mentions):
        same = _same_as(mention, mentions[:i])
        keys.append(keys[same] if same is not None else f"d{len(set(keys)) + 1}")
    return keys


def fuller(acts: Sequence[str], keys: Sequence[str]) -> list[str]:
    """Name a bare act ("brief", "dit doen") by the fullest words that its delivery has elsewhere in the document."""
    best: dict[str, str] = {}
    for act, key in zip(acts, keys, strict=True):
        if not is_bare(act) and (key not in best or is_paper(act) > is_paper(best[key])):
            best[key] = act
    return [best.get(key, act) if is_bare(act) else act for act, key in zip(acts, keys, strict=True)]


def _same_as(mention: Mention, earlier: Sequence[Mention]) -> int | None:
    """The earlier mention of the same delivery: the sentence before where this one points to it, else the last that fits."""
    last = len(earlier) - 1
    if earlier and mention.passage - earlier[last].passage <= _NEAR and _continues(mention, earlier[last]):
        return last
    return next((j for j in range(last, -1, -1) if _is_same(mention, earlier[j])), None)


def _continues(mention: Mention, before: Mention) -> bool:
    """Whether a promise goes on about the one right before it: "hierbij ga ik in op", "dat zullen we doen", "een wetsvoorstel hiertoe"."""
    if _TO_THIS.search(mention.sentence) or (mention.passage == before.passage and mention.act.startswith("dit doe")):
        return True
    own = mention.product and not mention.known and mention.product != before.product and is_paper(mention.act)
    return mention.points_back and not own and not _apart(mention, before)


def _is_same(mention: Mention, other: Mention) -> bool:
    if mention.product and mention.product == other.product and _points_to(mention, other):
        return mention.act.startswith("ingaan") or not _apart(mention, other)
    if _apart(mention, other):
        return False
    ours, theirs = _named(mention.act), _named(other.act)
    shared, least = len(ours & theirs), min(len(ours), len(theirs))
    if mention.kind == other.kind == "inform":
        if mention.product and mention.product == other.product:
            return shared >= min(_SHARED, max(least, 1)) or (least == 0 and _one_day(mention, other))
        return shared >= _SHARED and 2 * shared >= least and _one_day(mention, other)
    if mention.kind == other.kind and shared >= _SHARED and 3 * shared >= 2 * max(len(ours), len(theirs)):
        return True
    content = len(mention.content & other.content)
    return content >= _SHARED_IN_CLAUSES and 3 * content >= 2 * min(len(mention.content), len(other.content))


def _points_to(mention: Mention, other: Mention) -> bool:
    """Whether "de brief" is the letter promised before, or "dat onderzoek" the one of some sentences ago; "de aanpak" is often another."""
    if not mention.known or mention.product not in other.sentence.lower():
        return False
    if is_paper(mention.product) and mention.kind == other.kind == "inform":
        return True
    shown = re.search(rf"(?<!\w)(?:die|deze|dat|dit)\s(?:\w+\s)?[\w-]*{re.escape(mention.product)}(?!\w)", mention.sentence, re.IGNORECASE)
    return shown is not None and mention.passage - other.passage <= _FAR


def _apart(mention: Mention, other: Mention) -> bool:
    """Whether both are dated, at different days."""
    ours, theirs = mention.deadline, other.deadline
    return ours is not None and theirs is not None and None not in (ours.not_after, theirs.not_after) and ours.not_after != theirs.not_after


def _one_day(mention: Mention, other: Mention) -> bool:
    ours, theirs = mention.deadline, other.deadline
    return ours is not None and theirs is not None and ours.not_after == theirs.not_after and ours.not_after is not None


@lru_cache(maxsize=4096)
def _named(act: str) -> frozenset[str]:
    """The words by which an act is told from another: no papers, no verbs of bringing, nothing common."""
    return frozenset(word for word in _WORD.findall(act.lower()) if word not in words("slots", "common") and not is_paper(word))
