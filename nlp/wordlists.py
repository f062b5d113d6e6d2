"""Turns the word lists of the commitment rules into patterns. In: names of lists in `patterns/commitments.toml`. Out: compiled patterns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "patterns" / "commitments.toml"


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def words(section: str, name: str) -> frozenset[str]:
    """Give the entries of one list as they stand."""
    return frozenset(_lists()[section][name])


@cache
def pattern(section: str, *names: str) -> re.Pattern[str]:
    """Give a pattern for any entry of the named lists as whole words; "~" stands for more of the word."""
    return any_of(entry for name in names for entry in _lists()[section][name])


@cache
def opening(section: str, name: str) -> re.Pattern[str]:
    """Give a pattern for any entry of one list at the start of a text."""
    return re.compile("(?:" + any_of(_lists()[section][name]).pattern + ")")


def any_of(entries: Iterable[str]) -> re.Pattern[str]:
    """Give a pattern for any of these expressions as whole words, longest first."""
    longest = sorted(set(entries), key=lambda entry: (-len(entry), entry))
    return re.compile(
        r"(?<!\w)(?:" + "|".join(re.escape(entry).replace("\\~", "~").replace("~", r"[\w'\u2019-]{0,40}") for entry in longest) + r")(?!\w)"
    )
