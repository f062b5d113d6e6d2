"""How councils list: feeds, sitemaps and pages of links, to what they name. Decides only."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler.dates import day_in_path, read_instant
from crawler.markup import fold, parse_html, parse_xml, select
from crawler.sources.base import Page, Source
from crawler.sources.council_pages import Council, Found
from crawler.urls import canonical_url
from db.errors import SelectionError

_NEXT = "//a[@href][@rel='next' or contains(concat(' ',normalize-space(@class),' '),' next ')] | //link[@rel='next'][@href]"


def feed_of(page: Page, council: Council, source: Source) -> str:
    """The feed that a front page names, or that the council is known to have.

    Raises:
        SelectionError: there is none.
    """
    links = select(parse_html(page.body), "//link[contains(@rel,'alternate')][contains(@type,'rss') or contains(@type,'atom')][@href]")
    urls = [source.canonical(canonical_url(str(link.get("href")), council.base)) for link in links]
    own = [url for url in urls if url.startswith(council.base)] or ([council.feed] if council.feed else [])
    if not own:
        raise SelectionError("no feed named on the front page")
    return own[0]


def read_feed(page: Page) -> list[Found]:
    """The items of an RSS or Atom feed.

    Raises:
        SelectionError: no feed.
    """
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
    return found


def read_sitemap(page: Page, council: Council, source: Source) -> tuple[list[Found], bool]:
    """The places of a sitemap, and whether they are sitemaps themselves: those of the council's own host.

    Raises:
        SelectionError: no sitemap, or one without places.
    """
    root = parse_xml(page.body)
    kind = etree.QName(root).localname
    places = [(fold(e.findtext("{*}loc") or ""), fold(e.findtext("{*}lastmod") or "")) for e in root if isinstance(e.tag, str)]
    found = [
        Found(url=source.canonical(urljoin(council.base, place)), changed=read_instant(changed) if changed else None, type=None)
        for place, changed in places
        if place
    ]
    own = [item for item in found if item.url.startswith(council.base)]
    if kind not in ("urlset", "sitemapindex") or not own:
        raise SelectionError(f"expected a sitemap, got {kind} with {len(own)} places of this site")
    return own, kind == "sitemapindex"


def read_list(page: Page, council: Council) -> tuple[list[Found], str | None]:
    """The links of a page that may lead to publications, and the next page that it names.

    A publication of the platforms has its day in its address. Sites of their own have none there: any link in the page's content counts then.
    """
    root = parse_html(page.body)
    content = select(root, "//main") or [root]
    following = next((canonical_url(str(link.get("href")), page.url) for link in select(root, _NEXT)), None)
    found: list[Found] = []
    for link in select(content[0] if council.meta == "plain" else root, ".//a[@href]"):
        url = canonical_url(str(link.get("href")), page.url)
        if day_in_path(url + "/") or (council.meta == "plain" and not urlsplit(url).query):
            found.append(Found(url=url, changed=None, type=None))
    return found, following if following and following.startswith(council.base) and following != page.url else None


def overviews(urls: Collection[str]) -> frozenset[str]:
    """Which of these places are folders of others among them: overviews, and no publications."""
    stems = {url.rstrip("/") for url in urls}
    folders = {url.rsplit("/", n)[0] for url in stems for n in range(1, url.count("/") - 1)}
    return frozenset(url for url in urls if url.rstrip("/") in folders)


def marks(urls: Sequence[str]) -> dict[str, str]:
    """A short mark for each place, by which it is known again."""
    return {hashlib.sha256(url.encode()).hexdigest()[:10]: url for url in urls}
