"""What a publication does to things that came before it: the record that tracking makes and an alert shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.watch import Occasion


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """One thing that happened to an earlier promise, question or advice."""

    kind: Occasion
    text: str
    """One Dutch line for the reader: "toezegging nagekomen: ..."."""
    reason: str
    """Why we think so, in Dutch."""
    sentence: str = ""
    """Where the new publication says so."""
    page: int | None = None
    commitment_id: int | None = None
    """Row of the promise, where it is stored."""
    by_commitment: int | None = None
    """Row of the promise that takes its place."""
    about: int | None = None
    """Row of the earlier publication."""
    about_title: str | None = None
    about_url: str | None = None
    about_sentence: str = ""
    """The promise as it was made."""
    was: date | None = None
    becomes: date | None = None
    was_phrase: str | None = None
    phrase: str | None = None

    @property
    def identity(self) -> tuple[str, int | None, int | None]:
        """What makes it the same thing when a publication is read again: it is told once."""
        return (self.kind, self.commitment_id, self.about) if self.about is not None else (self.kind, None, self.by_commitment)
