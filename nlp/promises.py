"""Decides for one main clause whether the government binds itself in it: the grammar of a promise.

In: the reading of a clause, the register of the text, whether the clause names a moment. Out: a `Promise` or None. Decides only.

The order is that of a careful reader: what this text delivers, what was promised before, what is refused, and only then what is promised.
Subject classes, verb classes, tense and clause type decide; the words are in `patterns/commitments.toml` and `patterns/verbs.toml`.
"""

from __future__ import annotations

import re

from nlp import intentions, programme
from nlp.acts import (
    CONCRETE,
    Dated,
    Group,
    Promise,
    Register,
    by_other,
    group_of,
    has_place,
    is_standing,
    names_chamber,
    names_narrow,
    names_paper,
    on_instrument,
    promise,
)
from nlp.reading import Reading
from nlp.verbs import Verb, pick
from nlp.wordlists import opening, pattern, words

_LATER = re.compile(r"(?<!\w)(?:nader|verder|uitgebreid|uitgebreider|uitvoerig|volgende|eerstvolgende|komende|aanstaande)(?!\w)")
_LIES_HERE = re.compile(
    r"(?<!\w)(?:(?:in|met|bij) (?:deze|dit|bijgevoegde?|bijgaande?|onderstaande?)|van \d{1,2} [a-z]+|hieronder|onderstaand)(?!\w)"
)
_ONESELF = re.compile(
    r"(?<!\w)(?:zich|mij|me|ons)(?!\w).{0,60}(?<!\w)(?:inzet\w*|inspan\w*|(?:hard|sterk)\s+maken|zet\w*|span\w*|maakt?|houden|houdt?|richten|richt"
    r"|beperken|buigen|beraden|voorbereiden|opstellen|uitspreken)(?!\w)"
    r"|(?<!\w)(?:zet|zetten|span|spant|spannen|maak|maakt|maken|houd|houdt|houden|richt|richten|beraad|beraadt"
    r"|bereid|bereidt|bereiden)(?: \w+){0,3} (?:zich|mij|me|ons)(?!\w)"
)
_STEERS = re.compile(r"(?<!\w)(?:stuur|stuurt|sturen)(?: \w+){0,2} op(?!\w)")
_MUST = re.compile(r"(?<!\w)moeten(?!\w)")
_SOON = re.compile(r"(?<!\w)(?:zo|straks|dadelijk|direct|meteen)(?!\w)(?! (?:spoedig|snel|goed|veel|nodig|mogelijk))")
_WITH_SOMETHING = re.compile(r"(?<!\w)met (?:een|het|de|mijn|deze|die|dit|nadere|nieuwe|voorstellen|wetgeving|concrete)(?!\w)")
_COMES_OTHERWISE = re.compile(r"(?<!\w)(?:tegemoet|overeen|in aanmerking|voort|tot de conclusie)(?!\w)")
_OTHER_ANSWER = re.compile(r"(?<!\w)(?:vraag|vragen|antwoord|antwoorden) (?:op vraag )?\d|(?<!\w)beantwoording van (?:de )?(?:vraag|vragen)(?!\w)")
_LETS_ITSELF = re.compile(
    r"(?<!\w)(?:zich|mij|me|ons)(?!\w).{0,40}(?<!\w)(?:laat|laten|informeren|adviseren|bijpraten)(?!\w)|(?<!\w)laat (?:ik )?(?:mij|me|zich|ons)(?!\w)"
)
_PLEDGE = re.compile(r"(?<!\w)(?:die|deze|de) toezegging(?!\w)")
_IN_CONSULTATION = re.compile(
    r"(?<!\w)(?:(?:in|ter) (?:internet)?consultatie|naar de (?:afdeling advisering|raad van state|ministerraad)|voor advies naar)(?!\w)"
)
_DECISION = re.compile(r"(?<!\w)(?:besluit|beslissing|besluiten)(?!\w)")
_CONDITIONAL = re.compile(r"(?<!\w)(?:indien|mocht|eventueel|bij overtreding)(?!\w)")
_IT = re.compile(r"(?<!\w)(?:dat|dit|die)(?!\w)")
_NOW_HERE = re.compile(r"(?<!\w)(?:hierbij|bijgaand|hiermee)(?!\w)")
_CAN_BE = re.compile(r"(?<!\w)(?:kunnen|kan) worden(?!\w)")
_LET_ME = re.compile(r"^(?:ik|mij|me|ons|we|wij)(?!\w)")
_ADVICE = re.compile(r"(?<!\w)(?:advies|adviezen|aanbeveling|aanbevelingen|suggestie)(?!\w)")
_AGREEMENTS = re.compile(r"(?<!\w)(?:\w*afspraken|een \w*akkoord|een convenant)(?!\w)")
_YEARS_AFTER = re.compile(r"(?<!\w)(?:jaar|jaren|maanden) na (?:de |het )?\w")
"""An evaluation some years after the start is a duty taken on, though nobody knows the day."""
_IN_USE = re.compile(r"(?<!\w)(?:in gebruik|in werking|in gang|ter hand|in productie)(?!\w)")
_STARTS = frozenset(["starten", "beginnen", "plaatsvinden", "verschijnen", "openen"])
_LET_KNOW = re.compile(r"(?<!\w)laten weten(?!\w)")


