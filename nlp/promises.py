"""Decides for one main clause whether the government binds itself in it: the grammar of a promise.

In: the reading of a clause, the register of the text, whether the clause names a moment. Out: a `Promise` or None. Decides only.

The order is that of a careful reader: what this text delivers, what was promised before, what is refused, and only then what is promised.
Subject classes, verb classes, tense and clause type decide; the words are in `patterns/commitments.toml` and `patterns/verbs.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from db.records import CommitmentKind
from nlp.reading import Reading
from nlp.verbs import Role, Verb, pick
from nlp.wordlists import opening, pattern, words

Register = Literal["letter", "programme", "debate"]
Dated = Literal["", "vague", "dated"]

ACTS: frozenset[Role] = frozenset({"examine", "evaluate", "meet", "settle", "rule", "pay"})
_ONESELF = re.compile(r"(?<!\w)(?:zich|mij|me|ons)(?!\w).{0,60}(?<!\w)(?:inzet\w*|inspan\w*|hard\s+maken|zet\w*|span\w*|maakt?|houden|houdt?|richten|richt|beperken|buigen|beraden)(?!\w)")
_RECEIVED = re.compile(r"^(?:die|dat|welke) (?:uw kamer|de kamer|de tweede kamer|u)(?: [^,;]{1,80})? (?:ontvangt|zult ontvangen|zal ontvangen|tegemoet kunt zien)(?!\w)")
_SENT = re.compile(
    r"^(?:die|dat|welke|waar\w{2,6}) (?:ik|wij|we|het kabinet|de (?:minister|staatssecretaris)\w*)(?: [^;]{1,260})? (?:(?:zal|zullen|ga|gaan) (?:toe)?(?:sturen|zenden|informeren|aanbieden|berichten)|(?:toe)?(?:sturen|zenden|informeren|aanbieden) (?:zal|zullen))(?!\w)"
)
_IN_TALKS = re.compile(r"(?<!\w)in (?:overleg|contact|gesprek)(?!\w)")
_EXPECTS_TO = re.compile(r"(?<!\w)dat (?:ik|wij|we|het kabinet)(?!\w)[^;]{1,200}(?<!\w)(?:kamer|u|parlement)(?!\w)[^;]{0,120}(?<!\w)(?:informeren|sturen|toesturen|toezenden|aanbieden|berichten)(?!\w)")
_SOON = re.compile(r"(?<!\w)(?:zo|straks|dadelijk|direct|meteen)(?!\w)(?! (?:spoedig|snel|goed|veel|nodig|mogelijk))")
_ASKS_WHAT = re.compile(r"(?<!\w)(?:of|hoe|welke?|wat|waar\w*|mogelijkhe\w+)(?!\w)")
_STEERS = re.compile(r"(?<!\w)(?:stuur|stuurt|sturen)(?: \w+){0,2} op(?!\w)")
_HARD = re.compile(r"(?<!\w)(?:zet|zetten|span|spant|spannen|maak|maakt|maken|houd|houdt|houden|richt|richten|beraad|beraadt)(?: \w+){0,3} (?:zich|mij|me|ons)(?!\w)")
_TALK_WORDS = frozenset("benadrukken opmerken wijzen verwijzen ingaan aangeven reageren toelichten uitleggen beantwoorden stilstaan herhalen vermelden meegeven delen vragen melden beginnen schetsen".split())
_COMES_WITH = re.compile(r"(?<!\w)(?:met|terug|naar (?:de|uw) (?:tweede )?kamer|tot een)(?!\w)")
_THERE_WILL_BE = re.compile(r"(?<!\w)(?:komt er|komen er|er komt|er komen)(?!\w)")
_NOT_THERE = re.compile(r"(?<!\w)(?:steeds|te weinig|te veel|vaak|jaarlijks|meer mensen|bij)(?!\w)")
_PART_OF = re.compile(r"(?<!\w)(?:onderdeel|verplicht|verboden|strafbaar|voorwaarde|vereist|eis|gratis|afdwingbaar)(?!\w)")
_IN_CONSULTATION = re.compile(r"(?<!\w)(?:in|ter) (?:internet)?consultatie(?!\w)|(?<!\w)naar de (?:afdeling advisering|raad van state|ministerraad)(?!\w)|(?<!\w)voor advies naar(?!\w)")
_GRANTED = re.compile(r"(?<!\w)(?:recht|rechten|bevoegdheid|bevoegdheden|taak|taken|middelen|miljoen|miljard|budget|subsidie|\u20ac|euro|vergoeding|toeslag|korting|vrijstelling|mandaat|status|zeggenschap)(?!\w)")
_DECISION = re.compile(r"(?<!\w)(?:besluit|beslissing|besluiten)(?!\w)")
_AGENT = re.compile(r"(?<!\w)door (?!middel|te\s|het\s\w+en\s+van)((?:[\w&-]+\s?){1,4})")
_TELLING = frozenset("ingaan schetsen beschrijven vermelden toelichten uitleggen aangeven stilstaan behandelen reageren".split())
_LATER_PAPER = re.compile(r"(?<!\w)(?:die|deze|de volgende|de eerstvolgende|een|de|het|mijn|dat|dit|het nog te|de aangekondigde|komende) (?:\w+ ){0,3}$")
_BACK_REFERENCE = re.compile(r"^(?:ook )?(?:hierbij|hierin|daarin|daarbij|in die|in deze|in dat|in dit)(?!\w)")


@dataclass(frozen=True, slots=True)
class Promise:
    """What a clause promises, as far as grammar tells."""

    rule: str
    firm: bool
    kind: CommitmentKind
    verb: str
    confidence: float
    addressed: bool
    """Whether the clause names the Chamber."""
    reason: str


def judge(reading: Reading, register: Register, dated: Dated, *, follows_promise: bool = False, about_cabinet: bool = False) -> Promise | None:
    """Decide about one clause.

    Args:
        dated: whether the clause names a moment that can be a deadline, and whether it has dates.
        follows_promise: the sentence before holds a promise, so that "hierbij", "daarin" point into it.
        about_cabinet: the sentence before is about the cabinet, so that "het" can be its subject.
    """
    if reading.auxiliary in ("past", "moeten", "mogen", "hoeven", "zouden") or reading.negated or _STEERS.search(reading.everything) and not pattern("paper", "nouns").search(reading.main) or re.search(r"(?<!\w)moeten(?!\w)", reading.after) or _delivers(reading, dated, follows_promise) or _told(reading) or _refused(reading):
        return None
    steering = reading.verb is None or reading.verb.infinitive not in words("debate", "promising")
    if register == "debate" and (steering and pattern("debate", "procedure").search(reading.main) or _SOON.search(reading.main) or reading.passive and not _receiver(reading)):
        return None
    if pattern("standing", "formulas").search(reading.main) and register != "programme":
        return None
    if about_cabinet and reading.who in ("thing", "nobody") and reading.before in ("het", "ook het") and not reading.passive:
        return _by_government(reading, register, dated, follows_promise)
    if reading.who == "government":
        return _by_government(reading, register, dated, follows_promise)
    if reading.who == "chamber":
        return _to_chamber(reading, dated)
    if reading.passive:
        return _agentless(reading, register, dated, follows_promise)
    if reading.auxiliary == "zijn":
        return _aiming(reading, dated)
    return _coming(reading, register, dated)


def _delivers(reading: Reading, dated: Dated, follows_promise: bool) -> bool:
    """The text itself is the delivery: "hierbij bied ik aan", "in deze brief informeer ik"."""
    if pattern("fulfilment", "phrases").search(reading.everything):
        return True
    opens = opening("fulfilment", "openers").match(reading.before)
    future = reading.auxiliary in ("zullen", "gaan")
    return opens is not None and not future and not follows_promise and dated != "dated" and reading.auxiliary != "komen"


def _told(reading: Reading) -> bool:
    return pattern("recall", "phrases").search(reading.main) is not None


def _refused(reading: Reading) -> bool:
    return pattern("refusal", "phrases").search(reading.main) is not None


def _by_government(reading: Reading, register: Register, dated: Dated, follows: bool) -> Promise | None:
    aux = reading.auxiliary
    if aux == "zullen" or aux == "gaan":
        return _future(reading, register, dated, follows)
    if aux == "zijn":
        return _willing(reading) or _aiming(reading, dated)
    if aux == "hebben":
        return _meaning_to(reading)
    if aux == "willen":
        return _wanting(reading, register, dated)
    if aux == "komen":
        return _coming_with(reading, register, dated)
    if aux == "kunnen":
        return _able(reading, dated)
    if aux == "laten":
        return _having_done(reading, register, dated)
    if aux in ("", "worden") and not reading.passive:
        return _present(reading, register, dated, follows)
    if reading.passive:
        return _agentless(reading, register, dated, follows)
    return None


def _future(reading: Reading, register: Register, dated: Dated, follows: bool) -> Promise | None:
    """ "Ik zal", "het kabinet gaat": any act counts, an ambition or a turn of speech does not."""
    text = reading.main
    if reading.passive and reading.verb is not None:
        return _agentless(reading, register, dated, follows)
    if _ONESELF.search(text) or _HARD.search(text) or re.search(r"(?<!\w)blijven(?!\w)", text) and not _informs(reading):
        return None
    group = _expression(reading)
    if reading.auxiliary == "gaan" and reading.verb is not None and reading.verb.infinitive in ("gaan", "ingaan", "uitgaan", "tegengaan", "aangaan", "nagaan"):
        if group in ("meet", "examine") or reading.verb.infinitive == "nagaan" or "aan de slag" in text:
            return _promise("future", reading, 0.9, group)
        if reading.verb.infinitive == "gaan" and _IN_CONSULTATION.search(text):
            return _promise("future", reading, 0.9, group)
        return None
    if re.search(r"(?<!\w)laten weten(?!\w)", text) and (_informs(reading) or dated):
        return _promise("future", reading, 0.9, "report")
    if reading.verb is None:
        if reading.unknown or group in ("meet", "report", "examine"):
            return _promise("future.open", reading, 0.7 if reading.unknown else 0.8, group)
        return None
    role = reading.verb.role
    if group and role != "state" and (role != "speak" or group == "meet"):
        return _promise("future", reading, 0.93, group)
    if role == "state" or role == "soft" and not (dated and register != "debate"):
        return None
    if role == "speak":
        return _promise("future.speak", reading, 0.85, group) if _has_place(reading, follows) or dated == "dated" else None
    if reading.verb.role == "broad" and register == "debate" and not group and not dated and not re.search(r"(?<!\w)(?:dat|dit|die)(?!\w)", text):
        return None
    if register == "programme" and role == "broad" and not dated and not _on_instrument(reading):
        return None
    return _promise("future", reading, 0.93 if role not in ("make", "broad") else 0.88, group)


def _willing(reading: Reading) -> Promise | None:
    """ "Ik ben bereid om ... te", "is voornemens", "is van plan"."""
    if not pattern("intention", "predicates").search(reading.main):
        return None
    act = next((verb for verb in reading.to if verb.role not in ("state",)), None)
    if act is None and "bereid" in reading.main:
        return None
    return _promise("willing", reading, 0.85, _expression(reading), firm=False, verb=act)


def _aiming(reading: Reading, dated: Dated) -> Promise | None:
    """ "Het streven is om dit onderzoek begin 2023 af te ronden", "de inzet van het kabinet om ... te komen"."""
    mine = re.search(r"(?<!\w)(?:mijn|ons) (?:voornemen|streven|bedoeling|intentie|inzet)(?!\w)", reading.main)
    if reading.who == "other" or not (dated or mine) or not re.search(r"(?<!\w)(?:streven|voornemen|bedoeling|planning|inzet|verwachting|intentie)(?!\w)", reading.main):
        return None
    act = next((verb for verb in reading.to if verb.role not in ("state", "soft")), None)
    return _promise("aiming", reading, 0.7, _expression(reading), firm=False, verb=act) if act else None


def _meaning_to(reading: Reading) -> Promise | None:
    """ "Wij hebben de intentie om ... te"."""
    if not re.search(r"(?<!\w)(?:het voornemen|de intentie|het plan|de bedoeling|de ambitie)(?!\w)", reading.main) or not reading.to:
        return None
    return _promise("intention", reading, 0.8, _expression(reading), firm=False, verb=reading.to[0])


def _wanting(reading: Reading, register: Register, dated: Dated) -> Promise | None:
    """ "Wil ... onderzoeken": an intention when the act is concrete."""
    verb = reading.verb
    if verb is None or verb.infinitive in _TALK_WORDS or verb.role in ("state", "soft", "speak") or register == "debate":
        return None
    if verb.role in ("examine", "evaluate", "meet") or verb.role == "report" and (dated or _informs(reading)) or dated == "dated" or _expression(reading) in ("meet", "examine") and verb.role in ("make", "broad"):
        return _promise("wanting", reading, 0.7, _expression(reading), firm=False)
    if register == "programme" and verb.role in ("rule", "pay") and _on_instrument(reading):
        return _promise("wanting", reading, 0.65, _expression(reading), firm=False)
    return None


def _coming_with(reading: Reading, register: Register, dated: Dated) -> Promise | None:
    """ "Ik kom hierop terug", "het kabinet komt met een brief"."""
    text = reading.main
    if reading.verb is not None and reading.verb.infinitive == "terugkomen":
        return _promise("back", reading, 0.9, "report")
    if re.search(r"(?<!\w)met (?:een|het|de|mijn|nadere|nieuwe|voorstellen|wetgeving|concrete)(?!\w)", text) and (dated or pattern("paper", "nouns").search(text)):
        return _promise("coming", reading, 0.9, _expression(reading))
    return None


def _able(reading: Reading, dated: Dated) -> Promise | None:
    """ "Naar verwachting kan ik uw Kamer in maart informeren"."""
    sends = reading.verb is not None and reading.verb.infinitive in words("intention", "deliveries")
    return _promise("able", reading, 0.75, "report", firm=False) if sends and dated and _informs(reading) else None


def _having_done(reading: Reading, register: Register, dated: Dated) -> Promise | None:
    """ "Ik laat dit onderzoeken", "ik laat u voor 1 mei weten"."""
    if "weten" in reading.after and (_informs(reading) or dated):
        return _promise("having", reading, 0.85, "report")
    group = _expression(reading)
    if reading.verb is None or _standing(reading) or reading.verb.role not in ("examine", "evaluate") and group != "examine" and "onderzoek" not in reading.main:
        return None
    return _promise("having", reading, 0.8, group or ("examine" if reading.verb.role == "make" else ""))


def _present(reading: Reading, register: Register, dated: Dated, follows: bool) -> Promise | None:
    """The present tense: a promise where it performs (toezeggen, informeren), where it is dated, or in the register of a programme."""
    verb, text = reading.verb, reading.main
    if verb is None or verb.role == "state" and verb.infinitive not in ("verwachten", "hopen"):
        return None
    if verb.infinitive == "toezeggen" or verb.infinitive == "beloven":
        return _promise("pledge", reading, 0.95, _expression(reading) or _pledged(reading), verb=reading.to[0] if reading.to else None)
    if verb.infinitive in ("streven", "verwachten", "hopen"):
        return _expecting(reading, verb, dated)
    if _standing(reading) and dated != "dated" or (_ONESELF.search(text) or _HARD.search(text)):
        return None
    group = _expression(reading)
    if verb.role == "report":
        if verb.infinitive in ("delen", "melden", "publiceren", "presenteren", "voorleggen", "verstrekken", "verantwoorden", "bekendmaken", "openbaarmaken", "meedelen", "mededelen", "beantwoorden", "uiteenzetten") and not dated:
            return None
        return _promise("report", reading, 0.9, group) if dated or _informs(reading) else None
    if verb.infinitive == "houden" and "op de hoogte" in text or verb.infinitive == "doen" and "toekomen" in text or verb.infinitive in ("brengen", "stellen") and "op de hoogte" in text:
        return _promise("report", reading, 0.9, "report")
    if verb.infinitive == "aangaan" or verb.infinitive == "gaan":
        return _promise("future", reading, 0.85, "meet") if group == "meet" else None
    if register == "programme":
        return _programme(reading, verb, dated, group)
    if verb.role == "speak":
        if verb.infinitive in ("meenemen", "betrekken", "opnemen", "schetsen", "ingaan") and _has_place(reading, follows) and reading.who == "government":
            return _promise("present.speak", reading, 0.7, group)
        return _promise("present.speak", reading, 0.75, group) if dated == "dated" and verb.infinitive not in ("aangeven", "toelichten", "uitleggen") else None
    if verb.role in ACTS - {"pay"} or verb.role in ("make", "broad"):
        if dated and verb.role != "broad" or dated and group or dated == "dated":
            return _promise("present.dated", reading, 0.8, group)
    return None


def _pledged(reading: Reading) -> str:
    """The class of what is pledged in a "dat" clause: "ik zeg toe dat ik in mei terugkom op ..."."""
    acts = [act for word in reading.everything.split() if (act := pick(word, ("stem", "third", "infinitive"))) and act.role in ("report", "examine", "evaluate", "meet") and word not in ("zeg", "zegt")]
    return {"report": "report", "examine": "examine", "evaluate": "evaluate", "meet": "meet"}[acts[0].role] if acts else ""


def _expecting(reading: Reading, verb: Verb, dated: Dated) -> Promise | None:
    """ "Ik verwacht u dit najaar te informeren", "ik streef ernaar": an act of one's own in a "te" group."""
    act = next((found for found in reading.to if found.role not in ("state", "soft")), None)
    if act is None and _EXPECTS_TO.search(reading.everything) and dated:
        return _promise("expecting", reading, 0.75, "report", firm=False)
    if act is None or verb.infinitive != "streven" and not (dated or _informs(reading)):
        return None
    return _promise("expecting", reading, 0.85, _expression(reading), firm=False, verb=act)


