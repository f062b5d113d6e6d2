"""Reads the name of a period: "1 oktober 2026", "eind dit jaar", "het eerste kwartaal van 2027", "het zomerreces".

In: tokens and an index. Out: the period and the index behind it, or None. No dates are computed here. Decides only.
"""

from __future__ import annotations

from dataclasses import replace

from nlp.components.moment_days import DayReader, Kind, Period
from nlp.components.moment_lengths import JOINERS

_UNIT_KINDS: dict[str, Kind] = {
    "jaar": "year",
    "kalenderjaar": "year",
    "begrotingsjaar": "year",
    "maand": "month",
    "kwartaal": "quarter",
    "week": "week",
    "halfjaar": "half",
}
_NEW_YEAR = frozenset({"jaarwisseling", "oudjaar"})
_CHRISTMAS = frozenset({"kerst", "kerstmis", "kerstdagen", "feestdagen"})
_BUDGET_CHAPTERS = frozenset({"szw", "ocw", "jenv", "bzk", "vws", "ienw", "fin", "financien", "xv"})


class PeriodReader(DayReader):
    """Reads the periods of one text."""

    def period(self, index: int) -> tuple[int, Period] | None:
        """Read one moment: "1 oktober 2026", "eind dit jaar", "het eerste kwartaal van 2027", "het zomerreces"."""
        return self._divided(index) or self._core(index)

    def _divided(self, index: int) -> tuple[int, Period] | None:
        """Read a part of a period."""
        for after, part in self.words.parts.matches(self.tokens, index):
            inner = self._core(self.of(after))
            if inner is not None and inner[1].kind not in ("day", "weekday", "today", "budget") and not inner[1].part:
                if inner[1].kind == "new_year":
                    return inner[0], Period(kind="year", turn="next", part=part)
                return inner[0], replace(inner[1], part=part)
        ordinal = self._ordinal(index)
        if ordinal is None:
            return None
        after, number = ordinal
        word = self.norm(after)
        if word in ("helft", "deel"):
            inner = self._core(self.of(after + 1))
            if inner is None or number not in (1, 2, -1) or inner[1].part:
                return None
            period = inner[1]
            if period.kind == "year":
                return inner[0], replace(period, kind="half", number=abs(number) if number > 0 else 2)
            return (inner[0], replace(period, part="half1" if number == 1 else "half2")) if period.kind in ("month", "season", "quarter") else None
        if word == "week":
            inner = self._core(self.of(after + 1))
            whole_month = inner is not None and inner[1].kind == "month" and not inner[1].part
            return (inner[0], replace(inner[1], part="nth", nth=number)) if inner is not None and whole_month else None
        if number == 1 and (counted := self.number(after)) is not None and self.norm(after + 1) == "maanden":
            inner = self._core(self.of(after + 2))
            return (inner[0], replace(inner[1], part="months", nth=counted)) if inner is not None and inner[1].kind == "year" else None
        return None

    def _ordinal(self, index: int) -> tuple[int, int] | None:
        norm = self.norm(index)
        if norm == "laatste":
            return index + 1, -1
        number = self.words.ordinals.get(norm)
        return None if number is None else (index + 1, number)

    def _core(self, index: int) -> tuple[int, Period] | None:
        """Read a whole period, without a part of it."""
        for reader in (self._numeric_day, self._day, self._week, self._quarter, self._half, self._month, self._named, self._turned, self._year):
            found = reader(index)
            if found is not None:
                return found
        return None

    def _quarter(self, index: int) -> tuple[int, Period] | None:
        """Read "eerste kwartaal [van 2026]", "2e kw. 2026", "Q3 2026", "K2-2026"."""
        norm = self.norm(index)
        if norm in ("q", "k", "kw") and self.norm(index + 1) in ("1", "2", "3", "4") and self.adjacent(index, 2):
            end, year, turn = self._year_behind(index + 2)
            return end, Period(kind="quarter", number=int(self.norm(index + 1)), year=year, turn=turn)
        ordinal = self._ordinal(index)
        if ordinal is None or self.norm(ordinal[0]) not in ("kwartaal", "kw", "kwart"):
            # "het tweede of derde kwartaal": the noun stands behind the second.
            return self._shared_quarter(ordinal) if ordinal is not None else None
        end = ordinal[0] + 1
        if self.norm(end) == "." and self.norm(ordinal[0]) == "kw":
            end += 1
        end, year, turn = self._year_behind(self._restated(end))
        number = 4 if ordinal[1] == -1 else ordinal[1]
        return (end, Period(kind="quarter", number=number, year=year, turn=turn)) if 1 <= number <= 4 else None

    def _restated(self, index: int) -> int:
        """Give the index behind "(Q4)", which says a quarter again."""
        again = self.norm(index) == "(" and self.norm(index + 1) in ("q", "k") and self.norm(index + 3) == ")"
        return index + 4 if again else index

    def _shared_quarter(self, ordinal: tuple[int, int]) -> tuple[int, Period] | None:
        after, number = ordinal
        joiner = after + (2 if self.norm(after) == "dan" else 1)
        if self.norm(after) not in JOINERS and self.norm(after) != "dan":
            return None
        second = self._ordinal(self.article(joiner))
        if second is None or self.norm(second[0]) != "kwartaal" or not 1 <= number < 4:
            return None
        return after, Period(kind="quarter", number=number)

    def _half(self, index: int) -> tuple[int, Period] | None:
        """Read "eerste halfjaar [van] 2026", "tweede half jaar", "H1 2026"."""
        if self.norm(index) == "h" and self.norm(index + 1) in ("1", "2") and self.adjacent(index, 2):
            end, year, turn = self._year_behind(index + 2)
            return end, Period(kind="half", number=int(self.norm(index + 1)), year=year, turn=turn)
        ordinal = self._ordinal(index)
        if ordinal is None or ordinal[1] not in (1, 2):
            return None
        if self.norm(ordinal[0]) == "halfjaar":
            end = ordinal[0] + 1
        elif self.norm(ordinal[0]) == "half" and self.norm(ordinal[0] + 1) == "jaar":
            end = ordinal[0] + 2
        else:
            return None
        end, year, turn = self._year_behind(end)
        return end, Period(kind="half", number=ordinal[1], year=year, turn=turn)

    def _named(self, index: int) -> tuple[int, Period] | None:
        """Read a season, recess or budget moment, with or without a year."""
        turn = ""
        if (turned := self.words.turns.longest(self.tokens, index)) is not None:
            index, turn = turned
            if self.norm(index) in self.words.units or self.norm(index) in self.words.months:
                return None
        norm = self.norm(index)
        part = {"vroege": "early", "late": "late"}.get(norm, "")
        if part:
            index += 1
            norm = self.norm(index)
        if (recess := self.words.recesses.longest(self.tokens, index)) is not None:
            return self._with_year(recess[0], Period(kind="recess", name=recess[1], turn=turn))
        if norm in ("reces", "eerstvolgende reces"):
            return index + 1, Period(kind="recess", turn=turn)
        if norm in _CHRISTMAS:
            return self._with_year(index + 1, Period(kind="recess", name="kerst", turn=turn))
        if norm in _NEW_YEAR:
            return index + 1, Period(kind="new_year", turn=turn)
        if norm == "nieuwe" and self.norm(index + 1) == "jaar":
            return index + 2, Period(kind="new_year")
        if (season := self.words.seasons.longest(self.tokens, index)) is not None:
            return self._with_year(season[0], Period(kind="season", name=season[1], turn=turn, part=part))
        budgets = self.words.budget.longest(self.tokens, index)
        if budgets is None:
            return None
        return self._with_budget_year(budgets[0], Period(kind="budget", budget=budgets[1], turn=turn))

    def _with_year(self, end: int, period: Period) -> tuple[int, Period]:
        end, year, turn = self._year_behind(end)
        # "kerstreces 2025/2026", "winter 2025-2026": it starts in the first of the two.
        if year is not None and self.norm(end) in ("/", "-", "\u2013") and self.norm(end + 1) in (str(year + 1), str(year + 1)[2:]):
            end += 2
        return end, replace(period, year=year, turn=turn or period.turn)

    def _with_budget_year(self, end: int, period: Period) -> tuple[int, Period] | None:
        assert period.budget is not None
        after = end
        # "de begrotingsbehandeling (van) SZW van 2026": a chapter may stand between the word and its year.
        chapter = self.norm(after + 1)
        if self.norm(after) == "van" and chapter.isalpha() and chapter not in ("het", "de", "dit"):
            after += 2
        elif self.norm(after) == "(" and self.norm(after + 2) == ")":
            after += 3
        elif self.norm(after) in _BUDGET_CHAPTERS:
            after += 1
        after_year, year, turn = self._year_behind(after)
        if year is None and self.norm(after) in ("voor", "over"):
            after_year, year, turn = self._year_behind(after + 1)
        if year is None and not turn:
            if period.budget.needs_year:
                return None
            return (after if period.budget.name == "begrotingsbehandeling" else end), period
        return after_year, replace(period, year=year, turn=turn or period.turn)

    def _turned(self, index: int) -> tuple[int, Period] | None:
        """Read "dit jaar", "volgend kwartaal", "het einde van de maand": a unit that a turn or an article points at."""
        turned = self.words.turns.longest(self.tokens, index)
        after, turn = turned if turned is not None else (index, "")
        if turn and self.norm(after) == "half" and self.norm(after + 1) == "jaar":
            return after + 2, Period(kind="half", turn=turn)
        kind = _UNIT_KINDS.get(self.norm(after))
        if kind is None:
            return None
        if not turn and (self.norm(after - 1) not in ("het", "de") or self._digits_year(after + 1) is not None):
            # A bare "jaar" or "week" is a length; "het jaar 2026" is read as a year.
            return None
        return after + 1, Period(kind=kind, turn=turn or "the")

    def _year(self, index: int) -> tuple[int, Period] | None:
        """Read "2026", "het jaar 2026", "schooljaar 2026-2027"."""
        school = self.words.school_turns.longest(self.tokens, index)
        if school is not None and self.norm(school[0]) in self.words.school_words:
            return school[0] + 1, Period(kind="school_year", turn=school[1])
        norm = self.norm(index)
        if norm in self.words.school_words:
            turned = self._digits_year(index + 1)
            if turned is None:
                return None
            end = index + 2 + (2 if self.norm(index + 2) in ("/", "-", "\u2013") and self.norm(index + 3).isdecimal() else 0)
            return end, Period(kind="school_year", year=turned)
        if norm in ("jaar", "kalenderjaar", "begrotingsjaar", "jaren"):
            index += 1
        year = self._digits_year(index)
        return None if year is None else (index + 1, Period(kind="year", year=year))
