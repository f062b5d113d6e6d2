"""Rijksoverheid: what is asked, and how a full window is halved. (What a page holds: tests/test_sources.py; a crawl: test_replay_crawls.py.)"""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.sources.base import Page
from crawler.sources.rijksoverheid import Rijksoverheid

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


@pytest.mark.parametrize(
    ("cursors", "since", "begin"),
    [
        ({}, None, "2026-11-17T23:00:00.000Z"),  # the first time: a week
        ({"news/through": "2026-11-25", "documents/through": "2026-11-25"}, None, "2026-11-21T23:00:00.000Z"),  # three days of overlap
        ({"news/through": "2026-07-03", "documents/through": "2026-07-03"}, None, "2026-06-29T22:00:00.000Z"),  # summer time
        ({"news/through": "2026-11-25", "documents/through": "2026-11-25"}, date(2026, 11, 1), "2026-10-31T23:00:00.000Z"),
    ],
)
def test_days_begin_at_midnight_in_amsterdam(cursors, since, begin):
    news, documents = Rijksoverheid().start(cursors, NOW, since).asks
    assert windows(news) == windows(documents) == (begin, "2026-11-25T22:59:59.000Z")
    assert (news.part, documents.part) == ("news", "documents")


def test_news_and_documents_remember_apart():
    news, documents = Rijksoverheid().start({"news/through": "2026-11-25"}, NOW).asks
    assert windows(news)[0] > windows(documents)[0]


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
