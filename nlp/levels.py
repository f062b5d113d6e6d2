"""Tells the main clause of a sentence from what hangs below it: one level for each token.

In: the tokens of a sentence. Out: a level each. Decides only.

Dutch puts the finite verb second in a main clause and last in a subordinate one. A sentence is read from comma to comma: a subordinating word
opens a lower level, "finite verb + subject" or an open auxiliary leads back up.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlp.tokens import AUXILIARIES, BOUNDARIES, WORDS, Token, has_form, is_finite
from nlp.verbs import readings

MAIN, SUBORDINATE, INFINITIVAL, ASIDE = 0, 1, 2, 3
"""Main clause, subordinate clause, "om ... te" group, brackets."""

_FRONT = WORDS["subordinators"]
_INSIDE = WORDS["subordinators"] - WORDS["only_in_front"] | WORDS["questioning"]
_PRONOUNS, _PREPOSITIONS, _COORDINATORS = WORDS["pronouns"], WORDS["prepositions"], WORDS["coordinators"]
_SUBJECT_AHEAD = _PRONOUNS | {"de", "mijn", "uw"}
_FIRST_PERSON = frozenset({"ik", "we", "wij"})
_SHORT = 7
"""Tokens of "dat graag doen." after "ik wil"."""
_NEAR = 6
"""Tokens between a verb of asking and its "of"."""
_LONGEST_GROUP = 40
"""Tokens between "om" and its "te"."""


_OPENING_QUOTES, _CLOSING_QUOTES = frozenset('\u00ab\u201c\u201e"'), frozenset('\u00bb\u201d"')
_SHORTEST_QUOTATION = 5
"""Words; shorter ones are names and words of art."""


@dataclass(slots=True)
class _State:
    """What the segments read so far have shown."""

    seen: int = 0
    finite: bool = False
    waiting: str = ""
    """The auxiliary of the main clause that still wants its infinitive or participle."""
    below: bool = False
    """The last segment ended inside a subordinate clause."""


def levels_of(tokens: tuple[Token, ...]) -> tuple[int, ...]:
    """Give the level of each token."""
    levels = [MAIN] * len(tokens)
    _set_quotations_aside(tokens, levels)
    depth = 0
    for i, token in enumerate(tokens):
        depth += token.text in "(["
        if depth:
            levels[i] = ASIDE
        if depth and token.text in ")]":
            depth -= 1
    state, first = _State(), 0
    for i, token in enumerate(tokens):
        if token.text in BOUNDARIES and levels[i] == MAIN:
            _read_segment(tokens, levels, first, i, state)
            first = i + 1
    _read_segment(tokens, levels, first, len(tokens), state)
    return tuple(levels)


def _set_quotations_aside(tokens: tuple[Token, ...], levels: list[int]) -> None:
    """Set a quotation of some length aside: its words are another's, or those of a title."""
    opened = -1
    for i, token in enumerate(tokens):
        if opened >= 0 and token.text in _CLOSING_QUOTES:
            if i - opened > _SHORTEST_QUOTATION:
                levels[opened : i + 1] = [ASIDE] * (i + 1 - opened)
            opened = -1
        elif token.text in _OPENING_QUOTES:
            opened = i


def _read_segment(tokens: tuple[Token, ...], levels: list[int], first: int, last: int, state: _State) -> None:
    """Give the tokens of one segment between commas their level."""
    head = next((i for i in range(first, last) if levels[i] != ASIDE), last)
    if head == last:
        return
    joined = tokens[head].lower in _COORDINATORS
    while head + 1 < last and tokens[head].lower in _COORDINATORS | WORDS["front_adverbs"] and not is_finite(tokens, head):
        head += 1
    if _opens_subordinate(tokens, head, last, state):
        end = last if state.finite else _end_of_fronted(tokens, head, last)
        _set(levels, first, end, SUBORDINATE)
        first = end
    elif state.below and not _returns(tokens, head, last, joined, state):
        _set(levels, first, last, SUBORDINATE)
        first = last
    state.seen += 1
    state.below = first == last
    _read_main(tokens, levels, first, last, state)


