"""robots.txt: obeyed as RFC 9309 says, and asked for once a day and host by a process that goes on.

A file that is absent allows everything (2.3.1.3); one that the server cannot give at the moment allows nothing (2.3.1.4), and says so.
A `Crawl-delay`, which the standard does not know and many sites write, holds where it asks for more patience than we have of our own.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

FORBIDDEN = "Forbidden by robots.txt"
DAY = 24 * 60 * 60.0
"""Seconds that a file is believed (2.4)."""
LARGEST = 500 * 1024
"""Bytes of a file that count (2.5)."""
LONGEST_DELAY = 60.0
"""Seconds between two requests that a site may ask for; with more than that no list of it would be read to its end."""
_ITS_OWN = "is_robots_txt"
_FIRST = 1000


@dataclass(frozen=True, slots=True)
class _Kept:
    body: bytes
    until: float


_kept: dict[str, _Kept] = {}
"""By scheme and host: what was read in this process, whichever crawl read it."""


class Robots:
    """Downloader middleware in the place of Scrapy's, which asks anew in each crawl and takes an error page for a permission."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._rules: dict[str, asyncio.Task[RobotParser]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass.

        Raises:
            IgnoreRequest: the site forbids it, or cannot say at the moment what it forbids.
        """
        if request.meta.get(_ITS_OWN):
            return
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = asyncio.ensure_future(self._read(site))
        rules = await asyncio.shield(self._rules[site])
        agent = request.headers.get(b"User-Agent") or self._crawler.settings["USER_AGENT"]
        self._slow_down(parts.hostname or "", rules.crawl_delay(agent))
        if not rules.allowed(request.url, agent):
            raise IgnoreRequest(FORBIDDEN)

    def _slow_down(self, host: str, asked: float | None) -> None:
        """Wait as long between two requests to a host as it asks for, where that is longer than our own delay."""
        engine = self._crawler.engine
        if engine is None or asked is None or not math.isfinite(asked):
            return
        downloader = engine.downloader
        delay = max(self._crawler.settings.getfloat("DOWNLOAD_DELAY"), min(asked, LONGEST_DELAY))
        # The place of a host in the downloader's queues is made anew after some idle time, from these settings.
        downloader.per_slot_settings.setdefault(host, {})["delay"] = delay
        if (slot := downloader.slots.get(host)) is not None:
            slot.delay = delay

    async def _read(self, site: str) -> RobotParser:
        now = asyncio.get_running_loop().time()
        kept = _kept.get(site)
        if kept is None or kept.until < now:
            kept = _kept[site] = _Kept(await self._fetch(site), now + DAY)
        return ProtegoRobotParser.from_crawler(self._crawler, kept.body)

    async def _fetch(self, site: str) -> bytes:
        request = Request(f"{site}/robots.txt", priority=_FIRST, meta={_ITS_OWN: True}, callback=NO_CALLBACK)
        engine = self._crawler.engine
        if engine is None:
            raise IgnoreRequest("the crawl was stopped")
        try:
            response = await engine.download_async(request)
        except IgnoreRequest:
            return b""  # it leads to where we do not go: there is none
        except Exception as error:
            raise IgnoreRequest(f"robots.txt cannot be read, so nothing may be asked: {type(error).__name__}: {error}") from error
        if response.status >= 500:
            raise IgnoreRequest(f"robots.txt answered {response.status}, so nothing may be asked")
        return response.body[:LARGEST] if response.status < 300 else b""
