"""Advisory councils: what their sites list lately, whichever of four ways of listing a site offers.

Tried in this order, and remembered for the next crawl: the platform's search as JSON, a feed named on the front page, the sitemap, a page of links.
No way that answers as expected is a failure with the reason of each, never "no news". Of the past the ways that reach back are tried first; a site
whose way does not reach back as far as was asked is named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

from crawler.dates import amsterdam_day, day_in_path, midnight
from crawler.sources.base import Ask, Listing, Odd, Page, Question, Source, merge
from crawler.sources.council_lists import feed_of, marks, overviews, read_feed, read_list, read_sitemap
from crawler.sources.council_pages import Council, Found, councils, following_page, read_detail, read_search, result_page
from crawler.urls import canonical_url
from crawler.watermark import reached, window
from db.errors import EmptyListing, SelectionError, SourceError

WAYS = ("search", "front", "sitemap", "list")
PAST_WAYS = ("search", "sitemap", "list", "front")
FIRST_DAYS, OVERLAP = 365, timedelta(days=14)
SLACK = timedelta(days=1)
PER_PAGE = 50
MOST_SITEMAPS, MOST_PAGES, ENOUGH_PAGES = 50, 100, 4
_ABSENT = (400, 401, 403, 404, 405, 406, 410, 415, 422, 501)
"""Answers that mean "this site has no such thing", as against "not now"."""
_KNOWN = "known "
"""How the names of cursors begin that hold the marks of places without a day."""


class Councils(Source):
    """The councils of councils.toml."""

    name = "councils"
    title = "Adviesraden en planbureaus"
    every = timedelta(hours=6)
    bases = {council.name: council.base for council in councils()}
    quiet_weekdays = 15
    delay = 2.0
    each_part = True
    past_by = "year"

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        asks: list[Ask] = []
        for council in councils():
            own = {name.removeprefix(f"{council.name}/"): value for name, value in cursors.items() if name.startswith(f"{council.name}/")}
            way, _, url = own.get("way", "").partition(" ")
            asked = window(own.get("latest"), now - timedelta(days=FIRST_DAYS), OVERLAP, now, since)
            remembered = way in (*WAYS, "feed")
            left = ",".join(w for w in WAYS if w != way) if remembered else ",".join(WAYS[1:])
            known = {name: value for name, value in own.items() if name.startswith(_KNOWN)}
            meta = {"council": council.name, **asked, "failed": "", "left": left, "fresh": "" if since is None else "yes", **known}
            ask = _ask_feed(council, url, meta) if way == "feed" else _ask_way(council, way if remembered else WAYS[0], meta)
            asks.append(replace(ask, part=council.name))
        return Listing(asks=tuple(asks))

    def history(self, first: date, last: date) -> Listing:
        days = {"begin": midnight(first).isoformat(), "until": midnight(last + timedelta(days=1)).isoformat()}
        meta = {**days, "failed": "", "left": ",".join(PAST_WAYS[1:])}
        return Listing(asks=tuple(replace(_ask_way(c, PAST_WAYS[0], {**meta, "council": c.name}), part=c.name) for c in councils()))

    def read(self, page: Page, ask: Ask) -> Listing:
        council = next(c for c in councils() if c.name == ask.meta["council"])
        if ask.step == "detail":
            return self._detail(page, ask, council)
        try:
            if page.status != 200:
                raise SelectionError(f"answered {page.status}")
            listing = {
                "search": self._search,
                "front": self._front,
                "feed": self._feed,
                "sitemap": self._sitemap,
                "list": self._list,
            }[ask.step](page, ask, council)
        except SourceError as error:
            return self._next_way(ask, council, str(error))
        return listing

    def questions(self, now: datetime) -> tuple[Question, ...]:
        """Whether each council answers the search, and in which outer shape; the other ways are tried by the crawl."""

        def reading(ask: Ask, council: Council) -> Question:
            def told(page: Page) -> str:
                if page.status != 200:
                    return f"answered {page.status} ({page.content_type}): no search; no setting needed, the crawl tries feed, sitemap and list"
                found, pages = read_search(page)
                outer = "results" if pages is not None else "rawResponse, or results without a number of pages"
                return f"{len(found)} results, outer shape: {outer} ({page.content_type}); no setting needed"

            return Question(text=f"does {council.title} answer the search of the new platform?", ask=ask, reading=told)

        return tuple(reading(ask, council) for ask, council in zip(self.start({}, now).asks, councils(), strict=True))

    # The ways of listing

    def _search(self, page: Page, ask: Ask, council: Council) -> Listing:
        results, pages = read_search(page)
        number = int(ask.meta["page"])
        if not results and number == 1:
            raise EmptyListing("a search without results")
        moments = [item.changed for item in results if item.changed is not None]
        if any(later > earlier + SLACK for earlier, later in pairwise(moments)):
            raise SelectionError("the results are not sorted by their date")
        listing = self._details(council, ask, results, way="search")
        following = following_page(results, pages, ask.meta)
        # Where all that is new is news, some older results show that the publications still lie where we look for them.
        shown = "yes" if listing.asks or listing.seen or _is_past(ask) or number >= ENOUGH_PAGES else ask.meta.get("shown", "")
        if not following or (shown and moments[-1] < datetime.fromisoformat(ask.meta["begin"])):
            return listing
        if number == MOST_PAGES:
            raise SelectionError(f"more than {MOST_PAGES} pages of results")
        return merge([listing, Listing(asks=(_ask_search(council, {**ask.meta, **following, "shown": shown}),))])

    def _front(self, page: Page, ask: Ask, council: Council) -> Listing:
        """The front page is read only for the feed that it may name; a council may be known to have one that it does not."""
        return Listing(asks=(_ask_feed(council, feed_of(page, council, self), ask.meta),))

    def _feed(self, page: Page, ask: Ask, council: Council) -> Listing:
        found = read_feed(page)
        listing = self._details(council, ask, found, way=f"feed {ask.url}", need=True)
        return merge([listing, _gap(council, ask, found, "its feed")])

    def _sitemap(self, page: Page, ask: Ask, council: Council) -> Listing:
        places, is_index = read_sitemap(page, council, self)
        if not is_index:
            return self._details(council, ask, places, way="sitemap", need=not ask.meta.get("part"))
        # The parts lie on the far side of the probe: what is wrong with one of them is a failure, not a reason to look elsewhere. An index of
        # sitemaps can stay the same while its parts change, so only the parts are asked conditionally.
        meta = {**ask.meta, "left": "", "part": "yes"}
        parts = [replace(_ask_way(council, "sitemap", meta), url=part.url) for part in places[:MOST_SITEMAPS]]
        return Listing(asks=tuple(part if _is_past(ask) else replace(part, validator=_validator(council, part.url)) for part in parts))

    def _list(self, page: Page, ask: Ask, council: Council) -> Listing:
        found, following = read_list(page, council)
        listing = self._details(council, ask, found, way="list", need=True)
        if following is None or listing.ignored.get("older") or any(day_in_path(item.url + "/") is None for item in found):
            return merge([listing, _gap(council, ask, found, "its list of publications")])
        number = int(ask.meta.get("page", "1"))
        if number == MOST_PAGES:
            raise SelectionError(f"more than {MOST_PAGES} pages of publications")
        # A page that follows one of publications is of the same shape, or wrong.
        meta = {**ask.meta, "page": str(number + 1), "left": "", "failed": f"page {number} of the list was read"}
        return merge([listing, Listing(asks=(replace(_ask_way(council, "list", meta), url=following, validator=None),))])

    def _next_way(self, ask: Ask, council: Council, reason: str) -> Listing:
        """Try the way that comes after one that failed.

        Raises:
            SourceError: there is none left.
        """
        failed = "; ".join(part for part in (ask.meta["failed"], f"{ask.step}: {reason}") if part)
        way, _, left = ask.meta["left"].partition(",")
        if not way:
            raise SourceError(f"{council.title} lists in no way that we know ({failed})")
        meta = {**ask.meta, "failed": failed, "left": left, "page": "1", "before": ""}
        return Listing(asks=(_ask_way(council, way, meta),), notes=(f"{council.name}: {ask.step} gave nothing ({reason}), trying {way}",))

    # Publications

    def _details(self, council: Council, ask: Ask, found: list[Found], *, way: str, need: bool = False) -> Listing:
        """Asks for the pages of what a listing holds: once each, in the council's paths, of the days asked for.

        Raises:
            SelectionError: `need`, and nothing listed is a publication.
        """
        begin, until = (datetime.fromisoformat(ask.meta[name]) if name in ask.meta else None for name in ("begin", "until"))
        own = {url: item for item in found if _is_own(url := self.canonical(canonical_url(item.url, council.base)), council)}
        if council.meta == "plain":
            folders = overviews(own)
            own = {url: item for url, item in own.items() if url not in folders}
        moments = {url: _moment(url, item, past=until is not None) for url, item in own.items()}
        asks: dict[str, Ask] = {}
        ignored = {"other path": len(found) - len(own), "older": 0, "newer": 0}
        for url, moment in moments.items():
            if moment is None:
                continue
            if begin is not None and moment < begin:
                ignored["older"] += 1
            elif until is not None and moment >= until:
                ignored["newer"] += 1
            else:
                asks[url] = _ask_detail(council, url, own[url])
        undated = [url for url, moment in moments.items() if moment is None]
        if way == "sitemap" and len(undated) < len(own):
            ignored["other path"] += len(undated)  # an overview page: a publication has a day in its address or in the sitemap
            undated = []
        if need and not asks and not undated and not ignored["older"] and not ignored["newer"]:
            raise SelectionError(f"{len(found)} links, none of them to a publication")
        by_change = until is not None and way == "sitemap" and any(day_in_path(url + "/") is None for url in asks)
        listing = Listing(
            asks=tuple(asks.values()),
            gaps=(f"{council.title}: its sitemap tells when a page changed last, not when it appeared",) if by_change else (),
            cursors={} if until else {f"{council.name}/way": way},
            latest={} if until else {f"{council.name}/latest": reached(ask.meta, moments.values())},
            ignored={name: number for name, number in ignored.items() if number},
            seen=ignored["older"] + ignored["newer"],
        )
        return merge([listing, self._undated(council, ask, {url: own[url] for url in undated})]) if undated else listing

    def _undated(self, council: Council, ask: Ask, own: Mapping[str, Found]) -> Listing:
        """Places without any day: what was not there before is new. A sitemap names thousands, so the first time they are taken as known; a page of
        links names the latest, so they are asked for.
        """
        if _is_past(ask):
            return Listing(seen=len(own), gaps=(f"{council.title}: its {ask.step} tells no days",))
        name = f"{_KNOWN}{urlsplit(ask.url).path}"
        marked, known = marks(list(own)), set(ask.meta.get(name, "").split())
        first = name not in ask.meta
        fresh = {} if first and ask.step == "sitemap" else {mark: url for mark, url in marked.items() if mark not in known}
        return Listing(
            asks=tuple(_ask_detail(council, url, own[url], undated="yes") for url in fresh.values()),
            cursors={f"{council.name}/{name}": " ".join(sorted(known | set(marked)))},
            seen=len(own) - len(fresh),
            notes=(f"{council.name}: {len(own)} places without a day are taken as known",) if first and not fresh else (),
        )

    def _detail(self, page: Page, ask: Ask, council: Council) -> Listing:
        if page.status != 200:
            return Listing(odd=(Odd(subject=ask.url, reason=f"listed, but answered {page.status}"),))
        try:
            return read_detail(page, ask, council, self)
        except SelectionError as error:
            if not ask.meta.get("undated"):
                raise
            # Without a day in the list nothing told that this would be a publication; a council of which nothing is one lists nothing.
            return Listing(ignored={"no publication": 1}, notes=(f"{council.name}: {ask.url} is no publication: {error}",))


def _is_past(ask: Ask) -> bool:
    return "until" in ask.meta


def _gap(council: Council, ask: Ask, found: Sequence[Found], what: str) -> Listing:
    """What of the past a way of listing that ends here does not reach."""
    moments = [moment for item in found if (moment := _moment(item.url, item, past=True)) is not None]
    if not _is_past(ask) or not moments or min(moments) < datetime.fromisoformat(ask.meta["begin"]):
        return Listing()
    return Listing(gaps=(f"{council.title}: {what} begins at {amsterdam_day(min(moments))}",))


def _is_own(url: str, council: Council) -> bool:
    """Whether an address lies below one of the council's paths; the paths themselves are overviews."""
    path = urlsplit(url).path.lower()
    return url.startswith(council.base) and path.startswith(council.paths) and path not in council.paths


