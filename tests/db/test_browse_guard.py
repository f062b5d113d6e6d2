"""What stands before the pages: policies, refusals, bounds, and addresses that no query reads."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from factories import NOW, FakeReader, fetched, line, sighting

from db.store import Store
from pipeline.commands.browse import application
from pipeline.run import run_line

PLANTED = "https://hooks.example.org/planted-0123456789"
HOSTILE = "<script>alert(1)</script>"
PAGES = [
    "/", "/toezeggingen", "/zoeken?q=kamer", "/cijfers", "/publicatie/1", "/publicatie/9", "/dossier/32824", "/ambten", "/klopt-niet/1", "/feeds/",
    "/pause/x", "/kamerspoor", "/kamerspoor/publications", "/kamerspoor/publications?_facet=kind", "/kamerspoor/publications/1",
    "/kamerspoor?sql=select+title+from+publications", "/kamerspoor?sql=select+nonsense", "/kamerspoor/nothing", "/-/databases", "/-/versions",
    "/-/patterns", "/-/logout", "/kamerspoor/publications.json", "/kamerspoor/publications.csv", "/static/kamerspoor.css", "/-/static/app.css",
    "/feeds/migratie.atom", "/toezeggingen.csv", "/toezeggingen.json",
]  # fmt: skip
"""Ours, Datasette's, errors, and files."""


@pytest.fixture
def filled(store: Store) -> Store:
    store.keep(sighting(title=HOSTILE), [fetched("Een brief.")], at=NOW)
    run_line(line(store, FakeReader()))
    with store.transaction() as connection:
        alert = connection.execute("SELECT id FROM alerts").fetchone()[0]
        failed = (alert, f"webhook:{PLANTED}", f"no answer from {PLANTED}")
        connection.execute("INSERT INTO deliveries (alert_id, target, error) VALUES (?, ?, ?)", failed)
        connection.execute("INSERT INTO digests (watch, target, slot) VALUES ('migratie', ?, 'x')", (f"mail:{PLANTED}",))
        connection.execute("INSERT INTO paused_targets (watch, target, at) VALUES ('migratie', ?, 'x')", (f"mail:{PLANTED}",))
    return store


def answers(store: Store, paths: Iterable[str], *, hosts: set[str] | None = None, method: str = "GET", **headers: str) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=application(store.path, store.path.parent / "feeds", hosts=hosts), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as client:
            return [await client.request(method, path) for path in paths]

    return asyncio.run(ask())


def asked(store: Store, sql: str) -> Any:
    [answer] = answers(store, [f"/kamerspoor.json?_shape=arrays&sql={quote(sql)}"])
    return answer.json()["rows"]


def test_every_answer_has_its_headers(filled: Store) -> None:
    for path, answer in zip(PAGES, answers(filled, PAGES), strict=True):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"] == "no-referrer", path
        assert answer.headers["x-frame-options"] == "DENY", path
        assert answer.status_code < 500, path


def test_no_page_runs_a_script(filled: Store) -> None:
    for path, answer in zip(PAGES, answers(filled, PAGES), strict=True):
        if answer.headers["content-type"].startswith("text/html"):
            assert "script-src" not in answer.headers["content-security-policy"] and HOSTILE not in answer.text, path
            assert "<script" not in answer.text, path


@pytest.mark.parametrize(
    "path",
    [
        "/\\example.org/", "/%5Cexample.org/", "/%5cexample.org/", "//example.org/", "/%2Fexample.org/", "/%2f%2fexample.org/", "/.//example.org/",
        "/%09/example.org/", "/%0a/example.org/", "/kamerspoor/\\example.org/", "/https:example.org/", "/@example.org/",
    ],
)  # fmt: skip
def test_no_path_leads_to_another_host(filled: Store, path: str) -> None:
    [answer] = answers(filled, ["http://127.0.0.1" + path])
    assert answer.status_code in (302, 400, 404)
    assert re.match(r"/(?![/\\])[^\\]*$", answer.headers.get("location", "/"))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("127.0.0.1:8001", 200), ("localhost:8001", 200), ("[::1]:8001", 200), ("Kamerspoor.example.org", 200),
        ("attacker.example", 400), ("127.0.0.1.attacker.example", 400), ("localhost.attacker.example:8001", 400), ("", 400),
    ],
)  # fmt: skip
def test_on_loopback_only_our_own_names_are_answered(filled: Store, host: str, status: int) -> None:
    [answer] = answers(filled, ["/"], hosts={"kamerspoor.example.org"}, Host=host)
    assert answer.status_code == status


