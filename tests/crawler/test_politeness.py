"""How long to wait."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.politeness import Pace, backoff, retry_after
from crawler.sources.koop import Koop

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_backoff_starts_at_twenty_seconds_and_doubles():
    pace = Pace(delay=3.0)
    assert [backoff(pace, tries, chance=lambda: 0.0) for tries in (1, 2, 3)] == [20.0, 40.0, 80.0]
    assert [backoff(pace, tries, chance=lambda: 1.0) for tries in (1, 2, 3)] == [30.0, 60.0, 120.0]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Tue, 24 Nov 2026 09:01:30 GMT", 90.0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0.0),  # past
        ("morgen", None),
        ("99999999999999", None),
        (None, None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_only_a_source_that_is_all_on_this_machine_goes_without_waiting():
    assert Pace.of(Koop()) == Pace(delay=3.0)
    assert Pace.of(Koop({"sru": "http://127.0.0.1:1/sru"})).delay == 3.0
    assert Pace.of(Koop({"*": "http://spiegel.example"})).delay == 3.0
    assert Pace.of(Koop({"*": "http://127.0.0.1:1"})).delay == 0.0
