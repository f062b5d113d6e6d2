"""Trims the pieces of a clause to a few words that stand by themselves: no loose function words, no article in front, whole clauses or none.

In: words and pieces. Out: words. Decides only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.acts import Promise
from nlp.phrases import PREPOSITIONS, Piece, act_words, listed
from nlp.reading import Reading
from nlp.tokens import AUXILIARIES, WORDS, has_form

LONGEST = 12
"""Words of an act; a subordinate clause that cannot be cut may add a few."""
NAMED = 11
"""Words of a paper with its subject."""
ASKING = frozenset(["of", "hoe", "welke", "wat", "waarom", "wie", "hoeveel", "waar", "wanneer", "welk"])
_PASSIVE = re.compile(
    r"^(?P<part>aan|af|bij|door|in|mee|na|om|onder|op|over|samen|terug|toe|uit|vast|voor|weg)?(?:ge)?(?P<stem>[a-z\u00e0-\u00ff]{3,20})[dt]$"
)
_VOWELS = "aeiouy"
_ADJECTIVES = frozenset(["andere", "eventuele", "nieuwe", "mogelijke"])
_CLAUSE_ROOM = 6


def infinitive_of(reading: Reading, promise: Promise) -> str:
    """The verb to print: its infinitive, made from the participle where the verb is outside the table."""
    name = promise.verb
    written: dict[str, str] = act_words()["render"]["verb"]
    if reading.verb is None and name == reading.unknown and reading.passive and not name.endswith("en"):
        return _from_participle(name)
    return written.get(name, name) if reading.verb is None or reading.verb.infinitive != name else name


def _from_participle(word: str) -> str:
    """Make the infinitive of a weak participle by the rules of spelling: "gehandhaafd" handhaven, "verstrakt" verstrakken."""
    found = _PASSIVE.match(word)
    if found is None:
        return word
    stem = found["stem"]
    if len(stem) > 3 and stem[-2] == stem[-3] and stem[-2] in _VOWELS:
        last = {"f": "v", "s": "z"}.get(stem[-1], stem[-1])
        stem = stem[:-2] + last
    elif (
        len(stem) > 2
        and stem[-2] in _VOWELS
        and stem[-3] not in _VOWELS
        and stem[-1] not in _VOWELS + "wx"
        and not stem.endswith(("er", "el", "en", "em", "ig"))
    ):
        stem += stem[-1]
    return (found["part"] or "") + stem + "en"


def full_name(words: Sequence[str], following: Sequence[Piece]) -> list[str]:
    """A noun group with the prepositional groups that hang on it, within the room for a name."""
    out = list(limit(tuple(words), NAMED))
    if len(out) < len(words):
        return out
    for piece in following:
        if piece.kind != "prep" or not (piece.glued or piece.opens in ("over", "naar")) or (piece.opens in ("in",) and len(out) > 6):
            break
        if len(out) + len(piece.words) > NAMED:
            if len(out) < 4:
                out += limit(piece.words, NAMED - len(out))
            break
        out += piece.words
    return out


def glued_to(piece: Piece, pieces: Sequence[Piece]) -> list[str]:
    """The words of the groups glued to a group."""
    rest: list[str] = []
    for other in pieces[pieces.index(piece) + 1 :]:
        if other.kind != "prep" or not other.glued:
            break
        rest += other.words
    return rest


def question_in(clause: Piece) -> Piece | None:
    """The question inside "waarin per locatie staat hoeveel kinderen ...", where it is short enough."""
    for i, word in enumerate(clause.words[1:], 1):
        if word in ASKING - {"of", "wat", "waar"} and clause.opens.startswith("waar"):
            inner = Piece(clause.words[i:], "clause", glued=False)
            return inner if fit(inner) else None
    return None


def head_of(words: Sequence[str]) -> str:
    """The noun a group is about: the word before its first preposition, or the last."""
    for i, word in enumerate(words):
        if i and word.lower() in PREPOSITIONS:
            return words[i - 1].lower()
    return words[-1].lower() if words else ""


def fit(clause: Piece, more: int = 0) -> str:
    """A subordinate clause where it is short enough to be kept whole, else up to a comma, a purpose or a second question; else nothing."""
    words = clause.words
    for i, word in enumerate(words):
        ends = i > 3 and (word in (",", "zodat", "waardoor", "waarmee", "waarbij", "waarvoor") or (word == "om" and clause.opens != "om"))
        again = i > 2 and word in ("en", "of") and i + 1 < len(words) and words[i + 1].lower() in ("of", "hoe", "wat", "welke", "zo")
        if word == "," and ends and not _is_whole(words[:i]):
            continue
        if ends or again:
            words = words[:i]
            break
    if clause.opens == "of" and words[1:2] == ("en",):
        words = words[2:] if words[2:3] == ("hoe",) else words
    verbal = any(word.lower() in AUXILIARIES or has_form(word.lower(), "third", "infinitive", "participle") for word in words[1:])
    cut_off = (len(words) > LONGEST - 2 and not verbal) or (len(words) > 1 and words[-2].lower() in ("de", "het", "een"))
    return " ".join(words) if not cut_off and 2 < len(words) <= LONGEST + _CLAUSE_ROOM - 2 + more else ""


def _is_whole(words: Sequence[str]) -> bool:
    """Whether a subordinate clause can end here: on its verb, and not on that of a relative clause inside it."""
    last = words[-1].lower()
    inside = any(word.lower() in ("die", "dat", "waar", "waarin", "waarop") for word in words[2:])
    return not inside and (last in AUXILIARIES or has_form(last, "third", "infinitive", "participle") or words[0].lower() == "om")


def up_to_verb(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a clause before its first verb: the matter that it asks about."""
    end = next(
        (i for i, word in enumerate(words) if i and (word.lower() in AUXILIARIES or has_form(word.lower(), "third", "participle"))), len(words)
    )
    return tuple(words[:end])


