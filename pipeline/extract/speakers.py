"""Who speaks in the report of a debate or press conference: the lines that give the floor to someone.

Decides only. `Minister De Jonge:` opens a turn, and so does a line with nothing but `RUTTE` when the text elsewhere calls Rutte a minister.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TURN = re.compile(
    r"(?P<speaker>(?:De\s(?:fungerend\s)?voorzitter|(?:De\sheer|Mevrouw|Het\slid)\s[^:?!]{2,60}?\([^()]{1,25}\)"
    r"|(?:Minister(?:-president)?|Staatssecretaris|Viceminister-president)\s(?=[A-Z\u00c0-\u00de'\u2019])[^:.?!,]{2,50})):(?:\s+(?P<rest>[^\s\u2018\u201c\u00ab\"'])|\s*$)"
)
_SHOUTED = re.compile(r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de'\u2019 .-]{2,40}:?$")
_OFFICE = re.compile(
    r"\b(?P<office>(?:vice)?minister(?:-president)?|staatssecretaris)\s"
    r"(?P<name>(?:(?:van|de|der|den|ten|ter)\s){0,2}[A-Z][\w'-]{2,30})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of speaker; `length` characters of the line belong to it."""

    speaker: str
    length: int


class Speakers:
    """Keeps who has the floor. Reads the whole text once, to know whether it is a report at all."""

    def __init__(self, words: Sequence[str]) -> None:
        self.current: str | None = None
        turns = [turn for turn in map(_TURN.match, words) if turn]
        self.reported = len(turns) > 1 or any(not turn["rest"] for turn in turns)
        shouted = [line.rstrip(":") for line in words if _SHOUTED.match(line)]
        self._named: dict[str, str] = {}
        if shouted and not self.reported:
            offices = {
                match["name"].upper(): f"{match['office'].capitalize()} {match['name']}" for line in words[:40] for match in _OFFICE.finditer(line)
            }
            ministers = {line: offices[line] for line in shouted if line in offices}
            if ministers:
                self._named = {line: ministers.get(line, line.title()) for line in shouted}

    def turn(self, words: str) -> Turn | None:
        """Give the turn that a line opens and remember its speaker."""
        if self.reported and (found := _TURN.match(words)):
            self.current = found["speaker"]
            return Turn(self.current, found.start("rest") if found["rest"] else len(words))
        name = self._named.get(words.rstrip(":"))
        if name is None:
            return None
        self.current = name
        return Turn(name, len(words))
