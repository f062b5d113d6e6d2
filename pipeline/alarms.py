"""Alarms about sources and targets: what the crawls and the deliveries have shown, judged, stored once, told in feeds of their own and to the watches
that they concern."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cache

from crawler.sources import source_classes
from db import alerts, health
from db.errors import DeliveryError
from db.health import StoredAlarm
from db.store import Store
from nlp import calendar
from pipeline.alarm_alerts import HEALTH_FEED, alarm_alerts, feed_alert
from pipeline.channels import atom, json_feed, rss
from pipeline.channels.files import LIMIT, feed_path, publish
from pipeline.health import Alarm, Rhythm, SourceRecord, alarms, channel_alarms
from pipeline.settings import Settings, interval
from pipeline.watch import Watch

log = logging.getLogger(__name__)

_FEEDS = {"atom": atom.build, "rss": rss.build, "json": json_feed.build}
"""The formats of the feed of alarms."""


def check(store: Store, settings: Settings, now: datetime) -> list[Alarm]:
    """Judge every source that is switched on and every target, settle the alarms and bring their feeds up to date; gives what is wrong now."""
    rhythms = [
        Rhythm(source=name, title=_short(kind.title), every=interval(settings, name, kind.every), quiet_weekdays=kind.quiet_weekdays)
        for name, kind in source_classes().items()
        if name not in settings.sources or settings.sources[name].enabled
    ]
    records = {rhythm.source: _record(store, rhythm.source) for rhythm in rhythms}
    found = [*alarms(rhythms, records, now, recess_days()), *channel_alarms(alerts.target_states(store.connection, waiting=True))]
    standing = {(alarm.source, alarm.trouble) for alarm in health.stored_alarms(store.connection, LIMIT) if alarm.cleared is None}
    if standing != {(alarm.source, alarm.trouble) for alarm in found}:
        with store.transaction() as connection:
            health.settle_alarms(connection, [(alarm.source, alarm.trouble, alarm.text, alarm.since) for alarm in found], now)
        for alarm in found:
            log.warning("alarm source=%s trouble=%s %s", alarm.source, alarm.trouble, alarm.text)
    _publish(health.stored_alarms(store.connection, LIMIT), settings)
    return found


def tell(store: Store, watches: Sequence[Watch], settings: Settings, now: datetime) -> int:
    """Judge, and raise an alert for each watch that an alarm concerns and that was not told; gives how many.

    What stands is told, also to a watch that came after it began; what is over, to those who heard of it.
    """
    check(store, settings, now)
    found = list(alarm_alerts(health.stored_alarms(store.connection, LIMIT), watches, _titles(), alerts.told_of_alarms(store.connection), now))
    if not found:
        return 0
    with store.transaction() as connection:
        return sum(alerts.raise_alert(connection, alert, targets) for alert, targets in found)


def _publish(stored: Sequence[StoredAlarm], settings: Settings) -> None:
    titles = _titles()
    told = [feed_alert(alarm, titles) for alarm in stored]
    for channel, build in _FEEDS.items():
        try:
            publish(feed_path(HEALTH_FEED, channel, settings), build(HEALTH_FEED, told, settings.feed_base_url))
        except DeliveryError as error:
            log.error("feed of alarms not written: %s", error)


def _titles() -> dict[str, str]:
    return {name: _short(kind.title) for name, kind in source_classes().items()}


def _short(title: str) -> str:
    """A source's title without what it lists behind a colon."""
    return title.partition(":")[0]


def _record(store: Store, source: str) -> SourceRecord:
    success, news = health.last_moments(store.connection, source)
    return SourceRecord(
        outcomes=health.crawl_outcomes(store.connection, source),
        last_success=success,
        last_news=news,
        differences=health.differences(store.connection, source),
    )


def recess_days() -> Callable[[date], bool]:
    """A function that tells whether the House is in recess on a day."""

    @cache
    def in_recess(day: date) -> bool:
        return any(recess.first <= day <= recess.last for recess in calendar.load().recesses_from(day))

    return in_recess
