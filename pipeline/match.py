"""What was read in a publication, and the watches, to alerts with their reasons. Decides only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from db.facts import PublicationFacts, StoredTopic, Sum
from db.records import Alert, Cause
from pipeline.changes import Change
from pipeline.dutch import dutch_date, kind_name, list_in_words, money
from pipeline.watches import Watch


def match(
    facts: PublicationFacts,
    watches: Sequence[Watch],
    topic_titles: Mapping[str, str],
    *,
    cause: Cause,
    changes: Sequence[Change] = (),
    now: datetime,
    max_age_days: int = 60,
) -> list[Alert]:
    """One alert for each watch that this publication touches, with all reasons.

    Args:
        cause: why the question is asked: the publication is new, or its facts changed.
        changes: what changed; a revision without changes alerts nobody.
        max_age_days: a publication that is older than this when it is first read is history (a backfill, a source that sends everything
            again), not news.
    """
    if facts.withdrawn or (cause == "revised" and not changes):
        return []
    if facts.date is not None and (now.date() - facts.date).days > max_age_days:
        return []
    alerts = []
    for watch in watches:
        if cause == "revised" and not watch.revised:
            continue
        reasons = why(watch, facts, topic_titles)
        if reasons:
            alerts.append(_alert(watch, facts, reasons, topic_titles, cause, changes, now))
    return alerts


def why(watch: Watch, facts: PublicationFacts, topic_titles: Mapping[str, str]) -> list[str]:
    """Why a watch wants this publication, in Dutch; empty when it does not."""
    if watch.kinds and facts.kind not in watch.kinds:
        return []
    if watch.sources and not set(watch.sources) & set(facts.sources):
        return []
    if watch.promises and not facts.promises:
        return []
    large = [s for s in facts.sums if _euros(s) >= (watch.min_amount or 0)]
    if watch.min_amount is not None and not large:
        return []
    reasons = _ways_in(watch, facts, topic_titles)
    if not reasons:
        return []
    if watch.promises:
        reasons.append(f"bevat {len(facts.promises)} toezegging{'en' if len(facts.promises) != 1 else ''}")
    if watch.min_amount is not None:
        reasons.append(f"noemt {money(max(large, key=_euros))}")
    return reasons


def _ways_in(watch: Watch, facts: PublicationFacts, topic_titles: Mapping[str, str]) -> list[str]:
    reasons: list[str] = []
    if watch.focus and facts.focus:
        about = [t for t in facts.topics if t.topic in topic_titles]
        reasons.append(f"gaat over {list_in_words([_topic_reason(t, topic_titles) for t in about]) or 'migratie en integratie'}")
    wanted = [t for t in facts.topics if t.topic in watch.topics]
    if wanted:
        reasons.append(f"onderwerp {list_in_words([_topic_reason(t, topic_titles) for t in wanted])}")
    dossiers = [d for d in facts.dossiers if d in watch.dossiers]
    if dossiers:
        reasons.append(f"hoort bij dossier {list_in_words(dossiers)}")
    if not (watch.focus or watch.topics or watch.dossiers):
        reasons.append("deze volger vraagt alles")
    return reasons


def _topic_reason(topic: StoredTopic, titles: Mapping[str, str]) -> str:
    words = ", ".join(f"“{term}”" for term in topic.terms[:3])
    title = titles.get(topic.topic, topic.topic)
    return f"{title.lower()} ({words})" if words else title.lower()


def _euros(amount: Sum) -> float:
    """The height of a sum for a threshold; a rate (per hour, per pupil) and another currency do not count."""
    if amount.currency != "EUR" or amount.per not in (None, "jaar"):
        return 0.0
    return max(abs(amount.value or 0), abs(amount.value_max or 0))


def alert_id(watch: str, publication: str, cause: Cause, changes: Sequence[Change]) -> str:
    """The same watch, publication and occasion give the same id, on every machine and every run."""
    occasion = json.dumps([watch, publication, cause, [change.text for change in changes]], ensure_ascii=False)
    return hashlib.sha256(occasion.encode()).hexdigest()[:32]


def _alert(
    watch: Watch,
    facts: PublicationFacts,
    reasons: Sequence[str],
    titles: Mapping[str, str],
    cause: Cause,
    changes: Sequence[Change],
    now: datetime,
) -> Alert:
    promises = [
        {
            "act": p.act,
            "sentence": p.sentence,
            "by": None if p.not_after is None else p.not_after.isoformat(),
            "by_text": dutch_date(p.not_after) if p.not_after else (p.phrase or ""),
            "note": p.note,
            "firm": p.firm,
            "page": p.page,
        }
        for p in facts.promises
    ]
    amounts = [{"amount": money(s), "for": s.purpose, "sentence": s.sentence, "page": s.page} for s in facts.sums]
    content = {
        "url": facts.url,
        "kind": kind_name(facts.kind),
        "date": None if facts.date is None else facts.date.isoformat(),
        "publisher": facts.publisher,
        "dossiers": list(facts.dossiers),
        "reasons": list(reasons),
        "topics": [{"topic": t.topic, "title": titles.get(t.topic, t.topic), "terms": list(t.terms)} for t in facts.topics],
        "promises": promises,
        "amounts": amounts,
        "changes": [change.text for change in changes],
    }
    return Alert(
        id=alert_id(watch.name, facts.key, cause, changes),
        watch=watch.name,
        publication_id=facts.id,
        kind=cause,
        title=facts.title if cause == "new" else f"Gewijzigd: {facts.title}",
        summary=_summary(facts, reasons, changes),
        content=json.dumps(content, ensure_ascii=False),
        raised=now,
    )


def _summary(facts: PublicationFacts, reasons: Sequence[str], changes: Sequence[Change]) -> str:
    head = kind_name(facts.kind).capitalize()
    if facts.publisher:
        head += f" van {facts.publisher}"
    if facts.date:
        head += f", {dutch_date(facts.date)}"
    parts = [f"{head}: {'; '.join(reasons)}."]
    if changes:
        parts.append(f"Gewijzigd: {'; '.join(change.text for change in changes)}.")
    if facts.promises:
        count = len(facts.promises)
        dated = sorted(p.not_after for p in facts.promises if p.not_after)
        first = f", de eerste uiterlijk {dutch_date(dated[0])}" if dated else ""
        parts.append(f"{count} toezegging{'en' if count != 1 else ''}{first}.")
    if facts.sums:
        parts.append(f"Genoemde bedragen: {list_in_words(list(dict.fromkeys(money(s) for s in facts.sums))[:5])}.")
    return " ".join(parts)
