"""The calendar of deadlines: valid for a parser that is not ours, and each event keeps its name while its day moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from factories import FOLLOWER, NOW, FakeReader, commitment, fetched, line, sighting
from hypothesis import given
from hypothesis import strategies as st

from db import corrections, tracking
from db.deadlines import CalendarEntry, settle
from db.records import Analysis, Commitment, Deadline
from db.store import Store
from pipeline.channels.ical import build
from pipeline.deliver import DeliveryOutcome
from pipeline.run import run_line

FIRST = commitment()
MOVED = commitment("Ik informeer uw Kamer voor 1 juli 2027.", date(2027, 6, 30))
TALK = replace(
    commitment("Ik ga in gesprek met gemeenten.", None, "d2"),
    act="gesprek met gemeenten",
    deadline=Deadline(phrase="binnenkort", precision="vague", look_again=date(2027, 2, 1), note="geen dag genoemd"),
)
ENTRY = CalendarEntry(
    uid="u@kamerspoor", sequence=0, created=NOW, modified=NOW, act="informeren", day=date(2027, 4, 30), look_again=False, firm=True, over=False,
    sentence="Ik informeer uw Kamer voor 1 mei 2027.", phrase="voor 1 mei 2027", note=None, page=2, title="Een brief", publisher="SZW",
    url="https://example.org/brief",
)  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_is_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line would bring the calendar up to date by the clock; here the tests do so, when they say."""
    monkeypatch.setattr("pipeline.run.deliver", lambda *_, **__: DeliveryOutcome())


def read(store: Store, text: str, promises: Sequence[Commitment], **fields: object) -> None:
    """The same letter, with this text, in which these promises are read."""
    analysis = Analysis(focus=True, focus_score=0.9, commitments=tuple(promises), analyser="fake/1")
    store.keep(sighting(**fields), [fetched(text)], at=NOW)
    run_line(line(store, FakeReader({text: analysis})))


def events(entries: Sequence[CalendarEntry]) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(build(FOLLOWER, entries)).walk("VEVENT"))


def test_a_deadline_is_a_whole_day(store: Store) -> None:
    read(store, "een", [FIRST])
    (event,) = events(settle(store.connection, "migratie", NOW))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2027, 4, 30), date(2027, 5, 1))
    assert event["SUMMARY"] == "Termijn: informeren (Voortgang sociale inbedding)"
    assert (event["STATUS"], event["SEQUENCE"], event["TRANSP"]) == ("CONFIRMED", 0, "TRANSPARENT")
    assert "voor 1 mei 2027" in event["DESCRIPTION"]
    assert event["URL"] == "https://zoek.officielebekendmakingen.nl/kst-32824-900.html"


def test_a_deadline_that_moves_is_the_same_event_with_a_higher_number(store: Store) -> None:
    read(store, "een", [FIRST])
    (before,) = events(settle(store.connection, "migratie", NOW))
    read(store, "twee", [MOVED])
    (after,) = events(settle(store.connection, "migratie", NOW + timedelta(days=1)))
    assert after["UID"] == before["UID"]
    assert (after["DTSTART"].dt, after["SEQUENCE"]) == (date(2027, 6, 30), 1)
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    assert after["CREATED"].dt == before["CREATED"].dt


def test_other_words_for_the_same_day_are_no_new_number_but_a_new_moment(store: Store) -> None:
    read(store, "een", [FIRST])
    settle(store.connection, "migratie", NOW)
    store.connection.execute("UPDATE publications SET title = 'Andere titel'")
    (entry,) = settle(store.connection, "migratie", NOW + timedelta(days=1))
    assert (entry.sequence, entry.modified) == (0, NOW + timedelta(days=1))


def test_nothing_changed_nothing_written(store: Store) -> None:
    read(store, "een", [FIRST, TALK])
    before = build(FOLLOWER, settle(store.connection, "migratie", NOW))
    assert build(FOLLOWER, settle(store.connection, "migratie", NOW + timedelta(days=9))) == before


