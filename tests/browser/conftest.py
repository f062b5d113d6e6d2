"""Our pages in a real browser: Chromium from the system, driven by Playwright, on `kamerspoor browse` with what the demo made."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from commandline import KAMERSPOOR, ROOT

sys.path.insert(0, str(Path(__file__).parent))  # tests/browser/visits.py
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# No request leaves this machine, whatever a page asks for: no name but that of the server is resolved.
ARGUMENTS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window. One for each module: while it is open, no other event loop can run in this thread."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright, which is not installed (`make test` does that)")
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("needs Chromium, which is not on the PATH and could not be installed")
    with playwright.sync_playwright() as driver:
        try:
            started = driver.chromium.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0, args=ARGUMENTS)
        except playwright.Error as error:
            pytest.skip(f"Chromium does not start here: {str(error).splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The program that judges accessibility, as text."""
    path = Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        pytest.skip("needs axe-core, which `make test` fetches with npm")
    return path.read_text(encoding="utf-8")


@contextmanager
def serving(database: Path) -> Iterator[str]:
    """`kamerspoor browse` on this database; gives its address."""
    with subprocess.Popen(
        [*KAMERSPOOR, "browse", "--db", str(database), "--port", "0"],
        cwd=database.parent, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        said = re.match(r"Browse at (http://\S+)", running.stdout.readline())
        assert said is not None
        try:
            _answers(said[1], running)
            yield said[1].rstrip("/")
        finally:
            running.terminate()


def _answers(address: str, running: subprocess.Popen[str]) -> None:
    """Wait until the server takes requests: it says where it will be before it is there."""
    for _ in range(300):
        assert running.poll() is None, "the server ended; what it said stands above"
        with suppress(urllib.error.URLError):
            urllib.request.urlopen(f"{address}static/kamerspoor.css", timeout=20).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"nobody answers at {address}")


@pytest.fixture(scope="session")
def site(demo: tuple[Path, str]) -> Iterator[str]:
    """The address of the demo's pages."""
    with serving(demo[0] / "demo" / "kamerspoor.db") as address:
        yield address
