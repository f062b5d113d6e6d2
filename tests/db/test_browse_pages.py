"""Our pages: everything in its place, every anchor reached, hostile text inert, nothing from elsewhere."""

from __future__ import annotations

import asyncio
import csv
import json
import re
import sqlite3
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest
from factories import NOW, FakeReader, amount, commitment, evidence, fetched, line, sighting
from lxml import etree

from db.browse import dutch
from db.browse.compare import differences
from db.browse.office import parts
from db.browse.tables import as_csv
from db.browse.text import Fact, as_html
from db.records import Analysis, Reference, Topic, TopicEvidence
from db.store import Store
from nlp.topic_files import load_topics
from pipeline.commands.browse import application
from pipeline.run import run_line

HOSTILE = '<img src=x onerror="alert(1)">'
TEXT = f"Ik informeer uw Kamer voor 1 mei 2027. {HOSTILE} <svg onload=alert(2)> Hiervoor is 80 miljoen euro beschikbaar."
SUM = TEXT.index("80 miljoen")
PROMISE = "Ik informeer uw Kamer voor 1 mei 2027."
ANALYSIS = Analysis(
    focus=True,
    focus_score=0.9,
    topics=(Topic(topic="language", score=1.0, evidence=(TopicEvidence(term="uw Kamer", start=13, end=21), TopicEvidence(term="dossier 1"))),),
    commitments=(replace(commitment(), evidence=evidence(PROMISE)),),
    amounts=(replace(amount(), evidence=evidence("80 miljoen euro", SUM), purpose=HOSTILE),),
    references=(Reference(evidence=evidence("Kamer voor 1", 16), kind="law", target="law:x"),),
    analyser="fake/1",
)


def get(store: Store, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application(store.path, store.path.parent / "feeds"))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return asyncio.run(ask())


@pytest.fixture
def filled(store: Store) -> Store:
    store.keep(sighting(title=HOSTILE, url="javascript:alert(3)"), [fetched(TEXT)], at=NOW)
    run_line(line(store, FakeReader({TEXT: ANALYSIS})))
    return store


PAGES = [
    "/toezeggingen",
    "/dossier/32824",
    "/zoeken?q=kamer&soort=%22%3E",
    "/?dag=2026-11-10",
    "/cijfers?dag=2026-11-10",
    "/ambten",
    "/publicatie/1",
    "/publicatie/1?versie=1",
    "/publicatie/999",
]


@pytest.mark.parametrize("path", PAGES)
def test_hostile_text_is_inert_and_nothing_comes_from_elsewhere(filled: Store, path: str) -> None:
    answer = get(filled, path)
    assert answer.status_code == (404 if "999" in path else 200)
    page = answer.text
    assert "<img" not in page and "<svg onload" not in page and 'href="javascript:' not in page
    assert "<script" not in page and not re.search(r"\son[a-z]+\s*=", re.sub(r"&lt;.*?&gt;", "", page))
    assert not re.findall(r'<(?:link|img|iframe|form)[^>]*(?:src|href|action)="(?:https?:)?//', page)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_of_the_first_level_and_labels(filled: Store, path: str) -> None:
    page = get(filled, path).text
    assert page.count("<h1") == 1 and 'lang="nl"' in page and "<main" in page
    for field in re.findall(r'<(?:input|select)[^>]*\bid="([^"]+)"', page):
        assert f'for="{field}"' in page


def test_every_link_within_a_page_leads_somewhere(filled: Store) -> None:
    page = get(filled, "/publicatie/1").text
    links, ids = set(re.findall(r'href="#([^"]+)"', page)), re.findall(r'\bid="([^"]+)"', page)
    assert {"toezegging-1", "verwijzing-law-x", "onderwerp-language"} <= links and any(link.startswith("bedrag-") for link in links)
    assert links <= set(ids)
    assert len(ids) == len(set(ids))


def test_the_publication_page_shows_what_was_read(filled: Store) -> None:
    page = get(filled, "/publicatie/1").text
    for shown in ("30 april 2027", "€ 80 miljoen", "uw Kamer</a>, dossier 1", 'href="/dossier/32824"', "officielebekendmakingen.nl"):
        assert shown in page


