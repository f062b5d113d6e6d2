"""Topic files: every file's own examples hold, and a broken file is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.errors import UsageError
from db.records import Context, Segment, Text
from nlp.components.topics import classify
from nlp.lexicon import Lexicon, is_phrase
from nlp.prepare import prepare
from nlp.topic_files import TOPICS, TopicFile, load_focus, load_formulas, load_topic, load_topics

FOCUS = [
    "labour-migration",
    "civic-integration",
    "language",
    "asylum-reception",
    "status-holders",
    "ukraine",
    "knowledge-migration",
    "residence-nationality",
    "return-detention",
    "integration-cohesion",
    "discrimination",
]
GENERAL = [
    "work-social-security",
    "health",
    "education",
    "housing",
    "climate-energy",
    "agriculture-nature",
    "finance-tax",
    "justice-security",
    "defence",
    "foreign-affairs",
    "infrastructure",
    "economy",
    "digital",
    "government",
    "culture-media",
]

GOOD = """title = "Duiven"
description = "Over duiven."
focus = false
official = ["c_9f410ab6"]

[terms]
core = ["postdui*"]
plain = ["duif"]

[examples]
must_match = ["De postduiven vliegen."]
"""


def topics_of(sentence: str, further: Path | None = None) -> set[str]:
    text = Text(text=sentence, segments=(Segment(kind="paragraph", start=0, end=len(sentence)),), extractor="test")
    return {found.topic for found in classify(prepare(text), Context(), further).topics}


EXAMPLES = [
    pytest.param(topic.name, sentence, wanted, id=f"{topic.name}-{'must' if wanted else 'not'}-{number}")
    for topic in load_topics()
    for wanted, sentences in ((True, topic.must_match), (False, topic.must_not_match))
    for number, sentence in enumerate(sentences, 1)
]


@pytest.mark.parametrize(("topic", "sentence", "wanted"), EXAMPLES)
def test_examples_of_the_files_hold(topic: str, sentence: str, wanted: bool) -> None:
    assert (topic in topics_of(sentence)) is wanted


@pytest.mark.parametrize("topic", load_topics(), ids=lambda topic: topic.name)
def test_a_topic_is_complete(topic: TopicFile) -> None:
    assert topic.official, "hangs under an official code"
    assert len(topic.must_match) >= 2
    assert topic.must_not_match
    assert any(term.tier == "core" for term in topic.terms)


def test_all_topics_are_there_with_their_family() -> None:
    family = {topic.name: topic.focus for topic in load_topics()}
    assert family == {**dict.fromkeys(FOCUS, True), **dict.fromkeys(GENERAL, False)}


@pytest.mark.parametrize("topic", [topic for topic in load_topics() if not topic.focus], ids=lambda topic: topic.name)
def test_a_general_topic_has_a_broad_vocabulary(topic: TopicFile) -> None:
    assert len(topic.terms) >= 100


def test_topics_without_people_exist() -> None:
    assert set(load_focus().without) <= set(FOCUS)


def test_formulas_and_focus_words_can_be_looked_for() -> None:
    focus = load_focus()
    assert all(is_phrase(text) for text in (*load_formulas(), *focus.people, *focus.home, *focus.abroad))


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        pytest.param(("focus = false", "focus = ja"), 3, "TOML", id="no TOML at all"),
        pytest.param(("focus = false", 'focus = "ja"'), 3, "true of false", id="focus is a word"),
        pytest.param(('title = "Duiven"\n', ""), 1, "title", id="title is missing"),
        pytest.param(("focus = false", "focus = false\nkleur = 1"), 4, "kleur", id="unknown field"),
        pytest.param(("c_9f410ab6", "9f410ab6"), 4, "TOOI", id="no code"),
        pytest.param(("official", 'dossiers = ["32.824"]\nofficial'), 4, "32.824", id="dossier with a point"),
        pytest.param(('plain = ["duif"]', 'sterk = ["duif"]'), 8, "sterk", id="unknown list"),
        pytest.param(('plain = ["duif"]', 'plain = ["du*if"]'), 8, "du*if", id="star inside a word"),
        pytest.param(('plain = ["duif"]', 'plain = ["d"]'), 8, "woord", id="one letter"),
        pytest.param(('plain = ["duif"]', 'plain = ["postdui*"]'), 7, "staat in core", id="term in two lists"),
        pytest.param(('plain = ["duif"]', "plain = [3]"), 8, "tekst", id="a number among the terms"),
        pytest.param(('plain = ["duif"]', 'plain = "duif"'), 8, "lijst", id="a word where a list is due"),
        pytest.param(("must_match", "moet"), 11, "moet", id="unknown list of examples"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, change: tuple[str, str], line: int, says: str) -> None:
    path = tmp_path / "duiven.toml"
    assert change[0] in GOOD
    path.write_text(GOOD.replace(*change, 1), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_topic(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: ")
    assert says in message
    assert "\n" not in message


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "duiven.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"duiven\.toml"):
        load_topic(path)


def test_a_name_is_small_letters(tmp_path: Path) -> None:
    path = tmp_path / "Duiven.toml"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(UsageError, match="kleine letters"):
        load_topic(path)


def test_a_further_folder_adds_a_topic(tmp_path: Path) -> None:
    (tmp_path / "duiven.toml").write_text(GOOD, encoding="utf-8")
    assert len(load_topics(tmp_path)) == len(load_topics()) + 1
    assert "duiven" in topics_of("De postduiven vliegen.", tmp_path)


def test_a_file_of_the_user_replaces_ours(tmp_path: Path) -> None:
    (tmp_path / "housing.toml").write_text(GOOD, encoding="utf-8")
    assert {topic.name: topic.title for topic in load_topics(tmp_path)}["housing"] == "Duiven"


def test_a_missing_folder_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="geen map"):
        load_topics(tmp_path / "weg")


def test_our_folder_holds_only_topic_files() -> None:
    assert {path.suffix for path in TOPICS.iterdir()} == {".toml"}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        pytest.param("arbeidsmigrant*", "De arbeidsmigranten komen", ["arbeidsmigranten"], id="ending"),
        pytest.param("arbeidsmigrant*", "EU-arbeidsmigranten", ["EU-arbeidsmigranten"], id="a hyphen begins a word"),
        pytest.param("*migrant*", "Seizoensarbeidsmigranten", ["Seizoensarbeidsmigranten"], id="compound"),
        pytest.param("*opvang", "De asielopvang en opvanglocaties", ["asielopvang"], id="end of a compound only"),
        pytest.param("ov", "Het ov rijdt over de dijk", ["ov"], id="never inside a word"),
        pytest.param("IND", "De IND en de ind en de INDEX", ["IND"], id="an acronym is case-sensitive"),
        pytest.param("IND", "IND-medewerkers", ["IND-medewerkers"], id="an acronym begins a compound"),
        pytest.param("OM", "VRAGEN OM EEN BRIEF", [], id="shouted text holds no acronyms"),
        pytest.param("azc", "twee azc's en azc’s", ["azc's", "azc’s"], id="plural with an apostrophe"),
        pytest.param("azc", "jonge AZC’ers", ["AZC’ers"], id="whoever lives there"),
        pytest.param("Oekraïne", "uit Oekraine", ["Oekraine"], id="accents never matter"),
        pytest.param("Oekraïne", "uit Oekrai\u0308ne hier", ["Oekrai\u0308ne"], id="accents as marks of their own"),
        pytest.param("Ter Apel", "naar ter  Apel", ["ter  Apel"], id="phrase over white space"),
        pytest.param("Ter Apel", "ter stond. Daarna Apel", [], id="other words between"),
        pytest.param("Dienst Terugkeer en Vertrek", "de Dienst Terugkeer en Vertrek", ["Dienst Terugkeer en Vertrek"], id="long phrase"),
        pytest.param("box 3", "in box 3 en box 31", ["box 3"], id="number in a phrase"),
        pytest.param("30%-regeling", "de 30%-regeling", ["30%-regeling"], id="signs between words"),
        pytest.param("Midden- en Oost-Europeanen", "Midden- en Oost-Europeanen", ["Midden- en Oost-Europeanen"], id="hanging hyphen"),
    ],
)
def test_the_lexicon_finds_whole_words_and_compounds(phrase: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end, _ in Lexicon([(phrase, 7)]).find(text)] == found


def test_the_lexicon_gives_overlapping_terms_of_several_owners() -> None:
    lexicon = Lexicon([("opvang", 1), ("opvang van asielzoekers", 2), ("*asiel*", 3)])
    assert sorted(term for _, _, term in lexicon.find("opvang van asielzoekers")) == [1, 2, 3]


def test_the_lexicon_survives_hostile_tokens() -> None:
    lexicon = Lexicon([("*asiel*", 1)])
    assert list(lexicon.find("a" * 200_000 + "-" * 1_000 + "asiel" * 50_000)) == []
