"""Sources that publish tables: keeps the entities of a page, and composes what waits into sightings and registered commitments.

What waits is struck out when its sighting is kept whole, found unchanged, or given up; until then each crawl composes it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.health import Ledger
from crawler.sources.base import Listing, Odd, Source
from db.entities import Entities, Pending
from db.errors import SourceError
from db.records import RegisteredCommitment, Sighting
from db.register import keep_registered
from db.store import GIVE_UP_AFTER

_TOGETHER = 500


class Joining:
    """The tables of one source during one crawl. A source without roots has none."""

    def __init__(self, source: Source, ledger: Ledger) -> None:
        self._source = source
        self._ledger = ledger
        self._entities = Entities(ledger.store, source.name, source.roots)
        self._composed: set[Pending] = set()
        self._on_their_way: dict[Sighting, Pending] = {}
        ledger.after_keeping = self.kept

    def take(self, listing: Listing) -> Iterator[Listing]:
        """Keep what a page held; gives what can be composed now, if the page says that it is time."""
        ledger = self._ledger
        now = ledger.clock()
        if listing.entities or listing.places:
            ledger.counts["entities"] += self._entities.keep(listing.entities, listing.places, now)
            ledger.counts["listed"] += len(listing.entities)
        if listing.compose:
            yield from self._compose()
        for id_ in self._entities.unknown(listing.expected):
            ledger.odd(id_, "the source's other interface has it, its feed never showed it")

    def kept(self, sighting: Sighting, missing: str | None) -> None:
        """A sighting was kept, or was known: if it was composed here, it waits no longer."""
        pending = self._on_their_way.pop(sighting, None)
        if pending is None:
            return
        if missing is not None:
            known = self._ledger.store.known(sighting.source, sighting.identifier)
            if known is None or known.attempts < GIVE_UP_AFTER:
                return
        self._entities.settle([pending])

    def _compose(self) -> Iterator[Listing]:
        """What waits, as it is now. Sightings go on their way one by one; what needs no fetching is kept at once, many in a transaction."""
        done: list[Pending] = []
        registered: list[RegisteredCommitment] = []
        for pending in self._entities.pending():
            if pending in self._composed:
                continue
            self._composed.add(pending)
            listing = self._composed_now(pending)
            registered += listing.registered
            if listing.sightings:
                self._on_their_way.update(dict.fromkeys(listing.sightings, pending))
            else:
                done.append(pending)
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

    def _finish(self, registered: Sequence[RegisteredCommitment], done: Sequence[Pending]) -> None:
        if done:
            self._ledger.counts["registered"] += keep_registered(self._ledger.store, registered, self._ledger.clock())
            self._entities.settle(done)
