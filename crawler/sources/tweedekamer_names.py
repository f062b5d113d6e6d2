"""The House's second interface (OData) by version: its names for what the feed says, its addresses, and its rows as entities. Decides only."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from crawler.markup import fold, parse_json
from crawler.sources.base import Ask, Page
from crawler.sources.tweedekamer_feed import categories
from db.errors import SelectionError, SourceError
from db.records import Entity

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_STATUSES = (400, 404, 410, 500)
_RELATED = {"documentVersie": "DocumentVersie", "documentActor": "DocumentActor", "zaak": "Zaak", "kamerstukdossier": "Kamerstukdossier"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Interface:
    """One version of the interface.

    Args:
        base: the endpoint by its own name.
    """

    version: str
    base: str

    @classmethod
    def at(cls, base: str, now_at: str) -> Interface:
        """The interface behind an address: its path tells the version."""
        return cls(version="v5" if "/v5" in now_at else "v4", base=base)

    def name(self, entity: str, feed: str) -> str:
        """What it calls what the feed calls `feed`."""
        return _names()[self.version, entity, feed]

    def names(self, entity: str) -> dict[str, str]:
        """Its names by those of the feed."""
        return {feed: name for (version, of, feed), name in _names().items() if (version, of) == (self.version, entity)}

    def ask(self, path: str, options: Mapping[str, str], *, step: str, part: str, meta: Mapping[str, str], otherwise: tuple[Ask, ...] = ()) -> Ask:
        """A question; its errors are ours to read."""
        query = f"?{urlencode(options, quote_via=quote, safe='$(),')}" if options else ""
        return Ask(url=f"{self.base}{path}{query}", step=step, part=part, meta=meta, statuses=_STATUSES, otherwise=otherwise)

    def document(self, id_: str, part: str, past: str = "") -> Ask:
        """One document with its relatives.

        Args:
            past: for a crawl of the past, the day on which the live crawl's own days begin.
        """
        names = self.names("Document")
        dossier = self.name("Zaak", "kamerstukdossier")
        expand = [f"{names['zaak']}($expand={dossier})", *(names[relation] for relation in ("kamerstukdossier", "documentVersie", "documentActor"))]
        expand.append(f"{names['bronDocument']}($select={names['id']})")
        return self.ask(f"Document({id_})", {"$expand": ",".join(expand)}, step="document", part=part, meta={"id": id_, "past": past})

    def entities(self, category: str, row: Mapping[str, Any]) -> Iterator[Entity]:
        """A row and its relatives as the feed would tell them, relatives first.

        Raises:
            SelectionError: a row without an id.
        """
        names, known = self.names(category), categories()[category]
        links: list[tuple[str, str]] = []
        for relation in known.links:
            value = row.get(names[relation]) if relation in names else None
            for other in [value] if isinstance(value, str) else _rows(value):
                links.append((relation, other.lower() if isinstance(other, str) else self.identifier(category, other)))
        own = self.identifier(category, row)
        for relation, of in _RELATED.items():
            if category == "Document" or (category == "Zaak" and relation == "kamerstukdossier"):
                for related in _rows(row.get(names.get(relation, ""))):
                    for entity in self.entities(of, related):
                        points_back = entity.category in ("DocumentVersie", "DocumentActor")
                        yield _linked(entity, "document", own) if points_back else entity
        fields = tuple((field, text) for field in known.fields if field in names and (text := _text(row.get(names[field]))))
        yield Entity(category=category, id=own, fields=fields, links=tuple(links), deleted=row.get(names["verwijderd"]) is True)

    def identifier(self, entity: str, row: Mapping[str, Any]) -> str:
        """The id of a row.

        Raises:
            SelectionError: it has none under the name that we know.
        """
        name = self.name(entity, "id")
        identifier = str(row.get(name)).lower()
        if not GUID.fullmatch(identifier):
            raise SelectionError(f"a row of {entity} without {name}; has the interface renamed it?")
        return identifier


class Refused(SourceError):
    """The interface answers that the question is wrong."""


def answer(page: Page) -> dict[str, Any]:
    """The JSON of an answer.

    Raises:
        Refused: the question is wrong (status 400).
        SourceError: an error message, or another shape.
    """
    try:
        found = parse_json(page.body)
    except SelectionError as error:
        raise SelectionError(f"the other interface answers {page.status} and {error}") from error
    if isinstance(found, dict) and isinstance(found.get("error"), dict):
        kind = Refused if page.status == 400 else SourceError
        raise kind(f"the other interface answers {page.status}: {fold(str(found['error'].get('message')))[:300]}")
    if page.status != 200 or not isinstance(found, dict):
        raise SelectionError(f"the other interface answers {page.status} and JSON that is no object")
    return found


def rows(found: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The rows of an answer.

    Raises:
        SelectionError: it has none under the name that OData gives them.
    """
    value = found.get("value")
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise SelectionError("the other interface's answer holds no list named value")
    return value


def _rows(value: Any) -> list[Mapping[str, Any]]:
    """Relatives: a list, one, or none."""
    return [row for row in (value if isinstance(value, list) else [value]) if isinstance(row, dict)]


def _linked(entity: Entity, relation: str, to: str) -> Entity:
    return Entity(category=entity.category, id=entity.id, fields=entity.fields, links=((relation, to),), deleted=entity.deleted)


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else fold(str(value))


@cache
def _names() -> Mapping[tuple[str, str, str], str]:
    table = tomllib.loads(Path(__file__).with_name("tweedekamer_odata.toml").read_text("utf-8"))["names"]
    return {(version, entity, feed): name for entity, feed, *both, _ in table for version, name in zip(("v4", "v5"), both, strict=True)}
