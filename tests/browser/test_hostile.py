"""Documents are written by others: whatever stands in them is shown as text and does nothing, also where no policy would stop it."""

from __future__ import annotations

import json
import sqlite3
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from factories import NOW, FakeReader, amount, commitment, evidence, fetched, line, sighting
from serving import TOKEN, serving
from visits import visiting

from db.records import Analysis, Reference, Topic, TopicEvidence
from db.store import Store
from pipeline.run import run_line

RUN = "window.ran=1"
HOSTILE = (
    f'<img src=x onerror="{RUN}"><svg onload="{RUN}"></svg></title></textarea></select><script>{RUN}</script>\' onfocus=\'{RUN}\' autofocus '
    f'" onmouseover="{RUN}" {{{{ {RUN} }}}} <a href="javascript:{RUN}">klik</a> \u202egnilegnidneV\u202c <base href="https://example.org/">'
)
LINK = f"javascript:{RUN}//"
LONG = "Ä" * 10_000
SENTENCE = f"Ik informeer uw Kamer voor 1 mei 2027 {HOSTILE}."
TEXT = f"{SENTENCE} Er is 80 miljoen euro beschikbaar. {LONG}"
ANALYSIS = Analysis(
    focus=True,
    focus_score=0.9,
    topics=(Topic(topic="language", score=1.0, evidence=(TopicEvidence(term=HOSTILE, start=3, end=12), TopicEvidence(term=LONG))),),
    commitments=(replace(commitment(), evidence=evidence(SENTENCE), act=HOSTILE, actor=HOSTILE, condition=HOSTILE),),
    amounts=(replace(amount(), evidence=evidence("80 miljoen euro", TEXT.index("80 miljoen")), purpose=HOSTILE, recipient=HOSTILE),),
    references=(Reference(evidence=evidence("uw Kamer", 13), kind="law", target=HOSTILE),),
    analyser="fake/1",
    office=HOSTILE,
    person=HOSTILE,
)
# What a row says about itself: a poisoned day, number or address of a table would only lead to a page that is not there.
STRUCTURE = {
    "id", "key", "date", "dossier", "document_id", "publication_id", "not_after", "not_before", "first_seen", "last_seen", "updated", "at", "day",
    "evidence", "record", "content", "changes", "happened", "acts_before", "state", "sha256", "text", "text_hash", "fetched", "published", "topic",
    "analysed", "extracted", "started", "finished", "raised", "pieces", "cells", "uid", "watch", "target", "alert_id", "publication_key",
    "dossiers", "years",
}  # fmt: skip
POISONED = (
    "publications", "commitments", "commitment_mentions", "commitment_history", "amounts", "publication_references", "sightings", "documents",
    "segments", "crawls", "failures", "corrections", "health_alarms", "registered_commitments", "joins", "fulfilments",
)  # fmt: skip


def poison(database: Path) -> None:
    """Hostile text in every text of every row, addresses included; no rule of ours stands between."""
    connection = sqlite3.connect(database)
    with connection:
        connection.execute(
            "INSERT INTO commitment_history (commitment_id, publication_id, kind, at, day, sentence, reason) "
            "VALUES (1, 1, 'moved', '2026-11-11T12:00:00+00:00', '2026-11-11', '', '')"
        )
        connection.execute(
            "INSERT INTO crawls (source, started, finished, outcome, reason) VALUES ('koop', '2026-11-11', '2026-11-11', 'failed', 'x')"
        )
        connection.execute("INSERT INTO failures (stage, subject, reason, first, last) VALUES ('x', 'x', 'x', '2026-11-11', '2026-11-11')")
        for table in POISONED:
            for name, kind, generated in connection.execute(f"SELECT name, type, hidden FROM pragma_table_xinfo('{table}')").fetchall():
                if kind == "TEXT" and not generated and name not in STRUCTURE:
                    value = LINK if name == "url" else HOSTILE
                    connection.execute(f"UPDATE OR IGNORE {table} SET {name} = ?", (value,))
        connection.execute("UPDATE publications SET title = ? WHERE id = 2", (LONG,))
    connection.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = Store.open(tmp_path_factory.mktemp("hostile") / "kamerspoor.db")
    for number, text in (("900", TEXT), ("901", TEXT + " Nog iets.")):
        store.keep(sighting(identifier=f"kst-32824-{number}", number=number, title=HOSTILE, publisher=HOSTILE), [fetched(text)], at=NOW)
    reader = FakeReader(dict.fromkeys((TEXT, TEXT + " Nog iets.", TEXT + " Veranderd."), ANALYSIS))
    run_line(line(store, reader))
    store.keep(sighting(title=HOSTILE, publisher=HOSTILE), [fetched(TEXT + " Veranderd.")], at=NOW)
    run_line(line(store, reader))
    path = store.path
    store.close()
    poison(path)
    with serving(path, KAMERSPOOR_CORRECTIONS_TOKEN=TOKEN) as address:
        yield address


