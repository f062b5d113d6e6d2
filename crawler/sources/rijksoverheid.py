"""Rijksoverheid.nl: news through its feed of search results, documents through its search.

The feed holds at most twenty items, the most relevant ones and not the newest, without a next page: a window of time that fills it is halved. Both
questions are narrowed to days of publication, whose moment on this site is midnight in Amsterdam; an item from outside means that the filter was
ignored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from crawler.dates import amsterdam_day, midnight, read_instant
from crawler.markup import fold, parse_xml, require_one, select
from crawler.sources.base import Ask, Listing, Odd, Page, Source
from crawler.sources.council_pages import Found, read_search, result_page
from crawler.sources.rijksoverheid_pages import DOCUMENTS, NEWS, OPEN, is_skipped, read_page
from crawler.urls import canonical_url
from db.errors import EmptyListing, SelectionError

FULL = 20
PER_PAGE, MOST_PAGES = 50, 60
FIRST_DAYS, OVERLAP_DAYS = 7, 3
SHORTEST = timedelta(minutes=30)
SLACK = timedelta(days=1)


class Rijksoverheid(Source):
    """News and documents of rijksoverheid.nl."""

    name = "rijksoverheid"
    title = "Rijksoverheid.nl: nieuws en documenten"
    every = timedelta(hours=1)
    bases = {"site": "https://www.rijksoverheid.nl/", "documents": OPEN}
    quiet_weekdays = 2
    delay = 2.0

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        today = amsterdam_day(now)
        end = midnight(today + timedelta(days=1)) - timedelta(seconds=1)
        asks = []
        for part, ask in (("news", self._ask_news), ("documents", self._ask_documents)):
            last = cursors.get(f"{part}/through")
            begin = today - timedelta(days=FIRST_DAYS) if last is None else date.fromisoformat(last) - timedelta(days=OVERLAP_DAYS)
            first = since or begin if last is None else min(begin, since or begin)
            asks.append(ask(midnight(first), end, {"today": today.isoformat(), "whole": "yes"}))
        return Listing(asks=tuple(asks))

    def read(self, page: Page, ask: Ask) -> Listing:
        if ask.step == "detail":
            if page.status != 200:
                return Listing(odd=(Odd(subject=ask.url, reason=f"listed, but answered {page.status}"),))
            try:
                return read_page(page, ask, self)
            except SelectionError as error:  # one page among thousands; when most are like it, the crawl fails
                return Listing(odd=(Odd(subject=ask.url, reason=str(error)),))
        return self._news(page, ask) if ask.step == "news" else self._documents(page, ask)

    def _news(self, page: Page, ask: Ask) -> Listing:
        root = parse_xml(page.body)
        if root.tag != "rss":
            raise SelectionError(f"expected a feed, got {root.tag}")
        found = []
        for item in select(require_one(root, "channel"), "item"):
            url, moment = fold(item.findtext("link") or ""), read_instant(fold(item.findtext("pubDate") or ""))
            if not url or moment is None:
                raise SelectionError("an item without a link and a date")
            found.append(Found(url=url, changed=moment, type=None))
        _check_inside(found, ask)
        if len(found) >= FULL:
            return Listing(asks=self._halves(ask))
        if not found and ask.meta["whole"]:
            raise EmptyListing(f"no news since {ask.meta['from']}")
        return self._details(found, ask, NEWS, "news")

    def _halves(self, ask: Ask) -> tuple[Ask, ...]:
        begin, end = datetime.fromisoformat(ask.meta["from"]), datetime.fromisoformat(ask.meta["to"])
        if end - begin <= SHORTEST:
            raise SelectionError(f"{FULL} items or more between {begin.isoformat()} and {end.isoformat()}, and no way to ask for the rest")
        middle = (begin + (end - begin) / 2).replace(microsecond=0)
        meta = {"today": ask.meta["today"], "whole": ""}
        return (self._ask_news(begin, middle, meta), self._ask_news(middle, end, meta))

    def _documents(self, page: Page, ask: Ask) -> Listing:
        found, pages = read_search(page)
        number = int(ask.meta["page"])
        if not found and number == 1:
            raise EmptyListing(f"no documents since {ask.meta['from']}")
        _check_inside(found, ask)
        listing = self._details(found, ask, DOCUMENTS, "documents")
        if number < pages if pages is not None else len(found) >= PER_PAGE:
            if number == MOST_PAGES:
                raise SelectionError(f"more than {MOST_PAGES} pages of documents")
            begin, end = datetime.fromisoformat(ask.meta["from"]), datetime.fromisoformat(ask.meta["to"])
            following = self._ask_documents(begin, end, {"today": ask.meta["today"], "whole": ""}, page=number + 1)
            return Listing(asks=(*listing.asks, following), cursors=listing.cursors, ignored=listing.ignored, seen=listing.seen)
        return listing

    def _details(self, found: list[Found], ask: Ask, folder: str, part: str) -> Listing:
        """Asks for the pages in one folder of the site; all others have another question, or none."""
        asks: dict[str, Ask] = {}
        ignored: dict[str, int] = {}
        for item in found:
            url = self.canonical(canonical_url(item.url, self.bases["site"]))
            path = urlsplit(url).path
            own = url.startswith(self.bases["site"]) and path.startswith(folder)
            reason = "other path" if not own else "other type" if is_skipped(item.type) else None
            if reason is not None:
                ignored[reason] = ignored.get(reason, 0) + 1
                continue
            meta = {"type": item.type or "", "changed": item.changed.isoformat() if item.changed else ""}
            asks[url] = Ask(url=url, step="detail", meta=meta, statuses=(404, 410), identifier=url, stamp=item.changed)
        if found and ignored.get("other path", 0) == len(found) and part == "news":
            raise SelectionError(f"{len(found)} items, none of them below {folder}")
        return Listing(asks=tuple(asks.values()), cursors={f"{part}/through": ask.meta["today"]}, ignored=ignored, seen=sum(ignored.values()))

    def _ask_news(self, begin: datetime, end: datetime, meta: Mapping[str, str]) -> Ask:
        filters = [{"field": "content_type", "values": ["pro:newsDocument"], "type": "all"}, _between(begin, end)]
        query = quote(json.dumps({"filters": filters, "resultSearchTerm": "", "pageTitle": "Nieuws"}, separators=(",", ":")), safe="")
        return Ask(url=f"{self.bases['site']}api/rss?query={query}", step="news", meta=_meta(begin, end, meta), part="news")

    def _ask_documents(self, begin: datetime, end: datetime, meta: Mapping[str, str], page: int = 1) -> Ask:
        return Ask(
            url=f"{self.bases['site']}api/search",
            step="search",
            method="POST",
            body=json.dumps(result_page(page, PER_PAGE, [_between(begin, end)])).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            meta={**_meta(begin, end, meta), "page": str(page)},
            part="documents",
        )


def _between(begin: datetime, end: datetime) -> dict[str, Any]:
    """A filter on the moment of publication. A day without a time is answered with a 500."""
    window = {"from": _instant(begin), "to": _instant(end), "name": "periode"}
    return {"field": "sort_date", "values": [window], "type": "all"}


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _meta(begin: datetime, end: datetime, meta: Mapping[str, str]) -> dict[str, str]:
    return {**meta, "from": begin.isoformat(), "to": end.isoformat()}


def _check_inside(found: list[Found], ask: Ask) -> None:
    begin, end = datetime.fromisoformat(ask.meta["from"]) - SLACK, datetime.fromisoformat(ask.meta["to"]) + SLACK
    for item in found:
        if item.changed is None or not begin <= item.changed <= end:
            raise SelectionError(f"asked from {ask.meta['from']} to {ask.meta['to']}, got {item.changed} ({item.url[:100]}): the filter was ignored")
