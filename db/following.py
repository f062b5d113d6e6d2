"""What is followed, so far as it bears on what a source is asked: dossiers of watches and of what is stored, and the papers of the last days."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

from db.store import Store

RECENT_DAYS = 365
"""How long a dossier is followed for a publication without an open promise."""
NEWS_DAYS = 60
"""A paper that is older when it is first seen comes from the past: nobody waits for more of it."""


class Following:
    """What is followed, seen by one source.

    Args:
        source: whose papers are meant.
    """

    def __init__(self, store: Store, source: str) -> None:
        self._store = store
        self._source = source

    def dossiers(self, today: date) -> tuple[str, ...]:
        """Numbers of the dossiers that a watch names, and of those of publications within the focus: of the last year, or with an open promise."""
        named = {
            dossier
            for row in self._store.connection.execute("SELECT dossiers FROM watches WHERE dossiers != '[]'")
            for dossier in json.loads(row["dossiers"])
        }
        rows = self._store.connection.execute(
            "SELECT DISTINCT d.dossier FROM publication_dossiers d JOIN publications p ON p.id = d.publication_id "
            "WHERE p.focus = 1 AND p.withdrawn = 0 AND (p.date >= ? OR EXISTS "
            "(SELECT 1 FROM commitments c WHERE c.publication_id = p.id AND c.status = 'open'))",
            ((today - timedelta(days=RECENT_DAYS)).isoformat(),),
        )
        return tuple(sorted(named | {row["dossier"] for row in rows}))

    def papers(self, since: date) -> tuple[str, ...]:
        """Identifiers of the source's papers that appeared from that day on; no annexes, nothing provisional or taken back."""
        rows = self._store.connection.execute(
            "SELECT identifier FROM sightings WHERE source = ? AND first_seen >= ? AND coalesce(published, first_seen) >= ? AND withdrawn = 0 "
            "AND kind IN ('kamerbrief', 'antwoord', 'nota', 'memorie', 'wetsvoorstel', 'verslag', 'rapport', 'advies') "
            "AND json_extract(record, '$.parent') IS NULL AND json_extract(record, '$.provisional') = 0 ORDER BY identifier",
            (self._source, since.isoformat(), (since - timedelta(days=NEWS_DAYS)).isoformat()),
        )
        return tuple(row["identifier"] for row in rows)

    def began(self) -> date | None:
        """The day on which the source was first read well."""
        row = self._store.connection.execute(
            "SELECT min(started) AS first FROM crawls WHERE source = ? AND outcome = 'ok'", (self._source,)
        ).fetchone()
        return None if row["first"] is None else datetime.fromisoformat(row["first"]).date()
