"""The cross-check: what the House's other interface changed lately must have come through the feed. Decides only."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

from crawler.sources.base import Ask, Listing, Page
from crawler.sources.tweedekamer_papers import is_ignored
from db.errors import SelectionError, SourceError

EVERY, OVERLAP, FIRST = timedelta(hours=6), timedelta(hours=2), timedelta(days=1)
SETTLED = timedelta(minutes=30)
"""What changed after this may be on its way through the feed still."""
CURSOR = "crosschecked"
PAGE = 250
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def first_check(base: str, now_at: str, cursors: Mapping[str, str], now: datetime) -> Ask | None:
    """The first question, or None when the last check is not long ago.

    Args:
        base: the endpoint by its own name.
        now_at: where it is asked; its end tells the version.
    """
    last = datetime.fromisoformat(cursors[CURSOR]) if CURSOR in cursors else None
    if last is not None and now - last < EVERY:
        return None
    version = "v5" if "/v5" in now_at else "v4"
    names = attribute_names(version)
    since, until = (last or now - FIRST) - OVERLAP, now - SETTLED
    changed = names["changed"]
    parameters = {
        "$filter": f"{changed} ge {_instant(since)} and {changed} lt {_instant(until)} and {names['deleted']} eq false",
        "$select": f"{names['id']},{names['soort']}",
        "$orderby": f"{changed},{names['id']}",
        "$top": str(PAGE),
    }
    url = f"{base}{names['entity']}?{urlencode(parameters, quote_via=quote)}"
    return Ask(url=url, step="check", part="crosscheck", statuses=(400, 404, 500), meta={"version": version, "until": until.isoformat()})


def read_check(page: Page, ask: Ask) -> Listing:
    """The documents that must be known.

    Raises:
        SourceError: an error message, or another shape.
    """
    try:
        answer = json.loads(page.body)
    except ValueError as error:
        raise SelectionError(f"the cross-check answers {page.status} and no JSON") from error
    if isinstance(answer, dict) and isinstance(answer.get("error"), dict):
        raise SourceError(f"the cross-check answers {page.status}: {str(answer['error'].get('message'))[:300]}")
    names = attribute_names(ask.meta["version"])
    rows = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(rows, list):
        raise SelectionError("the cross-check's answer holds no list named value")
    expected = [_identifier(row, names) for row in rows if not is_ignored(str(row.get(names["soort"])))]
    following = answer.get("@odata.nextLink")
    asks = (Ask(url=str(following), step="check", part=ask.part, statuses=ask.statuses, meta=ask.meta),) if following else ()
    return Listing(expected=tuple(expected), asks=asks, cursors={} if following else {CURSOR: ask.meta["until"]})


def _identifier(row: Mapping[str, object], names: Mapping[str, str]) -> str:
    identifier = str(row.get(names["id"])).lower()
    if not _GUID.fullmatch(identifier):
        raise SelectionError(f"a row of the cross-check without {names['id']}; has the interface renamed it?")
    return identifier


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@cache
def attribute_names(version: str) -> Mapping[str, str]:
    """What the interface of this version calls what we ask for."""
    table: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("tweedekamer_odata.toml").read_text("utf-8"))
    return table[version]
