"""Scrapy's settings for one crawl of one source. Where Scrapy's defaults are relaxed these are not; nobody else reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from crawler.politeness import Pace
from crawler.sources.base import Source

USER_AGENT = "Kamerspoor/0.1 (volgt overheidspublicaties)"
MEGABYTE = 1024 * 1024
LARGEST = 32 * MEGABYTE
"""Bytes of one answer, as sent and as unpacked."""
_MODULE = "crawler"
_SHORTEST = 0.001
"""Seconds."""


def crawl_settings(source: Source, pace: Pace, clock: Callable[[], datetime], user_agent: str = USER_AGENT) -> dict[str, Any]:
    """The settings of a crawl of this source at this pace."""
    return {
        "BOT_NAME": "kamerspoor",
        "USER_AGENT": user_agent,
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        # Scrapy opens two ports into the running crawler by default.
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        # What may be fetched, and how much of it.
        "DOWNLOAD_HANDLERS": {"file": None, "data": None, "ftp": None, "s3": None},
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_MAXSIZE": LARGEST,
        "DOWNLOAD_WARNSIZE": 16 * MEGABYTE,
        "DOWNLOAD_TIMEOUT": source.timeout,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "CLOSESPIDER_TIMEOUT": 3600,
        # How politely.
        "ROBOTSTXT_OBEY": source.robots == "obey",
        # Without any delay Scrapy starts all that waits at once, whatever the number for a domain says.
        "DOWNLOAD_DELAY": pace.delay if pace.together > 1 else max(pace.delay, _SHORTEST),
        "DOWNLOAD_DELAY_JITTER": 0,
        "CONCURRENT_REQUESTS": max(4, pace.together),
        "CONCURRENT_REQUESTS_PER_DOMAIN": pace.together,
        "RETRY_ENABLED": False,
        "CRAWL_PACE": pace,
        "CRAWL_CLOCK": clock,
        "COOKIES_ENABLED": False,
        "REFERRER_POLICY": "no-referrer",
        "HTTPPROXY_ENABLED": False,
        # Redirects come back as new requests and meet the guard; a page cannot send us on by itself.
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_ENABLED": False,
        # Polls ask for the same URL again and again. `dont_filter` would switch the offsite filter off too, so nothing is filtered at all.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "SPIDER_MIDDLEWARES": {
            # The spider reads every status itself: a 404 is a reason, not silence.
            "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
            # Drops long URLs without a trace, and a question about twenty papers is long.
            "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
            # What nobody reads costs a turn for each request and sighting all the same.
            "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
            "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
            "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
        },
        # The handoff never waits, so more than one at a time is a hundred tasks for each answer and nothing gained.
        "CONCURRENT_ITEMS": 1,
        # Would read and parse the source text of every callback, each time it is called.
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
        "DOWNLOADER_STATS": False,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            f"{_MODULE}.robots.Robots": 100,
            f"{_MODULE}.guard.Guard": 10,
            f"{_MODULE}.politeness.Politeness": 550,
        },
        "ITEM_PIPELINES": {f"{_MODULE}.handoff.Handoff": 100},
        "EXTENSIONS": {
            f"{_MODULE}.health.Health": 100,
            "scrapy.extensions.logcount.LogCount": None,
            "scrapy.extensions.logstats.LogStats": None,
            "scrapy.extensions.feedexport.FeedExporter": None,
            "scrapy.extensions.memusage.MemoryUsage": None,
        },
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
    }
