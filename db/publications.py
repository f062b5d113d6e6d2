"""Publications in the database: finding what a sighting may belong to, writing one, and its documents."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from db.records import Segment, Sighting, Text
from db.store import load_sighting

# XML carries the structure, HTML most of it; a PDF has to be guessed from geometry.
TEXT_RANK = {
    "application/xml": 0,
    "text/xml": 0,
    "text/html": 1,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 2,
    "application/vnd.oasis.opendocument.text": 3,
    "application/pdf": 4,
    "text/plain": 5,
}


def save_text(connection: sqlite3.Connection, document_id: int, text: Text, at: datetime) -> None:
    """Write the text of a document and its segments."""
    folded = " ".join(text.text.split()).casefold()
    connection.execute(
        "UPDATE documents SET state = 'extracted', text = ?, text_hash = ?, pages = ?, words = ?, extractor = ?, extracted = ? WHERE id = ?",
        (
            text.text,
            hashlib.sha256(folded.encode()).hexdigest(),
            text.pages,
            len(folded.split()),
            text.extractor,
            at.isoformat(),
            document_id,
        ),
    )
    connection.execute("DELETE FROM segments WHERE document_id = ?", (document_id,))
    connection.executemany(
        'INSERT INTO segments (document_id, position, kind, number, within, speaker, level, page, start, "end", pieces, cells) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [_segment_row(document_id, position, segment) for position, segment in enumerate(text.segments)],
    )


def _segment_row(document_id: int, position: int, segment: Segment) -> tuple[object, ...]:
    pieces = json.dumps(segment.pieces) if segment.pieces else None
    cells = json.dumps(segment.cells) if segment.cells else None
    return (
        document_id, position, segment.kind, segment.number, segment.within, segment.speaker, segment.level, segment.page,
        segment.start, segment.end, pieces, cells,
    )  # fmt: skip


def load_text(connection: sqlite3.Connection, document_id: int) -> Text:
    """Read back the text of a document with its segments."""
    row = connection.execute("SELECT text, pages, extractor FROM documents WHERE id = ?", (document_id,)).fetchone()
    segments = connection.execute("SELECT * FROM segments WHERE document_id = ? ORDER BY position", (document_id,))
    return Text(
        text=row["text"],
        pages=row["pages"],
        extractor=row["extractor"],
        segments=tuple(
            Segment(
                kind=s["kind"],
                start=s["start"],
                end=s["end"],
                number=s["number"],
                within=s["within"],
                speaker=s["speaker"],
                level=s["level"],
                page=s["page"],
                pieces=_spans(s["pieces"]),
                cells=_spans(s["cells"]),
            )
            for s in segments
        ),
    )


def plain_text(connection: sqlite3.Connection, document_id: int) -> str:
    """The text of a document alone."""
    return str(connection.execute("SELECT text FROM documents WHERE id = ?", (document_id,)).fetchone()[0])


def _spans(text: str | None) -> tuple[tuple[int, int], ...]:
    return () if text is None else tuple((start, end) for start, end in json.loads(text))


def sighting_row(connection: sqlite3.Connection, sighting_id: int) -> sqlite3.Row:
    """One row of `sightings`."""
    row: sqlite3.Row = connection.execute("SELECT * FROM sightings WHERE id = ?", (sighting_id,)).fetchone()
    return row


def by_alias(connection: sqlite3.Connection, aliases: Iterable[str], besides: int) -> list[tuple[int, str]]:
    """Publications that another sighting with one of these identifiers belongs to, with the identifier."""
    names = sorted(set(aliases))
    marks = ", ".join("?" * len(names))
    rows = connection.execute(
        f"SELECT DISTINCT s.publication_id, a.alias FROM sighting_aliases a JOIN sightings s ON s.id = a.sighting_id "
        f"WHERE a.alias IN ({marks}) AND s.id != ? AND s.publication_id IS NOT NULL ORDER BY s.publication_id",
        (*names, besides),
    )
    return [(row[0], row[1]) for row in rows]


def by_text(connection: sqlite3.Connection, text_hash: str, besides: int, *, source: str, number: str | None) -> list[sqlite3.Row]:
    """Publications (id, kind, date) that have a document with exactly this text.

    Two papers to which one source gave different numbers are two papers, whatever their text; a provisional one is not numbered for good.
    """
    return connection.execute(
        "SELECT DISTINCT p.id, p.kind, p.date FROM documents d JOIN sightings s ON s.id = d.sighting_id "
        "JOIN publications p ON p.id = s.publication_id WHERE d.text_hash = ? AND s.id != ? AND NOT (s.source = ? "
        "AND json_extract(s.record, '$.provisional') = 0 AND json_extract(s.record, '$.number') IS NOT NULL "
        "AND json_extract(s.record, '$.number') != ?) ORDER BY p.id",
        (text_hash, besides, source if number is not None else "", number or ""),
    ).fetchall()


def near(connection: sqlite3.Connection, day: date, besides: int, *, source: str, days: int = 14) -> list[sqlite3.Row]:
    """Publications (id, kind, title, date, document_id, words) around a day that a late sighting may belong to: of other sources, or provisional ones
    of its own."""
    first, last = (day - timedelta(days=days)).isoformat(), (day + timedelta(days=days)).isoformat()
    return connection.execute(
        "SELECT p.id, p.kind, p.title, p.date, p.document_id, d.words FROM publications p JOIN documents d ON d.id = p.document_id "
        "WHERE p.date BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM sightings s WHERE s.publication_id = p.id AND (s.id = ? OR "
        "(s.source = ? AND json_extract(s.record, '$.provisional') = 0))) ORDER BY p.id",
        (first, last, besides, source),
    ).fetchall()


def names_of(connection: sqlite3.Connection, publication_id: int, besides: int) -> frozenset[str]:
    """The identifiers of a publication's other sightings."""
    rows = connection.execute(
        "SELECT a.alias FROM sighting_aliases a JOIN sightings s ON s.id = a.sighting_id WHERE s.publication_id = ? AND s.id != ?",
        (publication_id, besides),
    )
    return frozenset(row[0] for row in rows)


