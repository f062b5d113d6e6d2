"""Crawls of the Tweede Kamer's feed against the replay, and against one that breaks off, answers with errors or with too little."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from crawler.replay import play_tweedekamer
from crawler.replay.play_tweedekamer import TweedeKamerPlayer
from crawler.replay.server import Replay
from crawler.replay.tweedekamer_tables import guid, own_identifier, shown_at_the_house
from crawler.sources.tweedekamer_feed import categories

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
def crawl(run_crawl, crawl_many, house, tmp_path):
    """Crawl the House into one database; gives the exit status and the database."""
    path = tmp_path / "k.db"

    def database():
        connection = sqlite3.connect(path)
        connection.row_factory = sqlite3.Row
        return connection

    def run(now=None):
        if now is None:
            ended = run_crawl("tweedekamer", "--db", str(path), "--since", SINCE, "--backoff", "0.01", *house.arguments)
            return ended.returncode, database()
        bases = TweedeKamerPlayer().base_urls(house.server.url)
        (outcome,) = crawl_many([{"source": "tweedekamer", "db": str(path), "base_urls": bases, "now": now, "since": SINCE}])
        return int(outcome["outcome"] != "ok"), database()

    run.database = database
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


# What the House's other interface has

LOST = guid("document", "kst-35483-152")


def withhold(asked, answer, reply, *categories):
    """The feed without one letter: its entries are taken out, as maintenance has been seen to lose some."""
    if asked.path.endswith("/Feed") and (not categories or asked.query["category"][0] in categories):
        body = re.sub(rb"  <entry>(?:(?!</entry>).)*?<title>" + LOST.encode() + rb"</title>.*?</entry>\n?", b"", answer.body, flags=re.S)
        return reply(body=body, status=answer.status, headers=answer.headers)
    return answer


def test_document_that_the_feed_never_showed_is_fetched_from_the_other_interface(house, crawl, reply):
    rows = json.dumps({"value": [{"Id": LOST, "Soort": "Brief regering"}, {"Id": guid("document", "x"), "Soort": "Sprekerslijst"}]}).encode()

    def spoil(asked, answer):
        checks = asked.path.endswith("/OData/v5/Document") and "GewijzigdOp" in asked.query["$filter"][0]
        return reply(body=rows) if checks else withhold(asked, answer, reply)

    house.spoil = spoil
    status, database = crawl()
    assert (status, identifiers(database)) == (0, shown(1))
    assert database.execute("SELECT count(*) FROM failures").fetchone()[0] == 0
    record = json.loads(database.execute("SELECT record FROM sightings WHERE identifier = ?", (LOST,)).fetchone()["record"])
    house.spoil = unspoilt

    # What the feed says of it later is the same.
    (house.server.asked.clear(), database.execute("DELETE FROM cursors WHERE name = 'token:Document'"), database.commit())
    status, database = crawl()
    assert status == 0
    assert json.loads(database.execute("SELECT record FROM sightings WHERE identifier = ?", (LOST,)).fetchone()["record"]) == record
    assert not [asked for asked in house.server.asked if LOST in asked.path]


def test_document_that_nobody_can_fetch_is_reported(house, crawl, reply):
    missing = "99999999-2222-4333-8444-000000000001"
    rows = json.dumps({"value": [{"Id": id_, "Soort": "Brief regering"} for id_ in (missing, *shown(1))]}).encode()
    house.spoil = lambda asked, answer: reply(body=rows) if asked.path.endswith("/OData/v5/Document") else answer
    status, database = crawl()
    assert (status, identifiers(database)) == (0, shown(1))
    failures = [tuple(row) for row in database.execute("SELECT subject, reason FROM failures")]
    reason = "the other interface lists it, its feed never showed it, and asked for it answers 404"
    assert failures == [(f"tweedekamer:{missing}", reason)]


def reconciled(database):
    return [tuple(row) for row in database.execute("SELECT subject, reason FROM failures WHERE stage = 'reconcile' AND resolved IS NULL")]


def test_counts_that_differ_are_told_with_both_figures_until_they_agree(house, crawl, reply):
    house.spoil = lambda asked, answer: reply(body=b"9000") if asked.path.endswith("/Toezegging/$count") else answer
    status, database = crawl(now="2026-11-11T20:00:00+00:00")
    assert status == 0
    assert reconciled(database) == [("tweedekamer:number of Toezegging:", "4 are kept, the source's other interface counts 9000")]
    assert dict(database.execute("SELECT name, value FROM cursors WHERE name LIKE 'walked:T%'")) == {"walked:Toezegging": "2000-01-01"}

    house.spoil = unspoilt
    house.server.asked.clear()
    status, database = crawl(now="2026-11-11T20:00:00+00:00")  # the whole category is walked again
    assert [asked.query.get("skiptoken") for asked in house.server.asked if is_page(asked, "Toezegging")] == [None]
    assert len(reconciled(database)) == 1
    assert not [asked for asked in house.server.asked if asked.path.endswith("/$count")]
    status, database = crawl(now="2026-11-12T20:00:00+00:00")  # the day after what was missing came is counted once more
    assert (status, reconciled(database)) == (0, [])


def test_a_difference_that_stays_is_counted_once_more_and_then_each_month(house, crawl, reply):
    house.spoil = lambda asked, answer: reply(body=b"9000") if asked.path.endswith("/Toezegging/$count") else answer
    counted = []
    for day in ("2026-11-11", "2026-11-12", "2026-11-13", "2026-11-14", "2026-12-12"):
        house.server.asked.clear()
        _, database = crawl(now=f"{day}T20:00:00+00:00")
        counted.append(sum(asked.path.endswith("/Toezegging/$count") for asked in house.server.asked))
    assert counted == [1, 1, 0, 0, 1]
    assert len(reconciled(database)) == 1


def test_month_with_fewer_documents_than_the_other_interface_counts_is_filled(house, crawl, reply):
    """Ten letters of a month are taken out of the feed, and come from the other interface."""
    lost = [guid("document", own_identifier(publication)) for publication in shown_at_the_house(1)][:10]
    pattern = re.compile(rb"  <entry>\n    <title>(?:" + "|".join(lost).encode() + rb")</title>.*?</entry>\n?", re.S)

    def spoil(asked, answer):
        if is_page(asked, "Document"):
            return reply(body=pattern.sub(b"", answer.body), headers=answer.headers)
        # the check of the last hours does not see them
        if asked.path.endswith("/OData/v5/Document") and "ApiGewijzigdOp" in asked.query["$filter"][0]:
            return reply(body=b'{"value": []}')
        return answer

    house.spoil = spoil
    (_, database) = crawl(now="2026-11-11T20:00:00+00:00")
    assert set(identifiers(database)) == set(shown(1)) - set(lost)
    (database.execute("DELETE FROM cursors WHERE name = 'reconciled'"), database.commit())
    status, database = crawl(now="2026-12-02T20:00:00+00:00")
    assert (status, identifiers(database)) == (0, shown(1))
    ((subject, reason),) = reconciled(database)
    assert subject == "tweedekamer:number of Document 2026-11:"
    assert re.fullmatch(r"\d+ are kept, the source's other interface counts \d+", reason)
    (database.execute("DELETE FROM cursors WHERE name = 'reconciled'"), database.commit())
    status, database = crawl(now="2026-12-02T21:00:00+00:00")
    assert (status, reconciled(database)) == (0, [])


# A quiet cycle


def dump(database):
    """Every row of every table except the crawls' own."""
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'crawls' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    return {row[0]: [tuple(item) for item in database.execute(f'SELECT * FROM "{row[0]}"')] for row in found.fetchall()}


def test_idle_cycle_asks_each_category_once_and_writes_its_own_row_alone(house, crawl):
    house.replay.day = 2
    crawl(now="2026-11-11T20:00:00+00:00")
    crawl(now="2026-11-11T20:05:00+00:00")
    house.server.asked.clear()
    before = dump(crawl.database())
    status, database = crawl(now="2026-11-11T20:10:00+00:00")
    assert status == 0
    assert [asked.query["category"][0] for asked in house.server.asked] == [*categories()]
    assert dump(database) == before


def test_questions_have_their_term_until_the_answer_comes(house, crawl):
    house.replay.day = 2
    _, database = crawl()
    terms = {row["number"]: (row["asked"], row["due"]) for row in database.execute("SELECT * FROM answer_terms")}
    assert terms["2026Z21877"] == ("2026-11-11", "2026-12-02")
    due = [row["number"] for row in database.execute("SELECT * FROM questions_due")]
    answered = {row[0] for row in database.execute("SELECT j.value FROM sightings s, json_each(s.record, '$.answers') j")}
    assert due == sorted(set(terms) - answered, key=lambda number: terms[number][1])
    assert "2026Z21877" in due
