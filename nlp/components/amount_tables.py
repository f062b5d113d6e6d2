"""From the rows of a table to the sums in its cells, under the unit and the columns that caption and heads have set.

How to call it: keep one `Table` while walking the passages of a document. `table = table.after_passage(text)` for every passage that is no
row (a caption sets the unit, two other passages end the table), and `table, amounts = read_row(text, cells, table)` for every row, with the
spans of its cells in `text`. Where the extractor found no cells, `line_cells(text)` reads a line of numbers as a row; it gives () for prose.

Decides only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from nlp.components.amount_attributes import Bound
from nlp.components.amount_numbers import digits_value, scale_factor
from nlp.components.amount_units import TableUnit, head_unit, table_unit
from nlp.components.amount_words import amount_lexicon, words_pattern
from nlp.components.amounts import FoundAmount, find_amounts, plain

RULE = "amounts.table/1"

_LEXICON = amount_lexicon()
_MONEY_LEXICON = _LEXICON.raw["money"]
_NUMBER = r"\d{1,3}(?:[.  ]\d{3}){1,4}(?:,\d{1,3})?|\d{1,9}(?:,\d{1,3})?"
_MINUS = r"-/-\s?|[-−–‒‑]\s{0,2}"
_CELL = re.compile(
    rf"\s*(?P<bound>[<≤>≥]\s?)?(?P<open>\()?(?P<minus>{_MINUS})?(?:\+\s?)?(?P<sign>{_LEXICON.sign})?\s{{0,3}}"
    rf"(?P<inner>[-−–‒‑]\s{{0,2}})?(?P<low>{_NUMBER})"
    rf"(?:\s?[–-]\s?[<≤]?\s?(?P<high>{_NUMBER}))?(?P<dash>,[-–—]{{1,2}})?(?:\s{{0,3}}(?P<scale>{_LEXICON.scale}))?"
    rf"(?:\s{{0,3}}(?P<word>{_LEXICON.currency_word}))?(?P<after>\s{{0,2}}-/-)?(?P<close>\))?[*]{{0,3}}\s*"
)
_ONLY_MINUS = re.compile(rf"\s*(?:{_MINUS})")
_LARGE = re.compile(r"(?i)miljard|ml(?:n|j?d)|mio|mrd|miljoen")
_YEAR = re.compile(r"\b(?P<year>(?:19|20)\d\d)\b")
_YEAR_HEAD = re.compile(r"(?:[^\W\d_]{2,20}\s){0,3}\(?(?:19|20)\d\d(?:\s?[-–/]\s?(?:\d\d|\d{4}))?\)?(?:\s(?:e\.v\.|en\sverder))?")
"""A head that names a year: "2026", "begroting 2026", "2025-2026", "2030 e.v."."""
_WORDS = _LEXICON.raw["tables"]
_COUNT = re.compile(rf"{words_pattern(_WORDS['counts'] + _MONEY_LEXICON['counted'])}|{words_pattern(_WORDS['counts_last'])}$", re.IGNORECASE)
_MONEY = re.compile(words_pattern(_WORDS["money"]), re.IGNORECASE)
_SUMS = re.compile(words_pattern(_WORDS["sums"]), re.IGNORECASE)
_ROW_COUNT = re.compile(rf"{words_pattern(_WORDS['row_counts'])}|.*{words_pattern(_WORDS['row_counts_last'])}$", re.IGNORECASE)
_LONGEST_NAME = 40
"""Characters of the head of a column that has neither year nor unit."""
_LINE = re.compile(r"(?<![\w.,])(?:[-−–‒]\s?)?(?:€\s?)?\d{1,3}(?:\.\d{3}){0,4}(?:,\d{1,2})?(?![\w.,%])")
_BOUNDS: dict[str, Bound] = {"<": "max", "≤": "max", ">": "min", "≥": "min"}
_EURO = TableUnit(factor=Decimal(1), currency="EUR", start=0, end=0)
_LONGEST_LABEL = 100
_LONGEST_HEAD = 2
"""A caption reaches over this many passages that are no rows (a subtitle, a note) before it is forgotten."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """What the head of a column says of the cells under it."""

    unit: TableUnit | None = None
    year: int | None = None
    counts: bool = False
    """Its cells are no money: numbers of people, percentages, articles."""
    sums: bool = False
    """Its cells are sums in whole euros where neither it nor anything else in the table sets a unit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """What is known of the table that is being read: the caption's unit and the columns' heads."""

    unit: TableUnit | None = None
    columns: tuple[Column, ...] = ()
    idle: int = 0
    opened: bool = False
    """A row that is no head has been read: what names columns after it starts anew."""

    def after_passage(self, text: str) -> Table:
        """The table after a passage that is no row: a new one where the passage sets a unit, none once the caption is far away."""
        unit = table_unit(text) if len(text) <= 400 else None
        if unit:
            return Table(unit=unit)
        if self.columns or self.idle + 1 > _LONGEST_HEAD:
            return Table()
        return replace(self, idle=self.idle + 1)