def test_the_start_page_shows_the_day_and_the_promises(filled: Store) -> None:
    today = get(filled, "/?dag=2026-11-10").text
    assert "10 november 2026" in today and "/publicatie/1" in today
    assert "#toezegging-1" in get(filled, "/?dag=2027-04-01").text.split("Toezeggingen die aflopen")[1].split("Te laat")[0]
    assert "#toezegging-1" in get(filled, "/?dag=2027-05-02").text.split("Te laat")[1]
    assert get(filled, "/?dag=gisteren").status_code == 200


def rows(store: Store, query: str) -> list[dict[str, object]]:
    return json.loads(get(store, f"/toezeggingen.json?{query}").text)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 1),
        ("status=open", 1),
        ("status=kept", 0),
        ("van=2027-04-30&tot=2027-04-30", 1),
        ("van=2027-05-01", 0),
        ("onderwerp=language", 1),
        ("onderwerp=housing", 0),
        ("ministerie=geen", 0),
        ("termijn=zonder", 0),
        ("termijn=met", 1),
        ("status=open'+OR+1=1+--", 0),
    ],
)
def test_promises_are_chosen_alike_on_the_page_and_in_the_files(filled: Store, query: str, number: int) -> None:
    assert len(rows(filled, query)) == number
    assert len(get(filled, f"/toezeggingen.csv?{query}").text.strip().splitlines()) == number + 1
    assert f'<span role="status">{number} ' in get(filled, f"/toezeggingen?{query}").text


def test_history_stands_with_its_promise(filled: Store) -> None:
    filled.connection.execute(
        "INSERT INTO commitment_history (commitment_id, publication_id, kind, at, day, to_date, sentence, reason) "
        "VALUES (1, 1, 'moved', '2026-11-11T12:00:00+00:00', '2026-11-11', '2027-07-01', '', '')"
    )
    for path in ("/toezeggingen", "/publicatie/1"):
        assert "11 november 2026: verschoven naar 1 juli 2027" in get(filled, path).text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1"])
def test_a_spreadsheet_runs_no_text_as_a_formula(text: str) -> None:
    cell = next(csv.reader([as_csv(["toezegging"], [{"toezegging": text}]).splitlines()[1]]))[0]
    assert cell == f"'{text}"


@pytest.mark.parametrize(
    ("path", "said", "why"),
    [
        ("/zoeken?q=qwertyqwerty", "Geen stuk heeft dit alles", "nothing found says what to try"),
        ("/zoeken?q=qwertyqwerty&jaar=2026", 'href="/zoeken?q=qwertyqwerty"', "and offers to drop the other choices"),
        ("/toezeggingen?status=kept", "Geen toezegging past bij deze keuze", "nothing chosen"),
        ("/toezeggingen?status=open&termijn=met", "Filters: open, met een dag", "what is chosen is said where the filters are folded"),
        ("/kamerspoor/commitments?_facet=kind&_facet=status", ">informeren</a> 1", "a code in Dutch"),
        ("/kamerspoor/commitments?_facet=firm&firm=1", "<strong>toezegging</strong> 1", "also where it is chosen"),
        ("/kamerspoor/publications?_facet=kind", ">kamerbrief</a> 1", "a value that is Dutch already"),
        ("/nergens", "Op dit adres staat niets", "no word of English"),
    ],
)
def test_a_reader_is_told_what_there_is(filled: Store, path: str, said: str, why: str) -> None:
    assert said in get(filled, path).text, why


@pytest.mark.parametrize("path", ["/", "/toezeggingen", "/zoeken?q=taal", "/cijfers", "/ambten", "/feeds/", "/kamerspoor/publications"])
def test_a_database_without_any_publication_has_pages(store: Store, path: str) -> None:
    answer = get(store, path)
    assert answer.status_code == 200 and "None" not in answer.text and "<h1" in answer.text


def test_a_hostile_title_is_text_in_the_feed_of_a_search(filled: Store) -> None:
    root = etree.fromstring(get(filled, "/zoeken.atom?q=kamer").content)
    titles = [title.text for title in root.iter("{http://www.w3.org/2005/Atom}title")]
    assert HOSTILE in titles and not list(root.iter("{http://www.w3.org/2005/Atom}img"))


def test_datasettes_own_pages_stay(filled: Store) -> None:
    assert get(filled, "/kamerspoor").status_code == 200
    assert get(filled, "/kamerspoor/publications").status_code == 200


def fact(start: int, end: int, kind: str = "bedrag") -> Fact:
    return Fact(start=start, end=end, kind=kind, anchor=f"{kind}-{start}", title="")