def _programme(reading: Reading, verb: Verb, dated: Dated, group: str) -> Promise | None:
    """A present tense in a programme: an act on a named instrument, product, rule, sum or group."""
    text = reading.main
    instrument = _on_instrument(reading)
    if opening("programme", "effects").match(reading.before) or reading.before == "zo" or pattern("paper", "here").search(text):
        return None
    if verb.role in ("broad", "soft") and any(act.role in ("rule", "examine", "evaluate", "pay") or act.infinitive == "herzien" for act in reading.by):
        return _promise("programme.by", reading, 0.75, group)
    if verb.infinitive in ("kijken", "bekijken", "overwegen", "toetsen", "wegen", "afwegen") and ("kritisch" in text or not _ASKS_WHAT.search(reading.everything)):
        return None
    if verb.role in ("examine", "evaluate", "rule", "pay"):
        return _promise("programme", reading, 0.85, group)
    if verb.role == "meet":
        return _promise("programme", reading, 0.8, group) if verb.infinitive in ("organiseren", "bespreken", "overleggen", "consulteren", "uitnodigen") else None
    if verb.role == "settle":
        firm_choice = verb.infinitive in ("vaststellen", "vastleggen", "besluiten") or dated == "dated" or any(act.role not in ("soft", "state", "broad") for act in reading.to)
        return _promise("programme", reading, 0.75, group) if firm_choice else None
    if verb.role == "speak":
        return _promise("programme", reading, 0.75, group) if verb.infinitive == "opnemen" else None
    if verb.infinitive == "geven" and "uitvoering" not in text:
        return None
    if verb.role in ("make", "broad") and (dated == "dated" or verb.role != "broad" or instrument or dated and group or "kenbaar" in text):
        return _promise("programme", reading, 0.8, group)
    return None


