"""The publishers that watches may name: ministries and councils by their names, and whoever has published something that is stored. Decides only.

A name that nobody has is no mistake of the file (somebody may publish for the first time), but such a watch stays silent until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from nlp.offices import ministry_names, ministry_of

ALONE = ("Raad van State", "WODC")
"""Publishers with a source of their own."""
SHOWN = 3
"""Near names that are shown."""
_ALIKE = 0.6
"""From this share of equal letters a name is near; below it names share little but "raad" and "voor"."""
_MINISTRY = "ministerie van "


def known_publishers(stored: Iterable[str]) -> tuple[str, ...]:
    """Every name that is known, each once, by alphabet.

    Args:
        stored: the publishers of what is stored.
    """
    from crawler.sources.council_pages import councils  # the match, which only compares names, does without the sources

    titles = [council.title for council in councils()]
    found = {fold(name): name for name in (*stored, *ALONE, *titles, *ministry_names())}
    return tuple(sorted(found.values(), key=str.casefold))


def is_known(name: str, known: Sequence[str]) -> bool:
    """Whether a watch that names this publisher can find something: a ministry by any of its names, or a name as it is printed."""
    return ministry_of(bare(name), None) is not None or fold(name) in {fold(one) for one in known}


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """The known names that are most like a name: those that hold it first, then by equal letters."""
    wanted = fold(name)
    likeness = {one: 1.0 if f" {wanted} " in f" {fold(one)} " else SequenceMatcher(None, wanted, fold(one)).ratio() for one in known}
    near = [one for one in known if likeness[one] >= _ALIKE]
    return sorted(near, key=lambda one: (-likeness[one], len(one), one))[:SHOWN]


def fold(name: str) -> str:
    """A name as it is compared: without its case, white space and "ministerie van"."""
    return " ".join(bare(name).casefold().split())


def bare(name: str) -> str:
    """A name without "ministerie van"."""
    return name[len(_MINISTRY) :] if name.casefold().startswith(_MINISTRY) else name
