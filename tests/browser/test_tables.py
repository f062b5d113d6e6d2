"""Datasette on the replay: its list names what a reader may want and nothing internal; every stored query answers in every form."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

METADATA = Path(__file__).resolve().parents[2] / "db" / "browse" / "metadata.yml"
DESCRIBED = yaml.safe_load(METADATA.read_text(encoding="utf-8"))["databases"]["kamerspoor"]


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        body: bytes = answer.read()
    return body.decode()


def test_the_list_shows_titles_and_hides_what_is_internal(site: str) -> None:
    page = read(f"{site}/kamerspoor")
    shown = re.findall(r'<a href="/kamerspoor/([^"?]+)">([^<]+)</a>', page)
    expected = {name: words["title"] for name, words in [*DESCRIBED["tables"].items(), *DESCRIBED["queries"].items()] if not words.get("hidden")}
    assert dict(shown) == expected
    assert all(words["description"].split("’")[0].split("'")[0] in page for words in DESCRIBED["queries"].values())


@pytest.mark.parametrize("name", DESCRIBED["queries"])
def test_a_stored_query_answers_as_json_and_csv(site: str, name: str) -> None:
    rows = json.loads(read(f"{site}/kamerspoor/{name}.json?dag=2026-11-11&_shape=array"))
    assert rows
    assert read(f"{site}/kamerspoor/{name}.csv?dag=2026-11-11").splitlines()[0] == ",".join(rows[0])


def test_a_table_shows_the_names_behind_its_numbers(site: str) -> None:
    page = read(f"{site}/kamerspoor/commitments?_size=5")
    assert re.search(r'<td[^>]*><a href="/kamerspoor/publications/\d+">[^<\d][^<]+</a>', page)


def test_a_table_says_what_its_columns_mean_and_counts_its_facets(site: str) -> None:
    page = read(f"{site}/kamerspoor/publications")
    assert DESCRIBED["tables"]["publications"]["columns"]["focus_score"] in page
    assert '<h2 id="telling-1">' in page and "_facet" in page


def test_a_query_of_ones_own_shows_its_error_in_the_page(site: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        read(f"{site}/kamerspoor?sql=select+1+from+nowhere")
    assert caught.value.code == 400
    assert "no such table: nowhere" in caught.value.read().decode()
