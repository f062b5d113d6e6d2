"""WODC (research of the Ministry of Justice and Security): the repository's own interface (DSpace 7), what came in last first.

The day on a report may lie long before the day on which it came in, so the order is that of arrival; where the repository refuses that order, the day
on the report with a wide overlap, and the order of arrival once a week. The past is asked by the day on the report: what was taken over from an older
archive came in on one day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from crawler.dates import amsterdam_day, midnight
from crawler.markup import parse_json
from crawler.sources.base import Ask, Listing, Odd, Page, Question, Source
from crawler.sources.wodc_items import Item, read_bundles, read_item, read_objects
from crawler.watermark import reached, window
from db.errors import EmptyListing, SelectionError

PAGE = 50
FIRST_DAYS, OVERLAP = 60, timedelta(days=7)
BACKDATED = timedelta(days=180)
"""How far back the day on a report is looked for where the order of arrival is refused."""
OUT_OF_ORDER = timedelta(days=1)
MONDAY = 0
"""The day on which an order that was refused is asked for again."""
_JSON = {"Accept": "application/hal+json, application/json"}
ARRIVAL, ISSUED = "dc.date.accessioned", "dc.date.issued"


class Wodc(Source):
    """The repository of the WODC."""

    name = "wodc"
    title = "WODC: onderzoek naar asiel, migratie en veiligheid"
    every = timedelta(hours=6)
    bases = {"api": "https://repository.wodc.nl/server/api/"}
    quiet_weekdays = 20
    delay = 2.0
    robots = "interface"  # nothing of the website is read
    past_by = "year"

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        asked = window(cursors.get("latest"), midnight(amsterdam_day(now) - timedelta(days=FIRST_DAYS)), OVERLAP, now, since)
        order = ARRIVAL if amsterdam_day(now).weekday() == MONDAY else cursors.get("order", ARRIVAL)
        return Listing(asks=(self._page(0, {**asked, "order": order, "fresh": "" if since is None else "yes"}),))

    def history(self, first: date, last: date) -> Listing:
        """By year of the day on the report; a repository that ignores the year is read from its latest report back to the first day."""
        meta = {"first": first.isoformat(), "last": last.isoformat(), "order": ISSUED, "year": f"[{first.year} TO {last.year}]"}
        return Listing(asks=(self._page(0, meta),))

    def read(self, page: Page, ask: Ask) -> Listing:
        if ask.step == "detail":
            if page.status != 200:
                return Listing(odd=(Odd(subject=ask.identifier or ask.url, reason=f"listed, but answered {page.status}"),))
            return read_bundles(parse_json(page.body), Item.load(ask.meta["item"]), self.name, self.bases["api"])
        if page.status != 200:
            return self._refused(page, ask)
        return self._past(parse_json(page.body), ask) if "first" in ask.meta else self._objects(parse_json(page.body), ask)

    def questions(self, now: datetime) -> tuple[Question, ...]:
        def listed(page: Page) -> str:
            if page.status != 200:
                return f"refused with {page.status} ({page.content_type}); no setting needed, the crawl asks the other way"
            objects, more = read_objects(parse_json(page.body))
            days = [read_item(found).earliest.isoformat() for found in objects]
            return f"{len(objects)} items, {'more follow' if more else 'no more'}, of {', '.join(days[:3])} ({page.content_type}); no setting needed"

        arrival, issued = (self._page(0, {"order": order}) for order in (ARRIVAL, ISSUED))
        (year,) = self.history(now.date().replace(month=1, day=1), now.date()).asks
        return (
            Question(text="may the order of arrival be asked for?", ask=arrival, reading=listed),
            Question(text="may the order of the day on the report be asked for?", ask=issued, reading=listed),
            Question(text="may a year be asked for?", ask=year, reading=listed),
        )

    def _refused(self, page: Page, ask: Ask) -> Listing:
        """The same question with what the repository may not know left out.

        Raises:
            SelectionError: nothing is left to leave out.
        """
        if ask.meta.get("year"):
            note = f"asking for a year was refused ({page.status}); asked again without"
            return Listing(asks=(self._page(0, {**ask.meta, "year": ""}),), notes=(note,))
        if ask.meta["order"] != ARRIVAL:
            raise SelectionError(f"answered {page.status}")
        note = f"the order of arrival was refused ({page.status}); asked again by the day on the report"
        return Listing(asks=(self._page(0, {**ask.meta, "order": ISSUED}),), notes=(note,))

    def _objects(self, answer: Any, ask: Ask) -> Listing:
        items, odd, more = _items(answer, ask)
        if not items and not odd and ask.meta["page"] == "0":
            raise EmptyListing("the repository lists nothing")
        arrival = ask.meta["order"] == ARRIVAL
        begin = datetime.fromisoformat(ask.meta["begin"])
        until = begin if arrival else begin - BACKDATED
        asks: list[Ask] = []
        older = 0
        previous: datetime | None = None
        for item in items:
            clock = item.arrived if arrival else midnight(item.published) if item.published else previous or item.arrived
            if previous is not None and clock > previous + OUT_OF_ORDER:
                raise SelectionError(f"the items are not sorted by {ask.meta['order']}: {clock.isoformat()} after {previous.isoformat()}")
            previous = clock
            if clock < until:
                older += 1
            else:
                asks.append(self._ask_bundles(item))
        if more and not older:
            asks.append(self._page(int(ask.meta["page"]) + 1, ask.meta))
        return Listing(
            asks=tuple(asks),
            odd=odd,
            cursors={"order": ask.meta["order"]},
            latest={"latest": reached(ask.meta, (item.arrived for item in items))},
            seen=older,
            ignored={"older": older} if older else {},
        )

    def _past(self, answer: Any, ask: Ask) -> Listing:
        """The reports of some days, the latest first: those of later days are passed by, and an earlier one ends the reading."""
        items, odd, more = _items(answer, ask)
        first, last = date.fromisoformat(ask.meta["first"]), date.fromisoformat(ask.meta["last"])
        asks = [self._ask_bundles(item) for item in items if first <= item.earliest <= last]
        other = len(items) - len(asks)
        if more and not any(item.earliest < first for item in items):
            asks.append(self._page(int(ask.meta["page"]) + 1, ask.meta))
        return Listing(asks=tuple(asks), odd=odd, seen=other, ignored={"other day": other} if other else {})

    def _page(self, number: int, meta: Mapping[str, str]) -> Ask:
        """A page of the list. Only the first one is the same from crawl to crawl."""
        year = f"&f.dateIssued={quote(meta['year'])},equals" if meta.get("year") else ""
        query = f"query=&dsoType=item&size={PAGE}&page={number}{year}&sort={meta['order']},DESC"
        return Ask(
            url=f"{self.bases['api']}discover/search/objects?{query}",
            step="list",
            headers=_JSON,
            meta={**meta, "page": str(number)},
            statuses=(400, 422),
            validator="list" if number == 0 and "first" not in meta else None,
            fresh=bool(meta.get("fresh")),
        )

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


def _items(answer: Any, ask: Ask) -> tuple[list[Item], tuple[Odd, ...], bool]:
    """The items of a page, those that cannot be read, and whether there is a next page.

    Raises:
        SelectionError: too many cannot be read.
    """
    objects, more = read_objects(answer)
    items: list[Item] = []
    odd: list[Odd] = []
    for place, found in enumerate(objects, start=1):
        try:
            items.append(read_item(found))
        except SelectionError as error:
            odd.append(Odd(subject=f"item {place} of page {ask.meta['page']}", reason=str(error)))
    if len(odd) > len(objects) / 5:
        raise SelectionError(f"{len(odd)} of {len(objects)} items cannot be read, the first: {odd[0].reason}")
    return items, tuple(odd), more
