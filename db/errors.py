"""The errors that a reader of an outcome must tell apart; everything of ours derives from MonitorError."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta


class MonitorError(Exception):
    """Root of all errors that Kamerspoor raises on purpose; its text is one line for a person."""


class UsageError(MonitorError):
    """Something that the user gave is wrong: a file, a setting, a name. Ends a command with exit status 2."""


class StoreError(UsageError):
    """The database cannot be used: not ours, from a newer version, damaged, locked or read-only."""


class SourceError(MonitorError):
    """A source answered in a way that must not be read as "nothing new"."""


class SelectionError(SourceError):
    """A page or record does not have the shape that its source is known to send."""


class EmptyListing(SourceError):
    """A listing that always holds something held nothing."""


class ExtractionError(MonitorError):
    """A file gave no text: damaged, encrypted, empty, a scan, or of an unknown kind."""


class DeliveryError(MonitorError):
    """A channel did not accept every alert that it was given."""

    def __init__(self, reason: str, *, permanent: bool = False, retry_after: timedelta | None = None, accepted: Iterable[str] = ()) -> None:
        """Say why.

        Args:
            reason: one line without secrets; it is stored and shown.
            permanent: trying again is of no use: the receiver said that it is gone or will never take this.
            retry_after: how long the receiver asked us to wait.
            accepted: ids of the alerts that the channel took before it failed.
        """
        super().__init__(reason)
        self.permanent = permanent
        self.retry_after = retry_after
        self.accepted = frozenset(accepted)


class AnalysisError(MonitorError):
    """A component of the analyser failed on a document; its results would be incomplete, so there are none."""
