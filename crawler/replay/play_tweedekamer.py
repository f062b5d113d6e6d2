"""Plays the Gegevensmagazijn of the Tweede Kamer: the SyncFeed, the bytes of documents, and the interface that the cross-check asks.

The House has most papers as PDF or Word file before they are typeset. On day two it learns their names at KOOP, takes one paper back, links a letter
to a commitment, and its feed speaks again of what was known and of a letter of years ago.
"""

from __future__ import annotations

import re
from functools import cache

from crawler.replay.library import WITHDRAWN, Publication
from crawler.replay.play_tweedekamer_odata import answer_odata
from crawler.replay.player import MEDIA_TYPES, NOT_FOUND, Answer, Asked
from crawler.replay.render_syncfeed import HOST, Placed, render_error, render_feed
from crawler.replay.tweedekamer_tables import file_of, guid, own_identifier, rows, shown_at_the_house

PAGE = 40
_FIRST, _STEP = 1000, 7
_RESOURCE = re.compile(r"(?:OData/v\d/(?:2\.0/)?Document\(([0-9a-f-]{36})\)/resource|SyncFeed/2\.0/Resources/([0-9a-f-]{36}))")


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
        """A page of the feed, a file, what the second interface answers, or 404."""
        day = max(publication.shown for publication in shown)
        if asked.path == "SyncFeed/2.0/Feed":
            return _feed(asked.query.get("category", ""), asked.query.get("skiptoken", ""), day)
        if found := _RESOURCE.fullmatch(asked.path):
            return _file(found[1] or found[2], day)
        return answer_odata(asked.path, asked.query, [item.row for item in _placed(day)])


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
