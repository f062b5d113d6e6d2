"""A publication in, its metadata.xml, metadata_owms.xml and the facts that the SRU record and the HTML head repeat out.

Element names and order as in the recorded records of October 2021 and April 2022.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from crawler.replay.library import Publication

CHAMBER = "Tweede Kamer der Staten-Generaal"
_STUK_TYPES = {
    "kamerbrief": ("Brief", "Brief regering"), "motie": ("Motie", "Motie"), "verslag": ("Verslag", "Verslag van een commissiedebat"),
    "nota": ("Nota naar aanleiding van het (nader) verslag", "Nota naar aanleiding van het verslag"),
    "rapport": ("Brief", "Brief Algemene Rekenkamer"),
}  # fmt: skip
_PUBLICATION_NAMES = {
    "kst": "Kamerstuk", "blg": "Kamerstuk", "ah-tk": "Kamervragen (Aanhangsel)", "ah": "Kamervragen (Aanhangsel)",
    "kv-tk": "Kamervragen zonder antwoord", "h-tk": "Handelingen",
}  # fmt: skip
_PARLIAMENTARY = {
    "kst": "Kamerstuk", "blg": "Bijlage", "ah-tk": "Aanhangsel van de Handelingen", "ah": "Aanhangsel van de Handelingen",
    "kv-tk": "Kamervragen zonder Antwoord", "h-tk": "Handeling",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a record under the two names that the repository gives it."""

    sru: str
    meta: str
    value: str
    scheme: str = ""


@cache
def dossier_titles() -> dict[str, str]:
    """Titles of the dossiers by their number."""
    return tomllib.loads((Path(__file__).parent / "dossiers.toml").read_text(encoding="utf-8"))


def dossier_title(publication: Publication) -> str:
    """Title of the first dossier; empty where the paper has none."""
    return dossier_titles()[publication.dossiers[0]] if publication.dossiers else ""


def full_title(publication: Publication) -> str:
    """The title as the record has it: dossier, kind and own title for a Kamerstuk, else its own title."""
    if publication.family != "kst":
        return publication.title
    return f"{dossier_title(publication)}; {_STUK_TYPES[publication.kind][1]}; {publication.title}"


def parliamentary_type(publication: Publication) -> str:
    """The value under scheme OVERHEIDop.Parlementair."""
    return _PARLIAMENTARY[publication.family]


def rubric(publication: Publication) -> tuple[str, str]:
    """Scheme and value of the kind within its family; empty for annexes."""
    match publication.family:
        case "kst":
            return "OVERHEIDop.KamerstukTypen", _STUK_TYPES[publication.kind][0]
        case "ah-tk" | "ah":
            return "OVERHEIDop.AanhangselTypen", "Antwoord" if publication.kind == "antwoord" else "Mededeling"
        case "kv-tk":
            return "OVERHEIDop.KamervraagTypen", "Schriftelijke vragen"
        case "h-tk":
            return "OVERHEIDop.HandelingTypen", "Plenaire vergadering"
    return "", ""


def facts(publication: Publication) -> list[Fact]:
    """What the record says of a paper beside title, type and dates, in the order of the SRU record."""
    found: list[Fact] = []

    def say(sru: str, meta: str, value: str | None, scheme: str = "") -> None:
        if value:
            found.append(Fact(sru, meta, value, scheme))

    family, question = publication.family, publication.question
    in_dossier = family in ("kst", "blg")
    say("aanhangselnummer", "OVERHEIDop.aanhangselNummer", publication.number if family in ("ah-tk", "ah") else None)
    if family == "h-tk":
        for dossier in publication.dossiers:
            say("behandeldDossier", "OVERHEIDop.behandeldDossier", dossier)
        say("datumVergadering", "OVERHEIDop.datumVergadering", publication.date.isoformat(), "DCTERMS.W3CDTF")
    if question:
        received = family in ("ah-tk", "ah")
        say("datumOntvangst", "OVERHEIDop.datumOntvangst", publication.date.isoformat() if received else None, "DCTERMS.W3CDTF")
        say("datumIndiening", "OVERHEIDop.datumIndiening", None if received else question.asked.isoformat(), "DCTERMS.W3CDTF")
    say("documentstatus", "OVERHEIDop.documentStatus", publication.status)
    if family == "kst":
        say("documenttitel", "OVERHEIDop.documenttitel", publication.title)
        say("dossiertitel", "OVERHEIDop.dossiertitel", dossier_title(publication))
    say("hoofddocument", "OVERHEIDop.hoofddocument", publication.parent, "OVERHEIDop.ParlID")
    if family != "blg":
        for member in question.members if question else publication.members or filter(None, [publication.person]):
            say("indiener", "OVERHEIDop.indiener", member)
    if family == "h-tk":
        say("handelingenitemnummer", "OVERHEIDop.handelingenItemNummer", publication.id.rsplit("-", 1)[1])
    say("ondernummer", "OVERHEIDop.ondernummer", publication.number if in_dossier else None)
    say("ontvanger", "OVERHEIDop.ontvanger", publication.person if question else None)
    say("organisatietype", "OVERHEID.organisationType", "staten generaal", "OVERHEID.Organisatietype")
    if family == "h-tk":
        say("publicatienummer", "OVERHEIDop.publicationIssue", publication.id.split("-")[3])
    say("publicatienaam", "OVERHEIDop.publicationName", _PUBLICATION_NAMES[family])
    say("vergaderjaar", "OVERHEIDop.vergaderjaar", publication.session)
    say("vraagnummer", "OVERHEIDop.vraagnummer", question.number if question else None)
    if in_dossier:
        for dossier in publication.dossiers:
            say("dossiernummer", "OVERHEIDop.dossiernummer", dossier)
    scheme, value = rubric(publication)
    say("subrubriek", "", value, scheme)
    return found


