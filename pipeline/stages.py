"""The stages of the line: each takes one pending event and commits its result, the next event and "done" in one transaction.

No stage calls the next one; what follows is an event.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Protocol

from db import analyses, events, facts, publications
from db.errors import ExtractionError
from db.records import Analysis, Context, Event, EventKind, ReadingCause, Sighting, Text
from db.store import load_sighting, record_failure
from pipeline.changes import compare, match_acts
from pipeline.identify import Candidate, publication_key, same_paper, spokesman

if TYPE_CHECKING:
    from pipeline.run import Line


class Reader(Protocol):
    """Whatever turns bytes into text and text into facts."""

    def extract(self, body: bytes, media_type: str, name: str) -> Text:
        """Bytes to text."""
        ...

    def analyse(self, text: Text, context: Context) -> Analysis:
        """Text to facts."""
        ...


def extract(line: Line, event: Event) -> str:
    """A sighting's newest file to text. A file that was read before, or cannot be read, goes on as well: nothing is lost on the way."""
    store, now = line.store, line.now()
    sighting_id = int(event.subject)
    document = store.connection.execute(
        "SELECT id, sha256, media_type, url, state FROM documents WHERE sighting_id = ? ORDER BY version DESC LIMIT 1", (sighting_id,)
    ).fetchone()
    text, failure = None, None
    if document is not None and document["state"] == "fetched":
        try:
            text = line.reader.extract(store.archive.get(document["sha256"]), document["media_type"], document["url"])
        except ExtractionError as error:
            failure = str(error)
    with store.transaction() as connection:
        if text is not None:
            publications.save_text(connection, document["id"], text, now)
        elif failure is not None:
            connection.execute("UPDATE documents SET state = 'failed' WHERE id = ?", (document["id"],))
            sighting = publications.sighting_row(connection, sighting_id)
            subject = f"{sighting['source']}:{sighting['identifier']}"
            record_failure(connection, "extract", subject, failure, document["url"], now, source=sighting["source"])
        readable = text is not None or (document is not None and document["state"] == "extracted")
        events.emit(connection, EventKind.DOCUMENT_EXTRACTED if readable else EventKind.DOCUMENT_FAILED, sighting_id, now)
        events.done(connection, event, now)
    return "text" if text is not None else "failed" if failure is not None else "unchanged"


def go_on_without_text(line: Line, event: Event) -> str:
    """What becomes of a sighting whose file broke its reader for good: the line goes on with what the listing said."""
    with line.store.transaction() as connection:
        connection.execute("UPDATE documents SET state = 'failed' WHERE sighting_id = ? AND state = 'fetched'", (int(event.subject),))
        events.emit(connection, EventKind.DOCUMENT_FAILED, int(event.subject), line.now())
        events.done(connection, event, line.now())
    return "without text"


def identify(line: Line, event: Event) -> str:
    """A sighting to the publication it belongs to: a new one, one that it joins, or its own that changed."""
    store, now = line.store, line.now()
    sighting_id = int(event.subject)
    row = publications.sighting_row(store.connection, sighting_id)
    sighting = load_sighting(row["record"])
    with store.transaction() as connection:
        publication_id, kind = row["publication_id"], EventKind.PUBLICATION_REVISED
        if publication_id is None:
            joined = _find(line, sighting_id, sighting)
            if joined is None:
                kind = EventKind.PUBLICATION_NEW
                publication_id = publications.add_publication(connection, publication_key(sighting), sighting, now)
                publications.attach(connection, sighting_id, publication_id, "eerste vermelding")
            else:
                kind, (publication_id, reason) = EventKind.PUBLICATION_JOINED, joined
                publications.attach(connection, sighting_id, publication_id, reason)
                publications.log_join(connection, sighting_id, publication_id, None, reason, now)
        sightings = [s for _, s in publications.sightings_of(connection, publication_id)]
        best = spokesman(sightings)
        publications.refresh(connection, publication_id, best, best.dossiers, all(s.withdrawn for s in sightings), now)
        events.emit(connection, kind, publication_id, now)
        events.done(connection, event, now)
    return kind.removeprefix("publication.")


