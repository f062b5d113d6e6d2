"""The bundled publications as rows of the Tweede Kamer's tables, as they stand on a day. What the House adds of its own: `tweedekamer.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

from crawler.replay.library import AMSTERDAM, DAYS, WITHDRAWN, Publication, load, on_day
from crawler.replay.player import MEDIA_TYPES, render
from crawler.replay.render_metadata import dossier_titles
from crawler.replay.render_syncfeed import Ref, Row

Value = tuple[str, str | Ref | None]
_SOORTEN = {
    "kamerbrief": "Brief regering", "antwoord": "Antwoord schriftelijke vragen", "uitstelbericht": "Mededeling (uitstel antwoord)",
    "kamervraag": "Schriftelijke vragen", "motie": "Motie", "nota": "Nota n.a.v. het (nader/tweede nader/enz.) verslag",
    "verslag": "Verslag van een commissiedebat",
}  # fmt: skip
ANSWER_WITHIN = timedelta(days=21)
"""Questions are to be answered in three weeks."""
_LONG_AGO = datetime(2018, 5, 22, 9, 0, tzinfo=UTC)


def guid(kind: str, key: str) -> str:
    """The id of a row, the same on every machine."""
    return str(uuid5(NAMESPACE_URL, f"tweedekamer/{kind}/{key}"))


def number_of(publication: Publication, letter: str) -> str:
    """`2026D48211` for the document, with Z for its case."""
    if publication.question is not None and letter == "Z":
        return publication.question.number
    return f"{publication.date.year}{letter}{40000 + crc32(f'{letter}{own_identifier(publication)}'.encode()) % 20000:05}"


def shown_at_the_house(day: int) -> tuple[Publication, ...]:
    """The publications that the House has on a day, in their form of that day."""
    early, absent = _table()["early"], _table()["absent"]
    publications = on_day(_publications(), day)
    publications += tuple(item for item in on_day(_publications(), max(DAYS)) if item.id in early and item.day > day)
    return tuple(item for item in publications if item.family and item.id not in absent)


def file_of(publication: Publication) -> tuple[bytes, str]:
    """The bytes at the House with their media type: the Word file where the ministry sent one."""
    kind = "docx" if "docx" in publication.formats else "pdf"
    return render(publication, kind), MEDIA_TYPES[kind]


def rows(day: int) -> tuple[Row, ...]:
    """All rows that were ever published up to a day, in order; a later row of the same id takes the place of the earlier one."""
    found = [*_standing_rows(), *_register_rows(1)]
    for publication in shown_at_the_house(1):
        found += _paper_rows(publication, _moment(1, publication), at_koop=False)
    if day > 1:
        found += _second_day()
    return tuple(found)


def _second_day() -> Iterator[Row]:
    before = {own_identifier(publication): publication for publication in shown_at_the_house(1)}
    for publication in shown_at_the_house(2):
        at = _moment(2, publication)
        known = before.get(own_identifier(publication))
        if publication.status == WITHDRAWN:
            yield replace(_document(publication, at), deleted=True)
        elif known is None or known.stem != publication.stem:
            yield from _paper_rows(publication, at, at_koop=True)
        else:  # typeset since: the version learns its name at KOOP, and maintenance makes the feed say the document again
            yield _version(publication, at, at_koop=True)
            yield _document(publication, at)
    yield from _register_rows(2)


def _paper_rows(publication: Publication, at: datetime, *, at_koop: bool) -> Iterator[Row]:
    case: list[Value] = [("nummer", number_of(publication, "Z")), ("soort", _soort(publication)), ("onderwerp", publication.title)]
    asked = publication.question.asked if publication.question and publication.kind == "kamervraag" else None
    case += [("gestartOp", f"{asked}T00:00:00")] if asked else []
    case += [("termijn", f"{asked + ANSWER_WITHIN}T00:00:00" if asked else None), ("afgedaan", "false")]
    case += [("kamerstukdossier", Ref(id=guid("dossier", number))) for number in publication.dossiers[1:2]]
    yield Row(category="Zaak", id=guid("zaak", own_identifier(publication)), at=at, values=tuple(case))
    yield _version(publication, at, at_koop=at_koop)
    names = publication.members or (publication.question.members if publication.question and publication.kind == "kamervraag" else ())
    office = publication.office[:1].lower() + publication.office[1:] if publication.office else None
    actors: list[tuple[str, str | None]] = [(name, None) for name in names] or ([(publication.person, office)] if publication.person else [])
    for place, (name, function) in enumerate(actors):
        values: tuple[Value, ...] = (
            ("document", Ref(id=guid("document", own_identifier(publication)))),
            ("actorNaam", name),
            ("actorFractie", None),
            ("functie", function),
            ("relatie", "Mede ondertekenaar" if place else "Eerste ondertekenaar"),
        )
        yield Row(category="DocumentActor", id=guid("actor", f"{own_identifier(publication)}/{place}"), at=at, values=values)
    yield _document(publication, at)


def _document(publication: Publication, at: datetime) -> Row:
    if publication.status == WITHDRAWN:
        return Row(category="Document", id=guid("document", own_identifier(publication)), at=at, values=())
    body, media_type = file_of(publication)
    annex = publication.family == "blg"
    values: list[Value] = [
        ("soort", _soort(publication)),
        ("documentNummer", number_of(publication, "D")),
        ("titel", dossier_titles()[publication.dossiers[0]] if publication.dossiers else None),
        ("onderwerp", publication.title),
        ("datum", f"{publication.date}T00:00:00.0000000"),
        ("volgnummer", "-1" if annex or not publication.dossiers else publication.number or "-1"),
        ("vergaderjaar", publication.session),
        ("kamer", "2"),
        ("citeertitel", None),
        ("datumRegistratie", at.astimezone(AMSTERDAM).strftime("%Y-%m-%dT%H:%M:%S.%f0")),
        ("aanhangselnummer", _aanhangselnummer(publication)),
        ("huidigeDocumentVersie", Ref(id=guid("versie", publication.stem))),
    ]
    values += [("bronDocument", Ref(id=guid("document", publication.parent)))] if publication.parent else []
    values += [("zaak", Ref(id=guid("zaak", own_identifier(publication))))]
    values += [("kamerstukdossier", Ref(id=guid("dossier", number))) for number in publication.dossiers[:1]]
    return Row(
        category="Document",
        id=guid("document", own_identifier(publication)),
        at=at,
        values=(*values, ("organisatie", "Tweede Kamer")),
        content_type=media_type,
        content_length=len(body),
    )


def _version(publication: Publication, at: datetime, *, at_koop: bool) -> Row:
    values: list[Value] = [
        ("document", Ref(id=guid("document", own_identifier(publication)))),
        ("status", "Vastgesteld"),
        ("versienummer", str(publication.shown)),
        ("extensie", ".docx" if "docx" in publication.formats else ".pdf"),
        ("datum", f"{publication.date}T00:00:00"),
        ("externeidentifier", own_identifier(publication) if at_koop and publication.koop else None),
    ]
    return Row(category="DocumentVersie", id=guid("versie", publication.stem), at=at, values=tuple(values))


def _standing_rows() -> Iterator[Row]:
    """What was there long before: dossiers, persons, parties, meetings, a letter of years ago, and a letter of a committee."""
    data = _table()
    for number, title in dossier_titles().items():
        plain, _, addition = number.partition("-")
        values: tuple[Value, ...] = (("titel", title), ("nummer", plain), ("toevoeging", addition or None), ("afgesloten", "false"))
        yield Row(category="Kamerstukdossier", id=guid("dossier", number), at=_LONG_AGO, values=values)
    for person in data["person"]:
        yield _plain("Persoon", "persoon", person, ("initialen", "tussenvoegsel", "achternaam"))
    for party in data["party"]:
        yield _plain("Fractie", "fractie", party, ("afkorting", "naamNL"))
    for activity in data["activity"]:
        moment = {**activity, "datum": f"{activity['datum']}T10:00:00.0000000"}
        yield _plain("Activiteit", "activiteit", moment, ("soort", "nummer", "onderwerp", "datum"), at=_at_ten(activity["datum"]))
    letter = data["housekeeping"]
    values = (
        ("soort", letter["soort"]),
        ("documentNummer", f"{letter['datum'].year}D40001"),
        ("onderwerp", letter["onderwerp"]),
        ("datum", f"{letter['datum']}T00:00:00.0000000"),
    )
    yield Row(category="Document", id=guid("document", "housekeeping"), at=_at_ten(letter["datum"]), values=values)


def _register_rows(day: int) -> Iterator[Row]:
    """The register as it is filled in by a day; on day two only what the letters of that day changed."""
    for item in _table()["commitment"]:
        linked = day > 1 and "fulfilled_by" in item
        if day > 1 and not linked:
            continue
        at = _at_ten(DAYS[day]) if linked else _at_ten(item["aanmaakdatum"])
        moment = item.get("register_date") or (item["fulfilled_on"] if linked else None)
        letter = next(p for p in _publications() if p.id == item["fulfilled_by"]) if linked else None
        values: list[Value] = [(name, item[name]) for name in ("nummer", "tekst")]
        values += [("kamerbriefNakoming", number_of(letter, "D"))] if letter else []
        values += [
            ("datumNakoming", f"{moment}T00:00:00+01:00" if moment else None),
            ("status", "Voldaan" if linked else "Openstaand"),
            ("aanmaakdatum", f"{item['aanmaakdatum']}T11:24:10+02:00"),
            *((name, item[name]) for name in ("naam", "functie", "ministerie")),
            ("activiteitNummer", next(a["nummer"] for a in _table()["activity"] if a["key"] == item["activity"])),
            ("activiteit", Ref(id=guid("activiteit", item["activity"]))),
        ]
        values += [("toegezegdAanPersoon", Ref(id=guid("persoon", item["person"])))] if "person" in item else []
        values += [("toegezegdAanFractie", Ref(id=guid("fractie", item["party"])))] if "party" in item else []
        values += [("isHerhalingVan", Ref(id=guid("toezegging", item["repeats"])))] if "repeats" in item else []
        yield Row(category="Toezegging", id=guid("toezegging", item["nummer"]), at=at, values=tuple(values))


def _plain(category: str, kind: str, item: dict[str, Any], names: tuple[str, ...], at: datetime = _LONG_AGO) -> Row:
    return Row(category=category, id=guid(kind, item["key"]), at=at, values=tuple((name, item.get(name)) for name in names))


def _soort(publication: Publication) -> str:
    return "Bijlage" if publication.family == "blg" else _SOORTEN[publication.kind]


def _aanhangselnummer(publication: Publication) -> str | None:
    """`262700412` for number 412 of 2026-2027."""
    if not publication.family.startswith("ah"):
        return None
    years, number = publication.id.split("-")[-2:]
    return f"{years[2:4]}{years[6:8]}{int(number):05}"


def own_identifier(publication: Publication) -> str:
    """The paper's own identifier, also while it lives under a flat one at KOOP."""
    return _own_identifiers().get(publication.id, publication.id)


def _moment(day: int, publication: Publication) -> datetime:
    """When the House's row is published that day: always the same."""
    return datetime.combine(DAYS[day], time(8), AMSTERDAM) + timedelta(minutes=crc32(own_identifier(publication).encode()) % 480, microseconds=4567)


def _at_ten(day: date) -> datetime:
    return datetime.combine(day, time(10), AMSTERDAM)


@cache
def _publications() -> tuple[Publication, ...]:
    return load()


@cache
def _own_identifiers() -> dict[str, str]:
    return {publication.provisional: publication.id for publication in _publications() if publication.provisional}


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "tweedekamer.toml").read_text(encoding="utf-8"))
