"""The spaCy pipeline: Dutch without a trained model, with the tokens and sentences that official papers need."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import spacy
from spacy.language import Language
from spacy.util import compile_prefix_regex, compile_suffix_regex

import nlp.layers  # noqa: F401  (spaCy knows a component only after its module is imported)
from nlp.sentences import MAYBE, OPEN

COMPONENTS = ("kamerspoor_sentences", "kamerspoor_amounts", "kamerspoor_references")
"""Factories in order."""

WARM_UP = 1_500_000
"""Characters that a pipeline reads before its batches get memory zones: some three hundred answers or letters."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a deployment chose for the whole process."""

    topics: Path | None = None
    """Folder with further topic files."""
    model: str | None = None
    """Trained Dutch pipeline by name or folder; None takes the bundled one."""


_CHOSEN = [Choice()]


def configure(topics: Path | None = None, model: str | None = None) -> None:
    """Choose further topics and the trained pipeline for this process; the commands and the reading process call it once, before they analyse."""
    _CHOSEN[0] = Choice(topics, model)


def chosen() -> Choice:
    """Give what was chosen."""
    return _CHOSEN[0]


_ABBREVIATIONS = tuple(f"{word}." for word in sorted(OPEN | MAYBE) if not word.isalpha() or len(word) > 1)


@lru_cache(maxsize=1)
def build_nlp() -> Language:
    """Make the pipeline once per process. It holds no trained weights and reads nothing from disk."""
    language = spacy.blank("nl")
    tokenizer: Any = language.tokenizer
    for word in _ABBREVIATIONS:
        tokenizer.add_special_case(word, [{"ORTH": word}])
        if word[0].islower():
            tokenizer.add_special_case(word.capitalize(), [{"ORTH": word.capitalize()}])
    prefixes = [*(language.Defaults.prefixes or []), r"\u20ac", r"\u2018", r"\u201c", r"\u201e"]
    suffixes = [*(language.Defaults.suffixes or []), r"\u2019", r"\u201d", r",-{1,2}"]
    tokenizer.prefix_search = compile_prefix_regex(prefixes).search
    tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    for name in COMPONENTS:
        language.add_pipe(name)
    return language


def batch_memory(language: Language, size: int) -> AbstractContextManager[object]:
    """Give the context in which a batch of `size` characters is read.

    The first texts of a process fill the caches of the tokenizer, which a memory zone does not; after them each batch has a zone of its own, so
    that the words of a document leave with it and memory stays flat.
    """
    read = _READ.get(language, 0)
    if read >= WARM_UP:
        return language.memory_zone()
    _READ[language] = read + size
    return nullcontext()


_READ: WeakKeyDictionary[Language, int] = WeakKeyDictionary()
