"""The reading process: what kills or stalls it is an error with a reason, and the next document is read as if nothing had happened."""

from __future__ import annotations

import os
import signal
import time

import pytest

from pipeline.worker import ReadingFailed, Worker, read_file


def abort() -> None:
    os.kill(os.getpid(), signal.SIGABRT)


def stall() -> None:
    time.sleep(60)


def hoard() -> None:
    bytearray(4 * 1024**3)


@pytest.mark.parametrize(
    ("harm", "says"), [(abort, "ended the reading process"), (stall, "took longer than 3 seconds"), (hoard, "needed more memory")]
)
def test_harm_is_an_error_with_a_reason_and_the_next_document_is_read(harm: object, says: str) -> None:
    with Worker(seconds=3, megabytes=1024) as worker:
        with pytest.raises(ReadingFailed, match=says):
            worker._call(harm)  # type: ignore[arg-type]
        assert worker._call(read_file, b"Geachte voorzitter, dit is een brief.", "text/plain", "x").text.startswith("Geachte")
