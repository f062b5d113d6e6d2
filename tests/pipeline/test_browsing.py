"""The pages as a child process: started again when it dies or hangs, ended at once, and what went wrong is a row."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import NOW

from db.store import Store
from pipeline.browsing import STOP_SECONDS, Pages, pages_of
from pipeline.settings import load_settings

DIES = "import sys; print('kamerspoor: browse: cannot listen', file=sys.stderr); sys.exit(2)"
HANGS = "import time; time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', file=__import__('sys').stderr, flush=True); time.sleep(60)"
TALKS = "import sys; sys.stderr.write('x' * 200_000); sys.exit(1)"
SERVES = (
    "import http.server, sys; H = type('H', (http.server.BaseHTTPRequestHandler,), {'do_GET': lambda s: (s.send_response(200), s.end_headers()), "
    "'log_message': lambda *a: None}); http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), H).serve_forever()"
)


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        found = int(holder.getsockname()[1])
    yield found


def pages(store: Store, port: int, program: str, **options: Any) -> Pages:
    def command(one: Pages) -> tuple[str, ...]:
        return (sys.executable, "-c", program, str(one.port))

    return Pages(store=store, host="127.0.0.1", port=port, now=lambda: NOW, command=command, **({"first_wait": 0.05, "look_every": 0.2} | options))


def reasons(store: Store) -> list[tuple[str, int, bool]]:
    rows = store.connection.execute("SELECT reason, times, resolved IS NOT NULL AS over FROM failures WHERE stage = 'browse' ORDER BY id")
    return [(row["reason"], row["times"], bool(row["over"])) for row in rows]


def run_for(served: Pages, seconds: float) -> float:
    """Run for a while; gives how long the end took."""

    async def run() -> float:
        running = asyncio.ensure_future(served.run())
        await asyncio.sleep(seconds)
        assert not running.done()
        began = time.monotonic()
        served.stop()
        await running
        return time.monotonic() - began

    return asyncio.run(run())


def test_what_dies_is_started_again_and_its_last_words_are_kept(store: Store, port: int) -> None:
    run_for(pages(store, port, DIES), 1.5)
    [(reason, times, over)] = reasons(store)
    assert reason == "ended with status 2: browse: cannot listen" and times > 1 and not over


def test_waits_grow_so_that_what_cannot_start_costs_little(store: Store, port: int) -> None:
    run_for(pages(store, port, DIES, first_wait=0.5, longest_wait=60.0), 3)
    assert reasons(store)[0][1] <= 3  # at 0, 0.5 and 1.5 seconds


def test_what_does_not_exist_is_no_exception(store: Store, port: int) -> None:
    served = Pages(store=store, host="127.0.0.1", port=port, now=lambda: NOW, command=lambda _: ("/does/not/exist",), first_wait=0.05)
    run_for(served, 0.5)
    assert reasons(store)[0][0].startswith("did not start: ")


def test_what_says_much_is_no_exception(store: Store, port: int) -> None:
    run_for(pages(store, port, TALKS), 1)
    assert reasons(store)[0][0].startswith("ended with status 1")


def test_what_no_longer_answers_is_ended_and_started_again(store: Store, port: int) -> None:
    run_for(pages(store, port, HANGS, patience=2), 2)
    assert ("no longer answered", 1, False) in [(reason, min(times, 1), over) for reason, times, over in reasons(store)]


def test_what_is_well_again_is_over(store: Store, port: int) -> None:
    store.fail("browse", "pages", "ended with status 1", None, NOW)
    run_for(pages(store, port, SERVES, well_after=0.5, patience=100), 3)
    assert reasons(store) == [("ended with status 1", 1, True)]


@pytest.mark.parametrize("program", [SERVES, HANGS, DEAF])
def test_the_end_comes_within_a_second(store: Store, port: int, program: str) -> None:
    assert run_for(pages(store, port, program, look_every=30.0), 1) < STOP_SECONDS + 0.5


def test_a_stop_while_waiting_for_the_next_start_comes_at_once(store: Store, port: int) -> None:
    assert run_for(pages(store, port, DIES, first_wait=60.0), 1) < 0.5


def test_the_settings_switch_it_on(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.chdir(tmp_path)
    assert pages_of(load_settings(), store, None, lambda: NOW) is None
    monkeypatch.setenv("KAMERSPOOR_BROWSE__ENABLED", "true")
    monkeypatch.setenv("KAMERSPOOR_BROWSE__PORT", "8123")
    served = pages_of(load_settings(), store, None, lambda: NOW)
    assert served is not None and (served.host, served.port) == ("127.0.0.1", 8123)
    assert Path(served.own_command()[-1]).is_absolute()
