"""Who follows what: `watches.toml` read into Watch records, every mistake named with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, get_args

from db.errors import UsageError
from db.records import Kind
from nlp.lexicon import is_phrase
from nlp.offices import read_offices
from pipeline.watch import OCCASIONS, Rhythm, Watch

DEFAULT_WATCHES = (Path(__file__).parent / "example_watches.toml").read_text(encoding="utf-8")

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DOSSIER = re.compile(r"[0-9]{2,5}(?:-[0-9A-Z()]{1,8})?")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@[^\s@<>,;\"]{1,190}\.[^\s@<>,;\"]{2,}")
_KINDS = frozenset(get_args(Kind))
WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

_TYPES: dict[str, tuple[type, ...]] = {
    "name": (str,), "title": (str,), "focus": (bool,), "topics": (list,), "dossiers": (list,), "words": (list,), "all_words": (list,),
    "not_words": (list,), "kinds": (list,), "sources": (list,), "publishers": (list,), "offices": (list,), "not_topics": (list,),
    "not_dossiers": (list,), "not_kinds": (list,), "not_sources": (list,), "promises": (bool,), "within_days": (int,), "min_amount": (int, float),
    "relevance": (int, float), "alerts": (list,), "digest": (str,), "at": (str,), "day": (str,), "email": (list,), "webhook": (list,),
    "notify": (list,),
}  # fmt: skip
KEYS = tuple(_TYPES)
TEXTS = frozenset(key for key, types in _TYPES.items() if types == (str,))
LISTS = frozenset(key for key, types in _TYPES.items() if types == (list,))
_WORDS = {str: "text", bool: "true or false", list: "a list of texts", int: "a number"}

Wrong = Callable[[str, str], UsageError]
"""Makes the error about a key of the watch at hand."""


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


def _watch(block: dict[str, Any], name: str, text: str, position: int, topics: frozenset[str], sources: frozenset[str]) -> Watch:
    def wrong(key: str, what: str) -> UsageError:
        return UsageError(f"watches: {name}, line {_line(text, key, position)}: {what}")

    for key, value in block.items():
        if key not in _TYPES:
            raise wrong(key, f"unknown key '{key}'; known are {', '.join(_TYPES)}")
        types = _TYPES[key]
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise wrong(key, f"'{key}' must be {_WORDS[types[0]]}")
        if isinstance(value, list) and not all(isinstance(item, str) and item.strip() for item in value):
            raise wrong(key, f"'{key}' must be a list of texts")
    label = block.get("name")
    if label is None or not _NAME.fullmatch(label):
        raise wrong("name", "'name' must be small letters, digits and hyphens")
    if label == "health":
        raise wrong("name", "'health' is the name of the feed about the sources; choose another")
    known = {"topics": topics, "sources": sources, "kinds": _KINDS}
    for key in block:
        kind = key.removeprefix("not_")
        for item in block[key] if kind in known else ():
            if item not in known[kind]:
                raise wrong(key, f"'{item}' is not one of the {kind}: {', '.join(sorted(known[kind]))}")
    _check_values(block, wrong)
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in block.items()}
    if "day" in block:
        values["day"] = WEEKDAYS.index(block["day"].lower())
    return Watch(**{"title": label, **values})


def _check_values(block: dict[str, Any], wrong: Wrong) -> None:
    for key in ("words", "all_words", "not_words"):
        for item in block.get(key, ()):
            if not is_phrase(item.removeprefix("=")) or (item.startswith("=") and "*" in item):
                raise wrong(key, f"'{item}' cannot be looked for: words of two letters and more, a star only at an end (taal*, *migrant*)")
    for key in ("dossiers", "not_dossiers"):
        for item in block.get(key, ()):
            if not _DOSSIER.fullmatch(item):
                raise wrong(key, f"'{item}' is not a dossier number such as 32824 or 36600-XV")
    for item in block.get("offices", ()):
        if not read_offices(item, None):
            raise wrong("offices", f"'{item}' is not an office such as \"minister van Werk en Participatie\" or \"staatssecretaris van SZW\"")
    _check_choices(block, "alerts", OCCASIONS, wrong)
    if "digest" in block and block["digest"] not in get_args(Rhythm):
        raise wrong("digest", f"'{block['digest']}' is not one of {', '.join(get_args(Rhythm))}")
    if "at" in block and not _TIME.fullmatch(block["at"]):
        raise wrong("at", "'at' must be a time of day such as 08:00")
    if "day" in block and block["day"].lower() not in WEEKDAYS:
        raise wrong("day", f"'{block['day']}' is not one of {', '.join(WEEKDAYS)}")
    for item in block.get("email", ()):
        if not _ADDRESS.fullmatch(item):
            raise wrong("email", f"'{item}' is not an e-mail address")
    for item in block.get("webhook", ()):
        if not _NAME.fullmatch(item) and not re.fullmatch(r"https?://[^\s/]+\S*", item):
            raise wrong("webhook", f"'{item}' is neither a name from kamerspoor.toml nor an address that begins with https://")
    if not 0 <= block.get("relevance", 0) <= 1:
        raise wrong("relevance", "'relevance' must lie between 0 and 1")
    if block.get("within_days", 1) < 1:
        raise wrong("within_days", "'within_days' must be 1 or more")


def _check_choices(block: dict[str, Any], key: str, known: Sequence[str], wrong: Wrong) -> None:
    for item in block.get(key, ()):
        if item not in known:
            raise wrong(key, f"'{item}' is not one of the {key}: {', '.join(known)}")


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


__all__ = ["DEFAULT_WATCHES", "KEYS", "LISTS", "TEXTS", "WEEKDAYS", "Watch", "load_watches", "parse_watches"]
