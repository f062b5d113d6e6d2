"""The printed lines of a page in, the table rows among them out.

Decides only. A row is a run of cells that start at the same height, each further to the right; two rows one after the other with cells at the
same places make a table. A text in two columns has one such run on a page, so it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.extract.pdf_layout import PrintedLine, is_list_mark

_SAME_PLACE = 6.0
"""Points that the edges of cells in one column may differ."""
_FIGURE = re.compile(r"[(\-\u2010-\u2015\u2212]{0,2}\s?\d")
_WORD_END = re.compile(r"\S(?=\s)")


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
            tables.append((at, end, _divided([_signed(row) for row in rows])))
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


def _signed(row: TableRow) -> TableRow:
    """The row with a currency sign that stands at the left of its column joined to the number at the right of it."""
    cells: list[list[PrintedLine]] = []
    for cell in row.cells:
        sign = cells[-1][0] if cells and len(cells[-1]) == 1 == len(cell) else None
        if sign is not None and sign.text == "€" and _FIGURE.match(cell[0].text):
            cells[-1] = [replace(sign, text=f"€ {cell[0].text}", x1=cell[0].x1)]
        else:
            cells.append(cell)
    return TableRow(cells, row.end)


def _divided(rows: list[TableRow]) -> list[TableRow]:
    """The rows of right-aligned columns, each cell in its own.

    A cell that holds the heads of two columns is divided: right-aligned heads leave hardly a space between them.
    """
    most = max(len(row.cells) for row in rows)
    full = [row for row in rows if len(row.cells) == most]
    edges = [max(part.x1 for part in cell) for cell in full[0].cells[1:]]
    if not all(abs(max(part.x1 for part in cell) - edge) < _SAME_PLACE for row in full for cell, edge in zip(row.cells[1:], edges, strict=True)):
        return rows  # the columns are not right-aligned
    divided: list[TableRow] = []
    for row in rows:
        cells = row.cells if len(row.cells) == most else [part for cell in row.cells for part in _parts(cell, edges)]
        divided.append(TableRow(_in_columns(cells, edges), row.end))
    return divided


def _in_columns(cells: list[list[PrintedLine]], edges: Sequence[float]) -> list[list[PrintedLine]]:
    """The cells with an empty one in each column where nothing is printed; as they are where one ends in no column."""
    if len(cells) > len(edges):
        return cells
    placed: list[list[PrintedLine]] = [cells[0]]
    left = cells[1:]
    for edge in edges:
        here = bool(left) and abs(max(part.x1 for part in left[0]) - edge) < _SAME_PLACE
        placed.append(left.pop(0) if here else [])
    return cells if left else placed


def _parts(cell: list[PrintedLine], edges: Sequence[float]) -> Iterator[list[PrintedLine]]:
    """A cell of one line, cut where the columns end that it reaches over, if it ends with a column itself."""
    line = cell[0]
    inside = [edge for edge in edges if line.x0 + _SAME_PLACE < edge < line.x1 - _SAME_PLACE]
    if len(cell) > 1 or not inside or not any(abs(line.x1 - edge) < _SAME_PLACE for edge in edges):
        yield cell
        return
    letter = (line.x1 - line.x0) / len(line.text)
    for edge in inside:
        ends = [match.end() for match in _WORD_END.finditer(line.text)]
        cut = min(ends, key=lambda end: abs(line.x0 + letter * end - edge), default=0)
        if not cut or abs(line.x0 + letter * cut - edge) > 2 * line.size:
            continue
        yield [replace(line, text=line.text[:cut], x1=edge)]
        line = replace(line, text=line.text[cut:].lstrip(), x0=edge + letter, label="")
    yield [line]
