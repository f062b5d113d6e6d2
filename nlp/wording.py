"""Puts the act of a promise in a few Dutch words that a reader understands without the sentence.

In: the sentence, the clause read, the promise, what the text before is about. Out: a noun phrase ("brief over sociale inbedding") or an infinitive
phrase ("wetsvoorstel transitievergunning indienen"). Decides only; it works on tokens, without a parser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from nlp.acts import Promise
from nlp.clauses import Sentence
from nlp.phrases import COMPANIONS, PREPOSITIONS, Parts, Piece, act_words, governed, listed, take_pieces
from nlp.reading import Reading
from nlp.trimming import (
    ASKING,
    LONGEST,
    NAMED,
    cleaned,
    fit,
    full_name,
    glued_to,
    head_of,
    infinitive_of,
    limit,
    lowered,
    question_in,
    up_to_verb,
    without_article,
)

_TELLS = re.compile(
    r"(?:waarin|die|dat)\s+(?:ik|wij|we|het kabinet|wordt|zal|ook|onder meer|nader|zullen|uw kamer)(?:\s\w+){0,4}?"
    r"\s(?:in\s?(?:ga|gaan|zal gaan)|in zal gaan|ingegaan)\s(?:wordt\s)?op\s",
    re.IGNORECASE,
)
_ON_WHAT = re.compile(
    r"((?:advies|rapport|onderzoek|advies|voorstel) van (?:de |het )?[A-Z][\w-]{1,40}(?: (?:[A-Z][\w-]{1,40}|en|van|de|voor)){0,6})"
)
_THAT = frozenset(["afspreken", "maken", "regelen", "besluiten", "zorgen", "bepalen", "vastleggen", "bevorderen"])


def act_of(sentence: Sentence, reading: Reading, promise: Promise, *, begins: int = 0, about: str = "") -> str:
    """Name the act.

    Args:
        begins: offset in the sentence where the item of a list begins; 0 for a whole sentence.
        about: what "hierover", "dit" point to, in a few words; empty where that is not plain.
    """
    if promise.rule == "relative":
        return cleaned(_relative(sentence, promise) or _with_over("de Kamer informeren", about))
    parts = take_pieces(sentence, reading, promise, begins)
    verb = parts.verb or infinitive_of(reading, promise)
    parts = _without_road(parts, verb)
    for way in (_by_paper, _by_word, _by_talk):
        named = way(parts, verb, promise, about, sentence)
        if named:
            return cleaned(named)
    return cleaned(_by_verb(parts, verb, reading, about))


def is_bare(act: str) -> bool:
    """Whether an act says too little to tell it from another: a paper without its subject, a verb without an object."""
    words = act.split()
    return len(words) < 2 or words[0] in ("dit", "dat") or act in ("de Kamer informeren", "de Kamer nader informeren", "gesprek voeren")


def is_paper(act: str) -> bool:
    """Whether an act is a paper with its name: "brief over sociale inbedding"."""
    return any(act.split(" ", 1)[0].endswith(paper) for paper in listed("render", "papers"))


def phrase(words: Sequence[str], verb: str) -> str:
    """Give an object and its verb as an act."""
    return cleaned(f"{without_article(limit(words, LONGEST - 2))} {verb}")


def subject_matter(sentence: Sentence, reading: Reading) -> str:
    """Give what a sentence is about, for the pronouns of the next one: its one object; empty where there are several or none."""
    promise = Promise("topic", True, "other", reading.verb.infinitive if reading.verb else reading.unknown, 0.0, False, "")
    parts = _without_road(take_pieces(sentence, reading, promise), promise.verb)
    if parts.points or reading.negated:
        return ""
    pieces = (*(parts.front if reading.passive else ()), *parts.middle)
    nouns = [at for at, piece in enumerate(pieces) if piece.kind == "noun"]
    if len(nouns) != 1:
        return ""
    named = without_article(full_name(pieces[nouns[0]].words, pieces[nouns[0] + 1 :]))
    content = [word for word in named.split() if len(word) > 3]
    return named if len(content) > 1 and len(named.split()) < 9 and not named.lower().startswith(("veel ", "geen ", "alle ")) else ""


def _without_road(parts: Parts, verb: str) -> Parts:
    """Leave out by what road, with whom and on whose wish, and what stands in front for emphasis."""

    def kept(pieces: Sequence[Piece], front: bool) -> tuple[Piece, ...]:
        out: list[Piece] = []
        skip = samen = False
        for piece in pieces:
            text = piece.text.lower()
            attached = piece.kind == "prep" and piece.glued and bool(out) and not skip and piece.opens not in ("door", "als")
            attached = attached and not (
                _begins(text, "framing") and len(text.split()) > 1 and " ".join(text.split()[:1]) not in listed("drop", "framing")
            )
            road = text == "samen" or (piece.kind != "clause" and not attached and _begins(text, "framing"))
            others = piece.kind == "prep" and _begins(text, "with_others")
            if skip and piece.kind == "prep" and piece.glued and (samen or piece.opens not in governed(verb)):
                samen = False
                continue
            skip, samen = others or road, text == "samen" or others
            if road or others or (front and piece.kind != "noun" and not attached and piece.opens not in governed(verb)):
                continue
            out.append(piece)
        return tuple(out)

    front = kept(parts.front, front=True)
    if front and parts.front and parts.front[0] not in front and (parts.front[0].kind == "prep" or parts.front[0].opens == "samen"):
        # "Op basis van de uitkomsten en de kosten": what follows the dropped opening belongs to it.
        front = tuple(piece for piece in front if piece.opens in governed(verb))
    if (
        front
        and front[0].kind == "prep"
        and any(piece.kind == "noun" for piece in (*front, *parts.middle))
        and verb not in ("terugkomen", "ingaan", "reageren")
    ):
        # "In de kabinetsreactie worden deze overwegingen meegenomen": the thing first.
        nouns = next((at for at, piece in enumerate(front) if piece.kind == "noun"), len(front))
        moved, front = front[:nouns], front[nouns:]
        parts = replace(parts, middle=(*parts.middle, *moved))
    middle = kept(parts.middle, front=False)
    if sum(len(piece.words) for piece in middle if piece.kind == "noun") in (1, 2) and not any(piece.kind == "prep" for piece in middle):
        # "Aan de grenzen zal de controle geïntensiveerd worden": a thin object takes the place with it.
        place = next(
            (piece for piece in parts.front if piece.kind == "prep" and piece.opens in ("in", "aan", "op", "voor", "bij", "binnen", "over", "naar")),
            None,
        )
        at = next(i for i, piece in enumerate(middle) if piece.kind == "noun")
        if place is not None and place not in front and len(place.words) < 7:
            middle = (*middle[: at + 1], place, *middle[at + 1 :])
    return replace(parts, front=front, middle=middle, tail=kept(parts.tail, front=False))


def _begins(text: str, name: str) -> bool:
    words = text.split()
    return any(" ".join(words[:count]) in listed("drop", name) for count in (1, 2, 3))


def _by_paper(parts: Parts, verb: str, promise: Promise, about: str, sentence: Sentence) -> str:
    """ "Brief over X": a paper that the Chamber gets, with its subject; another thing that is sent is named with "naar de Kamer sturen"."""
    bringing = verb in listed("render", "bringing")
    if not bringing and verb not in listed("render", "informing"):
        return ""
    pieces = (*parts.front, *parts.middle, *parts.tail)
    for at, piece in enumerate(pieces):
        words = piece.words
        if piece.kind == "prep" and (
            piece.opens in ("met", "per", "in", "middels", "via") and (verb in ("komen", "informeren") or piece.opens == "per")
        ):
            words = words[1:]
        elif piece.kind != "noun" or not bringing:
            continue
        head = head_of(words)
        if not any(head.endswith(paper) for paper in listed("render", "papers")):
            continue
        whole = full_name(words, pieces[at + 1 :])
        if len(without_article(whole).split()) == 1:
            told = _TELLS.search(" ".join(other.text for other in pieces[at + 1 :] if other.kind == "clause"))
            rest = told.string[told.end() :] if told else ""
            subject = without_article(limit(tuple(re.split(r"[,;]|\s(?:om|zodat|die|dat|waarbij)\s", rest)[0].split()), 8)) if rest else ""
            over = next((other for other in pieces if other.kind == "prep" and other.opens in ("over", "van", "voor", "inzake")), None)
            if over is not None:
                return f"{without_article(whole)} {' '.join(lowered(limit(over.words, 9)))}"
            asked = next((cut for other in pieces if other.kind == "clause" and (cut := question_in(other)) is not None), None) or next(
                (
                    other
                    for other in pieces
                    if other.kind == "clause" and (other.opens in ASKING or (other.words[1:2] and other.words[1] in ASKING)) and fit(other)
                ),
                None,
            )
            on = _ON_WHAT.search(sentence.text) if head.endswith("reactie") else None
            if on is not None:
                return f"{without_article(whole)} op het {' '.join(limit(on.group(1).split(), 9))}"
            if asked is not None:
                return f"{without_article(whole)} {'' if asked.opens in PREPOSITIONS else 'over '}{fit(asked)}"
            holds = next((at for at, other in enumerate(pieces) if other.kind == "prep" and other.opens == "met" and other is not piece), None)
            if holds is not None:
                more = fit(pieces[holds + 1]) if holds + 1 < len(pieces) and pieces[holds + 1].opens == "om" else ""
                return f"{without_article(whole)} {' '.join(limit(pieces[holds].words, 8))} {more}"
            subject = subject if len(subject.split()) > 2 else (about or subject)
            return f"{without_article(whole)} over {subject}" if subject else without_article(whole)
        return without_article(whole)
    if not bringing or verb in ("komen", "doen", "geven"):
        return ""
    others = any(piece.kind == "prep" and piece.opens == "aan" for piece in pieces)
    if not (parts.told or (promise.kind == "inform" and not others)):
        return ""
    nouns = [piece for piece in pieces if piece.kind == "noun"]
    if not parts.told and len(nouns) == 2 and verb in ("sturen", "zenden", "toesturen", "toezenden"):
        return f"{without_article(nouns[1].words)} naar {' '.join(nouns[0].words)} sturen"
    thing = next((at for at, piece in enumerate(pieces) if piece.kind == "noun"), None)
    if thing is None:
        return _with_over("de Kamer informeren", about) if promise.kind == "inform" else ""
    named = without_article(full_name(pieces[thing].words, pieces[thing + 1 :]))
    written: dict[str, str] = act_words()["render"]["bring"]
    return f"{named} {written.get(verb, 'naar de Kamer sturen')}"


def _by_word(parts: Parts, verb: str, promise: Promise, about: str, _sentence: Sentence) -> str:
    """ "De Kamer informeren over X", "terugkomen op X"."""
    pieces = (*parts.front, *parts.middle, *parts.tail)
    if verb in ("terugkomen", "ingaan", "reageren"):
        on = next((piece for piece in pieces if piece.kind == "prep" and piece.opens == "op"), None)
        if on is not None:
            return f"{verb} {' '.join(lowered(limit((*on.words, *glued_to(on, pieces)), 10)))}"
        over = next((piece for piece in pieces if piece.kind == "prep" and piece.opens in ("over", "bij", "in", "voor")), None)
        clause = next((piece for piece in pieces if piece.kind == "clause" and piece.opens in ("hoe", "of", "wat", "welke", "waarom")), None)
        if clause is not None:
            return f"{verb} op de vraag {fit(clause)}" if fit(clause) else f"{verb} op deze vraag"
        if about:
            return f"{verb} op {about}"
        return f"{verb} {' '.join(lowered(limit(over.words, 9)))}" if over is not None and verb == "reageren" else "de Kamer nader informeren"
    tells = verb in listed("render", "informing") and (
        verb not in ("houden", "stellen", "brengen", "weten") or parts.told or promise.kind == "inform"
    )
    if not tells or promise.kind != "inform":
        return ""
    over = next((piece for piece in pieces if piece.kind == "prep" and piece.opens in ("over", "inzake", "omtrent", "rondom")), None)
    of = next((piece for piece in pieces if piece.kind == "prep" and piece.opens == "van"), None)
    kept = next((piece for piece in pieces if piece.kind == "prep" and piece.words[:4] == ("op", "de", "hoogte", "van")), None)
    if kept is not None:
        of = Piece((*kept.words[3:], *glued_to(kept, pieces)), "prep", glued=False)
    base = "de Kamer op de hoogte houden" if verb == "houden" else "de Kamer informeren"
    if over is not None:
        rest = glued_to(over, pieces)
        return f"{base} {' '.join(lowered(limit((*over.words, *rest), 10)))}"
    if of is not None:
        return f"{base} {'van' if verb == 'houden' else 'over'} {' '.join(limit(of.words[1:], 9))}"
    clause = next(
        (
            piece
            for piece in pieces
            if piece.kind == "clause" and piece.opens in ("hoe", "of", "wat", "welke", "wanneer") and piece in (*parts.middle, *parts.tail)
        ),
        None,
    )
    if clause is not None and fit(clause):
        return f"{base} {'over de vraag ' if clause.opens == 'of' else 'over '}{fit(clause)}"
    noun = next((piece for piece in pieces if piece.kind == "noun" and verb in ("melden", "meedelen", "mededelen", "rapporteren", "report")), None)
    return _with_over(base, about or (without_article(limit(noun.words, 9)) if noun else ""))


def _by_talk(parts: Parts, verb: str, promise: Promise, about: str, _sentence: Sentence) -> str:
    """ "Gesprek met X over Y"."""
    if promise.kind != "talk":
        return ""
    pieces = (*parts.front, *parts.middle, *parts.tail)
    talk = next((word for piece in pieces for word in piece.words if word.lower() in listed("render", "talks")), "")
    if not talk and verb not in ("spreken", "overleggen", "treden", "meet", "in gesprek gaan"):
        return ""
    noun = {"gesprekken": "gesprekken", "overleg": "overleg", "contact": "contact"}.get(talk.lower(), "gesprek")
    party = next(
        (piece for piece in pieces if piece.kind == "prep" and piece.opens == "met" and not (set(piece.words) & {talk, "reserves", "name"})), None
    )
    over = next((piece for piece in pieces if piece.kind == "prep" and piece.opens in ("over", "omtrent", "inzake")), None)
    if party is None and over is None and not about:
        return "gesprek voeren" if noun == "gesprek" else ""
    text = noun + (f" {' '.join(limit(('met', *party.words[1:]), 8))}" if party else "")
    if over is not None:
        return f"{text} {' '.join(limit(over.words, 8))}"
    return text if party is not None and len(text.split()) > 4 else _with_over(text, about)


def _by_verb(parts: Parts, verb: str, reading: Reading, about: str) -> str:
    """Object and infinitive, then what completes the act: "mogelijkheden verkennen om tegenwicht te bieden"."""
    clauses = [piece for piece in (*parts.middle, *parts.tail) if piece.kind == "clause"]
    front = (
        parts.front
        if reading.passive or reading.who in ("thing", "other", "nobody")
        else tuple(piece for piece in parts.front if piece.kind != "noun" or reading.who == "government")
    )
    before = [piece for piece in (*front, *parts.middle) if piece.kind != "clause"]
    first_noun = next((at for at, piece in enumerate(before) if piece.kind == "noun" and piece.opens not in COMPANIONS), 0)
    if first_noun and all(piece.opens not in governed(verb) for piece in before[:first_noun]):
        # "Met gericht beleid ketens versterken": the thing first.
        rest = next((at for at, piece in enumerate(before[first_noun + 1 :], first_noun + 1) if not piece.glued), len(before))
        before = [*before[first_noun:rest], *before[:first_noun], *before[rest:]]
    after: list[Piece] = []
    for piece in parts.tail:
        if piece.kind != "prep":
            break
        after.append(piece)
    words: list[str] = []
    for piece in before:
        left = LONGEST - 2 - len(words)
        if len(piece.words) > left + 2 and words:
            words += limit(piece.words, left) if left > 3 and piece.kind == "prep" else ()
            break
        words += limit(piece.words, LONGEST)
    if not verb and words:
        return f"{without_article([word for word in words if word != 'zijn'])} maken"
    if verb == "komen" and before and before[0].kind == "noun" and reading.who != "government":
        return without_article(full_name(before[0].words, before[1:]))
    if verb in ("komen", "starten", "beginnen") and before and before[0].opens == "met" and len(before[0].words) > 1:
        named = without_article(full_name(before[0].words[1:], before[1:]))
        return named if verb == "komen" else f"{named} {verb}"
    if words and not any(piece.kind == "noun" for piece in before) and before[0].opens in governed(verb):
        # "Investeren in de aanpak", not "in de aanpak investeren".
        out = [verb, " ".join(words)]
    else:
        out = [without_article(words), verb] if words else [verb]
    if verb == "gaan" and any(word.lower().endswith("consultatie") for word in words):
        out = [without_article(words), "brengen"]
    room = LONGEST - len(words) - 1
    for piece in after:
        if len(piece.words) > room + 2:
            if room >= 5 and piece.kind == "prep":
                out.append(" ".join(limit(piece.words, room)))
            break
        out.append(" ".join(piece.words))
        room -= len(piece.words)
    clauses = [piece for piece in clauses if piece.opens != "waar" or (not words and piece.words[1:2] not in (("nodig",), ("mogelijk",)))]
    completing = next(
        (
            piece
            for piece in clauses
            if piece.opens in ASKING | {"om"}
            or (piece.opens == "dat" and (not words or verb in _THAT))
            or (piece.words[1:] and piece.words[1] in ASKING)
        ),
        None,
    )
    if completing is not None and len(words) < 6 and not (completing.opens == "om" and len(words) > 4):
        fitted = fit(completing, 3 if len(words) < 3 and completing.opens == "om" else 0)
        if fitted:
            out.append(fitted)
        elif completing.opens in ASKING and not any(piece.kind == "noun" for piece in before):
            # Too long a question: its matter alone, "productie van biobased grondstoffen bezien".
            matter = without_article(limit(up_to_verb(completing.words[1:]), 8))
            own = matter.split()
            if len(own) > 1 and own[0].lower() not in listed("drop", "pronouns"):
                out = [matter, *words, verb]
    if not words and after and len(out) == 2 and verb in ("gaan",):
        return f"{verb} {out[1]}"
    if len(out) == 1:
        if about and parts.points:
            return f"{about} {verb if verb not in ('gaan', 'doen', 'komen') else 'uitwerken'}"
        return f"dit {verb}"
    return " ".join(part for part in out if part)


def _relative(sentence: Sentence, promise: Promise) -> str:
    """ "Het kabinet werkt aan een brief over X, die uw Kamer in mei ontvangt": the antecedent."""
    before = sentence.text[: sentence.text.find(promise.reason)] if promise.reason else ""
    tokens = re.findall(r"[\w'\u2019&-]+|,", before)
    for i in range(len(tokens) - 1, -1, -1):
        if any(tokens[i].lower().endswith(paper) for paper in listed("render", "papers")):
            return without_article(limit(tuple(tokens[i:]), NAMED))
    return ""


def _with_over(act: str, about: str) -> str:
    return f"{act} over {about}" if about else act
