"""Reads one main clause: who is the subject, which verb carries the act, is it passive, is it denied.

In: a sentence taken apart and one of its clauses. Out: a `Reading` with the parts as plain lower-case text. Decides only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from nlp.clauses import Clause, Sentence
from nlp.levels import ASIDE, INFINITIVAL, MAIN, SUBORDINATE
from nlp.subjects import Who, fallback_subject, is_asked, subject_of
from nlp.tokens import AUXILIARIES, WORDS, Token, has_form
from nlp.verbs import Verb, pick
from nlp.wordlists import opening

_NEGATION = re.compile(
    r"(?<!\w)(?:niet|geen|nooit|noch|evenmin|nergens|niemand)(?!\w)"
    r"(?!\s+(?:alleen|langer|slechts|al\s+te|meer\s+dan|(?:eerder|later)\s+dan))"
)
_PARTICIPLE = re.compile(
    r"(?:(?:aan|af|bij|door|in|mee|na|om|onder|op|over|samen|terug|toe|uit|voor|weg|gelijk|vast)?ge[a-z\u00e0-\u00ff]{2,20}(?:d|t|en)"
    r"|(?:be|ver|ont|her)[a-z\u00e0-\u00ff]{3,20}(?:d|t))$"
)
_CONTRAST = 10
"""Tokens from "niet" to the moment after "maar"."""
_GROUP = 40
"""Tokens of a "door ... te" group."""


@dataclass(frozen=True, kw_only=True, slots=True)
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
    """An infinitive or participle outside the table where one carries the act."""
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
    joined: tuple[Verb, int] | None
    """A second act after "en", of bringing word, and where its part begins: "zal dit onderzoeken en u informeren"."""
    everything: str
    """The clause with its subordinate parts, brackets left out."""
    start: int
    end: int
    at: int
    """Offset of the word that carries the act."""


class _Act(NamedTuple):
    verb: Verb | None
    unknown: str
    passive: bool
    at: int
    """Number of the token that carries the act."""


def read_clause(sentence: Sentence, clause: Clause, earlier: Reading | None) -> Reading:
    """Read one clause; `earlier` is the clause before it, whose subject it may share."""
    tokens = sentence.tokens
    before, after = sentence.before(clause), sentence.after(clause)
    pre, post, finite = " ".join(sentence.words(before)), " ".join(sentence.words(after)), tokens[clause.finite].lower
    act = _act(sentence, clause, after)
    who, subject = _who(pre, finite, post, act, clause, earlier)
    within = [i for i in range(clause.first, clause.last) if sentence.levels[i] != ASIDE]
    return Reading(
        who=who,
        subject=subject,
        finite=finite,
        auxiliary=_auxiliary(finite, post),
        verb=act.verb,
        unknown=act.unknown,
        passive=act.passive,
        negated=_denied(sentence, clause, before + after, act.at),
        before=pre,
        after=post,
        main=" ".join(part for part in (pre, finite, post) if part),
        to=_to_verbs(sentence, clause),
        by=_by_verbs(sentence, clause),
        joined=_joined(sentence, clause, act),
        everything=" ".join(sentence.words(within)),
        start=tokens[clause.first].start,
        end=tokens[clause.last - 1].end,
        at=tokens[act.at].start,
    )


def _who(pre: str, finite: str, post: str, act: _Act, clause: Clause, earlier: Reading | None) -> tuple[Who, str]:
    named = subject_of(pre, post)
    if named is None and earlier is not None and (clause.inherits or (clause.bare and _leads_with_subject(earlier))) and _agrees(earlier, finite):
        return earlier.who, earlier.subject
    who, subject = named or fallback_subject(pre, post)
    receives = act.verb is not None and act.verb.infinitive in ("ontvangen", "krijgen") and not act.passive
    if receives and (found := opening("subject", "chamber").match(post)):
        # "Het rapport, met mijn reactie, ontvangt u in mei": what is received stands first.
        return "chamber", found.group()
    telling = act.verb is not None and (act.verb.role in ("report", "speak") or act.verb.infinitive in ("verwachten", "hopen"))
    told = telling and not act.passive
    if who == "chamber" and told and earlier is not None and earlier.who == "government":
        # "Ik ga in gesprek en zal uw Kamer informeren": the Chamber is told, it does not tell.
        return earlier.who, earlier.subject
    if who == "government" and act.verb is not None and act.verb.infinitive in WORDS["asking"] and is_asked(pre):
        return "thing", pre
    return who, subject


def _leads_with_subject(earlier: Reading) -> bool:
    """Whether the government stands before its verb: "we verruimen X en verlagen de Y" can then have no other subject."""
    return earlier.who == "government" and bool(earlier.subject) and earlier.before.endswith(earlier.subject)


def _agrees(earlier: Reading, finite: str) -> bool:
    """Whether a finite verb can have the subject of the clause before: "we" takes no "wordt"."""
    return earlier.subject not in WORDS["plural_pronouns"] or has_form(finite, "infinitive") or finite in WORDS["plural_auxiliaries"]


def _auxiliary(finite: str, after: str) -> str:
    """The verb that a finite form is an auxiliary of; "dient" without "te" is a full verb ("dient een wetsvoorstel in")."""
    auxiliary = AUXILIARIES.get(finite, "")
    return "" if auxiliary == "dienen" and not re.search(r"(?<!\w)te(?!\w)", after) else auxiliary


def _act(sentence: Sentence, clause: Clause, after: list[int]) -> _Act:
    """Find the verb that carries the act: participle of a passive, infinitive after an auxiliary, else the finite verb itself."""
    tokens = sentence.tokens
    finite = tokens[clause.finite].lower
    auxiliary = _auxiliary(finite, " ".join(sentence.words(after)))
    spoken = [i for i in after if tokens[i].lower[0].isalpha()]
    participles = [
        i for i in spoken if has_form(tokens[i].lower, "participle") and (tokens[i - 1].lower not in ("de", "het", "een") or i == after[-1])
    ]
    if participles and (auxiliary == "worden" or any(tokens[i].lower == "worden" for i in spoken)):
        told = [(i, pick(tokens[i].lower, ("participle",))) for i in participles]
        at, verb = next(((i, each) for i, each in told if each is not None and each.role not in ("soft", "state")), told[0])
        if at != told[0][0] and tokens[at - 1].lower not in WORDS["coordinators"] | {","}:
            at, verb = told[0]
        return _Act(verb, "", True, at)
    if auxiliary == "worden":
        open_at = next((i for i in reversed(spoken) if _may_be_participle(sentence, i, spoken[-1])), None)
        return _Act(None, "", False, clause.finite) if open_at is None else _Act(None, tokens[open_at].lower, True, open_at)
    if auxiliary and (found := _infinitive(sentence, spoken, auxiliary)) is not None:
        return found
    if auxiliary and auxiliary not in ("gaan", "komen"):
        return _Act(None, "", False, clause.finite)
    verb = pick(finite, ("third", "stem", "infinitive"), _particles(sentence, after))
    if verb is None:
        # Only a separable verb has this form ("scherpt"): its part stands somewhere in the clause.
        verb = pick(finite, ("third", "stem", "infinitive"), frozenset(sentence.words(after)) & WORDS["particles"])
    return _Act(verb, "", False, clause.finite)


def _may_be_participle(sentence: Sentence, i: int, last: int) -> bool:
    """Whether a word outside the table is a participle by its form and place: at the end of the clause, or before a preposition."""
    word, before = sentence.tokens[i].lower, sentence.tokens[i - 1].lower
    following = sentence.tokens[i + 1].lower if i + 1 < len(sentence.tokens) else "."
    closes = i == last or not following[0].isalnum() or following in WORDS["prepositions"] | WORDS["coordinators"]
    return closes and _PARTICIPLE.match(word) is not None and word not in WORDS["not_a_verb"] and before not in WORDS["determiners"]


def _infinitive(sentence: Sentence, spoken: list[int], auxiliary: str) -> _Act | None:
    """The infinitive after an auxiliary; of several the first that is an act ("vergroten en onderzoeken")."""
    tokens = sentence.tokens
    weighed = []
    for i in spoken:
        word = tokens[i].lower
        if word != "worden" and has_form(word, "infinitive") and not _is_noun(sentence, i, spoken[-1]):
            verb = pick(word, ("infinitive",))
            if verb is not None:
                weighed.append((word in WORDS["light"], verb.role in ("soft", "state"), i, verb))
    if weighed:
        *_, i, verb = min(weighed, key=lambda each: each[:3])
        return _Act(verb, "", False, i)
    if auxiliary in ("zullen", "gaan", "laten"):
        for i in reversed(spoken):
            if _may_be_infinitive(sentence, i, spoken[-1]):
                return _Act(None, tokens[i].lower, False, i)
    return None


def _joined(sentence: Sentence, clause: Clause, act: _Act) -> tuple[Verb, int] | None:
    """Find a verb of bringing word after "en": "zal dit onderzoeken en u informeren", "bereid dit te onderzoeken en u te informeren"."""
    tokens = sentence.tokens
    if act.passive or (act.verb is not None and act.verb.role == "report"):
        return None
    joint, acted = -1, act.at > clause.finite
    for i in range(max(act.at, clause.finite) + 1, clause.last):
        if sentence.levels[i] not in (MAIN, INFINITIVAL):
            continue
        if acted and tokens[i].lower == "en":
            joint = i
        elif has_form(tokens[i].lower, "infinitive"):
            verb = pick(tokens[i].lower, ("infinitive",))
            if joint >= 0 and verb is not None and verb.role == "report":
                return verb, tokens[joint].start
            acted = acted or tokens[i - 1].lower == "te"
    return None


def _may_be_infinitive(sentence: Sentence, i: int, last: int) -> bool:
    """Whether a word outside the table closes the verb group: it ends in -en and the clause, or a preposition follows."""
    tokens = sentence.tokens
    word, before = tokens[i].lower, tokens[i - 1].lower
    following = tokens[i + 1].lower if i + 1 < len(tokens) else "."
    if not word.endswith("en") or len(word) < 5 or word in WORDS["light"] | WORDS["prepositions"] | WORDS["not_a_verb"]:
        return False
    if before in WORDS["determiners"] | {"te", "van"} or (i != last and before.endswith("e")):
        return False
    return i == last or not following[0].isalpha() or following in ("over", "van", "met", "aan", "in", "op", "naar", "voor")


def _is_noun(sentence: Sentence, i: int, last: int) -> bool:
    """Whether a form that could be an infinitive is a noun ("deze vragen", "het meten van") or hangs on "te"."""
    before = sentence.tokens[i - 1].lower
    following = sentence.tokens[i + 1].lower if i + 1 < len(sentence.tokens) else ""
    return before in WORDS["noun_before"] or following == "van" or (before in WORDS["owners"] and i != last)


def _denied(sentence: Sentence, clause: Clause, numbers: list[int], at: int) -> bool:
    """Whether a negation belongs to the act: before its verb where that closes the clause, before a comma, "door" or "om" where it opens it."""
    reach: list[str] = []
    for i in numbers:
        word = sentence.tokens[i].lower
        if i > at and (at > clause.finite or word in (",", ";", "door", "om", "zonder")):
            break
        if not (word == "niet" and (reach[-2:] == ["al", "dan"] or _is_contrasted(sentence, numbers, i))):
            reach.append(word)
    return _NEGATION.search(" ".join(reach)) is not None


def _is_contrasted(sentence: Sentence, numbers: list[int], at: int) -> bool:
    """Whether "niet" at token `at` denies one moment in favour of another: "niet voor de zomer, maar in het najaar"."""
    following = [sentence.tokens[i].lower for i in numbers if at < i <= at + _CONTRAST]
    if len(following) < 4 or following[0] not in WORDS["prepositions"] or "maar" not in following[:-1]:
        return False
    return following[following.index("maar") + 1] in WORDS["prepositions"] | {"pas", "eerst", "wel", "uiterlijk", "begin", "medio", "eind"}


def _particles(sentence: Sentence, after: list[int]) -> frozenset[str]:
    """The part of a split verb: the last word of its class that does not govern a noun group here."""
    found: frozenset[str] = frozenset()
    for i in after:
        word = sentence.tokens[i].lower
        if word not in WORDS["particles"]:
            continue
        following = next((sentence.tokens[j].lower for j in range(i + 1, len(sentence.tokens)) if sentence.levels[j] != ASIDE), ".")
        below = i + 1 < len(sentence.levels) and sentence.levels[i + 1] in (SUBORDINATE, INFINITIVAL)
        closes = (not following[0].isalnum() and following != "\u20ac") or following in WORDS["prepositions"] | WORDS["after_particle"]
        if word not in WORDS["prepositions"] or closes or below:
            found = frozenset({word})
    return found


def _to_verbs(sentence: Sentence, clause: Clause) -> tuple[Verb, ...]:
    """The verbs after "te" in the clause and in its "om ... te" groups, subordinate clauses left out."""
    tokens, found = sentence.tokens, []
    for i in range(clause.finite + 1, clause.last - 1):
        if tokens[i].lower == "te" and sentence.levels[i] in (MAIN, INFINITIVAL):
            verb = _after_te(tokens, i, clause.last)
            if verb is not None:
                found.append(verb)
    return tuple(found)


def _after_te(tokens: tuple[Token, ...], i: int, last: int) -> Verb | None:
    """The act after "te" at token i, past the light verbs before it: "te laten onderzoeken"."""
    j = i + 1
    while j + 1 < last and tokens[j].lower in WORDS["light"] and has_form(tokens[j + 1].lower, "infinitive"):
        j += 1
    return pick(tokens[j].lower, ("infinitive",), frozenset({tokens[i - 1].lower}) & WORDS["particles"])


def _by_verbs(sentence: Sentence, clause: Clause) -> tuple[Verb, ...]:
    tokens, found = sentence.tokens, []
    for start in range(clause.first, clause.last):
        if tokens[start].lower == "door" and sentence.levels[start] == INFINITIVAL:
            for i in range(start, min(start + _GROUP, clause.last - 1)):
                if tokens[i].lower == "te" and (verb := _after_te(tokens, i, clause.last)) is not None:
                    found.append(verb)
    return tuple(found)
