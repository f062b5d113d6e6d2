"""Dutch words for the pages: dates, sums and the names of values; the words stand in `words.toml`."""

from __future__ import annotations

import json
import sqlite3
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

_MONTHS = ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december")
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
_BOUNDS = {"max": "maximaal ", "min": "ten minste ", "approx": "circa "}
_RECURRING = {"structural": " structureel", "incidental": " incidenteel"}


@cache
def words() -> dict[str, dict[str, Any]]:
    """The tables of `words.toml`."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def name(group: str, value: str | None) -> str:
    """What a reader calls a value: `name("statuses", "kept")` is "nagekomen"."""
    return "" if value is None else str(words()[group].get(value, value))


def label(table: str | None, column: str, value: object) -> str:
    """What a reader calls the value of a column on Datasette's pages: `label("commitments", "kind", "inform")` is "informeren"."""
    known = words()["columns"]
    group = known.get(f"{table}.{column}") or known.get(column)
    return "" if value is None else name(group, str(value)) if group else str(value)


def day(text: str | None) -> str:
    """`2026-11-10` as `10 november 2026`; what is no day stays as it is."""
    try:
        at = date.fromisoformat((text or "")[:10])
    except ValueError:
        return text or ""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def as_day(text: str | None) -> date | None:
    """`2026-11-10` as a day; None for what is none, or lies so far away that there is nothing to reckon with."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day and 1800 <= day.year <= 2200 else None


def days(number: int) -> str:
    """How far a day is: 0 is "vandaag", 3 "over 3 dagen", -1 "1 dag te laat"."""
    if number == 0:
        return "vandaag"
    count = f"{abs(number)} {'dag' if abs(number) == 1 else 'dagen'}"
    return f"over {count}" if number > 0 else f"{count} te laat"


def month(text: str) -> str:
    """`2026-11` as `november 2026`."""
    return f"{_MONTHS[int(text[5:7]) - 1]} {text[:4]}"


def number(value: float) -> str:
    """A number with Dutch separators; from a million on in words."""
    for size, word in ((1e9, "miljard"), (1e6, "miljoen")):
        if abs(value) >= size:
            return f"{_dutch(f'{value / size:,.3f}'.rstrip('0').rstrip('.'))} {word}"
    return whole(value)


def whole(value: float) -> str:
    """A number with Dutch separators, to the last figure: for a table."""
    return _dutch(f"{value:,.0f}" if value == int(value) else f"{value:,.2f}")


def _dutch(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


def money(row: sqlite3.Row) -> str:
    """A row of `amounts` as a reader says it: `maximaal € 10.000 per persoon`; the year stands in a column of its own."""
    if row["value"] is None:
        return " ".join(row["text"].split())
    height = number(row["value"]) if row["value_max"] is None else f"{number(row['value'])} tot {number(row['value_max'])}"
    per = f" per {row['per']}" if row["per"] else ""
    extra = " extra" if row["extra"] else ""
    sign = _SIGNS.get(row["currency"], row["currency"])
    return f"{_BOUNDS.get(row['bound'] or '', '')}{sign} {height}{_RECURRING.get(row['recurring'] or '', '')}{per}{extra}"


def years(row: sqlite3.Row) -> str:
    """The years of a row of `amounts`: `2027`, `2025 tot en met 2027`, `2025, 2027`."""
    found = sorted(json.loads(row["years"] or "[]")) or ([row["year"]] if row["year"] else [])
    if len(found) > 2 and found[-1] - found[0] == len(found) - 1:
        return f"{found[0]} tot en met {found[-1]}"
    return ", ".join(str(year) for year in found)
