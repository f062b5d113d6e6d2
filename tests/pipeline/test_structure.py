"""From plain text to segments: who asks and who answers, what is heading, list, note, motion or law. The texts are made, their layouts are real."""

from __future__ import annotations

import pytest

from db.errors import ExtractionError
from nlp.prepare import Passage, prepare
from pipeline.extract.from_text import extract, segment


def read(text: str) -> tuple[Passage, ...]:
    return prepare(segment(text))


def roles(text: str) -> list[tuple[str, str | None, str]]:
    """Kind, number and first words of the passages that ask or answer, without their markers."""
    return [(one.kind, one.number, one.text[:12]) for one in read(text) if one.kind in ("question", "answer")]


MARKED = """\
Vraag 1

Kent u het rapport over de opvang?

Antwoord 1

Ja, ik ken het rapport.

Vraag 2 en 3

Deelt u de conclusie? Graag een toelichting.

Antwoord op vraag 2 en 3

Deels. Ik licht dat toe.

Het kabinet komt hierop terug.
"""

NUMBERED = """\
1. Kent u het rapport over de opvang? 1)

Ja.

2. Hoe beoordeelt u de conclusie dat de opvang
tekortschiet? Welke stappen zet u?

Ik deel de zorgen. Daarom zoek ik naar
een oplossing.

Voor de zomer volgt een brief.

1) Adviesraad, april 2025
"""

BARE_NUMBERS = """\
1

Kent u het rapport?

Antwoord

Ja.

2

Wat vindt u ervan?

Antwoord

Het is een gedegen rapport.
"""

LIST_FIRST = """\
1. Kent u het rapport?
2. Wat vindt u ervan?
3. Wanneer komt de reactie?

Antwoord 1

Ja.

Antwoord 2 en 3

De reactie komt in het najaar.
"""

INLINE = """\
7 De leden van de fractie vragen waarom dit nodig is. Zij zien daar graag een toelichting op.

Antwoord De regering acht dit nodig, omdat er geen andere weg is.

Vraag 8 Deze leden vragen naar de kosten.

Antwoord De kosten zijn beperkt.
"""

LAYOUTS = [
    (
        MARKED,
        [
            ("question", "1", "Kent u het r"),
            ("answer", "1", "Ja, ik ken h"),
            ("question", "2,3", "Deelt u de c"),
            ("answer", "2,3", "Deels. Ik li"),
            ("answer", "2,3", "Het kabinet "),
        ],
        "headings name question and answer",
    ),
    (
        NUMBERED,
        [
            ("question", "1", "Kent u het r"),
            ("answer", "1", "Ja."),
            ("question", "2", "Hoe beoordee"),
            ("answer", "2", "Ik deel de z"),
            ("answer", "2", "Voor de zome"),
        ],
        "the answer begins at the first paragraph that does not ask",
    ),
    (
        BARE_NUMBERS,
        [("question", "1", "Kent u het r"), ("answer", "1", "Ja."), ("question", "2", "Wat vindt u "), ("answer", "2", "Het is een g")],
        "numbers on a line of their own",
    ),
    (
        LIST_FIRST,
        [
            ("question", "1", "Kent u het r"),
            ("question", "2", "Wat vindt u "),
            ("question", "3", "Wanneer komt"),
            ("answer", "1", "Ja."),
            ("answer", "2,3", "De reactie k"),
        ],
        "all questions first",
    ),
    (
        INLINE,
        [("question", "7", "De leden van"), ("answer", "7", "De regering "), ("question", "8", "Deze leden v"), ("answer", "8", "De kosten zi")],
        "a committee's questions and answers begin on the line of their markers",
    ),
]


@pytest.mark.parametrize(("text", "expected", "reason"), LAYOUTS, ids=[row[2] for row in LAYOUTS])
def test_questions_and_answers(text: str, expected: list[tuple[str, str | None, str]], reason: str) -> None:
    assert roles(text) == expected, reason


def test_a_question_in_an_answered_list_stays_a_question() -> None:
    text = "Vraag 1\n\nHoeveel geeft u uit aan:\n\na) wegen;\n\nb) spoor?\n\nAntwoord 1\n\nDat staat in de begroting.\n"
    assert [one.within for one in read(text) if one.kind == "list_item"] == ["question", "question"]


