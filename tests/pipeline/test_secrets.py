"""A secret planted in every setting that may hold one, and the addresses of readers: after runs in which every channel fails until that is told,
the secret is in no row, no file, no log line, and neither it nor an address is in anything that is served."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from factories import NOW, FakeReader, fetched, line, sighting

from db.pauses import PauseRequest, pause
from db.store import Store
from pipeline.commands.browse import application
from pipeline.run import run_line
from pipeline.settings import Settings, load_settings
from pipeline.watch import Watch

PLANTED = "planted-0123456789-secret"
READER = "qx7jansen@example.org"
HOOK = "https://hooks.example.net/in/0f3a9c-token"
"""An address with a key in it, as some services give them; it stands in the watches file and is part of the target."""
EVERYWHERE = Watch(name="migratie", title="Migratie", focus=True, email=(READER,), webhook=("team", "bad", HOOK), notify=("chat",))


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is taken and where nobody answers."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed_port: int) -> Settings:
    for name, value in {
        "SECRET": PLANTED, "WEBHOOK_SECRET": PLANTED, "WEBHOOK_ALLOW_PRIVATE": "true", "PUBLIC_URL": "https://kamerspoor.example.org/",
        "MAIL__HOST": "127.0.0.1", "MAIL__PORT": str(closed_port), "MAIL__SENDER": "k@example.org", "MAIL__USER": "k", "MAIL__PASSWORD": PLANTED,
        "WEBHOOKS__TEAM__URL": f"http://127.0.0.1:{closed_port}/{PLANTED}", "WEBHOOKS__TEAM__SECRET": PLANTED,
        "WEBHOOKS__BAD__URL": f"http://user:{PLANTED}@127.0.0.1:{closed_port}/", "WEBHOOKS__BAD__SECRET": f"whsec_%%{PLANTED}",
        "NOTIFY__CHAT": f"json://user:{PLANTED}@127.0.0.1:{closed_port}/{PLANTED}",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"KAMERSPOOR_{name}", value)
    monkeypatch.chdir(tmp_path)
    return load_settings(database=tmp_path / "data" / "kamerspoor.db")


def test_no_secret_is_stored_written_or_logged(store: Store, planted: Settings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store.keep(sighting(), [fetched("Een brief.")], at=NOW)
    outcome = run_line(replace(line(store, FakeReader(), watches=(EVERYWHERE,)), settings=planted))
    failed = {row["target"]: row["error"] for row in store.connection.execute("SELECT target, error FROM deliveries WHERE error IS NOT NULL")}
    assert {target.split(":")[0] for target in failed} == {"mail", "webhook", "notify"}  # or there would be nothing to look at
    assert len(failed) == 5
    assert outcome.delivery.failed
    everything = "\n".join(
        [*_rows(store.connection), *(record.getMessage() for record in caplog.records), repr(outcome), repr(planted), json.dumps(failed)]
    )
    assert PLANTED not in everything
    told = "\n".join([*(record.getMessage() for record in caplog.records), repr(outcome)])
    assert HOOK not in told, "an address may hold a key; it stands where it must, with the delivery"
    for path in store.path.parent.rglob("*"):
        if path.is_file():
            assert PLANTED.encode() not in path.read_bytes(), path


def _rows(connection: sqlite3.Connection) -> Iterator[str]:
    """Every row of every table as text; the index of words cannot be read back and holds none but those of texts."""
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'").fetchall():
        yield from (repr(tuple(row)) for row in connection.execute(f'SELECT * FROM "{name}"'))


def test_nothing_served_holds_a_secret_or_an_address(store: Store, planted: Settings) -> None:
    store.keep(sighting(), [fetched("Een brief.")], at=NOW)
    for day in range(4):  # until the targets that fail are reported
        run_line(replace(line(store, FakeReader(), watches=(EVERYWHERE,), now=NOW + timedelta(days=day)), settings=planted))
    assert store.connection.execute("SELECT count(*) FROM health_alarms WHERE trouble = 'channel'").fetchone()[0] == 5
    with store.transaction() as connection:
        pause(connection, PauseRequest(watches=("migratie",), target=f"mail:{READER}"), NOW)
    names = [row[0] for row in store.connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'search%'")]
    paths = ["/", "/feeds/", "/publicatie/1", "/publicaties", "/toezeggingen", "/dossier/32824", "/kamerspoor"]
    paths += [f"/kamerspoor/{name}{kind}" for name in names for kind in ("", ".json?_shape=array", ".csv")]
    paths += [f"/feeds/{path.name}" for path in planted.feeds_path.iterdir()]
    assert {"/feeds/health.atom", "/feeds/migratie.json"} <= set(paths)
    for path, answer in _served(store, planted, paths).items():
        for private in (PLANTED, READER, "qx7", "hooks.example.net", "0f3a9c"):
            assert private not in answer, path


def test_a_query_of_a_reader_gets_no_address(store: Store, planted: Settings) -> None:
    store.keep(sighting(), [fetched("Een brief.")], at=NOW)
    run_line(replace(line(store, FakeReader(), watches=(EVERYWHERE,)), settings=planted))
    queries = ("select target from deliveries", "select error from deliveries", "select * from digests", "select max(target||error) from deliveries")
    for path, answer in _served(store, planted, [f"/kamerspoor.json?sql={query.replace(' ', '+')}" for query in queries]).items():
        assert READER not in answer, path
        assert HOOK not in answer, path


def _served(store: Store, settings: Settings, paths: list[str]) -> dict[str, str]:
    """What each path answers."""

    async def ask() -> dict[str, str]:
        transport = httpx.ASGITransport(app=application(store.path, settings.feeds_path, settings.secret))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return {path: (await client.get(path)).text for path in paths}

    return asyncio.run(ask())
