"""The tree of a web page in, the part that holds its text out: without menus, banners, forms and lists of links.

Decides only. Known platforms name their main part; elsewhere it is the smallest part that holds most of the words outside links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

_NAMED = (
    ".//*[@id='broodtekst']",  # officielebekendmakingen.nl, 2021 and 2025
    ".//*[@id='volledigetekst']",  # raadvanstate.nl
    ".//main",
    ".//*[@role='main']",
    ".//*[@id='content']",
    ".//article",
)
_NEVER_TEXT = frozenset({
    "head", "script", "style", "noscript", "template", "iframe", "object", "svg", "button", "select", "input", "nav", "form", "aside", "audio",
    "video", "canvas", "dialog", "map",
})  # fmt: skip
_FURNITURE = re.compile(
    r"(?:site|main|page|global|top|bottom)?[-_]?(?:breadcrumbs?|kruimelpad|menu|nav|navigation|navbar|cookies?|cookiebar|share|social|sharing"
    r"|related|toc|inhoudsopgave|skip|skiplinks?|sidebar|pagination|pager|feedback|printlink|searchform|footer|header|kopregel|voetregel"
    r"|visually-hidden|visuallyhidden|sr-only)(?:[-_]{1,2}[\w-]{0,40})?",
    re.IGNORECASE,
)
"""A class or id that names furniture, or starts with such a name: `breadcrumb-list`, `site-footer`; not `no-toc`."""
_HIDDEN = re.compile(r"display\s?:\s?none|visibility\s?:\s?hidden", re.IGNORECASE)
_MOST = 0.7
"""Share of the words of a page that its main part holds."""
_DEEPEST = 40
"""Levels below the body that are looked at; each costs a walk over the page."""
_FEWEST = 140
"""Characters; a named part with fewer is an empty shell or a teaser."""


def strip_furniture(root: etree._Element) -> None:
    """Take out of the tree, in place, what is never the text of a document."""
    for element in list(root.iter()):
        if element.getparent() is not None and _is_furniture(element):
            _drop(element)


def find_main(root: etree._Element) -> etree._Element:
    """The part of a page that holds its text; the body where no part stands out."""
    body = root.find(".//body")
    whole = body if body is not None else root
    total = _weight(whole)
    for path in _NAMED:
        found = [element for element in root.iterfind(path) if _weight(element) >= min(_FEWEST, total)]
        if len(found) == 1 or (found and path == _NAMED[0]):
            return found[0]
    best = whole
    for _ in range(_DEEPEST):
        inner = max(best.iterchildren("div", "section", "article", "td", "table", "tbody", "tr", "center"), key=_weight, default=None)
        if inner is None or _weight(inner) < _MOST * total:
            break
        best = inner
    return best


def is_link_list(element: etree._Element) -> bool:
    """Whether a list is a menu: three links or more and hardly a word beside them."""
    links = sum(1 for _ in element.iter("a"))
    return links >= 3 and _weight(element) < 0.3 * len(_words(element.itertext()))


def _is_furniture(element: etree._Element) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or tag in _NEVER_TEXT:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true" or _HIDDEN.search(element.get("style", "")):
        return True
    if tag in ("header", "footer"):
        return next(element.iterancestors("article", "main"), None) is None
    if tag in ("html", "body", "main", "article", "p", "h1", "h2", "h3", "h4", "h5", "h6"):
        return False
    return any(_FURNITURE.fullmatch(name) for name in f"{element.get('class', '')} {element.get('id', '')}".split())


def _drop(element: etree._Element) -> None:
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    if tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(element)


def _weight(element: etree._Element) -> int:
    """Characters outside links."""
    linked = sum(len(_words(link.itertext())) for link in element.iter("a"))
    return len(_words(element.itertext())) - linked


def _words(texts: Iterable[str | bytes]) -> str:
    return " ".join("".join(str(text) for text in texts).split())