@pytest.mark.parametrize(
    "happens",
    [
        "UPDATE commitments SET status = 'kept'",  # kept
        "UPDATE publications SET withdrawn = 1",  # taken back by all its sources
        "DELETE FROM commitments",  # the sentence is gone in a new version
        "UPDATE commitments SET not_after = NULL, phrase = NULL",  # the date is gone
    ],
)
def test_what_is_over_is_cancelled_and_never_silently_gone(store: Store, happens: str) -> None:
    read(store, "een", [FIRST])
    settle(store.connection, "migratie", NOW)
    store.connection.execute(happens)
    for _ in range(2):  # and stays as it is
        (event,) = events(settle(store.connection, "migratie", NOW + timedelta(days=1)))
        assert (event["STATUS"], event["SEQUENCE"], event["DTSTART"].dt) == ("CANCELLED", 1, date(2027, 4, 30))


@pytest.mark.parametrize("kind", ["commitment", "deadline"])
def test_what_a_person_calls_wrong_is_cancelled_until_that_is_forgotten(store: Store, kind: Any) -> None:
    read(store, "een", [FIRST])
    settle(store.connection, "migratie", NOW)
    with store.transaction() as connection:
        (fact,) = corrections.fact_names(kind, [FIRST.evidence.sentence])
        corrections.store_correction(connection, "koop:kst-32824-900", fact, "staat er niet", NOW)
    (event,) = events(settle(store.connection, "migratie", NOW + timedelta(days=1)))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    with store.transaction() as connection:
        assert corrections.withdraw(connection, 1, NOW)
    (event,) = events(settle(store.connection, "migratie", NOW + timedelta(days=2)))
    assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", 2)


def test_a_promise_that_was_over_before_it_was_shown_is_left_out(store: Store) -> None:
    read(store, "een", [FIRST])
    store.connection.execute("UPDATE commitments SET status = 'kept'")
    assert settle(store.connection, "migratie", NOW) == []


def test_a_phrase_without_a_day_says_that_it_is_a_moment_to_look_again(store: Store) -> None:
    read(store, "een", [TALK])
    (event,) = events(settle(store.connection, "migratie", NOW))
    assert event["SUMMARY"].startswith("Opnieuw kijken: gesprek met gemeenten")
    assert event["STATUS"] == "TENTATIVE"
    assert "noemt geen dag" in event["DESCRIPTION"]
    assert "binnenkort (geen dag genoemd)" in event["DESCRIPTION"]


def later_letter(store: Store, kind: str, to: date | None, by: Commitment | None) -> None:
    """Another letter that says something of the first promise; the promise that it makes itself, if any, takes the first one's place."""
    promises = () if by is None else (by,)
    read(store, "later", promises, identifier="kst-32824-950", title="Vervolgbrief", url="https://example.org/950", number="950")
    made = None if by is None else store.connection.execute("SELECT max(id) FROM commitments").fetchone()[0]
    tracking.add_history(
        store.connection, 2, kind, NOW, commitment_id=1, day=date(2026, 12, 1), was=date(2027, 4, 30), becomes=to,
        phrases=("voor 1 mei 2027", "voor 1 juli 2027"), sentence="Dat wordt later.", page=1, reason="zelfde handeling", by=made,
    )  # fmt: skip
    tracking.settle(store.connection, [1, *([] if made is None else [made])])


@pytest.mark.parametrize("by", [None, MOVED], ids=["only said", "promised anew"])
def test_a_later_letter_moves_the_event_that_is_there(store: Store, by: Commitment | None) -> None:
    read(store, "een", [FIRST])
    (before,) = settle(store.connection, "migratie", NOW)
    later_letter(store, "moved", date(2027, 6, 30), by)
    (after,) = settle(store.connection, "migratie", NOW + timedelta(days=1))
    assert (after.uid, after.day, after.sequence, after.over) == (before.uid, date(2027, 6, 30), 1, False)
    assert after.phrase == "voor 1 juli 2027"


