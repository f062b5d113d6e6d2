"""From clean text to its numbers with the signs, scale words and currency words that belong to them.

Decides only. Patterns are bounded: no number is longer than some twenty characters, no gap inside one longer than three.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from nlp.components.amount_words import amount_lexicon, number_word

_LEXICON = amount_lexicon()
_GAP = r"\s{0,3}"
_MINUS = r"\-−–‒‑"
_AFTER_PREPOSITION = r"(?:(?<=\bvan\s)|(?<=\bmet\s)|(?<=\bnaar\s)|(?<=\bop\s)|(?<=\w:\s))"
"""Where a minus apart from its sum is no dash of the sentence: "een saldo van – € 8 miljoen", "Taallessen: - € 8 miljoen"."""
_LISTED = re.compile(rf"(?<=[\s(])[{_MINUS}]\s")
"""Dashes apart; several near each other are those of a list."""
_LIST_REACH = 300
_SPACES = " \u00a0\u202f\u2009"
_DIGITS = (
    rf"\d{{1,3}}(?:[.{_SPACES}]\d{{3}}){{1,5}}(?!\d)(?:[.,]\d{{1,2}}(?!\d))?"
    r"|\d{1,3}(?:,\d{3}){2,5}(?!\d)(?:\.\d{1,2}(?!\d))?|\d{1,12}(?:[.,]\d{1,6})?"
)
_NUMBER = re.compile(
    rf"(?:(?P<before>-/-\s?|(?<!\w)[{_MINUS}]|{_AFTER_PREPOSITION}[{_MINUS}]\s)?(?P<sign>(?<![^\W\d_]){_LEXICON.sign}){_GAP}(?P<minus>-/-\s?|[{_MINUS}]\s?)?"
    rf"|(?<![\w.,'’@#])(?<![^\W\d_][-–/]))(?P<digits>{_DIGITS})(?![\d]|[.,]\d)(?P<half>[½¼¾])?"
)
_DIGIT = re.compile(r"\d")
_UNSPACED = re.compile(r"\d{1,3}(?:\.\d{3}){1,5}(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d{1,12}(?:[.,]\d{1,6})?")
_TAIL = re.compile(
    rf"(?P<dash>,(?:[-–—‑=]{{1,2}}|–)|\.[–—-](?!\d))?(?:{_GAP}(?P<scale>{_LEXICON.scale})|(?P<letter>[kKMm])(?![\w²³]))?"
    rf"(?:{_GAP}(?P<word>{_LEXICON.currency_word}|{_LEXICON.sign}(?!{_GAP}[\d{_MINUS}])(?![^\W\d_])))?"
)
_NO_AMOUNT = re.compile(r"\s?%|\s{1,2}(?i:procent\w*|promille)\b|[^\W\d_]|°|[-‑][^\W\d_]")
_WORD_ANCHOR = re.compile(
    rf"(?<!\w)(?:(?P<scale>{_LEXICON.scale})(?:{_GAP}(?P<word>{_LEXICON.currency_word}))?|(?P<only>{_LEXICON.currency_word}))"
)
_WORDS_BEFORE = re.compile(r"(?:[A-Za-zéëÉ]{2,40}\s{1,3}){0,3}[A-Za-zéëÉ]{2,40}\s{1,3}$")
_CONNECTED = re.compile(r"(?<!\w)(?P<word>[A-Za-zéëÉ]{3,30})\s{1,3}(?:tot|à|a|of|en|-|–)\s{1,3}$")
_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """One number in the text with what stands at it."""

    start: int
    end: int
    digits_start: int
    value: Decimal
    """As written, before the scale."""
    scale: str | None = None
    currency: str | None = None
    signed: bool = False
    """Its own currency sign stands before it."""
    written: str = ""
    """The digits or words alone."""

    @property
    def bare(self) -> bool:
        """No currency and no scale at it."""
        return self.currency is None and self.scale is None

    @property
    def yearlike(self) -> bool:
        """Could be a year: four plain digits between 1900 and 2100 without a currency."""
        return self.bare and len(self.written) == 4 and self.written.isdigit() and 1900 <= int(self.written) <= 2100

    def factor(self) -> Decimal:
        """What one of it stands for."""
        return scale_factor(self.scale)


def scale_factor(scale: str | None) -> Decimal:
    """Factor of a scale word, 1 without one."""
    if scale is None:
        return Decimal(1)
    return _LEXICON.scales[scale.lower().rstrip(".")]


def digits_value(digits: str, *, scaled: bool) -> Decimal:
    """Value of a number as the Dutch write it: points and spaces between thousands, a comma before decimals.

    A single point or comma before three digits separates thousands, except the comma before a scale word ("1,875 miljoen"); before one or
    two digits it is a decimal mark, whichever it is.
    """
    plain = re.sub(rf"[{_SPACES}]", ".", digits)
    if plain.count(",") > 1:
        return Decimal(plain.replace(",", ""))
    head, mark, decimals = plain.rpartition(",")
    if mark:
        if len(decimals) == 3 and not scaled and "." not in head and head != "0":
            return Decimal(head + decimals)
        return Decimal(head.replace(".", "") + "." + decimals)
    groups = plain.split(".")
    if len(groups) > 1 and len(groups[-1]) != 3:
        return Decimal("".join(groups[:-1]) + "." + groups[-1])
    return Decimal("".join(groups))


def _numbers_in_digits(text: str) -> list[Number]:
    found: list[Number] = []
    if not _DIGIT.search(text):
        return found
    position = 0
    while match := _NUMBER.search(text, position):
        digits, end = match["digits"], match.end()
        sign = match["sign"]
        tail = _TAIL.match(text, end)
        spaced = any(space in digits for space in _SPACES)
        if spaced and not sign and not (tail and tail["word"]):
            # "in 12 500 mensen" and "2 300 gemeenten" are read number by number unless money stands at it.
            shorter = _UNSPACED.match(text, match.start("digits"))
            digits = shorter[0] if shorter else digits
            end = match.start("digits") + len(digits)
            tail = _TAIL.match(text, end)
        position = end
        word = tail["word"] if tail else None
        scale = (tail["scale"] or tail["letter"]) if tail else None
        if tail and tail["letter"] and not (sign or word):
            continue
        if tail:
            end = tail.end()
        if _NO_AMOUNT.match(text, end) and not (text[end - 1] == "." and scale):
            continue
        value = digits_value(digits, scaled=scale is not None) + _FRACTIONS.get(match["half"] or "", Decimal(0))
        if match["minus"] or (match["before"] and _opens(text, match.start())):
            value = -value
        start = match.start() if value < 0 or not match["before"] else match.start("sign")
        position = max(position, end)
        found.append(_number(start, end, match.start("digits"), value, scale, sign, word, digits))
    return found


def _opens(text: str, position: int) -> bool:
    """Whether a minus at this place belongs to the number: nothing but space, a bracket or a cell's edge before it.

    Apart from its number after a colon it may also be the first of several dashes of a list.
    """
    if position > 1 and text[position - 2] == ":" and text[position + 1].isspace():
        return len(_LISTED.findall(text, position - 2, position + _LIST_REACH)) == 1
    return text[position : position + 3] == "-/-" or position == 0 or text[position - 1] in " \t\n\u00a0(|:"


def _number(
    start: int, end: int, digits_start: int, value: Decimal, scale: str | None, sign: str | None, word: str | None, written: str
) -> Number:
    currency = _LEXICON.currency_of(sign) if sign else _LEXICON.currency_of(word) if word else None
    if currency == "EUR-cent":
        value, currency = value / 100, "EUR"
    return Number(
        start=start,
        end=end,
        digits_start=digits_start,
        value=value,
        scale=scale,
        currency=currency,
        signed=sign is not None,
        written=written,
    )


def _numbers_in_words(text: str) -> list[Number]:
    found: list[Number] = []
    for anchor in _WORD_ANCHOR.finditer(text):
        before = _WORDS_BEFORE.search(text, max(0, anchor.start() - 60), anchor.start())
        if not before:
            continue
        words = list(re.finditer(r"\S+", before[0]))
        for first in range(len(words)):
            phrase = before[0][words[first].start() :].strip()
            value = number_word(phrase)
            if value is None or (anchor["only"] and phrase.lower() == "een"):
                continue
            start = before.start() + words[first].start()
            sign = re.search(rf"({_LEXICON.sign}){_GAP}$", text[max(0, start - 6) : start])
            start -= len(sign[0]) if sign else 0
            word = anchor["word"] or anchor["only"]
            found.append(_number(start, anchor.end(), start, value, anchor["scale"], sign[1] if sign else None, word, phrase))
            found.extend(_word_before(text, start))
            break
    return found


def _word_before(text: str, start: int) -> list[Number]:
    """The bare number word that a connector ties to the number at `start`: "vijf" of "vijf tot tien miljoen euro"."""
    lead = _CONNECTED.search(text, max(0, start - 40), start)
    value = number_word(lead["word"]) if lead else None
    if lead is None or value is None or lead["word"].lower() == "een":
        return []
    return [_number(lead.start("word"), lead.end("word"), lead.start("word"), value, None, None, None, lead["word"])]


def numbers(text: str) -> list[Number]:
    """Every number of the text, in order, without overlaps; a number with a unit wins from its bare part."""
    everything = sorted(_numbers_in_digits(text) + _numbers_in_words(text), key=lambda item: (item.start, -item.end))
    kept: list[Number] = []
    for number in everything:
        if kept and number.start < kept[-1].end:
            if number.end > kept[-1].end and kept[-1].bare:
                kept[-1] = number
            continue
        kept.append(number)
    return kept


def with_scale(number: Number, scale: str | None) -> Number:
    """The number under another number's scale word; its digits are read again, for "1,875" means something else there."""
    value = digits_value(number.written, scaled=True) if number.written[:1].isdigit() else number.value
    return replace(number, scale=scale, value=-value if number.value < 0 else value)
