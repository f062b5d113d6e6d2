"""A small Dutch page of our own beside Datasette's: loads nothing from elsewhere, runs no script."""

from __future__ import annotations

from html import escape

from datasette.utils.asgi import Response

from db.browse.guard import digest

_STYLE = """
body { max-width: 44em; margin: 2em auto; padding: 0 1em; font: 1rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; }
h1 { font-size: 1.6em; line-height: 1.25; color: #154273; } h2 { font-size: 1.1em; margin: 1.5em 0 .2em; }
a { color: #154273; } code { overflow-wrap: anywhere; font-size: .9em; } .soft { color: #595959; }
ul.kinds { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .3em 1.2em; }
article { padding: .2em 0 .8em; border-top: 1px solid #d5d9de; overflow-wrap: anywhere; } article h2 { margin-bottom: 0; }
h3 { font-size: 1em; margin: 1em 0 .2em; } blockquote { margin: .2em 0 .6em; padding-left: .7em; border-left: 3px solid #d5d9de; color: #595959; }
p.note { padding: .7em 1em; border-left: .3em solid #154273; background: #eef3f9; }
button { font: inherit; padding: .5em 1.2em; color: #fff; background: #154273; border: 0; border-radius: .2em; cursor: pointer; }
"""
_POLICY = f"default-src 'none'; style-src 'sha256-{digest(_STYLE)}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}


def page(title: str, body: str, *, status: int = 200, private: bool = False) -> Response:
    """The page.

    Args:
        title: plain text.
        body: HTML; whoever makes it has escaped what is not ours.
        private: whether it is for one person: kept by nobody, found by no search engine.
    """
    headers = dict(_HEADERS)
    if private:
        headers |= {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    html = (
        '<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
    return Response.html(html, status=status, headers=headers)
