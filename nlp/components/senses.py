"""Words of migration said of other things: birds and fish, computer systems, substances, newcomers on a market. Decides only.

Two lists of the focus file need company before they count. A `double` word ("migratie", "asiel") needs it where the document speaks of another
field; a `loose` word ("ingeburgerd", "nieuwkomers") and one in quotes need it everywhere. Company is a word that can only be about migrants, in
the same paragraph or the title, or, where paragraph and title name nothing of another field, a word for people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

Span = tuple[int, int]

_MORE_FIELD = 2
"""Words of another field for each word that can only be about migrants, above which a document is one of that field."""

_OPENING, _CLOSING = "«“‘\"'„‹", "»”’\"'“›"


@dataclass(slots=True)
class Words:
    """What one text holds, by kind: places of the words that may mislead, and numbers of those that decide."""

    passage: int
    text: str
    double: list[Span] = field(default_factory=list)
    loose: list[Span] = field(default_factory=list)
    things: list[Span] = field(default_factory=list)
    """Phrases that are never about migrants."""
    sure: int = 0
    """Words that can only be about migrants."""
    humans: int = 0
    field: int = 0
    """Words of another field."""


def figurative(texts: Sequence[Words], *, title: int, known: bool) -> frozenset[tuple[int, int, int]]:
    """Give (passage, start, end) of the words that are not about migrants here.

    `title` is the passage number of the title; where `known`, a dossier or official subject says that the document is about migrants.
    """
    sure = sum(words.sure for words in texts)
    elsewhere = sum(words.field for words in texts)
    other_field = not known and elsewhere > _MORE_FIELD * sure
    titled = known or any(words.sure for words in texts if words.passage == title)
    titled_elsewhere = any(words.field for words in texts if words.passage == title)
    found: set[tuple[int, int, int]] = set()
    for words in texts:
        found.update((words.passage, *span) for span in words.things)
        if titled or words.sure or (words.humans and not words.field and not titled_elsewhere):
            continue
        found.update((words.passage, *span) for span in _doubtful(words, other_field=other_field, spoken=sure > 0))
    return frozenset(found)


def _doubtful(words: Words, *, other_field: bool, spoken: bool) -> Iterator[Span]:
    """Give the words that miss their company in a text without any; `spoken` where the document has it elsewhere."""
    if other_field:
        yield from words.double
        yield from words.loose
    elif not spoken:
        yield from words.loose
        yield from (span for span in words.double if _quoted(words.text, span))


def _quoted(text: str, span: Span) -> bool:
    """Tell whether a single word stands in quotes."""
    start, end = span
    return start > 0 and text[start - 1] in _OPENING and text[end : end + 1] in tuple(_CLOSING)
