"""One page of the SyncFeed of the Tweede Kamer to entities. Decides only.

An element is what its namespace and local name say: some categories use a prefix, others none, and neither is part of its name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lxml import etree
from lxml.etree import _Element

from crawler.dates import read_instant
from crawler.markup import fold, parse_xml, require_one, select
from crawler.sources.base import Odd
from db.errors import SelectionError, SourceError
from db.records import Entity

ATOM = "http://www.w3.org/2005/Atom"
TK = "http://www.tweedekamer.nl/xsd/tkData/v1-0"
_NAMESPACES = {"a": ATOM}
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TOKEN = re.compile(r"\d{1,18}")
_FILE_FACTS = ("contentType", "contentLength")


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """What is kept of one category; see `tweedekamer_tables.toml`."""

    name: str
    fields: tuple[str, ...]
    links: tuple[str, ...]
    whole: bool = False
    lead_days: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entity with the moment at which the feed says it was published: good enough to leave out what is old, never an order."""

    entity: Entity
    updated: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """One page."""

    entries: tuple[Entry, ...]
    odd: tuple[Odd, ...]
    token: int
    """The place after this page."""
    more: bool
    """Whether there is something after it now."""


@cache
def categories() -> Mapping[str, Category]:
    """The categories by name, in the order in which they are walked."""
    rows = tomllib.loads(Path(__file__).with_name("tweedekamer_tables.toml").read_text("utf-8"))["category"]
    return {row["name"]: Category(**{**row, "fields": tuple(row["fields"]), "links": tuple(row["links"])}) for row in rows}


def read_feed(body: bytes, category: Category) -> Feed:
    """What a page holds.

    Raises:
        SourceError: an error message, another document, or a page that does not say how it goes on.
    """
    root = parse_xml(body)
    if root.tag != f"{{{ATOM}}}feed":
        raise _no_feed(root)
    token, more = _place_after(root)
    entries: list[Entry] = []
    odd: list[Odd] = []
    for place, element in enumerate(select(root, "a:entry", _NAMESPACES), start=1):
        try:
            entries.append(_read_entry(element, category))
        except SelectionError as error:
            odd.append(Odd(subject=fold(element.findtext(f"{{{ATOM}}}title") or "") or f"{category.name} {place}", reason=str(error)))
    return Feed(entries=tuple(entries), odd=tuple(odd), token=token, more=more)


def error_message(body: bytes) -> str:
    """What an error page says: `Error/Message` where it is one of theirs."""
    try:
        root = parse_xml(body)
    except SelectionError:
        return ""
    return fold(root.findtext("{*}Message") or root.findtext("Message") or "")[:300]


def _no_feed(root: _Element) -> SourceError:
    name = etree.QName(root).localname
    if name == "Error":
        return SourceError(f"the feed answers with an error: {fold(root.findtext('{*}Message') or root.findtext('Message') or 'no message')[:300]}")
    return SelectionError(f"expected an Atom feed, got {name}")


def _place_after(root: _Element) -> tuple[int, bool]:
    """The token of `rel=next` while there is more, of `rel=resume` at the end. Atom also allows neither; this feed must have one."""
    for relation in ("next", "resume"):
        for link in select(root, f"a:link[@rel='{relation}']", _NAMESPACES):
            token = parse_qs(urlsplit(str(link.get("href") or "")).query).get("skiptoken", [""])[0]
            if not _TOKEN.fullmatch(token):
                raise SelectionError(f"link rel={relation} without a skiptoken that is a number")
            return int(token), relation == "next"
    raise SelectionError("a feed without rel=next and without rel=resume: nobody could go on from here")


def _read_entry(element: _Element, category: Category) -> Entry:
    content = require_one(element, "a:content/*", _NAMESPACES)
    name = etree.QName(content)
    if name.namespace != TK or name.localname.lower() != category.name.lower():
        raise SelectionError(f"an entity {name.localname[:40]} of {name.namespace or 'no namespace'} in the feed of {category.name}")
    facts = {etree.QName(str(key)).localname: str(value) for key, value in content.attrib.items()}
    identifier = facts.get("id", "").lower()
    if not _GUID.fullmatch(identifier):
        raise SelectionError(f"id is no GUID: {identifier[:40]!r}")
    if facts.get("verwijderd", "").lower() not in ("true", "false"):
        raise SelectionError(f"verwijderd is neither true nor false: {facts.get('verwijderd', '')[:20]!r}")
    entity = Entity(
        category=category.name,
        id=identifier,
        fields=(*_fields(content, category), *((fact, facts[fact]) for fact in _FILE_FACTS if fact in category.fields and facts.get(fact))),
        links=tuple(_links(content, category)),
        deleted=facts["verwijderd"].lower() == "true",
    )
    return Entry(entity=entity, updated=read_instant(element.findtext(f"{{{ATOM}}}updated") or ""))


def _fields(content: _Element, category: Category) -> list[tuple[str, str]]:
    known = {field.lower(): field for field in category.fields}
    found = []
    for child in content.iterchildren(f"{{{TK}}}*"):
        name = known.get(etree.QName(child).localname.lower())
        value = fold("".join(str(piece) for piece in child.itertext()))
        if name is not None and value and child.get(_NIL) not in ("true", "1"):
            found.append((name, value))
    return found


def _links(content: _Element, category: Category) -> list[tuple[str, str]]:
    known = {link.lower(): link for link in category.links}
    found = []
    for child in content.iterchildren(f"{{{TK}}}*"):
        name = known.get(etree.QName(child).localname.lower())
        other = str(child.get("ref") or child.get(f"{{{TK}}}ref") or "").lower()
        if name is not None and _GUID.fullmatch(other) and (name, other) not in found:
            found.append((name, other))
    return found
