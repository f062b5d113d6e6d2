"""Reads the time expression that starts at a token into a `Reading`: what kind of moment, which one, and what the words before it do to it.

In: tokens and an index. Out: the longest reading from there, or None. No dates are computed here; that is `resolve`. Decides only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from nlp.calendar import WEEKDAYS, BudgetMoment
from nlp.components.moment_words import Fixed, Lexicon, Opener, Token, Unit, lexicon

Kind = Literal[
    "day", "weekday", "week", "month", "quarter", "half", "season", "year", "school_year", "recess", "budget", "today", "new_year",
]  # fmt: skip
Form = Literal["dated", "duration", "open", "recurring", "event", "series", "debate", "never"]


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
    """With the part `nth`: week of the month, -1 for the last; with `months`: the first so many months; with `week` and a day: the week of that day."""
    budget: BudgetMoment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """A duration: so many days, months, workdays or hours."""

    days: int = 0
    months: int = 0
    workdays: int = 0
    hours: int = 0
    whole_years: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A time expression as understood, before any date."""

    form: Form
    start: int
    """Index of the first token."""
    end: int
    """Index behind the last token."""
    relation: str = ""
    strict: bool = True
    """False after a plain "voor", which may mean "for"."""
    bare: bool = False
    """No word before the moment says how it counts."""
    periods: tuple[Period, ...] = ()
    length: Length | None = None
    fixed: Fixed | None = None


_ARTICLES = frozenset({"de", "het", "'t", "een", "ons", "mijn"})
_JOINERS = frozenset({"/", "-", "\u2013", "of", "en", "a", "tot", "danwel"})
_EDGES = frozenset({"begin", "medio", "eind"})
_BARE_KINDS = frozenset({"quarter", "half"})
_BREAKS = frozenset({".", ",", ";", ":", "?", "!", "(", ")"})
_UNIT_KINDS: dict[str, Kind] = {"jaar": "year", "kalenderjaar": "year", "begrotingsjaar": "year", "maand": "month", "kwartaal": "quarter", "week": "week", "halfjaar": "half"}
_DAY_WORDS = {"vandaag": 0, "heden": 0, "morgen": 1, "overmorgen": 2}
_NEW_YEAR = frozenset({"jaarwisseling", "oudjaar"})
_CHRISTMAS = frozenset({"kerst", "kerstmis", "kerstdagen", "feestdagen"})
_CLAUSE_TOKENS = 25
_DEBATE_TOKENS = 10


