"""Our pages as answers: templates that escape everything, headers that let nothing in from elsewhere."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from datasette.utils.asgi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from db.addresses import promise_path
from db.browse import dutch
from db.browse.guard import PAGES
from db.browse.office import parts, slug

_FOLDER = Path(__file__).parent
TEMPLATES = _FOLDER / "templates"
DATASETTE = _FOLDER / "datasette"
"""Datasette's own pages in Dutch, in the frame of ours and without scripts."""
HEADERS = {
    "Content-Security-Policy": PAGES,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=False
    )
    templates.tests["startswith"] = str.startswith
    equip(templates)
    return templates


def equip(templates: Environment) -> None:
    """Give an environment what the templates use: ours, and that of Datasette's pages, which stand in the same frame."""
    templates.filters |= {"day": dutch.day, "days": dutch.days, "web": web, "query": query, "month": dutch.month, "years": dutch.years}
    templates.filters |= {"number": dutch.number, "whole": dutch.whole}
    templates.globals |= {"name": dutch.name, "label": dutch.label, "money": dutch.money, "promise_path": promise_path}
    templates.globals |= {"offices": office_links, "css": f"/static/kamerspoor.css?{_style()[1]}"}


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """A page from a template; values are escaped unless they are `Markup`."""
    return Response.html(_templates().get_template(template).render(**context), status=status, headers=HEADERS)


def missing(what: str, database: str) -> Response:
    """The page that says that something does not exist."""
    return page("missing.html", status=404, what=what, database=database)


@cache
def _style() -> tuple[str, str]:
    body = (_FOLDER / "static" / "kamerspoor.css").read_text(encoding="utf-8")
    return body, hashlib.sha256(body.encode()).hexdigest()[:12]


def style(request: Request) -> Response:
    """The style sheet; its address changes with it, so it is kept for a year."""
    body, tag = _style()
    kept = "public, max-age=31536000, immutable" if request.query_string == tag else "no-cache"
    return Response(body, content_type="text/css; charset=utf-8", headers={"Cache-Control": kept, "X-Content-Type-Options": "nosniff"})


def web(url: str | None) -> str | None:
    """The address when a browser may follow it: http or https; a `javascript:` link is none."""
    try:
        return url if url and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


def office_links(printed: str | None) -> list[tuple[str, str]]:
    """The offices in a text, each with its address."""
    return [(title, f"/ambt/{slug(title)}") for title in parts(printed)]


def query(values: dict[str, object], **changed: object) -> str:
    """`?a=b` of the values that are not empty, with some of them changed."""
    chosen = {key: value for key, value in (values | changed).items() if value not in (None, "")}
    return "?" + urlencode(chosen) if chosen else "?"