def _read_main(tokens: tuple[Token, ...], levels: list[int], first: int, last: int, state: _State) -> None:
    """Read the main part of a segment: mark what hangs below it, note its finite verb."""
    i = first
    while i < last:
        if levels[i] == ASIDE:
            i += 1
        elif end := _infinitival(tokens, i, last):
            _set(levels, i, end, INFINITIVAL)
            i = end
        elif i > first and not _is_pronoun(tokens, i, last, state) and _subordinates(tokens, i, last):
            end = _end_at_joint(tokens, i, last) if state.finite else _end_of_inner(tokens, i, last)
            _set(levels, i, end, SUBORDINATE)
            state.below = end == last
            i = end
        else:
            word = tokens[i].lower
            if is_finite(tokens, i) and (not state.finite or word not in WORDS["also_infinitive"]):
                state.finite = True
                auxiliary = AUXILIARIES.get(word, "")
                state.waiting = auxiliary if auxiliary in WORDS["wants_complement"] else ""
            elif has_form(word, "infinitive", "participle"):
                state.waiting = ""
            i += 1


def _opens_subordinate(tokens: tuple[Token, ...], i: int, last: int, state: _State) -> bool:
    """Whether a segment that begins with token i is a subordinate clause."""
    word = tokens[i].lower
    after = tokens[i + 1].lower if i + 1 < last else ""
    if word in ("waar", "indien", "zo") and after in WORDS["where"]:
        return False
    if word == "als":
        return not any(token.lower in WORDS["not_condition"] for token in tokens[i + 1 : min(i + 4, last)])
    if word in ("nu", "daar", "toen", "mocht"):
        return after in WORDS["subject_starts"] | {"blijkt"} and not is_finite(tokens, min(i + 1, last - 1))
    if word in _FRONT or word in ("hoe", "wie", "wat", "welke", "hetgeen", "waar"):
        return True
    if word in ("die", "dat"):
        inverted = any(is_finite(tokens, j) and tokens[j + 1].lower in _FIRST_PERSON for j in range(i + 1, min(i + 4, last - 1)))
        return state.seen > 0 and not inverted and not (i + 1 < last and is_finite(tokens, i + 1))
    if word == "of":
        return state.seen > 0 and after in _PRONOUNS | {"de"}
    return word in _PREPOSITIONS and after in ("wie", "welke", "hetgeen", "hoe", "hoeverre")


def _end_of_fronted(tokens: tuple[Token, ...], head: int, last: int) -> int:
    """Where a subordinate clause that opens a sentence ends when no comma says so: before "finite verb + subject"."""
    own = False
    for i in range(head + 2, last - 1):
        if not is_finite(tokens, i):
            continue
        leads = own and tokens[i].lower not in WORDS["also_infinitive"]
        if tokens[i + 1].lower in WORDS["subject_starts"] and (leads or _closes(tokens[i - 1].lower)):
            return i
        own = True
    return last


def _closes(word: str) -> bool:
    """Whether a word can be the last of a subordinate clause: its verb, or "nodig" and the like."""
    return word in AUXILIARIES or has_form(word, "third", "infinitive", "participle") or word in WORDS["where"]


def _end_of_inner(tokens: tuple[Token, ...], i: int, last: int) -> int:
    """Where a subordinate clause inside a still verbless main clause ends: before the second finite verb ("... dat recht bestaat wordt ...")."""
    own = -1
    for j in range(i + 1, last):
        if i + 2 < j < last - 1 and tokens[j + 1].lower in _FIRST_PERSON and is_finite(tokens, j):
            return j
        word = tokens[j].lower
        if not (word in AUXILIARIES or has_form(word, "third")) or not is_finite(tokens, j):
            continue
        if own < 0:
            own = j
        elif word not in WORDS["also_infinitive"] or _second(tokens, own, j):
            return j
    return last


def _end_at_joint(tokens: tuple[Token, ...], i: int, last: int) -> int:
    """Where the main clause goes on after a subordinate one: "... dat dit lukt en zal u informeren". A subordinate clause would end in its verb."""
    for j in range(i + 2, last - 2):
        joint = tokens[j].lower in ("en", "maar") and tokens[j + 1].lower not in WORDS["also_infinitive"] | {"is", "was"}
        if joint and is_finite(tokens, j + 1) and not has_form(tokens[j + 2].lower, "infinitive", "participle"):
            return j
    return last


def _second(tokens: tuple[Token, ...], own: int, j: int) -> bool:
    """Whether a plural such as "worden" at j is a verb of its own, not part of the group that began at `own`."""
    same_group = j == own + 1 or (j == own + 2 and tokens[own].lower != tokens[j].lower)
    return not same_group and tokens[j - 1].lower not in _COORDINATORS


