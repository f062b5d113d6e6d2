"""A publication in, the bytes of the Word file out as a ministry sends it: styles, real lists, tables and footnotes.

python-docx makes no footnotes, so their part is written here. The archive is packed again with fixed times: same publication, same bytes.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as DocxDocument
from docx.opc.packuri import PackURI
from docx.opc.part import Part as PackagePart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from crawler.replay.dutch import dutch_date
from crawler.replay.library import Publication
from crawler.replay.markup import Block, plain_text, runs, speaker
from crawler.replay.render_html import question_heads

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_NOTES_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_FIXED_TIME = (2026, 11, 10, 9, 0, 0)


def render_docx(publication: Publication) -> bytes:
    """The bytes of the Word file."""
    document = Document()
    document.core_properties.title = publication.title
    document.core_properties.author = publication.ministry or "Tweede Kamer der Staten-Generaal"
    document.core_properties.created = document.core_properties.modified = datetime(*_FIXED_TIME)
    footer = document.sections[0].footer.paragraphs[0]
    footer.text = f"{publication.ministry or ''} – {publication.title}"
    for line in _opening(publication):
        document.add_paragraph(line)
    for part in publication.content.parts:
        if part.kind in ("question", "answer", "notice"):
            document.add_heading(part.label, level=2)
        elif part.kind == "annex":
            document.add_heading(f"Bijlage {part.label}", level=1)
        elif part.kind == "speech":
            address, name, party = speaker(part.label)
            document.add_paragraph().add_run(f"{address} {name}".strip() + (f" ({party}):" if party else ":")).bold = True
        for block in part.blocks:
            _block(document, block)
    if publication.content.notes:
        _attach_notes(document, publication)
    return _packed(document)


def _opening(publication: Publication) -> list[str]:
    if publication.question:
        return question_heads(publication)
    if publication.kind == "kamerbrief":
        return [
            "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal", f"Datum {dutch_date(publication.date)}", f"Betreft {publication.title}",
        ]  # fmt: skip
    return [publication.title, dutch_date(publication.date)]


def _block(document: DocxDocument, block: Block) -> None:
    match block.kind:
        case "heading":
            document.add_heading(f"{block.mark} {plain_text(block.text)}".strip(), level=block.level)
        case "paragraph":
            _fill(document.add_paragraph(), block.text)
        case "list_item":
            _fill(document.add_paragraph(style="List Bullet" if block.mark == "–" else "List Number"), block.text)
        case "table":
            table = document.add_table(rows=0, cols=len(block.rows[0]))
            table.style = "Table Grid"
            for row in block.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    _fill(cell.paragraphs[0], text)


def _fill(paragraph: Paragraph, text: str) -> None:
    for run in runs(text):
        if run.style == "note":
            reference = OxmlElement("w:footnoteReference")
            reference.set(qn("w:id"), run.target)
            paragraph.add_run()._r.append(reference)
        else:
            paragraph.add_run(run.text).bold = run.style == "bold" or None


def _attach_notes(document: DocxDocument, publication: Publication) -> None:
    # Word wants the two separators, numbered -1 and 0, before the first real note.
    separators = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    notes = "".join(
        f'<w:footnote w:id="{mark}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {escape(plain_text(text))}</w:t></w:r></w:p>'
        "</w:footnote>"
        for mark, text in publication.content.notes.items()
    )
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:footnotes xmlns:w="{_WORD}">{separators}{notes}</w:footnotes>'
    part = PackagePart(PackURI("/word/footnotes.xml"), _NOTES_TYPE, xml.encode(), document.part.package)
    document.part.relate_to(part, _NOTES_RELATION)


def _packed(document: DocxDocument) -> bytes:
    saved, packed = io.BytesIO(), io.BytesIO()
    package = document.part.package
    for key in [key for key, relation in package.rels.items() if relation.reltype.endswith("/thumbnail")]:
        # The library's template carries a picture of itself.
        del package.rels[key]
    document.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            target.writestr(zipfile.ZipInfo(name, _FIXED_TIME), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