def judge(reading: Reading, register: Register, dated: Dated, *, follows_promise: bool = False, about_cabinet: bool = False) -> Promise | None:
    """Decide about one clause.

    Args:
        dated: whether the clause names a moment that can be a deadline, and whether it has dates.
        follows_promise: the sentence before holds a promise, so that "hierbij", "daarin" point into it.
        about_cabinet: the sentence before is about the cabinet, so that "het" can be its subject.
    """
    if (
        _cannot_bind(reading, register)
        or _delivers(reading, dated, follows_promise)
        or _told_or_refused(reading)
        or (register == "debate" and _steers_debate(reading))
    ):
        return None
    it_is_cabinet = about_cabinet and reading.who in ("thing", "nobody") and reading.before in ("het", "ook het") and not reading.passive
    if reading.who == "government" or it_is_cabinet:
        return _by_government(reading, register, dated, follows_promise)
    if reading.who == "chamber":
        return _to_chamber(reading, dated)
    if reading.passive:
        return _agentless(reading, register, dated, follows_promise)
    if reading.auxiliary == "zijn" or reading.finite in ("staat", "staan", "stond"):
        aimed = intentions.aiming(reading, dated)
        return aimed or (programme.happens(reading, dated) if register == "programme" else None)
    return _announced(reading, register, dated)


def _cannot_bind(reading: Reading, register: Register) -> bool:
    """Past, denied, a duty or permission, a figure of speech, a legal formula."""
    bare_rule = register == "programme" and reading.who in ("thing", "other")
    if reading.negated or reading.auxiliary in ("past", "zouden") or (reading.auxiliary in ("moeten", "mogen", "hoeven") and not bare_rule):
        return True
    if _MUST.search(reading.after) or (_STEERS.search(reading.main) and not names_paper(reading)):
        return True
    if pattern("expressions", "figures").search(reading.main):
        return True
    return register != "programme" and pattern("standing", "formulas").search(reading.main) is not None


def _delivers(reading: Reading, dated: Dated, follows_promise: bool) -> bool:
    """The text itself is the delivery: "hierbij bied ik aan", "in deze brief informeer ik"."""
    if pattern("fulfilment", "phrases").search(reading.everything):
        return True
    if dated == "dated" or reading.auxiliary in ("zullen", "gaan", "komen"):
        return False
    if not reading.auxiliary and reading.verb is not None and reading.verb.role == "report" and _NOW_HERE.search(reading.after):
        return True
    return not follows_promise and opening("fulfilment", "openers").match(reading.before) is not None


