"""New, changed or known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.change import Change, compare, is_worth_asking
from crawler.sources.base import Ask
from db.records import Sighting
from db.store import GIVE_UP_AFTER, Known

THEN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
LATER = THEN + timedelta(seconds=1)


def sighting(**facts):
    return Sighting(**{"source": "koop", "identifier": "kst-32824-1", "url": "u", "title": "Brief", "kind": "kamerbrief", "modified": THEN, **facts})


def known(of=None, **facts):
    of = of or sighting()
    found = {"fingerprint": of.fingerprint(), "withdrawn": False, "complete": True, "modified": THEN.isoformat(), "files": {}}
    return Known(**{**found, **facts})


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (sighting(), None, Change.NEW),
        (sighting(), known(), Change.UNCHANGED),
        (sighting(title="Brief, herzien"), known(), Change.CHANGED),
        (sighting(), known(complete=False), Change.INCOMPLETE),  # its files are tried again
        (sighting(), known(complete=False, attempts=GIVE_UP_AFTER), Change.UNCHANGED),  # three times is enough: an idle cycle asks nothing
        (sighting(modified=LATER), known(complete=False, attempts=GIVE_UP_AFTER), Change.TOUCHED),  # until the source's clock goes on
        (sighting(modified=LATER), known(), Change.TOUCHED),  # same facts, the source's clock went on
        (sighting(modified=None), known(), Change.UNCHANGED),  # no clock, no reason
        (sighting(modified=THEN), known(modified=LATER.isoformat()), Change.UNCHANGED),  # a clock that goes back
        (sighting(withdrawn=True), known(), Change.WITHDRAWN),
        (sighting(withdrawn=True), known(withdrawn=True), Change.UNCHANGED),
        (sighting(withdrawn=True), None, Change.WITHDRAWN),
        (sighting(), known(sighting(withdrawn=True), withdrawn=True), Change.CHANGED),  # published again
    ],
)
def test_compare(now, before, change):
    assert compare(now, before) is change


@pytest.mark.parametrize(
    ("stamp", "before", "worth"),
    [
        (THEN, None, True),
        (THEN, known(), False),
        (LATER, known(), True),
        (None, known(), False),  # a list without dates: a known address is a known page
        (THEN, known(complete=False), True),
        (THEN, known(complete=False, attempts=GIVE_UP_AFTER), False),  # a page without a file that can be read
        (LATER, known(complete=False, attempts=GIVE_UP_AFTER), True),
        (THEN, known(modified=None), True),
    ],
)
def test_detail_page_is_worth_asking(stamp, before, worth):
    assert is_worth_asking(Ask(url="u", step="detail", identifier="u", stamp=stamp), before) is worth
