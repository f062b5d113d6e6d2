"""PDFs that are set here with reportlab, each for one thing a page does to a text, and files that must be refused."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from reportlab.lib import pdfencrypt
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from db.errors import ExtractionError
from db.records import Segment, Text
from pipeline.extract import ocr
from pipeline.extract.from_pdf import extract

LEFT, TOP, LEADING = 220.0, 720.0, 12.0


class Page:
    """Sets lines of Helvetica 10 below each other."""

    def __init__(self, canvas: Any) -> None:
        self.canvas = canvas
        self.y = TOP

    def set(self, *lines: str, x: float = LEFT, size: float = 10, bold: bool = False, gap: float = 0.0) -> None:
        self.y -= gap
        for line in lines:
            self.canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
            self.canvas.drawString(x, self.y, line)
            self.y -= LEADING

    def raised(self, text: str, mark: str, after: str = "", *, x: float = LEFT, size: float = 10) -> None:
        """A line with a raised mark in it."""
        line = self.canvas.beginText(x, self.y)
        line.setFont("Helvetica", size)
        line.textOut(text)
        line.setRise(0.35 * size)
        line.setFont("Helvetica", 0.6 * size)
        line.textOut(mark)
        line.setRise(0)
        line.setFont("Helvetica", size)
        line.textOut(after)
        self.canvas.drawText(line)
        self.y -= LEADING

    def at(self, x: float, y: float, text: str, size: float = 10) -> None:
        self.canvas.setFont("Helvetica", size)
        self.canvas.drawString(x, y, text)


def printed(*pages: Callable[[Page], None], **options: Any) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=True, **options)
    for fill in pages:
        fill(Page(canvas))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def parts(text: Text) -> list[str]:
    return [text.text[segment.start : segment.end] for segment in text.segments]


def only(text: Text, words: str) -> Segment:
    found = [segment for segment in text.segments if text.text[segment.start : segment.end].startswith(words)]
    assert len(found) == 1, f"{words!r} starts {len(found)} segments"
    return found[0]


WIDE = "Met deze brief informeer ik uw Kamer over de voortgang van de"
NEXT = "inburgering in het eerste kwartaal van dit jaar en over de kosten"


def test_lines_of_a_paragraph_are_joined_and_short_lines_end_one() -> None:
    second = "Daarna volgt een tweede alinea die ook een hele regel lang is en"
    text = extract(printed(lambda page: page.set(WIDE, NEXT, "voor gemeenten.", second, "doorloopt.")))
    assert parts(text) == [f"{WIDE} {NEXT} voor gemeenten.", f"{second} doorloopt."]


def test_text_behind_a_scan_differs_in_size_from_line_to_line() -> None:
    def fill(page: Page) -> None:
        for line, size in ((WIDE, 10.0), (NEXT, 11.2), ("voor gemeenten.", 9.9)):
            page.set(line, size=size)

    assert parts(extract(printed(fill))) == [f"{WIDE} {NEXT} voor gemeenten."]


def test_space_between_paragraphs_ends_one_even_after_a_full_line() -> None:
    def fill(page: Page) -> None:
        page.set(WIDE, "inburgering in het eerste kwartaal van dit jaar en de uitgaven.")
        page.set("Nieuwe alinea met een eigen eerste regel die ongeveer zo lang is", "als de vorige.", gap=10)

    assert len(parts(extract(printed(fill)))) == 2


def test_hyphen_of_the_printer_goes_and_hyphen_of_the_word_stays() -> None:
    def fill(page: Page) -> None:
        page.set("De minister spreekt met de gemeenten over de inburgeringsexa-", "mens van dit najaar en over de gevolgen daarvan voor alle EU-")
        page.set("landen die meedoen, en over de re-", "integratie van wie dat wil.")

    text = extract(printed(fill)).text
    assert "inburgeringsexamens" in text
    assert "EU-landen" in text
    assert "re-integratie" in text


def furnished(number: int) -> Callable[[Page], None]:
    def fill(page: Page) -> None:
        page.at(LEFT, 800, "Ministerie van Sociale Zaken")
        page.set(f"Bladzijde {('een', 'twee', 'drie')[number - 1]} zegt iets over de voortgang van de inburgering en", "gaat dan verder.")
        page.at(LEFT, 40, f"Tweede Kamer, vergaderjaar 2024-2025, 32 824, nr. 4  {number}")
        page.at(520, 20, str(number))
        page.at(55, 60, "kst-32824-4", 5)

    return fill


def test_running_heads_and_page_numbers_are_no_text() -> None:
    text = extract(printed(*map(furnished, (1, 2, 3))))
    assert len(parts(text)) == 3
    for unwanted in ("Ministerie van Sociale", "vergaderjaar", "kst-32824"):
        assert unwanted not in text.text
    assert text.pages == 3
    assert [segment.page for segment in text.segments] == [1, 2, 3]


def test_masthead_of_the_kamer_is_no_text_but_the_label_left_of_the_title_is() -> None:
    def fill(page: Page) -> None:
        page.at(55, 800, "Tweede Kamer der Staten-Generaal", 16)
        page.at(55, 770, "Vergaderjaar 2024-2025")
        page.at(55, TOP, "32 824")
        page.set("Integratiebeleid", bold=True)
        page.set(WIDE, NEXT, "voor gemeenten.", gap=20)

    assert parts(extract(printed(fill)))[0] == "32 824 Integratiebeleid"


def test_footnotes_stand_apart_and_the_sentence_runs_on_over_the_page() -> None:
    def first(page: Page) -> None:
        page.raised("Kent u het bericht over de wachtlijsten?", "1", " Wat vindt u daarvan en wat")
        page.set("gaat u doen om te zorgen dat ook mensen die al langer in ons land")
        page.y = 120
        page.raised("", "1", "Dagblad, 3 mei 2025, over de wachtlijsten bij de taalscholen in het", size=7)
        page.set("hele land.", size=7)

    def second(page: Page) -> None:
        page.set("wonen de taal kunnen leren?", "Ja.")

    text = extract(printed(first, second))
    assert only(text, "Kent u").start == 0
    assert "wachtlijsten? Wat vindt" in text.text, "the mark is not glued to the word"
    assert "in ons land wonen de taal" in text.text
    note = only(text, "Dagblad")
    assert (note.kind, note.number, note.page) == ("footnote", "1", 1)
    assert text.text[note.start : note.end].endswith("in het hele land.")


def test_question_mark_behind_a_raised_mark_stays() -> None:
    text = extract(printed(lambda page: page.raised("Kent u het bericht «Lange wachtlijsten»", "12", "?")))
    assert text.text == "Kent u het bericht «Lange wachtlijsten»?"


def test_raised_two_of_square_metres_is_no_footnote() -> None:
    text = extract(printed(lambda page: page.raised("Er komt een gebouw van 500 m", "2", " voor de opvang.")))
    assert text.text == "Er komt een gebouw van 500 m2 voor de opvang."


def test_questions_and_answers_with_their_numbers() -> None:
    def fill(page: Page) -> None:
        page.set("Vraag 1", "Kent u het bericht?", "Antwoord 1", "Ja.")
        page.set("Vraag 2, 3", "Wat doet u?", "Antwoord 2 en 3", "Ik stuur uw Kamer voor de zomer een brief.", gap=10)

    text = extract(printed(fill))
    assert [(segment.kind, segment.number) for segment in text.segments if segment.kind != "heading"] == [
        ("question", "1"), ("answer", "1"), ("question", "2,3"), ("answer", "2,3"),
    ]  # fmt: skip


def test_rows_with_clear_columns_are_table_rows() -> None:
    def fill(page: Page) -> None:
        page.set("De kosten staan in deze tabel:")
        for row in (("Jaar", "Gemeenten", "Bedrag"), ("2025", "Utrecht", "€ 5 mln"), ("2026", "Den Haag", "€ 12 mln")):
            for x, cell in zip((220.0, 320.0, 450.0), row, strict=True):
                page.at(x, page.y, cell)
            page.y -= LEADING

    text = extract(printed(fill))
    rows = [[text.text[start:end] for start, end in segment.cells] for segment in text.segments if segment.kind == "table_row"]
    assert rows == [["Jaar", "Gemeenten", "Bedrag"], ["2025", "Utrecht", "€ 5 mln"], ["2026", "Den Haag", "€ 12 mln"]]


def rows_of(text: Text) -> list[list[str]]:
    return [[text.text[start:end] for start, end in segment.cells] for segment in text.segments if segment.kind == "table_row"]


def set_table(*rows: tuple[str, ...]) -> Callable[[Page], None]:
    """Set rows with the first column at the left edge and the others right-aligned."""

    def fill(page: Page) -> None:
        page.set("De begroting verandert zo:")
        for label, *cells in rows:
            page.at(LEFT, page.y, label)
            for right, cell in zip((410.0, 470.0, 530.0), cells, strict=True):
                page.at(right - page.canvas.stringWidth(cell, "Helvetica", 10), page.y, cell)
            page.y -= LEADING

    return fill


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("Gemeenten", "514.085", "402.615", "395.000"), "looks like the number of a section before its words"),
        (("Examens", "12.400", "– 1.250", "11.150"), "the minus belongs to the number after it"),
        (("Voorlichting", "8.900", "-400", "8.500"), "a short number leaves a wide gap"),
        (("Plaatsen (fte)", "12", "5", "17"), "numbers that could be marks"),
    ],
)
def test_neighbouring_numbers_are_cells_of_their_own(row: tuple[str, ...], reason: str) -> None:
    head = ("Onderdeel", "Begroting", "Mutatie", "Stand")
    assert rows_of(extract(printed(set_table(head, row, row)))) == [list(head), list(row), list(row)], reason


def test_heads_that_nearly_touch_are_divided_at_the_columns() -> None:
    head, row = ("Regeling", "Begroting", "Bijstelling", "Nieuw saldo"), ("Omscholing", "118.600", "37.200", "81.400")
    assert rows_of(extract(printed(set_table(head, row, row)))) == [list(head), list(row), list(row)]


def test_cell_without_print_keeps_its_column() -> None:
    head, row = ("Regeling", "2026", "2027", "2028"), ("Omscholing", "118.600", "37.200", "81.400")
    gap = ("Loopbaanadvies", "", "450", "")
    assert rows_of(extract(printed(set_table(head, row, gap, row)))) == [list(head), list(row), list(gap), list(row)]


def test_sign_at_the_left_of_a_column_goes_with_its_number() -> None:
    def fill(page: Page) -> None:
        page.set("De plafonds:")
        for label, number in (("Taallessen", "12.400"), ("Examens", "840.000")):
            page.at(LEFT, page.y, label)
            page.at(400.0, page.y, "€")
            page.at(500.0 - page.canvas.stringWidth(number, "Helvetica", 10), page.y, number)
            page.y -= LEADING

    assert rows_of(extract(printed(fill))) == [["Taallessen", "€ 12.400"], ["Examens", "€ 840.000"]]


def test_cells_of_several_lines_in_small_print_beside_the_column_stay_together() -> None:
    """The annexes of Kamerstukken set tables over the whole width, left of the column of the text too."""

    def fill(page: Page) -> None:
        page.set(WIDE, NEXT, "voor gemeenten in de volgende tabel.")
        first = (("Adviseren van de", "regering"), ("Artikel 2,", "tweede lid"), ("blijft",))
        for cells in (first, (("Adviseren van de", "Kamer"), ("–",), ("nieuw",))):
            top = page.y - 6
            for x, lines in zip((55.0, 220.0, 400.0), cells, strict=True):
                for number, line in enumerate(lines):
                    page.at(x, top - 9 * number, line, 7)
            page.y = top - 18

    text = extract(printed(fill))
    rows = [[text.text[start:end] for start, end in segment.cells] for segment in text.segments if segment.kind == "table_row"]
    assert rows == [["Adviseren van de regering", "Artikel 2, tweede lid", "blijft"], ["Adviseren van de Kamer", "–", "nieuw"]]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = ["Het kabinet wil meer taallessen", "voor nieuwkomers en trekt daar", "extra geld voor uit in 2026."]
    right = ["Gemeenten zeggen dat zij de", "lessen nog niet kunnen geven", "zonder docenten."]

    def fill(page: Page) -> None:
        page.set(*left, x=60)
        page.y = TOP
        page.set(*right, x=320)

    assert parts(extract(printed(fill))) == [" ".join(left), " ".join(right)]


def test_margin_of_a_letter_does_not_break_its_text() -> None:
    def fill(page: Page) -> None:
        page.set(WIDE, NEXT, x=80)
        page.at(470, TOP, "Ons kenmerk", 6)
        page.at(470, TOP - 8, "2025-0000123", 6)
        page.set("voor gemeenten.", x=80)

    text = extract(printed(fill))
    assert f"{WIDE} {NEXT} voor gemeenten." in parts(text)
    assert text.text.index("2025-0000123") < text.text.index("Met deze brief")


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_page_that_is_shown_turned_reads_the_same(turned: int) -> None:
    def fill(page: Page) -> None:
        canvas = page.canvas
        canvas.setPageRotation(turned)
        # set the text so that it stands upright on the page as it is shown
        canvas.translate(*{90: (595, 0), 180: (595, 842), 270: (0, 842)}[turned])
        canvas.rotate(turned)
        page.y = 500
        page.set(WIDE, NEXT, "voor gemeenten.")

    assert parts(extract(printed(fill))) == [f"{WIDE} {NEXT} voor gemeenten."]


def test_list_items_keep_their_lines_together() -> None:
    def fill(page: Page) -> None:
        page.set("Ik neem deze maatregelen:")
        page.set("1. meer lessen voor wie net in Nederland is en nog geen plek heeft", x=LEFT)
        page.set("gevonden;", x=LEFT + 14)
        page.set("2. betere examens.", x=LEFT)

    items = [segment for segment in extract(printed(fill)).segments if segment.kind == "list_item"]
    assert [segment.number for segment in items] == ["1", "2"]


@pytest.mark.parametrize(
    ("first", "second", "kinds", "reason"),
    [
        (
            "De taken van de gemeente gaan van start in het najaar, en het rijk", "– dat dit betaalt – blijft verantwoordelijk voor het geheel.",
            ["paragraph"], "an aside between dashes begins where the line is full",
        ),
        ("De gemeente doet voor wie hier nieuw is dit.", "– begeleiden naar school", ["paragraph", "list_item"], "a sentence has ended"),
        (
            "– de taken van de gemeente gaan van start in het najaar, in het rijk", "– begeleiden van wie nieuw is in Nederland en een plek zoekt.",
            ["list_item", "list_item"], "the next item of a list whose items end without a mark",
        ),
        (
            "De aanpak draagt bij aan de brede welvaart van iedereen (zie hoofdstuk", "4). Daarna volgt de uitwerking per gemeente.",
            ["paragraph"], "the end of a bracket is no number of an item",
        ),
        (
            "De aanpak draagt bij aan de brede welvaart van iedereen (zie", "4). Daarna volgt de uitwerking per gemeente.",
            ["paragraph"], "also where the line had room for it",
        ),
        ("De aanpak draagt bij aan de welvaart (hoofdstuk 2);", "4) de uitwerking per gemeente.", ["paragraph", "list_item"], "closed before"),
    ],
)  # fmt: skip
def test_a_mark_inside_a_sentence_begins_no_item(first: str, second: str, kinds: list[str], reason: str) -> None:
    def fill(page: Page) -> None:
        page.set("Dit is een gewone alinea die over de volle breedte van de kolom loopt", "en daarna op een tweede regel eindigt.")
        page.set(first, second, gap=12)

    assert [segment.kind for segment in extract(printed(fill)).segments][1:] == kinds, reason


def _locked() -> bytes:
    return printed(lambda page: page.set("geheim"), encrypt=pdfencrypt.StandardEncryption("wachtwoord", canPrint=0))


def _scan() -> bytes:
    picture = ImageReader(Image.new("L", (20, 30), 128))
    return printed(*[lambda page: page.canvas.drawImage(picture, 0, 0, 595, 842)] * 2)


WHOLE = printed(lambda page: page.set("Een alinea."))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"<html><body>Pagina niet gevonden</body></html>", "type"),  # what a server sends under the name of a PDF
        (b"%PDF-1.7\n%leeg\n", "damaged"),
        (WHOLE[:300], "damaged"),
        (_locked(), "encrypted"),
        (_scan(), "scan"),
        (printed(lambda page: page.set("")), "empty"),  # a blank page, no image
    ],
)
def test_bad_files_are_refused_with_a_code(body: bytes, code: str) -> None:
    with pytest.raises(ExtractionError, match=f"^{code}: .+"):
        extract(body)


def test_file_that_opens_without_a_password_is_read() -> None:
    body = printed(lambda page: page.set("Niet geheim."), encrypt=pdfencrypt.StandardEncryption("", ownerPassword="eigenaar"))
    assert extract(body).text == "Niet geheim."


def test_pages_without_text_between_pages_with_text_do_not_matter() -> None:
    text = extract(printed(lambda page: page.set(""), lambda page: page.set("Tekst op de tweede bladzijde.")))
    assert (text.pages, text.segments[0].page) == (2, 2)


RECOGNISED = """level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
1\t1\t0\t0\t0\t0\t0\t0\t2479\t3508\t-1\t
5\t1\t1\t1\t1\t1\t300\t400\t300\t40\t96.1\tGeachte
5\t1\t1\t1\t1\t2\t620\t400\t330\t44\t95.0\tvoorzitter,
5\t1\t1\t2\t1\t1\t300\t600\t700\t40\t91.0\tHierbij
5\t1\t1\t2\t1\t2\t1020\t600\t900\t42\t90.0\tinburge-
5\t1\t1\t2\t2\t1\t300\t655\t300\t40\t90.0\tring.
5\t1\t2\t1\t1\t1\t2000\t60\t90\t30\t12.0\tx#~
"""


@pytest.fixture
def tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A program of that name that knows Dutch, checks that it is given a picture, and answers with a table of words."""
    program = tmp_path / "tesseract"
    answer = tmp_path / "answer.tsv"
    answer.write_text(RECOGNISED)
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo "List of available languages (2):"; echo eng; echo nld; exit 0; fi\n'
        f'head -c 2 | grep -q P5 || exit 1\ncat > /dev/null\ncat "{answer}"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    ocr.is_available.cache_clear()
    yield program
    ocr.is_available.cache_clear()


@pytest.mark.usefixtures("tesseract")
def test_scan_is_recognised_where_tesseract_is_installed() -> None:
    text = extract(_scan())
    assert text.text.split("\n\n")[:2] == ["Geachte voorzitter,", "Hierbij inburgering."], "specks are left out, hyphens undone"
    assert {segment.page for segment in text.segments} == {1, 2}


def test_scan_stays_a_scan_where_tesseract_knows_no_dutch(tesseract: Path) -> None:
    tesseract.write_text("#!/bin/sh\necho eng\n")
    with pytest.raises(ExtractionError, match=r"^scan: 2 of 2 pages"):
        extract(_scan())


def test_scan_that_tesseract_cannot_read_is_a_scan(tesseract: Path) -> None:
    tesseract.write_text('#!/bin/sh\n[ "$1" = --list-langs ] && echo nld && exit 0\nexit 1\n')
    with pytest.raises(ExtractionError, match=r"^scan: "):
        extract(_scan())
