"""Raad van State, Afdeling advisering: the advice of this year, from the site's list and each advice's own page.

The list gives no days, and its order is not documented. So what is asked for are its first rows and every row whose number is higher than all that
were listed before; what is known already is not fetched again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from lxml.etree import _Element

from crawler.dates import amsterdam_day, read_day
from crawler.markup import parse_html, require_one, select, text_of
from crawler.sources.base import Ask, Listing, Odd, Page, Source
from crawler.urls import canonical_url
from db.errors import EmptyListing, SelectionError
from db.records import FileLink, Sighting

ROWS = 200
FIRST_ROWS = 25
"""Rows at the head of the list that are asked for whatever their number."""
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

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:  # noqa: ARG002
        """The year's list; in January last year's too, as what was adopted in December is made public then."""
        today = amsterdam_day(now)
        years = [today.year, *([today.year - 1] if today.month == 1 else [])]
        return Listing(asks=tuple(self._list(year, cursors.get(f"{year}/highest", "0"), empty=year != years[-1]) for year in years))

    def read(self, page: Page, ask: Ask) -> Listing:
        if ask.step == "detail":
            if page.status != 200:
                return Listing(odd=(Odd(subject=ask.identifier or ask.url, reason=f"listed, but answered {page.status}"),))
            return _advice(page, ask, self.name)
        rows = select(parse_html(page.body), "//div[contains(concat(' ',normalize-space(@class),' '),' ipx-pt-advies ')]//h2/a[@href]")
        if not rows and not ask.meta["empty"]:
            raise EmptyListing(f"no advice in {ask.meta['year']}: the list is another one than we know, or filled by a script")
        return self._rows(rows, ask)

    def usable(self, link: FileLink, body: bytes) -> str | None:
        """The page must hold the text."""
        return super().usable(link, body) if b"volledigetekst" in body else "a page without the text of an advice"

    def _rows(self, rows: list[_Element], ask: Ask) -> Listing:
        before, highest = int(ask.meta["highest"]), int(ask.meta["highest"])
        asks: dict[str, Ask] = {}
        older = 0
        for place, row in enumerate(rows):
            url = self.canonical(canonical_url(str(row.get("href")), self.bases["site"]))
            found = _NUMBER.match(urlsplit(url).path)
            if found is None or not url.startswith(self.bases["site"]):
                raise SelectionError(f"a row that leads to no advice: {url[:100]}")
            number = int(found[1])
            highest = max(highest, number)
            if place < FIRST_ROWS or 0 < before < number:
                asks[url] = Ask(url=url, step="detail", statuses=(404, 410), identifier=f"rvs-{number}")
            else:
                older += 1
        year = ask.meta["year"]
        return Listing(asks=tuple(asks.values()), cursors={f"{year}/highest": str(highest)}, seen=older, ignored={"older": older} if older else {})

    def _list(self, year: int, highest: str, *, empty: bool) -> Ask:
        query = f"zoeken=true&zoeken_term=&pager_rows={ROWS}&kalenderjaar={year}&actualiteit=kalenderjaar&pager_page=0"
        meta = {"year": str(year), "highest": highest, "empty": "yes" if empty else ""}
        return Ask(url=f"{self.bases['site']}adviezen/?{query}", step="list", meta=meta, part=str(year))


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
