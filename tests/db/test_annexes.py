"""Which paper is an annex of which: told by any source, under any name that the paper has at any source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from factories import FakeReader, fetched, line, sighting

from db.browse.publication import publication
from pipeline.run import run_line

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LETTER = sighting(identifier="kst-32824-900", title="De brief", aliases=("2026D48120",))
ANNEX = sighting(identifier="blg-1299600", title="De beslisnota", kind="beslisnota", number=None, parent="kst-32824-900")


def text(of: str) -> str:
    return f"Dit is {of}. " * 20


def read(store, *papers):
    for paper in papers:
        store.keep(paper, [fetched(text(paper.title))], at=NOW)
    run_line(line(store, FakeReader()))
    return {row["title"]: row["id"] for row in store.connection.execute("SELECT id, title FROM publications")}


@pytest.mark.parametrize("parent", ["kst-32824-900", "2026D48120"], ids=["by its identifier", "by another name"])
@pytest.mark.parametrize("order", [1, -1], ids=["letter first", "annex first"])
def test_annex_and_letter_know_each_other(store, parent, order):
    ids = read(store, *(LETTER, replace(ANNEX, parent=parent))[::order])
    letter, annex = publication(store.connection, ids["De brief"], None), publication(store.connection, ids["De beslisnota"], None)
    assert [(row["id"], row["title"]) for row in letter["annexes"]] == [(ids["De beslisnota"], "De beslisnota")]
    assert [(row["id"], row["title"]) for row in annex["annex_of"]] == [(ids["De brief"], "De brief")]
    assert (letter["annex_of"], annex["annexes"]) == ([], [])


def test_annex_of_a_paper_that_was_never_seen_stands_alone(store):
    ids = read(store, ANNEX)
    assert publication(store.connection, ids["De beslisnota"], None)["annex_of"] == []


def test_annex_that_was_taken_back_is_not_shown(store):
    ids = read(store, LETTER, ANNEX)
    store.keep(replace(ANNEX, withdrawn=True), [], at=NOW)
    run_line(line(store, FakeReader()))
    assert publication(store.connection, ids["De brief"], None)["annexes"] == []


@pytest.mark.parametrize("order", [1, -1], ids=["paper first", "correction first"])
def test_a_printed_correction_is_a_paper_of_its_own_and_no_annex(store, order):
    correction = sighting(identifier="kst-32824-900-n1", title="De verbetering", number=LETTER.number, parent="kst-32824-900")
    ids = read(store, *(LETTER, ANNEX, correction)[::order])
    letter, corrected = publication(store.connection, ids["De brief"], None), publication(store.connection, ids["De verbetering"], None)
    assert [row["title"] for row in letter["corrected_by"]] == ["De verbetering"]
    assert [row["title"] for row in letter["annexes"]] == ["De beslisnota"]
    assert [row["title"] for row in corrected["corrects"]] == ["De brief"]
    assert (corrected["annex_of"], corrected["corrected_by"], letter["corrects"]) == ([], [], [])
    rows = store.connection.execute("SELECT main_number, title FROM corrected_papers").fetchall()
    assert [tuple(row) for row in rows] == [("kst-32824-900", "De verbetering")]
    assert [row["title"] for row in store.connection.execute("SELECT title FROM annexes")] == ["De beslisnota"]
