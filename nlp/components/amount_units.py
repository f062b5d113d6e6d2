"""From a caption or column head ("bedragen x € 1.000", "in € mln.") to the unit of the bare numbers under it.

Decides only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from nlp.components.amount_words import amount_lexicon, words_pattern

_LEXICON = amount_lexicon()
_MONEY = rf"(?:{_LEXICON.sign}|{_LEXICON.currency_word})"
_TIMES = re.compile(
    rf"(?:\(|\b)(?:bedragen\s{{0,3}})?(?<!\w)(?<!\d\s)[x×*X]\s{{0,3}}(?P<sign>{_LEXICON.sign})?\s{{0,3}}"
    rf"(?P<one>1(?:[. \u00a0]?000){{0,3}}(?!\d)|één|duizend|miljoen|miljard|mln\.?|mld\.?)(?:,-+|,–)?\s{{0,3}}"
    rf"(?P<scale>{_LEXICON.scale})?\s{{0,3}}(?P<word>{_MONEY})?"
)
_IN = re.compile(
    rf"(?i:(?:\(|\bbedragen\s|\bbedrag\s|\bkosten\s|\bcijfers\s|\bwaarde\s|\b)(?:luiden\s|zijn\s)?in)\s{{1,3}}"
    rf"(?P<sign>{_LEXICON.sign})?\s{{0,3}}"
    rf"(?P<scale>(?i:duizenden|duizendtallen|miljoenen|miljarden|duizend|miljoen|miljard|mln\.?|mld\.?))?\s{{0,3}}(?P<word>{_MONEY})?"
    r"(?=\s{0,3}(?:\)|$|[|:;,.]|per\b))"
)
_HEAD_SCALE = re.compile(r"(?i:(?:\(|\b)in\s{1,3}(?P<scale>miljoenen|miljarden|mln\.?|mld\.?)(?=\s{0,3}(?:\)|$)))\s{0,3}\)?")
_HEAD_WORD = re.compile(rf"(?:19|20)\d\d|[-–/&+]|{words_pattern(_LEXICON.raw['tables']['head_words'])}", re.IGNORECASE)
_HEAD_TAIL = re.compile(
    rf"(?:^|(?<=[\s(]))(?:(?P<thousand>[kK])\s?€|(?P<sign>{_LEXICON.sign})\s{{0,2}}(?P<after>{_LEXICON.scale})"
    rf"|(?:(?P<before>{_LEXICON.scale})\s{{0,2}})?(?P<word>{_LEXICON.currency_word}|{_LEXICON.sign}))\s?\)?$"
)
"""The unit that ends the head of a column: "€ mln.", "mln. euro", "k€", "(euro)"."""
_LONGEST_HEAD = 80
"""Characters; a longer text is no head that ends in its unit."""
_FACTORS = {"duizenden": Decimal(1000), "duizendtallen": Decimal(1000), "één": Decimal(1)}


@dataclass(frozen=True, kw_only=True, slots=True)
class TableUnit:
    """What one in a cell stands for: `factor` whole units of `currency`; `start` and `end` are where the text says so."""

    factor: Decimal
    currency: str
    start: int
    end: int


def _factor(word: str | None) -> Decimal:
    if not word:
        return Decimal(1)
    folded = word.lower().rstrip(".")
    return _FACTORS.get(folded) or _LEXICON.scales.get(folded, Decimal(1))


def table_units(text: str) -> list[TableUnit]:
    """Every unit that the text sets for the numbers under or beside it, in order."""
    found: list[TableUnit] = []
    for match in _TIMES.finditer(text):
        one = re.sub(r"[.\s]", "", match["one"]) if match["one"][0] == "1" else ""
        base = Decimal(one) if one else _factor(match["one"])
        money = match["sign"] or match["word"]
        if not money and base * _factor(match["scale"]) == 1:
            continue
        currency = _LEXICON.currency_of(money) if money else "EUR"
        # "aantallen x 1.000" counts things: without a sign the words before must speak of money.
        if not money and not re.search(
            r"(?i)bedrag|budget|begroting|uitgaven|kosten|ontvangsten|middelen|verplichtingen|tabel",
            text[max(0, match.start() - 80) : match.end()],
        ):
            continue
        found.append(TableUnit(factor=base * _factor(match["scale"]), currency=currency or "EUR", start=match.start(), end=match.end()))
    for match in _IN.finditer(text):
        money = match["sign"] or match["word"]
        if not money and not (match["scale"] and re.search(r"(?i)bedrag", text[max(0, match.start() - 40) : match.end()])):
            continue
        if any(unit.start < match.end() and match.start() < unit.end for unit in found):
            continue
        currency = _LEXICON.currency_of(money) if money else "EUR"
        found.append(TableUnit(factor=_factor(match["scale"]), currency=currency or "EUR", start=match.start(), end=match.end()))
    return sorted(found, key=lambda unit: unit.start)


def table_unit(text: str) -> TableUnit | None:
    """The unit that a caption or column head sets, None where it sets none.

    A head that consists of a sign after its title ("Plafond €") sets whole units of that currency.
    """
    units = table_units(text)
    if units:
        return units[0]
    tail = re.search(rf"(?P<sign>{_LEXICON.sign})\s*\)?\s*$", text)
    if tail and len(text) <= _LONGEST_HEAD:
        return TableUnit(factor=Decimal(1), currency=_LEXICON.currency_of(tail["sign"]) or "EUR", start=tail.start(), end=tail.end())
    return None


def head_unit(head: str) -> TableUnit | None:
    """The unit that the head of a column sets: what a caption says too, a unit at its end ("mln. euro"), or a bare scale ("in mln.").

    A bare scale counts beside nothing but years and words of money; people are counted in millions too.
    """
    if units := table_units(head):
        return units[0]
    if len(head) > _LONGEST_HEAD:
        return None
    if tail := _HEAD_TAIL.search(head):
        money = tail["sign"] or tail["word"]
        factor = Decimal(1000) if tail["thousand"] else _factor(tail["after"] or tail["before"])
        return TableUnit(factor=factor, currency=(_LEXICON.currency_of(money) if money else None) or "EUR", start=tail.start(), end=tail.end())
    scaled = _HEAD_SCALE.search(head)
    if scaled and all(_HEAD_WORD.fullmatch(word) for word in (head[: scaled.start()] + head[scaled.end() :]).split()):
        return TableUnit(factor=_factor(scaled["scale"]), currency="EUR", start=scaled.start(), end=scaled.end())
    return None
