"""A page of a PDF in, its printed lines out: words, place, size, weight, and the footnote marks that stood raised in them.

Asks pdfium for the place of each word, not of each character, which keeps reading a page about as fast as fetching its bare text.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

BREAK_HYPHEN = "\ufffe"
"""What pdfium writes for a hyphen at the end of a line."""

_BOLD = 600
"""Font weight; Univers, the face of Kamerstukken, calls its regular weight 500."""
_CHUNK = re.compile(r"[^\r\n\ufffe]+\ufffe?")
_WORD = re.compile(r"[^\s\ufffe]+")
_GLUED_DIGITS = re.compile(r".*[^\d\s](?P<mark>\d{1,3})[.,;:)\]»”’'\"?!]{0,3}$")
_LEADING_DIGITS = re.compile(r"(?P<mark>\d{1,3})[^\W\d_«“‘]")
_DIGIT = re.compile(r"\d")
_LONE_DIGITS = re.compile(r"\(?\d{1,3}[.)]?$")
_MAY_BE_MARKED = re.compile(r"\d(?<!\d\d)\d{0,2}(?:[.,;:)\]»”’'\"?!]{0,3}(?:\s|$)|[^\W\d_«“‘])")
"""Where a raised number can stand; asked of every line, so it starts at a digit, and looks back only from there."""
_UNUSUAL_SPACE = re.compile(r"[^\S \r\n]")
_SPACE_OR_BREAK = " \t\u00a0" + BREAK_HYPHEN
_SQUARE_METRES = re.compile(r"\(?[kcdm]?m[23][.,;:)]?$")
_LIST_MARK = re.compile(r"(?:[•·▪■○●◦\uf0b7\uf0a7\uf02d\uf0d8*–-]|o|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5}|[A-Z])[.)°]{1,2}|\d{1,3}(?:\.\d{1,3}){1,4}\.?)$")

_FIGURE = re.compile(r"[(+\-\u2010-\u2015\u2212]{0,2}(?:\d[\d.,]{0,18}\d|\d)[)%*]{0,3}")
_SIGN = re.compile(r"(?:€|[\-\u2010-\u2015\u2212])€?")
"""What may stand before a number of its own cell."""
_WIDEST_SPACE = 1.7
"""In heights of the letters; a wider gap lies between columns."""
_WIDEST_BETWEEN_FIGURES = 1.0
"""The same between two numbers, as in neighbouring cells of a table."""
_WIDEST_INDENT = 5.0
"""The same for the gap between the mark of a list item and its words."""
_HEAD = 500
"""Characters at the start of a page that tell whether it holds text at all."""
_FIRST_ROOM = 16_384
"""Code units; a page of prose has 3,000 characters, each of which may take two."""


def _quick(function: Any) -> Callable[..., int]:
    """The same function of pdfium, without ctypes' check of each argument, which takes longer than the function does."""
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.cast(function, ctypes.c_void_p).value or 0)


# Asked several times for each line, always with the handle of a text page, a number and pointers.
_char_origin = _quick(pdfium_c.FPDFText_GetCharOrigin)
_char_box = _quick(pdfium_c.FPDFText_GetCharBox)
_loose_char_box = _quick(pdfium_c.FPDFText_GetLooseCharBox)
_font_weight = _quick(pdfium_c.FPDFText_GetFontWeight)


def _inked(text: str) -> int:
    return sum(map(len, text.split()))


def is_list_mark(word: str) -> bool:
    """Whether a word is a bullet, number or letter that starts a list item."""
    return bool(_LIST_MARK.match(word))


@dataclass(slots=True)
class PrintedLine:
    """One stretch of words on one baseline, in points from the lower left corner of the page."""

    page: int
    text: str
    x0: float
    x1: float
    y: float
    """The baseline."""
    size: float
    """Height of the letters' box: comparable within a document, not a font size."""
    bold: bool
    hyphen: bool = False
    """The last word goes on at the next line."""
    mark: str | None = None
    """A raised number that the line starts with, left out of `text`: a footnote starts here."""
    marks: tuple[str, ...] = ()
    """Raised numbers inside the line, left out of `text`."""
    label: str = ""
    """What stands left of the column on the same height, such as `Nr. 3` or a bullet."""


