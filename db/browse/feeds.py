"""The feeds over HTTP: each file with its type, not sent again to a reader that has it, and a page that lists them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

from datasette.utils.asgi import Request, Response
from lxml import etree

from db.browse.page import page

TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
}
_KINDS = {".atom": "Atom", ".rss": "RSS", ".json": "JSON", ".ics": "agenda met termijnen"}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*\.[a-z]+")
_LIST = "feeds.opml"
_ATOM = "{http://www.w3.org/2005/Atom}"
_SHOWN = 50
"""Entries on the page of a feed."""
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def feed(folder: Path, name: str, request: Request) -> Response:
    """One file of the folder; a person who opens a feed in a browser, which shows bare XML, sees a page instead."""
    path = folder / name
    if not _NAME.fullmatch(name) or path.suffix not in TYPES or not path.is_file():
        return Response.text("Deze feed bestaat niet", status=404)
    readable = folder / f"{path.stem}.atom"
    # Only browsers send this header, and only when a person goes to an address; no feed reader does.
    if path.suffix in (".atom", ".rss") and request.headers.get("sec-fetch-dest") == "document" and not request.args and readable.is_file():
        return _for_people(readable, name)
    return answer(path.read_bytes(), TYPES[path.suffix], request)


def answer(body: bytes, content_type: str, request: Request) -> Response:
    """The body, or 304 and nothing when the reader has it."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Sec-Fetch-Dest", "X-Content-Type-Options": "nosniff"}
    if _has(request.headers.get("if-none-match"), tag):
        return Response("", status=304, headers=headers)
    return Response(body.decode(), content_type=content_type, headers=headers)


def _for_people(path: Path, name: str) -> Response:
    """The feed as a page. Its content is HTML of our own (`pipeline/channels/content.py`); were it not, the page still runs no script."""
    root = etree.parse(str(path), _PARSER).getroot()
    parts = [
        f'<p class="note">Dit is een feed. Kopieer het adres van deze pagina naar je feedlezer: dan komt het nieuws vanzelf. '
        f'<a href="{escape(name)}?xml=1">De feed zelf</a> · <a href="./">Alle feeds</a></p>'
    ]
    for entry in root.findall(f"{_ATOM}entry")[:_SHOWN]:
        title = escape(entry.findtext(f"{_ATOM}title", ""))
        link = entry.find(f"{_ATOM}link")
        day = "-".join(reversed(entry.findtext(f"{_ATOM}updated", "")[:10].split("-")))
        content = entry.findtext(f"{_ATOM}content") or f"<p>{escape(entry.findtext(f'{_ATOM}summary', ''))}</p>"
        head = title if link is None else f'<a href="{escape(link.get("href", ""))}">{title}</a>'
        parts.append(f'<article><h2>{head}</h2><div class="soft">{escape(day)}</div>{content}</article>')
    answer = page(root.findtext(f"{_ATOM}title", ""), "".join(parts))
    answer.headers |= {"Cache-Control": "no-cache", "Vary": "Sec-Fetch-Dest"}
    return answer


def _has(header: str | None, tag: str) -> bool:
    """Whether the reader's copies include this one (RFC 9110, 13.1.2: the comparison is weak)."""
    copies = {copy.strip().removeprefix("W/") for copy in (header or "").split(",")}
    return tag in copies or "*" in copies


def index(folder: Path) -> Response:
    """The page that lists the feeds."""
    titles = _titles(folder / _LIST)
    names = sorted({path.stem for path in folder.glob("*") if path.suffix in _KINDS and _NAME.fullmatch(path.name)})
    if not names:
        return page("Feeds", "<p>Er is nog geen feed. De eerste komt na <code>kamerspoor run</code>.</p>")
    intro = (
        "<p>Kopieer het adres van een feed naar je feedlezer, of dat van een agenda naar je agendaprogramma: dan komt het nieuws vanzelf. "
        f'Alle feeds in één keer: <a href="{_LIST}">de lijst</a> (OPML).</p>'
    )
    return page("Feeds van Kamerspoor", intro + "".join(_links(name, titles.get(name, name), _files(folder, name)) for name in names))


def _files(folder: Path, name: str) -> Iterable[tuple[str, str]]:
    return [(f"{name}{suffix}", kind) for suffix, kind in _KINDS.items() if (folder / f"{name}{suffix}").is_file()]


def _links(name: str, title: str, files: Iterable[tuple[str, str]]) -> str:
    items = "".join(f'<li><a href="{escape(file)}">{kind}</a></li>' for file, kind in files)
    return f'<h2 id="{escape(name)}">{escape(title)}</h2><ul class="kinds">{items}</ul>'


def _titles(path: Path) -> dict[str, str]:
    """Name of a feed to its title, as the list has them."""
    if not path.is_file():
        return {}
    outlines = etree.parse(str(path), _PARSER).iter("outline")
    return {
        outline.get("xmlUrl", "").rsplit("/", 1)[-1].rpartition(".")[0]: outline.get("text", "").removeprefix("Kamerspoor: ") for outline in outlines
    }
