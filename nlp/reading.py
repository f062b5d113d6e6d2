"""Reads one main clause: who is the subject, which verb carries the act, is it passive, is it denied.

In: a sentence taken apart and one of its clauses. Out: a `Reading` with the parts as plain lower-case text. Decides only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlp.clauses import ASIDE, AUXILIARIES, DETERMINERS, INFINITIVAL, MAIN, PREPOSITIONS, SUBORDINATE, Clause, Sentence
from nlp.verbs import Form, Verb, pick, readings
from nlp.wordlists import opening, pattern, words

Who = Literal["government", "chamber", "other", "thing", "nobody"]
"""Whose act it is. `thing` is what an act is done to; `nobody` is "er" or no subject at all."""

_PARTICLES = frozenset("aan af bij door in mee na om onder op over terug toe uit vast voor voort vrij samen bekend openbaar uiteen weer gelijk inzichtelijk vorm mede".split())
_LEADS = re.compile(r"^(?:(?:en|maar|want|dus|ook|ja|nee|zeker|verder|dan|wel|overigens|uiteraard|,|\.|-|\u2022|\u2013)\s+){1,5}")
_BETWEEN = re.compile(
    r"^(?:(?:zich|er|ook|dan|daarom|dus|nu|hier|daar|hierbij|hiervoor|hierover|daarover|hiertoe|daartoe|tevens|wel|uiteraard|verder|graag|zelf|dit|dat|deze|die|het|,|ten slotte|tot slot|op korte termijn|eveneens|daarnaast|vervolgens|opnieuw|weer)\s+)"
)
_PREPOSITION_BEFORE = re.compile(
    r"(?:^|\s)(?:aan|bij|binnen|door|in|met|naar|namens|om|onder|op|over|per|rond|sinds|tegen|tijdens|tot|tussen|uit|van|vanaf|vanuit|via|voor|zonder|dan|als|behalve|naast)\s+(?:\w+\s+)?$"
)
_NOMINATIVE = re.compile(r"^(?:de|het|een|dit|dat|deze|die|er|alle|elke|iedere|beide|enkele|verschillende|diverse|mijn|onze|ons|uw|hun|zijn|haar|geen|meer|nieuwe|nieuw|extra|\u20ac)\b")
_OPENS_WITH_ADVERBIAL = re.compile(
    r"^(?:aan|bij|binnen|bovendien|conform|daar\w*|dan|door|eerst|eind|begin|medio|gelet|gezien|gelijktijdig|graag|hier\w*|in|indien|inmiddels|met|mede|momenteel|na|naar|naast|nadat|namens|om|omdat|onder|ondanks|op|over|per|rond|samen|"
    r"sinds|tegelijk\w*|ten|ter|tevens|tijdens|tot|tussen|uit|uiterlijk|uiteindelijk|vanaf|vanuit|verder|vervolgens|via|volgens|volgend|volgende|voor|vooruitlopend|voorts|vanwege|waar|waarbij|wel|zo|zoals|zodra|zonder|zowel|daarnaast|ook|eveneens|"
    r"aansluitend|allereerst|allerlei|binnenkort|concreet|deels|dit jaar|dit najaar|dit voorjaar|deze zomer|deze week|de komende|het komende|komend\w*|later|middels|mogelijk|natuurlijk|nog|nu|opnieuw|overigens|straks|toch|uiteraard|vooral|v\u00f3\u00f3r|wat|"
    r"wanneer|waarschijnlijk|zelf|mocht|als|eerder|daartoe|juist|tenslotte|\d)\b"
)
_NEGATION = re.compile(r"(?<!\w)(?:niet|geen|nooit|noch|evenmin|nergens|niemand)(?!\w)(?!\s+(?:alleen|langer|slechts|meer\s+dan))")
_AFTER_PARTICLE = frozenset("en of dat om die zoals als maar hoe welke wat zodat waarbij waarin waarmee en/of".split())
_LIGHT = frozenset("worden hebben zijn kunnen laten gaan blijven willen moeten komen te".split())
_PARTICIPLE = re.compile(r"(?:(?:aan|af|bij|door|in|mee|na|om|onder|op|over|samen|terug|toe|uit|voor|weg|gelijk|vast)?ge[a-z\u00e0-\u00ff]{2,20}(?:d|t|en)|(?:be|ver|ont|her)[a-z\u00e0-\u00ff]{3,20}(?:d|t))$")
_NOUN_BEFORE = frozenset("te de het een enkele alle nieuwe grote veel meer deel diverse verschillende".split())
_ASKING = frozenset("vragen verzoeken oproepen uitnodigen adviseren aanspreken".split())
_NOT_A_VERB = frozenset("samen eigen alleen buiten boven moment gevallen zaken landen partijen bedrijven gemeenten middelen maatregelen kaders jaren maanden weken redenen kosten personen mensen beiden diezelfden morgen keren".split())


@dataclass(frozen=True, slots=True)
class Reading:
    """One main clause as the rules see it."""

    who: Who
    subject: str
    """The subject's words; empty when nobody is named."""
    finite: str
    auxiliary: str
    """The verb of the auxiliary ("zullen"), `past`, or empty for a full verb."""
    verb: Verb | None
    """The verb of the act."""
    unknown: str
    """An infinitive outside the table where one carries the act."""
    passive: bool
    negated: bool
    before: str
    after: str
    main: str
    """All words of the clause's own level."""
    to: tuple[Verb, ...]
    """Verbs of "te" groups, in order."""
    by: tuple[Verb, ...]
    """Verbs of "door ... te" groups: the means."""
    everything: str
    """The clause with its subordinate parts, brackets left out."""
    start: int
    end: int
    at: int
    """Offset of the word that carries the act."""


