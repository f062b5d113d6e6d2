"""From the passages of a document to the signals for its focus: how much of it speaks of migrants, and where that happens. Decides only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.records import Context
from nlp.components.topic_signals import TITLE, find_dossier
from nlp.lexicon import Lexicon
from nlp.prepare import Passage

_PEOPLE, _HOME, _ABROAD, _FORMULA = range(4)


@dataclass(frozen=True, slots=True)
class FocusSignals:
    """What was found; `people` holds (passage, start, end, word as it stands there)."""

    people: tuple[tuple[int, int, int, str], ...]
    in_title: bool
    home: int
    abroad: int
    words: int
    words_near: int
    """Words in the passages that speak of migrants."""
    dossier: str | None
    """A dossier about migrants."""


class FocusLexicon:
    """The words of the focus file and of the focus topics."""

    def __init__(
        self, *, people: Iterable[str], home: Iterable[str], abroad: Iterable[str], formulas: Iterable[str], dossiers: Sequence[str]
    ) -> None:
        self._dossiers = tuple(dossiers)
        lists = ((_PEOPLE, people), (_HOME, home), (_ABROAD, abroad), (_FORMULA, formulas))
        self._lexicon = Lexicon((phrase, kind) for kind, phrases in lists for phrase in dict.fromkeys(phrases))

    def read(self, passages: Sequence[Passage], context: Context) -> FocusSignals:
        """Give the signals of a document."""
        people: list[tuple[int, int, int, str]] = []
        counts = {_HOME: 0, _ABROAD: 0}
        words = words_near = 0
        texts = [(TITLE, context.title or ""), *((number, passage.text) for number, passage in enumerate(passages))]
        for number, text in texts:
            before = len(people)
            covered = {_PEOPLE: 0, _HOME: 0, _ABROAD: 0, _FORMULA: 0}
            for start, end, kind in sorted(self._lexicon.find(text), key=lambda span: (span[0], -span[1], -span[2])):
                if end <= covered[kind] or end <= covered[_FORMULA]:
                    continue
                covered[kind] = end
                if kind == _PEOPLE:
                    people.append((number, start, end, text[start:end]))
                elif kind != _FORMULA:
                    counts[kind] += 1
            if number != TITLE:
                size = text.count(" ") + 1
                words += size
                words_near += size if len(people) > before else 0
        in_title = bool(people) and people[0][0] == TITLE
        dossier = find_dossier(passages, context, self._dossiers)
        return FocusSignals(tuple(people), in_title, counts[_HOME], counts[_ABROAD], words, words_near, dossier)
