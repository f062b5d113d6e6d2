"""From the lines of a text to blocks: paragraphs, list items, headings, footnotes and table rows, each whole again.

Decides only. A line break ends a paragraph only where the line could have been longer; blank lines, footnotes and page furniture may stand
in the middle of a sentence, as they do in text that comes from a PDF.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

LineKind = Literal["text", "heading", "list_item", "footnote", "table_row", "furniture"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One printed line, or one whole paragraph where the format has paragraphs."""

    start: int
    end: int
    page: int | None = None
    kind: LineKind | None = None
    """What the extractor knows from layout or markup; None leaves it to the words."""
    gap: bool = False
    """More space than a line break stands before it."""
    whole: bool = False
    """The line is a complete block: nothing is joined to it."""
    level: int | None = None
    mark: str | None = None
    cells: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Block:
    """A paragraph, heading, list item, footnote or table row: pieces of the text in order."""

    kind: LineKind
    pieces: list[tuple[int, int]]
    page: int | None = None
    gap: bool = False
    level: int | None = None
    mark: str | None = None
    cells: tuple[tuple[int, int], ...] = ()
    lines: int = field(default=1)

    @property
    def start(self) -> int:
        return self.pieces[0][0]

    @property
    def end(self) -> int:
        return self.pieces[-1][1]


_LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_LIST_MARK = re.compile(
    r"(?:[\u2022\u25cf\u25cb\u25aa\u25a0\u2023\u2043\u00b7\uf0b7*\u2013\u2212\u2014-]\s+|[\u2022\u25aa\uf0b7-](?=[A-Z\u2018\u201c])|o\s(?=[A-Z\u2018\u201c])"
    r"|\(?(?P<mark>\d{1,3}|[a-z]|[ivx]{1,4}|[A-H](?!\.\s[A-Z]\.))(?:[.)]\s|\)|\u00b0[.)]?\s)|(?P<roman>[IVX]{1,5})\.\s)"
)
_OPENING = re.compile(
    r"(?:Vra(?:ag|gen)\s\d|Vraag\s*$|Antwoord(?:en)?(?:\s\d|\sop\s(?:de\s)?vra|\svra|\s*:?\s*$)|Beantwoording\s(?:van\s)?(?:de\s)?vra"
    r"|Artikel\s[\dIVX]{1,6}[a-z]?\b\.?\s*$"
    r"|(?:De\svoorzitter|De\sheer|Mevrouw|Minister|Staatssecretaris|Het\slid)\b[^.?!\n]{0,60}:"
    r"|De\sKamer,|Hoogachtend|Met\svriendelijke\sgroet|Geachte\s)"
)
_RULE = re.compile(r"[|:=\s\u2013-]{3,}")
_BARE_NUMBER = re.compile(r"\d{1,3}\.?$")
_MOTION_OPENING = re.compile(
    r"(?:gehoord|constaterende|overwegende|verzoekt|van\smening|en\sgaat\sover|spreekt|roept|draagt|nodigt|tevens|kennisgenomen)\b"
)
"""Words that open a part of a motion, after a comma or semicolon; inside a paragraph they are words like any other."""
_URL_ONLY = re.compile(r"(?:https?://|www\.)\S+[.)]?\s*$")
_NOTE_START = re.compile(r"(?:\[(?P<bracket>\d{1,3}|vn)\s?\]|(?P<plain>\d{1,3})\)?)\s+(?P<rest>\S.*)$", re.DOTALL)
_NOTE_WORDS = re.compile(
    r"(?:https?://|www\.|Zie\b|Kamerst|Aanhangsel|Handelingen|Tweede\sKamer|Stb|Staats(?:blad|courant)|Idem|Ibid|Conform|Bron|Artikel\s\d|Bijlage|TK\b|"
    r"Vergaderjaar|Motie|Richtlijn|Verordening|Brief\svan|Dit\s(?:betreft|is)|Het\sgaat|[A-Z][^.?!]{0,80}\d{4})"
)
_GLUED_NOTE = re.compile(r"(?<=[^\W\d_])[.,;:)\u2019\u201d\"']{0,2}(\d{1,3})(?=\s|$)|[.?!%)]{1,2}\s?(\d{1,2})(?=\)?(?:\s|$))|\[(\d{1,3})\s?\]")
_PAGE_NUMBER = re.compile(r"(?:pagina|blad(?:zijde)?)?\s?\d{1,4}\s?(?:van|/)\s?\d{1,4}\s*$|pagina\s\d{1,4}\s*$", re.IGNORECASE)
_RUNNING_HEAD = re.compile(
    r"(?:Tweede|Eerste)\sKamer,\svergaderjaar\s\d{4}\D\d{2,4},.{0,60}$|(?:kst|ah|h)-(?:tk|ek)?-?[\w-]{5,40}$|ISSN\s\d{4}"
    r"|'s-Gravenhage\s\d{4}$",
    re.IGNORECASE,
)
_HEADING_SIGN = re.compile(r"(?P<signs>#{1,6})\s(?=\S)")
_PICTURE = re.compile(r"!\d{3,9}$|!\[[^\]]{0,80}\]\([^)]{0,200}\)$")
_MARGIN = re.compile(r"(?:ah|h|kst)[ -](?:tk|ek)[ -]\d{8}[ -]\d{1,5}\s+")
_TERMINAL = re.compile(r"[.?!:;\u2026][)\]\u2019\u201d\"'\u00bb]{0,2}\s?(?:\d{1,2}\)?|\[(?:\d{1,3}|vn)\s?\])?$")
_ABBREVIATED = re.compile(
    r"(?:\b(?:nr|nrs|art|jl|mln|mld|blz|p|pp|pag|ca|bijv|bv|resp|incl|excl|mr|drs|dr|ir|ing|prof|st|vgl|o\.a|d\.d|i\.v\.m|m\.b\.t|t\.a\.v|a\.s|cf|[A-Z])\.)$"
)
_DANGLING = re.compile(
    r"(?:^|\s)(?:de|het|een|en|of|van|in|om|op|te|voor|met|die|dat|aan|bij|door|uit|naar|over|als|dan|tot|onder|tussen|tegen|deze|dit|mijn|uw|onze|zijn|haar|hun|"
    r"is|wordt|worden|ten|ter|der|zoals|waarin|wat|ook|niet|geen|er|ik|we|nr\.|NR\.|nrs\.|artikel|art\.|\u20ac)$"
)
"""Words that no paragraph ends with."""
_FULL = 0.65
"""Share of the width from which a line ends because it is full; proportional type and unlike words need room."""
_FULL_BEFORE_GAP = 1.0
"""The same before a blank line, where a heading or short paragraph is likelier."""
_WIDEST = 160
"""Characters; a longer line is a paragraph of its own, no printed line."""