@pytest.mark.parametrize(
    "facts",
    [
        [fact(0, 10), fact(3, 6, "termijn")],  # one inside the other
        [fact(0, 6), fact(4, 12, "termijn")],  # across each other
        [fact(2, 8), fact(2, 8, "termijn")],  # the same place
        [fact(0, 40), fact(38, 45, "termijn")],  # over the end of a paragraph
    ],
)
def test_facts_may_overlap_in_any_way(facts: list[Fact]) -> None:
    text = "Eén < twee & drie vier vijf.\n\nZes zeven acht."
    page = str(as_html(text, [], facts))
    plain = re.sub(r"<[^>]+>", "", page)
    assert plain.replace("&lt;", "<").replace("&amp;", "&").split() == text.split()
    assert page.count("<mark") == page.count("</mark>")
    for one in facts:
        assert page.count(f'id="{one.anchor}"') == 1


def test_differences_show_the_words_that_changed() -> None:
    found = differences(["Gelijk.", "Voor 1 mei komt er een brief."], ["Gelijk.", "Voor 1 juli komt er een <b>brief."])
    assert found is not None and len(found) == 1
    assert "<del>mei </del><ins>juli </ins>" in found[0] and "<b>" not in found[0]
    assert differences(["x"] * 4000, ["y"]) is None


def test_topics_have_the_titles_that_their_files_give() -> None:
    assert dutch.words()["topics"] == {topic.name: topic.title for topic in load_topics(None)}


@pytest.mark.parametrize(("day", "said"), [("2026-11-10", "10 november 2026"), (None, ""), ("onbekend", "onbekend")])
def test_days_are_said_in_dutch(day: str | None, said: str) -> None:
    assert dutch.day(day) == said


def test_a_reference_leads_to_the_paper_it_names_where_that_is_known(store: Store) -> None:
    text = "Zie ook Kamerstuk 32 824, nr. 901, en de Vreemdelingenwet."
    named = Reference(evidence=evidence("Kamerstuk 32 824, nr. 901", 8), kind="kamerstuk", target="kst-32824-901")
    unknown = Reference(evidence=evidence("Vreemdelingenwet", 41), kind="law", target="law:vreemdelingenwet")
    found = Analysis(focus=True, focus_score=0.9, references=(named, unknown), analyser="fake/1")
    store.keep(sighting(), [fetched(text)], at=NOW)
    store.keep(sighting(identifier="kst-32824-901", number="901"), [fetched("Het andere stuk.")], at=NOW)
    run_line(line(store, FakeReader({text: found})))
    ids = dict(store.connection.execute("SELECT key, id FROM publications").fetchall())
    page = get(store, f"/publicatie/{ids['koop:kst-32824-900']}").text
    assert f'<a href="/publicatie/{ids["koop:kst-32824-901"]}">naar kst-32824-901</a>' in page
    assert "naar law:" not in page


def test_the_start_page_shows_what_is_followed_and_everything_on_request(store: Store) -> None:
    other = Analysis(focus=False, focus_score=0.1, analyser="fake/1")
    store.keep(sighting(title="Wel gevolgd"), [fetched(TEXT)], at=NOW)
    store.keep(sighting(identifier="kst-1", number="1", title="Niet gevolgd", dossiers=("1",)), [fetched("Over dijken.")], at=NOW)
    run_line(line(store, FakeReader({TEXT: ANALYSIS, "Over dijken.": other})))
    shown = {volger: get(store, f"/?dag=2026-11-10&volger={volger}").text for volger in ("", "alles", "migratie", "onbekend")}
    assert ["Wel gevolgd" in page for page in shown.values()] == [True, True, True, False]
    assert ["Niet gevolgd" in page for page in shown.values()] == [False, True, False, False]
    assert "<strong>1</strong> vandaag" in shown[""] and "<strong>2</strong> vandaag" in shown["alles"]


def test_every_number_of_the_start_page_equals_what_stands_under_it(filled: Store) -> None:
    filled.connection.execute("UPDATE commitments SET not_after = '2026-11-09', grace_days = 0")
    filled.connection.execute("UPDATE publications SET date = '2026-11-08'")
    page = get(filled, "/?dag=2026-11-10").text
    numbers = re.findall(r'<a href="#([a-z-]+)"><strong>(\d+)</strong>', page)
    assert numbers == [("nieuw", "0"), ("week", "1"), ("termijnen", "0"), ("te-laat", "1")]
    for anchor, number in numbers:
        section = page.split(f'<h2 id="{anchor}">')[1].split("</section>")[0]
        assert len(re.findall(r"<li[ >]", section)) == int(number)
    assert "1 dag te laat" in page


