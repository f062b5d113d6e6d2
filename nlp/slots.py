"""Fills the slots of a found promise in a few words: the act, who acts, to whom, under what condition, and which delivery it is.

In: the sentence, the clause read, the promise, the places of its time expressions. Out: short Dutch texts. Decides only.
Rules fill them; a parser may say more later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.acts import Promise
from nlp.clauses import Sentence
from nlp.levels import INFINITIVAL, MAIN, SUBORDINATE
from nlp.reading import Reading
from nlp.tokens import AUXILIARIES, WORDS, Token, has_form
from nlp.wordlists import any_of, pattern, words

LONGEST_ACT = 90
"""Characters of an act."""

_LONGEST_TAIL = 8
"""Words of a subordinate clause that completes an act ("onderzoeken of ...")."""
_TITLE = r"(?:[Dd]e )?(?:[Mm]inister|[Ss]taatssecretaris)(?:-[Pp]resident|sen|s)?"
_OFFICE = re.compile(rf"{_TITLE}(?: (?:van|voor) [A-Z][\w&-]*(?:(?:, | en | voor | van )?[ ]?[A-Z][\w&-]*){{0,8}})?")
_CONDITION = re.compile(r"(?<!\w)(?:indien|mits|tenzij|zodra|wanneer|mocht|afhankelijk van|onder voorbehoud van)(?!\w)[^,;]{3,140}", re.IGNORECASE)
_PARTNER = re.compile(
    r"(?<!\w)(?:met|bij)\s+((?:de|het|mijn|onze|alle|diverse|verschillende)?\s?[\w'\u2019&-]+(?:\s(?:en\s(?:de\s|het\s)?)?[\w'\u2019&-]+){0,4})"
)
_PARTNER_ENDS = re.compile(r"\s(?:(?:mee|af|door)\s)?(?:te|over|om|die|dat|op|in|naar|voor|van|tot|is|zal|zullen|ga|gaan|wordt|en\s(?:zal|zullen|ga))(?!\w).*$")
_NO_PARTNER = re.compile(r"(?:de nodige|behulp|betrekking|name|het oog|ingang|als doel|deze|dit|dat|een)(?!\w)")
_PRODUCT = re.compile(r"(?<![\w-])[\w-]{0,40}" + any_of(words("slots", "products")).pattern.replace(r"(?<!\w)", ""))
_PLACE = re.compile(r"(?<!\w)(?:in|met|middels|via|bij)\s(?:\w+\s){0,3}$")
_DEFINITE = re.compile(r"(?<!\w)(?:die|deze|dat|dit|de|het|mijn|bovengenoemde|genoemde)\s(?:\w+\s)?$")
_LEAD = re.compile(r"^(?:(?:en|maar|ja|nee|dus|want|of),?\s+)+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,40}")


def act_of(sentence: Sentence, reading: Reading, promise: Promise, moments: Sequence[tuple[int, int]]) -> str:
    """Name the act in a few words, as object and infinitive: "brief over sociale inbedding sturen"."""
    content = [token.text for token in _content(sentence, reading, moments)]
    text = pattern("slots", "receivers").sub("", " ".join(content))
    text = re.sub(r"(?:\s*,)+", ",", re.sub(r"\s{2,}", " ", text)).strip(" ,;:.-")
    text = _LEAD.sub("", text)
    tail = "" if len(text) > 40 else _tail(sentence, reading, promise)
    verb = "" if promise.rule == "chamber.receives" else promise.verb
    room = LONGEST_ACT - len(verb) - len(tail) - 2
    if len(text) > room:
        text = text[:room].rsplit(" ", 1)[0]
        text = re.sub(r"(?:\s(?:" + any_of(WORDS["prepositions"] | WORDS["determiners"] | WORDS["coordinators"]).pattern + r"))+$", "", text)
    return " ".join(part for part in (text.strip(" ,;:"), verb, tail) if part)


def actor_of(sentence: Sentence, reading: Reading, speaker: str | None, publisher: str | None) -> str | None:
    """Name who acts: the minister or cabinet as written, else who speaks, else the publisher of the document."""
    first = reading.subject.split()[0] if reading.subject else ""
    if reading.who == "government" and first not in words("subject", "pronouns"):
        office = _OFFICE.search(sentence.text, reading.start, reading.end)
        return office.group() if office and office.group().lower().startswith(reading.subject[:11]) else reading.subject
    return speaker or publisher


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


def _content(sentence: Sentence, reading: Reading, moments: Sequence[tuple[int, int]]) -> list[Token]:
    """The words that say what is done: without subject, verbs, time expressions and connecting adverbs."""
    below = (bool(reading.to) and reading.auxiliary in ("zijn", "hebben")) or reading.finite.startswith(("streef", "streven"))
    levels = (MAIN, INFINITIVAL) if below else (MAIN,)
    start = reading.start
    if below and reading.who != "government":
        # "Het streven is om ...": what comes before the verb names the aim, not the act.
        start = next((token.end for token in sentence.tokens if token.start >= reading.start and token.lower == reading.finite), start)
    tokens = [
        (i, token)
        for i, token in enumerate(sentence.tokens)
        if start <= token.start < reading.end and sentence.levels[i] in levels and not any(a <= token.start < b for a, b in moments)
    ]
    named = reading.subject.split() if reading.who in ("government", "chamber") else []
    kept = _without_sequence([token for i, token in tokens if not _hangs_on_te(sentence, i)], named)
    dropped = words("slots", "dropped") | words("intention", "predicates") | words("intention", "nouns")
    verbs = WORDS["light"] | {reading.finite}
    act = next((token.lower for token in kept if token.start == reading.at), "")
    particle = reading.verb.particle if reading.verb else ""
    return [
        token
        for token in kept
        if token.lower not in dropped | verbs | {act, particle or act}
        and token.lower not in AUXILIARIES
        and (token.text.isalnum() or "-" in token.text or token.text in "\u20ac%,")
    ]


def _without_sequence(tokens: list[Token], named: list[str]) -> list[Token]:
    for i in range(len(tokens) - len(named) + 1):
        if named and [token.lower for token in tokens[i : i + len(named)]] == named:
            return tokens[:i] + tokens[i + len(named) :]
    return tokens


def _hangs_on_te(sentence: Sentence, i: int) -> bool:
    """Whether a token is "te", its infinitive or the part of the verb before it: the verb is named once, at the end."""
    tokens = sentence.tokens
    after = tokens[i + 1].lower if i + 1 < len(tokens) else ""
    before = tokens[i - 1].lower if i else ""
    return (
        tokens[i].lower == "te"
        or (before == "te" and has_form(tokens[i].lower, "infinitive"))
        or (after == "te" and tokens[i].lower in WORDS["particles"])
    )


def _tail(sentence: Sentence, reading: Reading, promise: Promise) -> str:
    """The subordinate clause that says what is examined or told: "onderzoeken of de drempel omlaag kan"."""
    if promise.kind not in ("investigate", "inform", "talk", "evaluate"):
        return ""
    for i, token in enumerate(sentence.tokens):
        opens = sentence.levels[i] == SUBORDINATE and sentence.levels[i - 1] != SUBORDINATE
        if token.start > reading.at and opens and token.lower in words("slots", "questions"):
            below = [other for j, other in enumerate(sentence.tokens[i:], i) if sentence.levels[j] == SUBORDINATE]
            return " ".join(other.text for other in below[:_LONGEST_TAIL] if other.text.isalnum()).strip()
    return ""
