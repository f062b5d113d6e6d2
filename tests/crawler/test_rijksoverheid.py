"""Rijksoverheid: what is asked, and how a full window is halved. (What a page holds: tests/test_sources.py; a crawl: test_replay_crawls.py.)"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.sources.base import Page
from crawler.sources.rijksoverheid import Rijksoverheid
from db.errors import SourceError

SHELL = b"<html><body><div id='app'></div></body></html>"
RECORDINGS = Path(__file__).resolve().parents[1] / "recordings" / "rijksoverheid"
NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
"""Already the 25th in Amsterdam."""


def windows(ask):
    """From and to of a question, whichever way it is asked."""
    if ask.step == "news":
        filters = json.loads(parse_qs(urlsplit(ask.url).query)["query"][0])["filters"]
    else:
        filters = json.loads(ask.body)["requestState"]["filters"]
    (window,) = next(found["values"] for found in filters if found["field"] == "sort_date")
    return window["from"], window["to"]


LATEST = {"news/latest": "2026-11-24T15:00:00+00:00", "documents/latest": "2026-11-23T23:00:00+00:00"}


@pytest.mark.parametrize(
    ("cursors", "since", "news", "documents"),
    [
        ({}, None, "2026-11-17T23:00:00.000Z", "2026-11-17T23:00:00.000Z"),  # the first time: a week; days begin at midnight in Amsterdam
        (LATEST, None, "2026-11-23T15:00:00.000Z", "2026-11-21T23:00:00.000Z"),  # a day, and two days, of overlap
        (LATEST, date(2026, 7, 1), "2026-06-30T22:00:00.000Z", "2026-06-30T22:00:00.000Z"),  # asked by a person, in summer time
    ],
)
def test_from_when_each_is_asked(cursors, since, news, documents):
    asks = Rijksoverheid().start(cursors, NOW, since).asks
    assert [windows(ask) for ask in asks] == [(news, "2026-11-25T22:59:59.000Z"), (documents, "2026-11-25T22:59:59.000Z")]
    assert [ask.part for ask in asks] == ["news", "documents"]


def read(ask, recording):
    return Rijksoverheid().read(Page(url=ask.url, status=200, body=(RECORDINGS / recording).read_bytes()), ask)


def test_the_watermark_is_the_latest_moment_shown():
    news, documents = Rijksoverheid().start({}, NOW).asks
    assert read(news, "news.xml").latest["news/latest"] == datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
    assert set(read(documents, "search_results.json").latest) == {"documents/latest"}


def test_a_feed_that_is_full_is_not_asked_conditionally_next_time():
    """The most relevant twenty stay the same while others are added."""
    news = Rijksoverheid().start({}, NOW).asks[0]
    assert news.validator == "news"
    full = read(news, "news_full.xml")
    assert full.partial
    assert all(ask.validator is None for ask in full.asks)
    assert not read(news, "news.xml").partial


def test_a_day_that_does_not_fit_the_feed_is_asked_of_the_search():
    ask = Rijksoverheid().start({"news/latest": "2026-11-24T22:59:59+00:00"}, NOW - timedelta(hours=10)).asks[0]
    day = replace(ask, meta={**ask.meta, "from": "2026-11-23T23:00:00+00:00"})
    (search,) = read(day, "news_full.xml").asks
    assert (search.step, search.part, search.meta["page"]) == ("search", "news", "1")
    filters = json.loads(search.body)["requestState"]["filters"]
    assert {"field": "content_type", "values": ["pro:newsDocument"], "type": "all"} in filters


def results(number, pages=None, first=0):
    day = {"sort_date": {"raw": "2026-11-24T08:00:00Z"}, "information_type": {"raw": "Rapport"}}
    found = [{"url": {"raw": f"/documenten/2026/11/24/r-{n}"}, **day} for n in range(first, first + number)]
    answer = {"rawResponse": {"rawResults": found}} if pages is None else {"ok": True, "results": found, "totalPages": pages}
    return json.dumps(answer).encode()


@pytest.mark.parametrize(
    ("number", "pages", "goes_on"),
    [
        (50, 2, True),
        (50, 1, False),
        (50, None, True),
        (20, None, True),  # the site does not say how many there are, and may have cut the page
        (17, None, False),
        (0, None, False),
    ],
)
def test_pages_are_turned_while_there_may_be_more(number, pages, goes_on):
    ask = Rijksoverheid().history(date(2026, 11, 24), date(2026, 11, 24)).asks[-1]
    listing = Rijksoverheid().read(Page(url=ask.url, status=200, body=results(number, pages)), ask)
    following = [found for found in listing.asks if found.step == "search"]
    assert bool(following) is goes_on
    if following:
        assert json.loads(following[0].body)["requestState"]["current"] == 2
        with pytest.raises(SourceError, match="is the one before it again"):
            Rijksoverheid().read(Page(url=ask.url, status=200, body=results(number, pages)), following[0])
        Rijksoverheid().read(Page(url=ask.url, status=200, body=results(3, pages, first=50)), following[0])


def test_the_past_is_news_by_day_and_documents_at_once():
    *news, documents = Rijksoverheid().history(date(2026, 10, 24), date(2026, 10, 26)).asks
    assert [windows(ask) for ask in news] == [
        ("2026-10-23T22:00:00.000Z", "2026-10-24T21:59:59.000Z"),
        ("2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.000Z"),  # the day on which summer time ends has 25 hours
        ("2026-10-25T23:00:00.000Z", "2026-10-26T22:59:59.000Z"),
    ]
    assert windows(documents) == ("2026-10-23T22:00:00.000Z", "2026-10-26T22:59:59.000Z")
    assert read(news[0], "news_empty.xml").asks == ()  # a day without news is nothing strange in the past
    assert read(documents, "search_empty.json").asks == ()


def test_halves_leave_no_gap():
    source = Rijksoverheid()
    (whole, _) = source.start({}, datetime(2026, 11, 24, 9, 0, tzinfo=UTC)).asks
    first, second = source.read(Page(url=whole.url, status=200, body=(RECORDINGS / "news_full.xml").read_bytes()), whole).asks
    assert windows(first)[0] == windows(whole)[0]
    assert windows(first)[1] == windows(second)[0]
    assert windows(second)[1] == windows(whole)[1]


@pytest.mark.parametrize(("shells", "outcome"), [(1, "ok"), (3, "failed")])
def test_one_odd_page_is_told_and_most_of_them_fail_the_crawl(serve, reply, run_crawl, tmp_path, shells, outcome):
    facts = {"sort_date": {"raw": datetime.now(UTC).isoformat()}, "information_type": {"raw": "Rapport"}}
    results = [{"url": {"raw": f"/documenten/2026/11/24/brief-{n}"}, **facts} for n in range(6)]
    item = "<item><link>https://www.rijksoverheid.nl/actueel/nieuws/2026/11/24/a</link><pubDate>{}</pubDate></item>"

    def answer(asked):
        if asked.path == "/api/search":
            return reply(json.dumps({"ok": True, "results": results, "totalPages": 1}).encode())
        if asked.path == "/api/rss":
            return reply(f"<rss><channel>{item.format(datetime.now(UTC).isoformat())}</channel></rss>".encode())
        if asked.path.endswith(tuple(f"brief-{n}" for n in range(shells))):
            return reply(SHELL)
        return reply((RECORDINGS / "detail_news.html").read_bytes()) if asked.path != "/robots.txt" else reply(status=404)

    server = serve(answer)
    bases = ("--base-url", f"site={server.url}/", "--base-url", f"documents={server.url}/d/")
    done = run_crawl("rijksoverheid", "--db", str(tmp_path / "test.db"), *bases)
    assert done.returncode == (0 if outcome == "ok" else 1), done.stderr
    connection = sqlite3.connect(tmp_path / "test.db")
    told, reason = connection.execute("SELECT outcome, reason FROM crawls").fetchone()
    assert told == outcome
    assert reason is None or "3 records cannot be read" in reason
    odd = connection.execute("SELECT reason FROM failures WHERE stage = 'list'").fetchall()
    assert odd == [("a page without a main part",)] * shells
    connection.close()
