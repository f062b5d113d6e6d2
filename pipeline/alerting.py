"""The stage that matches: a reading, or what the calendar said, and the watches to alerts with one delivery for each target."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from db import alerts, corrections, events, facts, publications, watches
from db.facts import Paragraph, PublicationFacts
from db.records import Alert, Event, EventKind
from nlp.prepare import prepare
from pipeline import tracking
from pipeline.changes import Change
from pipeline.channels import CHANNELS
from pipeline.match import match
from pipeline.watch import Watch

if TYPE_CHECKING:
    from pipeline.run import Line


def raise_alerts(line: Line, event: Event) -> str:
    """A reading and the watches to alerts."""
    store, now = line.store, line.now()
    revision = store.connection.execute("SELECT * FROM revisions WHERE id = ?", (int(event.subject),)).fetchone()
    changes: Sequence[Change] = [Change(**change) for change in json.loads(revision["changes"])]
    happened = tracking.load(revision["happened"])
    texts = any(watch.reads_text for watch in line.watches)
    read = load(store.connection, revision["publication_id"], texts=texts)
    if event.kind in (EventKind.COMMITMENT_DUE, EventKind.COMMITMENT_OVERDUE):
        dated = {promise.id for promise in read.promises if promise.not_after is not None}
        happened = [one for one in happened if one.commitment_id in dated]
    about = {one.about for one in happened if one.about is not None and one.about != read.id}
    earlier = {other: load(store.connection, other, texts=texts) for other in sorted(about) if _is_there(store.connection, other)}
    raised = 0
    with store.transaction() as connection:
        found = match(
            read, line.watches, line.topic_titles, cause=revision["cause"], changes=changes, happened=happened, earlier=earlier,
            since=watches.since(connection), now=now, max_age_days=line.settings.alert_max_age_days,
        )  # fmt: skip
        for alert in found:
            if store_alert(connection, alert, line.watches):
                raised += 1
            elif alert.kind == "new":  # an older paper came in later and showed what this one does
                alerts.renew(connection, alert)
        events.done(connection, event, now)
    return "alert" if raised else "no alert"


def store_alert(connection: sqlite3.Connection, alert: Alert, all_watches: Sequence[Watch]) -> bool:
    """Write an alert with its deliveries; False when it was raised before."""
    return alerts.raise_alert(connection, alert, targets(next(watch for watch in all_watches if watch.name == alert.watch)))


def targets(watch: Watch) -> tuple[str, ...]:
    """The targets of a watch whose channel exists."""
    return tuple(target for target in watch.targets if target.split(":", 1)[0] in CHANNELS)


def load(connection: sqlite3.Connection, publication_id: int, *, texts: bool) -> PublicationFacts:
    """Everything that a watch may ask of a publication, but what a person called wrong; with its text where a watch asks for words."""
    read = facts.load_facts(connection, publication_id)
    read = corrections.without_wrong(read, corrections.wrong_facts(connection, read.key))
    if not texts or read.document_id is None:
        return read
    text = publications.load_text(connection, read.document_id)
    return replace(read, paragraphs=tuple(Paragraph(text=passage.text, page=passage.page) for passage in prepare(text)))


def _is_there(connection: sqlite3.Connection, publication_id: int) -> bool:
    return connection.execute("SELECT 1 FROM publications WHERE id = ?", (publication_id,)).fetchone() is not None
