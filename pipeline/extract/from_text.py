"""Plain text to segments."""

from __future__ import annotations

from db.errors import ExtractionError
from db.records import Text
from pipeline.extract.lines import split_lines
from pipeline.extract.pipe_tables import mark_tables
from pipeline.extract.structure import recognise

EXTRACTOR = "text/1"


def extract(body: bytes) -> Text:
    """Read a file of plain text: UTF-8 (with or without mark), UTF-16 with mark, else Windows-1252.

    Raises:
        ExtractionError: the file holds no words or is no text.
    """
    return segment(_decode(body))


def segment(text: str) -> Text:
    """Find the segments of a text that is already decoded; offsets count in `text` as given.

    Raises:
        ExtractionError: the text holds no words.
    """
    if not any(char.isalnum() for char in text):
        raise ExtractionError("the text holds no words")
    lines = mark_tables(text, split_lines(text))
    return Text(text=text, segments=recognise(text, lines), pages=lines[-1].page, extractor=EXTRACTOR)


def _decode(body: bytes) -> str:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\x00" in body[:4096]:
        raise ExtractionError("the file is binary, no text")
    else:
        encoding = "utf-8-sig"
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")
