"""The political year: recesses, budget moments, elections and seasons, as listed in `nlp/patterns/calendar.toml` or computed by its rules.

In: the name of a moment and a year. Out: its first and last day, both included, with a mark that says how sure they are. Pure.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

from dateutil.easter import easter

Mark = Literal["evidence", "rule", "unconfirmed"]
"""`evidence`: stands in a public source. `rule`: derived from dates with evidence. `unconfirmed`: expected, to be checked."""

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

PARTS = ("begin", "medio", "eind")

_FILE = Path(__file__).parent / "patterns" / "calendar.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """One occurrence of a recess, budget moment or season: first to last day, both included."""

    name: str
    """As a reader knows it: `zomerreces`, `Prinsjesdag`, `najaar`."""
    year: int
    first: date
    last: date
    mark: Mark
    source: str
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class DayRule:
    """The first `weekday` on or after a day of the year, moved by `shift` days; with `length` it starts a stretch of that many days more."""

    weekday: int
    month: int
    day: int
    shift: int = 0
    length: int = 0

    def first(self, year: int) -> date:
        """Give the day in `year`."""
        start = date(year, self.month, self.day)
        return start + timedelta(days=(self.weekday - start.weekday()) % 7 + self.shift)


@dataclass(frozen=True, slots=True)
class EasterRule:
    """A day that moves with Easter: `shift` days after Easter Sunday."""

    shift: int

    def first(self, year: int) -> date:
        """Give the day in `year`."""
        sunday: date = easter(year)
        return sunday + timedelta(days=self.shift)


@dataclass(frozen=True, slots=True)
class RecessKind:
    """A recess that returns each year, or without a rule only in the years that are listed."""

    name: str
    title: str
    words: tuple[str, ...]
    rule: DayRule | None


@dataclass(frozen=True, slots=True)
class BudgetMoment:
    """A moment of the budget year or a feast: a day by a rule, a fixed range, or the first of two others."""

    name: str
    words: tuple[str, ...]
    rule: DayRule | EasterRule | None
    start: tuple[int, int]
    end: tuple[int, int]
    """First and last day of the year where there is neither rule nor range."""
    either: tuple[str, ...]
    year_shift: int
    """What is added to the year written behind the word to get the year of the moment: the budget of 2027 comes in 2026."""
    before_is_by: bool
    """The day within the range is unknown: "voor" the moment runs to the end of the range."""
    needs_year: bool
    mark: Mark
    source: str


@dataclass(frozen=True, slots=True)
class Season:
    """A part of the year as civil servants use the word."""

    name: str
    words: tuple[str, ...]
    start: tuple[int, int]
    """Month and day; January 1 where it starts with a recess."""
    start_recess: str | None
    end: tuple[int, int]
    early_end: tuple[int, int]
    note: str | None
    grace_to_recess: str | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that `calendar.toml` says, and what follows from it for any year."""

    recesses: dict[str, RecessKind]
    listed: dict[tuple[str, int], Stretch]
    budget: tuple[BudgetMoment, ...]
    elections: tuple[tuple[date, Mark], ...]
    seasons: dict[str, Season]
    school_words: tuple[str, ...]
    school_year: tuple[tuple[int, int], tuple[int, int]]
    boundaries: dict[str, dict[str, tuple[int, int]]]
    week_ends_on: int
    edge_months: int
    margins: dict[str, int]
    limits: dict[str, tuple[int, int]]
    """Fixed month and day by name: `after_summer_to`."""

    def has_recess(self, kind: str, year: int) -> bool:
        """Say whether `year` has this recess."""
        return (kind, year) in self.listed or self.recesses[kind].rule is not None

    def recess(self, kind: str, year: int) -> Stretch:
        """Give the recess that starts in `year`: as listed, else computed by its rule.

        Raises:
            KeyError: `has_recess` is false.
        """
        title, rule = self.recesses[kind].title, self.recesses[kind].rule
        if rule is None or (kind, year) in self.listed:
            return self.listed[kind, year]
        first = rule.first(year)
        return Stretch(name=title, year=year, first=first, last=first + timedelta(days=rule.length), mark="rule", source="rule in calendar.toml")

    def recesses_from(self, day: date) -> list[Stretch]:
        """Give the recesses that return each year and have not ended on `day`, of this year and the next, in order."""
        found = [self.recess(kind.name, year) for kind in self.recesses.values() if kind.rule for year in (day.year - 1, day.year, day.year + 1)]
        return sorted((recess for recess in found if recess.last >= day), key=lambda recess: recess.first)

    def budget_moments(self, moment: BudgetMoment, year: int) -> tuple[Stretch, ...]:
        """Give the moment as it falls in `year`; a name that stands for others gives those, in order."""
        if moment.either:
            named = [next(one for one in self.budget if one.name == name) for name in moment.either]
            return tuple(stretch for one in named for stretch in self.budget_moments(one, year))
        if moment.rule is not None:
            first = last = moment.rule.first(year)
        else:
            first, last = date(year, *moment.start), date(year, *moment.end)
        return (Stretch(name=moment.name, year=year, first=first, last=last, mark=moment.mark, source=moment.source),)

    def season(self, name: str, year: int) -> Stretch:
        """Give the season that starts in `year`; the winter ends in the next one."""
        season = self.seasons[name]
        mark: Mark = "rule"
        if season.start_recess is not None:
            recess = self.recess(season.start_recess, year)
            first, mark = recess.first, recess.mark
        else:
            first = date(year, *season.start)
        last = date(year, *season.end)
        if last < first:
            last = date(year + 1, *season.end)
        return Stretch(name=name, year=year, first=first, last=last, mark=mark, source="calendar.toml")

    def next_election(self, day: date) -> date | None:
        """Give the first election after `day` that the file lists."""
        return min((election for election, _ in self.elections if election > day), default=None)


