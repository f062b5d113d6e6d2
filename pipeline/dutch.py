"""Dutch words for what readers see: dates, sums, kinds, lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from db.facts import Sum

MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december")
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_BOUNDS = {"max": "maximaal ", "min": "ten minste ", "approx": "circa "}
_RECURRING = {"structural": " structureel", "incidental": " incidenteel", "annual": ""}
_KINDS = {
    "antwoord": "antwoord op Kamervragen",
    "kamervraag": "Kamervragen",
    "memorie": "memorie van toelichting",
    "nota": "nota naar aanleiding van het verslag",
    "handeling": "verslag van een debat",
    "overig": "document",
}


HOUSE = "Tweede Kamer der Staten-Generaal"
_ALWAYS_LARGE = ("Oekraï", "Nederland", "Europ", "EU")


def dutch_date(day: date) -> str:
    """`3 juli 2025`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def kind_name(kind: str) -> str:
    """What a reader calls this kind of publication."""
    return _KINDS.get(kind, kind)


def in_sentence(title: str) -> str:
    """A title or an office inside a sentence: its first letter small, but for what is always written large."""
    return title if title.startswith(_ALWAYS_LARGE) else f"{title[:1].lower()}{title[1:]}"


def sender(office: str | None, publisher: str | None) -> str:
    """Who speaks, as a head of a sentence goes on: ` van de minister van Werk en Participatie`, `, Adviesraad Migratie`. The House only prints what
    others wrote."""
    if office:
        return f" van de {in_sentence(office)}"
    return f", {publisher}" if publisher and publisher != HOUSE else ""


def list_in_words(items: Sequence[str]) -> str:
    """`a, b en c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} en {items[-1]}" if items else ""


def number(value: float) -> str:
    """A number with Dutch separators; from a million on in words, cents only where there are any."""
    for size, word in ((1e9, "miljard"), (1e6, "miljoen")):
        if abs(value) >= size:
            return f"{_dutch(f'{value / size:,.3f}'.rstrip('0').rstrip('.'))} {word}"
    return _dutch(f"{value:,.0f}" if value == int(value) else f"{value:,.2f}")


def _dutch(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


def money(amount: Sum) -> str:
    """A sum as a reader says it: `maximaal € 10.000 per persoon`."""
    if amount.value is None:
        return " ".join(amount.text.split())
    sign = _SIGNS.get(amount.currency, amount.currency)
    height = number(amount.value) if amount.value_max is None else f"{number(amount.value)} tot {number(amount.value_max)}"
    text = f"{_BOUNDS.get(amount.bound or '', '')}{sign} {height}{_RECURRING.get(amount.recurring or '', '')}"
    if amount.per:
        text += f" per {amount.per}"
    if amount.extra:
        text += " extra"
    if amount.year:
        text += f" ({amount.year})"
    return text
