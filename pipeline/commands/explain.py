"""`kamerspoor explain`: a document with everything that was read in it marked, and why: in colours on the terminal, or as a page.

What comes from a document is hostile: control characters are replaced, and in the page everything is escaped.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from rich.console import Console
from rich.text import Text as Styled

from db.errors import UsageError
from db.records import Amount, Analysis, Commitment, Context, Evidence, Reference, Text, Topic
from pipeline.commands.analyse import read_input

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_STYLES = {"toezegging": "bold green", "termijn": "bold magenta", "bedrag": "bold yellow", "verwijzing": "cyan", "onderwerp": "blue"}
_COLOURS = {"toezegging": "#d8f0d8", "termijn": "#ecd4f2", "bedrag": "#fbeab5", "verwijzing": "#d3eef2", "onderwerp": "#dbe3fb"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was read, with its place and its reasons, in words for a reader."""

    kind: str
    start: int
    end: int
    what: str
    why: str
    rule: str
    confidence: float | None


def explain(name: str, day: date | None, doctype: str | None, title: str | None, page: Path | None) -> int:
    """Read one document and show it; with `page` write a file and print where it is."""
    from nlp.analyse import analyse

    text = read_input(name)
    analysis = analyse(text, Context(title=title, date=day, doctype=doctype))
    facts = list(facts_of(text, analysis))
    if page is None:
        show(text, analysis, facts)
        return 0
    html = as_page(title or name, text, analysis, facts)
    if str(page) == "-":
        sys.stdout.write(html)
        return 0
    try:
        page.write_text(html, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"explain: {page}: {error.strerror}") from error
    print(page)
    return 0


def facts_of(text: Text, analysis: Analysis) -> Iterator[Fact]:
    """Give all facts of an analysis in the order of the text."""
    found = [fact for one in analysis.commitments for fact in _commitment(text, one)]
    found += [_amount(one) for one in analysis.amounts] + [_reference(one) for one in analysis.references]
    found += [fact for topic in analysis.topics for fact in _topic(topic)]
    yield from sorted(found, key=lambda fact: (fact.start, -fact.end))


def show(text: Text, analysis: Analysis, facts: list[Fact]) -> None:
    """Print the text in colours, then the facts with their reasons."""
    console = Console()
    styled = Styled(safe(text.text), end="\n")
    # the widest first, so that a deadline shows inside its promise
    for fact in sorted(facts, key=lambda fact: fact.start - fact.end):
        styled.stylize(_STYLES[fact.kind], fact.start, fact.end)
    console.print(styled)
    console.rule()
    for line in summary(analysis):
        console.print(Styled(safe(line)))
    for number, fact in enumerate(told(facts), 1):
        head = Styled(f"{number:3} {fact.kind:10} {_sure(fact.confidence)} ", style=_STYLES[fact.kind])
        console.print(head + Styled(safe(fact.what), style="default"))
        console.print(Styled(safe(" ".join(f"{'':15}{fact.rule}: {fact.why}".rstrip(": ").splitlines())), style="dim"))


def told(facts: list[Fact]) -> list[Fact]:
    """Give the facts that are told one by one; the words that decided a topic are only marked in the text."""
    return [fact for fact in facts if fact.kind != "onderwerp"]


def as_page(title: str, text: Text, analysis: Analysis, facts: list[Fact]) -> str:
    """Give a page that needs nothing beside itself: no script, no other file."""
    rules = "\n".join(f".{kind} {{ background: {colour} }}" for kind, colour in _COLOURS.items())
    rows = "\n".join(
        f'<tr id="f{number}"><td><a href="#t{number}">{number}</a></td><td class="{fact.kind}">{fact.kind}</td><td>{_html(fact.what)}</td>'
        f"<td>{_html(fact.why)}</td><td>{_html(fact.rule)}</td><td>{_sure(fact.confidence)}</td></tr>"
        for number, fact in enumerate(told(facts), 1)
    )
    lines = "\n".join(f"<li>{_html(line)}</li>" for line in summary(analysis))
    return f"""<!doctype html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_html(title)}</title>
<style>
body {{ font: 16px/1.5 Georgia, serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }}
.text {{ white-space: pre-wrap; overflow-wrap: anywhere }}
table {{ border-collapse: collapse; font: 14px/1.4 system-ui, sans-serif; width: 100% }}
td, th {{ border-bottom: 1px solid #ddd; padding: .3rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }}
sup a {{ text-decoration: none }}
{rules}
</style>
</head>
<body>
<h1>{_html(title)}</h1>
<ul>
{lines}
</ul>
<div class="text">{_marked(text.text, facts)}</div>
<h2>Wat er gelezen is, en waarom</h2>
<table>
<tr><th></th><th>soort</th><th>wat</th><th>waarom</th><th>regel</th><th>zeker</th></tr>
{rows}
</table>
</body>
</html>
"""


