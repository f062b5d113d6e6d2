"""Plays open.overheid.nl: letters, answers and notes as the ministries handed them in, as PDF, a day or more after the House had them.

Of older documents there is one for each type that the site knows, a page of a few words; on day two one document is taken back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from typing import Any
from urllib.parse import unquote
from uuid import NAMESPACE_URL, uuid5

from crawler.dates import read_day
from crawler.replay.elsewhere import day_of
from crawler.replay.library import AMSTERDAM, DAYS, Publication
from crawler.replay.player import MEDIA_TYPES, NOT_FOUND, Answer, Asked, render

HOST = "open.overheid.nl"
_API = "overheid/openbaarmakingen/api/v0/"
PLAYED = ("ah-tk-20262027-405", "blg-1291047", "kst-19637-3611", "kst-32824-541", "kst-33576-475", "kst-35483-152", "kst-36045-402")
"""What the ministries handed in, of all that is bundled."""
TAKEN_BACK = "kst-33576-475"
_TYPES = {"kamerbrief": "Kamerbrief", "antwoord": "Kamervraag met antwoord", "beslisnota": "beslisnota"}
_OLD = (
    "Kamerbrief", "Kamervraag met antwoord", "Kamervraag zonder antwoord", "Kamerstuk", "beslisnota", "advies", "rapport", "onderzoeksrapport",
    "evaluatierapport", "voortgangsrapport", "ambtsbericht", "beleidsnota", "kaart", "besluit", "vergunning",
)  # fmt: skip
"""Types of the publisher's list, each with a document of long ago."""
_OLD_DAY = date(2026, 6, 15)
_UNKNOWN = {"id": "https://identifier.overheid.nl/tooi/id/organisatie_onbekend", "label": "Onbekend"}
_THESAURUS = "https://identifier.overheid.nl/tooi/def/thes/kern/"


@dataclass(frozen=True, slots=True)
class _Document:
    """One document of the site; without a publication it is an old one."""

    identifier: str
    title: str
    type: str
    published: date
    changed: datetime
    publication: Publication | None = None
    withdrawn: bool = False


class OpenOverheidPlayer:
    """The search, the records and the files of open.overheid.nl."""

    source = "open_overheid"
    hosts = frozenset({HOST})

    def base_urls(self, root: str) -> dict[str, str]:
        """Address of the interface."""
        return {"api": f"{root}/{HOST}/{_API}"}

    def answer(self, asked: Asked, shown: tuple[Publication, ...]) -> Answer:
        """A page of hits, a record, a file, or 404."""
        documents = _documents(shown)
        path = asked.path.removeprefix(_API)
        if path == "zoek":
            return _search(asked, documents)
        step, _, identifier = path.partition("/")
        document = next((d for d in documents if d.identifier == identifier), None)
        if document is None:
            return NOT_FOUND
        if step == "zoek":
            return _json(_record(document))
        if step == "attachment" and not document.withdrawn:
            return Answer(200, *_file(document))
        return NOT_FOUND


def identifier_of(name: str) -> str:
    """The number under which the site keeps a bundled publication."""
    return str(uuid5(NAMESPACE_URL, f"https://{HOST}/{name}"))


def _documents(shown: tuple[Publication, ...]) -> list[_Document]:
    """All documents of the day, latest change first."""
    day = day_of(shown)
    found = []
    for item in shown:
        published = item.first_available + timedelta(days=1)
        if item.id in PLAYED and published <= DAYS[day]:
            withdrawn = item.id == TAKEN_BACK and day > 1
            changed = _moment(DAYS[day] if withdrawn else published, item.id)
            found.append(_Document(identifier_of(item.id), item.title, _TYPES[item.kind], published, changed, item, withdrawn))
    for type_ in _OLD:
        title = f"{type_[0].upper()}{type_[1:]} van dit voorjaar"
        found.append(_Document(identifier_of(type_), title, type_, _OLD_DAY, _moment(_OLD_DAY, type_)))
    return sorted(found, key=lambda document: document.changed, reverse=True)


def _moment(day: date, name: str) -> datetime:
    """A moment in the morning, the same each time."""
    return datetime.combine(day, time(7), AMSTERDAM).astimezone(UTC) + timedelta(milliseconds=int(hashlib.sha256(name.encode()).hexdigest()[:5], 16))


def _search(asked: Asked, documents: list[_Document]) -> Answer:
    """Parameters that the site does not know are ignored, as the real one does; filters are encoded twice."""
    size, start = asked.query.get("aantalResultaten", "10"), asked.query.get("start", "0")
    if size not in ("10", "20", "50") or not start.isdecimal():
        return Answer(400, b'{"status":400,"message":"aantalResultaten is 10, 20 of 50"}', MEDIA_TYPES["json"])
    wanted = unquote(asked.query.get("documentsoort", ""))
    found = [document for document in documents if (not wanted or document.type == wanted) and _is_inside(document, asked.query)]
    return _json({"totaal": len(found), "resultaten": [_hit(d) for d in found[int(start) : int(start) + int(size)]]})