def _moment(url: str, item: Found, *, past: bool) -> datetime | None:
    """When an item appeared or changed. A crawl of the past wants the day of publication, where the address tells it."""
    day = day_in_path(url + "/")
    told = midnight(day) if day else None
    return (told or item.changed) if past else (item.changed or told)


def _ask_detail(council: Council, url: str, item: Found, **more: str) -> Ask:
    meta = {"council": council.name, "type": item.type or "", "changed": item.changed.isoformat() if item.changed else "", **more}
    return Ask(url=url, step="detail", meta=meta, statuses=(404, 410), identifier=url, stamp=item.changed)


def _ask_way(council: Council, way: str, meta: Mapping[str, str]) -> Ask:
    if way == "search":
        return _ask_search(council, meta)
    url = {"front": council.base, "sitemap": urljoin(council.base, "/sitemap.xml"), "list": urljoin(council.base, council.list)}[way]
    validator = _validator(council, url) if way == "list" and "until" not in meta else None
    return Ask(url=url, step=way, meta=dict(meta), statuses=_ABSENT, validator=validator, fresh=bool(meta.get("fresh")))


def _ask_search(council: Council, meta: Mapping[str, str]) -> Ask:
    meta = {"page": "1", **meta}
    return Ask(
        url=urljoin(council.base, "/api/search"),
        step="search",
        method="POST",
        body=json.dumps(result_page(int(meta["page"]), PER_PAGE)).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
        meta=meta,
        statuses=_ABSENT,
    )


def _ask_feed(council: Council, url: str, meta: Mapping[str, str]) -> Ask:
    validator = None if "until" in meta else _validator(council, url)
    return Ask(url=url, step="feed", meta=dict(meta), statuses=_ABSENT, validator=validator, fresh=bool(meta.get("fresh")))


def _validator(council: Council, url: str) -> str:
    return f"{council.name}{urlsplit(url).path}"