def _to_chamber(reading: Reading, dated: Dated) -> Promise | None:
    """ "Uw Kamer wordt geïnformeerd", "de Kamer ontvangt"."""
    aux, verb, text = reading.auxiliary, reading.verb, reading.main
    report = verb is not None and verb.role in ("report", "speak") or "op de hoogte" in text
    if aux in ("worden", "zullen") and reading.passive and report:
        return _promise("chamber.passive", reading, 0.95, "report")
    if aux == "kunnen" and dated and re.search(r"(?<!\w)verwachten(?!\w)", text):
        return _promise("chamber.receives", reading, 0.85, "report")
    receives = verb is not None and verb.infinitive in ("ontvangen", "krijgen")
    if receives and aux in ("", "zullen") or aux == "kunnen" and "tegemoet zien" in text or aux == "zullen" and receives:
        if dated or pattern("paper", "nouns").search(text):
            return _promise("chamber.receives", reading, 0.92, "report")
    return None


def _agentless(reading: Reading, register: Register, dated: Dated, follows: bool) -> Promise | None:
    """A passive without an agent, or with the government as agent."""
    verb, text, aux = reading.verb, reading.main, reading.auxiliary
    if verb is None and register == "programme" and reading.unknown and aux in ("worden", "zullen"):
        named = _on_instrument(reading) and not _standing(reading) and opening("programme", "effects").match(reading.before) is None
        return _promise("programme.open", reading, 0.6, "") if named else None
    if verb is None or aux not in ("worden", "zullen") or reading.who == "other" and register != "programme" and not (verb.role == "report" and _receiver(reading)):
        return None
    if register != "programme" and _other_agent(reading):
        return None
    group = _expression(reading)
    likely = pattern("intention", "adverbs").search(text) is not None
    if verb.role in ("report", "speak") and _receiver(reading) and (verb.role == "report" or "gedeeld" in text):
        return _promise("passive.report", reading, 0.92, "report", firm=not likely)
    if verb.role == "speak" and _has_place(reading, follows) and (aux == "zullen" or verb.infinitive not in _TELLING or pattern("paper", "own").search(text)):
        return _promise("passive.speak", reading, 0.8, group or "report", firm=not likely)
    if register == "programme":
        return _programme_passive(reading, verb, dated, group)
    if re.search(r"(?<!\w)(?:kunnen|kan) worden(?!\w)", text):
        return None
    if verb.infinitive in ("voorstellen", "vragen", "verzoeken") or _standing(reading) or reading.auxiliary == "zullen" and re.search(r"(?<!\w)(?:indien|mocht|eventueel|bij overtreding)(?!\w)", reading.everything):
        return None
    future = aux == "zullen"
    if "op de hoogte" in text:
        return _promise("passive.report", reading, 0.8, "report", firm=not likely) if future else None
    if dated and (verb.role in ACTS or verb.role in ("report", "speak") or verb.role in ("make", "broad") and (verb.role != "broad" or future or group or _object_of_state(text))):
        return _promise("passive.dated", reading, 0.78, group, firm=not likely)
    if verb.infinitive in ("nemen",) and _DECISION.search(text) and (future or opening("programme", "effects").match(reading.before) is None):
        return _promise("passive.decision", reading, 0.65, "decide", firm=not likely)
    placed = verb.role in ("make", "broad") and (_has_place(reading, follows) or pattern("expressions", "legislate").search(text))
    if future and not likely and (group in ("examine", "evaluate", "meet") or verb.role in ("examine", "evaluate", "rule") or placed):
        return _promise("passive.future", reading, 0.65, group)
    return None


