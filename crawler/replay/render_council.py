"""Publications of an advisory council in, the pages and answers of its site out: search JSON, sitemaps, list page, detail page.

No payload of a council was recorded; the shapes are those that clients of the shared platform describe. `new` is the platform of 2026 (search answers
JSON, the sitemap is an index), `old` the one before (no search, one sitemap, a list page with `ol.results`).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from html import escape
from typing import Any

from crawler.replay.dutch import dutch_date
from crawler.replay.library import AMSTERDAM, CouncilPage, Publication
from crawler.replay.render_html import blocks_html

NAMES = {"adviesraad-migratie": "Adviesraad Migratie"}
"""The councils that are played, by the name of their site; their host is `www.<name without hyphens>.nl`."""
PAGE_SIZE = 10
_FILE_FOLDER = "binaries"


def host(site: str) -> str:
    """`www.adviesraadmigratie.nl`."""
    return f"www.{site.replace('-', '')}.nl"


def origin(site: str) -> str:
    """The real address of a site, which stands in its absolute links."""
    return f"https://{host(site)}"


def page_of(publication: Publication) -> CouncilPage:
    """The place of a publication that a council shows."""
    assert publication.council is not None, f"{publication.id} stands on no council's site"
    return publication.council


def title_of(publication: Publication) -> str:
    """What the site calls a publication."""
    return page_of(publication).title or publication.title


def file_paths(publication: Publication) -> dict[str, str]:
    """Path on the site of each file that a page offers, by format."""
    slug = page_of(publication).path.rsplit("/", 1)[1]
    kinds = ["pdf", *(["docx"] if page_of(publication).docx else [])]
    return {kind: f"/{_FILE_FOLDER}/{page_of(publication).site}/documenten/{slug}.{kind}" for kind in kinds}


def ordered(publications: list[Publication]) -> list[Publication]:
    """Newest first, as every list of a site is."""
    return sorted(publications, key=lambda item: (item.date, item.id), reverse=True)


def render_search(publications: list[Publication], body: dict[str, Any], site: str) -> tuple[int, bytes]:
    """Status and JSON for a search; a body without its two parts is answered with 400, as the real one does."""
    state = body.get("requestState")
    if not isinstance(state, dict) or "queryConfig" not in body:
        return 400, b'{"ok":false,"error":"requestState and queryConfig are required"}'
    size, current = state.get("resultsPerPage", PAGE_SIZE), state.get("current", 1)
    if not (isinstance(size, int) and isinstance(current, int) and size > 0 and current > 0):
        return 400, b'{"ok":false,"error":"resultsPerPage and current count from 1"}'
    found = ordered(publications)
    pages = max(1, -(-len(found) // size))
    results = [_result(item, site) for item in found[(current - 1) * size : current * size]]
    answer = {"ok": True, "results": results, "totalResults": len(found), "totalPages": pages}
    return 200, json.dumps(answer, ensure_ascii=False).encode()


def _result(publication: Publication, site: str) -> dict[str, Any]:
    page = page_of(publication)
    fields = {
        "id": f"doc-{publication.id.encode().hex()[:24]:0<24}", "page_title": title_of(publication), "url": f"{origin(site)}{page.path}",
        # Midnight in Amsterdam, written in UTC: a day early for who does not convert.
        "sort_date": datetime.combine(publication.date, time(), AMSTERDAM).astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "meta_description": page.summary, "information_type": page.type,
    }  # fmt: skip
    return {name: {"raw": value} for name, value in fields.items()}


def render_sitemap(publications: list[Publication], site: str) -> bytes:
    """A sitemap of all pages with their last change."""
    rows = [("/", None), ("/publicaties", None), *((page_of(item).path, item.changed.isoformat()) for item in ordered(publications))]
    urls = "\n".join(
        f"<url><loc>{origin(site)}{path}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>" for path, changed in rows
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>'.encode()


def render_sitemap_index(site: str) -> bytes:
    """The index of the new platform, with one sitemap in it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"<sitemap><loc>{origin(site)}/sitemap/1.xml</loc></sitemap>\n</sitemapindex>"
    ).encode()


def render_list(publications: list[Publication], site: str, number: int) -> bytes:
    """One page of the list of publications."""
    found = ordered(publications)
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    items = "\n".join(
        f'<li class="results__item"><a class="publication" href="{page_of(item).path}"><h3>{escape(title_of(item))}</h3>'
        f'<p>{escape(page_of(item).summary)}</p><p class="meta">{page_of(item).type} | {item.date:%d-%m-%Y}</p></a></li>'
        for item in shown
    )
    more = f'<a class="next" rel="next" href="/publicaties?pagina={number + 1}">Volgende pagina</a>' if number * PAGE_SIZE < len(found) else ""
    return _page(site, "Publicaties", "", f'<h1>Publicaties</h1>\n<ol class="results">\n{items}\n</ol>\n<div class="paging">{more}</div>')


def render_detail(publication: Publication) -> bytes:
    """The page of one publication: what it is about, its files and its meta tags."""
    page, name = page_of(publication), NAMES[page_of(publication).site]
    metas = "\n".join(
        f'<meta name="{key}" content="{escape(value)}"/>'
        for key, value in (
            ("DCTERMS.title", title_of(publication)), ("DCTERMS.issued", publication.date.isoformat()),
            ("DCTERMS.modified", publication.changed.isoformat()), ("DCTERMS.creator", name), ("DCTERMS.publisher", name),
            ("DCTERMS.type", page.type), ("DCTERMS.language", "nl-NL"), ("description", page.summary),
        )
    )  # fmt: skip
    files = "\n".join(
        f'<li><a class="download-list__link" href="{path}">{escape(title_of(publication))} ({kind.upper()})</a></li>'
        for kind, path in file_paths(publication).items()
    )
    first = publication.content.parts[0].blocks[:4]
    body = (
        f'<h1 class="download">{escape(title_of(publication))}</h1>\n<p class="meta">{page.type} | {dutch_date(publication.date)}</p>\n'
        f'<div class="intro"><div class="rich-text"><p>{escape(page.summary)}</p></div></div>\n'
        f'<div class="rich-text">\n{blocks_html(first)}\n</div>\n'
        f'<ul class="download-list">\n{files}\n</ul>'
    )
    return _page(page.site, title_of(publication), metas, body)


def render_home(site: str) -> bytes:
    """The front page."""
    return _page(site, NAMES[site], "", f'<h1>{NAMES[site]}</h1>\n<p><a href="/publicaties">Publicaties</a></p>')


def _page(site: str, title: str, metas: str, body: str) -> bytes:
    return f"""<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8"/>
<title>{escape(title)} | {NAMES[site]}</title>
{metas}
</head>
<body>
<header><a href="/">{NAMES[site]}</a><nav><a href="/publicaties">Publicaties</a></nav></header>
<main id="content">
{body}
</main>
<footer><p>Over deze site</p></footer>
</body>
</html>""".encode()
