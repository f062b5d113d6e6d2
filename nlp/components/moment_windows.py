"""Gives the first and last day of a named period, for each year that it may be meant in.

In: the periods of a reading and the day to count from. Out: windows in the order in which to try them; the first still open is the one meant. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nlp.calendar import Calendar, Mark, Stretch, load
from nlp.components.moment_days import Period

_MONTH_NAMES = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december")


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """One occurrence of a period: first and last day, both included."""

    first: date
    last: date
    year: int
    name: str = ""
    """Of the recess, season or budget moment that it hangs on."""
    label: str | None = None
    """The same with its year, as the anchor of a deadline."""
    mark: Mark = "evidence"
    fixed: bool = False
    """The words say which occurrence; no other is tried."""
    absolute: bool = False
    """The year stands in the words."""
    until_end: bool = False
    """The day within it is not known: "before" runs to its end."""
    recess_end: date | None = None
    """Last day of the recess that a season hangs on."""
    replaced_by: str | None = None
    passed: int | None = None
    """A year that was tried first and is over."""


def dutch(day: date) -> str:
    """Write a day as "4 juli 2025"."""
    return f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"


def month_end(year: int, month: int) -> date:
    """Give the last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """Give the same day of the month so many months on, or the last one where that month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), month_end(year, month + 1))


def candidates(periods: tuple[Period, ...], anchor: date | None) -> Iterator[Window]:
    """Give the windows that `periods` may mean, earliest year first; two periods make one window from the first to the end of the second."""
    for window in _of_one(periods[0], anchor):
        if len(periods) == 1:
            yield window
            continue
        second = next((other for other in _of_one(periods[1], anchor) if other.first >= window.first), None)
        if second is not None:
            yield replace(window, last=second.last, absolute=window.absolute and second.absolute)


def _of_one(period: Period, anchor: date | None) -> Iterator[Window]:
    counted = period.turn and not period.number and period.kind in ("week", "month", "quarter", "half")
    if period.kind in ("today", "weekday") or counted:
        if anchor is not None and (window := _relative(period, anchor)) is not None:
            yield window
        return
    if period.kind == "recess" and not period.name:
        # "voor het reces", "na het reces": the one that is going on, then the next.
        recesses = load().recesses_from(anchor) if anchor is not None else []
        yield from (_recess_window(recess, recess.first, recess.last) for recess in recesses)
        return
    if period.year is not None:
        yield from (replace(window, fixed=True, absolute=True) for window in _in_year(period, period.year + _shift(period)))
        return
    if anchor is None:
        return
    if period.turn == "last" and period.kind == "day":
        # "31 maart jl.": the last one before today.
        found = [window for year in (anchor.year - 1, anchor.year) for window in _in_year(period, year) if window.first <= anchor]
        yield from (replace(window, fixed=True) for window in found[-1:])
        return
    if period.kind == "school_year":
        years = [window for year in (anchor.year - 1, anchor.year, anchor.year + 1) for window in _in_year(period, year)]
        going_on = period.turn == "this"
        yield from (replace(window, fixed=True) for window in years if (window.last >= anchor if going_on else window.first > anchor))
        return
    if period.turn in ("this", "next", "last") or (period.turn == "coming" and period.kind == "year"):
        step = {"this": 0, "next": 1, "coming": 1, "last": -1}[period.turn]
        year = anchor.year + step
        # In February "deze winter" began in the year before.
        if period.turn == "this" and period.name == "winter" and any(window.last >= anchor for window in _in_year(period, year - 1)):
            year -= 1
        yield from (replace(window, fixed=True) for window in _in_year(period, year))
        return
    # "komend voorjaar" is not the one that is going on.
    coming = period.turn == "coming" and period.kind in ("season", "recess", "month")
    for year in range(anchor.year - 1, anchor.year + 3):
        passed = anchor.year if year == anchor.year + 1 and not coming else None
        yield from (replace(window, passed=passed) for window in _in_year(period, year) if not coming or window.first > anchor)


def _shift(period: Period) -> int:
    return period.budget.year_shift if period.budget is not None else 0


def _relative(period: Period, anchor: date) -> Window | None:
    """Read what counts from today: "deze week", "volgend kwartaal", "aanstaande vrijdag"."""
    step = {"this": 0, "coming": 1, "next": 1, "last": -1}.get(period.turn.split()[0] if period.turn else "", 0)
    if period.kind == "today":
        day = anchor + timedelta(days=period.number)
        return Window(first=day, last=day, year=day.year, fixed=True)
    if period.kind == "weekday":
        return _weekday(period, anchor, step)
    if period.kind == "week":
        monday = anchor - timedelta(days=anchor.weekday()) + timedelta(weeks=step)
        window = _week(period, monday)
        # What is left of this week.
        return replace(window, first=max(window.first, anchor) if step == 0 else window.first) if window.last >= anchor else window
    months = {"month": 1, "quarter": 3, "half": 6}[period.kind]
    start = date(anchor.year, (anchor.month - 1) // months * months + 1, 1)
    start = add_months(start, months * step)
    end = add_months(start, months) - timedelta(days=1)
    first, last = _part(period, start, end)
    return Window(first=first, last=last, year=start.year, fixed=True)


def _weekday(period: Period, anchor: date, step: int) -> Window:
    if period.turn.endswith("week"):
        day = anchor - timedelta(days=anchor.weekday()) + timedelta(weeks=step, days=period.number)
    elif period.turn == "last":
        day = anchor - timedelta(days=(anchor.weekday() - period.number - 1) % 7 + 1)
    else:
        day = anchor + timedelta(days=(period.number - anchor.weekday() - 1) % 7 + 1)
    return Window(first=day, last=day, year=day.year, fixed=True)


def _week(period: Period, monday: date) -> Window:
    calendar = load()
    first, last = calendar.boundaries["week"].get(period.part, (1, calendar.week_ends_on))
    return Window(first=monday + timedelta(days=first - 1), last=monday + timedelta(days=last - 1), year=monday.year, fixed=True)


def _in_year(period: Period, year: int) -> Iterator[Window]:
    """Give the period as it falls in `year`; nothing where that year has no such day."""
    calendar = load()
    if period.kind == "recess" and not calendar.has_recess(period.name, year):
        return
    if period.kind == "recess" or period.kind == "season":
        yield _named(period, year, calendar)
    elif period.kind == "budget":
        assert period.budget is not None
        for moment in calendar.budget_moments(period.budget, year):
            label, open_day = f"{moment.name} {year}", period.budget.before_is_by
            yield Window(first=moment.first, last=moment.last, year=year, name=moment.name, label=label, mark=moment.mark, until_end=open_day)
    elif period.kind == "new_year":
        yield Window(first=date(year + 1, 1, 1), last=date(year + 1, 1, 1), year=year)
    elif period.kind == "week" and not period.nth:
        monday = date(year, 1, 4) - timedelta(days=date(year, 1, 4).weekday()) + timedelta(weeks=period.number - 1)
        yield replace(_week(period, monday), fixed=False)
    else:
        bounds = _bounds(period, year)
        if bounds is not None:
            first, last = _part(period, *bounds)
            if period.kind == "week":
                yield replace(_week(period, first - timedelta(days=first.weekday())), fixed=False)
            else:
                yield Window(first=first, last=last, year=year)


def _named(period: Period, year: int, calendar: Calendar) -> Window:
    if period.kind == "recess" or (period.name == "zomer" and not period.part):
        recess = calendar.recess(period.name, year)
        last = recess.last if period.kind == "recess" else calendar.season(period.name, year).last
        first, last = _part(period, recess.first, last)
        return _recess_window(recess, first, last)
    season = calendar.season(period.name, year)
    first, last = _part(period, season.first, season.last)
    if period.part in ("early", "late"):
        early_end = calendar.seasons[period.name].early_end
        edge = date(season.first.year, *early_end)
        if edge < season.first:
            edge = date(season.last.year, *early_end)
        first, last = (season.first, edge) if period.part == "early" else (edge + timedelta(days=1), season.last)
    return Window(first=first, last=last, year=year, name=period.name)


def _recess_window(recess: Stretch, first: date, last: date) -> Window:
    """Give a window on, or cut out of, a recess or the season that hangs on it."""
    return Window(
        first=first,
        last=last,
        year=recess.year,
        name=recess.name,
        label=f"{recess.name} {recess.year}",
        mark=recess.mark,
        replaced_by=recess.replaced_by,
        recess_end=recess.last,
    )


def _bounds(period: Period, year: int) -> tuple[date, date] | None:
    """Give the whole month, quarter, half-year or year, or the day."""
    if period.kind in ("day", "week"):
        try:
            day = date(year, period.number, period.day)
        except ValueError:
            return None
        return day, day
    if period.kind == "school_year":
        start, end = load().school_year
        return date(year, *start), date(year + 1, *end)
    if period.kind == "year":
        return date(year, 1, 1), date(year, 12, 31)
    months = {"month": 1, "quarter": 3, "half": 6}[period.kind]
    first_month = (period.number - 1) * months + 1
    return date(year, first_month, 1), month_end(year, first_month + months - 1)


def _part(period: Period, first: date, last: date) -> tuple[date, date]:
    """Cut "begin", "medio", "eind", a half or a week out of a period."""
    part, calendar = period.part, load()
    if not part or part in ("early", "late", "still"):
        return first, last
    if part in ("half1", "half2"):
        if period.kind == "month":
            return (first, first.replace(day=15)) if part == "half1" else (first.replace(day=16), last)
        middle = first + (last - first) // 2
        return (first, middle) if part == "half1" else (middle + timedelta(days=1), last)
    if part == "nth":
        if period.nth < 0:
            return last - timedelta(days=6), last
        start = first + timedelta(days=7 * (period.nth - 1))
        return start, min(start + timedelta(days=6), last)
    if part == "months":
        return first, month_end(first.year, min(12, period.nth))
    if period.kind == "month":
        low, high = calendar.boundaries["month"][part]
        return first.replace(day=low), last if part == "eind" else first.replace(day=high)
    if period.kind == "year":
        low, high = calendar.boundaries["year"][part]
        return date(first.year, low, 1), month_end(first.year, high)
    if period.kind == "recess":
        third = timedelta(days=((last - first).days + 1) // 3)
        thirds = {"begin": (first, first + third), "medio": (first + third, last - third), "eind": (last - third, last)}
        return thirds[part]
    edge = calendar.edge_months
    early, late = add_months(first, edge) - timedelta(days=1), add_months(last + timedelta(days=1), -edge)
    return {"begin": (first, early), "medio": (early + timedelta(days=1), late - timedelta(days=1)), "eind": (late, last)}[part]