def _told_or_refused(reading: Reading) -> bool:
    return pattern("recall", "phrases").search(reading.main) is not None or pattern("refusal", "phrases").search(reading.main) is not None


def _steers_debate(reading: Reading) -> bool:
    """Procedure of a debate: the verdict on a motion, an answer in the same sitting, a passive that tells of others."""
    named = {verb.infinitive for verb in (reading.verb, *reading.to) if verb is not None}
    promising = not named.isdisjoint(words("debate", "promising")) or (not named.isdisjoint(words("paper", "posting")) and names_chamber(reading))
    steering = not promising and pattern("debate", "procedure").search(reading.main) is not None
    return steering or _SOON.search(reading.main) is not None or (reading.passive and not names_chamber(reading))


def _by_government(reading: Reading, register: Register, dated: Dated, follows: bool) -> Promise | None:
    aux = reading.auxiliary
    if reading.passive and reading.verb is not None:
        return _agentless(reading, register, dated, follows)
    if opening("subject", "country").match(reading.subject) and not _country_acts(reading):
        return None
    pledging = (reading.verb is not None and reading.verb.infinitive == "toezeggen") or _PLEDGE.search(reading.main) is not None
    if pledging and aux in ("kunnen", "willen", "laten"):
        return promise("pledge", reading, 0.9, group_of(reading) or _pledged(reading))
    if aux in ("zullen", "gaan"):
        return _future(reading, register, dated, follows)
    if aux == "zijn":
        return intentions.willing(reading) or intentions.aiming(reading, dated)
    if aux == "hebben":
        return intentions.meaning(reading) or intentions.decided(reading)
    if aux == "willen":
        return intentions.wanting(reading, register, dated)
    if aux == "komen":
        return _coming_with(reading, register, dated)
    if aux == "kunnen":
        return intentions.able(reading, dated)
    if aux == "laten":
        return _having_done(reading, dated)
    return _present(reading, register, dated, follows) if aux in ("", "worden") else None


def _country_acts(reading: Reading) -> bool:
    says = reading.verb is not None and reading.verb.role in ("meet", "report", "pay", "evaluate")
    return reading.auxiliary in ("zullen", "gaan") and (says or group_of(reading) in ("meet", "report"))


def _future(reading: Reading, register: Register, dated: Dated, follows: bool) -> Promise | None:
    """ "Ik zal", "het kabinet gaat": any act counts, an ambition or a turn of speech does not."""
    text, verb = reading.main, reading.verb
    heard = names_chamber(reading)
    if _ONESELF.search(text) and register == "programme" and verb is not None and names_narrow(reading.after):
        return programme.undertakes(reading, verb)
    if _ONESELF.search(text) or _LETS_ITSELF.search(text) or (re.search(r"(?<!\w)blijven(?!\w)", text) and not heard):
        return None
    group = group_of(reading)
    if reading.auxiliary == "gaan" and verb is not None and verb.infinitive.endswith("gaan"):
        at_work = "aan de slag" in text and (register != "programme" or bool(dated) or on_instrument(reading))
        goes = group in ("meet", "examine") or verb.infinitive == "nagaan" or at_work
        moves_on = register == "programme" and verb.infinitive in ("overgaan", "doorgaan") and on_instrument(reading)
        consults = verb.infinitive == "gaan" and _IN_CONSULTATION.search(text)
        later = verb.infinitive == "ingaan" and has_place(reading, follows) and (dated == "dated" or _LATER.search(text))
        if later and register != "programme" and not _LIES_HERE.search(text):
            return promise("present.speak", reading, 0.7, group)
        return promise("future", reading, 0.9, group) if goes or consults or moves_on else None
    if _LET_KNOW.search(text) and (heard or dated):
        return promise("future", reading, 0.9, "report")
    if verb is None:
        named = register != "programme" or dated or on_instrument(reading)
        carried = (reading.unknown and named) or group in ("meet", "report", "examine")
        return promise("future.open", reading, 0.7 if reading.unknown else 0.8, group) if carried else None
    if verb.infinitive == "beantwoorden" and not dated:
        return None
    if group and verb.role != "state" and (verb.role != "speak" or group == "meet"):
        return promise("future", reading, 0.93, group)
    if verb.infinitive in ("proberen", "trachten") and reading.to and dated:
        return promise("future", reading, 0.75, group, firm=False, verb=reading.to[0])
    if register == "programme" and verb.role == "soft" and not dated:
        return programme.undertakes(reading, verb)
    if verb.role == "state" or (verb.role == "soft" and (not dated or register == "debate")):
        return None
    if verb.role == "speak":
        placed = has_place(reading, follows) or dated == "dated" or verb.infinitive in words("paper", "carrying")
        return promise("future.speak", reading, 0.85, group) if placed and (names_paper(reading) or not _OTHER_ANSWER.search(text)) else None
    if (
        verb.role == "broad"
        and not dated
        and ((register == "debate" and not _IT.search(text)) or (register == "programme" and not on_instrument(reading)))
    ):
        return None
    return promise("future", reading, 0.88 if verb.role in ("make", "broad") else 0.93, group)


