"""An alarm, and the watches, to alerts: who depends on a source that is silent, and who is to hear of a target that takes nothing. Decides only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from db.health import StoredAlarm
from db.records import AlarmKind, Alert
from pipeline.channels.content import capital
from pipeline.channels.files import HEALTH
from pipeline.dutch import dutch_date
from pipeline.health import AMSTERDAM, label
from pipeline.watch import FEEDS, Watch

HEALTH_FEED = Watch(name=HEALTH, title="Toestand van de bronnen")
"""Whose feeds hold every alarm."""
_PATIENCE = {"late": timedelta(hours=1)}
"""How long an alarm stands before watches hear of it: a service that was off finds every source late, and reads them within minutes."""
_TROUBLES = {
    "failing": "Ophalen mislukt", "late": "Bron loopt achter", "quiet": "Bron zwijgt", "differs": "Aantallen kloppen niet",
    "channel": "Verzenden staat stil",
}  # fmt: skip
_OVER = {"channel": "Verzenden gaat weer"}
_IN_ORDER = "Bron weer in orde"


def alarm_alerts(
    alarms: Iterable[StoredAlarm], watches: Sequence[Watch], titles: Mapping[str, str], told: frozenset[str], now: datetime
) -> Iterator[tuple[Alert, tuple[str, ...]]]:
    """The alerts that are yet to be raised, each with its targets.

    What is wrong is told to each watch that it concerns, what is over to each that was told. An address that several watches share hears of an alarm
    once, through the first of them; the target that takes nothing is left out of what is told of it.

    Args:
        titles: of the sources, by name.
        told: ids of the alerts about alarms that were raised.
    """
    for alarm in alarms:
        if alarm.cleared is None and now - alarm.raised < _PATIENCE.get(alarm.trouble, timedelta(0)):
            continue
        reached: set[str] = set()
        for watch in watches:
            reason = _reason(alarm, watch)
            if reason is None or (alarm.cleared and _id(alarm, watch, over=False) not in told):
                continue
            targets = tuple(t for t in watch.targets if t not in reached and (alarm.trouble != "channel" or label(t) != alarm.source))
            reached.update(target for target in targets if target.split(":", 1)[0] not in FEEDS)
            alert = alert_of(alarm, watch, titles, reason, over=alarm.cleared is not None)
            if alert.id not in told:
                yield alert, targets


def _reason(alarm: StoredAlarm, watch: Watch) -> str | None:
    """Why an alarm concerns a watch, in Dutch; None when it does not."""
    if alarm.trouble == "channel":
        concerned = "undelivered" in watch.alerts and any(label(target) == alarm.source for target in watch.targets)
        return "deze volger stuurt ook daarheen" if concerned else None
    if "silent" not in watch.alerts or alarm.source in watch.not_sources or (watch.sources and alarm.source not in watch.sources):
        return None
    return "deze volger leest deze bron" if watch.sources else "deze volger leest alle bronnen"


def alert_of(alarm: StoredAlarm, watch: Watch, titles: Mapping[str, str], reason: str, *, over: bool) -> Alert:
    """What a watch is told of an alarm."""
    kind: AlarmKind = "restored" if over else "undelivered" if alarm.trouble == "channel" else "silent"
    what = _OVER.get(alarm.trouble, _IN_ORDER) if over else _TROUBLES[alarm.trouble]
    at = alarm.cleared if over and alarm.cleared else alarm.raised
    since = dutch_date(alarm.since.astimezone(AMSTERDAM).date())
    summary = f"Voorbij: {alarm.text} {capital(reason)}." if over else f"{alarm.text} Sinds {since}. {capital(reason)}."
    content = {
        "watch": {"name": watch.name, "title": watch.title}, "url": "", "kind": "storing", "date": None, "publisher": None, "office": None,
        "dossiers": [], "reasons": [reason], "words": [], "topics": [], "promises": [], "amounts": [], "changes": [], "happened": [],
    }  # fmt: skip
    return Alert(
        id=_id(alarm, watch, over=over), watch=watch.name, publication_id=None, alarm_id=alarm.id, kind=kind,
        title=f"{what}: {titles.get(alarm.source, alarm.source)}", summary=summary,
        content=json.dumps(content, ensure_ascii=False), raised=at,
    )  # fmt: skip


def feed_alert(alarm: StoredAlarm, titles: Mapping[str, str]) -> Alert:
    """An alarm in the feed of all alarms: one entry, which says under the same id that it is over."""
    alert = alert_of(alarm, HEALTH_FEED, titles, "deze feed noemt alle storingen", over=alarm.cleared is not None)
    return replace(alert, id=_id(alarm, HEALTH_FEED, over=False))


def _id(alarm: StoredAlarm, watch: Watch, *, over: bool) -> str:
    facts = json.dumps([watch.name, "alarm", alarm.source, alarm.trouble, alarm.since.isoformat(), "over" if over else "here"])
    return hashlib.sha256(facts.encode()).hexdigest()[:32]
