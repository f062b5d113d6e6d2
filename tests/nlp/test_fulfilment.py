"""Sentences in which a text keeps a promise or says that a term does not hold, and those that only look like it."""

from __future__ import annotations

from datetime import date

import pytest

from db.records import Segment, Text
from nlp.fulfilment import FoundFulfilment, find_fulfilments
from nlp.prepare import prepare
from nlp.sentences import split_sentences

DAY = date(2026, 11, 11)


def found(text: str) -> list[FoundFulfilment]:
    passages = prepare(Text(text=text, segments=(Segment(kind="paragraph", start=0, end=len(text)),), extractor="t/1"))
    return find_fulfilments(passages, [split_sentences(passage.text) for passage in passages], DAY)


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        ("Hiermee doe ik mijn toezegging aan het lid Jansen over wachttijden gestand.", "kept", "the fixed form"),
        ("Met deze brief kom ik de toezegging na om de Kamer te informeren.", "kept", "nakomen, split"),
        ("Hiermee beschouw ik de toezegging over het register als afgedaan.", "kept", "afdoen"),
        ("Zoals toegezegd in het debat bied ik u hierbij het rapport over taaleisen aan.", "kept", "as promised, and handed over"),
        ("Conform mijn toezegging stuur ik uw Kamer de evaluatie.", "kept", "the present tense that sends"),
        ("In het debat heb ik toegezegd uw Kamer te informeren.", None, "a recall keeps nothing"),
        ("Zoals toegezegd informeer ik uw Kamer voor de zomer over het register.", None, "a term lies ahead"),
        ("Hiermee doe ik de toezegging nog niet gestand.", None, "denied"),
        ("Zoals toegezegd zal ik u het rapport sturen.", None, "the future"),
        ("Hiermee voldoe ik gedeeltelijk aan de toezegging.", None, "in part"),
        ("Zodra het onderzoek klaar is, doe ik hiermee de toezegging gestand.", None, "a condition"),
        ("Het blijkt niet haalbaar om de evaluatie voor de zomer te sturen.", "moved", "not feasible"),
        ("De evaluatie is uitgesteld tot het najaar.", "moved", "postponed"),
        ("De evaluatie is op tijd klaar.", None, "nothing moves"),
    ],
)
def test_what_a_sentence_says_of_an_earlier_promise(text: str, kind: str | None, reason: str) -> None:
    assert [one.kind for one in found(text)] == ([] if kind is None else [kind]), reason


def test_a_sentence_that_points_back_takes_the_promise_along() -> None:
    (one,) = found("In mijn brief van 10 november heb ik toegezegd de opzet van de monitor te sturen. Hiermee doe ik deze toezegging gestand.")
    assert "opzet van de monitor" in one.about


def test_both_terms_are_read() -> None:
    (one,) = found("In plaats van vóór 1 februari 2027 stuur ik uw Kamer de evaluatie eind maart 2027.")
    assert one.was is not None
    assert one.was.not_after == date(2027, 1, 31)
    assert one.becomes is not None
    assert one.becomes.not_after == date(2027, 3, 31)
