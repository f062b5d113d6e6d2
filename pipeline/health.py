"""How each source is: late, failing, too quiet, or not kept whole. Decides only; the crawls' rows, the sources' rhythm and the moment come in.

"Too quiet" counts weekdays, because ministries and the House do not publish at weekends, and is more patient in a recess of the House.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from db.alerts import TargetState

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
RECESS_PATIENCE = 3
"""How much longer a source may be quiet in a recess; letters go on for the first two weeks of it, then thin out."""
FAILURES_BEFORE_ALARM = 3
LATE_FACTOR = 4
"""A source is late when its last success is older than this many of its own intervals (and than an hour)."""

TRIES_BEFORE_ALARM = 3
"""Tries in vain from which a target is reported: the first two may be a hiccup."""

NOBODYS = "no watch has this target any more"
"""How the error of a delivery begins whose address was taken out of the watches: what is left there is no trouble of anybody's."""

COUNTED_EVERY = timedelta(days=45)
"""A source that compares numbers does so each month; a difference that was not found again for so long is nobody's to judge any more."""

Trouble = Literal["failing", "late", "quiet", "differs", "channel"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """What to expect of a source."""

    source: str
    title: str
    every: timedelta
    quiet_weekdays: int
    """Weekdays without anything new after which something is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceRecord:
    """What the crawls of a source have shown, newest first."""

    outcomes: Sequence[tuple[datetime, str, str | None]]
    """When it began, outcome, reason."""
    last_success: datetime | None
    last_news: datetime | None
    differences: Sequence[tuple[str, str, datetime]] = ()
    """What is kept in another number than the source counts: of what, both figures, and when that was found last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """Something is wrong with a source, or with a target of alerts."""

    source: str
    """Name of the source; of a target its label."""
    trouble: Trouble
    text: str
    """One Dutch sentence for the reader."""
    since: datetime
    """When it began: with source and trouble the alarm's identity, so that it is told once."""


def alarms(rhythms: Sequence[Rhythm], records: Mapping[str, SourceRecord], now: datetime, in_recess: Callable[[date], bool]) -> list[Alarm]:
    """What is wrong now. A source that was never crawled is silent by design and raises nothing."""
    found: list[Alarm] = []
    for rhythm in rhythms:
        record = records.get(rhythm.source)
        if record is None or not record.outcomes:
            continue
        found += _failing(rhythm, record) or _late(rhythm, record, now)
        found += _quiet(rhythm, record, now, in_recess)
        found += _differs(rhythm, record, now)
    return found


def _failing(rhythm: Rhythm, record: SourceRecord) -> list[Alarm]:
    failed = []
    for began, outcome, reason in record.outcomes:
        if outcome == "ok":
            break
        failed.append((began, reason))
    if len(failed) < FAILURES_BEFORE_ALARM:
        return []
    reason = failed[0][1] or "zonder reden"
    text = f"{rhythm.title}: de laatste {len(failed)} ophaalrondes mislukten ({reason})."
    return [Alarm(source=rhythm.source, trouble="failing", text=text, since=failed[-1][0])]


def _late(rhythm: Rhythm, record: SourceRecord, now: datetime) -> list[Alarm]:
    if record.last_success is None or _was_read_lately(rhythm, record, now):
        return []
    hours = (now - record.last_success).total_seconds() / 3600
    text = f"{rhythm.title}: al {hours:.0f} uur niet met succes opgehaald."
    return [Alarm(source=rhythm.source, trouble="late", text=text, since=record.last_success)]


def _was_read_lately(rhythm: Rhythm, record: SourceRecord, now: datetime) -> bool:
    return record.last_success is not None and now - record.last_success <= max(rhythm.every * LATE_FACTOR, timedelta(hours=1))


def _quiet(rhythm: Rhythm, record: SourceRecord, now: datetime, in_recess: Callable[[date], bool]) -> list[Alarm]:
    if not _was_read_lately(rhythm, record, now):
        return []  # who has not looked cannot say that there is nothing: after a week without the service, or while the source fails
    since = record.last_news or min(began for began, _, _ in record.outcomes)
    first, today = since.astimezone(AMSTERDAM).date(), now.astimezone(AMSTERDAM).date()
    days = [first + timedelta(days=n) for n in range(1, (today - first).days + 1)]
    weekdays = [day for day in days if day.weekday() < 5]
    patience = rhythm.quiet_weekdays * (RECESS_PATIENCE if any(in_recess(day) for day in weekdays) else 1)
    if today.weekday() >= 5 or len(weekdays) <= patience:
        return []
    text = f"{rhythm.title}: al {len(weekdays)} werkdagen niets nieuws, waar hooguit {patience} gewoon is."
    return [Alarm(source=rhythm.source, trouble="quiet", text=text, since=since)]


def _differs(rhythm: Rhythm, record: SourceRecord, now: datetime) -> list[Alarm]:
    standing = [difference for difference in record.differences if now - difference[2] <= COUNTED_EVERY]
    if not standing:
        return []
    what, figures, _ = standing[0]
    more = f", en {len(standing) - 1} meer" if len(standing) > 1 else ""
    text = f"{rhythm.title}: wat bewaard is klopt niet met de telling van de bron ({what}: {figures}{more})."
    return [Alarm(source=rhythm.source, trouble="differs", text=text, since=min(last for _, _, last in standing))]


def channel_alarms(states: Sequence[TargetState]) -> list[Alarm]:
    """The targets that do not take what is sent to them: told through the others, since they cannot be told themselves.

    The text says neither the address nor what the server answered: feeds are read by anyone.
    """
    found = []
    for state in states:
        if state.oldest is None or (state.error or "").startswith(NOBODYS) or not (state.dead or state.attempts >= TRIES_BEFORE_ALARM):
            continue
        waiting = state.pending + state.dead
        what = "staat stil: de ontvanger weigert" if state.dead else f"lukt niet ({state.attempts} pogingen)"
        held = f"{waiting} melding{'en wachten' if waiting != 1 else ' wacht'}"
        text = f"Verzenden naar {label(state.target)} {what}; {held}. `kamerspoor deliveries` toont het adres en de reden."
        found.append(Alarm(source=label(state.target), trouble="channel", text=text, since=datetime.fromisoformat(state.oldest)))
    return found


_CHANNELS = {"mail": "e-mail", "webhook": "webhook", "notify": "dienst", "atom": "feed", "rss": "feed", "json": "feed", "ical": "agenda"}


def label(target: str) -> str:
    """What anyone may read of a target: `e-mail 3f2a1c` and `webhook 9b01d4` for an address, of which `kamerspoor deliveries` shows the same number;
    `dienst team` where a name of the settings stands for it."""
    channel, _, address = target.partition(":")
    is_address = channel == "mail" or address.startswith(("http://", "https://"))
    return f"{_CHANNELS.get(channel, channel)} {hashlib.sha256(target.encode()).hexdigest()[:6] if is_address else address}"
