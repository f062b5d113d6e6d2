"""Open overheid (open.overheid.nl): what ministries made public, latest change first, one document type after the other.

Thousands of documents move in a day, so only the types of open_overheid.toml are asked for. The site ignores a parameter that it does not know and
answers with everything; the number of hits with and without the filter must therefore differ.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from crawler.dates import midnight, read_instant
from crawler.sources.base import Ask, Listing, Odd, Page, Source
from crawler.sources.open_overheid_record import followed, identifier_of, is_skipped, need, read_document
from db.errors import EmptyListing, SelectionError, SourceError

PAGE = 50
FIRST_DAYS, OVERLAP = 5, timedelta(days=1)
OUT_OF_ORDER = timedelta(hours=1)
"""How far the latest change may jump back up a list that is sorted by it; the index is filled by several writers."""
ALL = 0.01
"""A filter that leaves out a smaller share than this was ignored; the number of documents moves between two questions."""
_JSON = {"Accept": "application/json"}
SPELLINGS = ("twice", "once")
"""How often a filter is percent-encoded: the site itself does it twice."""


class OpenOverheid(Source):
    """The documents of open.overheid.nl."""

    name = "open_overheid"
    title = "Open overheid: Kamerbrieven, beslisnota's, rapporten en adviezen van de ministeries"
    every = timedelta(hours=1)
    bases = {"api": "https://open.overheid.nl/overheid/openbaarmakingen/api/v0/"}
    quiet_weekdays = 2
    delay = 1.0

    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        first = now - timedelta(days=FIRST_DAYS) if since is None else midnight(since)
        meta = {"started": now.isoformat()}
        for label in followed():
            last = read_instant(cursors.get(f"{label}/through", ""))
            begin = first if last is None else last - OVERLAP
            meta[f"{label}/begin"] = (begin if since is None else min(begin, midnight(since))).isoformat()
            meta[f"{label}/spelling"] = cursors.get(f"{label}/spelling", SPELLINGS[0])
        return Listing(asks=(Ask(url=f"{self.bases['api']}zoek?zoektekst=&start=0&aantalResultaten=10", step="all", headers=_JSON, meta=meta),))

    def read(self, page: Page, ask: Ask) -> Listing:
        if ask.step == "detail" and page.status != 200:
            return Listing(odd=(Odd(subject=ask.identifier or ask.url, reason=f"listed, but answered {page.status}"),))
        answer = _json(page.body)
        if ask.step == "detail":
            files = f"{self.bases['api']}attachment/"
            try:
                sighting = read_document(answer, self.name, asked=ask.identifier, files=files, stamp=read_instant(ask.meta["stamp"]))
            except SelectionError as error:  # one document among thousands; when most are like it, the crawl fails
                return Listing(odd=(Odd(subject=ask.identifier or ask.url, reason=str(error)),))
            return Listing(sightings=(sighting,))
        total = need(answer, "totaal", int)
        if ask.step == "all":
            if total == 0:
                raise EmptyListing("the search finds nothing at all")
            return Listing(asks=tuple(self._ask(label, ask.meta, total=total) for label in followed()))
        if ask.meta["start"] == "0" and (total == 0 or total >= (1 - ALL) * int(ask.meta["all"])):
            return self._other_spelling(ask, total)
        return self._results(answer, ask, total)

    def _other_spelling(self, ask: Ask, total: int) -> Listing:
        """The filter found nothing, or changed nothing: once more with it written the other way.

        Raises:
            SourceError: both were tried.
        """
        label = ask.meta["label"]
        if ask.meta["tried"]:
            found = "nothing" if total == 0 else f"all {total} documents: the filter is ignored"
            raise SourceError(f"documentsoort {label!r} finds {found}")
        other = SPELLINGS[1 - SPELLINGS.index(ask.meta["spelling"])]
        meta = {f"{label}/begin": ask.meta["begin"], f"{label}/spelling": other, "started": ask.meta["started"]}
        return Listing(asks=(self._ask(label, meta, total=int(ask.meta["all"]), tried="yes"),))

    def _results(self, answer: Any, ask: Ask, total: int) -> Listing:
        results = need(answer, "resultaten", list)
        start, begin = int(ask.meta["start"]), datetime.fromisoformat(ask.meta["begin"])
        asks: list[Ask] = []
        odd: list[Odd] = []
        older = skipped = 0
        previous: datetime | None = None
        for place, result in enumerate(results, start=start + 1):
            try:
                document = need(result, "document", dict)
                identifier, changed = identifier_of(need(document, "pid", str)), read_instant(need(document, "mutatiedatumtijd", str))
                if changed is None:
                    raise SelectionError(f"mutatiedatumtijd is no instant: {document['mutatiedatumtijd'][:40]!r}")
            except SelectionError as error:
                odd.append(Odd(subject=f"{ask.meta['label']}, result {place}", reason=str(error)))
                continue
            if previous is not None and changed > previous + OUT_OF_ORDER:
                raise SelectionError(f"the results are not sorted by latest change: {changed.isoformat()} after {previous.isoformat()}")
            previous = changed
            if changed < begin:
                older += 1
            elif is_skipped(document.get("aanbieder")):
                skipped += 1
            else:
                asks.append(self._ask_detail(identifier, changed))
        if len(odd) > len(results) / 5 or (not results and start < total):
            raise SelectionError(f"{len(odd)} of {len(results)} results cannot be read, {total} are there; {odd[0].reason if odd else ''}")
        if not older and start + len(results) < total:
            asks.append(self._next(ask, start + len(results)))
        label = ask.meta["label"]
        cursors = {f"{label}/through": ask.meta["started"], f"{label}/spelling": ask.meta["spelling"]}
        ignored = {name: n for name, n in (("older", older), ("read at another source", skipped)) if n}
        return Listing(asks=tuple(asks), odd=tuple(odd), cursors=cursors, seen=older + skipped, ignored=ignored)

    def _ask(self, label: str, meta: Mapping[str, str], *, total: int, tried: str = "") -> Ask:
        kept = {"begin": meta[f"{label}/begin"], "spelling": meta[f"{label}/spelling"], "started": meta["started"]}
        return self._page({"label": label, "all": str(total), "start": "0", "tried": tried, **kept})

    def _next(self, ask: Ask, start: int) -> Ask:
        return self._page({**ask.meta, "start": str(start)})

    def _page(self, meta: dict[str, str]) -> Ask:
        filtered = quote(meta["label"], safe="")
        if meta["spelling"] == "twice":
            filtered = quote(filtered, safe="")
        query = f"zoektekst=&start={meta['start']}&aantalResultaten={PAGE}&sort=laatst-gewijzigd&documentsoort={filtered}"
        return Ask(url=f"{self.bases['api']}zoek?{query}", step="list", headers=_JSON, meta=meta, part=meta["label"])

    def _ask_detail(self, identifier: str, changed: datetime) -> Ask:
        return Ask(
            url=f"{self.bases['api']}zoek/{identifier}",
            step="detail",
            headers=_JSON,
            meta={"stamp": changed.isoformat()},
            statuses=(404, 410),
            identifier=identifier,
            stamp=changed,
        )


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise SelectionError(f"no JSON: {error}") from error
