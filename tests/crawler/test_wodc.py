"""WODC: from when it is asked, and an item on its way through an ask. (What a page holds: tests/test_sources.py; a crawl: test_replay_crawls.py.)"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from crawler.sources.base import Page
from crawler.sources.wodc import ARRIVAL, ISSUED, Wodc
from crawler.sources.wodc_items import Item
from db.errors import SourceError

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cursors", "since", "begin"),
    [
        ({}, None, "2026-09-24T22:00:00+00:00"),  # the first time: sixty days
        ({"latest": "2026-11-20T09:15:02+00:00"}, None, "2026-11-13T09:15:02+00:00"),  # a week of overlap
        ({"latest": "2026-11-20T09:15:02+00:00"}, date(2026, 1, 1), "2025-12-31T23:00:00+00:00"),  # asked by a person
    ],
)
def test_where_a_crawl_begins(cursors, since, begin):
    (ask,) = Wodc().start(cursors, NOW, since).asks
    assert ask.meta["begin"] == begin
    assert ask.url.endswith("&page=0&sort=dc.date.accessioned,DESC")
    assert (ask.validator, ask.fresh) == ("list", since is not None)


@pytest.mark.parametrize(("now", "order"), [(NOW, ISSUED), (NOW - timedelta(days=1), ARRIVAL)], ids=["tuesday", "monday"])
def test_an_order_that_was_refused_is_asked_for_again_once_a_week(now, order):
    (ask,) = Wodc().start({"order": ISSUED}, now).asks
    assert ask.meta["order"] == order


def item(number, issued, arrived="2020-01-10T09:00:00Z"):
    values = {"dc.title": f"Rapport {number}", "dc.date.accessioned": arrived, "dc.date.issued": issued}
    uuid = f"{number:08d}-0000-0000-0000-000000000000"
    return {"uuid": uuid, "metadata": {name: [{"value": value}] for name, value in values.items() if value}}


def page_of(*items, more=False):
    objects = [{"_embedded": {"indexableObject": found}} for found in items]
    result = {"_embedded": {"objects": objects}, "_links": {"next": {}} if more else {}}
    return json.dumps({"_embedded": {"searchResult": result}}).encode()


def past(body=b"", ask=None, status=200):
    ask = ask or Wodc().history(date(2019, 1, 1), date(2019, 12, 31)).asks[0]
    return Wodc().read(Page(url=ask.url, status=status, body=body), ask)


def test_the_past_is_asked_by_the_day_on_the_report():
    (ask,) = Wodc().history(date(2019, 1, 1), date(2019, 12, 31)).asks
    assert "f.dateIssued=%5B2019%20TO%202019%5D,equals" in ask.url
    assert ask.validator is None


@pytest.mark.parametrize(
    ("issued", "asked"),
    [
        ("2019-06-01", True),
        ("2019-06", True),  # a month, a year: its first day
        ("2019", True),
        ("2020-01-01", False),  # next year's business
        ("2018-12-31", False),
        (None, False),  # the repository tells nothing: the day of arrival, in 2020
    ],
)
def test_a_report_belongs_to_one_year(issued, asked):
    listing = past(page_of(item(1, issued)))
    assert [ask.step for ask in listing.asks] == (["detail"] if asked else [])
    assert listing.seen == (0 if asked else 1)


@pytest.mark.parametrize(("last", "goes_on"), [("2020-03-01", True), ("2019-02-01", True), ("2018-12-31", False)])
def test_a_repository_that_ignores_the_year_is_read_back_to_it(last, goes_on):
    asks = past(page_of(item(1, "2020-05-01"), item(2, last), more=True)).asks
    assert any(ask.step == "list" for ask in asks) is goes_on


def test_a_repository_that_refuses_the_year_is_asked_without():
    (ask,) = past(status=422).asks
    assert "dateIssued" not in ask.url
    with pytest.raises(SourceError, match="answered 422"):
        past(ask=ask, status=422)


@pytest.mark.parametrize(("modified", "published"), [(NOW, date(2026, 11, 20)), (None, None)])
def test_an_item_travels_unchanged(modified, published):
    facts = {"uuid": "u", "title": "Één – «titel»", "arrived": NOW, "earliest": date(2026, 11, 1), "subjects": ("Asiel", "Terugkeer")}
    item = Item(**facts, modified=modified, published=published)
    assert Item.load(item.dump()) == item
