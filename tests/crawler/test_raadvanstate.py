"""Raad van State: which lists are asked for, and which of their rows. (What a page holds: tests/test_sources.py; a crawl: test_replay_crawls.py.)"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.sources.base import Page
from crawler.sources.raadvanstate import FIRST_ROWS, RaadVanState
from db.records import FileLink

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings" / "raadvanstate"


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


def test_a_page_without_the_text_is_not_taken_for_the_advice():
    link = FileLink(url="https://www.raadvanstate.nl/adviezen/@1/x/", media_type="text/html")
    assert RaadVanState().usable(link, b"<html><body><p>Even geduld</p></body></html>") == "a page without the text of an advice"
    assert RaadVanState().usable(link, (RECORDINGS / "detail.html").read_bytes()) is None
