"""The rules for promises, as tables of sentences with the reason for each row, and the laws that hold for a whole document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from db.records import Context, Segment, Text
from nlp.acts import Dated, Register
from nlp.clauses import take_apart
from nlp.components.commitments import FoundCommitment, find_commitments
from nlp.prepare import Passage, prepare
from nlp.promises import judge
from nlp.reading import read_clause
from nlp.sentences import split_sentences

ANCHOR = date(2025, 9, 22)
DOCTYPES = {"letter": "Kamerbrief", "programme": "Regeerprogramma", "debate": "Handelingen"}
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parents[1] / "gold" / "commitments.jsonl").read_text(encoding="utf-8").splitlines()
]


@dataclass(frozen=True)
class Part:
    """One segment of a made document."""

    text: str
    kind: str = "paragraph"
    number: str | None = None
    within: str | None = None
    speaker: str | None = None


def read(
    parts: Sequence[Part], doctype: str = "Kamerbrief", anchor: date | None = ANCHOR, title: str | None = None
) -> tuple[list[Passage], list[FoundCommitment]]:
    segments, at, whole = [], 0, ""
    for part in parts:
        whole += part.text + "\n"
        segments.append(Segment(kind=part.kind, start=at, end=at + len(part.text), number=part.number, within=part.within, speaker=part.speaker))  # type: ignore[arg-type]
        at = len(whole)
    passages = list(prepare(Text(text=whole, segments=tuple(segments), extractor="made/1")))
    spans = [split_sentences(passage.text) for passage in passages]
    return passages, list(find_commitments(passages, spans, Context(title=title, date=anchor, doctype=doctype), anchor))


def read_row(row: dict[str, Any]) -> list[FoundCommitment]:
    speaker = "Minister Jansen" if row["register"] == "debate" else None
    return read([Part(row["text"], speaker=speaker)], DOCTYPES[row["register"]])[1]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:60])
def test_commitments_gold_rows(row: dict[str, Any]) -> None:
    found = read_row(row)
    assert len(found) == len(row["expected"]), (row["reason"], [each.reason for each in found])
    for each, wanted in zip(found, row["expected"], strict=True):
        assert each.firm is wanted["firm"], row["reason"]
        if "kind" in wanted:
            assert each.kind == wanted["kind"], row["reason"]
        if "deadline" in wanted:
            assert (each.deadline.phrase if each.deadline else None) == wanted["deadline"], row["reason"]


@pytest.mark.parametrize(
    ("parts", "doctype", "expected", "reason"),
    [
        ([Part("Ik zal uw Kamer in mei informeren.", kind="question", number="1")], "Antwoord schriftelijke vragen", 0, "een vraag belooft niets"),
        ([Part("Ik zal uw Kamer in mei informeren.", kind="answer", number="1")], "Antwoord schriftelijke vragen", 1, "een antwoord wel"),
        ([Part("Ik zal uw Kamer in mei informeren.")], "Motie", 0, "een motie bindt de regering niet"),
        ([Part("Ik zal uw Kamer in mei informeren.")], "Beslisnota", 0, "een ambtelijke nota bindt de regering niet"),
        ([Part("De minister zal de regeling evalueren.")], "Ministeriële regeling", 0, "een regeling is geen toezegging"),
        ([Part("Wij zullen de adviezen publiceren.")], "Rapport adviescollege", 0, "een adviescollege is de regering niet"),
        ([Part("De Kamer zal het kabinet informeren over haar wens.", within="motion")], "Kamerbrief", 0, "motietekst in een brief"),
        ([Part("Ik zal dat onderzoeken.", speaker="De heer Jansen (VVD)")], "Handelingen", 0, "een Kamerlid bindt de regering niet"),
        ([Part("Ik zal dat onderzoeken.", speaker="Staatssecretaris De Boer")], "Handelingen", 1, "een bewindspersoon wel"),
        ([Part("Ik zal dat onderzoeken.")], "Handelingen", 0, "onbekende spreker"),
        ([Part("Ik ontraad deze motie. Ik zal u daarover een brief sturen.")], "Handelingen", 1, "alleen een bewindspersoon ontraadt een motie"),
        ([Part("Het kabinet zal:"), Part("een wetsvoorstel indienen;", kind="list_item"), Part("de regeling evalueren.", kind="list_item")],
         "Kamerbrief", 2, "onderdelen van een opsomming"),
        ([Part("Het kabinet zal:"), Part("Gemeenten doen dit al.", kind="list_item")],
         "Kamerbrief", 0, "een volzin in een opsomming staat op zichzelf"),
        ([Part("We nemen de volgende maatregelen:"), Part("Invoering van een meldplicht;", kind="list_item"),
          Part("Het verlagen van de leges;", kind="list_item"), Part("Vergroten van het vertrouwen.", kind="list_item")],
         "Regeerprogramma", 2, "maatregelen die naar hun daad heten; een streven is er geen"),
        ([Part("Voorbeelden van maatregelen zijn:"), Part("Invoering van een meldplicht.", kind="list_item")],
         "Regeerprogramma", 0, "voorbeelden die de regering niet aankondigt"),
        ([Part("We zetten in op groei.")], "Regeerprogramma (hoofdstuk)", 0, "register van een programma"),
        ([Part("We schaffen de heffing af.")], "Regeerprogramma (hoofdstuk)", 1, "register van een programma"),
        ([Part("We schaffen de heffing af.")], "Kamerbrief", 0, "kale tegenwoordige tijd in een brief"),
    ],
)  # fmt: skip
def test_commitments_by_document_and_passage(parts: list[Part], doctype: str, expected: int, reason: str) -> None:
    assert len(read(parts, doctype)[1]) == expected, reason


def test_commitments_same_delivery_has_same_key() -> None:
    _, found = read(
        [
            Part("Voor het zomerreces stuur ik u een brief over de inbedding van arbeidsmigranten.", kind="answer", number="1"),
            Part("In de brief zal ik ook ingaan op taal.", kind="answer", number="2"),
            Part("Ik ga hierover in gesprek met werkgevers.", kind="answer", number="3"),
        ],
        "Antwoord schriftelijke vragen",
    )
    assert [each.deliverable for each in found] == ["d1", "d1", "d2"]
    assert [each.answers for each in found] == ["1", "2", "3"]


def test_commitments_carried_deadline_stops_at_the_next_sentence() -> None:
    _, found = read([Part("In mei kom ik met een brief. De zorgen zijn mij bekend. Hierin zal ik ook ingaan op de kosten in die brief.")])
    assert [each.deadline.phrase if each.deadline else None for each in found] == ["In mei", None]


@pytest.mark.parametrize(
    ("text", "actor", "addressee", "condition"),
    [
        ("Voor de zomer stuur ik uw Kamer een brief over de wachttijden.", None, "Kamer", None),
        ("De Minister van Sociale Zaken en Werkgelegenheid zal dit onderzoeken.", "minister van Sociale Zaken en Werkgelegenheid", None, None),
        ("Ik ga op korte termijn in gesprek met de sociale partners.", None, "de sociale partners", None),
        ("Indien de landen dit vragen, ben ik bereid om met hen mee te denken.", None, "hen", "Indien de landen dit vragen"),
        ("De Eerste Kamer ontvangt in mei de evaluatie van de wet.", None, "Eerste Kamer", None),
        ("Het kabinet zal de regeling in 2027 evalueren.", "kabinet", None, None),
    ],
)
def test_commitments_slots(text: str, actor: str | None, addressee: str | None, condition: str | None) -> None:
    (found,) = read([Part(text)])[1]
    assert (found.actor, found.addressee, found.condition) == (actor, addressee, condition)


def test_commitments_spans_are_sentences() -> None:
    passages, found = read([Part("De zorgen zijn bekend. Ik zal dit onderzoeken. Dat is nodig.")])
    assert [passages[each.passage].text[each.start : each.end] for each in found] == ["Ik zal dit onderzoeken."]


def test_commitments_rules_name_their_version() -> None:
    for row in ROWS[:20]:
        for each in read_row(row):
            assert each.rule.startswith("commitments.") and each.rule.rsplit("/", 1)[1].isdigit()
            assert 0 < each.confidence <= 1


@pytest.mark.parametrize("text", ["", ".", "ik " * 3000, "zal " * 2000, "(" * 5000, "te " * 4000, "of wat die dat " * 900])
def test_commitments_hostile_text_ends(text: str) -> None:
    passages = list(prepare(Text(text=text, segments=(Segment(kind="paragraph", start=0, end=len(text)),), extractor="made/1")))
    find_commitments(passages, [[(0, len(passage.text))] for passage in passages], Context(doctype="Kamerbrief"), ANCHOR)


def test_commitments_date_never_takes_a_promise_away() -> None:
    lost = []
    for row in ROWS:
        sentence, earlier = take_apart(row["text"]), None
        for clause in sentence.clauses:
            earlier = read_clause(sentence, clause, earlier)
            for register in get_args(Register):
                undated = [judge(earlier, register, dated) for dated in get_args(Dated)]
                if any(undated) and judge(earlier, register, "dated") is None:
                    lost.append((row["text"], register))
    assert not lost
