"""`kamerspoor evaluate`: how well predictions agree with gold labels."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from db.errors import UsageError
from nlp.evaluation import Scores, score


def evaluate(gold: Path, predictions: Path, *, mistakes: int, as_json: bool) -> int:
    """Print precision, recall and F1 by task, accuracy by field."""
    scores = score(_load(gold), _load(predictions))
    if as_json:
        typer.echo(json.dumps(as_dict(scores), indent=1))
        return 0
    table = Table("task", "precision", "recall", "F1", "right", "extra", "missed", box=None)
    for name, counts in scores.found.items():
        figures = (counts.precision, counts.recall, counts.f1)
        table.add_row(name, *(f"{figure:.3f}" for figure in figures), *(str(n) for n in (counts.right, counts.extra, counts.missed)))
    for name, share in scores.fields.items():
        table.add_row(name, "", "", f"{share.accuracy:.3f}", str(share.right), "", str(share.total - share.right))
    console = Console()
    console.print(table)
    console.print(f"{scores.documents} documents, {scores.without_prediction} of them without a prediction", highlight=False)
    shown: Counter[str] = Counter()
    for mistake in scores.mistakes:
        shown[mistake.task] += 1
        if shown[mistake.task] <= mistakes:
            line = f"{mistake.task} | {mistake.document} | {' '.join(mistake.text.split())[:300]}"
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    return 0


def as_dict(scores: Scores) -> dict[str, Any]:
    """The figures as plain values."""
    found = {
        name: {
            "precision": round(c.precision, 4),
            "recall": round(c.recall, 4),
            "f1": round(c.f1, 4),
            "right": c.right,
            "extra": c.extra,
            "missed": c.missed,
        }
        for name, c in scores.found.items()
    }
    fields = {name: {"accuracy": round(s.accuracy, 4), "right": s.right, "total": s.total} for name, s in scores.fields.items()}
    return {**found, **fields, "documents": {"gold": scores.documents, "without prediction": scores.without_prediction}}


def _load(path: Path) -> dict[str, Any]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"evaluate: {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"evaluate: {path}: not UTF-8 text") from error
    rows: dict[str, Any] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows[row["id"]] = row
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise UsageError(f"evaluate: {path}, line {number}: needs a JSON object with an 'id'") from error
    return rows
