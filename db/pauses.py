"""Who asked to be left alone: the pauses, and the signed links with which a reader asks for one."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseRequest:
    """What a link asks for: these watches, for this target (`mail:someone@example.org`)."""

    watches: tuple[str, ...]
    target: str


def pause_token(request: PauseRequest, secret: str) -> str:
    """A token that only the holder of the secret can make. It has no end date: a link in an old mail must go on working."""
    facts = json.dumps([request.target, *request.watches], ensure_ascii=False, separators=(",", ":")).encode()
    return f"{_text(facts)}.{_text(_signature(facts, secret))}"


def read_pause_token(token: str, secret: str) -> PauseRequest | None:
    """What a token asks for; None when it was not made with this secret."""
    head, _, tail = token.partition(".")
    try:
        facts, signature = _bytes(head), _bytes(tail)
    except (ValueError, binascii.Error):
        return None
    if not hmac.compare_digest(signature, _signature(facts, secret)):
        return None
    target, *watches = json.loads(facts)
    return PauseRequest(watches=tuple(watches), target=target)


def pause(connection: sqlite3.Connection, request: PauseRequest, at: datetime) -> None:
    """Stop sending the alerts of these watches to this target; what is raised from now on waits."""
    connection.executemany(
        "INSERT INTO paused_targets (watch, target, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        [(watch, request.target, at.isoformat()) for watch in request.watches],
    )


def resume(connection: sqlite3.Connection, request: PauseRequest) -> None:
    """Send again; what waited goes out with the next run."""
    connection.executemany("DELETE FROM paused_targets WHERE watch = ? AND target = ?", [(watch, request.target) for watch in request.watches])


def paused(connection: sqlite3.Connection, target: str) -> Sequence[str]:
    """The watches that are paused for a target."""
    return [row[0] for row in connection.execute("SELECT watch FROM paused_targets WHERE target = ? ORDER BY watch", (target,))]


def _signature(facts: bytes, secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"kamerspoor pause\n" + facts, hashlib.sha256)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
