"""One document of open.overheid.nl, as its detail answer tells it, to a Sighting. Decides only."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from crawler.dates import read_day, read_instant
from crawler.markup import fold
from db.errors import SelectionError
from db.records import FileLink, Kind, Sighting

ANNEX_OF = "c_4d1ea9ba"
"""The role "is bijlage bij" in the publisher's thesaurus."""
WITHDRAWN, REPUBLISHED = "intrekking", "herpublicatie"
CAUSES = ("aanlevering", "wijziging", WITHDRAWN, REPUBLISHED)

_UNKNOWN = ("onbekend", "nvt", "n.v.t.", "")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][\w.-]{3,99}")
_PAPER = re.compile(r"officielebekendmakingen\.nl/((?:kst|ah|blg|kv|h|nds)-[\w-]{3,60}?)(?:[./?#]|$)")
_NAMED = re.compile(r"(?:kst|ah-tk|blg|kv-tk|nds-tk)-[\w-]{3,60}|20\d{2}[DZ]\d{5}")
_MEDIA = {
    "application/pdf": "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text": "application/vnd.oasis.opendocument.text",
    "text/html": "text/html",
}  # fmt: skip
"""What the rest of the line can read."""


@dataclass(frozen=True, slots=True)
class _Table:
    kinds: Mapping[str, Kind]
    followed: tuple[str, ...]
    skip: frozenset[str]
    titles: tuple[tuple[re.Pattern[str], Kind], ...]


@cache
def _table() -> _Table:
    table = tomllib.loads(Path(__file__).with_name("open_overheid.toml").read_text("utf-8"))
    return _Table(
        kinds={row["label"].lower(): cast(Kind, row["kind"]) for row in table["type"]},
        followed=tuple(row["label"] for row in table["type"] if row.get("follow")),
        skip=frozenset(table["skip"]),
        titles=tuple((re.compile(row["pattern"]), cast(Kind, row["kind"])) for row in table["title"]),
    )


def followed() -> tuple[str, ...]:
    """The document types to ask for."""
    return _table().followed


def is_skipped(provider: Any) -> bool:
    """Whether a document's provider is one that another source reads itself."""
    return isinstance(provider, str) and provider in _table().skip


def identifier_of(pid: str) -> str:
    """The identifier at the end of `https://open.overheid.nl/documenten/<identifier>`.

    Raises:
        SelectionError: no such address.
    """
    identifier = pid.rpartition("/documenten/")[2]
    if "/documenten/" not in pid or not _IDENTIFIER.fullmatch(identifier):
        raise SelectionError(f"pid is no address of a document: {pid[:100]!r}")
    return identifier


def read_document(answer: Any, source: str, *, asked: str | None, files: str, stamp: datetime | None) -> Sighting:
    """What a detail answer says.

    Args:
        asked: the identifier that was asked for.
        files: start of the address of a document's file; its identifier follows.
        stamp: when the listing said that it changed last.

    Raises:
        SelectionError: a field that every document has is missing or unreadable.
    """
    document = need(answer, "document", dict)
    identifier = identifier_of(need(document, "pid", str))
    if asked is not None and identifier != asked:
        raise SelectionError(f"asked for {asked}, answered with {identifier}")
    versions = need(answer, "versies", list)
    latest, content = _versions(versions)
    title = fold(need(need(document, "titelcollectie", dict), "officieleTitel", str))
    classes = need(document, "classificatiecollectie", dict)
    withdrawn = latest["oorzaak"] == WITHDRAWN
    return Sighting(
        source=source,
        identifier=identifier,
        url=f"https://open.overheid.nl/documenten/{identifier}",
        title=title,
        kind=_kind(_labels(_several(classes, "documentsoorten")), title),
        publisher=next(iter(_labels([document.get("verantwoordelijke"), document.get("publisher")])), None),
        published=_published(document, versions),
        modified=max((m for m in (stamp, read_instant(str(latest["mutatiedatumtijd"]))) if m is not None), default=None),
        subjects=tuple(dict.fromkeys(_labels(_several(classes, "themas") + _several(classes, "onderwerpenRonl")))),
        aliases=_aliases(answer, document, identifier),
        parent=_parent(answer),
        files=() if withdrawn else _files(content, f"{files}{identifier}"),
        withdrawn=withdrawn,
    )


