"""WODC (research of the Ministry of Justice and Security): the repository's own interface (DSpace 7), what came in last first.

The day on a report may lie long before the day on which it came in, so the order is that of arrival; where the repository refuses that order, the day
on the report with a wide overlap.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from crawler.dates import amsterdam_day, midnight
from crawler.sources.base import Ask, Listing, Odd, Page, Source
from crawler.sources.wodc_items import Item, read_bundles, read_item, read_objects
from db.errors import EmptyListing, SelectionError

PAGE = 50
FIRST_DAYS, OVERLAP_DAYS = 60, 7
BACKDATED_DAYS = 180
"""How far back the day on a report is looked for where the order of arrival is refused."""
OUT_OF_ORDER = timedelta(days=1)
_JSON = {"Accept": "application/hal+json, application/json"}
ORDERS = ("dc.date.accessioned", "dc.date.issued")


class Wodc(Source):
    """The repository of the WODC."""

    name = "wodc"
    title = "WODC: onderzoek naar asiel, migratie en veiligheid"
    every = timedelta(hours=6)
    bases = {"api": "https://repository.wodc.nl/server/api/"}
    quiet_weekdays = 20
    delay = 2.0

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        today = amsterdam_day(now)
        last = cursors.get("through")
        if last is None:
            begin = since or today - timedelta(days=FIRST_DAYS)
        else:
            begin = date.fromisoformat(last) - timedelta(days=OVERLAP_DAYS)
            begin = min(begin, since or begin)
        return Listing(asks=(self._page(0, {"begin": begin.isoformat(), "today": today.isoformat(), "order": ORDERS[0]}),))

    def read(self, page: Page, ask: Ask) -> Listing:
        if ask.step == "detail":
            if page.status != 200:
                return Listing(odd=(Odd(subject=ask.identifier or ask.url, reason=f"listed, but answered {page.status}"),))
            return read_bundles(_json(page.body), Item.load(ask.meta["item"]), self.name, self.bases["api"])
        if page.status != 200:
            if ask.meta["order"] != ORDERS[0]:
                raise SelectionError(f"answered {page.status}")
            note = f"the order of arrival was refused ({page.status}); asked again by the day on the report"
            return Listing(asks=(self._page(0, {**ask.meta, "order": ORDERS[1]}),), notes=(note,))
        return self._objects(_json(page.body), ask)

    def _objects(self, answer: Any, ask: Ask) -> Listing:
        objects, more = read_objects(answer)
        if not objects and ask.meta["page"] == "0":
            raise EmptyListing("the repository lists nothing")
        arrival = ask.meta["order"] == ORDERS[0]
        begin = date.fromisoformat(ask.meta["begin"])
        until = midnight(begin if arrival else begin - timedelta(days=BACKDATED_DAYS))
        asks: list[Ask] = []
        odd: list[Odd] = []
        older = 0
        previous: datetime | None = None
        for place, found in enumerate(objects, start=1):
            try:
                item = read_item(found)
            except SelectionError as error:
                odd.append(Odd(subject=f"item {place} of page {ask.meta['page']}", reason=str(error)))
                continue
            clock = item.arrived if arrival else midnight(item.published) if item.published else previous or item.arrived
            if previous is not None and clock > previous + OUT_OF_ORDER:
                raise SelectionError(f"the items are not sorted by {ask.meta['order']}: {clock.isoformat()} after {previous.isoformat()}")
            previous = clock
            if clock < until:
                older += 1
            else:
                asks.append(self._ask_bundles(item))
        if len(odd) > len(objects) / 5:
            raise SelectionError(f"{len(odd)} of {len(objects)} items cannot be read, the first: {odd[0].reason}")
        if more and not older:
            asks.append(self._page(int(ask.meta["page"]) + 1, ask.meta))
        ignored = {"older": older} if older else {}
        return Listing(asks=tuple(asks), odd=tuple(odd), cursors={"through": ask.meta["today"]}, seen=older, ignored=ignored)

    def _page(self, number: int, meta: Mapping[str, str]) -> Ask:
        query = f"query=&dsoType=item&size={PAGE}&page={number}&sort={meta['order']},DESC"
        meta = {**meta, "page": str(number)}
        return Ask(url=f"{self.bases['api']}discover/search/objects?{query}", step="list", headers=_JSON, meta=meta, statuses=(400, 422))

    def _ask_bundles(self, item: Item) -> Ask:
        return Ask(
            url=f"{self.bases['api']}core/items/{item.uuid}/bundles?embed=bitstreams",
            step="detail",
            headers=_JSON,
            meta={"item": item.dump()},
            statuses=(401, 403, 404, 410),
            identifier=item.uuid,
            stamp=item.modified or item.arrived,
        )


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise SelectionError(f"no JSON: {error}") from error