def read_clause(sentence: Sentence, clause: Clause, earlier: Reading | None) -> Reading:
    """Read one clause; `earlier` is the clause before it, whose subject it may share."""
    tokens, levels = sentence.tokens, sentence.levels
    before, after = sentence.before(clause), sentence.after(clause)
    pre, post = " ".join(sentence.words(before)), " ".join(sentence.words(after))
    finite = tokens[clause.finite].lower
    auxiliary = AUXILIARIES.get(finite, "")
    who, subject = _subject(pre, post, earlier if clause.inherits else None)
    verb, unknown, passive, at = _act(sentence, clause, after, auxiliary)
    main = " ".join(part for part in (pre, finite, post) if part)
    if who == "chamber" and earlier is not None and earlier.who == "government" and verb is not None and verb.role in ("report", "speak") and not passive:
        # "Ik ga in gesprek en zal uw Kamer informeren": the Chamber is told, it does not tell.
        who, subject = earlier.who, earlier.subject
    if who == "government" and verb is not None and verb.infinitive in _ASKING and pre and not opening("subject", "government").match(_LEADS.sub("", pre)) and _NOMINATIVE.match(pre):
        # "De motie verzoekt het kabinet": the cabinet is asked.
        who, subject = "thing", pre
    within = [i for i in range(clause.first, clause.last) if levels[i] != ASIDE]
    start = tokens[clause.first].start
    return Reading(
        who=who, subject=subject, finite=finite, auxiliary=auxiliary, verb=verb, unknown=unknown, passive=passive, negated=_denied(sentence, clause, before + after, at),
        before=pre, after=post, main=main, to=_to_verbs(sentence, clause), by=_by_verbs(sentence, clause), everything=" ".join(sentence.words(within)), start=start, end=tokens[clause.last - 1].end, at=tokens[at].start,
    )  # fmt: skip


