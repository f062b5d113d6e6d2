"""A person joins and splits: logged, reversible, and nobody is alerted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from factories import NOW, FakeReader, commitment, evidence, fetched, line, sighting

from db.errors import UsageError
from db.records import Analysis, Fulfilment
from db.store import Store
from pipeline.commands.join import join_publications, split_sighting
from pipeline.run import run_line


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "kamerspoor.db"
    store = Store.open(path)
    store.keep(sighting(), [fetched("De tekst van de brief.")], at=NOW)
    store.keep(sighting(source="councils", identifier="raad:x", title="Dezelfde brief", number=None), [fetched("Tekst van de brief.")], at=NOW)
    run_line(line(store, FakeReader()))
    store.close()
    return path


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    store = Store.open(path)
    found = [tuple(row) for row in store.connection.execute(sql)]
    store.close()
    return found


def read_again(path: Path) -> None:
    store = Store.open(path)
    run_line(line(store, FakeReader()))
    store.close()


def test_join_and_split_are_logged_and_alert_nobody(database: Path) -> None:
    alerts = rows(database, "SELECT id FROM alerts ORDER BY id")
    assert len(alerts) == 2
    assert join_publications(None, database, "kst-32824-900", "councils:raad:x", "zelfde brief") == 0
    read_again(database)
    assert rows(database, "SELECT key FROM publications") == [("koop:kst-32824-900",)]
    assert rows(database, "SELECT reason FROM joins") == [("zelfde brief",)]
    assert split_sighting(None, database, "councils:raad:x", "toch niet") == 0
    read_again(database)
    assert sorted(rows(database, "SELECT key FROM publications")) == [("councils:raad:x",), ("koop:kst-32824-900",)]
    assert rows(database, "SELECT reason FROM joins ORDER BY id DESC LIMIT 1") == [("toch niet",)]
    assert rows(database, "SELECT id FROM alerts ORDER BY id") == alerts
    assert rows(database, "SELECT count(*) FROM events WHERE state != 'done'") == [(0,)]


def test_what_makes_no_sense_is_refused(database: Path) -> None:
    with pytest.raises(UsageError, match="one publication already"):
        join_publications(None, database, "kst-32824-900", "koop:kst-32824-900", "x")
    with pytest.raises(UsageError, match="there is no publication"):
        join_publications(None, database, "kst-1-1", "1", "x")
    with pytest.raises(UsageError, match="only sighting"):
        split_sighting(None, database, "koop:kst-32824-900", "x")
    with pytest.raises(UsageError, match="there is no sighting"):
        split_sighting(None, database, "koop:none", "x")


MADE = "Ik stuur de opzet van de monitor inbedding voor 1 mei 2027."
KEPT = "Hiermee doe ik de toezegging over de opzet van de monitor inbedding gestand."
PROMISE = replace(commitment(MADE), act="opzet van de monitor inbedding naar de Kamer sturen")
BASE = Analysis(focus=True, focus_score=0.9, analyser="fake/1", ministry="Sociale Zaken en Werkgelegenheid")
READINGS = {
    MADE: replace(BASE, commitments=(PROMISE,)),
    KEPT: replace(BASE, fulfilments=(Fulfilment(evidence=evidence(KEPT), kind="kept", about=KEPT),)),
}


def test_a_split_brings_back_what_a_join_moved(tmp_path: Path) -> None:
    """Two letters of which the second keeps a promise of the first, and a third that was taken for the second, with a sighting of its own."""
    path = tmp_path / "data" / "kamerspoor.db"
    letters = (
        (sighting(), MADE), (sighting(identifier="kst-32824-901", number="901"), KEPT),
        (sighting(source="wodc", identifier="x", number=None, title="Ander stuk", dossiers=()), "Iets anders."),
        (sighting(source="councils", identifier="y", number=None, title="Ander stuk", aliases=("x",), dossiers=()), "Iets anders!"),
    )  # fmt: skip
    store = Store.open(path)
    for letter, text in letters:
        store.keep(letter, [fetched(text)], at=NOW)
    store.close()

    def go_on() -> list[list[tuple[object, ...]]]:
        store = Store.open(path)
        outcome = run_line(line(store, FakeReader(READINGS)))
        store.close()
        assert not outcome.failed
        return [
            rows(path, "SELECT key FROM publications ORDER BY key"),
            rows(path, "SELECT p.key, s.source, s.identifier FROM sightings s JOIN publications p ON p.id = s.publication_id ORDER BY 2, 3"),
            rows(path, "SELECT a.id, p.key, a.told_of FROM alerts a JOIN publications p ON p.id = a.publication_id ORDER BY 1"),
            rows(path, "SELECT p.key, h.kind FROM commitment_history h JOIN publications p ON p.id = h.publication_id"),
            rows(path, "SELECT status FROM commitments"),
        ]

    before = go_on()
    assert (before[3], before[4]) == ([("koop:kst-32824-901", "kept")], [("kept",)])
    assert len(before[2]) == 3
    assert join_publications(None, path, "kst-32824-901", "wodc:x", "zelfde brief") == 0
    joined = go_on()
    assert (len(joined[0]), joined[3:]) == (2, before[3:])
    assert [row[0] for row in joined[2]] == [row[0] for row in before[2]]
    assert split_sighting(None, path, "wodc:x", "toch niet") == 0
    assert go_on() == before
    assert join_publications(None, path, "wodc:x", "kst-32824-901", "andersom") == 0
    assert go_on()[3] == [("councils:y", "kept")]
    assert split_sighting(None, path, "koop:kst-32824-901", "toch niet") == 0
    assert go_on() == before


def test_what_was_split_is_not_proposed_again(database: Path) -> None:
    store = Store.open(database)
    store.keep(sighting(source="tweedekamer", identifier="t1", number=None, aliases=("kst-32824-900",)), [fetched("De brief.")], at=NOW)
    run_line(line(store, FakeReader()))
    store.close()
    assert split_sighting(None, database, "tweedekamer:t1", "een andere brief") == 0
    store = Store.open(database)
    store.keep(sighting(source="tweedekamer", identifier="t1", number=None, aliases=("kst-32824-900",), title="Anders"), [], at=NOW)
    run_line(line(store, FakeReader()))
    store.close()
    assert rows(database, "SELECT count(*) FROM publications") == [(3,)]
    assert rows(database, "SELECT count(*) FROM review WHERE stage = 'join'") == [(0,)]