ASKED = quote(HOSTILE)
PATHS = [
    "/?dag=2026-11-10",
    "/publicatie/1",
    "/publicatie/1?versie=1",
    "/publicatie/2",
    "/toezeggingen",
    f"/toezeggingen?ministerie={ASKED}",
    "/dossier/32824",
    "/ambten",
    "/zoeken?q=kamer",
    f"/zoeken?q={ASKED}",
    "/cijfers",
    f"/cijfers?onderwerp={ASKED}",
    "/feeds/",
    "/feeds/migratie.atom",
    "/kamerspoor",
    *(f"/kamerspoor/{name}" for name in ("publications", "commitments", "amounts", "sightings", "alerts", "review", "open_commitments", "crawls")),
    "/kamerspoor/publications?_facet=publisher&_facet=kind",
    f"/kamerspoor/publications?title__contains={ASKED}",
    "/kamerspoor/publications/1",
    "/kamerspoor/documents/1",
    "/kamerspoor/toezeggingen-zonder-termijn",
    f"/kamerspoor?sql=select+%3Ax&x={ASKED}",
    f"/kamerspoor?sql={ASKED}",
    f"/{ASKED.replace('/', '')}",
]


@pytest.mark.parametrize("path", PATHS)
def test_hostile_text_does_nothing_and_fits(browser: Any, hostile: str, path: str) -> None:
    with visiting(browser, hostile + path, 390, bypass_csp=True) as visit:
        visit.page.keyboard.press("Tab")
        visit.page.mouse.move(100, 300)
        assert visit.page.evaluate("window.ran") is None
        assert visit.page.evaluate("[...document.querySelectorAll('a, form')].filter(e => /^javascript:/i.test(e.href || e.action)).length") == 0
        assert visit.page.evaluate("document.querySelectorAll('script, img, iframe, object, embed, base, main [onload], main [onfocus]').length") == 0
        assert visit.hosts == {urlsplit(hostile).netloc}
        assert [error for error in visit.errors if "status of 4" not in error] == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_hostile_text_is_there_to_be_seen(browser: Any, hostile: str) -> None:
    for path in ("/?dag=2026-11-10", "/publicatie/1", "/toezeggingen", "/kamerspoor/publications", "/feeds/migratie.atom"):
        with visiting(browser, hostile + path) as visit:
            assert f'<img src=x onerror="{RUN}">' in visit.page.locator("body").inner_text(), path


@pytest.mark.parametrize("path", ["/?dag=2026-11-10", "/publicatie/1", "/toezeggingen"])
def test_what_turns_the_direction_of_writing_turns_nothing_around_it(browser: Any, hostile: str, path: str) -> None:
    with visiting(browser, hostile + path) as visit:
        turned = visit.page.evaluate(
            "[...document.querySelectorAll('main *')].filter(e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.includes('\\u202e')))"
            ".filter(e => { const s = getComputedStyle(e); return s.display == 'inline' && s.unicodeBidi != 'isolate'; }).map(e => e.outerHTML)"
        )
        assert turned == []


def test_files_for_machines_are_no_pages(hostile: str) -> None:
    for path in ("/toezeggingen.json", "/toezeggingen.csv", "/kamerspoor/publications.json?_shape=array", "/feeds/migratie.json"):
        with urllib.request.urlopen(hostile + path, timeout=20) as answer:
            assert "html" not in answer.headers["Content-Type"] and answer.headers["X-Content-Type-Options"] == "nosniff"
            if "json" in path:
                json.loads(answer.read())
