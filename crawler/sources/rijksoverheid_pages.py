"""The pages of rijksoverheid.nl, a news item or a document with its files, to sightings. Decides only."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawler.dates import amsterdam_day, read_day, read_instant
from crawler.markup import fold, parse_html, select, text_of
from crawler.sources.base import Ask, Listing, Page, Source
from crawler.sources.council_pages import metadata
from crawler.urls import canonical_url
from db.errors import SelectionError
from db.records import FileLink, Kind, Sighting

NEWS, DOCUMENTS = "/actueel/nieuws/", "/documenten/"
OPEN = "https://open.overheid.nl/documenten/"

_HERE = re.compile(r"\.(pdf|docx)($|\?)", re.IGNORECASE)
_THERE = re.compile(re.escape(OPEN) + r"([A-Za-z0-9][\w-]{3,99})(?:/(?:file|pdf))?$")
_MEDIA = {"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "pdf": "application/pdf"}
_FOLDER = re.compile(r"^/documenten/([a-z][a-z-]{2,40})/\d{4}/")
_SIZE = re.compile(r"\s*[(\[]?\b(pdf|docx|word|download)\b.{0,60}$", re.IGNORECASE)


def is_skipped(type_: str | None) -> bool:
    """Whether pages of this type are left aside."""
    return type_ is not None and _skip().match(type_[:100].lower()) is not None


def read_page(page: Page, ask: Ask, source: Source) -> Listing:
    """The sightings of a page: a news item is its own text; a document is its first file, and further files are annexes.

    Raises:
        SelectionError: no main part, no title or no date: this is another page than we know.
    """
    root = parse_html(page.body)
    meta = metadata(root)
    content = select(root, "//main") or select(root, "//article")
    title = meta.get("dcterms.title") or meta.get("og:title") or next((text_of(h) for h in select(root, "//h1")), "")
    stamp = read_instant(ask.meta["changed"])
    issued = read_day(meta.get("dcterms.issued") or meta.get("dcterms.available") or "")
    published = issued or (amsterdam_day(stamp) if stamp else None)
    for name, found in (("main part", content), ("title", title), ("date", published)):
        if not found:
            raise SelectionError(f"a page without a {name}")
    path = urlsplit(ask.url).path
    folder = _FOLDER.match(path)
    said = (meta.get("dcterms.type"), meta.get("overheid.informationtype"), ask.meta["type"] or None, folder[1] if folder else None, title)
    kind: Kind = "persbericht" if path.startswith(NEWS) else _kind(said)
    html = FileLink(url=ask.url, media_type="text/html")
    papers = [] if path.startswith(NEWS) else _papers(content[0], ask.url, source)
    main = Sighting(
        source=source.name,
        identifier=ask.identifier or ask.url,
        url=ask.url,
        title=title,
        kind=kind,
        publisher=meta.get("dcterms.creator") or meta.get("dcterms.publisher"),
        published=published,
        modified=_latest(stamp, read_instant(meta.get("dcterms.modified") or "")),
        subjects=tuple(s for s in (fold(part) for part in (meta.get("dcterms.subject") or "").split(";")) if s),
        aliases=tuple(name for name, _, _ in papers[:1] if not name.startswith("http")),
        files=(*(link for _, links, _ in papers[:1] for link in links), html),
    )
    annexes = [
        replace(
            main, identifier=name, url=links[-1].url, title=text or title, kind=_annex(text), parent=main.identifier, aliases=(), files=links
        )
        for name, links, text in papers[1:]
    ]
    return Listing(sightings=(main, *annexes))


def _papers(content: _Element, url: str, source: Source) -> list[tuple[str, tuple[FileLink, ...], str]]:
    """The papers that a page links to: identifier, files (a DOCX before the PDF made of it), and what the link says.

    Files stand on the site itself or on open.overheid.nl, where the identifier is the document's.
    """
    own: dict[str, dict[str, str]] = {}
    names: dict[str, str] = {}
    for link in select(content, ".//a[@href]"):
        target = source.canonical(canonical_url(str(link.get("href")), url))
        if there := _THERE.match(target):
            stem, kind, target = there[1], "pdf", f"{OPEN}{there[1]}/file"
        elif (here := _HERE.search(target)) and target.startswith(source.bases["site"]):
            stem, kind = target[: here.start()], here[1].lower()
        else:
            continue
        own.setdefault(stem, {}).setdefault(kind, target)
        names.setdefault(stem, _SIZE.sub("", text_of(link)).strip(" -–|:"))
    found = []
    for stem, files in own.items():
        links = tuple(FileLink(url=files[kind], media_type=media) for kind, media in _MEDIA.items() if kind in files)
        found.append((links[-1].url if stem.startswith("http") else stem, links, names[stem]))
    return found


def _kind(said: tuple[str | None, ...]) -> Kind:
    """The kind by the first word that has one."""
    kinds = [kind for word in said if word for kind in _matches(word)]
    if any(word and _vague().match(word.lower()) for word in said[:-1]):
        kinds.append(cast(Kind, _table()["vague_kind"]))
    return kinds[0] if kinds else "overig"


def _annex(text: str) -> Kind:
    return next((kind for kind in _matches(text) if kind in ("beslisnota", "rapport", "advies")), "bijlage")


def _matches(word: str) -> list[Kind]:
    lowered = word[:200].lower()
    return [kind for pattern, kind in _kinds() if pattern.match(lowered)][:1]


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


@cache
def _kinds() -> tuple[tuple[re.Pattern[str], Kind], ...]:
    return tuple((re.compile(row["pattern"]), cast(Kind, row["kind"])) for row in _table()["kind"])


@cache
def _vague() -> re.Pattern[str]:
    return re.compile(_table()["vague"])


@cache
def _skip() -> re.Pattern[str]:
    return re.compile(_table()["skip"])


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("rijksoverheid.toml").read_text("utf-8"))