def split_lines(text: str) -> tuple[Line, ...]:
    """Find the lines of plain text; a form feed starts a page."""
    paged = "\f" in text
    page, last = 1, 0
    lines: list[Line] = []
    for match in _LINE.finditer(text):
        between = text[last : match.start()]
        page += between.count("\f")
        stripped = match.group().strip()
        if stripped:
            start = match.start() + match.group().index(stripped[0])
            gap = bool(lines) and text.count("\n", lines[-1].end, start) > 1
            lines.append(Line(start=start, end=start + len(stripped), page=page if paged else None, gap=gap))
        last = match.end()
    return tuple(lines)


def join_lines(text: str, lines: Sequence[Line]) -> list[Block]:
    """Make blocks of lines. Lines of kind `furniture` are left out."""
    notes = _NoteMarks(asked=any(line.kind is None for line in lines))
    widths = _widths(text, lines)
    blocks: list[Block] = []
    running: Block | None = None
    note: Block | None = None
    for index, line in enumerate(lines):
        line = _without_margin(text, line)
        words = text[line.start : line.end]
        kind = line.kind or _kind(words, notes)
        if kind == "furniture":
            continue
        if kind == "footnote" and note is not None and _NOTE_START.match(words) is None:
            _extend(note, line)
            continue
        following = words.split(None, 1)[0]
        if kind == "list_item" and line.kind is None and running is not None and _runs_through(text, running, words, line.gap):
            kind = "text"
        if kind == "text" and line.kind is None and not line.whole:
            home = note if note is not None and blocks and blocks[-1] is note else running
            if home is not None and _continues(text, home, words, following, line.gap, widths[index]):
                _extend(home, line)
                notes.read(words)
                continue
            if home is note and running is not None and _continues(text, running, words, following, True, widths[index]):
                _extend(running, line)
                notes.read(words)
                note = None
                continue
        block = Block(
            kind=kind, pieces=[(line.start, line.end)], page=line.page, gap=line.gap, level=line.level,
            mark=line.mark or _mark(words, kind), cells=line.cells,
        )  # fmt: skip
        blocks.append(block)
        if kind == "footnote":
            note = block
            notes.last = int(block.mark) if block.mark and block.mark.isdigit() else notes.last
        else:
            note = None
            running = None if line.whole or kind in ("table_row", "heading") else block
            notes.read(words)
    return blocks


def _without_margin(text: str, line: Line) -> Line:
    """Leave out what readers put before a line: the identifier in the margin of official PDFs, the signs of a heading in marked-up text."""
    if line.kind is None and (sign := _HEADING_SIGN.match(text, line.start, line.end)):
        return replace(line, start=sign.end(), kind="heading", level=len(sign["signs"]), whole=True)
    found = _MARGIN.match(text, line.start, line.end)
    return replace(line, start=found.end()) if found and found.end() < line.end else line


