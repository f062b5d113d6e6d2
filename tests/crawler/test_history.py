"""Crawls of the past: every publication of the days asked for once, and the same rows after a kill in the middle."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest

from crawler.replay.server import Replay
from crawler.sources import source_class, source_classes
from db.errors import UsageError

PROJECT = Path(__file__).resolve().parents[2]
SLICES = (("2026-10-26", "2026-11-10"), ("2026-11-11", "2026-11-12"))
NOW = "2026-11-11T20:00:00+00:00"
LIST_OF_ADVICE = "/www.raadvanstate.nl/adviezen/?kalenderjaar=2026"
SOURCES = ("councils", "open_overheid", "raadvanstate", "rijksoverheid", "wodc")
"""Those of `koop` and `tweedekamer` have tests of their own."""


def kept(database):
    """What is stored of the publications and their files, without row ids and moments."""
    with closing(sqlite3.connect(database)) as connection:
        sightings = connection.execute("SELECT identifier, fingerprint, withdrawn, incomplete FROM sightings ORDER BY identifier").fetchall()
        files = connection.execute("SELECT url, sha256 FROM documents ORDER BY url, sha256").fetchall()
    return sightings, files


def arguments(name, database, bases, since, until):
    given = [argument for item in bases.items() for argument in ("--base-url", "=".join(item))]
    return [sys.executable, "-m", "crawler.run", name, "--db", str(database), "--since", since, "--until", until, *given]


@pytest.fixture(scope="module")
def past(crawl_many, tmp_path_factory):
    """By source: the rows of a live crawl, those of a crawl of the past in two slices with what it counted, and what it asked."""
    folder, found = tmp_path_factory.mktemp("past"), {}
    with Replay(day=2) as replay:
        jobs = {name: {"source": name, "base_urls": replay.base_urls[name], "now": NOW} for name in SOURCES}
        live = [{**job, "db": str(folder / "live" / name / "t.db"), "since": SLICES[0][0]} for name, job in jobs.items()]
        slices = [
            {**job, "db": str(folder / "past" / name / "t.db"), "since": since, "until": until}
            for name, job in jobs.items()
            for since, until in SLICES
        ]
        outcomes = crawl_many([*live, *slices])
        assert [o["outcome"] for o in outcomes] == ["ok"] * len(outcomes), [(o["source"], o["reason"]) for o in outcomes if o["outcome"] != "ok"]
        for name in SOURCES:
            counts = [o["counts"] for o in outcomes[len(live) :] if o["source"] == name]
            found[name] = (kept(folder / "live" / name / "t.db"), kept(folder / "past" / name / "t.db"), counts)
    return found, folder


@pytest.mark.parametrize("name", SOURCES)
def test_every_publication_of_the_days_is_found_once(past, name):
    live, history, counts = past[0][name]
    assert len(live[0]) >= 1
    assert history == live
    assert sum(count.get("new", 0) + count.get("withdrawn", 0) for count in counts) == len(live[0])
    # No slice lists what the other one has, but the list of a whole year.
    assert source_class(name).past_by == "year" or sum(count.get("unchanged", 0) for count in counts) == 0


@pytest.mark.parametrize("name", SOURCES)
def test_a_crawl_of_the_past_moves_no_watermark(past, name):
    with closing(sqlite3.connect(past[1] / "past" / name / "t.db")) as connection:
        assert connection.execute("SELECT * FROM cursors").fetchall() == []


@pytest.mark.parametrize("name", SOURCES)
def test_killed_in_the_middle_and_asked_again_it_gives_the_same(past, serve, reply, tmp_path, name):
    replay, reached, count, slow = Replay(day=2), threading.Event(), [], [True]
    requests, killed = max((counts["requests"], slice_) for counts, slice_ in zip(past[0][name][2], SLICES, strict=True))

    def answer(asked):
        count.append(asked.path)
        if slow[0] and len(count) >= max(2, requests * 2 // 3):
            reached.set()
            reached_end.wait(30)
        played = replay.answer(asked.method, f"{asked.path}?{urlencode(asked.query, doseq=True)}", asked.body)
        return reply(played.body, played.status, {"Content-Type": played.media, **played.headers})

    reached_end = threading.Event()
    server = serve(answer)
    bases = {key: url.replace(replay.root, server.url) for key, url in replay.base_urls[name].items()}
    replay.stop()
    running = subprocess.Popen(arguments(name, tmp_path / "t.db", bases, *killed), cwd=PROJECT, stderr=subprocess.DEVNULL)
    in_the_middle = reached.wait(60)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert in_the_middle
    slow[0] = False
    reached_end.set()
    for since, until in SLICES:
        done = subprocess.run(arguments(name, tmp_path / "t.db", bases, since, until), cwd=PROJECT, capture_output=True, text=True, timeout=90)
        assert done.returncode == 0, done.stderr
    assert kept(tmp_path / "t.db") == past[0][name][1]


def test_a_page_of_another_time_is_a_row_and_holds_up_nothing(serve, reply, crawl_many, tmp_path):
    with Replay(day=2) as replay:
        advice = next(path for path in replay.answer("GET", LIST_OF_ADVICE).body.decode().split('"') if path.startswith("/adviezen/@"))

        def answer(asked):
            if asked.path.endswith(advice):
                return reply(b"<html><body><h1>Advies van vroeger</h1></body></html>")
            played = replay.answer(asked.method, f"{asked.path}?{urlencode(asked.query, doseq=True)}", asked.body)
            return reply(played.body, played.status, {"Content-Type": played.media})

        server = serve(answer)
        bases = {key: url.replace(replay.root, server.url) for key, url in replay.base_urls["raadvanstate"].items()}
        job = {"source": "raadvanstate", "db": str(tmp_path / "t.db"), "base_urls": bases, "now": NOW, "since": SLICES[0][0], "until": SLICES[1][1]}
        (outcome,) = crawl_many([job])
    assert outcome["outcome"] == "ok", outcome
    assert len(kept(tmp_path / "t.db")[0]) == 1
    with closing(sqlite3.connect(tmp_path / "t.db")) as connection:
        assert connection.execute("SELECT stage FROM failures").fetchall() == [("list",)]


def test_every_source_can_be_asked_for_the_past():
    for name in source_classes():
        asked = source_class(name)().past({}, date(2026, 10, 1), date(2026, 10, 14))
        assert asked.asks
        assert all(ask.validator is None for ask in asked.asks)  # "not modified" since the live crawl says nothing of the past


def test_a_source_without_a_question_by_day_says_so():
    class Deaf(source_class("wodc")):
        """A source that has no such question."""

    Deaf.history = source_class("wodc").__mro__[1].history
    with pytest.raises(UsageError, match="cannot be asked for 2026-10-01 to 2026-10-14"):
        Deaf().history(date(2026, 10, 1), date(2026, 10, 14))
