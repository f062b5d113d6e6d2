"""How tests look at the asks of the SyncFeed's categories, each of which waits in the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from crawler.sources.base import Ask


def chain(asks: Sequence[Ask]) -> list[Ask]:
    """The first asks of all categories, each being what follows the one before it."""
    found = []
    while asks:
        (ask,) = asks
        found.append(ask)
        asks = ask.otherwise
    return found


def token(ask: Ask) -> str | None:
    """From where an ask goes on."""
    return parse_qs(urlsplit(ask.url).query).get("skiptoken", [None])[0]
