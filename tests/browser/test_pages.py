"""Every page of the replay's data on a phone and on a desk: it fits, says nothing wrong, asks nobody else, and can be used by everyone."""

from __future__ import annotations

import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from visits import WIDTHS, visiting

from db.browse.office import slug

DAY = "2026-11-11"
OFFICE = "minister van Sociale Zaken en Werkgelegenheid"
PATHS = {
    "start": f"/?dag={DAY}",
    "start on a day without news": "/?dag=2027-02-01",
    "search": "/zoeken?q=inburgering",
    "search without hits": "/zoeken?q=zwaartekrachtgolf",
    "search form": "/zoeken",
    "promises": "/toezeggingen",
    "promises chosen": "/toezeggingen?status=open&termijn=met",
    "offices": "/ambten",
    "figures": "/cijfers",
    "figures of a topic": "/cijfers?onderwerp=civic-integration",
    "feeds": "/feeds/",
    "feed": "/feeds/migratie-integratie.atom",
    "tables": "/kamerspoor",
    "table": "/kamerspoor/publications?_size=10",
    "table with facets": "/kamerspoor/commitments?_size=10&_facet=status&_facet=kind",
    "view": "/kamerspoor/open_commitments?_size=10",
    "row": "/kamerspoor/publications/1",
    "sql": "/kamerspoor?sql=select+id%2C+title+from+publications+limit+5",
    "stored query": "/kamerspoor/bedragen-boven-10-miljoen",
    "not there": "/publicatie/999999",
}
CHOSEN = {
    "dossier": "SELECT '/dossier/' || dossier FROM publication_dossiers GROUP BY dossier ORDER BY count(*) DESC, dossier LIMIT 1",
    "versions": """SELECT '/publicatie/' || p.id || '?versie=' || min(d.id) FROM publications p JOIN sightings s ON s.publication_id = p.id
        JOIN documents d ON d.sighting_id = s.id AND d.state = 'extracted' AND d.id != p.document_id JOIN documents now ON now.id = p.document_id
        WHERE now.text_hash != d.text_hash AND now.url = d.url GROUP BY p.id ORDER BY p.id LIMIT 1""",
    **{
        f"publication: {kind}": f"SELECT '/publicatie/' || id FROM publications p WHERE kind = '{kind}' ORDER BY withdrawn, "
        "(SELECT count(*) FROM commitments c WHERE c.publication_id = p.id) DESC, id LIMIT 1"
        for kind in ("advies", "antwoord", "handeling", "kamerbrief", "kamervraag", "motie", "nota", "persbericht", "rapport", "verslag")
    },
    "withdrawn publication": "SELECT '/publicatie/' || id FROM publications WHERE withdrawn = 1 ORDER BY id LIMIT 1",
    "long publication": "SELECT '/publicatie/' || p.id FROM publications p JOIN documents d ON d.id = p.document_id ORDER BY d.words DESC LIMIT 1",
}


@pytest.fixture(scope="session")
def paths(demo: tuple[Path, str]) -> dict[str, str | None]:
    connection = sqlite3.connect(demo[0] / "demo" / "kamerspoor.db")
    found = {name: row[0] if (row := connection.execute(sql).fetchone()) else None for name, sql in CHOSEN.items()}
    connection.close()
    return {**PATHS, **found, "office": f"/ambt/{slug(OFFICE)}"}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", [*PATHS, *CHOSEN, "office"])
def test_a_page_fits_is_quiet_and_usable(browser: Any, site: str, axe: str | None, paths: dict[str, str | None], name: str, width: int) -> None:
    path = paths[name]
    assert path is not None, f"the replay holds no {name}"
    with visiting(browser, site + path, width) as visit:
        assert visit.status == (404 if name == "not there" else 200)
        assert [error for error in visit.errors if visit.status == 200] == []
        assert visit.hosts == {urlsplit(site).netloc}
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, overflowing(visit.page)
        levels = visit.page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => Number(h.tagName[1]))")
        assert levels.count(1) == 1 and levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels
        assert visit.findings(axe) == []


def overflowing(page: Any) -> list[str]:
    """The elements that stick out, for whoever must mend it."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)"
        ".slice(0, 5).map(e => e.outerHTML.slice(0, 150))"
    )
    return found
