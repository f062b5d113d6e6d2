"""Search: what is typed and chosen to the publications that fit, the best first, with the words in their sentence and counts that narrow further."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from heapq import nsmallest
from threading import Lock
from typing import Any

from markupsafe import Markup, escape

from db.browse import dutch
from db.browse.kept import Kept
from db.browse.query import Query, read
from db.browse.shelf import FACETS, Shelf, as_bits, as_ids, renewed
from db.browse.terms import StoredTerms
from db.browse.text import safe
from db.browse.vocabulary import expand, folded

SHOWN = 20
MOST_PAGES = 50
VALUES = 15
"""Choices that one facet shows."""
EXPORTED = 5000
"""Rows of one CSV or JSON file."""
RANKED = 15_000
"""Texts with the words up to which each is weighed. Of more, weighing all would take longer than a reader waits and tell little: words that stand
in so many texts set none apart. Then the newest come first, and of the newest `NEWEST` those that have the words in their title."""
NEWEST = 1000
_ORDERS = ("", "nieuw")
FIELDS = ("q", *FACETS, "dossier", "volgorde")
GROUPS = {"soort": "kinds", "onderwerp": "topics", "bron": "sources"}
"""Facet to the table of `words.toml` that names its values."""
TITLES = {"soort": "Soort", "ministerie": "Ministerie", "onderwerp": "Onderwerp", "jaar": "Jaar", "bron": "Bron"}
COLUMNS = ("titel", "soort", "datum", "ministerie", "uitgever", "samenvatting", "bron", "hier")
"""Of one row in a CSV or JSON file: `bron` is the publisher's address, `hier` ours."""
_OPEN, _CLOSE = "\x02", "\x03"
_LOOKED_AT = 200_000
"""Letters of a text in which the words that count for it are looked for."""
_PREFIXED = 50
"""Words of one text that are marked for one beginning."""
# bm25 is negative, the best the lowest. A hit in the title weighs eight times one in the text; a piece of today counts double, one of half a year
# ago half as much more, so that old pieces sink without ever being hidden.
_WEIGHED = "SELECT rowid, bm25(search, 8.0, 1.0) FROM search WHERE search MATCH ?"
_MATCHING = "SELECT json_group_array(rowid) FROM search WHERE search MATCH ?"
_HALF = 180
_SELECTED = "p.id, p.key, p.title, p.kind, p.date, p.publisher, p.ministry, p.focus, p.summary, p.url, p.first_seen, p.updated, p.document_id"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    """One way to narrow: its values among the hits as the other choices leave them."""

    name: str
    title: str
    chosen: str
    values: Sequence[tuple[str, str, int]]
    """Value, what a reader calls it, number of hits."""
    left_out: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Hits:
    """Everything that fits a question."""

    asked: dict[str, str]
    query: Query
    match: str | None
    notes: Sequence[str]
    chosen: dict[str, int]
    """Field to the publications that it leaves."""
    matching: int
    """The publications that have the words, shown or not."""
    bits: int