def _programme_passive(reading: Reading, verb: Verb, dated: Dated, group: str) -> Promise | None:
    """ "De eisen worden aangescherpt"."""
    if opening("programme", "effects").match(reading.before) or _standing(reading) and reading.auxiliary != "zullen":
        return None
    soft = verb.role == "soft" and verb.infinitive in ("versterken", "verbeteren", "vergroten", "verminderen", "verstevigen") and re.search(r"(?<!\w)door (?!de\s+\w+\s*$)", reading.everything)
    if verb.infinitive in ("vragen", "verzoeken", "oproepen", "uitnodigen", "spreken", "voorstellen", "wijzen", "benaderen"):
        return None
    if verb.infinitive == "kijken" and not _ASKS_WHAT.search(reading.everything):
        return None
    if verb.infinitive in ("toetsen", "wegen", "afwegen") and not re.search(r"(?<!\w)(?:voortaan|niet langer)(?!\w)", reading.main):
        return None
    if verb.role in ACTS or verb.role == "report" or soft or re.search(r"(?<!\w)(?:niet langer|voortaan|niet meer)(?!\w)", reading.main):
        return _promise("programme.passive", reading, 0.8, group)
    if verb.role == "speak":
        return _promise("programme.passive", reading, 0.75, group) if verb.infinitive == "opnemen" else None
    if verb.role in ("make", "broad") and (verb.role != "broad" or verb.infinitive in ("leggen", "brengen", "behandelen") or _on_instrument(reading) or group or reading.auxiliary == "zullen"):
        return _promise("programme.passive", reading, 0.78, group)
    return None


