"""Bytes of an official publication in XML (kamerstuk, kamervragen, handelingen, staatsblad, staatscourant) in, its text out.

The schema names hundreds of elements and grows; what is not named here is read by its shape: an element with text of its own is a
paragraph, an element around others is a container. So an unknown element never costs text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from lxml import etree

from db.errors import ExtractionError
from db.records import SegmentKind, Text, Within
from pipeline.extract.blocks import Block, assemble, footnotes_last, mark_motions, numbers_in
from pipeline.extract.zipcheck import one_line

EXTRACTOR = "opxml/1"
MAX_BYTES = 30_000_000
"""The longest budgets are below 10 million; reading takes about a second for each million."""

_ROOTS = frozenset({"officiele-publicatie", "kamerstuk", "kamervragen", "handelingen", "staatsblad", "staatscourant", "gemeenteblad"})

# The masthead of a paper ("Vergaderjaar 2020-2021"), what has no words, and marks that are read where they belong.
_SKIPPED = frozenset({
    "metadata", "meta", "kamerstukkop", "kamervraagkop", "plaatje", "illustratie", "colspec", "nootref", "noot.nr", "li.nr", "lidnr",
})  # fmt: skip

_INLINE = frozenset({
    "nadruk", "extref", "intref", "intioref", "extioref", "naam", "voornaam", "achternaam", "voorvoegsels", "politiek", "datum",
    "organisatie", "sup", "inf", "kamervraagonderwerp", "ondernummer", "dossiernr", "dossiernummer", "plaats", "abbr", "afkorting", "sub",
    "strong", "em", "i", "b", "u", "redactie", "label", "nr", "verwijzing",
})  # fmt: skip

_HEADINGS = frozenset({
    "kop", "titel", "subtitel", "tussenkop", "intitule", "item-titel", "kamervraagomschrijving", "kamervraagnummer", "stuknr", "divisiekop",
})  # fmt: skip

_SECTIONS = frozenset({
    "divisie", "circulaire.divisie", "sub-divisie", "verslag-divisie", "boek", "deel", "titeldeel", "hoofdstuk", "afdeling", "paragraaf",
    "sub-paragraaf", "artikel", "wijzig-artikel", "bijlage", "nota-toelichting", "motie",
})  # fmt: skip

_PARTS: dict[str, Within] = {
    "ondertekening": "signature", "gegeven": "signature", "uitgifte": "signature", "ondertekenaar": "signature", "bijlage": "annex",
    "motie": "motion", "wettekst": "law", "regeling-tekst": "law", "inhoudsopgave": "contents", "inhopg": "contents",
}  # fmt: skip


def extract(body: bytes) -> Text:
    """The text of an official publication.

    Raises: ExtractionError: "empty", "size", "damaged", "dtd" or "type".
    """
    root = _parse(body)
    if etree.QName(root).localname not in _ROOTS:
        raise ExtractionError(f"type: the root element is {etree.QName(root).localname[:60]}, not an official publication")
    blocks = list(_Reader().read(root, _Place()))
    if all(block.kind == "heading" for block in blocks):
        raise ExtractionError("empty: the publication holds no text beside its headings")
    return assemble(mark_motions(footnotes_last(blocks)), extractor=EXTRACTOR)


def _parse(body: bytes) -> etree._Element:
    if len(body) > MAX_BYTES:
        raise ExtractionError(f"size: {len(body)} bytes is over the limit of {MAX_BYTES}")
    if not body.strip():
        raise ExtractionError("empty: the file has no bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )  # fmt: skip
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "amplification" in str(error):
            raise ExtractionError("dtd: the file declares entities that grow without end") from error
        raise ExtractionError(f"damaged: not well-formed XML ({one_line(error)})") from error
    # No publication declares a document type; with it come entities, and files of others.
    if root.getroottree().docinfo.internalDTD is not None:
        raise ExtractionError("dtd: the file declares a document type")
    return root


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the reader stands: what the next paragraph is, and part of what."""

    kind: SegmentKind = "paragraph"
    number: str | None = None
    within: Within | None = None
    level: int = 1
    speaker: str | None = None

    @property
    def role(self) -> Within | None:
        """What a heading, list item, row or note that stands here is part of."""
        if self.kind == "question":
            return "question"
        return "answer" if self.kind == "answer" else self.within


