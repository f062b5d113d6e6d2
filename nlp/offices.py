"""The offices that bind the government, read from `patterns/offices.toml`: which ministry an office belongs to on a day, and who held it.

In: the words of an office as printed, a day. Out: its written form and its ministry. Decides only.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "patterns" / "offices.toml"
_TITLE = re.compile(r"(?P<title>minister-president|ministers?|staatssecretaris(?:sen)?)(?!\w)", re.IGNORECASE)
_LINK = re.compile(r"\s+(?:(van|voor)\s+)?", re.IGNORECASE)
_FREE_NAME = re.compile(r"\s*(?:(?P<link>van|voor)\s+)?(?P<name>[A-Z][\w\u2019'&-]{1,40}(?:(?:,| en| voor| van)? [A-Z][\w\u2019'&-]{1,40}){0,7})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A name with the days on which it counts."""

    name: str
    of: str
    """Short name of a ministry, ministry of a portfolio, office of a person."""
    first: date | None
    last: date | None

    def holds(self, day: date | None) -> bool:
        """Whether it counts on a day; without a day it does while it is the latest."""
        if day is None:
            return self.last is None
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """An office as it is written in running text, with its ministry."""

    title: str
    """ "minister van Sociale Zaken en Werkgelegenheid"."""
    ministry: str | None


@dataclass(frozen=True, slots=True)
class _Table:
    ministries: tuple[Term, ...]
    portfolios: tuple[Term, ...]
    persons: tuple[Term, ...]


@cache
def _table() -> _Table:
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))

    def terms(kind: str, of: str) -> tuple[Term, ...]:
        return tuple(Term(name=row["name"], of=row[of], first=row.get("from"), last=row.get("to")) for row in rows[kind])

    return _Table(terms("ministry", "short"), terms("portfolio", "ministry"), terms("person", "office"))


def ministry_of(name: str, day: date | None) -> str | None:
    """Give the full name of the ministry that a name, a short name or a portfolio belongs to on a day."""
    wanted = name.casefold().strip()
    table = _table()
    portfolios = [term for term in table.portfolios if term.name.casefold() == wanted]
    ministries = [term for term in table.ministries if wanted in (term.name.casefold(), term.of.casefold())]
    for term in portfolios:
        if term.holds(day):
            return term.of
    ministries.sort(key=lambda term: not term.holds(day))
    if ministries and (ministries[0].holds(day) or not portfolios):
        return ministries[0].name
    return portfolios[0].of if portfolios else None


def ministry_names() -> tuple[str, ...]:
    """The full names of all ministries, those of earlier years too."""
    return tuple(dict.fromkeys(term.name for term in _table().ministries))


def short_of(ministry: str) -> str | None:
    """Give the short name of a ministry: `SZW`."""
    return next((term.of for term in _table().ministries if term.name == ministry), None)


def office_of_person(name: str, day: date | None) -> str | None:
    """Give the office that a person held on a day, where the table knows it; never without a day."""
    if day is None:
        return None
    return next((term.of for term in _table().persons if term.name.casefold() == name.casefold() and term.holds(day)), None)


def persons() -> tuple[Term, ...]:
    """Give who held an office, as far as the table knows."""
    return _table().persons


def read_offices(text: str, day: date | None) -> list[tuple[Office, int]]:
    """Give the offices that a text names one after the other ("de Minister en de Staatssecretaris van ..."), each with where it ends."""
    found: list[tuple[Office, int]] = []
    open_titles: list[str] = []
    for match in _TITLE.finditer(text):
        title = match["title"].lower()
        singular = {"ministers": "minister", "staatssecretarissen": "staatssecretaris"}.get(title, title)
        if title == "minister-president":
            found.append((Office(title=title, ministry="Algemene Zaken"), match.end()))
            continue
        named = _name_after(text, match.end())
        if named is None:
            open_titles.append(singular)
            continue
        link, name, end = named
        for one in (*open_titles, singular):
            found.append((_office(one, link, name, day), end))
        open_titles = []
        while title != singular and (further := _further(text, end)) is not None:
            link, name, end = further
            found.append((_office(singular, link, name, day), end))
    return found


def _office(title: str, link: str, name: str, day: date | None) -> Office:
    ministry = ministry_of(name, day)
    # "Minister van SZW" is written in full.
    full = ministry if ministry is not None and short_of(ministry) == name else name
    return Office(title=f"{title} {link} {full}".replace("  ", " "), ministry=ministry)


def _name_after(text: str, at: int) -> tuple[str, str, int] | None:
    """The name of the ministry or portfolio right after a title, in the spelling of the table."""
    link = _LINK.match(text, at)
    if link is None:
        return None
    for term in _longest_first():
        end = link.end() + len(term)
        same = text[link.end() : end].casefold() == term.casefold() and not text[end:][:1].isalnum()
        if same and (link.group(1) or term not in _short_names()):
            return (link.group(1) or "").lower(), term, end
    free = _FREE_NAME.match(text, at)
    if free is None or not free["link"] or free["name"].isupper():
        return None
    return free["link"], free["name"], free.end()


def _further(text: str, at: int) -> tuple[str, str, int] | None:
    """A second ministry after a plural: "de ministers van A en van B"."""
    joined = re.compile(r",?\s+en(?=\s+(?:van|voor)\s)|,(?=\s+(?:van|voor)\s)", re.IGNORECASE).match(text, at)
    return _name_after(text, joined.end()) if joined else None


@cache
def _longest_first() -> tuple[str, ...]:
    table = _table()
    names = {term.name for term in (*table.ministries, *table.portfolios)} | _short_names()
    return tuple(sorted(names, key=len, reverse=True))


@cache
def _short_names() -> frozenset[str]:
    return frozenset(term.of for term in _table().ministries)
