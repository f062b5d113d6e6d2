"""The trained pipeline is help, never a precondition: what it adds, and what happens without it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import spacy

from db.records import Analysis, Context
from nlp.analyse import analyse
from nlp.model import configure
from nlp.parse import BUNDLED, LONGEST, Parse, load_parser
from pipeline.extract.from_text import segment

LETTER = "Na de zomer zal ik uw Kamer een brief over de opvang sturen. Het kabinet zal de regels in 2027 aanpassen."
trained = pytest.mark.trained
needs_bundled = pytest.mark.skipif(not BUNDLED.is_dir(), reason="no trained pipeline in nlp/trained")


@pytest.fixture(autouse=True)
def default_model() -> Iterator[None]:
    yield
    configure()


def read(text: str = LETTER) -> Analysis:
    return analyse(segment(text), Context(title="Titel", date=date(2026, 11, 10), doctype="Kamerbrief"))


def test_without_a_model_the_rules_stand_alone_and_say_so() -> None:
    configure(model="no_such_pipeline")
    found = read()
    assert [one.act for one in found.commitments] == ["brief over de opvang", "regels aanpassen"]
    assert "+" not in found.analyser
    assert any("alleen regels" in note for note in found.notes)


def test_absent_bundled_model_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import nlp.parse

    monkeypatch.setattr(nlp.parse, "BUNDLED", tmp_path / "none")
    nlp.parse._load.cache_clear()
    try:
        assert load_parser(None) == (None, "geen parser, alleen regels")
    finally:
        nlp.parse._load.cache_clear()


def test_a_pipeline_without_a_parser_is_refused(tmp_path: Path) -> None:
    spacy.blank("nl").to_disk(tmp_path / "blank")
    parser, note = load_parser(str(tmp_path / "blank"))
    assert parser is None
    assert "geen Nederlandse parser" in note


@trained
@needs_bundled
def test_model_names_itself_and_moves_only_confidence() -> None:
    with_model = read()
    configure(model="no_such_pipeline")
    without = read()
    assert with_model.analyser.endswith("+nl_kamerspoor/1.0.0")
    assert [one.evidence.start for one in with_model.commitments] == [one.evidence.start for one in without.commitments]
    assert all(a.evidence.confidence >= b.evidence.confidence for a, b in zip(with_model.commitments, without.commitments, strict=True))


@trained
@needs_bundled
def test_parse_gives_plain_values_with_offsets() -> None:
    parser, note = load_parser(None)
    assert parser is not None and not note
    text = "De  minister stuurt een brief."
    (parse,) = parser.parse([text])
    assert isinstance(parse, Parse)
    assert [text[node.start : node.end] for node in parse.nodes] == ["De", "minister", "stuurt", "een", "brief", "."]
    verb = parse.at(text.index("stuurt"))
    assert verb == 2
    assert [parse.nodes[i].text for i in parse.children(verb, "nsubj")] == ["minister"]
    assert all("_" not in node.lemma and ":arg" not in node.dep for node in parse.nodes)


@trained
@needs_bundled
def test_endless_sentence_is_not_parsed() -> None:
    parser, _ = load_parser(None)
    assert parser is not None
    assert parser.parse(["woord " * LONGEST]) == [None]
