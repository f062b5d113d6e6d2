"""Crawls against a publisher on loopback that behaves, and one that does not. Each runs in a process of its own."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.store import Store

PAGE = (Path(__file__).resolve().parents[1] / "recordings" / "koop" / "page.xml").read_bytes()
LAST_PAGE = PAGE.replace(b"<sru:nextRecordPosition>101</sru:nextRecordPosition>", b"").replace(b">131<", b">24<")
EMPTY = b'<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse"><sru:numberOfRecords>0</sru:numberOfRecords></sru:searchRetrieveResponse>'
DIAGNOSTIC = EMPTY.replace(b"</sru:search", b"<d:diagnostic xmlns:d='d'><d:uri>1/10</d:uri></d:diagnostic></sru:search")
XML = b"<officiele-publicatie><kamerstuk><al>%s</al></kamerstuk></officiele-publicatie>"
KEPT, WITHDRAWN = 22, 1
TOO_MUCH = 33 * 1024 * 1024


def document(asked, reply):
    """A file of a publication: every XML, HTML and PDF is there."""
    name = asked.path.rsplit("/", 1)[-1].encode()
    if name.endswith(b".xml"):
        return reply(XML % name)
    if name.endswith(b".pdf"):
        return reply(b"%PDF-1.7\n" + name + b"\n%%EOF\n")
    return reply(b"<html><body><div id='broodtekst'><p>" + name + b"</p></div></body></html>")


@dataclass
class Step:
    """One crawl: what the publisher was asked, and how it ended."""

    asked: list
    outcome: dict

    def files(self):
        """Names of the files asked for, in order."""
        return [asked.path.rsplit("/", 1)[-1] for asked in self.asked if not sru(asked)]


@pytest.fixture
def crawl_koop(serve, reply, crawl_many, tmp_path):
    """Crawl once for each argument, on one database and one runner. The publisher behaves, except where the argument gives something else."""

    def crawl(*differs):
        steps = [Step([], {}) for _ in differs]

        def answer(asked):
            number, _, path = asked.path.lstrip("/").partition("/")
            asked = replace(asked, path=f"/{path}")
            steps[int(number)].asked.append(asked)
            return differs[int(number)](asked, reply) or (reply(LAST_PAGE) if sru(asked) else document(asked, reply))

        server = serve(answer)
        jobs = [{"source": "koop", "db": str(tmp_path / "test.db"), "base_urls": {"*": f"{server.url}/{n}"}} for n in range(len(differs))]
        for step, outcome in zip(steps, crawl_many(jobs), strict=True):
            step.outcome = outcome
        return steps

    return crawl


def behaves(_asked, _reply):
    """A publisher with nothing unusual."""
    return


def only(name, answer):
    """A publisher that is unusual for one file."""
    return lambda asked, reply: answer(asked, reply) if asked.path.endswith(name) else None


def on_list(answer):
    """A publisher that is unusual when asked what there is."""
    return lambda asked, reply: answer(reply) if sru(asked) else None


def listing(body):
    """A publisher that lists something else."""
    return lambda asked, reply: reply(body) if sru(asked) else None


@pytest.fixture
def rows(tmp_path):
    """Ask the database."""

    def ask(sql):
        connection = sqlite3.connect(tmp_path / "test.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    return ask


def sru(asked):
    return asked.path == "/sru"


def test_a_good_crawl_keeps_everything_and_moves_the_watermark(crawl_koop, rows):
    (crawl,) = crawl_koop(behaves)
    assert crawl.outcome["outcome"] == "ok", crawl.outcome
    assert crawl.outcome["found_something"]
    assert rows("SELECT count(*) FROM sightings") == [(KEPT,)]
    assert rows("SELECT count(*) FROM documents") == [(KEPT - WITHDRAWN,)]
    assert {name for (name,) in rows("SELECT name FROM cursors")} == {"through", "swept", "annexes", "both_clocks"}
    assert rows("SELECT outcome, listed, new, withdrawn, failed FROM crawls") == [("ok", KEPT, KEPT - WITHDRAWN, WITHDRAWN, 0)]
    assert crawl.asked[0].headers["user-agent"].startswith("Kamerspoor/")
    assert all(asked.path != "/robots.txt" for asked in crawl.asked)  # the interface for machines
    # Best text first, and one file is enough.
    assert [name for name in crawl.files() if "kst-32824-611" in name] == ["kst-32824-611.xml"]


def test_an_idle_crawl_writes_its_own_row_and_nothing_else(crawl_koop, rows):
    first, idle = crawl_koop(behaves, behaves)
    assert first.outcome["outcome"] == idle.outcome["outcome"] == "ok"
    assert idle.files() == []
    assert not idle.outcome["found_something"]
    assert rows("SELECT new, changed, withdrawn FROM crawls ORDER BY id DESC LIMIT 1") == [(0, 0, 0)]
    assert rows("SELECT count(*) FROM events") == [(KEPT,)]
    started = rows("SELECT started FROM crawls ORDER BY id DESC LIMIT 1")[0][0]
    assert rows("SELECT max(last_seen) FROM sightings")[0][0] < started
    assert rows("SELECT max(moved) FROM cursors")[0][0] < started


FAULTS = [
    (on_list(lambda reply: reply(status=500)), "answered 500"),
    (on_list(lambda reply: reply(status=503, headers={"Retry-After": "0"})), "answered 503"),
    (on_list(lambda reply: reply(status=503, headers={"Retry-After": "86400"})), "answered 503"),
    (on_list(lambda reply: reply(status=404)), "answered 404"),
    (on_list(lambda reply: reply(b"<!DOCTYPE html><html><body>Storing</body></html>")), "an HTML page where XML was expected"),
    (listing(DIAGNOSTIC), "the search refused the question: 1/10"),
    (on_list(lambda reply: reply(EMPTY)), "EmptyListing"),
    (on_list(lambda reply: reply(LAST_PAGE[:5000])), "not well-formed XML"),
    (on_list(lambda reply: reply(LAST_PAGE[:5000], short_by=900)), "ResponseDataLoss"),
    (on_list(lambda reply: reply(gzip.compress(LAST_PAGE)[:2000], headers={"Content-Encoding": "gzip"})), "not well-formed XML"),
    (on_list(lambda reply: reply(gzip.compress(b" " * TOO_MUCH), headers={"Content-Encoding": "gzip"})), "larger than 32 MB when it is unpacked"),
    (on_list(lambda reply: reply(b" " * 99, short_by=TOO_MUCH)), "the answer is larger than 32 MB"),
    (only("kst-32824-612.xml", lambda _, reply: reply(b" " * TOO_MUCH)), "the answer is larger than 32 MB"),
    (on_list(lambda reply: reply(status=302, headers={"Location": "http://127.0.0.1:1/sru"})), "refused: 127.0.0.1:1 is not"),
    (on_list(lambda reply: reply(status=302, headers={"Location": "http://169.254.169.254/latest"})), "Refused: refused: 169.254.169.254"),
    (on_list(lambda reply: reply(status=302, headers={"Location": "http://localhost:1/"})), "Refused: refused: localhost:1"),
    (on_list(lambda reply: reply(status=302, headers={"Location": "sru"})), "max redirections reached"),
    (on_list(lambda reply: reply(status=302, headers={"Location": "file:///etc/passwd"})), "answered 302"),
    (only("kst-32824-612.xml", lambda _, reply: reply(status=503)), "answered 503"),  # a file, not the listing
    (only("kst-32824-612.xml", lambda _, reply: reply(status=302, headers={"Location": "http://127.0.0.1:1/x"})), "refused: 127.0.0.1:1 is not"),
    (only("kst-32824-612.xml", lambda _, reply: reply(b"<a>", short_by=9)), "ResponseDataLoss"),
]  # fmt: skip


@pytest.fixture(scope="module")
def failed_crawls(server_class, reply, crawl_many, tmp_path_factory):
    """Every fault below a path of its own, one crawl for each, all on one runner."""
    folder = tmp_path_factory.mktemp("faults")

    def answer(asked):
        number, _, path = asked.path.lstrip("/").partition("/")
        asked = replace(asked, path=f"/{path}")
        return FAULTS[int(number)][0](asked, reply) or (reply(LAST_PAGE) if sru(asked) else document(asked, reply))

    server = server_class(answer)
    jobs = [{"source": "koop", "db": str(folder / str(n) / "t.db"), "base_urls": {"*": f"{server.url}/{n}"}} for n in range(len(FAULTS))]
    outcomes = crawl_many(jobs)
    server.close()
    return [(job["db"], outcome) for job, outcome in zip(jobs, outcomes, strict=True)]


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=lambda n: f"{n}-{FAULTS[n][1][:30]}")
def test_fault_fails_the_crawl_with_a_reason_and_the_watermark_stays(failed_crawls, number):
    path, outcome = failed_crawls[number]
    reason = FAULTS[number][1]
    assert outcome["outcome"] == "failed"
    assert reason in outcome["reason"]
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT * FROM cursors").fetchall() == []
    ((kept_outcome, told, failed),) = connection.execute("SELECT outcome, reason, failed FROM crawls").fetchall()
    assert (kept_outcome, told) == ("failed", outcome["reason"])
    assert failed >= 1
    assert any(reason in row[0] for row in connection.execute("SELECT reason FROM failures WHERE stage = 'crawl'"))
    connection.close()


def test_what_was_kept_before_a_fault_stays_and_is_not_fetched_again(crawl_koop, rows):
    fault, after = crawl_koop(only("kst-32824-612.xml", lambda _, reply: reply(status=503)), behaves)
    assert fault.outcome["outcome"] == "failed"
    assert fault.outcome["counts"]["incomplete"] == 1
    assert after.outcome["outcome"] == "ok"
    assert after.files() == ["kst-32824-612.xml"]
    assert rows("SELECT count(*), count(resolved) FROM failures") == [(2, 2)]  # the file's and the crawl's are over
    assert rows("SELECT count(*) FROM sightings WHERE incomplete IS NOT NULL") == [(0,)]
    assert {name for (name,) in rows("SELECT name FROM cursors")} == {"through", "swept", "annexes", "both_clocks"}


def test_a_busy_source_is_asked_again_after_the_wait_it_asks_for(crawl_koop):
    moments = []

    def busy_once(asked, reply):
        if sru(asked):
            moments.append(time.monotonic())
            return reply(status=429, headers={"Retry-After": "1"}) if len(moments) == 1 else None
        return None

    (crawl,) = crawl_koop(busy_once)
    assert crawl.outcome["outcome"] == "ok"
    assert 0.9 < moments[1] - moments[0] < 10


def test_an_empty_shell_is_passed_over_for_the_next_file(crawl_koop, rows):
    shell = b"<officiele-publicatie><kamerstuk><titel>Brief</titel></kamerstuk></officiele-publicatie>"
    (crawl,) = crawl_koop(only("kst-32824-611.xml", lambda _, reply: reply(shell)))
    assert crawl.outcome["outcome"] == "ok"
    found = rows("SELECT d.media_type FROM documents d JOIN sightings s ON s.id = d.sighting_id WHERE s.identifier = 'kst-32824-611'")
    assert found == [("text/html",)]


def test_files_that_are_gone_leave_an_incomplete_sighting_and_a_good_crawl(crawl_koop, rows):
    (crawl,) = crawl_koop(only("kst-1299871.pdf", lambda _, reply: reply(status=404)))
    assert crawl.outcome["outcome"] == "ok"
    assert rows("SELECT identifier, incomplete FROM sightings WHERE incomplete IS NOT NULL") == [("kst-1299871", "kst-1299871.pdf: answered 404")]


@pytest.mark.parametrize("body", [b"<html><body><h1>Onderhoud</h1></body></html>", b""], ids=["html", "empty"])
def test_a_source_whose_files_are_all_something_else_failed_and_its_watermark_stays(body, crawl_koop, rows):
    broken, again = crawl_koop(lambda asked, reply: None if sru(asked) else reply(body), behaves)
    assert broken.outcome["outcome"] == "failed"
    assert "no usable file of 21 papers" in broken.outcome["reason"]
    assert again.outcome["outcome"] == "ok"
    assert rows("SELECT count(*) FROM sightings WHERE incomplete IS NOT NULL") == [(0,)]


def test_changed_facts_fetch_that_paper_again_and_only_that(crawl_koop, rows):
    changed = LAST_PAGE.replace(b"; tweede meting", b"; derde meting")
    _, crawl = crawl_koop(behaves, lambda a, reply: reply(changed) if sru(a) else reply(XML % b"nieuw"))
    assert crawl.outcome["outcome"] == "ok"
    assert crawl.files() == ["kst-32824-611.xml"]
    assert rows("SELECT count(*) FROM events WHERE kind = 'sighting.changed'") == [(1,)]


TOUCHED = LAST_PAGE.replace(b"2026-11-20T09:15:10", b"2026-11-23T10:00:00")


def test_a_clock_that_went_on_with_the_same_bytes_is_no_change(crawl_koop, rows):
    _, touched, again = crawl_koop(behaves, listing(TOUCHED), listing(TOUCHED))
    assert len(touched.files()) == KEPT - WITHDRAWN
    assert rows("SELECT count(*) FROM events WHERE kind = 'sighting.changed'") == [(0,)]
    assert again.files() == []  # the clock is remembered


def test_a_clock_that_went_on_with_other_bytes_is_a_change(crawl_koop, rows):
    _, touched = crawl_koop(
        behaves, lambda a, reply: reply(TOUCHED) if sru(a) else reply(XML % b"herzien") if a.path.endswith("kst-32824-611.xml") else None
    )
    assert touched.outcome["counts"]["changed"] == 1
    assert rows("SELECT s.identifier FROM events e JOIN sightings s ON s.id = e.subject WHERE e.kind = 'sighting.changed'") == [("kst-32824-611",)]


def test_a_file_with_a_validator_is_asked_conditionally(crawl_koop, rows):
    def tagged(asked, reply):
        if not asked.path.endswith("kst-32824-611.xml"):
            return None
        return reply(status=304) if asked.headers.get("if-none-match") == '"a1"' else reply(XML % b"tekst", headers={"ETag": '"a1"'})

    _, touched = crawl_koop(tagged, lambda a, reply: reply(TOUCHED) if sru(a) else tagged(a, reply))
    assert touched.outcome["outcome"] == "ok"
    assert touched.outcome["counts"]["not_modified"] == 1
    assert next(a for a in touched.asked if a.path.endswith("kst-32824-611.xml")).headers["if-none-match"] == '"a1"'
    assert rows("SELECT count(*) FROM events WHERE kind = 'sighting.changed'") == [(0,)]


def test_an_odd_record_is_a_row_and_the_rest_is_kept(crawl_koop, rows):
    odd = (Path(__file__).resolve().parents[1] / "recordings" / "koop" / "odd_record.xml").read_bytes()
    (crawl,) = crawl_koop(listing(odd))
    assert crawl.outcome["outcome"] == "ok"
    assert rows("SELECT count(*) FROM sightings") == [(5,)]
    assert rows("SELECT stage, reason FROM failures") == [("list", "record without identifier")]


def test_a_failed_crawl_is_exit_status_one(serve, reply, run_crawl, tmp_path, rows):
    server = serve(lambda _: reply(status=500))
    ended = run_crawl("koop", "--db", str(tmp_path / "test.db"), "--base-url", server.url, "--backoff", "0.01")
    assert ended.returncode == 1
    assert len(server.asked) == 4 + 4  # a search that cannot compare the second clock may say so by an error: once more with one clock
    assert rows("SELECT * FROM cursors") == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("onbekend", "--db", "x.db"),
        ("koop",),
        ("koop", "--db", "x.db", "--base-url", "sru=ergens"),
        ("koop", "--db", "x.db", "--base-url", "andere=http://127.0.0.1/"),
        ("koop", "--db", "x.db", "--since", "gisteren"),
        ("koop", "--db", __file__),
    ],
)
def test_wrong_use_is_exit_status_two(run_crawl, arguments, tmp_path):
    given = [str(tmp_path / a) if a == "x.db" else a for a in arguments]
    assert run_crawl(*given).returncode == 2


def test_sigterm_ends_a_crawl_cleanly_and_the_watermark_stays(serve, reply, tmp_path, rows):
    asked_once = threading.Event()

    def slow(asked):
        if sru(asked):
            return reply(LAST_PAGE)
        asked_once.set()
        time.sleep(0.3)
        return document(asked, reply)

    server = serve(slow)
    command = [sys.executable, "-m", "crawler.run", "koop", "--db", str(tmp_path / "test.db"), "--base-url", server.url]
    process = subprocess.Popen(command, cwd=Path(__file__).resolve().parents[2], stderr=subprocess.DEVNULL)
    assert asked_once.wait(60)
    process.terminate()
    assert process.wait(30) == 1
    assert rows("SELECT outcome FROM crawls") == [("stopped",)]
    assert rows("SELECT * FROM cursors") == []
    assert rows("SELECT count(*) FROM failures") == [(0,)]
    assert rows("PRAGMA integrity_check") == [("ok",)]


def test_what_cannot_be_kept_fails_the_crawl(serve, reply, crawl_many, tmp_path, rows):
    (tmp_path / "raw").write_text("a file where the folder of raw bytes should be")
    server = serve(lambda asked: reply(LAST_PAGE) if sru(asked) else document(asked, reply))
    (outcome,) = crawl_many([{"source": "koop", "db": str(tmp_path / "test.db"), "base_urls": {"*": server.url}}])
    assert outcome["outcome"] == "failed"
    assert "not kept" in outcome["reason"]
    assert rows("SELECT * FROM cursors") == []


def test_a_paper_that_two_questions_list_is_fetched_once(crawl_koop, tmp_path):
    store = Store.open(tmp_path / "test.db")
    store.move_cursors("koop", {"through": "2026-11-01", "swept": "2026-11-01"}, at=datetime(2026, 11, 1, tzinfo=UTC))
    store.close()
    (crawl,) = crawl_koop(behaves)
    assert sum(sru(asked) for asked in crawl.asked) == 2
    assert len(crawl.files()) == len(set(crawl.files())) == KEPT - WITHDRAWN
    assert crawl.outcome["counts"]["listed"] == KEPT


def test_one_file_that_never_comes_holds_its_source_up_for_three_crawls_only(crawl_koop, rows):
    never = only("kst-32824-612.xml", lambda _, reply: reply(status=503))
    *failed, third = crawl_koop(never, never, never)
    assert [step.outcome["outcome"] for step in failed] == ["failed", "failed"]
    assert third.outcome["outcome"] == "ok"
    assert [name for name in third.files() if name.endswith("html")] == ["kst-32824-612.html"]  # the next best text is taken now
    assert rows("SELECT count(*) FROM sightings WHERE incomplete IS NOT NULL") == [(0,)]
    assert {name for (name,) in rows("SELECT name FROM cursors")} == {"through", "swept", "annexes", "both_clocks"}


@pytest.mark.parametrize("scheme", ["file:///etc/", "data:text/xml,", "ftp://repository.overheid.nl/"])
def test_an_address_of_another_scheme_is_refused_by_name_and_the_next_file_is_taken(scheme, crawl_koop, rows):
    folder = b"https://repository.overheid.nl/frbr/officielepublicaties/kst/32824/kst-32824-612/1/xml/"
    assert folder in LAST_PAGE
    (crawl,) = crawl_koop(listing(LAST_PAGE.replace(folder, scheme.encode())))
    assert crawl.outcome["outcome"] == "ok"
    assert any(f"Refused: refused: scheme {scheme.partition(':')[0]}" in note for note in crawl.outcome["notes"])
    assert rows("SELECT url FROM documents WHERE url LIKE '%kst-32824-612%'")[0][0].endswith("kst-32824-612.html")


def test_a_very_long_address_is_asked_for(crawl_koop, rows):
    # Scrapy drops addresses of more than 2,083 characters, and says so nowhere that we read.
    tail = b"?" + b"a" * 3000
    long = LAST_PAGE.replace(b"xml/kst-32824-611.xml", b"xml/kst-32824-611.xml" + tail)
    (crawl,) = crawl_koop(listing(long))
    assert crawl.outcome["outcome"] == "ok", crawl.outcome
    assert "kst-32824-611.xml" in crawl.files()
    assert rows("SELECT count(*) FROM documents") == [(KEPT - WITHDRAWN,)]
