"""The pages of councils: the answer of the platform's search, and a publication's own page, to what they say. Decides only."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from lxml.etree import _Element

from crawler.dates import day_in_path, read_day, read_instant
from crawler.markup import fold, parse_html, parse_json, select, text_of
from crawler.sources.base import Ask, Listing, Page, Source
from crawler.urls import canonical_url
from db.errors import SelectionError
from db.records import FileLink, Kind, Sighting

_FIELDS = ("id", "page_title", "url", "sort_date", "meta_description", "information_type")
_SIZE = re.compile(r"\s*[(\[]?\b(pdf|docx|word|download)\b.{0,60}$", re.IGNORECASE)
_FILE = re.compile(r"\.(pdf|docx)($|\?)", re.IGNORECASE)
_MEDIA = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Council:
    """One row of councils.toml."""

    name: str
    title: str
    base: str
    paths: tuple[str, ...]
    list: str
    kind: Kind
    feed: str | None = None
    meta: Literal["dcterms", "plain"] = "dcterms"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One item of a listing."""

    url: str
    changed: datetime | None
    type: str | None


@cache
def councils() -> tuple[Council, ...]:
    """The councils that are followed."""
    return tuple(Council(**{**row, "paths": tuple(row["paths"])}) for row in _table()["council"])


def result_page(page: int, size: int, filters: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The question to the platform's search: the newest first, one page of them. Leaving parts out gives a 400."""
    return {
        "requestState": {
            "current": page,
            "filters": list(filters),
            "resultsPerPage": size,
            "searchTerm": "",
            "sortList": [{"field": "sort_date", "direction": "desc"}],
        },
        "queryConfig": {
            "filters": [],
            "result_fields": {name: {"raw": {}} for name in _FIELDS},
            "facets": {},
            "disjunctiveFacets": [],
            "search_fields": {},
        },
    }


def read_search(page: Page) -> tuple[list[Found], int | None]:
    """The items on a page of the search, and how many pages there are where it says so. Two outer shapes are in use.

    Raises:
        SelectionError: neither shape, or an item without its address and date.
    """
    answer = parse_json(page.body)
    if not isinstance(answer, dict):
        raise SelectionError("JSON of an unknown shape: not an object")
    pages: int | None = None
    if isinstance(raw := answer.get("rawResponse"), dict) and isinstance(raw.get("rawResults"), list):
        results = raw["rawResults"]
    elif isinstance(answer.get("results"), list):
        if answer.get("ok") is False:
            raise SelectionError("the search says that it failed")
        results = answer["results"]
        pages = answer["totalPages"] if isinstance(answer.get("totalPages"), int) else None
    else:
        raise SelectionError(f"JSON of an unknown shape: {', '.join(sorted(answer))[:100]}")
    return [_found(result) for result in results], pages


def following_page(found: Sequence[Found], pages: int | None, meta: Mapping[str, str]) -> dict[str, str]:
    """What to ask the search for the next page with (`page`, `before`), given how this one was asked; nothing after the last one.

    Where the site does not say how many there are, a page with a round number of items may have been cut to it.

    Raises:
        SelectionError: the page is the one before it again.
    """
    current = int(meta["page"])
    if found and meta.get("before") == found[0].url:
        raise SelectionError(f"page {current} of the search is the one before it again")
    more = current < pages if pages is not None else bool(found) and len(found) % 10 == 0
    return {"page": str(current + 1), "before": found[0].url} if more and found else {}


def _found(result: object) -> Found:
    if not isinstance(result, dict):
        raise SelectionError("a result that is no object")
    url, changed = _raw(result, "url"), _raw(result, "sort_date")
    instant = read_instant(changed) if changed else None
    if not url or instant is None:
        raise SelectionError(f"a result without address and date: {', '.join(sorted(map(str, result)))[:100]}")
    return Found(url=url, changed=instant, type=_raw(result, "information_type"))


def _raw(result: dict[str, Any], name: str) -> str | None:
    value = result.get(name)
    if isinstance(value, dict):
        value = value.get("raw")
    if isinstance(value, list):
        value = value[0] if value else None
    return fold(str(value)) if value else None


def read_detail(page: Page, ask: Ask, council: Council, source: Source) -> Listing:
    """A publication and its annexes, from its own page. The first paper linked to is its text; further ones are papers of their own.

    Raises:
        SelectionError: no DCTERMS metadata where the council's pages have them, no title, or no date: this is another page than we know.
    """
    root = parse_html(page.body)
    meta = metadata(root)
    if council.meta == "dcterms" and not any(name.startswith("dcterms.") for name in meta):
        raise SelectionError(f"{council.title}: a page without DCTERMS metadata")
    title = meta.get("dcterms.title") or meta.get("og:title") or next((text_of(h) for h in select(root, "//h1")), "")
    if not title:
        raise SelectionError(f"{council.title}: a page without a title")
    published = read_day(meta.get("dcterms.issued") or meta.get("dcterms.available") or "") or day_in_path(ask.url + "/")
    if published is None and council.meta == "plain":
        published = _plain_day(root, meta, ask)
    if published is None:
        raise SelectionError(f"{council.title}: a page without a date")
    kind = _kind((meta.get("dcterms.type"), meta.get("overheid.informationtype"), ask.meta["type"], title), council.kind)
    stamps = [read_instant(text) for text in (ask.meta["changed"], meta.get("dcterms.modified") or "") if text]
    papers, foreign = _papers(root, ask.url, council, source)
    html = FileLink(url=ask.url, media_type="text/html")
    main = Sighting(
        source=source.name,
        identifier=ask.identifier or ask.url,
        url=ask.url,
        title=title,
        kind=kind,
        publisher=meta.get("dcterms.creator") or council.title,
        published=published,
        modified=max((stamp for stamp in stamps if stamp is not None), default=None),
        files=(*(link for links, _ in papers[:1] for link in links), html),
    )
    annexes = tuple(
        replace(main, identifier=links[-1].url, url=links[-1].url, title=name or title, kind="bijlage", parent=main.identifier, files=links)
        for links, name in papers[1:]
    )
    notes = tuple(f"{council.name}: a file on another host is not fetched: {url}" for url in foreign)
    return Listing(sightings=(main, *annexes), notes=notes)


def _plain_day(root: _Element, meta: Mapping[str, str], ask: Ask) -> date | None:
    """The day of a page without the platforms' metadata: as it gives it to search engines, as it shows it, as the listing has it."""
    shown = [str(element.get("datetime")) for element in select(root, "//main//time[@datetime]")]
    texts = [meta.get("article:published_time", ""), *shown[:1], ask.meta["changed"]]
    return next((day for day in map(read_day, texts) if day is not None), None)


def metadata(root: _Element) -> dict[str, str]:
    """The first value of each meta element, names in lower case."""
    found: dict[str, str] = {}
    for element in select(root, "//meta[@content]"):
        name = str(element.get("name") or element.get("property") or "").lower()
        value = fold(str(element.get("content")))
        if name and value:
            found.setdefault(name, value)
    return found


def _papers(root: _Element, url: str, council: Council, source: Source) -> tuple[list[tuple[tuple[FileLink, ...], str]], list[str]]:
    """The papers that the page's content links to, each with its files (a DOCX before the PDF made of it) and what the link says.

    Second, the files on hosts that are not the council's.
    """
    content = select(root, "//main") or select(root, "//article") or [root]
    own: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    foreign: list[str] = []
    for link in select(content[0], ".//a[@href]"):
        target = source.canonical(canonical_url(str(link.get("href")), url))
        found = _FILE.search(target)
        if found is None:
            continue
        if target.startswith(council.base):
            stem = target[: found.start()]
            own.setdefault(stem, {})[found[1].lower()] = target
            names.setdefault(stem, _SIZE.sub("", text_of(link)).strip(" -–|:"))
        elif target not in foreign:
            foreign.append(target)
    papers = [tuple(FileLink(url=files[kind], media_type=media) for kind, media in _MEDIA.items() if kind in files) for files in own.values()]
    return list(zip(papers, names.values(), strict=True)), foreign


def _kind(words: tuple[str | None, ...], otherwise: Kind) -> Kind:
    for word in words:
        for pattern, kind in _kinds():
            if word and pattern.match(word[:200].lower()):
                return kind
    return otherwise


@cache
def _kinds() -> tuple[tuple[re.Pattern[str], Kind], ...]:
    return tuple((re.compile(row["pattern"]), cast(Kind, row["kind"])) for row in _table()["kind"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("councils.toml").read_text("utf-8"))
