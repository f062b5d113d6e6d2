"""Takes a Dutch sentence apart into its main clauses: where the finite verb stands and what comes before and after it.

In: one sentence as plain text. Out: tokens with a level each, and the main clauses among them. Decides only.

Word order, a closed list of subordinating words and the verb table carry the analysis; no parser takes part. What it cannot see (a subordinate
clause without a mark, an unknown finite verb) gives no clause, so that a rule built on it stays silent.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlp.levels import MAIN, levels_of
from nlp.tokens import AUXILIARIES, BOUNDARIES, WORDS, Token, has_form, is_finite, tokenise

LONGEST_SENTENCE = 4_000
"""Characters; a longer "sentence" is a table or a list gone wrong and is read no further."""

_FARTHEST = 16
"""Tokens between the start of a clause and its finite verb."""
_SHORT_SUBJECT = 4
"""Tokens before the verb of a clause after a semicolon."""
_PLURAL = WORDS["plural_pronouns"] | WORDS["plural_subjects"]
_OWN_SUBJECT = WORDS["pronouns"] | {"de", "uw", "mijn"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One main clause: `tokens[first:last]` of its sentence, finite verb at `finite`."""

    first: int
    finite: int
    last: int
    inherits: bool
    """Whether the subject is that of the clause before ("... en zet in op")."""
    bare: bool
    """Whether its verb opens it, so that what follows can be an object ("... en verlagen de kosten")."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence taken apart."""

    text: str
    tokens: tuple[Token, ...]
    levels: tuple[int, ...]
    clauses: tuple[Clause, ...]

    def before(self, clause: Clause) -> list[int]:
        """Token numbers of the main level before the finite verb."""
        return [i for i in range(clause.first, clause.finite) if self.levels[i] == MAIN]

    def after(self, clause: Clause) -> list[int]:
        """Token numbers of the main level after the finite verb."""
        return [i for i in range(clause.finite + 1, clause.last) if self.levels[i] == MAIN]

    def words(self, numbers: list[int]) -> list[str]:
        """The lower-case words of some tokens."""
        return [self.tokens[i].lower for i in numbers]


def take_apart(text: str) -> Sentence:
    """Give tokens, levels and main clauses of one sentence."""
    tokens = tokenise(text[:LONGEST_SENTENCE])
    levels = levels_of(tokens)
    return Sentence(text, tokens, levels, _clauses(tokens, levels))


def _clauses(tokens: tuple[Token, ...], levels: tuple[int, ...]) -> tuple[Clause, ...]:
    """Find the finite verbs of the main level; each new one after a comma or coordinator begins a clause."""
    found: list[Clause] = []
    first, finite, inherits, bare = 0, -1, False, False
    for i, token in enumerate(tokens):
        if levels[i] != MAIN or not token.lower[0].isalpha():
            continue
        if finite < 0:
            if is_finite(tokens, i) and not _closes_group(tokens, i, first):
                finite = i
            continue
        start = _boundary(tokens, levels, i, finite)
        if start < 0 or not _begins_clause(tokens, i, start, finite):
            continue
        found.append(Clause(first, finite, start, inherits, bare))
        bare = _is_bare(tokens, start, i)
        inherits = bare and not (i + 1 < len(tokens) and tokens[i + 1].lower in _OWN_SUBJECT)
        first, finite = start, i
    if finite < 0 and not found:
        finite = _plain_plural(tokens, levels)
    if finite >= 0:
        found.append(Clause(first, finite, len(tokens), inherits, bare))
    return tuple(found)


def _closes_group(tokens: tuple[Token, ...], i: int, first: int) -> bool:
    """Whether "worden", "gaan" at the end of a text closes a verb group and is not finite."""
    return tokens[i].lower in WORDS["also_infinitive"] and i > first and i + 1 == len(tokens) and has_form(tokens[i - 1].lower, "participle")


def _begins_clause(tokens: tuple[Token, ...], i: int, start: int, finite: int) -> bool:
    """Whether token i is the finite verb of a further clause that starts at `start`."""
    word, can_be_finite, bare = tokens[i].lower, is_finite(tokens, i), _is_bare(tokens, start, i)
    if can_be_finite and word not in WORDS["also_infinitive"]:
        return True
    if can_be_finite and tokens[start - 1].text == ";" and i - start <= _SHORT_SUBJECT and tokens[i - 1].lower != "te":
        # After a semicolon a clause begins anew: "...; deze worden in juli gestuurd".
        return i > start
    if can_be_finite and bare:
        return AUXILIARIES.get(tokens[finite].lower, "") not in WORDS["wants_complement"]
    if can_be_finite:
        return i + 1 < len(tokens) and tokens[i + 1].lower in WORDS["plural_pronouns"]
    # "maken we de balans op en besluiten of": a plural after a plural, unless an auxiliary waits for it.
    plural_before = any(token.lower in _PLURAL for token in (tokens[finite - 1], tokens[min(finite + 1, len(tokens) - 1)]))
    return bare and plural_before and tokens[finite].lower not in AUXILIARIES and has_form(word, "infinitive") and _joins_clauses(tokens, start)


def _is_bare(tokens: tuple[Token, ...], start: int, i: int) -> bool:
    """Whether nothing but an adverb stands between the start of a clause and its finite verb."""
    return all(token.lower in WORDS["front_adverbs"] for token in tokens[start:i])


def _joins_clauses(tokens: tuple[Token, ...], start: int) -> bool:
    """Whether a coordinator right before token `start` joins clauses, not two infinitives used as nouns ("het meten en evalueren van")."""
    return tokens[start - 1].lower in WORDS["coordinators"] and not has_form(tokens[start - 2].lower, "infinitive")


def _plain_plural(tokens: tuple[Token, ...], levels: tuple[int, ...]) -> int:
    """The finite verb of a sentence whose only verb is a plural after a noun ("Gemeenten krijgen ..."); -1 when there is none."""
    not_before = WORDS["prepositions"] | WORDS["determiners"] | WORDS["coordinators"]
    for i in range(1, len(tokens) - 1):
        as_verb = levels[i] == MAIN and tokens[i].text.islower() and has_form(tokens[i].lower, "infinitive")
        if as_verb and tokens[i - 1].lower not in not_before and tokens[i + 1].lower not in ("van", "en", "of"):
            return i
    return -1


def _boundary(tokens: tuple[Token, ...], levels: tuple[int, ...], i: int, finite: int) -> int:
    """First token of the clause that token i would be the finite verb of; -1 when no boundary lies between it and the last finite verb."""
    for j in range(i - 1, max(finite, i - _FARTHEST), -1):
        if levels[j] == MAIN and (tokens[j].lower in WORDS["coordinators"] or tokens[j].text in BOUNDARIES or tokens[j].text == "."):
            return j + 1
    return -1
