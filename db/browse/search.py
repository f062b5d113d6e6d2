"""Search: what is typed and chosen to the publications that fit, the best first, with the words in their sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from markupsafe import Markup, escape

from db.browse.query import as_match
from db.browse.text import safe
from db.browse.vocabulary import Vocabulary

SHOWN = 20
MOST_PAGES = 50
_OPEN, _CLOSE = "\x02", "\x03"

# bm25 is negative, the best the lowest. A hit in the title weighs eight times one in the text; a piece of today counts double, one of half a year
# ago half as much more, so that old pieces sink without ever being hidden.
_RANK = "bm25(search, 8.0, 1.0) * (1 + 1 / (1 + max(0, julianday(:today) - julianday(coalesce(p.date, '1990-01-01'))) / 180))"
_COLUMNS = "p.id, p.title, p.kind, p.date, p.publisher, p.ministry, p.focus"
_FILTERS = {
    "soort": "p.kind = :soort",
    "ministerie": "p.ministry = :ministerie",
    "onderwerp": "p.id IN (SELECT publication_id FROM publication_topics WHERE topic = :onderwerp)",
    "jaar": "p.date >= :jaar || '-01-01' AND p.date <= :jaar || '-12-31'",
}
FIELDS = ("q", *_FILTERS)


@dataclass(slots=True)
class Searcher:
    """Keeps the words of the index and the choices of the filters until something new has been read."""

    _mark: tuple[Any, ...] = ()
    _vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(()))
    _choices: dict[str, list[str]] = field(default_factory=dict)

    def found(self, connection: sqlite3.Connection, asked: dict[str, str], number: int, today: date) -> dict[str, Any]:
        """The values of the page.

        Args:
            asked: `FIELDS` to what was typed or chosen.
            number: page of the results, from 1.
            today: what "recent" hangs on.
        """
        self._renew(connection)
        match = as_match(asked["q"], self._vocabulary.expand)
        chosen = {name: value for name, value in asked.items() if name in _FILTERS and value}
        number = min(max(number, 1), MOST_PAGES)
        values: dict[str, Any] = chosen | {"match": match, "today": today.isoformat(), "limit": SHOWN, "offset": (number - 1) * SHOWN}
        rows: list[sqlite3.Row] = []
        total = 0
        if match or chosen:
            source = "search JOIN publications p ON p.id = search.rowid" if match else "publications p"
            where = " AND ".join(["p.withdrawn = 0", *(["search MATCH :match"] if match else []), *(_FILTERS[name] for name in chosen)])
            order = _RANK if match else "p.date DESC"
            total = connection.execute(f"SELECT count(*) FROM {source} WHERE {where}", values).fetchone()[0]
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM {source} WHERE {where} ORDER BY {order}, p.id DESC LIMIT :limit OFFSET :offset", values
            ).fetchall()
        shown = _snippets(connection, match, [row["id"] for row in rows]) if match else {}
        return {
            "asked": asked,
            "understood": match is not None or not asked["q"].strip(),
            "searched": bool(match or chosen),
            "total": total,
            "hits": [(row, *shown.get(row["id"], (escape(safe(row["title"])), Markup("")))) for row in rows],
            "page": number,
            "pages": min(-(-total // SHOWN), MOST_PAGES),
            "choices": self._choices,
        }

    def _renew(self, connection: sqlite3.Connection) -> None:
        mark = tuple(connection.execute("SELECT (SELECT max(id) FROM revisions), (SELECT max(id) FROM documents)").fetchone())
        if mark != self._mark:
            self._vocabulary = Vocabulary((row[0], row[1]) for row in connection.execute("SELECT term, doc FROM search_words"))
            self._choices = {
                name: [row[0] for row in connection.execute(sql)]
                for name, sql in {
                    "soort": "SELECT DISTINCT kind FROM publications ORDER BY kind",
                    "ministerie": "SELECT DISTINCT ministry FROM publications WHERE ministry IS NOT NULL ORDER BY ministry",
                    "onderwerp": "SELECT DISTINCT topic FROM publication_topics ORDER BY topic",
                    "jaar": "SELECT DISTINCT substr(date, 1, 4) FROM publications WHERE date IS NOT NULL ORDER BY 1 DESC",
                }.items()
            }
            self._mark = mark


def _snippets(connection: sqlite3.Connection, match: str, ids: list[int]) -> dict[int, tuple[Markup, Markup]]:
    """The title and the best place in the text of each, with the words marked."""
    marks = ", ".join("?" * len(ids))
    rows = connection.execute(
        f"SELECT rowid, highlight(search, 0, ?, ?) AS title, snippet(search, 1, ?, ?, ' … ', 32) AS text FROM search "
        f"WHERE search MATCH ? AND rowid IN ({marks})",
        (_OPEN, _CLOSE, _OPEN, _CLOSE, match, *ids),
    )
    return {row["rowid"]: (_marked(row["title"]), _marked(row["text"])) for row in rows}


def _marked(text: str | None) -> Markup:
    return Markup("").join(_pieces(text or ""))


def _pieces(text: str) -> Iterator[Markup]:
    """The text escaped; a sign of ours that stands in the text itself opens and closes in pairs all the same."""
    first, *others = text.split(_OPEN)
    yield escape(safe(first))
    for part in others:
        inside, _, after = part.partition(_CLOSE)
        yield Markup("<mark>{}</mark>{}").format(safe(inside), safe(after))
