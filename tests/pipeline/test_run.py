"""The line as a whole: what becomes of a sighting, and that nothing is lost or doubled."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from datetime import date
from pathlib import Path

import feedparser
import pytest
from factories import NOW, FakeReader, amount, commitment, fetched, line, sighting

from db.errors import ExtractionError
from db.records import Analysis, FileLink
from db.store import Store
from pipeline.alarms import check
from pipeline.run import run_line
from pipeline.worker import ReadingFailed

FIRST = "Ik informeer uw Kamer voor 1 mei 2027. Hiervoor is 80 miljoen euro beschikbaar."
MOVED = "Ik informeer uw Kamer voor 1 juli 2027. Hiervoor is 80 miljoen euro beschikbaar."


def analysis(**fields: object) -> Analysis:
    return Analysis(**{"focus": True, "focus_score": 0.9, "analyser": "fake/1", **fields})  # type: ignore[arg-type]


READINGS = {
    FIRST: analysis(commitments=(commitment(),), amounts=(amount(),)),
    MOVED: analysis(commitments=(commitment("Ik informeer uw Kamer voor 1 juli 2027.", date(2027, 6, 30)),), amounts=(amount(),)),
    FIRST + " ": analysis(commitments=(commitment(),), amounts=(amount(),)),
}


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.connection.execute(sql)]


def everything(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, without the full text's own."""
    tables = rows(store, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%' AND name NOT LIKE 'sqlite%'")
    return {str(name): rows(store, f"SELECT * FROM {name}") for (name,) in tables}


def test_a_new_letter_becomes_a_publication_with_facts_and_one_alert(store: Store) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    outcome = run_line(line(store, FakeReader(READINGS)))
    assert outcome.delivery.delivered == 1
    assert rows(store, "SELECT key, kind, focus FROM publications") == [("koop:kst-32824-900", "kamerbrief", 1)]
    assert rows(store, "SELECT act, not_after FROM commitments") == [("informeren", "2027-04-30")]
    assert rows(store, "SELECT value FROM amounts") == [(80000000.0,)]
    assert rows(store, "SELECT count(*) FROM events WHERE state != 'done'") == [(0,)]


def test_running_twice_changes_nothing(store: Store) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    before = everything(store)
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    assert not run_line(line(store, FakeReader(READINGS))).counts
    assert everything(store) == before


def test_the_feed_says_what_was_promised_and_why(store: Store, tmp_path: Path) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS), folder=tmp_path))
    feed = feedparser.parse((tmp_path / "feeds" / "migratie.atom").read_bytes())
    assert not feed.bozo
    assert "uiterlijk 30 april 2027" in feed.entries[0].summary
    assert "gaat over" in feed.entries[0].summary


def test_a_moved_deadline_is_news_and_the_promise_keeps_its_row(store: Store) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    promise = rows(store, "SELECT id FROM commitments")
    store.keep(sighting(), [fetched(MOVED)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT id FROM commitments") == promise
    assert rows(store, "SELECT kind, title FROM alerts ORDER BY kind") == [
        ("new", "Voortgang sociale inbedding"),
        ("revised", "Gewijzigd: Voortgang sociale inbedding"),
    ]
    assert "30 april 2027 naar 30 juni 2027" in str(rows(store, "SELECT summary FROM alerts WHERE kind = 'revised'"))


def test_a_changed_comma_is_no_news(store: Store) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    store.keep(sighting(), [fetched(FIRST + " ")], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT kind FROM alerts") == [("new",)]
    assert rows(store, "SELECT count(*) FROM documents") == [(2,)]


def test_the_same_letter_from_two_sources_is_one_publication_and_one_alert(store: Store) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    other = sighting(
        source="councils",
        identifier="adviesraad:x",
        aliases=("kst-32824-900",),
        files=(FileLink(url="https://x/y.pdf", media_type="application/pdf"),),
    )
    store.keep(other, [fetched(FIRST + " ", other.files[0])], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT count(*) FROM publications") == [(1,)]
    assert rows(store, "SELECT count(*) FROM alerts") == [(1,)]
    assert rows(store, "SELECT joined_by FROM sightings WHERE source = 'councils'") == [("zelfde nummer kst-32824-900",)]


def test_a_file_without_text_is_a_failure_row_and_the_title_still_alerts(store: Store) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(broken={FIRST: ExtractionError("scan: no text on any page")})))
    assert rows(store, "SELECT stage, subject, reason FROM failures") == [("extract", "koop:kst-32824-900", "scan: no text on any page")]
    assert rows(store, "SELECT count(*) FROM alerts") == [(1,)]


@pytest.mark.parametrize("what", [FIRST, f"analyse {FIRST}"], ids=["extract", "analyse"])
def test_a_document_that_kills_its_reader_twice_is_set_aside_and_goes_on_by_its_title(store: Store, what: str) -> None:
    reader = FakeReader(broken={what: ReadingFailed("ended the reading process (exit -6)")})
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    assert run_line(line(store, reader)).failed == 1
    assert rows(store, "SELECT count(*) FROM alerts") == [(0,)]
    run_line(line(store, reader))
    assert rows(store, "SELECT quarantined, times FROM failures") == [(1, 2)]
    assert rows(store, "SELECT count(*) FROM alerts") == [(1,)]
    assert not run_line(line(store, reader)).counts


def test_a_withdrawn_letter_is_marked_in_the_feed_and_alerts_nobody(store: Store, tmp_path: Path) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS), folder=tmp_path))
    store.keep(sighting(withdrawn=True), [], at=NOW)
    run_line(line(store, FakeReader(READINGS), folder=tmp_path))
    assert rows(store, "SELECT withdrawn FROM publications") == [(1,)]
    assert rows(store, "SELECT count(*) FROM alerts") == [(1,)]
    feed = feedparser.parse((tmp_path / "feeds" / "migratie.atom").read_bytes())
    assert feed.entries[0].title == "Ingetrokken: Voortgang sociale inbedding"


