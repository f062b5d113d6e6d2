"""Crawls against a publisher on loopback that behaves, and one that does not. Each runs in a process of its own."""

from __future__ import annotations

import gzip
import sqlite3
import time
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[1] / "recordings" / "koop" / "page.xml").read_bytes()
LAST_PAGE = PAGE.replace(b"<sru:nextRecordPosition>101</sru:nextRecordPosition>", b"").replace(b">131<", b">24<")
EMPTY = b'<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse"><sru:numberOfRecords>0</sru:numberOfRecords></sru:searchRetrieveResponse>'
XML = b"<officiele-publicatie><kamerstuk><al>%s</al></kamerstuk></officiele-publicatie>"
PDF = b"%PDF-1.7\n%s\n%%EOF\n"
KEPT, WITHDRAWN = 22, 1


def document(asked, reply):
    """A file of a publication: every XML, HTML and PDF is there."""
    name = asked.path.rsplit("/", 1)[-1].encode()
    if name.endswith(b".xml"):
        return reply(XML % name)
    if name.endswith(b".pdf"):
        return reply(b"%PDF-1.7\n" + name + b"\n%%EOF\n")
    return reply(b"<html><body><div id='broodtekst'><p>" + name + b"</p></div></body></html>")


@pytest.fixture
def crawl_koop(serve, reply, run_crawl, tmp_path):
    """Crawl against a server that answers normally, except where `differs` gives something else."""

    def crawl(differs, *arguments):
        def answer(asked):
            return differs(asked, reply) or (reply(LAST_PAGE) if asked.path == "/sru" else document(asked, reply))

        server = serve(answer)
        ended = run_crawl("koop", "--db", str(tmp_path / "test.db"), "--base-url", server.url, "--backoff", "0.01", *arguments)
        return server, ended

    return crawl


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
    server, ended = crawl_koop(lambda *_: None)
    assert ended.returncode == 0, ended.stderr
    assert rows("SELECT count(*) FROM sightings") == [(KEPT,)]
    assert rows("SELECT count(*) FROM documents") == [(KEPT - WITHDRAWN,)]
    assert {name for (name,) in rows("SELECT name FROM cursors")} == {"through", "swept"}
    assert rows("SELECT outcome, listed, new, withdrawn, failed FROM crawls") == [("ok", KEPT, KEPT - WITHDRAWN, WITHDRAWN, 0)]
    assert server.asked[0].headers["user-agent"].startswith("Kamerspoor/")
    assert "/robots.txt" not in server.paths()  # the interface for machines


def test_best_text_first_and_only_one_file(crawl_koop):
    server, _ = crawl_koop(lambda *_: None)
    assert [path.rsplit("/", 1)[-1] for path in server.paths() if "kst-32824-611" in path] == ["kst-32824-611.xml"]