def _coming(reading: Reading, register: Register, dated: Dated) -> Promise | None:
    """Not a person's act, yet announced: "er komt een ...", "het wetsvoorstel gaat in consultatie", "X wordt een vast onderdeel"."""
    text = reading.main
    if reading.auxiliary == "komen" and _THERE_WILL_BE.search(text) and not _NOT_THERE.search(text) and (register == "programme" or dated == "dated" and pattern("paper", "nouns").search(text)):
        return _promise("there.comes", reading, 0.85, _expression(reading))
    if reading.auxiliary in ("gaan", "zullen") and _IN_CONSULTATION.search(text) and (dated or register == "programme"):
        return _promise("consultation", reading, 0.85, "legislate")
    if register != "programme":
        return None
    if reading.auxiliary == "worden" and reading.verb is None and _PART_OF.search(reading.after):
        return _promise("programme.becomes", reading, 0.7, "")
    if reading.verb is not None and reading.verb.infinitive in ("krijgen", "ontvangen") and reading.auxiliary in ("", "zullen") and _GRANTED.search(reading.after):
        return _promise("programme.granted", reading, 0.75, "")
    return None


def _on_instrument(reading: Reading) -> bool:
    """Whether the act of a programme lands on a thing it can act on, named near the verb."""
    return pattern("programme", "instruments").search(re.split(r"[,;:]", reading.after, maxsplit=1)[0] + " " + reading.before) is not None


