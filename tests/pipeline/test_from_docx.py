"""Word documents: styles, numbers that Word computes, tables, notes, tracked changes, and archives that must be refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml

from db.errors import ExtractionError
from db.records import Segment, Text
from pipeline.extract.from_docx import extract

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NUMBERING = (
    f'<w:abstractNum {W} w:abstractNumId="77">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
)
FOOTNOTES = (
    f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>streep</w:t></w:r></w:p></w:footnote>'
    '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> Kamerstukken II 2024/25, 32 824, nr. 4.</w:t></w:r></w:p>'
    "</w:footnote></w:footnotes>"
)


def saved(fill: Callable[[Any], None]) -> bytes:
    document = docx.Document()
    fill(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def with_part(body: bytes, name: str, content: bytes) -> bytes:
    """The same archive with one member added or replaced."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(body)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return out.getvalue()


def numbered(document: Any, text: str, depth: int) -> None:
    root = document.part.numbering_part.element
    if root.find(f"{{{W[9:-1]}}}num[@{{{W[9:-1]}}}numId='77']") is None:
        root.insert(0, parse_xml(NUMBERING))
        root.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    paragraph = document.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'))


def only(text: Text, words: str) -> Segment:
    found = [segment for segment in text.segments if text.text[segment.start : segment.end].startswith(words)]
    assert len(found) == 1, f"{words!r} starts {len(found)} segments"
    return found[0]


