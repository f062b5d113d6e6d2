"""Bytes of a file in, the text of the document with its segments out: the table of extractors, one per kind of file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from typing import Literal, cast

from db.errors import ExtractionError
from db.records import Text

FileKind = Literal["opxml", "html", "pdf", "docx", "odt", "text"]

EXTRACTORS: dict[FileKind, str] = {
    "opxml": "pipeline.extract.from_opxml",
    "html": "pipeline.extract.from_html",
    "pdf": "pipeline.extract.from_pdf",
    "docx": "pipeline.extract.from_docx",
    "odt": "pipeline.extract.from_odt",
    "text": "pipeline.extract.from_text",
}
"""Module of each extractor; it has `extract(body: bytes) -> Text`. Imported when first needed, since some load large libraries."""

_BY_MEDIA_TYPE: dict[str, FileKind] = {
    "application/xml": "opxml",
    "text/xml": "opxml",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "text/plain": "text",
}
_BY_SUFFIX: dict[str, FileKind] = {
    "xml": "opxml", "html": "html", "htm": "html", "xhtml": "html", "pdf": "pdf", "docx": "docx", "odt": "odt", "txt": "text",
}  # fmt: skip
_HTML_ROOT = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_OLE_HEADER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def extract_text(body: bytes, media_type: str, *, name: str = "") -> Text:
    """Read a file. The bytes decide what it is; where they do not tell, the media type does, then the end of the name.

    Raises:
        ExtractionError: the file is empty, damaged, encrypted, a scan, or of a kind without an extractor.
    """
    if not body.strip():
        raise ExtractionError("empty: the file holds nothing")
    kind = _kind_by_bytes(body) or _kind_by_label(media_type, name)
    if kind is None:
        raise ExtractionError(f"type: no extractor for {media_type or 'a file without a media type'}")
    extract = cast("Callable[[bytes], Text]", import_module(EXTRACTORS[kind]).extract)
    return extract(body)


def _kind_by_bytes(body: bytes) -> FileKind | None:
    """Tell the kind of a file by its first bytes; servers send PDF as octet-stream and error pages as PDF.

    Raises:
        ExtractionError: the bytes are of a kind that is known and cannot be read.
    """
    head = body[:2048]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(body)
    if head.startswith(_OLE_HEADER):
        raise ExtractionError("type: an old Word file or an encrypted Office file")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return "html" if _HTML_ROOT.search(start) else "opxml" if start.startswith(b"<?xml") else None
    return None


def _kind_of_archive(body: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ExtractionError("damaged: the archive cannot be opened") from error
    if "word/document.xml" in names:
        return "docx"
    if "content.xml" in names:
        return "odt"
    raise ExtractionError("type: an archive that is no document")


def _kind_by_label(media_type: str, name: str) -> FileKind | None:
    kind = _BY_MEDIA_TYPE.get(media_type.split(";")[0].strip().lower())
    return kind or _BY_SUFFIX.get(name.rpartition(".")[2].lower())