def judge_relative(text: str) -> bool:
    """Whether a relative clause promises word to the Chamber: "..., die uw Kamer rond het zomerreces ontvangt"."""
    return _RECEIVED.search(text) is not None or _SENT.search(text) is not None


def _standing(reading: Reading) -> bool:
    return pattern("standing", "adverbs").search(reading.main) is not None


def _informs(reading: Reading) -> bool:
    return _receiver(reading)


def _receiver(reading: Reading) -> bool:
    if pattern("chamber", "receiver").search(reading.everything) is not None:
        return True
    return re.search(r"(?<!\w)u(?!\w)", reading.main) is not None


def _has_place(reading: Reading, follows: bool) -> bool:
    """A later paper is named as the place: "in de kabinetsreactie", or "hierin" right after a promise."""
    if pattern("paper", "here").search(reading.everything):
        return False
    if follows and _BACK_REFERENCE.match(reading.before):
        return True
    for found in pattern("paper", "nouns").finditer(reading.main):
        lead = reading.main[: found.start()].split()[-4:]
        if any(word in ("in", "met", "middels", "via", "bij") for word in lead) and not (reading.passive and {"een", "elke", "elk", "ieder"} & set(lead)):
            return True
    return False


def _other_agent(reading: Reading) -> bool:
    found = _AGENT.search(reading.main)
    if not found:
        return False
    agent = found.group(1)
    if re.match(r"(?:mij|ons|mijn|het kabinet|de minister|de staatssecretaris|de regering)(?!\w)", agent):
        return False
    return pattern("agents", "others").search(agent) is not None


