"""From numbers in a row to sums of money: which numbers form a range, which share a scale or currency word.

Decides only. "10 tot 15 miljoen euro" is one sum, "respectievelijk 12 en 15 miljoen euro" two, "van € 514 naar € 410 miljoen" two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from nlp.components.amount_numbers import Number, with_scale
from nlp.components.amount_words import amount_lexicon, words_pattern

_RAW = amount_lexicon().raw
_SOFT = r"(?:(?:circa|ca\.|ruim|maximaal|ongeveer|bijna|zelfs|wel|de|het|minimaal|ten hoogste|een)\s{1,3}){0,2}"
_RANGE = re.compile(
    rf"\s{{0,3}}(?:[-–—‑‒]|\bà|\ba|\btot(?:\s{{1,3}}en\s{{1,3}}met)?|\bt/m|\btot\s{{1,3}}aan)\s{{0,3}}{_SOFT}[<≤]?\s?$", re.IGNORECASE
)
_DASH = re.compile(r"\s{0,3}(?:[-–—‑‒]|à|a)\s{0,3}[<≤]?\s?$")
_AND = re.compile(
    rf"\s{{0,3}}(?:,|;|,?\s{{0,3}}\b(?:en|of|dan\s+wel|danwel|respectievelijk|resp\.)|/)\s{{0,3}}(?:(?:respectievelijk|resp\.)\s{{1,3}})?{_SOFT}$",
    re.IGNORECASE,
)
_CHANGE = re.compile(rf"\s{{0,3}}(?:per\s+\w+\s+)?\b(?:naar|tot)\s{{1,3}}{_SOFT}$", re.IGNORECASE)
_BETWEEN = re.compile(r"\btussen\s{1,3}(?:de\s{1,3}|het\s{1,3}|circa\s{1,3}|grofweg\s{1,3}|de\s{1,3}circa\s{1,3})?$", re.IGNORECASE)
_FROM = re.compile(r"\bvan\s{1,3}(?:de\s{1,3})?(?:circa\s|ruim\s|bijna\s|ongeveer\s)?$", re.IGNORECASE)
_EACH = re.compile(r"\b(?:respectievelijk|resp\.)", re.IGNORECASE)
_LABEL = re.compile(words_pattern(_RAW["money"]["labels"]) + r"\s{0,2}$", re.IGNORECASE)
_BARE = re.compile(rf"{words_pattern(_RAW['money']['bare'])}\s{{1,3}}$", re.IGNORECASE)
"""Words after which two numbers without a currency are sums: "bedragen tussen de 25.000 en 190.000"."""
_CHANGE_VERB = re.compile(words_pattern(_RAW["bound"]["change"]), re.IGNORECASE)
_FOLLOWED = re.compile(r"\s{0,3}([^\W\d_][\w'’-]{0,40})")
_FOLLOWERS = frozenset(_RAW["money"]["followers"])

Kind = Literal["range", "and", "change"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """One or two numbers that make one sum; `group` is shared by sums that share a scale or currency word."""

    first: Number
    last: Number | None = None
    group: int

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.first.start

    @property
    def end(self) -> int:
        """Where it ends."""
        return (self.last or self.first).end

    @property
    def currency(self) -> str | None:
        """Currency at it, of its own or shared."""
        return self.first.currency or (self.last.currency if self.last else None)

    @property
    def scale(self) -> str | None:
        """Scale word at it, of its own or shared."""
        return self.last.scale or self.first.scale if self.last else self.first.scale

    def values(self) -> tuple[Decimal, Decimal | None]:
        """Lowest and highest value in whole currency units."""
        low = self.first.value * self.first.factor()
        return low, self.last.value * self.last.factor() if self.last else None


def _kind(text: str, first: Number, second: Number) -> Kind | None:
    gap = text[first.end : second.start]
    if len(gap) > 32:
        return None
    before = text[max(0, first.start - 60) : first.start]
    moving = "naar" in gap.lower() or _CHANGE_VERB.search(before) or _CHANGE_VERB.match(text[second.end : second.end + 20].lstrip())
    if moving and _FROM.search(before) and _CHANGE.match(gap):
        return "change"
    if _RANGE.match(gap):
        return "range"
    if _BETWEEN.search(before) and re.match(r"\s{1,3}en\s", gap):
        return "range"
    return "and" if _AND.match(gap) else "change" if _CHANGE.match(gap) else None


def _joinable(text: str, first: Number, second: Number, kind: Kind) -> bool:
    """Whether the two may share anything: one of them is money-like, and neither is a year, an article or a count of its own."""
    if first.yearlike or (second.yearlike and not first.signed) or _LABEL.search(text[max(0, first.start - 16) : first.start]):
        return False
    if first.bare and second.signed:
        return False
    if second.bare:
        if first.bare:
            return True
        if second.yearlike or not first.currency or kind == "change":
            return False
        if kind == "and" and not _EACH.search(text[max(0, first.start - 40) : second.start]):
            return False
        if kind == "range" and (
            second.value <= first.value or (first.scale is not None and not _DASH.match(text[first.end : second.start]))
        ):
            return False
        following = _FOLLOWED.match(text, second.end)
        return following is None or following[1].lower() in _FOLLOWERS or text[second.end : second.end + 1] in ".,;)|"
    return True


def _share(text: str, first: Number, second: Number, kind: Kind) -> tuple[Number, Number, bool]:
    """The two with what they share, and whether they share anything."""
    before = first, second
    if first.scale is None and second.scale is not None:
        if (not first.currency or first.signed) and _takes_scale(text, first, second, kind):
            first = with_scale(first, second.scale)
    elif second.bare and first.scale is not None and first.signed:
        second = with_scale(second, first.scale)
    elif kind == "range" and first.scale is None and _rounded(first, second):
        first = replace(first, value=first.value * 1000)
    currency = first.currency or second.currency
    if first.currency is None and not (first.bare and kind == "change"):
        first = replace(first, currency=currency)
    if second.currency is None:
        second = replace(second, currency=currency)
    return first, second, (first, second) != before


def _takes_scale(text: str, first: Number, second: Number, kind: Kind) -> bool:
    """Whether the first number stands under the scale word of the second."""
    if kind == "change":
        return True
    if kind == "range":
        return first.value <= second.value
    both_signed = first.signed and second.signed
    return not both_signed or _EACH.search(text[max(0, first.start - 40) : second.start]) is not None


def _rounded(first: Number, second: Number) -> bool:
    """A range like "€ 5-50.000": the first number leaves out the thousands that the second writes."""
    thousand = Decimal(1000)
    if second.signed or not 0 < first.value < thousand or "." not in second.written or second.value % thousand:
        return False
    return first.value * thousand < second.value and second.value / first.value >= 500


def link(text: str, row: list[Number]) -> list[Sum]:
    """The sums that the numbers of a text make, in order; numbers that are no money keep neither currency nor scale."""
    sums: list[Sum] = []
    later: Number | None = None
    group = 0
    joined = False
    for number in reversed(row):
        if later is not None:
            kind = _kind(text, number, later)
            listed = joined or re.match(r"\s{0,3},\s{0,3}$", text[number.end : later.start]) is None
            if (
                kind
                and (listed or not number.bare)
                and _joinable(text, number, later, kind)
                and (not (number.bare and later.bare) or (kind == "range" and _BARE.search(text, max(0, number.start - 40), number.start)))
            ):
                first, second, shared = _share(text, number, later, kind)
                if kind == "range" and _is_range(first, second, sums):
                    sums[-1] = Sum(first=first, last=second, group=sums[-1].group)
                    later, joined = first, shared
                    continue
                if sums[-1].last is None:
                    sums[-1] = replace(sums[-1], first=second)
                group += not shared
                sums.append(Sum(first=first, group=group))
                later, joined = first, shared
                continue
        group += 1
        joined = False
        sums.append(Sum(first=number, group=group))
        later = number
    return sums[::-1]


def _is_range(first: Number, second: Number, sums: list[Sum]) -> bool:
    low, high = first.value * first.factor(), second.value * second.factor()
    return sums[-1].last is None and low < high and first.currency == second.currency
