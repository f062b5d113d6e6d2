"""The register of a programme or coalition agreement, where the bare present tense announces: "we schaffen X af", "de eisen worden aangescherpt".

In: the reading of a clause. Out: a `Promise` or None. Decides only.

A sentence counts when it names an instrument, product, rule, sum or group to act on; an ambition ("we stimuleren", "we zetten in op") alone does
not, nor does the effect of a measure ("hiermee wordt de toegang vergroot").
"""

from __future__ import annotations

import re

from nlp.acts import CONCRETE, Dated, Group, Promise, by_a_measure, group_of, has_place, is_standing, names_narrow, on_instrument, promise
from nlp.reading import Reading
from nlp.verbs import Verb
from nlp.wordlists import opening, pattern, words

_LOOKS_INTO = re.compile(
    r"(?<!\w)(?:of|hoe|welke?|wat|waar|waarom|mogelijkhe\w+|alternatie\w+|andere|aanvullende|wenselijkheid|haalbaarheid|noodzaak)(?!\w)"
)
_HENCEFORTH = re.compile(r"(?<!\w)(?:voortaan|niet langer)(?!\w)")
_THERE_WILL_BE = re.compile(r"(?<!\w)(?:komt er|komen er|er komt|er komen)(?!\w)")
_THERE_IS = re.compile(r"(?<!\w)(?:steeds|te weinig|te veel|vaak|meer mensen|bij\W*$)(?!\w)")
_BECOMES = re.compile(
    r"(?<!\w)(?:onderdeel|verplicht|verboden|strafbaar|voorwaarde|vereist|eis|gratis|afdwingbaar|wettelijk|openbaar|leidend|toegestaan"
    r"|belastingvrij|kosteloos|het mogelijk|onmogelijk)(?!\w)"
)
_COMPARED = re.compile(r"(?<!\w)(?:hoger|lager|strenger|eenvoudiger|korter|langer|zwaarder|soberder|ruimer|goedkoper)\W*$")
_NEW_THING = re.compile(r"(?:een|extra|nieuwe|meer)(?: [\w-]+){1,3}")
_GRANTED = re.compile(
    r"(?<!\w)(?:recht|rechten|bevoegdheid|bevoegdheden|taak|taken|middelen|miljoen|miljard|budget|subsidie|euro|vergoeding|toeslag|korting|vrijstelling"
    r"|mandaat|status|zeggenschap)(?!\w)|\u20ac"
)
_MOVES = re.compile(r"(?<!\w)(?:omhoog|omlaag|van start|open|dicht|naar (?:\w+ )?\d|van \d)")
_TAKES_PLACE = re.compile(r"(?<!\w)plaats(?:vinden)?\W*$|(?<!\w)plaats(?!\w) ?(?:over|om|van|met|naar|voor)(?!\w)")
_READY = re.compile(r"(?<!\w)(?:gereed|klaar|operationeel|beschikbaar|tot stand|in werking|uitgewerkt|afgerond|in gebruik)(?!\w)")
_BY_LAW = re.compile(r"(?:met|via|in|door) (?:een|de|het) (?:[\w-]+ ){0,3}?[\w-]*(?:wet|wetsvoorstel|regeling|besluit|wetswijziging)(?!\w)")
_BY_SO_MUCH = re.compile(r"(?<!\w)(?:met|naar|tot) (?:\w+ )?\d[\d.,]* ?(?:%|procent|miljoen|miljard|euro)")
_MAKES_POSSIBLE = re.compile(r"(?<!\w)het (?:\w+ )?(?:on)?mogelijk(?!\w)")
_SUBJECT = r"^(?:(?:het|dit|ons|de) (?:kabinet|regering|rijk|minister\w*) |(?:we|wij|ik) )?"
_NUMBERS = "een|\u00e9\u00e9n|nieuwe|twee|drie|vier|vijf|zes|acht|tien|\\d[\\d.]*"
_OBJECT = re.compile(_SUBJECT + rf"(?:\w+ ){{0,3}}?(?:{_NUMBERS}|de|het|nadere|aparte) \w")
_COUNTED = re.compile(_SUBJECT + rf"(?:\w+ ){{0,2}}?(?:{_NUMBERS}) \w")
_PREPOSED = re.compile(_SUBJECT + r"(?:(?:verder|hiervoor|daarom|ook|samen|zo) ){0,3}(?:aan|op|met|naar|in)(?!\w)")
_AT_WORK_ON = re.compile(r"(?<!\w)(?:aan|naar|tot) (?:een|de|het|\u00e9\u00e9n)((?: [\w-]+){1,4})")
_MORE_MEASURES = re.compile(r"(?<!\w)(?:extra|additionele|aanvullende|nieuwe|concrete|verschillende|gerichte) (?:\w+ )?maatregelen(?!\w)")
_RISES = frozenset(["stijgen", "dalen"])
_MONEY = re.compile(r"(?<!\w)(?:miljoen|miljard|euro)(?!\w)|\u20ac")
_TO_SPEND = re.compile(r"(?<!\w)beschikbaar(?!\w)(?! gesteld| gemaakt)")
_MONEY_NOUN = re.compile(r"(?<!\w)(?:\w*middelen|\w*budget\w*|miljoen|miljard|euro)(?!\w)|\u20ac")
_INTO_THAT = re.compile(r"^(?:\w+ ){0,2}(?:hier|daar|hierin|daarin|hiervoor)(?: \w+)? ?(?:in)?\W*$")


