"""A scanned page in, its printed lines out, where Tesseract with Dutch is installed; elsewhere a scan stays unread."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import defaultdict
from functools import cache
from statistics import median

import pypdfium2 as pdfium

from pipeline.extract.pdf_layout import PrintedLine

LANGUAGE = "nld"
_DPI = 300
_POINTS = 72 / _DPI
_SECONDS = 90
"""For one page; a page of print takes two to ten."""
_LEAST_SURE = 30
"""Percent; words below are specks and stamps."""


@cache
def is_available() -> bool:
    """Whether Tesseract is installed with its Dutch data."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    try:
        listed = subprocess.run([program, "--list-langs"], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return LANGUAGE in (listed.stdout + listed.stderr).decode("utf-8", "replace").split()


def recognise_page(page: pdfium.PdfPage, number: int) -> list[PrintedLine]:
    """The printed lines of a page that is an image, in reading order; empty where nothing can be made out of it."""
    bitmap = page.render(scale=_DPI / 72, grayscale=True)
    try:
        picture = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + _rows(bitmap)
    finally:
        bitmap.close()
    program = shutil.which("tesseract") or "tesseract"
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    command = [program, "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(_DPI), "--psm", "3", "tsv"]
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=_SECONDS, check=False, env=environment)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return _lines(done.stdout.decode("utf-8", "replace"), page.get_height(), number)


def _rows(bitmap: pdfium.PdfBitmap) -> bytes:
    """The grey values without the padding at the end of each row."""
    raw = bytes(bitmap.buffer)
    return b"".join(raw[row * bitmap.stride : row * bitmap.stride + bitmap.width] for row in range(bitmap.height))


def _lines(table: str, height: float, number: int) -> list[PrintedLine]:
    """Lines of the words in Tesseract's table: level page block paragraph line word left top width height confidence text."""
    words: dict[tuple[str, ...], list[tuple[float, float, float, float, str]]] = defaultdict(list)
    for row in table.splitlines()[1:]:
        fields = row.split("\t")
        if len(fields) == 12 and fields[0] == "5" and fields[11].strip() and float(fields[10]) >= _LEAST_SURE:
            left, top, width, tall = (float(field) * _POINTS for field in fields[6:10])
            words[tuple(fields[1:5])].append((left, top, width, tall, fields[11].strip()))
    if not words:
        return []
    # The box of a line depends on its letters ("een" or "Qj"): lines of about the usual height count as the same size.
    usual = median(max(word[3] for word in line) for line in words.values())
    lines: list[PrintedLine] = []
    for line in words.values():
        tall = max(word[3] for word in line)
        text = " ".join(word[4] for word in line)
        hyphen = len(text) > 1 and text[-1] in "-\u00ac" and text[-2].isalpha()
        base = height - max(top + tall_ for _, top, _, tall_, _ in line)
        size = usual if 0.6 * usual < tall < 1.5 * usual else tall
        right = max(left + width for left, _, width, _, _ in line)
        lines.append(PrintedLine(number, text[:-1] if hyphen else text, line[0][0], right, base, size, bold=False, hyphen=hyphen))
    return lines
