"""What other sites show beside the bundled publications: `elsewhere.toml` to records. Decides only."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from crawler.replay.library import Publication


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """A news item of a ministry."""

    day: int
    at: datetime
    path: str
    title: str
    ministry: str
    text: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """An advice of the Raad van State; days as its site writes them."""

    day: int
    number: int
    kenmerk: str
    title: str
    ministry: str
    keywords: tuple[str, ...]
    pending: str
    adopted: str
    published: str
    text: tuple[str, ...]


@cache
def news() -> tuple[News, ...]:
    """All news, in order."""
    return tuple(News(**{**row, "text": tuple(row["text"])}) for row in _table()["news"])


@cache
def advice() -> tuple[Advice, ...]:
    """All advice, in order."""
    return tuple(Advice(**{**row, "text": tuple(row["text"]), "keywords": tuple(row["keywords"])}) for row in _table()["advice"])


def day_of(shown: tuple[Publication, ...]) -> int:
    """The day that is played: the last on which something shown appeared or changed."""
    return max((item.shown for item in shown), default=1)


def paragraphs(text: tuple[str, ...]) -> str:
    """Text as HTML paragraphs."""
    return "\n".join(f"<p>{escape(part)}</p>" for part in text)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("elsewhere.toml").read_text("utf-8"))
