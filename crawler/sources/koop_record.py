"""One record of KOOP's search (gzd schema) to a Sighting. Decides only.

The title of a Kamerstuk has three parts: dossier title; kind; own title. The middle one is the only place that says "Brief regering".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import cast

from lxml import etree
from lxml.etree import _Element

from crawler.dates import midnight, read_day, read_instant
from crawler.markup import fold, require_one, select
from crawler.urls import (
    aanhangsel_identifier,
    correction_of,
    is_flat,
    kamerstuk_identifier,
    normal_dossier,
    reprint_of,
    split_dossiers,
)
from db.errors import SelectionError
from db.records import FileLink, Kind, Sighting

NAMESPACES = {
    "sru": "http://docs.oasis-open.org/ns/search-ws/sruResponse",
    "diag": "http://docs.oasis-open.org/ns/search-ws/diagnostic",
    "gzd": "http://standaarden.overheid.nl/sru",
    "meta": "http://standaarden.overheid.nl/wetgeving/",
}
AREA = "officielepublicaties"
PARLIAMENT = "staten generaal"

_MANIFESTATIONS = (("xml", "application/xml"), ("html", "text/html"), ("pdf", "application/pdf"))
"""The files worth reading, best text first. The odt is made from the xml and adds nothing."""
_POSTPONED = re.compile(r"\b(uitstel van (de )?beantwoording|uitstel (van )?antwoord|uitstel beantwoording|mededeling over uitstel)\b")
_SAYS_NOTHING = ("overig", "bijlage")
_FAMILY = {"kst": "kamerstuk", "ah": "aanhangsel van de handelingen", "h": "handeling", "blg": "bijlage"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreign:
    """A record that is not parliamentary."""

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A sighting and what a person should be able to read about how it was read."""

    sighting: Sighting
    notes: tuple[str, ...]


class _Fields:
    """The elements of a record by local name; several vocabularies meet there and no name means two things."""

    def __init__(self, meta: _Element) -> None:
        self._values: dict[str, list[tuple[str, str]]] = {}
        for element in meta.iter(etree.Element):
            if len(element) == 0:
                value = fold(element.text or "")
                if value:
                    self._values.setdefault(etree.QName(element).localname, []).append((str(element.get("scheme") or ""), value))

    def all(self, name: str) -> list[str]:
        return [value for _, value in self._values.get(name, [])]

    def first(self, *names: str) -> str | None:
        return next((value for name in names for value in self.all(name)), None)

    def need(self, name: str) -> str:
        found = self.all(name)
        if not found:
            raise SelectionError(f"record without {name}")
        return found[0]

    def of_scheme(self, name: str, scheme: str) -> str | None:
        return next((value for given, value in self._values.get(name, []) if given == scheme), None)


def read_record(record: _Element, source: str) -> Reading | Foreign:
    """What a record says.

    Raises:
        SelectionError: a field that every parliamentary record has is missing or unreadable.
    """
    fields = _Fields(require_one(record, ".//gzd:originalData/meta:meta", NAMESPACES))
    enriched = require_one(record, ".//gzd:enrichedData", NAMESPACES)
    area = fields.need("product-area")
    if area != AREA:
        return Foreign(reason=f"product-area {area}")
    organisation = fields.first("organisatietype") or "unknown"
    if organisation.lower() != PARLIAMENT:
        return Foreign(reason=f"organisatietype {organisation}")

    identifier = fields.need("identifier")
    doctype = _doctype(fields, identifier)
    middle, title = _split_title(fields)
    kind, notes = _kind(doctype, middle, title, fields)
    is_annex = doctype == "bijlage"
    dossiers, unread = _dossiers(fields)
    number = None if is_annex else fields.first("ondernummer", "aanhangselnummer", "vraagnummer")
    status = (fields.first("documentstatus") or "").lower()
    superseded = fields.first("isReplacedBy")
    notes += [f"{identifier}: no dossier number: {piece}" for piece in unread]
    if superseded:
        notes.append(f"superseded: {identifier} by {superseded}")
    publisher = fields.first("creator")
    sighting = Sighting(
        source=source,
        identifier=identifier,
        url=_public_url(enriched, identifier),
        title=title,
        kind=kind,
        publisher=None if publisher is None or publisher.lower() == "overige" else publisher,
        person=", ".join(fields.all("ontvanger") if kind in ("antwoord", "uitstelbericht") else fields.all("indiener")) or None,
        published=_published(fields),
        modified=_modified(fields, enriched),
        dossiers=dossiers,
        number=number,
        subjects=tuple(dict.fromkeys(fields.all("subject"))),
        aliases=_aliases(identifier, doctype, dossiers, fields, superseded),
        parent=_parent(identifier, dossiers, fields) if is_annex else correction_of(identifier),
        answers=tuple(fields.all("vraagnummer")) if kind == "antwoord" else (),
        files=_files(enriched),
        provisional=(status == "onopgemaakt" and not is_annex) or is_flat(identifier),
        withdrawn=status in ("ingetrokken", "vervallen"),
    )
    if sighting.withdrawn:
        notes.append(f"withdrawn: {identifier}")
    return Reading(sighting=sighting, notes=tuple(notes))


