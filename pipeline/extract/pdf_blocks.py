"""The printed lines of all pages of a PDF in, its blocks out: paragraphs whole again, furniture gone, footnotes and table rows apart.

Decides only, by geometry; what the words mean is decided later. The order is that of the page's content, which typesetting systems write
in reading order; only the margin of a ministry's letter (date, reference) is moved in front of the page's text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pipeline.extract.blocks import Block, is_list_item
from pipeline.extract.hyphens import join_halves
from pipeline.extract.pdf_furniture import Measures, Page, in_margin, is_furniture, measure, running_lines
from pipeline.extract.pdf_layout import PrintedLine, is_list_mark
from pipeline.extract.pdf_tables import TableRow, find_rows

_SURE_LIST_START = re.compile(r"[•·▪■○●◦\uf0b7\uf0a7\uf02d\uf0d8]")
_STAYS_WITH_NEXT = frozenset({"€", "nr.", "nrs.", "art.", "artikel", "§"})
"""Printers keep these and the next word on one line."""
_DASHES = ("–", "-")
_TERMINAL = re.compile(r"[.?!:;…][)\]’”\"'»]{0,2}$")
_NOTE_START = re.compile(r"(?P<mark>\d{1,3}|\*{1,3}|†)\)?\s+(?=\S)")


@dataclass(slots=True)
class _Paragraph:
    lines: list[PrintedLine]
    gap: bool
    note: str | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines of text, and the rows of the table that stands after them."""

    lines: list[PrintedLine]
    rows: list[TableRow]


def read_blocks(pages: Sequence[Page]) -> list[Block]:
    """The blocks of a document in reading order, footnotes behind the paragraph that runs on from their page to the next."""
    measures = measure(line for page in pages for line in page.lines)
    if measures is None:
        return []
    furniture = running_lines(pages, measures)
    bodies = [[line for line in page.lines if not is_furniture(line, page, furniture, measures)] for page in pages]
    known = _SpelledOut(bodies)
    blocks: list[Block] = []
    running: _Paragraph | None = None
    waiting: list[Block] = []  # margins and notes, until the paragraph that runs on over the page has ended
    for body in bodies:
        margin, runs = _split_margin(_whole_lines(body), measures)
        last, foot = _split_notes(runs[-1].lines, measures)
        runs[-1] = _Run(last, runs[-1].rows)
        narrow = replace(measures, right=max((line.x1 for line in margin), default=0.0), columns=[])
        beside = [_block(paragraph, narrow, known) for paragraph in _paragraphs(margin, narrow, None)]
        blocks, waiting = (blocks + beside, waiting) if running is None else (blocks, waiting + beside)
        for found in _flow(runs, measures, running):
            if running is not None and found is not running:
                blocks += [_block(running, measures, known), *waiting]
                waiting, running = [], None
            if isinstance(found, TableRow):
                blocks.append(Block(kind="table_row", cells=tuple(_joined(cell, known) for cell in found.cells), page=found.page))
            else:
                running = found
        waiting += [_block(note, measures, known) for note in foot]
    if running is not None:
        blocks.append(_block(running, measures, known))
    return [block for block in blocks + waiting if block.cells or any(map(str.isalnum, block.text))]


class _SpelledOut:
    """The words of the document in lower case, listed when a broken word first asks: they tell which words are spelled with a hyphen."""

    def __init__(self, bodies: Sequence[Sequence[PrintedLine]]) -> None:
        self._text = " ".join(line.text for body in bodies for line in body)

    def __contains__(self, word: object) -> bool:
        return word in self._words

    @cached_property
    def _words(self) -> set[str]:
        return {word.strip(".,;:?!()«»“”‘’\"'") for word in set(self._text.lower().split())}


def _split_margin(lines: list[PrintedLine], measures: Measures) -> tuple[list[PrintedLine], list[_Run]]:
    """The small print beside the text, and the runs of text with the table after each; the last run has none."""
    margin: list[PrintedLine] = []
    runs: list[_Run] = []
    at = 0
    for start, end, rows in [*find_rows(lines, measures.leading), (len(lines), len(lines), [])]:
        beside, main = _main_lines(lines[at:start], measures)
        margin += beside
        runs.append(_Run(main, rows))
        at = end
    return margin, runs


