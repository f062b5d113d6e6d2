"""Bytes of a PDF in, its text out; page by page through pdfium, everything closed again.

pdfium is not safe against every hostile file: a page can stall it or bring its process down. Callers run this in a child process with limits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from db.errors import ExtractionError
from db.records import Text
from pipeline.extract import ocr
from pipeline.extract.blocks import assemble_by_words
from pipeline.extract.pdf_blocks import read_blocks
from pipeline.extract.pdf_furniture import Page
from pipeline.extract.pdf_layout import LayoutReader
from pipeline.extract.zipcheck import one_line

EXTRACTOR = "pdf/1"
MAX_BYTES = 100_000_000
MAX_PAGES = 3_000
_HEADER_WITHIN = 1024
"""Bytes that may stand before `%PDF-`, as readers accept."""
_FEWEST_ON_PAGE = 25
"""Characters; a page with an image and fewer characters (a stamp, a number) is a scan, and so is a document with fewer on average."""
MAX_RECOGNISED = 40
"""Pages of one file that are recognised; each takes seconds."""

_log = logging.getLogger(__name__)


def extract(body: bytes) -> Text:
    """The text of a PDF.

    Raises: ExtractionError: "empty", "size", "type", "encrypted", "damaged" or "scan".
    """
    if not body:
        raise ExtractionError("empty: the file has no bytes")
    if len(body) > MAX_BYTES:
        raise ExtractionError(f"size: {len(body)} bytes is over the limit of {MAX_BYTES}")
    if b"%PDF-" not in body[:_HEADER_WITHIN]:
        raise ExtractionError("type: the file is no PDF")
    with _opened(body) as document:
        pages, scanned = _read_pages(document)
    inked = sum(len(line.text) for page in pages for line in page.lines)
    if scanned and inked < _FEWEST_ON_PAGE * len(pages):
        raise ExtractionError(f"scan: {len(scanned)} of {len(pages)} pages are images without text")
    if scanned:
        _log.info("pages without text left out pages=%s", ",".join(map(str, scanned)))
    return assemble_by_words(read_blocks(pages), extractor=EXTRACTOR, pages=len(pages))


@contextmanager
def _opened(body: bytes) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise ExtractionError("encrypted: the file asks for a password") from error
        raise ExtractionError(f"damaged: pdfium cannot open the file ({one_line(error)})") from error
    try:
        yield document
    finally:
        document.close()


def _read_pages(document: pdfium.PdfDocument) -> tuple[list[Page], list[int]]:
    """The lines of every page, and the numbers of the pages that are images and could not be read."""
    count = len(document)
    if count == 0:
        raise ExtractionError("damaged: the file has no pages")
    if count > MAX_PAGES:
        raise ExtractionError(f"size: {count} pages is over the limit of {MAX_PAGES}")
    reader = LayoutReader()
    pages: list[Page] = []
    scanned: list[int] = []
    recognised = 0
    for number in range(1, count + 1):
        try:
            page = document[number - 1]
        except pdfium.PdfiumError as error:
            raise ExtractionError(f"damaged: page {number} cannot be read") from error
        try:
            lines, inked = reader.read(page, number)
            if inked < _FEWEST_ON_PAGE and _holds_image(page):
                recognised += 1
                found = ocr.recognise_page(page, number) if recognised <= MAX_RECOGNISED and ocr.is_available() else []
                if not found:
                    scanned.append(number)
                lines = found or lines
            pages.append(Page(number, page.get_height(), lines))
        finally:
            page.close()
    return pages, scanned


def _holds_image(page: pdfium.PdfPage) -> bool:
    return next(page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=2), None) is not None
