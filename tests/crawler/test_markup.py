"""Selectors that count, and files that are whole."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO

import pytest

from crawler.markup import at_least_one, fold, parse_html, parse_xml, require_one, text_of, whole
from db.errors import SelectionError

XML = b"<a><b>een</b><c/><c/></a>"


def test_require_one_counts():
    root = parse_xml(XML)
    assert require_one(root, "b").text == "een"
    with pytest.raises(SelectionError, match="expected one c, found 2"):
        require_one(root, "c")
    with pytest.raises(SelectionError, match="expected one d, found 0"):
        require_one(root, "d")
    assert len(at_least_one(root, "c")) == 2
    with pytest.raises(SelectionError, match="at least one d"):
        at_least_one(root, "d")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<a><b></a>", "not well-formed"),
        (b"", "not well-formed"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html></html>", "HTML page"),
    ],
)
def test_xml_that_is_none(body, reason):
    with pytest.raises(SelectionError, match=reason):
        parse_xml(body)


def test_declared_encoding_counts():
    text = '<?xml version="1.0" encoding="windows-1252"?><a>financiële</a>'.encode("cp1252")
    assert parse_xml(text).text == "financiële"
    assert parse_xml("\ufeff<a>financiële</a>".encode()).text == "financiële"
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>coördinatie</p></body></html>'.encode("latin-1")
    assert text_of(require_one(parse_html(page), "//p")) == "coördinatie"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  een\n\t twee\u00a0drie ", "een twee drie"),
        ("inte\u00adgratie", "integratie"),  # soft hyphen
        ("a\u202eb\u200bc", "abc"),  # direction mark, zero-width space
        ("a\x00b\x0bc", "a b c"),
        ("cafe\u0301", "café"),  # composed
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


PDF = b"%PDF-1.7\n...\n%%EOF\n"
PAGE = b"<html><body><p>tekst</p></body></html>"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _docx():
    with zipfile.ZipFile(out := BytesIO(), "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


DOCX = _docx()


@pytest.mark.parametrize(
    ("media_type", "body", "reason"),
    [
        ("application/pdf", PDF, None),
        ("application/pdf", PDF[:10], "PDF without its end"),
        ("application/pdf", PAGE, "not a PDF"),  # an error page with status 200
        ("application/pdf", b"", "empty file"),
        (DOCX_TYPE, DOCX, None),
        (DOCX_TYPE, DOCX[: len(DOCX) // 2], "DOCX without its end"),  # begins like an archive, cannot be opened
        (DOCX_TYPE, PAGE, "not a DOCX"),
        ("text/html", PAGE, None),
        ("text/html", PAGE[:20], "HTML without its end"),
        ("text/html", b"<html><body><div id='app'></div></body></html>", "HTML without text"),
        ("application/xml", b"<officiele-publicatie><kamerstuk><al>tekst</al></kamerstuk></officiele-publicatie>", None),
        ("application/xml", b"<officiele-publicatie><kamerstuk><titel>Brief</titel></kamerstuk></officiele-publicatie>", "XML without text"),
        ("application/xml", b"<officiele-publicatie><al>tek", "not well-formed"),
        ("application/xml", PAGE, "HTML page where XML"),
        ("application/xml", gzip.compress(b"<a/>")[:9], "not well-formed"),
    ],
)
def test_whole(media_type, body, reason):
    found = whole(media_type, body)
    assert found is None if reason is None else reason in found


def test_a_page_that_was_cut_off_is_no_page_with_fewer_links():
    page = b"<!DOCTYPE html><html><body><a href='/1'>een</a><a href='/2'>twee</a></body></html>"
    assert len(parse_html(page)) == 1
    with pytest.raises(SelectionError, match="without its end"):
        parse_html(page[: page.index(b"<a href='/2'")])
