"""Alerts by e-mail: one message for each recipient and run, text and HTML, in Dutch, with a link that pauses it.

The message's id hangs on the alerts in it: the same batch sent twice is the same message to a mail program.
"""

from __future__ import annotations

import hashlib
import smtplib
import sqlite3
import ssl
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from db.errors import DeliveryError
from db.pauses import PauseRequest, pause_token
from db.records import Alert
from pipeline.channels.content import Entry, entries_of, one_line, shorten
from pipeline.channels.mail_body import Section, as_html, as_text
from pipeline.settings import MailSettings, Settings
from pipeline.watch import Watch

LONGEST_SUBJECT = 120


def send(target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:  # noqa: ARG001
    """Send these alerts in one message. They may belong to several watches of the same recipient.

    Raises:
        DeliveryError: permanent when the server will never take it for this recipient.
    """
    if not waiting:
        return
    if settings.mail is None:
        raise DeliveryError("mail: no server in the settings; fill in [mail] in kamerspoor.toml")
    recipient = _checked(target.split(":", 1)[1])
    links = _pause_links(target, waiting, settings)
    message = compose(recipient, [watch], waiting, sender=settings.mail.sender, pause_links=links, pages=settings.public_url)
    _hand_over(message, recipient, settings.mail)


def is_present(target: str, watch: Watch, settings: Settings) -> bool:  # noqa: ARG001
    """A mailbox mirrors nothing."""
    return True


def compose(
    recipient: str,
    watches: Sequence[Watch],
    alerts: Sequence[Alert],
    *,
    sender: str,
    pause_links: Mapping[str, str] | None = None,
    pages: str | None = None,
) -> EmailMessage:
    """The message.

    Args:
        watches: for their titles; a watch that is not among them is called as its alerts call it.
        pause_links: by name of the watch; under "" the one that pauses all that are in the message.
        pages: where readers reach our own pages.
    """
    links = pause_links or {}
    titles = {watch.name: watch.title for watch in watches}
    sections = [
        Section(title=one_line(titles.get(name) or _title_in(entries[0])), entries=entries, pause=links.get(name))
        for name, entries in _by_watch(entries_of(alerts, pages)).items()
    ]
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = _subject(sections)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id(recipient, alerts, sender)
    # RFC 3834: no holiday notice in answer to a machine
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = "nl"
    if "" in links:
        message["List-Unsubscribe"] = f"<{links['']}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(as_text(sections), cte="quoted-printable")
    message.add_alternative(as_html(sections), subtype="html", cte="quoted-printable")
    return message


def message_id(recipient: str, alerts: Sequence[Alert], sender: str) -> str:
    """The same recipient and alerts give the same id."""
    facts = "\n".join([recipient, *sorted(alert.id for alert in alerts)])
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return f"<{hashlib.sha256(facts.encode()).hexdigest()[:40]}@{domain}>"


def _by_watch(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.watch, []).append(entry)
    return found


def _title_in(entry: Entry) -> str:
    """What the alert called its watch when it was raised; the name, for alerts of the first version."""
    title: str = entry.facts["watch"]["title"] if "watch" in entry.facts else entry.watch
    return title


def _subject(sections: Sequence[Section]) -> str:
    count = sum(len(section.entries) for section in sections)
    if count == 1:
        return shorten(sections[0].entries[0].title, LONGEST_SUBJECT)
    about = ", ".join(section.title for section in sections)
    return shorten(f"{count} meldingen: {about}", LONGEST_SUBJECT)


def _pause_links(target: str, alerts: Sequence[Alert], settings: Settings) -> dict[str, str]:
    """Links by watch, and under "" the one for all of them; none where the deployment has no address or no secret to sign with."""
    if settings.public_url is None or settings.secret is None:
        return {}
    names = tuple(dict.fromkeys(alert.watch for alert in alerts))
    secret, base = settings.secret.get_secret_value(), settings.public_url.rstrip("/")
    wanted = {name: (name,) for name in names} | {"": names}
    return {name: f"{base}/pause/{pause_token(PauseRequest(watches=watches, target=target), secret)}" for name, watches in wanted.items()}


def _checked(recipient: str) -> str:
    """The recipient, when it is one address and nothing else.

    Raises:
        DeliveryError: it is not.
    """
    local, _, domain = recipient.rpartition("@")
    odd = any(not character.isprintable() or character in ' <>(),;:"\\' for character in recipient)
    if not local or "@" in local or not domain or odd:
        raise DeliveryError(f"mail: {recipient!r} is not an address", permanent=True)
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise DeliveryError(f"mail: {recipient!r} is not an address", permanent=True) from error


def _hand_over(message: EmailMessage, recipient: str, server: MailSettings) -> None:
    try:
        _session(message, recipient, server)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = error.recipients[recipient]
        raise DeliveryError(f"mail: {recipient} refused: {code} {_said(text)}", permanent=code >= 500) from error
    except smtplib.SMTPDataError as error:
        raise DeliveryError(f"mail: message refused: {error.smtp_code} {_said(error.smtp_error)}", permanent=error.smtp_code >= 500) from error
    except smtplib.SMTPAuthenticationError as error:
        # Not permanent: the settings can be mended, and nothing should be lost until then. The server's words may repeat the name.
        raise DeliveryError(f"mail: the server does not take our user and password ({error.smtp_code})") from None
    except smtplib.SMTPResponseException as error:
        raise DeliveryError(f"mail: {server.host} answered {error.smtp_code} {_said(error.smtp_error)}") from error
    except (smtplib.SMTPException, OSError, MessageError, ValueError) as error:
        raise DeliveryError(f"mail: {server.host}: {type(error).__name__}: {one_line(str(error))[:200]}") from error


def _session(message: EmailMessage, recipient: str, server: MailSettings) -> None:
    context = ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.security == "ssl":
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=server.seconds, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=server.seconds)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.user is not None and server.password is not None:
            smtp.login(server.user, server.password.get_secret_value())
        smtp.send_message(message, from_addr=parseaddr(server.sender)[1], to_addrs=[recipient])
    except BaseException:
        smtp.close()
        raise
    # The message is accepted. A server that hangs up now instead of saying goodbye has it all the same.
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()


def _said(answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return one_line(text)[:200]
