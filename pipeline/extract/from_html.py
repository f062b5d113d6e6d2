"""Bytes of a web page in, the text of the document on it out.

Pages of officielebekendmakingen.nl mark question, answer, law, signature and note by class; of other pages the shape is known (headings,
lists, tables) and the words say the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from db.errors import ExtractionError
from db.records import SegmentKind, Text, Within
from pipeline.extract.blocks import Block, assemble, assemble_by_words, is_list_item, mark_motions, numbers_in
from pipeline.extract.html_main import find_main, is_link_list, strip_furniture
from pipeline.extract.list_marks import BULLET, Numbering, numeral, whole_number
from pipeline.extract.turns import mark_turns
from pipeline.extract.zipcheck import one_line

EXTRACTOR = "html/1"
MAX_BYTES = 10_000_000

_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "q",
    "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_PARTS: tuple[tuple[str, Within], ...] = (
    ("vraag", "question"), ("antwoord", "answer"), ("ondertekening", "signature"), ("gegeven", "signature"), ("uitgifte", "signature"),
    ("bijlage", "annex"), ("wettekst", "law"), ("motie", "motion"),
)  # fmt: skip
_NUMBERINGS: dict[str, Numbering] = {"a": "lower-letter", "A": "upper-letter", "i": "lower-roman", "I": "upper-roman"}
_MARK_CLASS = re.compile(r"(?:^|\s)(?:nootref|noot-?ref|nootverwijzing|footnote-?ref)")
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?\s{0,3}([\w-]{3,20})", re.IGNORECASE)
_NOTE_MARK = re.compile(r"[\[(]?(?P<mark>\d{1,3}|\*{1,3}|[a-z])[\])]?\.?$")
_SUBSET = re.compile(rb"<!DOCTYPE[^>\[]{0,500}\[|<!ENTITY\b", re.IGNORECASE)


def extract(body: bytes) -> Text:
    """The text of a web page.

    Raises: ExtractionError: "empty", "size", "type" or "dtd".
    """
    if not body.strip():
        raise ExtractionError("empty: the file has no bytes")
    if len(body) > MAX_BYTES:
        raise ExtractionError(f"size: {len(body)} bytes is over the limit of {MAX_BYTES}")
    if b"\x00" in body[:2048] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ExtractionError("type: the file is binary, no web page")
    if _SUBSET.search(body[:65536]):
        raise ExtractionError("dtd: the page declares entities")
    root = _parse(_decode(body))
    published = root.find(".//*[@id='broodtekst']") is not None
    strip_furniture(root)
    main = find_main(root)
    blocks = list(_Reader().read(main, _Place()))
    title = root.findall(".//h1")
    if not published and len(title) == 1 and main not in title[0].iterancestors():
        blocks.insert(0, Block(kind="heading", text="".join(str(part) for part in title[0].itertext()), level=1))
    return assemble(mark_motions(list(mark_turns(blocks))), extractor=EXTRACTOR) if published else assemble_by_words(blocks, extractor=EXTRACTOR)


def _decode(body: bytes) -> str:
    """UTF-8 where it is UTF-8, whatever the page says; else what it says, else Windows-1252."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _DECLARED.search(body[:4096])
        name = declared[1].decode("ascii") if declared else "cp1252"
        try:
            return body.decode("cp1252" if name.lower() in ("iso-8859-1", "latin1", "utf-8", "ascii", "us-ascii") else name, "replace")
        except LookupError:
            return body.decode("cp1252", "replace")


