"""Plays the Gegevensmagazijn of the Tweede Kamer: the SyncFeed, the bytes of documents, and the interface that the cross-check asks.

The House has most papers as PDF or Word file before they are typeset. On day two it learns their names at KOOP, takes one paper back, links a letter
to a commitment, and its feed speaks again of what was known and of a letter of years ago.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache

from crawler.replay.library import WITHDRAWN, Publication
from crawler.replay.player import MEDIA_TYPES, NOT_FOUND, Answer, Asked
from crawler.replay.render_syncfeed import HOST, Placed, render_error, render_feed
from crawler.replay.tweedekamer_tables import file_of, guid, own_identifier, rows, shown_at_the_house

PAGE = 40
_FIRST, _STEP = 1000, 7
_RESOURCE = re.compile(r"(?:OData/v\d/(?:2\.0/)?Document\(([0-9a-f-]{36})\)/resource|SyncFeed/2\.0/Resources/([0-9a-f-]{36}))")
_CHECK = re.compile(r"OData/v\d/(?:2\.0/)?Document")
_WINDOW = re.compile(r"ApiGewijzigdOp ge (\S{1,40}) and ApiGewijzigdOp lt (\S{1,40}) ")


class TweedeKamerPlayer:
    """The open data of the House."""

    source = "tweedekamer"
    hosts = frozenset({HOST})

    def base_urls(self, root: str) -> dict[str, str]:
        """Addresses of the feed, of the bytes at two places, and of the cross-check."""
        here = f"{root}/{HOST}"
        return {
            "feed": f"{here}/SyncFeed/2.0/Feed",
            "resources": f"{here}/OData/v4/2.0/",
            "enclosures": f"{here}/SyncFeed/2.0/Resources/",
            "crosscheck": f"{here}/OData/v5/",
        }

    def answer(self, asked: Asked, shown: tuple[Publication, ...]) -> Answer:
        """A page of the feed, a file, the rows of the cross-check, or 404."""
        day = max(publication.shown for publication in shown)
        if asked.path == "SyncFeed/2.0/Feed":
            return _feed(asked.query.get("category", ""), asked.query.get("skiptoken", ""), day)
        if found := _RESOURCE.fullmatch(asked.path):
            return _file(found[1] or found[2], day)
        return _check(asked.query.get("$filter", ""), day) if _CHECK.fullmatch(asked.path) else NOT_FOUND


@cache
def _placed(day: int) -> tuple[Placed, ...]:
    """Every row in its place; a row that is published again leaves its earlier place."""
    placed = [Placed(token=_FIRST + _STEP * place, row=row) for place, row in enumerate(rows(day))]
    return tuple(sorted({item.row.id: item for item in placed}.values(), key=lambda item: item.token))


def _feed(category: str, skiptoken: str, day: int) -> Answer:
    if skiptoken and not skiptoken.isdigit():
        return Answer(500, render_error("Skiptoken is ongeldig"), MEDIA_TYPES["xml"])
    asked = int(skiptoken) if skiptoken else None
    after = [item for item in _placed(day) if item.row.category == category and item.token > (asked or 0)]
    page = after[:PAGE]
    place = page[-1].token if page else asked or 0
    return Answer(200, render_feed(category, page, asked=asked, after=place, more=len(after) > PAGE), "application/atom+xml")


def _file(identifier: str, day: int) -> Answer:
    for publication in shown_at_the_house(day):
        if guid("document", own_identifier(publication)) == identifier and publication.status != WITHDRAWN:
            body, media_type = file_of(publication)
            return Answer(200, body, media_type)
    return NOT_FOUND


def _check(condition: str, day: int) -> Answer:
    window = _WINDOW.match(condition)
    if window is None:
        error = {"error": {"code": "", "message": "The query specified in the URI is not valid."}}
        return Answer(400, json.dumps(error).encode(), MEDIA_TYPES["json"])
    since, until = (datetime.fromisoformat(moment).astimezone(UTC) for moment in window.groups())
    found = [item.row for item in _placed(day) if item.row.category == "Document" and not item.row.deleted and since <= item.row.at < until]
    value = [{"Id": row.id, "Soort": dict(row.values)["soort"]} for row in found]
    answer = {"@odata.context": f"https://{HOST}/OData/v5/$metadata#Document(Id,Soort)", "value": value}
    return Answer(200, json.dumps(answer).encode(), MEDIA_TYPES["json"])