@pytest.mark.parametrize(
    ("crawls", "alarm", "said"),
    [
        ([], None, "Er is nog niets opgehaald"),
        ([("koop", "ok")], None, "De bron is goed gelezen"),
        ([("koop", "failed"), ("koop", "ok"), ("wodc", "ok")], None, "Alle 2 bronnen zijn goed gelezen"),  # the last round counts
        ([("koop", "ok"), ("koop", "failed"), ("wodc", "ok")], None, "1 van 2 bronnen heeft een storing: officielebekendmakingen.nl."),
        ([("koop", "ok"), ("wodc", "ok")], "wodc", "1 van 2 bronnen heeft een storing: WODC."),  # too quiet is trouble as well
        ([("koop", "ok"), ("koop", None)], None, "De bron is goed gelezen"),  # one that is under way says nothing yet
    ],
)
def test_the_start_page_says_how_the_sources_are(store: Store, crawls: list[tuple[str, str | None]], alarm: str | None, said: str) -> None:
    for number, (source, outcome) in enumerate(crawls):
        moment = f"2026-11-{10 + number}T00:00:00+00:00"
        store.connection.execute(
            "INSERT INTO crawls (source, started, finished, outcome) VALUES (?, ?, ?, ?)", (source, moment, outcome and moment, outcome)
        )
    if alarm:
        store.connection.execute("INSERT INTO health_alarms (source, trouble, text, since, raised) VALUES (?, 'quiet', 'x', 'x', 'x')", (alarm,))
    assert said in " ".join(get(store, "/").text.split())


@pytest.mark.parametrize(("days", "said"), [(0, "vandaag"), (1, "over 1 dag"), (3, "over 3 dagen"), (-1, "1 dag te laat"), (-40, "40 dagen te laat")])
def test_how_far_a_day_is(days: int, said: str) -> None:
    assert dutch.days(days) == said


def test_a_dossier_is_one_line_through_time(filled: Store) -> None:
    filled.keep(sighting(identifier="kst-32824-901", number="901", title="Later stuk"), [fetched("Nog een brief.")], at=NOW)
    run_line(line(filled, FakeReader()))
    filled.connection.execute(
        "INSERT INTO commitment_history (commitment_id, publication_id, kind, at, day, to_date, sentence, reason) "
        "VALUES (1, 2, 'moved', '2026-11-12T12:00:00+00:00', '2026-11-12', '2027-07-01', '', '')"
    )
    page = get(filled, "/dossier/32824").text
    ahead, past = page.split('id="verloop"')
    assert "30 april 2027" in ahead and "#toezegging-1" in ahead
    assert past.index("verschoven") < past.index("10 november 2026") and "naar 1 juli 2027" in past and 'href="/publicatie/2"' in past
    assert "Toegezegd" in past and "2 stukken" in page
    assert get(filled, "/dossier/99999").status_code == 404
    assert "verschoven" not in get(filled, "/dossier/32824?voor=2026-11-11").text


