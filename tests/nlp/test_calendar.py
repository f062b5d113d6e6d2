"""The calendar: what is listed, what the rules compute, and that both agree where there is evidence."""

from __future__ import annotations

import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from nlp.calendar import load, parse

RAW = Path(__file__).parents[2] / "nlp" / "patterns" / "calendar.toml"

# Kind, year, first and last day, and where the pair comes from.
LISTED = [
    ("zomer", 2021, date(2021, 7, 9), date(2021, 9, 6), "published calendar 2020-2021"),
    ("mei", 2022, date(2022, 4, 22), date(2022, 5, 9), "press, April 2022"),
    ("zomer", 2023, date(2023, 7, 7), date(2023, 9, 4), "page on recesses"),
    ("herfst", 2023, date(2023, 10, 13), date(2023, 10, 23), "page on recesses"),
    ("kerst", 2023, date(2023, 12, 22), date(2024, 1, 15), "page on recesses"),
    ("voorjaar", 2024, date(2024, 2, 16), date(2024, 2, 26), "page on recesses"),
    ("zomer", 2024, date(2024, 7, 5), date(2024, 9, 2), "page on recesses"),
    ("zomer", 2025, date(2025, 7, 4), date(2025, 9, 1), "first sitting on 2 September"),
    ("herfst", 2025, date(2025, 10, 3), date(2025, 11, 11), "replaced by the election recess"),
    ("kerst", 2025, date(2025, 12, 19), date(2026, 1, 12), "press, December 2025"),
]


@pytest.mark.parametrize(("kind", "year", "first", "last", "reason"), LISTED)
def test_a_listed_recess_has_its_dates(kind: str, year: int, first: date, last: date, reason: str) -> None:
    recess = load().recess(kind, year)
    assert (recess.first, recess.last) == (first, last), reason


def test_rules_reproduce_every_recess_with_evidence() -> None:
    calendar = load()
    checked = 0
    for (kind, year), recess in calendar.listed.items():
        rule = calendar.recesses[kind].rule
        if recess.mark != "evidence" or rule is None:
            continue
        assert rule.first(year) == recess.first, f"{kind} {year} starts elsewhere by the rule"
        assert (recess.last - recess.first).days == rule.length, f"{kind} {year} is longer or shorter by the rule"
        checked += 1
    assert checked >= 9


# Year that is not listed, and what public memory says of it.
COMPUTED = [
    ("zomer", 2018, date(2018, 7, 6), date(2018, 9, 3), "first Tuesday of September 2018 is the 4th"),
    ("zomer", 2019, date(2019, 7, 5), date(2019, 9, 2), "first Tuesday of September 2019 is the 3rd"),
    ("kerst", 2020, date(2020, 12, 18), date(2021, 1, 11), "Christmas on a Friday: the holiday starts the Saturday before"),
    ("kerst", 2027, date(2027, 12, 24), date(2028, 1, 17), "Christmas on a Saturday: the holiday starts that day"),
    ("mei", 2028, date(2028, 4, 21), date(2028, 5, 8), "spans Koningsdag on 27 April"),
]


@pytest.mark.parametrize(("kind", "year", "first", "last", "reason"), COMPUTED)
def test_an_unlisted_year_is_computed_and_says_so(kind: str, year: int, first: date, last: date, reason: str) -> None:
    recess = load().recess(kind, year)
    assert (recess.first, recess.last, recess.mark) == (first, last, "rule"), reason


@pytest.mark.parametrize("year", range(2015, 2041))
def test_every_recess_of_every_year_runs_from_friday_to_monday_and_none_overlap(year: int) -> None:
    calendar = load()
    recesses = sorted((calendar.recess(kind, year) for kind in calendar.recesses if calendar.recesses[kind].rule), key=lambda one: one.first)
    for recess in recesses:
        assert recess.first.weekday() == 4, f"{recess.name} {year} starts on a Friday"
        if recess.replaced_by is None:
            assert recess.last.weekday() == 0, f"{recess.name} {year} ends on a Monday"
    for earlier, later in pairwise(recesses):
        assert earlier.last < later.first


