"""The number of an item in a list in, what is printed before the item out: `3.`, `c)`, `iv.`, `•`."""

from __future__ import annotations

from typing import Literal

Numbering = Literal["decimal", "lower-letter", "upper-letter", "lower-roman", "upper-roman", "bullet", "none"]

_ROMAN = (
    ("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10), ("ix", 9), ("v", 5), ("iv", 4),
    ("i", 1),
)  # fmt: skip
BULLET = "•"


def numeral(number: int, numbering: Numbering) -> str:
    """One number as a list counts it; letters go on as `aa` after `z`, as word processors do."""
    if numbering == "bullet":
        return BULLET
    if numbering == "none" or number < 1:
        return ""
    if numbering in ("lower-letter", "upper-letter"):
        text = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 4)
    elif numbering in ("lower-roman", "upper-roman"):
        text, rest = "", min(number, 3999)
        for letters, value in _ROMAN:
            count, rest = divmod(rest, value)
            text += letters * count
    else:
        text = str(number)
    return text.upper() if numbering.startswith("upper") else text


def whole_number(text: str | None, default: int) -> int:
    """The number that a file gives for a start or depth; the default where it is missing, no number or beyond all use."""
    return int(text) if text and text.isdecimal() and len(text) < 6 else default
