"""Crawls of the Tweede Kamer's feed against the replay, and against one that breaks off, answers with errors or with too little."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from crawler.replay import play_tweedekamer
from crawler.replay.play_tweedekamer import TweedeKamerPlayer
from crawler.replay.server import Replay
from crawler.replay.tweedekamer_tables import guid, own_identifier, shown_at_the_house

SINCE = "2026-11-01"


def unspoilt(_, answer):
    """The answer as it is played."""
    return answer


class House:
    """The replayed House behind a server that may spoil its answers: `spoil` gets each answer and gives what is sent."""

    def __init__(self, serve, reply):
        self.replay = Replay(day=1)
        self.spoil: Callable = unspoilt

        def answer(asked):
            query = urlencode(asked.query, doseq=True)
            played = self.replay.answer(asked.method, f"{asked.path}?{query}" if query else asked.path, asked.body)
            return self.spoil(asked, reply(body=played.body, status=played.status, headers={"Content-Type": played.media}))

        self.server = serve(answer)

    @property
    def arguments(self):
        return [a for name, url in TweedeKamerPlayer().base_urls(self.server.url).items() for a in ("--base-url", f"{name}={url}")]


@pytest.fixture
def house(serve, reply):
    playing = House(serve, reply)
    yield playing
    playing.replay.stop()


@pytest.fixture
def crawl(run_crawl, house, tmp_path):
    """Crawl the House into one database; gives the exit status and the database."""

    def run():
        ended = run_crawl("tweedekamer", "--db", str(tmp_path / "k.db"), "--since", SINCE, "--backoff", "0.01", *house.arguments)
        database = sqlite3.connect(tmp_path / "k.db")
        database.row_factory = sqlite3.Row
        return ended.returncode, database

    return run


def last_crawl(database):
    row = database.execute("SELECT outcome, reason, counts FROM crawls ORDER BY id DESC LIMIT 1").fetchone()
    return row["outcome"], row["reason"], json.loads(row["counts"])


def identifiers(database, where="1"):
    return sorted(row[0] for row in database.execute(f"SELECT identifier FROM sightings WHERE {where}"))


def shown(day):
    return sorted(guid("document", own_identifier(publication)) for publication in shown_at_the_house(day))


def is_page(asked, category):
    return asked.query.get("category") == [category]


def tokens(database):
    return dict(database.execute("SELECT name, value FROM cursors WHERE name LIKE 'token:%'"))


def files_of(database, identifier):
    query = "SELECT DISTINCT sha256 FROM documents d JOIN sightings s ON s.id = d.sighting_id WHERE s.identifier = ?"
    return database.execute(query, (identifier,)).fetchall()


def test_two_days_are_found_once_each(house, crawl):
    status, database = crawl()
    assert (status, identifiers(database)) == (0, shown(1))
    assert database.execute("SELECT count(*) FROM sightings WHERE incomplete IS NOT NULL").fetchone()[0] == 0
    assert database.execute("SELECT count(*) FROM events").fetchone()[0] == len(shown(1))

    status, database = crawl()
    outcome, _, counts = last_crawl(database)
    assert (status, outcome, counts["listed"], counts.get("files", 0)) == (0, "ok", 0, 0)

    house.replay.day = 2
    status, database = crawl()
    assert (status, identifiers(database)) == (0, shown(2))
    assert identifiers(database, "withdrawn") == [guid("document", "kst-32813-1588")]
    # A letter of years ago that the feed brings up is kept with its own date, by which nobody is alerted.
    old = database.execute("SELECT published FROM sightings WHERE identifier = ?", (guid("document", "kst-32824-212"),)).fetchone()
    assert old["published"] == "2018-05-22"
    # What was said again without a change is no event.
    again = guid("document", "kst-32824-544")
    events = database.execute("SELECT count(*) FROM events e JOIN sightings s ON s.id = e.subject WHERE s.identifier = ?", (again,)).fetchone()
    assert events[0] == 1
    assert len(files_of(database, again)) == 1
    assert database.execute("SELECT count(*) FROM source_pending").fetchone()[0] == 0
    assert database.execute("SELECT count(*) FROM failures").fetchone()[0] == 0

    before = database.execute("SELECT count(*) FROM events").fetchone()[0]
    status, database = crawl()
    assert (status, database.execute("SELECT count(*) FROM events").fetchone()[0]) == (0, before)


def test_letter_that_was_replaced_is_fetched_again(house, crawl):
    crawl()
    house.replay.day = 2
    _, database = crawl()
    letter = guid("document", "kst-32824-541")
    assert len(files_of(database, letter)) == 2


def test_register_is_filled_in_and_a_letter_fulfils_on_day_two(house, crawl):
    _, database = crawl()
    rows = {row["number"]: row for row in database.execute("SELECT * FROM registered_commitments")}
    assert len(rows) == 4
    assert {row["status"] for row in rows.values()} == {"Openstaand"}
    assert rows["TZ202611-007"]["repeats"] == '["TZ202610-042"]'
    assert (rows["TZ202611-011"]["fulfilled"], rows["TZ202611-011"]["register_date"]) == (None, "2026-12-18")

    house.replay.day = 2
    _, database = crawl()
    row = database.execute("SELECT * FROM registered_commitments WHERE number = 'TZ202610-041'").fetchone()
    assert (row["status"], row["fulfilled"]) == ("Voldaan", "2026-11-10")
    (letter,) = json.loads(row["letters"])
    found = database.execute(
        "SELECT s.identifier FROM sighting_aliases a JOIN sightings s ON s.id = a.sighting_id WHERE a.alias = ?", (letter,)
    ).fetchall()
    assert [item["identifier"] for item in found] == [guid("document", "kst-35483-152")]


def test_category_that_fails_is_named_and_the_others_are_read(house, crawl, reply):
    message = b"<Error><Message>Timeout expired.</Message></Error>"
    house.spoil = lambda asked, answer: reply(body=message, status=500) if is_page(asked, "DocumentActor") else answer
    status, database = crawl()
    outcome, reason, _ = last_crawl(database)
    assert (status, outcome) == (1, "failed")
    assert reason.startswith("DocumentActor: the feed answers 500: Timeout expired.")
    assert identifiers(database) == shown(1)  # without who signed
    assert "token:DocumentActor" not in tokens(database)

    house.spoil = unspoilt
    status, database = crawl()
    assert (status, database.execute("SELECT count(*) FROM failures WHERE resolved IS NULL").fetchone()[0]) == (0, 0)
    records = [json.loads(row[0]) for row in database.execute("SELECT record FROM sightings WHERE kind = 'kamerbrief'")]
    assert records
    assert all(record["person"] for record in records)


def test_page_that_breaks_off_keeps_what_came_before_it(house, crawl, reply, monkeypatch):
    """A first fill that ends on its second page goes on from there, and does not ask for the first one again."""
    monkeypatch.setattr(play_tweedekamer, "PAGE", 10)

    def spoil(asked, answer):
        if is_page(asked, "Zaak") and "skiptoken" in asked.query:
            return reply(body=answer.body[:200], headers=answer.headers, short_by=len(answer.body) - 200)
        return answer

    house.spoil = spoil
    status, database = crawl()
    assert status == 1
    assert last_crawl(database)[1].startswith("Zaak: ")
    assert database.execute("SELECT count(*) FROM source_entities WHERE category = 'Zaak'").fetchone()[0] == 10
    place = tokens(database)["token:Zaak"]
    assert identifiers(database) == shown(1)

    house.spoil = unspoilt
    house.server.asked.clear()
    status, database = crawl()
    assert status == 0
    pages = [asked.query["skiptoken"][0] for asked in house.server.asked if is_page(asked, "Zaak")]
    assert pages[0] == place
    assert len(pages) > 1
    cases = [json.loads(row[0])["url"] for row in database.execute("SELECT record FROM sightings")]
    assert all("Z" in url for url in cases)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="resume" href="https://x/Feed?skiptoken=0"/></feed>', "is empty from its beginning"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "without rel=next and without rel=resume"),
        (b"<!DOCTYPE html><html><body>Onderhoud</body></html>", "an HTML page where XML was expected"),
    ],
)
def test_answer_that_holds_nothing_is_a_failure_with_a_name(house, crawl, reply, body, reason):
    house.spoil = lambda asked, answer: reply(body=body) if is_page(asked, "Document") else answer
    status, database = crawl()
    assert status == 1
    assert reason in last_crawl(database)[1]
    assert "token:Document" not in tokens(database)
    house.spoil = unspoilt
    _, database = crawl()
    assert identifiers(database) == shown(1)


def test_file_that_is_cut_short_waits_and_comes_later(house, crawl, reply):
    letter = guid("document", "kst-35483-152")

    def spoil(asked, answer):
        return reply(body=answer.body[:-100], headers=answer.headers) if letter in asked.path else answer

    house.spoil = spoil
    status, database = crawl()
    assert status == 0  # the publisher's interface answered; its file did not hold what was announced
    assert identifiers(database, "incomplete IS NOT NULL") == [letter]
    assert [row["id"] for row in database.execute("SELECT id FROM source_pending")] == [letter]
    house.spoil = unspoilt
    _, database = crawl()
    assert identifiers(database, "incomplete IS NOT NULL") == []
    assert database.execute("SELECT count(*) FROM source_pending").fetchone()[0] == 0


def test_file_comes_from_the_feed_where_the_other_interface_is_gone(house, crawl, reply):
    house.spoil = lambda asked, answer: reply(status=404) if "/OData/" in asked.path else answer
    _, database = crawl()
    assert identifiers(database, "incomplete IS NULL") == shown(1)
    assert "/SyncFeed/2.0/Resources/" in database.execute("SELECT url FROM documents LIMIT 1").fetchone()["url"]


def test_file_that_never_comes_is_given_up_after_three_crawls(house, crawl, reply):
    letter = guid("document", "kst-35483-152")
    house.spoil = lambda asked, answer: reply(status=404) if letter in asked.path else answer
    for _ in range(3):
        _, database = crawl()
    assert database.execute("SELECT count(*) FROM source_pending").fetchone()[0] == 0
    events = database.execute("SELECT count(*) FROM events e JOIN sightings s ON s.id = e.subject WHERE s.identifier = ?", (letter,)).fetchone()[0]
    assert events == 1  # it goes on with its title


def test_document_that_the_feed_never_showed_is_reported(house, crawl, reply):
    ids = ("99999999-2222-4333-8444-000000000001", guid("document", "kst-35483-152"))
    rows = {"value": [{"Id": id_, "Soort": "Brief regering"} for id_ in ids]}
    house.spoil = lambda asked, answer: reply(body=json.dumps(rows).encode()) if asked.path.endswith("/OData/v5/Document") else answer
    status, database = crawl()
    assert status == 0
    failures = [tuple(row) for row in database.execute("SELECT subject, reason FROM failures")]
    assert failures == [("tweedekamer:99999999-2222-4333-8444-000000000001", "the source's other interface has it, its feed never showed it")]
