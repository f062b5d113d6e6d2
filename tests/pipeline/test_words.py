"""Which words a watch finds in a text, and which it must not."""

from __future__ import annotations

import pytest

from db.facts import Paragraph
from nlp.inflection import forms
from pipeline.watch import Watch
from pipeline.words import find_words


@pytest.mark.parametrize(
    ("word", "text", "found", "reason"),
    [
        ("arbeidsmigrant", "De arbeidsmigranten wonen hier.", True, "plural"),
        ("arbeidsmigranten", "Een arbeidsmigrant woont hier.", True, "singular of a plural that someone looks for"),
        ("arbeidsmigrant", "De EU-arbeidsmigranten wonen hier.", True, "a hyphen begins a word"),
        ("migrant", "De kennismigrant werkt hier.", False, "a compound needs a star"),
        ("*migrant*", "De kennismigranten werken hier.", True, "stars at both ends find compounds"),
        ("taal*", "De taalschool is open.", True, "a prefix"),
        ("taal*", "De voertaal is Nederlands.", False, "a prefix is no suffix"),
        ("taalschool", "De taalscholen zijn open.", True, "a long vowel in an open syllable is written once"),
        ("plan", "De plannen liggen klaar.", True, "a short vowel doubles its consonant"),
        ("brief", "De brieven zijn verstuurd.", True, "f becomes v"),
        ("stad", "De steden groeien.", True, "an irregular plural"),
        ("mogelijkheid", "De mogelijkheden zijn er.", True, "-heid becomes -heden"),
        ("ov", "Over een maand rijdt de trein.", False, "a short word stands for itself"),
        ("ov", "Het OV rijdt.", True, "capitals in the text do not matter"),
        ("IND", "Hij vind dat niet.", False, "no part of a word"),
        ("IND", "Het ind is klein.", False, "a word in capitals is an abbreviation"),
        ("IND", "De IND beslist.", True, "the abbreviation"),
        ("sociale inbedding", "De sociale inbedding van nieuwkomers.", True, "a phrase"),
        ("sociale inbedding", "Sociaal beleid en inbedding.", False, "the words of a phrase stand beside each other"),
        ("=post", "De posten zijn bezet.", False, "an exact word has no other form"),
        ("oekraïne", "Mensen uit Oekraine.", True, "accents do not matter"),
    ],
)
def test_what_a_word_finds(word: str, text: str, found: bool, reason: str) -> None:
    watch = Watch(name="w", title="W", words=(word,))
    assert bool(find_words(watch, "Titel", [Paragraph(text=text, page=3)]).hits) == found, reason


def test_a_hit_says_where_it_stands() -> None:
    watch = Watch(name="w", title="W", words=("taalschool",))
    found = find_words(watch, "Zonder", [Paragraph(text="Dit is het begin. De taalscholen gaan open. Einde.", page=3)])
    (hit,) = found.hits
    assert (hit.term, hit.text, hit.sentence, hit.page) == ("taalschool", "taalscholen", "De taalscholen gaan open.", 3)


def test_all_words_and_not_words() -> None:
    watch = Watch(name="w", title="W", all_words=("taal", "werk"), not_words=("asiel",))
    assert find_words(watch, "Taal", [Paragraph(text="Over werk.", page=1)]).missing == ()
    assert find_words(watch, "Taal", []).missing == ("werk",)
    assert find_words(watch, "Taal en asiel", []).unwanted == ("asiel",)


@pytest.mark.parametrize(("word", "form"), [("huis", "huizen"), ("sociale", "sociaal"), ("gemeente", "gemeenten"), ("inburgeraar", "inburgeraars")])
def test_forms_go_both_ways(word: str, form: str) -> None:
    assert form in forms(word)
    assert word in forms(form)