class _Reader:
    """Walks the tree once. Footnotes wait until the block that refers to them has ended, the mark of a list item until its first words."""

    def __init__(self) -> None:
        self._notes: list[Block] = []
        self._mark = ""

    def read(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        """The blocks of an element, in reading order."""
        name = _name(element)
        if name in _SKIPPED or (name == "kop" and element.getparent() is element.getroottree().getroot()):
            return  # a kop of the whole is the masthead of the paper: "Staatscourant, officiële uitgave sinds 1814"
        if name in _PARTS and place.within not in ("question", "answer"):
            place = replace(place, within=_PARTS[name])
        match name:
            case "dossier" | "stuk" | "agendapunt":
                yield from self._titled(element, place)
            case "vraag" | "antwoord":
                yield from self._answered(element, place)
            case "spreekbeurt":
                yield from self._speech(element, place)
            case "motie-info":  # the chair speaks again, after the words of the motion
                yield from self._speech(element, replace(place, within=None))
            case "li" | "lid":
                yield from self._item(element, place)
            case "row":
                cells = tuple(self._flat(entry, place) for entry in element)
                yield Block(kind="table_row", cells=cells, within=place.role, speaker=place.speaker)
                yield from self._waiting_notes()
            case "al" if _is_bold_line(element):
                yield self._heading(self._flat(element, place), replace(place, level=place.level + 1))
            case _ if name in _HEADINGS:
                yield self._heading(self._flat(element, place), place)
                yield from self._waiting_notes()
            case "ondertekening":
                for child in element:
                    yield Block(kind="paragraph", text=self._flat(child, place), within="signature")
            case _:
                deeper = replace(place, level=place.level + 1) if name in _SECTIONS else place
                yield from self._contents(element, deeper)

    def _contents(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        """Text between block elements becomes paragraphs; block elements are read in turn."""
        run = [element.text or ""]
        for child in element:
            name = _name(child)
            if name in _INLINE:
                run.append(self._flat(child, place))
            elif name == "noot" and not _holds_table(child):
                self._note(child, place)
            elif name not in _SKIPPED:
                yield from self._paragraph(run, place)
                run = []
                yield from self.read(child, place)
            run.append(child.tail or "")
        yield from self._paragraph(run, place)

    def _paragraph(self, run: list[str], place: _Place) -> Iterator[Block]:
        text = "".join(run).strip()
        if text:
            mark, self._mark = self._mark, ""
            yield Block(kind=place.kind, text=text, number=place.number, within=place.within, speaker=place.speaker, mark=mark)
            yield from self._waiting_notes()

    def _titled(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        """A number and a title that stand on one line: `32 545 Wet- en regelgeving`, `Nr. 143 Motie van het lid`."""
        names = {"dossier": ("dossiernummer", "titel"), "stuk": ("stuknr", "titel"), "agendapunt": ("nr", "item-titel")}[_name(element)]
        titles = [child for child in element if _name(child) in names]
        text = " ".join(self._flat(child, place) for child in titles)
        yield self._heading(text, place)
        deeper = replace(place, level=place.level + 1) if _name(element) != "dossier" else place
        for child in element:
            if child not in titles:
                yield from self.read(child, deeper)

    def _answered(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        role: Literal["question", "answer"] = "question" if _name(element) == "vraag" else "answer"
        label = " ".join(self._flat(child, place) for child in element if _name(child) == "nr")
        number = numbers_in(label)
        if label:
            yield Block(kind="heading", text=label, number=number, within=role, level=place.level + 1)
        inner = replace(place, kind=role, number=number, within=None, level=place.level + 1)
        for child in element:
            if _name(child) != "nr":
                yield from self.read(child, inner)
        yield from self._paragraph([element.text or "", *(child.tail or "" for child in element)], inner)

    def _speech(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        for child in element:
            if _name(child) == "spreker":
                printed = re.sub(r"\s+([:)])", r"\1", self._flat(child, place)).replace("( ", "(")
                place = replace(place, speaker=printed.rstrip(": ") or None)
                yield Block(kind="heading", text=printed, speaker=place.speaker)
            else:
                yield from self.read(child, place)

    def _item(self, element: etree._Element, place: _Place) -> Iterator[Block]:
        self._mark = " ".join(self._flat(child, place) for child in element if _name(child) in ("li.nr", "lidnr"))
        yield from self._contents(element, replace(place, kind="list_item", number=self._mark.strip(".()°") or None, within=place.role))
        self._mark = ""

    def _heading(self, text: str, place: _Place) -> Block:
        return Block(kind="heading", text=text, within=place.role, level=min(place.level, 9), speaker=place.speaker)

    def _note(self, element: etree._Element, place: _Place) -> None:
        mark = " ".join(self._flat(child, place) for child in element if _name(child) == "noot.nr") or element.get("nr")
        text = " ".join(self._flat(child, place) for child in element if _name(child) != "noot.nr")
        self._notes.append(Block(kind="footnote", text=f"{element.text or ''} {text}", number=mark, within=place.role, mark=mark or ""))

    def _waiting_notes(self) -> Iterator[Block]:
        notes, self._notes = self._notes, []
        yield from notes

    def _flat(self, element: etree._Element, place: _Place) -> str:
        """All words of an element on one line, without the marks of its footnotes; block elements inside are kept apart by a space."""
        words = [element.text or ""]
        for child in element:
            name = _name(child)
            if name == "noot":
                self._note(child, place)
            elif name not in ("nootref", "plaatje", "illustratie"):
                inner = self._flat(child, place)
                words.append(inner if name in _INLINE and name not in ("nr", "label") else f" {inner} ")
            words.append(child.tail or "")
        return " ".join("".join(words).split()) if _name(element) not in _INLINE else "".join(words)


def _name(element: etree._Element) -> str:
    tag = element.tag
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def _is_bold_line(element: etree._Element) -> bool:
    """Say whether a paragraph is set as a heading: one short bold line without a full stop."""
    if len(element) == 0 or (element.text or "").strip():
        return False
    if any(_name(child) != "nadruk" or child.get("type") != "vet" or (child.tail or "").strip() for child in element):
        return False
    text = "".join(str(part) for part in element.itertext()).strip()
    return 0 < len(text) <= 150 and text[-1] not in ".,;:?!"


def _holds_table(element: etree._Element) -> bool:
    """Some publishers put a whole table into a footnote without a mark."""
    return element.find(".//{*}row") is not None
