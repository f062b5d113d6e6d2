"""From a sum and the words around it to what they say of it: per, recurring, bound, extra, years, purpose, recipient, scheme, novelty.

Decides only. A word counts for the sum in whose part of the sentence it stands: the stretch between the sums before and after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlp.components.amount_words import amount_lexicon, words_pattern

Recurring = Literal["structural", "incidental", "annual"]
Bound = Literal["max", "min", "approx"]
Novelty = Literal["new", "repeated", "level"]

_RAW = amount_lexicon().raw
_BOUNDS: tuple[Bound, ...] = ("max", "min", "approx")
_KINDS: tuple[Recurring, ...] = ("structural", "incidental", "annual")
_BETWEEN = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(_RAW["bound"]["between"], key=len, reverse=True))
_BOUND = {
    kind: re.compile(rf"{words_pattern(_RAW['bound'][kind])}\s{{0,3}}(?:(?:{_BETWEEN})\s{{1,3}}){{0,3}}$", re.IGNORECASE)
    for kind in _BOUNDS
}
_BOUND_AFTER = {kind: re.compile(rf"[\s,(]{{1,3}}{words_pattern(_RAW['bound_after'][kind])}", re.IGNORECASE) for kind in _BOUNDS}
_BOUND_ADJECTIVE = {
    kind: re.compile(
        rf"{words_pattern(_RAW['bound'][kind + '_adjectives'])}\s{{1,3}}[\w-]{{3,40}}\s{{1,3}}(?:van|is|bedraagt|à|ad)\s{{1,3}}$",
        re.IGNORECASE,
    )
    for kind in ("max", "min")
}
_TOT = re.compile(r"\btot\s{1,3}(?:een\s{1,3}|de\s{1,3})?$", re.IGNORECASE)
_NEW_LEVEL = re.compile(rf"{words_pattern(_RAW['bound']['change'])}[^.;]{{0,60}}$", re.IGNORECASE)
_FROM_TO = re.compile(r"[\s(]{0,3}(?:in|per|vanaf|nu|thans)\s(?:\d{4}\)?,?\s)?(?:oplopend\s)?tot\s", re.IGNORECASE)
"""After a sum and its year: "van 15 miljoen in 2025 tot 40 miljoen vanaf 2028" names two levels."""
_RECURRING = {kind: re.compile(words_pattern(_RAW["recurring"][kind]), re.IGNORECASE) for kind in _KINDS}
_MORE = words_pattern(_RAW["extra"]["words"])
_LINKING = "(?:(?:" + "|".join(re.escape(word) for word in _RAW["extra"]["linking"]) + r"|\d{4})\s{1,3})"
_EXTRA_BEFORE = re.compile(rf"{_MORE}\s{{0,3}}{_LINKING}{{0,4}}$", re.IGNORECASE)
_EXTRA_BESIDE = re.compile(rf"[\s,(]{{1,3}}{_LINKING}{{0,3}}{_MORE}", re.IGNORECASE)
_EXTRA_WITH = re.compile(rf"{_MORE}\s{{1,3}}(?:\w{{1,20}}\s{{1,3}})?{words_pattern(_RAW['extra']['with'])}", re.IGNORECASE)
_EXTRA_VERB = re.compile(rf"(?<!voor\s)(?<!die\s)(?<!om\s)(?<!de\s){_MORE}\s{{1,3}}{words_pattern(_RAW['extra']['verbs'])}", re.IGNORECASE)
_EXTRA_AFTER = re.compile(rf"\s{{1,3}}{words_pattern(_RAW['extra']['after'])}", re.IGNORECASE)
_WORD = r"[^\W\d_][\w'’²³-]{0,40}"
_AFTER_SUM = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(_RAW["per"]["after_sum"], key=len, reverse=True))
_PER = re.compile(
    rf"[\s,]{{0,3}}(?:(?:{_AFTER_SUM})[\s,]{{1,3}}){{0,2}}\(?\bper\s{{1,3}}(?P<count>\d{{1,3}}(?:\.\d{{3}})?\s{{1,3}})?(?P<words>{_WORD}(?:\s{{1,3}}{_WORD}){{0,2}})",
    re.IGNORECASE,
)
_SLASH = re.compile(
    rf"\s?/\s?(?P<unit>{'|'.join(re.escape(unit) for unit in sorted(_RAW['per']['slash'], key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
_SHORT = re.compile(
    rf"[\s(]{{0,2}}(?P<unit>{'|'.join(re.escape(unit) for unit in sorted(_RAW['per']['short'], key=len, reverse=True))})(?!\w)"
)
_PER_BEFORE = re.compile(rf"\bper\s{{1,3}}(?P<unit>{_WORD})\s{{1,3}}$", re.IGNORECASE)
_PER_HEAD = re.compile(rf"\bper\s{{1,3}}(?P<unit>{_WORD})\s{{0,3}}[=:|]\s{{0,3}}$", re.IGNORECASE)
_NOT_UNITS, _KEPT, _PASSED = (frozenset(_RAW["per"][name]) for name in ("not_units", "kept", "passed"))
_ADJECTIVE = re.compile(r"niet-\w+|ge(?!meente|detineerde)\w{3,25}(?:de|te|den|ten)", re.IGNORECASE)
_VERBAL = re.compile(r"\w{0,12}(?:ge|be|ver|ont|her)\w{2,20}[dtn]|\w+(?:lijks?|baar|eel)", re.IGNORECASE)
_NOUNS_IN_E = frozenset(_RAW["per"]["nouns_in_e"])
_CLOSED = frozenset(_RAW["money"]["followers"])
_YEAR_UNITS = re.compile(r"(?:kalender|boek|school|studie|college|begrotings|subsidie|kwartaal)?jaar$")
_YEAR = re.compile(
    r"(?<![\d.,/-])(?P<from>(?:19|20)\d\d)(?:\s{0,2}(?P<link>[-–/]|tot en met|t/m|tot|en)\s{0,2}(?P<to>(?:19|20)\d\d))?(?![\d/-])(?!,\d)"
)
_NO_YEAR = re.compile(
    r"(?:(?i:\w*wet|\w*besluit)\s|\b(?:nr|Stb|Stcrt|artikel|wet|Wet|inburgering|Vreemdelingenwet|Kamerstuk\w*|richtlijn|verordening)\.?,?\s|\d\s)$"
)
_PURPOSE = re.compile(
    r"\b(?:(?:voor|ten\s+behoeve\s+van)\s{1,3}(?P<purpose>[^.;:,()\n|]{4,160})|om\s{1,3}(?P<act>[^.;:,()\n|]{2,120}\bte\s{1,3}[^\W\d_]{3,30}))",
    re.IGNORECASE,
)
_NO_PURPOSE = re.compile(
    r"(?:de\s+)?(?:periode|jaren|jaar|volgend\s+jaar|het\s+(?:eerst|jaar|tijdvak)|\d|elk|ieder|bijvoorbeeld|zover|dit\s+jaar|een\s+bedrag|circa|ca\.|ongeveer|maximaal|ruim|wat|welke)",
    re.IGNORECASE,
)
_RECIPIENT = re.compile(
    rf"\baan\s{{1,3}}(?:de\s{{1,3}}|het\s{{1,3}}|alle\s{{1,3}})?(?P<recipient>{words_pattern(_RAW['recipient']['words'])}(?:\s{{1,3}}[A-Z][\w-]{{1,30}}){{0,2}}|(?:[A-Z][\w&’'-]{{1,30}}\s?){{1,4}})"
)
_SCHEME_NAMES: dict[str, str] = {word: name for name, words in _RAW["schemes"].items() for word in words}
_SCHEME = re.compile(words_pattern(_SCHEME_NAMES))
_NOVELTY: tuple[tuple[Novelty, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words_pattern(_RAW["novelty"][kind]), re.IGNORECASE)) for kind in ("repeated", "new", "level")
)
_BEHIND_REACH = 50
_SCHEME_REACH = 200
_REACH = 90
"""How far, in characters, a word like "structureel" reaches over its clause."""
_AND = re.compile(r",\s|\ben\s|\bof\s|\bdan\s|\bwaarvan\s", re.IGNORECASE)
_BEHIND = re.compile(
    rf"[\s,(]{{1,3}}(?:per\s{{1,3}}{_WORD}|{words_pattern([word for kind in _KINDS for word in _RAW['recurring'][kind]])}\.?|{_MORE})\)?",
    re.IGNORECASE,
)
_STOP = re.compile(r"[;:|]|\.\s+(?=[A-Z])|,\s+(?:maar|terwijl|waarvan|waarna|zodat)\b|\bwaarvan\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Attributes:
    """What the words around a sum say of it; the fields are those of `db.records.Amount`."""

    per: str | None = None
    recurring: Recurring | None = None
    bound: Bound | None = None
    extra: bool = False
    year: int | None = None
    years: tuple[int, ...] = ()
    purpose: str | None = None
    recipient: str | None = None
    scheme: str | None = None
    novelty: Novelty | None = None


def _is_adjective(word: str, following: str) -> bool:
    """Whether a word between "per" and a noun is an adjective: inflected, with a noun and no verb behind it."""
    if following.lower() in _CLOSED or word in _KEPT:
        return False
    if word in _PASSED or _ADJECTIVE.fullmatch(word):
        return True
    return word.endswith("e") and word not in _NOUNS_IN_E and not following[0].isupper() and not _VERBAL.fullmatch(following)


def read_per(text: str, start: int, end: int) -> tuple[str | None, int]:
    """The unit that stands right beside the sum at start..end and where its words end; None and `end` without one."""
    if match := _PER.match(text, end):
        words = match["words"].split()
        while len(words) > 1 and _is_adjective(words[0].lower(), words[1]):
            words = words[1:]
        head = words[0].lower()
        if head in _KEPT and len(words) > 1:
            return f"{head} {words[1].lower()}", match.end()
        if head not in _NOT_UNITS:
            stop = text.find(words[0], match.start("words")) + len(words[0])
            unit = head if words[0][1:].islower() or not words[0].isupper() else words[0]
            return (match["count"].strip() + " " if match["count"] else "") + unit, stop
    if match := _SLASH.match(text, end):
        return match["unit"].lower(), match.end()
    if match := _SHORT.match(text, end):
        return _RAW["per"]["short"][match["unit"]], match.end()
    lead = text[max(0, start - 60) : start]
    for kind in _BOUNDS:
        lead = _BOUND[kind].sub("", lead)
    for pattern in (_PER_HEAD, _PER_BEFORE):
        if (match := pattern.search(lead)) and match["unit"].lower() not in _NOT_UNITS:
            return match["unit"].lower(), end
    return None, end


def read_bound(text: str, start: int, end: int, lower: int) -> Bound | None:
    """What the words right before (or after) the sum say of its size; `lower` is where its part of the sentence begins."""
    lead = text[max(lower, start - 70) : start]
    if _TOT.search(lead) and (_NEW_LEVEL.search(lead) or _FROM_TO.match(lead)):
        return None
    hits = [(match.start(), -match.end(), kind) for kind in _BOUNDS if (match := _BOUND[kind].search(lead))]
    if hits:
        return min(hits)[2]
    if _BOUND_ADJECTIVE["max"].search(lead):
        return "max"
    if _BOUND_ADJECTIVE["min"].search(lead):
        return "min"
    for kind in _BOUNDS:
        if _BOUND_AFTER[kind].match(text, end):
            return kind
    return None


def _nearest(pattern: re.Pattern[str], left: str, right: str) -> int | None:
    """Distance to the nearest match on either side; what follows directly counts a little nearer."""
    best: int | None = None
    for match in pattern.finditer(left):
        best = len(left) - match.end() + 1
    if match_right := pattern.search(right):
        distance = match_right.start()
        best = distance if best is None or distance < best else best
    return best


def _clause(text: str, start: int, end: int, lower: int, upper: int, *, before: bool, behind: bool) -> tuple[str, str]:
    """The words left and right of the sum that may speak of it.

    Between two sums the words up to the last comma or "en" belong to the first, the rest to the second.
    """
    left = text[max(lower, start - _REACH) : start]
    for stop in _STOP.finditer(left):
        left = " " * stop.end() + left[stop.end() :]
    right = text[end : min(upper, end + _REACH)]
    stop_right = _STOP.search(right)
    right = right[: stop_right.start()] if stop_right else right
    if before and (parts := list(_AND.finditer(left))):
        left = " " * parts[-1].end() + left[parts[-1].end() :]
    if behind and upper <= end + _REACH and not stop_right and (parts := list(_AND.finditer(right))):
        right = right[: parts[-1].start()]
    return left, right


def _belongs_left(text: str, end: int, upper: int) -> int:
    """Where the words end that stand right behind a sum and speak of it alone ("per jaar", "structureel"), before the next sum."""
    place = end
    for _ in range(3):
        match = _BEHIND.match(text, place, upper)
        if not match or match.end() + 1 >= upper:
            break
        place = match.end()
    return place


def _purpose(right: str) -> str | None:
    for match in _PURPOSE.finditer(right):
        words = match["purpose"] or match["act"]
        if not _NO_PURPOSE.match(words):
            return " ".join(words.split())
    return None


def _years(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for match in _YEAR.finditer(text):
        if _NO_YEAR.search(text[max(0, match.start() - 14) : match.start()]):
            continue
        first, last = int(match["from"]), int(match["to"] or match["from"])
        if match["link"] and match["link"] != "en" and first < last <= first + 15:
            found.extend(range(first, last + 1))
        else:
            found.extend((first, last) if last != first else (first,))
    return tuple(dict.fromkeys(found))


def read_attributes(
    text: str, sentence: tuple[int, int], start: int, end: int, *, before: int | None = None, behind: int | None = None
) -> Attributes:
    """What the sentence says of the sum at start..end; `before` is where the sum before it ends, `behind` where the next one starts."""
    neighbour = before is not None and before > sentence[0]
    lower = _belongs_left(text, before, start) if neighbour and before is not None else sentence[0]
    upper = sentence[1] if behind is None else min(sentence[1], behind)
    per, after = read_per(text, start, end)
    left, right = _clause(text, start, end, lower, upper, before=neighbour, behind=behind is not None and behind < sentence[1])
    distances = [(distance, kind) for kind in _KINDS if (distance := _nearest(_RECURRING[kind], left, right[:_BEHIND_REACH])) is not None]
    recurring: Recurring | None = None
    if distances:
        kinds = {kind for _, kind in distances}
        recurring = "structural" if "structural" in kinds and "incidental" not in kinds else min(distances)[1]
    if recurring is None and per and _YEAR_UNITS.search(per):
        recurring = "annual"
    extra = bool(
        _EXTRA_BEFORE.search(left)
        or _EXTRA_WITH.search(left)
        or _EXTRA_BESIDE.match(text, after)
        or _EXTRA_AFTER.match(text, after)
        or _EXTRA_VERB.search(right[:70])
    )
    years = _years(right[:60]) or _years(left[-60:])
    around = text[max(sentence[0], start - _SCHEME_REACH) : min(sentence[1], end + _SCHEME_REACH)]
    scheme = _SCHEME.search(around)
    recipient = _RECIPIENT.search(right) or _RECIPIENT.search(left)
    return Attributes(
        per=per,
        recurring=recurring,
        bound=read_bound(text, start, end, lower),
        extra=extra,
        year=years[0] if years else None,
        years=years,
        purpose=_purpose(right),
        recipient=" ".join(recipient["recipient"].split()) if recipient else None,
        scheme=_SCHEME_NAMES.get(" ".join(scheme[0].split())) if scheme else None,
        novelty=next((kind for kind, pattern in _NOVELTY if pattern.search(left + " " + right)), None),
    )
