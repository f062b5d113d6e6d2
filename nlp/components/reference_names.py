"""From clean text to the laws and reports that it names in words; the names are in `nlp/patterns/references.toml`.

Decides only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_NAMES = Path(__file__).resolve().parent.parent / "patterns" / "references.toml"
_ARTICLE = re.compile(
    r"\b(?:artikel(?:en)?|art\.|Artikel(?:en)?)\s{1,3}(?P<article>\d{1,4}(?:[.:]\d{1,4}){0,2}[a-z]{0,3}|[IVX]{1,6})\b"
    r"(?:[\s,]{1,3}(?:(?:eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde|\d{1,2}e?|laatste|en|tot\sen\smet)\s){1,5}(?:lid|leden|volzin))?"
    r"(?:[\s,]{1,3}(?:aanhef\sen\s)?(?:onder|onderdelen|onderdeel|sub)\s{1,2}(?:[a-z0-9°]{1,3}(?:,|\sen|\sof)?\s?){1,4})?"
    r"[\s,]{1,3}(?:van\s{1,2})?(?:de\s{1,2}|het\s{1,2})?$"
)
_DATE = re.compile(r"\d{1,2}\s[a-z]{3,9}\s\d{4}")
_QUOTED = re.compile(r"[«“„‘\"](?P<title>[A-ZÀ-Ý0-9][^«»“”„\"\n]{3,160}?)[»”\"’](?!\w)")


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedLaw:
    """A law in the text, with the article that stands before it."""

    start: int
    end: int
    name: str
    article: str | None
    known: bool
    """In the list; otherwise a name that only looks like a law."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedReport:
    """A quoted title with the noun before it; the span is the title with its quotes."""

    start: int
    end: int
    title: str
    council: str | None


@lru_cache(maxsize=1)
def _raw() -> dict[str, Any]:
    return tomllib.loads(_NAMES.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _known() -> tuple[re.Pattern[str], dict[str, str]]:
    """Pattern of every known name, and the reported name of each."""
    names: dict[str, str] = {}
    patterns: list[tuple[str, bool]] = []
    for name, others in _raw()["laws"].items():
        for word in (name, *others):
            names[" ".join(word.split()).casefold()] = name
            patterns.append((word, len(word) <= 9))
    parts = [
        re.escape(word).replace(r"\ ", r"\s{1,3}") if short else f"(?i:{re.escape(word)})".replace(r"\ ", r"\s{1,3}")
        for word, short in sorted(patterns, key=lambda item: len(item[0]), reverse=True)
    ]
    return re.compile(r"(?<![\w-])(?:" + "|".join(parts) + r")(?![\w-])"), names


@lru_cache(maxsize=1)
def _looking_like() -> re.Pattern[str]:
    raw = _raw()["law_names"]
    endings = "|".join(raw["endings"])
    stops = "|".join(raw["stops"])
    words = rf"(?:\s(?!(?:{stops})\b)[a-zëïéA-Z0-9’'-]{{2,30}}){{1,8}}?"
    return re.compile(
        rf"(?<![\w-])(?:(?P<compound>[A-Z][a-zëï]{{3,40}}(?:{endings})(?:\s(?:19|20)\d\d)?)|(?P<titled>(?:Rijkswet|Wet|Kaderwet|Besluit|Regeling){words})(?=[.,;:)\n]|\s\(|\s(?:{stops})\b|$))(?![\w-])"
    )


def _with_article(text: str, start: int) -> tuple[int, str | None]:
    lead = text[max(0, start - 140) : start]
    match = None
    for candidate in re.finditer(r"\b(?:[Aa]rtikel(?:en)?|art\.)\s", lead):
        match = _ARTICLE.match(lead, candidate.start()) or match
    if match is None:
        return start, None
    return start - len(lead) + match.start(), match["article"]


def find_laws(text: str) -> Iterator[NamedLaw]:
    """The laws that the text names, from the first to the last; the article before one belongs to its span."""
    pattern, names = _known()
    taken: list[tuple[int, int]] = []
    for match in pattern.finditer(text):
        start, article = _with_article(text, match.start())
        taken.append((match.start(), match.end()))
        yield NamedLaw(start=start, end=match.end(), name=names[" ".join(match[0].split()).casefold()], article=article, known=True)
    not_laws = frozenset(_raw()["law_names"]["not_laws"])
    for match in _looking_like().finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken) or (match["compound"] or "").split(" ")[0] in not_laws:
            continue
        start, article = _with_article(text, match.start())
        # A title in lower case words alone may be any sentence; the article before it makes it a law.
        if match["titled"] and article is None and not match[0].startswith(("Wet ", "Rijkswet ", "Kaderwet ")):
            continue
        yield NamedLaw(start=start, end=match.end(), name=" ".join(match[0].split()), article=article, known=False)


@lru_cache(maxsize=1)
def _report_words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    raw = _raw()["reports"]
    nouns = "|".join(raw["nouns"])
    councils = "|".join(re.escape(name) for name in sorted(raw["councils"], key=len, reverse=True))
    return re.compile(rf"\b\w{{0,20}}(?:{nouns})(?P<between>[^.;«“„\"]{{0,80}})$", re.IGNORECASE), re.compile(
        rf"(?<!\w)(?:{councils})(?!\w)"
    )


def find_reports(text: str) -> Iterator[NamedReport]:
    """The reports and advices that the text names by a title between quotes."""
    lead_pattern, council_pattern = _report_words()
    for match in _QUOTED.finditer(text):
        lead = lead_pattern.search(text[max(0, match.start() - 120) : match.start()])
        if not lead or _DATE.fullmatch(match["title"]):
            continue
        council = council_pattern.search(lead["between"]) or council_pattern.search(text[match.end() : match.end() + 60].split(".")[0])
        yield NamedReport(
            start=match.start(), end=match.end(), title=" ".join(match["title"].split()), council=council[0] if council else None
        )
