"""Precision and recall, pinned to floors that cannot drop silently: on our own gold sentences, on the bundled publications with their expected facts,
and, where they are at hand, on real labelled documents. `make quality` prints the table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.replay.library import Publication, forms, load
from crawler.replay.player import MEDIA_TYPES, render
from db.records import Context
from nlp.analyse import analyse
from nlp.evaluation import Scores, score
from nlp.export import analyse_record, as_dict
from pipeline.extract import extract_text
from pipeline.extract.from_text import segment

GOLD = Path(__file__).parent / "gold"
FLOORS = json.loads((GOLD / "floors.json").read_text(encoding="utf-8"))


def figures(scores: Scores) -> Iterator[tuple[str, float]]:
    for name, counts in scores.found.items():
        if counts.right + counts.missed:
            yield f"{name} precision", counts.precision
            yield f"{name} recall", counts.recall
    for name, share in scores.fields.items():
        if share.total:
            yield name, share.accuracy


def span(text: str, quote: str) -> tuple[int, int] | None:
    """Where a quoted sentence stands in a text, whatever its white space and dashes."""
    pattern = r"\s+".join(re.sub(r"[‐‑‒–—−-]", "[‐‑‒–—−-]", re.escape(word).replace(r"\-", "-")) for word in quote.split())
    found = re.search(pattern, text)
    return found.span() if found else None


def replay_scores() -> Scores:
    gold: dict[str, Any] = {}
    predictions: dict[str, Any] = {}
    for form in (form for publication in load() for form in forms(publication)):
        gold[form.stem], predictions[form.stem] = _labels_and_reading(form)
    return score(gold, predictions)


def _labels_and_reading(form: Publication) -> tuple[dict[str, Any], dict[str, Any]]:
    kind = form.formats[0]
    text = extract_text(render(form, kind), MEDIA_TYPES[kind])
    context = Context(title=form.title, date=form.date, doctype=form.kind, publisher=form.ministry, dossiers=form.dossiers, subjects=form.subjects)
    commitments = []
    for promise in form.expected.promises:
        where = span(text.text, promise.sentence)
        assert where is not None, f"{form.stem}: {promise.sentence}"
        days = {"not_before": _iso(promise.not_before), "not_after": _iso(promise.not_after)}
        deadline = {"phrase": promise.phrase, **days} if promise.phrase else None
        commitments.append(
            {"start": where[0], "end": where[1], "text": promise.sentence, "firm": promise.firm, "kind": promise.kind, "deadline": deadline}
        )
    labels = {"focus": form.expected.focus, "topics": list(form.expected.topics), "commitments": commitments}
    return labels, as_dict(analyse(text, context))


def _iso(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def sentence_scores() -> Scores:
    """Our own sentences, each read as a document of its register."""
    gold: dict[str, Any] = {}
    predictions: dict[str, Any] = {}
    for number, line in enumerate((GOLD / "amounts.jsonl").read_text(encoding="utf-8").splitlines()):
        row, name = json.loads(line), str(number)
        sums = []
        for expected in row["expected"]:
            start = row["text"].index(expected["text"])
            sums.append({"start": start, "end": start + len(expected["text"]), **expected})
        gold[name] = {"amounts": sums}
        predictions[name] = analyse_record({"id": name, "text": row["text"], "date": "2025-05-08"}, segment)
    return score(gold, predictions)


def real_scores(shared: Path) -> Scores:
    folder = shared / "evaluation"
    gold = {row["id"]: row for row in map(json.loads, (folder / "dev.gold.jsonl").read_text(encoding="utf-8").splitlines())}
    documents = map(json.loads, (folder / "dev.docs.jsonl").read_text(encoding="utf-8").splitlines())
    return score(gold, {document["id"]: analyse_record(document, segment) for document in documents})


def check(name: str, scores: Scores) -> None:
    measured = {task: round(figure, 4) for task, figure in figures(scores)}
    floors = FLOORS[name]
    print(f"\n{name}")
    for task, figure in measured.items():
        print(f"  {task:28} {figure:.3f}   floor {floors.get(task, 0):.3f}")
    assert set(measured) == set(floors), "every figure has a floor, and no other"
    low = {task: figure for task, figure in measured.items() if figure < floors[task]}
    assert not low, f"below the floor: {low}"


def test_own_sentences() -> None:
    check("own sentences", sentence_scores())


def test_bundled_publications() -> None:
    check("bundled publications", replay_scores())


def test_real_documents(shared: Path) -> None:
    check("real documents", real_scores(shared))
