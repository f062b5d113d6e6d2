"""Fills the slots of a found promise in a few words: the act, who acts, to whom, under what condition, and which delivery it is.

In: the sentence, the clause read, the promise. Out: short Dutch texts. Decides only. Rules fill them; a parser may say more later.
"""

from __future__ import annotations

import re

from nlp.acts import Promise
from nlp.clauses import Sentence
from nlp.levels import SUBORDINATE
from nlp.reading import Reading
from nlp.wordlists import pattern

LONGEST_ACT = 90
"""Characters of an act."""

_PRODUCT = re.compile(
    r"(?<!\w)(?:[\w-]{0,40}(?:brief|reactie|rapportage|appreciatie|wetsvoorstel|voorstel|nota|evaluatie|onderzoek|verkenning|inventarisatie|agenda|programma|aanpak|besluit|kader|strategie|visie|fiche|overzicht|verslag)|plan van aanpak|stand van zaken|gesprek(?:ken)?|overleg)(?!\w)"
)
_TOPIC = re.compile(r"\s+(?:over|naar|inzake|omtrent|betreffende|rondom|op|van|met|voor)\s+(?:de\s|het\s|een\s)?([^,;:()]{3,60})")
_CONDITION = re.compile(
    r"(?<!\w)(?:indien|mits|tenzij|zodra|wanneer|mocht|afhankelijk van|onder voorbehoud van|als)(?!\w)[^,;]{3,140}", re.IGNORECASE
)
_CONDITIONING = frozenset(["indien", "mits", "tenzij", "zodra", "wanneer", "mocht", "afhankelijk", "onder"])
_STOP = frozenset(
    ["de", "het", "een", "en", "van", "op", "in", "te", "aan", "met", "voor", "over", "uw", "kamer", "ik", "zal", "we", "wij", "om", "dat", "die", "dit", "deze", "is", "wordt", "worden", "naar", "bij", "ook", "als", "zijn", "haar", "mijn", "tot", "nog", "per", "door", "der", "den", "hierover", "daarover", "hier", "daar", "hierop", "nader", "verder", "graag", "kabinet", "minister", "staatssecretaris", "tweede", "eerste", "informeren", "sturen", "komen", "brief", "voor", "zomer", "najaar", "voorjaar", "jaar", "einde", "kwartaal", "tijd", "zo", "spoedig", "mogelijk", "snel", "korte", "termijn", "uiterlijk"]
)


def act_of(sentence: Sentence, reading: Reading, promise: Promise) -> str:
    """Name the act in a few words: the product and its subject where there is one, else verb and object."""
    text = sentence.text[reading.start : reading.end]
    product = _PRODUCT.search(text.lower())
    if product:
        topic = _TOPIC.match(text, product.end())
        named = text[product.start() : product.end()] + (topic.group() if topic else "")
        return _short(named)
    return _short(f"{_object(sentence, reading)} {promise.verb}".strip())


def actor_of(reading: Reading, publisher: str | None) -> str | None:
    """Name who acts: the minister or cabinet as written, else the publisher of the document."""
    if reading.who == "government" and reading.subject and reading.subject.split()[0] not in ("ik", "wij", "we"):
        return reading.subject
    return publisher


def addressee_of(reading: Reading, promise: Promise) -> str | None:
    """Name to whom: the Chamber where it is named or where word is promised, else the party spoken with."""
    if reading.who == "chamber" or promise.kind == "inform" or pattern("chamber", "receiver").search(reading.everything):
        house = re.search(r"(?<!\w)(eerste|tweede) kamer", reading.everything)
        return f"{house.group(1).capitalize()} Kamer" if house else "Kamer"
    if promise.kind == "talk":
        party = re.search(r"(?<!\w)(?:met|bij)\s+((?:de\s|het\s)?[\w&-]+(?:\s(?:en\s)?[\w&-]+){0,3})", reading.main)
        return party.group(1) if party else None
    return None


def condition_of(sentence: Sentence, reading: Reading) -> str | None:
    """Give the condition that the promise hangs on, as written."""
    for found in _CONDITION.finditer(sentence.text, reading.start, reading.end):
        word = found.group().split()[0].lower()
        if word in _CONDITIONING:
            return " ".join(found.group().split())
    return None


def deliverable_words(reading: Reading) -> tuple[str, frozenset[str]]:
    """Give the product a promise delivers and the words that tell it from another, for joining sentences about the same act."""
    product = _PRODUCT.search(reading.everything)
    content = frozenset(word for word in re.findall(r"[^\W\d_]{4,40}", reading.everything) if word not in _STOP)
    return (product.group() if product else "", content)


def _object(sentence: Sentence, reading: Reading) -> str:
    """The words right before the verb of the act that belong to its own clause."""
    words = [
        token.text for i, token in enumerate(sentence.tokens)
        if reading.start <= token.start < reading.end and token.lower != reading.finite and sentence.levels[i] != SUBORDINATE and token.text[0].isalpha() and token.start < reading.at
    ]  # fmt: skip
    subject = reading.subject.split()
    kept = [word for word in words if word.lower() not in subject]
    return " ".join(kept[-7:])


def _short(text: str) -> str:
    folded = " ".join(text.split()).strip(" .,;:")
    return folded if len(folded) <= LONGEST_ACT else folded[:LONGEST_ACT].rsplit(" ", 1)[0]