def announces(reading: Reading, verb: Verb, dated: Dated, group: Group) -> Promise | None:
    """The government as subject, in the present tense: "het kabinet ontwikkelt een afwegingskader"."""
    text = reading.main
    if _is_effect(reading) or reading.before == "zo" or pattern("paper", "here").search(text):
        return None
    if _is_abstract(reading, verb) or (verb.infinitive == "investeren" and _INTO_THAT.search(reading.after)):
        return None
    if (
        verb.role in ("broad", "soft")
        and not reading.everything.startswith("door ")
        and any(act.role in ("rule", "examine", "evaluate", "pay") or act.infinitive == "herzien" for act in reading.by)
    ):
        return promise("programme.by", reading, 0.75, group)
    if verb.infinitive in words("programme", "weighing") and ("kritisch" in text or not _asks(reading)):
        return None
    if verb.role in ("examine", "evaluate", "rule", "pay"):
        return promise("programme", reading, 0.85, group)
    if verb.role == "meet":
        return promise("programme", reading, 0.8, group) if verb.infinitive in words("programme", "meeting") else None
    if verb.role == "settle":
        chooses_an_act = any(act.role not in ("soft", "state", "broad") for act in reading.to)
        settled = verb.infinitive in words("programme", "settling") or dated == "dated" or chooses_an_act
        return promise("programme", reading, 0.75, group) if settled else None
    if verb.role == "speak":
        return promise("programme", reading, 0.75, group) if verb.infinitive == "opnemen" else None
    if verb.infinitive == "geven" and "uitvoering" not in text and not on_instrument(reading):
        return None
    if pattern("programme", "ambition").search(text):
        return None
    if verb.role == "make" or (verb.role == "broad" and _says_something(reading, verb, dated, group)):
        return promise("programme", reading, 0.8, group)
    return _ambition_with_a_measure(reading, verb)


def _asks(reading: Reading) -> bool:
    """Whether looking into something asks a question or weighs a measure: "kijkt hoe", "overweegt de invoering van"."""
    return _LOOKS_INTO.search(reading.everything) is not None or pattern("programme", "measures").search(reading.main) is not None


def _says_something(reading: Reading, verb: Verb, dated: Dated, group: Group) -> bool:
    """Whether the object of a broad verb makes it an act: an instrument, a thing that is created, a moment, money, a question to answer."""
    if dated == "dated" or on_instrument(reading) or "kenbaar" in reading.main:
        return True
    if _BY_LAW.match(reading.before) or _MORE_MEASURES.search(reading.main) or _MAKES_POSSIBLE.search(reading.after):
        return True
    if verb.infinitive in words("programme", "creating"):
        made = _OBJECT if verb.infinitive in words("programme", "designing") else _COUNTED
        return made.search(reading.after) is not None and _PREPOSED.search(reading.after) is None
    return group in ("examine", "evaluate", "fund", "legislate") or bool(dated and group)