def test_the_heading_of_the_answering_minister_opens_no_answer() -> None:
    found = read("Antwoord van minister Bakker (Sociale Zaken) (ontvangen 8 mei 2025)\n\nVraag 1\n\nKlopt dit?\n\nAntwoord 1\n\nJa.\n")
    assert found[0].within is None


def test_lines_of_a_paragraph_are_joined_over_notes_and_page_breaks() -> None:
    text = (
        "Een goed voorbeeld is de sector waar afspraken zijn gemaakt over de\n"
        "kosten.1 Ik onderschrijf dat deze afspraken een goede plek zijn om\n"
        " \n1 Zie de brief over ondersteuning, p.\n12.\n\nhttps://example.org/a/b\n\n\n \n\n"
        "betere toegang te regelen voor mensen die hier langer wonen en werken.\n"
    )
    found = read(text)
    assert [one.kind for one in found] == ["paragraph", "footnote"]
    assert found[0].text.endswith("een goede plek zijn om betere toegang te regelen voor mensen die hier langer wonen en werken.")
    assert found[1].number == "1"


def test_the_rest_of_a_broken_address_ends_its_note() -> None:
    text = (
        "Een goed voorbeeld is de sector waar afspraken zijn gemaakt over de\nkosten van lessen en die een goede plek zijn om\n\n"
        "https://example.org/documenten/2024/jaarrapportage-\n\njaar-2024\n\nbetere toegang te regelen.\n"
    )
    assert [one.kind for one in read(text)] == ["paragraph", "footnote"]


def test_a_line_that_could_have_been_longer_ends_its_paragraph() -> None:
    text = (
        "Dit is de eerste regel van een alinea die doorloopt op de volgende\n"
        "regel en daar ophoudt.\nDaarna begint op een nieuwe regel een andere alinea die ook weer\n"
        "doorloopt tot hier.\n"
    )
    assert len(read(text)) == 2


def test_a_written_consultation_has_two_halves() -> None:
    text = (
        "I Vragen en opmerkingen vanuit de fracties\n\nVragen en opmerkingen van de leden van de D66-fractie\n\n"
        "De leden zijn blij met de brief. Zij zien graag een plan.\n\n"
        "II Reactie van de minister van Sociale Zaken\n\nVragen en opmerkingen van de leden van de D66-fractie\n\n"
        "Ik stuur uw Kamer in het najaar een plan.\n"
    )
    assert [(one.kind, one.text) for one in read(text) if one.kind != "heading"] == [
        ("question", "De leden zijn blij met de brief. Zij zien graag een plan."),
        ("answer", "Ik stuur uw Kamer in het najaar een plan."),
    ]


MARKERS = [
    ("Vraag 4 (van het lid Bakker)", "Antwoord 4:", "4", "the asking member in brackets"),
    ("Vraag nr. 4", "Antwoord op vraag 4", "4", "nr. before the number"),
    ("VRAAG 4", "ANTWOORD 4", "4", "capitals"),
    ("Vragen 4, 5 en 6", "Antwoorden op de vragen 4, 5 en 6", "4,5,6", "a list of numbers"),
    ("Vraag 4 t/m 6", "Beantwoording vraag 4 t/m 6", "4,5,6", "a range of numbers"),
    ("Vraag 4, 5 6 en 7", "Antwoord 4, 5 6 en 7", "4,5,6,7", "a forgotten comma"),
    ("Vraag 4a", "Antwoord 4a", "4", "a letter after the number"),
]


@pytest.mark.parametrize(("asked", "answered", "number", "reason"), MARKERS, ids=[row[3] for row in MARKERS])
def test_markers_of_questions_and_answers(asked: str, answered: str, number: str, reason: str) -> None:
    found = read(f"{asked}\n\nKlopt het bericht?\n\n{answered}\n\nDat klopt.\n")
    assert [(one.kind, one.number) for one in found if one.kind != "heading"] == [("question", number), ("answer", number)], reason


def test_an_answer_that_runs_on_from_its_question_is_no_question() -> None:
    text = "1. Kent u het bericht? Ja, ik ken het bericht en vind het zorgelijk.\n\n2. Wat gaat u doen?\n\nIk stuur een brief.\n"
    assert roles(text)[:2] == [("question", "1", "Kent u het b"), ("answer", "1", "Ja, ik ken h")]


