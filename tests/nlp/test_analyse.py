"""The door of the analyser: what comes out of whole documents, with offsets in the text as given, and what happens when something fails."""

from __future__ import annotations

import json
from datetime import date

import pytest

from db.errors import AnalysisError, UsageError
from db.records import Context, Segment, Text
from nlp import analyse as door
from nlp import model
from nlp.analyse import analyse
from nlp.export import analyse_record, as_dict
from nlp.model import build_nlp
from pipeline.extract.from_text import segment

ANSWER = """\
Aan de Voorzitter van de Tweede Kamer der Staten-Generaal

1. Bent u bereid de Kamer voor de zomer een brief te sturen over
taallessen voor arbeidsmigranten?

Ja. Voor het zomerreces zal ik uw Kamer een brief sturen over de
taal-
lessen voor arbeidsmigranten.1 Hiervoor is \u20ac 2 mil-
joen beschikbaar.

1 Kamerstuk 29 861, nr. 145

2. Zult u dit najaar \u20ac 5 miljoen vrijmaken?

Nee.
"""
CONTEXT = Context(title="Antwoord op vragen over taallessen voor arbeidsmigranten", date=date(2025, 5, 8), doctype="Antwoord schriftelijke vragen")


def test_facts_point_into_the_text_as_given() -> None:
    found = analyse(segment(ANSWER), CONTEXT)
    facts = [*found.commitments, *found.amounts, *found.references]
    assert facts
    for fact in facts:
        assert ANSWER[fact.evidence.start : fact.evidence.end] == fact.evidence.text
        assert "\n" not in fact.evidence.sentence
    for topic in found.topics:
        for word in topic.evidence:
            assert word.start is None or ANSWER[word.start : word.end]


def test_a_promise_over_broken_lines_is_read_whole() -> None:
    (promise,) = analyse(segment(ANSWER), CONTEXT).commitments
    assert promise.evidence.sentence == "Voor het zomerreces zal ik uw Kamer een brief sturen over de taallessen voor arbeidsmigranten."
    assert promise.deadline is not None
    assert promise.deadline.not_after == date(2025, 7, 3)
    assert promise.answers == "1"
    assert promise.addressee == "Tweede Kamer"


def test_questions_promise_nothing() -> None:
    asked = ANSWER.split("Ja. ")[0]
    assert analyse(segment(asked), CONTEXT).commitments == ()


def test_the_same_text_gives_the_same_analysis() -> None:
    first, second = (as_dict(analyse(segment(ANSWER), CONTEXT)) for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_a_text_without_segments_says_nothing() -> None:
    found = analyse(Text(text="", segments=(), extractor="test/1"), Context())
    assert (found.commitments, found.amounts, found.references, found.topics) == ((), (), (), ())


def test_a_failing_component_is_an_error_and_no_empty_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by design")

    monkeypatch.setattr(door, "find_commitments", fail)
    with pytest.raises(AnalysisError, match="commitments: ZeroDivisionError: by design"):
        analyse(segment(ANSWER), CONTEXT)


def test_rows_of_a_table_are_read_under_their_caption() -> None:
    rows = "| Post | 2025 | 2026 |\n| Taallessen | 1.500 | 2.000 |\n"
    text = "Tabel 1 Uitgaven (bedragen x \u20ac 1.000)\n\n" + rows
    values = [(int(amount.value), amount.year) for amount in analyse(segment(text), Context()).amounts if amount.value is not None]
    assert values == [(1_500_000, 2025), (2_000_000, 2026)]


def test_one_huge_paragraph_is_read_to_its_end() -> None:
    filler = "De gemeente voert overleg over de opvang van mensen in de regio. " * 4000
    text = filler + "Voor het zomerreces zal ik uw Kamer een brief sturen over de opvang."
    found = analyse(Text(text=text, segments=(Segment(kind="paragraph", start=0, end=len(text)),), extractor="test/1"), CONTEXT)
    assert [text[one.evidence.start : one.evidence.end] for one in found.commitments] == [text[len(filler) :]]


def test_memory_of_the_vocabulary_does_not_grow_with_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "WARM_UP", 0)
    language = build_nlp()
    analyse(segment(ANSWER), CONTEXT)
    before = len(language.vocab.strings)
    for number in range(20):
        words = " ".join(f"woord{number}x{place}" for place in range(200))
        analyse(segment(f"Dit zijn {words} en meer."), Context())
    assert len(language.vocab.strings) - before < 50


def test_a_record_becomes_plain_data() -> None:
    record = {"id": "x1", "title": CONTEXT.title, "date": "2025-05-08", "doctype": CONTEXT.doctype, "text": ANSWER}
    found = json.loads(json.dumps(analyse_record(record, segment)))
    assert found["id"] == "x1"
    assert found["commitments"][0]["deadline"]["not_after"] == "2025-07-03"
    fields = {"start", "end", "text", "firm", "kind", "deadline", "deliverable", "act", "actor", "rule", "confidence", "sentence"}
    assert fields <= set(found["commitments"][0])
    assert found["amounts"][0]["value"] == 2_000_000


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"text": "Ja."}, "without id"),
        ({"id": "x"}, "without text"),
        ({"id": "x", "text": "Ja.", "date": "8 mei 2025"}, "no date"),
    ],
    ids=["no id", "no text", "a date in words"],
)
def test_records_that_cannot_be_read(record: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        analyse_record(record, segment)
