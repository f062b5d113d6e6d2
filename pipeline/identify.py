"""Which publication a sighting belongs to, and which of several sightings speaks for it. Decides only.

The same letter appears at several sources, days apart, in several formats. It is one publication: joined by paper number, else by equal text, else
by date, title and nearly equal text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from db.records import Kind, Sighting

NEAR_TEXT = 0.8
"""Share of common five-word runs above which two texts are the same text in two formats."""
SAME_TEXT = 0.95
"""The same where the titles differ, or the days are further apart than one letter's: a weekly letter has last week's title and most of its words."""
NEAR_TITLE = 0.6
DAYS_APART = 3
"""Days between the dates that two sources give one letter."""
LENGTH_OF_TEXT = 0.9
"""How far the share of common runs may be from the ratio of the lengths: a text that is much longer need not be compared."""
SHORT = 200
"""Characters below which two notices cannot be told apart by their text."""
LONG = 2000
"""Characters from which equal text is one paper whatever the days; a shorter one may be a form that is filled in each year."""
_SHINGLE = 5

# A paper that the source itself calls an annex may be known elsewhere as what it really is.
_VAGUE: tuple[Kind, ...] = ("overig", "bijlage")
# Who prints a paper is not who wrote it: the House publishes letters and advices of others under its own name.
_PARLIAMENT = ("Tweede Kamer der Staten-Generaal", "Eerste Kamer der Staten-Generaal", "Staten-Generaal")
# An answer says the questions again, and a letter of postponement their title.
_NEVER_EACH_OTHER: frozenset[str] = frozenset({"kamervraag", "antwoord", "uitstelbericht"})
_TRUST = ("koop", "tweedekamer", "councils", "raadvanstate", "wodc", "open_overheid", "rijksoverheid")


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A publication that a sighting may belong to."""

    publication_id: int
    title: str
    text: str
    kind: str = "overig"
    day: date | None = None
    names: frozenset[str] = frozenset()
    """The identifiers of its sightings."""


def fold_title(title: str) -> str:
    """A title without case, accents, punctuation and doubled white space."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain.casefold()))


def shingles(text: str) -> frozenset[int]:
    """The hashed runs of five words of a text, in any order; format and punctuation do not count."""
    words = re.findall(r"\w+", text.casefold())
    return frozenset(hash(tuple(words[i : i + _SHINGLE])) for i in range(max(1, len(words) - _SHINGLE + 1)))


def alike(left: frozenset[int], right: frozenset[int]) -> float:
    """Share of common members, 0 to 1."""
    return len(left & right) / len(left | right) if left or right else 0.0


# Numbers of which a paper has one: two papers of one dossier have two, and so have two answers of one year.
_ONE_EACH = (
    re.compile(r"(kst-\d{5}(?:-[A-Z0-9]{1,8})?)-(\d{1,5}|[A-Z]{1,3})"),
    re.compile(r"(ah-[a-z]{2}-\d{8})-(\d{1,5})"),
    re.compile(r"(kv)-tk-(\d{4}Z\d{4,6})"),
    re.compile(r"()(\d{4}D\d{4,6})"),
)


def told_apart(left: Iterable[str], right: Iterable[str]) -> bool:
    """Whether the numbers of two papers say that they are two: in one series they have different ones, and none in common."""
    ours, theirs = _by_series(left), _by_series(right)
    return any(ours[series].isdisjoint(theirs[series]) for series in ours.keys() & theirs.keys())


def two_papers(sighting: Sighting, kind: str, names: frozenset[str]) -> bool:
    """Whether a publication of this kind with these identifiers is another paper than the sighting, however alike their texts are."""
    if sighting.kind != kind and {sighting.kind, kind} <= _NEVER_EACH_OTHER:
        return True
    return sighting.parent in names or told_apart((sighting.identifier, *sighting.aliases), names)


def _by_series(names: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in names:
        for pattern in _ONE_EACH:
            if match := pattern.fullmatch(name):
                found.setdefault(match[1], set()).add(match[2])
    return found


def likeness_of_titles(left: str, right: str) -> float:
    """Share of the shorter title's words that stand in the other as well."""
    ours, theirs = set(fold_title(left).split()), set(fold_title(right).split())
    return len(ours & theirs) / max(1, min(len(ours), len(theirs)))


def far_apart(sighting: Sighting, day: date | None) -> bool:
    """Whether a paper of this day is of another day than the sighting, by more than sources differ."""
    return sighting.published is not None and day is not None and abs((sighting.published - day).days) > DAYS_APART


def may_be_form(sighting: Sighting, text: str, day: date | None) -> bool:
    """Whether an equal text of this day may be another paper: a short letter in fixed words."""
    return len(text) < LONG and far_apart(sighting, day)


def least_common_text(sighting: Sighting, title: str, day: date | None) -> float:
    """How much of the text must be common for a sighting to be the paper with this title and day."""
    return SAME_TEXT if far_apart(sighting, day) or likeness_of_titles(sighting.title, title) < NEAR_TITLE else NEAR_TEXT


def same_paper(sighting: Sighting, text: str, candidates: Iterable[Candidate]) -> tuple[int, str] | None:
    """The candidate of another source with the same text in another format, with the reason, or None."""
    if len(text) < SHORT:
        return None
    own = shingles(text)
    for candidate in candidates:
        if two_papers(sighting, candidate.kind, candidate.names):
            continue
        common = alike(own, shingles(candidate.text))
        if common >= least_common_text(sighting, candidate.title, candidate.day):
            return candidate.publication_id, f"tekst {common:.0%} en titel {likeness_of_titles(sighting.title, candidate.title):.0%} gelijk"
    return None


def publication_key(sighting: Sighting) -> str:
    """A stable name for the publication that this sighting is the first of."""
    return f"{sighting.source}:{sighting.identifier}"


def spokesman(sightings: Sequence[Sighting]) -> Sighting:
    """What the sightings of one publication say together: the most trusted one, completed by the others.

    A kind that says nothing ("bijlage") gives way to one that says what it is ("advies").
    """
    standing = [s for s in sightings if not s.withdrawn] or list(sightings)
    ranked = sorted(
        standing,
        key=lambda s: (s.provisional, _TRUST.index(s.source) if s.source in _TRUST else len(_TRUST), s.published or date.max, s.identifier),
    )
    best = ranked[0]
    kind = next((s.kind for s in ranked if s.kind not in _VAGUE), best.kind)
    dates = [s.published for s in standing if s.published is not None]
    return replace(
        best,
        kind=kind,
        published=best.published or (min(dates) if dates else None),
        publisher=next((s.publisher for s in ranked if s.publisher and s.publisher not in _PARLIAMENT), best.publisher),
        office=next((s.office for s in ranked if s.office), None),
        person=next((s.person for s in ranked if s.person), None),
        number=next((s.number for s in ranked if s.number), None),
        dossiers=tuple(sorted({d for s in standing for d in s.dossiers})),
        subjects=tuple(sorted({d for s in standing for d in s.subjects})),
    )
