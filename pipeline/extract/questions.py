"""The marks of questions and answers: `Vraag 2`, `Antwoord op vraag 2 en 3`, `2. Hoe beoordeelt u ...?`, and paragraphs that ask without a mark.

Decides only. All functions take the words of one paragraph, white space folded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_NUMBERS = r"\d{1,3}[a-e]?\b(?:(?:\s?(?:,|en|&|t/m|tot\sen\smet|-|\u2013|/)\s?(?:vraag\s)?|\s)\d{1,3}[a-e]?\b(?!\.\d)){0,30}"
_MEMBER = r"(?:\s\((?:van|lid|leden|[A-Z])[^()]{1,60}\))?"
_REST = r"(?P<stop>\s?[:.)])?(?:\s(?P<rest>\S)|$)"
_QUESTION = re.compile(rf"Vra(?:ag|gen)(?:\s?(?:nr\.\s|nummer\s)?(?P<numbers>{_NUMBERS}))?{_MEMBER}{_REST}", re.IGNORECASE)
_ANSWER = re.compile(
    rf"(?:Antwoord(?:en)?|Beantwoording|Reactie)(?:(?:\s(?:op|van|bij))?(?:\s(?:de\s)?vra(?:ag|gen)))?(?:\s?(?P<numbers>{_NUMBERS}))?{_REST}",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?P<numbers>\d{1,3})[.)\u00b0]{0,2}(?:\s(?P<rest>\S)|$)")
_TITLES = ("antwoorden", "vragen", "reactie")
"""Without a number these are titles: "Antwoorden op Kamervragen", "Reactie van de minister"."""
_SUBJECT_LINE = re.compile(r"(?:Vragen|Antwoorden|Motie|Amendement|Brief|Verslag)\s(?:van|op|gesteld)\b")

_ASKING = re.compile(
    r"(?:Bent?|Kunt|Kent|Heeft|Hebt|Hoe(?:veel|lang)?|Wat|Welke?|Wie|Deelt|Is|Zijn|Klopt|Waarom|Waar(?:toe|om|voor)?|Wanneer|Herinnert|Erkent|Acht|Wilt|Zou"
    r"|Ziet|Gaat|Vindt|Onderschrijft|Onderkent|Begrijpt|Realiseert|Overweegt|Zult|Wordt|Worden|Wil|Kan|Komt|Staat|Beschikt|Houdt|Snapt|Neemt|Steunt"
    r"|Onderzoekt|Maakt|Sinds|Indien|In\s(?:hoeverre|welke?)|Op\s(?:welke?|basis)|(?:Voor|Met|Aan|Van|Uit)\swelke?|Voor\shoeveel|Door\swie|Zo\s(?:ja|nee|niet))\b"
)
_SECOND_PERSON = re.compile(r"\buw?\b")
_ASKED_BY_MEMBERS = re.compile(r"\b(?:leden|lid|fractie|zij)\b.{0,300}\b(?:vragen|vraagt)\b")
_NOTE_MARK = re.compile(r"\s?(?:\[(?:\d{1,3}|vn)\s?\]|\d{1,2}\)?)$")
_TOLD = re.compile(r"[^.?!\s]{3}[.!](?:\s|$)")

RUN_ON = re.compile(
    r"[\u2019\u201d\"')\s]{1,6}(?:(?:\[\d{1,3}\s?\]|\d{1,2}\))\s{1,3})?"
    r"(?=(?:Ja|Nee|Neen|Ik|Wij|We|Dat|Dit|Het|De|Deze|Er|Mijn|Zoals|Voor|In|Op)\b[^?]{20})(?!\S{0,40}$)"
)
"""What stands between a question and an answer that runs on in the same paragraph."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that opens a question or answer; `length` characters belong to it, the rest of the paragraph to what it opens."""

    kind: Literal["question", "answer", "numbered"]
    numbers: str
    """`2`, `10,11` or nothing."""
    length: int
    alone: bool
    """Nothing follows the mark in its paragraph."""


def read_mark(words: str, after: str, *, numbered: bool = True) -> Mark | None:
    """Give the mark that a paragraph opens with.

    Args:
        words: The paragraph.
        after: The paragraph after it.
        numbered: Whether a number alone may open a question; not so in the report of a debate.
    """
    if found := _QUESTION.match(words):
        if _opens(found, words) and (not found["rest"] or found["stop"] or (found["rest"].isupper() and found["numbers"])):
            return _mark("question", found, words)
    elif found := _ANSWER.match(words):
        if _opens(found, words) and (not found["rest"] or found["stop"] or found["rest"].isupper()):
            return _mark("answer", found, words)
    elif numbered and (found := _NUMBERED.match(words)) and _numbered_question(found, words, after):
        return _mark("numbered", found, words)
    return None


def is_bare_number(words: str) -> bool:
    """Whether a paragraph is a number and nothing more."""
    return _NUMBERED.fullmatch(words) is not None


def ends_asking(words: str) -> bool:
    """Whether a paragraph ends in a question mark, the marks of notes aside."""
    return _NOTE_MARK.sub("", words).endswith("?")


def asks_the_minister(words: str) -> bool:
    """Whether a paragraph begins as a question to a minister, whatever it ends in: "Kunt u dit toelichten."."""
    return bool(_ASKING.match(words) and _SECOND_PERSON.search(words[:60]))


def _opens(found: re.Match[str], words: str) -> bool:
    return bool(found["numbers"]) or not words.lower().startswith(_TITLES)


def _mark(kind: Literal["question", "answer", "numbered"], found: re.Match[str], words: str) -> Mark:
    rest = found["rest"]
    return Mark(kind=kind, numbers=_spelled_out(found["numbers"] or ""), length=found.start("rest") if rest else len(words), alone=not rest)


def _numbered_question(found: re.Match[str], words: str, after: str) -> bool:
    """Whether a number opens a question: what follows asks, or members ask in it, or it is answered right after."""
    if not found["rest"]:
        return not _SUBJECT_LINE.match(after) and (_is_question(after) or _ASKED_BY_MEMBERS.search(after[:600]) is not None)
    rest = words[found.start("rest") :]
    if _is_question(rest):
        return True
    return _ANSWER.match(after) is not None and ("?" in rest or _ASKED_BY_MEMBERS.search(rest[:600]) is not None)


def _is_question(words: str) -> bool:
    """Whether a paragraph asks: it ends in a question mark and tells little, or begins as a question and asks more than it tells."""
    asked = words.count("?")
    if not asked:
        return False
    told = len(_TOLD.findall(words))
    return (ends_asking(words) and asked >= told / 3) or (_ASKING.match(words) is not None and asked >= told)


def _spelled_out(words: str) -> str:
    """Write `10 en 11` as `10,11` and `3 t/m 5` as `3,4,5`."""
    found: list[int] = []
    open_range = False
    for part in re.findall(r"\d{1,3}|t/m|tot\sen\smet|-|\u2013", words):
        if not part.isdigit():
            open_range = bool(found)
            continue
        number = int(part)
        if open_range:
            found.extend(range(found[-1] + 1, min(number, found[-1] + 50)))
        open_range = False
        found.append(number)
    return ",".join(str(number) for number in found)
