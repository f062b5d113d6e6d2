"""The line, from left to right:

    list -> fetch -> keep -> extract -> identify -> analyse -> track -> match -> deliver

    list, fetch, keep   a crawl (`crawler/`, started by `pipeline/crawls.py` or `scheduler.py`): sightings with their bytes, each with its event
    extract             bytes to text
    identify            a sighting to the publication that it belongs to
    analyse             text to topics, promises, terms and amounts
    track               a reading to what it does to earlier promises, questions and advice
    match               facts and watches to alerts
    deliver             alerts to their targets

A stage takes a pending event, works, and commits its result, the next event and "done" together; no stage calls the next one. Killed at any point,
the line starts again where it was: nothing is lost, nothing is done twice. Sending is the exception: it happens at least once, under a stable alert
id. A stage takes what waits in the order of the papers, so that what comes of them does not hang on the order in which a crawl met them.
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

Work = Callable[["Line", Event], str]
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


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of the line."""

    name: str
    takes: tuple[EventKind, ...]
    work: Work
    before: Callable[[Line], object] = lambda _: None
    """Done once in each pass, before the stage takes its events."""
    instead: Work | None = None
    """Done with an event on which the stage has failed for good, so that the publication goes on."""


STAGES = (
    Stage(
        name="extract",
        takes=(EventKind.SIGHTING_NEW, EventKind.SIGHTING_CHANGED, EventKind.SIGHTING_WITHDRAWN),
        work=stages.extract,
        instead=stages.go_on_without_text,
    ),
    Stage(name="identify", takes=(EventKind.DOCUMENT_EXTRACTED, EventKind.DOCUMENT_FAILED), work=stages.identify),
    Stage(
        name="analyse",
        takes=(EventKind.PUBLICATION_NEW, EventKind.PUBLICATION_REVISED, EventKind.PUBLICATION_JOINED),
        work=stages.analyse,
        instead=stages.analyse_title_only,
    ),
    Stage(name="track", takes=(EventKind.PUBLICATION_ANALYSED,), work=tracking.track_publication),
    Stage(
        name="match",
        takes=(EventKind.PUBLICATION_TRACKED, EventKind.COMMITMENT_DUE, EventKind.COMMITMENT_OVERDUE),
        before=tracking.ask_calendar,  # after the stage that tracks: a promise that this very pass saw kept is not overdue
        work=alerting.raise_alerts,
    ),
)


def run_line(line: Line, *, progress: Callable[[str, int], None] | None = None) -> LineOutcome:
    """Work on everything that is pending, then deliver what is due: a delivery is a row that its alert's transaction wrote.

    Args:
        progress: called after each event with the stage's name and the number of events that still wait for it.
    """
    outcome = LineOutcome()
    _register(line)
    for stage in STAGES:
        stage.before(line)
        # All that waits now, before the next stage begins. An event that fails waits for the next pass: what broke it may be over by then.
        waiting = events.pending(line.store.connection, stage.takes)
        for done, event in enumerate(waiting, start=1):
            if line.stopping():
                return outcome
            _work(line, stage, event, outcome)
            if progress is not None:
                progress(stage.name, len(waiting) - done)
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


def _work(line: Line, stage: Stage, event: Event, outcome: LineOutcome) -> None:
    """One event through one stage; what fails is a row with its reason, and after the last try it is set aside or goes on by another way."""
    if stage.instead is not None and event.attempts >= events.MAX_ATTEMPTS:
        stage = replace(stage, work=stage.instead, instead=None)
    try:
        outcome.counts[f"{stage.name}: {stage.work(line, event)}"] += 1
        return
    except Exception as error:
        if line.stopping():
            return  # the reading process was ended under the event's feet; that is not the document's fault
        expected = isinstance(error, MonitorError)
        reason = str(error) if expected else f"{type(error).__name__}: {error}"
        log.error("stage=%s event=%s subject=%s failed: %s", stage.name, event.kind, event.subject, reason, exc_info=not expected)
    outcome.failed += 1
    now, subject = line.now(), f"{event.kind} {event.subject}"
    last = event.attempts + 1 >= events.MAX_ATTEMPTS
    with line.store.transaction() as connection:
        record_failure(connection, stage.name, subject, reason, None, now, quarantined=last)
        events.missed(connection, event, now, set_aside=last and stage.instead is None)
    if last and stage.instead is not None:
        _work(line, stage, replace(event, attempts=event.attempts + 1), outcome)
