"""What a document says of itself in its first lines: its date, its kind, its subject and the chamber that it is addressed to.

In: the passages of a document. Out: what is known of it, completed. What the source says is never overruled. Decides only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from db.records import Context, Kind
from nlp.components.moment_words import lexicon
from nlp.prepare import Passage

_HEAD = 40
"""Passages from the start that can be the head of a letter."""
_LINE = 600
"""Characters of a passage that are looked at."""

_CHAMBER = re.compile(r"\b(?P<chamber>Tweede|Eerste) Kamer der Staten-Generaal\b", re.IGNORECASE)
_DAY = r"(?P<day>\d{1,2}) (?P<month>[a-z]{3,9}) (?P<year>(?:19|20)\d\d)"
_DATES = (
    re.compile(rf"\(ontvangen {_DAY}\)"),
    re.compile(rf"^(?:[A-Z'\u2019][\w'\u2019 -]{{2,25}}, |Datum:? |Voorgesteld |Aan de Kamer gezonden |Vastgesteld ){_DAY}$"),
    re.compile(rf"^{_DAY}$"),
    re.compile(r"(?:^|\| )(?P<day>\d{2})-(?P<month>\d{2})-(?P<year>(?:19|20)\d\d)(?: \||$)"),
)
"""How a document is dated, the surest first; a bare date counts as well, since it stands on a line of its own."""
_SUBJECT_LABEL = re.compile(r"(?:Betreft|Onderwerp):?(?: (?P<subject>\S.{10,}))?$")
_SUBJECT_LINE = re.compile(r"(?:Antwoord(?:en)? op )?(?:Kamer)?[Vv]ragen van (?:de leden|het lid) .{5,200} over .{5,}")

_KINDS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"Antwoord(?:en)? (?:van (?:de )?(?:[Mm]inister|[Ss]taatssecretaris)|op (?:de )?(?:Kamer)?vragen)"), "antwoord"),
    (re.compile(r"Beantwoording van (?:de )?(?:Kamer)?vragen"), "antwoord"),
    (re.compile(r"Mededeling van (?:de )?(?:[Mm]inister|[Ss]taatssecretaris)"), "uitstelbericht"),
    (re.compile(r"(?:GEWIJZIGDE |NADER GEWIJZIGDE )?MOTIE VAN (?:HET LID|DE LEDEN)"), "motie"),
    (re.compile(r"(?:Nr\. \d{1,4} )?(?:MEMORIE VAN TOELICHTING)"), "memorie"),
    (re.compile(r"(?:Nr\. \d{1,4} )?NOTA NAAR AANLEIDING VAN HET VERSLAG"), "nota"),
    (re.compile(r"(?:Nr\. \d{1,4} )?VOORSTEL VAN WET"), "wetsvoorstel"),
    (re.compile(r"(?:Nr\. \d{1,4} )?AMENDEMENT VAN"), "amendement"),
    (re.compile(r"Beslisnota\b"), "beslisnota"),
    (re.compile(r"(?:Nr\. \d{1,4} )?BRIEF VAN DE (?:MINISTER|STAATSSECRETARIS)|Geachte (?:heer |mevrouw )?[Vv]oorzitter"), "kamerbrief"),
)  # fmt: skip


def complete(context: Context, passages: Sequence[Passage]) -> Context:
    """Fill the date, the kind and the title where the source gave none and the head of the document does."""
    head = [passage.text[:_LINE] for passage in passages[:_HEAD]]
    return replace(
        context,
        date=context.date or _date(head),
        doctype=context.doctype or _kind(head, spoken=any(passage.speaker for passage in passages)),
        title=context.title or _subject(head),
    )


def addressed_chamber(passages: Sequence[Passage]) -> str | None:
    """Give the chamber that a document is addressed to: `Tweede Kamer` or `Eerste Kamer`."""
    for passage in passages[:_HEAD]:
        if found := _CHAMBER.search(passage.text, 0, _LINE):
            return f"{found['chamber'].capitalize()} Kamer"
    return None


def _kind(head: Sequence[str], *, spoken: bool) -> Kind | None:
    if spoken:
        return "handeling"
    return next((kind for pattern, kind in _KINDS if any(pattern.match(line) for line in head)), None)


def _date(head: Sequence[str]) -> date | None:
    for pattern in _DATES:
        for line in head:
            if (found := pattern.search(line)) and (day := _day(found)):
                return day
    return None


def _day(found: re.Match[str]) -> date | None:
    month = int(found["month"]) if found["month"].isdigit() else lexicon().months.get(found["month"])
    try:
        return date(int(found["year"]), month, int(found["day"])) if month else None
    except ValueError:
        return None


def _subject(head: Sequence[str]) -> str | None:
    for at, line in enumerate(head):
        if found := _SUBJECT_LABEL.match(line):
            return found["subject"] or (head[at + 1] if at + 1 < len(head) else None)
        if _SUBJECT_LINE.match(line):
            return line
    return None
