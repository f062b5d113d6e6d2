"""The stages of the line: each takes one pending event and commits its result, the next event and "done" in one transaction.

No stage calls the next one; what follows is an event.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Protocol

from db import analyses, events, facts, joins, publications
from db.errors import ExtractionError
from db.records import Analysis, Context, Event, EventKind, ReadingCause, Sighting, Text
from db.store import load_sighting, record_failure
from pipeline.changes import compare, match_acts
from pipeline.identify import (
    LENGTH_OF_TEXT,
    SHORT,
    Candidate,
    least_common_text,
    may_be_form,
    publication_key,
    same_paper,
    spokesman,
    two_papers,
)

if TYPE_CHECKING:
    from pipeline.run import Line


log = logging.getLogger(__name__)


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
    """A sighting to the publication it belongs to: a new one, one that it joins, or its own that changed. Two that it shows to be one are noted."""
    store, now = line.store, line.now()
    sighting_id = int(event.subject)
    row = publications.sighting_row(store.connection, sighting_id)
    sighting = load_sighting(row["record"])
    with store.transaction() as connection:
        publication_id, kind = row["publication_id"], EventKind.PUBLICATION_REVISED
        found = _by_number(line, sighting_id, sighting)
        if publication_id is None:
            joined = found[0] if found else _by_text(line, sighting_id, sighting)
            if joined is None:
                kind = EventKind.PUBLICATION_NEW
                publication_id = publications.add_publication(connection, publication_key(sighting), sighting, now)
                publications.attach(connection, sighting_id, publication_id, "eerste vermelding")
            else:
                publication_id, reason = joined
                if not publications.is_new_print(connection, publication_id, sighting_id, sighting.source):
                    kind = EventKind.PUBLICATION_JOINED
                publications.attach(connection, sighting_id, publication_id, reason)
                joins.log_join(connection, sighting_id, publication_id, None, reason, now)
        for other, reason in found:
            if other != publication_id and joins.propose_join(connection, publication_id, other, f"{publication_key(sighting)}: {reason}", now):
                log.warning("publications %d and %d appear to be one sighting=%s reason=%s", publication_id, other, publication_key(sighting), reason)
        sightings = [s for _, s in publications.sightings_of(connection, publication_id)]
        best = spokesman(sightings)
        publications.refresh(connection, publication_id, best, best.dossiers, all(s.withdrawn for s in sightings), now)
        events.emit(connection, kind, publication_id, now)
        events.done(connection, event, now)
    return kind.removeprefix("publication.")


def _by_number(line: Line, sighting_id: int, sighting: Sighting) -> list[tuple[int, str]]:
    """The publications of other sightings that carry a number of this one, each once, the oldest first, with the reason."""
    found: dict[int, str] = {}
    for publication_id, alias in publications.by_alias(line.store.connection, (sighting.identifier, *sighting.aliases), sighting_id):
        found.setdefault(publication_id, f"zelfde nummer {alias}")
    return list(found.items())


def _by_text(line: Line, sighting_id: int, sighting: Sighting) -> tuple[int, str] | None:
    """The publication that a first sighting joins because it has the same text, with the reason."""
    connection = line.store.connection
    document = connection.execute(
        "SELECT text, text_hash, words FROM documents WHERE sighting_id = ? AND state = 'extracted' ORDER BY version DESC LIMIT 1", (sighting_id,)
    ).fetchone()
    if document is None or len(document["text"].strip()) < SHORT:
        return None
    for row in publications.by_text(connection, document["text_hash"], sighting_id, source=sighting.source, number=sighting.number):
        form = may_be_form(sighting, document["text"], _date(row["date"]))
        if not form and not two_papers(sighting, row["kind"], publications.names_of(connection, row["id"], sighting_id)):
            return row["id"], "zelfde tekst"
    return same_paper(sighting, document["text"], _candidates(connection, sighting_id, sighting, document["words"]))


def _candidates(connection: sqlite3.Connection, sighting_id: int, sighting: Sighting, words: int) -> Iterator[Candidate]:
    """The publications of about the same day and length; their texts are read one by one, because there may be hundreds."""
    if sighting.published is None:
        return
    for row in publications.near(connection, sighting.published, sighting_id, source=sighting.source):
        day = _date(row["date"])
        if min(words, row["words"]) >= LENGTH_OF_TEXT * least_common_text(sighting, row["title"], day) * max(words, row["words"]):
            yield Candidate(
                publication_id=row["id"],
                title=row["title"],
                text=publications.plain_text(connection, row["document_id"]),
                kind=row["kind"],
                day=day,
                names=publications.names_of(connection, row["id"], sighting_id),
            )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


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
        date=_date(day),
        doctype=kind,
        publisher=publisher,
        dossiers=sighting.dossiers,
        subjects=sighting.subjects,
    )
