"""Words that a preview proposes, and the weeks that it counts."""

from __future__ import annotations

from collections import Counter

from pipeline.preview import related
from pipeline.watch import Watch

WATCH = Watch(name="w", title="W", words=("uitzendbureau",))


def test_words_that_stand_in_the_same_texts_are_proposed_once_and_never_the_watch_s_own() -> None:
    wanted = Counter({"uitzendbureaus": 9, "uitzendkracht": 8, "uitzendkrachten": 9, "verplicht": 9, "zeldzaamheid": 1})
    others = Counter({"verplicht": 80, "uitzendkrachten": 1})
    found = related(wanted, others, 10, 90, WATCH)
    assert found in (["uitzendkracht"], ["uitzendkrachten"]), "one form; nothing common, nothing seen once, nothing it has"


def test_nothing_is_proposed_from_a_single_text() -> None:
    assert related(Counter({"uitzendkracht": 1}), Counter(), 1, 90, WATCH) == []
