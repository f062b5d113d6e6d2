"""A document's text as HTML in its structure, with what was read in it marked in place. Everything is escaped.

Stretches between the borders of facts carry the classes of all facts over them, so facts may overlap in any way; a fact's anchor stands before its
first stretch. Decides only.
"""

from __future__ import annotations

import json
import re
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from markupsafe import Markup, escape

# control characters, and marks that turn the direction of the text after them
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_PART = 60
"""Blocks of a long text that a browser lays out together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A place in a text with its class, its anchor and what a pointer shows."""

    start: int
    end: int
    kind: str
    anchor: str
    title: str


def _start(fact: Fact) -> int:
    return fact.start


@dataclass(slots=True)
class _Marker:
    """The text with its facts; remembers which anchors it has written."""

    text: str
    facts: list[Fact]
    """In order of their start."""
    longest: int
    """Length of the longest fact: what starts earlier before a stretch is over before it."""
    written: set[str]

    def html(self, start: int, end: int) -> Markup:
        """`text[start:end]` with its marks."""
        first = bisect_right(self.facts, start - self.longest, key=_start)
        over = [fact for fact in self.facts[first : bisect_left(self.facts, end, key=_start)] if fact.end > start]
        borders = sorted({start, end, *(max(start, fact.start) for fact in over), *(min(end, fact.end) for fact in over)})
        return Markup("").join(self._stretch(a, b, over) for a, b in pairwise(borders))

    def _stretch(self, start: int, end: int, over: Sequence[Fact]) -> Markup:
        here = [fact for fact in over if fact.start <= start and fact.end >= end]
        words = escape(safe(self.text[start:end]))
        if not here:
            return words
        anchors = Markup("").join(self._anchor(fact) for fact in here)
        kinds = " ".join(sorted({fact.kind for fact in here}))
        inner = min(here, key=lambda fact: fact.end - fact.start)
        return anchors + Markup('<mark class="{}" title="{}">{}</mark>').format(kinds, safe(inner.title), words)

    def _anchor(self, fact: Fact) -> Markup:
        if fact.anchor in self.written:
            return Markup("")
        self.written.add(fact.anchor)
        return Markup('<span class="anker" id="{}"></span>').format(fact.anchor)

    def left(self) -> Markup:
        """Anchors of facts that stand in no segment, so that no link leads nowhere."""
        return Markup("").join(self._anchor(fact) for fact in self.facts)


def safe(text: str) -> str:
    """Replace control characters one for one, so that offsets stay."""
    return _CONTROL.sub("\ufffd", text)


def as_html(text: str, segments: Sequence[sqlite3.Row], facts: Iterable[Fact]) -> Markup:
    """The whole text; `segments` are rows of `segments` in order. A text without segments is shown by its blank lines."""
    placed = sorted(facts, key=lambda fact: (fact.start, -fact.end))
    marker = _Marker(text, placed, max((fact.end - fact.start for fact in placed), default=0), set())
    if not segments:
        blocks = [Markup("<p>{}</p>").format(marker.html(start, end)) for start, end in _paragraphs(text)]
    else:
        blocks = list(_blocks(marker, segments, _anchors(text, segments)))
    if len(blocks) > _PART:
        # a browser lays out only the parts that are in sight; a link into another part still finds its place
        blocks = [Markup('<div class="deel">{}</div>').format(Markup("\n").join(part)) for part in _parts(blocks)]
    return Markup("\n").join([*blocks, marker.left()])


def contents(text: str, segments: Sequence[sqlite3.Row]) -> list[tuple[int, str, str]]:
    """The headings of a text: level from 1, words, and the anchor that `as_html` gives it."""
    anchors = _anchors(text, segments)
    return [(_level(row), _plain(text, row), anchors[row["position"]]) for row in segments if row["kind"] == "heading"]


