"""Bytes of a PDF in, its text out; page by page through pdfium, everything closed again.

pdfium is not safe against every hostile file: a page can stall it or bring its process down. Callers run this in a child process with limits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from db.errors import ExtractionError
from db.records import Text
from pipeline.extract.blocks import assemble_by_words
from pipeline.extract.pdf_blocks import Page, read_blocks
from pipeline.extract.pdf_layout import LayoutReader

EXTRACTOR = "pdf/1"
MAX_BYTES = 100_000_000
MAX_PAGES = 3_000
_HEADER_WITHIN = 1024
"""Bytes that may stand before `%PDF-`, as readers accept."""
_FEWEST_PER_PAGE = 25
"""Characters; a document with fewer on average, and with images, is a scan."""


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
        pages, inked, pictures = _read_pages(document)
    if inked < _FEWEST_PER_PAGE * len(pages) and pictures:
        raise ExtractionError(f"scan: {len(pages)} pages hold images and {inked} characters")
    return assemble_by_words(read_blocks(pages), extractor=EXTRACTOR, pages=len(pages))


@contextmanager
def _opened(body: bytes) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        if pdfium_c.FPDF_GetLastError() == pdfium_c.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise ExtractionError("encrypted: the file asks for a password") from error
        raise ExtractionError(f"damaged: pdfium cannot open the file ({str(error)[:120]})") from error
    try:
        yield document
    finally:
        document.close()


def _read_pages(document: pdfium.PdfDocument) -> tuple[list[Page], int, bool]:
    """The lines of every page, the number of characters that are not white space, and whether a page without text holds an image."""
    count = len(document)
    if count == 0:
        raise ExtractionError("damaged: the file has no pages")
    if count > MAX_PAGES:
        raise ExtractionError(f"size: {count} pages is over the limit of {MAX_PAGES}")
    reader = LayoutReader()
    pages: list[Page] = []
    inked_in_all, pictures = 0, False
    for index in range(count):
        try:
            page = document[index]
        except pdfium.PdfiumError as error:
            raise ExtractionError(f"damaged: page {index + 1} cannot be read") from error
        try:
            lines, inked = reader.read(page, index + 1)
            if inked < _FEWEST_PER_PAGE and not pictures:
                pictures = next(page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=2), None) is not None
            pages.append(Page(index + 1, page.get_height(), lines))
        finally:
            page.close()
        inked_in_all += inked
    return pages, inked_in_all, pictures
