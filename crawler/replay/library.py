"""The bundled publications: files in, `Publication` records out, as they stand on a given day.

All of them are invented: the persons, the figures and what happens. The dossiers and offices exist.
Each file in `publications/` is a TOML head between lines of `+++`, then the body as `markup.py` says. What the head may hold is the fields of
`Publication`; `[expected]` says what a careful reader finds in the text and is there for checks, never for the renderers. Decides only.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, get_args
from zlib import crc32
from zoneinfo import ZoneInfo

from crawler.replay.markup import Body, parse_body
from db.errors import UsageError
from db.records import Kind

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_Date = date  # a field of Publication has the same name
DAYS = {1: date(2026, 11, 10), 2: date(2026, 11, 11)}
"""A Tuesday and a Wednesday."""
WITHDRAWN = "Ingetrokken"
"""Status of a record whose paper was taken back."""
_FOLDER = Path(__file__).parent
FILES = _FOLDER / "files"
_HEAD = re.compile(r"\+\+\+\n(.*?)\n\+\+\+\n(.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A sentence that binds the government, as it stands in the text, and the range of its deadline."""

    sentence: str
    phrase: str | None = None
    """The words of the deadline; in the sentence itself or, where that says none, in the one after it."""
    not_before: date | None = None
    not_after: date | None = None
    firm: bool = True
    kind: str = "inform"
    role: str = "new"
    """`new`; `moved` where it changes an earlier deadline; `repeated` where it says again what another sentence promised."""


@dataclass(frozen=True, kw_only=True)
class NoPromise:
    """A sentence that looks like a promise and is none."""

    sentence: str
    why: str
    """`refusal`, `recall`, `fulfilment`, `request`, `question`, `agency`, `past`, `action`, `council`."""


