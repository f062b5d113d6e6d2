"""Mail to a real SMTP server on loopback: what arrives, and what becomes of it when the server is down, slow, or says no."""

from __future__ import annotations

import email
import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from factories import ALERT, ALERT_CONTENT, FOLLOWER
from lxml import etree
from pydantic import SecretStr

from db.errors import DeliveryError
from db.pauses import read_pause_token
from db.records import Alert
from pipeline.channels import mail
from pipeline.settings import MailSettings, Settings

READER = "lezer@example.org"
TARGET = f"mail:{READER}"
SECRET = "a-secret-of-the-tests"
OTHER = replace(ALERT, id="f" * 32, title="Nog een brief")


class Mailbox:
    """A server's handler that keeps what it accepts; a test can make it say no."""

    def __init__(self) -> None:
        self.kept: list[EmailMessage] = []
        self.answer_rcpt = "250 OK"
        self.answer_data = "250 OK"
        self.before_answer: Callable[[SMTP], None] = lambda _: None
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: ARG002, N802
        if self.answer_rcpt.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer_rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        if self.answer_data.startswith("2"):
            self.kept.append(email.message_from_bytes(envelope.content or b"", policy=default))  # type: ignore[arg-type]
            self.envelopes.append(envelope)
        self.before_answer(server)
        return self.answer_data


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(box: Mailbox) -> Iterator[Controller]:
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    if controller.server is not None:
        controller.stop()


def settings_for(port: int, **fields: Any) -> Settings:
    server = MailSettings(**{"host": "127.0.0.1", "port": port, "security": "none", "sender": "Kamerspoor <k@example.org>", "seconds": 5, **fields})
    return Settings(mail=server, public_url="https://kamerspoor.example.org/", secret=SecretStr(SECRET))


def send(settings: Settings, *alerts: Alert, target: str = TARGET) -> None:
    mail.send(target, FOLLOWER, alerts or (ALERT,), None, settings)  # type: ignore[arg-type]


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


def test_all_alerts_of_a_run_are_one_message_in_two_forms(server: Controller, box: Mailbox) -> None:
    send(settings_for(server.port), ALERT, OTHER)
    (message,) = box.kept
    assert (message["From"], message["To"]) == ("Kamerspoor <k@example.org>", READER)
    assert message["Subject"] == "2 meldingen: Migratie"
    assert message["Auto-Submitted"] == "auto-generated"
    told = (ALERT.title, OTHER.title, "30 april 2027", "Ik informeer uw Kamer voor 1 mei 2027.", "€ 80 miljoen", "taallessen", "stilzetten")
    for body in parts(message):
        assert all(words in body for words in told)
    assert box.envelopes[0].mail_from == "k@example.org"


def test_the_subject_of_one_alert_is_its_title(server: Controller, box: Mailbox) -> None:
    send(settings_for(server.port))
    assert box.kept[0]["Subject"] == "Een brief over taal"


def test_alerts_of_several_watches_are_told_by_watch(server: Controller, box: Mailbox) -> None:
    content = json.dumps({**ALERT_CONTENT, "watch": {"name": "taal", "title": "Alles over taal"}})
    send(settings_for(server.port), ALERT, replace(OTHER, watch="taal", content=content))
    (message,) = box.kept
    assert message["Subject"] == "2 meldingen: Migratie, Alles over taal"
    assert "Meldingen van “Alles over taal” stilzetten" in parts(message)[0]
    token = message["List-Unsubscribe"].strip("<>").rsplit("/", 1)[1]
    request = read_pause_token(token, SECRET)
    assert request is not None
    assert (request.target, request.watches) == (TARGET, ("migratie", "taal"))


