"""What koop asks because of what is stored: the dossiers that are followed, once a week, and the annexes of new letters, once a day."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.replay.library import DAYS
from crawler.replay.server import Replay
from crawler.sources.base import Page
from crawler.sources.koop import ANNEX_DAYS, Koop
from crawler.sources.koop_search import Search

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
KNOWN = {"through": "2026-11-23", "swept": "2026-11-24", "annexes": "2026-11-24"}


@dataclass
class Held:
    """What is stored, as the test says."""

    numbers: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    first: date | None = date(2026, 1, 15)
    since: date | None = None

    def dossiers(self, _):
        return self.numbers

    def papers(self, since):
        self.since = since
        return self.identifiers

    def began(self):
        return self.first


def query(ask):
    return parse_qs(urlsplit(ask.url).query)["query"][0]


def follow(held, cursors=KNOWN, now=NOW):
    return Koop().follow(cursors, now, held)


def test_nothing_is_followed_before_the_first_crawl():
    found = follow(Held(numbers=("32824",), identifiers=("kst-32824-1",)), {})
    assert {part: (listing.asks, listing.cursors) for part, listing in found.items()} == {
        "swept": ((), {"swept": "2026-11-24"}), "annexes": ((), {"annexes": "2026-11-24"}),
    }  # fmt: skip


def test_once_a_day_the_last_weeks_are_asked_by_first_appearance():
    found = follow(Held(), {**KNOWN, "swept": "2026-11-23"})["swept"]
    (ask,) = found.asks
    assert 'dt.available>="2026-10-10"' in query(ask)
    assert follow(Held(), {**KNOWN, **found.cursors}) == {}


def test_dossiers_are_asked_together_from_some_time_before_we_watched():
    (ask,) = follow(Held(numbers=("32824", "36850-XV")))["dossiers"].asks
    assert query(ask) == (
        'c.product-area=="officielepublicaties" and w.organisatietype=="staten generaal" and '
        '(w.dossiernummer=="32824" or w.dossiernummer=="36850-XV") and dt.available>="2025-12-01" sortBy dt.identifier/sort.ascending'
    )


@pytest.mark.parametrize(
    ("walked", "due"),
    [
        (None, True),
        ("2026-11-17", True),
        ("2026-11-18", False),  # six days ago
        ("2026-11-24", False),
    ],
)
def test_each_dossier_is_walked_once_a_week(walked, due):
    cursors = {**KNOWN, **({"dossier:32824": walked} if walked else {})}
    found = follow(Held(numbers=("32824",)), cursors)
    assert ("dossiers" in found) is due
    if due:
        assert found["dossiers"].cursors == {"dossier:32824": "2026-11-24"}
        assert follow(Held(numbers=("32824",)), {**cursors, **found["dossiers"].cursors}) == {}


def test_many_dossiers_are_batched_and_the_longest_waiting_come_first():
    numbers = tuple(str(number) for number in range(30000, 30250))
    cursors = {**KNOWN, **{f"dossier:{number}": "2026-11-10" for number in numbers[:100]}}
    listing = follow(Held(numbers=numbers), cursors)["dossiers"]
    assert len(listing.asks) == 10
    assert len(listing.cursors) == 200
    assert {f"dossier:{number}" for number in numbers[100:]} <= set(listing.cursors)
    assert all(len(ask.url) < 2000 for ask in listing.asks)


def test_annexes_are_asked_once_a_day_for_two_weeks():
    held = Held(identifiers=("ah-tk-20262027-431", "kst-32824-611", "kst-32824-612"))
    found = follow(held, {**KNOWN, "annexes": "2026-11-23"})
    assert held.since == TODAY - timedelta(days=ANNEX_DAYS)
    (ask,) = found["annexes"].asks
    assert '(w.hoofddocument=="kst-32824-611" or w.hoofddocument=="kst-32824-612") sortBy' in query(ask)
    assert follow(held, {**KNOWN, **found["annexes"].cursors}) == {}


def test_an_identifier_that_is_none_is_not_asked():
    assert follow(Held(identifiers=('kst-1" or x',)), {**KNOWN, "annexes": ""})["annexes"].asks == ()


def hits(ask, number):
    body = (
        '<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse">'
        f"<sru:numberOfRecords>{number}</sru:numberOfRecords></sru:searchRetrieveResponse>"
    )
    return Page(url=ask.url, status=200, body=body.encode())


def test_dossiers_with_too_many_hits_are_halved_by_days():
    (ask,) = follow(Held(numbers=("19637",)))["dossiers"].asks
    first, second = Koop().read(hits(ask, 5000), ask).asks
    assert 'w.dossiernummer=="19637") and (dt.available>="2025-12-01" and dt.available<="2026-05-29")' in query(first)
    assert 'w.dossiernummer=="19637") and dt.available>="2026-05-30"' in query(second)


def test_annexes_with_too_many_hits_are_halved_by_papers():
    ask = Search(clock="annex", begin=TODAY, today=TODAY, names=("kst-1-1", "kst-1-2", "kst-1-3")).ask(Koop.bases["sru"])
    asks = Koop().read(hits(ask, 9000), ask).asks
    assert [Search.of(half.meta).names for half in asks] == [("kst-1-1",), ("kst-1-2", "kst-1-3")]


# Against the replay


@pytest.fixture
def koop(crawl_many, tmp_path):
    """Crawl the replay's day two at a moment; gives the outcome, what the search was asked, and the database."""
    with Replay(day=2) as replay:

        def run(now, **job):
            replay.requests.clear()
            job = {"source": "koop", "db": str(tmp_path / "test.db"), "base_urls": replay.base_urls["koop"], "now": now.isoformat(), **job}
            (outcome,) = crawl_many([job])
            asked = [parse_qs(urlsplit(target).query)["query"][0] for target in replay.requests if "/sru?" in target]
            return outcome, asked, replay.requests

        yield run


