"""Answers packed with gzip (RFC 9110, 8.4.1) where a browser takes it: a text of 300 pages is 1.5 MB of page, and a third of that when packed.

Not packed: what is sent in pieces, what has a validator (its bytes are what it names), and the forms, because the length of a packed page tells
something of a secret that stands in it beside words of the asker (BREACH).
"""

from __future__ import annotations

import asyncio
import gzip
import re

from db.browse.guard import FORMS, App, Message, Receive, Scope, Send

LEAST = 8 * 1024
"""Bytes below which packing gains nothing that anyone notices."""
_LEVEL = 5
_LARGE = 256 * 1024
"""Bytes from which on it is done beside the other answers."""
_TEXT = re.compile(rb"text/|application/(?:json|atom\+xml|rss\+xml|xml)|image/svg\+xml")


def packed(app: App) -> App:
    """The application with its long answers packed."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or str(scope["path"]).startswith(FORMS) or not _takes(scope):
            await app(scope, receive, send)
            return
        first: list[Message] = []

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                first.append(message)
                return
            if first:
                start = first.pop()
                if message["type"] == "http.response.body" and _may_be(start) and not message.get("more_body"):
                    start, message = await _smaller(start, message)
                await send(start)
            await send(message)

        await app(scope, receive, sent)

    return answered


def _takes(scope: Scope) -> bool:
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding").decode("latin-1").lower()
    offers = [part.replace(" ", "").partition(";") for part in accepted.split(",")]
    return any(name == "gzip" and not re.fullmatch(r"q=0(?:\.0{0,3})?", weight) for name, _, weight in offers)


def _may_be(start: Message) -> bool:
    headers = {name.lower(): value for name, value in start.get("headers", ())}
    return b"etag" not in headers and b"content-encoding" not in headers and _TEXT.match(headers.get(b"content-type", b"")) is not None


async def _smaller(start: Message, message: Message) -> tuple[Message, Message]:
    body = bytes(message.get("body", b""))
    headers = [pair for pair in start.get("headers", ()) if pair[0].lower() != b"content-length"]
    if len(body) >= LEAST:
        body = await asyncio.to_thread(_pack, body) if len(body) >= _LARGE else _pack(body)
        headers.append((b"content-encoding", b"gzip"))
    headers += [(b"vary", b"Accept-Encoding"), (b"content-length", str(len(body)).encode())]
    return {**start, "headers": headers}, {**message, "body": body}


def _pack(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)
