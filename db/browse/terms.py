"""The words of the full-text index as the database keeps them: looked up, never loaded, so that half a million cost no more than a thousand.

`search_terms` has every word once, in the order in which the words came; `search_parts` finds those that hold some letters by groups of three.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

MOST = 1000
"""Words that hold the same letters: those that came first, which are the common ones."""


class StoredTerms:
    """`db.browse.vocabulary.Terms` on a connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Take the connection; nothing is read yet."""
        self._connection = connection

    def known(self, words: Iterable[str]) -> set[str]:
        """Those of the words that stand in a text."""
        rows = self._connection.execute("SELECT term FROM search_terms WHERE term IN (SELECT value FROM json_each(?))", (json.dumps(list(words)),))
        return {row[0] for row in rows}

    def holding(self, part: str) -> list[str]:
        """Words that hold this; a word is letters and figures, so nothing in it is a sign of a pattern."""
        return [row[0] for row in self._connection.execute("SELECT term FROM search_parts WHERE term GLOB ? LIMIT ?", (f"*{part}*", MOST))]

    def counts(self, words: Iterable[str]) -> dict[str, int]:
        """Word to the number of texts."""
        asked = json.dumps(list(words))
        rows = self._connection.execute("SELECT term, doc FROM search_words WHERE term IN (SELECT value FROM json_each(?))", (asked,))
        return {row[0]: row[1] for row in rows}
