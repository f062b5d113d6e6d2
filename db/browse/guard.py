"""What stands before every page: requests that are refused, headers that every answer carries, limits that every connection has.

Every page is made of text and our own style sheet: Datasette's templates are ours as well (`datasette/`), so no page needs a script, and the policy
allows none. A style can reach no other host, because pictures, fonts and requests are held to ours.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote_plus

from datasette.utils.asgi import Response

Message = dict[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

FORMS = ("/pause/", "/klopt-niet/")
"""Where something may be sent to."""
MOST_SENT = 64 * 1024
"""Bytes that a form may send."""
MOST_IN_A_CELL = 32 * 1024 * 1024
"""Bytes of one value: `zeroblob(200000000)` takes a gigabyte of memory and no time that a time limit would see."""
CACHE_KIB = 32 * 1024
"""Of the database's pages that each connection keeps; SQLite's own 2 MiB hold less than what one of our pages reads of 100,000 publications."""
PRIVATE = {"deliveries": {"target", "error"}, "digests": {"target"}, "paused_targets": {"target"}}
"""Columns that nobody reads here: addresses of people and of webhooks with the key in them, and what a server said of them."""

UNSERVED = "/-/"
"""Datasette's pages for developers: where our files lie, which versions run, which threads. Nobody who reads needs them."""
_SERVED = ("/-/static/", "/-/static-plugins/")
_UNCALLED = {"fts3_tokenizer", "load_extension"}
"""Functions that give an address in memory, or run what is not ours."""
# SQLite asks nobody before it compares the columns that NATURAL JOIN and USING find by their name, so that an address could be guessed.
_JOINS_BY_NAME = re.compile(r"\b(?:natural|using)\b", re.IGNORECASE)

PAGES = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""What a page may load and run: our style, nothing else."""
_CLOSED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_LOOPBACK = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[::1\]", re.IGNORECASE)


def guard(app: App, hosts: Iterable[str] | None = None) -> App:
    """The application with refusals before it and headers on what it answers.

    Args:
        hosts: names under which we answer, beside the loopback ones; None for any. A page of somebody else's whose name leads to this computer
            (DNS rebinding) would read everything here as its own.
    """
    ours = None if hosts is None else frozenset(host.lower() for host in hosts)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if (refusal := _refusal(scope, ours)) is not None:
            await refusal.asgi_send(_with_headers(send))
            return
        if scope["method"] not in ("GET", "HEAD"):
            body = await _body(receive)
            if body is None:
                await Response.text("Te lang", status=413).asgi_send(_with_headers(send))
                return
            receive = _again(body, receive)
        await app(scope, receive, _with_headers(send))

    return guarded


def limit(connection: sqlite3.Connection) -> None:
    """Bound what a query may build, and hide what nobody may read, on a connection of Datasette's."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_IN_A_CELL)
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.set_authorizer(_allowed)


def _allowed(action: int, table: str | None, column: str | None, database: str | None, view: str | None) -> int:  # noqa: ARG001
    if action == sqlite3.SQLITE_READ and column in PRIVATE.get(table or "", ()):
        return sqlite3.SQLITE_IGNORE  # reads as NULL, so that the rest of the table stays readable
    if action == sqlite3.SQLITE_PRAGMA and table == "database_list":
        return sqlite3.SQLITE_IGNORE  # gives no rows: where the database lies is nobody's business
    if action == sqlite3.SQLITE_FUNCTION and column in _UNCALLED:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


async def _body(receive: Receive) -> bytes | None:
    """What was sent; None when it is more than any form of ours holds."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > MOST_SENT:
            return None
        if not message.get("more_body"):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read, then whatever comes after it."""
    waiting = [body]

    async def again() -> Message:
        return {"type": "http.request", "body": waiting.pop(), "more_body": False} if waiting else await receive()

    return again


def _refusal(scope: Scope, ours: frozenset[str] | None) -> Response | None:
    """The answer to a request that goes no further."""
    # Datasette 0.65 answers "/\\host" with a redirect that browsers follow to another host
    if "\\" in scope["path"] or b"%5c" in (scope.get("raw_path") or b"").lower() or scope["path"].startswith("//"):
        return Response.text("Ongeldig adres", status=400)
    if _joins_what_is_hidden(scope.get("query_string") or b""):
        return Response.text("NATURAL JOIN en USING kunnen niet met een tabel waarvan kolommen verborgen zijn.", status=400)
    if scope["method"] not in ("GET", "HEAD", "OPTIONS") and not scope["path"].startswith(FORMS):
        return Response.text("Hier valt niets in te vullen", status=405, headers={"Allow": "GET, HEAD"})
    if scope["path"].startswith(UNSERVED) and not scope["path"].startswith(_SERVED):
        return Response.text("Niet gevonden", status=404)
    if ours is not None and not _is_ours(next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), ""), ours):
        return Response.text("Deze naam is hier niet bekend. Zet hem in public_url (KAMERSPOOR_PUBLIC_URL).", status=400)
    return None


def _joins_what_is_hidden(asked: bytes) -> bool:
    """Whether a query in the address joins by name where a table with hidden columns is named."""
    said = unquote_plus(asked.decode("latin-1")).lower()
    return any(table in said for table in PRIVATE) and _JOINS_BY_NAME.search(said) is not None


def _is_ours(host: str, ours: frozenset[str]) -> bool:
    name = re.sub(r":\d{1,5}$", "", host).lower()
    return _LOOPBACK.fullmatch(name) is not None or name in ours


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *_missing(message.get("headers", ()))]}
        await send(message)

    return sent


def _missing(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """The headers that an answer lacks."""
    there = {name.lower(): value for name, value in headers}
    page = there.get(b"content-type", b"").startswith(b"text/html")
    wanted = {
        b"content-security-policy": PAGES if page else _CLOSED,
        b"referrer-policy": "no-referrer",
        b"x-content-type-options": "nosniff",
        b"x-frame-options": "DENY",
        b"cross-origin-opener-policy": "same-origin",
        b"cross-origin-resource-policy": "same-origin",
    }
    return ((name, value.encode()) for name, value in wanted.items() if name not in there)


def digest(text: str) -> str:
    """The hash of an inline script or style as a policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

