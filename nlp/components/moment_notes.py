"""Writes the note that tells a reader how a phrase was read.

In: a reading, the window chosen for it and the dates left of it. Out: one or more Dutch sentences, or None. The sentences stand in `deadlines.toml`.
"""

from __future__ import annotations

from datetime import date

from nlp.calendar import load
from nlp.components.moment_days import Period
from nlp.components.moment_grammar import Reading
from nlp.components.moment_windows import Window, dutch
from nlp.components.moment_words import lexicon


def note(reading: Reading, window: Window, not_before: date | None, not_after: date | None, anchor: date | None) -> str | None:
    """Give the note for a dated reading."""
    notes, period = lexicon().notes, reading.periods[0]
    values = {"name": window.name, "year": str(window.year), "first": dutch(window.first), "last": dutch(window.recess_end or window.last)}
    lines = []
    if len(reading.periods) > 1:
        lines.append(notes["part"].format(first=dutch(window.first), last=dutch(window.last)))
    elif reading.relation == "well_before" and not_after is not None and window.recess_end is not None:
        lines.append(notes["well_before"].format(**{**values, "last": dutch(not_after)}))
    elif window.recess_end is not None and not period.part:
        lines.append(_recess_line(reading, period, window, values))
    elif period.kind == "budget":
        key = "budget_day" if window.first == window.last else "budget_range"
        lines.append(notes[key].format(**{**values, "name": window.name[:1].upper() + window.name[1:]}))
    elif period.kind == "season" and not period.part:
        lines.append(notes["season"].format(**values))
        lines.append(load().seasons[period.name].note or "")
    elif period.kind == "new_year" and reading.relation == "in" and not_after is not None:
        lines.append(notes["new_year"].format(last=dutch(not_after)))
    elif period.part not in ("", "still"):
        key = "part" if not_before is not None else "part_until"
        lines.append(notes[key].format(first=dutch(not_before or window.first), last=dutch(not_after or window.last)))
    if window.recess_end is not None:
        lines.extend(_doubts(window, values))
    if reading.relation == "from":
        lines.append(notes["action_date"])
    if not_after is None and not_before is not None:
        lines.append(notes["after_open"].format(first=dutch(not_before)))
    if window.passed is not None and anchor is not None:
        key = "running" if reading.relation == "before" and _was_running(window, anchor) else "next_year"
        lines.append(notes[key].format(**values, anchor=dutch(anchor), passed=window.passed))
    return " ".join(line for line in lines if line) or None


def _recess_line(reading: Reading, period: Period, window: Window, values: dict[str, str]) -> str:
    notes = lexicon().notes
    if reading.relation == "before":
        return notes["before_summer" if period.kind == "season" else "before_recess"].format(**values)
    if reading.relation == "after":
        return notes["after_recess"].format(**values)
    if reading.relation == "around" and period.name == "zomer":
        return notes["around_summer"].format(**values)
    if period.kind == "season":
        return notes["season"].format(name=period.name, first=dutch(window.first), last=dutch(window.last))
    return notes["recess"].format(**values)


def _doubts(window: Window, values: dict[str, str]) -> list[str]:
    """Say that a recess was replaced, or how unsure its dates are."""
    notes = lexicon().notes
    lines = [notes["replaced"].format(**values, other=window.replaced_by)] if window.replaced_by else []
    if window.mark == "unconfirmed":
        lines.append(notes["unconfirmed"].format(**values))
    elif window.mark == "rule":
        lines.append(notes["computed"].format(**values))
    return lines


def _was_running(window: Window, anchor: date) -> bool:
    """Say whether this recess was going on at `anchor`, the year before."""
    if window.passed is None:
        return False
    calendar = load()
    recesses = [
        calendar.recess(kind.name, window.passed)
        for kind in calendar.recesses.values()
        if kind.title == window.name and calendar.has_recess(kind.name, window.passed)
    ]
    return any(recess.first <= anchor <= recess.last for recess in recesses)
