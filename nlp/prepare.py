"""From the segments of a text to passages: clean running text for the language rules, with a way back to the offsets of the document.

Decides only. Cleaning joins lines, undoes hyphens at line ends, folds white space and takes out footnote marks; it never changes a letter.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from db.records import Segment, SegmentKind, Text, Within

LONGEST_PASSAGE = 20_000
"""Characters; a longer segment becomes several passages, cut at the end of a sentence where there is one."""

_GOVERNMENT = re.compile(r"(?:de )?(?:demissionair )?(?:viceminister|minister|staatssecretaris)", re.IGNORECASE)

# Parts of a hyphenated enumeration ("land- en tuinbouw") keep hyphen and space.
_ENUMERATION = re.compile(r"(?:en|of|dan|tot|als|noch|respectievelijk|resp|c\.q|en/of)\b")

_HYPHENED = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,40}[-\u2010][^\W\d_]{1,40}(?![^\W\d_])")
_WORD_END = re.compile(r"[^\W\d_]+$")
_WORD_START = re.compile(r"[^\W\d_]+")
_NUMBERED_WORDS = frozenset({"art", "artikel", "nr", "nrs", "no", "p", "pp", "pag", "blz", "par", "hfst", "bijl", "sub", "lid", "dl", "vol"})

_CHANGES = re.compile(
    r"(?P<hyphen>(?<=[^\W\d_])[-\u2010][ \t]*\r?\n\s*(?=[^\W\d_]))"
    # U+FFFE and U+0002 are what PDF readers leave of a typesetter's hyphen
    r"|(?P<soft>[\xad\ufffe\x02][ \t]*(?:\r?\n\s*)?)"
    r"|(?P<note>\s{0,2}\[(?:\d{1,3}|vn|noot \d{1,3})\s?\]|[\u00b9\u00b2\u00b3\u2070-\u2079]{1,3}(?!\w))"
    r"|(?P<glued>(?<=[.?!,;:)\]%\u2019\u201d\"'\u00bb])\d{1,3}(?=\s|$|[.,;:?!)]))"
    r"|(?P<asked>(?<=[?.!])\s{0,2}\d{1,2}\)(?=\s|$))"
    r"|(?P<tail>(?<=[a-z\u00e0-\u00ff])\d{1,3}(?=\s|$|[.,;:?!)]))"
    r"|(?P<white>\s{2,}|[^\S ])"
    r"|(?P<hidden>[\u200b-\u200f\u2060\ufeff\x00\x01\x03-\x08])"
)

_SENTENCE_END = re.compile(r"[.?!]\s")


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """Clean text of one segment (or of a slice of a very long one)."""

    text: str
    kind: SegmentKind
    number: str | None = None
    within: Within | None = None
    page: int | None = None
    answers: str | None = None
    """Number of the question that the passage answers or belongs to, for list items and rows too."""
    speaker: str | None = None
    level: int | None = None
    cells: tuple[tuple[int, int], ...] = ()
    """Clean spans of the cells of a table row."""
    starts: tuple[int, ...] = field(repr=False)
    """Clean offset at which each unchanged stretch begins."""
    sources: tuple[int, ...] = field(repr=False)
    """Offset in the document of the same stretch."""

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Map a clean span to the span of the document that encloses it."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"span {start}..{end} outside a passage of {len(self.text)} characters")
        first = self._source(start)
        return first, (self._source(end - 1) + 1 if end > start else first)

    @property
    def asked(self) -> bool:
        """Whether the passage is part of a question to the government."""
        return self.kind == "question" or self.within == "question"

    @property
    def by_government(self) -> bool | None:
        """Whether a member of government speaks, in a report of a debate; None where no speakers are named."""
        return None if self.speaker is None else _GOVERNMENT.match(self.speaker) is not None

    def _source(self, offset: int) -> int:
        if not self.starts:
            return 0
        run = max(bisect_right(self.starts, offset) - 1, 0)
        return self.sources[run] + offset - self.starts[run]


def prepare(text: Text) -> tuple[Passage, ...]:
    """Give the passages of a text in reading order; segments without a word give none."""
    known = _Known(
        notes=frozenset(segment.number for segment in text.segments if segment.kind == "footnote" and segment.number),
        hyphened=frozenset(match.group().lower() for match in _HYPHENED.finditer(text.text)),
    )
    passages: list[Passage] = []
    answers: str | None = None
    for segment in text.segments:
        in_questions = segment.kind in ("question", "answer") or segment.within in ("question", "answer")
        if in_questions and segment.kind in ("question", "answer", "heading") and segment.number:
            answers = segment.number
        elif not in_questions and segment.kind != "footnote":
            answers = None
        passages.extend(_passages(text.text, segment, known, answers if in_questions else None))
    return tuple(passages)


def fold(text: str) -> str:
    """Fold white space: one space between words, none at the ends."""
    return " ".join(text.split())


@dataclass(frozen=True, slots=True)
class _Known:
    """What the whole document tells about its parts: the numbers of its notes, and its words with a hyphen inside a line."""

    notes: frozenset[str]
    hyphened: frozenset[str]

    def keeps_hyphen(self, before: str, after: str) -> bool:
        """Whether a hyphen at a line end belongs to the word: after a capital, in an address, or where the word has it elsewhere."""
        head, tail = _WORD_END.search(before), _WORD_START.match(after)
        if head is None or tail is None or before[-1:].isupper() or after[:1].isupper() or "/" in before.rpartition(" ")[2]:
            return True
        return f"{head.group()}-{tail.group()}".lower() in self.hyphened


class _Builder:
    """Collects clean characters and remembers where each unchanged stretch came from."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.starts: list[int] = []
        self.sources: list[int] = []
        self.length = 0
        self.last = " "

    def copy(self, text: str, start: int, end: int) -> None:
        if start >= end:
            return
        self.starts.append(self.length)
        self.sources.append(start)
        self.parts.append(text[start:end])
        self.length += end - start
        self.last = text[end - 1]

    def space(self, source: int) -> None:
        if self.last == " ":
            return
        self.starts.append(self.length)
        self.sources.append(source)
        self.parts.append(" ")
        self.length += 1
        self.last = " "

    def drop_hyphen(self) -> None:
        self.parts[-1] = self.parts[-1][:-1]
        self.length -= 1


