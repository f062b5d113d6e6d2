"""Pending deliveries to their channels: sent first, booked only after the channel said yes.

A target that fails is tried again with growing waits for days, and stops alone: what comes for it meanwhile waits with the rest, and goes in one
message, oldest first, once it answers. A target that says it will never take a message is dead at once, until a person asks for another try. Pushed
messages wait for the digest of their watch, and while it is paused; feeds mirror what there is.
"""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from db import alerts, pauses, watches
from db.errors import DeliveryError
from db.records import Alert
from db.store import Store
from pipeline.channels import CHANNELS, opml
from pipeline.digests import is_due, slot
from pipeline.health import NOBODYS, label
from pipeline.settings import Settings
from pipeline.watch import FEEDS, Watch

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryOutcome:
    """How many alerts went out somewhere and how many did not reach a target, and why the first did not."""

    delivered: int = 0
    failed: int = 0
    reason: str | None = None


def deliver(
    store: Store,
    all_watches: Sequence[Watch],
    settings: Settings,
    now: datetime,
    *,
    refresh: bool,
    jitter: Callable[[], float] = random.random,
) -> DeliveryOutcome:
    """Send what is due, one message for each target.

    Args:
        refresh: also bring targets that mirror the present state (feeds) up to date when nothing is due for them.
        jitter: between 0 and 1: spreads the next tries of targets that failed together.
    """
    by_target = _by_target(all_watches)
    paused = frozenset(watches.paused(store.connection))
    due = _due(store, by_target, paused, now)
    for target, followers in by_target.items():
        feed = target.split(":", 1)[0] in FEEDS
        if feed and (refresh or not CHANNELS[target.split(":", 1)[0]].is_present(target, followers[0], settings)):
            due.setdefault(target, [])
    delivered: set[str] = set()
    failed: set[str] = set()
    reason = None
    for target, waiting in due.items():
        try:
            _send(target, by_target.get(target), waiting, store.connection, settings)
        except DeliveryError as error:
            # the label, because the address of a webhook may hold its key; `kamerspoor deliveries` shows which it is
            log.warning("target=%s alerts=%d not delivered: %s", label(target), len(waiting), error)
            reason = reason or f"{label(target)}: {error}"
            accepted = set(error.accepted)
            went, left = [a for a in waiting if a.id in accepted], [a for a in waiting if a.id not in accepted]
            failed.update(alert.id for alert in left)
            with store.transaction() as connection:
                alerts.book_delivered(connection, target, went, now)
                alerts.book_failed(
                    connection, target, left, str(error), now, permanent=error.permanent, retry_after=error.retry_after, jitter=jitter()
                )
        else:
            went = list(waiting)
            if went:
                with store.transaction() as connection:
                    alerts.book_delivered(connection, target, went, now)
        delivered.update(alert.id for alert in went)
    _close_slots(store, by_target, paused, now)
    try:
        opml.bring_up_to_date(all_watches, settings)
    except DeliveryError as error:
        log.warning("list of feeds not written: %s", error)
        reason = reason or str(error)
    return DeliveryOutcome(delivered=len(delivered), failed=len(failed), reason=reason)


def _by_target(all_watches: Iterable[Watch]) -> dict[str, list[Watch]]:
    """The watches of each target whose channel exists: one address may follow several."""
    found: dict[str, list[Watch]] = {}
    for watch in all_watches:
        for target in watch.targets:
            if target.split(":", 1)[0] in CHANNELS:
                found.setdefault(target, []).append(watch)
    return found


def _due(store: Store, by_target: dict[str, list[Watch]], paused: frozenset[str], now: datetime) -> dict[str, list[Alert]]:
    """What may go now, by target, oldest first."""
    due: dict[str, list[Alert]] = {}
    for target, waiting in alerts.waiting(store.connection, now).items():
        if target not in by_target:
            due[target] = waiting
            continue
        feed = target.split(":", 1)[0] in FEEDS
        held = paused | set(pauses.paused(store.connection, target))
        open_for = {
            watch.name
            for watch in by_target[target]
            if feed or (watch.name not in held and is_due(watch, watches.digest_slot(store.connection, watch.name, target), now))
        }
        going = [alert for alert in waiting if alert.watch in open_for]
        if going:
            due[target] = going
    return due


def _send(target: str, followers: Sequence[Watch] | None, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:
    if followers is None:
        raise DeliveryError(f"{NOBODYS}; put the watch back, or leave the alerts where they are")
    of_these = {alert.watch for alert in waiting}
    watch = next((watch for watch in followers if watch.name in of_these), followers[0])
    CHANNELS[target.split(":", 1)[0]].send(target, watch, waiting, connection, settings)


def _close_slots(store: Store, by_target: dict[str, list[Watch]], paused: frozenset[str], now: datetime) -> None:
    """Book the digests that have gone or had nothing to tell; one that failed stays open for its next try."""
    moves = []
    for target, followers in by_target.items():
        for watch in followers:
            current = slot(watch, now)
            if current is None or target.split(":", 1)[0] in FEEDS or watch.name in paused:
                continue
            last = watches.digest_slot(store.connection, watch.name, target)
            if last is None or (current > last and not alerts.has_pending(store.connection, watch.name, target)):
                moves.append((watch.name, target, current))
    if moves:
        with store.transaction() as connection:
            for name, target, current in moves:
                watches.book_digest(connection, name, target, current)
