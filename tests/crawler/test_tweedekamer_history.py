"""The past of the Tweede Kamer: by day where its second interface is named, else by one walk through the feed whose papers wait for their day."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from feed_asks import chain, token
from test_line import kamerspoor, settings_for

from crawler.replay import play_tweedekamer
from crawler.replay.server import Replay
from crawler.replay.tweedekamer_tables import guid, own_identifier, shown_at_the_house
from crawler.sources.tweedekamer import _PAST, TweedeKamer
from db.backfills import walked_to

PROJECT = Path(__file__).resolve().parents[2]
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 14)
V5 = "https://gegevensmagazijn.tweedekamer.nl/OData/v5/"
KILLS = 3


LIVE = {name: value for category in _PAST for name, value in ((f"token:{category}", "77"), (f"from:{category}", "2026-11-10"))}


@pytest.mark.parametrize(
    ("cursors", "asked"),
    [
        ({}, dict.fromkeys(_PAST)),  # nobody was ever there: from the beginning, to be found by leaps
        (LIVE, dict.fromkeys(_PAST[1:])),  # the dossiers are walked whole by the live crawl
        ({name: value.replace("2026-11-10", "2026-10-01") for name, value in LIVE.items()}, {}),  # the live crawl has all of it
        (
            {**LIVE, **{f"past-{what}:{category}": value for category in _PAST for what, value in (("from", "2026-09-01"), ("token", "12"))}},
            dict.fromkeys(_PAST[1:], "12"),  # goes on where it was
        ),
        (
            {f"past-{what}:{category}": value for category in _PAST for what, value in (("from", "2026-10-02"), ("token", "12"))},
            dict.fromkeys(_PAST),  # an earlier day is asked than ever before
        ),
    ],
)
def test_the_walk_goes_on_where_it_was_and_leaves_out_what_the_live_crawl_has(cursors, asked):
    listing = TweedeKamer().past(cursors, FIRST, LAST)
    assert {ask.part: token(ask) for ask in chain(listing.asks)} == asked
    assert listing.compose is not bool(asked)
    assert listing.days == (FIRST, LAST)


def test_where_the_second_interface_is_named_the_days_are_asked_for():
    (ask,) = TweedeKamer({"crosscheck": V5}).history(FIRST, LAST).asks
    condition = parse_qs(urlsplit(ask.url).query)["$filter"][0]
    assert condition == "Datum ge 2026-09-30T22:00:00Z and Datum lt 2026-10-14T22:00:00Z and Verwijderd eq false"


# Crawls


@pytest.fixture(params=["feed", "second interface"])
def past(request, tmp_path, crawl_many, monkeypatch):
    """Crawl some days of the past; gives the outcome and the database."""
    monkeypatch.setattr(play_tweedekamer, "PAGE", 15)
    with Replay(day=2) as replay:
        bases = dict(replay.base_urls["tweedekamer"])
        if request.param == "feed":
            del bases["crosscheck"]

        def run(since, until=None, path=tmp_path / "k.db"):
            replay.requests.clear()
            job = {"source": "tweedekamer", "db": str(path), "base_urls": bases, "now": "2026-11-11T20:00:00+00:00", "since": since}
            (outcome,) = crawl_many([job | ({"until": until} if until else {})])
            database = sqlite3.connect(path)
            database.row_factory = sqlite3.Row
            return outcome, database

        run.bases, run.requests, run.mode = bases, replay.requests, request.param
        yield run


def house(first, last):
    """What the House has of some days, and still has on day two."""
    papers = [p for p in shown_at_the_house(2) if first <= p.date.isoformat() <= last and p.status != "Ingetrokken"]
    return sorted(guid("document", own_identifier(paper)) for paper in papers)


def identifiers(database, where="withdrawn = 0"):
    return sorted(row[0] for row in database.execute(f"SELECT identifier FROM sightings WHERE {where}"))


def test_each_slice_brings_the_papers_of_its_days_and_no_other(past):
    assert house("2026-11-01", "2026-11-09")
    outcome, database = past("2026-11-01", "2026-11-09")
    assert outcome["outcome"] == "ok", outcome
    assert identifiers(database) == house("2026-11-01", "2026-11-09")
    walk = len(past.requests)
    outcome, database = past("2026-11-10", "2026-11-11")
    assert outcome["outcome"] == "ok", outcome
    assert identifiers(database) == house("2026-11-01", "2026-11-11")
    records = [row[0] for row in database.execute("SELECT record FROM sightings WHERE kind = 'kamerbrief'")]
    assert records
    assert all('"person": null' not in record and '"dossiers": []' not in record for record in records)
    feed = [target for target in past.requests if "/Feed?" in target]
    place = walked_to(Path(database.execute("PRAGMA database_list").fetchone()["file"]), "tweedekamer")
    assert (place is not None and place[0] in _PAST) is (past.mode == "feed")
    if past.mode == "feed":
        assert len(feed) == len(_PAST) < walk  # the years were walked once
    else:
        assert feed == []


def test_the_live_crawl_is_left_alone_and_goes_on_as_if_nothing_had_been(past, tmp_path):
    past("2026-11-01", "2026-11-09")
    _, database = past("2026-11-10", "2026-11-10")
    assert [row[0] for row in database.execute("SELECT name FROM cursors WHERE name NOT LIKE 'past-%'")] == []
    outcome, database = past("2026-11-01")
    assert outcome["outcome"] == "ok", outcome
    live, alone = past("2026-11-01", path=tmp_path / "alone.db")
    assert live["outcome"] == "ok", live
    assert identifiers(database) == identifiers(alone)
    assert database.execute("SELECT count(*) FROM source_pending").fetchone()[0] == 0


def test_a_second_look_finds_nothing_new(past):
    _, database = past("2026-11-01", "2026-11-11")
    before = database.execute("SELECT count(*) FROM events").fetchone()[0]
    outcome, database = past("2026-11-01", "2026-11-11")
    assert (outcome["outcome"], outcome["counts"].get("files", 0)) == ("ok", 0)
    assert database.execute("SELECT count(*) FROM events").fetchone()[0] == before


def kept(path):
    """What a crawl of the past leaves, without row ids and moments."""
    database = sqlite3.connect(path)
    queries = (
        "SELECT identifier, fingerprint, withdrawn, incomplete FROM sightings",
        "SELECT s.identifier, d.url, d.sha256, d.version FROM documents d JOIN sightings s ON s.id = d.sighting_id",
        "SELECT e.kind, s.identifier FROM events e JOIN sightings s ON s.id = e.subject",
        "SELECT id, category, fields, deleted FROM source_entities",
        "SELECT id, category, day FROM source_pending",
        "SELECT name, value FROM cursors",
    )
    return [sorted(database.execute(query).fetchall(), key=repr) for query in queries]


def test_killed_at_random_moments_it_ends_with_the_same_rows(past, tmp_path, run_crawl: Callable[..., subprocess.CompletedProcess[str]]):
    whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
    days = ("--since", "2026-11-01", "--until", "2026-11-11")
    bases = [argument for item in past.bases.items() for argument in ("--base-url", "=".join(item))]
    began = time.monotonic()
    assert run_crawl("tweedekamer", "--db", str(whole), *days, *bases).returncode == 0
    took = time.monotonic() - began
    chance = random.Random(20261110)
    for _ in range(KILLS):
        command = [sys.executable, "-m", "crawler.run", "tweedekamer", "--db", str(killed), *days, *bases]
        running = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(took * (0.3 + 0.7 * chance.random()))
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert run_crawl("tweedekamer", "--db", str(killed), *days, *bases).returncode == 0
    assert kept(killed) == kept(whole)


def test_the_command_reads_what_it_fetched_and_says_how_far_it_is(tmp_path):
    with Replay(day=2) as replay:
        settings_for(replay, tmp_path, only="tweedekamer")
        done = kamerspoor("backfill", "tweedekamer", "--from", "2026-10-20", "--to", "2026-11-09", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    database = sqlite3.connect(tmp_path / "data" / "kamerspoor.db")
    assert database.execute("SELECT through, finished IS NOT NULL FROM backfills").fetchall() == [("2026-11-09", 1)]
    assert identifiers(database) == house("2026-10-20", "2026-11-09")
    assert database.execute("SELECT count(*) FROM publications WHERE analysed IS NOT NULL").fetchone()[0] == len(house("2026-10-20", "2026-11-09"))
