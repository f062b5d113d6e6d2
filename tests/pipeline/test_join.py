"""A person joins and splits: logged, reversible, and nobody is alerted."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import NOW, FakeReader, fetched, line, sighting

from db.errors import UsageError
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
