"""Hyphens at the end of a line: which go, which stay, and what the rest of the document knows."""

from __future__ import annotations

import pytest

from pipeline.extract.hyphens import join_halves


@pytest.mark.parametrize(
    ("first", "second", "joined", "why"),
    [
        ("een structurele maat", "regel voor", "een structurele maatregel voor", "the printer's hyphen goes"),
        ("de beperk", "tere looptijd", "de beperktere looptijd", "a syllable of two letters more"),
        ("alle EU", "landen", "alle EU-landen", "an abbreviation keeps it"),
        ("in Zuid", "Holland", "in Zuid-Holland", "a name keeps it"),
        ("de Staten", "Generaal", "de Staten-Generaal", "a name keeps it"),
        ("hun re", "integratie", "hun re-integratie", "e and i would be read as one sound"),
        ("met auto", "ongelukken", "met auto-ongelukken", "o and o would be read as one sound"),
        ("de co", "ordinatie", "de coördinatie", "Dutch drops the trema at a break; it comes back"),
        ("is ge", "integreerd", "is geïntegreerd", "the same for a participle"),
        ("de taal", "en rekentoets", "de taal- en rekentoets", "a word left out: the hyphen stays before en"),
        ("de ex", "minister", "de ex-minister", "a prefix that takes a hyphen"),
        ("het mbo", "onderwijs", "het mbo-onderwijs", "an abbreviation in small letters"),
        ("zie www.krant.nl/taal-en-veel", "meer-lessen", "zie www.krant.nl/taal-en-veel-meer-lessen", "an address"),
        ("in 2025", "2026", "in 2025-2026", "between numbers"),
        ("", "regel", "-regel", "nothing before it"),
    ],
)
def test_halves_are_joined(first: str, second: str, joined: str, why: str) -> None:
    assert join_halves(first, second) == joined, why


@pytest.mark.parametrize(
    ("first", "second", "known", "joined"),
    [
        ("zo'n poh", "ggz", {"poh-ggz"}, "zo'n poh-ggz"),
        ("een semi", "overheid", {"semioverheid"}, "een semioverheid"),
        ("een burger", "forum", {"burger-forum"}, "een burger-forum"),
    ],
)
def test_the_document_settles_what_the_rules_cannot(first: str, second: str, known: set[str], joined: str) -> None:
    assert join_halves(first, second, known) == joined
