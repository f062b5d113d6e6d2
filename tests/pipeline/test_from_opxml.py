"""Official publications in XML: questions and answers, motions, speakers, law, lists, tables, notes, and files that must be refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.errors import ExtractionError
from db.records import Segment, Text
from pipeline.extract.from_opxml import extract

OPEN, CLOSE = "<officiele-publicatie><metadata><meta name='x' content='y'/></metadata>", "</officiele-publicatie>"

ANSWERS = f"""<?xml version="1.0" encoding="UTF-8"?>{OPEN}<kamervragen>
<kamervraagkop><tekstregel inhoud="vergaderjaar">Vergaderjaar 2024-2025</tekstregel></kamervraagkop>
<kamervraagnummer>1344</kamervraagnummer>
<kamervraagomschrijving type="vraag">Vragen van het lid <naam><achternaam>Bakker</achternaam></naam> over taalles.</kamervraagomschrijving>
<vraag><nr status="officieel">Vraag 10</nr><al>Kent u het bericht over wachtlijsten?<noot id="n1"><noot.nr>1</noot.nr>
<noot.al>Dagblad, 3 mei 2025.</noot.al></noot></al></vraag>
<vraag><nr>Vraag 11</nr><al>Wat doet u daaraan? Wilt u ingaan op:</al>
<lijst><li><li.nr>a.</li.nr><al>de kosten;</al></li><li><li.nr>b.</li.nr><al>de duur?</al></li></lijst></vraag>
<antwoord><nr>Antwoord 10 en 11</nr><al>Ja.</al><al>Ik informeer uw Kamer<nootref refid="n1"/> voor de zomer.</al></antwoord>
<vraag><nr>Vraag 12 t/m 14</nr><al>Hoeveel kost dit?</al></vraag>
</kamervragen>{CLOSE}"""


def parts(text: Text, kind: str) -> list[str]:
    return [text.text[segment.start : segment.end] for segment in text.segments if segment.kind == kind]


def only(text: Text, words: str) -> Segment:
    """The segment that starts with these words."""
    found = [segment for segment in text.segments if text.text[segment.start : segment.end].startswith(words)]
    assert len(found) == 1, f"{words!r} starts {len(found)} segments"
    return found[0]


def test_one_answer_to_several_questions_names_them_all() -> None:
    text = extract(ANSWERS.encode())
    assert [segment.number for segment in text.segments if segment.kind == "answer"] == ["10,11", "10,11"]
    assert [segment.number for segment in text.segments if segment.kind == "question"] == ["10", "11", "12,13,14"]


def test_masthead_is_no_text_and_names_keep_their_spaces() -> None:
    text = extract(ANSWERS.encode())
    assert "Vergaderjaar" not in text.text
    assert "Vragen van het lid Bakker over taalles." in text.text


def test_footnote_stands_apart_and_its_mark_is_not_glued_to_the_word() -> None:
    text = extract(ANSWERS.encode())
    assert parts(text, "footnote") == ["Dagblad, 3 mei 2025."]
    assert "wachtlijsten?\n" in text.text
    assert "uw Kamer voor de zomer" in text.text
    assert only(text, "Dagblad").number == "1"
    assert only(text, "Dagblad").within == "question"


def test_list_in_a_question_keeps_marks_outside_its_segments() -> None:
    text = extract(ANSWERS.encode())
    item = only(text, "de kosten;")
    assert (item.kind, item.number, item.within) == ("list_item", "a", "question")
    assert "a. de kosten;" in text.text


DEBATE = f"""{OPEN}<handelingen><agendapunt><nr>7</nr><item-titel>Inburgering</item-titel>
<spreekbeurt nieuw="ja">
<spreker><voorvoegsels>De heer</voorvoegsels> <naam><achternaam>Flach</achternaam></naam> (<politiek>SGP</politiek>):</spreker>
<tekst><al-groep><al>Ik dien een motie in.</al></al-groep>
<motie id="M-1"><kop><titel>Motie</titel></kop><al>De Kamer,</al><al>verzoekt de regering een plan te maken,</al>
<al>en gaat over tot de orde van de dag.</al>
<motie-info>
<spreker><voorvoegsels>De</voorvoegsels> <naam><achternaam>voorzitter</achternaam></naam>:</spreker><al>Zij krijgt nr. 5.</al></motie-info></motie>
</tekst></spreekbeurt></agendapunt></handelingen>{CLOSE}"""


def test_debate_says_who_speaks_and_what_is_motion() -> None:
    text = extract(DEBATE.encode())
    assert only(text, "Ik dien").speaker == "De heer Flach (SGP)"
    assert only(text, "verzoekt").within == "motion"
    after = only(text, "Zij krijgt")
    assert (after.speaker, after.within) == ("De voorzitter", None), "the chair speaks again inside the element of the motion"
    assert only(text, "7 Inburgering").kind == "heading"


def test_names_under_a_motion_are_its_signature() -> None:
    body = (
        "<kamerstuk><al>Voorgesteld 6 mei 2025</al><al>De Kamer,</al><al>verzoekt de regering een plan te maken,</al>"
        "<al>en gaat over tot de orde van de dag.</al><al-groep><al>Van der Meer</al><al>Bakker</al></al-groep></kamerstuk>"
    )
    text = extract(f"{OPEN}{body}{CLOSE}".encode())
    assert [segment.within for segment in text.segments] == [None, "motion", "motion", "motion", "signature", "signature"]


LAW = f"""{OPEN}<kop><titel>Staatsblad</titel><subtitel>van het Koninkrijk</subtitel></kop><staatsblad>
<intitule>Besluit van 1 mei 2025 over taaleisen</intitule><wet-besluit>
<wettekst><artikel><kop><label>Artikel</label> <nr>1</nr></kop><lid><lidnr>1.</lidnr><al>De eis is niveau B1.</al>
<lijst><li><li.nr>a.</li.nr><al>lezen;</al><lijst><li><li.nr>1°.</li.nr><al>brieven;</al></li></lijst></li></lijst></lid></artikel></wettekst>
<wetsluiting><gegeven><dagtekening><plaats>Wassenaar,</plaats> <datum isodatum="2025-05-01">1 mei 2025</datum></dagtekening></gegeven>
<ondertekening><functie>De Minister van Sociale Zaken,</functie><naam><voornaam>A.</voornaam> <achternaam>Jansen</achternaam></naam></ondertekening>
</wetsluiting></wet-besluit>
<bijlage><kop><label>Bijlage</label><titel>Tarieven</titel></kop><al>Dit is de tabel.</al>
<table><tgroup cols="2"><colspec colname="a"/><thead><row><entry><al>Jaar</al></entry><entry><al>Bedrag</al></entry></row></thead>
<tbody><row><entry><al>2025</al></entry><entry><al>€ 1.200</al></entry></row><row><entry/><entry><al>€ 900</al></entry></row></tbody></tgroup></table>
</bijlage></staatsblad>{CLOSE}"""


def test_law_signature_and_annex_are_told_apart() -> None:
    text = extract(LAW.encode())
    assert "van het Koninkrijk" not in text.text, "the masthead of the paper"
    assert only(text, "De eis is").within == "law"
    assert only(text, "brieven;").number == "1"
    assert only(text, "Wassenaar, 1 mei 2025").within == "signature"
    assert only(text, "A. Jansen").within == "signature"
    assert only(text, "Dit is de tabel").within == "annex"
    assert only(text, "Artikel 1").kind == "heading"


def test_table_rows_have_cells_and_an_empty_cell_keeps_its_place() -> None:
    text = extract(LAW.encode())
    rows = [[text.text[start:end] for start, end in segment.cells] for segment in text.segments if segment.kind == "table_row"]
    assert rows == [["Jaar", "Bedrag"], ["2025", "€ 1.200"], ["", "€ 900"]]
    assert all(segment.within == "annex" for segment in text.segments if segment.kind == "table_row")


def test_unknown_element_costs_no_text() -> None:
    body = f"{OPEN}<kamerstuk><nieuwigheid><al>Eerste.</al><vondst>Tweede <nadruk type='vet'>deel</nadruk>.</vondst></nieuwigheid></kamerstuk>{CLOSE}"
    assert extract(body.encode()).text == "Eerste.\n\nTweede deel."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_declared_encodings_are_followed(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    body = f'<?xml version="1.0" encoding="{declared}"?>{OPEN}<kamerstuk><al>Coördinatie kost € 5 – minder.</al></kamerstuk>{CLOSE}'
    assert extract(body.encode(encoding)).text == "Coördinatie kost € 5 – minder."


def test_text_is_clean() -> None:
    body = f"{OPEN}<kamerstuk><al>Een\u00adwoord\u200b met \u202ebidi\u202c, fi\ufb01 en e\u0301e\u0301n\u00a0spatie.</al></kamerstuk>{CLOSE}"
    assert extract(body.encode()).text == "Eenwoord met bidi, fifi en één spatie."


_ENTITIES = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
BOMB = f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{_ENTITIES}]>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (f"{OPEN}{CLOSE}".encode(), "empty"),  # a shell: the site keeps the text in another file
        (f"{OPEN}<kamerstuk><dossier><titel>Titel</titel></dossier></kamerstuk>{CLOSE}".encode(), "empty"),
        (b"<officiele-publicatie><kamerstuk>", "damaged"),
        (f"{BOMB}{OPEN}<kamerstuk><al>&i;</al></kamerstuk>{CLOSE}".encode(), "dtd"),
        (f'<!DOCTYPE x SYSTEM "file:///etc/passwd">{OPEN}<kamerstuk><al>x</al></kamerstuk>{CLOSE}'.encode(), "dtd"),
        (b"<rss><channel/></rss>", "type"),
        (b"\x00\x01\x02", "damaged"),
    ],
)
def test_bad_files_are_refused_with_a_code(body: bytes, code: str) -> None:
    with pytest.raises(ExtractionError, match=f"^{code}: .+"):
        extract(body)


def test_real_publications(shared: Path) -> None:
    """Every well-formed sample gives text; what each holds is known from looking at it."""
    folder = shared / "samples" / "koop-op-xml-other"
    regulation = extract((folder / "bgr.xml").read_bytes())
    assert sum(segment.kind == "table_row" for segment in regulation.segments) == 29, "the table stands inside a note without a mark"
    law = extract((folder / "stb.xml").read_bytes())
    assert only(law, "F.B.J. Grapperhaus").within == "signature"
    raw = (folder / "reserialised_h-tk-20172018-70-3.xml").read_bytes()
    debate = extract(raw[raw.index(b"<?xml") :])
    assert {segment.speaker for segment in debate.segments} >= {"De voorzitter", "Minister De Jonge", "Mevrouw Agema (PVV)"}
    assert sum(part.startswith("verzoekt de regering") for part in parts(debate, "paragraph")) >= 7