def test_a_mail_program_can_pause_with_one_click(server: Controller, box: Mailbox) -> None:
    send(settings_for(server.port))
    (message,) = box.kept
    assert message["List-Unsubscribe"].startswith("<https://kamerspoor.example.org/pause/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_without_an_address_of_our_own_there_is_no_link(server: Controller, box: Mailbox) -> None:
    send(settings_for(server.port).model_copy(update={"public_url": None}))
    assert box.kept[0]["List-Unsubscribe"] is None
    assert "stilzetten" not in parts(box.kept[0])[0]


def test_a_repeat_has_the_same_message_id_and_another_batch_has_not(server: Controller, box: Mailbox) -> None:
    for alerts in ((ALERT, OTHER), (OTHER, ALERT), (ALERT,)):
        send(settings_for(server.port), *alerts)
    first, repeat, other = (message["Message-ID"] for message in box.kept)
    assert first == repeat != other
    assert first.endswith("@example.org>")


HOSTILE = [
    "x\r\nBcc: evil@example.org", "x\nContent-Type: text/html\n\n<script>", "<script>alert(1)</script>", "\x00\x0b\ufffe", "\u202egnp.exe", "😀" * 60,
    "=HYPERLINK(1)", "=?utf-8?q?gotcha?=", "x" * 10_000, "woord " * 2000, "\ud800", "", "\r\n.\r\nQUIT\r\n",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_title_adds_no_header_and_no_markup(server: Controller, box: Mailbox, text: str) -> None:
    promise = {**ALERT_CONTENT["promises"][0], "act": text, "sentence": text, "by_text": text, "note": text}
    word = {**ALERT_CONTENT["words"][0], "text": text, "sentence": text}
    facts = {"promises": [promise], "changes": [text], "words": [word], "publisher": text, "kind": text, "url": "javascript:alert(1)"}
    content = {**ALERT_CONTENT, **facts}
    alert = replace(ALERT, title=text, summary=text, content=json.dumps(content, ensure_ascii=False))
    send(settings_for(server.port), alert)
    (message,) = box.kept
    assert message["Bcc"] is None
    assert message.get_content_type() == "multipart/alternative"
    assert len(message["Subject"]) <= mail.LONGEST_SUBJECT
    assert box.envelopes[0].rcpt_tos == [READER]
    plain, html = parts(message)
    assert not any(ord(character) < 32 and character not in "\r\n" for character in plain + html)
    tags = {node.tag for node in etree.HTML(html).iter()}
    assert not tags & {"script", "img", "iframe", "form", "link"}
    assert "javascript:" not in html
    assert "stilzetten" in plain  # nothing cut the message short


NO_ADDRESS = ["a@b@c", "no-at", "@example.org", "a@", "a b@example.org", "a@example.org\r\nRCPT TO:<x@y>", "a@example.org,b@example.org", "<a@b>"]


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_no_address_is_refused_for_good(server: Controller, box: Mailbox, address: str) -> None:
    with pytest.raises(DeliveryError) as error:
        send(settings_for(server.port), target=f"mail:{address}")
    assert error.value.permanent
    assert not box.kept


@pytest.mark.parametrize(
    ("attribute", "answer", "permanent"),
    [
        ("answer_rcpt", "550 5.1.1 no such mailbox", True),
        ("answer_rcpt", "450 4.2.1 mailbox busy", False),
        ("answer_data", "554 5.7.1 looks like spam", True),
        ("answer_data", "452 4.3.1 disk full", False),
        ("answer_data", "421 4.3.2 closing", False),
    ],
)
def test_no_for_good_and_not_now_are_told_apart(server: Controller, box: Mailbox, attribute: str, answer: str, permanent: bool) -> None:
    setattr(box, attribute, answer)
    with pytest.raises(DeliveryError) as error:
        send(settings_for(server.port))
    assert error.value.permanent is permanent
    assert answer[:3] in str(error.value)


def test_a_server_that_was_down_gets_the_same_message_when_it_is_up(box: Mailbox) -> None:
    port = free_port()
    with pytest.raises(DeliveryError) as error:
        send(settings_for(port))
    assert not error.value.permanent
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        send(settings_for(port))
    finally:
        controller.stop()
    assert len(box.kept) == 1


def test_a_server_that_dies_after_it_took_the_message_is_tried_again_under_the_same_id(server: Controller, box: Mailbox) -> None:
    box.before_answer = lambda smtp: smtp.transport.abort()  # type: ignore[union-attr]
    with pytest.raises(DeliveryError) as error:
        send(settings_for(server.port))
    assert not error.value.permanent
    box.before_answer = lambda _: None
    send(settings_for(server.port))
    assert len({message["Message-ID"] for message in box.kept}) == 1


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = datetime.now(UTC)
        with pytest.raises(DeliveryError) as error:
            send(settings_for(silent.getsockname()[1], seconds=0.3))
        assert datetime.now(UTC) - start < timedelta(seconds=5)
    assert not error.value.permanent


def test_a_server_that_hangs_up_instead_of_a_goodbye_has_taken_the_message() -> None:
    taken: list[bytes] = []

    def talk(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            stream.write(b"220 x\r\n")
            stream.flush()
            in_data = False
            for row in stream:
                if in_data and row == b".\r\n":
                    stream.write(b"250 taken\r\n")
                    stream.flush()
                    return
                if in_data:
                    taken.append(row)
                    continue
                in_data = row.upper().startswith(b"DATA")
                stream.write(b"354 go on\r\n" if in_data else b"250 x\r\n")
                stream.flush()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk, args=(listener,))
        thread.start()
        send(settings_for(listener.getsockname()[1]))
        thread.join(5)
    assert taken


def test_a_server_without_encryption_gets_nothing_when_encryption_is_asked(server: Controller, box: Mailbox) -> None:
    with pytest.raises(DeliveryError):
        send(settings_for(server.port, security="starttls"))
    assert not box.kept


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for localhost that nobody has to trust, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1)).not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    return certificate, private


