"""From the lines of a plain text to the same lines with the rows of its pipe tables marked: `| Regeling | Plafond € |`, as Markdown writes them.

Decides only. The pipes at the ends of a row may be absent. The line of dashes under the head is furniture, a cell of dashes is empty. A line
that merely holds a pipe (the title of a web page, a date and a time) is no row: rows come together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.extract.lines import Line

_PIPE = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r"\s*:?-{2,}:?\s*")
"""A cell of the line under the head, and an empty cell."""
_FIGURE = re.compile(r"[^\w\s]{0,3}\s?(?:€\s?)?\d[\d.,\s]{0,20}(?:%|mln\.?|mld\.?)?")
_FEWEST = 2
_FEWEST_BARE = 3
"""Rows without pipes at their ends and without figures that make a table."""

Cells = tuple[tuple[int, int], ...]


def mark_tables(text: str, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give the lines with kind and cells set where they are rows of a pipe table; all others as they are."""
    marked = list(lines)
    for start, end in _runs(text, lines):
        cells = [_cells(text, line) for line in lines[start:end]]
        if not _is_table(text, lines[start:end], cells):
            continue
        for place, row in enumerate(cells, start):
            empty = all(first == last for first, last in row)
            marked[place] = replace(lines[place], kind="furniture" if empty else "table_row", cells=() if empty else row, whole=True)
    return tuple(marked)


def _runs(text: str, lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Stretches of lines that hold pipes, without a blank line between them."""
    start: int | None = None
    for place, line in enumerate(lines):
        piped = _PIPE.search(text, line.start, line.end) is not None
        if start is not None and (not piped or line.gap):
            yield start, place
            start = None
        if piped and start is None:
            start = place
    if start is not None:
        yield start, len(lines)


def _cells(text: str, line: Line) -> Cells:
    """Spans of the cells of a line, an empty span where the cell holds nothing but dashes."""
    bars = [match.start() for match in _PIPE.finditer(text, line.start, line.end)]
    edges = [line.start - 1, *bars, line.end]
    if bars[0] == line.start:
        del edges[0]
    if bars[-1] == line.end - 1:
        del edges[-1]
    cells: list[tuple[int, int]] = []
    for before, after in pairwise(edges):
        words = text[before + 1 : after]
        start = before + 1 + len(words) - len(words.lstrip())
        cells.append((start, start) if not words.strip() or _DASHES.fullmatch(words) else (start, start + len(words.strip())))
    return tuple(cells)


def _is_table(text: str, lines: Sequence[Line], cells: Sequence[Cells]) -> bool:
    if len(lines) < _FEWEST:
        return False
    if all(text[line.start] == "|" for line in lines):
        return True
    if all(_DASHES.fullmatch(part) for part in text[lines[1].start : lines[1].end].strip("| ").split("|")):
        return True
    width = len(cells[0])
    if width < 2 or any(len(row) != width for row in cells):
        return False
    figures = all(any(_FIGURE.fullmatch(text, *cell) for cell in row) for row in cells[1:])
    return figures or (width > 2 and len(lines) >= _FEWEST_BARE)
