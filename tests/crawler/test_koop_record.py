"""Kinds and titles of parliamentary papers, from what their records say. (Whole records: tests/test_sources.py.)"""

from __future__ import annotations

import pytest
from lxml import etree

from crawler.sources.koop_record import Foreign, read_record
from db.errors import SelectionError

SHELL = """<record xmlns:m="http://standaarden.overheid.nl/wetgeving/" xmlns:g="http://standaarden.overheid.nl/sru">
<g:originalData><m:meta>{}</m:meta></g:originalData><g:enrichedData>{}</g:enrichedData></record>"""


def record(files="", **fields):
    facts = {"identifier": "kst-32824-1", "product-area": "officielepublicaties", "organisatietype": "staten generaal", "type": "Kamerstuk", **fields}
    elements = "".join(f"<{name}>{value}</{name}>" for name, given in facts.items() for value in (given if isinstance(given, list) else [given]))
    return etree.fromstring(SHELL.format(elements, files))


def read(**fields):
    return read_record(record(**fields), "koop").sighting


@pytest.mark.parametrize(
    ("title", "subrubriek", "kind", "own"),
    [
        ("Integratiebeleid; Brief regering; Voortgang inburgering", "Brief", "kamerbrief", "Voortgang inburgering"),
        ("Begroting; staat; Brief regering; Stand; najaar", "Brief", "kamerbrief", "Stand; najaar"),  # semicolons before and after
        ("Brief regering; Voortgang inburgering", "Brief", "kamerbrief", "Voortgang inburgering"),  # provisional: without the dossier
        ("Voortgang inburgering", "Brief", "kamerbrief", "Voortgang inburgering"),
        ("Integratiebeleid; Brief lid / fractie; Verzoek om een debat", "Brief", "overig", "Verzoek om een debat"),  # not the government's
        ("Integratiebeleid; Brief Algemene Rekenkamer; Inburgering doorgelicht", "Brief", "rapport", "Inburgering doorgelicht"),
        ("Wet X; Memorie van toelichting; Memorie van toelichting", "Overig", "memorie", "Memorie van toelichting"),
        ("Wet X; Voorstel van wet; Voorstel van wet", "Overig", "wetsvoorstel", "Voorstel van wet"),
        ("Wet X; Koninklijke boodschap; Koninklijke boodschap", "Overig", "wetsvoorstel", "Koninklijke boodschap"),
        ("Wet X; Nota van wijziging; Nota van wijziging", "Overig", "nota", "Nota van wijziging"),
        ("Wet X; Nota naar aanleiding van het nader verslag; Nota n.a.v. het nader verslag", "Overig", "nota", "Nota n.a.v. het nader verslag"),
        ("Wet X; Nader gewijzigd amendement; Nader gewijzigd amendement van A", "Amendement", "amendement", "Nader gewijzigd amendement van A"),
        ("Dossier; Lijst van vragen en antwoorden; Lijst van vragen en antwoorden X", "Verslag", "verslag", "Lijst van vragen en antwoorden X"),
        ("Dossier; Voorlopig verslag; Voorlopig verslag", "Verslag", "verslag", "Voorlopig verslag"),
        ("Dossier; Nader rapport; Advies Afdeling advisering Raad van State", "Overig", "advies", "Advies Afdeling advisering Raad van State"),
        ("Dossier; Overig; Besluitenlijst van de commissie", "Overig", "besluitenlijst", "Besluitenlijst van de commissie"),  # the title tells
        ("Dossier; Jaarverslag; Jaarverslag 2025", "Overig", "rapport", "Jaarverslag 2025"),
    ],
)  # fmt: skip
def test_kamerstuk(title, subrubriek, kind, own):
    sighting = read(title=title, subrubriek=subrubriek)
    assert (sighting.kind, sighting.title) == (kind, own)


@pytest.mark.parametrize(
    ("type_", "title", "subrubriek", "kind"),
    [
        ("Aanhangsel van de Handelingen", "Antwoord op vragen van het lid A over uitstel van de wet", "Antwoord", "antwoord"),
        ("Aanhangsel van de Handelingen", "Vragen van het lid A over inburgering", "Antwoord", "antwoord"),
        ("Aanhangsel van de Handelingen", "Vragen van het lid A over inburgering", "Mededeling", "uitstelbericht"),
        ("Aanhangsel van de Handelingen", "Uitstel van beantwoording vragen van het lid A", "Antwoord", "uitstelbericht"),  # the title knows better
        ("Kamervragen zonder Antwoord", "Vragen van het lid A", "Schriftelijke vragen", "kamervraag"),
        ("Handeling", "Stemmingen", "Stemmingen", "handeling"),
        ("Agenda", "Agenda van de vergadering", None, "agenda"),
        ("Bijlage", "Beslisnota inzake inburgering", None, "beslisnota"),
        ("Bijlage", "Eindrapport evaluatie inburgering", None, "rapport"),
        ("Bijlage", "Advies Adviesraad Migratie", None, "advies"),
        ("Bijlage", "Reactie op het rapport en het advies", None, "bijlage"),  # about one, not one
        ("Niet-dossierstuk", "Convocatie commissiedebat", None, "agenda"),
        ("Niet-dossierstuk", "Petitie", None, "overig"),
    ],
)
def test_other_types(type_, title, subrubriek, kind):
    fields = {} if subrubriek is None else {"subrubriek": subrubriek}
    assert read(type=type_, title=title, **fields).kind == kind


def test_words_that_the_table_does_not_have_are_told():
    reading = read_record(record(title="Dossier; Iets nieuws", subrubriek="Iets nieuws"), "koop")
    assert reading.sighting.kind == "overig"
    assert reading.notes == ("kind not in the table: Iets nieuws",)
    assert read_record(record(title="T", type="Iets anders"), "koop").notes == ("type not in the table: iets anders",)


def test_best_clock_is_the_latest_instant_and_else_the_day():
    stamp = "<g:timestamp>2026-11-20T10:00:00+01:00</g:timestamp>"
    clocks = {"modified": "2026-11-18", "datumTijdstipWijzigingWork": "2026-11-20T09:00:00.1234567+01:00"}
    assert str(read_record(record(stamp, title="T", **clocks), "koop").sighting.modified) == "2026-11-20 09:00:00+00:00"
    assert str(read(title="T", **clocks).modified) == "2026-11-20 08:00:00.123456+00:00"
    assert str(read(title="T", modified="2026-11-18").modified) == "2026-11-17 23:00:00+00:00"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"product-area": "samenwerkendecatalogi", "organisatietype": "ministerie"}, "product-area samenwerkendecatalogi"),
        ({"organisatietype": "gemeente"}, "organisatietype gemeente"),
        ({"organisatietype": "waterschap"}, "organisatietype waterschap"),
    ],
)
def test_what_is_not_parliaments_is_left_aside(fields, reason):
    assert read_record(record(title="T", **fields), "koop") == Foreign(reason=reason)


@pytest.mark.parametrize("fields", [{}, {"title": "T", "issued": "gisteren"}, {"title": "T", "identifier": "zzz-1", "type": []}])
def test_what_every_record_has_is_required(fields):
    with pytest.raises(SelectionError):
        read(**fields)
