"""The service: it crawls, reads and alerts by itself, and SIGTERM ends it cleanly at any moment."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_line import _wait, entries, kamerspoor, rows, settings_for

from crawler.replay.server import Replay
from pipeline.browsing import answers

ROOT = Path(__file__).resolve().parents[1]
LONGEST_STOP = 12.0
SOURCE = "koop"
"""One source: the service crawls several side by side, and which of them shows a letter first gives the publication its name."""


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    with Replay(day=1) as playing:
        yield playing


def start(folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "scheduler.py"), "--since", "2026-11-01"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def stop(running: subprocess.Popen[bytes]) -> float:
    began = time.monotonic()
    running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=60) == 0
    return time.monotonic() - began


MOMENTS = {
    "in the crawl": "SELECT count(*) >= 2 FROM sightings",
    "while reading": "SELECT count(*) >= 2 FROM publications",
    "when all is done": "SELECT count(*) >= 3 FROM deliveries WHERE state = 'delivered'",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_stopped_at_any_moment_it_ends_cleanly_and_nothing_is_lost(replay: Replay, tmp_path: Path, moment: str) -> None:
    settings_for(replay, tmp_path, only=SOURCE)
    running = start(tmp_path)
    try:
        _wait(tmp_path / "data" / "kamerspoor.db", MOMENTS[moment], running)
        took = stop(running)
    finally:
        running.kill()
    log = (tmp_path / "log").read_text()
    assert took < LONGEST_STOP, log
    assert "Traceback" not in log
    done = kamerspoor("run", "--since", "2026-11-01", folder=tmp_path)
    assert done.returncode == 0, done.stdout + log
    whole = tmp_path / "whole"
    whole.mkdir()
    settings_for(replay, whole, only=SOURCE)
    assert kamerspoor("run", "--since", "2026-11-01", folder=whole).returncode == 0
    assert rows(tmp_path / "data" / "kamerspoor.db") == rows(whole / "data" / "kamerspoor.db")
    assert entries(tmp_path / "data") == entries(whole / "data")


def test_a_second_service_on_the_same_database_is_refused(replay: Replay, tmp_path: Path) -> None:
    settings_for(replay, tmp_path, only=SOURCE)
    running = start(tmp_path)
    try:
        _wait(tmp_path / "data" / "kamerspoor.db", "SELECT count(*) >= 1 FROM crawls", running)
        done = kamerspoor("run", "koop", folder=tmp_path)
        stop(running)
    finally:
        running.kill()
    assert done.returncode == 2
    assert "in use by another Kamerspoor" in done.stderr


def free_port() -> int:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        return int(holder.getsockname()[1])


def start_with_pages(replay: Replay, folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A service that serves the pages as well, and their port."""
    settings_for(replay, folder, only=SOURCE)
    port = free_port()
    with (folder / "kamerspoor.toml").open("a") as file:
        file.write(f"[browse]\nenabled = true\nport = {port}\n")
    return start(folder), port


def wait_for_pages(port: int, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while not asyncio.run(answers("127.0.0.1", port, 5)):
        assert running.poll() is None and time.monotonic() < until
        time.sleep(0.2)


def child_of(running: subprocess.Popen[bytes]) -> int:
    """The process that serves the pages."""
    found = subprocess.run(["pgrep", "-P", str(running.pid), "-f", "pipeline.browsing"], capture_output=True, text=True, check=False).stdout.split()
    return int(found[0]) if found else 0


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_pages_are_served_beside_the_crawl_start_again_and_end_with_the_service(replay: Replay, tmp_path: Path) -> None:
    running, port = start_with_pages(replay, tmp_path)
    try:
        wait_for_pages(port, running)
        first = child_of(running)
        assert first
        os.kill(first, signal.SIGKILL)
        _wait(tmp_path / "data" / "kamerspoor.db", "SELECT count(*) = 1 FROM failures WHERE stage = 'browse'", running)
        wait_for_pages(port, running)
        second = child_of(running)
        assert second not in (0, first)
        _wait(tmp_path / "data" / "kamerspoor.db", MOMENTS["when all is done"], running)
        stop(running)
        assert not is_alive(second)
    finally:
        running.kill()
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_the_pages_end_when_the_service_is_killed(replay: Replay, tmp_path: Path) -> None:
    running, port = start_with_pages(replay, tmp_path)
    try:
        wait_for_pages(port, running)
        child = child_of(running)
    finally:
        running.kill()
        running.wait()
    until = time.monotonic() + 10
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_alive(child)
