"""The reading process: what kills or stalls it is an error with a reason, and the next document is read as if nothing had happened."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from pipeline.worker import ReadingFailed, Worker, read_file


def abort() -> None:
    os.kill(os.getpid(), signal.SIGABRT)


def stall() -> None:
    time.sleep(60)


def hoard() -> None:
    bytearray(4 * 1024**3)


@pytest.mark.usefixtures("no_hang")
def test_stopped_while_a_document_is_read_its_waiter_is_told() -> None:
    worker = Worker(seconds=60, megabytes=1024)
    told: list[Exception] = []

    def read() -> None:
        try:
            worker._call(stall)
        except Exception as error:
            told.append(error)

    for wait in (0.0, 0.05, 1.5):  # before, while and after the process starts
        worker = Worker(seconds=60, megabytes=1024)
        reading = threading.Thread(target=read)
        reading.start()
        time.sleep(wait)
        worker.stop()
        reading.join()
    assert len(told) == 3


@pytest.mark.parametrize(
    ("harm", "says"), [(abort, "ended the reading process"), (stall, "took longer than 3 seconds"), (hoard, "needed more memory")]
)
def test_harm_is_an_error_with_a_reason_and_the_next_document_is_read(harm: object, says: str) -> None:
    with Worker(seconds=3, megabytes=1024) as worker:
        with pytest.raises(ReadingFailed, match=says):
            worker._call(harm)  # type: ignore[arg-type]
        assert worker._call(read_file, b"Geachte voorzitter, dit is een brief.", "text/plain", "x").text.startswith("Geachte")
