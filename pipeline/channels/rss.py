"""An RSS 2.0 feed for each watch, for readers that know no Atom; the same entries under the same ids.

RSS does not say whether a title is text or markup, and readers differ. A title therefore holds no angle brackets at all: they become ‹ and ›.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from lxml import etree

from db.alerts import alerts_of
from db.records import Alert
from pipeline.channels.atom import EPOCH, subtitle_of
from pipeline.channels.content import Entry, entries_of, legal, one_line
from pipeline.channels.files import LIMIT, feed_path, feed_url, publish
from pipeline.channels.markup import add, as_bytes
from pipeline.settings import Settings
from pipeline.watch import Watch

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
_BRACKETS = str.maketrans("<>", "‹›")


def send(target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:  # noqa: ARG001
    """Bring the watch's feed up to date; a feed that would not change is not written."""
    publish(feed_path(watch, "rss", settings), build(watch, alerts_of(connection, watch.name, LIMIT), settings.feed_base_url, settings.public_url))


def is_present(target: str, watch: Watch, settings: Settings) -> bool:  # noqa: ARG001
    """Whether the feed's file is there."""
    return feed_path(watch, "rss", settings).exists()


def build(watch: Watch, alerts: Sequence[Alert], base_url: str, pages: str | None = None) -> bytes:
    """The feed as bytes: the same alerts give the same bytes.

    Args:
        pages: where readers reach our own pages.
    """
    entries = entries_of(alerts, pages)
    root = etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM, "dc": DC})
    channel = add(root, "channel")
    add(channel, "title", f"Kamerspoor: {one_line(watch.title)}".translate(_BRACKETS))
    add(channel, "link", legal(base_url))
    add(channel, "description", subtitle_of(watch))
    add(channel, "language", "nl")
    add(channel, "lastBuildDate", _moment(max((entry.updated for entry in entries), default=EPOCH)))
    add(channel, "generator", "Kamerspoor")
    add(channel, f"{{{ATOM}}}link", None, {"rel": "self", "type": "application/rss+xml", "href": legal(feed_url(watch.name, "rss", base_url))})
    for entry in entries:
        _item(channel, entry)
    return as_bytes(root)


def _item(channel: etree._Element, entry: Entry) -> None:
    item = add(channel, "item")
    add(item, "title", entry.title.translate(_BRACKETS))
    if entry.url:
        add(item, "link", entry.url)
    add(item, "guid", entry.urn, {"isPermaLink": "false"})
    add(item, "pubDate", _moment(entry.updated))
    if entry.publisher:
        add(item, f"{{{DC}}}creator", entry.publisher)
    for _, title in entry.topics:
        add(item, "category", title)
    add(item, "description", entry.html)


def _moment(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