def _whole_lines(lines: list[PrintedLine]) -> list[PrintedLine]:
    """The lines with the pieces joined that pdfium makes of one: a raised mark, and what follows it on the same height."""
    whole: list[PrintedLine] = []
    for line in lines:
        before = whole[-1] if whole else None
        if before is None or line.x0 < before.x0 or not -2 < line.x0 - before.x1 < before.size or abs(before.y - line.y) > 0.6 * before.size:
            whole.append(line)
        elif line.text.isdigit() and len(line.text) <= 3 and line.size < 0.8 * before.size:
            before.marks += (line.text,)
        elif abs(before.y - line.y) < 1 and abs(before.size - line.size) < 0.2 * line.size:
            before.text = f"{before.text}{'' if line.text[0] in '.,;:)?!»”’%' else ' '}{line.text}"
            before.x1, before.hyphen, before.marks = line.x1, line.hyphen, before.marks + line.marks
        else:
            whole.append(line)
    return whole


def _main_lines(lines: list[PrintedLine], measures: Measures) -> tuple[list[PrintedLine], list[PrintedLine]]:
    """The lines in the margin, and the others; a label left of a line (`Nr. 3`, a bullet) goes with it."""
    margin: list[PrintedLine] = []
    main: list[PrintedLine] = []
    for line in lines:
        before = main[-1] if main else None
        if line.size < 0.85 * measures.size and in_margin(line, measures):
            margin.append(line)
        elif (
            before is not None
            and abs(before.y - line.y) < 2
            and line.x0 > before.x0
            and (before.x1 < measures.left - 2 < line.x0 + 1 or is_list_mark(before.text))
        ):
            line.label = f"{before.label} {before.text}".strip()
            main[-1] = line
        else:
            main.append(line)
    return margin, main


def _split_notes(lines: list[PrintedLine], measures: Measures) -> tuple[list[PrintedLine], list[_Paragraph]]:
    """The text of a page and the footnotes under it: small lines at the end, of which the first starts with a mark."""
    first = len(lines)
    while first > 0 and lines[first - 1].size < 0.96 * measures.size and not lines[first - 1].bold:
        first -= 1
    notes: list[_Paragraph] = []
    for at in range(first, len(lines)):
        line = lines[at]
        printed = _NOTE_START.match(line.text)
        if line.mark is None and printed and _follows(printed["mark"], notes):
            line.mark = printed["mark"]
            line.text = line.text[printed.end() :]
        if line.mark is not None:
            notes.append(_Paragraph([line], gap=False, note=line.mark))
        elif notes:
            notes[-1].lines.append(line)
        else:
            first = at + 1
    return lines[: len(lines) - sum(len(note.lines) for note in notes)], notes


def _follows(mark: str, notes: list[_Paragraph]) -> bool:
    if not notes or not mark.isdigit():
        return True
    before = notes[-1].note or ""
    return before.isdigit() and int(mark) == int(before) + 1


def _flow(runs: Sequence[_Run], measures: Measures, running: _Paragraph | None) -> Iterator[_Paragraph | TableRow]:
    """Paragraphs and table rows of a page; the paragraph that runs on from the page before comes first, longer."""
    for run in runs:
        yield from _paragraphs(run.lines, measures, running)
        yield from run.rows
        running = None


def _paragraphs(lines: list[PrintedLine], measures: Measures, running: _Paragraph | None) -> Iterator[_Paragraph]:
    for line in lines:
        gap = running is not None and _is_apart(running.lines[-1], line, measures)
        if running is not None and _continues(running, line, gap, measures):
            running.lines.append(line)
            continue
        if running is not None:
            yield running
        running = _Paragraph([line], gap)
    if running is not None:
        yield running


def _is_apart(above: PrintedLine, below: PrintedLine, measures: Measures) -> bool:
    return above.page == below.page and above.y - below.y > 1.3 * max(measures.leading, 1.1 * below.size)


