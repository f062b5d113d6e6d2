"""The books of a crawl."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.signalmanager import SignalManager

from crawler.health import ASK_ID, WAITING, Health, Ledger
from db.health import GAP
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


def judged(ledger, **parts):
    """What a crawl with these counts by part failed for."""
    for part, counts in parts.items():
        for name, number in counts.items():
            ledger.count(name, part, number)
    ledger.judge(listed_at_least=1, each_part=True, past=False)
    return {part: reasons[0] for part, reasons in ledger.errors.items()}


WELL = {"listed": 40, "usable": 12}


@pytest.mark.parametrize(
    ("parts", "failed"),
    [
        ({"ser": WELL, "wrr": WELL}, {}),
        ({"ser": WELL, "wrr": {"listed_unchanged": 1}}, {}),  # "not modified" is an answer
        ({"ser": WELL, "wrr": {"listed": 0}}, {"wrr": "EmptyListing: it lists nothing (listing)"}),
        # one council's broken files neither fail the others nor hide behind them
        ({"ser": WELL, "wrr": {"listed": 5, "unusable": 4}}, {"wrr": "no usable file of 4 papers, of 0 there is one (files)"}),
        ({"ser": WELL, "wrr": {"listed": 5, "unusable": 2}}, {}),  # one or two may be gone for good
        # spread thin over many parts it is the source's own
        (
            {name: {"listed": 5, "unusable": 2, "usable": 1} for name in ("ser", "wrr", "rob")},
            {"": "no usable file of 6 papers, of 3 there is one (files)"},
        ),
        ({"ser": WELL, "wrr": {"listed": 3, "odd": 1}}, {"wrr": "1 records cannot be read, 3 can (listing)"}),
        ({"ser": WELL, "wrr": {"listed": 9, "odd": 1}}, {}),
        # what waited from an earlier crawl is no part that lists
        ({"ser": WELL, WAITING: {"unusable": 1}}, {}),
        ({"ser": WELL, WAITING: {"unusable": 3}}, {WAITING: "no usable file of 3 papers, of 0 there is one (files)"}),
    ],
)
def test_each_part_is_judged_by_itself(ledger, parts, failed):
    assert judged(ledger, **parts) == failed


def test_a_source_without_parts_is_judged_as_a_whole(ledger):
    assert judged(ledger, **{"": {"listed": 30, "odd": 9, "usable": 2}}) == {"": "9 records cannot be read, 30 can (listing)"}


@pytest.mark.parametrize(("odd", "failed"), [(1, {}), (4, {"": "4 records cannot be read, 2 can (listing)"})])
def test_a_page_or_two_of_another_time_do_not_fail_a_crawl_of_the_past(ledger, odd, failed):
    ledger.count("listed", "", 2)
    ledger.count("odd", "", odd)
    ledger.judge(listed_at_least=1, each_part=True, past=True)
    assert {part: reasons[0] for part, reasons in ledger.errors.items()} == failed


def test_validators_are_kept_of_the_parts_of_which_everything_was_read(ledger):
    ledger.validators.update({part: {f"validator:{part}": "e"} for part in ("ser", "wrr", "rob")})
    ledger.count("unusable", "wrr")
    ledger.count("odd", "rob")
    assert ledger.settled() == {"validator:ser": "e"}


def test_a_gap_is_told_with_the_counts(ledger):
    ledger.gap("wrr: its feed begins at 2026-09-02")
    assert ledger.counts == {f"{GAP}wrr: its feed begins at 2026-09-02": 1}
    assert ledger.errors == {}


def test_a_record_that_cannot_be_read_is_left_alone_for_a_day_after_three_crawls(ledger):
    moments = [NOW + timedelta(hours=hours) for hours in (0, 1, 2)]
    for moment in moments:
        ledger.clock = lambda moment=moment: moment
        assert not ledger.gave_up("doc-1", None)
        ledger.odd("doc-1", "listed, but answered 404")
    assert ledger.gave_up("doc-1", None)
    assert not ledger.gave_up("doc-1", moments[-1] + timedelta(minutes=1))  # its source says that it changed since
    assert ledger.gave_up("doc-1", moments[0])
    ledger.clock = lambda: moments[-1] + timedelta(days=1)
    assert not ledger.gave_up("doc-1", None)
    ledger.read_at_last("doc-1")
    assert ledger.store.connection.execute("SELECT count(*) FROM failures WHERE resolved IS NULL").fetchone()[0] == 0