@dataclass(frozen=True, kw_only=True)
class Sum:
    """A sum of money as written, with its value in whole units; value absent for "enkele tientallen miljoenen"."""

    text: str
    value: float | None = None
    value_max: float | None = None
    per: str | None = None
    recurring: str | None = None
    bound: str | None = None


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a careful reader finds in a publication. A sentence about which two readers may differ stands in neither list."""

    focus: bool
    topics: tuple[str, ...]
    promises: tuple[Promise, ...] = ()
    no_promises: tuple[NoPromise, ...] = ()
    amounts: tuple[Sum, ...] = ()
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """The question that an answer or a postponement belongs to."""

    number: str
    asked: date
    members: tuple[str, ...]
    """Names as in the metadata: `A.B. de Vries`."""
    asked_by: str
    """As in the heading: `het lid De Vries (D66)`."""
    subject: str


@dataclass(frozen=True, kw_only=True)
class CouncilPage:
    """Where a publication stands on the site of a council."""

    site: str
    path: str
    type: str
    summary: str
    docx: bool = False
    """Whether the page offers the Word file beside the PDF."""
    title: str | None = None
    """Where the site calls it something else than the House does."""


@dataclass(frozen=True)
class Publication:
    """One bundled publication with all that the renderers need."""

    id: str
    kind: Kind
    day: int
    """The first day on which its sources show it."""
    date: _Date
    title: str
    body: str
    expected: Expected
    formats: tuple[str, ...] = ("xml", "html", "pdf")
    koop: bool = True
    council: CouncilPage | None = None
    dossiers: tuple[str, ...] = ()
    number: str | None = None
    session: str = "2026-2027"
    office: str | None = None
    person: str | None = None
    ministry: str | None = None
    members: tuple[str, ...] = ()
    """Who moved a motion or asked a question, as in the metadata."""
    subjects: tuple[str, ...] = ()
    status: str = "Opgemaakt"
    available: _Date | None = None
    modified: _Date | None = None
    """Day of the last editing before day two, where that is not the day of first publication: typeset later."""
    parent: str | None = None
    question: Question | None = None
    provisional: str | None = None
    """Flat identifier under which the paper stands, as PDF alone, on its first day; its own identifier follows a day later."""
    withdrawn: int | None = None
    """First day on which it is taken back."""
    revised: int | None = None
    """First day of the other text; `stem` is then another one too."""
    replacements: tuple[tuple[str, str], ...] = ()
    revised_expected: Expected | None = None
    stem: str = field(default="")
    """Name of its files in `files/` without the ending."""
    shown: int = 1
    """The day that it is shown on in this form."""

    @cached_property
    def content(self) -> Body:
        """The parsed body."""
        return parse_body(self.body)

    @property
    def family(self) -> str:
        """`kst`, `ah-tk`, `blg`, `h-tk` or `kv-tk`; empty for what only a council shows."""
        match = re.match(r"(kst|ah-tk|ah|blg|h-tk|kv-tk)-", self.id)
        return match[1] if match else ""

    @property
    def first_available(self) -> _Date:
        """Day of first publication."""
        return self.available or self.date

    @property
    def changed(self) -> datetime:
        """When its record last changed in the repository: a moment of working hours, always the same for the same form."""
        day = DAYS[self.shown] if self.shown > 1 else self.modified or self.first_available
        minutes = crc32(self.stem.encode()) % 540
        return datetime.combine(day, time(8), AMSTERDAM) + timedelta(minutes=minutes, microseconds=crc32(self.id.encode()) % 1_000_000)


def load(folder: Path = _FOLDER / "publications") -> tuple[Publication, ...]:
    """All bundled publications, by identifier.

    Raises:
        UsageError: a file has no head, an unknown field, or two files share an identifier.
    """
    found = tuple(read_publication(path) for path in sorted(folder.glob("*.txt")))
    if len({publication.id for publication in found}) != len(found):
        raise UsageError(f"two files in {folder.name} share an identifier")
    return found


def read_publication(path: Path) -> Publication:
    """The publication in one file, in its first form."""
    match = _HEAD.fullmatch(path.read_text(encoding="utf-8"))
    if match is None:
        raise UsageError(f"{path.name} has no head between lines of +++")
    head: dict[str, Any] = tomllib.loads(match[1])
    unknown = set(head) - {item.name for item in fields(Publication)} - {"revision"}
    if unknown:
        raise UsageError(f"{path.name} has unknown fields {sorted(unknown)}")
    if head["kind"] not in get_args(Kind):
        raise UsageError(f"{path.name} has the unknown kind {head['kind']}")
    revision: dict[str, Any] = head.pop("revision", {})
    expected = _expected(head.pop("expected"))
    council = head.pop("council", None)
    question = head.pop("question", None)
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in head.items()}
    return Publication(
        **plain,
        body=match[2],
        expected=expected,
        council=CouncilPage(**council) if council else None,
        question=Question(**question | {"members": tuple(question["members"])}) if question else None,
        revised=revision.get("day"),
        replacements=tuple((old, new) for old, new in revision.get("replace", [])),
        revised_expected=_expected(revision["expected"]) if "expected" in revision else None,
        stem=head["id"],
        shown=head["day"],
    )


def on_day(publications: tuple[Publication, ...], day: int) -> tuple[Publication, ...]:
    """What the sources show on a day: what has appeared, as revised, withdrawn or still under its flat identifier that day."""
    return tuple(_form(item, day) for item in publications if item.day <= day)


def forms(publication: Publication) -> tuple[Publication, ...]:
    """Every form in which a publication is ever shown, first to last."""
    shown = (_form(publication, day) for day in DAYS if day >= publication.day)
    return tuple({form.stem: form for form in shown}.values())


def _form(publication: Publication, day: int) -> Publication:
    if publication.provisional and day == publication.day:
        return replace(
            publication, id=publication.provisional, stem=publication.provisional, formats=("pdf",), status="Onopgemaakt", subjects=()
        )
    if publication.provisional:
        return replace(publication, status="Opgemaakt na onopgemaakt", shown=publication.day + 1)
    if publication.withdrawn and publication.withdrawn <= day:
        return replace(publication, status=WITHDRAWN, shown=publication.withdrawn)
    if publication.revised and publication.revised <= day:
        body = publication.body
        for old, new in publication.replacements:
            if body.count(old) != 1:
                raise UsageError(f"{publication.id}: the words to replace stand {body.count(old)} times in the text: {old}")
            body = body.replace(old, new)
        expected = publication.revised_expected or publication.expected
        stem = f"{publication.id}.day{publication.revised}"
        return replace(publication, body=body, expected=expected, stem=stem, shown=publication.revised)
    return publication


def _expected(facts: dict[str, Any]) -> Expected:
    return Expected(
        focus=facts["focus"],
        topics=tuple(facts["topics"]),
        promises=tuple(Promise(**item) for item in facts.get("promise", [])),
        no_promises=tuple(NoPromise(**item) for item in facts.get("no_promise", [])),
        amounts=tuple(Sum(**item) for item in facts.get("amount", [])),
        notes=facts.get("notes", ""),
    )
