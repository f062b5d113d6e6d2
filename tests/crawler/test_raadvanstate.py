"""Raad van State: which lists are asked for, and which of their rows. (What a page holds: tests/test_sources.py; a crawl: test_replay_crawls.py.)"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.sources.base import Page
from crawler.sources.raadvanstate import FIRST_ROWS, RaadVanState
from db.errors import SourceError
from db.records import FileLink

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings" / "raadvanstate"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "years"),
    [
        (datetime(2026, 11, 24, 9, 0, tzinfo=UTC), ["2026"]),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), ["2027", "2026"]),  # already January in Amsterdam: what was adopted in December follows
        (datetime(2027, 2, 1, 9, 0, tzinfo=UTC), ["2027"]),
    ],
)
def test_the_year_is_amsterdams_and_last_years_list_is_read_on_in_january(now, years):
    asks = RaadVanState().start({}, now).asks
    assert [ask.part for ask in asks] == years
    assert [bool(ask.meta["empty"]) for ask in asks] == [len(years) == 2 and ask.part == years[0] for ask in asks]


@pytest.mark.parametrize(
    ("highest", "page", "asked"),
    [
        ("0", "list", FIRST_ROWS),  # the first time: the head of the list
        ("158300", "list", FIRST_ROWS),  # nothing newer: the head again, for what is not known of it
        ("158298", "list_with_new_rows_at_the_end", FIRST_ROWS + 2),  # every row with a higher number, however far down
    ],
)
def test_rows_that_are_asked_for(highest, page, asked):
    source = RaadVanState()
    (ask,) = source.start({"2026/highest": highest}, datetime(2026, 11, 24, 9, 0, tzinfo=UTC)).asks
    listing = source.read(Page(url=ask.url, status=200, body=(RECORDINGS / f"{page}.html").read_bytes()), ask)
    assert len(listing.asks) == asked
    assert listing.seen == 28 - asked
    assert listing.cursors == {"2026/highest": "158300"}


def rows(*numbers):
    """A page of the list."""
    shown = "".join(f'<div class="ipx-pt-advies"><h2><a href="/adviezen/@{n}/w-{n}/">Advies {n}</a></h2></div>' for n in numbers)
    return f"<html><body>{shown}</body></html>".encode()


def read(ask, *numbers):
    return RaadVanState().read(Page(url=ask.url, status=200, body=rows(*numbers)), ask)


@pytest.mark.parametrize(
    ("numbers", "goes_on"),
    [
        (range(1500, 1300, -1), False),  # newest first: what is new stands on the first page
        (range(1001, 1201), True),  # oldest first: it stands on the last one
        (range(1001, 1100), False),  # a page that is not full is the last one
    ],
)
def test_a_list_in_another_order_is_read_to_its_end(numbers, goes_on):
    (ask,) = RaadVanState().start({"2026/highest": "1190"}, NOW).asks
    listing = read(ask, *numbers)
    following = [a for a in listing.asks if a.step == "list"]
    assert bool(following) is listing.partial is goes_on
    if goes_on:
        assert "pager_page=1" in following[0].url
        second = read(following[0], *range(1201, 1260))
        assert [a.identifier for a in second.asks] == [f"rvs-{n}" for n in range(1201, 1260)]
        assert second.cursors == {"2026/highest": "1259"}
        assert read(following[0], 111).cursors == {"2026/highest": "1200"}  # a later page does not lower it


def test_a_list_that_does_not_turn_its_pages_is_an_error():
    (ask,) = RaadVanState().start({}, NOW).asks
    following = next(a for a in read(ask, *range(1001, 1201)).asks if a.step == "list")
    with pytest.raises(SourceError, match="is the one before it again"):
        read(following, *range(1001, 1201))


def test_the_past_is_whole_years_and_the_end_of_the_one_before():
    asks = RaadVanState().history(date(2019, 1, 1), date(2020, 6, 30)).asks
    assert [(ask.meta["year"], ask.meta["empty"]) for ask in asks] == [("2019", ""), ("2020", ""), ("2018", "yes")]
    assert [ask.validator for ask in asks] == [None] * 3
    assert len(read(asks[0], *range(1001, 1151)).asks) == 150
    late = read(asks[2], *range(1001, 1151))
    assert [ask.identifier for ask in late.asks] == [f"rvs-{n}" for n in range(1150, 1090, -1)]
    assert len(RaadVanState().history(date(2019, 3, 1), date(2019, 6, 30)).asks) == 1


@pytest.mark.parametrize(("first", "kept"), [(date(2026, 11, 9), True), (date(2026, 11, 10), False)])
def test_an_advice_of_another_day_is_left_aside_in_the_past(first, kept):
    (ask,) = RaadVanState().history(first, date(2026, 12, 31)).asks
    detail = read(ask, 158204).asks[0]
    listing = RaadVanState().read(Page(url=detail.url, status=200, body=(RECORDINGS / "detail.html").read_bytes()), detail)
    assert len(listing.sightings) == kept
    assert listing.ignored == ({} if kept else {"other day": 1})


def test_a_page_without_the_text_is_not_taken_for_the_advice():
    link = FileLink(url="https://www.raadvanstate.nl/adviezen/@1/x/", media_type="text/html")
    assert RaadVanState().usable(link, b"<html><body><p>Even geduld</p></body></html>") == "a page without the text of an advice"
    assert RaadVanState().usable(link, (RECORDINGS / "detail.html").read_bytes()) is None
