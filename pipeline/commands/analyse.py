"""`kamerspoor analyse`: documents in, one JSON object a line out; nothing is stored."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console

from db.errors import UsageError
from db.records import Text
from pipeline.commands.progress import bar

LARGEST = 64 * 1024 * 1024
_SUFFIXES = {
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".html": "text/html",
    ".htm": "text/html",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".odt": "application/vnd.oasis.opendocument.text",
}


def analyse_inputs(inputs: list[str], jsonl: Path | None, day: date | None, doctype: str | None, title: str | None) -> int:
    """Analyse what was named; a document that cannot be read ends the command after the others were done."""
    if bool(inputs) == (jsonl is not None):
        raise UsageError("analyse: name files or URLs, or one --jsonl file")
    if jsonl is not None:
        return _analyse_records(jsonl)
    wrong: list[str] = []
    for name in inputs:
        try:
            _print(_analyse_file(name, day, doctype, title))
        except UsageError as error:
            wrong.append(str(error))
    if wrong:
        for line in wrong[:-1]:
            print(f"kamerspoor: {line}", file=sys.stderr)
        raise UsageError(wrong[-1])
    return 0


def read_input(name: str) -> Text:
    """Give the text of a file, an address or standard input.

    Raises:
        UsageError: it cannot be read, or holds no text.
    """
    from db.errors import ExtractionError
    from pipeline.extract import extract_text

    body, media_type = _fetch(name) if name.startswith(("http://", "https://")) else _read(name)
    try:
        return extract_text(body, media_type, name=name)
    except ExtractionError as error:
        raise UsageError(f"analyse: {name}: {error}") from error


def _analyse_file(name: str, day: date | None, doctype: str | None, title: str | None) -> dict[str, Any]:
    from db.records import Context
    from nlp.analyse import analyse
    from nlp.export import as_dict

    analysis = analyse(read_input(name), Context(title=title, date=day, doctype=doctype))
    return {"id": name, **as_dict(analysis)}


def _read(name: str) -> tuple[bytes, str]:
    try:
        body = sys.stdin.buffer.read(LARGEST + 1) if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"analyse: {name}: {error.strerror}") from error
    return _sized(name, body), _SUFFIXES.get(Path(name).suffix.lower(), "application/octet-stream")


def _fetch(url: str) -> tuple[bytes, str]:
    request = urllib.request.Request(url, headers={"User-Agent": "Kamerspoor"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read(LARGEST + 1)
            media_type = answer.headers.get_content_type()
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise UsageError(f"analyse: {url}: {reason}") from error
    return _sized(url, body), media_type


def _sized(name: str, body: bytes) -> bytes:
    if not body:
        raise UsageError(f"analyse: {name}: the file is empty")
    if len(body) > LARGEST:
        raise UsageError(f"analyse: {name}: larger than {LARGEST // 1024 // 1024} MB; split it")
    return body


def _analyse_records(path: Path) -> int:
    """One line out for each line in; a document without text gets an empty analysis that says so, so that the lines still pair up."""
    from db.errors import ExtractionError
    from nlp.export import analyse_record
    from pipeline.extract.from_text import segment

    records = list(_records(path))
    with bar(Console(stderr=True), total=len(records), text="analysing") as advance:
        for done, record in enumerate(records, 1):
            try:
                _print(analyse_record(record, segment))
            except ExtractionError as error:
                _print({"id": record["id"], "focus": False, "topics": [], "commitments": [], "amounts": [], "notes": [str(error)]})
            advance(done=done)
    return 0


def _records(path: Path) -> Iterator[dict[str, Any]]:
    try:
        lines: TextIO = sys.stdin if str(path) == "-" else path.open(encoding="utf-8")
        with lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _record(path, number, line)
    except OSError as error:
        raise UsageError(f"analyse: {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"analyse: {path}: not UTF-8 text ({error.reason} at byte {error.start})") from error


def _record(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"analyse: {path}, line {number}: not JSON: {error.msg}") from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str) or "id" not in record:
        raise UsageError(f"analyse: {path}, line {number}: needs an object with 'id' and 'text'")
    try:
        date.fromisoformat(record.get("date") or "2000-01-01")
    except (TypeError, ValueError) as error:
        raise UsageError(f"analyse: {path}, line {number}: 'date' must be YYYY-MM-DD or null") from error
    return record


def _print(record: dict[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)
