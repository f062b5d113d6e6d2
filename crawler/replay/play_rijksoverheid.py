"""Plays rijksoverheid.nl: the feed of search results, the search, news pages, and pages of documents with their PDF.

No payload of the platform was recorded; the shapes are those that its clients describe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from email.utils import format_datetime
from html import escape
from typing import Any

from crawler.replay.elsewhere import day_of, news, paragraphs
from crawler.replay.library import AMSTERDAM, Publication
from crawler.replay.player import MEDIA_TYPES, NOT_FOUND, Answer, Asked, render

HOST = "www.rijksoverheid.nl"
_FEED_SIZE = 20
PLAYED = {
    "kst-32824-541": ("/documenten/2026/11/10/kamerbrief-voortgang-aanpak-sociale-inbedding-arbeidsmigranten", "Kamerstuk: Kamerbrief"),
    "kst-19637-3611": ("/documenten/2026/11/10/kamerbrief-opvangcapaciteit-en-spreidingswet", "Kamerstuk: Kamerbrief"),
    "blg-1291102": ("/documenten/rapporten/2026/11/11/rapport-van-wachten-naar-werken", "Rapport"),
}
"""Of all that is bundled, what has a page here: its path and its type."""


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of the site."""

    path: str
    title: str
    type: str
    at: datetime
    content: str
    ministry: str
    body: str
    publication: Publication | None = None

    @property
    def file(self) -> str:
        """Path of its PDF."""
        return f"/binaries/rijksoverheid{self.path}.pdf"


class RijksoverheidPlayer:
    """News and documents of the ministries."""

    source = "rijksoverheid"
    hosts = frozenset({HOST})

    def base_urls(self, root: str) -> dict[str, str]:
        """Address of the site; its files stand there too, so the other endpoint leads nowhere."""
        return {"site": f"{root}/{HOST}/", "documents": f"{root}/{HOST}/elders/"}

    def answer(self, asked: Asked, shown: tuple[Publication, ...]) -> Answer:
        """A feed, a search answer, a page, a file, or 404."""
        pages = _pages(shown)
        match asked.path:
            case "api/rss":
                return _feed(asked, pages)
            case "api/search":
                return _search(asked, pages)
        for page in pages:
            if f"/{asked.path}" == page.path:
                return Answer(200, _html(page))
            if f"/{asked.path}" == page.file and page.publication is not None:
                return Answer(200, render(page.publication, "pdf"), MEDIA_TYPES["pdf"])
        return NOT_FOUND


def _pages(shown: tuple[Publication, ...]) -> list[_Page]:
    """The pages of the day. Documents are dated at midnight in Amsterdam, news at the minute."""
    day = day_of(shown)
    found = [
        _Page(item.path, item.title, "Nieuwsbericht", item.at, "pro:newsDocument", item.ministry, paragraphs(item.text))
        for item in news()
        if item.day <= day
    ]
    for item in shown:
        if item.id in PLAYED:
            path, type_ = PLAYED[item.id]
            at = datetime.combine(item.first_available, time(), AMSTERDAM)
            body = f'<div class="intro"><p>Ter kennisname.</p></div>\n<p><a class="download-list__link" href="/binaries/rijksoverheid{path}.pdf">'
            body += f"{escape(item.title)} (PDF)</a></p>"
            found.append(_Page(path, item.title, type_, at, "pro:document", f"Ministerie van {item.ministry}", body, item))
    return found


def _feed(asked: Asked, pages: list[_Page]) -> Answer:
    try:
        question: Any = json.loads(asked.query.get("query", ""))
        found = _filtered(pages, question["filters"])[:_FEED_SIZE]
    except (ValueError, KeyError, TypeError):
        return Answer(500, b"Internal Server Error", "text/plain")
    items = "\n".join(
        f"<item><title>{escape(page.title)}</title><link>https://{HOST}{page.path}</link><description>{escape(page.title)}</description>"
        f'<pubDate>{format_datetime(page.at)}</pubDate><guid isPermaLink="false">{_number(page)}</guid></item>'
        for page in found
    )
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Nieuws</title><link>https://{HOST}</link>\n{items}\n</channel></rss>'
    return Answer(200, body.encode(), "application/rss+xml")


def _search(asked: Asked, pages: list[_Page]) -> Answer:
    try:
        question: Any = json.loads(asked.body)
        state, _ = question["requestState"], question["queryConfig"]["result_fields"]
        size, current = int(state["resultsPerPage"]), int(state["current"])
        found = _filtered(pages, state["filters"])
    except (ValueError, KeyError, TypeError):
        return Answer(400, b'{"ok":false,"error":"incomplete request"}', MEDIA_TYPES["json"])
    results = [_result(page) for page in found[(current - 1) * size : current * size]]
    answer = {"ok": True, "results": results, "totalResults": len(found), "totalPages": max(1, -(-len(found) // size))}
    return Answer(200, json.dumps(answer, ensure_ascii=False).encode(), MEDIA_TYPES["json"])


def _filtered(pages: list[_Page], filters: list[Mapping[str, Any]]) -> list[_Page]:
    """The pages that all filters let through, the newest first; a moment without a time breaks the real one too."""
    for wanted in filters:
        if wanted["field"] == "content_type":
            pages = [page for page in pages if page.content in wanted["values"]]
        elif wanted["field"] == "sort_date":
            window = wanted["values"][0]
            begin, end = (datetime.fromisoformat(window[name]) for name in ("from", "to"))
            pages = [page for page in pages if begin <= page.at <= end]
    return sorted(pages, key=lambda page: page.at, reverse=True)


def _result(page: _Page) -> dict[str, Any]:
    at = page.at.isoformat(timespec="milliseconds")
    fields = {
        "id": _number(page), "page_title": page.title, "url": f"https://{HOST}{page.path}", "sort_date": at,
        "meta_description": page.title, "information_type": page.type,
    }  # fmt: skip
    return {name: {"raw": value} for name, value in fields.items()}


def _number(page: _Page) -> str:
    return f"doc-{page.path.encode().hex()[-24:]}"


def _html(page: _Page) -> bytes:
    metas = "\n".join(
        f'<meta name="{name}" content="{escape(value)}"/>'
        for name, value in (
            ("DCTERMS.title", page.title), ("DCTERMS.issued", page.at.date().isoformat()), ("DCTERMS.modified", page.at.isoformat()),
            ("DCTERMS.creator", page.ministry), ("DCTERMS.publisher", page.ministry), ("DCTERMS.type", page.type),
        )
    )  # fmt: skip
    return f"""<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8"/>
<title>{escape(page.title)} | Rijksoverheid.nl</title>
{metas}
</head>
<body>
<header><a href="/">Rijksoverheid.nl</a></header>
<main>
<h1>{escape(page.title)}</h1>
{page.body}
</main>
<footer><p>Over deze site</p></footer>
</body>
</html>""".encode()
