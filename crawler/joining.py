"""Sources that publish tables: keeps the entities of a page, and composes what waits into sightings and registered commitments.

What waits is struck out when its sighting is kept whole, found unchanged, or given up; until then each crawl composes it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from crawler.health import Ledger
from crawler.sources.base import Listing, Odd, Source
from db.entities import Entities, Pending
from db.errors import SourceError
from db.records import Sighting
from db.register import keep_registered
from db.store import GIVE_UP_AFTER


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
        for commitment in listing.registered:
            ledger.counts["registered"] += keep_registered(ledger.store, commitment, now)
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
        self._entities.settle(pending)

    def _compose(self) -> Iterator[Listing]:
        for pending in self._entities.pending():
            if pending in self._composed:
                continue
            self._composed.add(pending)
            root = self._entities.get(pending.id)
            if root is None:
                continue
            try:
                listing = self._source.compose(root, self._entities)
            except SourceError as error:
                listing = Listing(odd=(Odd(subject=f"{root.category} {root.id}", reason=str(error)),))
            self._on_their_way.update(dict.fromkeys(listing.sightings, pending))
            yield listing
            if not listing.sightings:
                self._entities.settle(pending)
