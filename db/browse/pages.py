"""The start page and the page of one publication: rows of the database to the values that the templates show."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from db.browse import dutch
from db.browse.compare import differences
from db.browse.text import Fact, as_html, spans

SHOWN = 30
"""Rows of each list on the start page."""
SOON = 60
"""Days ahead that count as soon."""

_NEW = """SELECT p.id, p.title, p.kind, p.date, p.publisher, p.ministry, p.focus, p.first_seen,
    (SELECT group_concat(topic, ' ') FROM publication_topics t WHERE t.publication_id = p.id) AS topics,
    (SELECT count(*) FROM commitments c WHERE c.publication_id = p.id) AS promises,
    (SELECT count(*) FROM amounts a WHERE a.publication_id = p.id) AS amounts
    FROM publications p WHERE p.withdrawn = 0 AND p.date >= ? AND p.date <= ? ORDER BY p.focus DESC, p.date DESC, p.id DESC LIMIT ?"""
_DUE = """SELECT c.id, c.act, c.not_after, c.phrase, c.publication_id, c.sentence, p.title, p.date, p.ministry, p.publisher
    FROM commitments c JOIN publications p ON p.id = c.publication_id
    WHERE c.status = 'open' AND c.firm = 1 AND p.withdrawn = 0 AND """
_SOON = "c.not_after >= ? AND c.not_after <= ? ORDER BY c.not_after, c.id LIMIT ?"
_OVERDUE = "c.not_after < ? AND (c.grace_days = 0 OR date(c.not_after, '+' || c.grace_days || ' days') < ?) ORDER BY c.not_after DESC, c.id LIMIT ?"


def start(connection: sqlite3.Connection, today: date) -> dict[str, Any]:
    """What is new on a day and in the week before it, which promises are due or overdue, how the sources are."""
    now, week, soon = today.isoformat(), (today - timedelta(days=7)).isoformat(), (today + timedelta(days=SOON)).isoformat()
    new = connection.execute(_NEW, (week, now, 3 * SHOWN)).fetchall()
    sources = connection.execute("SELECT source, last_success, last_outcome, last_reason FROM source_health ORDER BY source").fetchall()
    return {
        "today": now,
        "new_today": [row for row in new if row["date"] == now],
        "new_week": [row for row in new if row["date"] != now][:SHOWN],
        "soon": connection.execute(_DUE + _SOON, (now, soon, SHOWN)).fetchall(),
        "overdue": connection.execute(_DUE + _OVERDUE, (now, now, SHOWN)).fetchall(),
        "sources": sources,
        "troubled": [row for row in sources if row["last_outcome"] == "failed"],
        "last_success": max((row["last_success"] for row in sources if row["last_success"]), default=None),
        "newest": connection.execute("SELECT max(date) FROM publications WHERE withdrawn = 0").fetchone()[0],
    }


def publication(connection: sqlite3.Connection, publication_id: int, version: int | None) -> dict[str, Any] | None:
    """Everything on the page of a publication; None when there is no such publication.

    Args:
        version: row of the document whose text the present one is compared with.
    """
    p = connection.execute("SELECT * FROM publications WHERE id = ?", (publication_id,)).fetchone()
    if p is None:
        return None
    key, document = (publication_id,), p["document_id"]
    promises = connection.execute(
        "SELECT c.*, (SELECT m.page FROM commitment_mentions m WHERE m.commitment_id = c.id ORDER BY m.start LIMIT 1) AS page, "
        "(SELECT min(m.start) FROM commitment_mentions m WHERE m.commitment_id = c.id AND m.document_id = ?) AS start "
        "FROM commitments c WHERE c.publication_id = ? ORDER BY c.not_after IS NULL, c.not_after, start, c.id",
        (document, publication_id),
    ).fetchall()
    documents = connection.execute(
        "SELECT d.id, d.url, d.media_type, d.version, d.fetched, d.state, d.words, d.pages, d.text_hash, s.source FROM documents d "
        "JOIN sightings s ON s.id = d.sighting_id WHERE s.publication_id = ? ORDER BY d.fetched, d.id",
        key,
    ).fetchall()
    row = connection.execute("SELECT text FROM documents WHERE id = ?", (document,)).fetchone()
    text = row["text"] if row else None
    segments = _segments(connection, document)
    topics = connection.execute("SELECT * FROM publication_topics WHERE publication_id = ? ORDER BY score DESC, topic", key).fetchall()
    other = next((d for d in documents if d["id"] == version and d["state"] == "extracted"), None)
    return {
        "p": p,
        "dossiers": connection.execute(
            "SELECT dossier, (SELECT count(*) FROM publication_dossiers o WHERE o.dossier = d.dossier) AS size FROM publication_dossiers d "
            "WHERE publication_id = ? ORDER BY dossier", key
        ).fetchall(),
        "sightings": connection.execute("SELECT source, url, withdrawn FROM sightings WHERE publication_id = ? ORDER BY id", key).fetchall(),
        "promises": promises,
        "history": _history(connection, publication_id),
        "amounts": connection.execute("SELECT * FROM amounts WHERE publication_id = ? ORDER BY start", key).fetchall(),
        "topics": [(row, list(dict.fromkeys(word for word, *_ in json.loads(row["evidence"])))) for row in topics],
        "references": connection.execute(
            "SELECT r.target, r.kind, min(r.text) AS text, min(r.start) AS start, count(*) AS times, "
            "(SELECT min(s.publication_id) FROM sighting_aliases a JOIN sightings s ON s.id = a.sighting_id "
            "WHERE a.alias = r.target AND s.publication_id != r.publication_id) AS known "
            "FROM publication_references r WHERE r.publication_id = ? GROUP BY r.target, r.kind ORDER BY min(r.start)", key
        ).fetchall(),
        "documents": documents,
        "other": other,
        "changes": None if other is None or text is None else _changes(connection, other["id"], text, segments),
        "text": Markup("") if text is None else as_html(text, segments, _facts(connection, publication_id, document, text)),
    }  # fmt: skip


def _segments(connection: sqlite3.Connection, document: int | None) -> list[sqlite3.Row]:
    return connection.execute("SELECT * FROM segments WHERE document_id = ? ORDER BY position", (document,)).fetchall()


def _history(connection: sqlite3.Connection, publication_id: int) -> dict[int, list[sqlite3.Row]]:
    rows = connection.execute(
        "SELECT h.*, p.title AS by_title FROM commitment_history h JOIN commitments c ON c.id = h.commitment_id "
        "JOIN publications p ON p.id = h.publication_id WHERE c.publication_id = ? ORDER BY h.at, h.id",
        (publication_id,),
    )
    found: dict[int, list[sqlite3.Row]] = {}
    for row in rows:
        found.setdefault(row["commitment_id"], []).append(row)
    return found


def _changes(connection: sqlite3.Connection, other: int, text: str, segments: list[sqlite3.Row]) -> list[Markup] | None:
    old = connection.execute("SELECT text FROM documents WHERE id = ?", (other,)).fetchone()["text"]
    return differences(_paragraphs(old, _segments(connection, other)), _paragraphs(text, segments))


def _paragraphs(text: str, segments: list[sqlite3.Row]) -> list[str]:
    """White space is folded: a line that breaks elsewhere is no difference."""
    stretches = [" ".join(text[a:b] for a, b in spans(row)) for row in segments] or text.split("\n\n")
    return [folded for stretch in stretches if (folded := " ".join(stretch.split()))]


def _facts(connection: sqlite3.Connection, publication_id: int, document: int, text: str) -> list[Fact]:
    key = (publication_id, document)
    facts = []
    mentions = connection.execute(
        "SELECT m.*, c.act, c.not_after AS by_day FROM commitment_mentions m JOIN commitments c ON c.id = m.commitment_id "
        "WHERE c.publication_id = ? AND m.document_id = ? ORDER BY m.start", key
    )  # fmt: skip
    times: dict[int, int] = {}
    for m in mentions:
        nth = times[m["commitment_id"]] = times.get(m["commitment_id"], 0) + 1
        anchor = f"toezegging-{m['commitment_id']}" + (f"-{nth}" if nth > 1 else "")
        until = f"; uiterlijk {dutch.day(m['by_day'])}" if m["by_day"] else ""
        facts.append(Fact(start=m["start"], end=m["end"], kind="toezegging", anchor=anchor, title=f"Toezegging: {m['act']}{until}"))
        at = text.find(m["phrase"], m["start"], m["end"]) if m["phrase"] else -1
        if at >= 0:
            end = at + len(m["phrase"])
            facts.append(Fact(start=at, end=end, kind="termijn", anchor=f"termijn-{at}", title=f"Termijn: {m['phrase']}{until}"))
    amounts = connection.execute("SELECT * FROM amounts WHERE publication_id = ? AND document_id = ?", key)
    for a in amounts:
        purpose = f" voor {a['purpose']}" if a["purpose"] else ""
        facts.append(Fact(start=a["start"], end=a["end"], kind="bedrag", anchor=f"bedrag-{a['start']}", title=f"Bedrag: {dutch.money(a)}{purpose}"))
    references = connection.execute("SELECT * FROM publication_references WHERE publication_id = ? AND document_id = ?", key)
    for r in references:
        facts.append(Fact(start=r["start"], end=r["end"], kind="verwijzing", anchor=f"verwijzing-{r['start']}", title=f"Verwijzing: {r['target']}"))
    for t in connection.execute("SELECT topic, evidence FROM publication_topics WHERE publication_id = ?", (publication_id,)):
        title = f"Onderwerp: {dutch.name('topics', t['topic'])}"
        for _, start, end in json.loads(t["evidence"]):
            if start is not None and end is not None:
                facts.append(Fact(start=start, end=end, kind="onderwerp", anchor=f"onderwerp-{t['topic']}-{start}", title=title))
    return facts
