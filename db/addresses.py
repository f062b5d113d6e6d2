"""The addresses of our own pages, which the pages, the feeds and the mails must call alike. Decides only."""

from __future__ import annotations


def publication_path(publication_id: int) -> str:
    """The page of a publication."""
    return f"/publicatie/{publication_id}"


def promise_anchor(commitment_id: int) -> str:
    """Where a promise stands on the page of its publication: by its row, which stays while its words and its place in the text change."""
    return f"toezegging-{commitment_id}"


def promise_path(publication_id: int, commitment_id: int) -> str:
    """A promise on the page of its publication."""
    return f"{publication_path(publication_id)}#{promise_anchor(commitment_id)}"
