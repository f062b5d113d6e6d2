"""Records with defaults, for tests that care about one field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from db.facts import Promise, PublicationFacts, StoredTopic, Sum
from db.records import Alert, Amount, Analysis, Commitment, Context, Deadline, Evidence, FetchedFile, FileLink, Segment, Sighting, Text, Topic
from db.store import Store
from pipeline.run import Line
from pipeline.settings import Settings
from pipeline.watches import Watch

NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
XML = FileLink(url="https://repository.overheid.nl/frbr/kst-32824-900.xml", media_type="text/plain")


def sighting(**fields: Any) -> Sighting:
    """A letter on integration, as koop shows it."""
    base = Sighting(
        source="koop",
        identifier="kst-32824-900",
        url="https://zoek.officielebekendmakingen.nl/kst-32824-900.html",
        title="Voortgang sociale inbedding",
        kind="kamerbrief",
        publisher="Ministerie van Sociale Zaken en Werkgelegenheid",
        published=date(2026, 11, 10),
        dossiers=("32824",),
        number="900",
        files=(XML,),
    )
    return replace(base, **fields)


def fetched(body: str, link: FileLink = XML) -> FetchedFile:
    """A file with this text."""
    return FetchedFile(link=link, body=body.encode())


def evidence(text: str = "Ik informeer uw Kamer voor de zomer.", start: int = 0) -> Evidence:
    """A sentence that is its own evidence."""
    return Evidence(start=start, end=start + len(text), text=text, sentence=text, rule="test/1", confidence=0.9)


def commitment(text: str = "Ik informeer uw Kamer voor 1 mei 2027.", until: date | None = date(2027, 4, 30), name: str = "d1") -> Commitment:
    """A promise to inform."""
    deadline = None if until is None else Deadline(phrase="voor 1 mei 2027", not_after=until, precision="day")
    return Commitment(evidence=evidence(text), firm=True, kind="inform", deliverable=name, act="informeren", deadline=deadline)


def amount(text: str = "80 miljoen euro", value: str = "80000000", sentence: str = "Hiervoor is 80 miljoen euro beschikbaar.") -> Amount:
    """A sum of money."""
    from decimal import Decimal

    where = replace(evidence(text), sentence=sentence)
    return Amount(evidence=where, value=Decimal(value))


class FakeReader:
    """Reads text as it is, and finds what the test says is in it.

    Bytes that a test names as broken raise what it says.
    """

    def __init__(self, found: Mapping[str, Analysis] | None = None, broken: Mapping[str, Exception] | None = None) -> None:
        self.found = dict(found or {})
        self.broken = dict(broken or {})
        self.read: list[str] = []

    def extract(self, body: bytes, media_type: str, name: str) -> Text:  # noqa: ARG002
        """Bytes to one paragraph."""
        text = body.decode()
        if text in self.broken:
            raise self.broken[text]
        return Text(text=text, segments=(Segment(kind="paragraph", start=0, end=len(text)),), extractor="fake/1")

    def analyse(self, text: Text, context: Context) -> Analysis:  # noqa: ARG002
        """What the test put in for this text; focus without facts for any other."""
        self.read.append(text.text)
        if f"analyse {text.text}" in self.broken:
            raise self.broken[f"analyse {text.text}"]
        default = Analysis(focus=True, focus_score=0.9, topics=(Topic(topic="labour-migration", score=0.9),), analyser="fake/1")
        return self.found.get(text.text, default)


FOLLOWER = Watch(name="migratie", title="Migratie", focus=True)
TITLES = {"labour-migration": "Arbeidsmigratie"}


def line(store: Store, reader: FakeReader, *, watches: Sequence[Watch] = (FOLLOWER,), now: datetime = NOW, folder: Path | None = None) -> Line:
    """A line on this store."""
    settings = Settings(data=folder or store.path.parent)
    return Line(store=store, reader=reader, watches=watches, topic_titles=TITLES, settings=settings, now=lambda: now)


ALERT_CONTENT: dict[str, Any] = {
    "watch": {"name": "migratie", "title": "Migratie"}, "url": "https://zoek.officielebekendmakingen.nl/kst-32824-900.html", "kind": "kamerbrief",
    "date": "2026-11-10", "publisher": "SZW", "office": None, "dossiers": ["32824"], "reasons": ["gaat over taal"],
    "topics": [{"topic": "language", "title": "Taal", "terms": ["taal"]}], "changes": [],
    "words": [{"term": "taal*", "text": "taallessen", "sentence": "De taallessen gaan door.", "page": 2, "url": "https://example.org/x.pdf#page=2"}],
    "happened": [],
    "promises": [{
        "act": "informeren", "sentence": "Ik informeer uw Kamer voor 1 mei 2027.", "by": "2027-04-30", "by_text": "30 april 2027", "note": None,
        "firm": True, "page": 1, "url": "https://example.org/x.pdf#page=1",
    }],
    "amounts": [{"amount": "€ 80 miljoen", "for": "taal", "sentence": "Hiervoor is 80 miljoen euro.", "page": None, "url": "https://example.org/x"}],
}  # fmt: skip
ALERT = Alert(
    id="0123456789abcdef0123456789abcdef", watch="migratie", publication_id=1, kind="new", title="Een brief over taal",
    summary="Kamerbrief: gaat over taal.", content=json.dumps(ALERT_CONTENT), raised=NOW,
)  # fmt: skip
"""An alert as a channel gets it."""


PROMISE = Promise(
    id=1, deliverable="d1", act="brief over inbedding", kind="inform", firm=True, phrase="voor de zomer", not_before=None, not_after=date(2027, 7, 8),
    precision="season", note=None, sentence="Voor de zomer ontvangt uw Kamer een brief.", page=2, start=10, rule="r/1",
)  # fmt: skip
SUM = Sum(
    text="80 miljoen euro", value=8e7, value_max=None, currency="EUR", per=None, recurring="structural", bound=None, extra=False, year=None,
    purpose="taal", sentence="Er is 80 miljoen euro.", page=2,
)  # fmt: skip
FACTS = PublicationFacts(
    id=7, key="koop:kst-32824-900", title="Sociale inbedding", kind="kamerbrief", date=date(2026, 11, 10), publisher="SZW",
    url="https://zoek.officielebekendmakingen.nl/kst-32824-900.html", focus=True, focus_score=0.9, withdrawn=False, dossiers=("32824",),
    sources=("koop",), topics=(StoredTopic(topic="labour-migration", score=0.9, terms=("arbeidsmigranten",)),), promises=(PROMISE,), sums=(SUM,),
)  # fmt: skip

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "end of cdata": "a ]]> b",
    "control characters": "a\x00b\x0bc\x7f\x85\ufffe",
    "lone surrogate": "a\ud800b",
    "text turned round": "\u202egnp.exe\u2066",
    "emoji": "Brief 😀 👩‍👩‍👧",
    "formula": '=HYPERLINK("https://example.org";"x")',
    "very long": "x" * 10_000,
    "very long words": "woord " * 2_000,
    "empty": "",
    "line breaks": "a\r\nBcc: b@example.org\u2028c",
    "entity": "&lt;img src=x onerror=alert(1)&gt; &amp; &nope;",
}
"""Titles that break feeds, mails and pages that are not careful, by what is odd in them."""
