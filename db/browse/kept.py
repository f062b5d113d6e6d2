"""What was worked out and still holds: kept until anyone writes to the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from threading import local
from typing import Any, TypeVar

_Value = TypeVar("_Value")
MOST = 64
"""Values that are kept; the one that was put in first goes first."""


class Kept:
    """A few values for each thread, because Datasette gives each thread one connection, and SQLite counts the writes of others by connection."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._own = local()

    def get(self, connection: sqlite3.Connection, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """The value of this key, made when it is not known or the database has changed.

        Args:
            connection: always the same one in a thread.
        """
        version = (id(connection), connection.execute("PRAGMA data_version").fetchone()[0])
        if getattr(self._own, "version", None) != version:
            self._own.version, self._own.values = version, {}
        values: dict[Hashable, Any] = self._own.values
        if key not in values:
            made = make()
            if len(values) >= MOST:
                del values[next(iter(values))]
            values[key] = made
        value: _Value = values[key]
        return value
