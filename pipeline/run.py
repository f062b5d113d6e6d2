"""The line, in order:

    keep (the crawl) -> extract -> identify -> analyse -> track -> match -> deliver

A stage takes a pending event, works, and commits its result, the next event and "done" together. Killed at any point, the line starts again where it
was: nothing is lost, nothing is done twice. Sending is the exception: it happens at least once, under a stable alert id.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from db import events, watches
from db.errors import MonitorError
from db.records import Event, EventKind
from db.store import Store, record_failure
from pipeline import alarms, alerting, stages, tracking
from pipeline.deliver import DeliveryOutcome, deliver
from pipeline.settings import Settings
from pipeline.stages import Reader
from pipeline.watches import Watch

log = logging.getLogger(__name__)

Stage = Callable[["Line", Event], str]
"""Works on one event and says in a word what became of it."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """What the stages work with."""

    store: Store
    reader: Reader
    watches: Sequence[Watch]
    topic_titles: Mapping[str, str]
    settings: Settings
    now: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False
    """True once the process is told to end: what is pending stays pending."""


@dataclass(kw_only=True)
class LineOutcome:
    """What one pass of the line did, by stage and word."""

    counts: Counter[str] = field(default_factory=Counter)
    failed: int = 0
    delivery: DeliveryOutcome = field(default_factory=DeliveryOutcome)


STAGES: tuple[tuple[str, tuple[EventKind, ...], Stage, Stage | None], ...] = (
    ("extract", (EventKind.SIGHTING_NEW, EventKind.SIGHTING_CHANGED, EventKind.SIGHTING_WITHDRAWN), stages.extract, stages.go_on_without_text),
    ("identify", (EventKind.DOCUMENT_EXTRACTED, EventKind.DOCUMENT_FAILED), stages.identify, None),
    (
        "analyse",
        (EventKind.PUBLICATION_NEW, EventKind.PUBLICATION_REVISED, EventKind.PUBLICATION_JOINED),
        stages.analyse,
        stages.analyse_title_only,
    ),
    ("track", (EventKind.PUBLICATION_ANALYSED,), tracking.track_publication, None),
    (
        "match",
        (EventKind.PUBLICATION_TRACKED, EventKind.COMMITMENT_DUE, EventKind.COMMITMENT_OVERDUE),
        alerting.raise_alerts,
        None,
    ),
)
"""Name, the events it takes, the stage, and what to do instead once it has failed for good, so that the publication goes on."""


def run_line(line: Line, *, progress: Callable[[str, int], None] | None = None) -> LineOutcome:
    """Work on everything that is pending, then deliver what is due: a delivery is a row that its alert's transaction wrote.

    Args:
        progress: called after each event with the stage's name and the number of events that still wait for it.
    """
    outcome = LineOutcome()
    _register(line)
    for name, kinds, stage, instead in STAGES:
        if name == "match":  # a promise that this very pass saw kept is not overdue
            tracking.ask_calendar(line)
        # What waits now, in the order of the papers: all of a stage before the next one begins. An event that fails waits for the next pass.
        waiting = events.pending(line.store.connection, kinds)
        for done, event in enumerate(waiting, start=1):
            if line.stopping():
                return outcome
            _work(line, name, stage, instead, event, outcome)
            if progress is not None:
                progress(name, len(waiting) - done)
    alarms.tell(line.store, line.watches, line.settings, line.now())
    outcome.delivery = deliver(line.store, line.watches, line.settings, line.now(), refresh=bool(outcome.counts))
    return outcome


def _register(line: Line) -> None:
    """Note since when each watch counts, and which dossiers it names: the crawls look after those."""
    names = [watch.name for watch in line.watches]
    if watches.unknown(line.store.connection, names):
        with line.store.transaction() as connection:
            watches.register(connection, names, line.now(), days=line.settings.alert_max_age_days)
    dossiers = {watch.name: watch.dossiers for watch in line.watches}
    if any(dossiers.get(name, ()) != noted for name, noted in watches.known_dossiers(line.store.connection).items()):
        with line.store.transaction() as connection:
            watches.note_dossiers(connection, dossiers)


def _work(line: Line, name: str, stage: Stage, instead: Stage | None, event: Event, outcome: LineOutcome) -> None:
    """One event through one stage; what fails is a row with its reason, and after the last try it is set aside."""
    if instead is not None and event.attempts >= events.MAX_ATTEMPTS:
        stage, instead = instead, None
    try:
        outcome.counts[f"{name}: {stage(line, event)}"] += 1
        return
    except Exception as error:
        if line.stopping():
            return  # the reading process was ended under the event's feet; that is not the document's fault
        expected = isinstance(error, MonitorError)
        reason = str(error) if expected else f"{type(error).__name__}: {error}"
        log.error("stage=%s event=%s subject=%s failed: %s", name, event.kind, event.subject, reason, exc_info=not expected)
    outcome.failed += 1
    now, subject = line.now(), f"{event.kind} {event.subject}"
    last = event.attempts + 1 >= events.MAX_ATTEMPTS
    with line.store.transaction() as connection:
        record_failure(connection, name, subject, reason, None, now, quarantined=last)
        events.missed(connection, event, now, set_aside=last and instead is None)
    if last and instead is not None:
        _work(line, name, stage, instead, replace(event, attempts=event.attempts + 1), outcome)