def _doctype(fields: _Fields, identifier: str) -> str:
    """The parliamentary type; the oldest records give it without a scheme, beside nothing else."""
    found = fields.of_scheme("type", "OVERHEIDop.Parlementair") or fields.of_scheme("type", "")
    if found is not None:
        return found.lower()
    family = identifier.split("-")[0]
    if family not in _FAMILY:
        raise SelectionError(f"record without a parliamentary type: {identifier}")
    return _FAMILY[family]


def _split_title(fields: _Fields) -> tuple[str | None, str]:
    """The part of the title that names the kind, and the paper's own title."""
    full = fields.need("title")
    rest = full
    dossier = fields.first("dossiertitel")
    own = fields.first("documenttitel")
    if dossier is not None and rest.startswith(f"{dossier}; "):
        rest = rest[len(dossier) + 2 :]
        if own is not None and rest.endswith(f"; {own}"):
            return rest[: -len(own) - 2], own
        head, separator, tail = rest.partition("; ")
        return (head, tail) if separator else (head if _match("kamerstuk", head) else None, own or head)
    parts = full.split("; ")
    for place, part in enumerate(parts[1:], start=1):
        if _match("kamerstuk", part):
            return part, own or "; ".join(parts[place + 1 :]) or part
    if len(parts) == 2 and _match("kamerstuk", parts[0]) not in (None, "overig"):
        return parts[0], own or parts[1]
    return None, own or full


def _kind(doctype: str, middle: str | None, title: str, fields: _Fields) -> tuple[Kind, list[str]]:
    """The kind, and a note where the source uses a word that the table does not have."""
    table = _kinds()
    if doctype in table.by_type:
        return table.by_type[doctype], []
    rubric = fields.first("subrubriek")
    if doctype == "kamerstuk":
        for word in (middle, rubric):
            if word is not None and word.lower() not in _SAYS_NOTHING and (kind := _match("kamerstuk", word)):
                return kind, []
        # The source says no more than "Overig"; the paper's own title may.
        if kind := _match("kamerstuk", title):
            return kind, []
        unseen = middle or rubric
        return "overig", [f"kind not in the table: {unseen}"] if unseen and not _match("kamerstuk", unseen) else []
    if doctype == "aanhangsel van de handelingen":
        if _POSTPONED.search(title.lower()):
            return "uitstelbericht", []
        for word in (rubric, title):
            if word is not None and (kind := _match("aanhangsel", word)):
                return kind, []
        return "antwoord", [] if rubric is None else [f"kind not in the table: {rubric}"]
    if doctype == "bijlage":
        return _match("bijlage", title) or "bijlage", []
    if doctype == "niet-dossierstuk":
        return _match("niet-dossierstuk", title) or "overig", []
    return "overig", [f"type not in the table: {doctype}"]


