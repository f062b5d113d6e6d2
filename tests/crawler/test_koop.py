"""What is asked of the search, and how a crawl goes from page to page. (What a page holds: tests/test_sources.py.)"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.sources.base import Page
from crawler.sources.koop import Koop
from crawler.sources.koop_search import Search
from db.errors import SourceError, UsageError
from db.records import FileLink

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings" / "koop"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = "2026-11-24"


def query(ask):
    return parse_qs(urlsplit(ask.url).query)["query"][0]


def page(ask, name, **replaced):
    body = (RECORDINGS / f"{name}.xml").read_text("utf-8")
    for old, new in replaced.items():
        body = body.replace(f"<sru:{old}>", f"<sru:{old}>{new}<!--").replace(f"</sru:{old}>", f"--></sru:{old}>")
    return Page(url=ask.url, status=200, body=body.encode())


@pytest.mark.parametrize(
    ("cursors", "since", "begin"),
    [
        ({}, None, "2026-11-10"),  # the first time: two weeks
        ({"through": "2026-11-23"}, None, "2026-11-20"),  # three days of overlap
        ({"through": "2026-11-21"}, None, "2026-11-18"),
        ({"through": "2026-11-15"}, None, "2026-11-05"),  # after an outage: ten days
        ({"through": "2026-11-23"}, date(2026, 1, 1), "2026-01-01"),  # asked by a person
        ({"through": "2026-11-15"}, date(2026, 11, 23), "2026-11-05"),  # who cannot make a gap by asking for less
        ({}, date(2026, 11, 23), "2026-11-23"),
    ],
)
def test_where_a_crawl_begins(cursors, since, begin):
    listing = Koop().start(cursors, NOW, since)
    assert [ask.meta["begin"] for ask in listing.asks] == [begin]
    assert query(listing.asks[0]) == (
        'c.product-area=="officielepublicaties" and w.organisatietype=="staten generaal" and '
        f'(dt.modified>="{begin}" or cd.datumTijdstipWijzigingWork>="{begin}") sortBy dt.identifier/sort.ascending'
    )
    assert listing.cursors == {"through": "2026-11-23"}


def test_day_is_amsterdams():
    listing = Koop().start({}, datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    assert listing.cursors["through"] == "2026-11-24"


def test_refused_clock_is_left_out_for_a_week():
    source = Koop()
    ask = source.start({}, NOW).asks[0]
    listing = source.read(page(ask, "diagnostic"), ask)
    assert 'and dt.modified>="2026-11-10" sortBy' in query(listing.asks[0])
    assert "Unsupported index" in listing.notes[0]
    assert source.start(dict(listing.cursors), NOW).asks[0].meta["clock"] == "day"
    assert source.start(dict(listing.cursors), datetime(2026, 12, 2, tzinfo=UTC)).asks[0].meta["clock"] == "both"
    with pytest.raises(SourceError, match="Unsupported index"):
        source.read(page(ask, "diagnostic"), listing.asks[0])


def test_pages_follow_until_no_next_position():
    source = Koop()
    ask = source.start({}, NOW).asks[0]
    following = source.read(page(ask, "page"), ask).asks
    assert [parse_qs(urlsplit(a.url).query)["startRecord"] for a in following] == [["101"]]
    assert source.read(page(ask, "oldest_shape"), ask).asks == ()


def test_position_that_does_not_lead_on_is_an_error():
    source = Koop()
    ask = source.read(page(source.start({}, NOW).asks[0], "page"), source.start({}, NOW).asks[0]).asks[0]
    with pytest.raises(SourceError, match="does not lead on"):
        source.read(page(ask, "page"), ask)  # asked from 101, answers "next is 101"


def test_too_many_hits_are_halved_by_days_without_gap_or_overlap():
    source = Koop()
    asks = list(source.start({}, NOW, date(2026, 11, 1)).asks)
    slices = []
    while asks:
        ask = asks.pop(0)
        if (ask.meta["end"] or TODAY) == ask.meta["begin"]:
            slices.append(ask.meta["begin"])
        else:
            asks = [*source.read(page(ask, "too_many"), ask).asks, *asks]
    assert slices == [f"2026-11-{day:02}" for day in range(1, 25)]


def test_one_day_with_too_many_hits_goes_on_by_identifier():
    source = Koop()
    ask = Search(clock="day", begin=date(2026, 11, 24), today=date(2026, 11, 24), position=3901).ask(source.bases["sru"])
    following = source.read(page(ask, "too_many", nextRecordPosition=4001), ask).asks
    assert 'and dt.identifier>"kst-32824-612" sortBy' in query(following[0])
    assert following[0].meta["position"] == "1"


def test_end_long_before_the_count_is_an_error():
    source = Koop()
    ask = source.start({"day_clock_until": "2026-12-01"}, NOW).asks[0]
    with pytest.raises(SourceError, match="counts 76 records and ends after 3"):
        source.read(page(ask, "too_short"), ask)


@pytest.mark.parametrize(
    ("media_type", "body", "usable"),
    [
        ("text/html", b"<html><body><div id='broodtekst'><p>tekst</p></div></body></html>", True),
        ("text/html", b"<html><body><h1>404</h1><p>Niet gevonden</p></body></html>", False),  # missing files answer 200
        ("application/xml", b"<officiele-publicatie><kamerstuk><al>tekst</al></kamerstuk></officiele-publicatie>", True),
        ("application/xml", b"<officiele-publicatie><kamerstuk/></officiele-publicatie>", False),  # a shell
    ],
)
def test_usable_files(media_type, body, usable):
    assert (Koop().usable(FileLink(url="u", media_type=media_type), body) is None) is usable


def test_overridden_bases_move_what_is_fetched_and_not_what_it_is_called():
    moved = Koop({"*": "http://127.0.0.1:8765"})
    url = "https://repository.overheid.nl/frbr/officielepublicaties/kst/1/kst-1.xml"
    assert moved.locate(url) == "http://127.0.0.1:8765/frbr/officielepublicaties/kst/1/kst-1.xml"
    assert moved.canonical(moved.locate(url)) == url
    assert moved.locate("https://repository.overheid.nl/sru?x=1") == "http://127.0.0.1:8765/sru?x=1"
    partly = Koop({"repository": "http://127.0.0.1:1/spiegel"})
    assert partly.locate(url) == "http://127.0.0.1:1/spiegel/officielepublicaties/kst/1/kst-1.xml"
    assert partly.locate("https://repository.overheid.nl/sru") == "https://repository.overheid.nl/sru"


@pytest.mark.parametrize("given", [{"onbekend": "http://127.0.0.1/"}, {"sru": "127.0.0.1:8765"}, {"sru": "file:///etc/passwd"}, {"*": "http://"}])
def test_wrong_base_urls(given):
    with pytest.raises(UsageError):
        Koop(given)
