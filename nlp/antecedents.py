"""Tells what "hierover", "dit" or a bare "brief" in a promise is about: the matter of the sentence before, else the heading above.

In: the passages of a document with their sentences, and the place of a promise. Out: a few words, or nothing where it is not plain. Decides only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.clauses import take_apart
from nlp.phrases import listed
from nlp.prepare import Passage
from nlp.reading import read_clause
from nlp.trimming import small_letter
from nlp.wording import subject_matter

_FARTHEST = 30
"""Passages up to the heading of a section."""
_LONGEST_HEADING = 9
_SHORTEST_HEADING = 2
_NUMBER = re.compile(r"^(?:\(?[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}[.)]?|[a-zA-Z][.)]|[ivxIVX]{1,5}[.)]|[-\u2013\u2022])\s+")


def about_of(passages: Sequence[Passage], sentences: Sequence[Sequence[tuple[int, int]]], passage: int, start: int) -> str:
    """Give what the text right before a promise is about.

    Args:
        passage: number of the passage that holds the promise.
        start: where its sentence begins in that passage.
    """
    return _sentence_before(passages, sentences, passage, start) or _heading_above(passages, passage)


def _sentence_before(passages: Sequence[Passage], sentences: Sequence[Sequence[tuple[int, int]]], passage: int, start: int) -> str:
    before = [span for span in sentences[passage] if span[0] < start]
    if not before:
        return ""
    text = passages[passage].text[before[-1][0] : before[-1][1]]
    if text.endswith("?"):
        return ""
    sentence = take_apart(text)
    if len(sentence.clauses) != 1:
        return ""
    return subject_matter(sentence, read_clause(sentence, sentence.clauses[0], None))


def _heading_above(passages: Sequence[Passage], passage: int) -> str:
    for number in range(passage - 1, max(passage - _FARTHEST, -1), -1):
        if passages[number].asked or passages[number].kind in ("question", "answer"):
            return ""
        if passages[number].kind == "heading":
            return _as_matter(passages[number].text)
    return ""


def _as_matter(heading: str) -> str:
    """A heading as the matter of a promise; nothing where it only orders the text ("Tot slot", "1. Inleiding")."""
    text = _NUMBER.sub("", heading).strip(" .:;-")
    words = text.split()
    plain = not any(mark in text for mark in "?!:;|()[]") and words and words[0].lower() not in listed("topic", "ordering")
    if not plain or not _SHORTEST_HEADING <= len(words) <= _LONGEST_HEADING or text.isupper() or any(word.isdigit() for word in words):
        return ""
    return small_letter(text)
