"""Reads the time expression that starts at a token into a `Reading`: what kind of moment, which one, and what the words before it do to it.

In: tokens and an index. Out: the longest reading from there, or None. No dates are computed here; that is `resolve`. Decides only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from nlp.components.moment_days import Period
from nlp.components.moment_lengths import JOINERS, Length
from nlp.components.moment_periods import PeriodReader
from nlp.components.moment_tokens import ARTICLES, BREAKS, Token
from nlp.components.moment_words import Fixed, Opener, lexicon, starting_words

Form = Literal["dated", "duration", "open", "recurring", "event", "series", "debate", "never"]


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
    periods: tuple[Period, ...] = ()
    length: Length | None = None
    fixed: Fixed | None = None


_EDGES = frozenset({"begin", "medio", "eind"})
_CLAUSE_TOKENS = 25
_DEBATE_TOKENS = 10
_EVENT_TOKENS = 6
"""How far a phrase is read at most, in tokens."""


class Grammar(PeriodReader):
    """Reads the time expressions of one text."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(tokens, lexicon())
        self._starts = starting_words()

    def read(self, at: int) -> Reading | None:
        """Give the longest reading that starts at token `at`."""
        if not (self._may_start(at) or (self.norm(at) in ARTICLES and self._may_start(at + 1))):
            return None
        found = [
            one
            for one in (self._fixed(at), self._every(at), self._series(at), self._clause(at), self._duration(at), self._opened(at))
            if one is not None
        ]
        # A fixed phrase goes before a reading of the same length: somebody wrote it down on purpose.
        return max(found, key=lambda one: (one.end, one.form in ("open", "never", "recurring")), default=None)

    def _may_start(self, at: int) -> bool:
        return self.norm(at) in self._starts or self.norm(at)[:1].isdecimal()

    # --- whole phrases -------------------------------------------------------------------------------------------------------------------

    def _fixed(self, at: int) -> Reading | None:
        match = self.words.fixed.longest(self.tokens, at)
        if match is None or (match[1].form == "recurring" and self.norm(at - 1) in ARTICLES):
            # "het jaarlijks overzicht" tells of a thing, not of when.
            return None
        forms: dict[str, Form] = {"open": "open", "recurring": "recurring", "never": "never"}
        return Reading(form=forms[match[1].form], start=at, end=match[0], fixed=match[1])

    def _every(self, at: int) -> Reading | None:
        """Read "elke vier jaar", "ieder najaar"."""
        if self.norm(at) not in self.words.every:
            return None
        number = self.number(at + 1)
        if number is not None and self.norm(at + 2) in self.words.units:
            unit = self.words.units[self.norm(at + 2)]
            return Reading(form="recurring", start=at, end=at + 3, fixed=Fixed("recurring", months=max(1, unit.months * number)))
        season = self.words.seasons.longest(self.tokens, at + 1)
        return None if season is None else Reading(form="recurring", start=at, end=season[0], fixed=Fixed("recurring", months=12))

    def _series(self, at: int) -> Reading | None:
        for index, _ in self.words.series_openers.matches(self.tokens, at):
            index = self.article(index)
            if self.norm(index) not in self.words.series_turns:
                continue
            # At most three words between "volgende" and the letter or report.
            for noun in range(index + 1, index + 5):
                if self.norm(noun) in BREAKS or self.norm(noun) == "":
                    break
                if self.norm(noun).endswith(self.words.series_endings):
                    return Reading(form="series", start=at, end=noun + 1)
        return None

    def _clause(self, at: int) -> Reading | None:
        match = self.words.clauses.longest(self.tokens, at)
        return None if match is None else Reading(form="event", start=at, end=self.until_break(match[0], _CLAUSE_TOKENS))

    # --- durations -----------------------------------------------------------------------------------------------------------------------

    def _duration(self, at: int) -> Reading | None:
        found = [self._measured(at, index, relation) for index, relation in self.words.duration_openers.matches(self.tokens, at)]
        return max((reading for reading in found if reading is not None), key=lambda reading: reading.end, default=None)

    def _measured(self, at: int, index: int, relation: str) -> Reading | None:
        while (soft := self.words.softeners.longest(self.tokens, index)) is not None:
            index = soft[0]
        counted = self.length(index)
        if counted is None:
            return None
        end, length = counted
        if relation == "since":
            return Reading(form="event", start=at, end=end)
        if (ahead := self.words.duration_before.longest(self.tokens, end)) is not None and relation == "within":
            # "uiterlijk twee weken voor het zomerreces": so long before another moment.
            return self._distance(at, ahead[0], length, "lead")
        if (behind := self.words.duration_after.longest(self.tokens, end)) is not None and relation in ("within", "ahead"):
            now = self.words.now.longest(self.tokens, behind[0])
            if now is not None:
                return Reading(form="duration", start=at, end=now[0], relation=relation, length=length)
            return self._distance(at, behind[0], length, "lag")
        if relation == "ahead" and any(self.norm(back) in self.words.spread_before for back in (at - 1, at - 2)):
            return None
        return Reading(form="duration", start=at, end=end, relation=relation, length=length)

    def _distance(self, at: int, index: int, length: Length, relation: str) -> Reading:
        """Read "twee weken voor het zomerreces", "zes weken na 1 juli": a distance from a moment, or from an event."""
        found = self.period(self.article(index))
        if found is None and relation == "lead":
            debate = self._debate(at, index, Opener("before"))
            if debate is not None and debate.periods:
                found = debate.end, debate.periods[0]
        if found is None or not _names_one(found[1]):
            return Reading(form="event", start=at, end=self.until_break(index, _EVENT_TOKENS))
        return Reading(form="duration", start=at, end=found[0], relation=relation, length=length, periods=(found[1],))

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
        first = self.article(index)
        found = self.period(first)
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
        periods: tuple[Period, ...] = (period,)
        if (joined := self._joined(end, period, opener.relation)) is not None:
            end, periods = joined
        elif opener.relation == "between":
            return None
        if bare and not _stands_alone(periods[0], index == first):
            return None
        return Reading(form="dated", start=at, end=end, relation=opener.relation, strict=self._strict(at, opener), periods=periods)

    def _joined(self, index: int, period: Period, relation: str) -> tuple[int, tuple[Period, ...]] | None:
        """Read "/begin oktober", "dan wel eerste kwartaal 2027": a second moment that makes one range with the first."""
        # "in 2025, 2026 en 2027" spans all three.
        while period.kind == "year" and self.norm(index) == "," and (listed := self.period(index + 1)) is not None and listed[1].kind == "year":
            if self.norm(listed[0]) not in (",", "en"):
                break
            index = listed[0]
        after = index
        if self.norm(after) in ("dan", "en") and self.norm(after + 1) in ("wel", "/"):
            after += 3 if self.norm(after + 1) == "/" else 2
        elif period.part in _EDGES and (self.norm(after) in _EDGES or (self.norm(after) == "," and self.norm(after + 1) in _EDGES)):
            # "eind juni, begin juli"
            after += self.norm(after) == ","
        elif self.norm(after) in JOINERS:
            joiner = self.norm(after)
            after += 1
            if joiner == "tot" and self.norm(after) == "en" and self.norm(after + 1) == "met":
                after += 2
            elif joiner == "tot" and relation not in ("in", "of"):
                return None
        else:
            return None
        # "eind 2025 en in het najaar van 2026" are two moments, "eind 2025 of in het najaar van 2026" is one that is not yet known.
        both = self.norm(index) == "en" and relation != "between"
        if self.norm(after) in ("in", "uiterlijk", "op") and not both:
            after += 1
        found = self.period(self.article(after))
        if found is None or (found[1].kind != period.kind and (both or not (found[1].part or period.part))):
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
        """Read "voor het commissiedebat (over ...) van 11 september"; a debate without a date is an event, or what something is meant for."""
        if opener.relation not in ("before", "by"):
            return None
        noun = self._noun(index, self.words.debate_endings)
        if noun is None:
            return None
        for after in range(noun + 1, min(noun + _DEBATE_TOKENS, len(self.tokens))):
            if self.norm(after) in BREAKS:
                break
            if self.norm(after) in ("van", "op", "d.d.", "dd"):
                found = self.period(self.article(after + 1))
                if found is not None and found[1].kind in ("day", "weekday", "today"):
                    return Reading(form="debate", start=at, end=found[0], relation=opener.relation, periods=(found[1],))
        if opener.relation == "by":
            return None
        # "tijd voor het debat" is no deadline, "nog voor het debat" and "voor het commissiedebat" are.
        endings = self.words.undated_endings if self._strict(at, opener) else self.words.weak_endings
        return Reading(form="event", start=at, end=noun + 1) if self.norm(noun).endswith(endings) else None

    def _event(self, at: int, index: int, opener: Opener) -> Reading | None:
        """Read "na ommekomst van het advies", "voor de inwerkingtreding van de wet"."""
        if opener.relation == "by" or (not self._strict(at, opener) and self.article(index) == index):
            return None
        noun = self._noun(index, self.words.events)
        if noun is None:
            return None
        if not self._strict(at, opener) and not self.norm(noun).endswith(self.words.events_before):
            # "voor de behandeling van patienten" is for, "voor de behandeling van het wetsvoorstel" is before.
            handled = self.norm(noun + 1) == "van" and self.norm(self.of(noun + 1)).endswith(self.words.handled)
            if not (self.norm(noun).endswith("behandeling") and handled):
                return None
        end = noun + 1
        if self.norm(end) == "van" and self.norm(end + 1) in ("de", "het", "dit", "deze", "uw", "een", "mijn"):
            end = min(end + 3, len(self.tokens))
        return Reading(form="event", start=at, end=end)

    def _noun(self, index: int, endings: tuple[str, ...]) -> int | None:
        """Give the index of a noun with one of the endings, with at most an article and two adjectives before it."""
        for noun in range(index, min(index + 4, len(self.tokens))):
            norm = self.norm(noun)
            if norm in BREAKS or norm in self.words.function_words:
                return None
            if norm.endswith(endings):
                return noun
        return None

    def _strict(self, at: int, opener: Opener) -> bool:
        """Say whether "voor" can only mean "before"."""
        return not opener.weak or self.tokens[at].accented


def _fits(opener: Opener, period: Period) -> bool:
    """Say whether the opener goes with this moment: "op" with a day, "bij" with a budget moment."""
    if not opener.kinds:
        return True
    # Prinsjesdag is a day to do something on; the budget that comes that day is not.
    day_like = period.budget is not None and period.budget.rule is not None and not period.budget.year_shift
    tags = {period.kind, "budget_day" if day_like else "", "turn" if period.turn and not period.number else "", "end" if period.part else ""}
    return any(kind in tags for kind in opener.kinds)


def _stands_alone(period: Period, no_article: bool) -> bool:
    """Say whether the moment is one without an opener: "eind 2026", "dit najaar", "zomer 2026", but not "de zomer" or "2026"."""
    if period.kind == "today":
        return no_article and (period.part == "still" or period.number > 0)
    if period.kind == "day":
        return no_article
    if period.kind == "weekday":
        return no_article and bool(period.turn)
    if period.part or period.kind == "quarter":
        return True
    if period.kind in ("month", "season", "week"):
        return period.year is not None or bool(period.turn) or bool(period.nth)
    if period.kind == "half":
        return period.year is not None or bool(period.turn) or not no_article
    return period.kind in ("year", "recess", "school_year") and bool(period.turn) and period.year is None


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
