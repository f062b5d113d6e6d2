"""Fills the slots of a found promise: who acts, to whom, under what condition, and what tells its delivery from another.

In: the sentence, the clause read, the promise. Out: short Dutch texts. Decides only. The act itself is named by `wording.py`.
"""

from __future__ import annotations

import re
from datetime import date

from nlp.acts import Promise
from nlp.clauses import Sentence
from nlp.offices import read_offices
from nlp.reading import Reading
from nlp.wordlists import any_of, words

_AGENT = re.compile(r"(?<!\w)door (?:de )?(?:minister|staatssecretaris)[^.;]{0,160}", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:de|het|dit|deze|ons|onze) ")
_CONDITION = re.compile(r"(?<!\w)(?:indien|mits|tenzij|zodra|wanneer|mocht|afhankelijk van|onder voorbehoud van)(?!\w)[^,;]{3,140}", re.IGNORECASE)
_PARTNER = re.compile(
    r"(?<!\w)(?:met|bij)\s+((?:de|het|mijn|onze|alle|diverse|verschillende)?\s?[\w'\u2019&-]+(?:\s(?:en\s(?:de\s|het\s)?)?[\w'\u2019&-]+){0,4})"
)
_PARTNER_ENDS = re.compile(
    r"\s(?:(?:mee|af|door)\s)?(?:te|over|om|die|dat|op|in|naar|voor|van|tot|is|zal|zullen|ga|gaan|wordt|en\s(?:zal|zullen|ga))(?!\w).*$"
)
_NO_PARTNER = re.compile(r"(?:de nodige|behulp|betrekking|name|het oog|ingang|als doel|deze|dit|dat|een)(?!\w)")
_PRODUCT = re.compile(r"(?<![\w-])[\w-]{0,40}" + any_of(words("slots", "products")).pattern.replace(r"(?<!\w)", ""))
_PLACE = re.compile(r"(?<!\w)(?:in|met|middels|via|bij)\s(?:\w+\s){0,3}$")
_DEFINITE = re.compile(r"(?<!\w)(?:die|deze|dat|dit|de|het|mijn|bovengenoemde|genoemde)\s(?:\w+\s)?$")
_WORD = re.compile(r"[^\W\d_]{4,40}")


def actor_of(sentence: Sentence, reading: Reading, speaking: str | None, day: date | None) -> str | None:
    """Name who binds himself: the office named as subject or after "door", else who speaks; never the publisher.

    Args:
        speaking: the office that says "ik": who signed the document, or whose turn it is in a debate.
        day: of the document; a portfolio belongs to a ministry for some years only.
    """
    agent = _AGENT.search(sentence.text, reading.start, reading.end)
    if reading.passive and agent is not None and (offices := read_offices(agent.group(), day)):
        return offices[0][0].title
    first = reading.subject.split()[0] if reading.subject else ""
    if reading.who != "government" or first in words("subject", "pronouns") or first in ("mijn", "ons", "onze"):
        return speaking
    at = sentence.text.lower().find(reading.subject, reading.start)
    offices = (
        read_offices(sentence.text[max(at, 0) : reading.end], day) if "minister" in reading.subject or "staatssecretaris" in reading.subject else []
    )
    if offices:
        return offices[0][0].title
    bare = _ARTICLE.sub("", reading.subject)
    return speaking if speaking and speaking.startswith(bare) else bare


def addressee_of(sentence: Sentence, reading: Reading, promise: Promise) -> str | None:
    """Name to whom: the Chamber where it is named or where word is promised, else the party spoken with."""
    if promise.addressed or promise.kind == "inform":
        house = re.search(r"(?<!\w)(eerste|tweede) kamer", reading.everything)
        return f"{house.group(1).capitalize()} Kamer" if house else "Kamer"
    if promise.kind == "talk":
        for found in _PARTNER.finditer(sentence.text, reading.start, reading.end):
            party = _PARTNER_ENDS.sub("", found.group(1))
            if not _NO_PARTNER.match(party.lower()):
                return party
    return None


def condition_of(sentence: Sentence, reading: Reading) -> str | None:
    """Give the condition that the promise hangs on, as written."""
    found = _CONDITION.search(sentence.text, reading.start, reading.end)
    return " ".join(found.group().split()) if found else None


def delivery_of(reading: Reading) -> tuple[str, bool, frozenset[str]]:
    """Give what tells one delivery from another: its product, whether that is spoken of as known, and the words of the clause."""
    products = list(_PRODUCT.finditer(reading.main))
    chosen = next((found for found in products if _PLACE.search(reading.main[: found.start()])), products[0] if products else None)
    content = frozenset(word for word in _WORD.findall(reading.everything) if word not in words("slots", "common"))
    if chosen is None:
        return "", False, content
    product = max((end for end in words("slots", "products") if chosen.group().endswith(end)), key=len)
    return product, _DEFINITE.search(reading.main[: chosen.start()]) is not None, content
