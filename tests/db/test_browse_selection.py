"""What is chosen on the pages of search and promises: counts that equal SQL of the test's own, feeds, files, calendars."""

from __future__ import annotations

import asyncio
import csv
import json
import random
import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import quote

import httpx
import icalendar
import pytest
from lxml import etree

from db.browse.search import FIELDS, Searcher
from db.browse.shelf import Shelf, as_bits, as_ids, renewed
from db.deadlines import of_promises, settle
from db.store import Store
from pipeline.commands.browse import application

DAY = date(2026, 11, 10)
KINDS, SOURCES, TOPICS = ["kamerbrief", "antwoord", "advies"], ["koop", "wodc"], ["language", "housing", "health"]
MINISTRIES = ["Sociale Zaken en Werkgelegenheid", "Financiën", None]
OFFICES = ["minister van Financiën", "minister van Financiën en de staatssecretaris van Justitie", None]
ATOM = "{http://www.w3.org/2005/Atom}"


def fill(store: Store, first: int, last: int) -> None:
    db, chance = store.connection, random.Random(first)
    for number in range(first, last):
        day = (DAY - timedelta(days=chance.randrange(900))).isoformat()
        text = chance.choice(["De opvang in de regio.", "Nood: de noodopvang sluit.", "Over de taalles.", "Opvang en taallessen."])
        where = (chance.choice(SOURCES), str(number), number, chance.choice(KINDS))
        db.execute(
            "INSERT INTO publications (id, key, title, kind, date, ministry, office, url, first_seen, updated, withdrawn) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 'https://example.org/', '2026-11-01T00:00:00+00:00', ?, ?)",
            (number, f"x:{number}", f"Stuk <{number}>", where[3], day, chance.choice(MINISTRIES), chance.choice(OFFICES),
             f"{day}T10:00:00+00:00", int(number % 17 == 0)),
        )  # fmt: skip
        db.execute(
            "INSERT INTO sightings (source, identifier, id, publication_id, kind, url, title, fingerprint, record, first_seen, last_seen) "
            "VALUES (?, ?, ?, ?, ?, '', '', '', '{}', '', '')",
            (*where[:3], number, where[3]),
        )
        db.execute(
            "INSERT INTO documents (id, sighting_id, url, sha256, media_type, size, version, fetched, text) VALUES (?, ?, '', '', '', 1, 1, '', ?)",
            (number, number, text),
        )
        db.execute("UPDATE publications SET document_id = id WHERE id = ?", (number,))
        for topic in chance.sample(TOPICS, chance.randrange(3)):
            db.execute("INSERT INTO publication_topics (publication_id, topic, score, evidence) VALUES (?, ?, 1, '[]')", (number, topic))
        db.execute("INSERT INTO publication_dossiers (publication_id, dossier) VALUES (?, ?)", (number, str(32824 + number % 2)))
        for nth in range(2):
            by = (DAY + timedelta(days=chance.randrange(-200, 300))).isoformat() if chance.random() < 0.7 else None
            db.execute(
                "INSERT INTO commitments (publication_id, deliverable, act, kind, firm, not_after, sentence, status) "
                "VALUES (?, ?, ?, 'inform', 1, ?, 'Ik stuur een brief.', ?)",
                (number, str(nth), f"brief {number}", by, chance.choice(["open", "kept", "moved"])),
            )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.open(tmp_path_factory.mktemp("selection") / "kamerspoor.db")
    fill(store, 1, 300)
    return store


def get(store: Store, path: str, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application(store.path, store.path.parent / "feeds"))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            return await client.get(path)

    return asyncio.run(ask())


WORD = "p.id IN (SELECT d.id FROM documents d WHERE lower(d.text) LIKE '%opvang%')"
CONDITIONS = {
    "soort": "p.kind = :soort", "ministerie": "p.ministry = :ministerie", "jaar": "substr(p.date, 1, 4) = :jaar",
    "onderwerp": "EXISTS (SELECT 1 FROM publication_topics t WHERE t.publication_id = p.id AND t.topic = :onderwerp)",
    "bron": "EXISTS (SELECT 1 FROM sightings s WHERE s.publication_id = p.id AND s.source = :bron)",
    "dossier": "EXISTS (SELECT 1 FROM publication_dossiers d WHERE d.publication_id = p.id AND d.dossier = :dossier)",
}  # fmt: skip
CHOICES = [
    {},
    {"soort": "advies"},
    {"ministerie": "Financiën", "onderwerp": "language"},
    {"jaar": "2025", "bron": "wodc", "soort": "kamerbrief"},
    {"dossier": "32825", "jaar": "2026"},
]


