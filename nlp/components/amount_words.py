"""What the amount reader knows of words: the lexicon in `nlp/patterns/amounts.toml` as compiled patterns, and Dutch number words.

Decides only; the lexicon is read once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

_ABBREVIATED = ("dzd", "mln", "mio", "milj", "mld", "mljd", "mrd")
"""Scale words whose point belongs to them; after "miljoen" a point ends the sentence."""

_LEXICON = Path(__file__).resolve().parent.parent / "patterns" / "amounts.toml"

_UNITS = {
    "een": 1, "één": 1, "eén": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9, "tien": 10,
    "elf": 11, "twaalf": 12,
    "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17, "achttien": 18, "negentien": 19,
}  # fmt: skip
_TENS = {"twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70, "tachtig": 80, "negentig": 90}
_FIXED = {
    "half": Decimal("0.5"), "een half": Decimal("0.5"), "een halve": Decimal("0.5"), "halve": Decimal("0.5"),
    "anderhalf": Decimal("1.5"), "anderhalve": Decimal("1.5"),
    "een kwart": Decimal("0.25"), "driekwart": Decimal("0.75"), "een tiental": Decimal(10), "een twintigtal": Decimal(20),
    "een dertigtal": Decimal(30),
    "een vijftigtal": Decimal(50), "een honderdtal": Decimal(100), "een dozijn": Decimal(12),
}  # fmt: skip
_HALVES = re.compile(r"(?P<whole>[a-zé]{3,10})(?: en een |ëneen|eneen|ën|en)hal(?:f|ve)$")


def _below_hundred(word: str) -> int | None:
    if word in _UNITS:
        return _UNITS[word]
    if word in _TENS:
        return _TENS[word]
    for ten, value in _TENS.items():
        if word.endswith(ten):
            unit = word[: -len(ten)]
            for link in ("ën", "en"):
                if unit.endswith(link) and _UNITS.get(unit[: -len(link)], 10) < 10:
                    return value + _UNITS[unit[: -len(link)]]
    return None


def _below_thousand(word: str) -> int | None:
    head, hundred, rest = word.partition("honderd")
    if not hundred:
        return _below_hundred(word)
    count = _below_hundred(head) if head else 1
    rest = rest.removeprefix("en") if rest.startswith("en") and rest not in ("en",) else rest
    tail = _below_hundred(rest) if rest else 0
    return None if count is None or tail is None else count * 100 + tail


def number_word(phrase: str) -> Decimal | None:
    """Value of a Dutch number in words ("twintig", "tweeënhalf", "driehonderdvijftigduizend"), or None where it is none."""
    text = " ".join(phrase.lower().split())
    if text in _FIXED:
        return _FIXED[text]
    half = _HALVES.match(text)
    if half:
        whole = _below_hundred(half["whole"])
        return None if whole is None else whole + Decimal("0.5")
    if " " in text:
        return None
    head, thousand, rest = text.partition("duizend")
    if not thousand:
        value = _below_thousand(text)
        return None if value is None else Decimal(value)
    count = _below_thousand(head) if head else 1
    tail = _below_thousand(rest.removeprefix("en")) if rest else 0
    return None if count is None or tail is None else Decimal(count * 1000 + tail)


def words_pattern(words: Iterable[str]) -> str:
    """An alternation of whole words, the longest first; a star stands for up to 30 letters, a space for any white space."""
    parts = []
    for word in sorted(set(words), key=len, reverse=True):
        body = re.escape(word).replace(r"\ \*\ ", r"\s[^.;]{1,60}?\s").replace(r"\*", r"[^\W\d_]{0,30}").replace(r"\ ", r"\s+")
        left = r"(?<!\w)" if word[0].isalnum() or word[0] == "*" else ""
        right = r"(?!\w)" if word[-1].isalnum() or word[-1] == "*" else ""
        parts.append(left + body + right)
    return "(?:" + "|".join(parts) + ")"


@dataclass(frozen=True, kw_only=True, slots=True)
class AmountLexicon:
    """The lexicon, ready to match."""

    scales: dict[str, Decimal]
    scale: str
    """Pattern source of a scale word, its point included."""
    signs: dict[str, str]
    sign: str
    currency_words: dict[str, str]
    currency_word: str
    raw: dict[str, Any]

    def currency_of(self, text: str) -> str | None:
        """ISO code of a sign or word; "EUR-cent" for cents."""
        folded = " ".join(text.split()).replace("’", "'")
        return self.signs.get(folded) or self.currency_words.get(folded.lower())


@lru_cache(maxsize=1)
def amount_lexicon() -> AmountLexicon:
    """The lexicon of `amounts.toml`."""
    raw = tomllib.loads(_LEXICON.read_text(encoding="utf-8"))
    scales = {word: Decimal(factor) for word, factor in raw["scales"].items()}
    whole = "|".join(word for word in sorted(scales, key=len, reverse=True) if len(word) > 1 and word not in _ABBREVIATED)
    scale = rf"(?:(?i:{whole})(?!\w)|(?i:{'|'.join(_ABBREVIATED)})(?!\w)\.?)"
    signs: dict[str, str] = raw["currency"]["signs"]
    words: dict[str, str] = raw["currency"]["words"]
    sign = "(?:" + "|".join(re.escape(item) for item in sorted(signs, key=len, reverse=True)) + ")"
    alternatives = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))
    return AmountLexicon(
        scales=scales, scale=scale, signs=signs, sign=sign, currency_words=words, currency_word=rf"(?i:{alternatives})(?![\w’'])", raw=raw
    )
