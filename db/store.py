"""The database: opening it, its one write transaction at a time, and what a crawl reads and writes.

One process writes. WAL with full synchronisation: what an event announces is on the disk before anyone acts on it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from db import events
from db.archive import Archive
from db.errors import StoreError
from db.migrations import MIGRATIONS
from db.records import EventKind, FetchedFile, FileLink, Sighting

APPLICATION_ID = 0x4B616D72  # "Kamr": a database of ours says so in its header
_HEADER = 100
"""Bytes of SQLite's own header (https://sqlite.org/fileformat.html#the_database_header)."""
WAL_LIMIT = 64 * 1024 * 1024
GIVE_UP_AFTER = 3
"""Crawls that may fail to fetch a sighting's files before the line goes on with its title alone."""

Kept = Literal["new", "changed", "unchanged", "withdrawn"]


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownFile:
    """What is stored of one file of a sighting."""

    sha256: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is stored of a sighting: enough to tell new, changed and unchanged apart."""

    fingerprint: str
    withdrawn: bool
    complete: bool
    modified: str | None
    files: Mapping[str, KnownFile]
    attempts: int = 0
    """Crawls in a row that found no usable file."""


class Store:
    """One open database. Every write goes through `transaction`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path
        self.archive = Archive(path.parent / "raw")

    @classmethod
    def open(cls, path: Path, *, readonly: bool = False) -> Store:
        """Open the database, create it when absent, bring its schema up to date.

        Args:
            readonly: for looking; a database of another version than this one is then refused instead of brought up to date.

        Raises:
            StoreError: not a database, not ours, from another version, locked, or its folder cannot be written.
        """
        try:
            refuse_foreign(path)
            if readonly:
                if not path.exists():
                    raise StoreError(f"database: {path} does not exist; run `kamerspoor run` first")
                connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=10)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                connection = sqlite3.connect(path, isolation_level=None, timeout=10)
            connection.row_factory = sqlite3.Row
            _check_version(connection, path, readonly=readonly)
            if not readonly:
                _prepare(connection)
            _OURS.add(_file(path))
        except sqlite3.DatabaseError as error:
            raise StoreError(f"database: {path}: {error}; is it a Kamerspoor database, and may it be written?") from error
        except OSError as error:
            raise StoreError(f"database: {path}: {error.strerror or error}") from error
        return cls(connection, path)

    def close(self) -> None:
        """Close the connection; what was committed stays."""
        self.connection.close()

    @contextmanager
    def transaction(self, *, flushed: bool = True) -> Iterator[sqlite3.Connection]:
        """One write transaction: all of it or nothing.

        Args:
            flushed: whether it is on the disk before this returns. What is not survives the end of the process; a power cut may take it, and then
                takes all that was written after it as well, so that no watermark outlives what it covers.
        """
        if not flushed:
            self.connection.execute("PRAGMA synchronous = NORMAL")
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")
        finally:
            if not flushed:
                self.connection.execute("PRAGMA synchronous = FULL")

    # What a crawl asks

    def known(self, source: str, identifier: str) -> Known | None:
        """What is stored of this sighting, or None when it was never seen."""
        row = self.connection.execute(
            "SELECT id, fingerprint, withdrawn, incomplete, modified, attempts FROM sightings WHERE source = ? AND identifier = ?",
            (source, identifier),
        ).fetchone()
        if row is None:
            return None
        files = self.connection.execute(
            "SELECT url, sha256, etag, last_modified FROM documents WHERE sighting_id = ? ORDER BY version", (row["id"],)
        )
        return Known(
            fingerprint=row["fingerprint"],
            withdrawn=bool(row["withdrawn"]),
            complete=row["incomplete"] is None,
            modified=row["modified"],
            files={f["url"]: KnownFile(sha256=f["sha256"], etag=f["etag"], last_modified=f["last_modified"]) for f in files},
            attempts=row["attempts"],
        )

    def waiting(self, source: str) -> list[Sighting]:
        """Sightings whose files could not be fetched yet: tried again by each crawl, until the line goes on without them."""
        rows = self.connection.execute(
            "SELECT record FROM sightings WHERE source = ? AND incomplete IS NOT NULL AND attempts < ? AND withdrawn = 0 ORDER BY id",
            (source, GIVE_UP_AFTER),
        )
        return [sighting for sighting in (load_sighting(row["record"]) for row in rows) if sighting.files]

    def cursor(self, source: str, name: str) -> str | None:
        """A value that the source's last complete crawl left behind."""
        row = self.connection.execute("SELECT value FROM cursors WHERE source = ? AND name = ?", (source, name)).fetchone()
        return None if row is None else str(row["value"])

    def cursors(self, source: str) -> dict[str, str]:
        """All values that the source's crawls left behind."""
        return {r["name"]: r["value"] for r in self.connection.execute("SELECT name, value FROM cursors WHERE source = ?", (source,))}

    # What a crawl leaves

    def keep(self, sighting: Sighting, files: Sequence[FetchedFile], *, at: datetime, missing: str | None = None) -> Kept:
        """Keep a sighting with its bytes, and say what it is to us, in one transaction with its event.

        Args:
            files: what was fetched now; may be empty when nothing about the files changed.
            missing: why no usable file could be fetched. The sighting is offered again by the next crawls; after `GIVE_UP_AFTER` of them the
                line goes on with what the listing says, so that no publication is lost.
        """
        hashes = [self.archive.put(file.body) for file in files]
        with self.transaction(flushed=False) as connection:
            before = connection.execute(
                "SELECT id, fingerprint, withdrawn, incomplete, attempts FROM sightings WHERE source = ? AND identifier = ?",
                (sighting.source, sighting.identifier),
            ).fetchone()
            # Where the source offers no file at all there is nothing to wait for.
            tried = max(before["attempts"] if before else 0, 0 if sighting.files else GIVE_UP_AFTER - 1)
            attempts = 0 if missing is None else tried + 1
            sighting_id = _upsert_sighting(connection, sighting, at, missing, attempts)
            fresh = [_add_document(connection, sighting_id, file, sha256, at) for file, sha256 in zip(files, hashes, strict=True)]
            outcome = _outcome(before, sighting, any(fresh), complete=missing is None)
            event = _event(outcome, before, missing, attempts)
            if event is not None:
                events.emit(connection, event, sighting_id, at)
            if missing is not None:
                record_failure(connection, "fetch", f"{sighting.source}:{sighting.identifier}", missing, sighting.url, at, source=sighting.source)
            elif before is not None and before["incomplete"] is not None:
                _resolve_failures(connection, "fetch", f"{sighting.source}:{sighting.identifier}", at)
        return outcome

    def move_cursors(self, source: str, values: Mapping[str, str], *, at: datetime) -> None:
        """Move the source's watermarks; call it after everything that they cover is kept."""
        changed = {name: value for name, value in values.items() if self.cursor(source, name) != value}
        if not changed:
            return
        with self.transaction() as connection:
            connection.executemany(
                "INSERT INTO cursors (source, name, value, moved) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (source, name) DO UPDATE SET value = excluded.value, moved = excluded.moved",
                [(source, name, value, at.isoformat()) for name, value in changed.items()],
            )

    def start_crawl(self, source: str, at: datetime) -> int:
        """Note that a crawl began; gives its row."""
        with self.transaction() as connection:
            row = connection.execute("INSERT INTO crawls (source, started) VALUES (?, ?)", (source, at.isoformat()))
            return int(row.lastrowid or 0)

    def finish_crawl(
        self, crawl_id: int, *, at: datetime, outcome: Literal["ok", "failed", "stopped"], reason: str | None, counts: Mapping[str, int]
    ) -> None:
        """Note how a crawl ended and what it counted."""
        named = {name: counts.get(name, 0) for name in ("listed", "new", "changed", "withdrawn", "failed", "requests")}
        with self.transaction() as connection:
            connection.execute(
                "UPDATE crawls SET finished = ?, outcome = ?, reason = ?, listed = ?, new = ?, changed = ?, withdrawn = ?, failed = ?, "
                "requests = ?, counts = ? WHERE id = ?",
                (at.isoformat(), outcome, reason, *named.values(), json.dumps(dict(counts), sort_keys=True), crawl_id),
            )
            if outcome == "ok":  # what was wrong with the source is over
                connection.execute(
                    "UPDATE failures SET resolved = ? WHERE stage = 'crawl' AND resolved IS NULL "
                    "AND source = (SELECT source FROM crawls WHERE id = ?)",
                    (at.isoformat(), crawl_id),
                )

    def resolve(self, stage: str, subjects: str, *, at: datetime) -> None:
        """Note that the failures of a stage whose subject begins like this are over."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE failures SET resolved = ? WHERE stage = ? AND substr(subject, 1, ?) = ? AND resolved IS NULL",
                (at.isoformat(), stage, len(subjects), subjects),
            )

    def fail(self, stage: str, subject: str, reason: str, detail: str | None, at: datetime, *, source: str | None = None) -> None:
        """Keep a failure as a row with its reason; the same failure again only counts up."""
        with self.transaction() as connection:
            record_failure(connection, stage, subject, reason, detail, at, source=source)


def refuse_foreign(path: Path) -> None:
    """Look at a file before anything is written in it or beside it; what is absent or empty is no stranger's.

    Raises:
        StoreError: it is not a database, one of something else, or cannot be read.
    """
    try:
        strange = path.exists() and _is_foreign(path)
    except sqlite3.DatabaseError as error:
        raise StoreError(f"database: {path}: {error}; is it a Kamerspoor database?") from error
    except OSError as error:
        raise StoreError(f"database: {path}: {error.strerror or error}") from error
    if strange:
        raise StoreError(f"database: {path} is a database of something else; name another file with --db or KAMERSPOOR_DATABASE")


_OURS: set[tuple[int, int]] = set()
"""Files that this process opened as databases of ours: device and inode."""


def _file(path: Path) -> tuple[int, int]:
    there = path.stat()
    return there.st_dev, there.st_ino


def _is_foreign(path: Path) -> bool:
    # Not a second time in one process: to close any handle on a file drops the locks that SQLite holds on it through others (POSIX), and another
    # process then takes itself for the last one and removes the log from under our readers.
    if _file(path) in _OURS:
        return False
    with path.open("rb") as file:
        head = file.read(_HEADER)
    if not head or int.from_bytes(head[68:72], "big") == APPLICATION_ID:
        return False
    # Immutable, because a look at a WAL database would else leave files beside it. Our own name is in the file before any table of ours is.
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    finally:
        connection.close()


def _check_version(connection: sqlite3.Connection, path: Path, *, readonly: bool) -> None:
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    applied = {row[0] for row in connection.execute("SELECT name FROM _sqlite_migrations")} if there else set()
    known = {migration.name for migration in MIGRATIONS._migrations}
    if applied - known:
        raise StoreError(f"database: {path} was written by a newer Kamerspoor ({', '.join(sorted(applied - known))}); update this one")
    if readonly and known - applied:
        state = "is of an older Kamerspoor" if applied else "holds nothing yet"
        raise StoreError(f"database: {path} {state}; `kamerspoor run --db {path}` brings it up to date")


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    MIGRATIONS.apply(Database(connection))


def _upsert_sighting(connection: sqlite3.Connection, sighting: Sighting, at: datetime, missing: str | None, attempts: int) -> int:
    now = at.isoformat()
    values = {
        "source": sighting.source,
        "identifier": sighting.identifier,
        "url": sighting.url,
        "title": sighting.title,
        "kind": sighting.kind,
        "publisher": sighting.publisher,
        "published": None if sighting.published is None else sighting.published.isoformat(),
        "modified": None if sighting.modified is None else sighting.modified.isoformat(),
        "fingerprint": sighting.fingerprint(),
        "record": dump_sighting(sighting),
        "first_seen": now,
        "last_seen": now,
        "withdrawn": int(sighting.withdrawn),
        "incomplete": missing,
        "attempts": attempts,
    }
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    updates = ", ".join(f"{name} = excluded.{name}" for name in values if name not in ("source", "identifier", "first_seen"))
    row = connection.execute(
        f"INSERT INTO sightings ({names}) VALUES ({marks}) ON CONFLICT (source, identifier) DO UPDATE SET {updates} RETURNING id", values
    ).fetchone()
    sighting_id = int(row["id"])
    connection.execute("DELETE FROM sighting_aliases WHERE sighting_id = ?", (sighting_id,))
    connection.executemany(
        "INSERT INTO sighting_aliases (alias, sighting_id) VALUES (?, ?)",
        [(alias, sighting_id) for alias in sorted({sighting.identifier, *sighting.aliases})],
    )
    return sighting_id


def _add_document(connection: sqlite3.Connection, sighting_id: int, file: FetchedFile, sha256: str, at: datetime) -> bool:
    """Add one version of one file; False when these very bytes were there already."""
    values = (sighting_id, file.link.url, sha256)
    if connection.execute("SELECT 1 FROM documents WHERE sighting_id = ? AND url = ? AND sha256 = ?", values).fetchone():
        # The latest version decides: bytes that come back (A, B, A) are a change again, so their row moves to the end.
        latest = connection.execute(
            "SELECT sha256 FROM documents WHERE sighting_id = ? AND url = ? ORDER BY version DESC LIMIT 1", values[:2]
        ).fetchone()
        connection.execute(
            "UPDATE documents SET etag = ?, last_modified = ? WHERE sighting_id = ? AND url = ? AND sha256 = ?",
            (file.etag, file.last_modified, *values),
        )
        if latest["sha256"] == sha256:
            return False
        connection.execute(
            "UPDATE documents SET version = (SELECT max(version) + 1 FROM documents WHERE sighting_id = ?), fetched = ? "
            "WHERE sighting_id = ? AND url = ? AND sha256 = ?",
            (sighting_id, at.isoformat(), *values),
        )
        return True
    connection.execute(
        "INSERT INTO documents (sighting_id, url, sha256, media_type, size, etag, last_modified, version, fetched) VALUES "
        "(?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(version), 0) + 1 FROM documents WHERE sighting_id = ?), ?)",
        (*values, file.link.media_type, len(file.body), file.etag, file.last_modified, sighting_id, at.isoformat()),
    )
    return True


def _outcome(before: sqlite3.Row | None, sighting: Sighting, fresh: bool, *, complete: bool) -> Kept:
    if before is None:
        return "withdrawn" if sighting.withdrawn else "new"
    if sighting.withdrawn and not before["withdrawn"]:
        return "withdrawn"
    completed = complete and before["incomplete"] is not None
    same = before["fingerprint"] == sighting.fingerprint() and not fresh and not completed
    return "unchanged" if same else "changed"


def _event(outcome: Kept, before: sqlite3.Row | None, missing: str | None, attempts: int) -> EventKind | None:
    """Which event a kept sighting is. A sighting whose files are missing waits, and goes on with its title after the last try."""
    if outcome == "withdrawn":
        return EventKind.SIGHTING_WITHDRAWN
    if missing is not None:
        if before is not None and before["incomplete"] is not None and before["attempts"] >= GIVE_UP_AFTER:
            return None if outcome == "unchanged" else EventKind.SIGHTING_CHANGED
        if attempts < GIVE_UP_AFTER:
            return None
        return EventKind.SIGHTING_NEW if before is None or before["incomplete"] is not None else EventKind.SIGHTING_CHANGED
    if outcome == "unchanged":
        return None
    waited = before is not None and before["incomplete"] is not None and before["attempts"] < GIVE_UP_AFTER
    return EventKind.SIGHTING_NEW if outcome == "new" or waited else EventKind.SIGHTING_CHANGED


def _resolve_failures(connection: sqlite3.Connection, stage: str, subject: str, at: datetime) -> None:
    connection.execute(
        "UPDATE failures SET resolved = ? WHERE stage = ? AND subject = ? AND resolved IS NULL", (at.isoformat(), stage, subject)
    )


def record_failure(
    connection: sqlite3.Connection,
    stage: str,
    subject: str,
    reason: str,
    detail: str | None,
    at: datetime,
    *,
    source: str | None = None,
    quarantined: bool = False,
) -> None:
    """The same as `Store.fail`, inside a transaction that is already open.

    Args:
        quarantined: it will not be tried again.
    """
    now = at.isoformat()
    connection.execute(
        "INSERT INTO failures (stage, source, subject, reason, detail, first, last, quarantined) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (stage, subject, reason) DO UPDATE SET last = excluded.last, detail = excluded.detail, times = times + 1, "
        "quarantined = excluded.quarantined, resolved = NULL",
        (stage, source, subject, reason, detail, now, now, int(quarantined)),
    )


def dump_sighting(sighting: Sighting) -> str:
    """A sighting as JSON text."""
    return json.dumps(sighting.plain(), ensure_ascii=False, sort_keys=True, default=_plain)


def load_sighting(text: str) -> Sighting:
    """The sighting that `dump_sighting` wrote."""
    facts = json.loads(text)
    facts["published"] = None if facts["published"] is None else date.fromisoformat(facts["published"])
    facts["modified"] = None if facts["modified"] is None else datetime.fromisoformat(facts["modified"])
    facts["files"] = tuple(FileLink(**link) for link in facts["files"])
    for name in ("dossiers", "subjects", "aliases", "answers"):
        facts[name] = tuple(facts.get(name, ()))
    return Sighting(**facts)


def _plain(value: object) -> str:
    if isinstance(value, date):  # a datetime is a date too
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def sqlite_version_note() -> str | None:
    """A warning when the linked SQLite has the WAL-reset fault (https://sqlite.org/wal.html#walresetbug), else None."""
    version = sqlite3.sqlite_version_info
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    if fixed:
        return None
    return f"SQLite {sqlite3.sqlite_version} can lose commits when two processes checkpoint at once; keep to one writing process"


def latest_documents(connection: sqlite3.Connection, sighting_ids: Iterable[int]) -> list[sqlite3.Row]:
    """The newest version of the files of these sightings, newest first."""
    ids = list(sighting_ids)
    marks = ", ".join("?" * len(ids))
    return connection.execute(
        f"SELECT d.* FROM documents d WHERE d.sighting_id IN ({marks}) AND d.version = "
        "(SELECT max(version) FROM documents x WHERE x.sighting_id = d.sighting_id) ORDER BY d.fetched DESC, d.id DESC",
        ids,
    ).fetchall()
