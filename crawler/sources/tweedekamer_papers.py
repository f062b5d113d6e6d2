"""Entities of the Tweede Kamer, put together to a Sighting, to a row of the register of commitments or to a term for answering. Decides only."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast

from crawler.dates import read_day
from crawler.sources.base import Tables
from crawler.urls import kamerstuk_identifier, normal_dossier, reprint_of
from db.errors import SelectionError
from db.records import AnswerTerm, Entity, FileLink, Kind, RegisteredCommitment, Sighting

SITE = "https://www.tweedekamer.nl/kamerstukken/detail"
_ANNEX = "Bijlage"
_QUESTIONS = "Schriftelijke vragen"
_NO_DATE_BEFORE = 1900
"""An empty date is written as 1 January of the year 1."""
_AANHANGSEL = re.compile(r"(\d{2})(\d{2})0*([1-9]\d{0,4})")
_KOOP = re.compile(r"(kst|ah|blg|kv|nds|h)-[\w()-]{1,60}")
_SIGNS = ("eerste ondertekenaar", "ondertekenaar", "mede ondertekenaar", "medeondertekenaar", "indiener", "afzender")


@dataclass(frozen=True, slots=True)
class _Kinds:
    by_soort: Mapping[str, Kind]
    ignored: frozenset[str]
    annexes: tuple[tuple[re.Pattern[str], Kind], ...]


@cache
def _kinds() -> _Kinds:
    table = tomllib.loads(Path(__file__).with_name("tweedekamer_kinds.toml").read_text("utf-8"))
    return _Kinds(
        by_soort=table["kinds"],
        ignored=frozenset(table["ignored"]["soort"]),
        annexes=tuple((re.compile(row["pattern"]), cast(Kind, row["kind"])) for row in table["bijlage"]),
    )


def is_ignored(soort: str) -> bool:
    """Whether a document of this sort is left aside on purpose."""
    return soort in _kinds().ignored


def kept_sorts() -> tuple[str, ...]:
    """The sorts of document that are kept, of those that are known."""
    return tuple(_kinds().by_soort)


def compose_document(document: Entity, tables: Tables, bases: Mapping[str, str], source: str) -> tuple[Sighting, tuple[str, ...]]:
    """The sighting of a document, and what a person should be able to read about it.

    Args:
        bases: starts of the URLs under which its bytes are served: `resources`, and `enclosures` where those are away.

    Raises:
        SelectionError: it has no title, no number or no kind of its own.
    """
    number, soort = document.first("documentNummer"), document.first("soort")
    title = document.first("onderwerp") or document.first("titel") or document.first("citeertitel")
    if number is None or soort is None or title is None:
        raise SelectionError("a document without documentNummer, soort, or onderwerp and titel")
    kind, notes = _kind(soort, title, number)
    signed = _signed(tables.linking("document", document.id))
    dossiers = _dossiers(document, tables)
    serial = None if soort == _ANNEX else _serial(document)
    answer = _aanhangsel(document)
    sighting = Sighting(
        source=source,
        identifier=document.id,
        url=_web_link(document, number, tables),
        title=title,
        kind=kind,
        office=next((office[:1].upper() + office[1:] for actor in signed if (office := actor.first("functie")) and kind != "kamervraag"), None),
        person=", ".join(dict.fromkeys(name for actor in signed if (name := actor.first("actorNaam")))) or None,
        published=_day(document.first("datum")) or _day(document.first("datumRegistratie")),
        dossiers=dossiers,
        number=serial or (answer[1] if answer else None),
        aliases=_aliases(document, number, dossiers, serial, answer, tables),
        parent=_parent(document, tables),
        answers=_cases(document, tables) if kind == "antwoord" else (),
        files=_files(document, bases),
        withdrawn=document.deleted,
    )
    return sighting, notes


def compose_commitment(entity: Entity, tables: Tables, source: str) -> RegisteredCommitment:
    """The row of the register.

    Raises:
        SelectionError: it has no number, text or status.
    """
    number, text, status = (entity.first(name) for name in ("nummer", "tekst", "status"))
    if number is None or text is None or status is None:
        raise SelectionError("a commitment without nummer, tekst or status")
    activity = next((found for id_ in entity.linked("activiteit") if (found := tables.get(id_))), None)
    letters = tuple(dict.fromkeys(entity.all("kamerbriefNakoming")))
    day = _day(entity.first("datumNakoming"))

    def others(relation: str) -> tuple[str, ...]:
        return tuple(other.first("nummer") or other.id for id_ in entity.linked(relation) if (other := tables.get(id_)))

    asked = [tables.get(id_) for relation in ("toegezegdAanPersoon", "toegezegdAanFractie", "toegezegdAan") for id_ in entity.linked(relation)]
    return RegisteredCommitment(
        source=source,
        number=number,
        text=text,
        status=status,
        person=entity.first("naam"),
        office=entity.first("functie"),
        ministry=entity.first("ministerie"),
        asked_by=tuple(dict.fromkeys(name for found in asked if found is not None and (name := _name(found)))),
        activity=entity.first("activiteitNummer") or (activity.first("nummer") if activity else None),
        activity_title=activity.first("onderwerp") if activity else None,
        promised=_day(activity.first("datum")) if activity else None,
        registered=_day(entity.first("aanmaakdatum")),
        # The field was filled exactly where a letter was linked (domain facts, 1.1): only then is it read as the day of fulfilment.
        fulfilled=day if letters else None,
        register_date=None if letters else day,
        letters=letters,
        repeats=others("isHerhalingVan"),
        changes=others("isWijzigingVan"),
        supplements=others("isAanvullingOp"),
        withdrawn=entity.deleted,
    )


def compose_term(case: Entity, source: str) -> AnswerTerm | None:
    """Until when written questions must be answered; None for a case that is about something else.

    Raises:
        SelectionError: it has no number.
    """
    number = case.first("nummer")
    if case.first("soort") != _QUESTIONS:
        return None
    if number is None:
        raise SelectionError("questions without nummer")
    return AnswerTerm(
        source=source,
        number=number,
        subject=case.first("onderwerp"),
        asked=_day(case.first("gestartOp")),
        due=_day(case.first("termijn")),
        settled=case.first("afgedaan") == "true",
        withdrawn=case.deleted,
    )


def _kind(soort: str, title: str, number: str) -> tuple[Kind, tuple[str, ...]]:
    kind = _kinds().by_soort.get(soort)
    if kind is None:
        return "overig", (f"soort not in the table: {soort} ({number})",)
    if kind == "bijlage":
        return next((found for pattern, found in _kinds().annexes if pattern.match(title[:300].lower())), kind), ()
    return kind, ()


def _signed(linked: list[Entity]) -> list[Entity]:
    """Who signed, the first one first. Addressees and committees are actors of a document too."""
    actors = [(actor, (actor.first("relatie") or "").lower()) for actor in linked if actor.category == "DocumentActor"]
    return [actor for actor, relation in sorted(actors, key=lambda a: _SIGNS.index(a[1]) if a[1] in _SIGNS else 0) if relation in _SIGNS]


def _dossiers(document: Entity, tables: Tables) -> tuple[str, ...]:
    """The document's own dossier, then those of the cases it belongs to."""
    own = document.linked("kamerstukdossier")
    cases = [case for id_ in document.linked("zaak") if (case := tables.get(id_))]
    ids = [*own, *(other for case in cases for other in case.linked("kamerstukdossier"))]
    return tuple(dict.fromkeys(number for id_ in ids if (dossier := tables.get(id_)) and (number := _dossier_number(dossier))))


