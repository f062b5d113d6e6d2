"""A database that a person writes a line in while the service goes on writing: what one short transaction does needs no lock of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from db.errors import UsageError
from db.store import Store
from pipeline.settings import Settings


@contextmanager
def writing_beside(settings: Settings) -> Iterator[Store]:
    """The database of a deployment, open for short transactions.

    Raises:
        UsageError: there is none yet.
    """
    if not settings.database_path.exists():
        raise UsageError(f"database: {settings.database_path} does not exist; run `kamerspoor run` first")
    store = Store.open(settings.database_path)
    try:
        yield store
    finally:
        store.close()
