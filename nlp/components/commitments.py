"""Finds the sentences in which the government binds itself, with the deadline and the slots of each promise.

In: the passages of a document with their sentences, what is known of the document, the day to count from. Out: found commitments in reading
order; spans count in the clean text of their passage. Decides only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from db.records import CommitmentKind, Context, Deadline
from nlp.acts import Dated, Promise, Register
from nlp.clauses import Sentence, take_apart
from nlp.components.deadlines import Moment, find_moments
from nlp.levels import MAIN, SUBORDINATE
from nlp.prepare import Passage
from nlp.promises import judge, judge_relative
from nlp.reading import Reading, read_clause
from nlp.slots import act_of, actor_of, addressee_of, condition_of, deliverable_words

VERSION = 1
"""Part of every rule's name; raised when a rule changes what it finds."""

_NO_PROMISES = re.compile(
    r"motie|amendement|beslisnota|regeling\b|maatregel van bestuur|beleidsregel|^besluit|wetsvoorstel|voorstel van wet|^wet\b|schriftelijke vragen$|kamervraag|adviescollege|^advies|agenda|besluitenlijst|verdrag|rapport|circulaire",
    re.IGNORECASE,
)
_ANSWERS = re.compile(r"^antwoord", re.IGNORECASE)
_PROGRAMME = re.compile(r"regeerprogramma|regeerakkoord|coalitieakkoord|hoofdlijnenakkoord", re.IGNORECASE)
_DEBATE = re.compile(r"handeling|debat|persconferentie|mediatekst|stenogram", re.IGNORECASE)
_MINISTER_SPEAKS = re.compile(
    r"(?<!\w)(?:ontraad ik|ontraad deze|oordeel (?:over|aan)|aan het oordeel van de kamer|laat ik het oordeel)(?!\w)", re.IGNORECASE
)
_SILENT_KINDS = frozenset({"heading", "footnote", "question", "table_row"})
_SILENT_PARTS = frozenset({"question", "motion", "law", "contents", "signature"})
_CARRIES = re.compile(
    r"^(?:ook |en )?(?:hierbij|daarbij|hierin|daarin|in (?:die|deze|dat|dit) [\w-]+|dit (?:doe|gebeurt)|dat (?:doe|gebeurt))(?!\w)", re.IGNORECASE
)
_MOMENT_ONLY = re.compile(
    r"^(?:dit|dat|deze|die|de \w+|het \w+)\s+(?:doe|doet|doen|gebeurt|zal|volgt|ontvangt|verwacht|zullen)(?!\w)|^naar verwachting zal (?:dit|dat)",
    re.IGNORECASE,
)
_SAME_ACT = re.compile(r"(?<!\w)(?:dat|dit)(?!\w).{0,60}(?<!\w)(?:doen|doe)(?!\w)", re.IGNORECASE)
_QUESTION_END = re.compile(r"\?\W*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundCommitment:
    """One promise: `start..end` is its sentence in the clean text of passage number `passage`."""

    passage: int
    start: int
    end: int
    firm: bool
    kind: CommitmentKind
    deliverable: str
    act: str
    actor: str | None
    addressee: str | None
    condition: str | None
    deadline: Deadline | None
    answers: str | None
    rule: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Hit:
    passage: int
    start: int
    end: int
    sentence: Sentence
    reading: Reading
    promise: Promise
    deadline: Deadline | None


@dataclass(slots=True)
class _Thread:
    """What the sentence before left behind."""

    hit: _Hit | None = None
    cabinet: bool = False
    lead: str = ""
    """A sentence that ends in a colon, for the list items after it."""
    distance: int = 0
    found: list[_Hit] = field(default_factory=list)


def find_commitments(
    passages: Sequence[Passage], sentences: Sequence[Sequence[tuple[int, int]]], context: Context, anchor: date | None
) -> tuple[FoundCommitment, ...]:
    """Give the promises of a document in reading order; `sentences[i]` are the sentence spans of `passages[i]`."""
    register = _register(context)
    if register is None:
        return ()
    thread = _Thread()
    for number, passage in enumerate(passages):
        if not _may_promise(passage, register):
            thread.hit, thread.lead = None, ""
            continue
        for start, end in sentences[number]:
            _read_sentence(passage, number, start, end, register, anchor, thread)
    return tuple(_finish(thread.found, passages, context))


def _register(context: Context) -> Register | None:
    """How the document speaks; None where it cannot bind the government."""
    kind = context.doctype or ""
    if _PROGRAMME.search(kind) or (not kind and _PROGRAMME.search(context.title or "")):
        return "programme"
    if _DEBATE.search(kind):
        return "debate"
    if _NO_PROMISES.search(kind) and not _ANSWERS.match(kind):
        return None
    return "letter"


def _may_promise(passage: Passage, register: Register) -> bool:
    if passage.kind in _SILENT_KINDS or passage.within in _SILENT_PARTS or passage.asked:
        return False
    if register == "debate" or passage.speaker is not None:
        return passage.by_government is True or (passage.speaker is None and _MINISTER_SPEAKS.search(passage.text) is not None)
    return True


def _read_sentence(passage: Passage, number: int, start: int, end: int, register: Register, anchor: date | None, thread: _Thread) -> None:
    text = passage.text[start:end]
    lead, thread.lead = thread.lead, text if text.endswith(":") else ""
    thread.distance += 1
    if _QUESTION_END.search(text):
        thread.hit = None
        return
    near = thread.hit if thread.distance == 1 else None
    hits = list(_promises(text, number, start, end, register, anchor, thread, near))
    if not hits and lead and passage.kind == "list_item":
        thread.lead = lead
        hits = list(_list_item(lead, text, number, start, end, register, anchor, thread))
    if near is not None and near.deadline is None and _MOMENT_ONLY.match(text):
        _give_moment(thread, near, text, anchor)
    thread.cabinet = re.search(r"(?<!\w)kabinet(?!\w)", text, re.IGNORECASE) is not None
    if hits:
        thread.found.extend(hits)
        thread.hit, thread.distance = hits[-1], 0


def _promises(
    text: str, number: int, start: int, end: int, register: Register, anchor: date | None, thread: _Thread, near: _Hit | None
) -> Iterator[_Hit]:
    """Read a sentence clause by clause; two promises come out where they are two acts."""
    sentence = take_apart(text)
    earlier: Reading | None = None
    moments: list[Moment] | None = None
    hits: list[_Hit] = []
    for clause in sentence.clauses:
        reading = read_clause(sentence, clause, earlier)
        if moments is None:
            moments = [moment for moment in find_moments(text, anchor) if moment.usable]
        own = _own(moments, sentence, reading)
        if (
            not own
            and earlier is not None
            and not hits
            and earlier.auxiliary in ("komen", "zijn", "worden", "zullen")
            and sentence.tokens[clause.first - 1].lower == "en"
        ):
            # "Eind 2023 komt de monitor beschikbaar en wordt u geïnformeerd": one moment for both.
            own = [moment for moment in moments if earlier.start <= moment.start < earlier.end]
        earlier = reading
        promise = judge(reading, register, _dated(own), follows_promise=near is not None, about_cabinet=thread.cabinet)
        if promise is None:
            continue
        if near is not None and promise.kind == "other" and _SAME_ACT.search(text):
            promise = replace(promise, kind=near.promise.kind)
        deadline = _deadline(own, reading) or (near.deadline if near is not None and _CARRIES.match(text) else None)
        hits.append(_Hit(number, start, end, sentence, reading, promise, deadline))
    if not hits and earlier is not None and register != "debate" and (relative := _relative(sentence)):
        own = [moment for moment in moments or () if relative[0] <= moment.start < relative[1]]
        promise = Promise("relative", True, "inform", "informeren", 0.75, True, text[relative[0] : relative[1]])
        hits.append(_Hit(number, start, end, sentence, earlier, promise, _deadline(own, earlier)))
    if len(hits) > 1 and hits[0].promise.verb in ("gaan", "doen") and hits[0].promise.kind == "other":
        del hits[0]
    yield from hits[:1]
    yield from (hit for hit in hits[1:] if _another_act(hits[0], hit))


def _own(moments: Sequence[Moment], sentence: Sentence, reading: Reading) -> list[Moment]:
    """The moments of a clause that can be the moment of its act: not those of a purpose ("om in 2030 ...") or of a relative clause."""
    points_down = (
        reading.auxiliary in ("zijn", "hebben")
        or (reading.verb is not None
        and reading.verb.infinitive in ("streven", "verwachten", "hopen", "toezeggen", "beloven"))
    )
    own = []
    for moment in moments:
        if not reading.start <= moment.start < reading.end:
            continue
        level = next((sentence.levels[i] for i, token in enumerate(sentence.tokens) if token.end > moment.start), MAIN)
        event = moment.deadline.not_after is None and moment.deadline.not_before is None
        if level == MAIN or points_down or (level == SUBORDINATE and event):
            own.append(moment)
    return own


def _relative(sentence: Sentence) -> tuple[int, int] | None:
    """Offsets of a relative clause that promises word to the Chamber."""
    tokens, levels = sentence.tokens, sentence.levels
    for i, token in enumerate(tokens):
        if levels[i] == SUBORDINATE and (token.lower in ("die", "dat", "welke") or token.lower.startswith("waar")):
            end = next(
                (j for j in range(i, len(tokens)) if levels[j] != SUBORDINATE and levels[j] != levels[i] and tokens[j].text not in ",-\u2013"),
                len(tokens),
            )
            if judge_relative(" ".join(word.lower for word in tokens[i:end])):
                return token.start, tokens[end - 1].end
    return None


def _another_act(first: _Hit, second: _Hit) -> bool:
    """Whether a second promise in a sentence is an item of its own: it delivers something else, or at another time."""
    if first.deadline is not None and second.deadline is not None:
        return first.deadline.phrase != second.deadline.phrase
    return first.promise.kind != second.promise.kind and second.promise.kind == "inform" and second.promise.addressed


def _list_item(lead: str, text: str, number: int, start: int, end: int, register: Register, anchor: date | None, thread: _Thread) -> Iterator[_Hit]:
    """An elliptical item ("een wetsvoorstel indienen;") read as the end of the sentence that leads in the list."""
    whole = lead.rstrip(": ") + " " + text.lstrip("-\u2013\u2022\u25aa* ")
    for hit in _promises(whole, number, start, end, register, anchor, thread, None):
        if hit.reading.at >= len(lead) - 2:
            yield hit


def _dated(moments: Sequence[Moment]) -> Dated:
    if any(moment.deadline.not_after or moment.deadline.not_before for moment in moments):
        return "dated"
    if any(moment.deadline.precision not in ("event", "series", "recurring") for moment in moments):
        return "vague"
    return "event" if moments else ""


def _deadline(moments: Sequence[Moment], reading: Reading) -> Deadline | None:
    """Of several moments a dated one wins, then the one nearest to the verb."""
    if not moments:
        return None
    return min(moments, key=lambda moment: (not (moment.deadline.not_after or moment.deadline.not_before), abs(moment.start - reading.at))).deadline


def _give_moment(thread: _Thread, near: _Hit, text: str, anchor: date | None) -> None:
    """ "Ik informeer u hierover. Dit doe ik voor de zomer.": the moment belongs to the promise before."""
    moments = [moment for moment in find_moments(text, anchor) if moment.usable]
    if not moments or thread.found[-1] is not near:
        return
    thread.found[-1] = _Hit(near.passage, near.start, near.end, near.sentence, near.reading, near.promise, moments[0].deadline)


def _finish(hits: Sequence[_Hit], passages: Sequence[Passage], context: Context) -> Iterator[FoundCommitment]:
    known: list[tuple[str, frozenset[str], str]] = []
    previous: tuple[_Hit, str] | None = None
    for hit in hits:
        key = _deliverable(hit, known, previous)
        previous = (hit, key)
        yield FoundCommitment(
            passage=hit.passage, start=hit.start, end=hit.end, firm=hit.promise.firm, kind=hit.promise.kind, deliverable=key, act=act_of(hit.sentence, hit.reading, hit.promise),
            actor=actor_of(hit.reading, context.publisher), addressee=addressee_of(hit.reading, hit.promise), condition=condition_of(hit.sentence, hit.reading), deadline=hit.deadline,
            answers=passages[hit.passage].number if passages[hit.passage].kind == "answer" or passages[hit.passage].within == "answer" else None,
            rule=f"commitments.{hit.promise.rule}/{VERSION}", confidence=hit.promise.confidence, reason=hit.promise.reason,
        )  # fmt: skip


def _deliverable(hit: _Hit, known: list[tuple[str, frozenset[str], str]], previous: tuple[_Hit, str] | None) -> str:
    """Give the key of the act: the same for a sentence that points into the one before, or names the same product with the same words."""
    product, content = deliverable_words(hit.reading)
    if previous is not None and _CARRIES.match(hit.sentence.text) and hit.passage - previous[0].passage <= 1:
        return previous[1]
    for other, words, key in known:
        shared = len(content & words)
        if (product and product == other and (shared >= 3 or len(content) <= 3)) or (shared >= 6 and shared >= 0.6 * min(len(content), len(words))):
            return key
    key = f"d{len(known) + 1}"
    known.append((product, content, key))
    return key