def _anchors(text: str, segments: Sequence[sqlite3.Row]) -> dict[int, str]:
    """Position of each heading to its anchor: from its words, so that it stays when the text before it changes."""
    found: dict[int, str] = {}
    times: dict[str, int] = {}
    for row in segments:
        if row["kind"] == "heading":
            anchor = "kop-" + "-".join(re.findall(r"\w+", _plain(text, row).lower()))[:60]
            nth = times[anchor] = times.get(anchor, 0) + 1
            found[row["position"]] = anchor if nth == 1 else f"{anchor}-{nth}"
    return found


def _plain(text: str, row: sqlite3.Row) -> str:
    return " ".join(safe(" ".join(text[start:end] for start, end in spans(row))).split())


def _level(row: sqlite3.Row) -> int:
    return min(max(row["level"] or 1, 1), 3)


def _parts(blocks: Sequence[Markup]) -> Iterator[Sequence[Markup]]:
    for start in range(0, len(blocks), _PART):
        yield blocks[start : start + _PART]


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in re.finditer(r"\n[ \t]*\n", text):
        if text[start : gap.start()].strip():
            yield start, gap.start()
        start = gap.end()
    if text[start:].strip():
        yield start, len(text)


def _blocks(marker: _Marker, segments: Sequence[sqlite3.Row], anchors: Mapping[int, str]) -> Iterator[Markup]:
    page = None
    named: set[str] = set()
    above = 2
    for (kind, _), group in groupby(segments, key=lambda s: (s["kind"], s["kind"] in ("list_item", "table_row") and s["page"])):
        rows = list(group)
        if rows[0]["page"] is not None and rows[0]["page"] != page:
            page = rows[0]["page"]
            yield Markup('<p class="bladzijde" id="bladzijde-{0}">bladzijde {0}</p>').format(page)
        if kind == "list_item":
            yield Markup('<ul class="lijst">{}</ul>').format(Markup("").join(Markup("<li>{}</li>").format(_words(marker, row)) for row in rows))
        elif kind == "table_row":
            yield Markup('<div class="tabel" tabindex="0" role="region" aria-label="Tabel"><table>{}</table></div>').format(
                Markup("").join(_row(marker, row) for row in rows)
            )
        else:
            for row in rows:
                if row["page"] is not None and row["page"] != page:
                    page = row["page"]
                    yield Markup('<p class="bladzijde" id="bladzijde-{0}">bladzijde {0}</p>').format(page)
                if row["kind"] == "heading":
                    # the text stands under an h2; a paper that skips a level of headings does not make the page skip one
                    above = min(_level(row) + 2, above + 1)
                    yield Markup('<h{0} id="{1}">{2}</h{0}>').format(above, anchors[row["position"]], _words(marker, row))
                else:
                    yield _block(marker, row, named)


def _block(marker: _Marker, row: sqlite3.Row, named: set[str]) -> Markup:
    words = _words(marker, row)
    names = {"question": "vraag", "answer": "antwoord", "footnote": "voetnoot"}
    kind = names.get(row["kind"]) or {"signature": "ondertekening", "motion": "motie", "contents": "inhoud"}.get(row["within"] or "", "alinea")
    anchor = f"{kind}-{row['number']}" if row["number"] and row["kind"] in names else ""
    if not anchor or anchor in named:
        return Markup('<p class="{}">{}</p>').format(kind, words)
    named.add(anchor)
    return Markup('<p class="{}" id="{}">{}</p>').format(kind, anchor.replace(" ", ""), words)


def _words(marker: _Marker, row: sqlite3.Row) -> Markup:
    return Markup(" ").join(marker.html(start, end) for start, end in spans(row))


def _row(marker: _Marker, row: sqlite3.Row) -> Markup:
    cells = json.loads(row["cells"]) if row["cells"] else spans(row)
    return Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(marker.html(start, end)) for start, end in cells))


def spans(row: sqlite3.Row) -> list[tuple[int, int]]:
    """The stretches of text that belong to a segment."""
    return [(start, end) for start, end in json.loads(row["pieces"])] if row["pieces"] else [(row["start"], row["end"])]
