"""What a person says of a fact: it counts at once, and a new reading of the same words does not lose it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from factories import FACTS, NOW, PROMISE, SUM, FakeReader, amount, commitment, fetched, line, sighting
from sqlite_utils import Database

from db import corrections
from db.migrations import MIGRATIONS
from db.records import Analysis, Topic
from db.store import Store
from pipeline.run import run_line
from pipeline.watch import Watch

KEY = "koop:kst-32824-900"
FIRST = "Ik informeer uw Kamer voor 1 mei 2027 over taal."
SECOND = "Ik stuur uw Kamer voor 1 juni 2027 de evaluatie."
TEXT = f"{FIRST} {SECOND}"
BASE = Analysis(
    focus=True, focus_score=0.9, analyser="fake/1", topics=(Topic(topic="language", score=0.8),),
    commitments=(commitment(FIRST), commitment(SECOND, date(2027, 5, 31), "d2")), amounts=(amount(),),
)  # fmt: skip
# The next reading of the same words gives the acts other names, in another order, after a page of other text.
AGAIN = replace(BASE, analyser="fake/2", commitments=(commitment(SECOND, date(2027, 5, 31), "x1"), commitment(FIRST, name="x2")))
READINGS: Mapping[str, Analysis] = {TEXT: BASE, f"{TEXT} Slot.": AGAIN}


@pytest.fixture
def read(store: Store) -> Store:
    store.keep(sighting(), [fetched(TEXT)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    return store


def name_of(kind: Any, sentence: str) -> str:
    return corrections.fact_names(kind, [sentence])[0]


def say(store: Store, fact: str, why: str | None = "staat er niet") -> None:
    with store.transaction() as connection:
        corrections.store_correction(connection, KEY, fact, why, NOW)


def read_again(store: Store) -> None:
    store.keep(sighting(title="Herdruk"), [fetched(f"{TEXT} Slot.")], at=NOW + timedelta(days=1))
    run_line(line(store, FakeReader(READINGS), now=NOW + timedelta(days=1)))
    assert store.connection.execute("SELECT analyser FROM publications").fetchone()[0] == "fake/2"


def statuses(store: Store) -> dict[str, str]:
    return {row["sentence"]: row["status"] for row in store.connection.execute("SELECT sentence, status FROM commitments")}


@pytest.mark.parametrize(
    ("left", "right", "same", "reason"),
    [
        ("Ik stuur  een brief.", "ik stuur een brief", True, "white space, capitals and points are no other words"),
        ("Ik stuur een brief.", "Ik stuur een rapport.", False, "other words"),
    ],
)
def test_a_fact_goes_by_its_words(left: str, right: str, same: bool, reason: str) -> None:
    assert (name_of("commitment", left) == name_of("commitment", right)) is same, reason
    first, second = corrections.fact_names("amount", [left, left])
    assert second == f"{first}.2", "two sums in one sentence are two facts"


def test_a_promise_called_wrong_is_dropped_and_stays_so_after_a_new_reading(read: Store) -> None:
    say(read, name_of("commitment", FIRST))
    assert statuses(read) == {FIRST: "dropped", SECOND: "open"}
    read_again(read)
    assert statuses(read) == {FIRST: "dropped", SECOND: "open"}
    assert [row["by_date"] for row in read.connection.execute("SELECT by_date FROM open_commitments")] == ["2027-05-31"]


def test_a_promise_that_comes_back_in_a_new_row_is_dropped_again(read: Store) -> None:
    say(read, name_of("commitment", FIRST))
    read.connection.execute("DELETE FROM commitments")
    read_again(read)
    assert statuses(read) == {FIRST: "dropped", SECOND: "open"}


def test_what_was_called_wrong_is_told_no_more(read: Store) -> None:
    for kind, sentence in (("commitment", FIRST), ("deadline", SECOND), ("amount", "Hiervoor is 80 miljoen euro beschikbaar.")):
        say(read, name_of(kind, sentence))
    say(read, "topic:language")
    read.keep(sighting(title="Herdruk"), [fetched(f"{TEXT} Slot.")], at=NOW + timedelta(days=1))
    everything = (Watch(name="later", title="Later"),)
    with read.transaction() as connection:
        connection.execute("INSERT INTO watches (name, first_seen, since) VALUES ('later', '2026-11-01', '2026-11-01')")
        connection.execute("DELETE FROM commitments WHERE sentence = ?", (SECOND,))  # so that the revision has news to tell
    run_line(line(read, FakeReader(READINGS), watches=everything, now=NOW + timedelta(days=1)))
    content = json.loads(read.connection.execute("SELECT content FROM alerts WHERE watch = 'later'").fetchone()["content"])
    assert [(p["sentence"], p["by"]) for p in content["promises"]] == [(SECOND, None)]
    assert (content["amounts"], content["topics"]) == ([], [])


def test_a_term_called_wrong_is_never_due(read: Store) -> None:
    say(read, name_of("deadline", SECOND))
    run_line(line(read, FakeReader(READINGS), now=NOW.replace(year=2027, month=5, day=20)))
    kinds = [row["kind"] for row in read.connection.execute("SELECT kind FROM alerts ORDER BY raised")]
    assert "due" not in kinds


def test_what_was_said_is_listed_with_the_words_and_can_be_forgotten(read: Store) -> None:
    say(read, name_of("commitment", FIRST), "het is een vraag")
    say(read, "alert:migratie", None)
    said = corrections.all_said(read.connection, 10)
    assert [(one.verdict, one.note, one.about) for one in said] == [("not relevant", None, None), ("wrong", "het is een vraag", FIRST)]
    with read.transaction() as connection:
        assert corrections.withdraw(connection, said[1].id, NOW)
        assert not corrections.withdraw(connection, said[1].id, NOW)
    assert statuses(read) == {FIRST: "open", SECOND: "open"}


def test_saying_it_again_replaces_the_reason(read: Store) -> None:
    say(read, "topic:language", "gaat over taalmodellen")
    say(read, "topic:language", "gaat over software")
    assert [one.note for one in corrections.all_said(read.connection, 10)] == ["gaat over software"]


def test_facts_without_a_verdict_are_left_as_they_are() -> None:
    assert corrections.without_wrong(FACTS, frozenset()) is FACTS
    undated = corrections.without_wrong(FACTS, frozenset({name_of("deadline", PROMISE.sentence)}))
    assert (undated.promises[0].not_after, undated.promises[0].phrase, undated.sums) == (None, None, (SUM,))


def test_a_term_called_wrong_before_there_was_a_column_for_it_stays_so() -> None:
    db = Database(memory=True)
    MIGRATIONS.apply(db, stop_before="m025_terms_called_wrong")
    db.execute(
        "INSERT INTO publications (id, key, title, kind, url, first_seen, updated) VALUES (1, 'koop:1', 'Brief', 'kamerbrief', '', '', '')"
    )
    for number, sentence in enumerate((FIRST, "Ik ga in gesprek."), 1):
        db.execute(
            "INSERT INTO commitments (id, publication_id, deliverable, act, kind, firm, sentence) VALUES (?, 1, ?, 'a', 'inform', 1, ?)",
            (number, f"d{number}", sentence),
        )
    db.execute(
        "INSERT INTO corrections (publication_key, fact, verdict, at) VALUES ('koop:1', ?, 'wrong', '')", (name_of("deadline", FIRST),)
    )
    MIGRATIONS.apply(db)
    assert [tuple(row) for row in db.execute("SELECT id, term_wrong FROM commitments ORDER BY id")] == [(1, 1), (2, 0)]
