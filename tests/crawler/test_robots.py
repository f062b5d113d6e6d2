"""robots.txt: what it forbids is not asked, and a site that cannot say what it forbids is not asked either."""

from __future__ import annotations

import itertools
import time
from types import SimpleNamespace

import pytest
from scrapy.settings import Settings

from crawler.robots import LONGEST_DELAY, Robots

LIST = b"<html><body><div class='ipx-pt-advies'><h2><a href='/adviezen/@7/w-7/'>Advies</a></h2></div></body></html>"
NOW = "2026-11-11T20:00:00+00:00"


@pytest.mark.parametrize(
    ("status", "body", "headers", "reason"),
    [
        (200, b"User-agent: *\nDisallow: /adviezen/", {}, "Forbidden by robots.txt"),
        (200, b"User-agent: Kamerspoor\nDisallow: /", {}, "Forbidden by robots.txt"),
        (200, b"User-agent: *\nDisallow: /zoeken", {}, None),
        (200, b"<html><body>Startpagina</body></html>", {}, None),  # a page for every address says nothing about robots
        (404, b"", {}, None),  # none: everything is allowed
        (503, b"", {"Retry-After": "0"}, "robots.txt answered 503, so nothing may be asked"),
        (302, b"", {"Location": "http://127.0.0.1:1/robots.txt"}, None),  # it leads to where we do not go
    ],
)
def test_what_a_site_says_to_robots(serve, reply, crawl_many, tmp_path, status, body, headers, reason):
    def answer(asked):
        if asked.path == "/robots.txt":
            return reply(body, status, headers)
        return reply(LIST) if asked.path == "/adviezen/" else reply(status=404)

    server = serve(answer)
    (outcome,) = crawl_many([{"source": "raadvanstate", "db": str(tmp_path / "test.db"), "base_urls": {"*": server.url}, "now": NOW}])
    listed = "/adviezen/" in server.paths()
    assert listed is (reason is None)
    assert reason is None or reason in outcome["reason"]


@pytest.mark.parametrize(
    ("robots", "seconds"),
    [
        (b"User-agent: *\nCrawl-delay: 0.7", 0.7),
        (b"User-agent: *\nCrawl-delay: 0.1\nUser-agent: Kamerspoor\nCrawl-delay: 0.7", 0.7),  # meant for us
        (b"User-agent: Andere\nCrawl-delay: 30", 0.0),  # meant for somebody else
        (b"User-agent: *\nCrawl-delay: snel", 0.0),
        (b"User-agent: *\nCrawl-delay: -3", 0.0),
    ],
)
def test_as_long_between_two_requests_as_the_site_asks_for(serve, reply, crawl_many, tmp_path, robots, seconds):
    moments = []

    def answer(asked):
        moments.append(time.monotonic())
        if asked.path == "/robots.txt":
            return reply(robots)
        return reply(LIST) if asked.path == "/adviezen/" else reply(status=404)

    server = serve(answer)
    crawl_many([{"source": "raadvanstate", "db": str(tmp_path / "test.db"), "base_urls": {"*": server.url}, "now": NOW}])
    assert len(moments) >= 2  # robots.txt, the list
    apart = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert min(apart) >= seconds - 0.02
    assert seconds or max(apart) < 0.7


@pytest.mark.parametrize(
    ("ours", "asked", "holds"),
    [
        (3.0, 10.0, 10.0),
        (3.0, 1.0, 3.0),  # we are more patient than that
        (3.0, 86400.0, LONGEST_DELAY),
        (90.0, 86400.0, 90.0),
        (3.0, None, None),
        (3.0, float("inf"), None),
        (3.0, float("nan"), None),
    ],
)
def test_the_longer_of_both_delays_holds(ours, asked, holds):
    slot, settings = SimpleNamespace(delay=ours), Settings({"ROBOTSTXT_OBEY": True, "DOWNLOAD_DELAY": ours})
    downloader = SimpleNamespace(per_slot_settings={}, slots={"x.nl": slot})
    robots = Robots(SimpleNamespace(settings=settings, engine=SimpleNamespace(downloader=downloader)))
    robots._slow_down("x.nl", asked)
    assert slot.delay == (holds or ours)
    assert downloader.per_slot_settings == ({} if holds is None else {"x.nl": {"delay": holds}})
