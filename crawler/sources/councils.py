"""Advisory councils: what their sites list lately, whichever of four ways of listing a site offers.

Tried in this order, and remembered for the next crawl: the platform's search as JSON, a feed named on the front page, the sitemap, a page of links.
No way that answers as expected is a failure with the reason of each, never "no news".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.dates import amsterdam_day, day_in_path, midnight, read_instant
from crawler.markup import fold, parse_html, parse_xml, select
from crawler.sources.base import Ask, Listing, Odd, Page, Source, merge
from crawler.sources.council_pages import Council, Found, councils, read_detail, read_search, result_page
from crawler.urls import canonical_url
from db.errors import EmptyListing, SelectionError, SourceError

WAYS = ("search", "front", "sitemap", "list")
FIRST_DAYS, OVERLAP_DAYS = 365, 14
PER_PAGE = 50
MOST_SITEMAPS = 50
_ABSENT = (400, 401, 403, 404, 405, 406, 410, 415, 422, 501)
"""Answers that mean "this site has no such thing", as against "not now"."""


class Councils(Source):
    """The councils of councils.toml."""

    name = "councils"
    title = "Adviesraden en planbureaus"
    every = timedelta(hours=6)
    bases = {council.name: council.base for council in councils()}
    quiet_weekdays = 15
    delay = 2.0

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        today = amsterdam_day(now)
        asks: list[Ask] = []
        for council in councils():
            last = cursors.get(f"{council.name}/through")
            if last is None:
                begin = since or today - timedelta(days=FIRST_DAYS)
            else:
                begin = date.fromisoformat(last) - timedelta(days=OVERLAP_DAYS)
                begin = min(begin, since or begin)
            way, _, url = cursors.get(f"{council.name}/way", "").partition(" ")
            meta = {"council": council.name, "since": begin.isoformat(), "today": today.isoformat(), "failed": "", "left": ""}
            remembered = way in (*WAYS, "feed")
            meta["left"] = ",".join(w for w in WAYS if w != way) if remembered else ",".join(WAYS[1:])
            ask = _ask_feed(council, url, meta) if way == "feed" else _ask_way(council, way if remembered else WAYS[0], meta)
            asks.append(replace(ask, part=council.name))
        return Listing(asks=tuple(asks))

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

    # The ways of listing

    def _search(self, page: Page, ask: Ask, council: Council) -> Listing:
        results, pages = read_search(page)
        current = int(ask.meta["page"])
        if not results and current == 1:
            raise EmptyListing("a search without results")
        listing = self._details(council, ask, results, way="search")
        oldest = results[-1].changed if results else None
        more = current < pages if pages is not None else len(results) == PER_PAGE
        if more and oldest is not None and amsterdam_day(oldest) >= date.fromisoformat(ask.meta["since"]):
            following = _ask_search(council, ask.meta, current + 1)
            return merge([listing, Listing(asks=(following,))])
        return listing

    def _front(self, page: Page, ask: Ask, council: Council) -> Listing:
        """The front page is read only for the feed that it may name; a council may be known to have one that it does not."""
        links = select(parse_html(page.body), "//link[contains(@rel,'alternate')][contains(@type,'rss') or contains(@type,'atom')][@href]")
        urls = [canonical_url(str(link.get("href")), council.base) for link in links]
        own = [url for url in (self.canonical(url) for url in urls) if url.startswith(council.base)] or ([council.feed] if council.feed else [])
        if not own:
            raise SelectionError("no feed named on the front page")
        return Listing(asks=tuple(_ask_feed(council, url, ask.meta) for url in own[:1]))

    def _feed(self, page: Page, ask: Ask, council: Council) -> Listing:
        root = parse_xml(page.body)
        if etree.QName(root).localname not in ("rss", "feed", "RDF"):
            raise SelectionError(f"expected a feed, got {etree.QName(root).localname}")
        found: list[Found] = []
        for item in root.iter("{*}item", "{*}entry"):
            link = item.find("{*}link")
            url = "" if link is None else str(link.get("href") or link.text or "").strip()
            stamp = next((t for name in ("updated", "pubDate", "date", "published") if (t := item.findtext(f"{{*}}{name}"))), "")
            if url:
                found.append(Found(url=url, changed=read_instant(stamp), type=None))
        return self._details(council, ask, found, way=f"feed {ask.url}", need=True)

    def _sitemap(self, page: Page, ask: Ask, council: Council) -> Listing:
        root = parse_xml(page.body)
        places = [(fold(e.findtext("{*}loc") or ""), fold(e.findtext("{*}lastmod") or "")) for e in root if isinstance(e.tag, str)]
        places = [(self.canonical(urljoin(council.base, place)), changed) for place, changed in places if place]
        kind = etree.QName(root).localname
        if kind == "sitemapindex" and places:
            own = [place for place, _ in places if place.startswith(council.base)]
            # The parts lie on the far side of the probe: what is wrong with one of them is a failure, not a reason to look elsewhere.
            meta = {**ask.meta, "left": "", "part": "yes"}
            return Listing(
                asks=tuple(replace(_ask_way(council, "sitemap", meta), url=u, validator=_validator(council, u)) for u in own[:MOST_SITEMAPS])
            )
        if kind != "urlset" or not places:
            raise SelectionError(f"expected a sitemap, got {kind} with {len(places)} places")
        found = [Found(url=place, changed=read_instant(changed) if changed else None, type=None) for place, changed in places]
        return self._details(council, ask, found, way="sitemap", need=not ask.meta.get("part"))

    def _list(self, page: Page, ask: Ask, council: Council) -> Listing:
        root = parse_html(page.body)
        found = [Found(url=str(a.get("href")), changed=None, type=None) for a in select(root, "//a[@href]") if day_in_path(str(a.get("href")) + "/")]
        return self._details(council, ask, found, way="list", need=True)

    def _next_way(self, ask: Ask, council: Council, reason: str) -> Listing:
        """Try the way that comes after one that failed.

        Raises:
            SourceError: there is none left.
        """
        failed = "; ".join(part for part in (ask.meta["failed"], f"{ask.step}: {reason}") if part)
        way, _, left = ask.meta["left"].partition(",")
        if not way:
            raise SourceError(f"{council.title} lists in no way that we know ({failed})")
        meta = {**ask.meta, "failed": failed, "left": left}
        return Listing(asks=(_ask_way(council, way, meta),), notes=(f"{council.name}: {ask.step} gave nothing ({reason}), trying {way}",))

    # Publications

    def _details(self, council: Council, ask: Ask, found: list[Found], *, way: str, need: bool = False) -> Listing:
        """Asks for the pages of what a listing holds: once each, in the council's paths, not older than asked for.

        Raises:
            SelectionError: `need`, and nothing listed is a publication.
        """
        since = midnight(date.fromisoformat(ask.meta["since"]))
        asks: dict[str, Ask] = {}
        ignored = {"other path": 0, "older": 0}
        for item in found:
            url = self.canonical(canonical_url(item.url, council.base))
            if not url.startswith(council.base) or not urlsplit(url).path.lower().startswith(council.paths):
                ignored["other path"] += 1
                continue
            day = day_in_path(url + "/")
            moment = item.changed or (midnight(day) if day else None)
            if moment is None and way == "sitemap":
                ignored["other path"] += 1  # an overview page: a publication has a day in its address or in the sitemap
            elif moment is not None and moment < since:
                ignored["older"] += 1
            else:
                meta = {"council": council.name, "type": item.type or "", "changed": item.changed.isoformat() if item.changed else ""}
                asks[url] = Ask(url=url, step="detail", meta=meta, statuses=(404, 410), identifier=url, stamp=item.changed)
        if need and not asks and not ignored["older"]:
            raise SelectionError(f"{len(found)} links, none of them to a publication")
        cursors = {f"{council.name}/way": way, f"{council.name}/through": ask.meta["today"]}
        return Listing(asks=tuple(asks.values()), cursors=cursors, ignored={k: v for k, v in ignored.items() if v}, seen=ignored["older"])

    def _detail(self, page: Page, ask: Ask, council: Council) -> Listing:
        if page.status != 200:
            return Listing(odd=(Odd(subject=ask.url, reason=f"listed, but answered {page.status}"),))
        return read_detail(page, ask, council, self)


def _ask_way(council: Council, way: str, meta: Mapping[str, str]) -> Ask:
    if way == "search":
        return _ask_search(council, meta, 1)
    url = {"front": council.base, "sitemap": urljoin(council.base, "/sitemap.xml"), "list": urljoin(council.base, council.list)}[way]
    # An index of sitemaps can stay the same while its parts change, so only the parts are asked conditionally.
    validator = _validator(council, url) if way == "list" else None
    return Ask(url=url, step=way, meta=dict(meta), statuses=_ABSENT, validator=validator)


def _ask_search(council: Council, meta: Mapping[str, str], page: int) -> Ask:
    return Ask(
        url=urljoin(council.base, "/api/search"),
        step="search",
        method="POST",
        body=json.dumps(result_page(page, PER_PAGE)).encode(),
        headers={"Content-Type": "application/json", "Accept": "application/json"},
        meta={**meta, "page": str(page)},
        statuses=_ABSENT,
    )


def _ask_feed(council: Council, url: str, meta: Mapping[str, str]) -> Ask:
    return Ask(url=url, step="feed", meta=dict(meta), statuses=_ABSENT, validator=_validator(council, url))


def _validator(council: Council, url: str) -> str:
    return f"{council.name}{urlsplit(url).path}"
