"""What a source may answer instead of its list: a failed crawl with a named reason, no watermark is lost, and the next crawl finds everything.

Each source is read once on the first day of the replay. On the second day its lists answer with a fault, and after that as they should.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from crawler.replay.server import Replay
from crawler.sources import source_classes

PROJECT = Path(__file__).resolve().parents[2]
EVENING = {1: "2026-11-10T20:00:00+00:00", 2: "2026-11-11T20:00:00+00:00"}
HTML = b"<!DOCTYPE html><html><body><main><h1>Storing</h1><p>Probeer het later opnieuw.</p></main></body></html>"
SRU = b'<s:searchRetrieveResponse xmlns:s="http://docs.oasis-open.org/ns/search-ws/sruResponse">%s</s:searchRetrieveResponse>'


def as_json(**answer):
    return json.dumps(answer).encode()


LISTS = {
    "councils": ("www.adviesraadmigratie.nl/",),
    "koop": ("repository.overheid.nl/sru",),
    "open_overheid": ("/api/v0/zoek?",),
    "raadvanstate": ("/adviezen/?",),
    "rijksoverheid": ("/api/rss", "/api/search"),
    "tweedekamer": ("/SyncFeed/2.0/Feed", "/OData/v5/"),
    "wodc": ("/discover/search/objects",),
}
"""What the addresses of a source's lists contain; of the councils one breaks."""
OWN = {
    "councils": {
        "diagnostic": (as_json(ok=False, results=[], error="boom"), "the search says that it failed"),
        "empty": (as_json(ok=True, results=[], totalPages=0), "a search without results"),
        "shape": (as_json(ok=True, hits=[]), "JSON of an unknown shape"),
        "html": (HTML, "lists in no way that we know"),
    },
    "koop": {
        "diagnostic": (SRU % b"<d:diagnostic xmlns:d='d'><d:uri>1/10</d:uri></d:diagnostic>", "the search refused the question"),
        "empty": (SRU % b"<s:numberOfRecords>0</s:numberOfRecords>", "EmptyListing"),
        "shape": (b"<antwoord><aantal>0</aantal></antwoord>", "expected searchRetrieveResponse"),
        "html": (HTML, "an HTML page where XML was expected"),
    },
    "open_overheid": {
        "diagnostic": (as_json(status=500, message="boom"), "totaal is missing"),
        "empty": (as_json(totaal=0, resultaten=[]), "finds nothing"),
        "shape": (as_json(totaal=12, hits=[]), "resultaten is missing"),
        "html": (HTML, "no JSON"),
    },
    "raadvanstate": {
        "diagnostic": (HTML.replace(b"Storing", b"Error 0x80004005"), "no advice in 2026"),
        "empty": (b"<!DOCTYPE html><html><body><main><h1>Adviezen</h1><div class='ipx-results'></div></main></body></html>", "no advice in 2026"),
        "shape": (b"<html><body><div class='ipx-pt-advies'><h2><a href='/nieuws/1'>x</a></h2></div></body></html>", "leads to no advice"),
        "html": (HTML, "no advice in 2026"),
    },
    "rijksoverheid": {
        "diagnostic": (as_json(ok=False, results=[]), "not well-formed XML"),
        "empty": (b"<rss version='2.0'><channel><title>Nieuws</title></channel></rss>", "no news since"),
        "shape": (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "expected a feed"),
        "html": (HTML, "an HTML page where XML was expected"),
    },
    "tweedekamer": {
        "diagnostic": (b"<Error><Message>Skiptoken is ongeldig</Message></Error>", ""),
        "empty": (b"", ""),
        "shape": (b"<antwoord/>", ""),
        "html": (HTML, "an HTML page where XML was expected"),
    },
    "wodc": {
        "diagnostic": (as_json(timestamp="2026", status=500, error="Internal Server Error"), "is not there"),
        "empty": (as_json(_embedded={"searchResult": {"_embedded": {"objects": []}, "_links": {}}}), "the repository lists nothing"),
        "shape": (as_json(_embedded={"searchResult": {"hits": []}}), "is not there"),
        "html": (HTML, "no JSON"),
    },
}
"""By source: an answer of its own kind that says that something is wrong, one without anything, one of another shape; and the reason that is told."""
COMMON = {
    "500": (lambda reply, _: reply(status=500), "500"),
    "503": (lambda reply, _: reply(status=503, headers={"Retry-After": "0"}), "503"),
    "too long a wait": (lambda reply, _: reply(status=503, headers={"Retry-After": "86400"}), "503"),
    "cut off": (lambda reply, body: reply(body[: len(body) // 2]), ""),
    "wrong length": (lambda reply, body: reply(body[: len(body) // 2], short_by=len(body) - len(body) // 2), "ResponseDataLoss"),
    "to loopback": (lambda reply, _: reply(status=302, headers={"Location": "http://127.0.0.1:1/x"}), "refused: 127.0.0.1:1 is not a host of"),
    "to the cloud": (lambda reply, _: reply(status=302, headers={"Location": "http://169.254.169.254/latest"}), "refused: 169.254.169.254 is not"),
}
CASES = [(name, fault) for name in LISTS for fault in (*COMMON, *OWN[name])]
AFTERWARDS = ("empty", "cut off")
"""The faults after which a good crawl is made: those that look most like "nothing new"."""


def rows(database, query):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


CURSORS = "SELECT source, name, value FROM cursors ORDER BY source, name"
SEEN = "SELECT identifier, fingerprint, withdrawn FROM sightings ORDER BY identifier"


@pytest.fixture(scope="module")
def broken(server_class, reply, crawl_many, tmp_path_factory):
    """By source and fault: the outcome, the cursors before and after, and what is known after a good crawl and without any fault."""
    folder, replay = tmp_path_factory.mktemp("faults"), Replay(day=1)

    def answer(asked):
        case, _, path = asked.path.lstrip("/").partition("/")
        target = f"/{path}?{urlencode(asked.query, doseq=True)}"
        played = replay.answer(asked.method, target if path else asked.path, asked.body)
        good = reply(played.body, played.status, {"Content-Type": played.media, **played.headers})
        if not case.isdigit() or not any(part in target for part in LISTS[CASES[int(case)][0]]):
            return good
        name, fault = CASES[int(case)]
        return COMMON[fault][0](reply, played.body) if fault in COMMON else reply(OWN[name][fault][0])

    def job(name, database, place, day, **more):
        bases = {key: url.replace(replay.root, f"{server.url}/{place}") for key, url in replay.base_urls[name].items()}
        return {"source": name, "db": str(database), "base_urls": bases, "now": EVENING[day], **more}

    server = server_class(answer)
    base = {name: folder / name / "base.db" for name in LISTS}
    crawl_many([job(name, base[name], "good", 1, since="2026-11-01") for name in LISTS for _ in range(2)])
    replay.day = 2
    places = {case: folder / case[0] / case[1].replace(" ", "-") / "t.db" for case in CASES}
    whole = {name: folder / name / "whole" / "t.db" for name in LISTS}
    for database, name in [*((place, case[0]) for case, place in places.items()), *((place, name) for name, place in whole.items())]:
        database.parent.mkdir(parents=True)
        shutil.copy(base[name], database)
        (database.parent / "raw").symlink_to(base[name].parent / "raw", target_is_directory=True)
    outcomes = crawl_many([job(case[0], places[case], number, 2) for number, case in enumerate(CASES)])
    cursors = {case: (rows(base[case[0]], CURSORS), rows(places[case], CURSORS)) for case in CASES}
    again = [case for case in CASES if case[1] in AFTERWARDS]
    crawl_many([*(job(case[0], places[case], "good", 2) for case in again), *(job(name, whole[name], "good", 2) for name in LISTS)])
    server.close()
    replay.stop()
    known = {case: (rows(places[case], SEEN), rows(whole[case[0]], SEEN)) for case in again}
    return {case: (outcome, *cursors[case], known.get(case)) for case, outcome in zip(CASES, outcomes, strict=True)}


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_a_fault_is_a_failed_crawl_with_a_named_reason_and_no_watermark_moves(broken, case):
    outcome, before, after, _ = broken[case]
    reason = COMMON[case[1]][1] if case[1] in COMMON else OWN[case[0]][case[1]][1]
    assert outcome["outcome"] == "failed", outcome
    assert outcome["reason"]
    assert reason in outcome["reason"]
    assert before
    assert after == before


@pytest.mark.parametrize("case", [case for case in CASES if case[1] in AFTERWARDS], ids="-".join)
def test_the_next_crawl_finds_what_a_fault_hid(broken, case):
    found, whole = broken[case][3]
    assert found == whole


def test_run_and_status_tell_every_source_that_failed_and_why(serve, reply, tmp_path):
    server = serve(lambda asked: reply(status=404) if asked.path == "/robots.txt" else reply(status=500))
    with Replay() as replay:
        bases = {name: {key: f"{server.url}{urlsplit(url).path}" for key, url in urls.items()} for name, urls in replay.base_urls.items()}
    lines = ['data = "data"', *(f"[sources.{n}.base_urls]\n" + "\n".join(f'{k} = "{u}"' for k, u in urls.items()) for n, urls in bases.items())]
    (tmp_path / "kamerspoor.toml").write_text("\n".join(lines) + "\n")

    def kamerspoor(command):
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "COLUMNS": "400"}
        return subprocess.run(
            [sys.executable, "-m", "pipeline.cli", command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    ran, shown = kamerspoor("run"), kamerspoor("status")
    assert (ran.returncode, shown.returncode) == (1, 1)
    for name in source_classes():
        assert f"{name}: FAILED: " in ran.stdout, ran.stdout
        assert any(name in line and "failed" in line and "500" in line for line in shown.stdout.splitlines()), shown.stdout
