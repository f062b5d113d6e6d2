"""What holds for the text of every file, whatever it is: segments lie in the text, in order; formats of one publication agree."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import ExtractionError
from db.records import Text
from pipeline.extract.blocks import Block, assemble, assemble_by_words, clean, numbers_in
from pipeline.extract.from_docx import extract as extract_docx
from pipeline.extract.from_html import extract as extract_html
from pipeline.extract.from_odt import extract as extract_odt
from pipeline.extract.from_opxml import extract as extract_opxml
from pipeline.extract.from_pdf import extract as extract_pdf

EXTRACTORS = {".xml": extract_opxml, ".html": extract_html, ".odt": extract_odt, ".pdf": extract_pdf, ".docx": extract_docx}


def check_laws(text: Text) -> None:
    assert text.text == unicodedata.normalize("NFC", text.text)
    assert not [sign for sign in text.text if unicodedata.category(sign) in ("Cf", "Cs", "Co") or (sign < " " and sign != "\n")]
    assert text.segments
    for segment in text.segments:
        assert 0 <= segment.start < segment.end <= len(text.text)
        assert text.text[segment.start : segment.end].strip()
        spans = [*segment.pieces, *segment.cells]
        assert all(segment.start <= start <= end <= segment.end for start, end in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(segment.pieces))
        assert all(before[1] <= after[0] for before, after in pairwise(segment.cells))
        assert segment.page is None or 1 <= segment.page <= (text.pages or 0)
    assert all(before.end <= after.start for before, after in pairwise(text.segments))


_words = st.text(max_size=30)
_blocks = st.lists(
    st.builds(
        Block,
        kind=st.sampled_from(["heading", "paragraph", "question", "answer", "list_item", "footnote", "table_row"]),
        text=_words,
        mark=st.sampled_from(["", "1.", "•", "a)"]),
        cells=st.lists(_words, max_size=3).map(tuple),
    ),
    max_size=12,
)


@given(_blocks)
@settings(max_examples=150, deadline=None)
def test_blocks_get_segments_in_order(blocks: list[Block]) -> None:
    try:
        text = assemble(blocks, extractor="test/1")
    except ExtractionError:
        assert not any(clean(words) for block in blocks for words in (block.cells if any(map(clean, block.cells)) else (block.text,)))
        return
    check_laws(text)


@given(_blocks)
@settings(max_examples=150, deadline=None)
def test_blocks_read_by_their_words_get_segments_in_order(blocks: list[Block]) -> None:
    known = [block for block in blocks if block.kind not in ("question", "answer")]
    if any(any(map(clean, block.cells)) or clean(block.text) for block in known):
        check_laws(assemble_by_words(known, extractor="test/1"))


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("suffix", sorted(EXTRACTORS))
def test_arbitrary_bytes_give_text_or_an_extraction_error(suffix: str, body: bytes) -> None:
    head = {".xml": b"<officiele-publicatie>", ".html": b"<p>", ".odt": b"PK\x03\x04", ".docx": b"PK\x03\x04", ".pdf": b"%PDF-1.7\n"}[suffix]
    for whole in (body, head + body):
        try:
            check_laws(EXTRACTORS[suffix](whole))
        except ExtractionError as error:
            assert re.match(r"[a-z]+: \S", str(error)) and "\n" not in str(error)


@pytest.mark.parametrize(
    ("label", "numbers"),
    [
        ("Vraag 1", "1"),
        ("Antwoord 10 en 11", "10,11"),
        ("Antwoord op de vragen 1, 2 en 5", "1,2,5"),
        ("Vraag 4 t/m 6", "4,5,6"),
        ("Vragen 4 tot en met 6", "4,5,6"),
        ("Vraag 2–4", "2,3,4"),
        ("Antwoord", None),
        ("Vraag 007", "7"),
        ("Vraag 9 t/m 3", "9,3"),  # a slip of the pen: both are named, nothing is invented
    ],
)
def test_numbers_of_a_label(label: str, numbers: str | None) -> None:
    assert numbers_in(label) == numbers


def test_every_recorded_document_obeys_the_laws(shared: Path) -> None:
    """All files of the samples that hold a document; only a file that says so in the samples' notes may fail."""
    folders = ["koop-frbr", "koop-op-xml-other", "tweedekamer-documents-pdf", "parliamentary-pdf-2023-2025", "tweedekamer-besluitenlijsten"]
    files = [file for folder in folders for file in (shared / "samples" / folder).rglob("*") if file.suffix in EXTRACTORS]
    files = [file for file in files if "metadata" not in file.name]
    assert len(files) > 40
    for file in files:
        if file.name.startswith("reserialised_"):  # not well-formed: printed again by another program
            continue
        check_laws(EXTRACTORS[file.suffix](file.read_bytes()))


def _questions_and_answers(text: Text) -> list[tuple[str, str | None, str]]:
    parts = [segment for segment in text.segments if segment.kind in ("question", "answer")]
    return [(part.kind, part.number, text.text[part.start : part.end]) for part in parts]


def _similarity(one: Text, other: Text) -> float:
    tokens = [re.findall(r"\w+|[^\w\s]", text.text) for text in (one, other)]
    return SequenceMatcher(None, *tokens, autojunk=False).ratio()


@pytest.mark.parametrize("publication", ["ah-tk/20202021/ah-tk-20202021-3235", "kst/32545/kst-32545-143"])
@pytest.mark.parametrize("suffix", [".html", ".odt", ".pdf"])
def test_formats_of_one_publication_agree(shared: Path, publication: str, suffix: str) -> None:
    folder = shared / "samples" / "koop-frbr" / publication / "1"
    name = publication.rpartition("/")[2]
    xml = extract_opxml((folder / "xml" / f"{name}.xml").read_bytes())
    other = EXTRACTORS[suffix]((folder / suffix[1:] / f"{name}{suffix}").read_bytes())
    assert _similarity(xml, other) >= 0.99
    assert _questions_and_answers(other) == _questions_and_answers(xml)


def test_real_answers_in_pdf_have_their_questions(shared: Path) -> None:
    """Each typeset answer holds questions 1 to n, each once and in order, and every question is answered; a postponement has no answers."""
    files = sorted((shared / "samples" / "tweedekamer-documents-pdf").glob("*.pdf"))
    assert len(files) == 21
    for file in files:
        text = extract_pdf(file.read_bytes())
        labels = [segment.number for segment in text.segments if segment.kind == "heading" and segment.within == "question" and segment.number]
        asked = ",".join(labels).split(",")
        answered = {number for segment in text.segments if segment.kind == "answer" for number in (segment.number or "").split(",")}
        assert asked == [str(number) for number in range(1, len(asked) + 1)], file.name
        if not file.name.startswith("01bf9f06"):
            assert answered == set(asked), file.name
        assert "Tweede Kamer, vergaderjaar" not in text.text.split("Kamerstuk")[0], "the running foot"
        notes = [segment.number for segment in text.segments if segment.kind == "footnote"]
        assert notes == [str(number) for number in range(1, len(notes) + 1)], file.name
