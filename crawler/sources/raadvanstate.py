"""Raad van State, Afdeling advisering: the advice of this year, from the site's list and each advice's own page.

The list gives no days, and its order is not documented. So what is asked for are its first rows and every row whose number is higher than all that
were listed before; what is known already is not fetched again. A full page that does not begin with its highest number is followed by the next one.
Of the past the lists of whole years are read, and the days of each advice tell which of them were asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from crawler.dates import amsterdam_day, read_day
from crawler.markup import parse_html, require_one, select, text_of
from crawler.sources.base import Ask, Listing, Odd, Page, Question, Source, merge
from crawler.urls import canonical_url
from db.errors import EmptyListing, SelectionError
from db.records import FileLink, Sighting

ROWS = 200
FIRST_ROWS = 25
"""Rows at the head of the list that are asked for whatever their number."""
LATE_ROWS = 60
"""Of a year's list, the rows with the highest numbers, whose advice may have been made public in the next year."""
MOST_PAGES = 20
_ROW = "//div[contains(concat(' ',normalize-space(@class),' '),' ipx-pt-advies ')]//h2/a[@href]"
_NUMBER = re.compile(r"^/adviezen/@(\d{3,9})/")
_KENMERK = re.compile(r"[WR]\d{2}\.\d{2}\.\d{3,5}(/[IVX]{1,6}(/[A-Z])?)?")
_DAYS = ("publicatie", "advies", "vaststelling")
"""Which day of an advice is its own, the best first."""


class RaadVanState(Source):
    """The advice of the Raad van State."""

    name = "raadvanstate"
    title = "Raad van State: adviezen over wetgeving"
    every = timedelta(hours=6)
    bases = {"site": "https://www.raadvanstate.nl/"}
    quiet_weekdays = 10
    delay = 3.0
    past_by = "year"

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        """The year's list; in January last year's too, as what was adopted in December is made public then."""
        today = amsterdam_day(now)
        years = [today.year, *([today.year - 1] if today.month == 1 else [])]
        asked = [(str(year), cursors.get(f"{year}/highest", "0"), "yes" if year != years[-1] else "") for year in years]
        fresh = "" if since is None else "yes"
        return Listing(asks=tuple(self._list({"year": y, "highest": highest, "empty": empty, "fresh": fresh}) for y, highest, empty in asked))

    def history(self, first: date, last: date) -> Listing:
        """The lists of the years, and the end of the one before: what was adopted in December is made public in January."""
        days = {"first": first.isoformat(), "last": last.isoformat(), "highest": "0"}
        asks = [self._list({**days, "year": str(year), "empty": ""}) for year in range(first.year, last.year + 1)]
        before = self._list({**days, "year": str(first.year - 1), "empty": "yes", "late": "yes"})
        return Listing(asks=(*asks, *([before] if first.month == 1 else [])))

    def read(self, page: Page, ask: Ask) -> Listing:
        if ask.step == "detail":
            return self._detail(page, ask)
        rows = self._read_rows(page)
        if not rows and not ask.meta["empty"] and ask.meta["page"] == "0":
            raise EmptyListing(f"no advice in {ask.meta['year']}: the list is another one than we know, or filled by a script")
        if rows and ask.meta["before"] == rows[0][1]:
            raise SelectionError(f"page {ask.meta['page']} of the list of {ask.meta['year']} is the one before it again")
        listing = self._past(rows, ask) if "first" in ask.meta else self._rows(rows, ask)
        following = self._next(rows, ask)
        return merge([listing, Listing(asks=following, partial=bool(following))])

    def questions(self, now: datetime) -> tuple[Question, ...]:
        def listed(page: Page) -> str:
            rows = self._read_rows(page)
            if not rows:
                raise SelectionError("no rows: the list is filled by a script, or has another shape")
            numbers = [number for number, _ in rows]
            order = "newest first" if numbers == sorted(numbers, reverse=True) else "oldest first" if numbers == sorted(numbers) else "in no order"
            return f"{len(rows)} rows, {order} ({page.content_type}); no setting needed"

        def second(page: Page) -> str:
            return f"{len(self._read_rows(page))} rows on a second page; no setting needed, a crawl of the past turns pages while they are full"

        year = amsterdam_day(now).year
        this = self._list({"year": str(year), "highest": "0", "empty": ""})
        more = self._list({"year": str(year - 1), "highest": "0", "empty": "", "page": "1"})
        return (
            Question(text="is the list served with its rows, and in which order?", ask=this, reading=listed),
            Question(text="has last year's list a second page?", ask=more, reading=second),
        )

    def usable(self, link: FileLink, body: bytes) -> str | None:
        """The page must hold the text."""
        return super().usable(link, body) if b"volledigetekst" in body else "a page without the text of an advice"

    def _detail(self, page: Page, ask: Ask) -> Listing:
        if page.status != 200:
            return Listing(odd=(Odd(subject=ask.identifier or ask.url, reason=f"listed, but answered {page.status}"),))
        listing = _advice(page, ask, self.name)
        published = (listing.sightings[0].published or date.min).isoformat()
        if "first" in ask.meta and not ask.meta["first"] <= published <= ask.meta["last"]:
            return Listing(seen=1, ignored={"other day": 1})
        return listing

    def _read_rows(self, page: Page) -> list[tuple[int, str]]:
        """Number and address of the advice of each row.

        Raises:
            SelectionError: a row that leads elsewhere.
        """
        found = []
        for row in select(parse_html(page.body), _ROW):
            url = self.canonical(canonical_url(str(row.get("href")), self.bases["site"]))
            number = _NUMBER.match(urlsplit(url).path)
            if number is None or not url.startswith(self.bases["site"]):
                raise SelectionError(f"a row that leads to no advice: {url[:100]}")
            found.append((int(number[1]), url))
        return found

    def _rows(self, rows: Sequence[tuple[int, str]], ask: Ask) -> Listing:
        before, year = int(ask.meta["highest"]), ask.meta["year"]
        head = FIRST_ROWS if ask.meta["page"] == "0" else 0
        asks = {url: number for place, (number, url) in enumerate(rows) if place < head or 0 < before < number}
        older = len({url for _, url in rows}) - len(asks)
        # The pages of a list bring their highest number each; they come in order, and each knows the highest of the ones before.
        highest = max([int(ask.meta["seen"]), before, *(number for number, _ in rows)])
        return Listing(
            asks=tuple(_ask_advice(number, url) for url, number in asks.items()),
            cursors={f"{year}/highest": str(highest)},
            seen=older,
            ignored={"older": older} if older else {},
        )

    def _past(self, rows: Sequence[tuple[int, str]], ask: Ask) -> Listing:
        chosen = sorted(rows, reverse=True)[: LATE_ROWS if ask.meta.get("late") else None]
        days = {name: ask.meta[name] for name in ("first", "last")}
        return Listing(asks=tuple(_ask_advice(number, url, days) for number, url in dict.fromkeys(chosen)), seen=len(rows) - len(chosen))

    def _next(self, rows: Sequence[tuple[int, str]], ask: Ask) -> tuple[Ask, ...]:
        """The next page, where this one is full and what is new may stand on it."""
        newest_first = "first" not in ask.meta and rows == sorted(rows, reverse=True)
        number = int(ask.meta["page"]) + 1
        if len(rows) < ROWS or newest_first:
            return ()
        if number == MOST_PAGES:
            raise SelectionError(f"more than {MOST_PAGES} pages of advice in {ask.meta['year']}")
        seen = max(int(ask.meta["seen"]), *(found for found, _ in rows))
        return (self._list({**ask.meta, "page": str(number), "before": rows[0][1], "seen": str(seen)}),)

    def _list(self, meta: Mapping[str, str]) -> Ask:
        meta = {"page": "0", "before": "", "seen": "0", **meta}
        query = f"zoeken=true&zoeken_term=&pager_rows={ROWS}&kalenderjaar={meta['year']}&actualiteit=kalenderjaar&pager_page={meta['page']}"
        return Ask(
            url=f"{self.bases['site']}adviezen/?{query}",
            step="list",
            meta=meta,
            part=meta["year"],
            validator=f"{meta['year']}/list" if meta["page"] == "0" and "first" not in meta else None,
            fresh=bool(meta.get("fresh")),
        )


