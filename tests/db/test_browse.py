"""The pages: every table and view opens, nothing is written, nothing leads elsewhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from factories import NOW, FakeReader, amount, commitment, fetched, line, sighting

from db.records import Analysis, Topic
from db.store import Store
from pipeline.commands.browse import application
from pipeline.run import run_line

TEXT = "Ik informeer uw Kamer voor 1 mei 2027."
FOUND = {
    TEXT: Analysis(
        focus=True, focus_score=0.9, topics=(Topic(topic="language", score=1.0),), commitments=(commitment(),), amounts=(amount(),), analyser="fake/1"
    )
}
HOSTILE = '<img src=x onerror="alert(1)">'


def get(store: Store, path: str, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application(store.path, store.path.parent / "feeds"))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            return await client.get(path)

    return asyncio.run(ask())


@pytest.fixture
def filled(store: Store) -> Store:
    store.keep(sighting(title=HOSTILE), [fetched(TEXT)], at=NOW)
    run_line(line(store, FakeReader(FOUND)))
    return store


NAMES = [
    "recent",
    "open_commitments",
    "due_soon",
    "source_health",
    "review",
    "publications",
    "commitments",
    "commitment_mentions",
    "amounts",
    "publication_topics",
    "publication_references",
    "publication_dossiers",
    "sightings",
    "documents",
    "alerts",
    "deliveries",
    "revisions",
    "crawls",
    "failures",
    "corrections",
    "bedragen-boven-10-miljoen",
    "toezeggingen-zonder-termijn",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_table_view_and_query_opens(filled: Store, name: str) -> None:
    page = get(filled, f"/kamerspoor/{name}")
    assert page.status_code == 200
    assert HOSTILE not in page.text


def test_the_view_for_readers_has_dutch_words(filled: Store) -> None:
    page = get(filled, "/kamerspoor/open_commitments").text
    assert "Open toezeggingen" in page
    assert "2027-04-30" in page


def test_the_feed_is_served_once(filled: Store) -> None:
    first = get(filled, "/feeds/migratie.atom")
    assert first.status_code == 200
    assert first.headers["content-type"].startswith("application/atom+xml")
    assert get(filled, "/feeds/migratie.atom", **{"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/feeds/none.atom", "/feeds/..%2fkamerspoor.db", "/feeds/kamerspoor.db", "/feeds/.new-x"])
def test_nothing_but_feeds_is_served_as_a_feed(filled: Store, path: str) -> None:
    assert get(filled, path).status_code in (400, 404)


@pytest.mark.parametrize("path", ["/\\example.org/", "/%5Cexample.org/", "//example.org/"])
def test_no_path_leads_to_another_host(filled: Store, path: str) -> None:
    answer = get(filled, "http://127.0.0.1" + path)
    assert answer.status_code in (400, 404)
    assert "location" not in answer.headers


def test_nobody_can_write(filled: Store) -> None:
    page = get(filled, "/kamerspoor.json?sql=delete+from+alerts")
    assert page.status_code == 400
    assert filled.connection.execute("SELECT count(*) FROM alerts").fetchone()[0] == 1


def test_the_file_of_the_database_cannot_be_downloaded(filled: Store) -> None:
    assert get(filled, "/kamerspoor.db").status_code in (403, 404)


def test_metadata_names_the_file_that_is_served(store: Store) -> None:
    other = Store.open(Path(store.path.parent) / "anders.db")
    assert "Kamerspoor" in get(other, "/anders").text
    other.close()