def test_what_comes_back_unchanged_after_a_withdrawal_is_no_news(store: Store) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    for withdrawn in (True, False):
        store.keep(sighting(withdrawn=withdrawn), [], at=NOW)
        run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT withdrawn FROM publications") == [(0,)]
    assert rows(store, "SELECT act, not_after FROM commitments") == [("informeren", "2027-04-30")]
    assert rows(store, "SELECT kind FROM alerts") == [("new",)]


def test_a_provisional_paper_and_the_final_one_are_one_publication(store: Store) -> None:
    text = " ".join(f"Zin {n} over de inburgering in gemeente {n * 7}." for n in range(60))
    store.keep(sighting(identifier="kst-1289412", provisional=True), [fetched(text)], at=NOW)
    run_line(line(store, FakeReader()))
    store.keep(sighting(), [fetched(text + " Slot.")], at=NOW)
    run_line(line(store, FakeReader()))
    assert rows(store, "SELECT count(*) FROM publications") == [(1,)]
    assert rows(store, "SELECT kind FROM alerts") == [("new",)]


def test_two_numbers_of_one_source_are_two_papers_whatever_their_text(store: Store) -> None:
    text = "Geachte voorzitter, " + "hierbij stuur ik u het gevraagde overzicht. " * 10
    store.keep(sighting(), [fetched(text)], at=NOW)
    store.keep(sighting(identifier="kst-32824-901", number="901"), [fetched(text)], at=NOW)
    run_line(line(store, FakeReader()))
    assert rows(store, "SELECT count(*) FROM publications") == [(2,)]