def number_of(connection: sqlite3.Connection, chosen: dict[str, str]) -> int:
    where = " AND ".join(["p.withdrawn = 0", WORD, *(CONDITIONS[name] for name in chosen)])
    return int(connection.execute(f"SELECT count(*) FROM publications p WHERE {where}", chosen).fetchone()[0])


@pytest.mark.parametrize("chosen", CHOICES)
def test_every_count_beside_the_hits_equals_sql_and_its_link_leads_to_that_many(filled: Store, chosen: dict[str, str]) -> None:
    found = Searcher().found(filled.connection, dict.fromkeys(FIELDS, "") | {"q": "opvang"} | chosen, 1, DAY)
    assert found["total"] == number_of(filled.connection, chosen)
    assert [facet.name for facet in found["facets"]] == ["soort", "ministerie", "onderwerp", "jaar", "bron"]
    for facet in found["facets"]:
        others = {name: value for name, value in chosen.items() if name != facet.name}
        for value, _, number in facet.values:
            assert number == number_of(filled.connection, others | {facet.name: value}) > 0, (facet.name, value)


def test_a_link_beside_the_hits_narrows_and_another_widens_again(filled: Store) -> None:
    page = get(filled, "/zoeken?q=opvang&jaar=2026").text
    narrow = next(unescape(link) for link in re.findall(r'href="(/zoeken\?[^"]+)"', page) if "soort=advies" in link)
    number = int(re.search(rf'href="{re.escape(narrow).replace("&", "&amp;")}">advies</a> <span class="zacht">([0-9]+)', page).group(1))  # type: ignore[union-attr]
    narrowed = get(filled, narrow).text
    assert f'<span role="status">{number} ' in narrowed and '<strong aria-current="true">advies</strong>' in narrowed
    assert "/zoeken?q=opvang&amp;jaar=2026" in re.findall(r'href="([^"]+)">alle</a>', narrowed)


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("opvang soort:advies", {"soort": "advies"}),
        ('opvang ministerie:"sociale zaken"', {"ministerie": MINISTRIES[0]}),
        ("opvang ministerie:financien", {"ministerie": "Financiën"}),
        ("jaar:2025 opvang onderwerp:taal", {"jaar": "2025", "onderwerp": "language"}),
        ("opvang dossier:32825 bron:WODC", {"dossier": "32825", "bron": "wodc"}),
    ],
)
def test_a_field_that_is_typed_is_a_choice(filled: Store, typed: str, chosen: dict[str, str]) -> None:
    found = Searcher().found(filled.connection, dict.fromkeys(FIELDS, "") | {"q": typed}, 1, DAY)
    assert found["total"] == number_of(filled.connection, chosen) > 0 and not found["notes"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('"opvang', "aanhalingsteken te weinig"),
        ("(opvang", "haakjes passen niet"),
        (")opvang(", "haakjes passen niet"),
        ("opvang AND", "Achter AND staat niets"),
        ("OR opvang", "Voor OR staat niets"),
        ("NOT opvang", "noem ook wat er wel in moet staan"),
        ("!?", "geen woord om naar te zoeken"),
        ("opvang soort:gedicht", "geen stuk met soort “gedicht”"),
        ("opvang " * 60, "alleen de eerste 300 tekens"),
        ("opvang NOT (", "haakjes passen niet"),
    ],
)
def test_what_is_typed_wrong_is_said_in_a_sentence(filled: Store, typed: str, said: str) -> None:
    page = get(filled, f"/zoeken?q={quote(typed)}")
    assert page.status_code == 200 and said in unescape(page.text)


@pytest.mark.parametrize("typed", ["opvang", "opvang taalles", '"de regio"', "jaar:2026", "https://example.org/x"])
def test_what_is_typed_right_needs_no_sentence(filled: Store, typed: str) -> None:
    assert 'class="waarschuwing"' not in get(filled, f"/zoeken?q={quote(typed)}").text


