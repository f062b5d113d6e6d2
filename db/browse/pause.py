"""The link in a mail with which its reader pauses it: GET asks, POST does. Only a link that we signed does anything.

Mail programs that look ahead fetch every link, so a GET changes nothing; programs with a button of their own POST at once (RFC 8058).
"""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime
from html import escape
from pathlib import Path

from datasette.utils.asgi import Request, Response

from db.browse.page import page
from db.errors import StoreError
from db.pauses import PauseRequest, pause, paused, read_pause_token, resume
from db.store import Store


async def answer(database: Path, secret: str | None, token: str, request: Request, now: datetime) -> Response:
    """The page, and what its button does."""
    asked = None if secret is None else read_pause_token(token, secret)
    if asked is None:
        return page("Deze link klopt niet", "<p>Kopieer hem nog eens helemaal uit de mail.</p>", status=404, private=True)
    try:
        if request.method != "POST":
            stopped = await asyncio.to_thread(_is_paused, database, asked)
            return _paused_page(asked) if stopped else _question(asked)
        again = (await request.post_vars()).get("doe") == "hervatten"
        await asyncio.to_thread(_write, database, asked, now, again=again)
    except (StoreError, sqlite3.OperationalError):
        return page("Dat lukt nu niet", "<p>Probeer het over een paar minuten nog eens.</p>", status=503, private=True)
    if again:
        return page("Meldingen staan weer aan", f"<p>{_what(asked)} komt weer binnen, ook wat intussen bleef liggen.</p>", private=True)
    return _paused_page(asked)


def _question(asked: PauseRequest) -> Response:
    body = (
        f"<p>{_what(asked)} wordt stilgezet. Later kun je het met dezelfde link weer aanzetten.</p>"
        '<form method="post"><button>Stilzetten</button></form>'
    )
    return page("Meldingen stilzetten?", body, private=True)


def _paused_page(asked: PauseRequest) -> Response:
    body = (
        f"<p>{_what(asked)} is stilgezet. Wat nieuw is, blijft bewaard tot je het weer aanzet.</p>"
        '<form method="post"><input type="hidden" name="doe" value="hervatten"><button>Weer aanzetten</button></form>'
    )
    return page("Meldingen staan stil", body, private=True)


def _what(asked: PauseRequest) -> str:
    names = ", ".join(f"“{escape(watch)}”" for watch in asked.watches)
    return f"De mail over {names} aan {escape(asked.target.partition(':')[2])}"


def _is_paused(database: Path, asked: PauseRequest) -> bool:
    store = Store.open(database, readonly=True)
    try:
        return set(asked.watches) <= set(paused(store.connection, asked.target))
    finally:
        store.close()


def _write(database: Path, asked: PauseRequest, now: datetime, *, again: bool) -> None:
    store = Store.open(database)
    try:
        with store.transaction() as connection:
            if again:
                resume(connection, asked)
            else:
                pause(connection, asked, now)
    finally:
        store.close()
