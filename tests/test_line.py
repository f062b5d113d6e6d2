"""The whole line on the replay, as a user runs it: two days, again, and killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from commandline import KAMERSPOOR, ROOT, kamerspoor

from crawler.replay.server import Replay

TABLES = {
    "publications": "key, title, kind, date, publisher, focus, withdrawn",
    "sightings": "source, identifier, kind, published, fingerprint, withdrawn, joined_by",
    "documents": "url, sha256, text_hash, state",
    "commitments": "act, kind, firm, phrase, not_before, not_after, sentence, status",
    "commitment_history": "kind, day, from_date, to_date, sentence, reason",
    "amounts": "text, value, value_max, per, recurring, bound, extra, year",
    "publication_topics": "topic, round(score, 6)",
    "alerts": "id, watch, kind, title, summary",
    "deliveries": "alert_id, target, state",
}


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a database holds, without row ids and moments."""
    connection = sqlite3.connect(database)
    try:
        found = {name: sorted(connection.execute(f"SELECT {columns} FROM {name}"), key=repr) for name, columns in TABLES.items()}
        contents = connection.execute("SELECT id, content FROM alerts ORDER BY id")
        found["contents of alerts"] = [(id_, _without_ids(json.loads(content))) for id_, content in contents]
        return found
    finally:
        connection.close()


def _without_ids(content: dict[str, Any]) -> str:
    """What an alert says, without row ids."""
    for promise in content["promises"]:
        del promise["id"]
    for one in content["happened"]:
        del one["about"]["commitment"]
    return json.dumps(content, sort_keys=True)


def entries(folder: Path) -> list[tuple[str, str, str]]:
    feed = feedparser.parse((folder / "feeds" / "migratie-integratie.atom").read_bytes())
    assert not feed.bozo
    return sorted((entry.id, entry.title, entry.summary) for entry in feed.entries)


def test_the_demo_shows_promises_with_the_date_by_which_and_amounts(demo: tuple[Path, str]) -> None:
    _, shown = demo
    for word in ("Alerts", "promises, with the date by which", "€ ", "database", "feed", "page"):
        assert word in shown
    assert "FAILED" not in shown


