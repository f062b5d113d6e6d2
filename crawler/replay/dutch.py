"""Dates and numbers in, the way Dutch papers write them out."""

from __future__ import annotations

from datetime import date

from crawler.replay.library import Publication

_MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december")


def dutch_date(day: date) -> str:
    """`10 november 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def spaced_dossier(number: str) -> str:
    """`32 824`, `36 850 XV`, `21 501-02`, as a Kamerstuk writes its dossier."""
    base, _, suffix = number.partition("-")
    written = f"{base[:2]} {base[2:]}"
    return f"{written}{'-' if suffix.isdigit() else ' '}{suffix}" if suffix else written


def chamber_line(publication: Publication) -> str:
    """The word before the date of a paper that is no letter."""
    return {"motie": "Voorgesteld", "nota": "Ontvangen", "verslag": "Gehouden"}.get(publication.kind, "Ontvangen")