def _column(head: str) -> Column:
    year = _YEAR.search(head)
    unit = head_unit(head)
    counts = _COUNT.search(head.strip()) is not None
    return Column(
        unit=unit, year=int(year["year"]) if year else None, counts=unit is None and counts and not _MONEY.search(head),
        sums=_SUMS.search(head) is not None and not counts,
    )  # fmt: skip


def _names(words: Sequence[str]) -> Sequence[str]:
    """The names in a row of heads; the row that numbers the columns (1, 2, 3) may be glued before them."""
    numbered = 0
    while numbered < len(words) and words[numbered].strip() == str(numbered + 1):
        numbered += 1
    return words[numbered:] if numbered > 1 else words


def _is_head(words: Sequence[str], table: Table) -> bool:
    """Whether a row names columns: no cell but years and words; after the first row of sums most of them must be years, units or known names."""
    filled = [word.strip() for word in words if word.strip(" -:|")]
    if len(filled) < 2 or any(_CELL.fullmatch(word) and not _YEAR.fullmatch(word) for word in filled):
        return False
    if any(find_amounts(word) for word in filled):
        return False
    naming = sum(1 for word in filled[1:] if _YEAR_HEAD.fullmatch(word) or head_unit(word) or _is_name(word))
    return not table.columns or (naming > 0 and naming * 2 >= len(filled) - 1)


def _is_name(words: str) -> bool:
    """Whether a cell of a later row can be the name of a column: short, without digits, of money or of a count."""
    return len(words) <= _LONGEST_NAME and not any(map(str.isdigit, words)) and bool(_MONEY.match(words) or _COUNT.match(words))


def _headed(table: Table, words: Sequence[str]) -> Table:
    """The table with the columns that a row of heads names, joined with those of a row of heads right above it."""
    columns = tuple(_column(word) for word in words)
    if table.opened or not table.columns:
        return replace(table, columns=columns, idle=0, opened=False)
    above = table.columns
    # Years in the place of the name of the rows: the name spans both rows of heads, and the head beside it the years.
    unnamed = not (above[0].year or above[0].unit) and columns[0].year is not None
    if len(above) != len(columns) or unnamed:
        units = set() if any(column.counts for column in above[1:]) else {unit for column in above if (unit := column.unit)}
        return replace(table, columns=columns, unit=units.pop() if len(units) == 1 else table.unit, idle=0)
    joined = tuple(
        replace(below, unit=below.unit or over.unit, year=below.year or over.year, counts=(below.counts or over.counts) and not below.unit)
        for over, below in zip(above, columns, strict=True)
    )
    return replace(table, columns=joined, idle=0)


def line_cells(text: str) -> tuple[tuple[int, int], ...]:
    """Cells of a plain line that is a row of a table: a label and at least two numbers (or years) that end the line; () for prose."""
    if len(text) > 300:
        return ()
    spans = [match.span() for match in _LINE.finditer(text)]
    if not spans or spans[-1][1] < len(text.rstrip()):
        return ()
    first = len(spans)
    while first > 0 and (first == len(spans) or not text[spans[first - 1][1] : spans[first][0]].strip()):
        first -= 1
    tail = spans[first:]
    signed = ["€" in text[start:end] for start, end in tail]
    # "De subsidie is € 10 000" ends in one number, not in two.
    if len(tail) < 2 or tail[0][0] > _LONGEST_LABEL or (signed[0] and not all(signed)):
        return ()
    return (((0, tail[0][0]),) if text[: tail[0][0]].strip() else ()) + tuple(tail)


