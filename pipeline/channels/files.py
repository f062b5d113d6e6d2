"""Feeds as files: where each one is, and how it is replaced in one step."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from db.errors import DeliveryError
from pipeline.settings import Settings
from pipeline.watch import Watch

SUFFIXES = {"atom": ".atom", "rss": ".rss", "json": ".json", "ical": ".ics"}
"""Channel to the suffix of its file."""
HEALTH = "health"
"""Name of the feed of alarms; no watch of a file can have it."""
LIMIT = 200
"""Entries in a feed: what a reader may have missed in weeks of absence."""


def feed_path(watch: Watch, channel: str, settings: Settings) -> Path:
    """Where a watch's feed is."""
    return settings.feeds_path / f"{watch.name}{SUFFIXES[channel]}"


def feed_url(name: str, channel: str, base_url: str) -> str:
    """Where readers fetch a feed."""
    return f"{base_url.rstrip('/')}/{name}{SUFFIXES[channel]}"


def publish(path: Path, body: bytes) -> None:
    """Put a feed in its place.

    Raises:
        DeliveryError: the file or its folder cannot be written.
    """
    try:
        write_if_changed(path, body)
    except OSError as error:
        raise DeliveryError(f"{path}: {error.strerror or error}") from error


def write_if_changed(path: Path, body: bytes) -> bool:
    """Replace a file in one step; a file that holds these bytes already is left alone."""
    if path.exists() and path.read_bytes() == body:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return True
