"""Dates as publishers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crawler.dates import amsterdam_day, day_in_path, midnight, read_day, read_instant


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-07-06", date(2021, 7, 6)),  # W3CDTF
        ("2026-11-16T23:30:00Z", date(2026, 11, 17)),  # an instant is the day it is in Amsterdam
        ("2026-11-17T00:00:00+01:00", date(2026, 11, 17)),
        ("17-11-2026", date(2026, 11, 17)),  # list pages of the old platform
        ("Advies | 17-11-2026", date(2026, 11, 17)),
        ("6 juli 2021", date(2021, 7, 6)),
        ("1 mrt. 2026", date(2026, 3, 1)),
        ("31-02-2026", None),  # no such day
        ("6 smurf 2021", None),
        ("binnenkort", None),
        ("", None),
    ],
)
def test_day(text, day):
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2021-07-09T11:23:39.5363908+02:00", datetime(2021, 7, 9, 9, 23, 39, 536390, UTC)),  # seven decimals
        ("2025-02-19T21:50:55.124+01:00", datetime(2025, 2, 19, 20, 50, 55, 124000, UTC)),
        ("2008-08-26T12:13:04.6270000", datetime(2008, 8, 26, 10, 13, 4, 627000, UTC)),  # no offset: the clock is Amsterdam's
        ("2026-11-17", datetime(2026, 11, 16, 23, 0, tzinfo=UTC)),  # a day is its midnight in Amsterdam
        ("Tue, 17 Nov 2026 08:30:00 +0100", datetime(2026, 11, 17, 7, 30, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),  # before the first day that a calendar has
        ("gisteren", None),
    ],
)
def test_instant(text, instant):
    assert read_instant(text) == instant


def test_day_in_path():
    assert day_in_path("https://x.nl/documenten/2026/11/24/naam") == date(2026, 11, 24)
    assert day_in_path("https://x.nl/documenten/2026/13/24/naam") is None


def test_amsterdam_day_is_ahead_of_utc_at_night():
    assert amsterdam_day(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert midnight(date(2026, 7, 2)) == datetime(2026, 7, 1, 22, 0, tzinfo=UTC)
