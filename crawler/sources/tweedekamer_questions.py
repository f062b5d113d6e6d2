"""What only the live interfaces of the Tweede Kamer can tell: the questions, and what each answer means for the settings. Decides only."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from crawler.sources.base import Ask, Page, Question
from crawler.sources.tweedekamer_feed import categories, error_message, read_feed
from crawler.sources.tweedekamer_odata import attribute_names
from db.errors import SelectionError, SourceError

_Reading = Callable[[Page], str]
_STATUSES = (400, 404, 410, 500)


def live_questions(bases: Mapping[str, str], farthest: int) -> tuple[Question, ...]:
    """The questions.

    Args:
        farthest: a place that lies behind the end of every category.
    """
    feed = bases["feed"]
    rows = "Document?$top=1&$orderby=ApiGewijzigdOp%20desc"
    return (
        _question("does the feed of documents have the shape we know?", f"{feed}?category=Document", _shape),
        _question("does the feed of commitments have the shape we know?", f"{feed}?category=Toezegging", _commitments),
        _question("what does the feed say of a place behind its end?", f"{feed}?category=Document&skiptoken={farthest}", _behind_the_end),
        _question("is OData v4 still there?", f"{bases['resources']}Document?$top=1", _version("v4")),
        _question("has OData v5 the names we expect?", f"{bases['crosscheck']}{rows}", _version("v5")),
    )


def _question(text: str, url: str, reading: _Reading) -> Question:
    return Question(text=text, ask=Ask(url=url, step="question", statuses=_STATUSES), reading=reading)


def _shape(page: Page) -> str:
    feed = read_feed(page.body, categories()["Document"])
    return f"status {page.status}: {len(feed.entries)} entries, {len(feed.odd)} that cannot be read; no setting needed"


def _commitments(page: Page) -> str:
    category = categories()["Toezegging"]
    found = read_feed(page.body, category)
    seen = {name for entry in found.entries for name, _ in (*entry.entity.fields, *entry.entity.links)}
    missing = [name for name in (*category.fields, *category.links) if name not in seen]
    return f"{len(found.entries)} entries; never filled in on this page: {', '.join(missing) or 'nothing'}"


def _behind_the_end(page: Page) -> str:
    if page.status != 200:
        return f"status {page.status} ({error_message(page.body)}): a first fill cannot leap and walks through all years"
    try:
        feed = read_feed(page.body, categories()["Document"])
    except SelectionError as error:
        return f"{error}: a first fill cannot leap and walks through all years"
    return f"{len(feed.entries)} entries and a place to go on from: a first fill finds its day by leaps"


def _version(version: str) -> _Reading:
    def reading(page: Page) -> str:
        setting = "sources.tweedekamer.base_urls"
        if page.status != 200:
            return f"{version} answers {page.status}: do not name it under {setting}.crosscheck; bytes come from the feed where it is v4"
        try:
            row = json.loads(page.body)["value"][0]
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise SourceError(f"{version} answers 200 and no row") from error
        names = attribute_names(version)
        missing = sorted(names[key] for key in ("id", "soort", "changed", "deleted") if names[key] not in row)
        if missing:
            return f"{version} has no {', '.join(missing)}; it has {', '.join(sorted(row))}: correct crawler/sources/tweedekamer_odata.toml"
        return f"{version} has the names we expect: {setting}.crosscheck = {page.url.partition('Document?')[0]!r} can be set"

    return reading
