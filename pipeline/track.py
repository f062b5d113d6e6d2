"""What a new publication does to what came before: which promise it keeps, moves or repeats, which question or advice it answers. Decides only.

A wrong "kept" is worse than a missed one. A promise is kept only where the publication itself says so (`nlp/fulfilment.py`), names the thing that was
promised, comes from the same ministry or refers to the paper, and no other open promise fits as well. It is moved only where a sentence says that a
term does not hold. Every judgement carries its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from db.facts import Promise, PublicationFacts, StoredFulfilment
from db.tracking import Earlier, OpenPromise
from nlp.wording import is_paper
from nlp.wordlists import words
from pipeline.dutch import MONTHS, dutch_date
from pipeline.happening import Happening

SHARED = 2
"""Words that name a thing which a sentence and a promise must share."""
MOST_OF_IT = 0.6
"""Share of the words of a promised act that the sentence must hold."""
SAME_ACT = 0.75
"""The same between two promises, both ways."""
DUE_DAYS = 14
INTO_RECESS = 14
"""Days of a recess in which letters still arrive; a promise is not called overdue before they are over."""

_WORD = re.compile(r"[^\W\d_]{4,40}")
_ENDINGS = re.compile(r"(?:en|e|s)$")
_LETTER_OF = re.compile(r"brief(?:ing)? van (\d{1,2}) (" + "|".join(MONTHS) + r")(?: (\d{4}))?")
_REACTION = re.compile(
    r"(?<!\w)(?:kabinetsreactie|beleidsreactie|kabinetsappreciatie|appreciatie|reactie op (?:het|uw|de|een) (?:advies|rapport))(?!\w)"
)
_QUESTION = re.compile(r"(?<!\w)20\d\dZ\d{4,6}(?!\w)")
_NOT_IN_A_NAME = re.compile(r"^(?:advies(?:rapport)?|rapport|signalement|briefadvies)\s+|[«»“”„‘’\"']")
_HEAD = 3000
"""Characters from the start in which a letter says what it answers."""


def track(new: PublicationFacts, promises: Sequence[OpenPromise]) -> list[Happening]:
    """What a publication does to the open promises before it."""
    found: list[Happening] = []
    used: set[int] = set()
    own = {promise.sentence: promise for promise in new.promises}
    for told in new.fulfilments:
        if told.kind == "kept":
            before = _best(new, told.about, [p for p in promises if p.id not in used])
            if before is not None:
                used.add(before.id)
                found.append(_kept(new, told, before))
        elif told.was_after is not None and told.not_after is not None and told.was_after != told.not_after and told.sentence in own:
            before = _best(new, told.sentence, [p for p in promises if p.id not in used and p.not_after in (None, told.was_after)])
            if before is not None:
                used.add(before.id)
            found.append(_moved(told, own.pop(told.sentence), before, told.was_after, told.not_after, told.phrase))
    for promise in own.values():
        step = _again(new, promise, [p for p in promises if p.id not in used])
        if step is not None:
            used.add(step.commitment_id or 0)
            found.append(step)
    return found


def _best(new: PublicationFacts, about: str, promises: Iterable[OpenPromise]) -> OpenPromise | None:
    """The one promise that a sentence is about; None where none is, or where two are as near."""
    said, ranked = content(about), []
    for promise in promises:
        named = content(promise.act)
        shared = len(named & said)
        if shared >= SHARED and shared >= MOST_OF_IT * len(named) and _linked(new, about, promise):
            ranked.append((shared / len(named), shared, promise.referenced, promise))
    ranked.sort(key=lambda row: row[:3], reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][:3] == ranked[1][:3]):
        return None
    return ranked[0][3]


def _linked(new: PublicationFacts, about: str, promise: OpenPromise) -> bool:
    """Whether a publication may speak of a promise: it refers to the paper, names its day, or comes from the same ministry."""
    if promise.referenced or (promise.date is not None and promise.date in _days_named(about, new.date)):
        return True
    ours, theirs = new.ministry or new.office, promise.ministry or promise.office
    return ours is not None and theirs is not None and ours.casefold() == theirs.casefold()


def _days_named(text: str, day: date | None) -> set[date]:
    """The days of the letters that a sentence names; without a year the last one before the document."""
    days = set()
    for number, month, year in _LETTER_OF.findall(text.lower()):
        years = [int(year)] if year else [] if day is None else [day.year, day.year - 1]
        for one in years:
            try:
                named = date(one, MONTHS.index(month) + 1, int(number))
            except ValueError:
                continue
            if day is None or named <= day:
                days.add(named)
                break
    return days


def _kept(new: PublicationFacts, told: StoredFulfilment, before: OpenPromise) -> Happening:
    late = ""
    if before.not_after is not None and new.date is not None and new.date > before.not_after:
        late = f", {(new.date - before.not_after).days} dagen na de termijn"
    happening = Happening(
        kind="kept", text=f"toezegging nagekomen: {before.act}{late}", reason=f"het stuk zegt dat het de toezegging nakomt, en noemt {_link(before)}",
        sentence=told.sentence, page=told.page, was=before.not_after, was_phrase=before.phrase,
    )  # fmt: skip
    return _about(before, happening)


def _moved(
    told: StoredFulfilment | None, promise: Promise, before: OpenPromise | None, was: date | None, becomes: date, phrase: str | None
) -> Happening:
    act = before.act if before is not None else promise.act
    reason = "het stuk noemt de oude en de nieuwe termijn" if told is not None else "het stuk zegt dat een termijn niet wordt gehaald"
    happening = Happening(
        kind="moved", text=f"termijn verschoven: {act}, van {dutch_date(was) if was else 'geen termijn'} naar {dutch_date(becomes)}",
        reason=f"{reason}{'' if before is None else f', en noemt {_link(before)}'}", sentence=promise.sentence, page=promise.page,
        by_commitment=promise.id, was=was, becomes=becomes, was_phrase=None if before is None else before.phrase, phrase=phrase,
    )  # fmt: skip
    return happening if before is None else _about(before, happening)


def _again(new: PublicationFacts, promise: Promise, promises: Sequence[OpenPromise]) -> Happening | None:
    """A promise that was made before: said again, or with a later term where the publication says that the first does not hold."""
    named = content(promise.act)
    same = [
        p for p in promises
        if p.kind == promise.kind and not p.is_later and _alike(named, content(p.act)) and _linked(new, promise.sentence, p)
    ]  # fmt: skip
    if len(same) != 1:
        return None
    before = same[0]
    if promise.not_after == before.not_after and (before.not_after is not None or before.phrase == promise.phrase):
        happening = Happening(
            kind="repeated", text=f"toezegging herhaald: {before.act}", reason=f"dezelfde handeling en dezelfde termijn als in {_link(before)}",
            sentence=promise.sentence, page=promise.page, by_commitment=promise.id, was=before.not_after, becomes=promise.not_after,
        )  # fmt: skip
        return _about(before, happening)
    delayed = [t for t in new.fulfilments if t.kind == "moved" and len(content(t.about) & content(before.act)) >= SHARED]
    if delayed and promise.not_after is not None and before.not_after is not None and promise.not_after > before.not_after:
        return _moved(None, promise, before, before.not_after, promise.not_after, promise.phrase)
    return None


def _link(before: OpenPromise) -> str:
    day = f" van {dutch_date(before.date)}" if before.date is not None else ""
    return f"“{before.title}”{day}"


def _about(before: OpenPromise, happening: Happening) -> Happening:
    return replace(
        happening, commitment_id=before.id, about=before.publication_id, about_title=before.title, about_url=before.url,
        about_sentence=before.sentence,
    )  # fmt: skip


@lru_cache(maxsize=8192)
def content(text: str) -> frozenset[str]:
    """The words by which a thing is told from another, without their endings: no papers, no verbs of bringing, no months, nothing common."""
    common = words("slots", "common")
    kept = (w for w in _WORD.findall(text.lower()) if w not in common and w not in MONTHS and not is_paper(w))
    return frozenset(_ENDINGS.sub("", word) for word in kept)


def same_act(left: str, right: str) -> bool:
    """Whether two acts are one: most of the words that name a thing are common to both."""
    return _alike(content(left), content(right))


def _alike(left: frozenset[str], right: frozenset[str]) -> bool:
    shared = len(left & right)
    return shared >= SHARED and shared >= SAME_ACT * max(len(left), len(right))


def may_be_of(said: Iterable[str], acts: Iterable[str]) -> bool:
    """Whether anything that is said can be of one of these acts: every judgement needs as many words in common."""
    words_said = frozenset().union(*map(content, said))
    return any(len(words_said & content(act)) >= SHARED for act in acts)


def spoken(new: PublicationFacts) -> list[str]:
    """All that a publication says by which an earlier promise can be known."""
    return [*(f"{told.about} {told.sentence}" for told in new.fulfilments), *(promise.act for promise in new.promises)]


def question_numbers(new: PublicationFacts, text: str) -> frozenset[str]:
    """The numbers of the questions that an answer may be of: what its sources say, its own names, and its first words."""
    if new.kind != "antwoord":
        return frozenset()
    return frozenset(_QUESTION.findall(" ".join((*new.answers, *new.names, new.title, text[:_HEAD]))))


def answers(new: PublicationFacts, asked: Sequence[Earlier]) -> list[Happening]:
    """The questions that a publication answers."""
    return [
        Happening(
            kind="answered", text=f"vragen beantwoord: {one.title}{_after(one, new)}", reason="het antwoord draagt het nummer van de vragen",
            about=one.id, about_title=one.title, about_url=one.url,
        )
        for one in asked
    ]  # fmt: skip


def is_response(new: PublicationFacts, text: str) -> bool:
    """Whether a letter says that it responds to an advice."""
    return new.kind in ("kamerbrief", "nota") and _REACTION.search(_head(new, text)) is not None


def _head(new: PublicationFacts, text: str) -> str:
    return f"{new.title}\n{text[:_HEAD]}".lower()


def responds(new: PublicationFacts, text: str, advices: Sequence[Earlier]) -> list[Happening]:
    """The advice that a letter responds to: it says that it is a response, and has the advice by name."""
    if not is_response(new, text):
        return []
    head = _head(new, text)
    folded = " ".join(_NOT_IN_A_NAME.sub("", head).split())
    return [
        Happening(
            kind="advice", text=f"advies beantwoord: {one.title}{_after(one, new)}", reason="de brief is een reactie en noemt het advies bij naam",
            about=one.id, about_title=one.title, about_url=one.url,
        )
        for one in advices
        if (name := advice_name(one.title)) and name in folded
    ]  # fmt: skip


def advice_name(title: str) -> str:
    """The name of an advice, by which others speak of it: no "Advies", no quotation marks, no subtitle; empty where it would be too common."""
    name = " ".join(_NOT_IN_A_NAME.sub("", title.lower()).partition(". ")[0].split())
    return name if len(name) >= 12 and " " in name else ""


def _after(one: Earlier, new: PublicationFacts) -> str:
    return "" if one.date is None or new.date is None else f", na {(new.date - one.date).days} dagen"


def overdue_on(not_after: date, grace_days: int, recess_of: Callable[[date], tuple[date, date] | None]) -> date:
    """The day on which a promise is first called overdue: after its term and grace, and not in the first weeks of a recess.

    Args:
        recess_of: first and last day of the recess that a day lies in.
    """
    day = not_after + timedelta(days=grace_days + 1)
    recess = recess_of(day)
    if recess is None:
        return day
    first, last = recess
    return max(day, min(first + timedelta(days=INTO_RECESS), last + timedelta(days=1)))


def by_calendar(promise: OpenPromise, today: date, overdue: date) -> Happening | None:
    """What the calendar says of a promise today: due within two weeks, overdue, or nothing.

    A promise that we first saw within two weeks of its term is not due news: its publication has just been. One that we first saw after its term is
    never called overdue: the paper that keeps it may have come before we looked.
    """
    if promise.not_after is None or (promise.seen is not None and promise.seen > promise.not_after):
        return None
    told = dutch_date(promise.not_after)
    if today >= overdue:
        text, reason = f"termijn voorbij: {promise.act}, uiterlijk {told}", f"geen stuk gezien dat de toezegging nakomt; termijn {told}"
        return _about(promise, Happening(kind="overdue", text=text, reason=reason, was=promise.not_after))
    opens = promise.not_after - timedelta(days=DUE_DAYS)
    if opens <= today <= promise.not_after and (promise.seen is None or promise.seen < opens):
        reason = f"de termijn loopt af op {told}"
        return _about(promise, Happening(kind="due", text=f"termijn nadert: {promise.act}, uiterlijk {told}", reason=reason, was=promise.not_after))
    return None
