"""Bytes to the text of a document with its segments: one extractor per media type, chosen in this table."""

from __future__ import annotations
