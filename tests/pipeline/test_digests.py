"""When digests go: once each, whatever the clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.digests import is_due, slot
from pipeline.watch import Watch


def run(watch: Watch, first: datetime, last: datetime, step: timedelta = timedelta(minutes=5)) -> list[datetime]:
    """The moments at which a service that looks every five minutes sends."""
    had, now, sent = slot(watch, first), first, []
    while now <= last:
        if is_due(watch, had, now):
            sent.append(now)
            had = slot(watch, now)
        now += step
    return sent


@pytest.mark.parametrize(
    ("at", "first", "last", "days", "reason"),
    [
        ("08:00", datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 10, 27, 12, tzinfo=UTC), 4, "the clock goes back on 25 October"),
        ("02:30", datetime(2026, 10, 23, 12, tzinfo=UTC), datetime(2026, 10, 27, 12, tzinfo=UTC), 4, "half past two comes twice on 25 October"),
        ("02:30", datetime(2027, 3, 26, 12, tzinfo=UTC), datetime(2027, 3, 30, 12, tzinfo=UTC), 4, "half past two does not come on 28 March"),
        ("08:00", datetime(2027, 3, 26, 12, tzinfo=UTC), datetime(2027, 3, 30, 12, tzinfo=UTC), 4, "the clock goes forward on 28 March"),
    ],
)
def test_a_daily_digest_goes_once_a_day(at: str, first: datetime, last: datetime, days: int, reason: str) -> None:
    sent = run(Watch(name="w", title="W", digest="daily", at=at), first, last)
    assert len(sent) == days, reason
    assert len({moment.date() for moment in sent}) == days, reason


def test_a_weekly_digest_goes_on_its_weekday() -> None:
    sent = run(Watch(name="w", title="W", digest="weekly", day=0, at="08:00"), datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert [(moment.day, moment.weekday()) for moment in sent] == [(5, 0), (12, 0), (19, 0), (26, 0)]
    assert [moment.hour for moment in sent] == [6, 6, 6, 7]  # eight o'clock in Amsterdam, in summer and in winter


def test_a_service_that_was_off_sends_once_when_it_is_back() -> None:
    watch = Watch(name="w", title="W", digest="daily")
    had = slot(watch, datetime(2026, 11, 1, 12, tzinfo=UTC))
    assert len(run(watch, datetime(2026, 11, 4, 10, tzinfo=UTC), datetime(2026, 11, 4, 20, tzinfo=UTC))) == 0
    assert is_due(watch, had, datetime(2026, 11, 4, 10, tzinfo=UTC))


def test_a_watch_that_never_had_a_digest_waits_for_its_first() -> None:
    assert not is_due(Watch(name="w", title="W", digest="daily"), None, datetime(2026, 11, 4, 10, tzinfo=UTC))
    assert is_due(Watch(name="w", title="W"), None, datetime(2026, 11, 4, 10, tzinfo=UTC))
