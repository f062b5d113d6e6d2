"""What a document says of itself in its first lines, and that the source's own word is never overruled."""

from __future__ import annotations

from datetime import date

import pytest

from db.records import Context
from nlp.letterhead import addressed_chamber, complete
from nlp.prepare import Passage, prepare
from pipeline.extract.from_text import segment


def read(text: str) -> tuple[Passage, ...]:
    return prepare(segment(text))


ANSWER = "Antwoord van minister Bakker (Financi\u00ebn) (ontvangen 8 mei 2025)\n\nVraag 1\n\nKlopt dit?\n"
LETTER = "Den Haag, 28 januari 2025\n\nGeachte voorzitter,\n\nHierbij stuur ik u het rapport.\n"
LABELS = "Datum\n\n14 december 2018\n\nOnderwerp\n\nAntwoorden Kamervragen over geluid\n"
MOTION = "Nr. 12\n\nMOTIE VAN HET LID BAKKER\n\nVoorgesteld 22 mei 2025\n\nDe Kamer,\n\ngehoord de beraadslaging,\n"
NEWS = "Nieuwsbericht | 02-11-2023 | 09:00\n\nHet kabinet trekt geld uit.\n"
PROSE = "Het debat van 3 mei 2024 ging over taal. Op 4 juni 2025 volgt meer.\n"
WRONG = "Den Haag, 31 februari 2025\n\nEen brief.\n"
DEBATE = "De voorzitter:\nHet woord is aan de minister.\n\nMinister Bakker:\nDe Kamer, gehoord wat is gezegd, krijgt een brief.\n"

HEADS = [
    (ANSWER, date(2025, 5, 8), "antwoord", "the date an answer came in"),
    (LETTER, date(2025, 1, 28), "kamerbrief", "place and date of a letter"),
    (LABELS, date(2018, 12, 14), None, "labels and values on lines of their own"),
    (MOTION, date(2025, 5, 22), "motie", "a motion"),
    (NEWS, date(2023, 11, 2), None, "a date in figures"),
    (PROSE, None, None, "dates inside sentences date no document"),
    (WRONG, None, None, "a day that does not exist"),
    (DEBATE, None, "handeling", "speakers"),
]


@pytest.mark.parametrize(("text", "day", "kind", "reason"), HEADS, ids=[row[3] for row in HEADS])
def test_head(text: str, day: date | None, kind: str | None, reason: str) -> None:
    known = complete(Context(), read(text))
    assert (known.date, known.doctype) == (day, kind), reason


def test_what_the_source_says_stands() -> None:
    given = Context(date=date(2025, 1, 1), doctype="Brief regering", title="Titel")
    assert complete(given, read(ANSWER)) == given


def test_the_subject_of_a_letter_is_its_title() -> None:
    assert (
        complete(Context(), read("Betreft: Voortgang van de inburgering in 2025\n\nGeachte voorzitter,\n")).title
        == "Voortgang van de inburgering in 2025"
    )


@pytest.mark.parametrize(
    ("text", "chamber"),
    [
        ("Aan de Voorzitter van de Tweede Kamer der Staten-Generaal\n\nEen brief.\n", "Tweede Kamer"),
        ("Aan de voorzitter van de Eerste Kamer der Staten-Generaal\n\nEen brief.\n", "Eerste Kamer"),
        ("Een brief aan iedereen.\n", None),
    ],
    ids=["Tweede Kamer", "Eerste Kamer", "nobody"],
)
def test_addressed_chamber(text: str, chamber: str | None) -> None:
    assert addressed_chamber(read(text)) == chamber
