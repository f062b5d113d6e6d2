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
from html import escape
from itertools import groupby, pairwise

from markupsafe import Markup

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

    def html(self, start: int, end: int) -> str:
        """`text[start:end]` with its marks."""
        first = bisect_right(self.facts, start - self.longest, key=_start)
        over = [fact for fact in self.facts[first : bisect_left(self.facts, end, key=_start)] if fact.end > start]
        borders = sorted({start, end, *(max(start, fact.start) for fact in over), *(min(end, fact.end) for fact in over)})
        return "".join(self._stretch(a, b, over) for a, b in pairwise(borders))

    def _stretch(self, start: int, end: int, over: Sequence[Fact]) -> str:
        here = [fact for fact in over if fact.start <= start and fact.end >= end]
        words = escape(safe(self.text[start:end]))
        if not here:
            return words
        anchors = "".join(self._anchor(fact) for fact in here)
        kinds = " ".join(sorted({fact.kind for fact in here}))
        inner = min(here, key=lambda fact: fact.end - fact.start)
        return f'{anchors}<mark class="{escape(kinds)}" title="{escape(safe(inner.title))}">{words}</mark>'

    def _anchor(self, fact: Fact) -> str:
        if fact.anchor in self.written:
            return ""
        self.written.add(fact.anchor)
        return f'<span class="anker" id="{escape(fact.anchor)}"></span>'

    def left(self) -> str:
        """Anchors of facts that stand in no segment, so that no link leads nowhere."""
        return "".join(self._anchor(fact) for fact in self.facts)


def safe(text: str) -> str:
    """Replace control characters one for one, so that offsets stay."""
    return _CONTROL.sub("\ufffd", text)


def as_html(text: str, segments: Sequence[sqlite3.Row], facts: Iterable[Fact]) -> Markup:
    """The whole text; `segments` are rows of `segments` in order. A text without segments is shown by its blank lines."""
    placed = sorted(facts, key=lambda fact: (fact.start, -fact.end))
    marker = _Marker(text, placed, max((fact.end - fact.start for fact in placed), default=0), set())
    if not segments:
        blocks = [f"<p>{marker.html(start, end)}</p>" for start, end in _paragraphs(text)]
    else:
        blocks = list(_blocks(marker, segments, _anchors(text, segments)))
    if len(blocks) > _PART:
        # a browser lays out only the parts that are in sight; a link into another part still finds its place
        blocks = ['<div class="deel">{}</div>'.format("\n".join(part)) for part in _parts(blocks)]
    return Markup("\n".join([*blocks, marker.left()]))


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


def _parts(blocks: Sequence[str]) -> Iterator[Sequence[str]]:
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


def _blocks(marker: _Marker, segments: Sequence[sqlite3.Row], anchors: Mapping[int, str]) -> Iterator[str]:
    page = None
    named: set[str] = set()
    above = 2
    for (kind, _), group in groupby(segments, key=lambda s: (s["kind"], s["kind"] in ("list_item", "table_row") and s["page"])):
        rows = list(group)
        if kind in ("list_item", "table_row"):
            if rows[0]["page"] not in (None, page):
                page = rows[0]["page"]
                yield _page(page)
            yield _list(marker, rows) if kind == "list_item" else _table(marker, rows)
            continue
        for row in rows:
            if row["page"] not in (None, page):
                page = row["page"]
                yield _page(page)
            if kind == "heading":
                # the text stands under an h2; a paper that skips a level of headings does not make the page skip one
                above = min(_level(row) + 2, above + 1)
                yield f'<h{above} id="{escape(anchors[row["position"]])}">{_words(marker, row)}</h{above}>'
            else:
                yield _block(marker, row, named)


def _page(number: int) -> str:
    return f'<p class="bladzijde" id="bladzijde-{number}">bladzijde {number}</p>'


def _list(marker: _Marker, rows: Sequence[sqlite3.Row]) -> str:
    return '<ul class="lijst">{}</ul>'.format("".join(f"<li>{_words(marker, row)}</li>" for row in rows))


def _table(marker: _Marker, rows: Sequence[sqlite3.Row]) -> str:
    return f'<div class="tabel" tabindex="0" role="region" aria-label="Tabel"><table>{"".join(_row(marker, row) for row in rows)}</table></div>'


def _block(marker: _Marker, row: sqlite3.Row, named: set[str]) -> str:
    names = {"question": "vraag", "answer": "antwoord", "footnote": "voetnoot"}
    kind = names.get(row["kind"]) or {"signature": "ondertekening", "motion": "motie", "contents": "inhoud"}.get(row["within"] or "", "alinea")
    anchor = f"{kind}-{row['number']}".replace(" ", "") if row["number"] and row["kind"] in names else ""
    if not anchor or anchor in named:
        return f'<p class="{kind}">{_words(marker, row)}</p>'
    named.add(anchor)
    return f'<p class="{kind}" id="{escape(anchor)}">{_words(marker, row)}</p>'


def _words(marker: _Marker, row: sqlite3.Row) -> str:
    return " ".join(marker.html(start, end) for start, end in spans(row))


def _row(marker: _Marker, row: sqlite3.Row) -> str:
    cells = json.loads(row["cells"]) if row["cells"] else spans(row)
    return "<tr>{}</tr>".format("".join(f"<td>{marker.html(start, end)}</td>" for start, end in cells))


def spans(row: sqlite3.Row) -> list[tuple[int, int]]:
    """The stretches of text that belong to a segment."""
    return [(start, end) for start, end in json.loads(row["pieces"])] if row["pieces"] else [(row["start"], row["end"])]