def _object_of_state(text: str) -> bool:
    return pattern("paper", "nouns").search(text) is not None


def _expression(reading: Reading) -> str:
    """The class of a fixed group in the clause that says more than its verb."""
    verb = reading.verb
    if verb is not None and verb.role in ("examine", "evaluate", "rule", "pay"):
        return ""
    if verb is not None and verb.role == "speak" and not pattern("expressions", "meet").search(reading.main):
        return "fund" if pattern("kind", "fund").search(reading.main) and not _receiver(reading) and verb.infinitive == "opnemen" else ""
    for name in ("meet", "examine", "evaluate", "report", "legislate", "fund"):
        if name == "meet" and verb is not None and verb.infinitive not in ("gaan", "treden", "blijven", "aangaan", "opnemen", "voeren", "brengen", "vragen", "stellen", "geven", "houden", "nemen", "hebben", "komen", "zitten", "zoeken"):
            continue
        if name == "meet" and verb is not None and verb.infinitive in ("komen", "brengen", "nemen", "geven") and _IN_TALKS.search(reading.main):
            continue
        if name == "fund" and (verb is None or verb.role != "make"):
            continue
        if pattern("expressions", name).search(reading.everything if name in ("report", "meet") else reading.main):
            return name
    return ""


_GROUP_KIND: dict[str, CommitmentKind] = {"meet": "talk", "report": "inform", "examine": "investigate", "evaluate": "evaluate", "legislate": "legislate", "fund": "fund", "decide": "other"}


