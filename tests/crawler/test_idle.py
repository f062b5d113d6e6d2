"""A cycle in which no source has anything new: what it asks, and that it writes nothing but the rows of its crawls."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from urllib.parse import urlencode, urlsplit

import pytest

from crawler.replay.server import Replay
from crawler.sources import source_classes
from crawler.sources.council_pages import councils
from crawler.sources.open_overheid_record import followed

NOW = "2026-11-11T20:00:00+00:00"
REQUESTS = {
    "councils": len(councils()),  # each by the way that it was last listed by
    "open_overheid": len(followed()),  # each type of document is a question of its own
    "raadvanstate": 1,  # the list of the year
    "rijksoverheid": 2,  # the feed of news, the search for documents
    "wodc": 1,  # the latest arrivals
}
"""One for each feed or question. Those that read pages ask for robots.txt too, once a day in a process that goes on."""


def dump(database):
    """Every row of every table but those of crawls."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        names = [name for (name,) in connection.execute(query)]
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names if name not in ("crawls", "sqlite_sequence")}


@pytest.fixture(scope="module")
def idle(crawl_many, tmp_path_factory):
    """The database after a crawl of every source and after an idle one, the outcomes, and what the idle crawls asked, by source."""
    folder = tmp_path_factory.mktemp("idle")
    database = folder / "test.db"
    with Replay(day=2) as replay:
        jobs = [{"source": name, "db": str(database), "base_urls": urls, "now": NOW} for name, urls in replay.base_urls.items()]
        # What the House has no file of yet waits for one more crawl, which is not idle.
        first = crawl_many([{**job, "since": "2026-11-01"} for job in jobs] + [job for job in jobs if job["source"] == "tweedekamer"])
        before, start = dump(database), len(replay.requests)
        outcomes = {outcome["source"]: outcome for outcome in crawl_many(jobs)}
        asked = {}
        for name, urls in replay.base_urls.items():
            hosts = {urlsplit(url).path.split("/")[1] for url in urls.values()}
            asked[name] = [target for target in replay.requests[start:] if target.partition(" ")[2].split("/")[1] in hosts]
        return {"first": first, "before": before, "after": dump(database), "outcomes": outcomes, "asked": asked}


def test_an_idle_cycle_writes_nothing_but_its_own_row(idle):
    assert {outcome["source"] for outcome in idle["first"] if outcome["outcome"] == "ok"} == set(source_classes()), idle["first"]
    assert {name: outcome["outcome"] for name, outcome in idle["outcomes"].items()} == dict.fromkeys(idle["outcomes"], "ok"), idle["outcomes"]
    assert not any(outcome["found_something"] for outcome in idle["outcomes"].values())
    changed = [table for table, rows in idle["before"].items() if rows != idle["after"][table]]
    assert changed == [], {table: [row for row in idle["after"][table] if row not in idle["before"][table]] for table in changed}


@pytest.mark.parametrize("name", REQUESTS)
def test_an_idle_cycle_asks_once_for_each_feed_or_question(idle, name):
    asked = idle["asked"][name]
    assert len(asked) == REQUESTS[name], asked
    assert len(set(asked)) == len(asked)


def test_a_process_that_goes_on_asks_for_robots_txt_once(crawl_many, tmp_path):
    with Replay(day=2) as replay:
        job = {"source": "raadvanstate", "db": str(tmp_path / "test.db"), "base_urls": replay.base_urls["raadvanstate"], "now": NOW}
        assert [outcome["outcome"] for outcome in crawl_many([job, job, job])] == ["ok"] * 3
        assert sum("robots.txt" in target for target in replay.requests) == 1


LISTS = {
    "open_overheid": "/zoek?",
    "wodc": "/search/objects",
    "raadvanstate": "/adviezen/?",
    "rijksoverheid": "/api/rss",
    "councils": "/publicaties?",
}
"""What lists at each source and is asked with GET."""


@pytest.mark.parametrize("name", LISTS)
def test_a_list_with_a_validator_is_asked_conditionally(serve, reply, crawl_many, tmp_path, name):
    replay = Replay(day=2, platform="old")
    answered = []

    def answer(asked):
        target = f"{asked.path}?{urlencode(asked.query, doseq=True)}"
        played = replay.answer(asked.method, target, asked.body)
        if LISTS[name] not in target or asked.method != "GET" or played.status != 200:
            return reply(played.body, played.status, {"Content-Type": played.media, **played.headers})
        tag = f'"{hashlib.sha256(played.body).hexdigest()[:12]}"'
        answered.append(304 if asked.headers.get("if-none-match") == tag else 200)
        return reply(played.body if answered[-1] == 200 else b"", answered[-1], {"ETag": tag, "Content-Type": played.media})

    server = serve(answer)
    bases = {key: url.replace(replay.root, server.url) for key, url in replay.base_urls[name].items()}
    job = {"source": name, "db": str(tmp_path / "test.db"), "base_urls": bases, "now": NOW}
    try:
        assert [outcome["outcome"] for outcome in crawl_many([{**job, "since": "2026-11-01"}, job])] == ["ok", "ok"]
        before, lists = dump(tmp_path / "test.db"), len(answered)
        (idle,) = crawl_many([job])
    finally:
        replay.stop()
    assert idle["outcome"] == "ok", idle
    assert answered[lists:]
    assert set(answered[lists:]) == {304}
    assert dump(tmp_path / "test.db") == before