def read_row(text: str, cells: Sequence[tuple[int, int]], table: Table) -> tuple[Table, list[FoundAmount]]:
    """The table after this row, and the sums in the row; offsets in `text`.

    A row of heads gives no sums. A cell with its own sign is read as it stands; a bare number counts where its column or the caption sets a
    unit, and not in the first column, where the row's name stands.
    """
    words = [text[start:end] for start, end in cells]
    names = _names(words)
    if not names and not table.opened:
        return table, []
    if _is_head(names, table):
        return _headed(table, names), []
    if unit := _caption_row(words):
        return Table(unit=unit), []
    found: list[FoundAmount] = []
    label = " ".join(words[0].split()) if words and not _CELL.fullmatch(words[0]) else None
    # A cell that spans rows or columns stands mostly on the left, so heads and cells are matched from the right.
    shift = len(table.columns) - len(cells)
    for place, (start, end) in enumerate(cells):
        column = table.columns[place + shift] if place + shift >= 0 and table.columns else Column()
        match = _CELL.fullmatch(text, start, end)
        # Prose in a cell, and a range with its own sign ("€ 5-50.000"), is read as anywhere else.
        if not match or (match["sign"] and match["high"] and not (column.unit or table.unit)):
            found.extend(_moved(item, start, column) for item in _read_prose(text[start:end]))
        elif amount := _read_cell(match, column, table, label, first=place == 0):
            found.append(amount)
    return replace(table, idle=0, columns=table.columns or (Column(),), opened=True), found


def _caption_row(words: Sequence[str]) -> TableUnit | None:
    """The unit that a row with a single filled cell sets: a caption inside the table ("Bedragen x € 1.000")."""
    filled = [word for word in words if word.strip(" -:|")]
    if len(filled) != 1 or find_amounts(filled[0]):
        return None
    return table_unit(filled[0])


def _moved(amount: FoundAmount, by: int, column: Column) -> FoundAmount:
    return replace(amount, start=amount.start + by, end=amount.end + by, year=amount.year or column.year)


def _read_prose(cell: str) -> list[FoundAmount]:
    """The sums in a cell that holds more than a number; a minus and a single sum after it are a cut, a dash before several starts a list."""
    found = find_amounts(cell)
    if len(found) == 1 and (value := found[0].value) is not None and value > 0 and found[0].value_max is None:
        minus = _ONLY_MINUS.fullmatch(cell, 0, found[0].start)
        if minus:
            return [replace(found[0], start=len(cell) - len(cell.lstrip()), value=-value)]
    return found


def _read_cell(match: re.Match[str], column: Column, table: Table, label: str | None, *, first: bool) -> FoundAmount | None:
    unit = column.unit or table.unit
    if unit is None and column.sums and re.search(r"\d[.,  ]\d", match["low"]) and not any(other.unit for other in table.columns):
        unit = _EURO
    money, scale = match["sign"] or match["word"], match["scale"]
    counts = column.counts or (column.unit is None and label is not None and _ROW_COUNT.match(label) is not None and not _MONEY.search(label))
    large = scale is not None and _LARGE.match(scale) is not None and not first and not counts
    if not money and not large and (unit is None or counts or (first and not scale and column.unit is None)):
        return None
    if not money and not scale and _YEAR.fullmatch(match["low"]):
        return None
    # A cell with cents ("€ 12,50") is not in thousands, whatever the caption says.
    cents = bool(money) and re.search(r",\d\d$", match["low"]) is not None
    factor = scale_factor(scale) if scale or cents or unit is None else unit.factor
    currency = (_LEXICON.currency_of(money) if money else None) or (unit.currency if unit else "EUR")
    if currency == "EUR-cent":
        factor, currency = factor / 100, "EUR"
    low = digits_value(match["low"], scaled=factor > 1) * factor
    high = digits_value(match["high"], scaled=factor > 1) * factor if match["high"] else None
    # Book-keepers write a cut in brackets; with a sign in them brackets are an aside.
    bracketed = bool(match["open"] and match["close"] and not money)
    negative = bracketed or any(match[name] for name in ("minus", "inner", "after"))
    starts = ("open",) if bracketed else ("minus", "sign", "low")
    ends = ("close",) if bracketed else ("after", "word", "scale", "dash", "high", "low")
    bound = _BOUNDS.get((match["bound"] or "").strip()) if high is None else None
    return FoundAmount(
        start=next(match.start(name) for name in starts if match[name]), end=next(match.end(name) for name in ends if match[name]),
        value=plain(-low if negative else low), value_max=None if high is None else plain(high),
        currency=currency, bound=bound, year=column.year, years=(column.year,) if column.year else (), purpose=label,
        rule=RULE, confidence=0.9 if money or unit else 0.7,
    )  # fmt: skip
