"""What only the live interfaces of the Tweede Kamer can tell: the questions, and what each answer means for the settings. Decides only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crawler.sources.base import Ask, Page, Question
from crawler.sources.tweedekamer_feed import categories, error_message, read_feed
from crawler.sources.tweedekamer_names import Interface, answer, rows
from db.errors import SelectionError, SourceError

_Reading = Callable[[Page], str]
_STATUSES = (400, 404, 410, 500)
_RELATIVES = ("bronDocument", "zaak", "kamerstukdossier", "documentVersie", "documentActor")
"""What a row has only where it is asked for."""
_NEEDED = ("id", "soort", "verwijderd")
"""Without these nothing can be compared."""


def live_questions(bases: Mapping[str, str], farthest: int) -> tuple[Question, ...]:
    """The questions.

    Args:
        farthest: a place that lies behind the end of every category.
    """
    feed = bases["feed"]
    v4, v5 = Interface.at(bases["resources"], bases["resources"]), Interface.at(bases["crosscheck"], bases["crosscheck"])
    standing = {"$top": "1", "$filter": "Verwijderd eq false"}
    asked = {"$top": "1", "$filter": "Soort eq 'Schriftelijke vragen' and Verwijderd eq false"}
    return (
        _question("does the feed of documents have the shape we know?", f"{feed}?category=Document", _shape),
        _question("does the feed of commitments have the shape we know?", f"{feed}?category=Toezegging", _commitments),
        _question("what does the feed say of a place behind its end?", f"{feed}?category=Document&skiptoken={farthest}", _behind_the_end),
        _asked("is OData v4 still there, with the names we expect of a document?", v4, "Document", standing),
        _asked("is OData v5 there, with the names we expect of a document?", v5, "Document", standing),
        _asked("has OData v5 the names we expect of written questions?", v5, "Zaak", asked),
        _asked("has OData v5 the names we expect of a commitment?", v5, "Toezegging", standing),
        _question("does OData v5 take several relatives at once?", _relatives(v5), _expanded(v5)),
        _question("does OData v5 count?", v5.ask("Toezegging/$count", {"$filter": standing["$filter"]}, step="", part="", meta={}).url, _counted),
    )


def _asked(text: str, interface: Interface, entity: str, options: Mapping[str, str]) -> Question:
    return _question(text, interface.ask(entity, options, step="", part="", meta={}).url, _version(interface, entity))


def _relatives(interface: Interface) -> str:
    path, _, options = interface.document("", "").url.partition("()?")
    return f"{path}?$top=1&$filter=Verwijderd%20eq%20false&{options}"


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


def _version(interface: Interface, entity: str) -> _Reading:
    def reading(page: Page) -> str:
        version, setting = interface.version, "sources.tweedekamer.base_urls"
        if page.status != 200:
            return f"{version} answers {page.status}: do not name it under {setting}.crosscheck; bytes come from the feed where it is v4"
        found = rows(answer(page))
        if not found:
            raise SourceError(f"{version} answers 200 and no row")
        names = interface.names(entity)
        missing = {feed: name for feed, name in names.items() if name not in found[0] and feed not in _RELATIVES}
        told = f"{version} has no {', '.join(sorted(missing.values()))}; it has {', '.join(sorted(found[0]))}"
        if any(feed in missing for feed in _NEEDED) or {"changed", "changedAtSource"} <= set(missing):
            return f"{told}: correct crawler/sources/tweedekamer_odata.toml before you name it under {setting}.crosscheck"
        can = f"{setting}.crosscheck = {page.url.partition(entity)[0]!r} can be set"
        return f"{told}: {can}, and what is fetched from it lacks these" if missing else f"{version} has the names we expect: {can}"

    return reading


def _expanded(interface: Interface) -> _Reading:
    def reading(page: Page) -> str:
        found = [entity for row in rows(answer(page)) for entity in interface.entities("Document", row)]
        seen = sorted({entity.category for entity in found})
        return f"a document with {', '.join(seen)}: what the feed never showed can be fetched; no setting needed"

    return reading


def _counted(page: Page) -> str:
    text = page.body.decode("utf-8-sig", "replace").strip()
    if page.status != 200 or not text.isdigit():
        return f"status {page.status} ({text[:60]}): nothing can be compared by number; the feed is walked again every month all the same"
    return f"{text} commitments: what is kept is compared with it once a month"