def metas(publication: Publication) -> list[tuple[str, str, str]]:
    """Name, scheme and content of each `metadata` element (and `meta` tag of the HTML), in the order of the recordings."""
    own = [fact for fact in facts(publication) if fact.meta not in ("", "OVERHEID.organisationType", "OVERHEIDop.hoofddocument")]
    status = [(fact.meta, fact.scheme, fact.value) for fact in own if fact.meta == "OVERHEIDop.documentStatus"]
    rest = [(fact.meta, fact.scheme, fact.value) for fact in own if not fact.scheme and fact.meta != "OVERHEIDop.documentStatus"]
    dated = [(fact.meta, fact.scheme, fact.value) for fact in own if fact.scheme == "DCTERMS.W3CDTF"]
    # Several dossiers stand in one value here and in repeated elements in the SRU record, as the real ones do.
    joined = [item for item in rest if item[0] != "OVERHEIDop.dossiernummer"]
    if publication.dossiers and len(joined) < len(rest):
        joined.append(("OVERHEIDop.dossiernummer", "", ";".join(publication.dossiers)))
    found = [*status, ("DC.title", "", full_title(publication)), ("OVERHEIDop.doctype", "", "Officiële Publicaties, versie 1.1")]
    found += sorted(joined, key=lambda item: item[0].lower())
    found += [("DCTERMS.language", "DCTERMS.RFC4646", "nl")]
    found += [("DCTERMS.available", "DCTERMS.W3CDTF", publication.first_available.isoformat())]
    if publication.family != "blg":
        found += [("DCTERMS.issued", "DCTERMS.W3CDTF", publication.date.isoformat())]
    found += dated
    found += [("DC.type", "OVERHEID.Informatietype", "officiële publicatie")]
    found += [("OVERHEID.organisationType", "OVERHEID.Organisatietype", "staten generaal")]
    found += [("DC.creator", "OVERHEID.StatenGeneraal", CHAMBER)]
    found += [("OVERHEID.category", "OVERHEID.TaxonomieBeleidsagenda", subject) for subject in publication.subjects]
    scheme, value = rubric(publication)
    found += [("DC.type", scheme, value)] if value else []
    found += [("DC.type", "OVERHEIDop.Parlementair", parliamentary_type(publication))]
    found += [("DC.identifier", "OVERHEIDop.ParlID", publication.id)]
    found += [("OVERHEIDop.hoofddocument", "OVERHEIDop.ParlID", publication.parent)] if publication.parent else []
    return found


def render_metadata(publication: Publication) -> bytes:
    """The bytes of metadata.xml."""
    lines = [f'<metadata name="{name}" scheme="{scheme}" content={quoteattr(value)}/>' for name, scheme, value in metas(publication)]
    return '<?xml version="1.0" encoding="UTF-8"?>\n<metadata_gegevens>\n{}\n</metadata_gegevens>'.format("\n".join(lines)).encode()


def render_metadata_owms(publication: Publication) -> bytes:
    """The bytes of metadata_owms.xml, with its element `dcterms.modified` that has a dot where a colon belongs."""
    scheme, value = rubric(publication)
    kind = f'      <dcterms:type scheme="{scheme}">{escape(value)}</dcterms:type>\n' if value else ""
    issued = f"      <dcterms:issued>{publication.date}</dcterms:issued>\n" if publication.family != "blg" else ""
    skip = ("OVERHEID.organisationType", "OVERHEIDop.hoofddocument", "")
    own = [fact for fact in facts(publication) if fact.meta not in skip]
    lines = [_owms_line(fact.meta, fact.value) for fact in sorted(own, key=lambda fact: fact.meta.lower()) if not fact.scheme]
    lines += [_owms_line(fact.meta, fact.value) for fact in own if fact.scheme == "DCTERMS.W3CDTF"]
    lines += [_owms_line("OVERHEID.organisationType", "staten generaal")]
    lines += [
        f'      <overheid:category scheme="OVERHEID.TaxonomieBeleidsagenda">{escape(subject)}</overheid:category>'
        for subject in publication.subjects
    ]
    lines += [_owms_line("OVERHEIDop.hoofddocument", publication.parent)] if publication.parent else []
    body = "\n".join(lines)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!--
      Generatie: versie XSLT 1.1 op {publication.changed.date()}+01:00-->
<owms-metadata xmlns:dcterms="http://purl.org/dc/terms/" xmlns:overheid="http://standaarden.overheid.nl/owms/terms/" \
xmlns:overheidop="http://standaarden.overheid.nl/oep/meta/">
   <owmskern>
      <dcterms:identifier>{publication.id}</dcterms:identifier>
      <dcterms:title>{escape(full_title(publication))}</dcterms:title>
      <dcterms:language>nl</dcterms:language>
{kind}      <dcterms:type scheme="OVERHEIDop.Parlementair">{parliamentary_type(publication)}</dcterms:type>
      <dcterms:creator scheme="OVERHEID.StatenGeneraal">{CHAMBER}</dcterms:creator>
      <dcterms.modified>{publication.changed.date()}</dcterms.modified>
   </owmskern>
   <owmsmantel>
      <dcterms:available>{publication.first_available}</dcterms:available>
{issued}   </owmsmantel>
   <oep>
{body}
   </oep>
</owms-metadata>""".encode()


def _owms_line(name: str, value: str) -> str:
    prefix, local = name.split(".")
    element = f"{prefix.lower()}:{local}"
    return f"      <{element}>{escape(value)}</{element}>"
