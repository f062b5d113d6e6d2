"""How well search finds Dutch: queries on the bundled publications, with the words that count for a reader written down beside each.

What counts is a pattern over the folded text, written by hand and more generous than the rules of search: "inburgeraar" counts for "inburgering".
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import date

import pytest

from crawler.replay.library import load
from db.browse.query import as_match
from db.browse.search import FIELDS, Searcher
from db.browse.vocabulary import folded
from db.store import Store

# query, patterns that must all stand in a text, why
QUERIES = [
    ("arbeidsmigrant", [r"arbeidsmigrant\w*"], "singular and plural"),
    ("taalles", [r"taalles(?:sen)?\w*"], "the doubled consonant"),
    ("inburgering", [r"inburger(?:ing|aar)\w*"], "with a linking s; who is integrating as well"),
    ("opvang oekraine", [r"\w*opvang\w*", r"oekrai\w*"], "compounds before and behind; the country, its people, its adjective"),
    ("ov", [r"ov(?:-\w+)?"], "the short word, no beginning of over"),
    ("kennismigrant", [r"kennismigrant\w*"], "in a longer compound"),
    ("huisvesting statushouders", [r"\w*huisvest\w*", r"\w*statushouders?"], "plural typed, singular meant; the participle"),
    ("gemeenten", [r"gemeente\w*"], "plural typed"),
    ("discriminatie", [r"\w*discrimin\w*"], "inside a compound; the verb"),
    ("examen", [r"\w*examens?\w*"], "staatsexamen, examenlocaties"),
    ("asielzoekers", [r"asielzoekers?"], "not asielen, which are for dogs"),
    ("kamerbrief OR brief", [r"\w*(?:brief|brieven)"], "f and v"),
    ("woningen", [r"(?!zelfbewon)\w*woning\w*"], "huurwoning, woningbouw; not zelfbewoningsplicht"),
    ("school", [r"\w*(?:school|scholen)\w*"], "the long vowel"),
    ("kind", [r"(?:\w+en)?kind(?:eren|er\w+)?"], "the plural in -eren"),
]
EXTRA = {"ov": "Reizen met het OV blijft gratis.", "ov-chip": "Zij krijgen een OV-kaart.", "over": "Wij spreken over de overheid."}
PRECISION, RECALL = 0.97, 0.95
"""Floors of the averages; they were 1.00 and 0.98 when they were set, and FTS5 alone had 1.00 and 0.67."""


@dataclass(frozen=True, slots=True)
class Score:
    precision: float
    recall: float


@pytest.fixture(scope="module")
def texts() -> dict[int, str]:
    bundled = [f"{publication.title}\n{publication.body}" for publication in load()]
    return dict(enumerate([*bundled, *EXTRA.values()], 1))


@pytest.fixture(scope="module")
def connection(texts: dict[int, str], tmp_path_factory: pytest.TempPathFactory) -> sqlite3.Connection:
    store = Store.open(tmp_path_factory.mktemp("recall") / "kamerspoor.db")
    for number, text in texts.items():
        store.connection.execute(
            "INSERT INTO sightings (id, source, identifier, url, title, kind, fingerprint, record, first_seen, last_seen) "
            "VALUES (?, 'koop', ?, 'https://x/', 'x', 'nota', '', '{}', '', '')",
            (number, str(number)),
        )
        store.connection.execute(
            "INSERT INTO documents (id, sighting_id, url, sha256, media_type, size, version, fetched, text) VALUES (?, ?, '', ?, 'x', 1, 1, '', ?)",
            (number, number, str(number), text),
        )
        store.connection.execute(
            "INSERT INTO publications (id, key, title, kind, date, url, document_id, first_seen, updated) VALUES (?, ?, '', 'x', ?, '', ?, '', '')",
            (number, str(number), "2026-11-10", number),
        )
    return store.connection


def wanted(texts: dict[int, str], patterns: list[str]) -> set[int]:
    compiled = [re.compile(rf"\b{pattern}\b") for pattern in patterns]
    return {number for number, text in texts.items() if all(pattern.search(folded(text)) for pattern in compiled)}


def score(found: set[int], right: set[int]) -> Score:
    both = len(found & right)
    return Score(both / len(found) if found else 1.0, both / len(right))


def found_by_search(connection: sqlite3.Connection, query: str) -> set[int]:
    asked = dict.fromkeys(FIELDS, "") | {"q": query}
    return {row["id"] for row in Searcher().rows(connection, asked, 5000, date(2026, 11, 10))}


@pytest.mark.parametrize(("query", "patterns", "why"), QUERIES)
def test_a_query_finds_most_of_what_a_reader_means(
    connection: sqlite3.Connection, texts: dict[int, str], query: str, patterns: list[str], why: str
) -> None:
    right = wanted(texts, patterns)
    assert right, "the texts hold nothing to find"
    found = score(found_by_search(connection, query), right)
    assert found.precision >= 0.9 and found.recall >= 0.6, f"{why}: {found}"


def test_the_averages_stay_above_their_floors_and_plain_full_text_is_far_below(connection: sqlite3.Connection, texts: dict[int, str]) -> None:
    ours, plain = [], []
    for query, patterns, _ in QUERIES:
        right = wanted(texts, patterns)
        ours.append(score(found_by_search(connection, query), right))
        match = as_match(query, lambda word: [word])
        plain.append(score({row[0] for row in connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (match,))}, right))
    assert mean(ours).precision >= PRECISION and mean(ours).recall >= RECALL
    assert mean(plain).recall < mean(ours).recall - 0.2, f"{mean(ours)} {mean(plain)}"


def mean(scores: list[Score]) -> Score:
    return Score(sum(one.precision for one in scores) / len(scores), sum(one.recall for one in scores) / len(scores))
