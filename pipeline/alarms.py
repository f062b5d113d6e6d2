"""Alarms about sources: what the crawls have shown, judged, stored once and told in a feed of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime
from functools import cache

from crawler.sources import source_classes
from db import health
from db.alerts import target_states
from db.store import Store
from nlp import calendar
from pipeline.channels.atom import HEALTH, build_health
from pipeline.channels.files import LIMIT, write_if_changed
from pipeline.health import Alarm, Rhythm, SourceRecord, alarms, channel_alarms
from pipeline.settings import Settings, interval

log = logging.getLogger(__name__)


def check(store: Store, settings: Settings, now: datetime) -> list[Alarm]:
    """Judge every source that is switched on, settle the alarms and bring their feed up to date; gives what is wrong now."""
    rhythms = [
        Rhythm(source=name, title=kind.title, every=interval(settings, name, kind.every), quiet_weekdays=kind.quiet_weekdays)
        for name, kind in source_classes().items()
        if name not in settings.sources or settings.sources[name].enabled
    ]
    records = {rhythm.source: _record(store, rhythm.source) for rhythm in rhythms}
    found = [*alarms(rhythms, records, now, recess_days()), *channel_alarms(target_states(store.connection))]
    path = settings.feeds_path / f"{HEALTH}.atom"
    standing = {(alarm.source, alarm.trouble) for alarm in health.stored_alarms(store.connection, LIMIT) if alarm.cleared is None}
    changed = standing != {(alarm.source, alarm.trouble) for alarm in found}
    if changed:
        with store.transaction() as connection:
            health.settle_alarms(connection, [(alarm.source, alarm.trouble, alarm.text, alarm.since) for alarm in found], now)
        for alarm in found:
            log.warning("alarm source=%s trouble=%s %s", alarm.source, alarm.trouble, alarm.text)
    if changed or not path.exists():
        try:
            write_if_changed(path, build_health(health.stored_alarms(store.connection, LIMIT), settings.feed_base_url))
        except OSError as error:
            log.error("feed of alarms not written: %s", error)
    return found


def _record(store: Store, source: str) -> SourceRecord:
    success, news = health.last_moments(store.connection, source)
    return SourceRecord(outcomes=health.crawl_outcomes(store.connection, source), last_success=success, last_news=news)


def recess_days() -> Callable[[date], bool]:
    """A function that tells whether the House is in recess on a day."""

    @cache
    def in_recess(day: date) -> bool:
        return any(recess.first <= day <= recess.last for recess in calendar.load().recesses_from(day))

    return in_recess
