"""A JSON Feed 1.1 for each watch, for programs: the promises and amounts go along as data, under `_kamerspoor`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from db.alerts import alerts_of
from db.records import Alert
from pipeline.channels.atom import subtitle_of
from pipeline.channels.content import Entry, entries_of, found_words, happened, instant, legal, one_line
from pipeline.channels.files import LIMIT, feed_path, feed_url, publish
from pipeline.settings import Settings
from pipeline.watch import Watch

VERSION = "https://jsonfeed.org/version/1.1"


def send(target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:  # noqa: ARG001
    """Bring the watch's feed up to date; a feed that would not change is not written."""
    publish(feed_path(watch, "json", settings), build(watch, alerts_of(connection, watch.name, LIMIT), settings.feed_base_url, settings.public_url))


def is_present(target: str, watch: Watch, settings: Settings) -> bool:  # noqa: ARG001
    """Whether the feed's file is there."""
    return feed_path(watch, "json", settings).exists()


def build(watch: Watch, alerts: Sequence[Alert], base_url: str, pages: str | None = None) -> bytes:
    """The feed as bytes: the same alerts give the same bytes.

    Args:
        pages: where readers reach our own pages.
    """
    feed = {
        "version": VERSION,
        "title": f"Kamerspoor: {one_line(watch.title)}",
        "home_page_url": legal(base_url),
        "feed_url": legal(feed_url(watch.name, "json", base_url)),
        "description": subtitle_of(watch),
        "language": "nl",
        "authors": [{"name": "Kamerspoor"}],
        "items": [_item(entry) for entry in entries_of(alerts, pages)],
    }
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.urn,
        "title": entry.title,
        "content_html": entry.html,
        "summary": entry.summary,
        "date_published": instant(entry.updated),
        "language": "nl",
        "tags": [title for _, title in entry.topics],
    }
    if entry.url:
        item["url"] = entry.url
    if entry.publisher:
        item["authors"] = [{"name": entry.publisher}]
    item["_kamerspoor"] = data_of(entry)
    return item


def data_of(entry: Entry) -> dict[str, Any]:
    """What a program reads in an alert: the same in a JSON Feed and in a webhook."""
    facts = entry.facts
    page = {"page_url": entry.page_url} if entry.page_url else {}
    return {
        "alert": entry.id,
        "watch": entry.watch,
        "kind": entry.kind,
        "withdrawn": entry.withdrawn,
        "publication": {name: facts[name] for name in ("kind", "date", "publisher", "dossiers")} | {"url": entry.url} | page,
        **{name: facts[name] for name in ("reasons", "topics", "promises", "amounts", "changes")},
        "words": found_words(facts),
        "happened": happened(facts),
    }
