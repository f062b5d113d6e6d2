"""From when to ask a source, by its own clock: the latest moment that it showed, less an overlap. Decides only.

What moves is the latest moment *seen*, not the moment of the crawl: a source that shows nothing new leaves it where it was, and one that lags behind
or goes back skips nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from crawler.dates import midnight, read_instant


def window(latest: str | None, first: datetime, overlap: timedelta, now: datetime, since: date | None = None) -> dict[str, str]:
    """What travels with an ask: `begin` (from when to ask), `latest` (the watermark as it stands), `started` (the moment of the crawl).

    Args:
        latest: the watermark that earlier crawls left, if any.
        first: from when a first crawl asks.
        since: a person's wish to reach further back; asking for less makes no gap.
    """
    known = None if latest is None else read_instant(latest)
    if known is None:
        begin = first if since is None else midnight(since)
        known = begin + overlap  # so that the second crawl does not reach further back than the first
    else:
        begin = known - overlap
        if since is not None:
            begin = min(begin, midnight(since))
    return {"begin": begin.isoformat(), "latest": known.isoformat(), "started": now.isoformat()}


def reached(meta: Mapping[str, str], moments: Iterable[datetime | None]) -> datetime:
    """The watermark after these moments were shown. One that lies in the future is a mistake of the source, and would hide what comes before it."""
    started = datetime.fromisoformat(meta["started"])
    return max([datetime.fromisoformat(meta["latest"]), *(moment for moment in moments if moment is not None and moment <= started)])
