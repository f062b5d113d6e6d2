"""The rules for promises, as tables of sentences with the reason for each row, and the laws that hold for a whole document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from db.records import Context, Segment, Text
from nlp.components.commitments import FoundCommitment, find_commitments
from nlp.prepare import Passage, prepare
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
