"""Webhooks to a real receiver on loopback: signed so that another implementation would agree, sent to nobody inside, at least once under one id."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import jsonschema
import pytest
from factories import ALERT, FOLLOWER, NOW
from loopback import serving
from pydantic import SecretStr

from db.errors import DeliveryError
from db.records import Alert
from pipeline.channels import webhook
from pipeline.settings import Settings, WebhookSettings

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
PLANTED = "planted-key-in-the-url"
ALERTS = [replace(ALERT, id=f"{number:032x}", raised=NOW + timedelta(minutes=number)) for number in range(3)]


@dataclass
class Receiver:
    """What a receiver got, and how it answers: a status, or something that a test does to the open connection."""

    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int | Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    port: int = 0
    pathes: list[str] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    state = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            state.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            state.pathes.append(self.path)
            answer = state.answers.pop(0) if state.answers else 200
            if callable(answer):
                answer(self)
                return
            self.send_response(answer)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    with serving(Handler) as state.port:
        yield state


def settings_for(url: str, *, private: bool = True, secret: str = SECRET, seconds: float = 5) -> Settings:
    team = WebhookSettings(url=SecretStr(url), secret=SecretStr(secret))
    return Settings(webhooks={"team": team}, webhook_allow_private=private, webhook_seconds=seconds)


def send(settings: Settings, alerts: Sequence[Alert] = (ALERT,), target: str = "webhook:team") -> None:
    webhook.send(target, FOLLOWER, alerts, None, settings)  # type: ignore[arg-type]


def here(receiver: Receiver, path: str = "/hook") -> Settings:
    return settings_for(f"http://127.0.0.1:{receiver.port}{path}")


TEXT, DAY, NULL = {"type": "string"}, {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}, {"type": "null"}
FACT = {"sentence": TEXT, "page": {"anyOf": [{"type": "integer"}, NULL]}}


def objects(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": list(properties), "properties": properties}}


SCHEMA = {
    "type": "object", "additionalProperties": False, "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"type": "string", "pattern": r"^alert\.[a-z]+$"},
        "timestamp": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "data": {
            "type": "object", "additionalProperties": False,
            "required": [
                "alert", "watch", "kind", "title", "summary", "withdrawn", "publication", "reasons", "topics", "promises", "amounts", "changes",
            ],
            "properties": {
                "alert": {"type": "string", "pattern": "^[0-9a-f]{32}$"}, "watch": TEXT, "kind": TEXT, "title": TEXT, "summary": TEXT,
                "withdrawn": {"type": "boolean"},
                "publication": {
                    "type": "object", "additionalProperties": False, "required": ["kind", "date", "publisher", "dossiers", "url"],
                    "properties": {
                        "kind": TEXT, "date": {"anyOf": [DAY, NULL]}, "publisher": {"anyOf": [TEXT, NULL]},
                        "dossiers": {"type": "array", "items": TEXT}, "url": {"anyOf": [{"type": "string", "pattern": "^https?://"}, NULL]},
                    },
                },
                "reasons": {"type": "array", "items": TEXT}, "changes": {"type": "array", "items": TEXT},
                "topics": objects(topic=TEXT, title=TEXT, terms={"type": "array", "items": TEXT}),
                "promises": objects(
                    act=TEXT, by={"anyOf": [DAY, NULL]}, by_text=TEXT, note={"anyOf": [TEXT, NULL]}, firm={"type": "boolean"}, **FACT
                ),
                "amounts": objects(amount=TEXT, **{"for": {"anyOf": [TEXT, NULL]}}, **FACT),
                "words": objects(term=TEXT, text=TEXT, url=TEXT, **FACT), "happened": objects(kind=TEXT, text=TEXT),
            },
        },
    },
}  # fmt: skip


def test_an_alert_is_posted_signed_under_its_own_id(receiver: Receiver) -> None:
    send(here(receiver, "/hook?x=1"))
    ((headers, body),) = receiver.got
    assert headers["webhook-id"] == ALERT.id
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    # As a receiver would: the words of docs/webhook.md, not our function
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["content-type"] == "application/json"
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert receiver.pathes == ["/hook?x=1"]
    jsonschema.validate(json.loads(body), SCHEMA)


def test_the_signature_of_the_convention_is_ours() -> None:
    """The example of the Standard Webhooks specification."""
    keys = webhook.keys_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = webhook.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', keys)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_secret_changes_both_sign(receiver: Receiver) -> None:
    send(settings_for(f"http://127.0.0.1:{receiver.port}/", secret=f"{SECRET} another-key-of-a-text"))
    assert len(receiver.got[0][0]["webhook-signature"].split()) == 2


def test_each_alert_is_a_request_oldest_first(receiver: Receiver) -> None:
    send(here(receiver), ALERTS)
    assert [headers["webhook-id"] for headers, _ in receiver.got] == [alert.id for alert in ALERTS]


def test_the_same_alert_is_the_same_body(receiver: Receiver) -> None:
    send(here(receiver))
    send(here(receiver))
    (_, first), (_, second) = receiver.got
    assert first == second


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_a_yes(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    send(here(receiver))


@pytest.mark.parametrize(("status", "permanent"), [(410, True), (429, False), (500, False), (503, False), (400, False), (404, False), (301, False)])
def test_only_gone_is_for_good(receiver: Receiver, status: int, permanent: bool) -> None:
    receiver.answers = [status]
    with pytest.raises(DeliveryError, match=str(status)) as error:
        send(here(receiver))
    assert error.value.permanent is permanent


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("120", 120, 120),
        (timedelta(hours=2), 7000, 7200),
        ("99999999999999999999", 86400, 86400),  # no receiver puts us off for longer than a day
        (timedelta(hours=-2), 0, 0),
        ("soon", None, None),
        ("-5", None, None),
        ("", None, None),
    ],
)
def test_retry_after_is_given_on(receiver: Receiver, header: str | timedelta, least: int | None, most: int | None) -> None:
    if isinstance(header, timedelta):
        header = format_datetime(datetime.now(UTC) + header, usegmt=True)
    receiver.answers, receiver.headers = [429], {"Retry-After": header}
    with pytest.raises(DeliveryError) as error:
        send(here(receiver))
    wait = error.value.retry_after
    if least is None or most is None:
        assert wait is None
    else:
        assert wait is not None
        assert least - 60 <= wait.total_seconds() <= most


def test_what_was_taken_before_a_failure_is_told(receiver: Receiver) -> None:
    receiver.answers = [200, 500]
    with pytest.raises(DeliveryError) as error:
        send(here(receiver), ALERTS)
    assert error.value.accepted == {ALERTS[0].id}
    assert len(receiver.got) == 2  # the third waits for its turn


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [307], {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    with pytest.raises(DeliveryError, match="redirects are not followed"):
        send(here(receiver))
    assert receiver.pathes == ["/hook"]


def test_a_receiver_that_was_down_gets_it_when_it_is_up(receiver: Receiver) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    with pytest.raises(DeliveryError, match="ConnectError") as error:
        send(settings_for(f"http://127.0.0.1:{closed}/"))
    assert not error.value.permanent
    send(here(receiver))
    assert len(receiver.got) == 1


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def drip(handler: BaseHTTPRequestHandler) -> None:
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100):
            handler.wfile.write(f"X-{number}: y\r\n".encode())
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        handler.close_connection = True


def test_a_receiver_that_dies_half_way_gets_it_again_under_the_same_id(receiver: Receiver) -> None:
    receiver.answers = [cut_off]
    with pytest.raises(DeliveryError) as error:
        send(here(receiver))
    assert not error.value.permanent
    send(here(receiver))
    assert [headers["webhook-id"] for headers, _ in receiver.got] == [ALERT.id, ALERT.id]


@pytest.mark.parametrize("answer", [drip, lambda _: time.sleep(2)], ids=["one line of a header at a time", "nothing"])
def test_a_slow_receiver_is_given_up(receiver: Receiver, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
    receiver.answers = [answer]
    start = time.monotonic()
    with pytest.raises(DeliveryError, match=r"no answer within 0\.5 seconds") as error:
        send(settings_for(f"http://127.0.0.1:{receiver.port}/", seconds=0.5))
    assert time.monotonic() - start < 3
    assert not error.value.permanent


def test_a_slow_receiver_holds_up_nobody_for_long(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)
        handler.send_response(200)
        handler.send_header("content-length", "0")
        handler.end_headers()

    monkeypatch.setattr(webhook, "BATCH_SECONDS", 0.4)
    receiver.answers = [late, late, late]
    with pytest.raises(DeliveryError, match="the rest follows") as error:
        send(here(receiver), ALERTS)
    # how many fit depends on the machine; the first always does, and not all
    assert ALERTS[0].id in error.value.accepted
    assert len(error.value.accepted) < len(ALERTS)


def test_a_huge_answer_is_not_read(receiver: Receiver) -> None:
    sent = 0

    def pour(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.close_connection = True
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            for _ in range(1000):
                sent += handler.wfile.write(b"x" * 1_000_000)
        except OSError:
            return

    receiver.answers = [pour]
    send(here(receiver))
    assert sent < 50_000_000


INSIDE = [
    "http://127.0.0.1:{port}/", "http://localhost:{port}/", "http://0.0.0.0:{port}/", "http://[::1]:{port}/", "http://[::ffff:127.0.0.1]:{port}/",
    "http://2130706433:{port}/", "http://0x7f000001:{port}/", "http://127.1:{port}/", "http://0177.0.0.1:{port}/", "http://10.0.0.1/",
    "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/", "http://100.64.0.1/", "http://[fe80::1]/", "http://[fd00::1]/",
    "http://[64:ff9b::7f00:1]/",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_nothing_is_posted_inside_our_own_network(receiver: Receiver, url: str) -> None:
    with pytest.raises(DeliveryError):
        send(settings_for(url.format(port=receiver.port), private=False, seconds=2))
    assert not receiver.got


def test_the_address_that_was_checked_is_the_address_that_is_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public when it is checked and inside when it is connected to (DNS rebinding) is asked once only."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def changing(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name == "rebind.example":
            asked.append(name)
            return real("192.0.2.1" if len(asked) == 1 else "127.0.0.1", *args, **kwargs)
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    monkeypatch.setattr("crawler.guard.is_public", lambda address: not address.startswith("127."))
    with pytest.raises(DeliveryError):
        send(settings_for(f"http://rebind.example:{receiver.port}/", private=False, seconds=0.5))
    assert asked == ["rebind.example"]
    assert not receiver.got


def test_no_proxy_of_the_environment_is_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    send(here(receiver))
    assert len(receiver.got) == 1


@pytest.mark.parametrize("url", ["http://user:password@127.0.0.1/", "http:///x", "http://[bad/"])
def test_an_odd_url_is_refused_in_words_that_do_not_show_it(url: str) -> None:
    with pytest.raises(DeliveryError) as error:
        send(settings_for(url))
    assert "password" not in str(error.value)


def test_the_key_in_a_url_shows_in_no_log_and_no_error(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    settings = here(receiver, f"/{PLANTED}")
    receiver.answers = [200, 500, cut_off]
    send(settings)
    errors = []
    for _ in range(2):
        with pytest.raises(DeliveryError) as error:
            send(settings)
        errors.append(str(error.value))
    logged = [record.getMessage() for record in caplog.records] + errors
    assert receiver.pathes == [f"/{PLANTED}"] * 3
    assert PLANTED not in "\n".join(logged)
    assert SECRET not in "\n".join(logged)


def test_a_url_in_the_watches_file_is_signed_with_the_shared_key(receiver: Receiver) -> None:
    url = f"http://127.0.0.1:{receiver.port}/direct"
    with pytest.raises(DeliveryError, match="KAMERSPOOR_WEBHOOK_SECRET"):
        send(Settings(webhook_allow_private=True), target=f"webhook:{url}")
    send(Settings(webhook_allow_private=True, webhook_secret=SecretStr(SECRET)), target=f"webhook:{url}")
    assert receiver.pathes == ["/direct"]


@pytest.mark.parametrize("target", ["webhook:nobody", "webhook:"])
def test_a_name_that_is_not_in_the_settings_is_said(target: str) -> None:
    with pytest.raises(DeliveryError, match="no such receiver"):
        send(Settings(), target=target)


def test_no_alert_no_request(receiver: Receiver) -> None:
    send(here(receiver), ())
    assert not receiver.got
