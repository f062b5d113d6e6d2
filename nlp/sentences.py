"""Where sentences begin and end in clean passage text.

Decides only. The boundaries are found in the text with a table of Dutch abbreviations and laid on the tokens of a spaCy Doc by a component, so
that every later component sees the same sentences.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import cast

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from thinc.types import Ints2d

LONGEST_SENTENCE = 2_000
"""Characters; a longer one is an enumeration or a table, and is cut at a semicolon, colon, comma or space."""

_WORDS = {name: frozenset(words.split()) for name, words in tomllib.loads((files("nlp.patterns") / "sentences.toml").read_text("utf-8")).items()}
OPEN, MAYBE, STARTERS = _WORDS["open"], _WORDS["maybe"], _WORDS["starters"]

_BREAK = re.compile(
    r"(?P<stop>[.?!\u2026]{1,4})(?P<close>[)\]\u2019\u201d\"'\u00bb]{0,3})(?:\s\d{1,2}\))?\s+(?=(?P<next>\S{1,40}))"
    # Bullets that stand inside a line: "beschermen: ... \u2022 De tweede".
    r"|(?<=\S)\s(?=[\u2022\u25aa\uf0b7]\s|[\u2212\u2022](?=[A-Z]))|(?<=;)\s?(?=[\u2013-]\s)"
)
_WORD_BEFORE = re.compile(r"[^\s(\u2018\u201c\"'\u00ab/]*$")
_INITIAL = re.compile(r"(?:[A-Z]|Th|Ch|Ph|IJ|Chr|Fr|Jac|Joh|St)(?:\.-?(?:[A-Z]|Th|Ch))*$")
_NUMBER = re.compile(r"\d{1,3}$")
_OPENERS = "\u2018\u201c\"'\u00ab([\u201e\u2013-\u2022"


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Give the spans of the sentences, in order, without white space at their ends; together they hold every word of the text."""
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*_ends(text), len(text)]:
        spans.extend(_shorter(text, start, end))
        start = end
    return spans


def _ends(text: str) -> Iterator[int]:
    for match in _BREAK.finditer(text):
        if match["stop"] is None or _is_end(text, match):
            yield match.end()


def _is_end(text: str, match: re.Match[str]) -> bool:
    """Decide whether a stop ends its sentence."""
    following = match["next"]
    first = following.lstrip(_OPENERS)[:1]
    stop, close = match["stop"], match["close"]
    if stop != ".":
        # A question or exclamation inside a quotation or title goes on in lower case.
        return not (first.islower() and (close or stop == "\u2026" or len(stop) > 1)) and not (first.islower() and stop == "!")
    if first.islower():
        return False
    word_match = _WORD_BEFORE.search(text, max(match.start() - 40, 0), match.start())
    word = word_match.group() if word_match else ""
    low = word.lower().rstrip(".")
    if close:
        return first.isupper() or first.isdigit() or not first
    if low in OPEN:
        return False
    if _INITIAL.match(word):
        # "plan B. Daarna" ends, "J. de Vries" and "A.B. Jansen" do not.
        return len(word) > 3 and word.replace(".", "").isupper() and first.isupper() and following.lower() in STARTERS
    if low in MAYBE:
        return (first.isupper() and following.rstrip(",").lower() in STARTERS) or following[0] in _OPENERS
    if _NUMBER.match(word) and (match.start() - len(word) == 0 or text[: match.start() - len(word)].rstrip()[-1:] in ".?!:;"):
        return False
    return first.isupper() or first.isdigit() or not first.isalnum()


def _shorter(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Trim a sentence and cut it where it is too long."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST_SENTENCE:
        window = text[start + LONGEST_SENTENCE // 2 : start + LONGEST_SENTENCE]
        cut = next((at for at in (window.rfind(mark) for mark in ("; ", ": ", ", ", " ")) if at >= 0), len(window) - 1)
        middle = start + LONGEST_SENTENCE // 2 + cut + 1
        yield start, middle
        start = middle
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


def make_doc(nlp: Language, text: str) -> Doc:
    """Give the tokens of a text, before any component; remembers the text."""
    doc = nlp.make_doc(text)
    doc.user_data["text"] = text
    return doc


def text_of(doc: Doc) -> str:
    """Give the text of a Doc; spaCy puts it together from the tokens each time it is asked."""
    if "text" not in doc.user_data:
        doc.user_data["text"] = doc.text
    return cast(str, doc.user_data["text"])


def sentence_spans(doc: Doc) -> list[tuple[int, int]]:
    """Give the sentences of a Doc that has passed the component: spans of characters, exact where a token reaches over a boundary."""
    return cast("list[tuple[int, int]]", doc.user_data["sentences"])


@Language.factory("kamerspoor_sentences")
def make_sentences(nlp: Language, name: str) -> SentenceStarts:  # noqa: ARG001  (spaCy passes both)
    """Make the component that marks sentence starts."""
    return SentenceStarts()


class SentenceStarts:
    """Lays the spans of `split_sentences` on the tokens of a Doc."""

    def __call__(self, doc: Doc) -> Doc:
        spans = split_sentences(text_of(doc))
        doc.user_data["sentences"] = spans
        # One array at once: setting token by token looks through the whole Doc each time.
        begins = np.full(len(doc), -1, dtype=np.int64)
        ends = doc.to_array(["IDX", "LENGTH"]).sum(axis=1)
        # A sentence begins with the first token that reaches over its start.
        first = np.searchsorted(ends, np.array([start for start, _ in spans], dtype=ends.dtype), side="right")
        begins[first[first < len(doc)]] = 1
        begins[:1] = 1
        return doc.from_array(["SENT_START"], cast(Ints2d, begins.reshape(-1, 1).astype(np.uint64)))
