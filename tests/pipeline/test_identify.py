"""Which publication a sighting belongs to."""

from __future__ import annotations

from datetime import date

import pytest
from factories import sighting

from pipeline.identify import Candidate, fold_title, same_paper, spokesman

TEXT = " ".join(f"Zin {n} over de inburgering van nieuwkomers in gemeente {n * 7}." for n in range(60))
OTHER = " ".join(f"Regel {n} gaat over het onderhoud van sluizen en bruggen." for n in range(60))


@pytest.mark.parametrize(
    ("title", "text", "joins", "reason"),
    [
        ("Voortgang sociale inbedding", TEXT, True, "the same title and text"),
        ("VOORTGANG SOCIALE INBEDDING.", TEXT.replace(". ", ".\n\n"), True, "case, punctuation and layout are the format's"),
        ("Voortgang sociale inbedding", OTHER, False, "one title serves many letters"),
        ("Bijlage", TEXT, True, "an annex has a title of its own, but the text is the text"),
        ("Voortgang sociale inbedding", "Kort bericht.", False, "too little text to tell two notices apart"),
        ("Voortgang sociale inbedding", TEXT[: len(TEXT) // 2] + OTHER[: len(OTHER) // 2], False, "half of it is another text"),
    ],
)
def test_same_paper(title: str, text: str, joins: bool, reason: str) -> None:
    known = [Candidate(publication_id=3, title="Voortgang sociale inbedding", text=TEXT)]
    found = same_paper(sighting(title=title), text, known)
    assert (found is not None) == joins, reason


def test_fold_title_keeps_words_and_figures() -> None:
    assert fold_title("Coördinatie  vóór 2027: “Wet”!") == "coordinatie voor 2027 wet"


def test_the_paper_of_record_speaks_and_the_others_complete_it() -> None:
    koop = sighting(kind="bijlage", publisher=None, dossiers=("32824",))
    council = sighting(source="councils", identifier="x", kind="advies", publisher="Adviesraad Migratie", published=date(2026, 11, 2), dossiers=())
    best = spokesman([council, koop])
    assert (best.source, best.kind, best.publisher) == ("koop", "advies", "Adviesraad Migratie")
    assert best.dossiers == ("32824",)


def test_the_printer_is_not_the_author() -> None:
    koop = sighting(publisher="Tweede Kamer der Staten-Generaal")
    council = sighting(source="councils", identifier="x", publisher="Adviesraad Migratie")
    assert spokesman([koop, council]).publisher == "Adviesraad Migratie"
    assert spokesman([koop]).publisher == "Tweede Kamer der Staten-Generaal"


def test_a_withdrawn_sighting_does_not_speak_while_another_stands() -> None:
    best = spokesman([sighting(withdrawn=True), sighting(source="councils", identifier="x", title="Wat er nog staat")])
    assert best.title == "Wat er nog staat"


def test_a_provisional_sighting_gives_way() -> None:
    best = spokesman([sighting(provisional=True, title="voorlopig"), sighting(source="councils", identifier="x", title="definitief")])
    assert best.title == "definitief"