def test_an_idle_crawl_writes_its_own_row_and_nothing_else(crawl_koop, rows, tmp_path):
    crawl_koop(lambda *_: None)
    before = rows("SELECT count(*), max(last_seen) FROM sightings"), rows("SELECT count(*) FROM events"), rows("SELECT * FROM cursors")
    server, ended = crawl_koop(lambda *_: None)
    assert ended.returncode == 0
    assert set(server.paths()) == {"/sru"}
    after = rows("SELECT count(*), max(last_seen) FROM sightings"), rows("SELECT count(*) FROM events"), rows("SELECT * FROM cursors")
    assert after == before
    assert rows("SELECT new, changed, withdrawn FROM crawls ORDER BY id DESC LIMIT 1") == [(0, 0, 0)]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (lambda a, reply: reply(status=500) if sru(a) else None, "answered 500"),
        (lambda a, reply: reply(status=503, headers={"Retry-After": "0"}) if sru(a) else None, "answered 503"),
        (lambda a, reply: reply(status=503, headers={"Retry-After": "86400"}) if sru(a) else None, "answered 503"),
        (lambda a, reply: reply(status=404) if sru(a) else None, "answered 404"),
        (lambda a, reply: reply(b"<!DOCTYPE html><html><body>Storing</body></html>") if sru(a) else None, "an HTML page where XML was expected"),
        (lambda a, reply: reply(EMPTY.replace(b"</sru:search", b"<d:diagnostic xmlns:d='d'><d:uri>1/10</d:uri></d:diagnostic></sru:search")) if sru(a) else None, "the search refused the question: 1/10"),
        (lambda a, reply: reply(EMPTY) if sru(a) else None, "EmptyListing"),
        (lambda a, reply: reply(LAST_PAGE[:5000]) if sru(a) else None, "not well-formed XML"),
        (lambda a, reply: reply(LAST_PAGE[:5000], short_by=900) if sru(a) else None, "ResponseDataLoss"),
        (lambda a, reply: reply(gzip.compress(LAST_PAGE)[:2000], headers={"Content-Encoding": "gzip"}) if sru(a) else None, "not well-formed XML"),
        (lambda a, reply: reply(status=302, headers={"Location": "http://127.0.0.1:1/sru"}) if sru(a) else None, "Refused: refused: 127.0.0.1:1"),
        (lambda a, reply: reply(status=302, headers={"Location": "http://169.254.169.254/latest"}) if sru(a) else None, "Refused: refused: 169.254.169.254"),
        (lambda a, reply: reply(status=302, headers={"Location": "http://localhost:1/"}) if sru(a) else None, "Refused: refused: localhost:1"),
        (lambda a, reply: reply(status=302, headers={"Location": "/sru"}) if sru(a) else None, "max redirections reached"),
        (lambda a, reply: reply(status=302, headers={"Location": "file:///etc/passwd"}) if sru(a) else None, "answered 302"),
        (lambda a, reply: reply(status=503) if a.path.endswith("kst-32824-612.xml") else None, "answered 503"),  # a file, not the listing
        (lambda a, reply: reply(status=302, headers={"Location": "http://127.0.0.1:1/x"}) if a.path.endswith("kst-32824-612.xml") else None, "Refused: refused: 127.0.0.1:1"),
        (lambda a, reply: reply(b"<a>", short_by=9) if a.path.endswith("kst-32824-612.xml") else None, "ResponseDataLoss"),
    ],
)  # fmt: skip
def test_fault_fails_the_crawl_with_a_reason_and_the_watermark_stays(crawl_koop, rows, fault, reason):
    _, ended = crawl_koop(fault)
    assert ended.returncode == 1, ended.stderr
    assert rows("SELECT * FROM cursors") == []
    ((outcome, told, failed),) = rows("SELECT outcome, reason, failed FROM crawls")
    assert outcome == "failed"
    assert reason in told
    assert failed >= 1
    assert any(reason in row[0] for row in rows("SELECT reason FROM failures WHERE stage = 'crawl'"))


def test_what_was_kept_before_a_fault_stays_and_is_not_fetched_again(crawl_koop, rows):
    crawl_koop(lambda a, reply: reply(status=503) if a.path.endswith("kst-32824-612.xml") else None)
    assert rows("SELECT identifier FROM sightings WHERE incomplete IS NOT NULL") == [("kst-32824-612",)]
    server, ended = crawl_koop(lambda *_: None)
    assert ended.returncode == 0
    assert [path.rsplit("/", 1)[-1] for path in server.paths() if path != "/sru"] == ["kst-32824-612.xml"]
    assert rows("SELECT count(*) FROM sightings WHERE incomplete IS NOT NULL") == [(0,)]


def test_a_poor_answer_is_asked_again_after_the_wait_it_asks_for(crawl_koop):
    answers = []

    def busy_once(asked, reply):
        if sru(asked):
            answers.append(time.monotonic())
            return reply(status=429, headers={"Retry-After": "1"}) if len(answers) == 1 else None
        return None

    _, ended = crawl_koop(busy_once)
    assert ended.returncode == 0
    assert 0.9 < answers[1] - answers[0] < 5


