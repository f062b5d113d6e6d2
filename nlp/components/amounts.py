"""From clean passage text to the sums of money in it.

How to call it: `find_amounts(text, sentences)` with the clean text of one passage and its sentence spans; spans that come back count in that
text. A passage that is a table row goes to `nlp.components.amount_tables.read_row` with the state that its caption and heads left.

Decides only. Reading follows the order number -> sum -> money or not -> what the words around it say (`amount_numbers`, `amount_links`,
this module, `amount_attributes`). A span holds currency, number and scale, not "ruim" or "maximaal".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from nlp.components.amount_attributes import Attributes, Bound, Novelty, Recurring, read_attributes
from nlp.components.amount_links import Sum, link
from nlp.components.amount_numbers import numbers
from nlp.components.amount_units import table_units
from nlp.components.amount_words import amount_lexicon, words_pattern

RULE = "amounts.grammar/1"
VAGUE_RULE = "amounts.vague/1"

_LEXICON = amount_lexicon()
_MONEY = _LEXICON.raw["money"]
_CUES = re.compile(words_pattern(_MONEY["cues"]), re.IGNORECASE)
_COUNTED = re.compile(words_pattern(_MONEY["counted"]), re.IGNORECASE)
_WEIGHTS = re.compile(words_pattern(_MONEY["weights"]), re.IGNORECASE)
_NEXT = re.compile(r"[\s,(]{0,3}([^\W\d_][\w'’/-]{0,40})")
_FOLLOWERS = frozenset(_MONEY["followers"])
_NOUNS = frozenset(_MONEY["nouns"])
_PARTICIPLE = re.compile(r"(?:[^\W\d_]{0,12}ge|be|ver|ont|her)[^\W\d_]{2,20}[dt]")
_SKIPPED = frozenset(
    {"extra", "structurele", "structureel", "aanvullende", "jaarlijkse", "incidentele", "eenmalige", "aan", "meer", "minder"}
)
_MONEY_SCALE = re.compile(r"miljard|ml(?:n|j?d)|mrd", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[,;:]|\ben\b")
_SENTENCE_REACH = 400
"""No cue counts from further away, however long the sentence is."""
_SPENDING = re.compile(r"\s{1,3}(?:per\s{1,3}jaar|structureel|incidenteel|eenmalig)\b", re.IGNORECASE)
"""Right after a bare "miljoen" these speak of money as a cue does."""
_BARE = re.compile(rf"{words_pattern(_MONEY['bare'])}\s{{1,3}}$", re.IGNORECASE)
_VAGUE = re.compile(
    rf"(?<!\w)(?:{words_pattern(_LEXICON.raw['vague']['quantities'])}\s{{1,3}})?{words_pattern(_LEXICON.raw['vague']['units'])}"
    rf"(?:\s{{1,3}}(?:miljoenen|miljarden|{_LEXICON.currency_word}))?(?:\s{{1,3}}{_LEXICON.currency_word})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundAmount:
    """One sum of money in a passage: the fields of `db.records.Amount`, with offsets in the passage in place of the evidence."""

    start: int
    end: int
    value: Decimal | None
    value_max: Decimal | None = None
    currency: str = "EUR"
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
    rule: str
    confidence: float


def _counts_things(text: str, end: int) -> bool:
    """Whether the word after a bare "miljoen" names what is counted: a noun that is neither money nor a word of spending."""
    following = _NEXT.match(text, end)
    skips = 0
    while following and following[1].lower() in _SKIPPED and skips < 2:
        end, skips = following.end(), skips + 1
        later = _NEXT.match(text, end)
        if later is None or later[1].lower() in _FOLLOWERS or text[end : end + 1] in ",(":
            return False
        following = later
        if _CUES.fullmatch(following[1]) or following[1].lower() in _NOUNS:
            return False
        if skips == 2 or following[1].lower() not in _SKIPPED:
            return _COUNTED.match(following[1]) is not None
    if following is None or text[end : end + 1] in ",(":
        return False
    word = following[1].lower()
    if _PARTICIPLE.fullmatch(word):
        return False
    return word not in _FOLLOWERS and word not in _NOUNS and not _CUES.fullmatch(word)


def _is_money(text: str, item: Sum, sentence: tuple[int, int]) -> float:
    """Confidence that the sum is money, 0 where it is none."""
    lead = text[max(sentence[0], item.start - 80) : item.start]
    if item.currency is not None:
        return 0.98
    if item.scale is None:
        return 0.7 if _BARE.search(lead) and not _counts_things(text, item.end) and abs(item.first.value) >= 100 else 0.0
    if _counts_things(text, item.end):
        return 0.0
    whole = text[max(sentence[0], item.start - _SENTENCE_REACH) : min(sentence[1], item.end + _SENTENCE_REACH)]
    around = text[max(sentence[0], item.start - 60) : min(sentence[1], item.end + 60)]
    if item.scale.lower() == "ton":
        if item.first.value >= 100 or _WEIGHTS.search(around):
            return 0.0
        return 0.8 if _CUES.search(around) else 0.0
    if item.scale.lower() in ("duizend", "dzd"):
        return 0.7 if _CUES.search(around) and not _COUNTED.search(around) and item.scale.lower() == "dzd" else 0.0
    cues = [match.start() - len(lead) for match in _CUES.finditer(lead)]
    counted = [match.start() - len(lead) for match in _COUNTED.finditer(lead)]
    behind = _CLAUSE_END.split(text[item.end : min(sentence[1], item.end + 40)], maxsplit=1)[0]
    if counted and (not cues or max(counted) > max(cues)) and not _CUES.search(behind):
        return 0.0
    if _CUES.search(whole) or _SPENDING.match(text, item.end):
        return 0.85
    # "Een programma van 4 miljard": hardly anything else is counted in milliards, or abbreviated.
    return 0.6 if _MONEY_SCALE.match(item.scale) and _may_be_money(text, item) else 0.0


def _may_be_money(text: str, item: Sum) -> bool:
    """Whether nothing around a bare "miljoen" or "miljard" speaks against money."""
    large = (item.scale or "").lower().startswith(("mi", "ml", "mr"))
    around = text[max(0, item.start - 60) : item.end + 60]
    return large and not _counts_things(text, item.end) and not _COUNTED.search(around) and not _WEIGHTS.search(around)


def _vague_money(text: str, sentence: tuple[int, int], match: re.Match[str]) -> bool:
    """Whether "miljoenen" without a currency is money."""
    low, high = max(sentence[0], match.start() - _SENTENCE_REACH), min(sentence[1], match.end() + _SENTENCE_REACH)
    large = match[0].split()[-1].lower().startswith(("miljoen", "miljard"))
    return large and not _counts_things(text, match.end()) and _CUES.search(text, low, high) is not None


def _vague(text: str, sentence: tuple[int, int], taken: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for match in _VAGUE.finditer(text, *sentence):
        nearest = bisect_left(taken, (match.end(), 0)) - 1
        if nearest >= 0 and taken[nearest][1] > match.start():
            continue
        words = match[0].split()
        currency = _LEXICON.currency_of(words[-1])
        if currency is None and not _vague_money(text, sentence, match):
            continue
        found.append((match.start(), match.end(), currency if currency and currency != "EUR-cent" else "EUR"))
    return found


def _sentence_of(sentences: Sequence[tuple[int, int]], position: int, length: int) -> tuple[int, int]:
    """The sentence that a position stands in; the whole passage where the spans leave it out."""
    low, high = 0, len(sentences)
    while low < high:
        middle = (low + high) // 2
        if sentences[middle][1] <= position:
            low = middle + 1
        else:
            high = middle
    if low < len(sentences) and sentences[low][0] <= position:
        return sentences[low]
    return 0, length


def find_amounts(text: str, sentences: Sequence[tuple[int, int]] = ()) -> list[FoundAmount]:
    """The sums of money in the clean text of one passage, in order.

    Args:
        text: Clean text of one passage.
        sentences: Spans of its sentences, in order; without them the passage is one sentence.
    """
    heads = [(unit.start, unit.end) for unit in table_units(text)]
    sums: list[tuple[Sum, tuple[int, int], float]] = []
    open_sums: list[tuple[Sum, tuple[int, int], float]] = []
    for item in link(text, numbers(text)):
        head = bisect_left(heads, (item.start + 1, 0)) - 1
        if head >= 0 and heads[head][1] > item.start:
            continue
        sentence = _sentence_of(sentences, item.start, len(text))
        confidence = _is_money(text, item, sentence)
        if confidence:
            sums.append((item, sentence, confidence))
        elif item.scale is not None and _may_be_money(text, item):
            open_sums.append((item, sentence, 0.6))
    # "Die 200 miljoen is nodig": without a cue of its own, in a passage about money.
    if sums and open_sums:
        sums = sorted(sums + open_sums, key=lambda entry: entry[0].start)
    found: list[FoundAmount] = []
    for place, (item, sentence, confidence) in enumerate(sums):
        before = sums[place - 1][0].end if place else None
        behind = sums[place + 1][0].start if place + 1 < len(sums) else None
        own = read_attributes(text, sentence, item.start, item.end, before=before, behind=behind)
        if item.last is not None and own.bound == "min":
            own = replace(own, bound=None)  # "ten minste 4.000 tot maximaal 8.000 euro": the range says it
        found.append(_found(item, own, confidence))
    taken = sorted([(amount.start, amount.end) for amount in found] + heads)
    for sentence in sentences or [(0, len(text))]:
        for start, end, currency in _vague(text, sentence, taken):
            own = read_attributes(text, sentence, start, end)
            found.append(_amount(start, end, None, None, currency, own, VAGUE_RULE, 0.6))
    return sorted(_shared(found, sums), key=lambda amount: amount.start)


def _found(item: Sum, own: Attributes, confidence: float) -> FoundAmount:
    low, high = item.values()
    return _amount(item.start, item.end, plain(low), None if high is None else plain(high), item.currency or "EUR", own, RULE, confidence)


def plain(value: Decimal) -> Decimal:
    """The value without trailing zeros and without an exponent."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _amount(
    start: int, end: int, value: Decimal | None, value_max: Decimal | None, currency: str, own: Attributes, rule: str, confidence: float
) -> FoundAmount:
    return FoundAmount(
        start=start, end=end, value=value, value_max=value_max, currency=currency, per=own.per, recurring=own.recurring, bound=own.bound,
        extra=own.extra, year=own.year, years=own.years, purpose=own.purpose, recipient=own.recipient, scheme=own.scheme, novelty=own.novelty,
        rule=rule, confidence=confidence,
    )  # fmt: skip


def _shared(found: list[FoundAmount], sums: list[tuple[Sum, tuple[int, int], float]]) -> list[FoundAmount]:
    """Hand what is said once of sums that share a scale or currency word ("12 en 15 miljoen euro per jaar") to each of them."""
    groups: dict[int, list[int]] = {}
    for place, (item, _, _) in enumerate(sums):
        groups.setdefault(item.group, []).append(place)
    for places in groups.values():
        if len(places) > 1:
            first, last = found[places[0]], found[places[-1]]
            for place in places:
                amount = found[place]
                found[place] = replace(
                    amount,
                    per=amount.per or last.per,
                    recurring=amount.recurring or last.recurring or first.recurring,
                    extra=amount.extra or last.extra,
                )
    return found