def _coming_with(reading: Reading, register: Register, dated: Dated) -> Promise | None:
    """ "Ik kom hierop terug", "het kabinet komt met een brief"."""
    if _OTHER_ANSWER.search(reading.main) or _COMES_OTHERWISE.search(reading.after):
        return None
    if reading.verb is not None and reading.verb.infinitive == "terugkomen":
        return promise("back", reading, 0.9, "report")
    product = dated or names_paper(reading) or (register == "programme" and on_instrument(reading))
    return promise("coming", reading, 0.9, group_of(reading)) if product and _WITH_SOMETHING.search(reading.main) else None


def _having_done(reading: Reading, dated: Dated) -> Promise | None:
    """ "Ik laat dit onderzoeken", "ik laat u voor 1 mei weten"."""
    if "weten" in reading.after and (dated or names_chamber(reading)):
        return promise("having", reading, 0.85, "report")
    verb, group = reading.verb, group_of(reading)
    if verb is None and reading.unknown and dated == "dated" and reading.who == "government" and not _LETS_ITSELF.search(reading.main):
        return promise("having", reading, 0.7, group)
    if verb is None or (not reading.before and _LET_ME.match(reading.after)) or is_standing(reading) or _LETS_ITSELF.search(reading.main):
        return None
    if verb.role in ("examine", "evaluate"):
        return promise("having", reading, 0.8, group)
    if verb.role == "make" and dated == "dated":
        return promise("having", reading, 0.75, group)
    return promise("having", reading, 0.8, "examine") if group == "examine" or "onderzoek" in reading.main else None