PASSWORD = "planted-secret-0123456789"


@pytest.fixture
def secure(box: Mailbox, certificate: tuple[Path, Path]) -> Iterator[Controller]:
    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:  # noqa: ARG001
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    controller = Controller(
        box, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True, authenticator=authenticate, auth_required=True
    )
    controller.start()
    yield controller
    controller.stop()


def test_a_certificate_that_nobody_vouches_for_gets_nothing(secure: Controller, box: Mailbox) -> None:
    with pytest.raises(DeliveryError, match="SSLCertVerificationError"):
        send(settings_for(secure.port, security="starttls", host="localhost"))
    assert not box.kept


@pytest.mark.parametrize("password", [PASSWORD, PASSWORD + "-wrong"])
def test_the_password_goes_encrypted_and_never_shows(
    secure: Controller,
    box: Mailbox,
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    password: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    caplog.set_level(logging.DEBUG)
    settings = settings_for(secure.port, security="starttls", host="localhost", user="k", password=SecretStr(password))
    if password == PASSWORD:
        send(settings)
        assert len(box.kept) == 1
        assert PASSWORD not in box.kept[0].as_string()
    else:
        with pytest.raises(DeliveryError) as error:
            send(settings)
        assert not error.value.permanent
        assert PASSWORD not in str(error.value)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.log")]  # the server's own log
    assert PASSWORD not in "\n".join(ours)


def test_a_flood_is_one_message_that_programs_do_not_cut(server: Controller, box: Mailbox) -> None:
    send(settings_for(server.port), *(replace(ALERT, id=f"{number:032x}", title=f"Brief nummer {number}") for number in range(400)))
    (message,) = box.kept
    assert message["Subject"] == "400 meldingen: Migratie"
    plain, html = parts(message)
    assert "Brief nummer 399" in plain
    assert "Brief nummer 399" in html


def test_without_a_server_it_says_what_to_fill_in() -> None:
    with pytest.raises(DeliveryError, match=r"\[mail\]"):
        send(Settings())
