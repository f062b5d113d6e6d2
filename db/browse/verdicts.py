"""What readers said of the facts of a publication, and who may say more. The facts go by the names that `db.corrections` gives them."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db.corrections import NOT_RELEVANT, WRONG, fact_names
from db.facts import load_promises

VALID = timedelta(hours=12)
"""How long a browser is known after it showed the token."""


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict on a fact."""

    id: int
    verdict: str
    note: str | None
    at: str


def said(connection: sqlite3.Connection, key: str) -> dict[str, Said]:
    """What readers said of the facts of a publication, by fact."""
    rows = connection.execute(
        "SELECT id, fact, verdict, note, at FROM corrections WHERE publication_key = ? AND verdict IN (?, ?) ORDER BY id", (key, WRONG, NOT_RELEVANT)
    )
    return {row["fact"]: Said(row["id"], row["verdict"], row["note"], row["at"]) for row in rows}


def of_promises(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> dict[int, tuple[Said | None, Said | None]]:
    """What readers contradict of these promises: the promise itself, its term; only those of which they do.

    Args:
        rows: with `id`, `publication_id`, `key` of the publication, `status` and `term_wrong`. Only what stands there as contradicted is looked up.
    """
    found: dict[int, tuple[Said | None, Said | None]] = {}
    wanted = {row["id"]: (row["publication_id"], row["key"]) for row in rows if row["status"] == "dropped" or row["term_wrong"]}
    for publication_id, key in sorted(set(wanted.values())):
        verdicts = said(connection, key)
        promises = load_promises(connection, publication_id)
        sentences = [promise.sentence for promise in promises]
        for name, term, promise in zip(fact_names("commitment", sentences), fact_names("deadline", sentences), promises, strict=True):
            if promise.id in wanted:
                found[promise.id] = (verdicts.get(name), verdicts.get(term))
    return found


@dataclass(slots=True)
class Gate:
    """Who may say something: whoever knows the token, or showed it in this browser before. Guessing and flooding end soon."""

    token: str
    most_wrong: int = 10
    most_kept: int = 200
    within: timedelta = timedelta(minutes=10)
    _wrong: deque[datetime] = field(default_factory=deque)
    _kept: deque[datetime] = field(default_factory=deque)

    def is_closed(self, now: datetime) -> bool:
        """Whether so many wrong tokens came that nobody new is let in for a while."""
        return _count(self._wrong, now - self.within) >= self.most_wrong

    def is_full(self, now: datetime) -> bool:
        """Whether more was said in a while than people say."""
        return _count(self._kept, now - self.within) >= self.most_kept

    def knows(self, shown: str, now: datetime) -> bool:
        """Whether this is the token; a wrong one counts."""
        right = hmac.compare_digest(_digest(shown), _digest(self.token))
        if not right and shown:
            self._wrong.append(now)
        return right

    def note(self, now: datetime) -> None:
        """Count what was kept."""
        self._kept.append(now)

    def pass_for(self, now: datetime) -> str:
        """What a browser keeps, so that its reader types the token once."""
        until = int((now + VALID).timestamp())
        return f"{until}.{self._sign(until)}"

    def is_valid(self, cookie: str | None, now: datetime) -> bool:
        """Whether a browser shows a pass of ours that still counts."""
        until, _, signature = (cookie or "").partition(".")
        if not (until.isascii() and until.isdecimal() and len(until) < 12) or int(until) < now.timestamp():
            return False
        return hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(int(until)).encode())

    def _sign(self, until: int) -> str:
        return hmac.new(self.token.encode(), f"kamerspoor corrections {until}".encode(), hashlib.sha256).hexdigest()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def _count(moments: deque[datetime], since: datetime) -> int:
    while moments and moments[0] < since:
        moments.popleft()
    return len(moments)


def struck(fact: str, verdicts: Mapping[str, Said]) -> str:
    """What a pointer shows of a fact that a reader contradicts; empty for any other."""
    if (found := verdicts.get(fact)) is None:
        return ""
    return f"; klopt niet, volgens een lezer{': ' + found.note if found.note else ''}"
