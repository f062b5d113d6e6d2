"""A secret planted in every setting that may hold one: after a whole run in which every channel fails, it is in no row, no file, no log line."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from factories import NOW, FakeReader, fetched, line, sighting

from db.store import Store
from pipeline.run import run_line
from pipeline.settings import Settings, load_settings
from pipeline.watch import Watch

PLANTED = "planted-0123456789-secret"
EVERYWHERE = Watch(name="migratie", title="Migratie", focus=True, email=("lezer@example.org",), webhook=("team", "bad"), notify=("chat",))


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
    assert outcome.delivery.failed
    everything = "\n".join(
        [*store.connection.iterdump(), *(record.getMessage() for record in caplog.records), repr(outcome), repr(planted), json.dumps(failed)]
    )
    assert PLANTED not in everything
    for path in store.path.parent.rglob("*"):
        if path.is_file():
            assert PLANTED.encode() not in path.read_bytes(), path
