"""Our pages in a real browser: Chromium from the system, driven by Playwright, on `kamerspoor browse` with what the demo made."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # serving.py and visits.py; pytest's importlib mode adds no folder by itself


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window. One for each module: while it is open, no other event loop can run in this thread."""
    from serving import chromium, launch

    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright, which is not installed (`make test` does that)")
    path = chromium()
    if path is None:
        pytest.skip("needs Chromium, which is not on the PATH and could not be installed")
    with playwright.sync_playwright() as driver:
        try:
            started = launch(driver, path)
        except playwright.Error as error:
            pytest.skip(f"Chromium does not start here: {str(error).splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe() -> str | None:
    """The program that judges accessibility, as text; None where npm could not fetch it."""
    path = Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"
    return path.read_text(encoding="utf-8") if path.is_file() else None


@pytest.fixture(scope="session")
def site(demo: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of pages on a copy of the demo, where readers who know the token may contradict."""
    from serving import TOKEN, serving

    folder = shutil.copytree(demo[0] / "demo", tmp_path_factory.mktemp("site") / "demo")
    with serving(folder / "kamerspoor.db", KAMERSPOOR_CORRECTIONS_TOKEN=TOKEN) as address:
        yield address
