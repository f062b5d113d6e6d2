"""robots.txt: what it forbids is not asked, and a site that cannot say what it forbids is not asked either."""

from __future__ import annotations

import pytest

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
