"""The schema as numbered steps. Append only: a step that has been released is never edited, a change is a new step at the end of the last file.

Instants are ISO 8601 text in UTC, days are `YYYY-MM-DD`, sums are decimal text in whole currency units, lists are JSON text.
"""

from db.migrations import m001_to_m011 as _first
from db.migrations import m012_to_m024 as _second
from db.migrations import m025_on as _third
from db.migrations import m027_counts as _fourth
from db.migrations.steps import MIGRATIONS

FILES = (_first, _second, _third, _fourth)
"""The files of steps, in the order in which they are applied."""

__all__ = ["FILES", "MIGRATIONS"]
