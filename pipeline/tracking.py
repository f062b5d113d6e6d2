"""The stage between analyse and match: a reading to what it does to earlier promises, questions and advice; and what the calendar says of terms."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from db import events, facts, tracking
from db.facts import PublicationFacts
from db.records import Event, EventKind
from nlp import calendar
from pipeline.happening import Happening
from pipeline.track import DUE_DAYS, answers, by_calendar, overdue_on, question_numbers, responds, track

if TYPE_CHECKING:
    from pipeline.run import Line

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OLD_DAYS = 120
"""Days after its term in which a promise can still become overdue: longer than any grace and recess; what is older is history."""
LATE_DAYS = 14
"""Days after becoming overdue in which it is told; a service that was off for longer does not catch up on old terms."""


def track_publication(line: Line, event: Event) -> str:
    """A reading to the history of commitments; what it does is kept with the reading, for the alerts."""
    store, now = line.store, line.now()
    connection = store.connection
    revision = connection.execute("SELECT * FROM revisions WHERE id = ?", (int(event.subject),)).fetchone()
    publication_id = int(revision["publication_id"])
    with store.transaction():
        told = {(row["kind"], row["commitment_id"]) for row in tracking.history_of(connection, publication_id)}
        read, happened = _follow(line, publication_id)
        for other in tracking.later(connection, publication_id) if read.promises else ():
            _follow(line, other)  # kept in the history; its readers were told of it when it came
        fresh = [one for one in happened if (one.kind, one.commitment_id) not in told]
        connection.execute("UPDATE revisions SET happened = ? WHERE id = ?", (dump(fresh), revision["id"]))
        events.emit(connection, EventKind.PUBLICATION_TRACKED, revision["id"], now)
        events.done(connection, event, now)
    return ", ".join(sorted({one.kind for one in happened})) or "nothing before it"


def _follow(line: Line, publication_id: int) -> tuple[PublicationFacts, list[Happening]]:
    """Judge a publication anew and keep what it does to others; what a person took back stays away."""
    connection = line.store.connection
    read = facts.load_facts(connection, publication_id)
    tracking.forget(connection, publication_id)
    wrong = _called_wrong(connection, read.key)
    happened = [] if read.withdrawn else [one for one in _judge(connection, read) if one.kind not in wrong]
    for one in happened:
        _keep(connection, read, one, line)
    return read, happened


def _judge(connection: sqlite3.Connection, read: PublicationFacts) -> list[Happening]:
    happened: list[Happening] = []
    if read.fulfilments or read.promises:
        happened += track(read, tracking.open_promises(connection, read.id))
    if read.kind in ("antwoord", "kamerbrief", "nota") and read.date is not None:
        row = connection.execute("SELECT text FROM documents WHERE id = ?", (read.document_id,)).fetchone()
        text = "" if row is None else row["text"] or ""
        numbers = question_numbers(read, text)
        happened += answers(read, tracking.questions(connection, numbers, read.id)) if numbers else []
        happened += responds(read, text, tracking.advices(connection, read.date, read.id)) if read.kind != "antwoord" else []
    return happened


_STATUS = {"kept": "kept", "moved": "moved"}


def _keep(connection: sqlite3.Connection, read: PublicationFacts, one: Happening, line: Line) -> None:
    tracking.add_history(
        connection, read.id, one.kind, line.now(), commitment_id=one.commitment_id, day=read.date, was=one.was, becomes=one.becomes,
        phrases=(one.was_phrase, one.phrase), sentence=one.sentence, page=one.page, reason=one.reason, by=one.by_commitment,
    )  # fmt: skip
    if one.commitment_id is not None and one.kind in _STATUS:
        tracking.set_status(connection, one.commitment_id, _STATUS[one.kind])
    if one.kind == "repeated" and one.by_commitment is not None:
        tracking.set_status(connection, one.by_commitment, "repeated")  # the first promise stays the one that is followed


def _called_wrong(connection: sqlite3.Connection, key: str) -> set[str]:
    """The kinds of judgement about this publication that a person took back."""
    rows = connection.execute("SELECT fact FROM corrections WHERE publication_key = ? AND verdict = 'wrong'", (key,))
    return {row["fact"].removeprefix("track:") for row in rows if row["fact"].startswith("track:")}


def ask_calendar(line: Line) -> int:
    """Terms that come near or are over become events; gives how many publications they stand in."""
    today = line.now().astimezone(AMSTERDAM).date()
    connection = line.store.connection
    promises = tracking.dated_promises(connection, today - timedelta(days=OLD_DAYS), today + timedelta(days=DUE_DAYS))
    said: dict[tuple[str, int], list[Happening]] = {}
    for promise in promises:
        if promise.not_after is None:
            continue
        overdue = overdue_on(promise.not_after, promise.grace_days, recess_of)
        one = by_calendar(promise, today, overdue)
        if one is None or (one.kind == "overdue" and (today - overdue).days > LATE_DAYS):
            continue
        if not tracking.told_by_calendar(connection, one.kind, promise.id, promise.not_after):
            said.setdefault((one.kind, promise.publication_id), []).append(one)
    for (kind, publication_id), happened in said.items():
        _announce(line, kind, publication_id, happened, today)
    return len(said)


def _announce(line: Line, kind: str, publication_id: int, happened: Sequence[Happening], today: date) -> None:
    now = line.now()
    with line.store.transaction() as connection:
        for one in happened:
            tracking.add_history(
                connection, publication_id, kind, now, commitment_id=one.commitment_id, day=today, was=one.was, becomes=one.was,
                phrases=(one.was_phrase, None), sentence=one.about_sentence, page=None, reason=one.reason, by=None,
            )  # fmt: skip
        revision = connection.execute(
            "INSERT INTO revisions (publication_id, document_id, at, cause, changes, happened) VALUES (?, NULL, ?, ?, '[]', ?) RETURNING id",
            (publication_id, now.isoformat(), kind, dump(happened)),
        ).fetchone()
        events.emit(connection, EventKind.COMMITMENT_DUE if kind == "due" else EventKind.COMMITMENT_OVERDUE, revision["id"], now)


@cache
def _recess_finder() -> Callable[[date], tuple[date, date] | None]:
    @cache
    def find(day: date) -> tuple[date, date] | None:
        return next(((r.first, r.last) for r in calendar.load().recesses_from(day) if r.first <= day <= r.last), None)

    return find


def recess_of(day: date) -> tuple[date, date] | None:
    """First and last day of the recess of the House that a day lies in."""
    return _recess_finder()(day)


def dump(happened: Sequence[Happening]) -> str:
    """Happenings as JSON text."""
    return json.dumps([asdict(one) for one in happened], ensure_ascii=False, default=date.isoformat)


def load(text: str) -> list[Happening]:
    """The happenings that `dump` wrote."""
    return [Happening(**_with_days(values)) for values in json.loads(text)]


def _with_days(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, **{name: date.fromisoformat(values[name]) for name in ("was", "becomes") if values[name] is not None}}
