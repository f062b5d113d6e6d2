"""An Atom 1.0 feed (RFC 4287) for each watch: a file that is rebuilt from the stored alerts and replaced in one step.

Titles go out as plain text, the content as escaped HTML that holds nothing but our own elements: a title with markup stays inert.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from db.alerts import alerts_of
from db.records import Alert
from pipeline.channels.content import Entry, entries_of, instant, legal, one_line
from pipeline.channels.files import HEALTH, LIMIT, feed_path, feed_url, publish
from pipeline.channels.markup import XML, add, as_bytes
from pipeline.settings import Settings
from pipeline.watch import Watch

NAMESPACE = "http://www.w3.org/2005/Atom"
_SUBTITLE = "Nieuwe publicaties, met de toezeggingen, de termijnen en de bedragen die erin staan"
_SUBTITLES = {HEALTH: "Storingen: een bron die mislukt, achterloopt of zwijgt, en wat niet kan worden verzonden"}
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed that never had an entry was last changed."""


def send(target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:  # noqa: ARG001
    """Bring the watch's feed up to date; a feed that would not change is not written."""
    publish(feed_path(watch, "atom", settings), build(watch, alerts_of(connection, watch.name, LIMIT), settings.feed_base_url, settings.public_url))


def is_present(target: str, watch: Watch, settings: Settings) -> bool:  # noqa: ARG001
    """Whether the feed's file is there."""
    return feed_path(watch, "atom", settings).exists()


def build(watch: Watch, alerts: Sequence[Alert], base_url: str, pages: str | None = None) -> bytes:
    """The feed as bytes: the same alerts give the same bytes.

    Args:
        pages: where readers reach our own pages.
    """
    entries = entries_of(alerts, pages)
    feed = _feed(watch, max((entry.updated for entry in entries), default=EPOCH), base_url)
    for entry in entries:
        _entry(feed, entry)
    return as_bytes(feed)


def subtitle_of(watch: Watch) -> str:
    """What a feed says of itself."""
    return _SUBTITLES.get(watch.name, _SUBTITLE)


def _feed(watch: Watch, updated: datetime, base_url: str) -> etree._Element:
    feed = etree.Element("feed", {f"{XML}lang": "nl"}, nsmap={None: NAMESPACE})  # type: ignore[dict-item]
    add(feed, "id", uuid5(NAMESPACE_URL, f"kamerspoor:{watch.name}").urn)
    add(feed, "title", f"Kamerspoor: {one_line(watch.title)}")
    add(feed, "subtitle", subtitle_of(watch))
    add(feed, "updated", instant(updated))
    add(feed, "link", None, {"rel": "self", "type": "application/atom+xml", "href": legal(feed_url(watch.name, "atom", base_url))})
    add(add(feed, "author"), "name", "Kamerspoor")
    add(feed, "generator", "Kamerspoor")
    return feed


def _entry(feed: etree._Element, entry: Entry) -> None:
    node = add(feed, "entry")
    add(node, "id", entry.urn)
    add(node, "title", entry.title)
    add(node, "updated", instant(entry.updated))
    if entry.published:
        add(node, "published", f"{entry.published}T00:00:00Z")
    if entry.url:
        add(node, "link", None, {"rel": "alternate", "href": entry.url})
    if entry.publisher:
        add(add(node, "author"), "name", entry.publisher)
    for name, title in entry.topics:
        add(node, "category", None, {"term": name, "label": title})
    add(node, "summary", entry.summary)
    add(node, "content", entry.html, {"type": "html"})