@cache
def load() -> Calendar:
    """Read the calendar; a file that does not fit raises KeyError, ValueError or TypeError, because the program cannot run without it."""
    return parse(tomllib.loads(_FILE.read_text(encoding="utf-8")))


def parse(data: dict[str, Any]) -> Calendar:
    """Give the calendar that the content of the file describes."""
    kinds = {
        row["name"]: RecessKind(row["name"], row["title"], tuple(row["words"]), _rule(row["rule"]) if "rule" in row else None)
        for row in data["recess_kind"]
    }
    listed = {}
    for row in data["recess"]:
        stretch = Stretch(
            name=kinds[row["kind"]].title,
            year=row["first"].year,
            first=row["first"],
            last=row["last"],
            mark=_mark(row["mark"]),
            source=row["source"],
            replaced_by=row.get("replaced_by"),
        )
        if stretch.last < stretch.first or (row["kind"], stretch.year) in listed:
            raise ValueError(f"calendar.toml: {row['kind']} {stretch.year} ends before it starts or is listed twice")
        listed[row["kind"], stretch.year] = stretch
    edges = data["boundaries"]
    return Calendar(
        recesses=kinds,
        listed=listed,
        budget=tuple(_budget(row) for row in data["budget"]),
        elections=tuple((row["day"], _mark(row["mark"])) for row in data["election"]),
        seasons={row["name"]: _season(row) for row in data["season"]},
        school_words=tuple(data["school_year"]["words"]),
        school_year=(_month_day(data["school_year"]["from"]), _month_day(data["school_year"]["to"])),
        boundaries={unit: {part: (edges[unit][part][0], edges[unit][part][1]) for part in PARTS} for unit in ("month", "year", "week")},
        week_ends_on=edges["week"]["last_day"],
        edge_months=edges["period"]["edge_months"],
        margins=data["margins"],
        limits={name: _month_day(value) for name, value in data["limits"].items()},
    )


def _mark(value: str) -> Mark:
    for mark in get_args(Mark):
        if value == mark:
            return cast(Mark, mark)
    raise ValueError(f"calendar.toml: unknown mark {value!r}")


def _month_day(value: str) -> tuple[int, int]:
    month, day = value.split("-")
    return int(month), int(day)


def _rule(row: dict[str, Any]) -> DayRule:
    month, day = _month_day(row["on_or_after"])
    return DayRule(WEEKDAYS.index(row["weekday"]), month, day, row.get("shift", 0), row.get("length", 0))


def _moment_rule(row: dict[str, Any]) -> DayRule | EasterRule:
    return EasterRule(row["easter"]) if "easter" in row else _rule(row)


def _budget(row: dict[str, Any]) -> BudgetMoment:
    return BudgetMoment(
        name=row["name"],
        words=tuple(row["words"]),
        rule=_moment_rule(row["rule"]) if "rule" in row else None,
        start=_month_day(row.get("from", "01-01")),
        end=_month_day(row.get("to", "12-31")),
        either=tuple(row.get("either", ())),
        year_shift=row.get("year_shift", 0),
        before_is_by=row.get("before_is_by", False),
        needs_year=row.get("needs_year", False),
        mark=_mark(row["mark"]),
        source=row["source"],
    )


def _season(row: dict[str, Any]) -> Season:
    return Season(
        name=row["name"],
        words=tuple(row["words"]),
        start=_month_day(row.get("from", "01-01")),
        start_recess=row.get("from_recess"),
        end=_month_day(row["to"]),
        early_end=_month_day(row["early_to"]),
        note=row.get("note"),
        grace_to_recess=row.get("grace_to_recess"),
    )
