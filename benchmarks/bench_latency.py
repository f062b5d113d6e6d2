"""How long a new letter takes from the listing that shows it to the alert in the feed, in a running service; and where the time goes.

The service asks a search on loopback every two seconds. The first letter warms it; each further one is put up alone, and its moments are read from
the database afterwards.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from made_search import MadeSearch, letter

ROOT = Path(__file__).resolve().parents[1]
LETTERS = 6
EVERY = 2.0
"""Seconds."""
LONGEST = 60.0
WATCHES = """
[[watch]]
name = "integratie"
title = "Integratie"
dossiers = ["32824"]
"""
_TOLD = """
    SELECT count(DISTINCT a.publication_id) FROM alerts a JOIN deliveries d ON d.alert_id = a.id WHERE d.state = 'delivered'"""
MOMENTS = """
    SELECT max(CASE WHEN e.kind = 'sighting.new' THEN e.at END), max(CASE WHEN e.kind = 'sighting.new' THEN e.finished END),
           (SELECT max(finished) FROM events WHERE kind = 'document.extracted'),
           (SELECT max(finished) FROM events WHERE kind = 'publication.new'),
           (SELECT max(raised) FROM alerts), (SELECT max(delivered) FROM deliveries)
    FROM events e"""
PARTS = ("listed and fetched", "text taken out", "identified", "analysed", "matched", "written")


def main() -> None:
    """Measure and print."""
    sys.path.insert(0, str(ROOT))
    from crawler.replay.library import load

    bodies = [publication.body for publication in load() if publication.kind == "kamerbrief" and publication.day == 1][: LETTERS + 1]
    letters = [letter([" ".join(part.split()) for part in body.split("\n\n")]) for body in bodies]
    with TemporaryDirectory() as name, MadeSearch(1, datetime.now(UTC).date().isoformat(), letters[0]) as server:
        folder = Path(name)
        (folder / "watches.toml").write_text(WATCHES, encoding="utf-8")
        settings = {"KAMERSPOOR_DATA": name, "KAMERSPOOR_WATCHES": f"{name}/watches.toml"}
        from crawler.sources import source_classes

        for source in source_classes():
            settings[f"KAMERSPOOR_SOURCES__{source.upper()}__ENABLED"] = str(source == "koop").lower()
        settings |= {"KAMERSPOOR_SOURCES__KOOP__BASE_URL": server.url, "KAMERSPOOR_SOURCES__KOOP__EVERY_MINUTES": str(EVERY / 60)}
        environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen([sys.executable, str(ROOT / "scheduler.py")], cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            _until(folder, 1)
            rows = []
            for number, text in enumerate(letters[1:], start=2):
                server.text = text
                shown = datetime.now(UTC)
                server.papers = number
                _until(folder, number)
                rows.append(_parts(folder, shown))
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(timeout=60)
    told = ", ".join(f"{part} {statistics.median(column):.2f}" for part, column in zip(PARTS, zip(*rows, strict=True), strict=True))
    whole = [sum(row) for row in rows]
    print(f"from shown to alert, {len(rows)} letters, asked every {EVERY:.0f} s: median {statistics.median(whole):.2f} s, longest {max(whole):.2f} s")
    print(f"medians in seconds: {told}; the first includes the wait for the next question")


def _ask(folder: Path, sql: str) -> tuple[object, ...]:
    connection = sqlite3.connect(f"file:{folder}/kamerspoor.db?mode=ro", uri=True)
    try:
        row: tuple[object, ...] = connection.execute(sql).fetchone()
        return row
    finally:
        connection.close()


def _until(folder: Path, letters: int) -> None:
    """Wait until there is an alert in the feed about each of so many letters."""
    began = time.monotonic()
    while time.monotonic() - began < LONGEST:
        try:
            if _ask(folder, _TOLD) >= (letters,):
                return
        except sqlite3.OperationalError:
            pass  # the database is not there yet
        time.sleep(0.05)
    raise SystemExit(f"no alert within {LONGEST:.0f} s; the end of the service's log: {(folder / 'log').read_text()[-2000:]}")


def _parts(folder: Path, shown: datetime) -> list[float]:
    moments = [shown, *(datetime.fromisoformat(str(value)) for value in _ask(folder, MOMENTS))]
    return [(after - before).total_seconds() for before, after in pairwise(moments)]


if __name__ == "__main__":
    main()
