"""Bytes to markup, and selectors that count what they find: one element or an error, never a guess."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from lxml import etree, html
from lxml.etree import _Element

from db.errors import SelectionError

_TAIL = 2048
_PDF_HEAD = 1024
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 22 + 65535
"""The record that ends an archive, and the comment of at most 65,535 bytes that may follow it (APPNOTE 4.3.16)."""
_HTML = re.compile(rb"(\xef\xbb\xbf)?\s{0,200}(<!doctype html|<html)", re.IGNORECASE)
_INVISIBLE = frozenset({"Cf", "Cs", "Cn"})
_TEXT = re.compile(r"\w")


def parse_xml(body: bytes) -> _Element:
    """The root of an XML document, read from bytes so that its own declaration of the encoding counts.

    Raises:
        SelectionError: not well-formed, empty, or with a document type (which could define entities).
    """
    if _HTML.match(body):
        raise SelectionError("an HTML page where XML was expected")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SelectionError(f"not well-formed XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise SelectionError("XML with a document type, which no source sends")
    return root


def parse_html(body: bytes) -> _Element:
    """The root of an HTML page; the page's own declaration of the encoding counts, UTF-8 otherwise.

    Raises:
        SelectionError: nothing that looks like HTML, or a page that was cut off: what its missing part would list is not "nothing".
    """
    if _HTML.match(body) and not _has_html_end(body):
        raise SelectionError("an HTML page without its end")
    declared = re.search(rb"charset=[\"']?([A-Za-z0-9_-]{1,40})", body[:_TAIL])
    encoding = declared.group(1).decode("ascii") if declared else "utf-8"
    try:
        root = html.document_fromstring(body, parser=html.HTMLParser(encoding=encoding, no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise SelectionError(f"not an HTML page: {error}") from error
    return root


def parse_json(body: bytes) -> Any:
    """The value of a JSON document.

    Raises:
        SelectionError: it is none.
    """
    try:
        return json.loads(body)
    except ValueError as error:
        raise SelectionError(f"no JSON: {error}") from error


def require_one(root: _Element, path: str, namespaces: dict[str, str] | None = None) -> _Element:
    """The only element at an XPath.

    Raises:
        SelectionError: none, or more than one.
    """
    found = select(root, path, namespaces)
    if len(found) != 1:
        raise SelectionError(f"expected one {path}, found {len(found)}")
    return found[0]


def at_least_one(root: _Element, path: str, namespaces: dict[str, str] | None = None) -> list[_Element]:
    """The elements at an XPath, at least one.

    Raises:
        SelectionError: none.
    """
    found = select(root, path, namespaces)
    if not found:
        raise SelectionError(f"expected at least one {path}, found none")
    return found


def select(root: _Element, path: str, namespaces: dict[str, str] | None = None) -> list[_Element]:
    """The elements at an XPath, any number."""
    found = root.xpath(path, namespaces=namespaces or {})
    if not isinstance(found, list):
        raise SelectionError(f"{path} does not select elements")
    return [element for element in found if isinstance(element, _Element)]


def text_of(element: _Element) -> str:
    """All text of an element with white space folded."""
    return fold("".join(str(piece) for piece in element.itertext()))


def fold(text: str) -> str:
    """Text on one line, composed (NFC), white space as single spaces; what nobody can see (soft hyphens, direction marks, surrogates) is gone."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in unicodedata.normalize("NFC", text))
    return " ".join("".join(c for c in kept if unicodedata.category(c) not in _INVISIBLE).split())


def whole(media_type: str, body: bytes) -> str | None:
    """None when a file is all there and what its media type says, else the reason in a few words.

    A download that was cut off inside a compressed answer arrives without an error, and a missing file may be an error page with status 200.
    """
    if not body.strip():
        return "empty file"
    if media_type == "application/pdf":
        if b"%PDF-" not in body[:_PDF_HEAD]:
            return "not a PDF"
        return None if b"%%EOF" in body[-_TAIL:] else "PDF without its end"
    if media_type == "application/xml":
        return _whole_xml(body)
    if media_type == "text/html":
        if not _has_html_end(body):
            return "HTML without its end"
        return None if _has_text(t for e in parse_html(body).iter("p", "h1", "h2", "li", "td", "div") for t in e.itertext()) else "HTML without text"
    if media_type.startswith("application/vnd.openxmlformats-officedocument"):
        if not body.startswith(b"PK\x03\x04"):
            return "not a DOCX"
        return None if _ZIP_END in body[-_ZIP_TAIL:] else "DOCX without its end"
    return None


def _has_html_end(body: bytes) -> bool:
    return b"</html>" in body[-_TAIL:].lower()


def _whole_xml(body: bytes) -> str | None:
    try:
        root = parse_xml(body)
    except SelectionError as error:
        return str(error)
    if etree.QName(root).localname.lower() == "html":
        return "HTML instead of XML"
    # Some texts are published as a shell: headings of the series, and no text below them.
    return None if _has_text(t for e in root.iter("{*}al", "{*}p", "{*}entry") for t in e.itertext()) else "XML without text"


def _has_text(pieces: Iterable[object]) -> bool:
    return any(_TEXT.search(str(piece)) for piece in pieces)
