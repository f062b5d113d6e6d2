"""What the pipeline hangs on a Doc: exact findings in `user_data`, tokens in `spans`."""

from __future__ import annotations

import spacy

from nlp.components.amounts import FoundAmount
from nlp.components.references import FoundReference
from nlp.layers import found_in
from nlp.model import COMPONENTS, build_nlp
from nlp.sentences import text_of

TEXT = "Voor taallessen is \u20ac 3,5 mln. beschikbaar (Kamerstuk 32 824, nr. 475). Daarna volgt meer."


def test_findings_keep_their_exact_place() -> None:
    doc = build_nlp()(TEXT)
    (amount,) = found_in(doc, "amounts", FoundAmount)
    (reference,) = found_in(doc, "references", FoundReference)
    assert text_of(doc)[amount.start : amount.end] == "\u20ac 3,5 mln."
    assert text_of(doc)[reference.start : reference.end] == "Kamerstuk 32 824, nr. 475"


def test_findings_are_spans_of_tokens_as_well() -> None:
    doc = build_nlp()(TEXT)
    assert [span.text for span in doc.spans["amounts"]] == ["\u20ac 3,5 mln."]
    assert [span.label_ for span in doc.spans["references"]] == ["references"]
    assert len(list(doc.sents)) == 2


def test_the_components_load_in_any_dutch_pipeline() -> None:
    other = spacy.blank("nl")
    for name in COMPONENTS:
        other.add_pipe(name)
    assert len(other(TEXT).spans["amounts"]) == 1


def test_abbreviations_and_signs_are_tokens() -> None:
    tokens = [token.text for token in build_nlp()("Zie nr. 12 d.d. 3 mei jl.: \u20ac3.875,- voor \u2018taal\u2019.")]
    assert tokens == ["Zie", "nr.", "12", "d.d.", "3", "mei", "jl.", ":", "\u20ac", "3.875", ",-", "voor", "\u2018", "taal", "\u2019", "."]


def test_the_pipeline_is_made_once() -> None:
    assert build_nlp() is build_nlp()