def _parse(page: str) -> etree._Element:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ExtractionError(f"damaged: no web page ({one_line(error)})") from error
    if root is None:
        raise ExtractionError("empty: the page holds no element")
    return root


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the reader stands: what the next paragraph is, and part of what."""

    kind: SegmentKind = "paragraph"
    number: str | None = None
    within: Within | None = None

    @property
    def role(self) -> Within | None:
        if self.kind == "question":
            return "question"
        return "answer" if self.kind == "answer" else self.within


class _Reader:
    """Walks the tree once; the mark of a list item waits for its first words."""

    def __init__(self) -> None:
        self._mark = ""

    def read(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        """The blocks of an element, in reading order."""
        tag = element.tag
        if not isinstance(tag, str):
            return
        classes = element.get("class", "").split()
        part = next((part for name, part in _PARTS if name in classes), None)
        if part in ("question", "answer"):
            yield from self._answered(element, place, part)
            return
        if part is not None and place.role not in ("question", "answer"):
            place = replace(place, within=part)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            yield Block(kind="heading", text=_flat(element), level=int(tag[1]), within=place.role)
        elif "voet" in classes or "noot" in classes or "footnote" in classes:
            yield from self._note(element, place)
        elif tag in ("ul", "ol", "menu", "dir"):
            yield from self._list(element, place)
        elif tag == "tr":
            yield from self._row(element, place)
        elif part == "signature" and (lines := [child for child in element if {"functie", "naam"} & set(child.get("class", "").split())]):
            yield from (Block(kind="paragraph", text=_flat(line), within="signature") for line in lines)
        elif tag == "p" and "labeled" in classes:
            yield from self._labelled(element, place)
        else:
            yield from self._contents(element, place)

    def _contents(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        run = [element.text or ""]
        for child in element:
            tag = child.tag
            if tag == "br":
                run.append("\n")
            elif isinstance(tag, str) and tag in _INLINE and not _holds_block(child):
                run.append(_words(child))
            elif isinstance(tag, str):
                yield from self._paragraphs(run, place)
                run = []
                yield from self.read(child, place)
            run.append(child.tail or "")
        yield from self._paragraphs(run, place)

    def _paragraphs(self, run: list[str], place: _Place) -> Iterator[Block]:
        """One paragraph of a run of text; two line breaks end a paragraph, as on pages without paragraphs."""
        for text in re.split(r"\n\s{0,40}\n", _keep_breaks(run)):
            text = text.strip()
            if not text:
                continue
            mark, self._mark = self._mark, ""
            kind = "list_item" if place.kind == "paragraph" and is_list_item(text) and place.role is None else place.kind
            yield Block(kind=kind, text=text, number=place.number, within=place.within, mark=mark)

    def _answered(self, element: etree._Element, place: _Place, role: Within) -> Iterator[Block]:
        title = next(element.iterchildren("h1", "h2", "h3", "h4"), None)
        label = _flat(title) if title is not None else ""
        number = numbers_in(label)
        if label:
            yield Block(kind="heading", text=label, number=number, within=role, level=2)
        inner = replace(place, kind="question" if role == "question" else "answer", number=number, within=None)
        for child in element:
            if child is not title:
                yield from self.read(child, inner)

    def _list(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        if is_link_list(element):
            return
        numbering: Numbering = _NUMBERINGS.get(element.get("type", "1"), "decimal") if element.tag == "ol" else "bullet"
        index = whole_number(element.get("start"), 1)
        for item in element:
            if item.tag != "li":
                if isinstance(item.tag, str):
                    yield from self.read(item, place)
                continue
            # officielebekendmakingen.nl prints the mark itself, in a span
            labelled = any("labeled" in paragraph.get("class", "").split() for paragraph in item.iterchildren("p"))
            printed = numeral(index, numbering)
            self._mark = "" if labelled else printed if numbering == "bullet" else f"{printed}."
            yield from self._contents(item, replace(place, kind="list_item", number=self._mark.strip(".•") or None, within=place.role))
            self._mark = ""
            index += 1

    def _labelled(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        label = next(element.iterchildren("span"), None)
        if label is not None and not (element.text or "").strip():
            self._mark = _flat(label)
            place = replace(place, kind="list_item", number=self._mark.strip(".()°•–-") or None, within=place.role)
            element = _without(element, label)
        yield from self._contents(element, place)

    def _row(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        cells = [cell for cell in element if cell.tag in ("td", "th")]
        alone = len(cells) == 1 and whole_number(cells[0].get("colspan"), 1) < 2
        if alone or any(next(cell.iter("table"), None) is not None for cell in cells):
            for cell in cells:  # a table that lays out the page
                yield from self._contents(cell, place)
        elif cells:
            yield Block(kind="table_row", cells=tuple(map(_flat, cells)), within=place.role)

    def _note(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        label = next((child for child in element.iter("span", "sup", "a") if _NOTE_MARK.match(_flat(child, marks=True))), None)
        mark = ""
        text = _flat(element, marks=True)
        if label is not None:
            found = _NOTE_MARK.match(_flat(label, marks=True))
            mark = found["mark"] if found else ""
            text = text.removeprefix(_flat(label, marks=True)).strip()
        yield Block(kind="footnote", text=text, number=mark or None, mark=mark or BULLET, within=place.role)


def _without(element: etree._Element, child: etree._Element) -> etree._Element:
    """The element with the text after a child but without the child."""
    element.text = (element.text or "") + (child.tail or "")
    element.remove(child)
    return element


def _holds_block(element: etree._Element) -> bool:
    return any(isinstance(inner.tag, str) and inner.tag not in _INLINE and inner.tag not in ("br", "img") for inner in element.iterdescendants())


def _is_note_mark(element: etree._Element) -> bool:
    """Whether an element is only the mark of a footnote: `<sup><a href="#n1">1</a></sup>`."""
    if _MARK_CLASS.search(element.get("class", "")):
        return True
    if element.tag == "sup":
        link = element.find(".//a")
        linked = link is not None or (element.getparent() is not None and getattr(element.getparent(), "tag", "") == "a")
        return linked and bool(_NOTE_MARK.match("".join(str(part) for part in element.itertext()).strip()))
    inner = element.find("sup") if element.tag == "a" else None
    return inner is not None and not (element.text or "").strip() and _is_note_mark(inner)


def _words(element: etree._Element, *, marks: bool = False) -> str:
    if not marks and _is_note_mark(element):
        return ""
    words = [element.text or ""]
    for child in element:
        if child.tag == "br":
            words.append("\n")
        elif isinstance(child.tag, str):
            inner = _words(child, marks=marks)
            words.append(inner if child.tag in _INLINE else f" {inner} ")
        words.append(child.tail or "")
    return "".join(words)


def _flat(element: etree._Element, *, marks: bool = False) -> str:
    return " ".join(_words(element, marks=marks).split())


def _keep_breaks(run: list[str]) -> str:
    """The text of a run with its line breaks, white space of the source folded; `\\n` in `run` stands alone where it is a break."""
    return "".join(part if part == "\n" else _SOURCE_SPACE.sub(" ", part) for part in run)


_SOURCE_SPACE = re.compile(r"\s+")
