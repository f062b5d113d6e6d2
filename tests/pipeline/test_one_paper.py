"""Which sightings are one paper: by numbers, by text, in any order, and what a source says again."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from factories import NOW, XML, FakeReader, commitment, fetched, line, sighting

from db.records import Analysis, FileLink, Sighting
from db.store import Store
from pipeline.cli import main
from pipeline.run import run_line

FIRST = "Ik informeer uw Kamer voor 1 mei 2027."
MOVED = "Ik informeer uw Kamer voor 1 juli 2027."
READ = Analysis(focus=True, focus_score=0.9, analyser="fake/1", commitments=(commitment(),))
READINGS = {FIRST: READ, FIRST + " ": READ, MOVED: replace(READ, commitments=(commitment(MOVED, date(2027, 6, 30)),))}


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.connection.execute(sql)]


PDF = FileLink(url="https://www.tweedekamer.nl/brief.pdf", media_type="application/pdf")
LONG = " ".join(f"Zin {n} over de inburgering in gemeente {n * 7}." for n in range(60))


def test_a_late_sighting_with_the_numbers_of_two_publications_joins_one_and_says_that_they_appear_to_be_one(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    store.keep(sighting(source="tweedekamer", identifier="2026D41234", number=None), [fetched("Een andere tekst.", PDF)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    alerts = rows(store, "SELECT id FROM alerts ORDER BY id")
    assert len(alerts) == 2
    bridge = sighting(source="rijksoverheid", identifier="r1", number=None, aliases=("kst-32824-900", "2026D41234"))
    for _ in range(2):
        store.keep(bridge, [fetched("De tekst op de site.", PDF)], at=NOW)
        run_line(line(store, FakeReader(READINGS)))
        bridge = replace(bridge, title="Voortgang inbedding")
    assert rows(store, "SELECT count(*) FROM publications") == [(2,)]
    assert rows(store, "SELECT joined_by FROM sightings WHERE source = 'rijksoverheid'") == [("zelfde nummer kst-32824-900",)]
    assert rows(store, "SELECT reason, refused FROM join_proposals") == [("rijksoverheid:r1: zelfde nummer 2026D41234", None)]
    assert rows(store, "SELECT subject FROM review WHERE stage = 'join'") == [("koop:kst-32824-900 = tweedekamer:2026D41234",)]
    assert "appear to be one" in caplog.text
    assert rows(store, "SELECT id FROM alerts ORDER BY id") == alerts


def test_status_shows_what_appears_to_be_one_and_the_command_that_makes_it_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "kamerspoor.db"
    store = Store.open(path)
    papers = (
        sighting(),
        sighting(source="tweedekamer", identifier="2026D41234", number=None),
        sighting(source="rijksoverheid", identifier="r1", number=None, aliases=("kst-32824-900", "2026D41234")),
    )
    for one in papers:
        store.keep(one, [fetched(one.source)], at=NOW)
        run_line(line(store, FakeReader()))
    told = rows(store, "SELECT id FROM alerts ORDER BY id")
    store.close()
    main(["status", "--db", str(path)])
    (shown,) = [text for text in capsys.readouterr().out.splitlines() if "appear to be one paper" in text]
    command = shown.partition("`kamerspoor ")[2].partition("`")[0]
    assert command == "join koop:kst-32824-900 tweedekamer:2026D41234"
    assert main([*command.split(), "--db", str(path)]) == 0
    store = Store.open(path)
    run_line(line(store, FakeReader()))
    assert rows(store, "SELECT key FROM publications") == [("koop:kst-32824-900",)]
    assert rows(store, "SELECT count(*) FROM join_proposals") == [(0,)]
    assert rows(store, "SELECT id FROM alerts ORDER BY id") == told
    store.close()


def test_a_number_that_comes_later_shows_that_two_publications_are_one(store: Store) -> None:
    """The House first gives its own number alone; the paper at KOOP is read meanwhile."""
    letter = sighting(source="tweedekamer", identifier="2026D41234", number=None)
    store.keep(letter, [fetched("Een andere tekst.", PDF)], at=NOW)
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    store.keep(replace(letter, aliases=("kst-32824-900",)), [], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT reason FROM join_proposals") == [("tweedekamer:2026D41234: zelfde nummer kst-32824-900",)]


def test_a_reprint_with_another_term_is_news_and_one_with_another_comma_is_not(store: Store) -> None:
    store.keep(sighting(), [fetched(FIRST)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    store.keep(sighting(identifier="kst-32824-900-h1", aliases=("kst-32824-900",)), [fetched(FIRST + " ")], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT kind FROM alerts") == [("new",)]
    store.keep(sighting(identifier="kst-32824-900-h2", aliases=("kst-32824-900",)), [fetched(MOVED)], at=NOW)
    run_line(line(store, FakeReader(READINGS)))
    assert rows(store, "SELECT count(*) FROM publications") == [(1,)]
    assert rows(store, "SELECT kind FROM alerts ORDER BY kind") == [("new",), ("revised",)]


HOUSE = sighting(source="tweedekamer", identifier="2026D41299", number=None)
OTHER = replace(HOUSE, aliases=("kst-32824-901",))
WEEK_LATER = replace(HOUSE, published=date(2026, 11, 17))
ANNEX = replace(HOUSE, kind="bijlage", parent="kst-32824-900", title="Bijlage")
QUESTION = sighting(identifier="kv-tk-2026Z20377", kind="kamervraag", aliases=("2026Z20377",), number=None)
ANSWER = replace(HOUSE, kind="antwoord", aliases=("ah-tk-20262027-431",), answers=("2026Z20377",))
FORM = LONG[:900]
EXPERIMENTS: tuple[tuple[Sighting, str, Sighting, str, int, str], ...] = (
    (sighting(), LONG, OTHER, LONG, 2, "two covering letters of one day in the same words, by their numbers"),
    (sighting(), LONG, HOUSE, LONG, 1, "the same letter by another source"),
    (sighting(), LONG, HOUSE, LONG + " Slot van de brief.", 1, "the same letter in another format"),
    (sighting(), LONG, OTHER, LONG + " Slot van de brief.", 2, "nearly the same text, another number"),
    (sighting(), LONG, HOUSE, LONG.replace("inburgering", "huisvesting"), 2, "two letters of one title and day"),
    (sighting(), LONG, WEEK_LATER, LONG.replace("gemeente 14", "dorp 14"), 2, "this week's letter is not last week's"),
    (sighting(), LONG, WEEK_LATER, LONG, 1, "the same text at a source that is late"),
    (sighting(), LONG, ANNEX, LONG.replace("Zin", "Tabel"), 2, "an annex is a paper of its own"),
    (sighting(), FORM, replace(HOUSE, published=date(2027, 11, 10)), FORM, 2, "short and in fixed words, a year later"),
    (QUESTION, FORM, ANSWER, f"Vraag 1. {FORM}", 2, "an answer holds the words of its questions"),
)


@pytest.mark.parametrize(("first", "known", "other", "text", "papers", "reason"), EXPERIMENTS)
def test_what_is_one_paper_and_what_is_two(
    store: Store, first: Sighting, known: str, other: Sighting, text: str, papers: int, reason: str
) -> None:
    for one, body, link in ((first, known, XML), (other, text, PDF)):
        store.keep(one, [fetched(body, link)], at=NOW)
        run_line(line(store, FakeReader()))
    assert rows(store, "SELECT count(*) FROM publications") == [(papers,)], reason


def test_the_same_letter_by_three_sources_in_any_order_is_one_publication_read_from_its_xml(tmp_path: Path) -> None:
    xml = FileLink(url="https://repository.overheid.nl/x.xml", media_type="application/xml")
    html = FileLink(url="https://www.rijksoverheid.nl/x", media_type="text/html")
    koop = (sighting(files=(xml,)), fetched(LONG, xml))
    house = (replace(HOUSE, aliases=("kst-32824-900",), files=(PDF,)), fetched(LONG + " 1", PDF))
    site = (
        sighting(source="rijksoverheid", identifier="https://www.rijksoverheid.nl/x", number=None, published=date(2026, 11, 11), files=(html,)),
        fetched("Kamerbrief. " + LONG, html),
    )
    for number, order in enumerate(itertools.permutations((koop, house, site))):
        store = Store.open(tmp_path / str(number) / "kamerspoor.db")
        for one, file in order:
            store.keep(one, [file], at=NOW)
            run_line(line(store, FakeReader()))
        assert rows(store, "SELECT count(*) FROM publications") == [(1,)]
        assert rows(store, "SELECT count(*) FROM alerts") == [(1,)]
        assert rows(store, "SELECT d.media_type FROM publications p JOIN documents d ON d.id = p.document_id") == [("application/xml",)]
        assert rows(store, "SELECT p.date, p.number FROM publications p") == [("2026-11-10", "900")]
        store.close()
