"""The scorer: its rules one by one, and the same figures as the reference scorer on real labels."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nlp.evaluation import Scores, score
from pipeline.commands.evaluate import as_dict


def promise(start: int, end: int, **fields: object) -> dict[str, object]:
    return {"start": start, "end": end, "text": "x", "firm": True, "kind": "inform", "deadline": None, **fields}


def scored(task: str, gold: dict[str, object], found: dict[str, object]) -> tuple[int, int, int]:
    counts = score({"a": gold}, {"a": found}).found[task]
    return counts.right, counts.extra, counts.missed


@pytest.mark.parametrize(
    ("gold", "found", "counts", "reason"),
    [
        ([promise(0, 10)], [promise(0, 10)], (1, 0, 0), "the same span"),
        ([promise(0, 10)], [promise(0, 5)], (1, 0, 0), "half of the union is enough"),
        ([promise(0, 10)], [promise(0, 4)], (0, 1, 1), "less than half is another span"),
        ([promise(0, 10)], [promise(0, 10), promise(0, 10)], (1, 1, 0), "one label pairs once"),
        ([promise(0, 10, doubt=True)], [promise(0, 10)], (0, 0, 0), "a doubtful label is not punished when found"),
        ([promise(0, 10, doubt=True)], [], (0, 0, 0), "nor when missed"),
        ([promise(0, 10), promise(5, 15)], [promise(5, 15)], (1, 0, 1), "the larger overlap pairs first"),
    ],
)
def test_commitments_pair_by_overlap(gold: list[object], found: list[object], counts: tuple[int, int, int], reason: str) -> None:
    assert scored("commitments", {"commitments": gold}, {"commitments": found}) == counts, reason


@pytest.mark.parametrize(
    ("gold", "found", "counts", "reason"),
    [
        ({"value": 10}, {"value": 10}, (1, 0, 0), "the same sum"),
        ({"value": 10}, {"value": 11}, (0, 1, 1), "another sum"),
        ({"value": 10, "value_max": 15}, {"value": 10}, (0, 1, 1), "a range is not its lower end"),
        ({"value": 10, "currency": "USD"}, {"value": 10}, (0, 1, 1), "no currency means euro"),
        ({"value": None}, {"value": 10}, (0, 0, 0), "a sum without value is not punished"),
    ],
)
def test_amounts_pair_by_value(gold: dict[str, object], found: dict[str, object], counts: tuple[int, int, int], reason: str) -> None:
    where = {"start": 0, "end": 5, "text": "x"}
    assert scored("amounts", {"amounts": [{**where, **gold}]}, {"amounts": [{**where, **found}]}) == counts, reason


def test_a_deadline_is_right_when_both_days_are() -> None:
    wanted = promise(0, 9, deadline={"phrase": "p", "not_before": None, "not_after": "2025-07-03"})
    for read, is_right in (
        ({"not_before": None, "not_after": "2025-07-03"}, 1),
        ({"not_before": "2025-07-03", "not_after": "2025-07-03"}, 0),
        (None, 0),
    ):
        scores = score({"a": {"commitments": [wanted]}}, {"a": {"commitments": [promise(0, 9, deadline=read)]}})
        assert (scores.fields["deadline dates"].right, scores.fields["deadline dates"].total) == (is_right, 1)


def test_a_document_without_prediction_is_nothing_found() -> None:
    scores = score({"a": {"focus": True, "topics": ["x"]}}, {})
    assert scores.without_prediction == 1
    assert (scores.found["focus"].missed, scores.found["topics"].missed) == (1, 1)


def test_no_figures_divide_by_zero() -> None:
    assert Scores().found["focus"].f1 == 0.0
    assert Scores().fields["kind"].accuracy == 0.0


def test_the_figures_are_those_of_the_reference_scorer(shared: Path, tmp_path: Path) -> None:
    gold_file = shared / "evaluation" / "dev.gold.jsonl"
    gold = {row["id"]: row for row in map(json.loads, gold_file.read_text(encoding="utf-8").splitlines())}
    # Predictions that are wrong in every way: other documents' labels, shifted spans, half of the items.
    names = sorted(gold)
    wrong = {}
    for place, name in enumerate(names):
        row = json.loads(json.dumps(gold[name] if place % 3 else gold[names[place - 1]]))
        row["id"] = name
        row["commitments"] = [{**c, "start": c["start"] + place % 40, "end": c["end"] + place % 40} for c in row["commitments"][: 1 + place % 9]]
        row["amounts"] = [{**a, "value": a["value"] if place % 2 else 1} for a in row["amounts"]]
        wrong[name] = row
    predictions = tmp_path / "predictions.jsonl"
    predictions.write_text("\n".join(json.dumps(row) for row in wrong.values()))
    reference = subprocess.run(
        [sys.executable, str(shared / "evaluation" / "score.py"), str(gold_file), str(predictions), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    theirs, ours = json.loads(reference.stdout), as_dict(score(gold, wrong))
    assert theirs["commitments"]["tp"] > 20
    for task, figures in theirs.items():
        if "f1" in figures:
            mine = ours[task]
            assert (mine["precision"], mine["recall"], mine["f1"]) == (figures["precision"], figures["recall"], figures["f1"]), task
            assert (mine["right"], mine["extra"], mine["missed"]) == (figures["tp"], figures["fp"], figures["fn"]), task
        else:
            assert ours[task] == figures, task
