"""What changed between two readings of a publication: promises, deadlines and amounts; a changed comma is no news. Decides only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from db.analyses import spoken_for
from db.facts import Promise, PublicationFacts, Sum
from db.records import Amount, Analysis, Commitment
from pipeline.dutch import dutch_date
from pipeline.track import same_act

SHOWN_WORDS = 20
"""Words of a sentence that stand in for what its amount is for."""
SAME_ACT = 0.6
"""Likeness of two sentences from which they announce the same act."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change that a reader wants to know of, in Dutch."""

    what: str
    """`deadline`, `promise made`, `promise dropped`, `amount`."""
    text: str


def match_acts(old: Sequence[Promise], new: Sequence[Commitment]) -> dict[str, Promise]:
    """The old promise behind each deliverable of the new reading, the most alike first: by its sentence, else by the thing that it promises."""
    acts: dict[str, list[Commitment]] = {}
    for commitment in new:
        acts.setdefault(commitment.deliverable, []).append(commitment)
    pairs = sorted(
        (
            (_likeness_of_promises(promise, spoken_for(mentions)), promise.id, name)
            for name, mentions in acts.items()
            for promise in old
        ),
        reverse=True,
    )
    by_id = {promise.id: promise for promise in old}
    matched: dict[str, Promise] = {}
    taken: set[int] = set()
    for likeness, promise_id, name in pairs:
        if likeness >= SAME_ACT and name not in matched and promise_id not in taken:
            matched[name] = by_id[promise_id]
            taken.add(promise_id)
    return matched


def compare(old: PublicationFacts, new: Analysis, matched: dict[str, Promise]) -> tuple[Change, ...]:
    """The changes from the stored facts to a new reading; `matched` as from `match_acts`."""
    return (*_promises(old, new, matched), *_amounts(old.sums, new.amounts))


def _promises(old: PublicationFacts, new: Analysis, matched: dict[str, Promise]) -> Iterator[Change]:
    acts: dict[str, list[Commitment]] = {}
    for commitment in new.commitments:
        acts.setdefault(commitment.deliverable, []).append(commitment)
    for name, mentions in acts.items():
        commitment = spoken_for(mentions)
        before = matched.get(name)
        if before is None:
            yield Change(what="promise made", text=f"nieuwe toezegging: {commitment.act}")
            continue
        after = commitment.deadline.not_after if commitment.deadline else None
        phrase = commitment.deadline.phrase if commitment.deadline else None
        if before.not_after != after or (after is None and (before.phrase or "").casefold() != (phrase or "").casefold()):
            yield Change(what="deadline", text=f"{commitment.act}: termijn van {_when(before.not_after, before.phrase)} naar {_when(after, phrase)}")
    kept = {promise.id for promise in matched.values()}
    for promise in old.promises:
        if promise.id not in kept:
            yield Change(what="promise dropped", text=f"toezegging vervallen: {promise.act}")


def _amounts(old: Sequence[Sum], new: Sequence[Amount]) -> Iterator[Change]:
    left = [(s, (s.value, s.value_max, s.currency, s.per, s.recurring, s.year)) for s in old]
    added: list[Amount] = []
    for amount in new:
        key = (
            None if amount.value is None else float(amount.value),
            None if amount.value_max is None else float(amount.value_max),
            amount.currency, amount.per, amount.recurring, amount.year,
        )  # fmt: skip
        same = next((pair for pair in left if pair[1] == key), None)
        if same is None:
            added.append(amount)
        else:
            left.remove(same)
    gone = [pair[0] for pair in left]
    for amount in added:
        before = max(gone, key=lambda s: _likeness(s.sentence, amount.evidence.sentence), default=None)
        if before is not None and _likeness(before.sentence, amount.evidence.sentence) >= SAME_ACT:
            gone.remove(before)
            text = f"bedrag van {_one_line(before.text)} naar {_one_line(amount.evidence.text)}{_what_for(amount.purpose, amount.evidence.sentence)}"
            yield Change(what="amount", text=text)
        else:
            text = f"nieuw bedrag: {_one_line(amount.evidence.text)}{_what_for(amount.purpose, amount.evidence.sentence)}"
            yield Change(what="amount", text=text)
    for s in gone:
        yield Change(what="amount", text=f"bedrag vervallen: {_one_line(s.text)}{_what_for(s.purpose, s.sentence)}")


def _what_for(purpose: str | None, sentence: str) -> str:
    """What an amount is for; where the text gives it no name, the words it stands in."""
    words = sentence.split()
    short = " ".join(words[:SHOWN_WORDS]) + ("…" if len(words) > SHOWN_WORDS else "")
    return f" ({_one_line(purpose)})" if purpose else f" (“{short}”)" if short else ""


def _likeness_of_promises(promise: Promise, commitment: Commitment) -> float:
    likeness = _likeness(promise.sentence, commitment.evidence.sentence)
    if likeness < SAME_ACT and promise.kind == commitment.kind and same_act(promise.act, commitment.act):
        return SAME_ACT
    return likeness


def _likeness(left: str, right: str) -> float:
    return SequenceMatcher(None, left.casefold().split(), right.casefold().split(), autojunk=False).ratio()


def _when(day: date | None, phrase: str | None) -> str:
    if day is not None:
        return dutch_date(day)
    return f"“{_one_line(phrase)}”" if phrase else "geen termijn"


def _one_line(text: str) -> str:
    return " ".join(text.split())