def test_a_long_dossier_is_read_page_by_page_and_no_paper_is_left_out(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.browse.dossier.SHOWN", 4)
    for number in range(10):
        day = date(2026, 10, 1 + number // 2)
        shown = sighting(identifier=f"kst-32824-{number}", number=str(number), title=f"Stuk {number}", published=day)
        filled.keep(shown, [fetched(f"{number}.")], at=NOW)
    run_line(line(filled, FakeReader()))
    seen, path = [], "/dossier/32824"
    while path:
        page = get(filled, path).text
        seen += re.findall(r'<a href="/publicatie/(\d+)">(?:Stuk|&lt;)', page)
        found = re.search(r'href="(/dossier/32824\?voor=[^"]+)"', page)
        path = found[1] if found else ""
    assert len(seen) == len(set(seen)) == 11


def test_an_office_survives_who_holds_it(filled: Store) -> None:
    for number, person in ((1, "A. de Vries"), (2, "B. Jansen")):
        shown = sighting(
            identifier=f"kst-32824-{number}", number=str(number), office="Minister van Sociale Zaken en Werkgelegenheid", person=person,
            published=date(2025 + number, 1, 2), title=f"Brief {number}",
        )  # fmt: skip
        filled.keep(shown, [fetched(f"{number}. {TEXT}")], at=NOW)
    joint = "minister van Sociale Zaken en Werkgelegenheid en staatssecretaris van Financiën"
    filled.keep(sighting(identifier="kst-1-3", number="3", office=joint, person="B. Jansen en C. Bos", title="Brief 3"), [fetched("Drie.")], at=NOW)
    run_line(line(filled, FakeReader({f"{n}. {TEXT}": ANALYSIS for n in (1, 2)})))
    page = get(filled, "/ambt/minister-van-sociale-zaken-en-werkgelegenheid").text
    for words in ("A. de Vries", "B. Jansen", "tekende op 2 januari 2026", "3 stukken, 2 toezeggingen", "2 open", "0 nagekomen", "Koolmees"):
        assert words in page
    assert "C. Bos" not in page.split("Toezeggingen</h2>")[0]
    assert "C. Bos" in get(filled, "/ambt/staatssecretaris-van-financien").text
    assert '<a href="/ambt/staatssecretaris-van-financien">' in get(filled, "/ambten").text
    assert "Geen." in get(filled, "/ambt/minister-van-sociale-zaken-en-werkgelegenheid?status=kept").text
    assert get(filled, "/ambt/minister-van-toverij").status_code == 404
    number = filled.connection.execute("SELECT id FROM publications WHERE title = 'Brief 3'").fetchone()[0]
    assert 'href="/ambt/staatssecretaris-van-financien"' in get(filled, f"/publicatie/{number}").text


@pytest.mark.parametrize(
    ("printed", "offices"),
    [
        ("Minister van Asiel en Migratie", ["minister van Asiel en Migratie"]),  # "en" within a name divides nothing
        ("Minister van X en de Staatssecretaris van Y", ["minister van X", "staatssecretaris van Y"]),
        ("minister van A, minister voor B en staatssecretaris van C", ["minister van A", "minister voor B", "staatssecretaris van C"]),
        ("minister-president", ["minister-president"]),
        (None, []),
    ],
)
def test_several_offices_sign_one_paper(printed: str | None, offices: list[str]) -> None:
    assert parts(printed) == offices


@pytest.mark.parametrize(
    "path", ["/", "/toezeggingen", "/toezeggingen.csv", "/cijfers", "/zoeken?q=kamer", "/publicatie/1", "/dossier/32824", "/ambten", "/ambt/x"]
)
def test_a_page_that_takes_too_long_says_so(filled: Store, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr("datasette.database.Database.execute_fn", interrupted)
    answer = get(filled, path)
    assert answer.status_code == 503 and "duurt te lang" in answer.text and "retry-after" in answer.headers


def shifted(found: Analysis, by: int) -> Analysis:
    """The same reading of a text that has more before it."""

    def later(facts: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(one, evidence=replace(one.evidence, start=one.evidence.start + by, end=one.evidence.end + by)) for one in facts)

    words = [[e if e.start is None else replace(e, start=e.start + by, end=e.end + by) for e in topic.evidence] for topic in found.topics]
    topics = tuple(replace(topic, evidence=tuple(moved)) for topic, moved in zip(found.topics, words, strict=True))
    return replace(found, topics=topics, commitments=later(found.commitments), amounts=later(found.amounts), references=later(found.references))


def test_anchors_stay_when_the_text_before_them_changes(filled: Store) -> None:
    before = set(re.findall(r'id="((?:toezegging|termijn|bedrag|verwijzing|onderwerp)-[^"]+)"', get(filled, "/publicatie/1").text))
    longer = "Een zin die er eerst niet stond. " + TEXT
    moved = shifted(ANALYSIS, len(longer) - len(TEXT))
    filled.keep(sighting(title=HOSTILE, url="javascript:alert(3)"), [fetched(longer)], at=NOW)
    run_line(line(filled, FakeReader({longer: moved})))
    page = get(filled, "/publicatie/1").text
    assert "Een zin die er eerst niet stond" in page
    assert len(before) == 5 and before == set(re.findall(r'id="((?:toezegging|termijn|bedrag|verwijzing|onderwerp)-[^"]+)"', page))
