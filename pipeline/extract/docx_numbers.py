"""The numbering of a Word document in, the number before each paragraph out; Word computes these, the file does not hold them."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from lxml import etree

from pipeline.extract.list_marks import BULLET, Numbering, numeral, whole_number

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FORMATS: dict[str, Numbering] = {
    "decimal": "decimal", "decimalZero": "decimal", "lowerLetter": "lower-letter", "upperLetter": "upper-letter",
    "lowerRoman": "lower-roman", "upperRoman": "upper-roman", "bullet": "bullet", "none": "none",
}  # fmt: skip
_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    numbering: Numbering
    pattern: str
    start: int


class Numbers:
    """Counts as Word does: one count per list and level, a higher level starts the lower ones again."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._by_style: dict[str, tuple[str, int]] = {}
        if numbering is not None:
            self._read_numbering(numbering)
        for style in styles.iter(f"{W}style") if styles is not None else ():
            found = _list_and_level(style.find(f"{W}pPr"))
            if found:
                self._by_style[style.get(f"{W}styleId", "")] = found

    def _read_numbering(self, numbering: etree._Element) -> None:
        for abstract in numbering.iter(f"{W}abstractNum"):
            for level in abstract.iter(f"{W}lvl"):
                depth = whole_number(level.get(f"{W}ilvl"), 0)
                self._levels[abstract.get(f"{W}abstractNumId", ""), depth] = _Level(
                    _FORMATS.get(_value(level, "numFmt"), "decimal"), _value(level, "lvlText"), whole_number(_value(level, "start"), 1)
                )
        for one in numbering.iter(f"{W}num"):
            self._lists[one.get(f"{W}numId", "")] = _value(one, "abstractNumId")

    def mark(self, style_id: str | None, properties: etree._Element | None) -> str:
        """What Word prints before the next paragraph of this style and these properties; empty for a paragraph without a number."""
        found = _list_and_level(properties) or self._by_style.get(style_id or "")
        if not found or found[0] == "0":
            return ""
        abstract, depth = self._lists.get(found[0], ""), found[1]
        level = self._levels.get((abstract, depth))
        if level is None:
            return ""
        if level.numbering == "bullet":
            return BULLET
        counts = self._counts[abstract]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]

        def filled(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            inner = self._levels.get((abstract, at), level)
            return numeral(counts.get(at, inner.start), inner.numbering)

        return _PLACEHOLDER.sub(filled, level.pattern).strip()


def _list_and_level(properties: etree._Element | None) -> tuple[str, int] | None:
    numbered = properties.find(f"{W}numPr") if properties is not None else None
    if numbered is None:
        return None
    return _value(numbered, "numId"), whole_number(_value(numbered, "ilvl"), 0)


def _value(element: etree._Element, name: str) -> str:
    child = element.find(f"{W}{name}")
    return child.get(f"{W}val", "") if child is not None else ""