def test_what_was_only_seen_withdrawn_is_told_as_new_when_it_is_published(store: Store) -> None:
    store.keep(sighting(withdrawn=True), [], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT count(*) FROM alerts") == [(0,)]
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT kind, title FROM alerts") == [("new", "Voortgang sociale inbedding")]
    store.keep(sighting(), [fetched(MOVED)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT kind FROM alerts ORDER BY kind") == [("new",), ("revised",)]


def test_a_missing_file_waits_three_crawls_and_then_goes_on(store: Store) -> None:
    reader = FakeReader()
    for crawl in (1, 2, 3):
        store.keep(sighting(), [], at=NOW, missing="404 on every file")
        run_line(line(store, reader))
        assert rows(store, "SELECT count(*) FROM alerts") == [(int(crawl == 3),)], f"after crawl {crawl}"


def test_a_file_that_came_late_is_news_once(store: Store) -> None:
    store.keep(sighting(), [], at=NOW, missing="503")
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT kind FROM alerts") == [("new",)]
    assert rows(store, "SELECT count(*) FROM commitments") == [(1,)]
    assert rows(store, "SELECT count(*) FROM review") == [(0,)]


def test_a_feed_that_cannot_be_written_is_tried_again(store: Store, tmp_path: Path) -> None:
    (tmp_path / "feeds").write_text("a file where the folder should be")
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    outcome = run_line(line(store, FakeReader(READINGS), folder=tmp_path))
    assert (outcome.delivery.delivered, outcome.delivery.failed) == (0, 1)
    assert set(rows(store, "SELECT state, attempts FROM deliveries")) == {("pending", 1)}
    (tmp_path / "feeds").unlink()
    store.connection.execute("UPDATE deliveries SET not_before = NULL")
    assert run_line(line(store, FakeReader(READINGS), folder=tmp_path)).delivery.delivered == 1


LARGE = (
    "publications", "sightings", "sighting_aliases", "documents", "segments", "commitments", "commitment_mentions", "amounts", "events", "alerts",
    "deliveries", "crawls", "failures", "revisions", "publication_references", "publication_dossiers", "publication_topics", "fulfilments",
    "commitment_history", "calendar_entries", "calendar_days", "deadline_changes", "corrections",
)  # fmt: skip
"""Tables that grow for as long as the service runs."""


def test_no_cycle_and_no_paper_reads_a_whole_table(store: Store) -> None:
    """Every statement of an idle cycle, of the stages, and of bringing feeds and calendars up to date is looked up in an index."""
    asked: set[str] = set()
    store.connection.set_trace_callback(asked.add)
    for number, text in (("900", FIRST), ("901", MOVED), ("902", MOVED)):
        store.keep(sighting(identifier=f"kst-32824-{number}", number=number), [fetched(text)], at=NOW)
        run_line(line(store, FakeReader(READINGS)))
    store.waiting("koop")
    store.finish_crawl(store.start_crawl("koop", NOW), at=NOW, outcome="ok", reason=None, counts={})
    run_line(line(store, FakeReader()))
    check(store, line(store, FakeReader()).settings, NOW)
    store.connection.set_trace_callback(None)
    assert rows(store, "SELECT count(*) FROM calendar_days")[0][0] > 0
    first = "SELECT 1 FROM publications WHERE analysed IS NOT NULL LIMIT 1"  # asked when a watch is new; the first row answers
    reading = [sql for sql in asked - {first} if sql.split(None, 1)[0] in ("SELECT", "WITH", "UPDATE", "DELETE")]
    assert len(reading) > 50
    for sql in reading:
        names = dict(re.findall(r"(?:FROM|JOIN)\s+(\w+)\s+(?:AS\s+)?([a-z])\b", sql))
        named = {short: table for table, short in names.items()}
        for step in store.connection.execute(f"EXPLAIN QUERY PLAN {sql}"):
            if scanned := re.match(r"SCAN (\w+)", step["detail"]):
                assert named.get(scanned[1], scanned[1]) not in LARGE, f"{step['detail']}: {sql}"


class Killed(BaseException):
    """Stands for a process that dies: nothing catches it."""


@pytest.mark.parametrize("at", range(1, 40))
def test_killed_at_any_commit_and_started_again_gives_the_same_rows(tmp_path: Path, at: int) -> None:
    """Die at the n-th write transaction, half-way through it, then run again: the rows are those of an undisturbed run."""

    def build(folder: Path) -> Store:
        store = Store.open(folder / "kamerspoor.db")
        store.keep(sighting(), [fetched(FIRST)], at=NOW)
        store.keep(sighting(identifier="kst-32824-901", number="901"), [fetched(MOVED)], at=NOW)
        return store

    def facts(store: Store) -> list[list[tuple[object, ...]]]:
        tables = ("publications", "commitments", "amounts", "alerts", "deliveries", "documents", "segments", "revisions")
        return [rows(store, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]

    undisturbed = build(tmp_path / "a")
    run_line(line(undisturbed, FakeReader(READINGS)))
    disturbed = build(tmp_path / "b")
    writes = 0

    def trace(statement: str) -> None:
        nonlocal writes
        writes += statement.split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE", "COMMIT")

    disturbed.connection.set_trace_callback(trace)

    def authorise(*_: object) -> int:
        if writes >= at:
            disturbed.connection.set_trace_callback(None)
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    disturbed.connection.set_authorizer(authorise)
    with contextlib.suppress(sqlite3.Error):
        run_line(line(disturbed, FakeReader(READINGS)))
    disturbed.connection.set_authorizer(None)
    disturbed.close()
    again = Store.open(tmp_path / "b" / "kamerspoor.db")
    again.connection.execute("UPDATE events SET attempts = 0, state = 'pending' WHERE state = 'failed'")
    again.connection.execute("UPDATE deliveries SET not_before = NULL")
    run_line(line(again, FakeReader(READINGS)))
    assert facts(again) == facts(undisturbed)
    undisturbed.close()
    again.close()
