"""Where sentences begin: a table of what stops do in official Dutch, and the laws that hold for any text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.model import build_nlp
from nlp.sentences import LONGEST_SENTENCE, sentence_spans, split_sentences

KEPT_WHOLE = [
    ("Zie de motie op stuk nr. 12 van het lid Bakker.", "a number follows nr."),
    ("De brief is op 8 april jl. aan de Kamer gestuurd.", "jl. in the middle of a sentence"),
    ("Dit staat in art. 3 van de wet.", "a number follows art."),
    ("De brief d.d. 3 mei is ontvangen.", "d.d. before a date"),
    ("Er is 3,5 mln. beschikbaar voor gemeenten.", "an amount goes on in lower case"),
    ("Het kost 200 euro p.p. per jaar.", "p.p. inside a sentence"),
    ("Het debat is a.s. dinsdag.", "a.s. before a weekday"),
    ("De heer J.P. de Vries en mevrouw A. Jansen zijn gehoord.", "initials before names"),
    ("Zie Kamerstuk 32 824, nr. 475 en Kamerstukken II 2021/22, 31 865, nr. 203.", "a reference to papers"),
    ("Het lid Van Dijk c.s. vraagt hierom.", "c.s. after a name"),
    ("Dat geldt o.a. voor gemeenten, provincies e.d. in het land.", "two abbreviations in one sentence"),
    ("Onder het kopje \u2018Wat nu?\u2019 staat het antwoord.", "a question mark inside a title"),
    ("Dr. K. Bos en prof. dr. L. Smit schreven het advies.", "titles before names"),
]


@pytest.mark.parametrize(("text", "reason"), KEPT_WHOLE, ids=[reason for _, reason in KEPT_WHOLE])
def test_stops_that_do_not_end_a_sentence(text: str, reason: str) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == [text], reason


SPLIT = [
    (["Dat was op 8 april jl.", "Ik kom hierop terug."], "a pronoun starts the next sentence after jl."),
    (["Dit kost \u20ac 3 mln.", "Het bedrag staat in de begroting."], "an article starts the next sentence after mln."),
    (["Kent u het bericht? 1)", "Ja."], "the mark of a note belongs to the question before it"),
    (["\u201cDit moet anders.\u201d", "Dat zei de wethouder."], "the closing quotation mark belongs to its sentence"),
    (["De gemeente (zie bijlage 2).", "Daarna volgt het Rijk."], "a stop after a bracket"),
    (["Deelt u deze mening?", "Zo nee, waarom niet?"], "two questions"),
    (["Dit geldt sinds 2024.", "In 2025 verandert dat."], "a year before the stop"),
]


@pytest.mark.parametrize(("sentences", "reason"), SPLIT, ids=[reason for _, reason in SPLIT])
def test_stops_that_end_a_sentence(sentences: list[str], reason: str) -> None:
    text = " ".join(sentences)
    assert [text[start:end] for start, end in split_sentences(text)] == sentences, reason


def test_bullets_inside_a_line_begin_a_sentence() -> None:
    text = "Wij nemen twee maatregelen: \u2022 Meer lessen \u2022 Minder papier"
    assert len(split_sentences(text)) == 3


def test_a_very_long_sentence_is_cut_and_nothing_is_lost() -> None:
    text = "een lange opsomming; " * 700
    spans = split_sentences(text)
    assert max(end - start for start, end in spans) <= LONGEST_SENTENCE
    assert "".join(text[start:end] for start, end in spans).replace(" ", "") == text.replace(" ", "")


@given(st.text(alphabet="aB1 .?!,;:()\u2022\u2019\n-", max_size=400))
def test_sentences_are_ordered_and_hold_every_word(text: str) -> None:
    spans = split_sentences(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


def test_the_component_marks_the_same_sentences() -> None:
    text = "Ik informeer de Kamer op 3 mei a.s. Daarna volgt overleg. Zie nr. 12."
    doc = build_nlp()(text)
    assert sentence_spans(doc) == split_sentences(text)
