"""Our process killed between sending and booking, for real: each alert arrives at least once, a repeat has the same id, none is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from factories import NOW, FakeReader, fetched, line, sighting
from loopback import serving

from db.store import Store
from pipeline.deliver import DeliveryOutcome
from pipeline.run import run_line

SENDER = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from db.store import Store
from pipeline.deliver import deliver
from pipeline.settings import load_settings
from pipeline.watch import Watch

store = Store.open(Path(sys.argv[1]))
watch = Watch(name="migratie", title="Migratie", focus=True, webhook=("team",))
outcome = deliver(store, (watch,), load_settings(database=Path(sys.argv[1])), datetime.fromisoformat(sys.argv[2]), refresh=False)
print(outcome.delivered, outcome.failed)
"""
LETTERS = 5


@dataclass
class Receiver:
    """Keeps the ids that it got, and kills the sender when it has this many."""

    port: int = 0
    got: list[str] = field(default_factory=list)
    kill_at: int | None = None
    sender: int | None = None


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            state.got.append(self.headers["webhook-id"])
            if len(state.got) == state.kill_at and state.sender is not None:
                os.kill(state.sender, signal.SIGKILL)  # we have it, and they will never know
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    with serving(Handler) as state.port:
        yield state


def send(database: Path, receiver: Receiver, day: int) -> int:
    """Deliver in a process of its own; gives its exit status."""
    environment = {
        **os.environ,
        "KAMERSPOOR_WEBHOOKS__TEAM__URL": f"http://127.0.0.1:{receiver.port}/",
        "KAMERSPOOR_WEBHOOKS__TEAM__SECRET": "a-secret-of-the-tests",
        "KAMERSPOOR_WEBHOOK_ALLOW_PRIVATE": "true",
    }
    command = [sys.executable, "-c", SENDER, str(database), NOW.replace(day=day).isoformat()]
    process = subprocess.Popen(command, env=environment, cwd=database.parent, stdout=subprocess.DEVNULL)
    receiver.sender = process.pid
    return process.wait(60)


def test_a_kill_between_sending_and_booking_loses_nothing(store: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.watch import Watch

    monkeypatch.setattr("pipeline.run.deliver", lambda *_, **__: DeliveryOutcome())
    for number in range(LETTERS):
        text = f"Brief {number}. " + " ".join(f"woord{number}{place}" for place in range(30))
        store.keep(sighting(identifier=f"kst-32824-{900 + number}", title=f"Brief {number}", number=str(900 + number)), [fetched(text)], at=NOW)
    run_line(line(store, FakeReader(), watches=(Watch(name="migratie", title="Migratie", focus=True, webhook=("team",)),)))
    raised = {row[0] for row in store.connection.execute("SELECT alert_id FROM deliveries WHERE target = 'webhook:team' AND state = 'pending'")}
    assert len(raised) == LETTERS

    receiver.kill_at = 3
    assert send(store.path, receiver, day=11) == -signal.SIGKILL
    assert len(receiver.got) == 3
    assert store.connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"

    receiver.kill_at = None
    assert send(store.path, receiver, day=12) == 0
    assert set(receiver.got) == raised
    assert len(receiver.got) == 3 + LETTERS  # what was taken but not booked came again, under the same ids

    before = len(receiver.got)
    assert send(store.path, receiver, day=13) == 0
    assert len(receiver.got) == before  # and nothing comes a third time
