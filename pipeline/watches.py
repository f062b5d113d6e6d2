"""Who follows what: `watches.toml` read into Watch records, every mistake named with its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from db.errors import UsageError
from db.records import Kind

DEFAULT_WATCHES = """\
# Wie volgt wat. Elk [[watch]]-blok is een abonnement met een eigen feed.
#
# name        korte naam zonder spaties; wordt de bestandsnaam van de feed
# title       hoe de feed heet
# focus       true: alleen documenten die over migratie en integratie gaan
# topics      een van deze onderwerpen (kamerspoor sources --topics toont ze); leeg: alle
# kinds       soorten, bijvoorbeeld "kamerbrief", "antwoord", "advies"; leeg: alle
# dossiers    een van deze dossiernummers, bijvoorbeeld "32824"; telt naast topics en focus
# sources     alleen wat een van deze bronnen toonde; leeg: alle
# promises    true: alleen als er een toezegging in staat
# min_amount  alleen als er een bedrag van ten minste zoveel euro in staat
# revised     false: geen bericht als een toezegging, termijn of bedrag later verandert

[[watch]]
name = "migratie-integratie"
title = "Migratie en integratie"
focus = true
"""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_KINDS = frozenset(get_args(Kind))


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """What someone follows. Topics, dossiers and focus are ways in, any of which is enough; the other fields narrow."""

    name: str
    title: str
    focus: bool = False
    topics: tuple[str, ...] = ()
    dossiers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    promises: bool = False
    min_amount: float | None = None
    revised: bool = True

    @property
    def targets(self) -> tuple[str, ...]:
        """Where its alerts go: channel and address."""
        return (f"atom:{self.name}",)


def load_watches(path: Path, topics: frozenset[str], sources: frozenset[str]) -> tuple[Watch, ...]:
    """Read the watches; the default ones when there is no file.

    Args:
        topics, sources: the names that exist, to find a misspelt one.

    Raises:
        UsageError: one line that says which line of the file is wrong and how.
    """
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else DEFAULT_WATCHES
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"watches: {path}: {error}") from error
    return parse_watches(text, str(path), topics, sources)


def parse_watches(text: str, name: str, topics: frozenset[str], sources: frozenset[str]) -> tuple[Watch, ...]:
    """Read watches from TOML text; `name` is what errors call it."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"watches: {name}: {_with_line(str(error))}") from error
    for key in document:
        if key != "watch":
            raise UsageError(f"watches: {name}, line {_line(text, key, 0)}: unknown table or key '{key}'; only [[watch]] blocks belong here")
    blocks = document.get("watch", [])
    if not isinstance(blocks, list) or not blocks:
        raise UsageError(f"watches: {name}: holds no [[watch]] block; `kamerspoor init` writes an example")
    watches: list[Watch] = []
    for position, block in enumerate(blocks):
        watch = _watch(block, name, text, position, topics, sources)
        if any(other.name == watch.name for other in watches):
            raise UsageError(f"watches: {name}, line {_line(text, 'name', position)}: there are two watches called '{watch.name}'")
        watches.append(watch)
    return tuple(watches)


_TYPES: dict[str, tuple[type, ...]] = {
    "name": (str,), "title": (str,), "focus": (bool,), "topics": (list,), "dossiers": (list,), "kinds": (list,), "sources": (list,),
    "promises": (bool,), "min_amount": (int, float), "revised": (bool,),
}  # fmt: skip
_WORDS = {str: "text", bool: "true or false", list: "a list of texts", int: "a number"}


def _watch(block: dict[str, Any], name: str, text: str, position: int, topics: frozenset[str], sources: frozenset[str]) -> Watch:
    def wrong(key: str, what: str) -> UsageError:
        return UsageError(f"watches: {name}, line {_line(text, key, position)}: {what}")

    for key, value in block.items():
        if key not in _TYPES:
            raise wrong(key, f"unknown key '{key}'; known are {', '.join(_TYPES)}")
        types = _TYPES[key]
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise wrong(key, f"'{key}' must be {_WORDS[types[0]]}")
        if isinstance(value, list) and not all(isinstance(item, str) for item in value):
            raise wrong(key, f"'{key}' must be a list of texts")
    label = block.get("name")
    if label is None or not _NAME.fullmatch(label):
        raise wrong("name", "'name' must be small letters, digits and hyphens")
    if label == "health":
        raise wrong("name", "'health' is the name of the feed about the sources; choose another")
    for key, known in (("topics", topics), ("sources", sources), ("kinds", _KINDS)):
        for item in block.get(key, []):
            if item not in known:
                raise wrong(key, f"'{item}' is not one of the {key}: {', '.join(sorted(known))}")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in block.items()}
    return Watch(**{"title": label, **values})


def _line(text: str, key: str, position: int) -> int:
    """The line on which a key of the n-th watch stands; the line of the block itself when the key is absent."""
    block, seen, last = 0, -1, 1
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("[[watch]]"):
            seen += 1
            if seen == position:
                block = number
        last = number
        if (seen == position or (position == 0 and seen < 0)) and re.match(rf"\[*\s*\"?{re.escape(key)}\"?\s*(=|\])", stripped):
            return number
    return block or last


def _with_line(message: str) -> str:
    """Turn "Expected '=' ... (at line 3, column 5)" to begin with its line."""
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    return f"line {found.group(1)}: {message[: found.start()]}" if found else message
