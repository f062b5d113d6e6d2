"""Plays the sites of the advisory councils, on the platform of 2026 or the one before; pages and files carry validators."""

from __future__ import annotations

import hashlib
import json
from email.utils import format_datetime
from typing import Any, Literal

from crawler.replay import quiet_councils
from crawler.replay import render_council as council
from crawler.replay.library import WITHDRAWN, Publication
from crawler.replay.player import MEDIA_TYPES, NOT_FOUND, Answer, Asked, render

Platform = Literal["new", "old"]


class CouncilsPlayer:
    """The councils of `render_council.NAMES`, and those that are quiet."""

    source = "councils"
    hosts = frozenset({*(council.host(site) for site in council.NAMES), *(site.host for site in quiet_councils.SITES)})

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def base_urls(self, root: str) -> dict[str, str]:
        """Address of each site by the council's name."""
        quiet = {site.name: f"{root}/{site.host}/" for site in quiet_councils.SITES}
        return {site: f"{root}/{council.host(site)}/" for site in council.NAMES} | quiet

    def answer(self, asked: Asked, shown: tuple[Publication, ...]) -> Answer:
        """A search answer, a sitemap, a page, a file, or 404."""
        for quiet in quiet_councils.SITES:
            if quiet.host == asked.host:
                return quiet_councils.answer(quiet, asked)
        site = next(site for site in council.NAMES if council.host(site) == asked.host)
        pages = [item for item in shown if item.council and item.council.site == site and item.status != WITHDRAWN]
        new = self._platform == "new"
        match asked.path:
            case "":
                return Answer(200, council.render_home(site))
            case "publicaties":
                number = asked.query.get("pagina", "1")
                return Answer(200, council.render_list(pages, site, int(number))) if number.isdecimal() and number != "0" else NOT_FOUND
            case "api/search" if new:
                return _search(asked, pages, site)
            case "robots.txt":
                return Answer(200, f"User-agent: *\nDisallow:\nSitemap: {council.origin(site)}/sitemap.xml\n".encode(), "text/plain")
            case "sitemap.xml":
                body = council.render_sitemap_index(site) if new else council.render_sitemap(pages, site)
                return Answer(200, body, MEDIA_TYPES["xml"])
            case "sitemap/1.xml" if new:
                return Answer(200, council.render_sitemap(pages, site), MEDIA_TYPES["xml"])
        for publication in pages:
            if f"/{asked.path}" == council.page_of(publication).path:
                return _tagged(publication, council.render_detail(publication), "html")
            for kind, path in council.file_paths(publication).items():
                if f"/{asked.path}" == path:
                    return _tagged(publication, render(publication, kind), kind)
        return NOT_FOUND


def _search(asked: Asked, pages: list[Publication], site: str) -> Answer:
    if asked.method != "POST":
        return Answer(405, b'{"ok":false,"error":"method not allowed"}', MEDIA_TYPES["json"])
    try:
        question: Any = json.loads(asked.body)
    except ValueError:
        question = None
    status, body = council.render_search(pages, question if isinstance(question, dict) else {}, site)
    return Answer(status, body, MEDIA_TYPES["json"])


def _tagged(publication: Publication, body: bytes, kind: str) -> Answer:
    validators = {"Last-Modified": format_datetime(publication.changed), "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"'}
    return Answer(200, body, MEDIA_TYPES[kind], validators)
