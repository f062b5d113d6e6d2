"""The tables of a source that publishes its own: kept row by row with the place in its feed, and what must be put together anew afterwards.

A page's entities, the place after it and the papers that it touches are one transaction: a crawl that is killed goes on where it was, and what it
had not yet put together still waits. What a crawl of the past brought waits with its day, for the crawl that asks for that day.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

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

    def count(self, category: str, days: tuple[date, date] | None = None) -> int:
        """How many entities of a category there are, not deleted.

        Args:
            days: only those whose `datum` lies from the one day to the other.
        """
        query = "SELECT count(*) FROM source_entities e WHERE source = ? AND category = ? AND deleted = 0"
        values = [self._source, category]
        if days is not None:
            query += f" AND {_day('e', 'datum')} BETWEEN ? AND ?"
            values += [day.isoformat() for day in days]
        return int(self._store.connection.execute(query, values).fetchone()[0])

    def keep(
        self, entities: Sequence[Entity], places: Mapping[str, str], at: datetime, *, past: date | None = None, only_unknown: bool = False
    ) -> int:
        """Keep a page and move to the places after it, in one transaction; gives how many entities were new or changed.

        A tombstone without a body leaves the last one standing, so that what is taken back can still be named. One of something that was never
        kept is nothing.

        Args:
            past: what the page touches and is dated before this day waits for a crawl of its own day, unless it waits already.
            only_unknown: leave what is kept as it is: the page comes from an interface that tells less.
        """
        changed = 0
        with self._store.transaction() as connection:
            for entity in entities:
                if not (only_unknown and self.get(entity.id) is not None):
                    changed += self._keep(connection, entity, at, past=past)
            connection.executemany(
                "INSERT INTO cursors (source, name, value, moved) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (source, name) DO UPDATE SET value = excluded.value, moved = excluded.moved WHERE value != excluded.value",
                [(self._source, name, value, at.isoformat()) for name, value in places.items()],
            )
        return changed

    def pending(self, days: tuple[date, date] | None = None) -> list[Pending]:
        """What waits to be put together, oldest first.

        Args:
            days: what waits with a day between these; without, what waits without one.
        """
        first, last = ("", "") if days is None else (day.isoformat() for day in days)
        rows = self._store.connection.execute(
            "SELECT category, id, version FROM source_pending WHERE source = ? AND coalesce(day, '') BETWEEN ? AND ? ORDER BY rowid",
            (self._source, first, last),
        )
        return [Pending(category=row["category"], id=row["id"], version=row["version"]) for row in rows]

    def settle(self, done: Sequence[Pending]) -> None:
        """Strike out what was put together, unless it changed meanwhile."""
        with self._store.transaction() as connection:
            connection.executemany(
                "DELETE FROM source_pending WHERE source = ? AND id = ? AND version = ?",
                [(self._source, pending.id, pending.version) for pending in done],
            )

    def _keep(self, connection: sqlite3.Connection, entity: Entity, at: datetime, *, past: date | None) -> bool:
        before = self.get(entity.id)
        if entity.deleted:
            if before is None:
                return False
            if not entity.fields and not entity.links:
                entity = Entity(category=before.category, id=before.id, fields=before.fields, links=before.links, deleted=True)
        if before == entity:
            if past is None:  # what waited for a crawl of the past is listed now
                connection.execute("UPDATE source_pending SET day = NULL WHERE source = ? AND id = ? AND day IS NOT NULL", (self._source, entity.id))
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
        # What touches a paper that waits for its day leaves it waiting; the paper itself, when it is listed, does not.
        for root in self._touched(connection, entity, before):
            connection.execute(
                "INSERT INTO source_pending (source, category, id, version, day) VALUES (:source, :category, :id, 1, :day) ON CONFLICT (source, id) "
                "DO UPDATE SET version = version + 1, day = CASE WHEN :listed OR day IS NULL THEN NULL ELSE coalesce(:day, day) END",
                {
                    "source": self._source,
                    "category": root["category"],
                    "id": root["id"],
                    "day": root["day"] if past is not None and root["day"] is not None and root["day"] < past.isoformat() else None,
                    "listed": past is None and root["id"] == entity.id,
                },
            )
        return True

    def _touched(self, connection: sqlite3.Connection, entity: Entity, before: Entity | None) -> list[sqlite3.Row]:
        links = entity.links + (before.links if before is not None else ())
        near = {entity.id, *(other for _, other in links)}
        return connection.execute(
            f"SELECT category, id, {_day('e', 'datum', 'gestartOp', 'aanmaakdatum')} AS day FROM source_entities e "
            "WHERE source = :source AND category IN (SELECT value FROM json_each(:roots)) AND id IN "
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


def _day(table: str, *names: str) -> str:
    """SQL for the day in the first of these fields that an entity has."""
    either = " OR ".join(f"json_extract(f.value, '$[0]') = '{name}'" for name in names)
    return f"(SELECT substr(json_extract(f.value, '$[1]'), 1, 10) FROM json_each({table}.fields) f WHERE {either} LIMIT 1)"
