"""The stage between analyse and match: a reading to what it does to earlier promises, questions and advice; and what the calendar says of terms.

What a publication does hangs on which papers there are, not on which we read first: it is judged against what papers before it left open
(`db/tracking.py`), and what comes in late has the papers behind it judged again, in their order, as far as its promises can concern them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import cache
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from db import events, facts, tracking
from db.facts import PublicationFacts
from db.records import Event, EventKind
from db.tracking import Place
from nlp import calendar
from pipeline.happening import Happening
from pipeline.track import (
    DUE_DAYS,
    advice_name,
    answers,
    by_calendar,
    is_response,
    may_be_of,
    overdue_on,
    question_numbers,
    responds,
    spoken,
    track,
)  # fmt: skip

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
        judged = judge(connection, publication_id, json.loads(revision["acts_before"]), now)
        happened = judged.pop(publication_id)
        _tell(connection, publication_id, revision["id"], happened)
        for other, late in judged.items():
            first = connection.execute("SELECT min(id) FROM revisions WHERE publication_id = ? AND cause = 'new'", (other,)).fetchone()[0]
            if first is not None and _tell(connection, other, first, late):
                events.emit(connection, EventKind.PUBLICATION_TRACKED, first, now)
        events.emit(connection, EventKind.PUBLICATION_TRACKED, revision["id"], now)
        events.done(connection, event, now)
    return ", ".join(sorted({one.kind for one in happened})) or "nothing before it"


def judge(connection: sqlite3.Connection, publication_id: int, acts_before: Iterable[str], now: datetime) -> dict[int, list[Happening]]:
    """Judge a publication, and then those behind it whose judgement can hang on it; gives what each does, by publication.

    Args:
        acts_before: what it promised in an earlier reading and may promise no longer.
    """
    read = facts.load_facts(connection, publication_id)
    waiting = [tracking.place_of(connection, publication_id)]
    waiting += _concerned(connection, publication_id, [*acts_before, *(promise.act for promise in read.promises)])
    waiting += tracking.speaking_of(connection, publication_id, advice_name(read.title) if read.kind in ("advies", "rapport") else "")
    judged: dict[int, list[Happening]] = {}
    queued = set(waiting)
    heapify(waiting := list(queued))
    while waiting:
        place = heappop(waiting)
        before = tracking.judgements(connection, place.id)
        judged[place.id] = _follow(connection, read if place.id == publication_id else facts.load_facts(connection, place.id), now)
        after = tracking.judgements(connection, place.id)
        tracking.settle(connection, before.keys() | after.keys())
        changed = [one for one in before.keys() | after.keys() if before.get(one) != after.get(one)]
        for promise in tracking.promises(connection, place.id, changed):
            for other in _concerned(connection, promise.publication_id, [promise.act]):
                if other > place and other not in queued:
                    queued.add(other)
                    heappush(waiting, other)
    return judged


def undo(connection: sqlite3.Connection, publication_id: int) -> None:
    """Take back what a publication does to others, because it goes up in another one."""
    before = tracking.judgements(connection, publication_id)
    tracking.forget(connection, publication_id)
    tracking.settle(connection, before)


def _concerned(connection: sqlite3.Connection, publication_id: int, acts: Sequence[str]) -> list[Place]:
    """The publications judged already that may speak of one of these acts of a publication."""
    if not acts:
        return []
    return [place for place, said in tracking.said_since(connection, publication_id).items() if may_be_of(said, acts)]


def _tell(connection: sqlite3.Connection, publication_id: int, revision_id: int, happened: Sequence[Happening]) -> bool:
    """Keep with a reading what its publication does, but for what another reading of it told; True when that is something else than before."""
    others = connection.execute("SELECT happened FROM revisions WHERE publication_id = ? AND id != ?", (publication_id, revision_id))
    told = {one.identity for row in others for one in load(row["happened"])}
    fresh = dump([one for one in happened if one.identity not in told])
    changed = connection.execute("UPDATE revisions SET happened = ? WHERE id = ? AND happened != ?", (fresh, revision_id, fresh))
    return changed.rowcount > 0


def _follow(connection: sqlite3.Connection, read: PublicationFacts, now: datetime) -> list[Happening]:
    """Judge a publication anew and keep what it does to others; what a person took back stays away."""
    tracking.forget(connection, read.id)
    wrong = _called_wrong(connection, read.key)
    happened = [] if read.withdrawn else [one for one in _judge(connection, read) if one.kind not in wrong]
    for one in happened:
        tracking.add_history(
            connection, read.id, one.kind, now, commitment_id=one.commitment_id, day=read.date, was=one.was, becomes=one.becomes,
            phrases=(one.was_phrase, one.phrase), sentence=one.sentence, page=one.page, reason=one.reason, by=one.by_commitment,
            about=None if one.commitment_id is not None else one.about,
        )  # fmt: skip
    return happened


def _judge(connection: sqlite3.Connection, read: PublicationFacts) -> list[Happening]:
    happened: list[Happening] = []
    if said := spoken(read):
        known = [row for row, act in tracking.open_acts(connection, read.id) if may_be_of(said, [act])]
        happened += track(read, tracking.promises(connection, read.id, known))
    if read.kind in ("antwoord", "kamerbrief", "nota") and read.date is not None:
        row = connection.execute("SELECT text FROM documents WHERE id = ?", (read.document_id,)).fetchone()
        text = "" if row is None else row["text"] or ""
        numbers = question_numbers(read, text)
        tracking.note_answered(connection, read.id, numbers)
        happened += answers(read, tracking.questions(connection, numbers, read.id)) if numbers else []
        happened += responds(read, text, tracking.advices(connection, read.date, read.id)) if is_response(read, text) else []
    return happened


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
