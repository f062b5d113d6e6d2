"""The list that the steps enter themselves in, by being imported in order."""

from sqlite_utils.migrations import Migrations

MIGRATIONS = Migrations("kamerspoor")
