"""An iCalendar (RFC 5545) for each watch: the deadlines of its promises as all-day events.

An event keeps its UID for ever. When the deadline moves, SEQUENCE and LAST-MODIFIED go up; when the promise is kept or taken back, the event is
cancelled. A promise whose words name no day stands on the day on which to look again, and says so.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from db.deadlines import CalendarEntry, settle
from db.records import Alert
from pipeline.channels.content import legal, one_line, shorten, web_url
from pipeline.channels.files import feed_path, publish
from pipeline.settings import Settings
from pipeline.watch import Watch

LIMIT = 1000
"""Events in a calendar: the latest days. Deadlines of long ago fall off."""
LONGEST_LINE = 75
"""Octets (RFC 5545, 3.1)."""
_SPECIAL = re.compile(r"([\\;,])")


def send(target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:  # noqa: ARG001
    """Bring the watch's calendar up to date; one that would not change is not written."""
    publish(feed_path(watch, "ical", settings), build(watch, settle(connection, watch.name, datetime.now(UTC), LIMIT)))


def is_present(target: str, watch: Watch, settings: Settings) -> bool:  # noqa: ARG001
    """Whether the calendar's file is there."""
    return feed_path(watch, "ical", settings).exists()


def build(watch: Watch, entries: Sequence[CalendarEntry]) -> bytes:
    """The calendar of a watch as bytes: the same entries give the same bytes.

    Args:
        entries: by day.
    """
    return calendar(watch.title, entries)


def calendar(name: str, entries: Sequence[CalendarEntry]) -> bytes:
    """A calendar under a name of its own, for a watch or for what a page shows.

    Args:
        entries: by day.
    """
    title = _text(f"Termijnen: {one_line(name)}")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kamerspoor//Termijnen//NL", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"NAME:{title}", f"X-WR-CALNAME:{title}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    for entry in entries[-LIMIT:]:
        lines += _event(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _fold(line)).encode()


def _event(entry: CalendarEntry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    # DTSTAMP is the moment of this revision where there is a METHOD (3.8.7.2); the clock would change the file on every run.
    yield f"DTSTAMP:{_moment(entry.modified)}"
    yield f"CREATED:{_moment(entry.created)}"
    yield f"LAST-MODIFIED:{_moment(entry.modified)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"
    yield f"STATUS:{'CANCELLED' if entry.over else 'CONFIRMED' if entry.firm and not entry.look_again else 'TENTATIVE'}"
    yield "TRANSP:TRANSPARENT"
    word = "Opnieuw kijken" if entry.look_again else "Termijn" if entry.firm else "Voornemen"
    yield f"CATEGORIES:{word}"
    yield f"SUMMARY:{_text(f'{word}: {shorten(one_line(entry.act), 100)} ({shorten(one_line(entry.title), 100)})')}"
    yield f"DESCRIPTION:{_text(_description(entry))}"
    if (url := web_url(legal(entry.url))) is not None:
        yield f"URL:{url}"
    yield "END:VEVENT"


def _description(entry: CalendarEntry) -> str:
    lines = [one_line(entry.sentence)]
    if entry.look_again:
        lines.append("De tekst noemt geen dag; dit is een moment om opnieuw te kijken.")
    if entry.phrase:
        lines.append(f"Zo staat de termijn er: {one_line(entry.phrase)}" + (f" ({one_line(entry.note)})" if entry.note else ""))
    lines.append(one_line(entry.title) + (f", {one_line(entry.publisher)}" if entry.publisher else ""))
    if entry.page:
        lines.append(f"Bladzijde {entry.page}")
    return "\n".join(lines)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """A TEXT value (3.3.11)."""
    return _SPECIAL.sub(r"\\\1", legal(text).replace("\r\n", "\n").replace("\r", "\n")).replace("\n", "\\n").replace("\t", " ")


def _fold(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, the later ones with the blank in front that says so; no character is cut in two."""
    if len(line) * 4 <= LONGEST_LINE or len(line.encode()) <= LONGEST_LINE:
        yield line
        return
    data = line.encode()
    start, room = 0, LONGEST_LINE
    while start < len(data):
        end = min(start + room, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:  # inside a character
            end -= 1
        piece = data[start:end].decode()
        yield piece if start == 0 else f" {piece}"
        start, room = end, LONGEST_LINE - 1
