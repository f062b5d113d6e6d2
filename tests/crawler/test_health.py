"""The books of a crawl."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.signalmanager import SignalManager

from crawler.health import ASK_ID, Health, Ledger
from db.store import Store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path):
    store = Store.open(tmp_path / "test.db")
    yield Ledger(source="koop", store=store, clock=lambda: NOW)
    store.close()


@pytest.fixture
def health(ledger):
    return Health(SimpleNamespace(signals=SignalManager(), spider=SimpleNamespace(ledger=ledger)))


def test_a_request_that_vanishes_fails_the_crawl(health, ledger):
    health.scheduled(Request("https://x.nl/a", meta={ASK_ID: 1}))
    health.scheduled(Request("https://x.nl/b", meta={ASK_ID: 2}))
    del ledger.open_asks[1]  # as the spider does when an answer or an error arrives
    health.closed("finished")
    assert ledger.reason() == "request vanished without an answer or an error (https://x.nl/b)"


def test_requests_cut_off_by_a_stop_are_no_errors(health, ledger):
    health.scheduled(Request("https://x.nl/a", meta={ASK_ID: 1}))
    health.closed("shutdown")
    assert ledger.errors == {}


def test_errors_odd_records_and_notes_are_told_apart(ledger):
    ledger.error("https://x.nl/a", "answered 500")
    ledger.odd("kst-1", "record without title")
    ledger.note("superseded: kst-2")
    assert ledger.errors == {"": ["answered 500 (https://x.nl/a)"]}
    assert ledger.notes == ["superseded: kst-2"]
    assert dict(ledger.counts) == {"failed": 1, "odd": 1, "notes": 1}
    rows = ledger.store.connection.execute("SELECT stage, subject, reason, source FROM failures ORDER BY id").fetchall()
    assert [tuple(row) for row in rows] == [
        ("crawl", "koop:https://x.nl/a", "answered 500", "koop"),
        ("list", "koop:kst-1", "record without title", "koop"),
    ]


def test_a_part_that_fails_keeps_its_own_watermark_and_no_other(ledger):
    ledger.remember({"ser/through": "2026-11-24"}, "ser")
    ledger.remember({"wrr/through": "2026-11-24"}, "wrr")
    ledger.error("https://x.nl/a", "answered 500", part="wrr")
    assert ledger.settled() == {"ser/through": "2026-11-24"}
    assert ledger.reason() == "wrr: answered 500 (https://x.nl/a)"
    ledger.error("crawl", "our own fault")
    assert ledger.reason() == "our own fault (crawl)"
