"""Each body of councils.toml by each way of listing, with addresses as its site is known to have them; its news is left aside."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.sources.base import Page
from crawler.sources.council_pages import councils
from crawler.sources.councils import Councils

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = "2026-11-17T09:00:00+01:00"
PATHS = {
    "adviesraad-migratie": ("/publicaties/publicaties/2026/11/17/x", "/werkprogramma---programmalijnen/publicaties/2026/11/17/x"),
    "ser": ("/nl/publicaties/adviezen/x", "/nl/Publicaties/x.aspx", "/nl/adviezen/2026/x"),
    "wrr": ("/publicaties/rapporten/2026/11/17/x", "/documenten/2026/11/17/x"),
    "rob": ("/documenten/adviezen/2026/11/17/x", "/publicaties/2026/11/17/x"),
    "onderwijsraad": ("/publicaties/adviezen/2026/11/17/x", "/documenten/adviezen/2026/11/17/x"),
    "rvs": ("/documenten/publicaties/2026/11/17/x", "/publicaties/2026/11/17/x"),
    "rli": ("/publicaties/2026/advies/x",),
    "scp": ("/documenten/2026/11/17/x", "/publicaties/2026/11/17/x", "/publicaties-scp/2026/11/x"),
    "gezondheidsraad": ("/documenten/adviezen/2026/11/17/x", "/documenten/2026/11/17/x"),
    "rekenkamer": ("/publicaties/rapporten/2026/11/17/x", "/documenten/2026/11/17/x"),
}
"""From the description of each site: the platform of 2026 and the one before it, and the two sites of their own."""
NEWS = "/actueel/nieuws/2026/11/17/x"


def results(*paths):
    return [{"url": {"raw": path}, "sort_date": {"raw": DAY}, "information_type": {"raw": "Publicatie"}} for path in paths]


def search(_base, *paths):
    return json.dumps({"ok": True, "results": results(*paths), "totalPages": 1}).encode()


def raw_search(_base, *paths):
    return json.dumps({"rawResponse": {"rawResults": results(*paths)}}).encode()


def feed(base, *paths):
    items = "".join(f"<item><link>{base}{path}</link><pubDate>Tue, 17 Nov 2026 09:00:00 +0100</pubDate></item>" for path in paths)
    return f"<rss version='2.0'><channel>{items}</channel></rss>".encode()


def sitemap(base, *paths):
    places = "".join(f"<url><loc>{base}{path}</loc><lastmod>{DAY}</lastmod></url>" for path in paths)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'.encode()


def links(_base, *paths):
    items = "".join(f'<li class="results__item"><a href="{path}"><h3>x</h3></a></li>' for path in paths)
    return f"<!DOCTYPE html><html><body><main><ol class='results'>{items}</ol></main></body></html>".encode()


WAYS = {"search": search, "raw search": raw_search, "feed": feed, "sitemap": sitemap, "list": links}
DATELESS = ("/publicaties-scp/2026/11/x",)
"""Found where the listing tells the day; a list page of the platform does not."""


def test_every_body_has_a_row_here():
    assert set(PATHS) == {council.name for council in councils()}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("council", councils(), ids=lambda council: council.name)
def test_a_body_is_read_by_each_way(council, way):
    ask = next(ask for ask in Councils().start({}, NOW).asks if ask.part == council.name)
    ask = replace(ask, step=way.removeprefix("raw "))
    paths = [path for path in PATHS[council.name] if way != "list" or path not in DATELESS]
    base = council.base.rstrip("/")
    listing = Councils().read(Page(url=council.base, status=200, body=WAYS[way](base, *paths, NEWS)), ask)
    assert [found.url.removeprefix(base) for found in listing.asks] == paths
    assert all(found.step == "detail" and found.stamp == (None if way == "list" else datetime.fromisoformat(DAY)) for found in listing.asks)
    assert listing.ignored["other path"] == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("council", councils(), ids=lambda council: council.name)
def test_a_body_that_lists_only_other_things_is_not_quiet(council, way):
    """By whichever way: either another way is tried, or nothing is listed, which fails the body by name."""
    ask = next(ask for ask in Councils().start({}, NOW).asks if ask.part == council.name)
    ask = replace(ask, step=way.removeprefix("raw "))
    listing = Councils().read(Page(url=council.base, status=200, body=WAYS[way](council.base.rstrip("/"), NEWS)), ask)
    assert [found.step for found in listing.asks] == ["front"] or (listing.seen == 0 and not listing.asks)
