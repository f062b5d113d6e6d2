"""A backfill: slice by slice, killed at any moment and started again, the same rows as an undisturbed one, and no alerts for what is old."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from test_line import KAMERSPOOR, ROOT, kamerspoor, rows, settings_for

from crawler.replay.server import Replay
from pipeline.commands import backfill
from pipeline.commands.backfill import Pace, slices
from pipeline.crawls import CrawlReport

Told = Callable[[list[CrawlReport]], tuple[int, str, list[date]]]
KILLS = {"koop": 10, "open_overheid": 5}
"""How often the same backfill is killed, by source: a table of papers in one list, and many small questions about each."""


def past(source: str) -> tuple[str, ...]:
    return ("backfill", source, "--from", "2026-09-20", "--to", "2026-11-12")


@pytest.mark.parametrize("by", ["fortnight", "year"])
def test_slices_cover_every_day_once(by: Literal["fortnight", "year"]) -> None:
    pieces = list(slices(date(2024, 9, 20), date(2026, 11, 12), by))
    assert pieces[0][0] == date(2024, 9, 20)
    assert pieces[-1][1] == date(2026, 11, 12)
    assert all((after[0] - before[1]).days == 1 for before, after in itertools.pairwise(pieces))
    assert all(first.year == last.year for first, last in pieces) or by == "fortnight"


def test_what_a_source_is_walked_through_for_at_first_is_no_pace() -> None:
    days = Pace(walks=False, began=0.0)
    assert days.left(60.0, 14, 28) == "about 1 minutes to go"
    feed = Pace(walks=True, began=0.0)
    # a walk of ten hours, after which a fortnight takes a minute
    assert feed.left(36000.0, 14, 42) == "the feed is walked; how long the other days take shows after the next ones"
    assert feed.left(36060.0, 28, 42) == "about 1 minutes to go"


@pytest.mark.parametrize(
    ("walks", "place", "text"),
    [
        (False, None, "tweedekamer 2026-01-01: 3 publications stored"),
        (True, None, "tweedekamer 2026-01-01: 3 publications stored; its feed knows no days and is walked whole first"),
        (True, ("Zaak", "41"), "tweedekamer 2026-01-01: 3 publications stored; its feed knows no days and is walked whole first; now at 41 of Zaak"),
    ],
)
def test_the_progress_says_that_a_feed_must_be_walked_whole(walks: bool, place: tuple[str, str] | None, text: str) -> None:
    told: list[str] = []
    backfill._tell(lambda *, text: told.append(text), "tweedekamer 2026-01-01", 3, place, walks=walks)
    assert told == [text]


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    with Replay(day=2) as playing:
        yield playing


@pytest.fixture(scope="module", params=sorted(KILLS))
def undisturbed(request: pytest.FixtureRequest, replay: Replay, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The source's name, and the database after its backfill."""
    folder = tmp_path_factory.mktemp("backfill")
    settings_for(replay, folder)
    done = kamerspoor(*past(request.param), folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return request.param, folder / "data" / "kamerspoor.db"


def test_it_fetches_and_reads_what_appeared(undisturbed: tuple[str, Path]) -> None:
    source, database = undisturbed
    connection = sqlite3.connect(database)
    read = connection.execute("SELECT count(*) FROM publications WHERE analysed IS NOT NULL").fetchone()[0]
    finished = connection.execute("SELECT through, finished IS NOT NULL FROM backfills").fetchall()
    cursors = connection.execute("SELECT count(*) FROM cursors").fetchone()[0]
    connection.close()
    assert read > {"koop": 20, "open_overheid": 5}[source]
    assert finished == [("2026-11-12", 1)]
    assert cursors == 0  # the live crawl's watermark is its own


def test_done_is_done(undisturbed: tuple[str, Path]) -> None:
    source, database = undisturbed
    before = rows(database)
    done = kamerspoor(*past(source), folder=database.parents[1])
    assert "fetched already" in done.stdout
    assert rows(database) == before


def test_killed_at_random_moments_it_ends_with_the_same_rows(replay: Replay, undisturbed: tuple[str, Path], tmp_path: Path) -> None:
    source, database = undisturbed
    settings_for(replay, tmp_path)
    chance = random.Random(20261110)
    for _ in range(KILLS[source]):
        running = subprocess.Popen(
            [*KAMERSPOOR, *past(source)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(0.5 + chance.random() * 5)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    done = kamerspoor(*past(source), folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert rows(tmp_path / "data" / "kamerspoor.db") == rows(database)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Told:
    """Run a backfill of the councils whose crawls end like this; gives its exit status, what it told, and the days it began a slice at."""

    def run(reports: list[CrawlReport]) -> tuple[int, str, list[date]]:
        asked: list[date] = []

        def crawl(*_: object, since: date, **__: object) -> list[CrawlReport]:
            asked.append(since)
            return [reports[len(asked) - 1]]

        monkeypatch.setattr(backfill, "crawl_all", crawl)
        monkeypatch.setattr(backfill, "run_line", lambda _: None)
        monkeypatch.setattr(backfill.Worker, "of", lambda _: contextlib.nullcontext())
        status = backfill.run_backfill("councils", date(2024, 1, 1), date(2026, 6, 30), None, tmp_path / "k.db")
        return status, capsys.readouterr().out, asked

    return run


def test_who_waits_for_a_long_slice_is_told_how_many_there_are(undisturbed: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    source, database = undisturbed
    monkeypatch.setattr(backfill, "LOOK_SECONDS", 0.01)
    seen: list[tuple[int, tuple[str, str] | None]] = []
    with backfill._telling(database, source, lambda *told: seen.append(told)):
        time.sleep(0.3)
    assert set(seen) == {(len(rows(database)["sightings"]), None)}


GOOD = CrawlReport(source="councils", ok=True, counts={"new": 2})
PARTLY = CrawlReport(source="councils", ok=False, partly=True, reason="wrr: answered 503", counts={"new": 1}, gaps=("Rli: its feed ends",))
DOWN = CrawlReport(source="councils", ok=False, reason="answered 503", counts={"new": 0})


def test_a_part_that_fails_holds_up_no_other_and_is_tried_again(told: Told) -> None:
    status, shown, asked = told([GOOD, PARTLY, GOOD])
    assert status == 1
    assert asked == [date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)]
    assert "FAILED at 2025-01-01 to 2025-12-31: wrr: answered 503" in shown
    assert "5 publications new in this run; the same command goes on from 2025-01-01" in shown
    assert "not all of the past can be asked for: Rli: its feed ends" in shown
    status, shown, asked = told([GOOD, GOOD])
    assert (status, asked) == (0, [date(2025, 1, 1), date(2026, 1, 1)])


def test_a_source_that_is_down_is_left_in_peace(told: Told) -> None:
    status, _, asked = told([GOOD, DOWN, GOOD])
    assert (status, len(asked)) == (1, 2)


def test_a_part_that_is_down_for_long_ends_it(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill, "MOST_BROKEN", 2)
    status, _, asked = told([PARTLY, PARTLY, GOOD])
    assert (status, len(asked)) == (1, 2)