def _dossier_number(dossier: Entity) -> str | None:
    """`36850-XV`. What is added for acts of the Kingdom, `(R2231)`, is no part of the number of a paper."""
    number, addition = dossier.first("nummer") or "", dossier.first("toevoeging")
    return (normal_dossier(f"{number}-{addition}") if addition else None) or normal_dossier(number)


def _serial(document: Entity) -> str | None:
    """Number within the dossier; -1 stands for none."""
    text = document.first("volgnummer") or ""
    return text if text.isdigit() and int(text) > 0 else None


def _aanhangsel(document: Entity) -> tuple[str, str] | None:
    """Session years and number: `242501244` is number 1244 of 2024-2025."""
    found = _AANHANGSEL.fullmatch(document.first("aanhangselnummer") or "")
    return None if found is None else (f"20{found[1]}20{found[2]}", found[3])


def _kamerstuk(document: Entity, tables: Tables, serial: str | None) -> str | None:
    """`kst-32824-541`: only the document's own dossier counts the number."""
    dossier = next((found for id_ in document.linked("kamerstukdossier") if (found := tables.get(id_))), None)
    number = _dossier_number(dossier) if dossier else None
    return kamerstuk_identifier(number, serial) if number and serial else None


def _aliases(
    document: Entity, number: str, dossiers: tuple[str, ...], serial: str | None, answer: tuple[str, str] | None, tables: Tables
) -> tuple[str, ...]:
    found: list[str | None] = [number, _kamerstuk(document, tables, serial) if dossiers else None]
    if answer is not None:
        found.append(f"ah-tk-{answer[0]}-{answer[1]}")
    if document.first("soort") == _QUESTIONS:  # questions go by the number of their case; an answer belongs to that case and is another paper
        found += [f"kv-tk-{known}" for known in _cases(document, tables)]
    for version in tables.linking("document", document.id):
        there = version.first("externeIdentifier")  # the paper's name at KOOP
        if version.category == "DocumentVersie" and there and _KOOP.fullmatch(there):
            found += [there, reprint_of(there)]
    return tuple(dict.fromkeys(alias for alias in found if alias))


