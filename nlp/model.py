"""The spaCy pipeline: Dutch without a trained model, with the tokens and sentences that official papers need."""

from __future__ import annotations

from functools import lru_cache

import spacy
from spacy.language import Language
from spacy.symbols import ORTH
from spacy.util import compile_prefix_regex, compile_suffix_regex

import nlp.sentences  # noqa: F401  (spaCy knows a component only after its module is imported)

COMPONENTS = ("kamerspoor_sentences",)
"""Factories in order."""

_ABBREVIATIONS = (
    "nr. nrs. art. jl. d.d. mln. mld. mrd. mio. p.p. a.s. jo. blz. pag. bijv. bv. resp. incl. excl. ca. vgl. dhr. mevr. prof. mr. drs. ir. ing. "
    "c.s. e.d. e.v. i.c. m.b.t. t.a.v. i.v.m. o.b.v. i.p.v. i.s.m. t.b.v. n.a.v. m.u.v. m.i.v. t.o.v. t.g.v. d.m.v. o.a. d.w.z. i.h.b. z.s.m. n.v.t. m.n. t/m"
).split()


@lru_cache(maxsize=1)
def build_nlp() -> Language:
    """Make the pipeline once per process. It holds no trained weights and reads nothing from disk."""
    language = spacy.blank("nl")
    for word in _ABBREVIATIONS:
        language.tokenizer.add_special_case(word, [{ORTH: word}])
        if word[0].islower():
            language.tokenizer.add_special_case(word.capitalize(), [{ORTH: word.capitalize()}])
    prefixes = [*(language.Defaults.prefixes or []), r"\u20ac", r"\u2018", r"\u201c", r"\u201e"]
    suffixes = [*(language.Defaults.suffixes or []), r"\u2019", r"\u201d", r",-{1,2}"]
    language.tokenizer.prefix_search = compile_prefix_regex(prefixes).search
    language.tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    for name in COMPONENTS:
        language.add_pipe(name)
    return language