def _subject(pre: str, post: str, earlier: Reading | None) -> tuple[Who, str]:
    pre = _LEADS.sub("", pre + " ").strip()
    pronouns = words("subject", "pronouns")
    if pre:
        if opening("subject", "other_government").match(pre):
            return "other", pre
        if opening("subject", "government").match(pre) or pre.split()[-1] in pronouns or pre.split()[0] in pronouns:
            return "government", pre
        if _is_chamber(pre):
            return "chamber", pre
    follows = post
    for _ in range(4):
        if opening("subject", "other_government").match(follows):
            return "other", _noun_group(follows)
        first = follows.split(" ", 1)[0] if follows else ""
        if first in pronouns:
            return "government", first
        if found := opening("subject", "government").match(follows):
            return "government", found.group()
        skipped = _BETWEEN.sub("", follows, count=1)
        if skipped == follows:
            break
        follows = skipped
    nominative = pre and not _OPENS_WITH_ADVERBIAL.match(pre)
    if not nominative:
        if found := opening("subject", "chamber").match(follows):
            if found.group() != "u" or follows.startswith("u "):
                return "chamber", found.group()
        far = _far_subject(follows)
        if far:
            return far
    if earlier is not None:
        return earlier.who, earlier.subject
    if nominative:
        return ("nobody", "") if pre in ("er", "het", "dit", "dat") and not follows else (_agent_or_thing(pre), pre)
    group = _noun_group(post)
    return (_agent_or_thing(group), group) if group and not group.startswith("er ") else ("nobody", "")


def _is_chamber(pre: str) -> bool:
    found = opening("subject", "chamber").match(pre)
    return found is not None and len(pre.split()) <= len(found.group().split()) + (0 if found.group() == "u" else 4)


def _far_subject(follows: str) -> tuple[Who, str] | None:
    """A minister or the Chamber some words after the verb: "zal in april de minister ..."."""
    near = " ".join(follows.split()[:14])
    for found in pattern("subject", "government").finditer(near):
        if not _PREPOSITION_BEFORE.search(near[: found.start()]) and not _NOMINATIVE.match(near):
            return "government", found.group()
    for found in pattern("subject", "chamber").finditer(near):
        if found.group() != "u" and not _PREPOSITION_BEFORE.search(near[: found.start()]) and not _NOMINATIVE.match(near):
            return "chamber", found.group()
    return None


def _noun_group(text: str) -> str:
    return " ".join(text.split()[:8])


def _agent_or_thing(group: str) -> Who:
    head = " ".join(group.split()[:4])
    return "other" if pattern("agents", "others").search(head) else "thing"


def _act(sentence: Sentence, clause: Clause, after: list[int], auxiliary: str) -> tuple[Verb | None, str, bool, int]:
    """Give the verb of the act, an unknown infinitive, whether it is passive, and the token that carries it."""
    tokens = sentence.tokens
    particles = frozenset() if auxiliary and auxiliary not in ("gaan", "komen") else _particles(sentence, after)
    infinitives = [i for i in after if _is(tokens[i].lower, ("infinitive",)) and tokens[i - 1].lower not in _NOUN_BEFORE and tokens[min(i + 1, len(tokens) - 1)].lower != "van"]
    participles = [i for i in after if _is(tokens[i].lower, ("participle",)) and (tokens[i - 1].lower not in ("de", "het", "een") or i == after[-1])]
    becoming = auxiliary == "worden" or any(tokens[i].lower == "worden" for i in after)
    if becoming and participles:
        i = participles[0]
        return pick(tokens[i].lower, ("participle",), particles), "", True, i
    if auxiliary == "worden":
        last = next((i for i in reversed(after) if tokens[i].lower[0].isalpha()), clause.finite)
        if _PARTICIPLE.match(tokens[last].lower) and tokens[last - 1].lower not in DETERMINERS:
            return None, tokens[last].lower, True, last
        return None, "", False, clause.finite
    if auxiliary:
        weighed = []
        for i in infinitives:
            word = tokens[i].lower
            verb = pick(word, ("infinitive",), particles) if word != "worden" else None
            if verb is not None:
                weighed.append((word in _LIGHT, verb.role in ("soft", "state"), i, verb))
        if weighed:
            # "vergroten en onderzoeken": the act counts before the ambition.
            _, _, i, verb = min(weighed, key=lambda each: each[:3])
            return verb, "", False, i
        for i in reversed(after):
            word = tokens[i].lower
            if auxiliary in ("zullen", "gaan") and _looks_infinitive(word) and tokens[i - 1].lower not in DETERMINERS | {"te", "van"} and (i == after[-1] or not tokens[i - 1].lower.endswith("e")) and (i == after[-1] or not tokens[i + 1].lower[0].isalpha() or tokens[i + 1].lower in ("over", "van", "met", "aan", "in", "op", "naar", "voor")):
                return None, word, False, i
        if auxiliary in ("gaan", "komen"):
            return pick(tokens[clause.finite].lower, ("third", "stem", "infinitive"), particles), "", False, clause.finite
        return None, "", False, clause.finite
    return pick(tokens[clause.finite].lower, ("third", "stem", "infinitive"), particles), "", False, clause.finite


