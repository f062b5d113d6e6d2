"""Whether what a source lists is new to us, changed, or known. Decides only."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from crawler.sources.base import Ask
from db.records import Sighting
from db.store import GIVE_UP_AFTER, Known


class Change(Enum):
    """What a listed sighting is to us."""

    NEW = "new"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    INCOMPLETE = "incomplete"
    """Known, but no file of it was ever usable; after some crawls that is so until the source says something new of it."""
    TOUCHED = "touched"
    """Says the same, but the source's clock for it went on: the file behind it may be another one."""
    UNCHANGED = "unchanged"


def compare(sighting: Sighting, known: Known | None) -> Change:
    """What the sighting is, compared with the latest version that is stored."""
    if sighting.withdrawn:
        return Change.UNCHANGED if known is not None and known.withdrawn else Change.WITHDRAWN
    if known is None:
        return Change.NEW
    if known.fingerprint != sighting.fingerprint():
        return Change.CHANGED
    if _is_awaited(known):
        return Change.INCOMPLETE
    return Change.TOUCHED if _went_on(sighting.modified, known) else Change.UNCHANGED


def is_worth_asking(ask: Ask, known: Known | None) -> bool:
    """Whether a detail page must be fetched: not when its sighting is known, complete or given up, and not changed since the stamp of the listing."""
    return known is None or _is_awaited(known) or _went_on(ask.stamp, known)


def _is_awaited(known: Known) -> bool:
    return not known.complete and known.attempts < GIVE_UP_AFTER


def _went_on(clock: datetime | None, known: Known) -> bool:
    if clock is None:
        return False
    return known.modified is None or clock > datetime.fromisoformat(known.modified)
