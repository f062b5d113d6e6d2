"""What someone follows, and where its alerts go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Occasion = Literal["new", "revised", "made", "repeated", "moved", "kept", "answered", "advice", "due", "overdue", "silent", "undelivered"]
"""What can have happened: a new publication; a promise, deadline or amount of one changed; a promise made, said again, moved or kept; a question
or an advice answered; a promise due in two weeks; a promise whose term is over; a source that the watch depends on fails or is silent; another of its
targets takes nothing. What is over again is told to whom it was told."""

OCCASIONS: tuple[Occasion, ...] = get_args(Occasion)
DEFAULT_OCCASIONS: tuple[Occasion, ...] = ("new", "revised", "moved", "kept", "answered", "advice", "due", "overdue", "silent", "undelivered")

Rhythm = Literal["live", "hourly", "daily", "weekly"]
FEEDS = ("atom", "rss", "json", "ical")
"""Channels that mirror the present state of a watch; they are never held back for a digest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """What someone follows. Topics, words, dossiers and focus are ways in, any of which is enough; the other fields narrow."""

    name: str
    title: str
    focus: bool = False
    topics: tuple[str, ...] = ()
    dossiers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Any of these stands in the title or the text."""
    all_words: tuple[str, ...] = ()
    """Each of these does."""
    not_words: tuple[str, ...] = ()
    """None of these does."""
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    """Ministries and councils."""
    offices: tuple[str, ...] = ()
    """Offices, whoever holds them."""
    not_topics: tuple[str, ...] = ()
    not_dossiers: tuple[str, ...] = ()
    not_kinds: tuple[str, ...] = ()
    not_sources: tuple[str, ...] = ()
    promises: bool = False
    within_days: int | None = None
    min_amount: float | None = None
    relevance: float = 0.0
    """Least score of a topic, and of the focus, that counts."""
    alerts: tuple[Occasion, ...] = DEFAULT_OCCASIONS
    digest: Rhythm = "live"
    at: str = "08:00"
    """Time of day in Europe/Amsterdam of a daily or weekly digest."""
    day: int = 0
    """Weekday of a weekly digest, 0 is Monday."""
    email: tuple[str, ...] = ()
    webhook: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """Where its alerts go: channel and address."""
        pushed = {"mail": self.email, "webhook": self.webhook, "notify": self.notify}
        feeds = (f"{feed}:{self.name}" for feed in FEEDS)
        return (*feeds, *(f"{channel}:{address}" for channel, addresses in pushed.items() for address in addresses))

    @property
    def reads_text(self) -> bool:
        """Whether it asks for words."""
        return bool(self.words or self.all_words or self.not_words)