class _NoteMarks:
    """The footnote marks met in the running text, so that `3 Zie ...` is known as a note and `3 Hoe ...` is not."""

    def __init__(self, *, asked: bool) -> None:
        """
        Args:
            asked: whether any line is judged by its words; the marks are read for those alone.
        """
        self._asked = asked
        self.met: set[str] = set()
        self.last = 0
        """Number of the last note that was found."""

    def knows(self, mark: str) -> bool:
        """Whether a note with this mark can follow here."""
        return mark in self.met or (self.last > 0 and int(mark) == self.last + 1)

    def read(self, words: str) -> None:
        for match in _GLUED_NOTE.finditer(words) if self._asked else ():
            self.met.add(next(group for group in match.groups() if group))


def _extend(block: Block, line: Line) -> None:
    block.pieces.append((line.start, line.end))
    block.lines += 1


def _kind(words: str, notes: _NoteMarks) -> LineKind:
    """Tell by its words what a line is."""
    if words.startswith("|"):
        return "furniture" if _RULE.fullmatch(words) else "table_row"
    if _RULE.fullmatch(words) or _PICTURE.match(words) or _PAGE_NUMBER.match(words) or _RUNNING_HEAD.match(words):
        return "furniture"
    if _URL_ONLY.match(words):
        return "footnote"
    found = _NOTE_START.match(words)
    if found:
        if found["bracket"]:
            return "footnote"
        rest = found["rest"]
        if notes.knows(found["plain"]) and not _asks(rest) and (_NOTE_WORDS.match(rest) or (rest[0].isupper() and ")" not in words[:4])):
            return "footnote"
    return "list_item" if _LIST_MARK.match(words) else "text"


def _asks(words: str) -> bool:
    return words.rstrip().endswith("?")


def _mark(words: str, kind: LineKind) -> str | None:
    if kind == "footnote":
        found = _NOTE_START.match(words)
        return (found["bracket"] or found["plain"]) if found else None
    if kind == "list_item":
        match = _LIST_MARK.match(words)
        return (match["mark"] or match["roman"]) if match else None
    return None


def _is_terminal(words: str) -> bool:
    return bool(_TERMINAL.search(words[-12:])) and not _ABBREVIATED.search(words[-12:])


def _continues(text: str, block: Block, words: str, following: str, gap: bool, width: int) -> bool:
    """Decide whether a line belongs to the block before it."""
    start, end = block.pieces[-1]
    before = text[start:end]
    if _OPENING.match(words) or before.startswith("|"):
        return False
    if _BARE_NUMBER.match(words) and _is_terminal(before):
        return False
    if _BARE_NUMBER.match(before) and not words[0].islower():
        return False
    lower = words[0].islower() or words[0] in ")\u2019\u201d%"
    full = width > 0 and len(before) + 1 + len(following) > (_FULL_BEFORE_GAP if gap else _FULL) * width
    if _MOTION_OPENING.match(words) and (before[-1] in ";:" or (before[-1] == "," and (gap or not full))):
        return False
    if block.kind == "footnote":
        if " " not in before and (_URL_ONLY.search(before[-200:]) or block.lines > 1):
            # An address, or the end of one that was broken.
            return before[-1] in "-/" and lower
        if not gap or before[-1] == "|":
            return not _is_terminal(before) or full
    if _DANGLING.search(before[-20:]) or (block.kind == "footnote" and before[-1] == ","):
        return True
    if _is_terminal(before):
        return not gap and full and len(before) <= _WIDEST
    if before.endswith(","):
        return full or (lower and (not gap or 0 < width < 2 * len(before) <= 2 * _WIDEST))
    if lower:
        return True
    return full and len(before) <= _WIDEST


def _runs_through(text: str, block: Block, words: str, gap: bool) -> bool:
    """Whether what looks like the mark of an item stands inside a sentence: "op stuk nr. | 215. Die", "waar dat kan | - verhoogd"."""
    start, end = block.pieces[-1]
    before = text[max(start, end - 60) : end]
    if gap or _is_terminal(before) or before[-1] == ",":
        return False
    return bool(_DANGLING.search(before[-20:])) if words[0].isdigit() else words[0] in "-\u2013" and words[1:].lstrip()[:1].islower()


def _widths(text: str, lines: Sequence[Line]) -> list[int]:
    """Give for every line the width at which lines near it were wrapped; 0 where nothing says that they were."""
    size = 40
    evidence: list[list[int]] = [[] for _ in range(len(lines) // size + 1)]
    for index in range(len(lines) - 1):
        line, after = lines[index], lines[index + 1]
        length = line.end - line.start
        if 25 < length <= _WIDEST and text[after.start].islower() and not line.whole:
            words = text[line.start : line.end]
            if words[-1] not in ".?!:;," and "http" not in words:
                evidence[index // size].append(length)
    by_chunk: list[int] = []
    for here in range(len(evidence)):
        near = sorted(length for chunk in evidence[max(here - 1, 0) : here + 2] for length in chunk)
        by_chunk.append(near[len(near) * 3 // 4] if len(near) > 1 else 0)
    return [by_chunk[index // size] for index in range(len(lines))]