def _ambition_with_a_measure(reading: Reading, verb: Verb) -> Promise | None:
    """ "Het kabinet versterkt het loket", "werkt toe naar een visie medio 2025", "helpt ondernemers via de introductie van een vrijstelling"."""
    if verb.role not in ("soft", "broad"):
        return None
    if (changed := changes(reading, verb)) is not None:
        return changed
    if verb.infinitive in ("toewerken", "werken") and (found := _AT_WORK_ON.search(reading.after)) is not None:
        concrete = pattern("programme", "instruments", "measures").search(found.group(1)) is not None
        return promise("programme.towards", reading, 0.6) if concrete else None
    if verb.infinitive in words("programme", "spending") and _MONEY_NOUN.search(" ".join(reading.after.split()[:6])):
        return promise("programme.spends", reading, 0.65, "fund")
    if verb.infinitive in ("bieden", "geven") and "duidelijkheid" in reading.main and has_place(reading, False):
        return promise("programme.clarity", reading, 0.6, "report")
    return by_means(reading)


def by_means(reading: Reading) -> Promise | None:
    """An ambition whose means is the change of a rule: "richt zich hierop via de invoering van een norm"."""
    return promise("programme.measure", reading, 0.65, "legislate") if by_a_measure(reading) else None


def changes(reading: Reading, verb: Verb) -> Promise | None:
    """An ambition that lands on a rule, sum or body: "de energiebesparingsplicht wordt verbeterd"."""
    return promise("programme.changes", reading, 0.6) if _changes(reading, verb) else None


def undertakes(reading: Reading, verb: Verb) -> Promise | None:
    """An ambition put as an act to come: "we gaan de uitwassen aanpakken"; not the effect of another act."""
    if _is_effect(reading) or reading.before == "zo" or verb.infinitive in words("programme", "going_on"):
        return None
    if verb.infinitive in words("programme", "changing"):
        return changes(reading, verb)
    return promise("programme.undertakes", reading, 0.5, "report" if verb.infinitive == "ingaan" else "")


def _changes(reading: Reading, verb: Verb) -> bool:
    if verb.infinitive not in words("programme", "changing"):
        return False
    if _BY_SO_MUCH.search(reading.after):
        return True
    if not on_instrument(reading):
        return False
    first = re.split(r"[,;:]|(?<!\w)(?:met|via|door|voor|in|bij)(?!\w)", reading.subject if reading.passive else reading.after, maxsplit=1)[0]
    return names_narrow(first)


def announces_passive(reading: Reading, group: Group) -> Promise | None:
    """ "De eisen worden aangescherpt", "er wordt een kader opgesteld"."""
    verb = reading.verb
    future = reading.auxiliary == "zullen"
    if _is_effect(reading) or (is_standing(reading) and not future):
        return None
    if verb is None:
        return promise("programme.open", reading, 0.6) if reading.unknown and on_instrument(reading) else None
    henceforth = _HENCEFORTH.search(reading.main) is not None
    if verb.infinitive in words("programme", "asking") or (verb.infinitive in ("toetsen", "afwegen") and not henceforth):
        return None
    if verb.infinitive == "kijken" and not _asks(reading):
        return None
    if _is_abstract(reading, verb):
        return None
    strengthened = verb.infinitive in words("programme", "strengthening") and bool(reading.by)
    if verb.role in CONCRETE or verb.role == "report" or strengthened or henceforth:
        return promise("programme.passive", reading, 0.8, group)
    if verb.role == "speak":
        return promise("programme.passive", reading, 0.75, group) if verb.infinitive == "opnemen" else None
    if verb.role == "soft":
        towards = verb.infinitive == "toewerken" and on_instrument(reading)
        changed = towards or _changes(reading, verb)
        spent = verb.infinitive in words("programme", "spending") and _MONEY_NOUN.search(reading.subject or reading.before)
        return promise("programme.changes", reading, 0.6, "fund" if spent else "") if changed or spent else None
    placed = verb.infinitive in ("leggen", "brengen", "behandelen")
    if verb.role == "make" or (verb.role == "broad" and (placed or future or group or on_instrument(reading))):
        return promise("programme.passive", reading, 0.78, group)
    return None


