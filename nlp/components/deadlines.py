"""Finds the moments that a sentence names and reads each as a deadline, usable or not.

In: a sentence or passage and the day to count from. Out: the phrases with their place, their dates, and why one cannot be a deadline.
Decides only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from db.records import Deadline

MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december")
_DATED = re.compile(
    r"(?P<before>v[oó][oó]r|uiterlijk(?: op)?|op|per|met ingang van|van)\s+(?P<day>\d{1,2})\s+(?P<month>" + "|".join(MONTHS) + r")(?:\s+(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_OPEN = re.compile(r"op korte termijn|binnenkort|zo spoedig mogelijk|zo snel mogelijk|(?:in )?de komende (?:tijd|periode|weken|maanden)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One time expression: where it stands in the given text, how it reads, and whether it can be a deadline."""

    start: int
    end: int
    phrase: str
    deadline: Deadline
    usable: bool
    why: str = ""
    """Why it cannot be a deadline; empty when it can."""


def find_moments(text: str, anchor: date | None) -> list[Moment]:
    """Give the time expressions of `text` in order, none overlapping; `anchor` is the day that relative phrases count from."""
    moments = []
    for match in _DATED.finditer(text):
        year = int(match["year"]) if match["year"] else anchor.year if anchor else None
        if year is None:
            continue
        day = date(year, MONTHS.index(match["month"].lower()) + 1, min(int(match["day"]), 28))
        past = anchor is not None and day < anchor
        usable = match["before"].lower() != "van" and not past
        deadline = Deadline(phrase=match[0], not_before=None if match["before"][0] in "vVuU" else day, not_after=day, precision="day")
        why = "" if usable else "verleden" if past else "verwijzing"
        moments.append(Moment(start=match.start(), end=match.end(), phrase=match[0], deadline=deadline, usable=usable, why=why))
    for match in _OPEN.finditer(text):
        deadline = Deadline(phrase=match[0], precision="vague")
        moments.append(Moment(start=match.start(), end=match.end(), phrase=match[0], deadline=deadline, usable=True))
    return sorted(moments, key=lambda moment: moment.start)
