"""Reads a duration: "zes weken", "anderhalf jaar", "vier tot zes maanden".

In: tokens and an index. Out: the duration and the index behind it, or None. Decides only.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlp.components.moment_tokens import Cursor, Token
from nlp.components.moment_words import Lexicon

JOINERS = frozenset({"/", "-", "\u2013", "of", "en", "a", "tot", "danwel"})
"""Between two moments or numbers that make one range."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """A duration: so many days, months, workdays or hours."""

    days: int = 0
    months: int = 0
    workdays: int = 0
    hours: int = 0
    whole_years: bool = False


class LengthReader(Cursor):
    """Reads the durations of one text."""

    def __init__(self, tokens: list[Token], words: Lexicon) -> None:
        super().__init__(tokens)
        self.words = words

    def length(self, index: int) -> tuple[int, Length] | None:
        """Read "zes weken", "anderhalf jaar", "vier tot zes maanden", "een half jaar"; of a range the longer end."""
        if self.norm(index) in ("anderhalf", "anderhalve"):
            return self._times(index + 1, 1, half=True)
        article = self.norm(index) in ("een", "het")
        if self.norm(index + article) in ("half", "halve"):
            return self._times(index + article + 1, 0, half=True)
        number = self.number(index)
        if number is None:
            return None
        index += 1
        half = False
        if self.norm(index) == "en" and self.norm(index + 1) == "een" and self.norm(index + 2) in ("half", "halve"):
            half, index = True, index + 3
        elif self.norm(index) in JOINERS and (upper := self.number(index + 1)) is not None:
            number, index = upper, index + 2
        if self.norm(index) in ("volle", "hele"):
            index += 1
        return self._times(index, number, half=half)

    def _times(self, index: int, number: int, *, half: bool) -> tuple[int, Length] | None:
        """Give so many, and a half, of the unit at `index`."""
        unit = self.words.units.get(self.norm(index))
        if unit is None:
            return None
        months = unit.months * number + (unit.months // 2 if half else 0)
        # Half a month is fifteen days, half a week or day is rounded down.
        days = unit.days * number + ((unit.days // 2 + (15 if unit.months == 1 else 0)) if half else 0)
        whole_years = unit.months == 12 and not half
        return index + 1, Length(days=days, months=months, workdays=unit.workdays * number, hours=unit.hours * number, whole_years=whole_years)

    def number(self, index: int) -> int | None:
        """Read a number in figures or words."""
        norm = self.norm(index)
        if norm.isdecimal() and len(norm) <= 3:
            return int(norm)
        return self.words.numbers.get(norm)