class Grammar:
    """Reads the tokens of one text."""

    def __init__(self, tokens: list[Token], words: Lexicon | None = None) -> None:
        self.tokens = tokens
        self.words = words or lexicon()

    def read(self, at: int) -> Reading | None:
        """Give the longest reading that starts at token `at`."""
        found = [one for one in (self._fixed(at), self._series(at), self._clause(at), self._duration(at), self._opened(at)) if one is not None]
        # A fixed phrase goes before a reading of the same length: somebody wrote it down on purpose.
        return max(found, key=lambda one: (one.end, one.form in ("open", "never", "recurring")), default=None)

    # --- whole phrases -------------------------------------------------------------------------------------------------------------------

    def _fixed(self, at: int) -> Reading | None:
        match = self.words.fixed.longest(self.tokens, at)
        if match is None:
            return None
        forms: dict[str, Form] = {"open": "open", "recurring": "recurring", "never": "never"}
        return Reading(form=forms[match[1].form], start=at, end=match[0], fixed=match[1])

    def _series(self, at: int) -> Reading | None:
        for index, _ in self.words.series_openers.matches(self.tokens, at):
            index = self._article(index)
            if self._norm(index) not in self.words.series_turns:
                continue
            # At most three words between "volgende" and the letter or report.
            for noun in range(index + 1, index + 5):
                if self._norm(noun) in _BREAKS or self._norm(noun) == "":
                    break
                if self._norm(noun).endswith(self.words.series_endings):
                    return Reading(form="series", start=at, end=noun + 1)
        return None

    def _clause(self, at: int) -> Reading | None:
        match = self.words.clauses.longest(self.tokens, at)
        return None if match is None else Reading(form="event", start=at, end=self._until_break(match[0], _CLAUSE_TOKENS))

    # --- durations -----------------------------------------------------------------------------------------------------------------------

    def _duration(self, at: int) -> Reading | None:
        best: Reading | None = None
        for index, relation in [*self.words.duration_openers.matches(self.tokens, at), (at, "")]:
            reading = self._measured(at, index, relation)
            if reading is not None and (best is None or reading.end > best.end):
                best = reading
        return best

    def _measured(self, at: int, index: int, relation: str) -> Reading | None:
        while (soft := self.words.softeners.longest(self.tokens, index)) is not None:
            index = soft[0]
        counted = self._length(index)
        if counted is None:
            return None
        end, length = counted
        if relation in ("within", "", "since") and (ahead := self.words.duration_before.longest(self.tokens, end)) is not None:
            # "uiterlijk twee weken voor het zomerreces": so long before another moment.
            return self._distance(at, ahead[0], length, "lead") if relation == "within" else None
        if (behind := self.words.duration_after.longest(self.tokens, end)) is not None and relation in ("within", "ahead", ""):
            now = self.words.now.longest(self.tokens, behind[0])
            if now is not None and relation:
                return Reading(form="duration", start=at, end=now[0], relation=relation, length=length)
            if relation == "":
                return None
            return self._distance(at, behind[0], length, "lag") or Reading(form="event", start=at, end=self._until_break(behind[0], _DEBATE_TOKENS))
        if relation == "":
            return None
        if relation == "since":
            return Reading(form="event", start=at, end=end)
        if relation == "ahead" and at > 0 and any(self._norm(back) in self.words.spread_before for back in (at - 1, at - 2)):
            return None
        return Reading(form="duration", start=at, end=end, relation=relation, length=length)

    def _distance(self, at: int, index: int, length: Length, relation: str) -> Reading | None:
        found = self._period(self._article(index))
        if found is None or not _names_one(found[1]):
            return None
        return Reading(form="duration", start=at, end=found[0], relation=relation, length=length, periods=(found[1],))

    def _length(self, index: int) -> tuple[int, Length] | None:
        """Read "zes weken", "anderhalf jaar", "vier tot zes maanden", "een half jaar"; of a range the longer end."""
        if self._norm(index) == "anderhalf" and (unit := self._unit(index + 1)) is not None:
            return index + 2, Length(days=unit.days * 3 // 2, months=unit.months * 3 // 2, workdays=unit.workdays * 3 // 2)
        if self._norm(index) in ("een", "het") and self._norm(index + 1) in ("half", "halve") or self._norm(index) in ("half", "halve"):
            after = index + (2 if self._norm(index) in ("een", "het") else 1)
            unit = self._unit(after)
            return None if unit is None or unit.months < 2 else (after + 1, Length(months=unit.months // 2))
        number = self._number(index)
        if number is None:
            return None
        index += 1
        half = 0
        if [self._norm(index + step) for step in range(3)] == ["en", "een", "half"]:
            half, index = 1, index + 3
        elif self._norm(index) in ("tot", "a", "-", "\u2013", "of") and (upper := self._number(index + 1)) is not None:
            number, index = upper, index + 2
        if self._norm(index) in ("volle", "hele", "kalender"):
            index += 1
        unit = self._unit(index)
        if unit is None:
            return None
        months = unit.months * number + unit.months * half // 2
        length = Length(
            days=unit.days * number + unit.days * half // 2, months=months, workdays=unit.workdays * number, hours=unit.hours * number, whole_years=unit.months == 12 and not half
        )
        return index + 1, length

    def _number(self, index: int) -> int | None:
        norm = self._norm(index)
        if norm.isdecimal() and len(norm) <= 3:
            return int(norm)
        return self.words.numbers.get(norm)

    def _unit(self, index: int) -> Unit | None:
        return self.words.units.get(self._norm(index))

    # --- moments behind an opener --------------------------------------------------------------------------------------------------------

    def _opened(self, at: int) -> Reading | None:
        best: Reading | None = None
        for index, opener in [*self.words.openers.matches(self.tokens, at), (at, Opener("in"))]:
            reading = self._moment(at, index, opener)
            if reading is not None and (best is None or reading.end > best.end):
                best = reading
        return best

    def _moment(self, at: int, index: int, opener: Opener) -> Reading | None:
        bare = index == at
        first = self._article(index)
        found = self._period(first)
        if found is None or (not bare and not _fits(opener, found[1])):
            if bare or opener.relation not in ("before", "after", "by"):
                return None
            return self._debate(at, index, opener) or self._event(at, index, opener)
        end, period = found
        if period.turn == "the":
            # "in de week" is no moment, "in de loop van het jaar" and "eind van de maand" are.
            if not period.part and index - at < 2:
                return None
            period = replace(period, turn="this")
        if bare and not _stands_alone(period, index == first):
            return None
        periods: tuple[Period, ...] = (period,)
        if (joined := self._joined(end, period, opener.relation)) is not None:
            end, periods = joined
        elif opener.relation == "between":
            return None
        strict = not opener.weak or self.tokens[at].accented
        return Reading(form="dated", start=at, end=end, relation=opener.relation, strict=strict, bare=bare, periods=periods)

    def _joined(self, index: int, period: Period, relation: str) -> tuple[int, tuple[Period, ...]] | None:
        """Read "/begin oktober", "dan wel eerste kwartaal 2027": a second moment that makes one range with the first."""
        after = index
        if self._norm(after) in ("dan", "en") and self._norm(after + 1) in ("wel", "/"):
            after += 3 if self._norm(after + 1) == "/" else 2
        elif self._norm(after) in _JOINERS:
            joiner = self._norm(after)
            after += 1
            if joiner == "tot" and self._norm(after) == "en" and self._norm(after + 1) == "met":
                after += 2
            elif joiner == "tot" and relation not in ("in", "of"):
                return None
        else:
            return None
        if self._norm(after) in ("in", "uiterlijk", "op") and relation != "between":
            after += 1
        found = self._period(self._article(after))
        if found is None or (found[1].kind != period.kind and not found[1].part and not period.part):
            return None
        second = found[1]
        if not _names_one(second) or second.kind in ("today", "budget", "recess"):
            return None
        if period.year is None and not period.turn:
            period = replace(period, year=second.year, turn=second.turn) if _in_order(period, second) else _year_before(period, second)
        elif second.year is None and not second.turn:
            shift = 0 if _in_order(period, second) else 1
            if period.year is not None:
                second = replace(second, year=period.year + shift)
            elif period.turn in ("this", "next"):
                second = replace(second, turn=period.turn)
        return found[0], (period, second)

    def _debate(self, at: int, index: int, opener: Opener) -> Reading | None:
        """Read "voor het commissiedebat (over ...) van 11 september"."""
        if opener.relation not in ("before", "by"):
            return None
        for noun in range(index, min(index + 4, len(self.tokens))):
            if self._norm(noun) in _BREAKS:
                return None
            if self._norm(noun).endswith(self.words.debate_endings):
                break
        else:
            return None
        for after in range(noun + 1, min(noun + _DEBATE_TOKENS, len(self.tokens))):
            if self._norm(after) in _BREAKS:
                break
            if self._norm(after) in ("van", "op", "d.d.", "dd"):
                found = self._period(self._article(after + 1))
                if found is not None and found[1].kind in ("day", "weekday", "today"):
                    return Reading(form="debate", start=at, end=found[0], relation=opener.relation, periods=(found[1],))
        if opener.relation == "by":
            return None
        return Reading(form="event", start=at, end=noun + 1)

    def _event(self, at: int, index: int, opener: Opener) -> Reading | None:
        """Read "na ommekomst van het advies", "voor de inwerkingtreding van de wet"."""
        nouns = self.words.event_nouns_before if opener.weak else self.words.event_nouns
        if opener.relation == "by":
            return None
        for noun in range(index, min(index + 4, len(self.tokens))):
            norm = self._norm(noun)
            if norm in _BREAKS:
                return None
            if norm in nouns or any(norm.endswith(ending) for ending in ("besluitvorming", "beslissing", "behandeling", "consultatie") if ending in nouns):
                end = noun + 1
                if self._norm(end) == "van" and self._norm(end + 1) in ("de", "het", "dit", "deze", "uw", "een", "mijn"):
                    end = min(end + 3, len(self.tokens))
                return Reading(form="event", start=at, end=end)
        return None

    # --- periods -------------------------------------------------------------------------------------------------------------------------

    def _period(self, index: int) -> tuple[int, Period] | None:
        """Read one moment: "1 oktober 2026", "eind dit jaar", "het eerste kwartaal van 2027", "het zomerreces"."""
        return self._divided(index) or self._core(index)

    def _divided(self, index: int) -> tuple[int, Period] | None:
        """Read a part of a period."""
        for after, part in self.words.parts.matches(self.tokens, index):
            inner = self._core(self._of(after))
            if inner is not None and inner[1].kind not in ("day", "weekday", "today", "budget") and not inner[1].part:
                if inner[1].kind == "new_year":
                    return inner[0], Period(kind="year", turn="next", part=part)
                return inner[0], replace(inner[1], part=part)
        ordinal = self._ordinal(index)
        if ordinal is None:
            return None
        after, number = ordinal
        word = self._norm(after)
        if word in ("helft", "deel"):
            inner = self._core(self._of(after + 1))
            if inner is None or number not in (1, 2, -1) or inner[1].part:
                return None
            period = inner[1]
            if period.kind == "year":
                return inner[0], replace(period, kind="half", number=abs(number) if number > 0 else 2)
            return (inner[0], replace(period, part="half1" if number == 1 else "half2")) if period.kind in ("month", "season", "quarter") else None
        if word in ("week", "weekend"):
            inner = self._core(self._of(after + 1))
            return (inner[0], replace(inner[1], part="nth", nth=number)) if inner is not None and inner[1].kind == "month" and not inner[1].part else None
        if number == 1 and (counted := self._number(after)) is not None and self._norm(after + 1) == "maanden":
            inner = self._core(self._of(after + 2))
            return (inner[0], replace(inner[1], part="months", nth=counted)) if inner is not None and inner[1].kind == "year" else None
        return None

    def _ordinal(self, index: int) -> tuple[int, int] | None:
        norm = self._norm(index)
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

    def _numeric_day(self, index: int) -> tuple[int, Period] | None:
        """Read 1-10-2026, 1/10/2026, 2026-10-01."""
        parts = [self._norm(index + step) for step in range(5)]
        if parts[1] != parts[3] or parts[1] not in ("-", "/", ".") or not (parts[0] + parts[2] + parts[4]).isdecimal() or not self._adjacent(index, 5):
            return None
        day, month, year = (int(parts[0]), int(parts[2]), int(parts[4])) if len(parts[4]) == 4 else (int(parts[4]), int(parts[2]), int(parts[0]))
        return (index + 5, Period(kind="day", day=day, number=month, year=year)) if 1 <= month <= 12 and 1 <= day <= 31 and 1900 < year < 2200 else None

    def _day(self, index: int) -> tuple[int, Period] | None:
        """Read "[vrijdag] 1 oktober [2026]", "aanstaande vrijdag", "vandaag"."""
        start = index
        if self._norm(index) in _DAY_WORDS:
            end = index + 1
            return end + (self._norm(end) == "nog"), Period(kind="today", number=_DAY_WORDS[self._norm(index)], part="still" if self._norm(end) == "nog" else "")
        turn = ""
        if (turned := self.words.turns.longest(self.tokens, index)) is not None and self._norm(turned[0]) in WEEKDAYS:
            index, turn = turned
        weekday = self._norm(index) if self._norm(index) in WEEKDAYS else ""
        if weekday:
            index += 1
        norm = self._norm(index)
        day = int(norm) if norm.isdecimal() and len(norm) <= 2 else self.words.ordinals.get(norm, 0) if norm[:1].isdecimal() else 0
        month = self._month_number(index + 1) if 1 <= day <= 31 else None
        if month is not None:
            end, number = month
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
        if behind is not None and self._norm(behind[0]) == "week":
            return behind[0] + 1, Period(kind="weekday", number=number, turn=f"{behind[1]} week")
        return (index, Period(kind="weekday", number=number, turn=turn)) if turn or start < index else None

    def _week(self, index: int) -> tuple[int, Period] | None:
        """Read "week 12 [van 2026]", "de week van 3 maart", "volgende week [vrijdag]"."""
        if self._norm(index) == "week":
            norm = self._norm(index + 1)
            if norm.isdecimal() and 1 <= int(norm[:3]) <= 53 and len(norm) <= 2:
                end, year, turn = self._year_behind(index + 2)
                return end, Period(kind="week", number=int(norm), year=year, turn=turn)
            inner = self._day(self._of(index + 1))
            if inner is not None and inner[1].kind == "day" and self._norm(index + 1) == "van":
                return inner[0], replace(inner[1], kind="week", nth=1)
            return None
        turned = self.words.turns.longest(self.tokens, index)
        if turned is None or self._norm(turned[0]) != "week":
            return None
        if self._norm(turned[0] + 1) in WEEKDAYS:
            return turned[0] + 2, Period(kind="weekday", number=WEEKDAYS.index(self._norm(turned[0] + 1)), turn=f"{turned[1]} week")
        return turned[0] + 1, Period(kind="week", turn=turned[1])

    def _quarter(self, index: int) -> tuple[int, Period] | None:
        """Read "eerste kwartaal [van 2026]", "2e kw. 2026", "Q3 2026", "K2-2026"."""
        norm = self._norm(index)
        if norm in ("q", "k", "kw") and self._norm(index + 1) in ("1", "2", "3", "4") and self._adjacent(index, 2):
            end, year, turn = self._year_behind(index + 2)
            return end, Period(kind="quarter", number=int(self._norm(index + 1)), year=year, turn=turn)
        ordinal = self._ordinal(index)
        if ordinal is None or self._norm(ordinal[0]) not in ("kwartaal", "kw", "kwart"):
            # "het tweede of derde kwartaal": the noun stands behind the second.
            return self._shared_quarter(ordinal) if ordinal is not None else None
        end = ordinal[0] + 1
        if self._norm(end) == "." and self._norm(ordinal[0]) == "kw":
            end += 1
        end, year, turn = self._year_behind(end)
        number = 4 if ordinal[1] == -1 else ordinal[1]
        return (end, Period(kind="quarter", number=number, year=year, turn=turn)) if 1 <= number <= 4 else None

    def _shared_quarter(self, ordinal: tuple[int, int]) -> tuple[int, Period] | None:
        after, number = ordinal
        joiner = after + (2 if self._norm(after) == "dan" else 1)
        if self._norm(after) not in _JOINERS and self._norm(after) != "dan":
            return None
        second = self._ordinal(self._article(joiner))
        if second is None or self._norm(second[0]) != "kwartaal" or not 1 <= number < 4:
            return None
        return after, Period(kind="quarter", number=number)

    def _half(self, index: int) -> tuple[int, Period] | None:
        """Read "eerste halfjaar [van] 2026", "tweede half jaar", "H1 2026"."""
        if self._norm(index) == "h" and self._norm(index + 1) in ("1", "2") and self._adjacent(index, 2):
            end, year, turn = self._year_behind(index + 2)
            return end, Period(kind="half", number=int(self._norm(index + 1)), year=year, turn=turn)
        ordinal = self._ordinal(index)
        if ordinal is None or ordinal[1] not in (1, 2):
            return None
        if self._norm(ordinal[0]) == "halfjaar":
            end = ordinal[0] + 1
        elif self._norm(ordinal[0]) == "half" and self._norm(ordinal[0] + 1) == "jaar":
            end = ordinal[0] + 2
        else:
            return None
        end, year, turn = self._year_behind(end)
        return end, Period(kind="half", number=ordinal[1], year=year, turn=turn)

    def _month_number(self, index: int) -> tuple[int, int] | None:
        number = self.words.months.get(self._norm(index))
        if number is None:
            return None
        # The point of an abbreviation, unless it ends the sentence.
        dotted = self._norm(index + 1) == "." and len(self._norm(index)) <= 5 and self._norm(index) not in ("maart", "april", "mei", "juni", "juli")
        return index + (2 if dotted else 1), number

    def _month(self, index: int) -> tuple[int, Period] | None:
        """Read "maart [2026]", "de maand maart", "aanstaande maart"."""
        if self._norm(index) == "maand" and self._month_number(index + 1) is not None:
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

    def _named(self, index: int) -> tuple[int, Period] | None:
        """Read a season, recess or budget moment, with or without a year."""
        turn = ""
        if (turned := self.words.turns.longest(self.tokens, index)) is not None:
            index, turn = turned
            if self._norm(index) in self.words.units or self._norm(index) in self.words.months:
                return None
        norm = self._norm(index)
        part = {"vroege": "early", "late": "late"}.get(norm, "")
        if part:
            index += 1
            norm = self._norm(index)
        if (recess := self.words.recesses.longest(self.tokens, index)) is not None:
            return self._with_year(recess[0], Period(kind="recess", name=recess[1], turn=turn))
        if norm in ("reces", "eerstvolgende reces"):
            return index + 1, Period(kind="recess", turn=turn)
        if norm in _CHRISTMAS:
            return self._with_year(index + 1, Period(kind="recess", name="kerst", turn=turn))
        if norm in _NEW_YEAR:
            return index + 1, Period(kind="new_year", turn=turn)
        if norm == "nieuwe" and self._norm(index + 1) == "jaar":
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
        if year is not None and self._norm(end) in ("/", "-", "\u2013") and self._norm(end + 1) in (str(year + 1), str(year + 1)[2:]):
            end += 2
        return end, replace(period, year=year, turn=turn or period.turn)

    def _with_budget_year(self, end: int, period: Period) -> tuple[int, Period] | None:
        assert period.budget is not None
        after = end
        # "de begrotingsbehandeling (van) SZW van 2026": a chapter may stand between the word and its year.
        if self._norm(after) == "van" and self._norm(after + 1) != "" and not self._norm(after + 1).isdecimal() and self._norm(after + 1) not in ("het", "de", "dit"):
            after += 2
        elif self._norm(after) == "(" and self._norm(after + 2) == ")":
            after += 3
        elif self._norm(after) in ("szw", "ocw", "jenv", "bzk", "vws", "ienw", "fin", "financien", "xv"):
            after += 1
        after_year, year, turn = self._year_behind(after)
        if year is None and self._norm(after) in ("voor", "over"):
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
        if turn and self._norm(after) == "half" and self._norm(after + 1) == "jaar":
            return after + 2, Period(kind="half", turn=turn)
        kind = _UNIT_KINDS.get(self._norm(after))
        if kind is None:
            return None
        if not turn and (self._norm(after - 1) not in ("het", "de") or self._digits_year(after + 1) is not None):
            # A bare "jaar" or "week" is a length; "het jaar 2026" is read as a year.
            return None
        return after + 1, Period(kind=kind, turn=turn or "the")

    def _year(self, index: int) -> tuple[int, Period] | None:
        """Read "2026", "het jaar 2026", "schooljaar 2026-2027"."""
        norm = self._norm(index)
        if norm in self.words.school_words:
            turned = self._digits_year(index + 1)
            if turned is None:
                return None
            end = index + 2 + (2 if self._norm(index + 2) in ("/", "-", "\u2013") and self._norm(index + 3).isdecimal() else 0)
            return end, Period(kind="school_year", year=turned)
        if norm in ("jaar", "kalenderjaar", "begrotingsjaar", "jaren"):
            index += 1
        year = self._digits_year(index)
        return None if year is None else (index + 1, Period(kind="year", year=year))

    def _year_behind(self, index: int) -> tuple[int, int | None, str]:
        """Read the year behind a month, quarter, season or recess: (next index, year, turn)."""
        after = index
        if self._norm(after) in ("van", "in") or (self._norm(after) in ("-", "/", "'") and self._digits_year(after + 1) is not None):
            after += 1
        if self._norm(after) == "het":
            after += 1
        if self._norm(after) in ("jaar", "kalenderjaar") and self._digits_year(after + 1) is not None:
            after += 1
        year = self._digits_year(after)
        if year is not None:
            return after + 1, year, ""
        if self._norm(after) == "'" and self._norm(after + 1).isdecimal() and len(self._norm(after + 1)) == 2:
            return after + 2, 2000 + int(self._norm(after + 1)), ""
        turned = self.words.turns.longest(self.tokens, after) or self.words.turns.longest(self.tokens, index)
        if turned is not None and self._norm(turned[0]) in ("jaar", "kalenderjaar"):
            return turned[0] + 1, None, turned[1] if turned[1] != "coming" else "next"
        return index, None, ""

    def _digits_year(self, index: int) -> int | None:
        norm = self._norm(index)
        return int(norm) if len(norm) == 4 and norm.isdecimal() and norm[:2] in ("19", "20") else None

    # --- tokens --------------------------------------------------------------------------------------------------------------------------

    def _norm(self, index: int) -> str:
        return self.tokens[index].norm if 0 <= index < len(self.tokens) else ""

    def _adjacent(self, index: int, count: int) -> bool:
        pairs = zip(self.tokens[index : index + count - 1], self.tokens[index + 1 : index + count], strict=True)
        return all(left.end == right.start for left, right in pairs)

    def _article(self, index: int) -> int:
        return index + 1 if self._norm(index) in _ARTICLES else index

    def _of(self, index: int) -> int:
        """Skip "van", "in", "van de", "van het" behind a part."""
        if self._norm(index) in ("van", "in"):
            index += 1
        return self._article(index)

    def _until_break(self, index: int, most: int) -> int:
        end = index
        while end < len(self.tokens) and end < index + most and self._norm(end) not in _BREAKS:
            end += 1
        return end


def _fits(opener: Opener, period: Period) -> bool:
    """Say whether the opener goes with this moment: "op" with a day, "bij" with a budget moment."""
    if not opener.kinds:
        return True
    day_like = period.kind == "budget" and period.budget is not None and period.budget.rule is not None
    tags = {period.kind, "budget_day" if day_like else "", "turn" if period.turn and not period.number else "", "end" if period.part else ""}
    return any(kind in tags for kind in opener.kinds)


def _stands_alone(period: Period, no_article: bool) -> bool:
    """Say whether the moment is one without an opener: "eind 2026", "dit najaar", "zomer 2026", but not "de zomer" or "2026"."""
    if period.part or period.kind in _BARE_KINDS or period.kind in ("weekday", "today"):
        return True
    if period.kind == "day":
        return no_article
    if period.kind in ("month", "season", "week"):
        return period.year is not None or bool(period.turn)
    return period.kind in ("year", "recess") and bool(period.turn) and period.year is None


def _names_one(period: Period) -> bool:
    return period.turn != "last"


def _in_order(first: Period, second: Period) -> bool:
    """Say whether the first moment lies before the second within one year."""
    return _place(first) <= _place(second)


def _place(period: Period) -> tuple[int, int]:
    month = {"month": period.number, "day": period.number, "quarter": period.number * 3 - 2, "half": period.number * 6 - 5}.get(period.kind)
    if month is None:
        month = {"voorjaar": 3, "zomer": 7, "najaar": 9, "winter": 12}.get(period.name, 0)
    if period.kind == "year":
        month = {"begin": 1, "medio": 6, "eind": 11}.get(period.part, 1)
    return month, period.day


def _year_before(first: Period, second: Period) -> Period:
    """Give "eind december" of the year before, in "eind december/begin januari 2027"."""
    if second.year is not None:
        return replace(first, year=second.year - 1)
    return replace(first, turn="this") if second.turn == "next" else first
