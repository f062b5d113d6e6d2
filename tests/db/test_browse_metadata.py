"""What Datasette's pages say of the database: every table, view and column has its Dutch words, and every stored query finds something."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from db.store import Store
from nlp.calendar import load

METADATA = yaml.safe_load((Path(__file__).resolve().parents[2] / "db" / "browse" / "metadata.yml").read_text(encoding="utf-8"))
TABLES: dict[str, dict[str, Any]] = METADATA["databases"]["kamerspoor"]["tables"]
QUERIES: dict[str, dict[str, str]] = METADATA["databases"]["kamerspoor"]["queries"]
DAY = "2026-11-11"
SHADOW = re.compile(r"search(_fresh|_parts)?_(config|content|data|docsize|idx)")
"""What FTS5 keeps for itself; Datasette hides it."""


@pytest.fixture
def schema(store: Store) -> dict[str, list[str]]:
    """Each table and view of the newest schema with its columns, generated ones included."""
    names = [row[0] for row in store.connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    return {
        name: [row["name"] for row in store.connection.execute(f'PRAGMA table_xinfo("{name}")')]
        for name in names
        if not SHADOW.fullmatch(name) and not name.startswith("sqlite_")
    }


def test_every_table_and_view_has_a_title_and_a_description_or_is_hidden(schema: dict[str, list[str]]) -> None:
    unsaid = [name for name in schema if not (words := TABLES.get(name, {})).get("hidden") and not (words.get("title") and words.get("description"))]
    assert unsaid == [], "give them a title and a description in db/browse/metadata.yml, or `hidden: true`"


def test_every_column_is_described_and_nothing_else(schema: dict[str, list[str]]) -> None:
    shown = {name: columns for name, columns in schema.items() if not TABLES.get(name, {}).get("hidden")}
    unsaid = {name: missing for name, columns in shown.items() if (missing := [one for one in columns if not TABLES[name]["columns"].get(one)])}
    assert unsaid == {}, "describe these columns in db/browse/metadata.yml"
    unknown = {name: set(words["columns"]) - set(schema[name]) for name, words in TABLES.items() if not words.get("hidden")}
    assert {name: columns for name, columns in unknown.items() if columns} == {}


def test_facets_order_labels_and_units_name_columns(schema: dict[str, list[str]]) -> None:
    for name, words in TABLES.items():
        named = [*words.get("facets", []), *words.get("units", {}), *(words[key] for key in ("sort", "sort_desc", "label_column") if key in words)]
        assert set(named) <= set(schema[name]), name


def test_what_a_foreign_key_leads_to_has_a_label(store: Store) -> None:
    for name, words in TABLES.items():
        if not words.get("hidden"):
            for key in store.connection.execute(f'PRAGMA foreign_key_list("{name}")'):
                assert "label_column" in TABLES[key["table"]], f"{name} leads to {key['table']}"


@pytest.fixture(scope="session")
def replayed(demo: tuple[Path, str]) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{demo[0] / 'demo' / 'kamerspoor.db'}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.close()


@pytest.mark.parametrize("name", QUERIES)
def test_a_stored_query_is_described_and_finds_something_in_the_replay(replayed: sqlite3.Connection, name: str) -> None:
    query = QUERIES[name]
    assert query["title"] and query["description"]
    rows = replayed.execute(query["sql"], {"dag": DAY}).fetchall()
    assert rows
    if "publication_id" in rows[0].keys():  # noqa: SIM118 -- a row iterates over its values
        known = {row[0] for row in replayed.execute("SELECT id FROM publications")}
        assert {row["publication_id"] for row in rows} <= known


def test_the_recesses_in_a_query_are_those_of_the_calendar() -> None:
    named = re.findall(r"'(20\d\d)-(\d\d-\d\d)'", QUERIES["open-toezeggingen-voor-het-zomerreces"]["sql"])
    assert len(named) > 5
    assert dict(named) == {year: load().recess("zomer", int(year)).first.isoformat()[5:] for year, _ in named}


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (DAY, "2027-07-09"),  # the next one
        ("2026-07-03", "2026-07-03"),  # its first day is still before it ends
        ("2026-07-04", "2027-07-09"),  # in the recess, the next one counts
    ],
)
def test_the_query_before_the_recess_ends_where_the_recess_begins(replayed: sqlite3.Connection, day: str, until: str) -> None:
    rows = replayed.execute(QUERIES["open-toezeggingen-voor-het-zomerreces"]["sql"], {"dag": day}).fetchall()
    expected = replayed.execute("SELECT count(*) FROM open_commitments WHERE by_date BETWEEN ? AND ?", (day, until)).fetchone()[0]
    assert len(rows) == expected
