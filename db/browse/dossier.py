"""The page of a dossier: its publications, the newest first, and its open promises by deadline."""

from __future__ import annotations

import sqlite3
from typing import Any

SHOWN = 200


def dossier(connection: sqlite3.Connection, number: str) -> dict[str, Any] | None:
    """The values of the page; None when no publication belongs to it."""
    within = "p.withdrawn = 0 AND p.id IN (SELECT publication_id FROM publication_dossiers WHERE dossier = ?)"
    total = connection.execute(f"SELECT count(*) FROM publications p WHERE {within}", (number,)).fetchone()[0]
    if not total:
        return None
    rows = connection.execute(
        "SELECT p.id, p.title, p.kind, p.date, p.publisher, p.ministry, p.focus, "
        "(SELECT group_concat(topic, ' ') FROM publication_topics t WHERE t.publication_id = p.id) AS topics, "
        "(SELECT count(*) FROM commitments c WHERE c.publication_id = p.id) AS promises, "
        "(SELECT count(*) FROM amounts a WHERE a.publication_id = p.id) AS amounts "
        f"FROM publications p WHERE {within} ORDER BY p.date DESC, p.id DESC LIMIT ?",
        (number, SHOWN),
    ).fetchall()
    promises = connection.execute(
        "SELECT c.id, c.act, c.not_after, c.publication_id, p.title, p.ministry, p.publisher FROM commitments c "
        f"JOIN publications p ON p.id = c.publication_id WHERE c.status = 'open' AND c.not_after IS NOT NULL AND {within} "
        "ORDER BY c.not_after, c.id LIMIT ?",
        (number, SHOWN),
    ).fetchall()
    return {"dossier": number, "total": total, "rows": rows, "promises": promises}
