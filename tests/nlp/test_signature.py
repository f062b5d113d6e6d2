"""Who speaks in a document: signatures, heads of letters and answers, speakers of a debate."""

from __future__ import annotations

from datetime import date

import pytest

from db.records import Segment, Text
from nlp.offices import ministry_of, office_of_person, read_offices, short_of
from nlp.prepare import prepare
from nlp.signature import Signature, read_signature, speaker_office

DAY = date(2026, 11, 10)


def signature(*lines: str | tuple[str, str], day: date | None = DAY) -> Signature:
    """Read lines; a pair is a line with what it is part of."""
    text, segments = "", []
    for line in lines:
        words, within = (line, None) if isinstance(line, str) else line
        segments.append(Segment(kind="paragraph", start=len(text), end=len(text) + len(words), within=within))  # type: ignore[arg-type]
        text += words + "\n\n"
    return read_signature(prepare(Text(text=text, segments=tuple(segments), extractor="test")), day)


@pytest.mark.parametrize(
    ("lines", "day", "office", "person", "ministry", "reason"),
    [
        (["Nr. 12 BRIEF VAN DE MINISTER VAN SOCIALE ZAKEN EN WERKGELEGENHEID", "Ik informeer u."], DAY,
         "minister van Sociale Zaken en Werkgelegenheid", None, "Sociale Zaken en Werkgelegenheid", "kop van een Kamerstuk in kapitalen"),
        (["Brief van de staatssecretaris van Financiën", "Tekst."], DAY, "staatssecretaris van Financiën", None, "Financiën",
         "kop in gewone letters"),
        (["BRIEF VAN DE MINISTER EN STAATSSECRETARIS VAN JUSTITIE EN VEILIGHEID"], DAY,
         "minister van Justitie en Veiligheid en staatssecretaris van Justitie en Veiligheid", None, "Justitie en Veiligheid",
         "twee ambten, één ministerie"),
        (["BRIEF VAN DE MINISTERS VAN FINANCIËN EN VAN DEFENSIE"], DAY, "minister van Financiën en minister van Defensie", None, "Financiën",
         "meervoud met twee ministeries"),
        (["Antwoord van minister Van Hijum (Sociale Zaken en Werkgelegenheid) (ontvangen 8 mei 2025)"], date(2025, 5, 8),
         "minister van Sociale Zaken en Werkgelegenheid", "Van Hijum", "Sociale Zaken en Werkgelegenheid", "kop van een antwoord"),
        (["Antwoord van Minister Jansma (Justitie en Veiligheid), mede namens de Staatssecretaris van Financiën (ontvangen 1 juni 2024)."],
         date(2024, 6, 1), "minister van Justitie en Veiligheid", "Jansma", "Justitie en Veiligheid", "mede namens spreekt niet zelf"),
        (["Vragen van het lid Post (X) aan de Minister van Werk en Participatie over taal.",
          "Antwoord van Minister Jansma (Sociale Zaken en Werkgelegenheid)."],
         DAY, "minister van Werk en Participatie", "Jansma", "Sociale Zaken en Werkgelegenheid", "de vraag noemt het ambt binnen het ministerie"),
        (["Tekst.", ("De Minister van Werk en Participatie,", "signature"), ("M.Veldhoen", "signature")], DAY,
         "minister van Werk en Participatie", "M. Veldhoen", "Sociale Zaken en Werkgelegenheid", "voorletter tegen de naam gedrukt"),
        (["Tekst.", ("De Minister van Werk en Participatie,", "signature"), ("M. de Wit-Jansen", "signature")], DAY,
         "minister van Werk en Participatie", "M. de Wit-Jansen", "Sociale Zaken en Werkgelegenheid", "ondertekening met naam op de regel eronder"),
        (["Tekst.", "de minister van Onderwijs, Cultuur en Wetenschap,", "Robbert Dijksma"], DAY,
         "minister van Onderwijs, Cultuur en Wetenschap", "Robbert Dijksma", "Onderwijs, Cultuur en Wetenschap",
         "ongemerkte ondertekening, volle voornaam"),
        ([("De Minister voor Armoedebeleid, Participatie en Pensioenen, C.J. Post", "signature")], date(2023, 3, 1),
         "minister voor Armoedebeleid, Participatie en Pensioenen", "C.J. Post", "Sociale Zaken en Werkgelegenheid",
         "portefeuille is niet het ministerie"),
        (["De Minister van Financiën heeft daarover eerder een brief gestuurd aan uw Kamer.", "Wij wachten af."], DAY, None, None, None,
         "een zin over een minister is geen ondertekening"),
        (["Advies over integratie", "De Adviesraad adviseert de Minister van Justitie en Veiligheid."], DAY, None, None, None, "een advies"),
    ],
)  # fmt: skip
def test_signature(lines: list[str | tuple[str, str]], day: date, office: str | None, person: str | None, ministry: str | None, reason: str) -> None:
    found = signature(*lines, day=day)
    assert (found.office, found.person, found.ministry) == (office, person, ministry), reason


def test_signature_keeps_others_apart() -> None:
    found = signature("Antwoord van Minister Jansma (Defensie), mede namens de Minister van Financiën (ontvangen 2 juni 2026).")
    assert found.behind == ("minister van Financiën",)


@pytest.mark.parametrize(
    ("name", "day", "ministry", "reason"),
    [
        ("SZW", DAY, "Sociale Zaken en Werkgelegenheid", "afkorting"),
        ("Asiel en Migratie", date(2025, 1, 10), "Asiel en Migratie", "toen een eigen ministerie"),
        ("Asiel en Migratie", DAY, "Justitie en Veiligheid", "sinds 2026 een minister zonder eigen ministerie"),
        ("Volkshuisvesting en Ruimtelijke Ordening", date(2023, 5, 1), "Binnenlandse Zaken en Koninkrijksrelaties", "minister voor, bij BZK"),
        ("Volkshuisvesting en Ruimtelijke Ordening", date(2025, 5, 1), "Volkshuisvesting en Ruimtelijke Ordening", "eigen ministerie"),
        ("Immigratie, Integratie en Asiel", date(2012, 3, 1), "Binnenlandse Zaken en Koninkrijksrelaties", "oude portefeuille"),
        ("Vrolijkheid", DAY, None, "onbekend"),
    ],
)
def test_ministry_on_a_day(name: str, day: date, ministry: str | None, reason: str) -> None:
    assert ministry_of(name, day) == ministry, reason


def test_short_name_of_a_ministry() -> None:
    assert short_of("Sociale Zaken en Werkgelegenheid") == "SZW"


def test_speaker_is_an_office_where_person_and_day_are_known() -> None:
    assert speaker_office("Minister Van Hijum", date(2025, 3, 1)) == "minister van Sociale Zaken en Werkgelegenheid"
    assert speaker_office("Minister Van Hijum", date(2026, 3, 1)) == "minister Van Hijum"
    assert speaker_office("De voorzitter", DAY) == "De voorzitter"
    assert office_of_person("Van Hijum", None) is None


def test_offices_in_running_text() -> None:
    found = read_offices("door de Staatssecretaris van JenV geïnformeerd over de Minister voor Rechtsbescherming", date(2024, 1, 1))
    assert [office.title for office, _ in found] == ["staatssecretaris van Justitie en Veiligheid", "minister voor Rechtsbescherming"]
