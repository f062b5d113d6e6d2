"""The pages of offices: what "minister van X" promised, whoever held the office, and which of it is open, overdue or kept.

An office is what the watches take it for: its words, without regard to capitals. Several sign as "minister van X en staatssecretaris van Y", and
such a paper stands with each of them.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

SHOWN = 100
"""Promises and publications on the page of an office."""
OVERDUE = (
    "c.status = 'open' AND c.firm = 1 AND c.term_wrong = 0 AND c.not_after < :today "
    "AND date(c.not_after, '+' || c.grace_days || ' days') < :today"
)
_NEXT = re.compile(r"(?: en|,)(?: de)? (?=(?:minister|staatssecretaris)\b)", re.IGNORECASE)
_AND = re.compile(r", | en ")
# The counts follow every change (`promises_by_office`); adding up all promises would take a third of a second on 100,000 of them.
_COUNTS = (
    "coalesce(sum(number), 0) AS promises, coalesce(sum(number) FILTER (WHERE status = 'open'), 0) AS open, "
    "coalesce(sum(number) FILTER (WHERE status = 'kept'), 0) AS kept, coalesce(sum(number) FILTER (WHERE status = 'moved'), 0) AS moved, "
    "coalesce(sum(number) FILTER (WHERE late_after > '' AND late_after < :today), 0) AS overdue FROM promises_by_office WHERE "
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who held an office, from and through which day; None where that goes on or lies before what we know."""

    name: str
    office: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Office:
    """An office with the texts in which the publications name it."""

    slug: str
    title: str
    printed: tuple[str, ...]
    publications: int
    ministries: frozenset[str]
    """Of the papers that it signed alone."""


def slug(office: str) -> str:
    """The office in an address: `minister-van-asiel-en-migratie`."""
    plain = unicodedata.normalize("NFKD", office).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def parts(printed: str | None) -> list[str]:
    """The offices in a text that may name several, each written small as in running text."""
    return [part[:1].lower() + part[1:] for part in (piece.strip() for piece in _NEXT.split(printed or "")) if part]


def offices(connection: sqlite3.Connection) -> dict[str, Office]:
    """Every office of which a publication is known, by its slug."""
    found: dict[str, Office] = {}
    rows = connection.execute(
        "SELECT office, ministry, count(*) FROM publications WHERE office IS NOT NULL AND withdrawn = 0 GROUP BY office, ministry"
    )
    for printed, ministry, number in rows:
        titles = parts(printed)
        own = {ministry} if ministry and len(titles) == 1 else set()
        for title in titles:
            name = slug(title)
            before = found.get(name) or Office(name, title, (), 0, frozenset())
            texts = before.printed if printed in before.printed else (*before.printed, printed)
            found[name] = Office(name, before.title, texts, before.publications + number, before.ministries | own)
    return found


def listed(connection: sqlite3.Connection, today: date) -> dict[str, Any]:
    """The values of the page that lists the offices, the one with most open promises first."""
    rows = connection.execute(f"SELECT office, {_COUNTS} office != '' GROUP BY office", {"today": today.isoformat()})
    counts = {row["office"]: row for row in rows}
    names = ("promises", "open", "overdue", "kept")
    found = [
        {"office": office, **{name: sum(counts[text][name] for text in office.printed if text in counts) for name in names}}
        for office in offices(connection).values()
    ]
    return {"rows": sorted(found, key=lambda row: (-row["open"], row["office"].title))}


def office(connection: sqlite3.Connection, name: str, holders: Iterable[Holder], status: str, today: date) -> dict[str, Any] | None:
    """The values of the page of an office; None when no publication of it is known.

    Args:
        holders: who held which office, as far as that is known beside the publications.
        status: only promises of this status; empty for all.
    """
    known = offices(connection)
    found = known.get(name)
    if found is None:
        return None
    values = {"today": today.isoformat(), **{f"o{at}": text for at, text in enumerate(found.printed)}}
    printed = ", ".join(f":o{at}" for at in range(len(found.printed)))
    within = f"p.withdrawn = 0 AND p.office IN ({printed})"
    joined = f"FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE {within}"
    chosen = {"": "", "te-laat": f" AND {OVERDUE}"}.get(status, " AND c.status = :status")
    promises = connection.execute(
        f"SELECT c.id, c.act, c.firm, c.status, c.not_after, c.phrase, {OVERDUE} AS late, p.id AS publication_id, p.title, p.date, p.person "
        f"{joined}{chosen} ORDER BY c.not_after IS NULL, c.not_after, c.id LIMIT :limit",
        values | {"status": status, "limit": SHOWN + 1},
    ).fetchall()
    publications = connection.execute(
        "SELECT p.id, p.title, p.kind, p.date, p.person AS publisher, NULL AS ministry, p.focus, "
        "(SELECT group_concat(topic, ' ') FROM publication_topics t WHERE t.publication_id = p.id) AS topics, "
        "(SELECT count(*) FROM commitments c WHERE c.publication_id = p.id) AS promises, "
        "(SELECT count(*) FROM amounts a WHERE a.publication_id = p.id) AS amounts "
        f"FROM publications p WHERE p.id IN (SELECT p.id FROM publications p WHERE {within} ORDER BY p.date DESC, p.id DESC LIMIT :limit) "
        "ORDER BY p.date DESC, p.id DESC",
        values | {"limit": SHOWN + 1},
    ).fetchall()
    signed = connection.execute(
        f"SELECT p.office, p.person, min(p.date) AS first, max(p.date) AS last, count(*) AS papers FROM publications p WHERE {within} "
        "AND p.person IS NOT NULL GROUP BY p.office, p.person ORDER BY 3",
        values,
    ).fetchall()
    return {
        "office": found,
        "chosen": status,
        "counts": connection.execute(f"SELECT {_COUNTS} office IN ({printed})", values).fetchone(),
        "promises": promises[:SHOWN],
        "publications": publications[:SHOWN],
        "more_promises": len(promises) > SHOWN,
        "more_publications": len(publications) > SHOWN,
        "persons": _persons(found, signed, holders),
        "ministries": sorted(found.ministries),
        "beside": sorted((one for one in known.values() if one.ministries & found.ministries and one is not found), key=lambda one: one.title),
    }


def _persons(found: Office, signed: Sequence[sqlite3.Row], holders: Iterable[Holder]) -> list[dict[str, Any]]:
    """Who held the office: by the table where it knows, else by the papers that were signed; the latest first."""
    persons: dict[str, dict[str, Any]] = {}
    for row in signed:
        names, titles = _AND.split(row["person"]), [slug(title) for title in parts(row["office"])]
        # Two offices and three names: nobody can say who is who.
        for name in (name for name, title in zip(names, titles, strict=False) if title == found.slug and len(names) == len(titles)):
            person = persons.setdefault(name, {"name": name, "first": row["first"], "last": row["last"], "papers": 0, "known": False})
            days = [day for day in (person["first"], person["last"], row["first"], row["last"]) if day]
            person |= {"first": min(days, default=None), "last": max(days, default=None), "papers": person["papers"] + row["papers"]}
    for holder in (holder for holder in holders if slug(holder.office) == found.slug):
        term = {"first": holder.first and holder.first.isoformat(), "last": holder.last and holder.last.isoformat(), "known": True}
        name = next((name for name in persons if name.casefold().endswith(holder.name.casefold())), holder.name)
        persons[name] = {"name": name, "papers": 0} | persons.get(name, {}) | term
    return sorted(persons.values(), key=lambda person: (person["first"] or "", person["name"]), reverse=True)
