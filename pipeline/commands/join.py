"""`kamerspoor join` and `split`: a person corrects which sightings are one publication. Logged, reversible, alerting nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from db import analyses, events, joins, lock, publications
from db.errors import UsageError
from db.records import EventKind
from db.store import Store, load_sighting
from pipeline import tracking
from pipeline.identify import publication_key, spokesman
from pipeline.settings import load_settings


def join_publications(config: Path | None, db: Path | None, name: str, other_name: str, reason: str) -> int:
    """Two publications become one; what is read of it follows with the next run."""
    with _writing(config, db) as store:
        into, other = _publication(store, name), _publication(store, other_name)
        if into == other:
            raise UsageError(f"join: {name} and {other_name} are one publication already")
        now = datetime.now(UTC)
        with store.transaction() as connection:
            tracking.undo(connection, other)
            moved = joins.merge(connection, into, other, reason, now)
            _refresh(store, into, now)
            events.emit(connection, EventKind.PUBLICATION_JOINED, into, now)
    typer.echo(f"joined: {len(moved)} sighting{'s' if len(moved) != 1 else ''} moved; the next run reads the publication again")
    return 0


def split_sighting(config: Path | None, db: Path | None, name: str, reason: str) -> int:
    """A sighting becomes a publication of its own, with what came in the same join; what is read of both follows with the next run."""
    with _writing(config, db) as store:
        row = publications.find_sighting(store.connection, name)
        if row is None or row["publication_id"] is None:
            raise UsageError(f"split: there is no sighting {name}; name it as source:identifier")
        was = int(row["publication_id"])
        going, key = joins.came_with(store.connection, row["id"], was)
        if len(publications.sightings_of(store.connection, was)) == len(going):
            raise UsageError(f"split: {name} is the only sighting of its publication")
        now = datetime.now(UTC)
        with store.transaction() as connection:
            alone = _alone(connection, row, key, now)
            for sighting_id in going:
                publications.attach(connection, sighting_id, alone, reason)
                joins.log_join(connection, sighting_id, alone, was, reason, now)
            if key is not None:
                joins.give_back_alerts(connection, was, key, alone)
            joins.propose_join(connection, alone, was, reason, now, refused=True)
            for publication_id in (alone, was):
                _refresh(store, publication_id, now)
                events.emit(connection, EventKind.PUBLICATION_JOINED, publication_id, now)
    others = f" and {len(going) - 1} that came with it" if len(going) > 1 else ""
    typer.echo(f"split: {name}{others} is publication {alone} now; the next run reads both again")
    return 0


def _alone(connection: sqlite3.Connection, row: sqlite3.Row, key: str | None, now: datetime) -> int:
    """A publication for a sighting that is split off, under the name that it had before, where that is free; as if it had been told already."""
    sighting = load_sighting(row["record"])
    key = key or publication_key(sighting)
    if connection.execute("SELECT 1 FROM publications WHERE key = ?", (key,)).fetchone():
        key = f"{key}#{row['id']}"  # the publication that it leaves may bear its name
    alone = publications.add_publication(connection, key, sighting, now)
    analyses.note_told(connection, alone, now)
    return alone


@contextmanager
def _writing(config: Path | None, db: Path | None) -> Iterator[Store]:
    path = load_settings(config, database=db).database_path
    if not path.exists():
        raise UsageError(f"database: {path} does not exist; run `kamerspoor run` first")
    with lock.writing(path):
        store = Store.open(path)
        try:
            yield store
        finally:
            store.close()


def _publication(store: Store, name: str) -> int:
    found = publications.find_publication(store.connection, name)
    if found is None:
        raise UsageError(f"join: there is no publication {name}, or several; name it by its id, its key or an identifier such as kst-32824-475")
    return found


def _refresh(store: Store, publication_id: int, now: datetime) -> None:
    sightings = [s for _, s in publications.sightings_of(store.connection, publication_id)]
    best = spokesman(sightings)
    publications.refresh(store.connection, publication_id, best, best.dossiers, all(s.withdrawn for s in sightings), now)