def test_a_question_that_lost_its_marker_at_a_page_break_is_no_answer() -> None:
    text = (
        "Vraag 1\n\nKent u het bericht?\n\nAntwoord 1\n\nJa.\n\nvan mening dat dit beter kan? Zo ja, wat gaat u dan doen?\n\nAntwoord 2\n\nNiets.\n"
    )
    assert [(one.kind, one.number) for one in read(text) if one.kind != "heading"][2] == ("question", "2")


def test_a_quotation_of_a_minister_makes_no_debate() -> None:
    text = "Minister Bakker: \u201cDit is een goede stap.\u201d\n\nHet programma begint in mei.\n\nMinister Smit: \u201cWij zijn blij.\u201d\n"
    assert {one.speaker for one in read(text)} == {None}


def test_a_debate_names_its_speakers() -> None:
    text = (
        "De voorzitter:\nHet woord is aan de minister.\n\nMinister De Jonge:\nIk stuur u een brief.\n\n"
        "Mevrouw Bakker (D66):\nWanneer komt die brief?\n"
        "\nMinister De Jonge: Voor de zomer.\n"
    )
    said = [(one.speaker, one.by_government, one.text) for one in read(text) if one.kind == "paragraph"]
    assert said == [
        ("De voorzitter", False, "Het woord is aan de minister."),
        ("Minister De Jonge", True, "Ik stuur u een brief."),
        ("Mevrouw Bakker (D66)", False, "Wanneer komt die brief?"),
        ("Minister De Jonge", True, "Voor de zomer."),
    ]


def test_an_office_with_a_colon_is_no_speaker() -> None:
    text = "Minister van Financi\u00ebn:\n\nDe begroting is op orde.\n\nMinister voor Klimaat:\n\nHet plan volgt.\n"
    assert {one.speaker for one in read(text)} == {None}


def test_names_in_capitals_are_speakers_when_one_of_them_is_called_a_minister() -> None:
    text = "Tekst van de persconferentie van minister-president Smit\n\nSMIT\nWij nemen maatregelen.\n\nVAN DAM\nHet advies was helder.\n"
    said = [(one.speaker, one.by_government) for one in read(text) if one.kind == "paragraph" and one.speaker]
    assert said == [("Minister-president Smit", True), ("Van Dam", False)]


def test_capitals_without_a_minister_are_headings() -> None:
    assert {one.speaker for one in read("INLEIDING\n\nDit rapport gaat over taal.\n\nCONCLUSIE\n\nTaal helpt.\n")} == {None}


def test_a_motion_is_the_chamber_speaking() -> None:
    text = (
        "De Kamer,\n\ngehoord de beraadslaging,\n\noverwegende dat taal helpt;\n\nverzoekt de regering voor de zomer een plan te sturen,\n\n"
        "en gaat over tot de orde van de dag.\n\nBakker\n\nSmit\n"
    )
    found = read(text)
    assert [one.within for one in found[:5]] == ["motion"] * 5
    assert all(one.within is None for one in found[5:])


def test_articles_of_a_regulation_are_law_and_its_explanation_is_not() -> None:
    text = (
        "Besluit:\n\nArtikel 1\n\nDe minister verstrekt subsidie.\n\nArtikel 2\n\n1. De subsidie is 5.000 euro.\n\n"
        "TOELICHTING\n\nDe subsidie helpt gemeenten.\n"
    )
    found = {one.text: one.within for one in read(text)}
    assert found["De minister verstrekt subsidie."] == "law"
    assert found["De subsidie is 5.000 euro."] == "law"
    assert found["De subsidie helpt gemeenten."] is None


def test_the_explanation_of_a_regulation_is_told_in_any_case_of_letters() -> None:
    for heading in ("TOELICHTING", "Toelichting", "Nota van toelichting"):
        found = read(f"Besluit:\n\nArtikel 1\n\nDe minister verstrekt subsidie.\n\n{heading}\n\nDe subsidie helpt gemeenten.\n")
        assert found[-1].within is None, heading


def test_what_members_add_to_their_questions_is_no_answer() -> None:
    text = "Vraag 1\n\nKlopt het bericht?\n\nVraag 2\n\nWat doet u?\n\nToelichting\n\nDeze vragen dienen ter aanvulling op eerdere vragen.\n"
    assert [(one.kind, one.within) for one in read(text)][-1] == ("paragraph", None)


