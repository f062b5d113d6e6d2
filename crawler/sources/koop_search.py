"""One question to KOOP's search, as CQL and as an address, and the root of its answer. Decides only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, Self, cast
from urllib.parse import quote, urlencode

from lxml import etree
from lxml.etree import _Element

from crawler.markup import fold, parse_xml, select
from crawler.sources.base import Ask, Page
from crawler.sources.koop_record import AREA, NAMESPACES, PARLIAMENT
from db.errors import SelectionError, SourceError

PAGE = 100

Clock = Literal["both", "day", "available", "dossier", "annex"]
"""What is asked by: both clocks of the last change, the day of editing alone, the day of first appearance, some dossiers (with the day of first
appearance), the annexes of some papers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """A question, and the place in its answer."""

    clock: Clock
    begin: date
    end: date | None = None
    """None: until now."""
    today: date
    names: tuple[str, ...] = ()
    """Dossiers, or papers whose annexes are asked for."""
    position: int = 1
    after: str = ""
    """Go on behind this identifier."""
    sure: bool = False
    """Whether a question like this was answered before."""

    @classmethod
    def of(cls, meta: Mapping[str, str]) -> Self:
        """The question that an ask was made of."""
        return cls(
            clock=cast(Clock, meta["clock"]),
            begin=date.fromisoformat(meta["begin"]),
            end=date.fromisoformat(meta["end"]) if meta["end"] else None,
            today=date.fromisoformat(meta["today"]),
            names=tuple(meta.get("names", "").split()),
            position=int(meta["position"]),
            after=meta["after"],
            sure="sure" in meta,
        )

    def ask(self, base: str) -> Ask:
        """The request; `of` its meta is the same question again."""
        parameters = {
            "operation": "searchRetrieve",
            "version": "2.0",
            "query": self._cql(),
            "startRecord": str(self.position),
            "maximumRecords": str(PAGE),
            "recordSchema": "gzd",
        }
        meta = {
            "clock": self.clock,
            "begin": self.begin.isoformat(),
            "end": self.end.isoformat() if self.end else "",
            "today": self.today.isoformat(),
            "position": str(self.position),
            "after": self.after,
            **({"names": " ".join(self.names)} if self.names else {}),
            **({"sure": "yes"} if self.sure else {}),
        }
        # A search that does not know how to compare the second clock may refuse by an error of its own.
        statuses = (500,) if self.clock == "both" and not self.sure else ()
        return Ask(url=f"{base}?{urlencode(parameters, quote_via=quote)}", step="list", meta=meta, statuses=statuses)

    def halves(self) -> tuple[Self, ...]:
        """The same question in two, without gap or overlap: by days, or by papers. Empty where it cannot be halved."""
        if self.clock == "annex":
            middle = len(self.names) // 2
            return tuple(replace(self, names=part, position=1, after="") for part in (self.names[:middle], self.names[middle:])) if middle else ()
        last = self.end or self.today
        if self.begin >= last:
            return ()
        half = self.begin + (last - self.begin) / 2
        return (
            replace(self, end=half, position=1, after=""),
            replace(self, begin=half + timedelta(days=1), position=1, after=""),
        )

    def _cql(self) -> str:
        query = f'c.product-area=="{AREA}" and w.organisatietype=="{PARLIAMENT}" and {self._window()}'
        if self.after:
            query += f' and dt.identifier>"{self.after}"'
        return f"{query} sortBy dt.identifier/sort.ascending"

    def _window(self) -> str:
        def between(index: str, last: date | None) -> str:
            return f'{index}>="{self.begin}"' if last is None else f'({index}>="{self.begin}" and {index}<="{last}")'

        def any_of(index: str) -> str:
            either = " or ".join(f'{index}=="{name}"' for name in self.names)
            return f"({either})"

        match self.clock:
            case "available":
                return between("dt.available", self.end)
            case "dossier":
                return f"{any_of('w.dossiernummer')} and {between('dt.available', self.end)}"
            case "annex":
                return any_of("w.hoofddocument")
        day = between("dt.modified", self.end)
        if self.clock == "day":
            return day
        # The other clock tells instants: everything of the last day lies before the next one begins.
        return f"({day} or {between('cd.datumTijdstipWijzigingWork', self.end + timedelta(days=1) if self.end else None)})"


class Refusal(SourceError):
    """The search says itself that it does not take the question."""


def response(page: Page) -> _Element:
    """The root of an answer.

    Raises:
        Refusal: a diagnostic instead of records.
        SourceError: an error status, HTML or another document with status 200.
    """
    if page.status != 200:
        raise SourceError(f"answered {page.status}")
    root = parse_xml(page.body)
    if root.tag != f"{{{NAMESPACES['sru']}}}searchRetrieveResponse":
        raise SelectionError(f"expected searchRetrieveResponse, got {etree.QName(root).localname}")
    for diagnostic in select(root, ".//*[local-name()='diagnostic']"):
        told = [fold(diagnostic.findtext(f"{{*}}{name}") or "") for name in ("uri", "message", "details")]
        raise Refusal(f"the search refused the question: {' '.join(part for part in told if part)[:300]}")
    return root


def number(element: _Element) -> int:
    """The count of hits.

    Raises:
        SelectionError: it is none.
    """
    text = (element.text or "").strip()
    if not text.isdigit():
        raise SelectionError(f"numberOfRecords is {text[:20]!r}")
    return int(text)
