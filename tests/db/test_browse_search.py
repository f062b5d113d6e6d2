"""Search: Dutch words find their forms and compounds, nothing that is typed breaks it, the index follows every change of the texts."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import date

import httpx
import pytest
from factories import NOW, FakeReader, fetched, line, sighting

from db.browse.kept import MOST, Kept
from db.browse.query import as_match
from db.browse.search import FIELDS, Searcher
from db.browse.terms import StoredTerms
from db.browse.vocabulary import expand, folded
from db.records import Analysis
from db.store import Store
from pipeline.commands.browse import application
from pipeline.run import run_line

TEXTS = {
    "migrant": "De arbeidsmigranten krijgen uitleg over hun rechten bij aankomst.",
    "eu": "Het gaat om EU-arbeidsmigranten die korter dan een jaar blijven.",
    "les": "Gemeenten bieden taallessen aan op de werkvloer.",
    "totaal": "In totaal vertaalt een tolk de brief; metaal is niet bedoeld, met talent.",
    "inburgering": "De inburgeringsplichtige volgt een cursus.",
    "oekraine": "De opvang van ontheemden uit Oekraïne loopt door.",
    "crisis": "De crisisopvang in de regio sluit. De crisis is voorbij.",
    "ov": "Reizen met het OV blijft gratis.",
    "over": "Wij spreken over de overheid en daarover.",
    "brief": "In eerdere kamerbrieven stond dit ook, in de brieven van de Kamer.",
    "heffing": "De CO2-heffing gaat omhoog.",
    "ij": "Op het eiland ﬁets je langs de ĳsbaan.",
    "wet": "Wij weten dat de wetenschap dit onderzoekt.",
    "wetten": "Twee wetten worden aangepast.",
    "grieks": "De ambassade in Ελλάδα.",
}

# query, the texts that must come, and no others
QUERIES = [
    ("arbeidsmigrant", {"migrant", "eu"}, "singular finds the plural, also behind a hyphen"),
    ("arbeidsmigranten", {"migrant", "eu"}, "and the plural itself"),
    ("taalles", {"les"}, "doubled consonant"),
    ("taal", {"les"}, "compound; not totaal, vertaalt, metaal, nor talent by way of talen"),
    ("inburgering", {"inburgering"}, "with a linking s"),
    ("opvang oekraine", {"oekraine"}, "both words, without the diaeresis"),
    ("opvang", {"oekraine", "crisis"}, "compound that ends in the word"),
    ("ov", {"ov"}, "two letters are no beginning of over"),
    ("over", {"migrant", "over"}, "a function word stands for itself: not overheid"),
    ("brief", {"totaal", "brief"}, "f becomes v"),
    ("kamerbrief", {"brief"}, "the same inside a compound"),
    ("wet", {"wetten"}, "wetten, but not weten or wetenschap"),
    ("co2-heffing", {"heffing"}, "a hyphen is no operator"),
    ("CO2 heffing", {"heffing"}, "capitals do not matter"),
    ("fiets", {"ij"}, "a ligature of a PDF is two letters"),
    ("ijsbaan", {"ij"}, "and so is the one letter ij"),
    ("ΕΛΛΆΔΑ", {"grieks"}, "a word in other letters, as it is"),
    ('"op de werkvloer"', {"les"}, "a phrase"),
    ('"werkvloer op"', set(), "in this order"),
    ("opvang NOT oekraïne", {"crisis"}, "without"),
    ("opvang NIET oekraïne", {"crisis"}, "in Dutch"),
    ("ov OR taalles", {"ov", "les"}, "one of the two"),
    ("(ov OF taalles) gratis", {"ov"}, "brackets"),
    ("inburg*", {"inburgering"}, "a beginning"),
    ("titel:opvang", set(), "titles only"),
    ("titel:voortgang AND ov", {"ov"}, "the title and the text"),
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.open(tmp_path_factory.mktemp("search") / "kamerspoor.db")
    for number, text in enumerate(TEXTS.values(), 1):
        url = f"https://zoek.officielebekendmakingen.nl/kst-32824-{number}.html"
        store.keep(sighting(identifier=f"kst-32824-{number}", number=str(number), url=url, title=f"Voortgang {number}"), [fetched(text)], at=NOW)
    run_line(line(store, FakeReader({text: Analysis(focus=False, focus_score=0.0) for text in TEXTS.values()})))
    return store


def search(connection: sqlite3.Connection, query: str, **chosen: str) -> dict[str, object]:
    return Searcher().found(connection, dict.fromkeys(FIELDS, "") | {"q": query} | chosen, 1, date(2026, 11, 10))


@pytest.mark.parametrize(("query", "expected", "why"), QUERIES)
def test_a_query_finds_these_texts_and_no_others(filled: Store, query: str, expected: set[str], why: str) -> None:
    found = {row["title"] for row, _, _ in search(filled.connection, query)["hits"]}  # type: ignore[attr-defined]
    assert {name for number, name in enumerate(TEXTS, 1) if f"Voortgang {number}" in found} == expected, why


@pytest.mark.parametrize(
    "typed",
    ["", " ", '"', '""', "(", ")", "((((", ")(", "NOT", "NOT x", "a AND", "OR a", "a OR OR b", "a NOT",
     'a" OR "b', "NEAR(a b, 2)", "{title}: x", "-x",
     "^y", "col:z", "'; DROP TABLE search; --", "\x00a", "*", "a*b", "titel:", "titel:(a b)", "a + b", "ĳ", "\ud800", "(" * 300,
     "a " * 200, "%_", "😀", "((a) " * 60, "(a NOT (b OR " * 20 + "c", "(" * 99 + "a" + ")" * 99, "(a OR b) " * 33, "a OR (" * 50],
)  # fmt: skip
def test_nothing_that_is_typed_breaks_the_parser(filled: Store, typed: str) -> None:
    match = as_match(typed, lambda word: [word, f"{word}en", f"{word}s"])
    if match is not None:
        filled.connection.execute("SELECT count(*) FROM search WHERE search MATCH ?", (match,)).fetchone()


def test_the_words_are_marked_in_their_sentence_and_nothing_else_is_html(store: Store) -> None:
    store.keep(sighting(title="<b>Opvang</b>"), [fetched("<script>alert(1)</script> De noodopvang \x02 groeit.")], at=NOW)
    run_line(line(store, FakeReader({})))
    ((_, title, text),) = search(store.connection, "opvang")["hits"]  # type: ignore[misc,attr-defined]
    assert title == "&lt;b&gt;<mark>Opvang</mark>&lt;/b&gt;"
    assert "<script" not in text and text.count("<mark>") == text.count("</mark>")


def test_a_title_counts_for_more_than_a_text_and_new_for_more_than_old(store: Store) -> None:
    rows = [("Taal en werk", "Niets.", date(2026, 11, 1)), ("Brief", "Over taal.", date(2026, 11, 1)), ("Nota", "Over taal.", date(2019, 11, 1))]
    for number, (title, text, day) in enumerate(rows, 1):
        store.keep(sighting(identifier=f"kst-1-{number}", number=str(number), title=title, published=day, dossiers=()), [fetched(text)], at=NOW)
    for number, (title, text, day) in enumerate(rows, 1):
        store.connection.execute(
            "INSERT INTO publications (key, title, kind, date, url, first_seen, updated) VALUES (?, ?, 'nota', ?, 'https://x/', '', '')",
            (str(number), title, day.isoformat()),
        )
        store.connection.execute("UPDATE documents SET text = ? WHERE id = ?", (text, number))
        store.connection.execute("UPDATE publications SET document_id = ? WHERE id = ?", (number, number))
    assert [row["title"] for row, _, _ in search(store.connection, "taal")["hits"]] == ["Taal en werk", "Brief", "Nota"]  # type: ignore[attr-defined]


def test_the_index_follows_every_change(store: Store) -> None:
    store.keep(sighting(), [fetched("Eerste tekst over wonen.")], at=NOW)
    run_line(line(store, FakeReader({})))
    connection = store.connection

    def hits(word: str) -> int:
        connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
        return int(connection.execute("SELECT count(*) FROM search WHERE search MATCH ?", (word,)).fetchone()[0])

    assert hits("wonen") == 1
    connection.execute("UPDATE documents SET text = 'Nu over zorg.'")
    assert (hits("wonen"), hits("zorg")) == (0, 1)
    connection.execute("UPDATE publications SET title = 'Een andere ﬁets', document_id = NULL")
    assert (hits("zorg"), hits("fiets"), hits("voortgang")) == (0, 1, 0)
    connection.execute("UPDATE publications SET document_id = (SELECT id FROM documents)")
    assert hits("zorg") == 1
    connection.execute("DELETE FROM documents")
    assert (hits("zorg"), hits("fiets")) == (0, 1)
    connection.execute("UPDATE sightings SET publication_id = NULL")
    connection.execute("DELETE FROM publications")
    assert hits("fiets") == 0


def test_the_words_that_are_looked_up_are_those_of_the_index(store: Store) -> None:
    connection = store.connection

    def missing() -> list[str]:
        rows = connection.execute(
            "SELECT term FROM search_words WHERE length(term) BETWEEN 3 AND 60 EXCEPT SELECT term FROM search_terms UNION ALL "
            "SELECT term FROM search_fresh_words"
        )
        return [row[0] for row in rows]

    store.keep(sighting(), [fetched("Coördinatie op het eiland, ﬁets en ĳsbaan; ‘s-Gravenhage, co2-heffing, naïeve ZZP’ers.")], at=NOW)
    run_line(line(store, FakeReader({})))
    assert missing() == [] and {"coordinatie", "fiets", "ijsbaan", "gravenhage"} == StoredTerms(connection).known(
        ["coordinatie", "fiets", "ijsbaan", "gravenhage", "niets"])  # fmt: skip
    connection.execute("UPDATE documents SET text = 'Nu over schuldhulpverlening ' || char(0) || ' en meer.'")
    connection.execute("UPDATE publications SET title = 'Een wooncoöperatie'")
    assert missing() == [] and StoredTerms(connection).holding("schuldhulp") == ["schuldhulpverlening"]
    assert StoredTerms(connection).counts(["wooncooperatie", "niets"]) == {"wooncooperatie": 1}


def test_what_is_kept_holds_until_another_writes(store: Store) -> None:
    reader, kept, made = Store.open(store.path, readonly=True), Kept(), []

    def make() -> int:
        made.append(1)
        return len(made)

    assert [kept.get(reader.connection, "a", make) for _ in range(3)] == [1, 1, 1]
    store.connection.execute("INSERT INTO search_terms (term) VALUES ('nieuw')")
    assert kept.get(reader.connection, "a", make) == 2
    for number in range(MOST):
        kept.get(reader.connection, number, int)
    assert kept.get(reader.connection, "a", make) == 3  # the first that was put in went first
    reader.close()


def test_filters_narrow_and_stand_alone(filled: Store) -> None:
    assert search(filled.connection, "", jaar="2026")["total"] == len(TEXTS)
    assert search(filled.connection, "opvang", jaar="2025")["total"] == 0
    assert search(filled.connection, "opvang", soort="kamerbrief")["total"] == 2
    assert search(filled.connection, "opvang", soort="advies' OR 1=1 --")["total"] == 0
    assert search(filled.connection, "")["searched"] is False


def test_the_page_answers(filled: Store) -> None:
    async def ask(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=application(filled.path, filled.path.parent / "feeds"))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    page = asyncio.run(ask("/zoeken?q=%22%3E%3Cscript%3E+taalles"))
    assert page.status_code == 200 and "<script" not in page.text
    assert "1 stuk" in asyncio.run(ask("/zoeken?q=taalles")).text
    assert "noem ook wat er wel in moet staan" in asyncio.run(ask("/zoeken?q=NOT+taal")).text


def test_a_word_is_widened_to_words_of_the_texts_only(store: Store) -> None:
    for word in ("boom", "bomen", "boomgaard", "mogelijkheid", "mogelijkheden", "les", "lessen"):
        store.connection.execute("INSERT INTO search_terms (term) VALUES (?)", (word,))
    terms = StoredTerms(store.connection)
    assert expand("Bomen", terms) == ["bomen", "boom", "boomgaard"]
    assert expand("mogelijkheden", terms) == ["mogelijkheden", "mogelijkheid"]
    assert expand("les", terms) == ["les", "lessen"]
    assert expand("onbekend", terms) == ["onbekend"]
    assert folded("Oekraïne") == "oekraine"
