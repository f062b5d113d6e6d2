"""From the passages of a document to the signals for its focus: how much of it speaks of migrants, and where that happens. Decides only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from db.records import Context
from nlp.components.senses import Span, Words, figurative
from nlp.components.topic_signals import TITLE, find_dossier
from nlp.lexicon import Lexicon
from nlp.prepare import Passage
from nlp.topic_files import FocusFile

_PEOPLE, _HOME, _ABROAD, _DOUBLE, _LOOSE, _CERTAIN, _HUMAN, _FIELD, _THING, _FORMULA = range(10)
_TURNED = (_PEOPLE, _HOME, _DOUBLE, _LOOSE, _CERTAIN)
"""Kinds of words that do not count within a phrase about a thing."""


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
    subject: str | None
    """An official subject about migrants."""
    figurative: frozenset[tuple[int, int, int]] = frozenset()
    """Places of words of migration that are said of other things."""


class FocusLexicon:
    """The words of the focus file and of the focus topics."""

    def __init__(self, focus: FocusFile, own: Iterable[str], formulas: Iterable[str]) -> None:
        """Take the lists of the focus file and the core words of `own` topics, which count as people too."""
        self._dossiers = focus.dossiers
        self._subjects = tuple(subject.lower() for subject in focus.subjects)
        lists: tuple[tuple[int, Iterable[str]], ...] = (
            (_PEOPLE, (*focus.people, *own)),
            (_HOME, focus.home),
            (_ABROAD, focus.abroad),
            (_DOUBLE, focus.double),
            (_LOOSE, focus.loose),
            (_CERTAIN, focus.certain),
            (_HUMAN, focus.humans),
            (_FIELD, focus.fields),
            (_THING, focus.things),
            (_FORMULA, formulas),
        )
        self._lexicon = Lexicon((phrase, kind) for kind, phrases in lists for phrase in dict.fromkeys(phrases))

    def read(self, passages: Sequence[Passage], context: Context) -> FocusSignals:
        """Give the signals of a document."""
        dossier = find_dossier(passages, context, self._dossiers)
        subject = next((name for name in self._subjects if name in " ".join(context.subjects).lower()), None)
        texts = [(TITLE, context.title or ""), *((number, passage.text) for number, passage in enumerate(passages))]
        read = [self._read_text(number, text) for number, text in texts]
        other = figurative([found.words for found in read], title=TITLE, known=dossier is not None or subject is not None)
        people: list[tuple[int, int, int, str]] = []
        words = words_near = 0
        for (number, text), found in zip(texts, read, strict=True):
            here = [(number, start, end, text[start:end]) for start, end in found.people if (number, start, end) not in other]
            people += here
            if number != TITLE:
                size = text.count(" ") + 1
                words += size
                words_near += size if here else 0
        in_title = bool(people) and people[0][0] == TITLE
        home, abroad = sum(found.home for found in read), sum(found.abroad for found in read)
        return FocusSignals(tuple(people), in_title, home, abroad, words, words_near, dossier, subject, other)

    def _read_text(self, number: int, text: str) -> _Found:
        """Give what one text holds; nothing counts within a formula or a longer word of its kind, no migrants within a phrase about a thing."""
        found = _Found(Words(number, text))
        covered = [0] * (_FORMULA + 1)
        counts = [0] * (_FORMULA + 1)
        spans: dict[int, list[Span]] = {_PEOPLE: [], _DOUBLE: [], _LOOSE: [], _CERTAIN: [], _THING: []}
        for start, end, kind in sorted(self._lexicon.find(text), key=lambda span: (span[0], -span[1], -span[2])):
            if end <= covered[kind] or end <= covered[_FORMULA] or (kind in _TURNED and end <= covered[_THING]):
                continue
            covered[kind] = end
            counts[kind] += 1
            if kind in spans:
                spans[kind].append((start, end))
        certain = spans[_CERTAIN]
        found.people = spans[_PEOPLE]
        found.home, found.abroad = counts[_HOME], counts[_ABROAD]
        words = found.words
        words.double = [span for span in spans[_DOUBLE] if not _within(span, certain)]
        words.loose = [span for span in spans[_LOOSE] if not _within(span, certain)]
        doubtful = {*words.double, *words.loose}
        words.sure = sum(span not in doubtful for span in found.people)
        words.things = spans[_THING]
        words.humans, words.field = counts[_HUMAN], counts[_FIELD]
        return found


@dataclass(slots=True)
class _Found:
    """What one text holds."""

    words: Words
    people: list[Span] = field(default_factory=list)
    home: int = 0
    abroad: int = 0


def _within(span: Span, others: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)
