"""A supervised process that reads documents: bytes to text, text to facts. It keeps spaCy loaded and touches no database.

A document can crash or stall whoever reads it (pdfium aborts, a zip unpacks to a gigabyte), so reading has a process of its own, with a time and a
memory limit for each document and a fresh start after many.
"""

from __future__ import annotations

import resource
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures import wait
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from db.errors import MonitorError
from db.records import Analysis, Context, Text
from pipeline.settings import Settings

RECYCLE_AFTER = 2000
"""Documents after which the process starts anew: spaCy does not free everything that a document made (explosion/spaCy issue 13684)."""

P = ParamSpec("P")
T = TypeVar("T")


class ReadingFailed(MonitorError):
    """The reading process died or took too long over a document."""


def read_file(body: bytes, media_type: str, name: str) -> Text:
    """Bytes to text with structure."""
    from pipeline.extract import extract_text

    return extract_text(body, media_type, name=name)


def read_document(text: Text, context: Context) -> Analysis:
    """Text to facts."""
    from nlp.analyse import analyse

    return analyse(text, context)


class Worker:
    """One reading process, started when it is first needed, with the deployment's topic files and trained pipeline."""

    def __init__(self, *, seconds: float, megabytes: int, topics: Path | None = None, model: str | None = None) -> None:
        self._seconds = seconds
        self._start = (megabytes, topics, model)
        self._pool: ProcessPool | None = None
        self._stopped = threading.Event()
        self._starting = threading.Lock()

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The worker that the settings ask for."""
        return cls(seconds=settings.document_seconds, megabytes=settings.document_megabytes, topics=settings.topics, model=settings.model)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def extract(self, body: bytes, media_type: str, name: str) -> Text:
        """Bytes to text.

        Raises:
            ExtractionError: the file gives no text; the message says why.
            ReadingFailed: the process died or took too long.
        """
        return self._call(read_file, body, media_type, name)

    def analyse(self, text: Text, context: Context) -> Analysis:
        """Text to facts.

        Raises:
            ReadingFailed: the process died or took too long.
        """
        return self._call(read_document, text, context)

    def stop(self) -> None:
        """End the process for good; whoever waits for a document is told within a moment."""
        self._stopped.set()
        with self._starting:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    def _call(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._starting:
            if self._stopped.is_set():
                raise ReadingFailed("the reading process was stopped")
            if self._pool is None:
                # spawn: a forked child would inherit the database handle and the reactor
                self._pool = ProcessPool(
                    max_workers=1, max_tasks=RECYCLE_AFTER, initializer=_start, initargs=self._start, context=get_context("spawn")
                )
            future = self._pool.schedule(function, args=args, kwargs=kwargs, timeout=self._seconds)
        # A task that was handed over while another thread ended the pool is never answered: its waiter must look up.
        while not wait([future], timeout=0.2).done:
            if self._stopped.is_set():
                raise ReadingFailed("the reading process was stopped")
        try:
            result: T = future.result()
        except FutureTimeout as error:
            raise ReadingFailed(f"took longer than {self._seconds:.0f} seconds") from error
        except ProcessExpired as error:
            raise ReadingFailed(f"ended the reading process (exit {error.exitcode})") from error
        except MemoryError as error:
            raise ReadingFailed("needed more memory than document_megabytes allows") from error
        return result


def _start(megabytes: int, topics: Path | None, model: str | None) -> None:
    limit = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    from nlp.model import configure

    configure(topics=topics, model=model)
