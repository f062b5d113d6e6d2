"""The sites of councils on which nothing happens on the played days: each lists one publication of long ago, in the shape that its site has.

No payload of a council was recorded; the shapes are those that clients of the platforms describe.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from crawler.replay.player import MEDIA_TYPES, NOT_FOUND, Answer, Asked

Way = Literal["search", "raw search", "feed", "sitemap", "list"]


@dataclass(frozen=True, slots=True)
class Quiet:
    """One site: its host, how it lists, and the path of what it lists."""

    name: str
    host: str
    way: Way
    path: str

    @property
    def link(self) -> str:
        """Address of what it lists."""
        return f"https://{self.host}{self.path}"


SITES = (
    Quiet("gezondheidsraad", "www.gezondheidsraad.nl", "search", "/documenten/adviezen/2024/03/12/jaarwerk-2023"),
    Quiet("onderwijsraad", "www.onderwijsraad.nl", "list", "/publicaties/adviezen/2024/03/12/jaarwerk-2023"),
    Quiet("rekenkamer", "www.rekenkamer.nl", "list", "/publicaties/rapporten/2024/03/12/jaarwerk-2023"),
    Quiet("rli", "www.rli.nl", "sitemap", "/publicaties/2024/jaarverslag/jaarwerk-2023"),
    Quiet("rob", "www.raadopenbaarbestuur.nl", "search", "/documenten/2024/03/12/jaarwerk-2023"),
    Quiet("rvs", "www.raadrvs.nl", "search", "/documenten/2024/03/12/jaarwerk-2023"),
    Quiet("scp", "www.scp.nl", "raw search", "/documenten/2024/03/12/jaarwerk-2023"),
    Quiet("ser", "www.ser.nl", "sitemap", "/nl/Publicaties/jaarwerk-2023"),
    Quiet("wrr", "www.wrr.nl", "feed", "/publicaties/jaarverslagen/2024/03/12/jaarwerk-2023"),
)
_OWN_SITES = ("rli", "ser")
_LISTS = {"onderwijsraad": "publicaties", "rekenkamer": "publicaties/rapporten"}


def answer(site: Quiet, asked: Asked) -> Answer:
    """What the site answers: its one way of listing, and 404 for the rest."""
    match asked.path, site.way:
        case "api/search", "search" | "raw search" if asked.method == "POST":
            return _search(site)
        case "", _:
            return Answer(200, f"<html><head><title>{site.name}</title></head><body><main><h1>{site.name}</h1></main></body></html>".encode())
        case "rss/publications", "feed":
            item = f"<item><title>Jaarwerk 2023</title><link>{site.link}</link><pubDate>Tue, 12 Mar 2024 09:00:00 GMT</pubDate></item>"
            return Answer(200, f'<rss version="2.0"><channel><title>{site.name}</title>{item}</channel></rss>'.encode(), "application/rss+xml")
        case "sitemap.xml", "sitemap":
            place = f"<url><loc>{site.link}</loc><lastmod>2024-03-12T09:00:00+01:00</lastmod></url>"
            body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{place}</urlset>'
            return Answer(200, body.encode(), MEDIA_TYPES["xml"])
        case path, _ if f"/{path}" == site.path:
            return Answer(200, _page(site))
        case path, "list" if path == _LISTS[site.name]:
            item = f'<li class="results__item"><a href="{site.path}"><h3>Jaarwerk 2023</h3></a></li>'
            return Answer(200, f'<html><body><main><ol class="results">{item}</ol></main></body></html>'.encode())
    return NOT_FOUND


def _page(site: Quiet) -> bytes:
    """What it lists, with the metadata of the platforms; the sites of their own show the day."""
    metas = '<meta name="DCTERMS.title" content="Jaarwerk 2023"/><meta name="DCTERMS.issued" content="2024-03-12"/>'
    body = "<h1>Jaarwerk 2023</h1><p>Wat de raad in 2023 deed, en wat het kostte.</p>"
    if site.name in _OWN_SITES:
        metas, body = "", f'{body}<time datetime="2024-03-12">12 maart 2024</time>'
    return f'<!DOCTYPE html><html lang="nl"><head><title>Jaarwerk 2023</title>{metas}</head><body><main>{body}</main></body></html>'.encode()


def _search(site: Quiet) -> Answer:
    fields = {"page_title": "Jaarwerk 2023", "url": site.link, "sort_date": "2024-03-11T23:00:00Z", "information_type": "Jaarverslag"}
    results = [{name: {"raw": value} for name, value in fields.items()}]
    found = {"rawResponse": {"rawResults": results}} if site.way == "raw search" else {"ok": True, "results": results, "totalPages": 1}
    return Answer(200, json.dumps(found).encode(), MEDIA_TYPES["json"])
