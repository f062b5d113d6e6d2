"""Reads days, weeks and months with their year: "vrijdag 1 oktober 2026", "1-10-2026", "de week van 3 juni", "maart volgend jaar".

In: tokens and an index. Out: the period and the index behind it, or None. No dates are computed here. Decides only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from nlp.calendar import WEEKDAYS, BudgetMoment
from nlp.components.moment_lengths import JOINERS, LengthReader

Kind = Literal["day", "weekday", "week", "month", "quarter", "half", "season", "year", "school_year", "recess", "budget", "today", "new_year"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """A stretch of the calendar as named: `eind maart 2026` is the part `eind` of month 3 of 2026."""

    kind: Kind
    name: str = ""
    """Of a season or recess; `""` for a recess is any."""
    number: int = 0
    """Month, quarter, half, ISO week, weekday (from 0) or days from today; 0 where only a turn tells."""
    day: int = 0
    year: int | None = None
    turn: str = ""
    """`this`, `coming`, `next` or `last`: the period itself, or its year where `number` or `name` is given."""
    part: str = ""
    """`begin`, `medio`, `eind`, `early`, `late`, `half1`, `half2`, `nth` or `months`."""
    nth: int = 0
    """With the part `nth`: week of the month, -1 for the last; with `months`: the first so many months.
    Of a week: 1 for the week of a given day."""
    budget: BudgetMoment | None = None


_DAY_WORDS = {"vandaag": 0, "heden": 0, "morgen": 1, "overmorgen": 2}


class DayReader(LengthReader):
    """Reads the days, weeks and months of one text."""

    def _numeric_day(self, index: int) -> tuple[int, Period] | None:
        """Read 1-10-2026, 1/10/2026, 2026-10-01."""
        parts = [self.norm(index + step) for step in range(5)]
        if parts[1] != parts[3] or parts[1] not in ("-", "/", ".") or not self.adjacent(index, 5):
            return None
        if not all(part.isdecimal() and len(part) in (1, 2, 4) for part in (parts[0], parts[2], parts[4])):
            return None
        day, month, year = int(parts[0]), int(parts[2]), int(parts[4])
        if len(parts[0]) == 4:
            day, year = year, day
        possible = 1 <= month <= 12 and 1 <= day <= 31 and 1900 < year < 2100
        return (index + 5, Period(kind="day", day=day, number=month, year=year)) if possible else None

    def _day(self, index: int) -> tuple[int, Period] | None:
        """Read "[vrijdag] 1 oktober [2026]", "aanstaande vrijdag", "vandaag"."""
        start = index
        if self.norm(index) in _DAY_WORDS:
            number, still = _DAY_WORDS[self.norm(index)], self.norm(index + 1) == "nog"
            return index + 1 + still, Period(kind="today", number=number, part="still" if still else "")
        turn = ""
        if (turned := self.words.turns.longest(self.tokens, index)) is not None and (self.norm(turned[0]) in WEEKDAYS or self._digits_day(turned[0])):
            index, turn = turned
        weekday = self.norm(index) if self.norm(index) in WEEKDAYS else ""
        if weekday:
            index += 1
        norm = self.norm(index)
        day = int(norm) if norm.isdecimal() and len(norm) <= 2 else self.words.ordinals.get(norm, 0) if norm[:1].isdecimal() else 0
        month = self._month_number(index + 1) if 1 <= day <= 31 else None
        if month is None and 1 <= day <= 31 and self.norm(index + 1) in JOINERS and self._digits_day(index + 2):
            # "15 en 16 september": the month stands behind the second; the first is read alone, the second joins it.
            shared = self._month_number(index + 3)
            month = None if shared is None else (index + 1, shared[1])
        if month is not None:
            end, number = month
            if self.norm(end) in JOINERS and end == index + 1:
                return end, Period(kind="day", day=day, number=number, turn=turn)
            end, year, year_turn = self._year_behind(end)
            if (suffix := self.words.suffixes.longest(self.tokens, end)) is not None:
                end, year_turn = suffix
            return end, Period(kind="day", day=day, number=number, year=year, turn=year_turn or turn if not year else year_turn)
        if not weekday:
            return None
        number = WEEKDAYS.index(weekday)
        if (suffix := self.words.suffixes.longest(self.tokens, index)) is not None:
            return suffix[0], Period(kind="weekday", number=number, turn=suffix[1])
        behind = self.words.turns.longest(self.tokens, index)
        if behind is not None and self.norm(behind[0]) == "week":
            return behind[0] + 1, Period(kind="weekday", number=number, turn=f"{behind[1]} week")
        return (index, Period(kind="weekday", number=number, turn=turn)) if turn or start < index else None

    def _digits_day(self, index: int) -> bool:
        return self.norm(index).isdecimal() and len(self.norm(index)) <= 2 and 1 <= int(self.norm(index)) <= 31

    def _week(self, index: int) -> tuple[int, Period] | None:
        """Read "week 12 [van 2026]", "de week van 3 maart", "volgende week [vrijdag]"."""
        if self.norm(index) == "week":
            norm = self.norm(index + 1)
            if norm.isdecimal() and 1 <= int(norm[:3]) <= 53 and len(norm) <= 2:
                end, year, turn = self._year_behind(index + 2)
                return end, Period(kind="week", number=int(norm), year=year, turn=turn)
            inner = self._day(self.of(index + 1))
            if inner is not None and inner[1].kind == "day" and self.norm(index + 1) == "van":
                return inner[0], replace(inner[1], kind="week", nth=1)
            return None
        turned = self.words.turns.longest(self.tokens, index)
        if turned is None or self.norm(turned[0]) != "week":
            return None
        if self.norm(turned[0] + 1) in WEEKDAYS:
            return turned[0] + 2, Period(kind="weekday", number=WEEKDAYS.index(self.norm(turned[0] + 1)), turn=f"{turned[1]} week")
        return turned[0] + 1, Period(kind="week", turn=turned[1])

    def _month_number(self, index: int) -> tuple[int, int] | None:
        number = self.words.months.get(self.norm(index))
        if number is None:
            return None
        # The point of an abbreviation, unless it ends the sentence.
        dotted = self.norm(index + 1) == "." and len(self.norm(index)) <= 5 and self.norm(index) not in ("maart", "april", "mei", "juni", "juli")
        return index + (2 if dotted else 1), number

    def _month(self, index: int) -> tuple[int, Period] | None:
        """Read "maart [2026]", "de maand maart", "aanstaande maart"."""
        if self.norm(index) in ("maand", "maanden") and self._month_number(index + 1) is not None:
            index += 1
        turn = ""
        if (turned := self.words.turns.longest(self.tokens, index)) is not None and self._month_number(turned[0]) is not None:
            index, turn = turned
        month = self._month_number(index)
        if month is None:
            return None
        end, year, year_turn = self._year_behind(month[0])
        if (suffix := self.words.suffixes.longest(self.tokens, end)) is not None:
            end, year_turn = suffix
        return end, Period(kind="month", number=month[1], year=year, turn=year_turn or turn)

    def _year_behind(self, index: int) -> tuple[int, int | None, str]:
        """Read the year behind a month, quarter, season or recess: (next index, year, turn)."""
        after = index
        if self.norm(after) in ("van", "in") or (self.norm(after) in ("-", "/", "'") and self._digits_year(after + 1) is not None):
            after += 1
        if self.norm(after) == "het":
            after += 1
        if self.norm(after) in ("jaar", "kalenderjaar") and self._digits_year(after + 1) is not None:
            after += 1
        year = self._digits_year(after)
        if year is not None:
            return after + 1, year, ""
        if self.norm(after) == "'" and self.norm(after + 1).isdecimal() and len(self.norm(after + 1)) == 2:
            return after + 2, 2000 + int(self.norm(after + 1)), ""
        turned = self.words.turns.longest(self.tokens, after) or self.words.turns.longest(self.tokens, index)
        if turned is not None and self.norm(turned[0]) in ("jaar", "kalenderjaar"):
            return turned[0] + 1, None, turned[1] if turned[1] != "coming" else "next"
        return index, None, ""

    def _digits_year(self, index: int) -> int | None:
        norm = self.norm(index)
        return int(norm) if len(norm) == 4 and norm.isdecimal() and norm[:2] in ("19", "20") else None
