"""From when a source is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.watermark import reached, window

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FIRST = NOW - timedelta(days=5)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("latest", "since", "begin"),
    [
        (None, None, "2026-11-19T09:00:00+00:00"),  # the first time
        (None, date(2026, 11, 1), "2026-10-31T23:00:00+00:00"),  # the first time, asked by a person; days are Amsterdam's
        ("2026-11-24T08:00:00+00:00", None, "2026-11-23T08:00:00+00:00"),  # with overlap
        ("2026-11-24", None, "2026-11-22T23:00:00+00:00"),  # a day that an earlier version left
        ("2026-11-24T08:00:00+00:00", date(2026, 11, 1), "2026-10-31T23:00:00+00:00"),
        ("2026-11-10T08:00:00+00:00", date(2026, 11, 20), "2026-11-09T08:00:00+00:00"),  # who asks for less makes no gap
    ],
)
def test_where_a_crawl_begins(latest, since, begin):
    assert window(latest, FIRST, DAY, NOW, since)["begin"] == begin


@pytest.mark.parametrize("latest", [None, "2026-11-20T08:00:00+00:00"])
def test_nothing_new_moves_nothing_and_the_next_crawl_begins_there_again(latest):
    asked = window(latest, FIRST, DAY, NOW)
    after = reached(asked, [datetime(2026, 6, 1, tzinfo=UTC), None])
    assert window(after.isoformat(), NOW, DAY, NOW + DAY)["begin"] == asked["begin"]


def test_the_latest_moment_counts_and_one_in_the_future_does_not():
    asked = window("2026-11-20T08:00:00+00:00", FIRST, DAY, NOW)
    assert reached(asked, [NOW - DAY, NOW - 2 * DAY, NOW + 400 * DAY]) == NOW - DAY