def _ask_advice(number: int, url: str, days: Mapping[str, str] | None = None) -> Ask:
    return Ask(url=url, step="detail", meta=dict(days or {}), statuses=(404, 410), identifier=f"rvs-{number}")


def _advice(page: Page, ask: Ask, source: str) -> Listing:
    """An advice from its own page, which is its text as well.

    Raises:
        SelectionError: the page lacks the text, the title, a kenmerk or a day.
    """
    root = parse_html(page.body)
    if not text_of(require_one(root, "//*[@id='volledigetekst']")):
        raise SelectionError("an advice without a text")
    kenmerk = text_of(require_one(root, _of_class("meta-value-kenmerk")))
    title = text_of(require_one(root, "//h1"))
    days = [read_day(text_of(element)) for name in _DAYS for element in select(root, _of_class(f"meta-value-datum-{name}"))]
    published = next((day for day in days if day is not None), None)
    if not title or published is None:
        raise SelectionError(f"advice {kenmerk} without {'a day' if title else 'a title'}")
    keywords = [str(item.get("title")).removeprefix("Soort advies ").strip() for item in select(root, f"{_of_class('trefwoorden')}//li[@title]")]
    known = _KENMERK.fullmatch(kenmerk) is not None
    sighting = Sighting(
        source=source,
        identifier=ask.identifier or ask.url,
        url=ask.url,
        title=title,
        kind="advies",
        publisher="Raad van State",
        published=published,
        subjects=tuple(dict.fromkeys(keyword for keyword in keywords if keyword)),
        aliases=(kenmerk,) if known else (),
        files=(FileLink(url=ask.url, media_type="text/html"),),
    )
    return Listing(sightings=(sighting,), notes=() if known else (f"{ask.identifier}: a kenmerk of another form: {kenmerk[:40]}",))


def _of_class(name: str) -> str:
    return f"//*[contains(concat(' ',normalize-space(@class),' '),' {name} ')]"