def test_every_search_has_its_feed(filled: Store) -> None:
    page = get(filled, "/zoeken?q=opvang&jaar=2026&volgorde=nieuw").text
    address = next(unescape(link) for link in re.findall(r'href="([^"]+)"', page) if "/zoeken.atom" in link)
    answer = get(filled, address)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}id").startswith("urn:uuid:") and "opvang" in feed.findtext(f"{ATOM}title")
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"http://127.0.0.1{address}"
    entries = feed.findall(f"{ATOM}entry")
    days = [entry.findtext(f"{ATOM}published")[:10] for entry in entries]
    assert len(entries) == min(50, number_of(filled.connection, {"jaar": "2026"})) and days == sorted(days, reverse=True)
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries)
    moments = [datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) for entry in entries]
    assert datetime.fromisoformat(feed.findtext(f"{ATOM}updated")) == max(moments) and all(moment.tzinfo for moment in moments)
    assert re.fullmatch(r"Stuk <[0-9]+>", entries[0].findtext(f"{ATOM}title"))
    known = get(filled, address, **{"If-None-Match": answer.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_the_feeds_of_two_searches_are_two_and_of_one_the_same(filled: Store) -> None:
    def identity(path: str) -> str:
        return str(etree.fromstring(get(filled, path).content).findtext(f"{ATOM}id"))

    assert identity("/zoeken.atom?q=opvang") != identity("/zoeken.atom?q=taalles")
    assert identity("/zoeken.atom?q=opvang") == identity("/zoeken.atom?q=opvang&volgorde=nieuw")


def test_the_files_hold_the_same_hits_in_the_same_order(filled: Store) -> None:
    rows = get(filled, "/zoeken.json?q=opvang&soort=advies").json()
    assert len(rows) == number_of(filled.connection, {"soort": "advies"})
    text = get(filled, "/zoeken.csv?q=opvang&soort=advies").text.removeprefix("\ufeff")
    assert [row["titel"] for row in csv.DictReader(text.splitlines())] == [row["titel"] for row in rows]
    page = get(filled, "/zoeken?q=opvang&soort=advies").text
    assert re.findall(r'<h2><a href="(/publicatie/[0-9]+)">', page) == [row["hier"].removeprefix("http://127.0.0.1") for row in rows][:20]


def test_newest_first_is_by_day(filled: Store) -> None:
    days = [row["datum"] for row in get(filled, "/zoeken.json?q=opvang&volgorde=nieuw").json()]
    assert days == sorted(days, reverse=True) and len(set(days)) > 50


def same(shelf: Shelf, other: Shelf) -> bool:
    return (shelf.shown, shelf.masks, shelf.days.tolist(), shelf.order) == (other.shown, other.masks, other.days.tolist(), other.order)


CHANGES = [
    "UPDATE publications SET withdrawn = 1 WHERE id = 5",
    "UPDATE publications SET kind = 'nota', ministry = NULL, date = '2020-01-01' WHERE id = 6",
    "DELETE FROM publication_topics WHERE publication_id IN (7, 8, 9)",
    "INSERT INTO publication_topics (publication_id, topic, score, evidence) VALUES (10, 'nieuw', 1, '[]')",
    "UPDATE sightings SET publication_id = 12 WHERE id = 11",
    "UPDATE sightings SET publication_id = NULL WHERE id = 13",
    "DELETE FROM publications WHERE id = 13",
    "UPDATE publications SET date = NULL WHERE id = 14",
]


def test_what_changes_is_taken_in_as_if_everything_were_read_again(store: Store) -> None:
    fill(store, 1, 40)
    shelf = renewed(Shelf(), store.connection)
    assert renewed(shelf, store.connection) is shelf
    for change in CHANGES:
        store.connection.execute(change)
        before, shelf = shelf, renewed(shelf, store.connection)
        assert shelf.seq > before.seq and same(shelf, renewed(Shelf(), store.connection)), change
    fill(store, 40, 60)
    assert same(renewed(shelf, store.connection), renewed(Shelf(), store.connection))


@pytest.mark.parametrize("ids", [[], [0], [1, 5, 9], list(range(200))])
def test_bits_and_ids_are_the_same_thing(ids: list[int]) -> None:
    assert as_ids(as_bits(ids)) == ids


PROMISES = [
    ("", "1"),
    ("status=kept", "c.status = 'kept'"),
    ("ministerie=Financi%C3%ABn&status=open", "p.ministry = 'Financiën' AND c.status = 'open'"),
    ("ambt=minister-van-financien", "p.office IS NOT NULL"),
    ("ambt=staatssecretaris-van-justitie", "p.office LIKE '%staatssecretaris%'"),
    ("ambt=niemand", "0"),
    ("onderwerp=health", "EXISTS (SELECT 1 FROM publication_topics t WHERE t.publication_id = p.id AND t.topic = 'health')"),
    ("van=2026-12-01&tot=2027-01-31", "c.not_after BETWEEN '2026-12-01' AND '2027-01-31'"),
    ("termijn=zonder", "c.not_after IS NULL"),
    ("van=morgen", "1"),
]


@pytest.mark.parametrize(("query", "condition"), PROMISES)
def test_the_promises_of_a_choice_are_those_of_sql(filled: Store, query: str, condition: str) -> None:
    rows = filled.connection.execute(
        f"SELECT c.id FROM commitments c, publications p WHERE p.id = c.publication_id AND p.withdrawn = 0 AND {condition} "
        "ORDER BY ifnull(c.not_after, '9999'), c.id"
    )
    expected = [row[0] for row in rows]
    assert [row["id"] for row in get(filled, f"/toezeggingen.json?{query}").json()] == expected
    page = get(filled, f"/toezeggingen?{query}").text
    assert f'<span role="status">{len(expected)} ' in page
    assert [int(one) for one in re.findall(r"#toezegging-([0-9]+)", page)] == expected[:50]
    assert ("is geen dag" in page) == ("morgen" in query)


def test_the_latest_deadline_first(filled: Store) -> None:
    days = [row["uiterlijk"] for row in get(filled, "/toezeggingen.json?termijn=met&volgorde=laatste").json()]
    assert days == sorted(days, reverse=True)


def test_the_calendar_holds_the_dated_promises_of_the_same_choice(filled: Store) -> None:
    answer = get(filled, "/toezeggingen.ics?status=open&onderwerp=health")
    assert answer.headers["content-type"].startswith("text/calendar") and "content-disposition" not in answer.headers
    assert get(filled, "/toezeggingen.ics?status=open&onderwerp=health", **{"If-None-Match": answer.headers["etag"]}).status_code == 304
    events = list(icalendar.Calendar.from_ical(answer.text).walk("VEVENT"))
    rows = [row for row in get(filled, "/toezeggingen.json?status=open&onderwerp=health").json() if row["uiterlijk"]]
    assert sorted(event["DTSTART"].dt.isoformat() for event in events) == sorted(row["uiterlijk"] for row in rows)
    assert len({str(event["UID"]) for event in events}) == len(events) > 0


def test_an_event_has_the_uid_that_the_calendar_of_a_watch_gives_it_and_no_lower_number(store: Store) -> None:
    fill(store, 1, 4)
    db = store.connection
    db.execute("UPDATE commitments SET not_after = '2027-03-01', status = 'open'")
    db.execute("INSERT INTO alerts (id, watch, publication_id, kind, raised, title, summary, content) VALUES ('a', 'w', 1, 'new', '', '', '', '{}')")
    mine = [row[0] for row in db.execute("SELECT id FROM commitments WHERE publication_id = 1")]
    before = {entry.uid: entry for entry in settle(db, "w", datetime(2026, 11, 10, tzinfo=UTC))}
    db.execute("UPDATE commitments SET not_after = '2027-04-01'")
    after = {entry.uid: entry for entry in settle(db, "w", datetime(2026, 11, 12, tzinfo=UTC))}
    shown = {entry.uid: entry for entry in of_promises(db, mine)}
    assert set(shown) == set(before) == set(after)
    assert all(shown[uid].sequence == after[uid].sequence == 1 and shown[uid].modified == after[uid].modified for uid in shown)


def test_a_step_of_a_promise_raises_the_number_of_its_event(store: Store) -> None:
    fill(store, 1, 3)
    db = store.connection
    db.execute("UPDATE commitments SET not_after = '2027-03-01', status = 'open'")
    (first,) = of_promises(db, [1])
    db.execute("UPDATE commitments SET status = 'moved' WHERE id = 1")
    db.execute(
        "INSERT INTO commitment_history (commitment_id, publication_id, kind, at, to_date, sentence, reason) "
        "VALUES (1, 2, 'moved', '2026-11-11T12:00:00+00:00', '2027-07-01', '', '')"
    )
    (moved,) = of_promises(db, [1])
    assert moved.uid == first.uid and moved.sequence == first.sequence + 1 and moved.modified > first.modified
    assert moved.day == date(2027, 7, 1)


def test_a_promise_shows_every_step_and_every_sentence(store: Store) -> None:
    fill(store, 1, 3)
    db = store.connection
    db.execute("DELETE FROM commitments WHERE id > 1")
    for nth, sentence in enumerate(["Ik stuur een brief.", "Die brief komt in het voorjaar."]):
        db.execute(
            'INSERT INTO commitment_mentions (commitment_id, document_id, start, "end", text, sentence, page, rule, confidence) '
            "VALUES (1, 1, ?, ?, '', ?, 4, '', 1)",
            (nth * 30, nth * 30 + 20, sentence),
        )
    db.execute(
        "INSERT INTO commitment_history (commitment_id, publication_id, kind, at, day, to_date, sentence, reason) "
        "VALUES (1, 2, 'moved', '2026-11-11T12:00:00+00:00', '2026-11-11', '2027-07-01', 'Dat wordt <b>juli</b>.', '')"
    )
    page = get(store, "/toezeggingen").text
    assert "toegezegd" in page and "11 november 2026: verschoven naar 1 juli 2027" in page and "Dat wordt &lt;b&gt;juli" in page
    assert "1 andere zin met deze toezegging" in page and "Die brief komt in het voorjaar" in page and "bladzijde 4" in page
    assert get(store, "/toezeggingen.json").json()[0]["verloop"] == ["2026-11-11 verschoven naar 2027-07-01"]
    assert json.loads(get(store, "/toezeggingen.json").text)[0]["id"] == 1
