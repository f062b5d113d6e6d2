"""A long document is read to its end, in slices: what stands last is found as well as what stands first."""

from __future__ import annotations

from datetime import date

import pytest

from db.records import Context
from nlp.analyse import analyse
from pipeline.extract.from_text import segment

PROMISE = "Ik zal uw Kamer voor 1 mei 2027 informeren over de wachttijden. Hiervoor is 12 miljoen euro beschikbaar."
FILLER = "De gemeente beschrijft hoe de aanvragen worden behandeld en welke stappen daarbij horen. "


@pytest.mark.parametrize("break_", ["\n\n", " "], ids=["many paragraphs", "one paragraph"])
def test_first_and_last_are_found_and_point_into_the_text(break_: str) -> None:
    text = break_.join([PROMISE, *[FILLER.strip()] * 12_000, PROMISE])
    assert len(text) > 1_000_000
    found = analyse(segment(text), Context(date=date(2026, 11, 10), doctype="Brief regering"))
    assert [text[a.evidence.start : a.evidence.end] for a in found.amounts] == ["12 miljoen euro"] * 2
    promises = [c.evidence for c in found.commitments]
    assert len(promises) == 2
    assert promises[0].start == 0
    assert promises[1].start == text.rindex("Ik zal uw Kamer")