@dataclass(slots=True)
class Searcher:
    """Keeps what narrows (`Shelf`) and which words count as which until something new has been read."""

    _shelf: Shelf = field(default_factory=Shelf)
    _lock: Lock = field(default_factory=Lock)
    _expanded: dict[str, list[str]] = field(default_factory=dict)
    _terms: int = 0
    _kept: Kept = field(default_factory=Kept)
    """Query of FTS5 to its publications: who narrows or turns the page asks the same again."""

    def renew(self, connection: sqlite3.Connection) -> Shelf:
        """Take in what changed. At the very first that is all publications, so whoever asks gives it no time limit."""
        with self._lock:
            self._shelf = renewed(self._shelf, connection)
            terms = connection.execute("SELECT coalesce(max(id), 0) FROM search_terms").fetchone()[0]
            if terms != self._terms:
                self._terms, self._expanded = terms, {}
            return self._shelf

    def found(self, connection: sqlite3.Connection, asked: dict[str, str], number: int, today: date) -> dict[str, Any]:
        """The values of the page.

        Args:
            asked: `FIELDS` to what was typed or chosen.
            number: page of the results, from 1.
            today: what "recent" hangs on.
        """
        shelf = self.renew(connection)
        hits = self._hits(connection, shelf, asked)
        total = hits.bits.bit_count()
        pages = min(-(-total // SHOWN), MOST_PAGES)
        number = min(max(number, 1), max(pages, 1))
        ids = _ordered(connection, shelf, hits, number * SHOWN, today)[(number - 1) * SHOWN :]
        rows = _rows(connection, ids)
        shown = self._snippets(connection, hits, rows) if hits.match else {}
        return {
            "asked": hits.asked,
            "notes": hits.notes,
            "searched": bool(hits.match or hits.chosen),
            "total": total,
            "hits": [(row, *shown.get(row["id"], (escape(safe(row["title"])), Markup("")))) for row in rows],
            "page": number,
            "pages": pages,
            "facets": _facets(shelf, hits),
            "orders": _ORDERS,
            "wide": hits.match is not None and hits.asked["volgorde"] != "nieuw" and hits.matching.bit_count() > RANKED,
        }

    def rows(self, connection: sqlite3.Connection, asked: dict[str, str], most: int, today: date) -> list[sqlite3.Row]:
        """The first so many of the same publications, in the same order."""
        shelf = self.renew(connection)
        return _rows(connection, _ordered(connection, shelf, self._hits(connection, shelf, asked), most, today))

    def _hits(self, connection: sqlite3.Connection, shelf: Shelf, asked: dict[str, str]) -> _Hits:
        query = read(asked["q"])
        notes = list(query.notes)
        asked = asked | {name: value for name, value in query.values.items() if not asked[name]}
        for name in FACETS:
            if name in query.values and (value := _value(shelf, name, query.values[name])) is not None:
                asked[name] = value
            elif name in query.values:
                notes.append(f"Er is geen stuk met {name} “{query.values[name]}”.")
        chosen = {name: shelf.masks[name].get(asked[name], 0) for name in FACETS if asked[name]}
        if asked["dossier"]:
            within = "SELECT json_group_array(publication_id) FROM publication_dossiers WHERE dossier = ?"
            chosen["dossier"] = _bits(connection, within, asked["dossier"])
        match = query.match(lambda word: self._expand(connection, word))
        bits = matching = shelf.shown
        if match is not None:
            matching = self._kept.get(connection, match, partial(_bits, connection, _MATCHING, match))
            bits &= matching
        elif not chosen:
            bits = 0
        for mask in chosen.values():
            bits &= mask
        return _Hits(asked=asked, query=query, match=match, notes=notes, chosen=chosen, matching=matching, bits=bits)

    def _expand(self, connection: sqlite3.Connection, word: str) -> list[str]:
        if word not in self._expanded:
            self._expanded[word] = expand(word, StoredTerms(connection))
        return self._expanded[word]

    def _present(self, connection: sqlite3.Connection, text: str, word: str) -> list[str]:
        return [one for one in self._expand(connection, word) if one in text or not one.isascii()] or [word]

    def _snippets(self, connection: sqlite3.Connection, hits: _Hits, rows: Sequence[sqlite3.Row]) -> dict[int, tuple[Markup, Markup]]:
        """The title and the best place in the text of each, with the words marked."""
        found = {}
        for row in rows:
            text = connection.execute("SELECT substr(text, 1, ?) FROM documents WHERE id = ?", (_LOOKED_AT, row["document_id"])).fetchone()
            # FTS5 looks up every word of the question for every text: only those that this one has
            plain = _plain(f"{row['title']} {'' if text is None else text[0] or ''}")
            narrow = hits.query.match(partial(self._present, connection, plain), partial(_beginning, plain))
            marked = _snippet(connection, narrow, row["id"]) or _snippet(connection, hits.match, row["id"])
            if marked is not None:
                found[row["id"]] = (_marked(marked["title"]), _marked(marked["text"]))
        return found


def exported(rows: Sequence[sqlite3.Row], absolute: Callable[[str], str]) -> list[dict[str, Any]]:
    """The rows for a file, by the names of `COLUMNS`.

    Args:
        absolute: makes an absolute address of a path of ours.
    """
    return [
        {
            "titel": row["title"], "soort": row["kind"], "datum": row["date"], "ministerie": row["ministry"], "uitgever": row["publisher"],
            "samenvatting": row["summary"], "bron": row["url"], "hier": absolute(f"/publicatie/{row['id']}"),
        }
        for row in rows
    ]  # fmt: skip


def _bits(connection: sqlite3.Connection, sql: str, value: str) -> int:
    """The publications of a query that gives them as one list: half the time of a row for each."""
    return as_bits(json.loads(connection.execute(sql, (value,)).fetchone()[0]))


def _beginning(text: str, begin: str) -> set[str]:
    return set(re.findall(rf"\b{re.escape(folded(begin))}\w*", text)[:_PREFIXED])


def _plain(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _value(shelf: Shelf, name: str, typed: str) -> str | None:
    """The value of a facet that someone means: by its name or ours, or by a part that only one has."""
    wanted = folded(typed)
    names = {value: (folded(value), folded(dutch.name(GROUPS[name], value) if name in GROUPS else value)) for value in shelf.masks[name]}
    for value, called in names.items():
        if wanted in called:
            return value
    holding = [value for value, called in names.items() if any(wanted in one for one in called)]
    return holding[0] if len(holding) == 1 else None


def _ordered(connection: sqlite3.Connection, shelf: Shelf, hits: _Hits, most: int, today: date) -> list[int]:
    """The first so many of the hits, the best first."""
    if hits.match is None or hits.asked["volgorde"] == "nieuw":
        return shelf.newest(hits.bits, most)
    if hits.matching.bit_count() > RANKED:
        return _titles_first(connection, hits.match, shelf.newest(hits.bits, max(most, NEWEST)))[:most]
    fits, days, now = set(as_ids(hits.bits)), shelf.days, today.toordinal()
    cursor = connection.cursor()
    cursor.row_factory = None
    weighed = (
        (weight * (1 + 1 / (1 + max(0, now - days[one]) / _HALF)), -days[one], -one)
        for one, weight in cursor.execute(_WEIGHED, (hits.match,))
        if one in fits
    )
    return [-one for _, _, one in nsmallest(most, weighed)]


def _titles_first(connection: sqlite3.Connection, match: str, ids: list[int]) -> list[int]:
    """The ids, the newest first, with those of the newest few in front that have the words in their title."""
    newest = ids[:NEWEST]
    rows = connection.execute("SELECT rowid FROM search WHERE search MATCH ? AND rowid >= ?", (f"title : ({match})", min(newest, default=0)))
    titled = {row[0] for row in rows}
    return sorted(newest, key=lambda one: one not in titled) + ids[NEWEST:]


def _rows(connection: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    found: dict[int, sqlite3.Row] = {}
    for at in range(0, len(ids), 500):
        some = ids[at : at + 500]
        marks = ", ".join("?" * len(some))
        found |= {row["id"]: row for row in connection.execute(f"SELECT {_SELECTED} FROM publications p WHERE p.id IN ({marks})", some)}
    return [found[one] for one in ids if one in found]


def _facets(shelf: Shelf, hits: _Hits) -> list[Facet]:
    """Each facet counted without its own choice, so that another value can be chosen instead."""
    found = []
    for name in FACETS:
        bits = shelf.shown & (hits.matching if hits.match or hits.chosen else 0)
        for other, mask in hits.chosen.items():
            if other != name:
                bits &= mask
        counts = shelf.counts(name, bits)
        shown = [pair for at, pair in enumerate(counts) if at < VALUES or pair[0] == hits.asked[name]]
        called = [(value, dutch.name(GROUPS[name], value) if name in GROUPS else value, number) for value, number in shown]
        found.append(Facet(name=name, title=TITLES[name], chosen=hits.asked[name], values=called, left_out=len(counts) - len(shown)))
    return found


def _snippet(connection: sqlite3.Connection, match: str | None, row: int) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute(
        "SELECT highlight(search, 0, ?, ?) AS title, snippet(search, 1, ?, ?, ' … ', 32) AS text FROM search WHERE search MATCH ? AND rowid = ?",
        (_OPEN, _CLOSE, _OPEN, _CLOSE, match, row),
    ).fetchone()
    return found


def _marked(text: str | None) -> Markup:
    return Markup("").join(_pieces(text or ""))


def _pieces(text: str) -> Iterator[Markup]:
    """The text escaped; a sign of ours that stands in the text itself opens and closes in pairs all the same."""
    first, *others = text.split(_OPEN)
    yield escape(safe(first))
    for part in others:
        inside, _, after = part.partition(_CLOSE)
        yield Markup("<mark>{}</mark>{}").format(safe(inside), safe(after))


