"""A database of generated publications: our schema, rows written directly, full text built at the end. The same numbers give the same rows.

The words come from the bundled publications by how often they stand there, and one in twenty is a compound of two of them, so that the index holds
some hundred thousand different words, as one of real texts does.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from crawler.replay.library import load
from db.browse.dutch import words
from db.store import Store

LAST = date(2026, 11, 10)
DAYS = 11 * 365
"""The publications are spread over as many days, until `LAST`."""
WORDS = 430
PARAGRAPHS = 9
DOSSIERS = 900
"""The largest holds one in thirty of the publications."""
AT = "2026-11-10T06:00:00+00:00"
_MINISTRIES = (
    ("Sociale Zaken en Werkgelegenheid", "minister van Sociale Zaken en Werkgelegenheid"), ("Asiel en Migratie", "minister van Asiel en Migratie"),
    ("Justitie en Veiligheid", "staatssecretaris van Justitie en Veiligheid"), ("Onderwijs, Cultuur en Wetenschap", "minister van Onderwijs"),
    ("Volkshuisvesting en Ruimtelijke Ordening", "minister van Volkshuisvesting"), ("Financiën", "minister van Financiën"), (None, None),
)  # fmt: skip
_KINDS = ("kamerbrief", "antwoord", "kamervraag", "nota", "rapport", "advies", "bijlage", "persbericht", "besluitenlijst")
_SOURCES = ("koop", "tweedekamer", "open_overheid", "rijksoverheid", "councils", "wodc", "raadvanstate")
_STATUSES = ("open", "open", "open", "kept", "moved", "repeated", "dropped")
_PURPOSES = ("taallessen", "opvang van ontheemden", "huisvesting van statushouders", "handhaving", "inburgering", "onderzoek", None)


class _Words:
    """Draws words as often as they stand in the bundled publications, and compounds that get rarer and rarer."""

    def __init__(self, chance: random.Random) -> None:
        counts = Counter(re.findall(r"\w+", " ".join(publication.body for publication in load())))
        self._known, self._weights = list(counts), list(accumulate(counts.values()))
        parts = [word for word in counts if word.isalpha() and word.islower() and 4 <= len(word) <= 9]
        self._compounds = [f"{chance.choice(parts)}{chance.choice(('', '', 's'))}{chance.choice(parts)}" for _ in range(600_000)]
        self._rarer = list(accumulate(1 / (rank + 200) for rank in range(len(self._compounds))))
        self._chance = chance

    def text(self, length: int) -> list[str]:
        """So many words."""
        found = self._chance.choices(self._known, cum_weights=self._weights, k=length)
        found[::20] = self._chance.choices(self._compounds, cum_weights=self._rarer, k=len(found[::20]))
        return found


def make(path: Path, number: int) -> None:
    """Write the database."""
    chance = random.Random(7)
    drawn = _Words(chance)
    store = Store.open(path)
    connection = store.connection
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN")
    for trigger in triggers:
        connection.execute(f"DROP TRIGGER {trigger['name']}")
    for first in range(1, number + 1, 1000):
        rows: dict[str, list[tuple[object, ...]]] = {}
        for one in range(first, min(first + 1000, number + 1)):
            for table, row in _rows(one, number, drawn, chance):
                rows.setdefault(table, []).append(row)
        for table, several in rows.items():
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(several[0]))})", several)
    connection.executemany(
        "INSERT INTO crawls (source, started, finished, outcome, new) VALUES (?, ?, ?, 'ok', 3)",
        [(source, f"2026-{1 + run // 80:02}-01T{run % 24:02}:00:00+00:00", AT) for source in _SOURCES for run in range(800)],
    )
    connection.execute("INSERT INTO search (search) VALUES ('rebuild')")
    for trigger in triggers:
        connection.execute(trigger["sql"])
    connection.execute(
        "INSERT INTO search_terms (term) SELECT term FROM search_words WHERE length(term) BETWEEN 3 AND 60 ORDER BY doc DESC, term"
    )
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    store.close()


def _rows(number: int, of: int, drawn: _Words, chance: random.Random) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The rows of one publication: table (with its columns) to values."""
    day = LAST - timedelta(days=DAYS * (of - number) // of)
    kind, (ministry, office), source = _KINDS[min(int(chance.expovariate(0.4)), 8)], chance.choice(_MINISTRIES), chance.choice(_SOURCES)
    paragraphs = [" ".join(drawn.text(WORDS // PARAGRAPHS)).capitalize() + "." for _ in range(PARAGRAPHS)]
    text, key, title = "\n\n".join(paragraphs), f"{source}:paper-{number}", " ".join(drawn.text(9)).capitalize()
    url = f"https://example.org/{number}.html"
    yield (
        "publications (id, key, title, kind, date, publisher, office, person, number, url, focus, focus_score, document_id, analyser, analysed, "
        "first_seen, updated, withdrawn, ministry)",
        (number, key, title, kind, day.isoformat(), ministry, office, None, str(number), url, int(chance.random() < 0.3), 0.7, number, "made/1", AT,
         f"{day.isoformat()}T08:00:00+00:00", AT, int(number % 400 == 0), ministry),
    )  # fmt: skip
    yield (
        "sightings (id, source, identifier, publication_id, url, title, kind, publisher, published, fingerprint, record, first_seen, last_seen)",
        (number, source, f"paper-{number}", number, url, title, kind, ministry, day.isoformat(), "made", "{}", AT, AT),
    )
    yield "sighting_aliases (alias, sighting_id)", (f"kst-{number}", number)
    yield (
        "documents (id, sighting_id, url, sha256, media_type, size, version, fetched, state, text, text_hash, pages, words, extractor, extracted)",
        (number, number, url, f"{number:064x}", "text/html", len(text), 1, AT, "extracted", text, f"{number:x}", 2, WORDS, "made/1", AT),
    )
    start = 0
    for position, paragraph in enumerate(paragraphs):
        yield 'segments (document_id, position, kind, start, "end")', (number, position, "paragraph", start, start + len(paragraph))
        start += len(paragraph) + 2
    for dossier in {30000 + int(DOSSIERS * chance.random() ** 2) for _ in range(1 + number % 2)}:
        yield "publication_dossiers (publication_id, dossier)", (number, str(dossier))
    for topic in chance.sample(list(words()["topics"]), chance.randrange(4)):
        yield "publication_topics (publication_id, topic, score, evidence)", (number, topic, 0.8, json.dumps([[paragraphs[0][:9], 0, 9]]))
    yield "revisions (publication_id, document_id, at, cause, changes)", (number, number, AT, "new", "[]")
    for nth in range(chance.randrange(3)):
        yield from _promise(number, nth, day, paragraphs, chance)
    for _ in range(chance.randrange(3)):
        yield (
            'amounts (publication_id, document_id, start, "end", text, sentence, value, currency, extra, year, purpose, rule, confidence)',
            (number, number, 20, 40, text[20:40], paragraphs[0], chance.randrange(1, 900) * 100_000, "EUR", 0, day.year + chance.randrange(4),
             chance.choice(_PURPOSES), "made", 0.9),
        )  # fmt: skip
    for _ in range(2):
        place, target = chance.randrange(len(paragraphs[0])), f"kst-{chance.randrange(1, of)}"
        yield (
            'publication_references (publication_id, document_id, start, "end", text, kind, target, rule)',
            (number, number, place, place + 12, text[place : place + 12], "kamerstuk", target, "made"),
        )


def _promise(number: int, nth: int, day: date, paragraphs: list[str], chance: random.Random) -> Iterator[tuple[str, tuple[object, ...]]]:
    key, sentence = 3 * number + nth, paragraphs[nth + 1]
    by = (day + timedelta(days=chance.randrange(20, 500))).isoformat() if chance.random() < 0.7 else None
    status = chance.choice(_STATUSES)
    yield (
        "commitments (id, publication_id, deliverable, act, kind, firm, phrase, not_after, sentence, status)",
        (key, number, f"d{nth}", sentence[:60], "inform", int(chance.random() < 0.8), "dan", by, sentence, status),
    )
    start = sum(len(paragraph) + 2 for paragraph in paragraphs[: nth + 1])
    yield (
        'commitment_mentions (commitment_id, document_id, start, "end", text, sentence, rule, confidence)',
        (key, number, start, start + len(sentence), sentence, sentence, "made", 0.9),
    )
    if status in ("kept", "moved"):
        yield (
            "commitment_history (commitment_id, publication_id, kind, at, day, sentence, reason)",
            (key, min(number + 5, number), status, AT, day.isoformat(), sentence, "made"),
        )
