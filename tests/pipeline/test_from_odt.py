"""OpenDocument texts: headings, lists, tables, notes, frames, and archives that must be refused."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from db.errors import ExtractionError
from db.records import Segment, Text
from pipeline.extract.from_odt import extract

_NAMES = {
    "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing", "fo": "xsl-fo-compatible", "svg": "svg-compatible",
}  # fmt: skip
NAMESPACES = " ".join(f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for prefix, name in _NAMES.items())
STYLES = (
    '<style:style style:name="vet" style:family="paragraph"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"/></text:list-style>'
    '<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>'
)


def built(body: str, *, head: str = "", extra: dict[str, str] | None = None) -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content {NAMESPACES}>'
        f"<office:automatic-styles>{STYLES}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        for name, part in (extra or {}).items():
            archive.writestr(name, part)
    return out.getvalue()


def only(text: Text, words: str) -> Segment:
    found = [segment for segment in text.segments if text.text[segment.start : segment.end].startswith(words)]
    assert len(found) == 1, f"{words!r} starts {len(found)} segments"
    return found[0]


LETTER = """
<draw:frame draw:name="frillblok" text:anchor-type="page"><draw:text-box><text:p>kst-1-1</text:p></draw:text-box></draw:frame>
<table:table table:name="parlementair.kop">
<table:table-row><table:table-cell><text:p>Vergaderjaar 2024-2025</text:p></table:table-cell></table:table-row></table:table>
<text:h text:outline-level="1">32 824<text:tab/>Integratiebeleid</text:h>
<text:p text:style-name="vet">Aanleiding</text:p>
<text:p>Zoals gemeld<text:note text:note-class="footnote"><text:note-citation>3</text:note-citation>
<text:note-body><text:p>Zie de brief van mei.</text:p>
</text:note-body></text:note> volgt <text:span>een</text:span><text:s text:c="2"/>plan<text:line-break/>voor de zomer van dit jaar en daarna.</text:p>
<text:list text:style-name="L1"><text:list-item><text:p>Eerste punt</text:p>
<text:list><text:list-item><text:p>onderdeel</text:p></text:list-item>
<text:list-item><text:p>nog een</text:p></text:list-item></text:list></text:list-item>
<text:list-item><text:p>Tweede punt</text:p></text:list-item></text:list>
<text:list text:style-name="L2"><text:list-item><text:p>met een bolletje</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>Jaar</text:p></table:table-cell><table:table-cell><text:p>Bedrag</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>2025</text:p></table:table-cell>
<table:table-cell><text:p>€ 5</text:p><text:p>mln</text:p></table:table-cell></table:table-row>
</table:table>
<office:annotation><text:p>opmerking van een ambtenaar</text:p></office:annotation>"""


def test_letter_has_its_structure() -> None:
    text = extract(built(LETTER))
    assert (only(text, "32 824 Integratiebeleid").kind, only(text, "32 824 Integratiebeleid").level) == ("heading", 1)
    assert only(text, "Aanleiding").kind == "heading", "a short bold paragraph"
    assert only(text, "Zoals gemeld volgt een plan voor de zomer").kind == "paragraph"
    assert (only(text, "Zie de brief").kind, only(text, "Zie de brief").number) == ("footnote", "3")
    for printed in ("1. Eerste punt", "a) onderdeel", "b) nog een", "2. Tweede punt", "• met een bolletje"):
        assert printed in text.text
    rows = [[text.text[start:end] for start, end in segment.cells] for segment in text.segments if segment.kind == "table_row"]
    assert rows == [["Jaar", "Bedrag"], ["2025", "€ 5 mln"]]


def test_imprint_masthead_and_comments_are_no_text() -> None:
    text = extract(built(LETTER)).text
    for unwanted in ("kst-1-1", "Vergaderjaar", "opmerking"):
        assert unwanted not in text


def test_table_inside_a_cell_is_read_once() -> None:
    inner = "<table:table><table:table-row><table:table-cell><text:p>binnen</text:p></table:table-cell></table:table-row></table:table>"
    cells = f"<table:table-cell><text:p>links</text:p></table:table-cell><table:table-cell>{inner}</table:table-cell>"
    assert extract(built(f"<table:table><table:table-row>{cells}</table:table-row></table:table>")).text == "links | binnen"


def test_deleted_text_is_no_text() -> None:
    deleted = "<text:changed-region><text:deletion><text:p>geschrapt</text:p></text:deletion></text:changed-region>"
    assert extract(built(f"<text:tracked-changes>{deleted}</text:tracked-changes><text:p>gebleven</text:p>")).text == "gebleven"


MANIFEST = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (built(""), "empty"),
        (built("<text:p>x</text:p>", extra={"META-INF/manifest.xml": MANIFEST}), "encrypted"),
        (built("<text:p>x</text:p>", extra={"Pictures/bom.png": "0" * 8_000_000}), "bomb"),
        (built("<text:p>&a;</text:p>", head='<!DOCTYPE x [<!ENTITY a "b">]>'), "dtd"),
        (built("<text:p>x</text:p>")[:-90], "damaged"),
        (built("<text:p>x"), "damaged"),
    ],
)
def test_bad_files_are_refused_with_a_code(body: bytes, code: str) -> None:
    with pytest.raises(ExtractionError, match=f"^{code}: .+"):
        extract(body)


def test_spreadsheet_is_of_another_type() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        sheet = "<office:body><office:spreadsheet/></office:body>"
        archive.writestr("content.xml", f"<office:document-content {NAMESPACES}>{sheet}</office:document-content>")
    with pytest.raises(ExtractionError, match=r"^type: "):
        extract(out.getvalue())
