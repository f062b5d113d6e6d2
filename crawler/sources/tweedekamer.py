"""Tweede Kamer, Gegevensmagazijn: every letter, answer, annex and registered commitment within minutes, through the SyncFeed.

The feed gives rows of tables. Each category has its own place in it (the skiptoken), which is kept with the rows of its page; the order of the
tokens is the only order. A category that fails leaves the others to be read; papers are put together when the documents come, which is last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from crawler.dates import amsterdam_day, midnight
from crawler.sources.base import Ask, Listing, Page, Question, Source, Tables
from crawler.sources.tweedekamer_feed import Category, Feed, categories, error_message, read_feed
from crawler.sources.tweedekamer_names import Interface
from crawler.sources.tweedekamer_odata import first_check, first_count, read_odata, window
from crawler.sources.tweedekamer_papers import compose_commitment, compose_document, compose_term, is_ignored
from crawler.sources.tweedekamer_questions import live_questions
from db.errors import SelectionError, SourceError
from db.records import Entity, FileLink

FIRST_DAYS, WALK_AGAIN_DAYS = 14, 30
LEAP_FROM, LEAP_CLOSE, LEAP_FARTHEST = 1 << 16, 1000, 1 << 50
"""Finding a day in a feed that has no dates: tokens are doubled until the day has passed, then halved until this close before it."""
_PAST = ("Kamerstukdossier", "Zaak", "DocumentVersie", "DocumentActor", "Document")
"""What a crawl of the past walks: the register is always walked whole."""
MOSTLY = 0.2
"""A page with a larger share of unreadable entries has another shape than we know."""


class TweedeKamer(Source):
    """The open data of the Tweede Kamer."""

    name = "tweedekamer"
    title = "Tweede Kamer: Kamerbrieven, antwoorden, bijlagen en het toezeggingenregister"
    every = timedelta(minutes=5)
    bases = {
        "feed": "https://gegevensmagazijn.tweedekamer.nl/SyncFeed/2.0/Feed",
        "resources": "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/",
        "enclosures": "https://gegevensmagazijn.tweedekamer.nl/SyncFeed/2.0/Resources/",
        # Only asked where a deployment names it (this address, or that of version 4): version 5 renames attributes.
        "crosscheck": "https://gegevensmagazijn.tweedekamer.nl/OData/v5/",
    }
    delay = 0.5
    timeout = 120.0  # the first pages of a large category have been seen to take very long
    robots = "interface"  # the House publishes this interface for machines
    listed_at_least = 0  # a quiet poll is an empty page; a category that was never anything but empty is an error
    roots = ("Document", "Toezegging", "Zaak")

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        today = amsterdam_day(now)
        asks: tuple[Ask, ...] = ()
        if self._crosschecks():
            interface = self._interface()
            asks = first_check(interface, cursors, now, otherwise=first_count(interface, cursors, now))
        for name, category in reversed([*categories().items()]):  # each is asked after the one before it, also when that one fails
            known = date.fromisoformat(cursors[f"from:{name}"]) if f"from:{name}" in cursors else None
            begin = min(day for day in (known, since, None if known or since else today - timedelta(days=FIRST_DAYS)) if day is not None)
            walked = date.fromisoformat(cursors.get(f"walked:{name}", today.isoformat()))
            earlier = not category.whole and known is not None and begin < known
            again = earlier or (category.whole and (today - walked).days >= WALK_AGAIN_DAYS)
            place = "" if again else cursors.get(f"token:{name}", "")
            meta = {"from": begin.isoformat(), "place": place, "walked": (walked if place else today).isoformat()}
            asks = (Ask(url=self._url(name, place), step="list", meta=meta, part=name, statuses=(404, 500), otherwise=asks),)
        return Listing(asks=asks)

    def history(self, first: date, last: date) -> Listing:
        return self.past({}, first, last)

    def past(self, cursors: Mapping[str, str], first: date, last: date) -> Listing:
        """By day where the other interface is there to be asked. The feed has no days: it is walked once, from the first one on to its end, and what
        it shows waits for the crawl that asks for its day. The walk has its own places, and goes on from them."""
        live = cursors.get("from:Document", date.max.isoformat())
        if self._crosschecks():
            return Listing(asks=(window(self._interface(), first, last, "past", live),))
        asks: tuple[Ask, ...] = ()
        for name in reversed(_PAST):
            if f"token:{name}" in cursors and (categories()[name].whole or cursors.get(f"from:{name}", "9999") <= first.isoformat()):
                continue  # the live crawl has been there
            begun = cursors.get(f"past-from:{name}", "9999")
            place = cursors.get(f"past-token:{name}", "") if begun <= first.isoformat() else ""
            meta = {"from": min(begun, first.isoformat()), "place": place, "past": live, "first": first.isoformat(), "last": last.isoformat()}
            asks = (Ask(url=self._url(name, place), step="list", meta=meta, part=name, statuses=(404, 500), otherwise=asks),)
        return Listing(asks=asks, compose=not asks, days=(first, last))

    def walks_through_the_past(self) -> bool:
        return not self._crosschecks()

    def read(self, page: Page, ask: Ask) -> Listing:
        if ask.step in ("check", "count", "window", "document"):
            return read_odata(page, ask, self._interface())
        category = categories()[ask.part]
        if page.status != 200:
            raise SourceError(f"the feed answers {page.status}: {error_message(page.body) or 'no message'}")
        feed, place = read_feed(page.body, category), ask.meta["place"]
        if len(feed.odd) > MOSTLY * (len(feed.entries) + len(feed.odd)):
            raise SelectionError(f"{len(feed.odd)} entries cannot be read, {len(feed.entries)} can; the first: {feed.odd[0].reason}")
        if not place and not feed.entries:
            raise SelectionError(f"category {category.name} is empty from its beginning on: it is misspelt, or has another name now")
        if feed.entries and feed.token <= int(place or -1):
            raise SelectionError(f"skiptoken {feed.token} does not lead on from {place}")
        begin = midnight(date.fromisoformat(ask.meta["from"])) - timedelta(days=category.lead_days)
        if ask.step == "leap" or (not place and not category.whole and feed.more and _is_before(feed, begin)):
            return self._leap(feed, ask, begin)
        return self._keep(feed, ask, category, begin)

    def questions(self, now: datetime) -> tuple[Question, ...]:  # noqa: ARG002
        return live_questions(self.bases, LEAP_FARTHEST)

    def compose(self, root: Entity, tables: Tables) -> Listing:
        if root.category == "Toezegging":
            return Listing(registered=(compose_commitment(root, tables, self.name),))
        if root.category == "Zaak":
            term = compose_term(root, self.name)
            return Listing(registered=() if term is None else (term,))
        sighting, notes = compose_document(root, tables, self.bases, self.name)
        return Listing(sightings=(sighting,), notes=notes)

    def usable(self, link: FileLink, body: bytes) -> str | None:
        """Less than was announced is a part; more is a newer version, whose entity follows."""
        if link.length is not None and len(body) < link.length:
            return f"{len(body)} of {link.length} bytes"
        return super().usable(link, body)

    def _keep(self, feed: Feed, ask: Ask, category: Category, begin: datetime) -> Listing:
        kept: list[Entity] = []
        ignored: dict[str, int] = {}
        for entry in feed.entries:
            soort = entry.entity.first("soort") if category.name == "Document" else None
            if not category.whole and entry.updated is not None and entry.updated < begin:
                ignored["older than was asked for"] = ignored.get("older than was asked for", 0) + 1
            elif soort is not None and is_ignored(soort):
                ignored[soort] = ignored.get(soort, 0) + 1
            else:
                kept.append(entry.entity)
        token = str(feed.token)
        walk = "past-" if "past" in ask.meta else ""
        listing = Listing(
            entities=tuple(kept),
            places={f"{walk}token:{category.name}": token, f"{walk}from:{category.name}": ask.meta["from"]},
            asks=(self._at(ask, token),) if feed.more else ask.otherwise,
            ignored=ignored,
            odd=feed.odd,
        )
        if walk:  # one slice of days is put together, once all is there
            days = (date.fromisoformat(ask.meta["first"]), date.fromisoformat(ask.meta["last"]))
            return replace(listing, past=date.fromisoformat(ask.meta["past"]), compose=not listing.asks, days=days)
        cursors = {f"walked:{category.name}": ask.meta["walked"]} if category.whole and not feed.more else {}
        return replace(listing, cursors=cursors, compose=category.name == [*categories()][-1])

    def _leap(self, feed: Feed, ask: Ask, begin: datetime) -> Listing:
        """Nearer to the day, instead of through all the years before it. The walk begins a little before the place where the day begins.

        What the feed says of a place after its end was never recorded. If it is an error, the walk begins where the leaps had come.
        """
        low, high, probe = int(ask.meta.get("low") or feed.token), ask.meta.get("high", ""), ask.meta["place"]
        if ask.step == "leap":
            low, high = (int(probe), high) if feed.entries and _is_before(feed, begin) else (low, probe)
        walk = replace(self._at(ask, str(low)), otherwise=ask.otherwise[0].otherwise if ask.step == "leap" else ask.otherwise)
        if high and int(high) - low <= LEAP_CLOSE:
            return Listing(asks=(walk,), notes=(f"{ask.part}: begins at {low}",))
        following = (low + int(high)) // 2 if high else max(2 * low, LEAP_FROM)
        if following > LEAP_FARTHEST:
            raise SelectionError(f"{ask.part}: no end of the feed was found up to {following}")
        leap = replace(self._at(ask, str(following), step="leap", low=str(low), high=high), otherwise=(walk,))
        return Listing(asks=(leap,))

    def _at(self, ask: Ask, place: str, *, step: str = "list", **more: str) -> Ask:
        meta = {name: value for name, value in ask.meta.items() if name not in ("low", "high")}
        return replace(ask, url=self._url(ask.part, place), step=step, meta={**meta, "place": place, **more})

    def _crosschecks(self) -> bool:
        """Whether this deployment names the other interface."""
        return "crosscheck" in self.overridden

    def _interface(self) -> Interface:
        return Interface.at(self.bases["crosscheck"], self.base("crosscheck"))

    def _url(self, category: str, place: str) -> str:
        return f"{self.bases['feed']}?{urlencode({'category': category, **({'skiptoken': place} if place else {})})}"


def _is_before(feed: Feed, moment: datetime) -> bool:
    """Whether everything on the page is from before a moment."""
    return all(entry.updated is not None and entry.updated < moment for entry in feed.entries)
