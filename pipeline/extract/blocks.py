"""Blocks of a document in, its text and segments out: what every extractor hands over at the end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from db.errors import ExtractionError
from db.records import Segment, SegmentKind, Text, Within
from pipeline.extract.lines import Line, LineKind
from pipeline.extract.structure import recognise

CELL_BREAK = " | "
"""Between the cells of a table row in the text."""

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_ORDINARY = re.compile("[\\x20-\\x7e\\xa0-\\xac\\xae-\u017e\u2010-\u2015\u2018-\u201f\u2022\u2026\u20ac]*")
"""Characters that stay as they are, alone and in any order: NFC leaves them, and none is invisible."""
_SYMBOL_FONT_BULLETS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "•", "\uf02d": "–", "\uf0fc": "•"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One segment before it has a place in a text; `text` may be raw, it is cleaned when it gets its place. A row gives `cells`, no `text`."""

    kind: SegmentKind
    text: str = ""
    number: str | None = None
    within: Within | None = None
    page: int | None = None
    level: int | None = None
    cells: tuple[str, ...] = ()
    speaker: str | None = None
    mark: str = ""
    """What is printed before a list item or footnote; stands in the text and in no segment."""
    gap: bool = False
    """More room than between the lines of a paragraph stands before it."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block with its place: mark from `printed`, words from `start` to `end`."""

    block: Block
    printed: int
    start: int
    end: int
    cells: tuple[tuple[int, int], ...]


def assemble(blocks: Iterable[Block], *, extractor: str, pages: int | None = None) -> Text:
    """The clean text of blocks whose parts are known from markup, a blank line between paragraphs, a segment for each that holds words.

    Raises: ExtractionError ("empty") when no block holds words.
    """
    text, placed = _place(blocks)
    segments = tuple(
        Segment(
            kind=block.kind, start=at.start, end=at.end, number=block.number, within=block.within, page=block.page, level=block.level,
            cells=at.cells, speaker=block.speaker,
        )
        for at in placed
        if (block := at.block)
    )  # fmt: skip
    return Text(text=text, segments=segments, pages=pages, extractor=extractor)


def assemble_by_words(blocks: Iterable[Block], *, extractor: str, pages: int | None = None) -> Text:
    """The same for blocks of which only the layout is known: the words say what is question, answer, motion, law or signature.

    Raises: ExtractionError ("empty") when no block holds words.
    """
    text, placed = _place(blocks)
    lines = [
        Line(
            start=at.printed, end=at.end, page=at.block.page, kind=_LINE_KINDS[at.block.kind], gap=at.block.gap, whole=True,
            level=at.block.level, mark=at.block.mark.strip(".()°") or None, cells=at.cells,
        )
        for at in placed
    ]  # fmt: skip
    return Text(text=text, segments=recognise(text, lines), pages=pages, extractor=extractor)


_LINE_KINDS: dict[SegmentKind, LineKind] = {
    "heading": "heading", "list_item": "list_item", "footnote": "footnote", "table_row": "table_row", "paragraph": "text",
}  # fmt: skip


def _place(blocks: Iterable[Block]) -> tuple[str, list[_Placed]]:
    parts: list[str] = []
    placed: list[_Placed] = []
    length = 0
    for block in blocks:
        cells = tuple(clean(cell) for cell in block.cells)
        words = CELL_BREAK.join(cells) if any(cells) else clean(block.text)
        if not words:
            continue
        if placed:
            parts.append("\n" if block.kind == placed[-1].block.kind == "table_row" else "\n\n")
            length += len(parts[-1])
        mark = f"{clean(block.mark)} " if block.mark else ""
        start = length + len(mark)
        spans: list[tuple[int, int]] = []
        at = start
        for cell in cells:
            spans.append((at, at + len(cell)))
            at += len(cell) + len(CELL_BREAK)
        placed.append(_Placed(block, length, start, start + len(words), tuple(spans) if any(cells) else ()))
        parts += (mark, words)
        length = start + len(words)
    if not placed:
        raise ExtractionError("empty: the file holds no text")
    return "".join(parts), placed


