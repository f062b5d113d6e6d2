"""The printed lines of all pages of a PDF in; its usual sizes, and what is printed on every page and belongs to no text, out.

Decides only.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.extract.pdf_layout import PrintedLine

_DIGITS = re.compile(r"\d+")
_ZONE = 0.12
"""Share of a page's height, at the head and at the foot, in which running heads stand."""
_PAGE_NUMBER = re.compile(r"(?:(?:pagina|blad|page)\s?)?[-–(]?\s?\d{1,4}\s?[-–)]?(?:\s?(?:van|/|of)\s?\d{1,4})?$", re.IGNORECASE)
_PAGE_OF = re.compile(r"(?:pagina|blad)\s\d{1,4}(?:\s(?:van|/)\s\d{1,4})?$", re.IGNORECASE)
_IMPRINT = re.compile(
    r"(?:Tweede|Eerste)\sKamer,\svergaderjaar\s\d{4}|(?:kst|ah|h|blg|kv)-[\w-]{4,40}$|ISSN\s\d{4}|[’']s-Gravenhage\s\d{4}$|(?:stcrt|stb|trb)-\d{4}-",
    re.IGNORECASE,
)
_MASTHEAD = re.compile(
    r"(?:Tweede|Eerste)\sKamer\sder\sStaten-Generaal(?:\s[12])?$|[12]$|Vergaderjaar\s\d{4}.{1,5}\d{4}(?:\sAanhangsel\svan\sde\sHandelingen)?$"
    r"|Aanhangsel\svan\sde\sHandelingen$|Vragen\sgesteld\sdoor\sde\sleden\sder\sKamer,|regering\sgegeven\santwoorden$"
)
_STRUCTURE = re.compile(r"(?:vra(?:ag|gen)|antwoord(?:en)?|artikel|hoofdstuk|bijlage|paragraaf)\b", re.IGNORECASE)
Print = tuple[str, int, int]
"""Words and place of a line, as far as they must come back on other pages."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was printed on one page."""

    number: int
    height: float
    lines: list[PrintedLine]


@dataclass(slots=True)
class Measures:
    """The usual sizes of a document, by the number of characters that show them."""

    size: float
    left: float
    right: float
    leading: float
    columns: list[float] = field(default_factory=list)


def running_lines(pages: Sequence[Page], measures: Measures) -> set[Print]:
    """What is printed again on page after page, at the head, the foot or in the margin; numbers count as the same."""
    seen: dict[Print, set[int]] = defaultdict(set)
    for page in pages:
        for line in page.lines:
            if not _STRUCTURE.match(line.text) and (key := _print(line, page, measures)):
                seen[key].add(page.number)
    return {key for key, numbers in seen.items() if len(numbers) >= 2 and len(numbers) >= 0.4 * len(pages)}


def _print(line: PrintedLine, page: Page, measures: Measures) -> Print | None:
    """What must come back for a line to be furniture: its words and height at the head or foot; words and place in the margin."""
    if _in_zone(line, page):
        return (_folded(line.text), 0, round(line.y))
    return (_folded(line.text), round(line.x0 / 4), round(line.y / 4)) if in_margin(line, measures) else None


def in_margin(line: PrintedLine, measures: Measures) -> bool:
    """Whether a line stands beside the text."""
    return line.x1 < measures.left - 2 or line.x0 > measures.right - 2


def _folded(text: str) -> str:
    return _DIGITS.sub("#", text)


def _in_zone(line: PrintedLine, page: Page) -> bool:
    return line.y > (1 - _ZONE) * page.height or line.y < _ZONE * page.height


def is_furniture(line: PrintedLine, page: Page, running: set[Print], measures: Measures) -> bool:
    """Whether a line is a running head, page number, imprint, masthead or rule."""
    if not line.text:
        return line.mark is None
    if not line.text[0].isalnum() and len(line.text) >= 4 and not any(map(str.isalnum, line.text)):
        return True  # a rule of dots or dashes
    in_zone = _in_zone(line, page)
    if _PAGE_OF.match(line.text) or (in_zone and _IMPRINT.match(line.text)):
        return True
    if in_zone and _PAGE_NUMBER.match(line.text) and (page.number > 1 or line.y < _ZONE * page.height):
        return True  # at the head of the first page stands the number of the paper, not of the page
    if page.number == 1 and line.y > 0.7 * page.height and _MASTHEAD.match(line.text):
        return True
    return bool(running) and _print(line, page, measures) in running


def measure(lines: Iterator[PrintedLine]) -> Measures | None:
    """The usual size, edges and distance of the lines of a document; None when nothing is printed."""
    kept = [line for line in lines if line.text]
    if not kept:
        return None
    by_size = sorted(kept, key=lambda line: line.size)
    half, reached, size = sum(len(line.text) for line in kept) / 2, 0, 1.0
    for line in by_size:
        reached += len(line.text)
        if reached >= half:
            size = line.size
            break
    body = [line for line in kept if abs(line.size - size) < 0.08 * size]
    lefts: Counter[int] = Counter()
    for line in body:
        lefts[round(line.x0)] += len(line.text)
    left = lefts.most_common(1)[0][0]
    columns = [float(x) for x, count in lefts.items() if count >= 0.15 * lefts.total()]
    rights = sorted(line.x1 for line in body)
    gaps = Counter(
        round((above.y - below.y) * 2) / 2
        for above, below in pairwise(body)
        if above.page == below.page and abs(above.x0 - below.x0) < 2 and 0.8 * size < above.y - below.y < 2.5 * size
    )
    leading = gaps.most_common(1)[0][0] if gaps else 1.25 * size
    return Measures(size, float(left), rights[-1 - len(rights) // 50], leading, sorted(columns))
