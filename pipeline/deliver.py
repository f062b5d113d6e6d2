"""Pending deliveries to their channels: sent first, booked only after the channel said yes; a channel that fails is tried again later."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db import alerts
from db.errors import DeliveryError
from db.store import Store
from pipeline.channels import CHANNELS
from pipeline.settings import Settings
from pipeline.watches import Watch

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryOutcome:
    """How many deliveries went out and how many did not, and why the first did not."""

    delivered: int = 0
    failed: int = 0
    reason: str | None = None


def deliver(store: Store, watches: Sequence[Watch], settings: Settings, now: datetime, *, refresh: bool) -> DeliveryOutcome:
    """Send what is due, one message for each target.

    Args:
        refresh: also bring targets that mirror the present state (feeds) up to date when nothing is due for them.
    """
    due = alerts.waiting(store.connection, now)
    by_target = {target: watch for watch in watches for target in watch.targets}
    for target in by_target if refresh else ():
        due.setdefault(target, [])
    for target, watch in by_target.items():
        if target not in due and not CHANNELS[target.split(":", 1)[0]].is_present(target, watch, settings):
            due[target] = []
    delivered = failed = 0
    reason = None
    for target, waiting in due.items():
        try:
            if target not in by_target:
                raise DeliveryError("no watch has this target any more; put the watch back or leave the alerts where they are")
            CHANNELS[target.split(":", 1)[0]].send(target, by_target[target], waiting, store.connection, settings)
        except DeliveryError as error:
            log.warning("target=%s alerts=%d not delivered: %s", target, len(waiting), error)
            reason = reason or f"{target}: {error}"
            failed += len(waiting)
            with store.transaction() as connection:
                alerts.book_failed(connection, target, waiting, str(error), now)
        else:
            delivered += len(waiting)
            if waiting:
                with store.transaction() as connection:
                    alerts.book_delivered(connection, target, waiting, now)
    return DeliveryOutcome(delivered=delivered, failed=failed, reason=reason)