def lowered(words: Sequence[str]) -> tuple[str, ...]:
    return (words[0].lower(), *words[1:])


def limit(words: Sequence[str], count: int) -> tuple[str, ...]:
    """Cut a group to so many words, back to where no function word hangs loose."""
    if len(words) <= count:
        return tidy(words)
    kept = list(words[:count])
    comma = max((i for i, word in enumerate(kept) if word == ","), default=0)
    if comma > 3:
        kept = kept[:comma]
    loose = PREPOSITIONS | WORDS["determiners"] | WORDS["coordinators"] | {",", "te", "of"} | _ADJECTIVES
    while len(kept) > 1:
        following = words[len(kept)].lower()
        adjective = (
            kept[-1].endswith("e") and kept[-1].islower() and len(kept) > 3 and following[0].isalpha() and following not in loose - _ADJECTIVES
        )
        if not (kept[-1].lower() in loose or (adjective and not has_form(kept[-1], "infinitive"))):
            break
        kept.pop()
    return tuple(kept)


def tidy(words: Sequence[str]) -> tuple[str, ...]:
    """Leave out function words that hang loose at the end."""
    kept = list(words)
    while len(kept) > 1 and kept[-1].lower().strip(",") in (
        PREPOSITIONS | listed("drop", "determiners") | WORDS["coordinators"] | {"", "te", "andere", "als", "dan", "zoals", "om"}
    ) - {"zijn", "haar"}:
        kept.pop()
    return tuple(kept)


def without_article(words: Sequence[str] | str) -> str:
    """Leave out the article or possessive in front."""
    parts = words.split() if isinstance(words, str) else list(words)
    while len(parts) > 1 and parts[0].lower() in listed("drop", "determiners") | {"nadere", "voornoemde", "bovengenoemde"}:
        if parts[0].lower() in ("het", "dit", "dat") and len(parts) > 2 and parts[1].endswith("e") and parts[1].islower():
            # "het volledige plan": without its article the adjective would be wrong.
            return " ".join(("het", *parts[1:]))
        parts = parts[1:]
    return " ".join(parts)


def cleaned(text: str) -> str:
    """The text as it is shown: no double marks, "de Kamer" for "uw Kamer", no possessive of the speaker, a small letter in front."""
    folded = " ".join(re.sub(r"\s+([,;:])", r"\1", text).split()).strip(" ,;:-")
    folded = " ".join(tidy(folded.split()))
    folded = re.sub(r"\b[Uu]w [Kk]amer\b", "de Kamer", folded)
    folded = re.sub(r"(?<=\w )(?:mijn|onze|ons) (?=\w)", "", folded)
    return small_letter(folded)


def small_letter(text: str) -> str:
    """Begin a text with a small letter unless its first word is a name or an abbreviation."""
    first = text.split(" ", 1)[0]
    name = len(first) > 1 and (not first[1:].islower() or first in listed("render", "names"))
    return text if name or not text else text[0].lower() + text[1:]
