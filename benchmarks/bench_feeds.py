"""How long 1,000 entries of each feed take to rebuild, in milliseconds of processor time, and against the least that lxml could do: bare elements
with as much text.

    python benchmarks/bench_feeds.py [ENTRIES]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from lxml import etree

from db.deadlines import CalendarEntry
from db.records import Alert
from pipeline.channels import atom, ical, json_feed, mail, rss
from pipeline.watch import Watch

ROUNDS = 5
WATCH = Watch(name="migratie", title="Migratie en integratie", focus=True)
SENTENCE = "Voor de zomer van 2027 informeer ik uw Kamer over de voortgang van de aanpak van de huisvesting van arbeidsmigranten. "
START = datetime(2026, 11, 10, 12, tzinfo=UTC)


def alerts(count: int) -> list[Alert]:
    """Alerts of the usual size: a summary of 500 characters, two promises, one amount."""
    promise = {"act": "informeren", "sentence": SENTENCE, "by": "2027-06-30", "by_text": "30 juni 2027", "note": None, "firm": True, "page": 3}
    content = {
        "url": "https://zoek.officielebekendmakingen.nl/kst-32824-900.html", "kind": "kamerbrief", "date": "2026-11-10", "publisher": "SZW",
        "dossiers": ["32824"], "reasons": ["gaat over arbeidsmigratie"], "topics": [{"topic": "labour", "title": "Arbeidsmigratie", "terms": ["a"]}],
        "promises": [promise, promise], "amounts": [{"amount": "€ 80 miljoen", "for": "huisvesting", "sentence": SENTENCE, "page": 4}], "changes": [],
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False)
    return [
        Alert(
            id=f"{number:032x}", watch=WATCH.name, publication_id=number, kind="new", title=f"Voortgang van de aanpak, deel {number}",
            summary=(SENTENCE * 5)[:500], content=text, raised=START + timedelta(minutes=number),
        )
        for number in range(count)
    ]  # fmt: skip


def deadlines(count: int) -> list[CalendarEntry]:
    """As many deadlines."""
    return [
        CalendarEntry(
            uid=f"{number:032x}@kamerspoor", sequence=1, created=START, modified=START, act="informeren", day=date(2027, 1, 1) + timedelta(number),
            look_again=False, firm=True, over=False, sentence=SENTENCE, phrase="voor de zomer", note=None, page=3, title="Voortgang van de aanpak",
            publisher="SZW", url="https://zoek.officielebekendmakingen.nl/kst-32824-900.html",
        )
        for number in range(count)
    ]  # fmt: skip


def bare(count: int) -> bytes:
    """The least: the same number of elements with 500 characters each, nothing cleaned, nothing decided."""
    feed = etree.Element("feed")
    for number in range(count):
        entry = etree.SubElement(feed, "entry")
        for name in ("id", "title", "updated", "published", "link", "author", "category", "summary", "content"):
            etree.SubElement(entry, name).text = (SENTENCE * 5)[:500] if name in ("summary", "content") else f"{name} {number}"
    body: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return body


def milliseconds(work: Callable[[], object]) -> float:
    """The best of a few rounds: what the work costs, whoever else uses the machine."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        rounds.append((time.process_time() - start) * 1000)
    return min(rounds)


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    made, dated, base = alerts(count), deadlines(count), "https://example.org/feeds/"
    least = milliseconds(lambda: bare(count))
    print(f"{'bare lxml':10} {count} entries {least:8.1f} ms   1.0")
    for name, work in (
        ("atom", lambda: atom.build(WATCH, made, base)),
        ("rss", lambda: rss.build(WATCH, made, base)),
        ("json", lambda: json_feed.build(WATCH, made, base)),
        ("ical", lambda: ical.build(WATCH, dated)),
        ("mail", lambda: mail.compose("iemand@example.org", [WATCH], made, sender="kamerspoor@example.org")),
    ):
        took = milliseconds(work)
        print(f"{name:10} {count} entries {took:8.1f} ms {took / least:5.1f}")


if __name__ == "__main__":
    main()