def _present(reading: Reading, register: Register, dated: Dated, follows: bool) -> Promise | None:
    """The present tense: a promise where it performs (toezeggen, informeren), where it is dated, or in the register of a programme."""
    verb = reading.verb
    if verb is None:
        open_act = register == "programme" and not reading.auxiliary and on_instrument(reading) and not is_standing(reading)
        return promise("programme.open", reading, 0.5, group_of(reading)) if open_act else None
    if verb.role == "state" and verb.infinitive not in ("verwachten", "hopen", "voeren"):
        return None
    group = group_of(reading)
    if verb.infinitive == "voeren" and group == "meet":
        return promise("present.dated", reading, 0.75, group) if dated == "dated" else None
    if verb.infinitive in ("toezeggen", "beloven"):
        return promise("pledge", reading, 0.95, group or _pledged(reading), verb=reading.to[0] if reading.to else None)
    if verb.infinitive in ("doen", "geven") and _PLEDGE.search(reading.main):
        return promise("pledge", reading, 0.9, group)
    if verb.infinitive in ("streven", "verwachten", "hopen"):
        if register == "programme" and pattern("paper", "here").search(reading.main):
            return None
        return intentions.expecting(reading, verb, dated)
    if is_standing(reading) and dated != "dated":
        return None
    if _ONESELF.search(reading.main):
        return programme.by_means(reading) if register == "programme" else None
    if register == "programme" and verb.role == "report" and on_instrument(reading) and not pattern("paper", "here").search(reading.main):
        return promise("report", reading, 0.75, group)
    if verb.role == "report":
        heard = names_chamber(reading) or (names_paper(reading) and verb.infinitive in words("paper", "posting"))
        told = heard and verb.infinitive not in words("paper", "showing") and pattern("paper", "anaphors").search(reading.main)
        return promise("report", reading, 0.9, group) if dated or told else None
    if ("op de hoogte" in reading.main and verb.infinitive in ("houden", "brengen", "stellen")) or (
        verb.infinitive == "doen" and "toekomen" in reading.main
    ):
        return promise("report", reading, 0.9, "report")
    if verb.infinitive in ("aangaan", "gaan") or (verb.infinitive in ("opnemen", "treden") and group == "meet"):
        return promise("future", reading, 0.75, "meet") if group == "meet" else None
    if register == "programme":
        return programme.announces(reading, verb, dated, group)
    if verb.infinitive in ("opvolgen", "overnemen") and _ADVICE.search(reading.after):
        return promise("follows", reading, 0.65)
    if verb.infinitive == "overnemen" and pattern("paper", "advice").search(reading.main):
        return promise("adopts", reading, 0.6, group)
    if verb.role == "speak":
        placed = verb.infinitive in words("paper", "placing") and has_place(reading, follows)
        timed = dated == "dated" and verb.infinitive not in words("paper", "telling")
        return promise("present.speak", reading, 0.7 if placed else 0.75, group) if placed or timed else None
    if group == "fund" and verb.infinitive in ("stellen", "geven"):
        return None
    acts = verb.role in CONCRETE - {"pay"} or verb.role == "make" or (verb.role == "broad" and (group or dated == "dated"))
    return promise("present.dated", reading, 0.8, group) if acts and dated in ("vague", "dated") else None


def _pledged(reading: Reading) -> Group:
    """The class of what is pledged in a "dat" clause: "ik zeg toe dat ik in mei terugkom op ..."."""
    for word in reading.everything.split():
        act = pick(word, ("stem", "third", "infinitive"))
        if act is not None and act.role in ("report", "examine", "evaluate", "meet"):
            return act.role
    return ""


def _to_chamber(reading: Reading, dated: Dated) -> Promise | None:
    """ "Uw Kamer wordt geïnformeerd", "de Kamer ontvangt"."""
    aux, verb, text = reading.auxiliary, reading.verb, reading.main
    told = (verb is not None and verb.role in ("report", "speak")) or "op de hoogte" in text
    if reading.passive and told and aux in ("worden", "zullen"):
        return promise("chamber.passive", reading, 0.95, "report")
    if aux == "kunnen" and dated and re.search(r"(?<!\w)verwachten(?!\w)", text):
        return promise("chamber.receives", reading, 0.85, "report")
    receives = (verb is not None and verb.infinitive in ("ontvangen", "krijgen") and aux in ("", "zullen")) or (
        aux == "kunnen" and "tegemoet" in text
    )
    return promise("chamber.receives", reading, 0.92, "report") if receives and (dated or names_paper(reading)) else None