def _denied(sentence: Sentence, clause: Clause, numbers: list[int], at: int) -> bool:
    """Whether a negation belongs to the act: before its verb where that closes the clause, before the first comma or "door", "om" where it opens it."""
    tokens = sentence.tokens
    reach = []
    for i in numbers:
        if at > clause.finite and i > at or at == clause.finite and i > at and tokens[i].lower in (",", ";", "door", "om", "zonder"):
            break
        reach.append(tokens[i].lower)
    return _NEGATION.search(" ".join(word for k, word in enumerate(reach) if not (word == "niet" and reach[max(k - 2, 0) : k] == ["al", "dan"]))) is not None


def _looks_infinitive(word: str) -> bool:
    return word.endswith("en") and len(word) > 4 and word not in _LIGHT | PREPOSITIONS | _NOT_A_VERB


def _particles(sentence: Sentence, after: list[int]) -> frozenset[str]:
    """Parts of a split verb: words that do not govern a noun group here."""
    found = set()
    for i in after:
        word = sentence.tokens[i].lower
        following = next((sentence.tokens[j].lower for j in range(i + 1, len(sentence.tokens)) if sentence.levels[j] != ASIDE), ".")
        if word in _PARTICLES and (word not in PREPOSITIONS or not following[0].isalpha() or following in PREPOSITIONS | _AFTER_PARTICLE or sentence.levels[min(i + 1, len(sentence.levels) - 1)] in (SUBORDINATE, INFINITIVAL)):
            found.add(word)
    return frozenset(found)


def _by_verbs(sentence: Sentence, clause: Clause) -> tuple[Verb, ...]:
    tokens = sentence.tokens
    starts = [i for i in range(clause.first, clause.last) if tokens[i].lower == "door" and sentence.levels[i] == INFINITIVAL]
    found = []
    for start in starts:
        for i in range(start, min(start + 40, clause.last - 1)):
            if tokens[i].lower == "te" and (verb := pick(tokens[i + 1].lower, ("infinitive",), frozenset({tokens[i - 1].lower}) & _PARTICLES)):
                found.append(verb)
    return tuple(found)


def _is(word: str, forms: tuple[Form, ...]) -> bool:
    return any(reading.form in forms for reading in readings(word))


def _to_verbs(sentence: Sentence, clause: Clause) -> tuple[Verb, ...]:
    """The verbs after "te" in the clause and in its "om ... te" groups, subordinate clauses left out."""
    tokens, found = sentence.tokens, []
    for i in range(clause.finite + 1, clause.last - 1):
        if tokens[i].lower == "te" and sentence.levels[i] in (MAIN, INFINITIVAL):
            particle = frozenset({tokens[i - 1].lower}) & _PARTICLES
            j = i + 1
            while j + 1 < clause.last and tokens[j].lower in ("laten", "kunnen", "gaan", "blijven", "willen") and _is(tokens[j + 1].lower, ("infinitive",)):
                j += 1
            verb = pick(tokens[j].lower, ("infinitive",), particle)
            if verb is not None:
                found.append(verb)
    return tuple(found)
