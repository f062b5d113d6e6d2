"""`kamerspoor browse` in a process of its own, and the system's Chromium that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from commandline import KAMERSPOOR, ROOT

TOKEN = "sleutel-van-de-lezers-0123456789"
"""What readers who may contradict must know."""
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# No request leaves this machine, whatever a page asks for: no name but that of the server is resolved.
ARGUMENTS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


def chromium() -> str | None:
    """The path of the system's Chromium; None where there is none."""
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


def launch(driver: Any, path: str) -> Any:
    """Start that Chromium without a window; its sandbox does not work for root."""
    return driver.chromium.launch(executable_path=path, chromium_sandbox=os.geteuid() != 0, args=ARGUMENTS)


@contextmanager
def serving(database: Path, **environment: str) -> Iterator[str]:
    """`kamerspoor browse` on this database; gives its address."""
    with subprocess.Popen(
        [*KAMERSPOOR, "browse", "--db", str(database), "--port", "0"],
        cwd=database.parent, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **environment}, stdout=subprocess.PIPE, text=True,
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