class LayoutReader:
    """Reads the pages of one document; remembers how wide its letters run, so that most lines need no look at each word."""

    def __init__(self) -> None:
        self._widths: dict[int, float] = {}
        self._room = (ctypes.c_ushort * _FIRST_ROOM)()

    def read(self, page: pdfium.PdfPage, number: int) -> tuple[list[PrintedLine], int]:
        """The printed lines of a page in the order of its content, and how many characters other than white space stand at its head."""
        textpage = page.get_textpage()
        try:
            count = max(pdfium_c.FPDFText_CountChars(textpage.raw), 0)
            reader_type = _TurnedPageReader if page.get_rotation() else _PageReader
            reader = reader_type(page, textpage, number, self._widths, self._letters(textpage, count), count)
            return reader.lines(), reader.inked
        finally:
            textpage.close()

    def _letters(self, textpage: pdfium.PdfTextPage, count: int) -> str:
        """The text of a page. Every size of a buffer is a type of its own to ctypes, so one buffer serves all pages."""
        needed = count * 2 + 2
        if needed > len(self._room):
            self._room = (ctypes.c_ushort * (needed * 2))()
        written = pdfium_c.FPDFText_GetText(textpage.raw, 0, count, self._room) - 1 if count else 0
        if written <= 0:
            return ""
        text = ctypes.string_at(self._room, written * 2).decode("utf-16-le", "replace")
        # A pair of code units is one character: count as pdfium does.
        return text if len(text) == written else "".join(map(chr, self._room[:written]))


_Word = tuple[int, int, str]
"""Start, end and letters of a word in the text of the page."""


