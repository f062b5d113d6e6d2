"""Pictures of the data, each from one query: publications by week and topic, promises by month of their deadline and status, sums by year and
purpose, days from an advice to the response. The axis has every week, month and year of its stretch, also those in which nothing was.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from db.browse import dutch
from db.browse.drawing import Picture, Series
from db.browse.promises import distinct

WEEKS = 26
MONTHS_BEFORE, MONTHS_AFTER = 12, 18
YEARS_BEFORE, YEARS_AFTER = 4, 5
SERIES = 5
"""Topics or purposes that get a colour of their own; the rest share one."""
STATUSES = ("open", "kept", "moved", "repeated", "dropped")
SPANS = ((0, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))
"""Days to a response that share a bar."""

_GONE = "(SELECT id FROM publications INDEXED BY publications_withdrawn WHERE withdrawn = 1)"
_OF_TOPIC = "IN (SELECT publication_id FROM publication_topics WHERE topic = :onderwerp)"
# A publication counts once, under the topic that it is most about.
_BY_WEEK = """SELECT date(p.date, 'weekday 0', '-6 days') AS week, CASE WHEN :onderwerp = '' THEN (SELECT t.topic FROM publication_topics t
    WHERE t.publication_id = p.id ORDER BY t.score DESC, t.topic LIMIT 1) ELSE :onderwerp END AS topic, count(*) FROM publications p
    WHERE p.withdrawn = 0 AND p.date BETWEEN :first AND :last AND p.id {of_topic} GROUP BY 1, 2"""
_BY_MONTH = f"""SELECT coalesce(substr(c.not_after, 1, 7), '') AS month, c.status, count(*) FROM publication_topics t CROSS JOIN commitments c
    ON c.publication_id = t.publication_id WHERE t.topic = :onderwerp AND t.publication_id NOT IN {_GONE} GROUP BY 1, 2"""
_ALL_BY_MONTH = "SELECT month, status, number FROM promises_by_month WHERE number > 0"
_BY_YEAR = f"""SELECT a.year, a.purpose, sum(a.value) FROM amounts a INDEXED BY amounts_year WHERE a.value IS NOT NULL AND a.currency = 'EUR'
    AND a.per IS NULL AND a.year BETWEEN :first AND :last AND a.publication_id NOT IN {_GONE} AND a.publication_id {{of_topic}} GROUP BY 1, 2"""
_RESPONSES = """SELECT CAST(julianday(min(r.date)) - julianday(a.date) AS INTEGER) FROM commitment_history h
    JOIN publications a ON a.id = h.about_publication JOIN publications r ON r.id = h.publication_id
    WHERE h.kind = 'advice' AND h.about_publication IS NOT NULL AND a.withdrawn = 0 AND r.withdrawn = 0 AND r.date >= a.date
    AND a.id {of_topic} GROUP BY a.id"""


def figures(connection: sqlite3.Connection, topic: str, day: date) -> dict[str, Any]:
    """The values of the page, for all publications or those of one topic.

    Args:
        day: where the weeks end; the months and years lie around it.
    """
    return {
        "asked": {"onderwerp": topic},
        "topics": distinct(connection, "publication_topics", "topic"),
        "pictures": [one(connection, topic, day) for one in (by_week, by_month, by_year, to_response)],
    }


def _rows(connection: sqlite3.Connection, sql: str, topic: str, **values: object) -> list[Any]:
    """The rows of a query, of all publications or those of one topic."""
    return connection.execute(sql.format(of_topic=_OF_TOPIC if topic else "IS NOT NULL"), {"onderwerp": topic, **values}).fetchall()


def by_week(connection: sqlite3.Connection, topic: str, day: date) -> Picture:
    """Publications of the weeks up to this day, by topic."""
    last = day - timedelta(days=day.weekday())
    weeks = [(last - timedelta(weeks=back)).isoformat() for back in range(WEEKS - 1, -1, -1)]
    rows = _rows(connection, _BY_WEEK, topic, first=weeks[0], last=(last + timedelta(days=6)).isoformat())
    counts = {(row[0], row[1]): row[2] for row in rows}
    return Picture(
        name="weken", title="Stukken per week en onderwerp", first="Week vanaf", unit="stukken",
        note=f"De datum op het stuk, de laatste {WEEKS} weken. Elk stuk telt één keer: bij het onderwerp waar het het meest over gaat.",
        labels=tuple((week, f"{int(week[8:])}-{int(week[5:7])}") for week in weeks),
        series=_stacked(counts, weeks, "topics", "andere onderwerpen", "zonder onderwerp"),
    )  # fmt: skip


def by_month(connection: sqlite3.Connection, topic: str, day: date) -> Picture:
    """Promises by the month of their deadline, around this day, by status."""
    months = [_month(day, step) for step in range(-MONTHS_BEFORE, MONTHS_AFTER + 1)]
    rows = connection.execute(_BY_MONTH if topic else _ALL_BY_MONTH, {"onderwerp": topic}).fetchall()
    counts = {(row[0], row[1]): row[2] for row in rows if months[0] <= row[0] <= months[-1]}
    before = sum(row[2] for row in rows if "" < row[0] < months[0])
    after = sum(row[2] for row in rows if row[0] > months[-1])
    without = sum(row[2] for row in rows if not row[0])
    said = f"Ervoor {dutch.number(before)}, erna {dutch.number(after)}, zonder dag {dutch.number(without)}."
    return Picture(
        name="maanden", title="Toezeggingen per maand van de termijn en status", first="Maand", unit="toezeggingen",
        note=f"Toezeggingen en voornemens met een uiterste dag, van een jaar terug tot anderhalf jaar vooruit. {said}",
        labels=tuple((month, f"{int(month[5:])}-{month[2:4]}") for month in months),
        series=tuple(
            Series(dutch.name("statuses", status), tuple(counts.get((month, status), 0) for month in months))
            for status in STATUSES
            if any(key[1] == status for key in counts)
        ),
    )  # fmt: skip


def by_year(connection: sqlite3.Connection, topic: str, day: date) -> Picture:
    """What publications name for the years around this day, in euro, by purpose."""
    years = [str(year) for year in range(day.year - YEARS_BEFORE, day.year + YEARS_AFTER + 1)]
    sums: Counter[tuple[str, str | None]] = Counter()
    for year, purpose, value in _rows(connection, _BY_YEAR, topic, first=int(years[0]), last=int(years[-1])):
        sums[str(year), " ".join(purpose.lower().split()) if purpose else None] += value
    return Picture(
        name="jaren", title="Genoemde bedragen per jaar en doel", first="Jaar", unit="euro",
        note="De som van wat stukken voor een jaar noemen, in euro; van een bedrag van-tot telt het laagste. Hetzelfde geld in twee stukken telt "
        "twee keer. Bedragen per persoon of per stuk tellen niet mee.",
        labels=tuple((year, year) for year in years),
        series=_stacked(sums, years, "", "andere doelen", "zonder doel"),
    )  # fmt: skip


def to_response(connection: sqlite3.Connection, topic: str, day: date) -> Picture:  # noqa: ARG001
    """Days from an advice to the first letter that responds to it."""
    days = [row[0] for row in _rows(connection, _RESPONSES, topic)]
    middle = f" De helft kwam binnen {dutch.number(median(days))} dagen." if days else ""
    names = [f"{low} tot {high} dagen" if high else f"vanaf {low} dagen" for low, high in SPANS]
    counts = [sum(low <= one and (high is None or one <= high) for one in days) for low, high in SPANS]
    return Picture(
        name="reacties", title="Van advies tot reactie", first="Tijd", unit="adviezen",
        note=f"Adviezen en rapporten waarop een brief of nota bij naam heeft gereageerd: {dutch.number(len(days))}.{middle}",
        labels=tuple((name, name.removesuffix(" dagen")) for name in names),
        series=(Series("adviezen", tuple(counts)),) if days else (),
    )  # fmt: skip


def _month(day: date, step: int) -> str:
    months = day.year * 12 + day.month - 1 + step
    return f"{months // 12}-{months % 12 + 1:02}"


def _stacked(
    counts: Mapping[tuple[str, str | None], float], labels: Sequence[str], group: str, rest: str, none: str
) -> tuple[Series, ...]:
    """The largest few as series of their own, the most first; then the rest together, then what has no name."""
    totals: Counter[str | None] = Counter()
    for (_, name), value in counts.items():
        totals[name] += value  # type: ignore[assignment]
    named = sorted((name for name in totals if name is not None), key=lambda name: (-totals[name], name))
    found = [Series(dutch.name(group, name) if group else name, _along(counts, labels, {name})) for name in named[:SERIES]]
    if named[SERIES:]:
        found.append(Series(rest, _along(counts, labels, named[SERIES:])))
    if None in totals:
        found.append(Series(none, _along(counts, labels, {None})))
    return tuple(found)


def _along(counts: Mapping[tuple[str, str | None], float], labels: Iterable[str], names: Iterable[str | None]) -> tuple[float, ...]:
    those = list(names)
    return tuple(sum(counts.get((label, name), 0) for name in those) for label in labels)