def test_a_promise_that_moved_and_was_then_kept_is_cancelled(store: Store) -> None:
    read(store, "een", [FIRST])
    settle(store.connection, "migratie", NOW)
    later_letter(store, "moved", date(2027, 6, 30), MOVED)
    settle(store.connection, "migratie", NOW)
    store.connection.execute("UPDATE commitments SET status = 'kept' WHERE id = 2")
    (after,) = settle(store.connection, "migratie", NOW)
    assert after.over
    assert after.sequence == 2


def test_a_promise_that_moved_to_no_day_is_cancelled(store: Store) -> None:
    read(store, "een", [FIRST])
    settle(store.connection, "migratie", NOW)
    later_letter(store, "moved", None, None)
    (after,) = settle(store.connection, "migratie", NOW)
    assert (after.over, after.day) == (True, date(2027, 4, 30))


def test_a_promise_that_is_said_again_is_one_event(store: Store) -> None:
    read(store, "een", [FIRST])
    (before,) = settle(store.connection, "migratie", NOW)
    later_letter(store, "repeated", date(2027, 4, 30), FIRST)
    assert settle(store.connection, "migratie", NOW + timedelta(days=1)) == [before]


def test_other_watches_have_other_calendars(store: Store) -> None:
    read(store, "een", [FIRST])
    assert settle(store.connection, "taal", NOW) == []


HOSTILE = [
    "BEGIN:VEVENT\r\nSUMMARY:x", "a;b,c\\d:e", "\x00\x0b\ufffe", "\u202eabc", "😀" * 100, "é" * 74, "x" * 10_000, "=HYPERLINK(1)", "\ud800", "",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(text: str) -> None:
    body = build(FOLLOWER, [replace(ENTRY, act=text, title=text, sentence=text, phrase=text, note=text, publisher=text, url=text)])
    assert all(len(row) <= 75 for row in body.split(b"\r\n"))
    assert not any(byte < 32 and byte not in (13, 10) for byte in body)
    (event,) = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert event["UID"] == "u@kamerspoor"
    assert "URL" not in event


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cn", "Co", "Zl", "Zp"]), max_size=90))
def test_another_parser_reads_back_what_was_written(text: str) -> None:
    (event,) = events([replace(ENTRY, sentence=text)])
    assert event["DESCRIPTION"].split("\n")[0].removeprefix("'") == " ".join(text.split()).removeprefix("'")


def test_what_one_calendar_was_told_first_stands_in_the_other_as_well(store: Store) -> None:
    read(store, "een", [FIRST])
    store.connection.execute("INSERT INTO alerts SELECT 'b', 'taal', publication_id, NULL, kind, raised, title, summary, content, NULL FROM alerts")
    assert settle(store.connection, "taal", NOW) == settle(store.connection, "migratie", NOW)
    read(store, "twee", [MOVED])
    for watch in ("taal", "migratie"):
        (entry,) = settle(store.connection, watch, NOW + timedelta(days=1))
        assert (entry.day, entry.sequence) == (date(2027, 6, 30), 1), watch


def test_a_promise_of_a_publication_that_is_stored_no_more_is_cancelled(store: Store) -> None:
    read(store, "een", [FIRST])
    settle(store.connection, "migratie", NOW)
    store.connection.execute("UPDATE sightings SET publication_id = NULL")
    store.connection.execute("DELETE FROM publications")
    (entry,) = settle(store.connection, "migratie", NOW + timedelta(days=1))
    assert (entry.over, entry.sequence) == (True, 1)


def test_only_what_changed_is_looked_at(store: Store) -> None:
    """Whatever else is stored stays untouched, also where its row says something else: nobody told of a change."""
    read(store, "een", [FIRST])
    settle(store.connection, "migratie", NOW)
    store.connection.execute("DROP TRIGGER deadline_promise")
    store.connection.execute("UPDATE commitments SET not_after = '2027-09-01' WHERE id = 1")
    assert settle(store.connection, "migratie", NOW)[0].day == date(2027, 4, 30)
    store.connection.execute("UPDATE publications SET title = 'Andere titel'")
    assert settle(store.connection, "migratie", NOW)[0].day == date(2027, 9, 1)
