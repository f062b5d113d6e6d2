"""How long to wait."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.politeness import Pace, backoff, retry_after
from crawler.sources.koop import Koop

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def test_backoff_starts_at_twenty_seconds_and_doubles():
    pace = Pace(delay=3.0)
    assert [backoff(pace, tries, chance=lambda: 0.0) for tries in (1, 2, 3)] == [20.0, 40.0, 80.0]
    assert [backoff(pace, tries, chance=lambda: 1.0) for tries in (1, 2, 3)] == [30.0, 60.0, 120.0]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Tue, 24 Nov 2026 09:01:30 GMT", 90.0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0.0),  # past
        ("morgen", None),
        ("99999999999999", None),
        (None, None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_only_a_source_that_is_all_on_this_machine_goes_without_waiting():
    assert Pace.of(Koop()) == Pace(delay=3.0)
    assert Pace.of(Koop({"sru": "http://127.0.0.1:1/sru"})).delay == 3.0
    assert Pace.of(Koop({"*": "http://spiegel.example"})).delay == 3.0
    assert Pace.of(Koop({"*": "http://127.0.0.1:1"})).delay == 0.0


def test_a_host_that_is_not_ours_is_asked_one_thing_at_a_time_even_without_a_delay(serve, reply, run_crawl, tmp_path):
    page = (Path(__file__).resolve().parents[1] / "recordings" / "koop" / "page.xml").read_bytes()
    last = page.replace(b"<sru:nextRecordPosition>101</sru:nextRecordPosition>", b"").replace(b">131<", b">24<")
    lock, at_once, most = threading.Lock(), 0, 0

    def answer(asked):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.03)
        with lock:
            at_once -= 1
        return reply(last if asked.path == "/sru" else b"<officiele-publicatie><al>Tekst</al></officiele-publicatie>")

    server = serve(answer)
    bases = [f"--base-url={name}={server.url}/{path}" for name, path in (("sru", "sru"), ("repository", "frbr/"))]
    ended = run_crawl("koop", "--db", str(tmp_path / "k.db"), "--delay", "0", "--base-url=site=http://spiegel.example/", *bases)
    assert ended.returncode == 0, ended.stderr
    assert len(server.asked) > 10
    assert most == 1


def test_a_replay_on_this_machine_may_be_asked_several_things_at_a_time():
    assert Pace.of(Koop({"*": "http://127.0.0.1:1"})).together > 1
    assert Pace.of(Koop({"*": "http://spiegel.example"})).together == 1
