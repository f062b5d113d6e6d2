"""What a watch would have told, against what is stored: the alerts, their number by week, whether it is too broad or finds nothing, and words that
stand in the same texts. Reads the database, writes nothing but where it is asked to."""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from db.records import Alert
from nlp.inflection import forms
from nlp.wordlists import words
from pipeline import tracking
from pipeline.alerting import load, store_alert
from pipeline.match import match
from pipeline.watch import Watch
from pipeline.words import find_words

TOO_BROAD = 0.25
"""Share of all publications from which a watch says little."""
A_FEW = 20
"""Publications below which a share means nothing."""
RELATED = 12
LONGEST_TEXT = 200_000
"""Characters of a text in which related words are counted."""
SAMPLED = 1000
"""Publications whose words are counted for a watch that asks for none."""
MOST_WORDS = 200_000
"""Distinct words that are counted."""
_WORD = re.compile(r"(?<![\w-])(?:[A-Z]{2,6}-)?[a-z\u00df-\u00ff]{8,40}(?:-[a-z]{2,40})?(?![\w-])")
"""Long words, which in Dutch are mostly compounds, in small letters: a name has a capital."""
_A_YEAR = 366


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a watch would have told."""

    alerts: tuple[tuple[Alert, date | None], ...]
    """Newest first, each with the day of its publication."""
    reasons: Mapping[str, tuple[str, ...]]
    """By alert."""
    weeks: Mapping[str, int]
    """`2026-W46` to the number of alerts, without gaps, oldest first."""
    looked_at: int
    notes: tuple[str, ...]
    related: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The preview as values for JSON."""
        return {
            "publications": self.looked_at,
            "alerts": [
                {"id": a.id, "date": None if day is None else day.isoformat(), "kind": a.kind, "title": a.title, "reasons": list(self.reasons[a.id])}
                for a, day in self.alerts
            ],
            "weeks": dict(self.weeks),
            "notes": list(self.notes),
            "related": list(self.related),
        }

    def store(self, connection: sqlite3.Connection, watches: Sequence[Watch]) -> int:
        """Raise these alerts, oldest first; gives how many were not raised before. Call it inside a transaction."""
        oldest_first = enumerate(alert for alert, _ in reversed(self.alerts))
        return sum(store_alert(connection, replace(a, raised=a.raised + timedelta(microseconds=at)), watches) for at, a in oldest_first)


def preview(connection: sqlite3.Connection, watch: Watch, titles: Mapping[str, str], *, since: date | None, now: datetime) -> Preview:
    """Match a watch with the publications since a day (a year ago when none is given)."""
    first = since or now.date() - timedelta(days=_A_YEAR)
    rows = connection.execute(
        "SELECT p.id, (SELECT r.happened FROM revisions r WHERE r.publication_id = p.id AND r.cause = 'new' ORDER BY r.id LIMIT 1) AS happened "
        "FROM publications p WHERE p.analysed IS NOT NULL AND p.withdrawn = 0 AND p.date >= ? ORDER BY p.date DESC, p.id DESC",
        (first.isoformat(),),
    ).fetchall()
    found: list[tuple[Alert, date | None]] = []
    reasons: dict[str, tuple[str, ...]] = {}
    wanted, others, hits = Counter[str](), Counter[str](), 0
    for position, row in enumerate(rows):
        read = load(connection, row["id"], texts=watch.reads_text or position < SAMPLED)
        happened = tracking.load(row["happened"] or "[]")
        about = {one.about for one in happened if one.about is not None and one.about != read.id}
        earlier = {one: load(connection, one, texts=watch.reads_text) for one in sorted(about) if _is_there(connection, one)}
        alerts = match(read, [watch], titles, cause="new", happened=happened, earlier=earlier, now=now, max_age_days=100_000)
        spoken = _spoken(read.title, (paragraph.text for paragraph in read.paragraphs))
        _count(wanted if alerts else others, spoken)
        for alert in alerts:
            hits += 1
            found.append((alert, read.date))
            reasons[alert.id] = tuple(_reasons(alert))
    notes = tuple(_notes(watch, len(found), len(rows), first))
    return Preview(
        alerts=tuple(found), reasons=reasons, weeks=_weeks([day for _, day in found], first, now.date()), looked_at=len(rows), notes=notes,
        related=tuple(related(wanted, others, hits, len(rows) - hits, watch)),
    )  # fmt: skip


def _is_there(connection: sqlite3.Connection, publication_id: int) -> bool:
    return connection.execute("SELECT 1 FROM publications WHERE id = ?", (publication_id,)).fetchone() is not None


def _reasons(alert: Alert) -> list[str]:
    content = json.loads(alert.content)
    return [*content["reasons"], *(one["text"] for one in content["happened"])]


def _notes(watch: Watch, found: int, looked_at: int, first: date) -> Iterable[str]:
    if not looked_at:
        yield f"nothing is stored from {first.isoformat()} on; `kamerspoor run --since {first.isoformat()}` fetches it"
    elif not found:
        yield "this watch finds nothing; look at its words, or leave a restriction out"
    elif looked_at >= A_FEW and found / looked_at > TOO_BROAD:
        yield f"this watch tells of {found / looked_at:.0%} of all publications; words, kinds or not_words would narrow it"
    if watch.reads_text and "new" not in watch.alerts:
        yield "its words count for publications only; what happened to older promises needs the text of their publications to match as well"


def _weeks(days: Iterable[date | None], first: date, last: date) -> dict[str, int]:
    counted = Counter(_week(day) for day in days if day is not None)
    if not counted:
        return {}
    weeks: dict[str, int] = {}
    day = min(first, last)
    while day <= last + timedelta(days=6):
        weeks.setdefault(_week(day), counted[_week(day)])
        day += timedelta(days=7)
    begun = False
    shown = {}
    for week, count in weeks.items():
        begun = begun or bool(count)
        if begun and week <= _week(last):
            shown[week] = count
    return shown


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _spoken(title: str, paragraphs: Iterable[str]) -> set[str]:
    """The long words of a text, each once."""
    text, size = [title], len(title)
    for paragraph in paragraphs:
        if size > LONGEST_TEXT:
            break
        text.append(paragraph)
        size += len(paragraph)
    return {word.lower() for word in _WORD.findall(" ".join(text))}


def _count(counter: Counter[str], spoken: set[str]) -> None:
    if len(counter) < MOST_WORDS:
        counter.update(spoken)
    else:
        counter.update(word for word in spoken if word in counter)


def related(wanted: Mapping[str, int], others: Mapping[str, int], hits: int, misses: int, watch: Watch) -> list[str]:
    """Words that stand in what a watch finds and hardly elsewhere: by the log-odds of their documents, more for a word that many have; one form of
    each, none that the watch has."""
    if hits < 2 or misses < 2:
        return []
    common = words("slots", "common")
    scored = sorted(
        (
            ((_odds(count, hits) - _odds(others.get(word, 0), misses)) * math.log(1 + count), count, word)
            for word, count in wanted.items()
            if count >= max(2, min(4, hits // 3), hits // 20) and word not in common
        ),
        reverse=True,
    )
    own = replace(watch, all_words=(), not_words=())
    chosen: list[str] = []
    seen: set[str] = set()
    for score, _, word in scored[: RELATED * 20]:
        if score <= 1 or len(chosen) >= RELATED:
            break
        if word not in seen and not find_words(own, word, ()).hits:
            chosen.append(word)
            seen |= forms(word)
    return chosen


def _odds(documents: int, of: int) -> float:
    """The log-odds of a word, drawn towards none where there are few documents."""
    return math.log((documents + 0.5) / (max(of - documents, 0) + 0.5))