def dump(path):
    """Every row of every table except the crawls' own."""
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'crawls' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    tables = [row[0] for row in found]
    rows = {table: connection.execute(f'SELECT * FROM "{table}"').fetchall() for table in tables}
    connection.close()
    return rows


def test_annexes_that_came_late_are_found_and_an_idle_cycle_costs_one_request(koop, tmp_path):
    path = tmp_path / "test.db"
    day = datetime(DAYS[2].year, DAYS[2].month, DAYS[2].day, 20, tzinfo=UTC)
    koop(day, since="2026-11-01")
    connection = sqlite3.connect(path, isolation_level=None)
    annexes = connection.execute("SELECT identifier FROM sightings WHERE identifier LIKE 'blg-%' ORDER BY 1").fetchall()
    assert annexes
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("DELETE FROM sightings WHERE identifier LIKE 'blg-%'")  # as if they had not been there
    connection.execute("INSERT INTO watches (name, first_seen, since, dossiers) VALUES ('w', '', '2026-01-01', '[\"29861\"]')")

    # Four days on the hourly question reaches back to day two alone, and the daily sweep has been.
    later = day + timedelta(days=4)
    for name, value in (("through", (later - timedelta(days=1)).date()), ("swept", later.date())):
        connection.execute("UPDATE cursors SET value = ? WHERE name = ?", (value.isoformat(), name))
    outcome, asked, _ = koop(later)
    assert outcome["outcome"] == "ok", outcome
    assert [text for text in asked if "w.dossiernummer" in text] == [text for text in asked if '(w.dossiernummer=="29861")' in text]
    assert len([text for text in asked if "w.dossiernummer" in text]) == 1
    assert 'dt.modified>="2026-11-11"' in " ".join(asked)
    found = connection.execute(
        "SELECT identifier, json_extract(record, '$.parent'), modified FROM sightings WHERE identifier LIKE 'blg-%' ORDER BY 1"
    ).fetchall()
    assert [row[:1] for row in found] == annexes
    assert all(parent.startswith("kst-") for _, parent, _ in found)
    assert any(modified < "2026-11-10T23:00" for _, _, modified in found)

    before = dump(path)
    outcome, asked, requests = koop(later + timedelta(hours=1))
    assert outcome["outcome"] == "ok", outcome
    assert len(requests) == len(asked) == 1
    assert dump(path) == before

    # Two weeks after a letter nobody asks any more, and the dossier is walked again after a week.
    outcome, asked, _ = koop(day + timedelta(days=16))
    assert outcome["outcome"] == "ok", outcome
    assert not [text for text in asked if "w.hoofddocument" in text]
    assert len([text for text in asked if "w.dossiernummer" in text]) == 1
    connection.close()