def test_an_election_recess_exists_only_where_it_is_listed() -> None:
    calendar = load()
    assert calendar.recess("verkiezing", 2023).first == date(2023, 10, 27)
    assert not calendar.has_recess("verkiezing", 2024)
    with pytest.raises(KeyError):
        calendar.recess("verkiezing", 2024)


def test_a_projection_is_marked_unconfirmed_and_every_entry_names_its_source() -> None:
    calendar = load()
    assert calendar.recess("mei", 2025).mark == "unconfirmed"
    assert calendar.recess("herfst", 2025).replaced_by == "verkiezingsreces"
    assert all(recess.source for recess in calendar.listed.values())
    assert all(moment.source for moment in calendar.budget)


# Name, year, first and last day.
BUDGET = [
    ("Prinsjesdag", 2024, date(2024, 9, 17), date(2024, 9, 17), "third Tuesday of September"),
    ("Prinsjesdag", 2026, date(2026, 9, 15), date(2026, 9, 15), "the 15th is the earliest that a third Tuesday can be"),
    ("Prinsjesdag", 2027, date(2027, 9, 21), date(2027, 9, 21), "the 21st is the latest"),
    ("Verantwoordingsdag", 2025, date(2025, 5, 21), date(2025, 5, 21), "third Wednesday of May"),
    ("Verantwoordingsdag", 2027, date(2027, 5, 19), date(2027, 5, 19), "third Wednesday of May"),
    ("Voorjaarsnota", 2026, date(2026, 4, 15), date(2026, 6, 1), "lately April to May, by 1 June"),
    ("Najaarsnota", 2026, date(2026, 11, 15), date(2026, 12, 1), "late November"),
]


@pytest.mark.parametrize(("name", "year", "first", "last", "reason"), BUDGET)
def test_budget_moments(name: str, year: int, first: date, last: date, reason: str) -> None:
    calendar = load()
    moment = next(one for one in calendar.budget if one.name == name)
    (found,) = calendar.budget_moments(moment, year)
    assert (found.first, found.last) == (first, last), reason


def test_a_supplementary_budget_is_either_of_the_two_notas() -> None:
    calendar = load()
    moment = next(one for one in calendar.budget if one.either)
    assert [stretch.name for stretch in calendar.budget_moments(moment, 2026)] == ["Voorjaarsnota", "Najaarsnota"]


def test_summer_starts_with_its_recess_and_winter_ends_in_the_next_year() -> None:
    calendar = load()
    summer, winter = calendar.season("zomer", 2025), calendar.season("winter", 2025)
    assert (summer.first, summer.last) == (date(2025, 7, 4), date(2025, 9, 22))
    assert (winter.first, winter.last) == (date(2025, 12, 21), date(2026, 3, 20))


def test_recesses_from_a_day_include_the_one_going_on() -> None:
    names = [recess.name for recess in load().recesses_from(date(2026, 1, 5))][:2]
    assert names == ["kerstreces", "voorjaarsreces"]


@pytest.mark.parametrize(
    ("day", "election", "reason"),
    [
        (date(2025, 5, 8), date(2025, 10, 29), "the next one listed"),
        (date(2025, 10, 29), date(2030, 3, 20), "on the day itself the following one"),
        (date(2031, 1, 1), None, "none listed after it"),
    ],
)
def test_next_election(day: date, election: date | None, reason: str) -> None:
    assert load().next_election(day) == election, reason


# A change that makes the file wrong, and what it raises.
@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ('mark = "evidence"', 'mark = "certain"', ValueError),
        ("last = 2021-09-06", "last = 2021-07-01", ValueError),
        ("first = 2021-07-09", "first = 2022-07-08", ValueError),
        ('kind = "mei"', 'kind = "pasen"', KeyError),
        ('weekday = "dinsdag"', 'weekday = "tuesday"', ValueError),
    ],
)
def test_a_wrong_file_is_refused(old: str, new: str, error: type[Exception]) -> None:
    text = RAW.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(error):
        parse(tomllib.loads(text.replace(old, new, 1)))
