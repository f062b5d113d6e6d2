"""WODC: from when it is asked, and an item on its way through an ask. (What a page holds: tests/test_sources.py; a crawl: test_replay_crawls.py.)"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crawler.sources.wodc import Wodc
from crawler.sources.wodc_items import Item

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cursors", "since", "begin"),
    [
        ({}, None, "2026-09-25"),  # the first time: sixty days
        ({"through": "2026-11-24"}, None, "2026-11-17"),  # a week of overlap
        ({"through": "2026-11-24"}, date(2026, 1, 1), "2026-01-01"),  # asked by a person
        ({"through": "2026-10-01"}, date(2026, 11, 1), "2026-09-24"),  # who cannot make a gap by asking for less
    ],
)
def test_where_a_crawl_begins(cursors, since, begin):
    (ask,) = Wodc().start(cursors, NOW, since).asks
    assert ask.meta["begin"] == begin
    assert ask.url.endswith("&page=0&sort=dc.date.accessioned,DESC")


@pytest.mark.parametrize(("modified", "published"), [(NOW, date(2026, 11, 20)), (None, None)])
def test_an_item_travels_unchanged(modified, published):
    item = Item(uuid="u", title="Één – «titel»", arrived=NOW, modified=modified, published=published, subjects=("Asiel", "Terugkeer"))
    assert Item.load(item.dump()) == item
