"""From segments to clean passages: what cleaning does to the words, and that every clean span leads back to its source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records import Segment, Text
from nlp.prepare import LONGEST_PASSAGE, Passage, prepare


def passages(text: str, *segments: Segment) -> tuple[Passage, ...]:
    found = segments or (Segment(kind="paragraph", start=0, end=len(text)),)
    return prepare(Text(text=text, segments=found, extractor="test/1"))


CLEANED = [
    ("De Kamer wordt\nvoor de zomer  ge\u00efnformeerd.", "De Kamer wordt voor de zomer ge\u00efnformeerd.", "lines are joined, spaces folded"),
    ("De arbeids-\nmarkt is krap.", "De arbeidsmarkt is krap.", "a hyphen at the line end is undone"),
    ("De land-\nen tuinbouw.", "De land- en tuinbouw.", "an enumeration keeps its hyphen and its space"),
    ("Voor EU-\nburgers geldt dit.", "Voor EU-burgers geldt dit.", "a hyphen after capitals belongs to the word"),
    ("Dit is bijna de helft (46%).1 Daarna", "Dit is bijna de helft (46%). Daarna", "a note mark after a sentence"),
    ("Gemeenten doen dit al.12", "Gemeenten doen dit al.", "a note mark at the end"),
    ("Kent u het bericht?[1] Zo ja", "Kent u het bericht? Zo ja", "a note mark in brackets"),
    ("Kent u het bericht? 1)", "Kent u het bericht?", "a note mark with a bracket"),
    ("Het bericht\u00b9 is bekend.", "Het bericht is bekend.", "a superscript"),
    ("Op grond van artikel 3.12 geldt dit.", "Op grond van artikel 3.12 geldt dit.", "an article number is no note"),
    ("Het kost 2.500 euro.", "Het kost 2.500 euro.", "a stop between thousands is no sentence end"),
    ("Zie nr.12 van de lijst.", "Zie nr.12 van de lijst.", "a number glued to nr. is no note"),
    ("Sinds covid19 is dat zo.", "Sinds covid19 is dat zo.", "digits in a word stay without a note of that number"),
    ("in\u00adte\u00adgra\u00adtie", "integratie", "soft hyphens are no letters"),
    ("een\u200bwoord en\u00a0nog een", "eenwoord en nog een", "zero-width and no-break spaces"),
]


@pytest.mark.parametrize(("raw", "clean", "reason"), CLEANED, ids=[row[2] for row in CLEANED])
def test_cleaning(raw: str, clean: str, reason: str) -> None:
    assert passages(raw)[0].text == clean, reason


def test_a_number_glued_to_a_word_is_a_note_when_the_document_has_that_note() -> None:
    text = "Het rapport3 is af.\n\n3 Adviesraad, 2025."
    note = Segment(kind="footnote", start=22, end=len(text), number="3")
    assert passages(text, Segment(kind="paragraph", start=0, end=19), note)[0].text == "Het rapport is af."


def test_pieces_are_joined_over_what_stands_between_them() -> None:
    text = "Ik stuur de Ka-\n[Pagina 2]\nmer een brief."
    segment = Segment(kind="answer", start=0, end=len(text), pieces=((0, 15), (27, len(text))), number="2")
    passage = passages(text, segment)[0]
    assert passage.text == "Ik stuur de Kamer een brief."
    start = passage.text.index("Kamer")
    first, last = passage.to_source(start, start + 5)
    assert text[first:last] == "Ka-\n[Pagina 2]\nmer"


def test_a_span_leads_back_to_the_words_it_covers() -> None:
    text = "Eerst dit.\nVoor de zomer\nkom ik terug.1 Daarna niet."
    passage = passages(text)[0]
    start = passage.text.index("Voor")
    first, last = passage.to_source(start, passage.text.index(" Daarna"))
    assert text[first:last] == "Voor de zomer\nkom ik terug."


def test_spans_outside_the_passage_are_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        passages("Ja.")[0].to_source(0, 99)


def test_a_passage_knows_the_question_that_it_answers() -> None:
    text = "Antwoord 4 en 5\nJa.\n\u2022 Een punt"
    found = passages(
        text,
        Segment(kind="heading", start=0, end=15, number="4,5", within="answer"),
        Segment(kind="answer", start=16, end=19, number="4,5"),
        Segment(kind="list_item", start=22, end=len(text), within="answer"),
    )
    assert [passage.answers for passage in found] == ["4,5", "4,5", "4,5"]


def test_cells_keep_their_words() -> None:
    text = "| Post |  2025 |"
    row = Segment(kind="table_row", start=0, end=len(text), cells=((2, 6), (10, 14)))
    passage = passages(text, row)[0]
    assert [passage.text[start:end] for start, end in passage.cells] == ["Post", "2025"]


def test_a_very_long_segment_becomes_several_passages_and_nothing_is_lost() -> None:
    text = "Dit is een zin van gewone lengte. " * 3000
    found = passages(text)
    assert max(len(passage.text) for passage in found) <= LONGEST_PASSAGE
    assert "".join(passage.text for passage in found).replace(" ", "") == text.replace(" ", "")
    assert all(passage.text.endswith(".") for passage in found)


@given(st.text(alphabet="aB1 .-\n[]()?\u00b9\u00ad\u200b", max_size=200))
def test_every_clean_character_stands_in_the_source(text: str) -> None:
    for passage in passages(text):
        for at, char in enumerate(passage.text):
            first, last = passage.to_source(at, at + 1)
            assert last == first + 1
            assert text[first] == char or (char == " " and (text[first].isspace() or text[first] in "-\u00ad"))
