"""The one spider: drives any source from its listing to sightings with their bytes.

    list -> read -> compare with the store -> fetch the files of what is new or changed -> hand over

Files of a sighting are tried in the order in which the source offers them; the first usable one is enough.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response

from crawler.change import Change, compare, is_worth_asking
from crawler.guard import Refused
from crawler.handoff import Handed
from crawler.health import ASK_ID, WAITING, Ledger
from crawler.joining import Joining
from crawler.reasons import reason_of
from crawler.robots import FORBIDDEN
from crawler.sources.base import Ask, Listing, Page, Source
from db.errors import SourceError
from db.following import Following
from db.records import FetchedFile, FileLink, Sighting
from db.store import GIVE_UP_AFTER, Known

Produced = Iterator[Request | Handed]
_TRANSIENT = frozenset({408, 425, 429})


@dataclass(slots=True)
class _Fetching:
    """A sighting on its way: which file is being tried, and what was wrong with the ones before."""

    sighting: Sighting
    known: Known | None
    revalidate: bool
    """Whether "not modified" is a good answer: only where nothing but the source's clock changed."""
    place: int
    reasons: list[str]
    part: str
    transient: bool = False


class SourceSpider(Spider):
    """Scrapy's side of a source."""

    name = "source"

    def __init__(
        self, source: Source, ledger: Ledger, cursors: Mapping[str, str], since: date | None = None, until: date | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name=source.name, **kwargs)
        self.source = source
        self.ledger = ledger
        self.cursors = cursors
        self.since = since
        self.until = until
        self._joining = Joining(source, ledger)
        self._handled: set[Sighting | str] = set()
        """What this crawl has dealt with: one paper may be listed by several of its questions."""
        self._retried: set[Sighting] = set()
        """What waited for its files from an earlier crawl and is tried again, whether or not this one lists it."""

    async def start(self) -> AsyncIterator[Any]:
        """The first requests."""
        try:
            if self.since is not None and self.until is not None:
                listing = self.source.past(self.cursors, self.since, self.until)
            else:
                listing = self.source.start(self.cursors, self.ledger.clock(), self.since)
        except SourceError as error:
            self.ledger.error("start", str(error))
            return
        # What is composed from tables waits there, and is composed as it is now.
        for waiting in self.ledger.store.waiting(self.source.name) if self.until is None and not self.source.roots else ():
            self._retried.add(waiting)
            yield self._fetch(waiting, self.ledger.store.known(self.source.name, waiting.identifier), WAITING)
        for produced in self._follow(listing):
            yield produced
        if self.until is None:
            held = Following(self.ledger.store, self.source.name)
            for part, more in self.source.follow(self.cursors, self.ledger.clock(), held).items():
                for produced in self._follow(more, part):
                    yield produced

    # Pages of the source

    def _request_page(self, ask: Ask) -> Request:
        headers = dict(ask.headers)
        stored = self.cursors.get(f"validator:{ask.validator}") if ask.validator and not ask.fresh else None
        if stored is not None:
            validators = json.loads(stored)
            if validators["url"] == ask.url:
                headers.update(_conditions(validators["etag"], validators["last_modified"]))
        return Request(
            self.source.locate(ask.url),
            method=ask.method,
            body=ask.body,
            headers=headers,
            callback=self.read_page,
            errback=self.page_failed,
            cb_kwargs={"ask": ask},
            meta={ASK_ID: self.ledger.number_ask()},
        )

    def read_page(self, response: Response, ask: Ask) -> Produced:
        """A page of the source arrived."""
        self._finished(response.request)
        if response.status == 304 and ask.validator:
            self.ledger.counts["not_modified"] += 1
            self.ledger.count("listed_unchanged", ask.part)
            return
        if response.status != 200 and response.status not in ask.statuses:
            yield from self._page_error(ask, f"answered {response.status}", response.body)
            return
        content_type = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
        page = Page(url=self.source.canonical(response.url), status=response.status, body=response.body, content_type=content_type)
        if ask.validator and response.status == 200:
            etag, last_modified = _validators(response)
            if etag or last_modified:
                value = json.dumps({"url": ask.url, "etag": etag, "last_modified": last_modified}, sort_keys=True)
                self.ledger.validators.setdefault(ask.part, {})[f"validator:{ask.validator}"] = value
        yield from self._read(page, ask)

    def page_failed(self, failure: Any) -> Produced:
        """A page of the source could not be fetched. What robots.txt forbids is to the source what the server forbids."""
        self._finished(failure.request)
        ask: Ask = failure.request.cb_kwargs["ask"]
        if 403 in ask.statuses and FORBIDDEN in str(failure.value):
            yield from self._read(Page(url=ask.url, status=403, body=b""), ask)
        else:
            yield from self._page_error(ask, reason_of(failure.value))

    def _read(self, page: Page, ask: Ask) -> Produced:
        try:
            listing = self.source.read(page, ask)
        except SourceError as error:
            if self.until is not None and ask.identifier is not None:
                # One page of years ago in another shape must not hold up all that follow it for good; when many are like it, the crawl fails.
                self.ledger.odd(ask.identifier, str(error), ask.part)
                return
            yield from self._page_error(ask, str(error), page.body)
            return
        if listing.partial:
            self.ledger.validators.get(ask.part, {}).pop(f"validator:{ask.validator}", None)
        yield from self._follow(listing, ask.part, page)

    def _page_error(self, ask: Ask, reason: str, body: bytes = b"") -> Produced:
        """Fail the crawl, or the ask's part of it. The subject leaves the query out: it names days, and tomorrow's is the same failure."""
        self.ledger.error(ask.url.partition("?")[0], reason, f"{ask.url}\n{_head(body)}", ask.part)
        for other in ask.otherwise:
            yield self._request_page(other)

    def _follow(self, listing: Listing, part: str = "", page: Page | None = None) -> Produced:
        """What to do with what a page held. Asks that name no part of the source belong to the part of the page."""
        ledger = self.ledger
        ledger.remember(listing.cursors, part, listing.latest)
        ledger.count("listed", part, listing.seen)
        for reason, number in listing.ignored.items():
            ledger.counts[f"ignored: {reason}"] += number
        for odd in listing.odd:
            ledger.odd(odd.subject, odd.reason, part)
        for gap in listing.gaps:
            ledger.gap(gap)
        for note in listing.notes:
            ledger.note(note)
        for sighting in listing.sightings:
            ledger.read_at_last(sighting.identifier)
            yield from self._sighted(sighting, part, page)
        for composed in self._joining.take(listing):
            yield from self._follow(composed, part)
        for ask in (replace(ask, part=ask.part or part) for ask in listing.asks):
            if ask.identifier is None or (self._is_new_here(ask.identifier) and self._is_wanted(ask, ask.identifier)):
                yield self._request_page(ask)

    def _is_new_here(self, what: Sighting | str) -> bool:
        """Whether this crawl meets something for the first time."""
        if what in self._handled:
            return False
        self._handled.add(what)
        return True

    def _is_wanted(self, ask: Ask, identifier: str) -> bool:
        """Whether a detail page must be fetched; if not, its sighting is counted here, as no page will."""
        known = self.ledger.store.known(self.source.name, identifier)
        wanted = is_worth_asking(ask, known) and not self.ledger.gave_up(identifier, ask.stamp)
        if not wanted:
            self.ledger.count("listed", ask.part)
            self.ledger.counts["unchanged"] += 1
        return wanted

    # Sightings and their files

    def _sighted(self, sighting: Sighting, part: str, page: Page | None) -> Produced:
        ledger = self.ledger
        if not self._is_new_here(sighting):
            ledger.listed_again(part)
            return
        ledger.count("listed", part)
        if sighting in self._retried:
            return
        known = ledger.store.known(self.source.name, sighting.identifier)
        change = compare(sighting, known)
        if change is Change.UNCHANGED:
            ledger.counts["unchanged"] += 1
            ledger.after_keeping(sighting, None)
        elif change is Change.WITHDRAWN:
            yield Handed(sighting=sighting)
        elif not sighting.files:
            yield Handed(sighting=sighting, missing="the source offers no file that can be read")
        elif page is not None and self._is_its_text(page, sighting.files[0]):
            yield Handed(sighting=sighting, files=(FetchedFile(link=sighting.files[0], body=page.body),))
        else:
            yield self._fetch(sighting, known, part, revalidate=change is Change.TOUCHED)

    def _fetch(self, sighting: Sighting, known: Known | None, part: str, *, revalidate: bool = False) -> Request:
        return self._request_file(_Fetching(sighting=sighting, known=known, revalidate=revalidate, place=0, reasons=[], part=part))

    def _is_its_text(self, page: Page, link: FileLink) -> bool:
        """Whether the page that told of a sighting is its best text itself: it need not be fetched a second time."""
        return page.status == 200 and page.url == link.url and self.source.usable(link, page.body) is None

    def _request_file(self, fetching: _Fetching) -> Request:
        link = fetching.sighting.files[fetching.place]
        stored = fetching.known.files.get(link.url) if fetching.known is not None and fetching.revalidate else None
        return Request(
            self.source.locate(link.url),
            headers={} if stored is None else _conditions(stored.etag, stored.last_modified),
            callback=self.read_file,
            errback=self.file_failed,
            cb_kwargs={"fetching": fetching},
            meta={ASK_ID: self.ledger.number_ask()},
        )

    def read_file(self, response: Response, fetching: _Fetching) -> Produced:
        """A file of a sighting arrived."""
        self._finished(response.request)
        self.ledger.counts["files"] += 1
        link = fetching.sighting.files[fetching.place]
        if response.status == 304 and fetching.revalidate:
            self.ledger.counts["not_modified"] += 1
            self.ledger.count("usable", fetching.part)
            yield Handed(sighting=fetching.sighting)
            return
        if response.status != 200:
            fetching.transient |= response.status in _TRANSIENT or response.status >= 500
            yield from self._next_file(fetching, f"answered {response.status}")
            return
        reason = self.source.usable(link, response.body)
        if reason is not None:
            yield from self._next_file(fetching, reason)
            return
        etag, last_modified = _validators(response)
        file = FetchedFile(link=link, body=response.body, etag=etag, last_modified=last_modified)
        self.ledger.count("usable", fetching.part)
        if fetching.reasons:
            self.ledger.note(f"{fetching.sighting.identifier}: {'; '.join(fetching.reasons)}")
        yield Handed(sighting=fetching.sighting, files=(file,))

    def file_failed(self, failure: Any) -> Produced:
        """A file of a sighting could not be fetched."""
        self._finished(failure.request)
        fetching: _Fetching = failure.request.cb_kwargs["fetching"]
        # A link that was never the source's to fetch stays so; a redirect that leads astray, or silence, may be over tomorrow.
        never = isinstance(failure.value, Refused) and not failure.request.meta.get("redirect_urls")
        fetching.transient = not never
        return self._next_file(fetching, reason_of(failure.value))

    def _next_file(self, fetching: _Fetching, reason: str) -> Produced:
        """Try the next file; after the last one hand the sighting over as incomplete.

        What may pass by itself (no answer, 5xx, too busy) fails the crawl, so that the watermark waits and the sighting is listed again. It also
        ends the trying: a poorer file must not stand in for a better one that is away for a minute. After some crawls it counts as permanent:
        one file that never comes must not hold up its source.
        """
        last_try = fetching.known is not None and fetching.known.attempts + 1 >= GIVE_UP_AFTER
        transient = fetching.transient and not last_try
        url = fetching.sighting.files[fetching.place].url
        fetching.reasons.append(f"{_file_name(url)}: {reason}")
        if not transient and fetching.place + 1 < len(fetching.sighting.files):
            fetching.place += 1
            yield self._request_file(fetching)
            return
        self.ledger.count("unusable", fetching.part)
        if transient:
            self.ledger.error(url, reason, part=fetching.part)
        yield Handed(sighting=fetching.sighting, missing="; ".join(fetching.reasons))

    def _finished(self, request: Request | None) -> None:
        if request is not None:
            self.ledger.open_asks.pop(request.meta.get(ASK_ID, 0), None)


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    headers = {}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    return headers


def _validators(response: Response) -> tuple[str | None, str | None]:
    etag, last_modified = (response.headers.get(name) for name in (b"ETag", b"Last-Modified"))
    return (etag.decode("latin-1") if etag else None, last_modified.decode("latin-1") if last_modified else None)


def _head(body: bytes) -> str:
    return body[:300].decode("utf-8", "replace")


def _file_name(url: str) -> str:
    return urlsplit(url).path.rsplit("/", 1)[-1] or url