class _PageReader:
    def __init__(
        self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, number: int, widths: dict[int, float], text: str, count: int
    ) -> None:
        self._page = page
        self._handle = textpage.raw
        self._number = number
        self._widths = widths
        self._text = text
        self.inked = _inked(text[:_HEAD]) or _inked(text)
        self._even = "  " not in text and _UNUSUAL_SPACE.search(text) is None
        """No white space inside a line but single spaces."""
        self._same_index = len(text) == count
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._right, self._unused = ctypes.c_double(), ctypes.c_double()
        self._box = pdfium_c.FS_RECTF()
        self._x_out, self._y_out = ctypes.byref(self._x), ctypes.byref(self._y)
        self._right_out, self._unused_out = ctypes.byref(self._right), ctypes.byref(self._unused)
        self._box_out = ctypes.byref(self._box)

    def lines(self) -> list[PrintedLine]:
        found: list[PrintedLine] = []
        for chunk in _CHUNK.finditer(self._text):
            self._split(chunk, found)
        return found

    def _index(self, at: int) -> int:
        return at if self._same_index else pdfium_c.FPDFText_GetCharIndexFromTextIndex(self._handle, at)

    def _origin(self, at: int) -> tuple[float, float]:
        _char_origin(self._handle, self._index(at), self._x_out, self._y_out)
        return self._x.value, self._y.value

    def _right_edge(self, at: int) -> float:
        unused = self._unused_out
        _char_box(self._handle, self._index(at), unused, self._right_out, unused, unused)
        return self._right.value

    def _size(self, at: int) -> float:
        _loose_char_box(self._handle, self._index(at), self._box_out)
        return float(self._box.top - self._box.bottom)

    def _is_bold(self, at: int) -> bool:
        return _font_weight(self._handle, self._index(at)) >= _BOLD

    def _split(self, chunk: re.Match[str], found: list[PrintedLine]) -> None:
        """A chunk is a line as pdfium sees it; where it goes back to the left or leaps to the right, it is several."""
        printed = chunk.group()
        start = chunk.start()
        hyphen = printed[-1] == BREAK_HYPHEN
        begins = printed.lstrip()
        if not begins or begins == BREAK_HYPHEN:
            return
        first = start + len(printed) - len(begins)
        # A digit may be a raised mark; the longest word is none.
        sample = first if begins[0].isalpha() else start + printed.index(max(printed.split(), key=len))
        size = self._size(sample) or 1.0
        last = start + len(printed.rstrip(_SPACE_OR_BREAK)) - 1
        usual = self._widths.get(round(size))
        if usual and last - first >= 12 and not begins[0].isdigit():
            x0, y = self._origin(first)
            x1 = self._right_edge(last)
            if 0.9 < (x1 - x0) / ((last - first + 1) * size * usual) < 1.08:
                found.append(self._line(first, last, x0, x1, y, size, hyphen=hyphen))
                return
        words = [(start + match.start(), start + match.end(), match.group()) for match in _WORD.finditer(printed)]
        pieces = list(self._pieces(words, size))
        for piece, x0, y in pieces:
            height = size if len(pieces) == 1 else self._size(max(piece, key=_length)[0]) or size
            end = piece[-1][1] - 1
            x1 = self._right_edge(end)
            if len(pieces) == 1 and end - first >= 30:
                width = (x1 - x0) / ((end - first + 1) * size)
                self._widths[round(size)] = 0.9 * self._widths.setdefault(round(size), width) + 0.1 * width
            found.append(self._line(piece[0][0], end, x0, x1, y, height, hyphen=hyphen and piece is pieces[-1][0]))

    def _pieces(self, words: list[_Word], size: float) -> Iterator[tuple[list[_Word], float, float]]:
        """The words of each line inside a chunk, with the left edge and baseline of the line."""
        line: list[_Word] = []
        x0 = y = before = 0.0
        for word in words:
            left, base = self._origin(word[0])
            if line:
                # A raised mark shifts the baseline of one word; a new line also goes back to the left.
                back = left < x0 - size or (left <= before and base < y + 0.3 * size)
                if back or abs(base - y) > 0.7 * size or self._leaps(line, word[2], left, before, size):
                    yield line, x0, y
                    line = []
            if not line:
                x0, y = left, base
            elif len(line) == 1 and _LONE_DIGITS.match(line[0][2]):
                y = base  # the first word may be the raised mark of a footnote
            line.append(word)
            before = left
        yield line, x0, y

    def _leaps(self, line: list[_Word], word: str, left: float, before: float, size: float) -> bool:
        """Whether a gap wider than any space lies before a word; asks for the edge of the word before only where its length allows a gap."""
        last = line[-1]
        room = 0.4 * (last[1] - last[0])
        if left - before < (room + _WIDEST_BETWEEN_FIGURES) * size:
            return False  # too near for any kind of gap
        widest = _WIDEST_SPACE
        if _FIGURE.fullmatch(last[2]) and (_FIGURE.fullmatch(word) or _SIGN.fullmatch(word)):
            # "12.400" before "15.750" is a cell, no number of a section.
            widest = _WIDEST_SPACE if _SIGN.fullmatch(word) else _WIDEST_BETWEEN_FIGURES
        elif len(line) == 1 and is_list_mark(last[2]):
            widest = _WIDEST_INDENT
        if left - before < (room + widest) * size:
            return False
        return left - self._right_edge(last[1] - 1) > widest * size

    def _line(self, first: int, last: int, x0: float, x1: float, y: float, size: float, *, hyphen: bool) -> PrintedLine:
        text = self._text[first : last + 1]
        bold = self._is_bold(first) and self._is_bold(last)
        if not _MAY_BE_MARKED.search(text):
            return PrintedLine(self._number, text if self._even else " ".join(text.split()), x0, x1, y, size, bold, hyphen)
        mark, marks, text = self._without_marks(first, text, y, size)
        return PrintedLine(self._number, text, x0, x1, y, size, bold, hyphen, mark, marks)

    def _without_marks(self, first: int, text: str, y: float, size: float) -> tuple[str | None, tuple[str, ...], str]:
        """The raised number that a line starts with, those inside it, and the line without them."""
        mark: str | None = None
        marks: list[str] = []
        kept: list[str] = []
        words = list(_WORD.finditer(text))
        for place, match in enumerate(words):
            word = match.group()
            raised = _DIGIT.search(word) and self._raised_digits(first + match.start(), word, y, size, place=place, alone=len(words) == 1)
            if raised:
                digits = word[raised[0] : raised[1]]
                word = word[: raised[0]] + word[raised[1] :]
                if place == 0 and raised[0] == 0:
                    mark = digits
                else:
                    marks.append(digits)
            if word:
                kept.append(word)
        return mark, tuple(marks), " ".join(kept)

    def _raised_digits(self, start: int, word: str, y: float, size: float, *, place: int, alone: bool) -> tuple[int, int] | None:
        """Where in a word a raised number stands: `is?1`, `moties2,`, or the whole word."""
        glued = _GLUED_DIGITS.match(word)
        if glued:
            first, last = glued.span("mark")
            if _SQUARE_METRES.match(word):
                return None
        elif word.isdigit() and len(word) <= 3 and not alone:
            first, last = 0, len(word)
        elif place == 0 and (leading := _LEADING_DIGITS.match(word)):
            first, last = leading.span("mark")
        else:
            return None
        small = self._size(start + first) < 0.85 * size
        base = self._origin(start + first)[1]
        return (first, last) if base > y + 0.12 * size or (small and base > y - 0.05 * size) else None


class _TurnedPageReader(_PageReader):
    """A page that is shown turned, mostly a wide table; places are those of the page as it is shown."""

    def _origin(self, at: int) -> tuple[float, float]:
        return self._shown(*super()._origin(at))

    def _right_edge(self, at: int) -> float:
        box = self._loose_box(at)
        return max(self._shown(x, y)[0] for x, y in ((box.left, box.bottom), (box.right, box.top)))

    def _size(self, at: int) -> float:
        box = self._loose_box(at)
        return float(box.top - box.bottom if self._page.get_rotation() == 180 else box.right - box.left)

    def _loose_box(self, at: int) -> pdfium_c.FS_RECTF:
        super()._size(at)
        return self._box

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        width, height = self._page.get_size()  # as shown
        turned = self._page.get_rotation()
        if turned == 90:
            return y, height - x
        return (width - y, x) if turned == 270 else (width - x, height - y)


def _length(word: _Word) -> int:
    return word[1] - word[0]
