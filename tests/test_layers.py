"""Who may import whom, and that our packages are the ones that are loaded."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = {
    "db": set(),
    "nlp": {"db"},
    "crawler": {"db"},
    "pipeline": {"db", "nlp", "crawler"},
}
FOR_NLP = {"db.records", "db.errors"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return {name for name in found if name.split(".")[0] in {*ALLOWED, "scheduler"}}


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_point_down(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        for name in imports(path):
            top = name.split(".")[0]
            assert top == package or top in ALLOWED[package], f"{path.relative_to(ROOT)} imports {name}"
            if package == "nlp" and top == "db":
                assert name in FOR_NLP, f"{path.relative_to(ROOT)} imports {name}"


def test_no_stage_calls_the_next_one() -> None:
    for name in ("identify", "match", "changes"):
        assert not imports(ROOT / "pipeline" / f"{name}.py") & {"pipeline.stages", "pipeline.run", "pipeline.deliver", "db.store"}, name


@pytest.mark.parametrize("package", [*ALLOWED, "scheduler"])
def test_our_packages_are_the_ones_loaded(package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)


@pytest.mark.parametrize("path", sorted(p for package in ALLOWED for p in (ROOT / package).rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_rule_reads_the_clock(path: Path) -> None:
    """The moment is an argument; only entry points ask what time it is, and channels, which tell a receiver when they sent."""
    text = path.read_text(encoding="utf-8")
    relative = path.relative_to(ROOT)
    if str(relative) != "crawler/run.py" and relative.parts[:2] not in (("pipeline", "commands"), ("pipeline", "channels")):
        for call in ("datetime.now(", "date.today(", "time.time("):
            assert call not in text, f"{call} in {path.relative_to(ROOT)}"
