"""The database: opening it, keeping sightings, and what is refused."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from factories import NOW, fetched, sighting
from hypothesis import given
from hypothesis import strategies as st

from db import events, lock
from db.archive import Archive
from db.errors import StoreError
from db.records import EventKind, FileLink, Sighting
from db.store import Store, dump_sighting, load_sighting

ALL = tuple(EventKind)


def kinds(store: Store) -> list[str]:
    return [event.kind.value for event in events.pending(store.connection, ALL)]


def test_new_unchanged_changed_withdrawn(store: Store) -> None:
    assert store.keep(sighting(), [fetched("a")], at=NOW) == "new"
    assert store.keep(sighting(), [fetched("a")], at=NOW) == "unchanged"
    assert store.keep(sighting(title="Andere titel"), [], at=NOW) == "changed"
    assert store.keep(sighting(title="Andere titel"), [fetched("b")], at=NOW) == "changed"
    assert store.keep(sighting(title="Andere titel", withdrawn=True), [], at=NOW) == "withdrawn"
    assert kinds(store) == ["sighting.new", "sighting.changed", "sighting.changed", "sighting.withdrawn"]


def test_a_page_that_goes_a_b_a_has_changed_twice(store: Store) -> None:
    for text in "aba":
        store.keep(sighting(), [fetched(text)], at=NOW)
    assert kinds(store) == ["sighting.new", "sighting.changed", "sighting.changed"]
    latest = store.connection.execute("SELECT sha256 FROM documents ORDER BY version DESC LIMIT 1").fetchone()[0]
    assert store.archive.get(latest) == b"a"


def test_known_tells_what_a_crawl_must_know(store: Store) -> None:
    assert store.known("koop", "kst-32824-900") is None
    store.keep(sighting(), [], at=NOW, missing="503")
    known = store.known("koop", "kst-32824-900")
    assert known is not None
    assert not known.complete
    store.keep(sighting(), [replace(fetched("a"), etag='"1"')], at=NOW)
    known = store.known("koop", "kst-32824-900")
    assert known is not None
    assert known.complete
    assert known.files[sighting().files[0].url].etag == '"1"'
    assert known.fingerprint == sighting().fingerprint()


def test_what_waits_for_its_files_is_named_until_it_is_given_up(store: Store) -> None:
    for attempt in (1, 2, 3):
        store.keep(sighting(), [], at=NOW, missing="503")
        assert [s.identifier for s in store.waiting("koop")] == (["kst-32824-900"] if attempt < 3 else [])
    store.keep(sighting(identifier="kst-32824-901"), [fetched("a")], at=NOW)
    assert not store.waiting("koop")


def test_a_sighting_without_any_file_does_not_wait_for_one(store: Store) -> None:
    """Nothing will come of waiting: it is judged by its title at once, and told again only when its source says something else of it."""
    bare = sighting(files=())
    for _ in range(2):
        store.keep(bare, [], at=NOW, missing="the source offers no file that can be read")
    assert kinds(store) == ["sighting.new"]
    store.keep(replace(bare, title="Andere titel"), [], at=NOW, missing="the source offers no file that can be read")
    assert kinds(store) == ["sighting.new", "sighting.changed"]
    store.keep(sighting(title="Andere titel"), [fetched("a")], at=NOW)  # and now there is one
    assert kinds(store) == ["sighting.new", "sighting.changed", "sighting.changed"]


def test_the_source_s_clock_is_no_change() -> None:
    assert sighting(modified=NOW).fingerprint() == sighting().fingerprint()
    assert sighting(published=date(2026, 1, 1)).fingerprint() != sighting().fingerprint()


@given(
    st.builds(
        Sighting,
        source=st.just("koop"),
        identifier=st.text(max_size=5),
        url=st.text(max_size=5),
        title=st.text(max_size=9).filter(lambda t: t.isprintable()),
        kind=st.just("motie"),
        published=st.none() | st.dates(),
        modified=st.none() | st.datetimes(timezones=st.just(UTC)),
        dossiers=st.lists(st.text(max_size=4), max_size=2).map(tuple),
        files=st.lists(
            st.builds(FileLink, url=st.text(max_size=4), media_type=st.just("text/xml"), length=st.none() | st.integers()), max_size=2
        ).map(tuple),
        withdrawn=st.booleans(),
    )
)
def test_a_sighting_survives_its_row(original: Sighting) -> None:
    assert load_sighting(dump_sighting(original)) == original


def test_cursors_move_together(store: Store) -> None:
    store.move_cursors("koop", {"a": "1", "b": "2"}, at=NOW)
    assert store.cursors("koop") == {"a": "1", "b": "2"}
    assert store.cursor("koop", "c") is None


def test_the_same_failure_counts_up(store: Store) -> None:
    for _ in range(3):
        store.fail("fetch", "koop:x", "404", None, NOW, source="koop")
    assert tuple(store.connection.execute("SELECT reason, times FROM failures").fetchone()) == ("404", 3)


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction() as connection:
        events.emit(connection, EventKind.SIGHTING_NEW, 1, NOW)
        raise RuntimeError
    assert kinds(store) == []


def test_what_is_written_is_on_the_disk(store: Store) -> None:
    pragmas = {name: store.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE t (a)")
    other.close()
    with pytest.raises(StoreError, match="something else"):
        Store.open(path)


def test_a_database_from_the_future_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    store = Store.open(path)
    store.connection.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('kamerspoor', 'm999_later', '2030')")
    store.close()
    with pytest.raises(StoreError, match="newer Kamerspoor"):
        Store.open(path)


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    path.write_text("this is not a database, whatever its name says" * 100)
    with pytest.raises(StoreError, match="is it a Kamerspoor database"):
        Store.open(path)


@pytest.mark.parametrize("what", ["text", "rollback journal", "WAL", "folder"])
def test_nothing_is_left_beside_what_is_not_ours(tmp_path: Path, what: str) -> None:
    path = tmp_path / "k.db"
    if what == "text":
        path.write_text("this is not a database, whatever its name says" * 100)
    elif what == "folder":
        path.mkdir()
    else:
        other = sqlite3.connect(path)
        other.execute(f"PRAGMA journal_mode = {'WAL' if what == 'WAL' else 'DELETE'}")
        with other:
            other.execute("CREATE TABLE t (a)")
        other.close()
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError, match=r"k\.db"), lock.writing(path):
        pass
    for readonly in (True, False):
        with pytest.raises(StoreError, match=r"k\.db"):
            Store.open(path, readonly=readonly)
    assert [entry.name for entry in tmp_path.iterdir()] == ["k.db"]
    assert before is None or path.read_bytes() == before


@pytest.mark.parametrize("step", ["the last", "all"])
def test_looking_at_a_database_of_an_older_version_says_what_to_run(tmp_path: Path, step: str) -> None:
    path = tmp_path / "k.db"
    store = Store.open(path)
    names = [row[0] for row in store.connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
    for name in names[-1:] if step == "the last" else names:
        store.connection.execute("DELETE FROM _sqlite_migrations WHERE name = ?", (name,))
    store.close()
    with pytest.raises(StoreError, match=r"k\.db .*`kamerspoor run --db .*k\.db` brings it up to date"):
        Store.open(path, readonly=True)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with lock.writing(tmp_path / "k.db"), pytest.raises(StoreError, match="in use by another Kamerspoor"), lock.writing(tmp_path / "k.db"):
        pass


def test_readonly_cannot_write(store: Store) -> None:
    reader = Store.open(store.path, readonly=True)
    with pytest.raises(sqlite3.OperationalError):
        reader.connection.execute("DELETE FROM events")
    reader.close()


def test_damaged_bytes_are_noticed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    sha256 = archive.put(b"brief")
    archive.path(sha256).write_bytes(b"bruf")
    with pytest.raises(StoreError, match="damaged"):
        archive.get(sha256)
    with pytest.raises(StoreError, match="missing"):
        archive.get("0" * 64)


def test_a_crawl_row_tells_how_it_ended(store: Store) -> None:
    crawl = store.start_crawl("koop", NOW)
    store.finish_crawl(crawl, at=datetime(2026, 11, 10, 13, tzinfo=UTC), outcome="failed", reason="500", counts={"listed": 3, "odd": 1})
    row = store.connection.execute("SELECT outcome, reason, listed, counts FROM crawls").fetchone()
    assert tuple(row) == ("failed", "500", 3, '{"listed": 3, "odd": 1}')


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match="cannot be written"), lock.writing(tmp_path / "file" / "kamerspoor.db"):
        pass


def test_only_what_a_crawl_keeps_does_not_wait_for_the_disk(store: Store) -> None:
    told: list[str] = []
    store.connection.set_trace_callback(told.append)
    store.keep(sighting(), (), at=NOW)
    store.move_cursors("koop", {"through": "2026-11-09"}, at=NOW)
    store.connection.set_trace_callback(None)
    steps = [text for text in told if text.startswith(("PRAGMA synchronous", "BEGIN", "COMMIT"))]
    assert steps == [
        "PRAGMA synchronous = NORMAL", "BEGIN IMMEDIATE", "COMMIT", "PRAGMA synchronous = FULL",  # the sighting
        "BEGIN IMMEDIATE", "COMMIT",  # the watermark
    ]  # fmt: skip


def test_what_could_not_be_kept_leaves_the_disk_waited_for(store: Store) -> None:
    with pytest.raises(RuntimeError), store.transaction(flushed=False):
        raise RuntimeError
    assert store.connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL


def test_plain_fields_are_those_of_the_standard_library() -> None:
    full = sighting(dossiers=("32824",), files=(FileLink(url="https://a.example/1.pdf", media_type="application/pdf", length=3),))
    assert json.dumps(full.plain(), default=str) == json.dumps(asdict(full), default=str)


def test_a_second_connection_leaves_the_first_its_locks(store: Store) -> None:
    """Another process that comes and goes must not take itself for the last one, whatever this one opened and closed meanwhile."""
    store.fail("test", "a", "b", None, NOW)
    for readonly in (True, False):
        Store.open(store.path, readonly=readonly).close()
    look = f"import sqlite3; c = sqlite3.connect({str(store.path)!r}); c.execute('SELECT count(*) FROM failures').fetchone(); c.close()"
    subprocess.run([sys.executable, "-c", look], check=True)
    assert store.path.with_name(f"{store.path.name}-wal").exists()
    assert store.connection.execute("SELECT count(*) FROM failures").fetchone()[0] == 1
