"""The two bodies of a mail: plain text, and HTML that looks the same in every mail program (tables for layout, styles on the elements)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from pipeline.channels.content import Entry, about_of, capital, found_words, happened, one_line, page_link, when_due
from pipeline.dutch import dutch_date

DETAILED = 25
"""Alerts that are told in full; of more, the rest is a line each: programs cut messages above about 100 kB."""
_WIDTH = 78
_INK, _SOFT, _BLUE, _LINE = "#1b1b1b", "#595959", "#154273", "#d5d9de"
_FONT = "font-family:Arial,Helvetica,sans-serif"


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """The alerts of one watch."""

    title: str
    entries: Sequence[Entry]
    pause: str | None
    """Address that pauses this watch."""


def as_text(sections: Sequence[Section]) -> str:
    """The message as plain text."""
    lines: list[str] = []
    told = 0
    for section in sections:
        lines += [section.title, "=" * min(len(section.title), _WIDTH), ""]
        for entry in section.entries:
            lines += _text_entry(entry) if told < DETAILED else _text_line(entry)
            told += 1
    lines += ["-- ", "Kamerspoor volgt wat de regering publiceert, toezegt en uitgeeft."]
    lines += [f"Meldingen van “{section.title}” stilzetten: {section.pause}" for section in sections if section.pause]
    return "\n".join(lines) + "\n"


def _text_entry(entry: Entry) -> list[str]:
    facts = entry.facts
    lines = [entry.title, entry.lead]
    lines += [address for address in (entry.url, entry.page_url) if address]
    if told := happened(facts):
        lines += ["", "Wat is er gebeurd:"]
        for one in told:
            lines += [f"- {capital(one_line(one['text']))}", *_text_quote(one), *_text_earlier(one)]
    if facts["changes"]:
        lines += ["", "Wat is er veranderd:", *(f"- {capital(one_line(change))}" for change in facts["changes"])]
    if words := found_words(facts):
        lines += ["", "Gevonden woorden:"]
        for word in words:
            lines += [f"- {one_line(word['text'])}", *_text_quote(word)]
    if facts["promises"]:
        lines += ["", "Toezeggingen:"]
        for promise in facts["promises"]:
            weak = "" if promise["firm"] else " (voornemen)"
            lines += [f"- {one_line(promise['act'])}, {one_line(when_due(promise))}{weak}", *_text_quote(promise), *_text_page(promise)]
    if facts["amounts"]:
        lines += ["", "Bedragen:"]
        for amount in facts["amounts"]:
            lines += [f"- {one_line(amount['amount'])}{': ' + one_line(amount['for']) if amount['for'] else ''}", *_text_quote(amount)]
    return [*lines, "", f"Melding {entry.id[:12]}", "", "-" * 20, ""]


def _text_earlier(one: dict[str, Any]) -> list[str]:
    if (about := about_of(one)) is None:
        return []
    sentence, title, url = about
    return [f"  Eerder: {one_line(title)}{' ' + url if url else ''}", *([f"  “{one_line(sentence)}”"] if sentence else [])]


def _text_line(entry: Entry) -> list[str]:
    return [f"{entry.title}{' ' + entry.url if entry.url else ''}", ""]


def _text_page(promise: dict[str, Any]) -> list[str]:
    return [f"  {promise['page_url']}"] if "page_url" in promise else []


def _text_quote(fact: dict[str, Any]) -> list[str]:
    page = f" (blz. {fact['page']})" if fact["page"] else ""
    return [f"  “{one_line(fact['sentence'])}”{page}"] if fact["sentence"] else []


def as_html(sections: Sequence[Section]) -> str:
    """The message as HTML: nothing is loaded from elsewhere, every text is escaped."""
    told = 0
    parts = []
    for section in sections:
        parts.append(f'<tr><td style="padding:24px 24px 0;{_FONT};font-size:20px;font-weight:bold;color:{_BLUE}">{escape(section.title)}</td></tr>')
        for entry in section.entries:
            body = _html_entry(entry) if told < DETAILED else _html_line(entry)
            parts.append(f'<tr><td style="padding:16px 24px;border-bottom:1px solid {_LINE};{_FONT};overflow-wrap:anywhere">{body}</td></tr>')
            told += 1
    pauses = "".join(
        f'<br><a href="{escape(section.pause)}" style="color:{_SOFT}">Meldingen van “{escape(section.title)}” stilzetten</a>'
        for section in sections
        if section.pause
    )
    return (
        '<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light"><title>Kamerspoor</title></head>'
        f'<body style="margin:0;padding:0;background:#f3f4f6;color:{_INK}">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f3f4f6"><tr><td align="center" '
        'style="padding:16px 8px">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:640px;background:#ffffff;text-align:left;'
        f'table-layout:fixed;border-top:4px solid {_BLUE}">'
        f"{''.join(parts)}"
        f'<tr><td style="padding:16px 24px;{_FONT};font-size:12px;line-height:1.6;color:{_SOFT}">'
        f"Kamerspoor volgt wat de regering publiceert, toezegt en uitgeeft.{pauses}</td></tr>"
        "</table></td></tr></table></body></html>"
    )


def _html_entry(entry: Entry) -> str:
    facts = entry.facts
    day = dutch_date(date.fromisoformat(entry.published)) if entry.published else None
    about = " · ".join(part for part in (capital(one_line(facts["kind"])), entry.publisher, day) if part)
    parts = [
        f'<div style="font-size:12px;color:{_SOFT}">{escape(about)}</div>',
        f'<div style="margin:4px 0 8px;font-size:17px;line-height:1.35;font-weight:bold">{_linked(entry)}</div>',
        f'<div style="font-size:14px;line-height:1.5">{escape(entry.lead)}</div>',
    ]
    for head, items in (
        ("Wat is er gebeurd", map(_html_happening, happened(facts))),
        ("Wat is er veranderd", (escape(capital(one_line(change))) for change in facts["changes"])),
        ("Gevonden woorden", map(_html_word, found_words(facts))),
        ("Toezeggingen", map(_html_promise, facts["promises"])),
        ("Bedragen", map(_html_amount, facts["amounts"])),
    ):
        if rows := [*items]:
            parts.append(_list(head, rows))
    if entry.page_url:
        parts.append(f'<div style="margin-top:10px">{_ours(entry.page_url, "Bekijk het in Kamerspoor")}</div>')
    parts.append(f'<div style="margin-top:10px;font-size:11px;color:{_SOFT}">Melding {escape(entry.id[:12])}</div>')
    return "".join(parts)


def _html_line(entry: Entry) -> str:
    return f'<div style="font-size:14px;line-height:1.4">{_linked(entry)}</div>'


def _linked(entry: Entry) -> str:
    if entry.url is None:
        return escape(entry.title)
    return f'<a href="{escape(entry.url)}" style="color:{_BLUE};text-decoration:underline">{escape(entry.title)}</a>'


def _list(head: str, items: Sequence[str]) -> str:
    rows = "".join(f'<li style="margin:0 0 8px">{item}</li>' for item in items)
    return (
        f'<div style="margin:14px 0 6px;font-size:14px;font-weight:bold">{head}</div>'
        f'<ul style="margin:0;padding:0 0 0 20px;font-size:14px;line-height:1.5">{rows}</ul>'
    )


def _html_happening(one: dict[str, Any]) -> str:
    return f"<strong>{escape(capital(one_line(one['text'])))}</strong>{_quote(one)}{_earlier(one)}"


def _earlier(one: dict[str, Any]) -> str:
    if (about := about_of(one)) is None:
        return ""
    sentence, title, url = about
    linked = f'<a href="{escape(url)}" style="color:{_SOFT}">{escape(one_line(title))}</a>' if url else escape(one_line(title))
    said = f": “{escape(one_line(sentence))}”" if sentence else ""
    return f'<div style="margin:4px 0 0;color:{_SOFT}">Eerder: {linked}{said}</div>'


def _html_word(word: dict[str, Any]) -> str:
    return f"<strong>{escape(one_line(word['text']))}</strong>{_quote(word)}"


def _html_promise(promise: dict[str, Any]) -> str:
    note = f' <span style="color:{_SOFT}">({escape(one_line(promise["note"]))})</span>' if promise["note"] else ""
    weak = "" if promise["firm"] else " <em>(voornemen)</em>"
    return f"<strong>{escape(one_line(promise['act']))}</strong>, {escape(one_line(when_due(promise)))}{note}{weak}{_quote(promise)}{_page(promise)}"


def _page(promise: dict[str, Any]) -> str:
    return f'<div style="margin:4px 0 0">{_ours(promise["page_url"], "Deze toezegging in Kamerspoor")}</div>' if "page_url" in promise else ""


def _ours(address: str, words: str) -> str:
    return f'<a href="{escape(address)}" style="font-size:12px;color:{_SOFT}">{words}</a>'


def _html_amount(amount: dict[str, Any]) -> str:
    purpose = f": {escape(one_line(amount['for']))}" if amount["for"] else ""
    return f"<strong>{escape(one_line(amount['amount']))}</strong>{purpose}{_quote(amount)}"


def _quote(fact: dict[str, Any]) -> str:
    if not fact["sentence"]:
        return ""
    place = page_link(fact)
    page = ""
    if place is not None:
        page = f' (<a href="{escape(place[1])}" style="color:{_SOFT}">{place[0]}</a>)' if place[1] else f" ({place[0]})"
    style = f"margin:4px 0 0;padding-left:10px;border-left:3px solid {_LINE};color:{_SOFT}"
    return f'<div style="{style}">{escape(one_line(fact["sentence"]))}{page}</div>'
