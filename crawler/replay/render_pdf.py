"""A publication in, the bytes of its PDF out: running foot, page numbers, hyphenated line ends, footnotes at the foot of their page.

Needs reportlab, a development dependency: `build_files.py` runs this and the results are kept in `files/`. The same publication gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from crawler.replay.dutch import chamber_line, dutch_date, spaced_dossier
from crawler.replay.library import Publication
from crawler.replay.markup import Block, runs, speaker
from crawler.replay.render_council import NAMES
from crawler.replay.render_html import question_heads
from crawler.replay.render_metadata import dossier_titles
from crawler.replay.render_opxml import stuk_title

_WIDTH, _HEIGHT = 558.42, 771.02
"""Points; the page of the official publications."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 148.0, 500.0, 720.0, 78.0
_SIZE, _LEAD, _NOTE_SIZE, _NOTE_LEAD = 9.0, 12.0, 7.0, 8.5
# The standard fonts know no figure dash, minus sign or no-break hyphen.
_FONT_GAPS = str.maketrans({"\u2012": "\u2013", "\u2212": "\u2013", "\u2011": "-"})
# Between two consonants that stand between vowels, unless they begin a syllable together.
_BREAKS = re.compile(r"(?<=[aeiouy][bdfgklmnprst])(?=[bdfgklmnpqrstvwz][aeiouy])(?<![bgkp](?=[rl]))(?<![dt](?=r))")


@dataclass(slots=True)
class _Word:
    pieces: list[tuple[str, str]]
    """Text and font of each stretch."""
    notes: list[str] = field(default_factory=list)

    def width(self, size: float) -> float:
        return sum(_wide(text, font, size) for text, font in self.pieces) + sum(_wide(mark, "Helvetica", size - 3) for mark in self.notes)


def _wide(text: str, font: str, size: float) -> float:
    return float(stringWidth(text, font, size))


