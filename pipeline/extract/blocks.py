"""Blocks of a document in, its text and segments out: what every extractor hands over at the end."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from db.errors import ExtractionError
from db.records import Segment, SegmentKind, Text, Within

CELL_BREAK = " | "
"""Between the cells of a table row in the text."""

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_SYMBOL_FONT_BULLETS = {"\uf0b7": "•", "\uf0a7": "▪", "\uf0d8": "•", "\uf02d": "–", "\uf0fc": "•"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One segment before it has a place in a text; `text` may be raw, `assemble` cleans it. A row gives `cells` and no `text`."""

    kind: SegmentKind
    text: str = ""
    number: str | None = None
    within: Within | None = None
    page: int | None = None
    level: int | None = None
    cells: tuple[str, ...] = ()
    speaker: str | None = None


def assemble(blocks: Iterable[Block], *, extractor: str, pages: int | None = None) -> Text:
    """The clean text of the blocks, in order, a blank line between paragraphs, with a segment for each that holds text.

    Raises: ExtractionError ("empty") when no block holds text.
    """
    parts: list[str] = []
    segments: list[Segment] = []
    length = 0
    previous: SegmentKind | None = None
    for block in blocks:
        cells = tuple(clean(cell) for cell in block.cells)
        body = CELL_BREAK.join(cells) if any(cells) else clean(block.text)
        if not body:
            continue
        if parts:
            gap = "\n" if block.kind == previous == "table_row" else "\n\n"
            parts.append(gap)
            length += len(gap)
        spans: list[tuple[int, int]] = []
        at = length
        for cell in cells:
            spans.append((at, at + len(cell)))
            at += len(cell) + len(CELL_BREAK)
        segments.append(
            Segment(
                kind=block.kind,
                start=length,
                end=length + len(body),
                number=block.number,
                within=block.within,
                page=block.page,
                level=block.level,
                cells=tuple(spans) if any(cells) else (),
                speaker=block.speaker,
            )
        )
        parts.append(body)
        length += len(body)
        previous = block.kind
    if not segments:
        raise ExtractionError("empty: the file holds no text")
    return Text(text="".join(parts), segments=tuple(segments), pages=pages, extractor=extractor)


def clean(text: str) -> str:
    """The text in NFC on one line: white space folded, without control, bidi, zero-width, surrogate and unassigned private characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = unicodedata.normalize("NFC", text).translate(_character_table())
    return " ".join(kept.split())


@cache
def _character_table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        if category in ("Cc", "Zl", "Zp"):
            table[code] = " " if chr(code).isspace() else None
        elif category in ("Cf", "Cs", "Co") or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
            table[code] = None
    table.update({ord(sign): text for sign, text in (_LIGATURES | _SYMBOL_FONT_BULLETS).items()})
    return table


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
_LONGEST_MOTION = 60
"""Blocks; a motion without its closing formula is not recognised rather than swallowing the text after it."""


def mark_motions(blocks: list[Block]) -> list[Block]:
    """The same blocks, those from "De Kamer," to "en gaat over tot de orde van de dag" as part of a motion."""
    marked = list(blocks)
    for start, block in enumerate(blocks):
        if block.within is None and _MOTION_OPENS.match(clean(block.text)):
            for end in range(start + 1, min(start + _LONGEST_MOTION, len(blocks))):
                if _MOTION_ENDS.match(clean(blocks[end].text)):
                    marked[start : end + 1] = [replace(part, within=part.within or "motion") for part in blocks[start : end + 1]]
                    break
    return marked
