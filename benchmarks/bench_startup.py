"""How long `kamerspoor --help` takes, next to an empty Python in the same environment: median of eleven runs each, interleaved."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time


def seconds(*command: str) -> float:
    """Wall time of one run."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print."""
    runs = [(seconds("-c", "pass"), seconds("-m", "pipeline.cli", "--help")) for _ in range(11)]
    empty, help_text = (statistics.median(column) for column in zip(*runs, strict=True))
    print(f"start-up: empty Python {empty * 1000:.0f} ms, kamerspoor --help {help_text * 1000:.0f} ms, ratio {help_text / empty:.1f}")


if __name__ == "__main__":
    main()
