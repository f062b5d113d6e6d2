"""Rijksoverheid.nl: news through its feed of search results, documents through its search.

The feed holds at most twenty items, the most relevant ones and not the newest, without a next page: a window of time that fills it is halved, and
one of a day is asked of the search, which turns pages. Both questions are narrowed to moments of publication, which for documents is midnight in
Amsterdam; an item from outside means that the filter was ignored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from crawler.dates import amsterdam_day, midnight, read_instant
from crawler.markup import fold, parse_xml, require_one, select
from crawler.sources.base import Ask, Listing, Odd, Page, Question, Source, merge
from crawler.sources.council_pages import Found, following_page, read_search, result_page
from crawler.sources.rijksoverheid_pages import DOCUMENTS, NEWS, OPEN, is_skipped, read_page
from crawler.urls import canonical_url
from crawler.watermark import reached, window
from db.errors import EmptyListing, SelectionError

FULL = 20
PER_PAGE, MOST_PAGES = 50, 60
FIRST_DAYS = 7
OVERLAP = {"news": timedelta(days=1), "documents": timedelta(days=2)}
"""News tells the minute and a day of it fits the feed; a document tells its day, and may be put there a day later."""
DAY = timedelta(days=1)
SLACK = timedelta(days=1)
_NEWS = {"field": "content_type", "values": ["pro:newsDocument"], "type": "all"}


class Rijksoverheid(Source):
    """News and documents of rijksoverheid.nl."""

    name = "rijksoverheid"
    title = "Rijksoverheid.nl: nieuws en documenten"
    every = timedelta(minutes=15)
    bases = {"site": "https://www.rijksoverheid.nl/", "documents": OPEN}
    quiet_weekdays = 2
    delay = 2.0

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        today = amsterdam_day(now)
        end = _end(today)
        asks = []
        for part, ask in (("news", self._ask_news), ("documents", self._ask_search)):
            first = midnight(today - timedelta(days=FIRST_DAYS))
            asked = window(cursors.get(f"{part}/latest"), first, OVERLAP[part], now, since)
            asks.append(ask(datetime.fromisoformat(asked["begin"]), end, {**asked, "part": part, "whole": "yes"}))
        return Listing(asks=tuple(asks))

    def history(self, first: date, last: date) -> Listing:
        """News day by day, which fits the feed; documents all at once."""
        past = {"latest": "", "whole": ""}
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        news = [self._ask_news(midnight(day), _end(day), {**past, "part": "news"}) for day in days]
        return Listing(asks=(*news, self._ask_search(midnight(first), _end(last), {**past, "part": "documents"})))

    def questions(self, now: datetime) -> tuple[Question, ...]:
        news, documents = self.start({}, now).asks
        search = self._ask_search(midnight(amsterdam_day(now) - DAY), now, {"part": "news", "latest": "", "whole": ""})

        def feed(page: Page) -> str:
            return f"{len(_read_feed(page))} items ({page.content_type}); {FULL} are a full feed, which the crawl halves; no setting needed"

        def searched(page: Page) -> str:
            found, pages = read_search(page)
            outer = "results" if b'"results"' in page.body and b'"rawResults"' not in page.body else "rawResponse"
            kinds = ", ".join(sorted({item.type for item in found if item.type})[:8])
            told = f"{len(found)} items in the outer shape {outer}, {pages if pages is not None else 'no number of'} pages, of the types {kinds}"
            return f"{told} ({page.content_type}); both shapes are read, no setting needed"

        return (
            Question(text="does the feed of news answer in the shape we know?", ask=news, reading=feed),
            Question(text="in which outer shape does the search answer, and which documents are still there?", ask=documents, reading=searched),
            Question(text="does the search find news too, when a day of it does not fit the feed?", ask=search, reading=searched),
        )

    def read(self, page: Page, ask: Ask) -> Listing:
        if ask.step == "detail":
            if page.status != 200:
                return Listing(odd=(Odd(subject=ask.url, reason=f"listed, but answered {page.status}"),))
            try:
                return read_page(page, ask, self)
            except SelectionError as error:  # one page among thousands; when most are like it, the crawl fails
                return Listing(odd=(Odd(subject=ask.url, reason=str(error)),))
        return self._news(page, ask) if ask.step == "news" else self._results(page, ask)

    def _news(self, page: Page, ask: Ask) -> Listing:
        found = _read_feed(page)
        _check_inside(found, ask)
        if len(found) >= FULL:
            return Listing(asks=self._narrower(ask), partial=True)
        if not found and ask.meta["whole"]:
            raise EmptyListing(f"no news since {ask.meta['from']}")
        return self._details(found, ask)

    def _narrower(self, ask: Ask) -> tuple[Ask, ...]:
        """The same question in halves, or of the search."""
        begin, end = datetime.fromisoformat(ask.meta["from"]), datetime.fromisoformat(ask.meta["to"])
        meta = {**ask.meta, "whole": ""}
        if end - begin <= DAY:
            return (self._ask_search(begin, end, {**meta, "whole": "yes"}),)
        middle = (begin + (end - begin) / 2).replace(microsecond=0)
        return (self._ask_news(begin, middle, meta), self._ask_news(middle, end, meta))

    def _results(self, page: Page, ask: Ask) -> Listing:
        found, pages = read_search(page)
        number = int(ask.meta["page"])
        if not found and number == 1 and ask.meta["whole"]:
            raise EmptyListing(f"no {ask.part} since {ask.meta['from']}")
        _check_inside(found, ask)
        listing = self._details(found, ask)
        following = following_page(found, pages, ask.meta)
        if not following:
            return listing
        if number == MOST_PAGES:
            raise SelectionError(f"more than {MOST_PAGES} pages of {ask.part}")
        begin, end = datetime.fromisoformat(ask.meta["from"]), datetime.fromisoformat(ask.meta["to"])
        return merge([listing, Listing(asks=(self._ask_search(begin, end, {**ask.meta, **following}),))])

    def _details(self, found: list[Found], ask: Ask) -> Listing:
        """Asks for the pages in the part's folder of the site; all others have another question, or none."""
        part = ask.part
        folder = NEWS if part == "news" else DOCUMENTS
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
        latest = {f"{part}/latest": reached(ask.meta, (item.changed for item in found))} if ask.meta["latest"] else {}
        return Listing(asks=tuple(asks.values()), latest=latest, ignored=ignored, seen=sum(ignored.values()))

    def _ask_news(self, begin: datetime, end: datetime, meta: Mapping[str, str]) -> Ask:
        question = {"filters": [_NEWS, _between(begin, end)], "resultSearchTerm": "", "pageTitle": "Nieuws"}
        query = quote(json.dumps(question, separators=(",", ":")), safe="")
        return Ask(
            url=f"{self.bases['site']}api/rss?query={query}",
            step="news",
            meta=_meta(begin, end, meta),
            part=meta["part"],
            validator="news" if meta["latest"] and meta["whole"] else None,
        )

    def _ask_search(self, begin: datetime, end: datetime, meta: Mapping[str, str]) -> Ask:
        """A page of documents, or of news."""
        meta = {"page": "1", **_meta(begin, end, meta)}
        filters = [*([_NEWS] if meta["part"] == "news" else []), _between(begin, end)]
        return Ask(
            url=f"{self.bases['site']}api/search",
            step="search",
            method="POST",
            body=json.dumps(result_page(int(meta["page"]), PER_PAGE, filters)).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            meta=meta,
            part=meta["part"],
        )


def _read_feed(page: Page) -> list[Found]:
    """The items of a feed.

    Raises:
        SelectionError: no feed, or an item without its address and moment.
    """
    root = parse_xml(page.body)
    if root.tag != "rss":
        raise SelectionError(f"expected a feed, got {root.tag}")
    found = []
    for item in select(require_one(root, "channel"), "item"):
        url, moment = fold(item.findtext("link") or ""), read_instant(fold(item.findtext("pubDate") or ""))
        if not url or moment is None:
            raise SelectionError("an item without a link and a date")
        found.append(Found(url=url, changed=moment, type=None))
    return found


def _end(day: date) -> datetime:
    return midnight(day + DAY) - timedelta(seconds=1)


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
