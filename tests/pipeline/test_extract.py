"""The table of extractors: which one reads a file, by its bytes first, its media type and name after."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace

import pytest

from db.errors import ExtractionError
from db.records import Text
from pipeline import extract as table
from pipeline.extract import EXTRACTORS, extract_text


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return buffer.getvalue()


CHOICES = [
    (b"%PDF-1.7 ...", "application/octet-stream", "", "pdf", "servers send PDF as octet-stream"),
    (b"\n\n%PDF-1.4 ...", "text/html", "", "pdf", "bytes win over a wrong media type"),
    (b"<!DOCTYPE html><html><body>Ja</body></html>", "application/pdf", "", "html", "an error page sent as PDF"),
    (b"\xef\xbb\xbf<?xml version='1.0'?><kamerstuk/>", "text/plain", "", "opxml", "a declaration of XML"),
    (b"<?xml version='1.0'?><html xmlns='x'><body/></html>", "text/xml", "", "html", "XHTML is a page"),
    (archive("word/document.xml"), "application/zip", "", "docx", "a Word file by its parts"),
    (archive("mimetype", "content.xml"), "", "", "odt", "an OpenDocument file by its parts"),
    (b"Geachte voorzitter,", "text/plain; charset=utf-8", "", "text", "parameters of a media type"),
    (b"Geachte voorzitter,", "application/octet-stream", "brief.txt", "text", "the end of the name"),
    (b"<kamerstuk/>", "application/xml", "", "opxml", "XML without a declaration, by its media type"),
]


@pytest.mark.parametrize(("body", "media_type", "name", "kind", "reason"), CHOICES, ids=[row[4] for row in CHOICES])
def test_the_extractor_is_chosen(body: bytes, media_type: str, name: str, kind: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def load(module: str) -> SimpleNamespace:
        asked.append(module)
        return SimpleNamespace(extract=lambda _: Text(text="x", segments=(), extractor="test/1"))

    monkeypatch.setattr(table, "import_module", load)
    extract_text(body, media_type, name=name)
    assert asked == [dict(EXTRACTORS)[kind]], reason


REFUSED = [
    (b" \n", "text/plain", "empty"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "application/msword", "old Word"),
    (archive("xl/workbook.xml"), "application/zip", "archive that is no document"),
    (b"PK\x03\x04 broken", "application/zip", "damaged"),
    (b"\x89PNG\r\n", "image/png", "no extractor for image/png"),
]


@pytest.mark.parametrize(("body", "media_type", "message"), REFUSED, ids=[row[2] for row in REFUSED])
def test_files_that_cannot_be_read_say_why(body: bytes, media_type: str, message: str) -> None:
    with pytest.raises(ExtractionError, match=message):
        extract_text(body, media_type)


def test_every_extractor_of_the_table_exists() -> None:
    for module in EXTRACTORS.values():
        assert callable(__import__(module, fromlist=["extract"]).extract)