def there_will_be(reading: Reading) -> Promise | None:
    """ "Er komt een wet"; not "er komen steeds meer mensen bij"."""
    if reading.auxiliary != "komen" or _THERE_IS.search(reading.main):
        return None
    inverted = _NEW_THING.match(reading.after)
    named = inverted is not None and pattern("programme", "instruments").search(inverted.group()) is not None
    if not _THERE_WILL_BE.search(reading.main) and not named:
        return None
    return promise("there.comes", reading, 0.85, group_of(reading))


def happens(reading: Reading, dated: Dated) -> Promise | None:
    """What happens to a rule, right, rate or sum by itself: "de heffing vervalt", "huurders krijgen het recht"."""
    verb, aux = reading.verb, reading.auxiliary
    if _is_effect(reading):
        return None
    changes_degree = _COMPARED.search(reading.after) is not None and pattern("programme", "instruments").search(reading.subject) is not None
    if aux == "worden" and verb is None and (_BECOMES.search(reading.after) or changes_degree):
        return promise("programme.becomes", reading, 0.7, "legislate" if "mogelijk" in reading.after else "")
    turns = (verb is not None and verb.role == "turn" and not aux) or (aux == "gaan" and _MOVES.search(reading.after) is not None)
    if turns and verb is not None and verb.infinitive in _RISES and not _MOVES.search(reading.after):
        return None
    if turns and (on_instrument(reading) or (verb is not None and verb.infinitive == "vervallen")):
        return promise("programme.turns", reading, 0.7, "legislate")
    if aux in ("komen", "zijn") and _TO_SPEND.search(reading.after) and _MONEY.search(reading.main):
        return promise("programme.money", reading, 0.75, "fund")
    if _begins_or_stands(reading, dated):
        return promise("programme.event", reading, 0.65, group_of(reading))
    if aux not in ("zijn", "hebben") and re.search(r"(?<!\w)voortaan(?!\w)", reading.main):
        return promise("programme.henceforth", reading, 0.7, "legislate")
    if verb is not None and verb.infinitive in ("krijgen", "ontvangen") and aux in ("", "zullen") and _is_granted(reading):
        return promise("programme.granted", reading, 0.75)
    return None


def _is_granted(reading: Reading) -> bool:
    if "kunnen" in reading.after:
        return False
    given = re.split(r"[,;:]", reading.after, maxsplit=1)[0]
    return _GRANTED.search(given) is not None or pattern("programme", "instruments").search(given) is not None


def _begins_or_stands(reading: Reading, dated: Dated) -> bool:
    """A thing that starts, takes place or is there by a date: "in 2026 start een proef", "uiterlijk in 2026 ligt er een regeling"."""
    acts, aux = reading.verb.infinitive if reading.verb else "", reading.auxiliary
    named = pattern("programme", "instruments", "events").search(reading.main) is not None
    if not named or reading.who == "other" or aux not in ("", "zullen", "komen", "zijn", "gaan", "moeten"):
        return False
    if _TAKES_PLACE.search(reading.after) and acts in ("vinden", "plaatsvinden"):
        return True
    if acts in ("starten", "beginnen", "openen") and not is_standing(reading):
        return True
    if dated != "dated":
        return False
    return acts in words("programme", "by_date") or (aux in ("komen", "zijn", "moeten") and _READY.search(reading.after) is not None)


def _is_abstract(reading: Reading, verb: Verb) -> bool:
    """Whether more or less of something is announced that is no thing to act on: "we verhogen de weerbaarheid"."""
    if verb.infinitive not in words("programme", "degree") or on_instrument(reading):
        return False
    object_text = reading.subject if reading.passive else reading.after
    return pattern("programme", "abstract").search(" ".join(object_text.split()[:6])) is not None


def _is_effect(reading: Reading) -> bool:
    return opening("programme", "effects").match(reading.before) is not None
