"""Cuts the clause of a promise into the pieces that can stand in a short text: noun groups, prepositional groups, subordinate clauses.

In: a sentence taken apart, the clause read, the promise. Out: `Parts`: the pieces around the verb of the act, without subject, moments, adverbs and
turns of speech. Decides only; no parser takes part.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nlp.acts import Promise
from nlp.clauses import Sentence
from nlp.components.deadlines import find_moments
from nlp.levels import ASIDE, INFINITIVAL, MAIN, SUBORDINATE
from nlp.reading import Reading
from nlp.tokens import AUXILIARIES, WORDS, Token, has_form, is_finite
from nlp.verbs import readings

_FILE = Path(__file__).parent / "patterns" / "acts.toml"
_CHAMBER = re.compile(
    r"(?<!\w)(?:(?:richting|aan|naar|met|bij|in)\s+)?(?:uw|de|beide|de beide)\s+(?:(?:tweede|eerste)\s+)?(?:kamers?|staten-generaal)(?!\w)"
    r"|(?<!\w)(?:aan|met|bij)\s+u(?!\w)|(?<!\w)tweede kamer(?!\w)", re.IGNORECASE
)  # fmt: skip
_SPLIT = WORDS["particles"]
_CLOSING = frozenset(["af", "aan", "door", "in", "mee", "op", "over", "toe", "uit", "vast", "voort"])
PREPOSITIONS = WORDS["prepositions"] | {"inzake", "omtrent", "betreffende", "rondom", "richting", "ter", "ten"}
COMPANIONS = frozenset(["kenbaar", "beschikbaar", "openbaar", "bekend", "inzichtelijk"])
"""Belong to the verb, not to the group before them: "kenbaar maken"."""
_QUOTES = "'\"\u2018\u2019\u201c\u201d\u201e"


@cache
def act_words() -> dict[str, Any]:
    """Give the word lists of `patterns/acts.toml` as they stand."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def listed(section: str, name: str) -> frozenset[str]:
    """Give one list, with `_` read as a space."""
    return frozenset(word.replace("_", " ") for word in act_words()[section][name].split())


