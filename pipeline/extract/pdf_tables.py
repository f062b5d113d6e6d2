"""The printed lines of a page in, the table rows among them out.

Decides only. A row is a run of cells that start at the same height, each further to the right; two rows one after the other with cells at the
same places make a table. A text in two columns has one such run on a page, so it is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.extract.pdf_layout import PrintedLine, is_list_mark

_SAME_PLACE = 6.0
"""Points that the edges of cells in one column may differ."""


@dataclass(slots=True)
class TableRow:
    """One row: the lines of each cell."""

    cells: list[list[PrintedLine]]
    end: int
    """Index of the line after the row."""

    @property
    def page(self) -> int:
        return self.cells[0][0].page


def find_rows(lines: Sequence[PrintedLine], leading: float) -> list[tuple[int, int, list[TableRow]]]:
    """The tables of a page, each with the index of its first line, the index after its last line, and its rows."""
    if sum(_is_beside(left, right) for left, right in pairwise(lines)) < 2:
        return []
    tables: list[tuple[int, int, list[TableRow]]] = []
    at = 0
    while at < len(lines):
        rows: list[TableRow] = []
        end = at
        while (row := _row(lines, end, leading)) is not None and (not rows or _is_next(rows[-1], row, leading)):
            rows.append(row)
            end = row.end
        if len(rows) >= 2:
            tables.append((at, end, rows))
            at = end
        else:
            at += 1
    return tables


def _is_beside(left: PrintedLine, right: PrintedLine) -> bool:
    return right.y >= left.y - 0.35 * left.size and right.x0 > left.x0 + 8


def _row(lines: Sequence[PrintedLine], start: int, leading: float) -> TableRow | None:
    if start >= len(lines):
        return None
    cells = [[lines[start]]]
    at = start + 1
    complete = start + 1
    while at < len(lines):
        line, cell = lines[at], cells[-1]
        if abs(line.y - lines[start].y) <= 0.35 * line.size and line.x0 > max(part.x1 for part in cell) - 2:
            cells.append([line])
            complete = at + 1
        elif 0 < cell[-1].y - line.y <= 1.35 * leading and abs(line.x0 - cell[0].x0) < 4 and at - start < 200:
            cell.append(line)
        else:
            break
        at += 1
    if len(cells) < 2 or (len(cells) == 2 and is_list_mark(cells[0][0].text)):
        return None
    last = cells[-1]
    if len(last) > 1:
        complete = at  # the last cell has more lines: the next row starts further left
    return TableRow(cells, complete)


def _is_next(above: TableRow, below: TableRow, leading: float) -> bool:
    """Whether a row follows another in one table: close below it, with at least two cells under cells of the row above."""
    lowest = min(line.y for cell in above.cells for line in cell)
    if not 0 < lowest - below.cells[0][0].y < 2.5 * leading:
        return False
    shared = 0
    for cell in below.cells:
        shared += any(
            abs(cell[0].x0 - other[0].x0) < _SAME_PLACE or abs(max(part.x1 for part in cell) - max(part.x1 for part in other)) < _SAME_PLACE
            for other in above.cells
        )
    return shared >= 2
