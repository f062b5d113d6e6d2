"""Finds the sentences in which the government binds itself, with the deadline and the slots of each promise.

In: the passages of a document with their sentences, what is known of the document, the day to count from. Out: found commitments in reading
order; spans count in the clean text of their passage. Decides only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from db.records import CommitmentKind, Context, Deadline
from nlp.acts import Promise, Register, names_paper
from nlp.antecedents import about_of
from nlp.clauses import Clause, Sentence, take_apart
from nlp.components.act_moments import dated, nearest, own_moments, shares_moment
from nlp.components.deadlines import Moment, find_moments
from nlp.deliveries import Mention, fuller, keys_of
from nlp.levels import SUBORDINATE
from nlp.prepare import Passage
from nlp.promises import judge
from nlp.reading import Reading, read_clause
from nlp.relatives import judge_relative
from nlp.signature import read_signature, speaker_office
from nlp.slots import actor_of, addressee_of, condition_of, delivery_of
from nlp.tokens import AUXILIARIES, WORDS, has_form
from nlp.verbs import pick
from nlp.wording import act_of
from nlp.wordlists import pattern, words

VERSION = 1
"""Part of every rule's name; raised when a rule changes what it finds."""

_SILENT_KINDS = frozenset({"heading", "footnote", "question", "table_row"})
_SILENT_PARTS = frozenset({"question", "motion", "law", "contents", "signature"})
_ANSWER = re.compile(r"antwoord", re.IGNORECASE)
_QUESTION = re.compile(r"\?\W*$")
_CABINET = re.compile(r"(?<!\w)kabinet(?!\w)", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"^(?:ook |en )?(?:hierbij|daarbij|hierin|daarin|in (?:die|deze|dat|dit) [\w-]+|(?:dit|dat) (?:doe|doen|gebeurt))(?!\w)", re.IGNORECASE
)
_ONLY_WHEN = re.compile(
    r"^(?:dit|dat|deze|die|de \w+|het \w+)\s+(?:doe|doet|doen|gebeurt|zal|volgt|ontvangt|verwacht|zullen)(?!\w)"
    r"|^naar verwachting zal (?:dit|dat)(?!\w)",
    re.IGNORECASE,
)
_SAME_ACT = re.compile(r"^(?:dit|dat) (?:doe|doen|doet|gebeurt)(?!\w)", re.IGNORECASE)
_DO_THAT = re.compile(r"(?<!\w)(?:dat|dit)(?!\w).{0,60}(?<!\w)(?:doen|doe)(?!\w)", re.IGNORECASE)
_AND_WITH = re.compile(r"(?:En|Ook|Daarnaast|Verder|En ook) (?=met (?:een|het|de) )")
_MEASURES = re.compile(r"(?<!\w)(?:maatregelen|stappen|acties|wijzigingen|voorstellen)(?!\w)", re.IGNORECASE)
_NAMED = re.compile(r"\W{0,4}(?:Het |De |Een |het |de |een )?(?:[a-z]+e )?(?P<act>[A-Za-z]+) van (?!\d)")
_TO_CHAMBER = re.compile(r"\([^()]{3,80} naar (?:de|uw) (?:tweede |eerste )?kamer\)", re.IGNORECASE)
_BULLET = "-\u2013\u2022\u25aa* "


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
    verb: str
    """Infinitive of the act; empty where the rules know none."""
    at: int | None
    """Offset in the passage of the word that carries the act; None where the sentence was read with the lead of its list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Hit:
    passage: int
    start: int
    end: int
    sentence: Sentence
    reading: Reading
    promise: Promise
    deadline: Deadline | None
    moments: tuple[tuple[int, int], ...]
    """Spans of the time expressions of the sentence."""


def find_commitments(
    passages: Sequence[Passage], sentences: Sequence[Sequence[tuple[int, int]]], context: Context, anchor: date | None
) -> tuple[FoundCommitment, ...]:
    """Give the promises of a document in reading order; `sentences[i]` are the sentence spans of `passages[i]`."""
    register = register_of(context)
    if register is None:
        return ()
    reader = _Reader(register, anchor)
    for number, passage in enumerate(passages):
        if _may_promise(passage, register):
            for start, end in sentences[number]:
                reader.read(passage, number, start, end)
        else:
            reader.interrupt()
    acts = [
        act_of(hit.sentence, hit.reading, hit.promise, begins=_begins(hit, passages), about=about_of(passages, sentences, hit.passage, hit.start))
        for hit in reader.found
    ]
    keys = keys_of([_mention(hit, act) for hit, act in zip(reader.found, acts, strict=True)])
    signed = read_signature(passages, anchor).office or ("kabinet" if register == "programme" else None)
    return tuple(
        _found(hit, key, act, passages[hit.passage], signed, anchor) for hit, key, act in zip(reader.found, keys, fuller(acts, keys), strict=True)
    )


def _mention(hit: _Hit, act: str) -> Mention:
    product, known, content = delivery_of(hit.reading)
    return Mention(
        act=act, kind=hit.promise.kind, product=product, known=known, content=content, points_back=_POINTS_BACK.match(hit.sentence.text) is not None,
        sentence=hit.sentence.text, passage=hit.passage, deadline=hit.deadline,
    )  # fmt: skip


def _begins(hit: _Hit, passages: Sequence[Passage]) -> int:
    """Where a list item begins in a sentence that was read with its lead; 0 for a whole sentence."""
    item = passages[hit.passage].text[hit.start : hit.end].lstrip(_BULLET)
    return len(hit.sentence.text) - len(item) if hit.sentence.text.endswith(item) else 0


def register_of(context: Context) -> Register | None:
    """Tell how a document speaks; None where it cannot bind the government (motions, regulations, officials' notes, advice)."""
    kind = (context.doctype or "").lower()
    title = (context.title or "").lower() if kind in ("", "overig", "bijlage", "rapport") else ""
    if pattern("documents", "programme").search(f"{kind} {title}"):
        return "programme"
    if pattern("documents", "debate").search(kind):
        return "debate"
    return None if pattern("documents", "silent").search(kind) and not _ANSWER.match(kind) else "letter"


def _may_promise(passage: Passage, register: Register) -> bool:
    if passage.kind in _SILENT_KINDS or passage.within in _SILENT_PARTS or passage.asked:
        return False
    if register == "debate" or passage.speaker is not None:
        by_minister = passage.speaker is None and pattern("debate", "verdicts").search(passage.text.lower()) is not None
        return passage.by_government is True or by_minister
    return True


class _Reader:
    """Reads sentences in order and remembers what the sentence before left behind."""

    def __init__(self, register: Register, anchor: date | None) -> None:
        self.register, self.anchor = register, anchor
        self.found: list[_Hit] = []
        self.near: _Hit | None = None
        """The promise of the sentence before."""
        self.silent: tuple[str, int, int, int] | None = None
        """The sentence before where it promised nothing: its text, passage, start and end."""
        self.cabinet = False
        """The sentence before is about the cabinet."""
        self.lead = ""
        """A sentence that ended in a colon, for the list items after it."""

    def interrupt(self) -> None:
        """A heading, question or other speaker cuts the thread."""
        self.near, self.silent, self.cabinet, self.lead = None, None, False, ""

    def read(self, passage: Passage, number: int, start: int, end: int) -> None:
        """Read one sentence."""
        text = passage.text[start:end]
        if _QUESTION.search(text):
            self.interrupt()
            return
        if self.silent is not None and _SAME_ACT.match(text):
            self._read_again(text)
        hits = self._promises(text, number, start, end, self.near) or self._goes_on(text, number, start, end)
        if not hits and self.lead and passage.kind == "list_item":
            hits = self._list_item(text, number, start, end)
        elif not (self.lead and passage.kind == "list_item"):
            self.lead = ""
        if text.endswith(":"):
            self.lead = text
        own_act = bool(hits) and hits[-1].promise.verb not in ("doen", "zullen", "")
        if not own_act and self.near is not None and self.near.deadline is None and _ONLY_WHEN.match(text):
            self._give_moment(text)
        self.cabinet = _CABINET.search(text) is not None
        self.found += hits
        self.near = hits[-1] if hits else None
        self.silent = None if hits else (text, number, start, end)

    def _promises(self, text: str, number: int, start: int, end: int, near: _Hit | None, lent: Sequence[Moment] = ()) -> list[_Hit]:
        """Read a sentence clause by clause; two promises come out where they are two acts. `lent` are moments that the next sentence gives it."""
        sentence = take_apart(text)
        moments: list[Moment] | None = None
        hits: list[_Hit] = []
        earlier: Reading | None = None
        for clause in sentence.clauses:
            before, reading = earlier, read_clause(sentence, clause, earlier)
            earlier = reading
            if judge(reading, self.register, "dated", follows_promise=near is not None, about_cabinet=self.cabinet) is None:
                # A date never takes a promise away: what is none with one is none without, and needs no search for moments.
                continue
            if moments is None:
                moments = [moment for moment in find_moments(text, self.anchor) if moment.usable]
            own = own_moments(moments, sentence, reading)
            if not own and names_paper(reading) and (span := _relative_promise(sentence)) is not None:
                # "In de reactie, die u na de zomer ontvangt, ga ik hierop in": the act comes with its paper.
                own = [moment for moment in moments if span[0] <= moment.start < span[1]]
            if not own and lent:
                own = list(lent)
            if not own and not hits and before is not None and shares_moment(sentence, clause, before):
                own = [moment for moment in moments if before.start <= moment.start < before.end]
            promise = judge(reading, self.register, dated(own), follows_promise=near is not None, about_cabinet=self.cabinet)
            if promise is None:
                continue
            spans = tuple((moment.start, moment.end) for moment in moments)
            if near is not None and promise.kind == "other" and _DO_THAT.search(text):
                promise = replace(promise, kind=near.promise.kind)
            told, late = _told_too(promise, reading), []
            if told is not None and reading.joined is not None:
                # "Ik zal dit onderzoeken en u in mei informeren": each act has the moment of its own part.
                split = reading.joined[1]
                late = [moment for moment in own if moment.start > split]
                own = [moment for moment in own if moment.start <= split]
            deadline = nearest(own, reading) or (near.deadline if near is not None and _POINTS_BACK.match(text) else None)
            hits.append(
                _Hit(passage=number, start=start, end=end, sentence=sentence, reading=reading, promise=promise, deadline=deadline, moments=spans)
            )
            if told is not None:
                hits.append(replace(hits[-1], promise=told, deadline=nearest(late, reading) or deadline))
        return _distinct(hits) + self._beside(sentence, number, start, end, hits, earlier)

    def _beside(self, sentence: Sentence, number: int, start: int, end: int, hits: list[_Hit], earlier: Reading | None) -> list[_Hit]:
        """A promise of word that stands in a relative clause or between brackets, beside what the main clauses promise."""
        span = _relative_promise(sentence) if self.register != "debate" else None
        if span is None or any(hit.promise.kind == "inform" or not hit.promise.rule.startswith("future") for hit in hits):
            return []
        moments = [moment for moment in find_moments(sentence.text, self.anchor) if moment.usable and span[0] <= moment.start < span[1]]
        reading = earlier or read_clause(sentence, Clause(0, 0, len(sentence.tokens), False, False), None)
        clause = sentence.text[slice(*span)]
        promise = Promise("relative", pattern("intention", "adverbs").search(clause) is None, "inform", "informeren", 0.75, True, clause)
        spans = tuple((moment.start, moment.end) for moment in moments)
        return [
            _Hit(
                passage=number, start=start, end=end, sentence=sentence, reading=reading, promise=promise,
                deadline=nearest(moments, reading), moments=spans,
            )
        ]  # fmt: skip

    def _goes_on(self, text: str, number: int, start: int, end: int) -> list[_Hit]:
        """ "Het kabinet komt met een wet. En met een plan dat ...": the second sentence goes on with the verb of the first."""
        rest = _AND_WITH.match(text)
        if rest is None or self.near is None or self.near.promise.rule != "coming":
            return []
        lead = "Het kabinet komt "
        hits = self._promises(lead + text[rest.end() :], number, start, end, None)
        return [hit for hit in hits if hit.promise.rule == "coming"][:1]

    def _list_item(self, text: str, number: int, start: int, end: int) -> list[_Hit]:
        """An elliptical item ("een wetsvoorstel indienen;") read as the end of the sentence that leads in the list."""
        item = take_apart(text)
        if any(not _closes_item(item, clause) for clause in item.clauses):
            return []
        if self.register == "programme" and _names_measures(self.lead) and (named := _NAMED.match(text)) is not None and _is_measure(named["act"]):
            hits = self._promises("Er komt een " + text[named.start("act") :], number, start, end, None)[:1]
            act = pick(named["act"].lower(), ("infinitive",))
            if act is None or act.kind == "other":
                return hits
            return [replace(hit, promise=replace(hit.promise, kind=act.kind, verb=act.infinitive)) for hit in hits]
        whole = self.lead.rstrip(": ") + " " + text.lstrip(_BULLET)
        return [hit for hit in self._promises(whole, number, start, end, None) if hit.reading.at >= len(self.lead) - 2]

    def _read_again(self, text: str) -> None:
        """ "Over de eerste ervaringen informeer ik uw Kamer. Dit doe ik voor de zomer.": the moment makes the sentence before a promise."""
        moments = [moment for moment in find_moments(text, self.anchor) if moment.usable]
        if self.silent is not None and moments:
            hits = self._promises(*self.silent, None, moments)[:1]
            self.found += hits
            self.near = hits[-1] if hits else None

    def _give_moment(self, text: str) -> None:
        """ "Ik informeer u hierover. Dat gebeurt in het najaar.": the moment belongs to the promise before."""
        moments = [moment for moment in find_moments(text, self.anchor) if moment.usable]
        if moments and self.found and self.found[-1] is self.near:
            self.found[-1] = replace(self.found[-1], deadline=moments[0].deadline)


def _names_measures(lead: str) -> bool:
    """Whether the government announces measures in the sentence that leads in a list: "we nemen de volgende maatregelen:"."""
    sentence = take_apart(lead)
    if _MEASURES.search(lead) is None or not sentence.clauses:
        return False
    return read_clause(sentence, sentence.clauses[0], None).who == "government"


def _is_measure(word: str) -> bool:
    """Whether an item is named by an act: "invoering van", "het verhogen van"."""
    act = pick(word.lower(), ("infinitive",))
    return (act is not None and act.role in ("rule", "make", "pay", "examine", "evaluate")) or word.lower() in words("programme", "measures")


def _closes_item(item: Sentence, clause: Clause) -> bool:
    """Whether what looks like the finite verb of a list item is its closing infinitive."""
    word = item.tokens[clause.finite].lower
    following = item.tokens[clause.finite + 1].lower if clause.finite + 1 < len(item.tokens) else "."
    closes = not following[0].isalpha() or following in WORDS["prepositions"]
    return word not in AUXILIARIES and has_form(word, "infinitive") and closes


def _told_too(promise: Promise, reading: Reading) -> Promise | None:
    """The second promise of a clause: word to the Chamber about the first act."""
    if reading.joined is None or promise.kind == "inform" or not promise.addressed:
        return None
    verb = reading.joined[0].infinitive
    return replace(promise, kind="inform", verb=verb, reason=f"{promise.reason} + {verb}")


def _relative_promise(sentence: Sentence) -> tuple[int, int] | None:
    """Offsets of a relative clause, or of a note between brackets, that promises word to the Chamber."""
    if noted := _TO_CHAMBER.search(sentence.text):
        return noted.span()
    tokens, levels = sentence.tokens, sentence.levels
    for i, token in enumerate(tokens):
        relative = token.lower in ("die", "dat", "welke") or token.lower.startswith("waar")
        before = tokens[i - 1].lower if i else ""
        content = token.lower == "dat" and (before in WORDS["particles"] or has_form(before, "infinitive", "participle"))
        if levels[i] == SUBORDINATE and relative and not content:
            end = next((j for j in range(i, len(tokens)) if levels[j] != SUBORDINATE and tokens[j].text not in ",-\u2013"), len(tokens))
            if judge_relative(" ".join(word.lower for word in tokens[i:end])):
                return token.start, tokens[end - 1].end
    return None


def _distinct(hits: list[_Hit]) -> list[_Hit]:
    """Keep what is an item of its own: a second promise that delivers word to the Chamber, or has another moment."""
    if len(hits) > 1 and hits[0].promise.verb in ("gaan", "doen") and hits[0].promise.kind == "other":
        # "Ik ga hiermee aan de slag; in de brief zal ik ...": the second says what the first means.
        hits = hits[1:]
    return hits[:1] + [hit for hit in hits[1:] if _is_other(hits[0], hit)]


def _is_other(first: _Hit, second: _Hit) -> bool:
    if first.deadline is not None and second.deadline is not None and first.deadline.phrase != second.deadline.phrase:
        return True
    dated_later = first.deadline is None and second.deadline is not None and second.deadline.not_after is not None
    if dated_later and first.promise.rule in ("follows", "adopts"):
        # "Het kabinet neemt deze aanbeveling over en zal de circulaire per 1 januari aanpassen".
        return True
    return first.promise.kind != second.promise.kind and second.promise.kind == "inform" and second.promise.addressed


def _found(hit: _Hit, key: str, act: str, passage: Passage, signed: str | None, day: date | None) -> FoundCommitment:
    sentence, reading, promise = hit.sentence, hit.reading, hit.promise
    return FoundCommitment(
        passage=hit.passage,
        start=hit.start,
        end=hit.end,
        firm=promise.firm,
        kind=promise.kind,
        deliverable=key,
        act=act,
        actor=actor_of(sentence, reading, speaker_office(passage.speaker, day) if passage.speaker else signed, day),
        addressee=addressee_of(sentence, reading, promise),
        condition=condition_of(sentence, reading),
        deadline=hit.deadline,
        answers=passage.number if passage.kind == "answer" or passage.within == "answer" else None,
        rule=f"commitments.{promise.rule}/{VERSION}",
        confidence=promise.confidence,
        reason=promise.reason,
        verb=reading.verb.infinitive if reading.verb is not None else "",
        at=hit.start + reading.at if passage.text.startswith(sentence.text, hit.start) else None,
    )
