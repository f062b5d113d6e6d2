"""Everything else through Apprise, against a real receiver on loopback: what counts as sent, and what does not show."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from factories import ALERT, FOLLOWER
from loopback import serving
from pydantic import SecretStr

from db.errors import DeliveryError
from db.records import Alert
from pipeline.channels import notify
from pipeline.channels.content import entries_of
from pipeline.settings import Settings

PLANTED = "planted-key-in-the-url"


@dataclass
class Chat:
    """A service that takes Apprise's JSON."""

    port: int = 0
    got: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@pytest.fixture
def chat() -> Iterator[Chat]:
    pytest.importorskip("apprise", reason="the extra `notify` is not installed")
    state = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            state.paths.append(self.path)
            status = state.answers.pop(0) if state.answers else 200
            self.send_response(status)
            if status == 307:
                self.send_header("location", f"http://127.0.0.1:{state.port}/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    with serving(Handler) as state.port:
        yield state


def send(url: str, *alerts: Alert) -> None:
    settings = Settings(notify={"chat": SecretStr(url)})
    notify.send("notify:chat", FOLLOWER, alerts or (ALERT,), None, settings)  # type: ignore[arg-type]


def test_a_run_is_one_message(chat: Chat) -> None:
    send(f"json://127.0.0.1:{chat.port}/x", ALERT, replace(ALERT, id="f" * 32, title="Nog een brief"))
    (message,) = chat.got
    assert message["title"] == "2 meldingen: Migratie"
    for words in ("Een brief over taal", "Nog een brief", "Kamerbrief: gaat over taal.", "https://zoek.officielebekendmakingen.nl/kst-32824-900.html"):
        assert words in message["message"]


@pytest.mark.parametrize("status", [500, 429, 404, 307])
def test_a_failure_is_a_failure_although_the_result_is_an_object(chat: Chat, status: int) -> None:
    chat.answers = [status]
    with pytest.raises(DeliveryError, match="JSON FAILURE") as error:
        send(f"json://127.0.0.1:{chat.port}/x")
    assert not error.value.permanent


@pytest.mark.parametrize("query", ["", "?redirect=yes"])
def test_a_redirect_is_not_followed_even_where_the_url_asks_for_it(chat: Chat, query: str) -> None:
    chat.answers = [307]
    with pytest.raises(DeliveryError):
        send(f"json://127.0.0.1:{chat.port}/x{query}")
    assert chat.paths == ["/x"]


def test_a_service_that_was_marked_optional_counts_all_the_same(chat: Chat) -> None:
    chat.answers = [500]
    with pytest.raises(DeliveryError):
        send(f"json://127.0.0.1:{chat.port}/x?optional=yes")


def test_one_of_two_services_is_not_enough(chat: Chat) -> None:
    with pytest.raises(DeliveryError, match="JSON FAILURE"):
        send(f"json://127.0.0.1:{chat.port}/x, json://127.0.0.1:9/y?rto=1&cto=1")
    assert len(chat.got) == 1


def test_a_service_that_is_down_and_then_up(chat: Chat) -> None:
    with pytest.raises(DeliveryError):
        send("json://127.0.0.1:9/x?cto=1")
    send(f"json://127.0.0.1:{chat.port}/x")
    assert len(chat.got) == 1


def test_the_key_in_a_url_shows_in_no_log_and_no_error(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    chat.answers = [200, 500]
    url = f"json://user:{PLANTED}@127.0.0.1:{chat.port}/{PLANTED}"
    send(url)
    with pytest.raises(DeliveryError) as error:
        send(url)
    with pytest.raises(DeliveryError) as unknown:
        send(f"nosuchservice://{PLANTED}")
    logged = [f"{record.name} {record.getMessage()}" for record in caplog.records] + [str(error.value), str(unknown.value)]
    assert PLANTED not in "\n".join(logged)


def test_many_alerts_end_in_a_number_and_the_feeds() -> None:
    many = [replace(ALERT, id=f"{number:032x}", title=f"Brief {number}", summary="woord " * 500) for number in range(50)]
    title, body = notify.message_of(FOLLOWER, entries_of(many), "https://example.org/feeds/")
    assert title == "50 meldingen: Migratie"
    assert body.endswith("En nog 40; alles staat in de feed: https://example.org/feeds/")
    assert len(body) < 6000


def test_what_is_not_set_up_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeliveryError, match="KAMERSPOOR_NOTIFY__CHAT"):
        notify.send("notify:chat", FOLLOWER, (ALERT,), None, Settings())  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(DeliveryError, match=r"kamerspoor\[notify\]"):
        send("json://127.0.0.1/")
