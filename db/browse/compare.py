"""Two versions of a text beside each other: paragraphs that came, went or changed, and in a changed one its words. Decides only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from db.browse.text import safe

MOST_PARAGRAPHS = 1500
_MOST_WORDS = 800
_WORD = re.compile(r"\w+\s*|[^\w\s]\s*")


def differences(old: Sequence[str], new: Sequence[str]) -> list[Markup] | None:
    """Blocks of HTML in the order of the text, equal paragraphs left out; None when a text is too long to compare.

    Args:
        old, new: the paragraphs.
    """
    if len(old) > MOST_PARAGRAPHS or len(new) > MOST_PARAGRAPHS:
        return None
    blocks: list[Markup] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            blocks.extend(_changed(old[a:b], new[c:d]))
    return blocks


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Markup]:
    both = min(len(old), len(new))
    for was, becomes in zip(old[:both], new[:both], strict=True):
        yield Markup("<p>{}</p>").format(_words(was, becomes))
    yield from (Markup("<p><del>{}</del></p>").format(safe(text)) for text in old[both:])
    yield from (Markup("<p><ins>{}</ins></p>").format(safe(text)) for text in new[both:])


def _words(old: str, new: str) -> Markup:
    was, becomes = _WORD.findall(safe(old)), _WORD.findall(safe(new))
    if len(was) > _MOST_WORDS or len(becomes) > _MOST_WORDS:
        return Markup("<del>{}</del> <ins>{}</ins>").format(safe(old), safe(new))
    parts: list[Markup] = []
    for kind, a, b, c, d in SequenceMatcher(None, was, becomes, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(escape("".join(was[a:b])))
            continue
        if b > a:
            parts.append(Markup("<del>{}</del>").format("".join(was[a:b])))
        if d > c:
            parts.append(Markup("<ins>{}</ins>").format("".join(becomes[c:d])))
    return Markup("").join(parts)
