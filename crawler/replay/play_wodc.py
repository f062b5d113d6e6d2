"""Plays the repository of the WODC: the search of DSpace 7, the bundles of an item, and its files.

On day two it holds the report that the House got as an annex that day; before that, only what came in long ago.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from crawler.replay.library import Publication
from crawler.replay.player import MEDIA_TYPES, NOT_FOUND, Answer, Asked, render

HOST = "repository.wodc.nl"
_API = "server/api/"
PLAYED = "blg-1291102"
_ORDERS = ("dc.date.accessioned,DESC", "dc.date.issued,DESC")
_LONG_AGO = ("Van aanmelding tot besluit. De duur van procedures", "2026-05-18T08:00:00Z", "2026-05-12")


class WodcPlayer:
    """The repository."""

    source = "wodc"
    hosts = frozenset({HOST})

    def base_urls(self, root: str) -> dict[str, str]:
        """Address of the interface."""
        return {"api": f"{root}/{HOST}/{_API}"}

    def answer(self, asked: Asked, shown: tuple[Publication, ...]) -> Answer:
        """Search results, bundles, a file, an error of the interface, or 404."""
        reports = [item for item in shown if item.id == PLAYED]
        path = asked.path.removeprefix(_API)
        if path == "discover/search/objects":
            return _search(asked, reports)
        if path == f"core/items/{_uuid('long ago')}/bundles":
            return _json({"_embedded": {"bundles": []}, "_links": {}})
        for item in reports:
            if path == f"core/items/{_uuid(item.id)}/bundles":
                return _json({"_embedded": {"bundles": [_bundle(item)]}, "_links": {}})
            if path == f"core/bitstreams/{_uuid(f'{item.id}.pdf')}/content":
                return Answer(200, render(item, "pdf"), MEDIA_TYPES["pdf"])
        return NOT_FOUND


def _search(asked: Asked, reports: list[Publication]) -> Answer:
    if asked.query.get("sort") not in _ORDERS:
        return Answer(422, b'{"status":422,"error":"Unprocessable Entity"}', MEDIA_TYPES["json"])
    objects = [_object(_uuid(item.id), item.title, item.changed.isoformat(), item.date.isoformat()) for item in reports]
    objects.append(_object(_uuid("long ago"), *_LONG_AGO))
    here = f"https://{HOST}/{_API}discover/search/objects"
    result = {
        "_embedded": {"objects": objects}, "_links": {"self": {"href": here}},
        "page": {"number": 0, "size": 50, "totalPages": 1, "totalElements": len(objects)},
    }  # fmt: skip
    return _json({"type": "discover", "_embedded": {"searchResult": result}, "_links": {"self": {"href": here}}})


def _object(uuid: str, title: str, arrived: str, issued: str) -> dict[str, Any]:
    metadata = {
        "dc.title": title, "dc.date.accessioned": arrived, "dc.date.available": arrived, "dc.date.issued": issued, "dc.type": "Rapport",
        "dc.subject": "Asielzoekers",
    }  # fmt: skip
    values = {name: [{"value": value, "language": "nl", "authority": None, "confidence": -1, "place": 0}] for name, value in metadata.items()}
    item = {
        "id": uuid, "uuid": uuid, "name": title, "handle": "20.500.12832/3456", "metadata": values, "inArchive": True, "discoverable": True,
        "withdrawn": False, "lastModified": arrived, "type": "item", "_links": {},
    }  # fmt: skip
    return {"type": "discover", "_embedded": {"indexableObject": item}, "_links": {}}


def _bundle(item: Publication) -> dict[str, Any]:
    uuid = _uuid(f"{item.id}.pdf")
    content = {"href": f"https://{HOST}/{_API}core/bitstreams/{uuid}/content"}
    size = len(render(item, "pdf"))
    bitstream = {"uuid": uuid, "name": "3456-volledige-tekst.pdf", "bundleName": "ORIGINAL", "sizeBytes": size, "_links": {"content": content}}
    return {"uuid": _uuid("bundle"), "name": "ORIGINAL", "type": "bundle", "_embedded": {"bitstreams": {"_embedded": {"bitstreams": [bitstream]}}}}


def _uuid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://{HOST}/{name}"))


def _json(answer: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps(answer, ensure_ascii=False).encode(), "application/hal+json")
