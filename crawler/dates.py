"""Dates as Dutch publishers write them to dates and instants. Days are Amsterdam's, instants come out in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan"), ("februari", "feb"), ("maart", "mrt"), ("april", "apr"), ("mei",), ("juni", "jun"), ("juli", "jul"),
            ("augustus", "aug"), ("september", "sep", "sept"), ("oktober", "okt"), ("november", "nov"), ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DUTCH_DAY = re.compile(r"\b(\d{1,2})[ .-]([A-Za-z]{3,9}|\d{1,2})\.?[ .-](\d{4})\b")
_FRACTION = re.compile(r"(\.\d{6})\d+")
_PATH_DAY = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/")


def read_day(text: str) -> date | None:
    """The calendar day in `2021-07-06`, `2021-07-06T00:00:00+02:00`, `06-07-2021` or `6 juli 2021`; None when there is none.

    An instant with an offset gives the day that it is in Amsterdam.
    """
    text = text.strip()
    if "T" in text:
        instant = read_instant(text)
        if instant is not None:
            return instant.astimezone(AMSTERDAM).date()
    if found := _ISO_DAY.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DUTCH_DAY.search(text):
        month = _MONTHS.get(found[2].lower()) or (int(found[2]) if found[2].isdigit() else None)
        return None if month is None else _day(int(found[3]), month, int(found[1]))
    return None


def read_instant(text: str) -> datetime | None:
    """The instant in an ISO text of any precision, or of a feed (`Tue, 24 Nov 2026 09:00:00 +0100`), in UTC; None when there is none.

    Without an offset the clock is Amsterdam's; a day alone is its midnight there.
    """
    text = _FRACTION.sub(r"\1", text.strip())
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        try:
            instant = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=AMSTERDAM)
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return None


def day_in_path(url: str) -> date | None:
    """The day in a URL such as `/documenten/2026/11/24/naam`."""
    found = _PATH_DAY.search(url)
    return None if found is None else _day(int(found[1]), int(found[2]), int(found[3]))


def amsterdam_day(now: datetime) -> date:
    """The calendar day in Amsterdam at this instant."""
    return now.astimezone(AMSTERDAM).date()


def midnight(day: date) -> datetime:
    """The instant, in UTC, at which a day begins in Amsterdam."""
    return datetime.combine(day, time(), AMSTERDAM).astimezone(UTC)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
