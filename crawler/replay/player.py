"""What a player is: it plays one source, and turns a request for one of its hosts into an answer from the publications that are shown.

A further source is one module with one player, and a line in the table of `server.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from crawler.replay.library import FILES, Publication
from crawler.replay.render_html import render_html
from crawler.replay.render_metadata import render_metadata, render_metadata_owms
from crawler.replay.render_opxml import render_opxml

MEDIA_TYPES = {
    "html": "text/html; charset=utf-8", "xml": "application/xml", "metadata": "application/xml", "metadataowms": "application/xml",
    "pdf": "application/pdf", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "json": "application/json",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to a host that is played."""

    method: str
    host: str
    path: str
    """Without the slash at its start, unquoted."""
    query: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes
    media: str = MEDIA_TYPES["html"]
    headers: Mapping[str, str] = field(default_factory=dict)


NOT_FOUND = Answer(404, b"<html><head><title>404</title></head><body><h1>Pagina niet gevonden</h1></body></html>")


class Player(Protocol):
    """Plays one source."""

    source: str
    """Name of the source, as its file in `crawler/sources/` is called."""
    hosts: frozenset[str]
    """The real hosts, each played below a folder of its name."""

    def base_urls(self, root: str) -> dict[str, str]:
        """Addresses by the source's own names of its endpoints; `root` is that of the server, without a slash."""

    def answer(self, asked: Asked, shown: tuple[Publication, ...]) -> Answer:
        """The answer to a request, from what is shown that day."""


def render(publication: Publication, kind: str) -> bytes:
    """The bytes of one manifestation: `xml`, `html`, `metadata`, `metadataowms` now, `pdf` and `docx` as they were built."""
    match kind:
        case "xml":
            return render_opxml(publication)
        case "html":
            return render_html(publication)
        case "metadata":
            return render_metadata(publication)
        case "metadataowms":
            return render_metadata_owms(publication)
    return (FILES / f"{publication.stem}.{kind}").read_bytes()
