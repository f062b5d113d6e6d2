"""An alert to what every channel shows of it, cleaned once: text that is valid and inert wherever it lands, HTML of our own elements only.

Titles and sentences come from documents of others. What leaves here holds no control characters, no lone surrogates, no marks that turn the
direction of the text around them, no line breaks in what is one line, no first character that a spreadsheet takes for a formula; in HTML every
text is escaped, and the elements are `p h3 ul li strong em small blockquote a`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from db.addresses import promise_path, publication_path
from db.records import Alert

LONGEST_TITLE = 300
"""Characters of a title; no title of a paper that means something is longer."""
# What XML 1.0 does not allow, what it discourages (C1 controls, non-characters), marks of direction and of byte order
_ILLEGAL = re.compile(
    "[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
    f"|[{''.join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))}]"
)
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What a channel shows of an alert; every text is clean."""

    id: str
    watch: str
    kind: str
    title: str
    summary: str
    lead: str
    """How the summary begins: what it is and why it came; the rest stands in the lists of a body."""
    url: str | None
    """The publication's page at its source; None when it is no web address."""
    page_url: str | None
    """Our own page of the publication; None where we do not know how readers reach it, or where there is no publication."""
    updated: datetime
    published: str | None
    """The day on the publication."""
    publisher: str | None
    """Who speaks: the office, else the ministry or council."""
    topics: tuple[tuple[str, str], ...]
    """Name and title of each."""
    html: str
    """The body for people: why it came, what changed, the promises with the date by which, the amounts."""
    withdrawn: bool
    facts: dict[str, Any]
    """The alert's content, cleaned."""

    @property
    def urn(self) -> str:
        """The id as a URI."""
        return UUID(self.id).urn


def entry_of(alert: Alert, pages: str | None = None) -> Entry:
    """An alert, cleaned.

    Args:
        pages: where readers reach our own pages; with it the publication and its promises are linked there as well (`page_url` of a promise).
    """
    facts: dict[str, Any] = json.loads(alert.content)
    if not alert.content.isprintable() or "\\u" in alert.content:
        facts = _clean(facts)
    ours = None
    if pages is not None and alert.publication_id is not None:
        base = pages.rstrip("/")
        ours = f"{base}{publication_path(alert.publication_id)}"
        for promise in facts["promises"]:
            if "id" in promise:  # alerts of the first version do not name it
                promise["page_url"] = f"{base}{promise_path(alert.publication_id, promise['id'])}"
    title = shorten(one_line(alert.title), LONGEST_TITLE) or "Zonder titel"
    summary = one_line(alert.summary)
    lead = _lead(summary, [one_line(reason) for reason in facts["reasons"]])
    url = web_url(facts["url"])
    publisher = facts.get("office") or facts["publisher"]  # alerts of the first version know no office
    return Entry(
        id=alert.id,
        watch=alert.watch,
        kind=alert.kind,
        title=f"Ingetrokken: {title}" if alert.withdrawn else title,
        summary=summary,
        lead=lead,
        url=url,
        page_url=ours,
        updated=alert.withdrawn or alert.raised,
        published=facts["date"],
        publisher=one_line(publisher) if publisher else None,
        topics=tuple((topic["topic"], one_line(topic["title"])) for topic in facts["topics"]),
        html=_as_html(lead, url, ours, facts),
        withdrawn=alert.withdrawn is not None,
        facts=facts,
    )


def entries_of(alerts: Sequence[Alert], pages: str | None = None) -> list[Entry]:
    """Alerts, cleaned, in their order; `pages` as in `entry_of`."""
    return [entry_of(alert, pages) for alert in alerts]


def legal(text: str) -> str:
    """The text without what no channel may pass on: control characters, lone surrogates, non-characters, marks of direction."""
    # What is printable is legal, and asking so is ten times faster than looking at each character.
    return text if text.isprintable() else _ILLEGAL.sub("", text)


def one_line(text: str) -> str:
    """The text on one line; one that a spreadsheet would calculate begins with an apostrophe."""
    line = " ".join(legal(text).split())
    return f"'{line}" if line.startswith(_FORMULA) else line


def shorten(text: str, longest: int) -> str:
    """The text, ended by an ellipsis at a word where it is too long."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    cut = head.rfind(" ")
    return f"{head[:cut] if cut > longest // 2 else head}…"


def web_url(url: str) -> str | None:
    """The address when it leads to a web page, else None."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc and not re.search(r"\s", url) else None