def _dossiers(fields: _Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The dossiers a paper belongs to, and what could not be read. For proceedings `27925;788` is a dossier and a number in it."""
    own, unread = split_dossiers(fields.all("dossiernummer"))
    treated = [normal_dossier(value.split(";")[0]) for value in fields.all("behandeldDossier")]
    return tuple(dict.fromkeys((*own, *(number for number in treated if number is not None)))), unread


def _parent(identifier: str, dossiers: tuple[str, ...], fields: _Fields) -> str | None:
    """The paper that an annex belongs to. The annex carries its parent's dossier and number, also where it does not name it."""
    named = fields.first("hoofddocument")
    number = fields.first("ondernummer")
    if named is None and len(dossiers) == 1 and number:
        named = kamerstuk_identifier(dossiers[0], number)
    return None if named == identifier else named


def _aliases(identifier: str, doctype: str, dossiers: tuple[str, ...], fields: _Fields, superseded: str | None) -> tuple[str, ...]:
    """Other identifiers of the same paper: the final one of a provisional number, the first print of a reprint, the number at the Tweede Kamer."""
    found: list[str | None] = [superseded, reprint_of(identifier)]
    number = fields.first("ondernummer")
    if doctype == "kamerstuk" and is_flat(identifier) and dossiers and number:
        found.append(kamerstuk_identifier(dossiers[0], number))
    answer = fields.first("aanhangselnummer")
    if doctype == "aanhangsel van de handelingen" and is_flat(identifier) and answer:
        found.append(aanhangsel_identifier(fields.first("creator") or "", fields.first("vergaderjaar") or "", answer))
    if number_there := re.fullmatch(r"(?:nds|kv)-tk-(\d{4}[DZ]\d{5,6})", identifier):
        found.append(number_there[1])
    return tuple(dict.fromkeys(alias for alias in found if alias and alias != identifier))


def _published(fields: _Fields) -> date | None:
    for name in ("issued", "date", "available"):
        value = fields.first(name)
        if value is not None:
            day = read_day(value)
            if day is None:
                raise SelectionError(f"{name} is no date: {value[:40]}")
            return day
    return None


def _modified(fields: _Fields, enriched: _Element) -> datetime | None:
    """The latest of the clocks that tell an instant; only old records have none, and then the day of the last editing."""
    stamps = [fields.first("datumTijdstipWijzigingExpression"), fields.first("datumTijdstipWijzigingWork")]
    stamps += [element.text for element in select(enriched, "gzd:timestamp", NAMESPACES)]
    instants = [instant for instant in (read_instant(stamp) for stamp in stamps if stamp) if instant is not None]
    if instants:
        return max(instants)
    day = read_day(fields.first("modified") or "")
    return None if day is None else midnight(day)


def _public_url(enriched: _Element, identifier: str) -> str:
    preferred = [fold(element.text or "") for element in select(enriched, "gzd:preferredUrl", NAMESPACES)]
    return preferred[0] if preferred and preferred[0] else f"https://zoek.officielebekendmakingen.nl/{identifier}.html"


def _files(enriched: _Element) -> tuple[FileLink, ...]:
    offered: dict[str, str] = {}
    for element in select(enriched, "gzd:itemUrl", NAMESPACES):
        offered.setdefault(str(element.get("manifestation")), fold(element.text or ""))
    return tuple(FileLink(url=offered[name], media_type=media_type) for name, media_type in _MANIFESTATIONS if offered.get(name))


@dataclass(frozen=True, slots=True)
class _Kinds:
    by_type: Mapping[str, Kind]
    patterns: Mapping[str, tuple[tuple[re.Pattern[str], Kind], ...]]


@cache
def _kinds() -> _Kinds:
    table = tomllib.loads(Path(__file__).with_name("koop_kinds.toml").read_text("utf-8"))
    patterns = {name: tuple((re.compile(row["pattern"]), cast(Kind, row["kind"])) for row in rows) for name, rows in table.items() if name != "type"}
    return _Kinds(by_type=table["type"], patterns=patterns)


def _match(table: str, text: str) -> Kind | None:
    lowered = text[:300].lower()
    return next((kind for pattern, kind in _kinds().patterns[table] if pattern.match(lowered)), None)
