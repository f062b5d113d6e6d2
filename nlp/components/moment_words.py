"""The words of time expressions and what they mean, read from `nlp/patterns/deadlines.toml` and `nlp/patterns/calendar.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nlp.calendar import WEEKDAYS, BudgetMoment, load
from nlp.components.moment_tokens import WordTree

_FILE = Path(__file__).parent.parent / "patterns" / "deadlines.toml"


@dataclass(frozen=True, slots=True)
class Opener:
    """What a preposition does to the moment behind it."""

    relation: str
    kinds: tuple[str, ...] = ()
    """The moments it goes with; empty for all."""
    weak: bool = False
    """Also means "for"."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A phrase that is complete by itself."""

    form: str
    """`open`, `recurring` or `never`."""
    days: int = 0
    """After which to look again (open)."""
    months: int = 0
    """Between two (recurring)."""
    until_election: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """One of the units that durations count in."""

    days: int = 0
    months: int = 0
    workdays: int = 0
    hours: int = 0


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words of time expressions with their meaning."""

    openers: WordTree[Opener]
    parts: WordTree[str]
    turns: WordTree[str]
    school_turns: WordTree[str]
    suffixes: WordTree[str]
    fixed: WordTree[Fixed]
    duration_openers: WordTree[str]
    softeners: WordTree[str]
    duration_after: WordTree[str]
    duration_before: WordTree[str]
    now: WordTree[str]
    clauses: WordTree[str]
    series_openers: WordTree[str]
    recesses: WordTree[str]
    seasons: WordTree[str]
    budget: WordTree[BudgetMoment]
    months: dict[str, int]
    ordinals: dict[str, int]
    numbers: dict[str, int]
    units: dict[str, Unit]
    spread_before: frozenset[str]
    events: tuple[str, ...]
    events_before: tuple[str, ...]
    handled: tuple[str, ...]
    function_words: frozenset[str]
    every: frozenset[str]
    series_turns: frozenset[str]
    series_endings: tuple[str, ...]
    debate_endings: tuple[str, ...]
    undated_endings: tuple[str, ...]
    weak_endings: tuple[str, ...]
    meeting_endings: tuple[str, ...]
    school_words: frozenset[str]
    contexts: dict[str, str]
    """Word before a date -> why the date is no deadline."""
    reasons: dict[str, str]
    notes: dict[str, str]


@cache
def starting_words() -> frozenset[str]:
    """Give the words that a time expression can start with, apart from numbers and articles; everywhere else nothing needs to be tried."""
    words = lexicon()
    trees = (words.openers, words.parts, words.turns, words.school_turns, words.fixed, words.duration_openers, words.clauses, words.series_openers)
    first = frozenset().union(*(tree.first_words() for tree in trees), words.recesses.first_words(), words.seasons.first_words())
    return (
        first
        | words.every
        | words.ordinals.keys()
        | words.months.keys()
        | {*WEEKDAYS, "laatste", "q", "k", "kw", "h", "week", "vandaag", "morgen", "overmorgen"}
    )


@cache
def lexicon() -> Lexicon:
    """Read the words; a file that does not fit raises KeyError or TypeError, because the program cannot run without it."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    calendar = load()
    duration = data["duration"]
    return Lexicon(
        openers=WordTree((phrase, _opener(row)) for row in data["opener"] for phrase in row["words"]),
        parts=WordTree((phrase, row["part"]) for row in data["part"] for phrase in row["words"]),
        turns=_tree(data["turns"]),
        school_turns=_tree(data["school_turns"]),
        suffixes=_tree(data["suffixes"]),
        fixed=WordTree(_fixed(data)),
        duration_openers=_tree({name: duration[name] for name in ("within", "ahead", "coming", "since")}),
        softeners=_tree({"": duration["softeners"]}),
        duration_after=_tree({"after": duration["after"]}),
        duration_before=_tree({"before": duration["before"]}),
        now=_tree({"now": data["event"]["now"]}),
        clauses=_tree({"clause": data["event"]["clause"]}),
        series_openers=_tree({"series": data["series"]["openers"]}),
        recesses=WordTree((phrase, kind.name) for kind in calendar.recesses.values() for phrase in kind.words),
        seasons=WordTree((phrase, season.name) for season in calendar.seasons.values() for phrase in season.words),
        budget=WordTree((phrase, moment) for moment in calendar.budget for phrase in moment.words),
        months=data["months"],
        ordinals=data["ordinals"],
        numbers=data["numbers"],
        units={word: Unit(**row) for word, row in data["units"].items()},
        spread_before=frozenset(duration["spread_before"]),
        events=tuple(data["event"]["nouns"]),
        events_before=tuple(data["event"]["nouns_before"]),
        handled=tuple(data["event"]["handled"]),
        function_words=frozenset(data["function_words"]["words"]),
        every=frozenset(data["every"]["words"]),
        series_turns=frozenset(data["series"]["turns"]),
        series_endings=tuple(data["series"]["endings"]),
        debate_endings=tuple(data["debate"]["endings"]),
        undated_endings=tuple(data["debate"]["undated_endings"]),
        weak_endings=tuple(data["debate"]["weak_endings"]),
        meeting_endings=tuple(data["debate"]["meeting_endings"]),
        school_words=frozenset(calendar.school_words),
        contexts={word: row["why"] for row in data["context"] for word in row["words"]},
        reasons=data["reasons"],
        notes=data["notes"],
    )


def _opener(row: dict[str, Any]) -> Opener:
    return Opener(row["relation"], tuple(row.get("kinds", ())), row.get("weak", False))


def _tree(groups: dict[str, list[str]]) -> WordTree[str]:
    return WordTree((phrase, name) for name, phrases in groups.items() for phrase in phrases)


def _fixed(data: dict[str, Any]) -> Iterable[tuple[str, Fixed]]:
    for row in data["open"]:
        for phrase in row["words"]:
            yield phrase, Fixed("open", days=row.get("look_again", 0), until_election=row.get("until_election", False))
    for row in data["recurring"]:
        for phrase in row["words"]:
            yield phrase, Fixed("recurring", months=row["every"])
    for row in data["never"]:
        for phrase in row["words"]:
            yield phrase, Fixed("never", why=row["why"])
