"""A publication says the same whatever file it is read from: the bundled publications as XML, web page, PDF and Word give the same facts.

Dashes and white space are folded before comparing: the PDFs are set in standard fonts, which know fewer dashes than the text has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from decimal import Decimal
from functools import cache

import pytest

from crawler.replay.library import Publication, Sum, forms, load
from crawler.replay.player import MEDIA_TYPES, render
from db.records import Amount, Analysis, Commitment, Context, Evidence, Text
from nlp.analyse import analyse
from pipeline.extract import extract_text

FORMS = {form.stem: form for publication in load() for form in forms(publication)}
FILES = [(stem, kind) for stem, form in FORMS.items() for kind in form.formats]
SEVERAL = [stem for stem, form in FORMS.items() if len(form.formats) > 1]
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


@cache
def read(stem: str, kind: str) -> tuple[Text, Analysis]:
    """The text of one file of a publication, and what is read in it."""
    form = FORMS[stem]
    text = extract_text(render(form, kind), MEDIA_TYPES[kind])
    return text, analyse(text, context_of(form))


def context_of(form: Publication) -> Context:
    return Context(
        title=form.title, date=form.date, doctype=form.kind, publisher=form.ministry, dossiers=form.dossiers, subjects=form.subjects,
    )  # fmt: skip


def folded(words: str | None) -> str | None:
    return words and " ".join(words.translate(_DASHES).split())


def promise(found: Commitment) -> Hashable:
    deadline = found.deadline
    moment = (folded(deadline.phrase), deadline.not_before, deadline.not_after) if deadline else None
    return folded(found.evidence.text), folded(found.act), moment, found.firm, found.kind


def sum_of_money(found: Amount) -> Hashable:
    return folded(found.evidence.text), found.value, found.value_max, found.currency, found.per, found.recurring, found.bound, found.year


def differences(one: Iterable[Hashable], other: Iterable[Hashable]) -> list[str]:
    """What only one of the two has, each as often as it has it more."""
    left, right = Counter(one), Counter(other)
    return [f"only here: {fact}" for fact in (left - right).elements()] + [f"only there: {fact}" for fact in (right - left).elements()]


def evidence(analysis: Analysis) -> Iterator[Evidence]:
    yield from (found.evidence for found in analysis.commitments)
    yield from (found.evidence for found in analysis.amounts)
    yield from (found.evidence for found in analysis.references)


@pytest.mark.parametrize("stem", SEVERAL)
def test_every_format_gives_the_same_promises(stem: str) -> None:
    first, *others = FORMS[stem].formats
    known = [promise(found) for found in read(stem, first)[1].commitments]
    for kind in others:
        found = [promise(one) for one in read(stem, kind)[1].commitments]
        assert not differences(known, found), f"{first} here, {kind} there"


@pytest.mark.parametrize("stem", SEVERAL)
def test_every_format_gives_the_same_amounts(stem: str) -> None:
    first, *others = FORMS[stem].formats
    known = [sum_of_money(found) for found in read(stem, first)[1].amounts]
    for kind in others:
        found = [sum_of_money(one) for one in read(stem, kind)[1].amounts]
        assert not differences(known, found), f"{first} here, {kind} there"


@pytest.mark.parametrize(("stem", "kind"), FILES)
def test_facts_point_into_the_text_of_their_own_file(stem: str, kind: str) -> None:
    text, analysis = read(stem, kind)
    assert [found for found in evidence(analysis) if text.text[found.start : found.end] != found.text] == []


@pytest.mark.parametrize(("stem", "kind"), FILES)
def test_amounts_are_those_that_a_careful_reader_finds(stem: str, kind: str) -> None:
    """`per` and `recurring` count where the expectation names them; a sum without a value ("tienduizenden euro's") may stand beside it."""
    left = [found for found in read(stem, kind)[1].amounts if found.value is not None]
    missed = [expected for expected in FORMS[stem].expected.amounts if expected.value is not None and not _take(expected, left)]
    assert (missed, [(found.evidence.text, found.value) for found in left]) == ([], [])


def _take(expected: Sum, left: list[Amount]) -> bool:
    """Take the sum that was expected out of those that are left; whether there was one."""
    for found in left:
        words, wanted = folded(found.evidence.text) or "", folded(expected.text) or ""
        same_words = words in wanted or wanted in words
        same_sum = found.value == _exact(expected.value) and found.value_max == _exact(expected.value_max)
        if same_words and same_sum and expected.per in (None, found.per) and expected.recurring in (None, found.recurring):
            left.remove(found)
            return True
    return False


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
