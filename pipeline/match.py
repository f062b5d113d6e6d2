"""What was read in a publication, and the watches, to alerts with their reasons. Decides only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.facts import PublicationFacts, StoredTopic, Sum
from db.records import Alert, Cause, ReadingCause
from nlp.offices import ministry_of, read_offices
from pipeline.changes import Change
from pipeline.content import content_of, summary_of
from pipeline.dutch import in_sentence, list_in_words, money
from pipeline.happening import Happening
from pipeline.publishers import bare, fold
from pipeline.watch import Occasion, Watch
from pipeline.words import Found, find_words

_SIGNALS = ("dossier ", "onderwerp ", "afzender ")
"""How the terms begin that speak for a topic from outside the text; they are no words of it."""
_EVERYTHING = "deze volger vraagt alles wat aan zijn beperkingen voldoet"


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """Why a watch wants a publication, in Dutch, and the words that it looked for."""

    reasons: tuple[str, ...]
    found: Found


def match(
    facts: PublicationFacts,
    watches: Sequence[Watch],
    topic_titles: Mapping[str, str],
    *,
    cause: Cause | ReadingCause,
    changes: Sequence[Change] = (),
    happened: Sequence[Happening] = (),
    earlier: Mapping[int, PublicationFacts] | None = None,
    since: Mapping[str, date] | None = None,
    now: datetime,
    max_age_days: int = 60,
) -> list[Alert]:
    """One alert for each watch that this publication touches, with all reasons.

    Args:
        cause: why the question is asked: the publication is new, its facts changed, or a term in it comes near or is over. A reading that only
            joined, or of what was only seen withdrawn, tells nobody.
        changes: what changed; a revision without changes, and in which nothing happened to earlier papers, alerts nobody.
        happened: what the publication does to earlier promises, questions and advice, or what became of its own promises by the calendar.
        earlier: the publications that `happened` is about: who follows one of them is told as well.
        since: the day from which a watch counts publications as news, by its name.
        max_age_days: a publication that is older than this when it is first read is history (a backfill, a source that sends everything
            again), not news.
    """
    if cause == "joined" or cause == "withdrawn" or facts.withdrawn or (cause != "new" and not changes and not happened):
        return []
    by_calendar = cause in ("due", "overdue")
    if not by_calendar and facts.date is not None and (now.date() - facts.date).days > max_age_days:
        return []
    alerts = []
    for watch in watches:
        occasions = _occasions(facts, cause, changes, happened) & set(watch.alerts)
        if not occasions or (not by_calendar and _before(facts, (since or {}).get(watch.name))):
            continue
        told = [happening for happening in happened if happening.kind in watch.alerts]
        why_it = _why_with(watch, facts, topic_titles, told, earlier or {}, now.date())
        if why_it is not None:
            alerts.append(_alert(watch, facts, why_it, topic_titles, cause, changes, told, now))
    return alerts


def _occasions(facts: PublicationFacts, cause: Cause, changes: Iterable[Change], happened: Iterable[Happening]) -> set[Occasion]:
    found: set[Occasion] = {cause, *(happening.kind for happening in happened)}
    if cause == "new" and facts.promises:
        found.add("made")
    for change in changes:
        if change.what in ("deadline", "promise made"):
            found.add("moved" if change.what == "deadline" else "made")
    return found


def _before(facts: PublicationFacts, since: date | None) -> bool:
    return since is not None and facts.date is not None and facts.date < since


def _why_with(
    watch: Watch, facts: PublicationFacts, titles: Mapping[str, str], told: Sequence[Happening], earlier: Mapping[int, PublicationFacts], today: date
) -> Match | None:
    """Why a watch wants a publication: for itself, or for what it does to one that the watch follows."""
    own = why(watch, facts, titles, today=today)
    if own is not None:
        return own
    for happening in told:
        before = earlier.get(happening.about) if happening.about is not None else None
        if before is not None and before.id != facts.id and (followed := why(watch, before, titles, today=today)) is not None:
            return Match(reasons=(f"volgt op een stuk dat u volgt: “{before.title}” ({'; '.join(followed.reasons)})",), found=followed.found)
    return None


def why(watch: Watch, facts: PublicationFacts, topic_titles: Mapping[str, str], *, today: date | None = None) -> Match | None:
    """Why a watch wants this publication; None when it does not."""
    if not _passes(watch, facts):
        return None
    large = [s for s in facts.sums if _euros(s) >= (watch.min_amount or 0)]
    soon = _due_within(facts, watch.within_days, today or facts.date)
    if (watch.promises and not facts.promises) or (watch.min_amount is not None and not large) or (watch.within_days is not None and not soon):
        return None
    found = find_words(watch, facts.title, facts.paragraphs)
    if found.unwanted or found.missing:
        return None
    reasons = _ways_in(watch, facts, topic_titles, found)
    if not reasons and (watch.focus or watch.topics or watch.words or watch.all_words or watch.dossiers):
        return None
    if watch.publishers or watch.offices:
        reasons.append(f"komt van {f'de {in_sentence(facts.office)}' if facts.office else facts.publisher}")
    if watch.promises:
        reasons.append(f"bevat {len(facts.promises)} toezegging{'en' if len(facts.promises) != 1 else ''}")
    if watch.within_days is not None:
        reasons.append(f"noemt een termijn binnen {watch.within_days} dagen")
    if watch.min_amount is not None:
        reasons.append(f"noemt {money(max(large, key=_euros))}")
    return Match(reasons=tuple(reasons) or (_EVERYTHING,), found=found)


def _passes(watch: Watch, facts: PublicationFacts) -> bool:
    """Whether kind, source, sender, topics and dossiers are not ruled out."""
    if (watch.kinds and facts.kind not in watch.kinds) or facts.kind in watch.not_kinds:
        return False
    sources = set(facts.sources) - set(watch.not_sources)
    if (watch.not_sources and not sources) or (watch.sources and not set(watch.sources) & sources):
        return False
    if set(watch.not_dossiers) & set(facts.dossiers) or any(t.topic in watch.not_topics and t.score >= watch.relevance for t in facts.topics):
        return False
    return _from_office(watch.offices, facts) and _from_publisher(watch.publishers, facts)


def _from_office(offices: Sequence[str], facts: PublicationFacts) -> bool:
    """Whether one of these offices speaks in it; several sign as "minister van X en staatssecretaris van Y". A short name is written in full."""
    held = _fold(facts.office or "")
    named = (office.title for name in offices for office, _ in read_offices(name, facts.date))
    return not offices or any(_holds(held, _fold(office)) for office in (*offices, *named))


def _from_publisher(publishers: Sequence[str], facts: PublicationFacts) -> bool:
    """Whether it comes from one of these ministries or councils, by any of their names."""
    if not publishers:
        return True
    senders = {fold(name) for name in (facts.publisher, facts.ministry) if name}
    return any({fold(name), fold(ministry_of(bare(name), facts.date) or "")} & senders for name in publishers)


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _holds(text: str, phrase: str) -> bool:
    """Whether a text holds a phrase as whole words and the phrase does not go on: "minister van Asiel" is not "minister van Asiel en Migratie"."""
    at = text.find(phrase)
    if at < 0:
        return False
    rest = text[at + len(phrase) :]
    return not rest or rest.startswith((" en minister", " en staatssecretaris", ","))


def _due_within(facts: PublicationFacts, days: int | None, today: date | None) -> bool:
    if days is None or today is None:
        return False
    return any(p.not_after is not None and today <= p.not_after <= today + timedelta(days=days) for p in facts.promises)


def _ways_in(watch: Watch, facts: PublicationFacts, topic_titles: Mapping[str, str], found: Found) -> list[str]:
    reasons: list[str] = []
    counted = [t for t in facts.topics if t.score >= watch.relevance]
    if watch.focus and facts.focus and facts.focus_score >= watch.relevance:
        about = [t for t in counted if t.topic in topic_titles]
        reasons.append(f"gaat over {list_in_words([_topic_reason(t, topic_titles) for t in about]) or 'migratie en integratie'}")
    wanted = [t for t in counted if t.topic in watch.topics]
    if wanted:
        reasons.append(f"onderwerp {list_in_words([_topic_reason(t, topic_titles) for t in wanted])}")
    if any(term in watch.words for term in found.terms) or (watch.all_words and not watch.words):
        reasons.append(f"noemt {list_in_words([f'“{term}”' for term in _as_written(found)])}")
    dossiers = [d for d in facts.dossiers if d in watch.dossiers]
    if dossiers:
        reasons.append(f"hoort bij dossier {list_in_words(dossiers)}")
    return reasons


def _as_written(found: Found) -> list[str]:
    """The words as they stand in the text, each spelling once."""
    return list({hit.text.casefold(): hit.text for hit in reversed(found.hits)}.values())[::-1][:5]


def _topic_reason(topic: StoredTopic, titles: Mapping[str, str]) -> str:
    words = ", ".join(term if term.startswith(_SIGNALS) else f"“{term}”" for term in topic.terms[:3])
    title = in_sentence(titles.get(topic.topic, topic.topic))
    return f"{title} ({words})" if words else title


def _euros(amount: Sum) -> float:
    """The height of a sum for a threshold; a rate (per hour, per pupil) and another currency do not count."""
    if amount.currency != "EUR" or amount.per not in (None, "jaar"):
        return 0.0
    return max(abs(amount.value or 0), abs(amount.value_max or 0))


def alert_id(watch: str, publication: str, cause: Cause, changes: Sequence[Change], happened: Sequence[Happening] = ()) -> str:
    """The same watch, publication and occasion give the same id, on every machine and every run."""
    told: list[str | None] = [change.text for change in changes]
    if cause in ("due", "overdue"):
        told += [f"{happening.about_sentence} {happening.was}" for happening in happened]
    elif cause == "revised" and not changes:
        told += [happening.text for happening in happened]
    occasion = json.dumps([watch, publication, cause, told], ensure_ascii=False)
    return hashlib.sha256(occasion.encode()).hexdigest()[:32]


_TITLES = {"new": "", "revised": "Gewijzigd: ", "due": "Termijn nadert: ", "overdue": "Termijn voorbij: "}


def _alert(
    watch: Watch,
    facts: PublicationFacts,
    why_it: Match,
    titles: Mapping[str, str],
    cause: Cause,
    changes: Sequence[Change],
    happened: Sequence[Happening],
    now: datetime,
) -> Alert:
    content = content_of(watch, facts, why_it.reasons, why_it.found.hits, titles, changes, happened)
    return Alert(
        id=alert_id(watch.name, facts.key, cause, changes, happened),
        watch=watch.name,
        publication_id=facts.id,
        kind=cause,
        title=f"{_TITLES[cause]}{facts.title}",
        summary=summary_of(facts, why_it.reasons, changes, happened),
        content=json.dumps(content, ensure_ascii=False),
        raised=now,
    )
