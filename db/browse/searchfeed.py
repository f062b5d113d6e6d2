"""The Atom feed (RFC 4287) of a search: the newest publications that fit, under the address that asks for them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from db.browse import dutch
from db.browse.text import safe

ENTRIES = 50
_NAMESPACE = "http://www.w3.org/2005/Atom"
_EPOCH = "2026-01-01T00:00:00+00:00"
"""When a feed that never had an entry was last changed."""
_NO_XML = re.compile("[\ufffe\uffff]")


def build(rows: Sequence[sqlite3.Row], asked: Iterable[tuple[str, str]], *, feed: str, page: str, publication: str) -> bytes:
    """The feed as bytes: the same rows give the same bytes.

    Args:
        rows: publications.
        asked: what was asked, as a reader would say it: ("", "opvang"), ("jaar", "2026").
        feed, page: absolute addresses of the feed and of the page with the same results.
        publication: absolute address of a publication's page, without its number.
    """
    words = ", ".join(f"{name}: {value}" if name else value for name, value in asked)
    root = etree.Element("feed", {"{http://www.w3.org/XML/1998/namespace}lang": "nl"}, nsmap={None: _NAMESPACE})  # type: ignore[dict-item]
    # the question is what makes the feed the one it is, wherever it is served
    _add(root, "id", uuid5(NAMESPACE_URL, f"kamerspoor:search:{words}").urn)
    _add(root, "title", f"Kamerspoor: {words or 'alles'}")
    _add(root, "updated", max((row["updated"] for row in rows if row["updated"]), default=_EPOCH))
    _add(root, "link", None, rel="self", type="application/atom+xml", href=feed)
    _add(root, "link", None, rel="alternate", type="text/html", href=page)
    _add(_add(root, "author"), "name", "Kamerspoor")
    for row in rows:
        entry = _add(root, "entry")
        _add(entry, "id", uuid5(NAMESPACE_URL, f"kamerspoor:publication:{row['key']}").urn)
        _add(entry, "title", row["title"])
        _add(entry, "updated", row["updated"] or row["first_seen"] or _EPOCH)
        if row["date"]:
            _add(entry, "published", f"{row['date']}T00:00:00Z")
        _add(entry, "link", None, rel="alternate", type="text/html", href=f"{publication}{row['id']}")
        if row["ministry"] or row["publisher"]:
            _add(_add(entry, "author"), "name", row["ministry"] or row["publisher"])
        said = (dutch.name("kinds", row["kind"]), dutch.day(row["date"]), row["ministry"] or row["publisher"], row["summary"])
        _add(entry, "summary", " · ".join(one for one in said if one))
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return body


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, name, {key: _legal(value) for key, value in attributes.items()})
    child.text = None if text is None else _legal(text)
    return child


def _legal(text: str) -> str:
    return _NO_XML.sub("\ufffd", safe(text)).encode("utf-8", "replace").decode()
