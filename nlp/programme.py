"""The register of a programme or coalition agreement, where the bare present tense announces: "we schaffen X af", "de eisen worden aangescherpt".

In: the reading of a clause. Out: a `Promise` or None. Decides only.

A sentence counts when it names an instrument, product, rule, sum or group to act on; an ambition ("we stimuleren", "we zetten in op") alone does
not, nor does the effect of a measure ("hiermee wordt de toegang vergroot").
"""

from __future__ import annotations

import re

from nlp.acts import CONCRETE, Dated, Group, Promise, group_of, is_standing, on_instrument, promise
from nlp.reading import Reading
from nlp.verbs import Verb
from nlp.wordlists import opening, pattern, words

_LOOKS_INTO = re.compile(r"(?<!\w)(?:of|hoe|welke?|wat|waar|waarom|mogelijkhe\w+)(?!\w)")
_HENCEFORTH = re.compile(r"(?<!\w)(?:voortaan|niet langer)(?!\w)")
_THERE_WILL_BE = re.compile(r"(?<!\w)(?:komt er|komen er|er komt|er komen)(?!\w)")
_THERE_IS = re.compile(r"(?<!\w)(?:steeds|te weinig|te veel|vaak|jaarlijks|meer mensen|bij)(?!\w)")
_BECOMES = re.compile(r"(?<!\w)(?:onderdeel|verplicht|verboden|strafbaar|voorwaarde|vereist|eis|gratis|afdwingbaar)(?!\w)")
_GRANTED = re.compile(
    r"(?<!\w)(?:recht|rechten|bevoegdheid|bevoegdheden|taak|taken|middelen|miljoen|miljard|budget|subsidie|euro|vergoeding|toeslag|korting|vrijstelling"
    r"|mandaat|status|zeggenschap)(?!\w)|\u20ac"
)
_MOVES = re.compile(r"(?<!\w)(?:omhoog|omlaag|naar (?:\w+ )?\d|van \d)")
_MONEY = re.compile(r"(?<!\w)(?:miljoen|miljard|euro)(?!\w)|\u20ac")
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
    if verb.infinitive in words("programme", "weighing") and ("kritisch" in text or not _LOOKS_INTO.search(reading.everything)):
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
    if verb.infinitive == "geven" and "uitvoering" not in text:
        return None
    if verb.role == "make" or (verb.role == "broad" and (dated == "dated" or on_instrument(reading) or (dated and group) or "kenbaar" in text)):
        return promise("programme", reading, 0.8, group)
    return None


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
    if verb.infinitive == "kijken" and not _LOOKS_INTO.search(reading.everything):
        return None
    if _is_abstract(reading, verb):
        return None
    strengthened = verb.infinitive in words("programme", "strengthening") and bool(reading.by)
    if verb.role in CONCRETE or verb.role == "report" or strengthened or henceforth:
        return promise("programme.passive", reading, 0.8, group)
    if verb.role == "speak":
        return promise("programme.passive", reading, 0.75, group) if verb.infinitive == "opnemen" else None
    placed = verb.infinitive in ("leggen", "brengen", "behandelen")
    if verb.role == "make" or (verb.role == "broad" and (placed or future or group or on_instrument(reading))):
        return promise("programme.passive", reading, 0.78, group)
    return None


def there_will_be(reading: Reading) -> Promise | None:
    """ "Er komt een wet"; not "er komen steeds meer mensen bij"."""
    if reading.auxiliary != "komen" or not _THERE_WILL_BE.search(reading.main) or _THERE_IS.search(reading.main):
        return None
    return promise("there.comes", reading, 0.85, group_of(reading))


def happens(reading: Reading) -> Promise | None:
    """What happens to a rule, right, rate or sum by itself: "de heffing vervalt", "huurders krijgen het recht"."""
    verb, aux = reading.verb, reading.auxiliary
    if aux == "worden" and verb is None and _BECOMES.search(reading.after):
        return promise("programme.becomes", reading, 0.7)
    turns = (verb is not None and verb.role == "turn" and not aux) or (aux == "gaan" and _MOVES.search(reading.after) is not None)
    if turns and on_instrument(reading):
        return promise("programme.turns", reading, 0.7, "legislate")
    if aux == "komen" and "beschikbaar" in reading.after and _MONEY.search(reading.main):
        return promise("programme.money", reading, 0.75, "fund")
    if aux not in ("zijn", "hebben") and re.search(r"(?<!\w)voortaan(?!\w)", reading.main):
        return promise("programme.henceforth", reading, 0.7, "legislate")
    if verb is not None and verb.infinitive in ("krijgen", "ontvangen") and aux in ("", "zullen") and _GRANTED.search(reading.after):
        return promise("programme.granted", reading, 0.75)
    return None


def _is_abstract(reading: Reading, verb: Verb) -> bool:
    """Whether more or less of something is announced that is no thing to act on: "we verhogen de weerbaarheid"."""
    if verb.infinitive not in words("programme", "degree") or on_instrument(reading):
        return False
    object_text = reading.subject if reading.passive else reading.after
    return pattern("programme", "abstract").search(" ".join(object_text.split()[:6])) is not None


def _is_effect(reading: Reading) -> bool:
    return opening("programme", "effects").match(reading.before) is not None
