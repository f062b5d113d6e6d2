"""Finds the moments that a sentence names, reads each as a deadline, and says which cannot be one and why.

In: a sentence or passage and the day to count from. Out: the phrases with their place and dates. Decides only; nothing reads the clock.
The readings are our convention, written down in `patterns/deadlines.toml` and `patterns/calendar.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from db.records import Deadline
from nlp.calendar import load
from nlp.components.moment_grammar import Grammar, Reading
from nlp.components.moment_tokens import Token, tokenise
from nlp.components.moment_words import lexicon
from nlp.components.resolve import resolve


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One time expression: where it stands in the given text, how it reads, and whether it can be a deadline."""

    start: int
    end: int
    phrase: str
    """As written."""
    deadline: Deadline
    usable: bool
    why: str = ""
    """Why it cannot be a deadline, in Dutch; empty when it can."""


def find_moments(text: str, anchor: date | None) -> list[Moment]:
    """Give the time expressions of `text` in order, none overlapping.

    Args:
        text: a sentence or passage; offsets of the moments count in it.
        anchor: the day that relative phrases and moments without a year count from; None keeps their dates empty and says so in the note.
    """
    tokens = tokenise(text)
    grammar = Grammar(tokens)
    moments = []
    at = 0
    while at < len(tokens):
        reading = grammar.read(at)
        if reading is None:
            at += 1
            continue
        start, end = tokens[reading.start].start, tokens[reading.end - 1].end
        deadline = resolve(reading, text[start:end], anchor)
        why = _objection(reading, deadline, tokens, anchor)
        moments.append(Moment(start=start, end=end, phrase=text[start:end], deadline=deadline, usable=not why, why=why))
        at = reading.end
    return moments


def _objection(reading: Reading, deadline: Deadline, tokens: list[Token], anchor: date | None) -> str:
    """Say why this cannot be a deadline, or nothing."""
    words = lexicon()
    if reading.form == "never":
        return reading.fixed.why if reading.fixed is not None else words.reasons["past"]
    if reading.relation in ("of", "until", "past"):
        return words.reasons[reading.relation]
    if any(period.turn.startswith("last") for period in reading.periods):
        return words.reasons["past"]
    if reading.relation == "span" and reading.periods[0].kind == "year" and not reading.periods[0].part:
        return words.reasons["until"]
    if not reading.strict and any(period.kind in ("year", "school_year") and not period.part for period in reading.periods):
        return words.reasons["purpose"]
    if anchor is not None and deadline.not_after is not None and deadline.not_after < anchor:
        return words.reasons["past"]
    if anchor is not None and _just_over(reading, deadline, anchor):
        return words.reasons["recent"]
    if reading.form == "dated" and reading.relation == "in" and reading.periods[0].kind == "day" and reading.start > 0:
        before = tokens[reading.start - 1].norm
        if before.endswith(words.meeting_endings):
            return words.reasons["of"]
        return words.contexts.get(before, "")
    if reading.relation == "from" and reading.start > 0:
        return words.contexts.get(tokens[reading.start - 1].norm, "")
    return ""


def _just_over(reading: Reading, deadline: Deadline, anchor: date) -> bool:
    """Say whether a day without a year, read as next year's, was over a short time ago: such a sentence looks back."""
    period = reading.periods[0] if reading.periods else None
    if period is None or period.kind != "day" or period.year is not None or period.turn or deadline.not_after is None:
        return False
    ahead = (deadline.not_after - anchor).days
    return reading.relation in ("in", "from") and ahead > 365 - load().margins["recently_past"]
