"""Items of a DSpace 7 repository and their files, to sightings. Decides only."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from crawler.dates import amsterdam_day, read_day, read_instant
from crawler.markup import fold
from crawler.sources.base import Listing
from db.errors import SelectionError
from db.records import FileLink, Sighting

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WHOLE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEAR_OR_MONTH = re.compile(r"(\d{4})(?:-(\d{2}))?(?!\d)")
_PART = re.compile(r"samenvatting|summary|bijlage|annex|appendix|factsheet|infographic|omslag|cover|abstract|reactie|begeleid", re.IGNORECASE)
"""Names of files that are not the report itself."""
_ENDINGS = {".pdf": "application/pdf", ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
_ORIGINAL = "ORIGINAL"
"""The bundle of what was handed in; the others hold texts and pictures made from it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """What a listing says of one item."""

    uuid: str
    title: str
    arrived: datetime
    modified: datetime | None
    published: date | None
    """None where the repository knows no more than the year or the month."""
    earliest: date
    """The first day that the report may be of; the day of arrival where it tells nothing."""
    subjects: tuple[str, ...]

    def dump(self) -> str:
        """As text, to travel with an ask."""
        return json.dumps(asdict(self), default=lambda moment: moment.isoformat(), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Item:
        """What `dump` wrote."""
        facts = json.loads(text)
        for name in ("arrived", "modified"):
            facts[name] = None if facts[name] is None else datetime.fromisoformat(facts[name])
        facts["published"] = None if facts["published"] is None else date.fromisoformat(facts["published"])
        facts["earliest"] = date.fromisoformat(facts["earliest"])
        return cls(**{**facts, "subjects": tuple(facts["subjects"])})


def read_objects(answer: Any) -> tuple[list[Any], bool]:
    """The items on a page of search results, and whether there is a next page.

    Raises:
        SelectionError: the answer has another shape.
    """
    result = _inside(answer, "_embedded", "searchResult")
    objects = _inside(result, "_embedded").get("objects")
    links = result.get("_links")
    if not isinstance(objects, list) or not isinstance(links, dict):
        raise SelectionError("search results without objects or links")
    return [_inside(found, "_embedded", "indexableObject") for found in objects], "next" in links


def read_item(found: Any) -> Item:
    """One item.

    Raises:
        SelectionError: no uuid, no title, or no moment of arrival.
    """
    uuid, metadata = found.get("uuid"), found.get("metadata")
    if not isinstance(uuid, str) or not _UUID.fullmatch(uuid) or not isinstance(metadata, dict):
        raise SelectionError("an item without uuid or metadata")
    title = next(iter(_values(metadata, "dc.title")), "") or fold(str(found.get("name") or ""))
    arrived = max((m for m in map(read_instant, _values(metadata, "dc.date.accessioned")) if m is not None), default=None)
    if not title or arrived is None:
        raise SelectionError(f"item {uuid} without {'a title' if arrived else 'a moment of arrival'}")
    issued = next(iter(_values(metadata, "dc.date.issued")), "")
    return Item(
        uuid=uuid,
        title=title,
        arrived=arrived,
        modified=read_instant(str(found.get("lastModified") or "")),
        published=read_day(issued) if _WHOLE_DAY.match(issued) else None,
        earliest=_earliest(issued) or amsterdam_day(arrived),
        subjects=tuple(dict.fromkeys(_values(metadata, "dc.subject"))),
    )


def _earliest(issued: str) -> date | None:
    """The first day of the year, month or day that a report is of."""
    if _WHOLE_DAY.match(issued):
        return read_day(issued)
    found = _YEAR_OR_MONTH.match(issued)
    return None if found is None else read_day(f"{found[1]}-{found[2] or '01'}-01")


def read_bundles(answer: Any, item: Item, source: str, api: str) -> Listing:
    """The sighting of an item with its report; its other files are left aside.

    Raises:
        SelectionError: the answer has another shape.
    """
    bundles = _inside(answer, "_embedded").get("bundles")
    if not isinstance(bundles, list):
        raise SelectionError("an item without bundles")
    files = [
        (name, link)
        for bundle in bundles
        if isinstance(bundle, dict) and bundle.get("name") == _ORIGINAL
        for name, link in _files(_inside(bundle, "_embedded", "bitstreams", "_embedded").get("bitstreams"), api)
    ]
    report = next((link for name, link in files if not _PART.search(name)), files[0][1] if files else None)
    sighting = Sighting(
        source=source,
        identifier=item.uuid,
        url=f"https://repository.wodc.nl/items/{item.uuid}",
        title=item.title,
        kind="rapport",
        publisher="WODC",
        published=item.published or amsterdam_day(item.arrived),
        modified=item.modified or item.arrived,
        subjects=item.subjects,
        files=() if report is None else (report,),
    )
    return Listing(sightings=(sighting,), ignored={"other file": len(files) - 1} if len(files) > 1 else {})


def _files(bitstreams: Any, api: str) -> list[tuple[str, FileLink]]:
    """Name and link of the files that can be read."""
    if not isinstance(bitstreams, list):
        raise SelectionError("a bundle without bitstreams")
    found = []
    for bitstream in bitstreams:
        if not isinstance(bitstream, dict):
            raise SelectionError("a bitstream that is no object")
        uuid, name = bitstream.get("uuid"), str(bitstream.get("name") or "")
        media = next((media for ending, media in _ENDINGS.items() if name.lower().endswith(ending)), None)
        if isinstance(uuid, str) and _UUID.fullmatch(uuid) and media is not None:
            size = bitstream.get("sizeBytes")
            link = FileLink(url=f"{api}core/bitstreams/{uuid}/content", media_type=media, length=size if isinstance(size, int) else None)
            found.append((name, link))
    return found


def _inside(holder: Any, *names: str) -> dict[str, Any]:
    """The object below these names, one inside the other.

    Raises:
        SelectionError: one of them is not there.
    """
    for name in names:
        holder = holder.get(name) if isinstance(holder, dict) else None
        if not isinstance(holder, dict):
            raise SelectionError(f"{'.'.join(names)} is not there: no {name}")
    return holder if isinstance(holder, dict) else {}


def _values(metadata: dict[str, Any], name: str) -> list[str]:
    entries = metadata.get(name)
    values = [entry.get("value") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [text for text in (fold(str(value)) for value in values if value) if text]
