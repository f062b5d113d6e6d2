"""Bytes of an OpenDocument text in, its text out: headings, lists with their numbers, table rows, notes; no frames on the page, no comments."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from db.errors import ExtractionError
from db.records import Text
from pipeline.extract.blocks import Block, assemble_by_words, is_list_item
from pipeline.extract.list_marks import BULLET, Numbering, numeral, whole_number
from pipeline.extract.zipcheck import open_archive, read_xml

EXTRACTOR = "odt/1"

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _TABLE, _STYLE, _OFFICE, _DRAW = (f"{{{_NAMESPACE}{name}:1.0}}" for name in ("text", "table", "style", "office", "drawing"))
_FO = f"{{{_NAMESPACE}xsl-fo-compatible:1.0}}"

# No text of the document: former versions, comments, declarations, what a field is called.
_SKIPPED = frozenset({
    f"{_TEXT}tracked-changes", f"{_TEXT}sequence-decls", f"{_TEXT}variable-decls", f"{_TEXT}user-field-decls", f"{_OFFICE}annotation",
    f"{_OFFICE}forms", f"{_TEXT}soft-page-break", f"{_TEXT}bookmark", f"{_TABLE}table-column", f"{_TABLE}covered-table-cell",
})  # fmt: skip
_NUMBERINGS: dict[str, Numbering] = {
    "1": "decimal", "a": "lower-letter", "A": "upper-letter", "i": "lower-roman", "I": "upper-roman", "": "none",
}  # fmt: skip
_LONGEST_HEADING = 200
_MASTHEAD = "parlementair.kop"
"""Name of the table in which officielebekendmakingen.nl sets the head of a paper ("Vergaderjaar 2020-2021")."""


def extract(body: bytes) -> Text:
    """The text of an OpenDocument file.

    Raises: ExtractionError: "empty", "encrypted", "damaged", "bomb", "dtd" or "type".
    """
    with open_archive(body) as archive:
        manifest = read_xml(archive, "META-INF/manifest.xml")
        if manifest is not None and manifest.find(".//{*}encryption-data") is not None:
            raise ExtractionError("encrypted: the document asks for a password")
        content = read_xml(archive, "content.xml")
        if content is None:
            raise ExtractionError("type: the archive holds no content.xml")
        styles = _Styles(content, read_xml(archive, "styles.xml"))
    text = content.find(f".//{_OFFICE}text")
    if text is None:
        raise ExtractionError("type: the file is no text document")
    return assemble_by_words(_Reader(styles).read(text), extractor=EXTRACTOR)


class _Styles:
    """Which styles are bold, and how lists are numbered."""

    def __init__(self, *parts: etree._Element | None) -> None:
        self.bold: set[str] = set()
        self._lists: dict[tuple[str, int], tuple[Numbering, str, int]] = {}
        for part in parts:
            for element in part.iter(f"{_STYLE}style", f"{_TEXT}list-style") if part is not None else ():
                name = element.get(f"{_STYLE}name", "")
                if element.tag == f"{_TEXT}list-style":
                    self._read_list(name, element)
                elif any(properties.get(f"{_FO}font-weight") == "bold" for properties in element.iter(f"{_STYLE}text-properties")):
                    self.bold.add(name)

    def _read_list(self, name: str, element: etree._Element) -> None:
        for level in element:
            depth = whole_number(level.get(f"{_TEXT}level"), 1)
            if level.tag == f"{_TEXT}list-level-style-number":
                numbering = _NUMBERINGS.get(level.get(f"{_STYLE}num-format", ""), "decimal")
                self._lists[name, depth] = numbering, level.get(f"{_STYLE}num-suffix", ""), whole_number(level.get(f"{_TEXT}start-value"), 1)
            else:
                self._lists[name, depth] = "bullet", "", 1

    def mark(self, name: str, depth: int, index: int) -> str:
        """What is printed before an item; `index` counts from 0."""
        numbering, suffix, start = self._lists.get((name, depth), ("bullet", "", 1))
        printed = numeral(start + index, numbering)
        return printed if numbering == "bullet" or not printed else printed + suffix


class _Reader:
    """Walks the document once; notes wait until their paragraph has ended."""

    def __init__(self, styles: _Styles) -> None:
        self._styles = styles
        self._waiting: list[Block] = []

    def read(self, element: etree._Element) -> Iterator[Block]:
        """The blocks below an element, in order."""
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SKIPPED:
                continue
            if tag in (f"{_TEXT}p", f"{_TEXT}h"):
                yield from self._paragraph(child, "")
            elif tag == f"{_TEXT}list":
                yield from self._list(child, child.get(f"{_TEXT}style-name", ""), 1)
            elif tag == f"{_TABLE}table":
                yield from self._table(child)
            elif tag == f"{_DRAW}frame":
                # a frame that is tied to the page holds its imprint, one in the text holds text
                if child.get(f"{_TEXT}anchor-type") != "page":
                    yield from self.read(child)
            else:
                yield from self.read(child)

    def _list(self, element: etree._Element, style: str, depth: int) -> Iterator[Block]:
        index = 0
        for item in element:
            if item.tag not in (f"{_TEXT}list-item", f"{_TEXT}list-header"):
                continue
            mark = self._styles.mark(style, depth, index) if item.tag == f"{_TEXT}list-item" else ""
            for child in item:
                if child.tag == f"{_TEXT}list":
                    yield from self._list(child, child.get(f"{_TEXT}style-name") or style, depth + 1)
                elif child.tag in (f"{_TEXT}p", f"{_TEXT}h"):
                    yield from self._paragraph(child, mark, item=True)
                    mark = ""
                elif isinstance(child.tag, str):
                    yield from self.read(child)
            index += item.tag == f"{_TEXT}list-item"

    def _table(self, element: etree._Element) -> Iterator[Block]:
        if element.get(f"{_TABLE}name", "").startswith(_MASTHEAD):
            return
        for row in element.iter(f"{_TABLE}table-row"):
            if next(row.iterancestors(f"{_TABLE}table")) is not element:
                continue  # a row of a table inside a cell; its words stand in the cell
            cells = [cell for cell in row if cell.tag == f"{_TABLE}table-cell"]
            if len(cells) == 1 and cells[0].get(f"{_TABLE}number-columns-spanned", "1") == "1":
                yield from self.read(cells[0])  # a box around text, no table
            else:
                paragraphs = (cell.iter(f"{_TEXT}p", f"{_TEXT}h") for cell in cells)
                yield Block(kind="table_row", cells=tuple(" ".join(map(self._line, cell)) for cell in paragraphs))
            yield from self._notes()

    def _paragraph(self, element: etree._Element, mark: str, *, item: bool = False) -> Iterator[Block]:
        for frame in element.iter(f"{_DRAW}text-box"):
            yield from self.read(frame)
        text = self._line(element)
        level = whole_number(element.get(f"{_TEXT}outline-level"), 0) or None
        if element.tag == f"{_TEXT}h" or (not item and self._is_bold(element) and 0 < len(text) <= _LONGEST_HEADING and text[-1] not in ".,;:"):
            yield Block(kind="heading", text=f"{mark} {text}", level=level)
        elif item or is_list_item(text):
            yield Block(kind="list_item", text=text, mark=mark, number=mark or None)
        else:
            yield Block(kind="paragraph", text=text)
        yield from self._notes()

    def _is_bold(self, element: etree._Element) -> bool:
        if element.get(f"{_TEXT}style-name") in self._styles.bold:
            return True
        outside = (element.text or "") + "".join(child.tail or "" for child in element)
        spans = [child for child in element if child.tag == f"{_TEXT}span"]
        return bool(spans) and not outside.strip() and all(span.get(f"{_TEXT}style-name") in self._styles.bold for span in spans)

    def _line(self, element: etree._Element) -> str:
        return " ".join("".join(self._words(element)).split())

    def _words(self, element: etree._Element) -> Iterator[str]:
        yield element.text or ""
        for child in element:
            if child.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
                yield " "
            elif child.tag == f"{_TEXT}note":
                self._note(child)
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED and child.tag != f"{_DRAW}frame":
                yield from self._words(child)
            yield child.tail or ""

    def _note(self, element: etree._Element) -> None:
        mark = "".join("".join(self._words(part)) for part in element.iter(f"{_TEXT}note-citation")).strip()
        text = " ".join(self._line(part) for body in element.iter(f"{_TEXT}note-body") for part in body)
        self._waiting.append(Block(kind="footnote", text=text, mark=mark or BULLET, number=mark or None))

    def _notes(self) -> Iterator[Block]:
        notes, self._waiting = self._waiting, []
        yield from notes