def _continues(paragraph: _Paragraph, line: PrintedLine, gap: bool, measures: Measures) -> bool:
    """Whether a line goes on with the paragraph: the line before was full, or its sentence runs on."""
    last = paragraph.lines[-1]
    ended = bool(_TERMINAL.search(last.text[-3:]))
    closes = _closes_bracket(last.text, line.text)
    runs_on = not ended and (closes or line.text[0].islower() or line.text[0] in "(«")
    if line.bold != last.bold or gap:
        return False
    # Recognised text differs a little in size from line to line; a heading or note differs and starts anew.
    differs = abs(line.size - last.size) / last.size
    if differs > 0.25 or (differs > 0.08 and not runs_on):
        return False
    if last.hyphen or (line.size > 1.12 * measures.size and last.page == line.page and not line.label):
        return True  # the lines of a title are never full
    if line.label:
        return False
    item = is_list_item(line.text) and not closes
    moved = abs(line.x0 - last.x0)
    # Most lines of a paragraph run on where the last one stood, and then it does not matter.
    full = (runs_on and not item and moved <= 4) or _is_full(last, line, measures)
    next_item = line.text[0] in _DASHES and paragraph.lines[0].text[0] == line.text[0]
    if item and (ended or not full or moved > 3 or next_item or _SURE_LIST_START.match(line.text)):
        return False
    if last.page != line.page or line.y >= last.y:  # a new page or column
        return not ended and (runs_on or full)
    first = paragraph.lines[0]
    if len(paragraph.lines) > 1 and moved > 4 and (ended or not full):
        return False
    if len(paragraph.lines) == 1 and line.x0 < first.x0 - 30 and ended:
        return False
    return full or runs_on


def _closes_bracket(last: str, text: str) -> bool:
    """Whether the mark that a line begins with is the end of a bracket: "(zie hoofdstuk" before "4). Daarna"."""
    if last.rfind("(") <= last.rfind(")"):
        return False
    mark = text.split(None, 1)[0]
    return ")" in mark and "(" not in mark


def _is_full(last: PrintedLine, line: PrintedLine, measures: Measures) -> bool:
    """Whether the first word of a line would not have fitted on the line before it."""
    words = line.text.split(None, 2)
    # The dash that opens an aside stands on the line of the word behind it.
    aside = words[0] in _DASHES and len(words) > 1 and words[1][0].islower()
    word = " ".join(words[:2]) if aside or words[0][-1].isdigit() or words[0] in _STAYS_WITH_NEXT else words[0]
    letter = (last.x1 - last.x0) / max(len(last.text), 1)
    return last.x1 + letter * (len(word) + 1) > _right_edge(last, measures) - 2


def _right_edge(line: PrintedLine, measures: Measures) -> float:
    """Where the lines of a column end: at the next column, or at the right edge of the text."""
    beyond = [x for x in measures.columns if x > line.x1 + 4 and x > line.x0 + 150]
    return min(beyond) - 12 if beyond else measures.right


def _block(paragraph: _Paragraph, measures: Measures, known: Container[str]) -> Block:
    text = _joined(paragraph.lines, known)
    first = paragraph.lines[0]
    if paragraph.note is not None:
        return Block(kind="footnote", text=text, mark=paragraph.note, number=paragraph.note, page=first.page)
    large = first.size > 1.12 * measures.size
    if (first.bold or large) and len(paragraph.lines) <= 4 and len(text) <= 250 and text[-1:] not in ".;," and not _SURE_LIST_START.match(text):
        return Block(kind="heading", text=text, page=first.page, gap=paragraph.gap, level=1 if large else None)
    return Block(kind="list_item" if is_list_item(text) else "paragraph", text=text, page=first.page, gap=paragraph.gap)


def _joined(lines: Sequence[PrintedLine], known: Container[str]) -> str:
    text = ""
    hyphen = False
    for line in lines:
        if not text:
            text = f"{line.label} {line.text}" if line.label else line.text
        elif hyphen:
            text = join_halves(text, line.text, known)
        elif text.endswith("/") or (text.endswith("-") and "://" in text.rsplit(None, 1)[-1]):
            text += line.text  # an address broken at its slash
        else:
            text = f"{text} {line.text}"
        hyphen = line.hyphen
    return f"{text}-" if hyphen else text
