"""The table of deadline phrases, played over many dates: every phrase must read as a second, plain calculation says.

The calculation here shares no code with the resolver; it reads only the raw dates of `calendar.toml`.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from nlp.components.deadlines import find_moments

RAW = tomllib.loads((Path(__file__).parents[2] / "nlp" / "patterns" / "calendar.toml").read_text(encoding="utf-8"))
MONTHS = ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"]
ORDINALS = ["eerste", "tweede", "derde", "vierde"]
NUMBERS = {"twee": 2, "drie": 3, "vier": 4, "zes": 6, "acht": 8, "tien": 10, "twaalf": 12, "achttien": 18, "vierentwintig": 24, "5": 5, "13": 13}
ONE = timedelta(days=1)
YEARS = range(2021, 2031)

Range = tuple[date | None, date | None]
Oracle = Callable[[date], Range]


# --- plain calendar arithmetic ----------------------------------------------------------------------------------------------------------------


def last_of(year: int, month: int) -> date:
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return following - ONE


def months_on(start: date, count: int) -> date:
    year, month = start.year, start.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for day in (start.day, 30, 29, 28):
        try:
            return date(year, month, min(day, start.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    days = [date(year, month, day) for day in range(1, 29) if date(year, month, day).weekday() == weekday]
    return days[nth - 1]


def recess(kind: str, year: int) -> tuple[date, date]:
    """Give the listed recess, or the summer and Christmas recess by their rules in words."""
    for row in RAW["recess"]:
        if row["kind"] == kind and row["first"].year == year:
            return row["first"], row["last"]
    if kind == "zomer":
        end = nth_weekday(year, 9, 1, 1) - ONE
        return end - timedelta(days=59), end
    if kind == "kerst":
        saturday = date(year, 12, 25)
        while saturday.weekday() != 5:
            saturday -= ONE
        return saturday - ONE, saturday + timedelta(days=23)
    if kind == "mei":
        friday = date(year, 4, 26)
        while friday.weekday() != 4:
            friday -= ONE
        return friday, friday + timedelta(days=17)
    friday = date(year, *{"herfst": (10, 13), "voorjaar": (2, 13)}[kind])
    while friday.weekday() != 4:
        friday += ONE
    return friday, friday + timedelta(days=10)


def first_open(choices: Callable[[int], Range]) -> Oracle:
    """Give the range of the first year in which it is not over yet."""

    def oracle(anchor: date) -> Range:
        for year in range(anchor.year - 1, anchor.year + 3):
            low, high = choices(year)
            end = high or low
            assert end is not None
            if end >= anchor:
                return low, high
        raise AssertionError("one of four years is always open")

    return oracle


def fixed(low: date | None, high: date | None) -> Oracle:
    return lambda _anchor: (low, high)


# --- the table -------------------------------------------------------------------------------------------------------------------------------


def days_and_months() -> Iterator[tuple[str, Oracle]]:
    for month, name in enumerate(MONTHS, 1):
        for year in (2024, 2027):
            first, last = date(year, month, 1), last_of(year, month)
            yield f"uiterlijk 9 {name} {year}", fixed(None, date(year, month, 9))
            yield f"vóór 1 {name} {year}", fixed(None, first - ONE)
            yield f"voor 15 {name} {year}", fixed(None, date(year, month, 14))
            yield f"per 1 {name} {year}", fixed(first, first)
            yield f"in {name} {year}", fixed(first, last)
            yield f"begin {name} {year}", fixed(first, date(year, month, 10))
            yield f"medio {name} {year}", fixed(date(year, month, 11), date(year, month, 20))
            yield f"eind {name} {year}", fixed(date(year, month, 21), last)
            yield f"uiterlijk eind {name} {year}", fixed(None, last)
            yield f"voor eind {name} {year}", fixed(None, last)
        yield f"op 12 {name}", first_open(lambda year, month=month: (date(year, month, 12), date(year, month, 12)))  # type: ignore[misc]
        yield f"uiterlijk 12 {name}", first_open(lambda year, month=month: (None, date(year, month, 12)))  # type: ignore[misc]
        yield f"voor 12 {name}", first_open(lambda year, month=month: (None, date(year, month, 11)))  # type: ignore[misc]
        yield f"in {name}", first_open(lambda year, month=month: (date(year, month, 1), last_of(year, month)))  # type: ignore[misc]
        yield f"eind {name}", first_open(lambda year, month=month: (date(year, month, 21), last_of(year, month)))  # type: ignore[misc]
        yield f"uiterlijk in {name}", first_open(lambda year, month=month: (None, last_of(year, month)))  # type: ignore[misc]


def quarters_and_years() -> Iterator[tuple[str, Oracle]]:
    for number, ordinal in enumerate(ORDINALS, 1):
        start, end = number * 3 - 2, number * 3
        for year in (2025, 2028):
            low, high = date(year, start, 1), last_of(year, end)
            for phrase in (f"in het {ordinal} kwartaal van {year}", f"in Q{number} {year}", f"{number}e kwartaal {year}", f"K{number} {year}"):
                yield phrase, fixed(low, high)
            yield f"uiterlijk in het {ordinal} kwartaal van {year}", fixed(None, high)
            yield f"begin {ordinal} kwartaal {year}", fixed(low, last_of(year, start))
        yield f"in het {ordinal} kwartaal", first_open(lambda year, start=start, end=end: (date(year, start, 1), last_of(year, end)))  # type: ignore[misc]
    for year in (2025, 2028):
        yield f"in de eerste helft van {year}", fixed(date(year, 1, 1), date(year, 6, 30))
        yield f"in de tweede helft van {year}", fixed(date(year, 7, 1), date(year, 12, 31))
        yield f"in {year}", fixed(date(year, 1, 1), date(year, 12, 31))
        yield f"in de loop van {year}", fixed(date(year, 1, 1), date(year, 12, 31))
        yield f"begin {year}", fixed(date(year, 1, 1), date(year, 3, 31))
        yield f"medio {year}", fixed(date(year, 6, 1), date(year, 7, 31))
        yield f"eind {year}", fixed(date(year, 11, 1), date(year, 12, 31))
        yield f"voor eind {year}", fixed(None, date(year, 12, 31))
        yield f"uiterlijk {year}", fixed(None, date(year, 12, 31))
    yield "volgend jaar", lambda anchor: (date(anchor.year + 1, 1, 1), date(anchor.year + 1, 12, 31))
    yield "begin volgend jaar", lambda anchor: (date(anchor.year + 1, 1, 1), date(anchor.year + 1, 3, 31))
    yield "eind dit jaar", lambda anchor: (date(anchor.year, 11, 1), date(anchor.year, 12, 31))
    yield "voor het einde van het jaar", lambda anchor: (None, date(anchor.year, 12, 31))
    yield "later dit jaar", lambda anchor: (date(anchor.year, 1, 1), date(anchor.year, 12, 31))


def durations() -> Iterator[tuple[str, Oracle]]:
    for word, number in NUMBERS.items():
        yield f"binnen {word} weken", lambda anchor, number=number: (None, anchor + timedelta(days=7 * number))  # type: ignore[misc]
        yield f"binnen {word} dagen", lambda anchor, number=number: (None, anchor + timedelta(days=number))  # type: ignore[misc]
        yield f"binnen {word} maanden", lambda anchor, number=number: (None, months_on(anchor, number))  # type: ignore[misc]
        yield f"uiterlijk binnen {word} maanden", lambda anchor, number=number: (None, months_on(anchor, number))  # type: ignore[misc]
        yield f"de komende {word} weken", lambda anchor, number=number: (None, anchor + timedelta(days=7 * number))  # type: ignore[misc]
    yield "binnen een jaar", lambda anchor: (None, months_on(anchor, 12))
    yield "binnen een half jaar", lambda anchor: (None, months_on(anchor, 6))
    yield "deze week", lambda anchor: (None, anchor + timedelta(days=4 - anchor.weekday()))
    yield "volgende week", lambda anchor: (None, anchor + timedelta(days=11 - anchor.weekday()))


def seasons_and_recesses() -> Iterator[tuple[str, Oracle]]:
    yield "in het voorjaar", first_open(lambda year: (date(year, 3, 1), date(year, 6, 20)))
    yield "in het najaar", first_open(lambda year: (date(year, 9, 1), date(year, 12, 20)))
    yield "in de zomer", first_open(lambda year: (recess("zomer", year)[0], date(year, 9, 22)))
    yield "ruim voor de zomer", first_open(lambda year: (None, date(year, 5, 31)))
    yield "dit najaar", lambda anchor: (date(anchor.year, 9, 1), date(anchor.year, 12, 20))
    around = timedelta(days=30), timedelta(days=14)
    yield "rond de zomer", first_open(lambda year: (recess("zomer", year)[0] - around[0], recess("zomer", year)[1] + around[1]))
    for phrase in ("voor de zomer", "voor het zomerreces", "nog voor de zomer"):
        yield phrase, first_open(lambda year: (None, recess("zomer", year)[0] - ONE))
    for phrase in ("na de zomer", "na het zomerreces"):
        yield phrase, first_open(lambda year: (recess("zomer", year)[1] + ONE, date(year, 10, 31)))
    for phrase in ("voor de kerst", "voor het kerstreces"):
        yield phrase, first_open(lambda year: (None, recess("kerst", year)[0] - ONE))
    for phrase in ("na het kerstreces", "in het nieuwe jaar"):
        yield phrase, first_open(lambda year: (recess("kerst", year)[1] + ONE, date(year + 1, 2, 28)))
    for word, kind in (("meireces", "mei"), ("herfstreces", "herfst"), ("voorjaarsreces", "voorjaar"), ("krokusreces", "voorjaar")):
        yield f"voor het {word}", first_open(lambda year, kind=kind: (None, recess(kind, year)[0] - ONE))  # type: ignore[misc]
        yield (
            f"na het {word}",
            first_open(lambda year, kind=kind: (recess(kind, year)[1] + ONE, recess(kind, year)[1] + timedelta(days=29))),  # type: ignore[misc]
        )
    for year in YEARS:
        yield f"voor de zomer van {year}", fixed(None, recess("zomer", year)[0] - ONE)
        yield f"in het najaar van {year}", fixed(date(year, 9, 1), date(year, 12, 20))
        yield f"voorjaar {year}", fixed(date(year, 3, 1), date(year, 6, 20))


def budget() -> Iterator[tuple[str, Oracle]]:
    def prinsjesdag(year: int) -> date:
        return nth_weekday(year, 9, 1, 3)

    def accounts(year: int) -> date:
        return nth_weekday(year, 5, 2, 3)

    yield "met Prinsjesdag", first_open(lambda year: (prinsjesdag(year), prinsjesdag(year)))
    yield "voor Prinsjesdag", first_open(lambda year: (None, prinsjesdag(year) - ONE))
    yield "op Verantwoordingsdag", first_open(lambda year: (accounts(year), accounts(year)))
    yield "bij de Voorjaarsnota", first_open(lambda year: (date(year, 4, 15), date(year, 6, 1)))
    yield "uiterlijk bij de Voorjaarsnota", first_open(lambda year: (None, date(year, 6, 1)))
    yield "bij de Najaarsnota", first_open(lambda year: (date(year, 11, 15), date(year, 12, 1)))
    yield "voor de begrotingsbehandeling", first_open(lambda year: (None, date(year, 12, 15)))
    for year in YEARS:
        yield f"bij de ontwerpbegroting {year}", fixed(prinsjesdag(year - 1), prinsjesdag(year - 1))
        yield f"in de Miljoenennota {year}", fixed(prinsjesdag(year - 1), prinsjesdag(year - 1))


def table() -> list[tuple[str, Oracle]]:
    return [*days_and_months(), *quarters_and_years(), *durations(), *seasons_and_recesses(), *budget()]


def anchors() -> list[date]:
    """Give days that are edges somewhere, and a fixed choice of others."""
    edges = [
        date(2024, 2, 29), date(2024, 12, 20), date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 13), date(2025, 3, 31), date(2025, 4, 1),
        date(2025, 7, 3), date(2025, 7, 4), date(2025, 7, 9), date(2025, 9, 1), date(2025, 10, 31), date(2025, 12, 29), date(2026, 6, 20),
        date(2026, 6, 21), date(2026, 9, 15), date(2026, 9, 16), date(2027, 2, 28), date(2027, 5, 31),
    ]  # fmt: skip
    choice = random.Random(20250508)
    return edges + [date(2021, 1, 1) + timedelta(days=choice.randrange(365 * 9)) for _ in range(12)]


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(table()) >= 400
    assert len(table()) * len(anchors()) >= 10_000


@pytest.mark.parametrize("anchor", anchors(), ids=str)
def test_every_phrase_of_the_table_reads_as_plain_arithmetic_says(anchor: date) -> None:
    wrong = []
    for phrase, oracle in table():
        text = f"Uw Kamer wordt {phrase} hierover geïnformeerd."
        moments = find_moments(text, anchor)
        found = [(moment.phrase, moment.deadline.not_before, moment.deadline.not_after) for moment in moments]
        if found != [(phrase, *oracle(anchor))]:
            wrong.append((found, oracle(anchor)))
    assert not wrong, f"{len(wrong)} phrases read otherwise on {anchor}: {wrong[:5]}"


@pytest.mark.parametrize("anchor", anchors()[::6], ids=str)
def test_a_capital_a_line_break_and_the_end_of_the_text_change_nothing(anchor: date) -> None:
    for phrase, oracle in table()[::3]:
        written = (phrase[0].upper() + phrase[1:]).replace(" ", "\n", 1)
        (moment,) = find_moments(f"{written}", anchor)
        assert (moment.phrase, moment.deadline.not_before, moment.deadline.not_after) == (written, *oracle(anchor))


def test_a_phrase_without_a_year_is_never_over_on_its_anchor() -> None:
    for anchor in anchors():
        for phrase, _ in table():
            if any(sign.isdigit() for sign in phrase) or "dit " in phrase or "week" in phrase:
                continue
            (moment,) = find_moments(phrase, anchor)
            assert moment.deadline.not_after is None or moment.deadline.not_after >= anchor, phrase
            # A month that has just ended is told of, not promised for the next year.
            assert moment.usable or "vermoedelijk verleden" in moment.why, phrase
