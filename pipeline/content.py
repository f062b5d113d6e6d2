"""What an alert shows its reader: why it came, the words with their sentences, what happened, the promises by date, the amounts. Decides only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from db.facts import Promise, PublicationFacts
from pipeline.changes import Change
from pipeline.dutch import dutch_date, kind_name, list_in_words, money, sender
from pipeline.happening import Happening
from pipeline.watch import Watch
from pipeline.words import Hit

FRAGMENT_WORDS = 10
_PLAIN = re.compile(r"[^\W\d_]{1,40}[,;:]?")


def content_of(
    watch: Watch,
    facts: PublicationFacts,
    reasons: Sequence[str],
    hits: Sequence[Hit],
    titles: Mapping[str, str],
    changes: Sequence[Change],
    happened: Sequence[Happening],
) -> dict[str, Any]:
    """The alert as values for JSON; every text is Dutch, every place has its page and a link into the document."""
    return {
        "watch": {"name": watch.name, "title": watch.title},
        "url": facts.url,
        "kind": kind_name(facts.kind),
        "date": None if facts.date is None else facts.date.isoformat(),
        "publisher": facts.publisher,
        "office": facts.office,
        "dossiers": list(facts.dossiers),
        "reasons": list(reasons),
        "words": [
            {
                "term": hit.term, "text": hit.text, "sentence": hit.sentence, "page": hit.page, "url": link(facts, hit.page, hit.sentence),
            }
            for hit in hits
        ],
        "topics": [{"topic": t.topic, "title": titles.get(t.topic, t.topic), "terms": list(t.terms)} for t in facts.topics],
        "promises": [_promise(facts, p) for p in facts.promises],
        "amounts": [
            {"amount": money(s), "for": s.purpose, "sentence": s.sentence, "page": s.page, "url": link(facts, s.page, s.sentence)} for s in facts.sums
        ],
        "changes": [change.text for change in changes],
        "happened": [_happening(facts, one) for one in happened],
    }  # fmt: skip


def link(facts: PublicationFacts, page: int | None, sentence: str) -> str:
    """Into the document where it can be opened at a page, else to the words on the page of the publication."""
    if page is not None and facts.file_url is not None and facts.file_url.lower().endswith(".pdf"):
        return f"{facts.file_url}#page={page}"
    shows_text = facts.url.endswith(".html") or facts.url == facts.file_url
    return f"{facts.url}{_fragment(sentence) if shows_text else ''}"


def _fragment(sentence: str) -> str:
    """The longest run of plain words of a sentence as a text fragment, which browsers scroll to and mark.

    Figures and signs are left out, because the page may write those with other spaces; fewer than three words tell no place from another.
    """
    runs = [list(run) for plain, run in groupby(sentence.split(), lambda word: _PLAIN.fullmatch(word) is not None) if plain]
    words = max(runs, key=len, default=[])[:FRAGMENT_WORDS]
    return f"#:~:text={quote(' '.join(words), safe='')}" if len(words) >= 3 else ""


def _promise(facts: PublicationFacts, promise: Promise) -> dict[str, Any]:
    return {
        "act": promise.act,
        "sentence": promise.sentence,
        "by": None if promise.not_after is None else promise.not_after.isoformat(),
        "by_text": dutch_date(promise.not_after) if promise.not_after else (promise.phrase or ""),
        "note": promise.note,
        "firm": promise.firm,
        "page": promise.page,
        "url": link(facts, promise.page, promise.sentence),
        "id": promise.id,
        "status": promise.status,
    }


def _happening(facts: PublicationFacts, one: Happening) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "text": one.text,
        "reason": one.reason,
        "sentence": one.sentence,
        "page": one.page,
        "url": link(facts, one.page, one.sentence),
        "from": None if one.was is None else one.was.isoformat(),
        "to": None if one.becomes is None else one.becomes.isoformat(),
        "about": {"title": one.about_title, "url": one.about_url, "sentence": one.about_sentence, "commitment": one.commitment_id},
    }


def summary_of(facts: PublicationFacts, reasons: Sequence[str], changes: Sequence[Change], happened: Sequence[Happening]) -> str:
    """What it is and why it came, in a few sentences."""
    name = kind_name(facts.kind)
    head = f"{name[:1].upper()}{name[1:]}{sender(facts.office, facts.publisher)}"
    if facts.date:
        head += f", {dutch_date(facts.date)}"
    parts = [f"{head}: {'; '.join(reasons)}."]
    parts += [f"{one.text[:1].upper()}{one.text[1:]}." for one in happened]
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
