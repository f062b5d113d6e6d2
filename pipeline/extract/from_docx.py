"""Bytes of a Word document in, its text out: headings, lists with the numbers Word would print, table rows, footnotes, text boxes.

Read from the XML itself, since tracked changes, content controls and text boxes hold text that no library's paragraphs show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from db.errors import ExtractionError
from db.records import Text
from pipeline.extract.blocks import Block, assemble_by_words, is_list_item
from pipeline.extract.docx_numbers import Numbers
from pipeline.extract.list_marks import whole_number
from pipeline.extract.zipcheck import open_archive, read_xml

EXTRACTOR = "docx/1"

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Deleted and moved text, comments, the older copy of a drawing, and what fields are called.
_SKIPPED = frozenset({f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{_MC}Fallback", f"{W}pPr", f"{W}rPr", f"{W}sdtPr"})
_HEADING_STYLE = re.compile(r"(?:heading|kop|titel|title|subtitle|ondertitel)\s?(?P<level>[1-9])?", re.IGNORECASE)
_BODY = 9
"""Outline level of paragraphs that are no heading."""
_DEEPEST = 12
"""Styles that one may be based on; a damaged file may name itself as its base."""
_LONGEST_HEADING = 200
_ENDED = re.compile(r"[.?!:;]$")


def extract(body: bytes) -> Text:
    """The text of a Word document.

    Raises: ExtractionError: "empty", "encrypted", "damaged", "bomb", "dtd" or "type".
    """
    with open_archive(body) as archive:
        document = read_xml(archive, "word/document.xml")
        if document is None:
            raise ExtractionError("type: the archive holds no word/document.xml")
        styles = read_xml(archive, "word/styles.xml")
        if styles is not None and styles.tag != f"{W}styles":
            raise ExtractionError("damaged: word/styles.xml holds no styles")
        notes = _Notes(read_xml(archive, "word/footnotes.xml"), read_xml(archive, "word/endnotes.xml"))
        numbers = Numbers(read_xml(archive, "word/numbering.xml"), styles)
    content = document.find(f"{W}body")
    if content is None:
        raise ExtractionError("damaged: word/document.xml holds no body")
    reader = _Reader(_Headings(styles), numbers, notes)
    return assemble_by_words(reader.read(content), extractor=EXTRACTOR)


class _Headings:
    """Which paragraph styles are headings, with their depth, and which are bold; a style takes after its base."""

    def __init__(self, styles: etree._Element | None) -> None:
        self._levels: dict[str, int] = {}
        self.bold: set[str] = set()
        known = {style.get(f"{W}styleId", ""): style for style in (styles.findall(f"{W}style") if styles is not None else ())}
        for style_id, style in known.items():
            bases = _with_bases(style, known)
            levels = [found for base in bases if (found := _heading_level(base)) is not None]
            if levels:
                self._levels[style_id] = levels[0]
            if any(base.find(f"{W}rPr/{W}b") is not None for base in bases):
                self.bold.add(style_id)

    def level(self, style_id: str | None, properties: etree._Element | None) -> int | None:
        """Depth of a heading from 1, None for other paragraphs."""
        outline = properties.find(f"{W}outlineLvl") if properties is not None else None
        depth = whole_number(outline.get(f"{W}val"), _BODY) if outline is not None else _BODY
        return depth + 1 if depth < _BODY else self._levels.get(style_id or "")


def _with_bases(style: etree._Element, known: Mapping[str, etree._Element]) -> list[etree._Element]:
    """A style and those that it is based on, nearest first."""
    found = [style]
    while len(found) < _DEEPEST:
        based_on = found[-1].find(f"{W}basedOn")
        base = known.get(based_on.get(f"{W}val", "")) if based_on is not None else None
        if base is None:
            break
        found.append(base)
    return found


def _heading_level(style: etree._Element) -> int | None:
    name = style.find(f"{W}name")
    found = _HEADING_STYLE.fullmatch(name.get(f"{W}val", "")) if name is not None else None
    if found:
        return int(found["level"] or 1)
    outline = style.find(f"{W}pPr/{W}outlineLvl")
    depth = whole_number(outline.get(f"{W}val"), _BODY) if outline is not None else _BODY
    return depth + 1 if depth < _BODY else None


class _Notes:
    """Footnotes and endnotes, by part and id."""

    def __init__(self, footnotes: etree._Element | None, endnotes: etree._Element | None) -> None:
        self._notes: dict[tuple[str, str], etree._Element] = {}
        for kind, part in (("footnote", footnotes), ("endnote", endnotes)):
            for note in part if part is not None else ():
                if note.get(f"{W}type") in (None, "normal"):
                    self._notes[kind, note.get(f"{W}id", "")] = note

    def find(self, kind: str, note_id: str) -> etree._Element | None:
        return self._notes.get((kind, note_id))


class _Reader:
    """Walks the body once; a note waits until the paragraph that refers to it has ended."""

    def __init__(self, headings: _Headings, numbers: Numbers, notes: _Notes) -> None:
        self._headings = headings
        self._numbers = numbers
        self._notes = notes
        self._noted = 0
        self._waiting: list[Block] = []

    def read(self, element: etree._Element) -> Iterator[Block]:
        """The blocks below an element, in order."""
        for child in element:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                yield from self.read(child)

    def _paragraph(self, element: etree._Element) -> Iterator[Block]:
        for box in element.iter(f"{W}txbxContent"):
            if not any(ancestor.tag == f"{_MC}Fallback" for ancestor in box.iterancestors()):
                yield from self.read(box)
        properties = element.find(f"{W}pPr")
        style = properties.find(f"{W}pStyle") if properties is not None else None
        style_id = style.get(f"{W}val") if style is not None else None
        mark = self._numbers.mark(style_id, properties)
        level = self._headings.level(style_id, properties)
        for number, text in enumerate(_split_at_breaks("".join(self._words(element)))):
            printed = mark if number == 0 else ""
            if level is not None or (not mark and self._looks_like_heading(element, style_id, text)):
                yield Block(kind="heading", text=f"{printed} {text}", level=level)
            elif mark or is_list_item(text):
                yield Block(kind="list_item", text=text, mark=printed, number=printed or None)
            else:
                yield Block(kind="paragraph", text=text)
        waiting, self._waiting = self._waiting, []
        yield from waiting

    def _looks_like_heading(self, element: etree._Element, style_id: str | None, text: str) -> bool:
        if not 0 < len(text) <= _LONGEST_HEADING or text[-1] in ".,;:?":
            return False
        runs = [run for run in element.iter(f"{W}r") if any((part.text or "").strip() for part in run.iter(f"{W}t"))]
        return bool(runs) and all(_is_bold(run, by_style=style_id in self._headings.bold) for run in runs)

    def _table(self, element: etree._Element) -> Iterator[Block]:
        for row in element.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not element:
                continue  # a row of a table inside a cell; its words stand in the cell
            cells = list(row.iter(f"{W}tc"))
            if len(cells) == 1 and next(cells[0].iter(f"{W}gridSpan"), None) is None:
                yield from self.read(cells[0])  # a box around text, no table
                continue
            own = [cell for cell in cells if next(cell.iterancestors(f"{W}tr")) is row]
            yield Block(kind="table_row", cells=tuple(" ".join("".join(self._words(part)) for part in cell.iter(f"{W}p")) for cell in own))
            waiting, self._waiting = self._waiting, []
            yield from waiting

    def _words(self, element: etree._Element) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag == f"{W}t":
                yield child.text or ""
            elif tag == f"{W}tab":
                yield " "
            elif tag in (f"{W}br", f"{W}cr"):
                yield "\n"
            elif tag == f"{W}noBreakHyphen":
                yield "-"
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                self._note("footnote" if tag == f"{W}footnoteReference" else "endnote", child.get(f"{W}id", ""))
            elif isinstance(tag, str) and tag not in _SKIPPED and tag != f"{W}txbxContent":
                yield from self._words(child)

    def _note(self, kind: str, note_id: str) -> None:
        note = self._notes.find(kind, note_id)
        if note is None:
            return
        self._noted += 1
        text = " ".join("".join(part.text or "" for part in paragraph.iter(f"{W}t")) for paragraph in note.iter(f"{W}p"))
        self._waiting.append(Block(kind="footnote", text=text, mark=str(self._noted), number=str(self._noted)))


def _is_bold(run: etree._Element, *, by_style: bool) -> bool:
    bold = run.find(f"{W}rPr/{W}b")
    if bold is None:
        return by_style
    return bold.get(f"{W}val", "1") not in ("0", "false", "off")


def _split_at_breaks(text: str) -> list[str]:
    """The paragraphs that line breaks make: after a short line or the end of a sentence, not in the middle of one."""
    parts: list[str] = []
    for line in text.split("\n"):
        line = " ".join(line.split())
        if not line:
            continue
        if parts and len(parts[-1]) >= 60 and not _ENDED.search(parts[-1]):
            parts[-1] = f"{parts[-1]} {line}"
        else:
            parts.append(line)
    return parts
