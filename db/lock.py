"""One Kamerspoor at a time writes a database: an advisory lock that the system releases when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.errors import StoreError
from db.store import refuse_foreign


@contextmanager
def writing(database: Path) -> Iterator[None]:
    """Hold the right to write this database.

    Raises:
        StoreError: another process holds it, the file is not ours, or its folder cannot be written.
    """
    refuse_foreign(database)
    path = database.with_name(f"{database.name}.lock")
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        opened = path.open("a+")
    except OSError as error:
        raise StoreError(f"database: {database.parent} cannot be written: {error.strerror or error}") from error
    with opened as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise StoreError(f"database: {database} is in use by another Kamerspoor (process {file.read().strip() or 'unknown'})") from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