@cache
def governed(verb: str) -> frozenset[str]:
    """Give the prepositions that open the complement of a verb."""
    return frozenset(act_words()["governs"].get(verb, "").split())


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words that stands together."""

    words: tuple[str, ...]
    kind: str
    """`noun`, `prep` or `clause`."""
    glued: bool
    """Whether it follows the piece before without a word between."""

    @property
    def opens(self) -> str:
        """The first word in lower case."""
        return self.words[0].lower()

    @property
    def text(self) -> str:
        """The words as text."""
        return re.sub(r" ([,;:])", r"\1", " ".join(self.words))


@dataclass(frozen=True, slots=True)
class Parts:
    """The pieces of a clause by their place: before the finite verb, between it and the verb of the act, after that."""

    front: tuple[Piece, ...]
    middle: tuple[Piece, ...]
    tail: tuple[Piece, ...]
    told: bool
    """Whether the Chamber is named."""
    points: str
    """`over`, `on` or `this` where the clause points to the text before."""
    verb: str = ""
    """The infinitive of the act where it is not the one the promise names."""


def take_pieces(sentence: Sentence, reading: Reading, promise: Promise, begins: int = 0) -> Parts:
    """Cut a clause into pieces.

    Args:
        begins: offset in the sentence from which the words count: the start of a list item after its lead.
    """
    tokens = sentence.tokens
    inside = [i for i, token in enumerate(tokens) if max(reading.start, begins) <= token.start and token.end <= reading.end]
    finite = next((i for i in inside if tokens[i].lower == reading.finite and sentence.levels[i] == MAIN), inside[0] - 1 if inside else -1)
    verb = _verb(tokens, inside, finite, reading, promise)
    instead = _with_particle(sentence, inside, finite, verb, reading, promise)
    pledged = _pledged(sentence, inside, finite, promise)
    if pledged is not None:
        inside, verb, instead = pledged
        finite, level = -1, sentence.levels[verb]
    else:
        inside, level = _region(sentence, inside, finite, verb)
    inside = _up_to_next_act(sentence, inside, verb)
    dropped, told = _dropped(sentence, inside, finite, verb, reading)
    if instead and pledged is None:
        # The part of the verb may stand where the act no longer reaches.
        dropped.update([i for i in inside if instead == tokens[i].lower + promise.verb][-1:])
    named = [tokens[i].lower for i in inside if sentence.levels[i] != ASIDE]
    points = next((name for name in ("over", "on") if any(word in listed("topic", name) for word in named)), "")
    if not points and ("hier" in named or "daar" in named):
        points = "on" if "op" in named else "over"
    if not points and any(_is_bare(tokens, sentence.levels, i, level) for i in inside):
        points = "this"
    pieces = _pieces(sentence, inside, dropped, level, verb)
    front = tuple(piece for at, piece in pieces if at < finite)
    middle = tuple(piece for at, piece in pieces if at >= finite and (at < verb or verb <= finite))
    tail = tuple(piece for at, piece in pieces if verb > finite and at > verb)
    return Parts(front, middle, tail, told or reading.who == "chamber", points, instead)


def _verb(tokens: tuple[Token, ...], inside: list[int], finite: int, reading: Reading, promise: Promise) -> int:
    """Number of the token that carries the act: the one read, unless the act stands after "te"."""
    at = next((i for i in inside if tokens[i].start == reading.at), finite)
    if reading.verb is not None and reading.verb.infinitive == promise.verb:
        return at
    if reading.verb is None and tokens[at - 1].lower in ("en", "of") and not has_form(tokens[at - 2].lower, "infinitive"):
        # "met uitzendkoepels en vakbonden": a noun in -en after another noun, not the verb.
        return finite
    for i in inside:
        if i > finite and tokens[i - 1].lower in ("te", "kunnen") and any(one.verb.infinitive == promise.verb for one in readings(tokens[i].lower)):
            return i
    for i in inside:
        if i > finite and any(one.verb.infinitive == promise.verb and one.form == "infinitive" for one in readings(tokens[i].lower)):
            return i
    return at


def _with_particle(sentence: Sentence, inside: list[int], finite: int, verb: int, reading: Reading, promise: Promise) -> str:
    """The infinitive with the part that closes its clause where the table knows only the bare verb: "zet ... door"."""
    if verb != finite or reading.verb is None or reading.verb.particle or reading.verb.infinitive != promise.verb:
        return ""
    tokens = sentence.tokens
    main = [i for i in inside if i > finite and sentence.levels[i] == MAIN]
    for i in main:
        after = tokens[i + 1].lower if i + 1 < len(tokens) else "."
        closes = tokens[i].lower in ("af", "toe") or not after[0].isalnum() or after in ("en", "om", "zodat", "waarbij")
        if closes and i > finite + 1 and tokens[i].lower in _CLOSING - governed(promise.verb):
            return tokens[i].lower + promise.verb
    return ""


def _pledged(sentence: Sentence, inside: list[int], finite: int, promise: Promise) -> tuple[list[int], int, str] | None:
    """The "dat" clause of a pledge with its verb: "ik zeg toe dat ik in mei terugkom op ..."."""
    tokens = sentence.tokens
    if not promise.rule.startswith("pledge"):
        return None
    that = next((i for i in inside if i > finite and tokens[i].lower == "dat"), -1)
    if that < 0:
        return None
    part = [i for i in inside if i > that]
    further = ("dat", "die", "waarin", "waarbij", "waarmee", ",", "of", "hoe")
    end = next((i for i in part[3:] if tokens[i].lower in further), part[-1] + 1 if part else that)
    part = [i for i in part if i < end]
    for i in part:
        for one in readings(tokens[i].lower):
            if one.form in ("stem", "third", "infinitive") and one.verb.role not in ("state", "soft") and tokens[i].lower not in AUXILIARIES:
                return part, i, one.verb.infinitive
    return None


def _region(sentence: Sentence, inside: list[int], finite: int, verb: int) -> tuple[list[int], int]:
    """The tokens that speak of the act and the level they stand on: after "om" for a "te" group."""
    tokens, levels = sentence.tokens, sentence.levels
    hangs = tokens[verb - 1].lower == "te" or (tokens[verb - 2].lower == "te" and tokens[verb - 1].lower in WORDS["light"])
    if verb > finite >= 0 and verb > 1 and hangs:
        start = finite
        for i in range(finite + 1, verb):
            if tokens[i].lower in listed("drop", "leads"):
                start = i
        return [i for i in inside if i > start], levels[verb]
    return inside, MAIN


def _up_to_next_act(sentence: Sentence, inside: list[int], verb: int) -> list[int]:
    """Leave out a second act: what follows a semicolon, a further auxiliary, the other verb of "verkort en versoberd"."""
    tokens, levels = sentence.tokens, sentence.levels
    joined = verb + 2 < len(tokens) and tokens[verb + 1].lower in ("en", "of") and levels[verb + 1] == levels[verb] == levels[verb + 2]
    second = joined and has_form(tokens[verb + 2].lower, "infinitive", "participle")
    out: list[int] = []
    label = next((i for i in inside if tokens[i].text == ":" and i < verb), -1)
    for i in inside:
        if i <= label:
            continue
        if i > verb:
            word, after = tokens[i].lower, tokens[i + 2].lower if i + 2 < len(tokens) else "."
            further = levels[i] == levels[verb] and word in AUXILIARIES and word not in WORDS["also_infinitive"] and i > verb + 2
            next_clause = word == "," and tokens[i + 1].lower == "en" and has_form(after, "third") if i + 1 < len(tokens) else False
            joins = word == "en" and levels[i] == levels[verb] and i + 1 < len(tokens) and has_form(tokens[i + 1].lower, "stem", "third")
            other = joins and has_form(tokens[verb].lower, "stem", "third") and not has_form(tokens[i + 1].lower, "infinitive")
            if word == ";" or other or further or next_clause or (joined and not second and i == verb + 1 and word == "en"):
                break
            if second and i in (verb + 1, verb + 2):
                continue
        out.append(i)
    return out


def _dropped(sentence: Sentence, inside: list[int], finite: int, verb: int, reading: Reading) -> tuple[set[int], bool]:
    """Numbers of the tokens that say nothing about what: verbs around the act, subject, moments, receivers, adverbs."""
    tokens = sentence.tokens
    dropped = {finite, verb}
    for i in inside:
        word = tokens[i].lower
        near = abs(i - verb) <= 2
        if near and i > finite and i != verb and word in ("te", "worden", "kunnen", "laten", "hebben", "zijn", "gaan", "komen"):
            dropped.add(i)
        if reading.verb is not None and word == reading.verb.particle and word and i > finite and (verb == finite or i == verb - 2):
            dropped.add(i)
        if verb > finite and i == verb - 2 and tokens[i + 1].lower == "te" and word in _SPLIT:
            dropped.add(i)
    for moment in find_moments(sentence.text, None):
        covered = {i for i in inside if moment.start <= tokens[i].start < moment.end}
        named = covered and not moment.usable and moment.deadline.precision == "year" and tokens[min(covered) - 1].text[0].isupper()
        if covered and not (named and min(covered) - 1 in inside):
            dropped |= covered
    text = sentence.text.lower()
    told = False
    for found in _CHAMBER.finditer(text):
        covered = {i for i in inside if found.start() <= tokens[i].start < found.end() and sentence.levels[i] == MAIN}
        if covered and not text.startswith(" der staten", found.end()) and not text[: found.start()].endswith(("motie van ", "leden van ")):
            dropped |= covered
            told = True
    if reading.who in ("government", "chamber"):
        dropped |= _subject(tokens, inside, reading.subject.split())
    dropped |= _expressions(tokens, inside, listed("drop", "adverbs"))
    dropped |= {i for i in inside if tokens[i].lower in listed("drop", "pronouns") and not _starts_group(sentence, i, inside)}
    dropped |= _stranded(tokens, inside, dropped)
    return dropped, told or any(tokens[i].lower == "u" for i in inside)


def _starts_group(sentence: Sentence, i: int, inside: list[int]) -> bool:
    """Whether "het", "dit", "deze" stands before a noun and belongs to it."""
    tokens = sentence.tokens
    word = tokens[i].lower
    if word not in listed("drop", "determiners") or (word in ("het",) and i + 1 < len(tokens) and tokens[i + 1].lower in WORDS["determiners"]):
        return False
    if i + 1 >= len(tokens) or i + 1 not in inside or sentence.levels[i + 1] != sentence.levels[i]:
        return False
    after = tokens[i + 1].lower
    taken = PREPOSITIONS | listed("drop", "adverbs") | listed("drop", "pronouns") | frozenset(AUXILIARIES) | WORDS["coordinators"]
    verbal = has_form(after, "infinitive", "participle") and (i + 2 >= len(tokens) or not tokens[i + 2].lower[0].isalpha())
    return after[0].isalpha() and after not in taken - {"eerste", "nadere", "verschillende"} and not verbal


def _stranded(tokens: tuple[Token, ...], inside: list[int], dropped: set[int]) -> set[int]:
    """The parts of "hier ... over", and prepositions whose group was dropped."""
    out: set[int] = set()
    for i in inside:
        word = tokens[i].lower
        after = tokens[i + 1].lower if i + 1 < len(tokens) else "."
        if word in ("hier", "daar"):
            out.add(i)
        if word in PREPOSITIONS and (not after[0].isalnum() or i + 1 in dropped or i + 1 not in inside) and after not in ("-", "\u20ac"):
            out.add(i)
    return out


def _is_bare(tokens: tuple[Token, ...], levels: tuple[int, ...], i: int, level: int) -> bool:
    """Whether a demonstrative stands for the whole matter: "dit zal ik doen"."""
    if levels[i] != level or tokens[i].lower not in ("dit", "dat", "deze", "die"):
        return False
    after = tokens[i + 1].lower if i + 1 < len(tokens) else "."
    return after in AUXILIARIES or after in PREPOSITIONS | listed("drop", "adverbs") | listed("drop", "pronouns") or bool(readings(after))


def _subject(tokens: tuple[Token, ...], inside: list[int], subject: list[str]) -> set[int]:
    """Numbers of the words of the subject, where they stand in a row."""
    for first in inside:
        row = range(first, min(first + len(subject), len(tokens)))
        if subject and [tokens[i].lower for i in row] == subject:
            return set(row)
    return set()


def _expressions(tokens: tuple[Token, ...], inside: list[int], words: frozenset[str]) -> set[int]:
    """Numbers of the tokens that a word or an expression of several words covers."""
    found: set[int] = set()
    for i in inside:
        for length in (6, 5, 4, 3, 2, 1):
            if " ".join(token.lower for token in tokens[i : i + length]) in words:
                found.update(range(i, i + length))
                break
    return found


def _pieces(sentence: Sentence, inside: list[int], dropped: set[int], level: int, verb: int) -> list[tuple[int, Piece]]:
    """Group what is left; each piece with the number of its first token."""
    tokens, levels = sentence.tokens, sentence.levels
    groups: list[tuple[int, str, list[int], bool]] = []
    # "... monitoren we of mensen hulp nodig hebben": a question right after the verb or its subject
    after = next((i for i in inside if i > verb and i not in dropped), verb)
    asks = tokens[after].lower == "of" and any(one.verb.role in ("examine", "evaluate") for one in readings(tokens[verb].lower))
    gap = True
    for i in inside:
        if levels[i] == ASIDE:
            continue
        below = (levels[i] != level and levels[i] in (SUBORDINATE, INFINITIVAL)) or (asks and i >= after)
        if below or _completes(tokens, levels, groups, i, dropped):
            if groups and groups[-1][1] == "clause" and all(levels[j] == ASIDE or tokens[j].text == "-" for j in range(groups[-1][2][-1] + 1, i)):
                groups[-1][2].append(i)
            elif groups and groups[-1][1] == "prep" and groups[-1][2] == [i - 1] and tokens[i].lower in WORDS["questioning"] | {"of"}:
                # "over hoe", "naar welke": the preposition belongs to the question
                groups[-1] = (i - 1, "clause", [i - 1, i], groups[-1][3])
            else:
                groups.append((i, "clause", [i], not gap))
            continue
        if tokens[i].text in _QUOTES and i not in dropped:
            continue
        if i in dropped or not (
            tokens[i].lower[0].isalnum() or tokens[i].text in ",\u20ac%&" or (tokens[i].text == "-" and tokens[i - 1].end == tokens[i].start)
        ):
            gap = True
            continue
        if gap or not groups or groups[-1][1] == "clause" or _opens(tokens, groups[-1][2], i):
            if tokens[i].text == ",":
                gap = True
                continue
            glued = not gap and tokens[i - 1].text != ","
            groups.append((i, "prep" if tokens[i].lower in PREPOSITIONS else "noun", [i], glued))
        else:
            groups[-1][2].append(i)
        gap = False
    plain = [(first, Piece(_plain(tokens, numbers, kind), kind, glued)) for first, kind, numbers, glued in groups]
    # a preposition alone has lost its group
    return [(first, piece) for first, piece in plain if len(piece.words) > (piece.kind == "prep")]


def _completes(tokens: tuple[Token, ...], levels: tuple[int, ...], groups: list[tuple[int, str, list[int], bool]], i: int, dropped: set[int]) -> bool:
    """Whether token i goes on with the "om ... te" group before it: "om tegenwicht te bieden aan deze invloeden"."""
    if not groups or groups[-1][1] != "clause" or groups[-1][2][-1] != i - 1 or i in dropped:
        return False
    before = i - 1
    while before > groups[-1][0] and levels[before] == MAIN:
        before -= 1
    begun = before < i - 1
    goes_on = tokens[i].text == "," and begun and i + 1 < len(tokens) and levels[i + 1] == MAIN and tokens[i + 1].text[0].isalpha()
    if goes_on and not is_finite(tokens, i + 1) and tokens[i + 1].lower not in WORDS["coordinators"]:
        return True
    return levels[before] == INFINITIVAL and (begun or tokens[i].lower in PREPOSITIONS | {"en", "of"}) and tokens[i].text not in ",;:."


def _opens(tokens: tuple[Token, ...], group: list[int], i: int) -> bool:
    """Whether token i begins a new group: a preposition but "van", or a determiner after a noun."""
    word, before = tokens[i].lower, tokens[i - 1].lower
    if before in ("en", "of", ",") and len(group) > 2 and word in PREPOSITIONS:
        return True
    if word in COMPANIONS:
        return True
    if word in PREPOSITIONS:
        return word != "van" and before not in PREPOSITIONS | {"en", "of"} and not (word in ("te", "uit", "in") and len(group) == 1)
    article = word in listed("drop", "determiners")
    return article and before not in PREPOSITIONS | {"en", "of", ",", "al", "alle", "van"} and len(group) > 1


def _plain(tokens: tuple[Token, ...], numbers: list[int], kind: str) -> tuple[str, ...]:
    """The words of a group, a hyphen joined to its word, without marks and joining words at its ends."""
    words: list[str] = []
    for i in numbers:
        joined = words and tokens[i].text in "-\u2013" and tokens[i - 1].end == tokens[i].start
        if joined:
            words[-1] += "-"
        elif (
            words
            and tokens[i].text[0].isalnum()
            and (tokens[i - 1].text[0].isalnum() or words[-1].endswith("-"))
            and tokens[i - 1].end == tokens[i].start
        ):
            words[-1] += tokens[i].text
        elif tokens[i].text[0].isalnum() or tokens[i].text in ",\u20ac%&":
            words.append(tokens[i].lower if i == 0 and tokens[0].lower in PREPOSITIONS | WORDS["determiners"] else tokens[i].text)
    words = [word.rstrip(_QUOTES) if word[-1] in _QUOTES and not word.lower().endswith(("s\u2019", "s'")) else word for word in words]
    while words and ((not words[-1][:1].isalnum() and words[-1] != "%") or words[-1].lower() in ("en", "of", "maar", "dan", "wel", "zowel")):
        words.pop()
    while words and (words[0] in ",%" or (kind != "clause" and words[0].lower() in ("en", "of", "maar"))):
        words.pop(0)
    return tuple(words)
