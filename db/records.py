"""The types that travel along the line, and the names of its events. Frozen, keyword-only, compared by value.

Field names are English, values are Dutch where the field's own word is Dutch. Dates are calendar days in Europe/Amsterdam, instants are aware
and in UTC, offsets count Python string indices in `Text.text`, pages count from 1.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal


class EventKind(StrEnum):
    """What happened, in the past tense: the kinds of rows in the outbox."""

    SIGHTING_NEW = "sighting.new"
    SIGHTING_CHANGED = "sighting.changed"
    SIGHTING_WITHDRAWN = "sighting.withdrawn"
    DOCUMENT_EXTRACTED = "document.extracted"
    DOCUMENT_FAILED = "document.failed"
    PUBLICATION_NEW = "publication.new"
    PUBLICATION_REVISED = "publication.revised"
    PUBLICATION_JOINED = "publication.joined"
    PUBLICATION_ANALYSED = "publication.analysed"
    PUBLICATION_TRACKED = "publication.tracked"
    COMMITMENT_DUE = "commitment.due"
    COMMITMENT_OVERDUE = "commitment.overdue"


Kind = Literal[
    "kamerbrief", "antwoord", "uitstelbericht", "kamervraag", "motie", "amendement", "wetsvoorstel", "memorie", "nota", "verslag",
    "advies", "rapport", "bijlage", "beslisnota", "handeling", "agenda", "besluitenlijst", "persbericht", "overig",
]  # fmt: skip
"""What a publication is. `bijlage` is an annex whose own kind the source does not tell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileLink:
    """One file of a sighting, as the source offers it; the first of several carries the best text."""

    url: str
    media_type: str
    length: int | None = None
    version: str | None = None
    """The source's name for the bytes behind a URL that stays the same when they are replaced."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """What one source says of one item. Key: `source` and `identifier`."""

    source: str
    identifier: str
    url: str
    title: str
    kind: Kind
    publisher: str | None = None
    """Ministry or council as the source writes it."""
    office: str | None = None
    person: str | None = None
    published: date | None = None
    modified: datetime | None = None
    """The source's own clock for this record; decides order, never text."""
    dossiers: tuple[str, ...] = ()
    """Normalised: `32824`, `36600-XV`, `21501-02`."""
    number: str | None = None
    """Number within the dossier (ondernummer), or of the answer within its session year."""
    subjects: tuple[str, ...] = ()
    """Official subjects as published."""
    aliases: tuple[str, ...] = ()
    """Other identifiers of the same paper: `kst-32824-475`, `2025D12345`, `ah-tk-20242025-1344`."""
    parent: str | None = None
    """Identifier of the paper that this one is an annex of."""
    answers: tuple[str, ...] = ()
    """Numbers of the questions that it answers: `2026Z20377`."""
    files: tuple[FileLink, ...] = ()
    provisional: bool = False
    withdrawn: bool = False

    def plain(self) -> dict[str, Any]:
        """The fields by name, those of its files too: what `asdict` gives, without copying each value."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        facts["files"] = [{name: getattr(link, name) for name in link.__slots__} for link in self.files]
        return facts

    def fingerprint(self) -> str:
        """Hash of the fields that mean something; fetch times and the source's clock stay out."""
        facts = self.plain()
        del facts["modified"]
        for link in facts["files"]:
            if link["version"] is None:
                del link["version"]
        if not facts["answers"]:  # what was kept before there was this field goes on being the same
            del facts["answers"]
        canonical = json.dumps(facts, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedFile:
    """The bytes of one file of a sighting."""

    link: FileLink
    body: bytes
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """One row of a source that publishes its own tables; papers are put together from several."""

    category: str
    id: str
    """Unique within the source, whatever the category."""
    fields: tuple[tuple[str, str], ...] = ()
    """Names and values in the source's own words; a name may come more than once."""
    links: tuple[tuple[str, str], ...] = ()
    """Names of relations, each with the id of the other entity."""
    deleted: bool = False

    def all(self, name: str) -> list[str]:
        """The values of a field, in the source's order."""
        return [value for given, value in self.fields if given == name]

    def first(self, name: str) -> str | None:
        """The value of a field, or None where it is empty or absent."""
        return next(iter(self.all(name)), None)

    def linked(self, relation: str) -> list[str]:
        """The ids at the other end of a relation."""
        return [other for given, other in self.links if given == relation]


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisteredCommitment:
    """One commitment as the House registers it: made by a minister, by word of mouth, in a meeting. It has no deadline of its own."""

    source: str
    number: str
    """`TZ202603-130`."""
    text: str
    """The promise in the clerk's words; the only place where a term may stand."""
    status: str
    """`Openstaand`, `Deels voldaan`, `Voldaan`, `Vervallen`: as written."""
    person: str | None = None
    office: str | None = None
    ministry: str | None = None
    asked_by: tuple[str, ...] = ()
    """Members and parties."""
    activity: str | None = None
    """Number of the meeting."""
    activity_title: str | None = None
    promised: date | None = None
    """Day of the meeting: the day of the promise."""
    registered: date | None = None
    fulfilled: date | None = None
    """The register's date of fulfilment, where a letter is linked."""
    register_date: date | None = None
    """The same field of the register where no letter is linked: what it means is not documented, and it is never read as a deadline."""
    letters: tuple[str, ...] = ()
    """Numbers of the letters that fulfil it."""
    repeats: tuple[str, ...] = ()
    """Numbers of the commitments that it says again; likewise those that it changes and adds to."""
    changes: tuple[str, ...] = ()
    supplements: tuple[str, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerTerm:
    """Until when a minister has to answer written questions, as the House registers it."""

    source: str
    number: str
    """Of the questions: `2026Z20377`."""
    subject: str | None = None
    asked: date | None = None
    due: date | None = None
    """The day by which the answer is expected; the House moves it when the answer is put off."""
    settled: bool = False
    """Whether the House regards the questions as dealt with."""
    withdrawn: bool = False


SegmentKind = Literal["heading", "paragraph", "question", "answer", "list_item", "footnote", "table_row"]

Within = Literal["question", "answer", "signature", "annex", "motion", "law", "contents"]
"""What a segment is part of. `motion` is the Kamer speaking, `law` the text of articles, `contents` a table of contents."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """One heading, paragraph, question, answer, list item, footnote or table row of a text.

    `text[start:end]` may hold line breaks and page furniture; `pieces` are the stretches inside it that belong to the segment, in order.
    A question or answer of several paragraphs is several segments with the same `number`; a list item or table row inside one says so in `within`.
    """

    kind: SegmentKind
    start: int
    end: int
    pieces: tuple[tuple[int, int], ...] = ()
    """Empty where the whole of start..end belongs to the segment."""
    number: str | None = None
    """`2` or `10,11` for questions and answers, the mark of a footnote or list item."""
    within: Within | None = None
    page: int | None = None
    level: int | None = None
    """Depth of a heading, from 1."""
    cells: tuple[tuple[int, int], ...] = ()
    """Spans of the cells of a table row."""
    speaker: str | None = None
    """Who speaks, as a report of a debate prints it without the colon: `Minister De Jonge`, `De heer Flach (SGP)`, `De voorzitter`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """The text of one document with its structure."""

    text: str
    segments: tuple[Segment, ...]
    pages: int | None = None
    extractor: str
    """Name and version of what read it: `opxml/1`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Where a fact stands and who says so."""

    start: int
    end: int
    text: str
    """`text[start:end]`, as published."""
    sentence: str
    """The sentence around it, white space folded."""
    page: int | None = None
    rule: str
    """Name and version of the rule or model: `commitments.inform/3`."""
    confidence: float
    """0 to 1."""
    reason: str = ""
    """What the rule went by, in a few words; shown, not stored."""


Precision = Literal["day", "week", "month", "quarter", "half-year", "season", "year", "vague", "event", "series", "recurring"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A moment by which something was promised, as a range of days."""

    phrase: str
    not_before: date | None = None
    not_after: date | None = None
    precision: Precision
    anchor: str | None = None
    """What the range hangs on: `document 2025-05-08`, `zomerreces 2025`."""
    note: str | None = None
    """The reading, in Dutch, for the person who sees the date."""
    look_again: date | None = None
    """When to ask again about a phrase that names no date."""
    grace_days: int = 0
    """Days after `not_after` before anyone may call it overdue."""


CommitmentKind = Literal["inform", "investigate", "talk", "legislate", "fund", "evaluate", "other"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Commitment:
    """One sentence in which the government binds itself to a future act of its own."""

    evidence: Evidence
    firm: bool
    kind: CommitmentKind
    deliverable: str
    """Same key for sentences of a document that announce the same act."""
    act: str
    """The act in a few Dutch words: "brief over sociale inbedding"."""
    actor: str | None = None
    addressee: str | None = None
    condition: str | None = None
    deadline: Deadline | None = None
    answers: str | None = None
    """Number of the question under whose answer it stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """One sum of money, in whole currency units."""

    evidence: Evidence
    value: Decimal | None
    """None for "tientallen miljoenen"."""
    value_max: Decimal | None = None
    currency: str = "EUR"
    per: str | None = None
    recurring: Literal["structural", "incidental", "annual"] | None = None
    bound: Literal["max", "min", "approx"] | None = None
    extra: bool = False
    year: int | None = None
    years: tuple[int, ...] = ()
    purpose: str | None = None
    recipient: str | None = None
    scheme: str | None = None
    novelty: Literal["new", "repeated", "level"] | None = None


ReferenceKind = Literal["kamerstuk", "handelingen", "aanhangsel", "staatsblad", "staatscourant", "law", "eu", "ecli", "report", "question"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A paper, law, case or report that the text names."""

    evidence: Evidence
    kind: ReferenceKind
    target: str
    """Normalised: `kst-32824-475`, `stb-2021-38`, `ECLI:NL:RVS:2023:1`, `CELEX...`, `question:2`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicEvidence:
    """A word that decided, and where it stands; no place for a signal from outside the text (a dossier, a subject)."""

    term: str
    start: int | None = None
    end: int | None = None
    weight: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """One topic of a document."""

    topic: str
    """`labour-migration`, as the topic's file is named."""
    score: float
    """0 to 1."""
    evidence: tuple[TopicEvidence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Fulfilment:
    """A sentence in which a document says what becomes of a promise made before."""

    evidence: Evidence
    kind: Literal["kept", "moved"]
    """`kept`: this document delivers what was promised; `moved`: a term that was named before does not hold."""
    about: str
    """The sentences that tell which promise: its own and, where it points back ("deze toezegging"), the ones before."""
    was: Deadline | None = None
    """The term that does not hold, where the sentence names it."""
    becomes: Deadline | None = None
    """The new one, where it does."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """What was read in one document."""

    focus: bool
    focus_score: float
    topics: tuple[Topic, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    amounts: tuple[Amount, ...] = ()
    references: tuple[Reference, ...] = ()
    fulfilments: tuple[Fulfilment, ...] = ()
    analyser: str = ""
    """Names and versions of what read it: `rules/1` or `rules/1+kamerspoor_nl/1`."""
    notes: tuple[str, ...] = field(default=())
    """What the reader of the result should know: "geen parser, alleen regels"."""
    office: str | None = None
    """Who speaks, as the document itself says: "minister van Sociale Zaken en Werkgelegenheid"; several joined by "en"."""
    person: str | None = None
    """Who signed, as printed: "Y.J. van Hijum"."""
    ministry: str | None = None
    """The ministry of that office on the day of the document."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What is known of a document beside its text."""

    title: str | None = None
    date: date | None = None
    """The document's own date: the anchor for "voor de zomer"."""
    doctype: str | None = None
    """A `Kind` or a source's own word ("Antwoord schriftelijke vragen")."""
    publisher: str | None = None
    dossiers: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened: a row of the outbox."""

    id: int
    kind: EventKind
    subject: int | str
    """Row id (or alert id) of what it happened to."""
    at: datetime
    attempts: int = 0


ReadingCause = Literal["new", "revised", "joined", "withdrawn"]
"""Why a publication is read: it is new, its own source changed it, another sighting joined it, or all that was ever seen of it was its withdrawal."""

Cause = Literal["new", "revised", "due", "overdue"]
"""`due`: a promise in it must be kept within two weeks; `overdue`: a term in it is over."""

AlarmKind = Literal["silent", "undelivered", "restored"]
"""`silent`: a source fails, lags or is silent; `undelivered`: a target takes nothing; `restored`: what was wrong is over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """Why a watch fired for a publication, with what its reader needs; a snapshot of the moment."""

    id: str
    """Stable: the same watch, publication and occasion give the same id, so a receiver can tell a repeat."""
    watch: str
    publication_id: int | None
    """None where it is about an alarm."""
    kind: Cause | AlarmKind
    title: str
    summary: str
    """One or two Dutch sentences: what it is and why it came."""
    content: str
    """JSON: `watch url kind date publisher office dossiers reasons words topics promises amounts changes happened` as `pipeline.match` writes it."""
    raised: datetime
    withdrawn: datetime | None = None
    """When the publication was taken back by all its sources."""
    alarm_id: int | None = None
    """The row of the alarm that it is about; None where it is about a publication."""
