"""How long to wait before asking again: back-off that doubles, `Retry-After` honoured, and a whole host left in peace meanwhile."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.misc import load_object

from crawler.guard import refused_by_resolver
from crawler.sources.base import Source, address

logger = logging.getLogger(__name__)

TRIES = "tries"
"""Request meta: how often this request was made before."""
_AT_HOME = 8
"""Requests at a time to a replay or a test server on this machine: Scrapy's own number."""
_LOOK_UP = 1.0
"""Seconds after which a wait looks whether the crawl was stopped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How a crawl behaves towards a host. Seconds, where nothing else is said."""

    delay: float
    """Between requests."""
    backoff: float = 20.0
    """Before the second try; doubles for each one after."""
    retries: int = 3
    longest: float = 900.0
    """A source that asks for more patience than this is left alone until the next crawl."""
    together: int = 1
    """Number of requests at a time."""

    @classmethod
    def of(cls, source: Source) -> Pace:
        """The source's own pace; none at all where every endpoint of it was pointed at this machine."""
        if set(source.overridden) == set(source.bases) and all(_is_loopback(address(url)[0]) for url in source.overridden.values()):
            return cls(delay=0.0, backoff=0.05, longest=2.0, together=_AT_HOME)
        return cls(delay=source.delay)


def backoff(pace: Pace, tries: int, chance: Callable[[], float] = random.random) -> float:
    """Seconds to wait after the failure number `tries` (from 1): doubling, and up to half as much again so that clients spread."""
    return pace.backoff * 2.0 ** (tries - 1) * (1.0 + 0.5 * chance())


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a `Retry-After` header asks for, as a number or as a date; None when it says nothing readable."""
    if value is None:
        return None
    value = value.strip()
    if value.isdigit() and len(value) < 10:
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


class Politeness:
    """Downloader middleware in the place of Scrapy's retry: waits before it asks again, and makes the host's other requests wait too."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._codes = {int(code) for code in crawler.settings.getlist("RETRY_HTTP_CODES")}
        self._exceptions = tuple(load_object(name) for name in crawler.settings.getlist("RETRY_EXCEPTIONS"))
        self._pace: Pace = crawler.settings["CRAWL_PACE"]
        self._clock: Callable[[], datetime] = crawler.settings["CRAWL_CLOCK"]
        self._not_before: dict[tuple[str, int], float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Politeness:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait until the host may be asked again.

        Raises:
            IgnoreRequest: the crawl was stopped meanwhile.
        """
        loop = asyncio.get_running_loop()
        while (left := self._not_before.get(address(request.url), 0.0) - loop.time()) > 0:
            await asyncio.sleep(min(left, _LOOK_UP))
            if not self._crawler.crawling:
                raise IgnoreRequest("the crawl was stopped")

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Ask again after a wait, or pass the answer on when it is no refusal, or the last one."""
        if response.status not in self._codes:
            return response
        header = response.headers.get(b"Retry-After")
        asked = retry_after(header.decode("latin-1") if header else None, self._clock())
        return self._again(request, f"answered {response.status}", asked) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Ask again after a wait where there was no answer at all."""
        if not isinstance(exception, self._exceptions) or refused_by_resolver(request.url):
            return None
        return self._again(request, f"{type(exception).__name__}: {exception}", None)

    def _again(self, request: Request, reason: str, asked: float | None) -> Request | None:
        tries = request.meta.get(TRIES, 0) + 1
        wait = max(asked or 0.0, backoff(self._pace, tries))
        if tries > self._pace.retries or (asked is not None and asked > self._pace.longest):
            logger.warning("gave up url=%s tries=%d reason=%s", request.url, tries, reason)
            return None
        logger.info("asking again url=%s in=%.1fs try=%d reason=%s", request.url, wait, tries + 1, reason)
        place = address(request.url)
        self._not_before[place] = max(self._not_before.get(place, 0.0), asyncio.get_running_loop().time() + wait)
        again = request.copy()
        again.meta[TRIES] = tries
        return again


def _is_loopback(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")
