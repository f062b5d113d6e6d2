"""Open overheid: what is asked, and a record as it was recorded. (What a page holds: tests/test_sources.py; a crawl: test_replay_crawls.py.)"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.change import Change, compare
from crawler.sources.base import Listing, Page
from crawler.sources.open_overheid import OpenOverheid
from crawler.sources.open_overheid_record import followed, read_document
from db.errors import SourceError
from db.store import Known

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings" / "open_overheid"
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "open-overheid"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FILES = "https://open.overheid.nl/overheid/openbaarmakingen/api/v0/attachment/"


def lists(cursors, since=None):
    source = OpenOverheid()
    asks = source.start(cursors, NOW, since).asks
    if asks[0].step == "all":
        asks = source.read(Page(url=asks[0].url, status=200, body=(RECORDINGS / "all.json").read_bytes()), asks[0]).asks
    return {ask.part: ask for ask in asks}


def read(ask, answer):
    return OpenOverheid().read(Page(url=ask.url, status=200, body=json.dumps(answer).encode()), ask)


def hits(*moments, total=900, day="2026-11-20"):
    """An answer with documents that changed at these moments."""
    facts = [
        {
            "pid": f"https://open.overheid.nl/documenten/{n:08d}-0000",
            "mutatiedatumtijd": moment,
            "openbaarmakingsdatum": day,
            "aanbieder": "Aanleverloket",
        }
        for n, moment in enumerate(moments)
    ]
    return {"totaal": total, "resultaten": [{"document": document} for document in facts]}


def test_how_many_documents_there_are_is_asked_once_and_remembered():
    source = OpenOverheid()
    (ask,) = source.start({}, NOW).asks
    listing = source.read(Page(url=ask.url, status=200, body=(RECORDINGS / "all.json").read_bytes()), ask)
    assert listing.cursors == {"all": "663177"}
    assert len(source.start(listing.cursors, NOW).asks) == len(followed())  # one question for each type and no other


def test_a_filter_that_seems_ignored_is_compared_with_a_fresh_count_first():
    """All documents of today are more than those that were counted long ago; so may be those of one type."""
    ask = lists({"all": "1000", "Kamerbrief/latest": "2026-11-24T08:00:00+00:00"})["Kamerbrief"]
    (count,) = read(ask, hits("2026-11-24T08:00:00Z", total=1000)).asks
    assert (count.step, count.part) == ("all", "Kamerbrief")
    (again,) = read(count, {"totaal": 5000, "resultaten": []}).asks
    assert [a.step for a in read(again, hits("2026-11-24T08:00:00Z", total=1000)).asks] == ["detail"]
    (other,) = read(again, hits("2026-11-24T08:00:00Z", total=4990)).asks
    assert other.meta["spelling"] == "once"
    with pytest.raises(SourceError, match="the filter is ignored"):
        read(other, hits("2026-11-24T08:00:00Z", total=4990))


@pytest.mark.parametrize(
    ("latest", "since", "shown", "goes_on"),
    [
        (None, None, "2026-11-24T08:30:00Z", True),  # the first time
        ("2026-11-24T08:30:00+00:00", None, "2026-11-24T08:30:00Z", False),  # nothing later than what is known: an idle cycle is one request
        ("2026-11-24T08:00:00+00:00", None, "2026-11-24T08:30:00Z", True),  # something new: back to a day before what was known
        ("2026-11-24T08:30:00+00:00", date(2026, 11, 1), "2026-11-24T08:30:00Z", True),  # a person wants more
        ("2026-11-24T08:30:00+00:00", None, "2031-01-01T00:00:00Z", True),  # a moment in the future hides nothing
    ],
)
def test_further_pages_are_asked_when_the_first_shows_something_later(latest, since, shown, goes_on):
    ask = lists({"Kamerbrief/latest": latest} if latest else {}, since)["Kamerbrief"]
    listing = read(ask, hits(shown, "2026-11-24T07:00:00Z"))
    assert any(following.step == "list" for following in listing.asks) is goes_on
    assert listing.latest["Kamerbrief/latest"] <= NOW


def test_the_first_page_is_conditional_unless_a_person_wants_more():
    cursors = {"Kamerbrief/latest": "2026-11-24T08:30:00+00:00"}
    asks = [lists(cursors)["Kamerbrief"], lists(cursors, date(2026, 11, 1))["Kamerbrief"]]
    assert [(ask.validator, ask.fresh) for ask in asks] == [("Kamerbrief/list", False), ("Kamerbrief/list", True)]
    (following,) = (a for a in read(asks[1], hits("2026-11-24T08:30:00Z")).asks if a.step == "list")
    assert following.validator is None


def test_types_remember_apart_and_a_filter_is_encoded_as_it_worked_before():
    asks = lists({"beslisnota/latest": "2026-11-24T08:00:00+00:00", "Kamervraag met antwoord/spelling": "once"})
    assert asks["beslisnota"].meta["begin"] > asks["Kamerbrief"].meta["begin"]
    assert asks["Kamervraag met antwoord"].url.endswith("&documentsoort=Kamervraag%20met%20antwoord")


def past(total=200):
    """What is asked about two weeks of the past, once it is known how many documents there are."""
    source = OpenOverheid()
    (ask,) = source.history(date(2026, 11, 10), date(2026, 11, 23)).asks
    assert "publicatiedatumVan=09-11-2026&publicatiedatumTot=24-11-2026" in ask.url  # whether the last day counts is not documented
    return {a.part: a for a in read(ask, hits("2026-11-20T08:00:00Z", total=total)).asks}


def test_the_past_is_asked_type_by_type_and_each_document_once():
    asks = past()
    assert list(asks) == list(followed())
    answer = hits("2026-11-20T08:00:00Z", "2026-11-23T08:00:00Z", total=2)
    answer["resultaten"][1]["document"]["openbaarmakingsdatum"] = "2026-11-24"  # the next two weeks' business
    listing = read(asks["Kamerbrief"], answer)
    assert [(a.step, a.meta["type"]) for a in listing.asks] == [("detail", "Kamerbrief")]
    assert listing.ignored == {"other day": 1}


def test_a_type_without_documents_in_the_past_is_nothing_strange():
    ask = past()["Kamerbrief"]
    (other,) = read(ask, hits(total=0)).asks
    assert read(other, hits(total=0)) == Listing()


def test_days_or_a_type_that_the_site_ignores_fail_a_crawl_of_the_past():
    source = OpenOverheid()
    (ask,) = source.history(date(2026, 11, 10), date(2026, 11, 23)).asks
    with pytest.raises(SourceError, match="the days are ignored"):
        read(ask, hits("2026-11-24T08:00:00Z", day="2026-11-28"))
    (other,) = read(past()["Kamerbrief"], hits("2026-11-20T08:00:00Z", total=200)).asks
    with pytest.raises(SourceError, match="the filter is ignored"):
        read(other, hits("2026-11-20T08:00:00Z", total=200))


def test_a_document_of_another_type_is_left_aside_in_the_past():
    """In days with few documents an ignored filter cannot be told from one that fits all."""
    detail = read(past()["Kamerbrief"], hits("2026-11-24T08:12:31Z", total=1)).asks[0]
    detail = replace(detail, identifier="00000001-1f2e-4c3d-9a8b-000000000001")
    answer = json.loads((RECORDINGS / "detail_letter.json").read_text("utf-8"))
    assert len(read(detail, answer).sightings) == 1
    other = replace(detail, meta={**detail.meta, "type": "ambtsbericht"})
    assert read(other, answer).ignored == {"other type": 1}


def test_days_with_too_many_documents_are_halved_without_a_gap():
    asks = read(past(total=90_000)["Kamerbrief"], hits("2026-11-20T08:00:00Z", total=6000)).asks
    assert [(a.meta["first"], a.meta["last"]) for a in asks] == [("2026-11-10", "2026-11-16"), ("2026-11-17", "2026-11-23")]


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
        for _ in range(3):
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
