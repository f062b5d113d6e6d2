"""Crawls of the replay: each source finds every one of its publications once, nothing the second time, and on day two what changed."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from crawler.replay.library import DAYS
from crawler.replay.server import Replay
from crawler.sources import source_classes

SINCE = DAYS[1].replace(day=1).isoformat()
PLAYED = {
    "councils": (1, {"new": 1, "changed": 0, "withdrawn": 0}),
    "open_overheid": (3, {"new": 4, "changed": 0, "withdrawn": 1}),
    "raadvanstate": (1, {"new": 1, "changed": 0, "withdrawn": 0}),
    "wodc": (0, {"new": 1, "changed": 0, "withdrawn": 0}),
    "rijksoverheid": (4, {"new": 2, "changed": 0, "withdrawn": 0}),
}
"""By source: how many sightings day one gives, and what day two brings."""


@pytest.fixture(scope="module", params=sorted(PLAYED))
def crawled(request, run_crawl, tmp_path_factory):
    """The source's name, what three crawls counted (day one twice, then day two), and the database."""
    name, folder = request.param, tmp_path_factory.mktemp(request.param)
    outcomes = []
    for day in (1, 1, 2):
        with Replay(day=day) as replay:
            bases = [argument for item in replay.base_urls[name].items() for argument in ("--base-url", "=".join(item))]
            done = run_crawl(name, "--db", str(folder / "test.db"), "--since", SINCE, *bases)
            assert done.returncode == 0, done.stderr
            asked = replay.requests
        connection = sqlite3.connect(folder / "test.db")
        row = connection.execute("SELECT listed, new, changed, withdrawn, failed FROM crawls ORDER BY id DESC LIMIT 1").fetchone()
        outcomes.append((dict(zip(("listed", "new", "changed", "withdrawn", "failed"), row, strict=True)), asked))
        connection.close()
    return name, outcomes, folder / "test.db"


def test_every_publication_is_found_once(crawled):
    name, outcomes, _ = crawled
    counts, asked = outcomes[0]
    assert (counts["new"], counts["failed"]) == (PLAYED[name][0], 0)
    assert [target for target, times in Counter(asked).items() if times > 1 and "robots.txt" not in target] == []


def test_a_second_crawl_finds_nothing_and_fetches_no_file(crawled):
    _, outcomes, _ = crawled
    counts, asked = outcomes[1]
    assert (counts["new"], counts["changed"], counts["withdrawn"], counts["failed"]) == (0, 0, 0, 0)
    assert counts["listed"] > 0
    assert not [target for target in asked if ".pdf" in target or "attachment" in target or target.endswith("/content")]


def test_day_two_brings_what_it_brings(crawled):
    name, outcomes, _ = crawled
    counts, _ = outcomes[2]
    assert {key: counts[key] for key in ("new", "changed", "withdrawn")} == PLAYED[name][1]


def test_nothing_stays_without_its_file(crawled):
    _, _, database = crawled
    connection = sqlite3.connect(Path(database))
    assert connection.execute("SELECT identifier, incomplete FROM sightings WHERE incomplete IS NOT NULL").fetchall() == []
    assert connection.execute("SELECT stage, subject, reason FROM failures").fetchall() == []
    connection.close()


def test_every_source_that_is_played_is_crawled_here():
    """Those of `koop` and `tweedekamer` are compared with the papers themselves elsewhere."""
    with Replay() as replay:
        assert set(PLAYED) | {"koop", "tweedekamer"} >= set(replay.base_urls)
        assert set(replay.base_urls) <= set(source_classes())
