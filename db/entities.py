"""The tables of a source that publishes its own: kept row by row with the place in its feed, and what must be put together anew afterwards.

A page's entities, the place after it and the papers that it touches are one transaction: a crawl that is killed goes on where it was, and what it
had not yet put together still waits.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.records import Entity
from db.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Pending:
    """An entity whose paper must be put together anew."""

    category: str
    id: str
    version: int
    """Counts up with each change, so that one which comes while the paper is being fetched is not taken for done."""


class Entities:
    """What is kept of one source's tables.

    Args:
        roots: categories that papers are put together around. A change to an entity touches itself and the roots one relation away.
    """

    def __init__(self, store: Store, source: str, roots: Iterable[str]) -> None:
        self._store = store
        self._source = source
        self._roots = frozenset(roots)

    def get(self, id_: str) -> Entity | None:
        """The entity of this id, also when it was deleted; None when it was never kept."""
        row = self._store.connection.execute("SELECT * FROM source_entities WHERE source = ? AND id = ?", (self._source, id_)).fetchone()
        return None if row is None else self._entity(row)

    def linking(self, relation: str, id_: str) -> list[Entity]:
        """The entities that are not deleted and have this relation to that one, in order of id."""
        rows = self._store.connection.execute(
            "SELECT * FROM source_entities WHERE source = :source AND deleted = 0 AND id IN "
            "(SELECT id FROM source_links WHERE source = :source AND target = :target AND relation = :relation) ORDER BY id",
            {"source": self._source, "target": id_, "relation": relation},
        )
        return [self._entity(row) for row in rows]

    def unknown(self, ids: Sequence[str]) -> list[str]:
        """Which of these ids were never kept."""
        return [id_ for id_ in ids if self.get(id_) is None]

    def keep(self, entities: Sequence[Entity], places: Mapping[str, str], at: datetime) -> int:
        """Keep a page and move to the places after it, in one transaction; gives how many entities were new or changed.

        A tombstone without a body leaves the last one standing, so that what is taken back can still be named. One of something that was never
        kept is nothing.
        """
        changed = 0
        with self._store.transaction() as connection:
            for entity in entities:
                changed += self._keep(connection, entity, at)
            connection.executemany(
                "INSERT INTO cursors (source, name, value, moved) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (source, name) DO UPDATE SET value = excluded.value, moved = excluded.moved",
                [(self._source, name, value, at.isoformat()) for name, value in places.items()],
            )
        return changed

    def pending(self) -> list[Pending]:
        """What waits to be put together, oldest first."""
        rows = self._store.connection.execute("SELECT category, id, version FROM source_pending WHERE source = ? ORDER BY rowid", (self._source,))
        return [Pending(category=row["category"], id=row["id"], version=row["version"]) for row in rows]

    def settle(self, done: Sequence[Pending]) -> None:
        """Strike out what was put together, unless it changed meanwhile."""
        with self._store.transaction() as connection:
            connection.executemany(
                "DELETE FROM source_pending WHERE source = ? AND id = ? AND version = ?",
                [(self._source, pending.id, pending.version) for pending in done],
            )

    def _keep(self, connection: sqlite3.Connection, entity: Entity, at: datetime) -> bool:
        before = self.get(entity.id)
        if entity.deleted:
            if before is None:
                return False
            if not entity.fields and not entity.links:
                entity = Entity(category=before.category, id=before.id, fields=before.fields, links=before.links, deleted=True)
        if before == entity:
            return False
        connection.execute(
            "INSERT INTO source_entities (source, id, category, fields, deleted, changed) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (source, id) DO UPDATE SET category = excluded.category, fields = excluded.fields, deleted = excluded.deleted, "
            "changed = excluded.changed",
            (self._source, entity.id, entity.category, json.dumps(entity.fields, ensure_ascii=False), int(entity.deleted), at.isoformat()),
        )
        connection.execute("DELETE FROM source_links WHERE source = ? AND id = ?", (self._source, entity.id))
        connection.executemany(
            "INSERT OR IGNORE INTO source_links (source, id, position, relation, target) VALUES (?, ?, ?, ?, ?)",
            [(self._source, entity.id, position, relation, target) for position, (relation, target) in enumerate(entity.links)],
        )
        for root in self._touched(connection, entity, before):
            connection.execute(
                "INSERT INTO source_pending (source, category, id, version) VALUES (?, ?, ?, 1) "
                "ON CONFLICT (source, id) DO UPDATE SET version = version + 1",
                (self._source, root["category"], root["id"]),
            )
        return True

    def _touched(self, connection: sqlite3.Connection, entity: Entity, before: Entity | None) -> list[sqlite3.Row]:
        links = entity.links + (before.links if before is not None else ())
        near = {entity.id, *(other for _, other in links)}
        return connection.execute(
            "SELECT category, id FROM source_entities WHERE source = :source AND category IN (SELECT value FROM json_each(:roots)) AND id IN "
            "(SELECT value FROM json_each(:near) UNION SELECT id FROM source_links WHERE source = :source AND target = :id) ORDER BY category, id",
            {"source": self._source, "roots": json.dumps(sorted(self._roots)), "near": json.dumps(sorted(near)), "id": entity.id},
        ).fetchall()

    def _entity(self, row: sqlite3.Row) -> Entity:
        links = self._store.connection.execute(
            "SELECT relation, target FROM source_links WHERE source = ? AND id = ? ORDER BY position", (self._source, row["id"])
        )
        return Entity(
            category=row["category"],
            id=row["id"],
            fields=tuple((name, value) for name, value in json.loads(row["fields"])),
            links=tuple((link["relation"], link["target"]) for link in links),
            deleted=bool(row["deleted"]),
        )
