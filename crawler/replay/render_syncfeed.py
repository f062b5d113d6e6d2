"""Rows of the Tweede Kamer's tables in, a page of its SyncFeed out: Atom entries whose content is the entity in the form of the published schemas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

HOST = "gegevensmagazijn.tweedekamer.nl"
_FEED = f"https://{HOST}/SyncFeed/2.0"
_TK = "http://www.tweedekamer.nl/xsd/tkData/v1-0"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PREFIXED = ("Toezegging", "Verslag", "Vergadering")
"""Categories that the real feed writes with a prefix, and with times that tell their offset."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ref:
    """A relation to another row."""

    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row as it stands from a moment on. A value of None is written as `xsi:nil`."""

    category: str
    id: str
    at: datetime
    values: tuple[tuple[str, str | Ref | None], ...]
    content_type: str | None = None
    content_length: int | None = None
    deleted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A row with its place in the feed."""

    token: int
    row: Row


def render_feed(category: str, entries: Sequence[Placed], *, asked: int | None, after: int, more: bool) -> bytes:
    """One page.

    Args:
        asked: the skiptoken of the question, if it had one.
        after: the place after the page.
        more: whether something follows now: a link `next`, else `resume`.
    """
    itself = _link(category, asked)
    updated = max((placed.row.at for placed in entries), default=datetime(2026, 1, 1, tzinfo=UTC))
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"  <title>Gegevensmagazijn SyncFeed (category: {escape(category)})</title>",
        f"  <id>{itself}</id>",
        f'  <link rel="self" href="{itself}" />',
        f'  <link rel="{"next" if more else "resume"}" href="{_link(category, after)}" />',
        f"  <updated>{_stamp(updated)}</updated>",
        "  <author><name>Tweede Kamer der Staten-Generaal</name></author>",
        *(_entry(placed) for placed in entries),
        "</feed>",
    ]
    return "\n".join(parts).encode()


def render_error(message: str) -> bytes:
    """The body of an answer with status 500."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n<Error><Message>{escape(message)}</Message></Error>'.encode()


def _entry(placed: Placed) -> str:
    row = placed.row
    enclosure = f'\n    <link rel="enclosure" href="{_FEED}/Resources/{row.id}" />' if row.content_type and not row.deleted else ""
    return f"""  <entry>
    <title>{row.id}</title>
    <id>{_FEED}/Entiteiten/{row.id}</id>
    <updated>{_stamp(row.at)}</updated>
    <category term="{row.category[0].lower()}{row.category[1:]}" />
    <link rel="next" href="{_link(row.category, placed.token)}" />{enclosure}
    <content type="application/xml">
{_entity(row)}
    </content>
  </entry>"""


def _entity(row: Row) -> str:
    prefixed = row.category in _PREFIXED
    prefix, attribute = ("ns1:", "ns1:") if prefixed else ("", "tk:")
    spaces = f'xmlns:ns1="{_TK}"' if prefixed else f'xmlns="{_TK}" xmlns:tk="{_TK}"'
    changed = row.at.strftime("%Y-%m-%dT%H:%M:%S.%f0") + ("Z" if prefixed else "")
    facts = [f"id={quoteattr(row.id)}", f'{attribute}bijgewerkt="{changed}"', f'{attribute}verwijderd="{str(row.deleted).lower()}"']
    if row.content_type is not None:
        facts += [f"{attribute}contentType={quoteattr(row.content_type)}", f'{attribute}contentLength="{row.content_length}"']
    name = f"{prefix}{row.category[0].lower()}{row.category[1:]}"
    head = f'      <{name} {spaces} xmlns:xsi="{_XSI}" {" ".join(facts)}'
    if row.deleted:
        return f"{head} />"
    return "\n".join([f"{head}>", *(_value(f"{prefix}{field}", value) for field, value in row.values), f"      </{name}>"])


def _value(name: str, value: str | Ref | None) -> str:
    if value is None:
        return f'        <{name} xsi:nil="true" />'
    if isinstance(value, Ref):
        return f'        <{name} ref="{value.id}" />'
    return f"        <{name}>{escape(value)}</{name}>"


def _link(category: str, token: int | None) -> str:
    place = "" if token is None else f"skiptoken={token}&amp;"
    return f"{_FEED}/Feed?{place}category={quote(category)}"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
