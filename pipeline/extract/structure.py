"""From the lines of a text to its segments: who asks, who answers, who speaks, and what is heading, list, note, motion or law.

Decides only. Extractors that know layout or markup say what they know in their lines; the words decide the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.records import Segment, SegmentKind, Within
from pipeline.extract.lines import Block, Line, join_lines
from pipeline.extract.questions import RUN_ON, Mark, asks_the_minister, ends_asking, is_bare_number, read_mark
from pipeline.extract.speakers import Speakers

_CHAPTER = r"(?:[IVX]{1,4}[.:]?\s|[A-D][.:]\s|\d[.:]?\s)?"
_FACTIONS = re.compile(rf"{_CHAPTER}(?:Vragen\sen\sopmerkingen\s(?:vanuit|van)\sde\s|Inbreng\sv(?:an|anuit)\sde\s)(?:fractie|leden)", re.IGNORECASE)
_REPLY = re.compile(
    rf"{_CHAPTER}(?:Reactie|Antwoord(?:en)?|Beantwoording)\s(?:van|door)\s(?:de\s|het\s)?(?:minister|staatssecretaris|bewindsperso|kabinet|regering)[^.?!]{{0,120}}$",
    re.IGNORECASE,
)
"""The two halves of a written consultation: what the factions put in, and the reply."""
_NOTICE = re.compile(r"(?:Mededeling|Toelichting(?::|\sbij\s.{1,60})?)$")
"""What follows the questions where they are not answered yet, and what the members add to them."""
_NOTES_HEADING = re.compile(r"(?:Voet|Eind)?noten$", re.IGNORECASE)
_MOTION_START = re.compile(r"De\sKamer,")
_MOTION_WORDS = re.compile(r"(?:De\sKamer,\s{0,4})?(?:gehoord|constaterende|overwegende|verzoekt|van\smening|spreekt|kennisgenomen)\b")
_MOTION_END = re.compile(r"orde\svan\sde\sdag")
_ARTICLE = re.compile(r"Artikel\s(?:[IVXL]{1,7}|\d{1,3}(?:[.:]\d{1,3}){0,3}[a-z]{0,2})\b", re.IGNORECASE)
_ENACTING = re.compile(
    r"Gelet\sop\s(?:de\s)?artikel|(?:Beleidsregels?|Regeling|Besluit|Wet)\s(?:van\s(?:de\s|\d)|.{1,80},\snr\.)", re.IGNORECASE
)
_ENACTING_WORDS = "goedgevonden en verstaan"
_ENACTING_END = re.compile(r"(?:Besluit:?|Besluiten:)$", re.IGNORECASE)
_LONGEST_ENACTING_END = 10
_EXPLANATION = re.compile(r"(?:nr\.\s\d{1,4}\s)?(?:(?:nota\svan\s|memorie\svan\s|algemene\s)?toelichting|algemeen(?:\sdeel)?)$", re.IGNORECASE)
_ANNEX = re.compile(r"Bijlagen?(?:\s(?:\d{1,2}|[A-Z]|[IVX]{1,4}))?(?:[:.\u2013-].{0,100})?$", re.IGNORECASE)
_CLOSING = re.compile(r"(?:Hoogachtend|Met\s(?:vriendelijke|de\smeeste)\sgroet|Met\s(?:gevoelens\svan\s)?hoogachting)", re.IGNORECASE)
_SIGNED = re.compile(r"(?:de\s)?(?:minister|staatssecretaris)(?:-president)?\s?(?:van|voor|,|$)[^.?!]{0,120}$", re.IGNORECASE)
_CONTENTS = re.compile(r"Inhoud(?:sopgave)?$", re.IGNORECASE)
_LEADER = re.compile(r"(?:\.\s?){4,}\d{0,4}$|\s\d{1,3}$")
_DEPTH = re.compile(r"(?P<depth>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s")
_ENDED = re.compile(r"[.?!:;,\u2026][)\]\u2019\u201d\"'\u00bb]{0,2}(?:\s?\[?(?:\d{1,3}|vn)?[)\]]?)$")
_BULLET = re.compile(r"(?:[^\w\s(\u2018\u201c\u00ab\"'\u20ac]|o(?=\s[A-Z\u2018\u201c]))\s*")
LONGEST_HEADING = 120


@dataclass(slots=True)
class _Place:
    """Where in the document the walk is."""

    role: Within | None = None
    number: str | None = None
    open_question: bool = False
    """The question lasts until an answer is marked."""
    replied: bool = False
    """The reply to the factions has begun; their names in its headings open no questions."""
    law: bool = False
    enacted: bool = False
    explained: bool = False
    """An explanation has begun: articles that it discusses are no law."""
    annex: bool = False


def recognise(text: str, lines: Sequence[Line]) -> tuple[Segment, ...]:
    """Give the segments of a text in order. Furniture is in none of them; marks of lists and notes are in `number`, not in the pieces."""
    return _Walk(text, join_lines(text, lines)).segments()


def _enacts(words: str) -> bool:
    """Whether a paragraph says that what follows is decided."""
    at_end = _ENACTING_END.search(words[-_LONGEST_ENACTING_END:])
    return at_end is not None or _ENACTING.match(words) is not None or _ENACTING_WORDS in words.lower()


class _Walk:
    """One pass over the blocks with a look ahead."""

    def __init__(self, text: str, blocks: list[Block]) -> None:
        self.text = text
        self.blocks = blocks
        self.words = [" ".join(" ".join(text[start:end] for start, end in block.pieces).split()) for block in blocks]
        self.speakers = Speakers(self.words)
        self.marks = [self._read_mark(index) for index in range(len(blocks))]
        self.following = _following(self.marks)
        self.place = _Place()
        self.found: list[Segment] = []

    def segments(self) -> tuple[Segment, ...]:
        index = 0
        while index < len(self.blocks):
            index = self._step(index)
        return tuple(self.found)

    def _step(self, index: int) -> int:
        block, words = self.blocks[index], self.words[index]
        if block.kind == "footnote":
            self._add(block, "footnote", number=block.mark, within=None, start=self._after_mark(block))
        elif block.kind == "table_row":
            self._add(block, "table_row", within=self._within(), cells=block.cells or _cells(self.text, block))
        elif (turn := self.speakers.turn(words)) is not None:
            self.place = _Place()
            self._split(index, turn.length, "paragraph")
        elif _MOTION_START.match(words) and any(_MOTION_WORDS.match(words_) for words_ in self.words[index : index + 4]):
            return self._motion(index)
        elif (mark := self.marks[index]) is not None:
            self._mark(index, mark)
        elif _NOTES_HEADING.match(words) or (self.place.role is not None and _NOTICE.match(words)):
            self.place.role, self.place.number = None, None
            self._add(block, "heading", level=1)
        elif _CONTENTS.match(words):
            return self._contents(index)
        elif _CLOSING.match(words) or (index > 1 and index * 2 > len(self.blocks) and _SIGNED.match(words)):
            return self._signature(index)
        else:
            self._plain(index)
        return index + 1

    def _read_mark(self, index: int) -> Mark | None:
        if self.blocks[index].kind in ("footnote", "table_row"):
            return None
        after = self.words[index + 1] if index + 1 < len(self.blocks) else ""
        return read_mark(self.words[index], after, numbered=not self.speakers.reported)

    def _mark(self, index: int, mark: Mark) -> None:
        block, place = self.blocks[index], self.place
        if mark.kind == "answer":
            place.role, place.number = "answer", mark.numbers or place.number
        else:
            place.role, place.number = "question", mark.numbers or None
            following = self.following[index]
            place.open_question = following is not None and following.kind == "answer"
        if mark.kind == "numbered" and not mark.alone:
            self._ask(block, self._source(index, mark.length))
        else:
            self._split(index, mark.length, "answer" if mark.kind == "answer" else "question")

    def _split(self, index: int, length: int, kind: SegmentKind) -> None:
        """Add the mark of a part (its first `length` characters) as a heading and what follows it in its paragraph as the first of the part."""
        block, number = self.blocks[index], self.place.number
        if length >= len(self.words[index]):
            self._add(block, "heading", number=number, within=self.place.role)
            return
        cut = self._source(index, length)
        mark = [(first, min(last, cut)) for first, last in block.pieces if first < cut]
        mark[-1] = (mark[-1][0], mark[-1][0] + len(self.text[mark[-1][0] : mark[-1][1]].rstrip()))
        self._add(replace(block, pieces=mark), "heading", number=number, within=self.place.role)
        self._add(block, kind, number=number, start=cut)

    def _source(self, index: int, length: int) -> int:
        """Offset in the text of the character at `length` in the folded words of a block."""
        left = sum(1 for char in self.words[index][:length] if char != " ")
        for first, last in self.blocks[index].pieces:
            for at in range(first, last):
                if not self.text[at].isspace():
                    if left == 0:
                        return at
                    left -= 1
        return self.blocks[index].end

    def _plain(self, index: int) -> None:
        block, words, place = self.blocks[index], self.words[index], self.place
        if not place.explained and not place.enacted:
            place.enacted = _enacts(words)
        if self._is_heading(index):
            if _FACTIONS.match(words) and not place.replied:
                place.role, place.number, place.open_question = "question", None, True
            elif _REPLY.match(words) and place.role == "question" and not place.number:
                place.role, place.replied = "answer", True
            elif _EXPLANATION.match(words):
                place.law = place.enacted = False
                place.explained = True
            elif _ANNEX.match(words):
                self.place = place = _Place(annex=True)
            elif place.enacted and _ARTICLE.match(words):
                place.law = True
                place.role = None
            depth = _DEPTH.match(words)
            level = block.level or (depth["depth"].count(".") + 1 if depth else 1)
            self._add(block, "heading", level=level, within=self._within())
            return
        if place.enacted and _ARTICLE.match(words):
            place.law = True
        if place.role == "question" and not place.open_question and not self._asks_on(index):
            place.role = "answer"
        if place.role == "answer" and "?" in words and (numbers := self._cut_question(index)):
            place.role, place.number = "question", numbers
        if block.kind == "list_item":
            self._add(block, "list_item", number=block.mark, within=self._within(), start=self._after_mark(block))
        elif place.role == "question":
            self._ask(block, block.start)
        elif place.role == "answer":
            self._add(block, "answer", number=place.number)
        else:
            self._add(block, "paragraph", within=self._within())

    def _ask(self, block: Block, start: int) -> None:
        """Add a paragraph of a question; where no answer is marked, what follows its last question mark may already be the answer."""
        first, last = next((piece for piece in reversed(block.pieces) if "?" in self.text[piece[0] : piece[1]]), (start, start))
        end = self.text.rfind("?", max(first, start), last) + 1
        rest = RUN_ON.match(self.text, end, block.end) if end and not self.place.open_question else None
        if rest is None:
            self._add(block, "question", number=self.place.number, start=start)
            return
        answer = rest.end()
        asked = [(one, min(other, answer)) for one, other in block.pieces if one < answer]
        self._add(replace(block, pieces=asked), "question", number=self.place.number, start=start)
        self.place.role = "answer"
        self._add(replace(block, pieces=[piece for piece in block.pieces if piece[1] > answer]), "answer", number=self.place.number, start=answer)

    def _asks_on(self, index: int) -> bool:
        """Whether an unmarked block still belongs to the question before it."""
        block, words = self.blocks[index], self.words[index]
        before = self.words[index - 1] if index else ""
        if ends_asking(words) or is_bare_number(before) or before.endswith(":"):
            return True
        if block.kind == "list_item":
            return (words.endswith((";", ",")) and not block.gap) or self._sure_of_more(index)
        return asks_the_minister(words)

    def _cut_question(self, index: int) -> str:
        """Give the number of a question whose marker got lost at a page break: this paragraph asks, and an answer with another number follows it."""
        after = self.marks[index + 1] if index + 1 < len(self.blocks) else None
        if after is None or after.kind != "answer" or not ends_asking(self.words[index]):
            return ""
        return after.numbers if after.numbers != self.place.number else ""

    def _sure_of_more(self, index: int) -> bool:
        """Whether a question mark still follows in the same list."""
        for block, words in zip(self.blocks[index + 1 : index + 12], self.words[index + 1 : index + 12], strict=True):
            if block.kind != "list_item":
                return False
            if words.endswith("?"):
                return True
        return False

    def _is_heading(self, index: int) -> bool:
        block, words = self.blocks[index], self.words[index]
        if block.kind == "heading":
            return True
        if block.kind not in ("text", "list_item") or block.lines > 2 or len(words) > LONGEST_HEADING or _ENDED.search(words):
            return False
        if not (words[0].isupper() or words[0].isdigit()) or len(words) < 4:
            return False
        if index + 1 >= len(self.blocks):
            return False
        after = self.blocks[index + 1]
        if block.kind == "list_item":
            return block.mark is not None and not self._in_sequence(index) and words.split(None, 1)[-1][0].isupper()
        return self.words[index + 1][0].isupper() or self.words[index + 1][0].isdigit() or after.kind == "list_item" or after.gap

    def _in_sequence(self, index: int) -> bool:
        """Whether a numbered line has the number before or after it next to it: an item of a list, no heading."""
        mark = self.blocks[index].mark or ""
        around = [other.mark for other in self.blocks[max(index - 1, 0) : index + 2] if other.kind == "list_item" and other.mark]
        if mark.isdigit():
            return str(int(mark) - 1) in around or str(int(mark) + 1) in around
        return len(mark) == 1 and (chr(ord(mark) - 1) in around or chr(ord(mark) + 1) in around)

    def _motion(self, index: int) -> int:
        """Take a motion whole: from "De Kamer," up to its last formula."""
        self.place.role, self.place.number = None, None
        for at in range(index, len(self.blocks)):
            block, words = self.blocks[at], self.words[at]
            if at > index and (self.speakers.turn(words) is not None or self.marks[at] or at - index > 40):
                return at
            self._add(block, "footnote" if block.kind == "footnote" else "paragraph", within="motion")
            if _MOTION_END.search(words):
                return at + 1
        return len(self.blocks)

    def _contents(self, index: int) -> int:
        self._add(self.blocks[index], "heading", within="contents", level=1)
        at = index + 1
        while at < len(self.blocks) and _LEADER.search(self.words[at]):
            self._add(self.blocks[at], "list_item", within="contents")
            at += 1
        return at

    def _signature(self, index: int) -> int:
        """Take a closing formula and the short lines after it."""
        self.place.role, self.place.number = None, None
        self._add(self.blocks[index], "paragraph", within="signature")
        at = index + 1
        while at < len(self.blocks) and at - index < 9 and len(self.words[at]) < 90 and not self.marks[at] and self.blocks[at].kind == "text":
            if any(pattern.match(self.words[at]) for pattern in (_ANNEX, _EXPLANATION, _NOTES_HEADING)):
                break
            self._add(self.blocks[at], "paragraph", within="signature")
            at += 1
        return at

    def _within(self) -> Within | None:
        if self.place.role in ("question", "answer"):
            return self.place.role
        return "law" if self.place.law else "annex" if self.place.annex else None

    def _after_mark(self, block: Block) -> int:
        """Offset of the first word after the mark of a list item or note."""
        first, last = block.pieces[0]
        raw = self.text[first:last]
        found = _BULLET.match(raw)
        if block.mark and (opened := raw.lstrip("[(")).startswith(block.mark):
            rest = opened[len(block.mark) :]
            at = len(raw) - len(rest.lstrip(" \t\n]).\u00b0")) if not rest[:1].isalnum() else 0
        else:
            at = found.end() if found else 0
        return first + at if at < len(raw) else first

    def _add(
        self,
        block: Block,
        kind: SegmentKind,
        *,
        number: str | None = None,
        within: Within | None = None,
        start: int | None = None,
        level: int | None = None,
        cells: tuple[tuple[int, int], ...] = (),
    ) -> None:
        pieces = [(max(first, start), last) if start is not None else (first, last) for first, last in block.pieces]
        pieces = [(first, last) for first, last in pieces if first < last]
        self.found.append(
            Segment(
                kind=kind, start=pieces[0][0], end=pieces[-1][1], pieces=tuple(pieces) if len(pieces) > 1 else (), number=number, within=within,
                page=block.page, level=level, cells=cells, speaker=self.speakers.current,
            )
        )  # fmt: skip


def _following(marks: Sequence[Mark | None]) -> list[Mark | None]:
    """Give for every place the next mark after it."""
    following: list[Mark | None] = []
    after: Mark | None = None
    for mark in reversed(marks):
        following.append(after)
        after = mark or after
    return following[::-1]


def _cells(text: str, block: Block) -> tuple[tuple[int, int], ...]:
    """Find the cells of a row that is written with bars."""
    cells: list[tuple[int, int]] = []
    for match in re.finditer(r"[^|\n]+", text[block.start : block.end]):
        words = match.group()
        if words.strip():
            start = block.start + match.start() + len(words) - len(words.lstrip())
            cells.append((start, start + len(words.strip())))
    return tuple(cells)
