"""Kamerspoor as a user runs it: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KAMERSPOOR = [sys.executable, "-m", "pipeline.cli"]


def kamerspoor(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in this folder and wait for its end."""
    return subprocess.run(
        [*KAMERSPOOR, *arguments], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True, timeout=300
    )