def test_no_table_that_is_served_shows_an_address(filled: Store) -> None:
    names = [row["name"] for row in filled.connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    paths = [path for name in names for path in (f"/kamerspoor/{name}", f"/kamerspoor/{name}.json", f"/kamerspoor/{name}.csv")]
    found = answers(filled, paths)
    assert sum(answer.status_code == 200 for answer in found) > 60  # or there would be nothing to look at
    for path, answer in zip(paths, found, strict=True):
        assert "planted" not in answer.text, path


@pytest.mark.parametrize(
    "sql",
    [
        "select target from deliveries", "select * from deliveries", "select error from deliveries", "select target from digests",
        "select target from paused_targets", "with d as (select target as t from deliveries) select t from d", "select max(target) from deliveries",
        "select group_concat(target || error) from deliveries", "select json_object('t', target) from deliveries",
        "select (select target from deliveries where target like '%planted%')", "select * from deliveries where target > 'webhook:https://hooks'",
        "select quote(target) from deliveries union select hex(target) from digests", "select sql, quote(target) from sqlite_master, deliveries",
    ],
)  # fmt: skip
def test_no_query_reads_an_address(filled: Store, sql: str) -> None:
    shown = json.dumps(asked(filled, sql))
    assert "planted" not in shown and "706c616e746564" not in shown.lower()


@pytest.mark.parametrize(
    "query",
    [
        "sql=select count(*) from deliveries natural join (select '{0}' as target)",
        "sql=select count(*) from deliveries join (select '{0}' as target) using (target)",
        "sql=select count(*) from \"DELIVERIES\" nAtUrAl/**/join (select '{0}' as target)",
        "sql=with d as (select * from digests) select count(*) from d natural left join (select '{0}' as target)",
        "_where=exists(select 1 from paused_targets join (select '{0}' as target) using(target))",
    ],
)
def test_no_join_by_name_guesses_an_address(filled: Store, query: str) -> None:
    path = "/kamerspoor/publications.json" if query.startswith("_where") else "/kamerspoor.json"
    name, _, value = query.format(f"webhook:{PLANTED}").partition("=")
    [answer] = answers(filled, [f"{path}?{name}={quote(value)}"])
    assert answer.status_code == 400 and "rows" not in answer.text


def test_joins_by_name_of_other_tables_work(filled: Store) -> None:
    assert asked(filled, "select count(*) from publications natural join (select 1 as id)") == [[1]]


@pytest.mark.parametrize(
    "path",
    [
        "/-/databases.json", "/-/versions.json", "/-/settings.json", "/-/metadata.json", "/-/plugins.json", "/-/threads", "/-/databases", "/.json",
        "/kamerspoor.json?sql=select * from pragma_database_list", "/kamerspoor.json", "/kamerspoor/publications.json?_extra=all", "/nothing",
        "/kamerspoor.json?sql=select nonsense", "/feeds/..%2fkamerspoor.db",
    ],
)  # fmt: skip
def test_nobody_learns_where_the_database_lies_or_what_runs(filled: Store, path: str) -> None:
    [answer] = answers(filled, [path])
    assert str(filled.path.parent) not in answer.text and "uvicorn" not in answer.text
    assert not path.startswith("/-/") or answer.status_code == 404


def test_no_function_tells_an_address_in_memory(filled: Store) -> None:
    [answer] = answers(filled, ["/kamerspoor.json?sql=select+fts3_tokenizer('simple')"])
    assert answer.status_code == 400


def test_a_delivery_shows_its_channel_all_the_same(filled: Store) -> None:
    assert ["webhook"] in asked(filled, "select channel from deliveries")


@pytest.mark.parametrize(
    "sql",
    [
        "select hex(zeroblob(200000000))", "select length(replace(hex(zeroblob(10000000)), '0', 'aaaaaaaaaa'))", "select randomblob(100000000)",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n", "attach '/tmp/x.db' as x",
        "pragma journal_mode = delete", "select load_extension('x')", "delete from alerts", "select writefile('x', 'y')",
    ],
)  # fmt: skip
def test_a_query_is_bounded_and_only_reads(filled: Store, sql: str) -> None:
    began = time.monotonic()
    [answer] = answers(filled, [f"/kamerspoor.json?sql={quote(sql)}"])
    assert answer.status_code in (400, 403) and len(answer.text) < 10_000
    assert time.monotonic() - began < 15
    assert filled.connection.execute("SELECT count(*) FROM alerts").fetchone()[0] == 1


@pytest.mark.parametrize("path", ["/", "/kamerspoor/publications", "/-/permissions", "/-/messages", "/toezeggingen", "/feeds/"])
def test_nothing_but_the_forms_takes_a_post(filled: Store, path: str) -> None:
    before = filled.connection.execute("PRAGMA data_version").fetchone()[0]
    [answer] = answers(filled, [path], method="POST")
    assert answer.status_code == 405
    assert filled.connection.execute("PRAGMA data_version").fetchone()[0] == before


@pytest.mark.parametrize(
    ("path", "accepted", "packs", "why"),
    [
        ("/publicatie/1", "gzip, deflate, br", True, "a long text"),
        ("/publicatie/1", "br;q=1.0, GZIP;q=0.8", True, "with weights"),
        ("/publicatie/1", "gzip;q=0", False, "not wanted"),
        ("/publicatie/1", "identity", False, "not known"),
        ("/static/kamerspoor.css", "gzip", True, "the style"),
        ("/ambten", "gzip", False, "short"),
        ("/klopt-niet/1", "gzip", False, "a form"),
        ("/pause/x", "gzip", False, "a form"),
    ],
)  # fmt: skip
def test_a_long_answer_is_packed_where_a_browser_takes_it(store: Store, path: str, accepted: str, packs: bool, why: str) -> None:
    words = " ".join(f"woord {number} van een lange brief." for number in range(3000))
    store.keep(sighting(), [fetched(words)], at=NOW)
    run_line(line(store, FakeReader()))
    [plain] = answers(store, [path], **{"Accept-Encoding": "identity"})
    [answer] = answers(store, [path], **{"Accept-Encoding": accepted})
    assert (answer.headers.get("content-encoding") == "gzip") is packs, why
    assert answer.text == plain.text
    if packs:
        assert int(answer.headers["content-length"]) < len(plain.content) / 3 and "accept-encoding" in answer.headers["vary"].lower()


def test_what_is_sent_in_pieces_stays_as_it_is(filled: Store) -> None:
    [answer] = answers(filled, ["/kamerspoor/publications.csv?_stream=1"], **{"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers and answer.text.startswith("id,")