class _Paper:
    """Places lines on pages; a footnote goes to the foot of the page on which its mark stands."""

    def __init__(self, publication: Publication) -> None:
        self._publication = publication
        self._buffer = io.BytesIO()
        self.canvas = Canvas(self._buffer, pagesize=(_WIDTH, _HEIGHT), invariant=True)
        self.canvas.setTitle(publication.title)
        self.canvas.setAuthor(publication.ministry or "Tweede Kamer der Staten-Generaal")
        self._notes = publication.content.notes
        self._page, self._y = 1, _TOP
        self._foot: list[str] = []
        self._placed: set[str] = set()

    def space(self, points: float) -> None:
        self._y -= points

    def text(self, text: str, font: str = "Helvetica", size: float = _SIZE, indent: float = 0.0, mark: str = "") -> None:
        """Set a paragraph, broken into lines and hyphenated."""
        for number, line in enumerate(_lines(_words(text, font), _RIGHT - _LEFT - indent, size)):
            if number == 0 and mark:
                self._line([_Word([(mark, font)])], size, indent - 14, line)
            else:
                self._line(line, size, indent)

    def row(self, cells: tuple[str, ...], font: str = "Helvetica") -> None:
        """Set a table row: the first column left, the others right."""
        words = [_words(cell, font) for cell in cells]
        column = (_RIGHT - _LEFT) * 0.55 / max(1, len(cells) - 1)
        first = _lines(words[0], (_RIGHT - _LEFT) * 0.43, _SIZE - 1) or [[]]
        for number, line in enumerate(first):
            self._room([note for word in line for note in word.notes])
            self._draw(line, _LEFT, _SIZE - 1)
            if number == len(first) - 1:
                for place, cell in enumerate(words[1:], 1):
                    right = _LEFT + (_RIGHT - _LEFT) * 0.45 + column * place
                    width = sum(word.width(_SIZE - 1) for word in cell) + 2.2 * max(0, len(cell) - 1)
                    self._draw(cell, right - width, _SIZE - 1)
            self._y -= _LEAD

    def _line(self, line: list[_Word], size: float, indent: float, rest: list[_Word] | None = None) -> None:
        self._room([note for word in line + (rest or []) for note in word.notes])
        self._draw(line, _LEFT + indent, size)
        if rest is not None:
            self._draw(rest, _LEFT + indent + 14, size)
        self._y -= _LEAD if size <= _SIZE else size + 4

    def _room(self, marks: list[str]) -> None:
        fresh = [mark for mark in marks if mark not in self._placed]
        height = sum(len(self._note_lines(mark)) * _NOTE_LEAD for mark in self._foot + fresh)
        if self._y - _LEAD < _BOTTOM + (height + 10 if height else 0):
            self._close_page()
        self._foot += fresh
        self._placed |= set(fresh)

    def _draw(self, words: list[_Word], x: float, size: float) -> None:
        text = self.canvas.beginText(x, self._y)
        for number, word in enumerate(words):
            for piece, font in word.pieces:
                text.setFont(font, size)
                text.textOut((" " if number and (piece, font) == word.pieces[0] else "") + piece)
            for mark in word.notes:
                text.setFont("Helvetica", size - 3)
                text.setRise(3)
                text.textOut(mark)
                text.setRise(0)
        self.canvas.drawText(text)

    def _note_lines(self, mark: str) -> list[list[_Word]]:
        return _lines(_words(self._notes[mark], "Helvetica"), _RIGHT - _LEFT - 12, _NOTE_SIZE)

    def _close_page(self) -> None:
        y = _BOTTOM + sum(len(self._note_lines(mark)) * _NOTE_LEAD for mark in self._foot) - _NOTE_LEAD
        self._y = y
        for mark in self._foot:
            for number, line in enumerate(self._note_lines(mark)):
                if number == 0:
                    self._draw([_Word([(mark, "Helvetica")])], _LEFT, _NOTE_SIZE - 1)
                self._draw(line, _LEFT + 12, _NOTE_SIZE)
                self._y -= _NOTE_LEAD
        self.canvas.setFont("Helvetica", 7)
        left, right = running_foot(self._publication)
        if self._page == 1:
            for number, furniture in enumerate(left):
                self.canvas.drawString(40, 58 - 9 * number, furniture)
        self.canvas.drawString(_LEFT, 40, right)
        self.canvas.drawRightString(_RIGHT, 40, str(self._page))
        self.canvas.showPage()
        self._page, self._y, self._foot = self._page + 1, _TOP, []

    def finish(self) -> bytes:
        """Close the last page and give the bytes."""
        self._close_page()
        self.canvas.save()
        return self._buffer.getvalue()


def render_pdf(publication: Publication) -> bytes:
    """The bytes of the pdf manifestation."""
    paper = _Paper(publication)
    for text, font, size in _opening(publication):
        paper.text(text, font, size)
        paper.space(6)
    for part in publication.content.parts:
        if part.kind in ("question", "answer", "notice", "annex", "motion"):
            paper.space(6)
            paper.text(f"Bijlage {part.label}" if part.kind == "annex" else "Motie" if part.kind == "motion" else part.label, "Helvetica-Bold")
        elif part.kind == "speech":
            address, name, party = speaker(part.label)
            paper.space(6)
            paper.text(f"**{address} {name}**".replace("** ", "**") + (f" ({party}):" if party else ":"))
        for block in part.blocks:
            _block(paper, block)
            if part.kind == "signature":
                continue
            paper.space(0 if block.kind == "list_item" else 6)
    return paper.finish()


def _block(paper: _Paper, block: Block) -> None:
    match block.kind:
        case "heading":
            paper.space(4)
            paper.text(f"{block.mark} {block.text}".strip(), "Helvetica-Bold" if block.level == 1 else "Helvetica-Oblique")
        case "list_item":
            paper.text(block.text, indent=14, mark=block.mark)
        case "table":
            for number, row in enumerate(block.rows):
                paper.row(row, "Helvetica" if number else "Helvetica-Bold")
        case "paragraph":
            paper.text(block.text)