def summary(analysis: Analysis) -> Iterator[str]:
    """Say in a few lines what the document is about, who speaks and what read it."""
    focus = "ja" if analysis.focus else "nee"
    yield f"Over migratie en integratie: {focus} ({_sure(analysis.focus_score)})"
    if analysis.topics:
        yield "Onderwerpen: " + ", ".join(f"{topic.topic} ({_sure(topic.score)})" for topic in analysis.topics)
    if analysis.office:
        yield f"Afzender: {analysis.office}" + (f", {analysis.person}" if analysis.person else "")
    yield f"Gelezen door: {analysis.analyser}"
    yield from analysis.notes


def safe(text: str) -> str:
    """Replace control characters and marks that turn the direction of text, one for one, so that offsets stay."""
    return _CONTROL.sub("\ufffd", text)


def _commitment(text: Text, one: Commitment) -> Iterator[Fact]:
    evidence = one.evidence
    strength = "hard" if one.firm else "voornemen"
    who = f"{one.actor or 'onbekend'}" + (f" aan {one.addressee}" if one.addressee else "")
    what = f"{one.act} [{one.deliverable}] ({one.kind}, {strength}; {who})" + (f"; mits: {one.condition}" if one.condition else "")
    yield _fact("toezegging", evidence, what, evidence.reason)
    if one.deadline is None:
        return
    # The phrase may be broken over lines; where it was read from another sentence its note stands behind this one.
    words = re.compile(r"\s+".join(re.escape(word) for word in one.deadline.phrase.split()))
    place = words.search(text.text, evidence.start, evidence.end)
    start, end = place.span() if place else (evidence.end, evidence.end)
    first, last = one.deadline.not_before, one.deadline.not_after
    window = f"{first or '…'} t/m {last or '…'}" if first or last else f"zonder datum ({one.deadline.precision})"
    why = "; ".join(part for part in (one.deadline.anchor, one.deadline.note) if part)
    yield Fact("termijn", start, end, f"{one.deadline.phrase}: {window}", why, evidence.rule, evidence.confidence)


def _amount(one: Amount) -> Fact:
    value = "onbekend" if one.value is None else f"{one.value:,f}".replace(",", ".")
    more = [one.currency, f"per {one.per}" if one.per else None, one.recurring, one.bound, str(one.year) if one.year else None, one.novelty]
    why = "; ".join(part for part in (one.purpose and f"voor {one.purpose}", one.recipient and f"aan {one.recipient}", one.scheme) if part)
    return _fact("bedrag", one.evidence, " ".join([value, *(part for part in more if part)]), why)


def _reference(one: Reference) -> Fact:
    return _fact("verwijzing", one.evidence, f"{one.kind}: {one.target}", "")


def _topic(topic: Topic) -> Iterator[Fact]:
    for word in topic.evidence:
        if word.start is not None and word.end is not None:
            yield Fact("onderwerp", word.start, word.end, topic.topic, f"{word.term}, gewicht {word.weight:.2f}", "topics", topic.score)


def _fact(kind: str, evidence: Evidence, what: str, why: str) -> Fact:
    return Fact(kind, evidence.start, evidence.end, what, why, evidence.rule, evidence.confidence)


def _marked(text: str, facts: list[Fact]) -> str:
    """The text in stretches between the borders of facts; each stretch carries the innermost fact, each fact its number at its end."""
    borders = sorted({0, len(text), *(fact.start for fact in facts), *(fact.end for fact in facts)})
    ends: dict[int, list[int]] = {}
    for number, fact in enumerate(told(facts), 1):
        ends.setdefault(fact.end, []).append(number)
    parts: list[str] = []
    opened: list[Fact] = []
    coming = iter(facts)
    following = next(coming, None)
    for start, end in zip(borders, [*borders[1:], len(text)], strict=True):
        parts.extend(f'<sup><a id="t{number}" href="#f{number}">{number}</a></sup>' for number in ends.get(start, ()))
        while following is not None and following.start <= start:
            opened.append(following)
            following = next(coming, None)
        opened = [fact for fact in opened if fact.end > start]
        if start == end:
            continue
        inner = min(opened, key=lambda fact: fact.end - fact.start, default=None)
        stretch = _html(text[start:end])
        parts.append(stretch if inner is None else f'<mark class="{inner.kind}" title="{_html(f"{inner.what} | {inner.rule}")}">{stretch}</mark>')
    return "".join(parts)


def _html(text: str) -> str:
    return escape(safe(text), quote=True)


def _sure(confidence: float | None) -> str:
    return "" if confidence is None else f"{confidence:.2f}"