def instant(moment: datetime) -> str:
    """RFC 3339, in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return legal(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return value


def _lead(summary: str, reasons: Sequence[str]) -> str:
    why = "; ".join(reasons)
    at = summary.find(why) if why else -1
    return summary if at < 0 else f"{summary[: at + len(why)]}."


def _as_html(lead: str, url: str | None, ours: str | None, facts: dict[str, Any]) -> str:
    parts = [f"<p>{escape(lead)}</p>"]
    for head, items in (
        ("Wat is er gebeurd", map(_happening, happened(facts))),
        ("Wat is er veranderd", (escape(capital(change)) for change in facts["changes"])),
        ("Gevonden woorden", map(_word, found_words(facts))),
        ("Toezeggingen", map(_promise, facts["promises"])),
        ("Bedragen", map(_amount, facts["amounts"])),
    ):
        if rows := "".join([f"<li>{item}</li>" for item in items]):
            parts.append(f"<h3>{head}</h3><ul>{rows}</ul>")
    if facts["dossiers"]:
        parts.append(f"<p>Dossier {escape(', '.join(facts['dossiers']))}</p>")
    if url:
        parts.append(f'<p><a href="{escape(url)}">Naar het stuk</a></p>')
    if ours:
        parts.append(f'<p><a href="{escape(ours)}">Bekijk het in Kamerspoor</a></p>')
    return "".join(parts)


def happened(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """What happened to earlier promises; alerts of the first version say nothing of it."""
    told: list[dict[str, Any]] = facts.get("happened", [])
    return told


def found_words(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The words that a watch asked for, with their sentences; alerts of the first version say nothing of it."""
    found: list[dict[str, Any]] = facts.get("words", [])
    return found


def capital(text: str) -> str:
    """The text as the beginning of a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def when_due(promise: dict[str, Any]) -> str:
    """The date by which, as a reader says it."""
    return f"termijn: {promise['by_text']}" if promise["by_text"] else "zonder termijn"


def page_link(fact: dict[str, Any]) -> tuple[str, str | None] | None:
    """What to call the place in the document, and its address; None when neither a page nor an address of the words is known."""
    url = web_url(fact.get("url") or "")
    if fact["page"]:
        return f"blz. {fact['page']}", url
    return ("in de tekst", url) if url and "#:~:text=" in url else None


def _quote(fact: dict[str, Any]) -> str:
    place = page_link(fact)
    page = "" if place is None else f' <small>(<a href="{escape(place[1])}">{place[0]}</a>)</small>' if place[1] else f" <small>({place[0]})</small>"
    return f"<blockquote>{escape(fact['sentence'])}{page}</blockquote>" if fact["sentence"] else ""


def about_of(one: dict[str, Any]) -> tuple[str, str, str | None] | None:
    """What an earlier paper said: its words (empty for questions and advice), its title and its address; None where it is not known."""
    about = one.get("about") or {}
    return (about.get("sentence") or "", about["title"], web_url(about.get("url") or "")) if about.get("title") else None


def _happening(one: dict[str, Any]) -> str:
    return f"<strong>{escape(capital(one['text']))}</strong>{_quote(one)}{_earlier(one)}"


def _earlier(one: dict[str, Any]) -> str:
    if (about := about_of(one)) is None:
        return ""
    sentence, title, url = about
    linked = f'<a href="{escape(url)}">{escape(title)}</a>' if url else escape(title)
    said = f"<blockquote>{escape(sentence)}</blockquote>" if sentence else ""
    return f"<p>Eerder: {linked}</p>{said}"


def _word(word: dict[str, Any]) -> str:
    return f"<strong>{escape(word['text'])}</strong>{_quote(word)}"


def _promise(promise: dict[str, Any]) -> str:
    note = f" <small>({escape(promise['note'])})</small>" if promise["note"] else ""
    weak = "" if promise["firm"] else " <em>(voornemen)</em>"
    return f"<strong>{escape(promise['act'])}</strong>, {escape(when_due(promise))}{note}{weak}{_quote(promise)}{_page(promise)}"


def _page(promise: dict[str, Any]) -> str:
    return f'<p><a href="{escape(promise["page_url"])}">Deze toezegging in Kamerspoor</a></p>' if "page_url" in promise else ""


def _amount(amount: dict[str, Any]) -> str:
    purpose = f": {escape(amount['for'])}" if amount["for"] else ""
    return f"<strong>{escape(amount['amount'])}</strong>{purpose}{_quote(amount)}"