def test_the_demo_run_again_says_that_nothing_is_new(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    before, feed = rows(folder / "demo" / "kamerspoor.db"), (folder / "demo" / "feeds" / "migratie-integratie.atom").read_bytes()
    done = kamerspoor("demo", "--folder", "demo", folder=folder)
    assert "Nothing is new" in done.stdout
    assert rows(folder / "demo" / "kamerspoor.db") == before
    assert (folder / "demo" / "feeds" / "migratie-integratie.atom").read_bytes() == feed


def test_no_publication_alerts_twice(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    connection = sqlite3.connect(folder / "demo" / "kamerspoor.db")
    twice = connection.execute("SELECT publication_id FROM alerts WHERE kind = 'new' GROUP BY publication_id, watch HAVING count(*) > 1").fetchall()
    quarantined = connection.execute("SELECT stage, subject, reason FROM failures WHERE quarantined").fetchall()
    connection.close()
    assert not twice
    assert not quarantined


def test_letter_that_comes_by_several_sources_is_one_publication_with_its_best_text(demo: tuple[Path, str]) -> None:
    """Word at the House, XML at KOOP, PDF at the ministry: one alert, read from the XML; also where KOOP comes a day later."""
    folder, _ = demo
    connection = sqlite3.connect(folder / "demo" / "kamerspoor.db")
    shown = """
        SELECT count(DISTINCT s.source), count(DISTINCT d.media_type), (SELECT extractor FROM documents WHERE id = p.document_id),
               (SELECT count(*) FROM alerts a WHERE a.publication_id = p.id) FROM publications p
        JOIN sightings s ON s.publication_id = p.id JOIN documents d ON d.sighting_id = s.id
        WHERE p.id = (SELECT publication_id FROM sightings WHERE source = 'koop' AND identifier = ?)"""
    for identifier, sources in (("kst-35483-152", 3), ("kst-32824-546", 2)):
        found, formats, extractor, alerts = connection.execute(shown, (identifier,)).fetchone()
        assert (found, formats, extractor.partition("/")[0], alerts) == (sources, sources, "opxml", 1), identifier
    connection.close()


def test_letter_of_years_ago_that_a_feed_brings_up_alerts_nobody(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    connection = sqlite3.connect(folder / "demo" / "kamerspoor.db")
    query = "SELECT focus, (SELECT count(*) FROM alerts a WHERE a.publication_id = p.id) FROM publications p WHERE date < '2020-01-01'"
    found = connection.execute(query).fetchall()
    connection.close()
    assert found == [(1, 0)]


def test_feed_and_database_tell_the_same(demo: tuple[Path, str]) -> None:
    folder, _ = demo
    connection = sqlite3.connect(folder / "demo" / "kamerspoor.db")
    alerts = connection.execute("SELECT count(*) FROM alerts").fetchone()[0]
    connection.close()
    assert len(entries(folder / "demo")) == alerts > 5


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    with Replay(day=1) as playing:
        yield playing


def settings_for(replay: Replay, folder: Path, only: str | None = None) -> None:
    lines = ['data = "data"', "alert_max_age_days = 36500"]  # the replay's days stand still, the clock does not
    for source, endpoints in replay.base_urls.items():
        enabled = "true" if only in (None, source) else "false"
        lines.append(f"[sources.{source}]\ndelay = 0\nenabled = {enabled}\n[sources.{source}.base_urls]")
        lines += [f'{name} = "{url}"' for name, url in endpoints.items()]
    (folder / "kamerspoor.toml").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def undisturbed(replay: Replay, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    settings_for(replay, folder)
    done = kamerspoor("run", "--since", "2026-11-01", folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "data"


MOMENTS = {
    "in the crawl": "SELECT count(*) >= 4 FROM sightings",
    "while reading files": "SELECT count(*) >= 4 FROM documents WHERE state = 'extracted'",
    "while analysing": "SELECT count(*) >= 3 FROM publications WHERE analysed IS NOT NULL",
    "while telling": "SELECT count(*) >= 3 FROM alerts",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_in_the_middle_and_run_again_gives_the_same(replay: Replay, undisturbed: Path, tmp_path: Path, moment: str) -> None:
    settings_for(replay, tmp_path)
    running = subprocess.Popen(
        [*KAMERSPOOR, "run", "--since", "2026-11-01"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    _wait(tmp_path / "data" / "kamerspoor.db", MOMENTS[moment], running)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    done = kamerspoor("run", "--since", "2026-11-01", folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert rows(tmp_path / "data" / "kamerspoor.db") == rows(undisturbed / "kamerspoor.db")
    assert entries(tmp_path / "data") == entries(undisturbed)


def _wait(database: Path, question: str, running: subprocess.Popen[bytes]) -> None:
    """Wait until the database answers yes; fail when the run ends before."""
    for _ in range(6000):
        assert running.poll() is None, "the run was over before it could be killed"
        try:
            connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
            try:
                if connection.execute(question).fetchone()[0]:
                    return
            finally:
                connection.close()
        except sqlite3.OperationalError:
            pass  # not there yet, or no schema yet
        time.sleep(0.01)
    pytest.fail("the moment did not come")


def test_a_source_that_does_not_answer_is_status_1_and_a_named_reason(tmp_path: Path) -> None:
    (tmp_path / "kamerspoor.toml").write_text('data = "data"\n[sources.koop]\nbase_url = "http://127.0.0.1:9"\n')
    done = kamerspoor("run", "koop", folder=tmp_path)
    assert done.returncode == 1
    assert "koop: FAILED: " in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    shown = kamerspoor("status", folder=tmp_path)
    assert shown.returncode == 1
    assert "failed" in shown.stdout