def letter(document: Any) -> None:
    document.add_heading("Voortgang inburgering", level=1)
    document.add_paragraph("Geachte voorzitter,")
    document.add_paragraph("Hierbij informeer ik uw Kamer over de voortgang van de inburgering in het eerste kwartaal.")
    document.add_paragraph().add_run("Taalniveau").bold = True
    numbered(document, "Eerste maatregel;", 0)
    numbered(document, "onderdeel een;", 1)
    numbered(document, "onderdeel twee;", 1)
    numbered(document, "Tweede maatregel;", 0)
    numbered(document, "onderdeel drie.", 1)
    document.add_paragraph("Punt met een bolletje", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip((cell for row in table.rows for cell in row.cells), ("Jaar", "Bedrag", "2025", "€ 5 mln"), strict=True):
        cell.text = words


def test_headings_lists_and_tables() -> None:
    text = extract(saved(letter))
    assert (only(text, "Voortgang inburgering").kind, only(text, "Voortgang inburgering").level) == ("heading", 1)
    assert only(text, "Taalniveau").kind == "heading", "a short bold paragraph"
    assert only(text, "Hierbij informeer").kind == "paragraph"
    rows = [[text.text[start:end] for start, end in segment.cells] for segment in text.segments if segment.kind == "table_row"]
    assert rows == [["Jaar", "Bedrag"], ["2025", "€ 5 mln"]]
    assert only(text, "Punt met").kind == "list_item"


def test_numbers_that_word_computes_are_in_the_text() -> None:
    text = extract(saved(letter)).text
    for printed in ("1. Eerste", "1.a) onderdeel een", "1.b) onderdeel twee", "2. Tweede", "2.a) onderdeel drie"):
        assert printed in text


def test_numbers_that_make_no_sense_are_passed_over() -> None:
    """`²` counts as a digit and is no number; a depth of 99 has no format."""

    def fill(document: Any) -> None:
        numbered(document, "Eerste maatregel;", 99)
        level = document.part.numbering_part.element.find(f".//{{{W[9:-1]}}}start")
        level.set(f"{{{W[9:-1]}}}val", "²")
        numbered(document, "Tweede maatregel.", 0)

    assert extract(saved(fill)).text == "Eerste maatregel;\n\n1. Tweede maatregel."


def test_questions_and_answers_by_their_words() -> None:
    def fill(document: Any) -> None:
        for words in ("Vraag 1", "Kent u het bericht?", "Antwoord 1", "Ja.", "Vraag 2", "Wat doet u?", "Antwoord 2", "Ik stuur een brief."):
            document.add_paragraph(words)

    text = extract(saved(fill))
    assert (only(text, "Ik stuur").kind, only(text, "Ik stuur").number) == ("answer", "2")


def test_automatic_numbers_make_questions() -> None:
    def fill(document: Any) -> None:
        numbered(document, "Bent u bekend met het bericht over taalscholen?", 0)
        document.add_paragraph("Ja.")
        numbered(document, "Deelt u de mening dat dit beter moet?", 0)
        document.add_paragraph("Ik zal de scholen daarop aanspreken.")

    text = extract(saved(fill))
    assert [(segment.kind, segment.number) for segment in text.segments] == [("question", "1"), ("answer", "1"), ("question", "2"), ("answer", "2")]


def test_deleted_text_goes_and_inserted_text_stays() -> None:
    def fill(document: Any) -> None:
        change = (
            f'<w:p {W}><w:r><w:t xml:space="preserve">Het budget is </w:t></w:r><w:del><w:r><w:delText>4</w:delText></w:r></w:del>'
            "<w:ins><w:r><w:t>5</w:t></w:r></w:ins><w:r><w:t xml:space='preserve"
            "'> miljoen</w:t><w:noBreakHyphen/><w:t>euro.</w:t></w:r></w:p>"
        )
        document.element.body.insert(0, parse_xml(change))
        box = f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>In een invulveld.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        document.element.body.insert(1, parse_xml(box))

    assert extract(saved(fill)).text == "Het budget is 5 miljoen-euro.\n\nIn een invulveld."


def test_line_break_after_a_short_line_makes_a_paragraph() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("Vraag 1\nKent u het rapport van de inspectie over de examens,\nen zo ja, wat vindt u daarvan?")

    assert extract(saved(fill)).text.startswith("Vraag 1\n\nKent u het rapport")


def test_footnotes_stand_apart() -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("Zoals gemeld")
        paragraph._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
        paragraph.add_run(" komt er een brief.")

    text = extract(with_part(saved(fill), "word/footnotes.xml", FOOTNOTES.encode()))
    assert text.text == "Zoals gemeld komt er een brief.\n\n1 Kamerstukken II 2024/25, 32 824, nr. 4."
    assert (only(text, "Kamerstukken").kind, only(text, "Kamerstukken").number) == ("footnote", "1")


def _bomb() -> bytes:
    return with_part(saved(lambda document: document.add_paragraph("x")), "word/media/image1.bin", b"\x00" * 8_000_000)


def _entities(body: bytes) -> bytes:
    content = f"<w:document {W}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"
    return with_part(body, "word/document.xml", f'<!DOCTYPE x [<!ENTITY a "b">]>{content}'.encode())


def _locked(body: bytes) -> bytes:
    """The archive with the flag for "encrypted" set on its members."""
    changed = bytearray(body)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 8] |= 1
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


PLAIN = saved(lambda document: document.add_paragraph("Een alinea."))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (saved(lambda document: None), "empty"),  # noqa: ARG005
        (_bomb(), "bomb"),
        (_entities(PLAIN), "dtd"),
        (_locked(PLAIN), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "encrypted"),  # what Word writes with a password
        (PLAIN[:-200], "damaged"),
        (b"PK\x03\x04 geen archief", "damaged"),
        (with_part(PLAIN, "word/document.xml", b"<w:document>"), "damaged"),
        (with_part(PLAIN, "word/styles.xml", b"<x/>"), "damaged"),  # well-formed, and no styles
        (with_part(PLAIN, "word/header9.xml", b" " * 30_000_001), "bomb"),
        (b"%PDF-1.4 geen archief", "damaged"),
    ],
)
def test_bad_files_are_refused_with_a_code(body: bytes, code: str) -> None:
    with pytest.raises(ExtractionError, match=f"^{code}: .+"):
        extract(body)


def test_archive_without_a_document_is_of_another_type() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "geen document")
    with pytest.raises(ExtractionError, match=r"^type: "):
        extract(out.getvalue())
