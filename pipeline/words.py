"""Where the words of a watch stand in a publication. Decides only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from db.facts import Paragraph
from nlp.inflection import forms
from nlp.lexicon import Lexicon
from nlp.sentences import split_sentences
from pipeline.watch import Watch

SHOWN = 5
"""Places that an alert shows of each word, at most one a sentence."""
_MOST_FORMS = 256
"""Forms of one phrase that are looked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A place where a word of a watch stands."""

    term: str
    """As the watch has it."""
    text: str
    """As it stands there."""
    sentence: str
    page: int | None
    """None for the title."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What became of the words of a watch in a publication."""

    hits: tuple[Hit, ...] = ()
    missing: tuple[str, ...] = ()
    """Words of `all_words` that do not stand in it."""
    unwanted: tuple[str, ...] = ()
    """Words of `not_words` that do."""

    @property
    def terms(self) -> tuple[str, ...]:
        """The words that were found, each once."""
        return tuple(dict.fromkeys(hit.term for hit in self.hits))


def find_words(watch: Watch, title: str, paragraphs: Iterable[Paragraph]) -> Found:
    """Look for the words of a watch in a title and a text."""
    terms = (*watch.words, *watch.all_words, *watch.not_words)
    if not terms:
        return Found()
    lexicon = _lexicon(terms)
    wanted = len(watch.words) + len(watch.all_words)
    hits: dict[str, list[Hit]] = {}
    seen: set[int] = set()
    for paragraph in (Paragraph(text=title, page=None), *paragraphs):
        for start, end, term in lexicon.find(paragraph.text):
            seen.add(term)
            shown = hits.setdefault(terms[term], [])
            if term < wanted and len(shown) < SHOWN:
                sentence = _sentence(paragraph.text, start, end)
                if all(hit.sentence != sentence for hit in shown):
                    shown.append(Hit(term=terms[term], text=paragraph.text[start:end], sentence=sentence, page=paragraph.page))
    return Found(
        hits=tuple(hit for term in terms[:wanted] for hit in hits.get(term, ())),
        missing=tuple(term for at, term in enumerate(terms[:wanted]) if at >= len(watch.words) and at not in seen),
        unwanted=tuple(terms[at] for at in sorted(seen) if at >= wanted),
    )


@lru_cache(maxsize=256)
def _lexicon(terms: tuple[str, ...]) -> Lexicon:
    return Lexicon((phrase, at) for at, term in enumerate(terms) for phrase in _spellings(term))


def _spellings(term: str) -> Iterator[str]:
    """The forms of a word or phrase: each word inflected, but for those with a star, in capitals, or after "="."""
    if term.startswith("="):
        yield term[1:]
        return
    each = [[word] if "*" in word else sorted(forms(word)) for word in term.split()]
    for words in islice(product(*each), _MOST_FORMS):
        yield " ".join(words)


def _sentence(text: str, start: int, end: int) -> str:
    spans = split_sentences(text)
    first = next((span[0] for span in reversed(spans) if span[0] <= start), 0)
    last = next((span[1] for span in spans if span[1] >= end), len(text))
    return " ".join(text[first:last].split())
