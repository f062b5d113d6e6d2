"""An Atom 1.0 feed (RFC 4287) for each watch: a file that is rebuilt from the stored alerts and replaced in one step.

Titles go out as plain text, the content as escaped HTML that holds nothing but our own elements: a title with markup stays inert.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from lxml import etree

from db.alerts import alerts_of
from db.errors import DeliveryError
from db.health import StoredAlarm
from db.records import Alert
from pipeline.settings import Settings
from pipeline.watches import Watch

NAMESPACE = "http://www.w3.org/2005/Atom"
HEALTH = "health"
"""Name of the feed of alarms about sources; no watch can have it."""
LIMIT = 200
"""Entries in a feed: what a reader may have missed in weeks of absence."""
# What XML 1.0 does not allow, and marks that turn the direction of the text around them
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def send(target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:  # noqa: ARG001
    """Bring the watch's feed up to date; a feed that would not change is not written."""
    try:
        write_if_changed(feed_path(watch, settings), build(watch, alerts_of(connection, watch.name, LIMIT), settings.feed_base_url))
    except OSError as error:
        raise DeliveryError(f"{feed_path(watch, settings)}: {error.strerror or error}") from error


def is_present(target: str, watch: Watch, settings: Settings) -> bool:  # noqa: ARG001
    """Whether the feed's file is there."""
    return feed_path(watch, settings).exists()


def feed_path(watch: Watch, settings: Settings) -> Path:
    """Where the feed's file is."""
    return settings.feeds_path / f"{watch.name}.atom"


def build(watch: Watch, alerts: Sequence[Alert], base_url: str) -> bytes:
    """The feed as bytes: the same alerts give the same bytes."""
    latest = max((alert.withdrawn or alert.raised for alert in alerts), default=_EPOCH)
    subtitle = "Nieuwe publicaties, met de toezeggingen, de termijnen en de bedragen die erin staan"
    feed = _feed(watch.name, watch.title, subtitle, latest, base_url)
    for alert in alerts:
        _entry(feed, alert)
    return _bytes(feed)


def build_health(alarms: Sequence[StoredAlarm], base_url: str) -> bytes:
    """The feed of alarms about sources; an alarm that is over says so under the same id."""
    latest = max((alarm.cleared or alarm.raised for alarm in alarms), default=_EPOCH)
    feed = _feed(HEALTH, "Toestand van de bronnen", "Alarmen: een bron die mislukt, te laat is of te lang stil blijft", latest, base_url)
    for alarm in alarms:
        entry = _add(feed, "entry")
        _add(entry, "id", uuid5(NAMESPACE_URL, f"kamerspoor:alarm:{alarm.source}:{alarm.trouble}:{alarm.id}").urn)
        _add(entry, "title", f"{'Voorbij: ' if alarm.cleared else ''}{alarm.text}")
        _add(entry, "updated", _instant(alarm.cleared or alarm.raised))
        _add(entry, "summary", alarm.text + (f" Sinds {_instant(alarm.cleared)} is het voorbij." if alarm.cleared else ""))
    return _bytes(feed)


def _feed(name: str, title: str, subtitle: str, updated: datetime, base_url: str) -> etree._Element:
    feed = etree.Element("feed", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", "nl")
    _add(feed, "id", uuid5(NAMESPACE_URL, f"kamerspoor:{name}").urn)
    _add(feed, "title", f"Kamerspoor: {title}")
    _add(feed, "subtitle", subtitle)
    _add(feed, "updated", _instant(updated))
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{base_url.rstrip('/')}/{name}.atom")
    _add(_add(feed, "author"), "name", "Kamerspoor")
    _add(feed, "generator", "Kamerspoor")
    return feed


def _bytes(feed: etree._Element) -> bytes:
    body: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return body


def _entry(feed: etree._Element, alert: Alert) -> None:
    content = json.loads(alert.content)
    entry = _add(feed, "entry")
    _add(entry, "id", UUID(alert.id).urn)
    title = " ".join(alert.title.split()) or "Zonder titel"
    _add(entry, "title", f"Ingetrokken: {title}" if alert.withdrawn else title)
    _add(entry, "updated", _instant(alert.withdrawn or alert.raised))
    if content["date"]:
        _add(entry, "published", f"{content['date']}T00:00:00Z")
    if content["url"].startswith(("https://", "http://")):
        _add(entry, "link", rel="alternate", href=content["url"])
    if content["publisher"]:
        _add(_add(entry, "author"), "name", content["publisher"])
    for topic in content["topics"]:
        _add(entry, "category", term=topic["topic"], label=topic["title"])
    _add(entry, "summary", alert.summary)
    _add(entry, "content", as_html(alert, content), type="html")


def as_html(alert: Alert, content: dict[str, Any]) -> str:
    """The body of an alert for people: why it came, what changed, the promises with the date by which, the amounts."""
    parts = [f"<p>{escape(alert.summary)}</p>"]
    if content["changes"]:
        parts.append(f"<h3>Wat is er veranderd</h3><ul>{''.join(f'<li>{escape(change)}</li>' for change in content['changes'])}</ul>")
    if content["promises"]:
        parts.append(f"<h3>Toezeggingen</h3><ul>{''.join(map(_promise, content['promises']))}</ul>")
    if content["amounts"]:
        parts.append(f"<h3>Bedragen</h3><ul>{''.join(map(_amount, content['amounts']))}</ul>")
    if content["dossiers"]:
        parts.append(f"<p>Dossier {escape(', '.join(content['dossiers']))}</p>")
    return "".join(parts)


def _promise(promise: dict[str, Any]) -> str:
    when = f", termijn: {escape(promise['by_text'])}" if promise["by_text"] else ", zonder termijn"
    note = f" <small>({escape(promise['note'])})</small>" if promise["note"] else ""
    page = f" <small>(blz. {promise['page']})</small>" if promise["page"] else ""
    weak = "" if promise["firm"] else " <em>(voornemen)</em>"
    return f"<li><strong>{escape(promise['act'])}</strong>{when}{note}{weak}<blockquote>{escape(promise['sentence'])}{page}</blockquote></li>"


def _amount(amount: dict[str, Any]) -> str:
    purpose = f": {escape(amount['for'])}" if amount["for"] else ""
    return f"<li><strong>{escape(amount['amount'])}</strong>{purpose}<blockquote>{escape(amount['sentence'])}</blockquote></li>"


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, name, {key: legal(value) for key, value in attributes.items()})
    if text is not None:
        child.text = legal(text)
    return child


def legal(text: str) -> str:
    """The text without what XML does not allow and without direction marks."""
    return _ILLEGAL.sub("", text)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_if_changed(path: Path, body: bytes) -> bool:
    """Replace a file in one step; a file that holds these bytes already is left alone."""
    if path.exists() and path.read_bytes() == body:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o644)
    Path(name).replace(path)
    return True
