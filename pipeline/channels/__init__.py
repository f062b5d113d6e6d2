"""The channels by name. A channel sends once or raises DeliveryError; trying again belongs to `pipeline.deliver`."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Protocol

from db.records import Alert
from pipeline.channels import atom, ical, json_feed, mail, notify, rss, webhook
from pipeline.settings import Settings
from pipeline.watch import Watch


class Channel(Protocol):
    """What every channel offers, as a module."""

    def send(self, target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:
        """Send these alerts in one message, or bring the state they belong to up to date."""
        ...

    def is_present(self, target: str, watch: Watch, settings: Settings) -> bool:
        """Whether what the target mirrors is there."""
        ...


CHANNELS: dict[str, Channel] = {
    "atom": atom,
    "rss": rss,
    "json": json_feed,
    "ical": ical,
    "mail": mail,
    "webhook": webhook,
    "notify": notify,
}
"""A target is a channel and an address. `atom:NAME`, `rss:NAME`, `json:NAME`, `ical:NAME`: files of the watch with that name, which mirror its state.
`mail:ADDRESS`, `webhook:NAME-OR-URL`, `notify:NAME`: messages; these names are those of the settings."""