def _kind(reading: Reading, group: str, verb: Verb | None) -> CommitmentKind:
    if group == "report" and "kenbaar" in reading.main and not _receiver(reading):
        return "other"
    if group:
        return _GROUP_KIND[group]
    if verb is None:
        verb = reading.verb
    if verb is not None and verb.kind != "other" and not (verb.role in ("speak", "rule", "report") and reading.verb is not None):
        return verb.kind
    if verb is not None and verb.role == "rule":
        return "fund" if pattern("kind", "fund").search(reading.main) and not pattern("kind", "legislate").search(reading.main) else "legislate"
    if verb is not None and verb.role in ("report", "speak"):
        return "legislate" if pattern("expressions", "legislate").search(reading.main) and not _receiver(reading) else "inform"
    if verb is not None and _receiver(reading) and verb.infinitive in ("komen", "doen", "geven", "maken"):
        return "inform"
    text = reading.main if verb is reading.verb else reading.everything
    for name in ("investigate", "legislate", "fund", "talk", "evaluate", "inform"):
        if pattern("kind", name).search(text):
            return _NAMED[name]
    return "other"


_NAMED: dict[str, CommitmentKind] = {"investigate": "investigate", "legislate": "legislate", "fund": "fund", "talk": "talk", "evaluate": "evaluate", "inform": "inform"}


def _promise(rule: str, reading: Reading, confidence: float, group: str, *, firm: bool = True, verb: Verb | None = None) -> Promise:
    act = verb or reading.verb
    name = act.infinitive if act else reading.unknown or group
    if name in words("intention", "verbs") or pattern("intention", "adverbs").search(reading.main) and rule not in ("future",):
        firm = False
    subject = reading.subject or "geen onderwerp"
    return Promise(rule, firm, _kind(reading, group, verb), name, confidence, reading.who == "chamber" or _receiver(reading), f"{subject} + {reading.finite} + {name}")


__all__ = ["Dated", "Promise", "Register", "judge", "judge_relative"]
