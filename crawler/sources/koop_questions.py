"""What only the live search of KOOP can tell: the questions, and what each answer means. Decides only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote

from crawler.markup import require_one
from crawler.sources.base import Ask, Listing, Page, Question
from crawler.sources.koop_record import NAMESPACES
from crawler.sources.koop_search import Search, number, response
from db.errors import SourceError

_CORRECTED = ("kst-35936-4", "kst-35936-4-n2")
"""A paper and its correction."""


def live_questions(bases: Mapping[str, str], today: date, read: Callable[[Page, Ask], Listing]) -> tuple[Question, ...]:
    """The questions, about the day before today.

    Args:
        read: the source's reading of a page.
    """
    day = today - timedelta(days=1)
    search = Search(clock="day", begin=day, end=day, today=today)
    one_day = search.ask(bases["sru"])

    def hits(page: Page) -> int:
        return number(require_one(response(page), "sru:numberOfRecords", NAMESPACES))

    def clocks(page: Page) -> str:
        return f"{hits(page)} hits: both clocks can be asked with >=; no setting needed, the hourly question uses both"

    def flat(page: Page) -> str:
        listing = read(page, one_day)
        provisional = [s for s in listing.sightings if s.provisional]
        numbered = sum(1 for s in provisional if s.dossiers)
        return f"{len(listing.sightings)} papers, {len(provisional)} provisional, {numbered} of these with a dossier number"

    def diagnostic(page: Page) -> str:
        try:
            return f"{hits(page)} hits for an index that does not exist: errors of this source are silent; do not trust an empty answer"
        except SourceError as error:
            return f"a wrong question is refused as we expect: {error}"

    def together(page: Page) -> str:
        return f"{hits(page)} hits: the annexes of several papers, and several dossiers, can be asked for in one question; no setting needed"

    def validators(page: Page) -> str:
        named = "ETag" in page.content_type or "Last-Modified" in page.content_type
        return f"status {page.status}: {'validators are offered' if named else 'no ETag and no Last-Modified'} ({page.content_type})"

    def corrected(page: Page) -> str:
        days = {sighting.identifier: sighting.modified for sighting in read(page, one_day).sightings}
        original, correction = (days.get(name) for name in _CORRECTED)
        told = ", ".join(f"{name} changed {moment.isoformat() if moment else 'never'}" for name, moment in sorted(days.items())) or "neither is there"
        if original is None or correction is None:
            return f"{told}; both readings are built in: a correction is a paper of its own, and an original that moves is read again"
        return f"{told}: a correction {'touches' if original >= correction else 'does not touch'} the original; no setting needed, both are read"

    wrong = replace(one_day, url=f"{bases['sru']}?operation=searchRetrieve&version=2.0&query=w.bestaatniet%3D%3D1&maximumRecords=1")
    paper = replace(one_day, url=f"{bases['site']}kst-32824-448.xml")
    both = replace(search, clock="both").ask(bases["sru"])
    annexes = Search(clock="annex", begin=today, today=today, names=("kst-32824-447", "kst-32824-448")).ask(bases["sru"])
    either = " or ".join(f'dt.identifier=="{name}"' for name in _CORRECTED)
    pair = replace(one_day, url=f"{bases['sru']}?operation=searchRetrieve&version=2.0&query={quote(f'({either})')}&recordSchema=gzd")
    return (
        Question(text="may cd.datumTijdstipWijzigingWork be asked with >=?", ask=both, reading=clocks),
        Question(text="do provisional papers carry a dossier number?", ask=one_day, reading=flat),
        Question(text="how is a wrong question refused?", ask=wrong, reading=diagnostic),
        Question(text="may several papers be asked for with or?", ask=annexes, reading=together),
        Question(text="does a correction touch the paper that it corrects?", ask=pair, reading=corrected),
        Question(text="does the site offer ETag or Last-Modified?", ask=paper, reading=validators),
    )