def is_new_print(connection: sqlite3.Connection, publication_id: int, sighting_id: int, source: str) -> bool:
    """Whether a sighting is the same paper of the same source in the same format once more: a reprint, or the final one after the provisional."""
    row = connection.execute(
        "SELECT 1 FROM sightings s JOIN documents d ON d.sighting_id = s.id JOIN documents n ON n.media_type = d.media_type "
        "WHERE s.publication_id = ? AND s.source = ? AND s.id != ? AND n.sighting_id = ? LIMIT 1",
        (publication_id, source, sighting_id, sighting_id),
    ).fetchone()
    return row is not None


def sightings_of(connection: sqlite3.Connection, publication_id: int) -> list[tuple[int, Sighting]]:
    """The sightings of a publication, oldest first, each with its row id."""
    rows = connection.execute("SELECT id, record FROM sightings WHERE publication_id = ? ORDER BY id", (publication_id,))
    return [(row["id"], load_sighting(row["record"])) for row in rows]


def best_document(connection: sqlite3.Connection, publication_id: int, source: str) -> int | None:
    """The document whose text is read: the best kind of text among each sighting's latest files, of equals that of the source that speaks, and the
    newest."""
    rows = connection.execute(
        "SELECT d.id, d.media_type, d.fetched, s.source, s.withdrawn FROM documents d JOIN sightings s ON s.id = d.sighting_id "
        "WHERE s.publication_id = ? AND d.state = 'extracted' AND d.version = "
        "(SELECT max(version) FROM documents x WHERE x.sighting_id = s.id AND x.state = 'extracted')",
        (publication_id,),
    ).fetchall()
    # What all sources took back keeps its text: what was read in it stays known, and is no news when it comes back unchanged.
    rows = [row for row in rows if not row["withdrawn"]] or rows
    ranked = sorted(rows, key=lambda row: (-TEXT_RANK.get(row["media_type"], 9), row["source"] == source, row["fetched"], row["id"]))
    return int(ranked[-1]["id"]) if ranked else None


def add_publication(connection: sqlite3.Connection, key: str, sighting: Sighting, at: datetime) -> int:
    """Write a new publication; gives its row."""
    row = connection.execute(
        "INSERT INTO publications (key, title, kind, date, url, first_seen, updated) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (key, sighting.title, sighting.kind, _day(sighting), sighting.url, at.isoformat(), at.isoformat()),
    ).fetchone()
    return int(row["id"])


def attach(connection: sqlite3.Connection, sighting_id: int, publication_id: int, reason: str) -> None:
    """Say which publication a sighting belongs to, and why."""
    connection.execute("UPDATE sightings SET publication_id = ?, joined_by = ? WHERE id = ?", (publication_id, reason, sighting_id))


def refresh(connection: sqlite3.Connection, publication_id: int, best: Sighting, dossiers: Sequence[str], withdrawn: bool, at: datetime) -> None:
    """Rewrite what is known of a publication from its sightings."""
    connection.execute(
        "UPDATE publications SET title = ?, kind = ?, date = ?, publisher = ?, office = ?, person = ?, number = ?, url = ?, "
        "document_id = ?, withdrawn = ?, updated = ? WHERE id = ?",
        (
            best.title, best.kind, _day(best), best.publisher, best.office, best.person, best.number, best.url,
            best_document(connection, publication_id, best.source), int(withdrawn), at.isoformat(), publication_id,
        ),
    )  # fmt: skip
    connection.execute("DELETE FROM publication_dossiers WHERE publication_id = ?", (publication_id,))
    connection.executemany(
        "INSERT INTO publication_dossiers (publication_id, dossier) VALUES (?, ?)", [(publication_id, dossier) for dossier in dossiers]
    )


def _day(sighting: Sighting) -> str | None:
    return None if sighting.published is None else sighting.published.isoformat()


def find_publication(connection: sqlite3.Connection, name: str) -> int | None:
    """The publication with this row id, key, or identifier of one of its sightings, with or without its source; None where several have it."""
    rows = connection.execute(
        "SELECT id FROM publications WHERE key = ? OR CAST(id AS TEXT) = ? UNION "
        "SELECT s.publication_id FROM sightings s JOIN sighting_aliases a ON a.sighting_id = s.id WHERE a.alias = ? AND s.publication_id IS NOT NULL",
        (name, name, name),
    ).fetchall()
    if not rows and (seen := find_sighting(connection, name)) is not None and seen["publication_id"] is not None:
        return int(seen["publication_id"])
    return int(rows[0][0]) if len(rows) == 1 else None


def find_sighting(connection: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    """The sighting named as `source:identifier`."""
    source, _, identifier = name.partition(":")
    row: sqlite3.Row | None = connection.execute("SELECT * FROM sightings WHERE source = ? AND identifier = ?", (source, identifier)).fetchone()
    return row


def publishers(connection: sqlite3.Connection) -> list[str]:
    """Who published what is stored, by any name that it goes by."""
    rows = connection.execute(
        "SELECT publisher FROM publications WHERE publisher IS NOT NULL UNION SELECT ministry FROM publications WHERE ministry IS NOT NULL"
    )
    return [row[0] for row in rows]
