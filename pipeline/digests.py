"""When the digests of a watch go: each moment once, never twice and never skipped, whatever the clock of Amsterdam does. Decides only.

A digest has a slot: the last moment, not after now, at which it should go. A slot is due while the watch has not had it; a service that was off at
the moment sends when it is back. Slots are days and hours of the calendar, so a day with 23 or 25 hours has one daily slot: a time of day that does
not exist falls an hour later, one that exists twice counts the first time.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.watch import Watch

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def slot(watch: Watch, now: datetime) -> datetime | None:
    """The last moment, not after now, at which a digest of this watch should go; None for a watch that is told at once."""
    if watch.digest == "live":
        return None
    if watch.digest == "hourly":
        return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    at = time.fromisoformat(watch.at)
    day = now.astimezone(AMSTERDAM).date()
    if watch.digest == "weekly":
        day -= timedelta(days=(day.weekday() - watch.day) % 7)
    step = timedelta(days=7 if watch.digest == "weekly" else 1)
    moment = datetime.combine(day, at, AMSTERDAM).astimezone(UTC)
    return moment if moment <= now else datetime.combine(day - step, at, AMSTERDAM).astimezone(UTC)


def is_due(watch: Watch, last: datetime | None, now: datetime) -> bool:
    """Whether what waits for a watch may go now.

    Args:
        last: the slot that it had last; None when it never had one: what waits then waits for the first one after it was raised.
    """
    current = slot(watch, now)
    return current is None or (last is not None and current > last)
