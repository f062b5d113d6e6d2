"""Blocks of a page in, the same blocks with their speakers out: reports of debates print who speaks at the start of a paragraph.

Decides only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.extract.blocks import Block, clean
from pipeline.extract.speakers import Speakers


def mark_turns(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give each block the one who has the floor; the words that give it become a heading. Without turns the blocks stay as they are."""
    words = [clean(block.text) for block in blocks]
    speakers = Speakers(words)
    for block, text in zip(blocks, words, strict=True):
        turn = speakers.turn(text) if block.kind in ("paragraph", "heading") else None
        if turn is None:
            yield replace(block, speaker=speakers.current)
            continue
        yield replace(block, kind="heading", text=text[: turn.length].rstrip(), speaker=turn.speaker)
        if turn.length < len(text):
            yield replace(block, kind="paragraph", text=text[turn.length :], level=None, mark="", gap=False, speaker=turn.speaker)