def _opening(publication: Publication) -> Iterator[tuple[str, str, float]]:
    bold = "Helvetica-Bold"
    session = f"Vergaderjaar {publication.session.replace('-', '–')}"
    if not publication.family or publication.kind in ("advies", "rapport", "beslisnota", "bijlage"):
        if publication.council:
            yield NAMES[publication.council.site], bold, _SIZE
        yield publication.title, bold, 15
        yield dutch_date(publication.date), "Helvetica", _SIZE
        return
    yield "Tweede Kamer der Staten-Generaal 2", bold, 12
    if publication.question:
        yield f"{session} Aanhangsel van de Handelingen", bold, _SIZE
        yield "Vragen gesteld door de leden der Kamer, met de daarop door de regering gegeven antwoorden", "Helvetica", _SIZE
        yield publication.number or publication.question.number, bold, _SIZE
        for line in question_heads(publication):
            yield line, bold, _SIZE
        return
    yield session, bold, _SIZE
    if publication.family == "h-tk":
        yield publication.title, bold, 12
        return
    for number in publication.dossiers:
        yield f"{spaced_dossier(number)} {dossier_titles()[number]}", bold, 11
    numbered = f"Nr. {publication.number} " if publication.id != publication.provisional else ""
    yield numbered + stuk_title(publication), bold, _SIZE
    if publication.kind == "kamerbrief":
        yield "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal", "Helvetica", _SIZE
        yield f"Den Haag, {dutch_date(publication.date)}", "Helvetica", _SIZE
    else:
        yield f"{chamber_line(publication)} {dutch_date(publication.date)}", "Helvetica", _SIZE


def running_foot(publication: Publication) -> tuple[list[str], str]:
    """The lines at the foot of the first page and the line at the foot of every page."""
    if not publication.family:
        return [], publication.title
    session = f"vergaderjaar {publication.session.replace('-', '–')}"
    if publication.family == "blg":
        return [publication.id], publication.title
    where = "Aanhangsel" if publication.question else spaced_dossier(publication.dossiers[0])
    if publication.family == "kst" and publication.id != publication.provisional:
        where += f", nr. {publication.number}"
    if publication.family == "h-tk":
        where = publication.title
    issn = "ISSN 0921 - 7398" if publication.question else "ISSN 0921 - 7371"
    return [publication.id, issn, f"’s-Gravenhage {publication.date.year}"], f"Tweede Kamer, {session}, {where}"


def _words(text: str, font: str) -> list[_Word]:
    words: list[_Word] = []
    joined = False
    for run in runs(text.translate(_FONT_GAPS)):
        if run.style == "note":
            words[-1].notes.append(run.target)
            joined = True
            continue
        face = "Helvetica-Bold" if run.style == "bold" else font
        pieces = run.text.split(" ")
        for number, piece in enumerate(pieces):
            if number == 0 and joined and piece and words:
                # A comma after a footnote's mark belongs to the word before it.
                words[-1].pieces.append((piece, face)) if not words[-1].notes else words.append(_Word([(piece, face)]))
            elif piece:
                words.append(_Word([(piece, face)]))
        joined = not run.text.endswith(" ")
    return words


def _lines(words: list[_Word], width: float, size: float) -> list[list[_Word]]:
    lines: list[list[_Word]] = [[]]
    space, used = _wide(" ", "Helvetica", size), 0.0
    for word in words:
        wide = word.width(size)
        if lines[-1] and used + space + wide > width:
            head, tail = _hyphenated(word, width - used - space, size)
            if head is not None:
                lines[-1].append(head)
            word, wide = tail, tail.width(size)
            lines.append([])
            used = 0.0
        used += (space if lines[-1] else 0.0) + wide
        lines[-1].append(word)
    return [line for line in lines if line]


def _hyphenated(word: _Word, room: float, size: float) -> tuple[_Word | None, _Word]:
    if len(word.pieces) != 1 or not re.fullmatch(r"[A-Za-zé]{9,}[.,;:]?", word.pieces[0][0]):
        return None, word
    text, font = word.pieces[0]
    for match in reversed(list(_BREAKS.finditer(text))):
        at = match.start()
        if 3 <= at <= len(text) - 4 and _wide(text[:at] + "-", font, size) <= room:
            return _Word([(text[:at] + "-", font)]), _Word([(text[at:], font)], word.notes)
    return None, word
