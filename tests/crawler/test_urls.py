"""Canonical URLs and identifiers of parliamentary papers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.urls import aanhangsel_identifier, canonical_url, correction_of, is_flat, normal_dossier, reprint_of, split_dossiers

BASE = "https://www.example.nl/publicaties/"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("2026/11/17/naam", "https://www.example.nl/publicaties/2026/11/17/naam"),  # relative
        ("HTTPS://WWW.Example.NL:443/a#deel", "https://www.example.nl/a"),  # case, default port, fragment
        ("https://www.example.nl", "https://www.example.nl/"),
        ("https://www.example.nl/a?b=2&a=1&utm_source=lijst", "https://www.example.nl/a?a=1&b=2"),  # order, tracking
        ("https://www.example.nl/caf%c3%a9", "https://www.example.nl/caf%C3%A9"),  # one spelling of an escape
        ("https://www.example.nl/café", "https://www.example.nl/caf%C3%A9"),
        ("http://127.0.0.1:8765/a", "http://127.0.0.1:8765/a"),  # another port stays
    ],
)
def test_canonical_url(url, canonical):
    assert canonical_url(url, BASE) == canonical


@given(st.text(alphabet=st.characters(exclude_characters="[]\\", exclude_categories=("Cs",)), max_size=60))
def test_canonical_url_twice_is_once(path):
    once = canonical_url("https://www.example.nl/" + path)
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("text", "dossier"),
    [
        ("32824", "32824"),
        ("32 824", "32824"),  # as printed
        ("35300-X", "35300-X"),  # budget chapter
        ("35 300 X", "35300-X"),
        ("36600-XV", "36600-XV"),
        ("21501-02", "21501-02"),  # nested
        ("35925-IXB", "35925-IXB"),
        ("788", None),  # a number within a dossier
        ("W04.21.0129/I", None),
    ],
)
def test_dossier(text, dossier):
    assert normal_dossier(text) == dossier


def test_dossiers_of_joined_and_repeated_values_once_and_in_order():
    assert split_dossiers(["33037;34532", "34532", "32824, onbekend"]) == (("33037", "34532", "32824"), ("onbekend",))


@pytest.mark.parametrize(
    ("identifier", "flat", "reprints", "corrects"),
    [
        ("kst-1183940", True, None, None),
        ("ah-1183851", True, None, None),
        ("kst-32824-448", False, None, None),
        ("kst-27882-2-h1", False, "kst-27882-2", None),
        ("kst-35936-4-n2", False, None, "kst-35936-4"),
        ("h-tk-20232024-20-5-n1", False, None, "h-tk-20232024-20-5"),
        ("kst-32169-3-b1", False, None, None),  # an old annex is no reprint
    ],
)
def test_identifier_families(identifier, flat, reprints, corrects):
    assert (is_flat(identifier), reprint_of(identifier), correction_of(identifier)) == (flat, reprints, corrects)


@pytest.mark.parametrize(
    ("chamber", "session", "number", "identifier"),
    [
        ("Tweede Kamer der Staten-Generaal", "2024-2025", "1344", "ah-tk-20242025-1344"),
        ("Eerste Kamer der Staten-Generaal", "2019-2020", "10", "ah-ek-20192020-10"),
        ("overige", "2019-2020", "10", None),
        ("Tweede Kamer der Staten-Generaal", "", "10", None),
    ],
)
def test_aanhangsel_identifier(chamber, session, number, identifier):
    assert aanhangsel_identifier(chamber, session, number) == identifier
