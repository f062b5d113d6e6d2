"""The page of one publication: rows of the database to the values that its template shows."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from db.addresses import promise_anchor
from db.browse import dutch, verdicts
from db.browse.compare import differences
from db.browse.text import Fact, as_html, contents, spans
from db.browse.verdicts import Said
from db.corrections import JUDGEMENTS, fact_names
from db.facts import load_promises


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """The names of a publication's facts, by row: what corrections and anchors hang on."""

    promises: dict[int, str]
    amounts: dict[int, str]

    @property
    def terms(self) -> dict[int, str]:
        """The deadline of each promise."""
        return {row: name.replace("commitment:", "deadline:") for row, name in self.promises.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Correctable:
    """The facts of a publication that a reader may contradict."""

    key: str
    title: str
    facts: dict[str, tuple[str, str]]
    """The name of each to what it says, and the anchor where it stands on the page."""
    said: dict[str, Said]


def publication(connection: sqlite3.Connection, publication_id: int, version: int | None) -> dict[str, Any] | None:
    """Everything on the page of a publication; None when there is no such publication.

    Args:
        version: row of the document whose text the present one is compared with.
    """
    p = connection.execute("SELECT * FROM publications WHERE id = ?", (publication_id,)).fetchone()
    if p is None:
        return None
    key, document = (publication_id,), p["document_id"]
    promises = _promises(connection, publication_id, document)
    amounts = connection.execute("SELECT * FROM amounts WHERE publication_id = ? ORDER BY start", key).fetchall()
    named = names(connection, publication_id, amounts)
    said = verdicts.said(connection, p["key"])
    documents = connection.execute(
        "SELECT d.id, d.url, d.media_type, d.version, d.fetched, d.state, d.words, d.pages, d.text_hash, s.source FROM documents d "
        "JOIN sightings s ON s.id = d.sighting_id WHERE s.publication_id = ? ORDER BY d.fetched, d.id",
        key,
    ).fetchall()
    row = connection.execute("SELECT text FROM documents WHERE id = ?", (document,)).fetchone()
    text = row["text"] if row else None
    segments = _segments(connection, document)
    topics = connection.execute("SELECT * FROM publication_topics WHERE publication_id = ? ORDER BY score DESC, topic", key).fetchall()
    references = connection.execute("SELECT * FROM publication_references WHERE publication_id = ? ORDER BY start, id", key).fetchall()
    placed = _Placed()
    facts = [] if text is None else placed.facts(connection, publication_id, document, text, amounts, references, topics, named, said)
    other = next((d for d in documents if d["id"] == version and d["state"] == "extracted"), None)
    return {
        "p": p,
        "dossiers": connection.execute(
            "SELECT dossier, (SELECT count(*) FROM publication_dossiers o WHERE o.dossier = d.dossier) AS size FROM publication_dossiers d "
            "WHERE publication_id = ? ORDER BY dossier", key
        ).fetchall(),
        "annexes": _naming(connection, publication_id, corrections=False),
        "annex_of": _named(connection, "annexes", publication_id),
        "corrected_by": _naming(connection, publication_id, corrections=True),
        "corrects": _named(connection, "corrected_papers", publication_id),
        "sightings": connection.execute("SELECT source, url, withdrawn FROM sightings WHERE publication_id = ? ORDER BY id", key).fetchall(),
        "promises": promises,
        "history": _history(connection, publication_id),
        "done": _done(connection, publication_id),
        "amounts": amounts,
        "topics": [(row, placed.words(row)) for row in topics],
        "references": _references(connection, publication_id, references, placed),
        "alerts": connection.execute(
            "SELECT id, watch, kind, raised, summary FROM alerts WHERE publication_id = ? ORDER BY raised, id", key
        ).fetchall(),
        "named": named,
        "said": said,
        "anchor": placed.anchors,
        "documents": documents,
        "other": other,
        "changes": None if other is None or text is None else _changes(connection, other["id"], text, segments),
        "contents": [] if text is None else contents(text, segments),
        "text": Markup("") if text is None else as_html(text, segments, facts),
    }  # fmt: skip


def names(connection: sqlite3.Connection, publication_id: int, amounts: Sequence[sqlite3.Row]) -> Named:
    """The names of the facts of a publication.

    Args:
        amounts: its rows of `amounts`, in order.
    """
    promises = load_promises(connection, publication_id)
    return Named(
        promises=dict(zip((one.id for one in promises), fact_names("commitment", (one.sentence for one in promises)), strict=True)),
        amounts=dict(zip((row["id"] for row in amounts), fact_names("amount", (row["sentence"] for row in amounts)), strict=True)),
    )


def correctable(connection: sqlite3.Connection, publication_id: int) -> Correctable | None:
    """What a reader may contradict; None when there is no such publication."""
    p = connection.execute("SELECT key, title, document_id FROM publications WHERE id = ?", (publication_id,)).fetchone()
    if p is None:
        return None
    promises = _promises(connection, publication_id, p["document_id"])
    amounts = connection.execute("SELECT * FROM amounts WHERE publication_id = ? ORDER BY start", (publication_id,)).fetchall()
    named = names(connection, publication_id, amounts)
    found = {named.promises[row["id"]]: (f"Toezegging: {row['act']}. {row['sentence']}", promise_anchor(row["id"])) for row in promises}
    for row in promises:
        if row["phrase"] or row["not_after"]:
            until = f", gelezen als uiterlijk {dutch.day(row['not_after'])}" if row["not_after"] else ""
            found[named.terms[row["id"]]] = (f"Termijn: {row['phrase'] or ''}{until}", promise_anchor(row["id"]))
    for row in amounts:
        found[named.amounts[row["id"]]] = (f"Bedrag: {dutch.money(row)}. {row['sentence']}", amount_anchor(named.amounts[row["id"]]))
    for row in connection.execute("SELECT topic FROM publication_topics WHERE publication_id = ?", (publication_id,)):
        found[f"topic:{row['topic']}"] = (f"Onderwerp: {dutch.name('topics', row['topic'])}", "onderwerpen")
    for row in _done(connection, publication_id):
        if row["kind"] in JUDGEMENTS:
            found[f"track:{row['kind']}"] = (f"{dutch.name('history', row['kind']).capitalize()}: {row['act'] or row['reason']}", "eerder")
    for row in connection.execute("SELECT watch, summary FROM alerts WHERE publication_id = ? ORDER BY raised", (publication_id,)):
        found[f"alert:{row['watch']}"] = (f"Melding aan {row['watch']}: {row['summary']}", "meldingen")
    said = verdicts.said(connection, p["key"])
    for fact in said:  # what was taken back stands nowhere else any more
        if fact.startswith("track:"):
            found.setdefault(fact, (dutch.name("history", fact.removeprefix("track:")).capitalize(), "eerder"))
    return Correctable(key=p["key"], title=p["title"], facts=found, said=said)


def amount_anchor(name: str) -> str:
    """`amount:3f2a.2` as `bedrag-3f2a-2`."""
    return name.replace("amount:", "bedrag-").replace(".", "-")


def _promises(connection: sqlite3.Connection, publication_id: int, document: int | None) -> list[sqlite3.Row]:
    return connection.execute(
        "SELECT c.*, (SELECT m.page FROM commitment_mentions m WHERE m.commitment_id = c.id ORDER BY m.start LIMIT 1) AS page, "
        "(SELECT m.answers FROM commitment_mentions m WHERE m.commitment_id = c.id ORDER BY m.start LIMIT 1) AS answers, "
        "(SELECT min(m.start) FROM commitment_mentions m WHERE m.commitment_id = c.id AND m.document_id = ?) AS start "
        "FROM commitments c WHERE c.publication_id = ? ORDER BY c.not_after IS NULL, c.not_after, start, c.id",
        (document, publication_id),
    ).fetchall()


def _named(connection: sqlite3.Connection, view: Literal["annexes", "corrected_papers"], publication_id: int) -> list[sqlite3.Row]:
    """What a publication is an annex, or a correction, of."""
    return connection.execute(
        f"SELECT DISTINCT m.id, m.title FROM {view} v JOIN publications m ON m.id = v.main_id WHERE v.publication_id = ? ORDER BY m.id",
        (publication_id,),
    ).fetchall()


def _naming(connection: sqlite3.Connection, publication_id: int, *, corrections: bool) -> list[sqlite3.Row]:
    """The annexes of a publication, or its corrections: the views, begun at the end that is known here. (An index on an expression is used for a
    value without the affinity of a column: hence the plus.)"""
    return connection.execute(
        "SELECT DISTINCT p.id, p.title FROM sightings m CROSS JOIN sighting_aliases a ON a.sighting_id = m.id CROSS JOIN sightings s "
        "ON json_extract(s.record, '$.parent') = +a.alias AND json_extract(s.record, '$.parent') IS NOT NULL CROSS JOIN publications p "
        "ON p.id = s.publication_id WHERE m.publication_id = :id AND p.id != :id AND p.withdrawn = 0 "
        "AND (s.source = 'koop' AND s.identifier GLOB '*-n[0-9]*') = :corrections ORDER BY p.date, p.id",
        {"id": publication_id, "corrections": corrections},
    ).fetchall()


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


def _done(connection: sqlite3.Connection, publication_id: int) -> list[sqlite3.Row]:
    """What this publication does to earlier promises, questions and advice."""
    return connection.execute(
        "SELECT h.kind, h.to_date, h.to_phrase, h.sentence, h.reason, c.id, c.act, p.id AS earlier, p.title FROM commitment_history h "
        "LEFT JOIN commitments c ON c.id = h.commitment_id LEFT JOIN publications p ON p.id = coalesce(c.publication_id, h.about_publication) "
        "WHERE h.publication_id = ? AND h.kind NOT IN ('due', 'overdue') AND (c.id IS NULL OR c.publication_id != h.publication_id) ORDER BY h.id",
        (publication_id,),
    ).fetchall()


def _changes(connection: sqlite3.Connection, other: int, text: str, segments: list[sqlite3.Row]) -> list[Markup] | None:
    old = connection.execute("SELECT text FROM documents WHERE id = ?", (other,)).fetchone()["text"]
    return differences(_paragraphs(old, _segments(connection, other)), _paragraphs(text, segments))


def _paragraphs(text: str, segments: list[sqlite3.Row]) -> list[str]:
    """White space is folded: a line that breaks elsewhere is no difference."""
    stretches = [" ".join(text[a:b] for a, b in spans(row)) for row in segments] or text.split("\n\n")
    return [folded for stretch in stretches if (folded := " ".join(stretch.split()))]


def _references(connection: sqlite3.Connection, publication_id: int, rows: Sequence[sqlite3.Row], placed: _Placed) -> list[dict[str, Any]]:
    """Each paper, law or case once, with how often it is named and the publication that it is, where we have it."""
    known = dict(
        connection.execute(
            "SELECT r.target, min(s.publication_id) FROM publication_references r JOIN sighting_aliases a ON a.alias = r.target "
            "JOIN sightings s ON s.id = a.sighting_id WHERE r.publication_id = ? AND s.publication_id != r.publication_id GROUP BY r.target",
            (publication_id,),
        ).fetchall()
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        first = {"target": row["target"], "text": row["text"], "anchor": placed.anchors.get(("reference", row["id"])), "times": 0}
        one = found.setdefault(row["target"], first | {"known": known.get(row["target"])})
        one["times"] += 1
    return list(found.values())


class _Placed:
    """Facts with the anchors that stay when a text moves: by what the fact is, with a number where it stands in a text more than once."""

    def __init__(self) -> None:
        self.anchors: dict[tuple[str, object], str] = {}
        """Kind and row (of a topic: name and word) to the anchor of its first place."""
        self._times: dict[str, int] = {}

    def words(self, topic: sqlite3.Row) -> list[tuple[str, str | None]]:
        """The words that decided for a topic, each once, with the anchor of its first place in the text."""
        terms = dict.fromkeys(term for term, *_ in json.loads(topic["evidence"]))
        return [(term, self.anchors.get(("topic", (topic["topic"], term)))) for term in terms]

    def facts(
        self, connection: sqlite3.Connection, publication_id: int, document: int, text: str, amounts: Iterable[sqlite3.Row],
        references: Iterable[sqlite3.Row], topics: Iterable[sqlite3.Row], named: Named, said: dict[str, Said],
    ) -> list[Fact]:  # fmt: skip
        """Every place to mark in this document."""
        mentions = connection.execute(
            "SELECT m.*, c.act, c.not_after AS by_day FROM commitment_mentions m JOIN commitments c ON c.id = m.commitment_id "
            "WHERE c.publication_id = ? AND m.document_id = ? ORDER BY m.start, m.id", (publication_id, document)
        ).fetchall()  # fmt: skip
        found = [fact for row in mentions for fact in self._promise(row, text, named, said)]
        for row in amounts:
            if row["document_id"] == document:
                name, purpose = named.amounts[row["id"]], f" voor {row['purpose']}" if row["purpose"] else ""
                title = f"Bedrag: {dutch.money(row)}{purpose}{verdicts.struck(name, said)}"
                found.append(self._fact(row["start"], row["end"], "bedrag", amount_anchor(name), title, ("amount", row["id"]), name in said))
        for row in references:
            if row["document_id"] == document:
                anchor = "verwijzing-" + re.sub(r"[^a-z0-9]+", "-", row["target"].lower()).strip("-")
                found.append(self._fact(row["start"], row["end"], "verwijzing", anchor, f"Verwijzing: {row['target']}", ("reference", row["id"])))
        for row in topics:
            fact = f"topic:{row['topic']}"
            title = f"Onderwerp: {dutch.name('topics', row['topic'])}{verdicts.struck(fact, said)}"
            placed = [one for one in json.loads(row["evidence"]) if one[1] is not None and one[2] is not None]
            for term, start, end in sorted(placed, key=lambda one: (one[1], one[2])):
                key = ("topic", (row["topic"], term))
                found.append(self._fact(start, end, "onderwerp", f"onderwerp-{row['topic']}", title, key, fact in said))
        return found

    def _promise(self, row: sqlite3.Row, text: str, named: Named, said: dict[str, Said]) -> Iterable[Fact]:
        promise = row["commitment_id"]
        until = f"; uiterlijk {dutch.day(row['by_day'])}" if row["by_day"] else ""
        name, term = named.promises[promise], named.terms[promise]
        title = f"Toezegging: {row['act']}{until}{verdicts.struck(name, said)}"
        yield self._fact(row["start"], row["end"], "toezegging", promise_anchor(promise), title, ("promise", promise), name in said)
        at = text.find(row["phrase"], row["start"], row["end"]) if row["phrase"] else -1
        if at >= 0:
            title = f"Termijn: {row['phrase']}{until}{verdicts.struck(term, said)}"
            yield self._fact(at, at + len(row["phrase"]), "termijn", f"termijn-{promise}", title, ("term", promise), term in said)

    def _fact(self, start: int, end: int, kind: str, anchor: str, title: str, key: tuple[str, object], wrong: bool = False) -> Fact:
        nth = self._times[anchor] = self._times.get(anchor, 0) + 1
        anchor = anchor if nth == 1 else f"{anchor}-{nth}"
        self.anchors.setdefault(key, anchor)
        return Fact(start=start, end=end, kind=f"{kind} weersproken" if wrong else kind, anchor=anchor, title=title)
