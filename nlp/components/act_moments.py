"""Tells which of the time expressions of a sentence are the moment of an act in it.

In: the moments of a sentence, the sentence taken apart, the reading of one clause. Out: the moments of that clause's act, how sharp they are, the
one nearest to the verb. Decides only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from db.records import Deadline
from nlp.acts import Dated
from nlp.clauses import Clause, Sentence
from nlp.components.deadlines import Moment
from nlp.levels import MAIN, SUBORDINATE
from nlp.reading import Reading
from nlp.wordlists import words

_INSTEAD = re.compile(
    r"(?<!\w)(?:niet(?: meer)?|in plaats van|in tegenstelling tot|anders dan)"
    r"(?: (?:het|de|aanvankelijk|eerder|eerst|gemelde|genoemde|beoogde|toegezegde|geplande))* $",
    re.IGNORECASE,
)
"""Before a moment that another replaces: "in plaats van vóór 1 februari", "niet in mei, maar in september"."""
_BUT = re.compile(r"\W{1,3}maar(?!\w)", re.IGNORECASE)
_SPAN_OF_TIME = re.compile(r"(?<!\w)(?:de periode|de jaren|de tijd|de situatie|vraag) $", re.IGNORECASE)


def own_moments(moments: Sequence[Moment], sentence: Sentence, reading: Reading) -> list[Moment]:
    """The moments of a clause that can be the moment of its act: not those of a purpose ("om in 2030 ...") or of a relative clause."""
    looks_below = reading.auxiliary in ("zijn", "hebben") or (
        reading.verb is not None and reading.verb.infinitive in words("intention", "looks_below")
    )
    own = []
    for moment in moments:
        if not reading.start <= moment.start < reading.end or _is_no_moment_of_act(sentence.text, moment):
            continue
        level = next((sentence.levels[i] for i, token in enumerate(sentence.tokens) if token.end > moment.start), MAIN)
        if level == MAIN or looks_below or _fills_brackets(sentence.text, moment) or (level == SUBORDINATE and not has_dates(moment)):
            own.append(moment)
    return own


def _is_no_moment_of_act(text: str, moment: Moment) -> bool:
    """Whether a moment is a span of time by the words before it, or the one that another replaces."""
    before = text[: moment.start]
    replaced = moment.phrase.lower().startswith("niet ") and _BUT.match(text, moment.end) is not None
    return replaced or _SPAN_OF_TIME.search(before) is not None or _INSTEAD.search(before) is not None


def _fills_brackets(text: str, moment: Moment) -> bool:
    """Whether brackets hold this moment and nothing else: "we besluiten hierover (medio 2026)"."""
    return text[: moment.start].endswith("(") and text[moment.end :].startswith(")")


def shares_moment(sentence: Sentence, clause: Clause, earlier: Reading) -> bool:
    """ "Eind 2023 komt de monitor beschikbaar en wordt u geïnformeerd": one moment for both clauses."""
    return earlier.auxiliary in ("komen", "zijn", "worden", "zullen") and sentence.tokens[clause.first - 1].lower == "en"


def has_dates(moment: Moment) -> bool:
    """Whether a moment has a first or last day."""
    return moment.deadline.not_after is not None or moment.deadline.not_before is not None


def dated(moments: Sequence[Moment]) -> Dated:
    """How sharp the moments of an act are: with dates, open, or an event or series."""
    if any(has_dates(moment) for moment in moments):
        return "dated"
    if any(moment.deadline.precision not in ("event", "series", "recurring") for moment in moments):
        return "vague"
    return "event" if moments else ""


def nearest(moments: Sequence[Moment], reading: Reading) -> Deadline | None:
    """Of several moments a dated one wins, then the one nearest to the verb."""
    if not moments:
        return None
    return min(moments, key=lambda moment: (not has_dates(moment), abs(moment.start - reading.at))).deadline