def test_an_empty_shell_is_passed_over_for_the_next_file(crawl_koop, rows):
    shell = b"<officiele-publicatie><kamerstuk><titel>Brief</titel></kamerstuk></officiele-publicatie>"
    _, ended = crawl_koop(lambda a, reply: reply(shell) if a.path.endswith("kst-32824-611.xml") else None)
    assert ended.returncode == 0
    found = rows("SELECT d.media_type FROM documents d JOIN sightings s ON s.id = d.sighting_id WHERE s.identifier = 'kst-32824-611'")
    assert found == [("text/html",)]


def test_files_that_are_gone_leave_an_incomplete_sighting_and_a_good_crawl(crawl_koop, rows):
    _, ended = crawl_koop(lambda a, reply: reply(status=404) if "kst-1299871" in a.path else None)
    assert ended.returncode == 0, ended.stderr
    assert rows("SELECT identifier, incomplete FROM sightings WHERE incomplete IS NOT NULL") == [("kst-1299871", "kst-1299871.pdf: answered 404")]


def test_changed_facts_fetch_that_paper_again_and_only_that(crawl_koop, rows):
    crawl_koop(lambda *_: None)
    changed = LAST_PAGE.replace(b"; tweede meting", b"; derde meting")
    server, ended = crawl_koop(lambda a, reply: reply(changed) if sru(a) else reply(XML % b"nieuw") if "32824-611" in a.path else None)
    assert ended.returncode == 0
    assert [path.rsplit("/", 1)[-1] for path in server.paths() if path != "/sru"] == ["kst-32824-611.xml"]
    assert rows("SELECT count(*) FROM events WHERE kind = 'sighting.changed'") == [(1,)]


def test_a_clock_that_went_on_with_the_same_bytes_is_no_change(crawl_koop, rows):
    crawl_koop(lambda *_: None)
    touched = LAST_PAGE.replace(b"2026-11-20T09:15:10", b"2026-11-23T10:00:00")
    server, ended = crawl_koop(lambda a, reply: reply(touched) if sru(a) else None)
    assert ended.returncode == 0
    assert len(server.paths()) > KEPT - 2
    assert rows("SELECT count(*) FROM events WHERE kind = 'sighting.changed'") == [(0,)]
    server, _ = crawl_koop(lambda a, reply: reply(touched) if sru(a) else None)
    assert set(server.paths()) == {"/sru"}  # and the clock is remembered


def test_a_file_with_a_validator_is_asked_conditionally(crawl_koop, rows):
    def tagged(asked, reply):
        if asked.path.endswith("kst-32824-611.xml"):
            if asked.headers.get("if-none-match") == '"a1"':
                return reply(status=304)
            return reply(XML % b"tekst", headers={"ETag": '"a1"'})
        return None

    touched = LAST_PAGE.replace(b"2026-11-20T09:15:10", b"2026-11-23T10:00:00")
    crawl_koop(tagged)
    server, ended = crawl_koop(lambda a, reply: reply(touched) if sru(a) else tagged(a, reply))
    assert ended.returncode == 0
    assert next(a for a in server.asked if a.path.endswith("kst-32824-611.xml")).headers["if-none-match"] == '"a1"'
    assert rows("SELECT count(*) FROM events WHERE kind = 'sighting.changed'") == [(0,)]


def test_an_odd_record_is_a_row_and_the_rest_is_kept(crawl_koop, rows):
    odd = (Path(__file__).resolve().parents[1] / "recordings" / "koop" / "odd_record.xml").read_bytes()
    _, ended = crawl_koop(lambda a, reply: reply(odd) if sru(a) else None)
    assert ended.returncode == 0
    assert rows("SELECT count(*) FROM sightings") == [(5,)]
    assert rows("SELECT stage, reason FROM failures") == [("list", "record without identifier")]


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