def clean(text: str) -> str:
    """The text in NFC on one line: white space folded, without control, bidi, zero-width, surrogate and unassigned private characters."""
    if (text.isascii() and text.isprintable()) or _ORDINARY.fullmatch(text):
        return " ".join(text.split())
    kept = unicodedata.normalize("NFC", text).translate(_CHARACTERS)
    return " ".join(kept.split())


class _Characters(dict[int, str | int | None]):
    """What each character becomes; told once per character, when it is first met."""

    def __missing__(self, code: int) -> str | int | None:
        category = unicodedata.category(chr(code))
        kept: str | int | None = code
        if category in ("Cc", "Zl", "Zp"):
            kept = " " if chr(code).isspace() else None
        elif category in ("Cf", "Cs", "Co", "Cn"):
            kept = None
        self[code] = kept
        return kept


_CHARACTERS = _Characters({ord(sign): text for sign, text in (_LIGATURES | _SYMBOL_FONT_BULLETS).items()})


_LIST_START = re.compile(r"(?:[•·▪■○●◦*\uf0b7\uf0a7\uf02d\uf0d8]\s?|[–-]\s|o\s(?=[A-Z])|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)°]{1,2}\s)")


def is_list_item(text: str) -> bool:
    """Whether a paragraph starts with a bullet, number or letter. A capital does not count: it is the initial of a name."""
    return bool(_LIST_START.match(text))


_RANGE = re.compile(r"(\d{1,3})\s?(?:-|–|t/m|tot en met)\s?(\d{1,3})")
_NUMBER = re.compile(r"\d{1,3}")


def numbers_in(label: str) -> str | None:
    """The question numbers of a label: `Antwoord 10 en 11` is `10,11`, `Vraag 4 t/m 6` is `4,5,6`; None without a number."""

    def spelled_out(match: re.Match[str]) -> str:
        first, last = int(match[1]), int(match[2])
        return ",".join(str(number) for number in range(first, last + 1)) if first < last <= first + 50 else match[0]

    found = _NUMBER.findall(_RANGE.sub(spelled_out, label))
    return ",".join(dict.fromkeys(str(int(number)) for number in found)) or None


def footnotes_last(blocks: list[Block]) -> list[Block]:
    """The same blocks with footnotes after the run of paragraphs of one question, answer or section that they interrupt."""
    ordered: list[Block] = []
    waiting: list[Block] = []
    for block in blocks:
        if block.kind == "footnote":
            waiting.append(block)
            continue
        if block.kind == "heading":
            ordered += waiting
            waiting = []
        ordered.append(block)
    return ordered + waiting




_MOTION_OPENS = re.compile(r"De Kamer,$")
_MOTION_ENDS = re.compile(r"en gaat over tot de orde van de dag\b")
_NAME = re.compile(r"[A-ZÀ-Þ'’][^.?!:;]{1,50}$")
_LONGEST_MOTION = 60
"""Blocks; a motion without its closing formula is not recognised rather than swallowing the text after it."""


def mark_motions(blocks: list[Block]) -> list[Block]:
    """The same blocks, those from "De Kamer," to "en gaat over tot de orde van de dag" as a motion, the names under it as its signature."""
    marked = list(blocks)
    for start, block in enumerate(blocks):
        if block.within in (None, "motion") and _MOTION_OPENS.match(clean(block.text)):
            end = next((at for at in range(start + 1, min(start + _LONGEST_MOTION, len(blocks))) if _MOTION_ENDS.match(clean(blocks[at].text))), None)
            if end is None:
                continue
            for at in range(start, end + 1):
                marked[at] = replace(blocks[at], within=blocks[at].within or "motion")
            for at in range(end + 1, len(blocks)):
                if blocks[at].kind != "paragraph" or blocks[at].speaker != block.speaker or not _NAME.match(clean(blocks[at].text)):
                    break
                marked[at] = replace(blocks[at], within="signature")
    return marked
