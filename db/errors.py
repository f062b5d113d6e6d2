"""The errors that a reader of an outcome must tell apart; everything of ours derives from MonitorError."""

from __future__ import annotations


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
    """A channel did not accept an alert."""


class AnalysisError(MonitorError):
    """A component of the analyser failed on a document; its results would be incomplete, so there are none."""