def _cases(document: Entity, tables: Tables) -> tuple[str, ...]:
    """Numbers of the cases that a document belongs to: `2026Z20377`."""
    cases = (tables.get(id_) for id_ in document.linked("zaak"))
    return tuple(known for case in cases if case and (known := case.first("nummer")))


def _parent(document: Entity, tables: Tables) -> str | None:
    for id_ in document.linked("bronDocument"):
        parent = tables.get(id_)
        if parent is not None:
            return _kamerstuk(parent, tables, _serial(parent)) or parent.first("documentNummer")
    return None


def _files(document: Entity, bases: Mapping[str, str]) -> tuple[FileLink, ...]:
    """The same bytes at two addresses of the publisher: one of its interfaces is on its way out."""
    media_type, size = document.first("contentType"), document.first("contentLength") or ""
    if media_type is None:
        return ()
    version = next(iter(document.linked("huidigeDocumentVersie")), None)
    urls = (f"{bases['resources']}Document({document.id})/resource", f"{bases['enclosures']}{document.id}")
    return tuple(FileLink(url=url, media_type=media_type, length=int(size) if size.isdigit() else None, version=version) for url in urls)


def _web_link(document: Entity, number: str, tables: Tables) -> str:
    """The page for people. A document without a known case is shown under its own number."""
    case = next((found for id_ in document.linked("zaak") if (found := tables.get(id_)) and found.first("nummer")), None)
    return f"{SITE}?id={case.first('nummer') if case else number}&did={number}"


def _name(entity: Entity) -> str | None:
    if entity.category == "Fractie":
        return entity.first("afkorting") or entity.first("naamNL")
    if entity.category != "Persoon":
        return None
    parts = (entity.first(name) for name in ("initialen", "tussenvoegsel", "achternaam"))
    return " ".join(part for part in parts if part) or None


def _day(text: str | None) -> date | None:
    day = read_day(text) if text else None
    return day if day is not None and day.year > _NO_DATE_BEFORE else None