def _find(line: Line, sighting_id: int, sighting: Sighting) -> tuple[int, str] | None:
    """The publication that a first sighting joins, with the reason."""
    connection = line.store.connection
    for publication_id, alias in publications.by_alias(connection, (sighting.identifier, *sighting.aliases), sighting_id):
        return publication_id, f"zelfde nummer {alias}"
    document = connection.execute(
        "SELECT text, text_hash FROM documents WHERE sighting_id = ? AND state = 'extracted' ORDER BY version DESC LIMIT 1", (sighting_id,)
    ).fetchone()
    if document is None or not document["text"].strip():
        return None
    if len(document["text"]) >= 200:
        for publication_id in publications.by_text(connection, document["text_hash"], sighting_id, source=sighting.source, number=sighting.number):
            return publication_id, "zelfde tekst"
    if sighting.published is None:
        return None
    rows = publications.near(connection, sighting.published, sighting_id, source=sighting.source)
    candidates = [Candidate(publication_id=row["id"], title=row["title"], text=row["text"]) for row in rows]
    return same_paper(sighting, document["text"], candidates)


def analyse(line: Line, event: Event) -> str:
    """A publication's best text to facts. A publication without text is judged by its title, so that it can still alert."""
    document_id = line.store.connection.execute("SELECT document_id FROM publications WHERE id = ?", (int(event.subject),)).fetchone()[0]
    return _analyse(line, event, document_id)


def analyse_title_only(line: Line, event: Event) -> str:
    """What becomes of a publication whose text broke its reader for good: it is judged by its title, so that it can still alert."""
    return _analyse(line, event, None)


def _analyse(line: Line, event: Event, document_id: int | None) -> str:
    store, now = line.store, line.now()
    publication_id = int(event.subject)
    row = store.connection.execute("SELECT * FROM publications WHERE id = ?", (publication_id,)).fetchone()
    text = Text(text="", segments=(), extractor="none") if document_id is None else publications.load_text(store.connection, document_id)
    sightings = [s for _, s in publications.sightings_of(store.connection, publication_id)]
    analysis = line.reader.analyse(text, _context(row["title"], row["date"], row["kind"], row["publisher"], spokesman(sightings)))
    old = facts.load_facts(store.connection, publication_id)
    matched = match_acts(old.promises, analysis.commitments)
    cause = _cause(event, withdrawn=bool(row["withdrawn"]), told=analyses.was_told(store.connection, publication_id))
    changes = compare(old, analysis, matched) if cause == "revised" else ()
    with store.transaction() as connection:
        analyses.save_analysis(connection, publication_id, document_id, analysis, {name: promise.id for name, promise in matched.items()}, now)
        revision = connection.execute(
            "INSERT INTO revisions (publication_id, document_id, at, cause, changes, acts_before) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            (publication_id, document_id, now.isoformat(), cause, _as_json([asdict(change) for change in changes]),
             _as_json([promise.act for promise in old.promises])),
        ).fetchone()  # fmt: skip
        events.emit(connection, EventKind.PUBLICATION_ANALYSED, revision["id"], now)
        events.done(connection, event, now)
    return "focus" if analysis.focus else "other"


def _cause(event: Event, *, withdrawn: bool, told: bool) -> ReadingCause:
    """Why a publication is read. What was told as new is never new again; what was only seen withdrawn was not told yet."""
    if not told:
        return "withdrawn" if withdrawn else "new"
    # A joined sighting brings another format of the same text: its facts count, but nobody is alerted again.
    return "joined" if event.kind is EventKind.PUBLICATION_JOINED else "revised"


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _context(title: str, day: str | None, kind: str, publisher: str | None, sighting: Sighting) -> Context:
    return Context(
        title=title,
        date=None if day is None else date.fromisoformat(day),
        doctype=kind,
        publisher=publisher,
        dossiers=sighting.dossiers,
        subjects=sighting.subjects,
    )
