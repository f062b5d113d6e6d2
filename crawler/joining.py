"""Sources that publish tables: keeps the entities of a page, and composes what waits into sightings and rows of registers.

What waits is struck out when its sighting is kept whole, found unchanged, or given up; until then each crawl composes it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from crawler.health import Ledger
from crawler.sources.base import Counted, Listing, Odd, Source
from db.entities import Entities, Pending
from db.errors import SourceError
from db.health import settle_difference
from db.records import AnswerTerm, RegisteredCommitment, Sighting
from db.register import keep_registered
from db.store import GIVE_UP_AFTER

_TOGETHER = 500
UNDERWAY, SHARE = 5, 0.001
"""Entities, and the share of all, by which two interfaces of one source differ at any moment: what one of them shows some minutes later."""


class Joining:
    """The tables of one source during one crawl. A source without roots has none."""

    def __init__(self, source: Source, ledger: Ledger) -> None:
        self._source = source
        self._ledger = ledger
        self._entities = Entities(ledger.store, source.name, source.roots)
        self._composed: set[Pending] = set()
        """What this crawl has put together and not yet struck out: it is not put together again, unless it changes."""
        self._on_their_way: dict[Sighting, Pending] = {}
        self._fetching: set[str] = set()
        self._due: dict[tuple[date, date] | None, None] = {}
        """What is to be composed once nothing is being fetched any more: in order, and once each."""
        self._whole: set[Sighting] = set()
        """What this crawl kept or found unchanged: where a later page touches its paper and it comes out the same, nothing is left to do."""
        ledger.after_keeping = self.kept

    def take(self, listing: Listing) -> Iterator[Listing]:
        """Keep what a page held; gives what can be composed now, if the page says that it is time, and what else to ask."""
        ledger = self._ledger
        now = ledger.clock()
        if listing.entities or listing.places:
            kept = self._entities.keep(listing.entities, listing.places, now, past=listing.past, only_unknown=listing.fills)
            ledger.counts["entities"] += kept
            ledger.counts["listed"] += len(listing.entities)
        self._fetching.difference_update(listing.fetched)
        for id_ in self._entities.unknown(listing.expected):
            if id_ not in listing.fetches:
                ledger.odd(id_, "the source's other interface has it, its feed never showed it")
            elif id_ not in self._fetching:
                self._fetching.add(id_)
                yield Listing(asks=(listing.fetches[id_],), notes=(f"{id_}: the feed never showed it; fetched from the source's other interface",))
        if listing.compose:
            self._due[listing.days] = None
        if not self._fetching:
            due, self._due = self._due, {}  # what is composed comes back here
            for days in due:
                yield from self._compose(days)
        for counted in listing.counted:
            yield self._compared(counted)

    def kept(self, sighting: Sighting, missing: str | None) -> None:
        """A sighting was kept, or was known: if it was composed here, it waits no longer."""
        pending = self._on_their_way.pop(sighting, None)
        if pending is None:
            return
        if missing is not None:
            known = self._ledger.store.known(sighting.source, sighting.identifier)
            if known is None or known.attempts < GIVE_UP_AFTER:
                return
        self._whole.add(sighting)
        self._settle([pending])

    def _compared(self, counted: Counted) -> Listing:
        """A difference is a row with both figures, which stands until a later comparison finds none."""
        ledger, now = self._ledger, self._ledger.clock()
        held = self._entities.count(counted.category, counted.days)
        months = f" {counted.days[0]:%Y-%m}" if counted.days else ""
        agrees = abs(held - counted.number) <= max(UNDERWAY, SHARE * counted.number)
        reason = None if agrees else f"{held} are kept, the source's other interface counts {counted.number}"
        settle_difference(ledger.store, self._source.name, f"{counted.category}{months}", reason, now)
        if agrees:
            return Listing()
        fewer = held < counted.number
        return Listing(
            notes=(f"{counted.category}{months}: {reason}",), asks=counted.fewer if fewer else (), cursors=counted.cursors if fewer else {}
        )

    def _compose(self, days: tuple[date, date] | None) -> Iterator[Listing]:
        """What waits, as it is now. Sightings go on their way one by one; what needs no fetching is kept at once, many in a transaction."""
        done: list[Pending] = []
        registered: list[RegisteredCommitment | AnswerTerm] = []
        for pending in self._entities.pending(days):
            if pending in self._composed:
                continue
            self._composed.add(pending)
            listing = self._composed_now(pending)
            registered += listing.registered
            if self._whole.issuperset(listing.sightings):
                done.append(pending)
            else:
                self._on_their_way.update(dict.fromkeys(listing.sightings, pending))
            yield listing
            if len(done) >= _TOGETHER:
                self._finish(registered, done)
                registered, done = [], []
        self._finish(registered, done)

    def _composed_now(self, pending: Pending) -> Listing:
        root = self._entities.get(pending.id)
        if root is None:
            return Listing()
        try:
            return self._source.compose(root, self._entities)
        except SourceError as error:
            return Listing(odd=(Odd(subject=f"{root.category} {root.id}", reason=str(error)),))

    def _finish(self, registered: Sequence[RegisteredCommitment | AnswerTerm], done: Sequence[Pending]) -> None:
        if done:
            self._ledger.counts["registered"] += keep_registered(self._ledger.store, registered, self._ledger.clock())
            self._settle(done)

    def _settle(self, done: Sequence[Pending]) -> None:
        self._entities.settle(done)
        self._composed.difference_update(done)
