"""A backfill: slice by slice, killed at any moment and started again, the same rows as an undisturbed one, and no alerts for what is old."""

from __future__ import annotations

import itertools
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from test_line import KAMERSPOOR, ROOT, kamerspoor, rows, settings_for

from crawler.replay.server import Replay
from pipeline.commands.backfill import slices

PAST = ("backfill", "koop", "--from", "2026-09-20", "--to", "2026-11-12")
KILLS = 10


def test_slices_cover_every_day_once() -> None:
    pieces = list(slices(date(2026, 9, 20), date(2026, 11, 12)))
    assert pieces[0][0] == date(2026, 9, 20)
    assert pieces[-1][1] == date(2026, 11, 12)
    assert all((after[0] - before[1]).days == 1 for before, after in itertools.pairwise(pieces))


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    with Replay(day=2) as playing:
        yield playing


@pytest.fixture(scope="module")
def undisturbed(replay: Replay, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backfill")
    settings_for(replay, folder)
    done = kamerspoor(*PAST, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "data" / "kamerspoor.db"


def test_it_fetches_and_reads_what_appeared(undisturbed: Path) -> None:
    connection = sqlite3.connect(undisturbed)
    read = connection.execute("SELECT count(*) FROM publications WHERE analysed IS NOT NULL").fetchone()[0]
    finished = connection.execute("SELECT through, finished IS NOT NULL FROM backfills").fetchall()
    cursors = connection.execute("SELECT count(*) FROM cursors").fetchone()[0]
    connection.close()
    assert read > 20
    assert finished == [("2026-11-12", 1)]
    assert cursors == 0  # the live crawl's watermark is its own


def test_done_is_done(undisturbed: Path) -> None:
    before = rows(undisturbed)
    done = kamerspoor(*PAST, folder=undisturbed.parents[1])
    assert "fetched already" in done.stdout
    assert rows(undisturbed) == before


def test_killed_at_random_moments_it_ends_with_the_same_rows(replay: Replay, undisturbed: Path, tmp_path: Path) -> None:
    settings_for(replay, tmp_path)
    chance = random.Random(20261110)
    for _ in range(KILLS):
        running = subprocess.Popen(
            [*KAMERSPOOR, *PAST],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(0.5 + chance.random() * 5)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    done = kamerspoor(*PAST, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    killed, whole = rows(tmp_path / "data" / "kamerspoor.db"), rows(undisturbed)
    # What an alert tells beside its own paper ("kept by ...") hangs on which of two papers was read first, and a broken-off crawl meets them in
    # another order. That each paper was told, and once, does not.
    told = [{(watch, title) for _, watch, kind, title, _ in found.pop("alerts") if kind == "new"} for found in (killed, whole)]
    for found in (killed, whole):
        del found["deliveries"]
    assert killed == whole
    assert told[0] == told[1]


def test_a_source_without_a_question_by_day_says_so(tmp_path: Path) -> None:
    done = kamerspoor("backfill", "councils", "--from", "2026-01-01", folder=tmp_path)
    assert done.returncode == 2
    assert "cannot be asked for 2026-01-01" in done.stderr
