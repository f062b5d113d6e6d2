"""Turns a `Reading` into a `Deadline`: the first and last day, how exact they are, what they hang on, and a note for the person who sees them.

In: a reading and the day to count from. Out: a deadline. Pure; the same reading and day always give the same deadline.
`not_before` is None where the words set no lower bound; `not_after` is without grace.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from db.records import Deadline, Precision
from nlp.calendar import load
from nlp.components.moment_grammar import Reading
from nlp.components.moment_lengths import Length
from nlp.components.moment_notes import note
from nlp.components.moment_windows import Window, add_months, candidates, dutch
from nlp.components.moment_words import lexicon

Limits = tuple[date | None, date | None]


def resolve(reading: Reading, phrase: str, anchor: date | None) -> Deadline:
    """Give the deadline that `reading` means on the day `anchor`; without an anchor only what names its year gets dates."""
    if reading.form == "dated":
        return _dated(reading, phrase, anchor)
    if reading.form == "debate":
        return _debate(reading, phrase, anchor)
    if reading.form == "duration":
        return _duration(reading, phrase, anchor)
    return _undated(reading, phrase, anchor)


def _undated(reading: Reading, phrase: str, anchor: date | None) -> Deadline:
    """Read what names no date: when to look again, and why there is none."""
    notes, margins, label = lexicon().notes, load().margins, _document(anchor)
    if reading.form == "event":
        again = _later(anchor, days=margins["look_again_event"])
        return Deadline(phrase=phrase, precision="event", anchor=label, note=notes["event"], look_again=again)
    if reading.form == "series":
        again = _later(anchor, days=margins["look_again_series"])
        return Deadline(phrase=phrase, precision="series", anchor=label, note=notes["series"], look_again=again)
    fixed = reading.fixed
    if reading.form == "recurring" and fixed is not None:
        return Deadline(phrase=phrase, precision="recurring", anchor=label, note=notes["recurring"], look_again=_later(anchor, months=fixed.months))
    if fixed is not None and fixed.until_election:
        election = load().next_election(anchor) if anchor is not None else None
        return Deadline(phrase=phrase, precision="vague", anchor=label, note=notes["election"], look_again=election)
    days = fixed.days if fixed is not None and reading.form == "open" else 0
    return Deadline(phrase=phrase, precision="vague", anchor=label, note=notes["open"], look_again=_later(anchor, days=days) if days else None)


def _duration(reading: Reading, phrase: str, anchor: date | None) -> Deadline:
    """Read "binnen zes weken", "over twee maanden", "uiterlijk een week voor het zomerreces"."""
    notes, length = lexicon().notes, reading.length
    assert length is not None
    precision: Precision = "month" if length.whole_years else "day"
    if reading.periods:
        base = _dated(replace(reading, form="dated", relation="before" if reading.relation == "lead" else "in"), phrase, anchor)
        edge = base.not_after
        if edge is None:
            return base
        # Counted from the moment itself: "voor" ends a day early, so the day is put back.
        moment = edge + timedelta(days=1) if reading.relation == "lead" else edge
        end = add(moment, length, backwards=reading.relation == "lead")
        return Deadline(phrase=phrase, not_after=end, precision="day", anchor=base.anchor, note=notes["lead"].format(first=dutch(moment)))
    if anchor is None:
        return Deadline(phrase=phrase, precision=precision, note=notes["no_anchor"])
    end = add(anchor, length)
    start = end if reading.relation == "ahead" else None
    counted = notes["within"].format(anchor=dutch(anchor))
    return Deadline(phrase=phrase, not_before=start, not_after=end, precision=precision, anchor=_document(anchor), note=counted)


def _debate(reading: Reading, phrase: str, anchor: date | None) -> Deadline:
    deadline = _dated(replace(reading, form="dated"), phrase, anchor)
    return replace(deadline, note=lexicon().notes["debate"]) if deadline.not_after is not None else deadline


def _dated(reading: Reading, phrase: str, anchor: date | None) -> Deadline:
    """Read a moment of the calendar; without a year it is the first one still open on `anchor`."""
    fallback: tuple[Window, Limits] | None = None
    for window in candidates(reading.periods, anchor):
        limits = _limits(reading, window)
        if window.fixed or anchor is None or (limits[1] or limits[0] or date.max) >= anchor:
            return _deadline(reading, phrase, window, limits, anchor)
        fallback = window, limits
    if fallback is not None:
        return _deadline(reading, phrase, *fallback, anchor)
    return Deadline(phrase=phrase, precision=_PRECISIONS.get(reading.periods[0].kind, "day"), note=lexicon().notes["no_anchor"])


_PRECISIONS: dict[str, Precision] = {
    "day": "day", "weekday": "day", "today": "day", "week": "week", "month": "month", "quarter": "quarter", "half": "half-year", "season": "season",
    "year": "year", "school_year": "year", "recess": "day", "budget": "day", "new_year": "day",
}  # fmt: skip


def _limits(reading: Reading, window: Window) -> Limits:
    """Give the first and last day that the words before the moment leave."""
    calendar = load()
    first, last, relation, period = window.first, window.last, reading.relation, reading.periods[0]
    day = timedelta(days=1)
    summer = period.kind in ("recess", "season") and period.name == "zomer" and not period.part
    recess = (period.kind == "recess" and not period.part) or summer
    if relation == "well_before" and summer:
        return None, date(window.first.year, *calendar.limits["well_before_summer_to"])
    if relation in ("before", "well_before"):
        # "voor eind augustus" and "voor de Voorjaarsnota" run to the end; "voor maart" to the day before.
        return None, last if period.part == "eind" or window.until_end else first - day
    if relation == "by" or (relation == "still" and period.kind != "season"):
        return None, last
    if period.kind == "new_year" and relation in ("in", "after"):
        # "in het nieuwe jaar": from the end of the Christmas recess.
        start = first if relation == "after" else calendar.recess("kerst", window.year).last + day
        return start, date(first.year, *calendar.limits["after_christmas_to"])
    if relation == "after":
        end = window.recess_end if recess and window.recess_end else last
        return end + day, _after(window, summer=summer, recess=recess)
    if relation == "week_after":
        # A recess ends on a Monday: what is left of that week.
        return last + day, last + timedelta(days=calendar.week_ends_on - 1 - last.weekday())
    if relation == "around":
        if summer:
            end = window.recess_end or last
            return first - timedelta(days=calendar.margins["around_summer_before"]), end + timedelta(days=calendar.margins["around_summer_after"])
        if first == last or period.kind == "recess":
            margin = timedelta(days=calendar.margins["around_day"])
            return first - margin, last + margin
    if relation == "earliest":
        return first, None
    if relation == "from" and not period.part:
        return first, first
    if period.kind == "week" and period.turn and not period.part:
        return None, last
    if period.kind == "today" and period.part == "still":
        return None, last
    return first, last


def _after(window: Window, *, summer: bool, recess: bool) -> date | None:
    """Give the last day of "na het zomerreces" and the like; after other moments the end is open."""
    calendar = load()
    if summer:
        return date(window.first.year, *calendar.limits["after_summer_to"])
    if recess and window.name == "kerstreces":
        return date(window.last.year, *calendar.limits["after_christmas_to"])
    if recess:
        return window.last + timedelta(days=1 + calendar.margins["after_recess"])
    return None


def _deadline(reading: Reading, phrase: str, window: Window, limits: Limits, anchor: date | None) -> Deadline:
    return Deadline(
        phrase=phrase,
        not_before=limits[0],
        not_after=limits[1],
        precision=_precision(reading, window, limits),
        anchor=window.label or (_document(anchor) if not window.absolute else None),
        note=note(reading, window, *limits, anchor),
        look_again=None if limits[1] else _later(limits[0], days=load().margins["look_again_event"]),
        grace_days=_grace(reading, window, limits),
    )


def _precision(reading: Reading, window: Window, limits: Limits) -> Precision:
    period = reading.periods[0]
    if reading.relation == "week_after":
        return "week"
    if period.kind == "new_year" and reading.relation in ("in", "after"):
        return "month"
    if reading.relation == "after" and period.kind == "recess":
        return "season" if period.name == "zomer" else "month"
    if reading.relation == "around" and period.kind == "recess" and period.name == "zomer":
        return "season"
    if (reading.relation == "from" and not period.part) or (limits[0] == limits[1] and limits[0] is not None):
        return "day"
    if period.kind == "budget":
        return "day" if window.first == window.last else "month"
    if period.part and period.kind == "month":
        return "week"
    if period.part in ("begin", "medio", "eind", "months") and period.kind in ("year", "school_year", "quarter", "half", "season"):
        return "month"
    return _PRECISIONS[period.kind]


def _grace(reading: Reading, window: Window, limits: Limits) -> int:
    """Give the days that letters are known to keep coming after the last day."""
    calendar, period = load(), reading.periods[0]
    if len(reading.periods) > 1:
        return 0
    if period.name == "zomer" and period.kind in ("recess", "season") and reading.relation == "before" and not period.part:
        return calendar.margins["grace_summer_recess"]
    to_recess = None
    if period.kind == "season" and not period.part:
        to_recess = calendar.seasons[period.name].grace_to_recess
    if to_recess is None or limits[1] is None or limits[1] != window.last:
        return 0
    return max(0, (calendar.recess(to_recess, window.last.year).first - limits[1]).days)


def add(day: date, length: Length, *, backwards: bool = False) -> date:
    """Give the day a duration after (or before) `day`; a month later is the same day of the month, or its last."""
    sign = -1 if backwards else 1
    if length.months:
        day = add_months(day, sign * length.months)
    day += timedelta(days=sign * (length.days + (length.hours + 23) // 24))
    for _ in range(length.workdays):
        day += timedelta(days=sign)
        while day.weekday() > 4:
            day += timedelta(days=sign)
    return day


def _later(day: date | None, *, days: int = 0, months: int = 0) -> date | None:
    return None if day is None else add_months(day, months) + timedelta(days=days)


def _document(anchor: date | None) -> str | None:
    return None if anchor is None else f"document {anchor.isoformat()}"
