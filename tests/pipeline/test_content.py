"""What an alert shows: who speaks, links into the document, topics with the words that decided."""

from __future__ import annotations

from dataclasses import replace

import pytest
from factories import FACTS, NOW, PROMISE

from db.facts import StoredTopic
from pipeline.content import link, summary_of
from pipeline.dutch import HOUSE, in_sentence
from pipeline.match import match
from pipeline.watch import Watch

PDF = "https://example.org/brief.pdf"
SAID = "Voor de zomer ontvangt uw Kamer een brief."
TEXT = "#:~:text=Voor%20de%20zomer%20ontvangt%20uw%20Kamer%20een"


@pytest.mark.parametrize(
    ("url", "file_url", "page", "sentence", "wanted", "reason"),
    [
        (FACTS.url, PDF, 3, "Wat dan ook.", f"{PDF}#page=3", "a PDF opens at its page"),
        (FACTS.url, "https://x/kst.xml", None, SAID, FACTS.url + TEXT, "the page of the paper marks the words"),
        ("https://x/nieuws", "https://x/nieuws", None, SAID, "https://x/nieuws" + TEXT, "the page is the text"),
        ("https://x/detail?id=1", "https://x/a.docx", None, SAID, "https://x/detail?id=1", "a page without text"),
        (FACTS.url, None, None, "In 2027 komt er € 12 miljoen.", FACTS.url, "one or two words beside figures tell no place"),
        (FACTS.url, None, None, "In maart 2027 laat ik de", FACTS.url + "#:~:text=laat%20ik%20de", "the longest run without figures"),
        (FACTS.url, None, None, "Een EU-brede aanpak volgt later", FACTS.url + "#:~:text=aanpak%20volgt%20later", "a hyphen has a meaning there"),
        (FACTS.url, None, None, "", FACTS.url, "a happening without a sentence"),
    ],
)  # fmt: skip
def test_a_place_has_a_link(url: str, file_url: str | None, page: int | None, sentence: str, wanted: str, reason: str) -> None:
    assert link(replace(FACTS, url=url, file_url=file_url), page, sentence) == wanted, reason


@pytest.mark.parametrize(
    ("office", "publisher", "head"),
    [
        ("Minister van Werk en Participatie", HOUSE, "Kamerbrief van de minister van Werk en Participatie, 10 november 2026: x."),
        (None, HOUSE, "Kamerbrief, 10 november 2026: x."),
        (None, "Adviesraad Migratie", "Kamerbrief, Adviesraad Migratie, 10 november 2026: x."),
        (None, None, "Kamerbrief, 10 november 2026: x."),
    ],
)
def test_a_summary_says_who_speaks_and_not_who_prints(office: str | None, publisher: str | None, head: str) -> None:
    facts = replace(FACTS, office=office, publisher=publisher, promises=(), sums=())
    assert summary_of(facts, ["x"], [], []) == head


def test_answers_keep_the_capital_of_the_house() -> None:
    assert summary_of(replace(FACTS, kind="antwoord"), ["x"], [], []).startswith("Antwoord op Kamervragen")


@pytest.mark.parametrize(("title", "wanted"), [("Taal", "taal"), ("Oekraïense ontheemden", "Oekraïense ontheemden"), ("", "")])
def test_a_title_inside_a_sentence(title: str, wanted: str) -> None:
    assert in_sentence(title) == wanted


def test_only_words_of_the_text_stand_between_quotation_marks() -> None:
    topic = StoredTopic(topic="labour-migration", score=0.9, terms=("dossier 29861", "arbeidsmigranten", "afzender sociale zaken"))
    (alert,) = match(
        replace(FACTS, topics=(topic,), promises=(PROMISE,)), [Watch(name="w", title="W", topics=("labour-migration",))],
        {"labour-migration": "Arbeidsmigratie"}, cause="new", now=NOW,
    )  # fmt: skip
    assert "onderwerp arbeidsmigratie (dossier 29861, “arbeidsmigranten”, afzender sociale zaken)" in alert.summary
