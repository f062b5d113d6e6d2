"""What tests share: a store on a temporary file, and the folder with recorded material where it is at hand."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.store import Store

sys.path.insert(0, str(Path(__file__).parent))  # tests/factories.py; pytest's importlib mode adds no folder by itself


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store.open(tmp_path / "data" / "kamerspoor.db")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder with the demo in `demo/` after its first run (both days of the replay), and what it printed. Tests that write take a copy."""
    from commandline import kamerspoor

    folder = tmp_path_factory.mktemp("demo")
    done = kamerspoor("demo", "--folder", "demo", folder=folder, COLUMNS="160")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the project's; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "samples").is_dir():
        pytest.skip("needs the recorded material in ../shared, which is not here")
    return folder


@pytest.fixture
def no_hang() -> Iterator[None]:
    """Fail instead of hanging. No measure of speed: what takes seconds at worst gets minutes; what grows beyond bounds does not end at all."""

    def ring(*_: object) -> None:
        raise TimeoutError("did not end: its time grows out of bounds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(180)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