def test_an_explanation_that_discusses_articles_is_no_law() -> None:
    text = "Nr. 3 MEMORIE VAN TOELICHTING\n\n1. Inleiding\n\nGelet op artikel 3 is dit nodig.\n\nArtikel 1\n\nDit artikel bevat begrippen.\n"
    assert {one.within for one in read(text)} == {None}


def test_a_letter_ends_in_a_signature() -> None:
    text = (
        "Geachte voorzitter,\n\nIk stuur u het rapport.\n\nHoogachtend,\n\nDe minister van Sociale Zaken,\n\nJ. Bakker\n\n"
        "Bijlage 1\n\nDe cijfers staan hier.\n"
    )
    found = read(text)
    assert [one.text for one in found if one.within == "signature"] == ["Hoogachtend,", "De minister van Sociale Zaken,", "J. Bakker"]
    assert found[-1].within == "annex"


def test_numbered_lines_alone_are_headings_and_in_a_row_are_items() -> None:
    text = (
        "1. Inleiding\n\nDit gaat over taal.\n\n2. Maatregelen\n\nWij nemen drie maatregelen:\n\n"
        "1. Meer lessen\n\n2. Minder papier\n\n3. Meer tijd\n\nDat helpt.\n"
    )
    kinds = [(one.kind, one.text) for one in read(text) if one.kind in ("heading", "list_item")]
    assert kinds == [
        ("heading", "1. Inleiding"),
        ("heading", "2. Maatregelen"),
        ("list_item", "Meer lessen"),
        ("list_item", "Minder papier"),
        ("list_item", "Meer tijd"),
    ]


def test_page_numbers_and_running_heads_are_in_no_segment() -> None:
    text = "Dit is een zin.\n\nTweede Kamer, vergaderjaar 2024\u20132025, 32 824, nr. 475 3\n\nPagina 2 van 7\n\nDit is nog een zin.\n"
    assert [one.text for one in read(text)] == ["Dit is een zin.", "Dit is nog een zin."]


def test_signs_of_marked_up_text_are_no_words() -> None:
    text = "## Vraag 1\n\nKlopt het bericht?\n\n## Antwoord 1\n\nDat klopt.\n\n!248306\n\n| A | B |\n|:---|:---|\n| een | twee |\n"
    found = read(text)
    assert [(one.kind, one.number, one.text) for one in found] == [
        ("heading", "1", "Vraag 1"),
        ("question", "1", "Klopt het bericht?"),
        ("heading", "1", "Antwoord 1"),
        ("answer", "1", "Dat klopt."),
        ("table_row", None, "| A | B |"),
        ("table_row", None, "| een | twee |"),
    ]


def test_form_feeds_count_pages() -> None:
    found = read("Eerste bladzijde.\n\fTweede bladzijde.\n")
    assert [one.page for one in found] == [1, 2]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("\ufeffCaf\u00e9 Ra\u00e7a".encode(), "Caf\u00e9 Ra\u00e7a"),
        ("Caf\u00e9 Ra\u00e7a".encode("utf-16"), "Caf\u00e9 Ra\u00e7a"),
        ("Caf\u00e9 \u2018Ra\u00e7a\u2019".encode("cp1252"), "Caf\u00e9 \u2018Ra\u00e7a\u2019"),
    ],
    ids=["utf-8 with mark", "utf-16 with mark", "windows-1252"],
)
def test_encodings(body: bytes, expected: str) -> None:
    assert extract(body).text == expected


@pytest.mark.parametrize("body", [b"", b" \n\t", b"\x00\x01\x02binary", b"... --- ..."], ids=["nothing", "white space", "binary", "no words"])
def test_files_without_words_are_refused(body: bytes) -> None:
    with pytest.raises(ExtractionError):
        extract(body)


def test_segments_are_in_order_and_inside_the_text() -> None:
    for text in (MARKED, NUMBERED, BARE_NUMBERS, LIST_FIRST, INLINE):
        found = segment(text).segments
        assert all(0 <= one.start < one.end <= len(text) for one in found)
        assert all(text[start:end].strip() for one in found for start, end in one.pieces)