def _passages(text: str, segment: Segment, known: _Known, answers: str | None) -> Iterator[Passage]:
    for pieces in _slices(text, segment.pieces or ((segment.start, segment.end),)):
        built = _Builder()
        for start, end in pieces:
            _seam(built, text, start, known)
            _clean(built, text, start, end, known)
        raw = "".join(built.parts)
        clean = raw.rstrip()
        if not clean:
            continue
        starts, sources = tuple(built.starts), tuple(built.sources)
        yield Passage(
            text=clean, kind=segment.kind, number=segment.number, within=segment.within, page=segment.page, answers=answers,
            speaker=segment.speaker, level=segment.level, cells=_cells(segment.cells, starts, sources, len(clean)), starts=starts, sources=sources,
        )  # fmt: skip


def _clean(built: _Builder, text: str, start: int, end: int, known: _Known) -> None:
    """Copy text[start:end] into the builder without what does not belong to the running text."""
    while start < end and text[start].isspace():
        start += 1
    at = start
    for change in _CHANGES.finditer(text, start, end):
        kind, found = change.lastgroup, change.group()
        if kind in ("glued", "tail") and not _is_note_mark(text, change.start(), found, kind, known.notes, start):
            continue
        if kind == "asked" and change.start() == start:
            continue
        built.copy(text, at, change.start())
        at = change.end()
        if kind == "white":
            built.space(change.start())
        elif kind == "hyphen":
            before, after = text[max(start, change.start() - 40) : change.start()], text[at : at + 40]
            if _ENUMERATION.match(after):
                built.copy(text, change.start(), change.start() + 1)
                built.space(change.start() + 1)
            elif known.keeps_hyphen(before, after):
                built.copy(text, change.start(), change.start() + 1)
    built.copy(text, at, end)


def _is_note_mark(text: str, at: int, mark: str, kind: str | None, notes: frozenset[str], start: int) -> bool:
    """Tell a footnote mark glued to a word or sentence end from a number that belongs to the text."""
    if kind == "tail":
        word = re.search(r"[^\W\d_]+$", text[max(start, at - 30) : at])
        return mark in notes and word is not None and len(word.group()) > 2
    before = text[max(start, at - 20) : at]
    if len(before) < 2 or before[-2].isdigit() or before[-2].isspace():
        return False
    word = re.search(r"([^\W\d_]+)\.$", before)
    if word and word.group(1).lower() in _NUMBERED_WORDS:
        return False
    return mark in notes or before[-1] in ".?!" or (before[-1] in ")\u2019\u201d\"'\u00bb" and len(mark) < 3)


def _seam(built: _Builder, text: str, start: int, known: _Known) -> None:
    """Join two pieces as a line break would."""
    if not built.length:
        return
    before, after = "".join(built.parts[-8:])[-41:], text[start : start + 40]
    if built.last in "-\u2010" and after[:1] == ")":
        return
    if built.last in "-\u2010" and before[-2:-1].isalpha() and after[:1].isalpha() and not _ENUMERATION.match(after):
        if not known.keeps_hyphen(before[:-1], after):
            built.drop_hyphen()
        return
    built.space(built.sources[-1] + len(built.parts[-1]))


def _cells(cells: tuple[tuple[int, int], ...], starts: tuple[int, ...], sources: tuple[int, ...], length: int) -> tuple[tuple[int, int], ...]:
    """Map source spans of cells to clean spans; an empty cell stays, as an empty span."""

    def clean(offset: int) -> int:
        run = bisect_right(sources, offset) - 1
        if run < 0:
            return 0
        limit = starts[run + 1] if run + 1 < len(starts) else length
        return min(starts[run] + offset - sources[run], limit)

    return tuple((clean(start), clean(end)) for start, end in cells)


def _slices(text: str, pieces: tuple[tuple[int, int], ...]) -> Iterator[list[tuple[int, int]]]:
    """Group pieces so that no group is longer than LONGEST_PASSAGE; cut after a sentence, else after a word, else hard."""
    group: list[tuple[int, int]] = []
    size = 0
    for start, end in pieces:
        while size + end - start > LONGEST_PASSAGE:
            limit = start + LONGEST_PASSAGE - size
            ends = [match.end() for match in _SENTENCE_END.finditer(text, max(start, limit - 4000), limit)]
            cut = ends[-1] if ends else max(text.rfind(" ", start, limit), text.rfind("\n", start, limit)) + 1
            if cut <= start:
                cut = start if group else limit
            if cut > start:
                group.append((start, cut))
            yield group
            group, size, start = [], 0, cut
        group.append((start, end))
        size += end - start
    if group:
        yield group