def types_of(answer: Any) -> frozenset[str]:
    """The labels of a document's types, in lower case.

    Raises:
        SelectionError: a detail answer of another shape.
    """
    classes = need(need(answer, "document", dict), "classificatiecollectie", dict)
    return frozenset(label.lower() for label in _labels(_several(classes, "documentsoorten")))


def need(holder: Any, name: str, kind: type) -> Any:
    """A field that must be there.

    Raises:
        SelectionError: it is not, or holds something else.
    """
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, kind) or (value == "" and kind is str):
        raise SelectionError(f"{name} is missing or no {kind.__name__}")
    return value


def _several(holder: dict[str, Any], name: str) -> list[Any]:
    """The values of a field that may be left out.

    Raises:
        SelectionError: it is there and no list.
    """
    values = holder.get(name)
    if values is not None and not isinstance(values, list):
        raise SelectionError(f"{name} is no list")
    return values or []


def _versions(versions: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The version that was made last, and the one whose files stand: a republication may only name the number of an earlier one."""
    for version in versions:
        if need(version, "oorzaak", str) not in CAUSES:
            raise SelectionError(f"unknown cause of a version: {version['oorzaak'][:40]!r}")
        if read_instant(need(version, "mutatiedatumtijd", str)) is None:
            raise SelectionError(f"mutatiedatumtijd is no instant: {version['mutatiedatumtijd'][:40]!r}")
    if not versions:
        raise SelectionError("a document without a version")
    latest = max(versions, key=lambda version: str(read_instant(version["mutatiedatumtijd"])))
    if latest["oorzaak"] == REPUBLISHED and not latest.get("bestanden"):
        same = [v for v in versions if v.get("nummer") == latest.get("nummer") and v.get("bestanden")]
        if not same:
            raise SelectionError(f"version {latest.get('nummer')} was republished and is not there")
        return latest, same[0]
    return latest, latest


def _files(version: dict[str, Any], url: str) -> tuple[FileLink, ...]:
    """The document's file; one address serves the first of them."""
    for file in _several(version, "bestanden"):
        media = _MEDIA.get(need(file, "mime-type", str).partition(";")[0].lower())
        if file.get("gepubliceerd") is not False and media is not None:
            length = file.get("grootte")
            return (FileLink(url=url, media_type=media, length=length if isinstance(length, int) else None),)
    return ()


def _kind(types: list[str], title: str) -> Kind:
    table = _table()
    kinds = [table.kinds[label.lower()] for label in types if label.lower() in table.kinds]
    lowered = title[:200].lower()
    said = [*(kind for kind in kinds if kind != "overig"), *(kind for pattern, kind in table.titles if pattern.match(lowered))]
    return said[0] if said else "overig"


def _labels(holders: list[Any]) -> list[str]:
    """The labels of coded values, without those that say that nobody knows."""
    found = [fold(str(holder.get("label") or "")) for holder in holders if isinstance(holder, dict)]
    return [label for label in found if label.lower() not in _UNKNOWN]


def _published(document: dict[str, Any], versions: list[Any]) -> date | None:
    """The day on the paper; else the day on which the first version was made public."""
    days = [read_day(str(document.get("creatiedatum") or ""))]
    days += sorted(d for d in (read_day(str(v.get("openbaarmakingsdatum") or "")) for v in versions) if d is not None)
    return next((day for day in days if day is not None), None)


def _aliases(answer: dict[str, Any], document: dict[str, Any], identifier: str) -> tuple[str, ...]:
    """The publisher's internal number, and the numbers of the paper elsewhere that the record names."""
    internal = answer.get("plooiIntern")
    found = [internal.get("dcnId")] if isinstance(internal, dict) else []
    found += [text for text in _several(document, "identifiers") if isinstance(text, str) and _NAMED.fullmatch(text)]
    paper = _PAPER.search(str(document.get("weblocatie") or ""))
    found += [paper[1]] if paper else []
    return tuple(dict.fromkeys(alias for alias in found if isinstance(alias, str) and alias and alias != identifier))


def _parent(answer: dict[str, Any]) -> str | None:
    for relation in _several(answer, "documentrelaties"):
        if isinstance(relation, dict) and str(relation.get("role")).endswith(f"/{ANNEX_OF}"):
            return identifier_of(need(relation, "relation", str))
    return None
