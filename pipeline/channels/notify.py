"""Alerts to chat and other services through Apprise (the extra `notify`): one message for each target and run, as plain text.

Apprise is the transport and nothing more: it does not try again, and it follows no redirect.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from typing import Any

from db.errors import DeliveryError
from db.records import Alert
from pipeline.channels.content import Entry, entries_of, one_line, shorten
from pipeline.settings import Settings
from pipeline.watch import Watch

TOLD = 10
"""Alerts in one message; of more, the number. Many services refuse what is longer."""
LONGEST = 350
"""Characters of one alert's summary."""


def send(target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:  # noqa: ARG001
    """Send these alerts in one message.

    Raises:
        DeliveryError: Apprise is not installed, the name is not in the settings, or the service did not take it.
    """
    if not waiting:
        return
    name = target.split(":", 1)[1]
    if name not in settings.notify:
        raise DeliveryError(f"notify {name}: there is no such service in the settings; set KAMERSPOOR_NOTIFY__{name.upper()} to its Apprise URL")
    title, body = message_of(watch, entries_of(waiting), settings.feed_base_url)
    _notify(name, settings.notify[name].get_secret_value(), title, body)


def is_present(target: str, watch: Watch, settings: Settings) -> bool:  # noqa: ARG001
    """A chat mirrors nothing."""
    return True


def message_of(watch: Watch, entries: Sequence[Entry], feeds: str) -> tuple[str, str]:
    """Title and text of the message."""
    title = entries[0].title if len(entries) == 1 else f"{len(entries)} meldingen: {one_line(watch.title)}"
    parts = []
    for entry in entries[:TOLD]:
        lines = [*([entry.title] if len(entries) > 1 else []), shorten(entry.summary, LONGEST), *([entry.url] if entry.url else [])]
        parts.append("\n".join(lines))
    if len(entries) > TOLD:
        parts.append(f"En nog {len(entries) - TOLD}; alles staat in de feed: {feeds}")
    return title, "\n\n".join(parts)


def _notify(name: str, url: str, title: str, body: str) -> None:
    try:
        import apprise  # an extra: most deployments do without
    except ImportError as error:
        raise DeliveryError("notify: Apprise is not installed; pip install 'kamerspoor[notify]'") from error
    for talker in ("apprise", "urllib3"):  # their lines may hold the URL, and with it the key; the result tells us enough
        logging.getLogger(talker).setLevel(logging.CRITICAL)
    asset = apprise.AppriseAsset(app_id="Kamerspoor", app_desc="Kamerspoor", http_redirects=False, allow_templates=False, async_mode=False)
    services = apprise.Apprise(asset=asset)
    if not services.add(url):
        raise DeliveryError(f"notify {name}: KAMERSPOOR_NOTIFY__{name.upper()} is not a URL that Apprise knows")
    for service in services:
        service.redirects = False  # also where the URL itself asks for them
    result = services.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
    failed = _failed(result)
    if failed:
        raise DeliveryError(f"notify {name}: {'; '.join(failed)}")


def _failed(result: Any) -> list[str]:
    """What did not get the message, by service and outcome; empty when all got it.

    The result is an object: its truth value calls a failed service that was marked optional a success, so each last attempt is looked at.
    """
    if not len(result):
        return [f"nothing was sent ({result.status.name})"]
    failed = []
    for service in result:
        last = next(reversed(service.attempts), None)
        if not last:
            failed.append(f"{service.name} {last.status.name if last is not None else 'NOT TRIED'}")
    return failed
