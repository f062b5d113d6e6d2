"""Who speaks in a document: the offices, persons and ministry that it is signed by or that it names in its head.

In: the passages of a document and what is known of it. Out: a `Signature`. Decides only.

The signature wins over the head ("Nr. 541 BRIEF VAN DE MINISTER VAN ..."), the head of an answer ("Antwoord van minister X (ministry)") names the
person and the ministry. "Mede namens" names others who stand behind the text: they are kept apart. In a debate nobody speaks for the whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nlp.offices import Office, ministry_of, office_of_person, read_offices
from nlp.prepare import Passage

_HEAD = 40
"""Passages from the start that can be the head of a document."""
_FOOT = 14
"""Passages from the end in which an unmarked signature is looked for."""
_LINE = 400

_LETTERS = r"[A-Z\u00c0-\u017f][\w\u2019'\u00c0-\u017f-]{1,40}"
_PARTS = r"(?:[Vv]an|[Dd]e|[Dd]er|[Dd]en|[Tt]er|[Tt]en|[Tt]e|[Hh]et|'t|\u2019t|[Ee]l|[Aa]l)"
_NAME = rf"(?:{_PARTS}\s){{0,3}}{_LETTERS}(?:\s(?:{_PARTS}\s){{0,2}}{_LETTERS}){{0,2}}"
_ANSWER = re.compile(
    rf"(?P<title>[Mm]inister|[Ss]taatssecretaris)\s(?P<name>{_NAME}(?:\sen\s(?:van\s)?{_NAME})?)\s?\((?P<ministry>[A-Z][^()]{{2,80}})\)"
)
_ANSWERED = re.compile(r"^(?:Antwoord(?:en)?|Mededeling|Nader antwoord|Antwoorden en mededelingen)\s(?:van|door)\s")
_QUESTIONS = re.compile(r"^(?:Antwoord(?:en)? op )?[Vv]ragen van (?:het lid|de leden) ")
_LETTER = re.compile(r"^(?:Nr\.\s\S{1,6}\s)?(?:HERDRUK\s)?(?:BRIEF|Brief|LIJST VAN VRAGEN|GEWIJZIGDE BRIEF)\s(?:VAN|van)\s(?:DE|de|HET|het)\s")
_ON_BEHALF = re.compile(r",?\s*(?:mede\s+)?(?:namens|in overeenstemming met|uitgebracht mede)\s", re.IGNORECASE)
_GLUED = re.compile(r"\.(?=[A-Z][a-z]{2})")
"""An initial printed against a name: "M.Veldhoen"."""
_SIGNED = re.compile(r"^(?:namens\s)?(?:de|het|onze)\s(?:demissionair\s)?(?:minister|staatssecretaris)", re.IGNORECASE)
_PERSON = re.compile(
    rf"^(?:(?:drs|mr|dr|ir|prof|ing)\.?\s){{0,3}}(?:[A-Z][a-z]?\.\s?){{1,6}}(?:\([\w ]{{2,20}}\)\s)?"
    rf"(?:{_PARTS}\s){{0,3}}{_LETTERS}(?:[ -]{_LETTERS}){{0,2}}$"
    rf"|^[A-Z][a-z\u00e0-\u017f]{{2,20}}\s(?:{_PARTS}\s){{0,3}}{_LETTERS}$"
)
_SPEAKER = re.compile(rf"^(?:De heer |Mevrouw )?(?P<title>[Mm]inister-president|[Mm]inister|[Ss]taatssecretaris)\s(?P<name>{_NAME})$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """Who speaks in a document."""

    offices: tuple[str, ...] = ()
    """ "minister van Sociale Zaken en Werkgelegenheid"; in the order of the document."""
    persons: tuple[str, ...] = ()
    ministry: str | None = None
    """Full name of the ministry of the first office on the day of the document."""
    behind: tuple[str, ...] = ()
    """Offices on whose behalf the text is written too."""

    @property
    def office(self) -> str | None:
        """The offices as one text."""
        return " en ".join(self.offices) or None

    @property
    def person(self) -> str | None:
        """The persons as one text."""
        return " en ".join(self.persons) or None


def read_signature(passages: Sequence[Passage], day: date | None) -> Signature:
    """Give who speaks; an empty signature where the document does not tell, or where several speak in turn."""
    if any(passage.speaker for passage in passages):
        return Signature()
    signed = _signed(passages, day)
    head = _head(passages, day)
    if not signed.offices:
        return head
    return Signature(offices=signed.offices, persons=signed.persons or head.persons, ministry=signed.ministry or head.ministry, behind=head.behind)


def speaker_office(speaker: str, day: date | None) -> str:
    """Give the office of a speaker in a debate: from the table where person and day are known, else as the report prints it."""
    found = _SPEAKER.match(speaker)
    if found is None:
        return speaker
    return office_of_person(found["name"], day) or f"{found['title'].lower()} {found['name']}"


def _head(passages: Sequence[Passage], day: date | None) -> Signature:
    asked: list[Office] = []
    for passage in passages[:_HEAD]:
        line = passage.text[:_LINE]
        if _QUESTIONS.match(line):
            asked = [office for office, _ in read_offices(line, day)]
        if passage.asked or passage.within in ("answer", "law", "motion"):
            continue
        if _ANSWERED.match(line):
            return _answer(line, day, asked)
        if _LETTER.match(line):
            offices = [office for office, _ in read_offices(line, day)]
            return _of(offices, (), ())
    return Signature()


def _answer(line: str, day: date | None, asked: Sequence[Office]) -> Signature:
    """ "Antwoord van minister Van Hijum (Sociale Zaken en Werkgelegenheid), mede namens de staatssecretaris van ..."."""
    own, _, others = line.partition(found.group()) if (found := _ON_BEHALF.search(line)) else (line, "", "")
    offices: list[Office] = []
    persons: list[str] = []
    for match in _ANSWER.finditer(own):
        ministry = ministry_of(match["ministry"], day) or match["ministry"]
        held = office_of_person(match["name"], day)
        title = match["title"].lower()
        # The answer prints the ministry; the question names the office in it: "aan de Minister van Werk en Participatie".
        same = next((office.title for office in asked if office.ministry == ministry and office.title.startswith(title)), None)
        offices.append(Office(title=held or same or f"{title} van {match['ministry']}", ministry=ministry))
        persons.append(match["name"])
    if not offices:
        offices = [office for office, _ in read_offices(own, day)]
    behind = [office.title for office, _ in read_offices(others, day)]
    return _of(offices, persons, behind)


def _signed(passages: Sequence[Passage], day: date | None) -> Signature:
    """Office and name under a letter: marked as signature, or the last lines that read like one."""
    lines = [(at, passage) for at, passage in enumerate(passages) if passage.within == "signature"]
    if not lines:
        first = max(len(passages) - _FOOT, 0)
        lines = [(at, passage) for at, passage in enumerate(passages[first:], first) if len(passage.text) < 160]
    offices: list[Office] = []
    persons: list[str] = []
    last = -9
    for at, passage in lines:
        text = passage.text.strip()
        if _SIGNED.match(text) and len(text) < 160:
            found = read_offices(text, day)
            if found and _ends(text, found[-1][1]):
                offices += [office for office, _ in found]
                last = at
                name = _GLUED.sub(". ", text[found[-1][1] :].strip(" ,."))
                if _PERSON.match(name):
                    persons.append(name)
        elif 0 < at - last <= 2 and _PERSON.match(text):
            persons.append(_GLUED.sub(". ", text))
    return _of(offices, persons, ())


def _ends(text: str, at: int) -> bool:
    """Whether nothing but a name follows the office: a sentence about a minister is no signature."""
    rest = text[at:].strip(" ,.")
    return not rest or _PERSON.match(rest) is not None


def _of(offices: Sequence[Office], persons: Sequence[str], behind: Sequence[str]) -> Signature:
    unique = tuple(dict.fromkeys(office.title for office in offices))
    return Signature(
        offices=unique, persons=tuple(dict.fromkeys(persons)), behind=tuple(dict.fromkeys(behind)),
        ministry=next((office.ministry for office in offices if office.ministry), None),
    )  # fmt: skip
