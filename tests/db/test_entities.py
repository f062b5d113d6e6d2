"""Tables of a source: what is kept, what it touches, and what waits until it is put together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from db.entities import Entities
from db.records import Entity, RegisteredCommitment
from db.register import keep_registered
from db.store import Store

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LETTER = Entity(category="Document", id="d1", fields=(("soort", "Brief regering"),), links=(("zaak", "z1"), ("kamerstukdossier", "k1")))
SIGNED = Entity(category="DocumentActor", id="a1", fields=(("actorNaam", "M. Veldhoen"),), links=(("document", "d1"),))
CASE = Entity(category="Zaak", id="z1", fields=(("nummer", "2026Z00001"),))


@pytest.fixture
def tables(store: Store) -> Entities:
    return Entities(store, "tweedekamer", ("Document",))


def waiting(tables: Entities) -> list[str]:
    return [pending.id for pending in tables.pending()]


def settle_all(tables: Entities) -> None:
    tables.settle(tables.pending())


def test_entities_come_back_as_they_were(tables: Entities) -> None:
    assert tables.keep([LETTER, SIGNED, CASE], {}, NOW) == 3
    assert tables.get("d1") == LETTER
    assert tables.linking("document", "d1") == [SIGNED]
    assert tables.get("other") is None
    assert tables.unknown(["d1", "other"]) == ["other"]


def test_page_and_place_are_kept_together_or_not_at_all(tables: Entities, store: Store) -> None:
    tables.keep([LETTER], {"token:Document": "7"}, NOW)
    assert store.cursor("tweedekamer", "token:Document") == "7"
    broken = replace(CASE, fields=(("nummer", object()),))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        tables.keep([SIGNED, broken], {"token:Document": "14"}, NOW)
    assert store.cursor("tweedekamer", "token:Document") == "7"
    assert tables.get("a1") is None


@pytest.mark.parametrize(
    ("entity", "touches"),
    [
        (replace(LETTER, fields=(("soort", "Bijlage"),)), ["d1"]),  # itself
        (SIGNED, ["d1"]),  # what it points at
        (CASE, ["d1"]),  # what points at it
        (replace(SIGNED, id="a2", links=(("document", "d9"),)), []),  # of a document that was left aside
        (LETTER, []),  # said again without a change
        (replace(LETTER, deleted=True), ["d1"]),
    ],
)
def test_what_an_entity_touches(tables: Entities, entity: Entity, touches: list[str]) -> None:
    tables.keep([LETTER], {}, NOW)
    settle_all(tables)
    tables.keep([entity], {}, LATER)
    assert waiting(tables) == touches


def test_actor_that_moves_to_another_document_touches_both(tables: Entities) -> None:
    tables.keep([LETTER, replace(LETTER, id="d2"), SIGNED], {}, NOW)
    settle_all(tables)
    tables.keep([replace(SIGNED, links=(("document", "d2"),))], {}, LATER)
    assert waiting(tables) == ["d1", "d2"]


def test_tombstone_without_a_body_leaves_the_last_one_readable(tables: Entities) -> None:
    tables.keep([LETTER, SIGNED], {}, NOW)
    tables.keep([Entity(category="Document", id="d1", deleted=True), Entity(category="DocumentActor", id="a1", deleted=True)], {}, LATER)
    assert tables.get("d1") == replace(LETTER, deleted=True)
    assert tables.linking("document", "d1") == []  # who signed no longer counts


def test_tombstone_of_what_was_never_kept_is_nothing(tables: Entities) -> None:
    assert tables.keep([Entity(category="Document", id="d7", deleted=True)], {}, NOW) == 0
    assert tables.get("d7") is None
    assert waiting(tables) == []


def test_change_that_comes_while_a_paper_is_fetched_is_not_taken_for_done(tables: Entities) -> None:
    tables.keep([LETTER], {}, NOW)
    (pending,) = tables.pending()
    tables.keep([SIGNED], {}, NOW)
    tables.settle([pending])
    assert waiting(tables) == ["d1"]
    settle_all(tables)
    assert waiting(tables) == []


def test_sources_do_not_see_each_other(tables: Entities, store: Store) -> None:
    tables.keep([LETTER], {}, NOW)
    other = Entities(store, "other", ("Document",))
    assert other.get("d1") is None
    assert other.pending() == []


def test_register_keeps_one_row_a_number(store: Store) -> None:
    promise = RegisteredCommitment(source="tweedekamer", number="TZ202611-001", text="Een brief", status="Openstaand", asked_by=("SP",))
    assert keep_registered(store, [promise], NOW)
    assert not keep_registered(store, [promise], LATER)
    assert keep_registered(store, [replace(promise, status="Voldaan", fulfilled=date(2026, 11, 20), letters=("2026D00001",))], LATER)
    (row,) = store.connection.execute("SELECT * FROM registered_commitments").fetchall()
    assert (row["status"], row["fulfilled"], row["letters"], row["asked_by"]) == ("Voldaan", "2026-11-20", '["2026D00001"]', '["SP"]')
    assert (row["first_seen"], row["updated"]) == (NOW.isoformat(), LATER.isoformat())


# What a look into the past found

OLD = replace(LETTER, id="d-2019", fields=(("soort", "Brief regering"), ("datum", "2019-03-05T00:00:00.0000000")), links=())
NEW = replace(LETTER, id="d-2026", fields=(("soort", "Brief regering"), ("datum", "2026-11-20T00:00:00.0000000")), links=())
LIVE_FROM = date(2026, 11, 1)
MARCH = (date(2019, 3, 1), date(2019, 3, 14))


def test_a_paper_of_the_past_waits_for_its_own_day(tables: Entities) -> None:
    tables.keep([OLD, NEW], {}, NOW, past=LIVE_FROM)
    assert waiting(tables) == ["d-2026"]  # the live crawl's own days
    assert [pending.id for pending in tables.pending(MARCH)] == ["d-2019"]
    assert tables.pending((date(2019, 3, 6), date(2019, 3, 31))) == []
    tables.settle(tables.pending(MARCH))
    assert tables.pending(MARCH) == []


@pytest.mark.parametrize(
    ("entity", "past", "live", "for_its_day"),
    [
        (OLD, None, ["d-2019"], []),  # listed by a live crawl, though unchanged: it waits no longer
        (replace(OLD, deleted=True), None, ["d-2019"], []),
        (OLD, LIVE_FROM, [], ["d-2019"]),
        (replace(SIGNED, links=(("document", "d-2019"),)), None, [], ["d-2019"]),  # only its relative was listed
        (replace(SIGNED, links=(("document", "d-2019"),)), LIVE_FROM, [], ["d-2019"]),
    ],
)
def test_what_brings_a_waiting_paper_to_the_live_crawl(
    tables: Entities, entity: Entity, past: date | None, live: list[str], for_its_day: list[str]
) -> None:
    tables.keep([OLD], {}, NOW, past=LIVE_FROM)
    tables.keep([entity], {}, LATER, past=past)
    assert waiting(tables) == live
    assert [pending.id for pending in tables.pending(MARCH)] == for_its_day


def test_a_paper_that_waits_live_is_not_put_off_by_a_look_into_the_past(tables: Entities) -> None:
    tables.keep([OLD], {}, NOW)
    tables.keep([replace(OLD, fields=(*OLD.fields, ("titel", "x")))], {}, LATER, past=LIVE_FROM)
    assert waiting(tables) == ["d-2019"]


def test_what_tells_less_leaves_what_is_kept(tables: Entities) -> None:
    tables.keep([LETTER], {}, NOW)
    poorer = replace(LETTER, links=())
    assert tables.keep([poorer, CASE], {}, LATER, only_unknown=True) == 1
    assert tables.get("d1") == LETTER
    assert tables.get("z1") == CASE


def test_counting_leaves_out_what_was_deleted_and_other_days(tables: Entities) -> None:
    tables.keep([OLD, NEW, replace(NEW, id="d-gone", deleted=False), CASE], {}, NOW)
    tables.keep([Entity(category="Document", id="d-gone", deleted=True)], {}, LATER)
    assert tables.count("Document") == 2
    assert tables.count("Document", (date(2026, 11, 20), date(2026, 11, 20))) == 1
    assert tables.count("Document", (date(2026, 11, 21), date(2026, 12, 31))) == 0
    assert tables.count("Zaak") == 1


def test_a_place_that_does_not_move_is_not_written(tables: Entities, store: Store) -> None:
    tables.keep([], {"token:Zaak": "7"}, NOW)
    before = store.connection.total_changes
    tables.keep([], {"token:Zaak": "7"}, LATER)
    assert store.connection.total_changes == before