def _returns(tokens: tuple[Token, ...], head: int, last: int, joined: bool, state: _State) -> bool:
    """Whether a segment after a subordinate clause belongs to the main clause again."""
    if is_finite(tokens, head) and head + 1 < last and (not state.finite or (joined and not _goes_on(tokens, head))):
        return True
    if not state.finite:
        return False
    if state.waiting or (head + 1 < last and tokens[head].lower in _PRONOUNS and is_finite(tokens, head + 1)):
        return True
    return joined and any(is_finite(tokens, j) and tokens[j + 1].lower in _SUBJECT_AHEAD for j in range(head, min(head + 8, last - 1)))


def _goes_on(tokens: tuple[Token, ...], head: int) -> bool:
    """Whether "..., maar wordt toegepast" goes on with the subordinate clause: a plain auxiliary with no subject after it."""
    return AUXILIARIES.get(tokens[head].lower) in WORDS["goes_on"] and tokens[head + 1].lower not in _SUBJECT_AHEAD | {"een"}


def _is_pronoun(tokens: tuple[Token, ...], i: int, last: int, state: _State) -> bool:
    """Whether "dat" or "wat" is an object or adverb, because an auxiliary still waits: "ik zal dat onderzoeken"."""
    if tokens[i].lower not in ("dat", "wat") or not state.waiting or tokens[i - 1].lower in WORDS["particles"]:
        return False
    wish = state.waiting in ("willen", "laten", "worden")
    return not wish or (
        last - i <= _SHORT and not any(is_finite(tokens, j) for j in range(i + 1, last)) and has_form(tokens[last - 2].lower, "infinitive")
    )


def _subordinates(tokens: tuple[Token, ...], i: int, last: int) -> bool:
    """Whether token i, inside a segment, opens a subordinate clause."""
    word, before = tokens[i].lower, tokens[i - 1].lower
    after = tokens[i + 1].lower if i + 1 < last else ""
    if word == "dat":
        if before in ("uit", "aan", "op", "toe", "in"):
            return any(token.lower in WORDS["with_that"] for token in tokens[max(0, i - 8) : i - 1])
        demonstrative = before in _COORDINATORS and i + 1 < last and is_finite(tokens, i + 1)
        return before not in _PREPOSITIONS | _FIRST_PERSON and not demonstrative
    if word == "die":
        after_noun = before not in _PREPOSITIONS | _PRONOUNS | _COORDINATORS | WORDS["front_adverbs"] and not is_finite(tokens, i - 1)
        return after_noun and any(token.lower in AUXILIARIES or readings(token.lower) for token in tokens[i + 1 : last])
    if word == "of":
        asked = before in ("na", "vraag", "over", "beslissing") or _asks(tokens, i)
        return asked or (after in _PRONOUNS | {"de", "deze", "dergelijke"} and bool(readings(before)))
    return word in _INSIDE and not (word == "indien" and after in WORDS["where"])


def _asks(tokens: tuple[Token, ...], i: int) -> bool:
    """Whether a verb of asking stands before token i, or before the subject and adverbs between them: "onderzoekt het kabinet samen of"."""
    skipped = _PRONOUNS | WORDS["between"] | WORDS["front_adverbs"] | WORDS["cabinet"]
    for j in range(i - 1, max(-1, i - _NEAR), -1):
        if any(reading.verb.role in ("examine", "settle") for reading in readings(tokens[j].lower)):
            return True
        if tokens[j].lower not in skipped:
            return False
    return False


def _infinitival(tokens: tuple[Token, ...], i: int, last: int) -> int:
    """End of a group "om|door|zonder|na ... te infinitive" that starts at token i; 0 when there is none."""
    if tokens[i].lower not in WORDS["infinitival"]:
        return 0
    for j in range(i + 1, min(last - 1, i + _LONGEST_GROUP)):
        if tokens[j].lower == "te":
            end = j + 2
            while end < last and has_form(tokens[end].lower, "infinitive") and tokens[end - 1].lower in AUXILIARIES:
                end += 1
            return end
        if j > i + 1 and is_finite(tokens, j) and tokens[j].lower not in WORDS["also_infinitive"]:
            return 0
    return 0


def _set(levels: list[int], first: int, last: int, level: int) -> None:
    for i in range(first, last):
        if levels[i] != ASIDE:
            levels[i] = level
