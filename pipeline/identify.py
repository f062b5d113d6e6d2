"""Which publication a sighting belongs to, and which of several sightings speaks for it. Decides only.

The same letter appears at several sources, days apart, in several formats. It is one publication: joined by paper number, else by equal text, else
by date, title and nearly equal text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.records import Kind, Sighting

NEAR_TEXT = 0.8
"""Share of common five-word runs above which two texts are the same text in two formats."""
NEAR_TITLE = 0.6
_SHINGLE = 5

# A paper that the source itself calls an annex may be known elsewhere as what it really is.
_VAGUE: tuple[Kind, ...] = ("overig", "bijlage")
# Who prints a paper is not who wrote it: the House publishes letters and advices of others under its own name.
_PARLIAMENT = ("Tweede Kamer der Staten-Generaal", "Eerste Kamer der Staten-Generaal", "Staten-Generaal")
_TRUST = ("koop", "tweedekamer", "councils", "raadvanstate", "wodc", "open_overheid", "rijksoverheid")


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A publication that a sighting may belong to."""

    publication_id: int
    title: str
    text: str


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


def same_paper(sighting: Sighting, text: str, candidates: Sequence[Candidate]) -> tuple[int, str] | None:
    """The candidate of another source with the same text in another format, with the reason, or None."""
    if len(text) < 200:  # too little text to tell two short notices apart
        return None
    own_title, own = set(fold_title(sighting.title).split()), shingles(text)
    for candidate in candidates:
        title = set(fold_title(candidate.title).split())
        common_title = len(own_title & title) / max(1, min(len(own_title), len(title)))
        common_text = alike(own, shingles(candidate.text))
        if common_text >= NEAR_TEXT and (common_title >= NEAR_TITLE or common_text >= 0.95):
            return candidate.publication_id, f"tekst {common_text:.0%} en titel {common_title:.0%} gelijk"
    return None


def publication_key(sighting: Sighting) -> str:
    """A stable name for the publication that this sighting is the first of."""
    return f"{sighting.source}:{sighting.identifier}"


def spokesman(sightings: Sequence[Sighting]) -> Sighting:
    """What the sightings of one publication say together: the most trusted one, completed by the others.

    A kind that says nothing ("bijlage") gives way to one that says what it is ("advies").
    """
    standing = [s for s in sightings if not s.withdrawn] or list(sightings)
    ranked = sorted(standing, key=lambda s: (s.provisional, _TRUST.index(s.source) if s.source in _TRUST else len(_TRUST)))
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