def _is_inside(document: _Document, query: Mapping[str, str]) -> bool:
    """Whether it was made public in the days asked for; a day of another form is ignored."""
    days = [read_day(query.get(name, "")) for name in ("publicatiedatumVan", "publicatiedatumTot")]
    return (days[0] is None or days[0] <= document.published) and (days[1] is None or document.published <= days[1])


def _hit(document: _Document) -> dict[str, Any]:
    facts = {
        "id": f"{document.identifier}_1", "pid": _address(document.identifier), "titel": document.title, "omschrijving": "Ter kennisname.",
        "openbaarmakingsdatum": document.published.isoformat(), "publisher": _ministry(document), "aanbieder": "Aanleverloket",
        "mutatiedatumtijd": _instant(document.changed),
    }  # fmt: skip
    return {"document": facts, "bestandsgrootte": "0.1 MB", "aantalPaginas": 2, "bestandsType": "application/pdf"}


def _file(document: _Document) -> tuple[bytes, str]:
    """The bytes of a document, and what they are."""
    if document.publication is not None:
        return render(document.publication, "pdf"), MEDIA_TYPES["pdf"]
    title = escape(document.title)
    body = f"<main><h1>{title}</h1><p>Ter kennisname.</p></main>"
    page = f"<!DOCTYPE html><html lang='nl'><head><title>{title}</title></head><body>{body}</body></html>"
    return page.encode(), MEDIA_TYPES["html"]


def _record(document: _Document) -> dict[str, Any]:
    publication = document.publication
    ministry = {"type": "overheid:Ministerie", "id": "https://identifier.overheid.nl/tooi/id/ministerie/mnre", "label": _ministry(document)}
    themes = [{"id": f"{_THESAURUS}c_399f194b", "label": part.split(" | ")[0].lower()} for part in (publication.subjects if publication else ())]
    relations = []
    if publication and publication.parent:
        relations.append({"relation": _address(identifier_of(publication.parent)), "role": f"{_THESAURUS}c_4d1ea9ba"})
    return {
        "document": {
            "pid": _address(document.identifier), "identifiers": ["nvt"], "verantwoordelijke": ministry, "medeverantwoordelijken": [],
            "publisher": ministry, "opsteller": _UNKNOWN, "onderwerpen": [], "omschrijvingen": ["Ter kennisname."],
            "language": {"type": "eu:Taal", "id": "http://publications.europa.eu/resource/authority/language/NLD", "label": "Nederlands"},
            "titelcollectie": {"officieleTitel": document.title, "verkorteTitels": [], "alternatieveTitels": []},
            "classificatiecollectie": {
                "documentsoorten": [{"type": "overheid:Informatietype", "id": f"{_THESAURUS}c_49599e6c", "label": document.type}],
                "themas": themes or [{"id": "https://identifier.overheid.nl/tooi/id/thema_onbekend", "label": "Onbekend"}],
                "onderwerpenRonl": [], "informatiecategorieen": [], "trefwoorden": [], "wooinformatiecategorie": [],
            },
            "hasParts": [], "documenthandelingen": [], "extraMetadata": [], "publicatiebestemming": ["rijksoverheid.nl"],
        },
        "plooiIntern": {
            "dcnId": f"plooi-api-{document.identifier}", "aanbieder": "Aanleverloket", "extId": [document.identifier], "sourceLabel": "plooi-api",
            "publicatiestatus": "gepubliceerd",
        },
        "documentrelaties": relations, "versies": _versions(document),
    }  # fmt: skip


def _versions(document: _Document) -> list[dict[str, Any]]:
    """The latest first. One that takes the document back has no files and no number."""
    body, media = _file(document)
    media = media.partition(";")[0]
    kind, name = (document.publication.kind, document.publication.id) if document.publication else ("document", document.type)
    supplied = _moment(document.published, name)
    file = {
        "id": f"{_address(document.identifier)}/file", "gepubliceerd": True, "label": "file", "mime-type": media,
        "bestandsnaam": f"{kind}.{media.rpartition('/')[2]}", "mutatiedatumtijd": _instant(supplied), "grootte": len(body), "paginas": 2,
        "hash": hashlib.sha1(body, usedforsecurity=False).hexdigest(),
    }  # fmt: skip
    day = document.published.isoformat()
    first = {"nummer": 1, "oorzaak": "aanlevering", "openbaarmakingsdatum": day, "mutatiedatumtijd": _instant(supplied), "blokkades": []}
    if not document.withdrawn:
        return [first | {"bestanden": [file]}]
    last = {"oorzaak": "intrekking", "openbaarmakingsdatum": day, "mutatiedatumtijd": _instant(document.changed), "blokkades": [], "bestanden": []}
    return [last, first | {"bestanden": []}]


def _ministry(document: _Document) -> str:
    name = document.publication.ministry if document.publication else None
    return f"ministerie van {name or 'Sociale Zaken en Werkgelegenheid'}"


def _address(identifier: str) -> str:
    return f"https://{HOST}/documenten/{identifier}"


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(answer: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps(answer, ensure_ascii=False).encode(), MEDIA_TYPES["json"])
