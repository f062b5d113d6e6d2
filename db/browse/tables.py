"""A selection as a file: rows under Dutch names as CSV for a spreadsheet or as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from datasette.utils.asgi import Response

TYPES = {".csv": "text/csv; charset=utf-8", ".json": "application/json; charset=utf-8"}
Row = Mapping[str, Any]


def as_csv(names: Iterable[str], rows: Iterable[Row]) -> str:
    """The rows under these names; a text that a spreadsheet would run as a formula gets an apostrophe before it (CWE-1236)."""
    out = io.StringIO()
    columns = list(names)
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return "\ufeff" + out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) or text.startswith(("\t", "\r", "\n")) else text


def as_json(rows: Sequence[Row]) -> str:
    """The rows as a JSON list."""
    return json.dumps(rows, ensure_ascii=False, indent=1)


def as_file(name: str, kind: str, names: Iterable[str], rows: Sequence[Row]) -> Response:
    """The answer that a browser keeps as a file.

    Args:
        kind: a key of `TYPES`.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name}{kind}"', "X-Content-Type-Options": "nosniff"}
    return Response(as_csv(names, rows) if kind == ".csv" else as_json(rows), content_type=TYPES[kind], headers=headers)