def _agentless(reading: Reading, register: Register, dated: Dated, follows: bool) -> Promise | None:
    """A passive without an agent, or with the government as agent."""
    verb, text, aux = reading.verb, reading.main, reading.auxiliary
    if aux not in ("worden", "zullen"):
        return None
    group = group_of(reading)
    if verb is not None and not (register != "programme" and by_other(reading)):
        if verb.role == "report" and names_chamber(reading):
            return promise("passive.report", reading, 0.92, "report")
        own_paper = aux == "zullen" or verb.infinitive not in words("paper", "telling") or pattern("paper", "own").search(text)
        if verb.role == "speak" and own_paper and has_place(reading, follows) and (reading.who != "other" or register == "programme"):
            return promise("passive.speak", reading, 0.8, group)
    if register == "programme":
        return programme.announces_passive(reading, group)
    if (
        verb is None
        or reading.who == "other"
        or by_other(reading)
        or _CAN_BE.search(text)
        or is_standing(reading)
        or verb.infinitive in words("paper", "asking")
    ):
        return None
    return _agentless_act(reading, verb, dated, follows, group)


def _agentless_act(reading: Reading, verb: Verb, dated: Dated, follows: bool, group: Group) -> Promise | None:
    """An act nobody is named for, in a letter: it needs a moment, the future tense with a concrete verb, or a decision."""
    future = reading.auxiliary == "zullen"
    of_the_state = pattern("kind", "legislate").search(reading.main) is not None or names_paper(reading) or names_chamber(reading)
    files_a_form = verb.infinitive == "indienen" and not of_the_state
    if files_a_form or verb.infinitive in words("paper", "of_others") or (future and _CONDITIONAL.search(reading.everything)):
        return None
    if future and verb.infinitive in ("uitvoeren", "overnemen") and pattern("paper", "advice").search(reading.main):
        return promise("adopts", reading, 0.65, group)
    if "op de hoogte" in reading.main or (verb.infinitive == "maken" and "openbaar" in reading.main):
        return promise("passive.report", reading, 0.8, "report") if future or dated == "dated" else None
    made = verb.role == "make" or (verb.role == "broad" and (future or group or names_paper(reading) or _IN_USE.search(reading.main)))
    if verb.role == "evaluate" and dated == "event" and _YEARS_AFTER.search(reading.main):
        return promise("passive.dated", reading, 0.7, group)
    if dated in ("vague", "dated") and (verb.role in CONCRETE or verb.role in ("report", "speak") or made):
        return promise("passive.dated", reading, 0.78, group)
    if verb.infinitive == "nemen" and _DECISION.search(reading.main):
        return promise("passive.decision", reading, 0.65, "decide")
    if not future or pattern("intention", "adverbs").search(reading.main):
        return None
    acts = group in ("examine", "evaluate", "meet") or (
        verb.role in ("examine", "evaluate", "rule") and verb.infinitive not in words("paper", "weighing")
    )
    made = verb.infinitive in words("paper", "making") or (verb.infinitive in ("maken", "sluiten") and _AGREEMENTS.search(reading.main))
    placed = verb.role in ("make", "broad") and (has_place(reading, follows) or pattern("expressions", "legislate").search(reading.main))
    return promise("passive.future", reading, 0.65, group) if acts or placed or made else None


def _announced(reading: Reading, register: Register, dated: Dated) -> Promise | None:
    """Not a person's act, yet announced: "er komt een ...", "het wetsvoorstel gaat in consultatie"."""
    if register == "programme" or (dated == "dated" and names_paper(reading)) or (register == "letter" and on_instrument(reading)):
        coming = programme.there_will_be(reading)
        if coming is not None:
            return coming
    if reading.auxiliary in ("gaan", "zullen") and _IN_CONSULTATION.search(reading.main) and (dated or register == "programme"):
        return promise("consultation", reading, 0.85, "legislate")
    if reading.verb is not None and reading.verb.infinitive == "volgen" and dated in ("vague", "dated") and names_paper(reading):
        return promise("paper.follows", reading, 0.8, "report")
    if register == "programme":
        return programme.happens(reading, dated)
    starts = reading.auxiliary in ("", "zullen") and reading.verb is not None and reading.verb.infinitive in _STARTS
    ours = dated == "dated" and starts and reading.who == "thing" and pattern("programme", "events").search(reading.main) is not None
    return promise("event", reading, 0.65) if ours and register == "letter" else None


__all__ = ["judge"]
