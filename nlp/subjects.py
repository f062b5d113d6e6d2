"""Who acts in a clause: the government, the Chamber, another agent, a thing that is acted on, or nobody.

In: the words before and after the finite verb. Out: the class of the subject and its words. Decides only.

One part stands before the finite verb of a Dutch main clause. When it is not the subject, the subject follows the verb, sometimes after an adverb.
"""

from __future__ import annotations

import re
from typing import Literal

from nlp.tokens import WORDS
from nlp.wordlists import any_of, opening, pattern, words

Who = Literal["government", "chamber", "other", "thing", "nobody"]
"""Whose act it is. `thing` is what an act is done to; `nobody` is "er" or no subject at all."""

_LEADS = re.compile(r"^(?:(?:" + any_of(WORDS["leads"]).pattern + r"|[,.\u2022\u2013-])\s+){1,5}")
_BETWEEN = re.compile(r"^(?:" + any_of({*WORDS["between"], "ten slotte", "tot slot", "op korte termijn"}).pattern + r"|,)\s+")
_NOMINATIVE = re.compile(
    r"^(?:de|het|een|dit|dat|deze|die|er|alle|elke|iedere|beide|enkele|verschillende|diverse|mijn|onze|ons|uw|hun|zijn|haar|geen|meer|nieuwe|nieuw|extra"
    r"|\u20ac)(?!\w)"
)
_ADVERBIAL = re.compile(
    r"^(?:"
    + any_of({*WORDS["adverbial"], "dit jaar", "dit najaar", "dit voorjaar", "deze zomer", "deze week", "de komende", "het komende"}).pattern
    + r"|\d)"
)
_GOVERNED = re.compile(r"(?:^|\s)(?:" + any_of(WORDS["prepositions"] | {"dan", "als"}).pattern + r")\s+(?:\w+\s+)?$")
_NEAR = 14
"""Words after the verb in which a far subject is looked for."""


def subject_of(before: str, after: str) -> tuple[Who, str] | None:
    """Give the subject that a clause names itself; None where it names none and may share that of the clause before."""
    pre = _LEADS.sub("", before + " ").strip()
    named = _before_verb(pre) if pre else None
    if named is not None and named[0] == "chamber":
        # "Uw Kamer zal ik informeren": the Chamber stands first and is told.
        named = _after_verb(after)[0] or named
    if named is not None:
        return named
    named, rest = _after_verb(after)
    if named is not None:
        return named
    return None if _is_nominative(pre) else _chamber_or_far(rest)


def fallback_subject(before: str, after: str) -> tuple[Who, str]:
    """Give the subject where neither the clause nor the one before names the government or the Chamber."""
    pre = _LEADS.sub("", before + " ").strip()
    if _is_nominative(pre):
        return _agent_or_thing(pre), pre
    group = _first_words(after, 8)
    return (_agent_or_thing(group), group) if group and not group.startswith("er ") else ("nobody", "")


def is_asked(before: str) -> bool:
    """Whether another subject stands before the verb: "de motie verzoekt het kabinet"."""
    return _NOMINATIVE.match(before) is not None and opening("subject", "government").match(_LEADS.sub("", before)) is None


def _is_nominative(pre: str) -> bool:
    return bool(pre) and not _ADVERBIAL.match(pre)


def _before_verb(pre: str) -> tuple[Who, str] | None:
    pronouns, parts = words("subject", "pronouns"), pre.split()
    if opening("subject", "other_government").match(pre):
        return "other", pre
    if opening("subject", "government").match(pre) or parts[-1] in pronouns or parts[0] in pronouns:
        return "government", pre
    found = opening("subject", "chamber").match(pre)
    if found is not None and len(parts) <= len(found.group().split()) + (0 if found.group() == "u" else 4):
        return "chamber", pre
    return None


def _after_verb(after: str) -> tuple[tuple[Who, str] | None, str]:
    """The subject right after the verb, past a few adverbs or object pronouns; and what was not skipped."""
    rest = after
    for _ in range(4):
        if opening("subject", "other_government").match(rest):
            return ("other", _first_words(rest, 8)), rest
        first = rest.split(" ", 1)[0]
        if first in words("subject", "pronouns"):
            return ("government", first), rest
        if found := opening("subject", "government").match(rest):
            return ("government", found.group()), rest
        skipped = _BETWEEN.sub("", rest, count=1)
        if skipped == rest:
            break
        rest = skipped
    return None, rest


def _chamber_or_far(rest: str) -> tuple[Who, str] | None:
    """The Chamber right after the verb, or a minister or the Chamber some words on: "zal in april de minister ..."."""
    found = opening("subject", "chamber").match(rest)
    if found is not None:
        return "chamber", found.group()
    near = _first_words(rest, _NEAR)
    if _NOMINATIVE.match(near):
        return None
    classes: tuple[Who, ...] = ("government", "chamber")
    for who in classes:
        for far in pattern("subject", who).finditer(near):
            if far.group() != "u" and not _GOVERNED.search(near[: far.start()]):
                return who, far.group()
    return None


def _agent_or_thing(group: str) -> Who:
    return "other" if pattern("agents", "others").search(_first_words(group, 4)) else "thing"


def _first_words(text: str, count: int) -> str:
    return " ".join(text.split()[:count])
