"""Open overheid: what is asked, and a record as it was recorded. (What a page holds: tests/test_sources.py; a crawl: test_replay_crawls.py.)"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.change import Change, compare
from crawler.sources.base import Page
from crawler.sources.open_overheid import OpenOverheid
from crawler.sources.open_overheid_record import read_document
from db.errors import SourceError
from db.store import Known

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings" / "open_overheid"
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "open-overheid"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FILES = "https://open.overheid.nl/overheid/openbaarmakingen/api/v0/attachment/"


def lists(cursors, since=None):
    source = OpenOverheid()
    (probe,) = source.start(cursors, NOW, since).asks
    asks = source.read(Page(url=probe.url, status=200, body=(RECORDINGS / "all.json").read_bytes()), probe).asks
    return {ask.part: ask for ask in asks}


@pytest.mark.parametrize(
    ("through", "since", "begin"),
    [
        (None, None, "2026-11-19T09:00:00+00:00"),  # the first time: five days
        ("2026-11-24T08:00:00+00:00", None, "2026-11-23T08:00:00+00:00"),  # one day of overlap
        ("2026-11-24T08:00:00+00:00", date(2026, 11, 1), "2026-10-31T23:00:00+00:00"),  # asked by a person
        ("2026-11-10T08:00:00+00:00", date(2026, 11, 20), "2026-11-09T08:00:00+00:00"),  # who cannot make a gap by asking for less
    ],
)
def test_where_a_list_ends(through, since, begin):
    cursors = {} if through is None else {"Kamerbrief/through": through}
    assert lists(cursors, since)["Kamerbrief"].meta["begin"] == begin


def test_types_remember_apart_and_a_filter_is_encoded_as_it_worked_before():
    asks = lists({"beslisnota/through": "2026-11-24T08:00:00+00:00", "Kamervraag met antwoord/spelling": "once"})
    assert asks["beslisnota"].meta["begin"] > asks["Kamerbrief"].meta["begin"]
    assert asks["Kamervraag met antwoord"].url.endswith("&documentsoort=Kamervraag%20met%20antwoord")


def sighting(name):
    answer = json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))
    return read_document(answer, "open_overheid", asked=None, files=FILES, stamp=None)


def known(name):
    stored = sighting(name)
    return Known(
        fingerprint=stored.fingerprint(), withdrawn=stored.withdrawn, complete=True, modified=stored.modified.isoformat(), files={}, attempts=0
    )


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("detail_letter", "detail_withdrawn", Change.WITHDRAWN),
        ("detail_withdrawn", "detail_withdrawn", Change.UNCHANGED),
        ("detail_withdrawn", "detail_republished", Change.CHANGED),  # it stands again
        ("detail_changed", "detail_changed", Change.UNCHANGED),
    ],
)
def test_taking_back_and_publishing_again(before, after, change):
    assert compare(sighting(after), known(before)) is change


def test_a_republished_document_has_the_file_of_the_version_that_it_names():
    assert [link.url for link in sighting("detail_republished").files] == [f"{FILES}00000001-1f2e-4c3d-9a8b-000000000001"]


@pytest.mark.skipif(not SAMPLES.exists(), reason="the recorded answers lie in a folder `shared` beside the project")
def test_the_recorded_answers_are_read():
    source = OpenOverheid()
    (probe,) = source.start({}, NOW, date(2026, 3, 1)).asks
    recorded = (SAMPLES / "zoek_first_hit_2026-03-21.json").read_bytes()
    ask = source.read(Page(url=probe.url, status=200, body=recorded), probe).asks[0]
    with pytest.raises(SourceError, match="ignored"):  # the recorded question had no filter
        for _ in range(2):
            ask = source.read(Page(url=ask.url, status=200, body=recorded), ask).asks[0]
    filtered = json.loads(recorded) | {"totaal": 900}
    listing = OpenOverheid().read(Page(url=ask.url, status=200, body=json.dumps(filtered).encode()), ask)
    (detail,) = (found for found in listing.asks if found.step == "detail")
    assert detail.identifier == "eef2edec-019e-4085-8e2e-4d3f42686431"
    (found,) = source.read(Page(url=detail.url, status=200, body=(SAMPLES / "zoek_detail_2026-03-21.json").read_bytes()), detail).sightings
    assert (found.title, found.kind, found.subjects) == ("Kaart Oudemolen 10km", "overig", ("Vogelgriep",))
    assert found.parent == "b2e91e90-a433-4985-91ed-5c1bffbc72a4"
    assert found.files[0].length == 985738
    assert found.modified >= detail.stamp