EMPTY = (
    b'<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse">'
    b"<sru:numberOfRecords>0</sru:numberOfRecords></sru:searchRetrieveResponse>"
)


@pytest.fixture
def twisted(crawl_many, serve, reply, tmp_path):
    """Crawl the replay's first day, some questions answered otherwise; gives the outcome and the watermarks."""
    path = tmp_path / "test.db"
    with Replay(day=1) as replay:

        def run(now, instead):
            def answer(asked):
                if (other := instead(asked.query.get("query", [""])[0])) is not None:
                    return other
                target = asked.path + "?" + "&".join(f"{name}={value[0]}" for name, value in asked.query.items())
                played = replay.answer(asked.method, target.replace(" ", "%20").replace('"', "%22"), asked.body)
                return reply(body=played.body, status=played.status, headers={"Content-Type": played.media})

            server = serve(answer)
            bases = {name: url.replace(replay.root, server.url) for name, url in replay.base_urls["koop"].items()}
            (outcome,) = crawl_many([{"source": "koop", "db": str(path), "base_urls": bases, "now": now, "since": "2026-11-09"}])
            connection = sqlite3.connect(path)
            cursors = dict(connection.execute("SELECT name, value FROM cursors"))
            connection.close()
            return outcome, cursors

        yield run


@pytest.mark.parametrize(
    ("empty", "reason", "moved"),
    [
        # the sweep of the day lists the same papers and hides nothing
        ("dt.modified", "EmptyListing: it lists nothing (listing)", None),
        ("dt.available", None, "2026-11-10"),  # a sweep without anything, beside an hourly answer, is a quiet month
    ],
)
def test_the_hourly_answer_is_judged_by_itself(twisted, reply, empty, reason, moved):
    twisted("2026-11-10T20:00:00+00:00", lambda _: None)
    outcome, cursors = twisted("2026-11-11T20:00:00+00:00", lambda text: reply(EMPTY) if empty in text else None)
    assert (outcome["outcome"], outcome["reason"]) == ("failed" if reason else "ok", reason)
    assert cursors["through"] == (moved or "2026-11-09")


def test_an_hourly_answer_whose_papers_the_sweep_showed_before_is_not_empty(twisted, reply):
    asked = []

    def instead(text):
        asked.append(text)
        # the first page of the hourly question is late: the sweep is read before it
        return reply(status=503, headers={"Retry-After": "1"}) if "dt.modified" in text and len(asked) == 1 else None

    twisted("2026-11-10T20:00:00+00:00", lambda _: None)
    outcome, cursors = twisted("2026-11-11T20:00:00+00:00", instead)
    assert (outcome["outcome"], cursors["through"]) == ("ok", "2026-11-10"), outcome


def test_a_dossier_that_fails_is_named_and_holds_up_nothing_else(twisted, reply, tmp_path):
    twisted("2026-11-10T20:00:00+00:00", lambda _: None)
    connection = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    connection.execute("INSERT INTO watches (name, first_seen, since, dossiers) VALUES ('w', '', '2026-01-01', '[\"29861\"]')")
    connection.close()
    outcome, cursors = twisted("2026-11-11T20:00:00+00:00", lambda text: reply(status=404) if "w.dossiernummer" in text else None)
    assert (outcome["outcome"], outcome["reason"].partition(" (")[0]) == ("failed", "dossiers: answered 404")
    assert (cursors["through"], cursors["swept"], cursors["annexes"]) == ("2026-11-10", "2026-11-11", "2026-11-11")
    assert "dossier:29861" not in cursors
