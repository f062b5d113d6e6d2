"""What the government means, hopes, plans or is willing to do: kept, and marked as not firm.

In: the reading of a clause, whether it names a moment. Out: a `Promise` that is not firm, or None. Decides only.
"""

from __future__ import annotations

import re

from nlp.acts import Dated, Promise, Register, by_a_measure, first_act, group_of, names_chamber, names_narrow, on_instrument, promise
from nlp.reading import Reading
from nlp.verbs import Verb
from nlp.wordlists import pattern, words

_SENDING = "(?:toe)?(?:sturen|zenden|informeren|aanbieden|berichten)"
_THAT_I_SEND = re.compile(
    rf"(?<!\w)dat (?:ik|wij|we|het kabinet)(?!\w)[^;]{{1,200}}(?<!\w)(?:kamer|u|parlement)(?!\w)[^;]{{0,120}}(?<!\w){_SENDING}(?!\w)"
)
_TO_THAT = re.compile(r"(?<!\w)(?:daartoe|hiertoe|toe bereid|daar (?:\w+ ){1,4}toe|hier (?:\w+ ){1,4}toe)(?!\w)")
_MINE = re.compile(r"(?<!\w)(?:mijn|ons) (?:voornemen|streven|bedoeling|intentie|inzet)(?!\w)")
_AIM = re.compile(r"(?<!\w)(?:streven|voornemen|bedoeling|planning|inzet|verwachting|intentie)(?!\w)")
_MEANING = re.compile(r"(?<!\w)(?:het voornemen|de intentie|het plan|de bedoeling|de ambitie)(?!\w)")
_GLADLY = re.compile(r"(?<!\w)(?:best|graag|gaarne|zeker|heel wel|wel)(?!\w)")
_WANTED = re.compile(
    r"^(?:(?:het|dit) kabinet |(?:we|wij) )?(?:\w+ ){0,2}?"
    r"(?:een|zwaardere|strengere|hogere|lagere|betere|nieuwe|extra|duidelijke|meer)(?: [\w-]+){1,3}"
)
_A_PRODUCT = re.compile(
    r"(?<!\w)(?:een|nieuwe)(?: [\w-]+){0,2}? "
    r"[\w-]*(?:plan|agenda|handreiking|leidraad|kader|wetsvoorstel|regeling|programma|pilot|werkgroep|loket)(?!\w)"
)
_DECIDED = re.compile(r"(?<!\w)besloten(?!\w)")
_ANOTHER_DAY = re.compile(
    r"(?<!\w)(?:destijds|eerder|toen|indertijd|al|vorig(?:e)?|afgelopen|recent|onlangs"
    r"|in (?:19|20)\d\d|op \d{1,2} [a-z]+|niet)(?!\w)"
)
_PLANNED = re.compile(r"(?<!\w)(?:voorzien|gepland)(?!\w)")
_AIMS = "(?:verwachting|planning|bedoeling|streven|voornemen|inzet)"
_THAT_IT_IS = re.compile(rf"(?<!\w)(?:(?:de|het) {_AIMS} is dat|is (?:het|de) {_AIMS} dat|het is de bedoeling dat)(?!\w)")


def willing(reading: Reading) -> Promise | None:
    """ "Ik ben bereid om ... te", "is voornemens", "is van plan"."""
    if not pattern("intention", "predicates").search(reading.main):
        return None
    act = first_act(reading.to, frozenset({"state"}))
    if act is None and "bereid" in reading.main and not (reading.who == "government" and _TO_THAT.search(reading.main)):
        return None
    return promise("willing", reading, 0.85, group_of(reading, act), firm=False, verb=act)


def meaning(reading: Reading) -> Promise | None:
    """ "Wij hebben de intentie om ... te"."""
    if not reading.to or not _MEANING.search(reading.main):
        return None
    if "ambitie" in reading.main and reading.to[0].role not in ("rule", "pay", "make"):
        return None
    return promise("intention", reading, 0.8, group_of(reading, reading.to[0]), firm=False, verb=reading.to[0])


def decided(reading: Reading) -> Promise | None:
    """ "Ik heb besloten een onderzoek in te laten stellen": firm, for the act is still to come; a decision of another day is history."""
    if not _DECIDED.search(reading.after) or not reading.to or _ANOTHER_DAY.search(reading.main):
        return None
    act = first_act(reading.to)
    return None if act is None else promise("decided", reading, 0.7, group_of(reading, act), verb=act)


def aiming(reading: Reading, dated: Dated) -> Promise | None:
    """ "Het streven is om dit begin 2023 af te ronden", "de planning is dat het wetsvoorstel in maart ...", "de evaluatie is voorzien in 2027"."""
    if reading.who == "other":
        return None
    timed = dated in ("vague", "dated")
    if _AIM.search(reading.main) and (timed or _MINE.search(reading.main)):
        act = first_act(reading.to)
        if act is not None:
            return promise("aiming", reading, 0.7, group_of(reading, act), firm=False, verb=act)
    paper = pattern("paper", "delivered").search(reading.everything) is not None
    if "in werking" in reading.everything:
        return None
    if timed and _THAT_IT_IS.search(reading.everything) and (paper or names_chamber(reading)):
        told = names_chamber(reading) and "ingediend" not in reading.everything
        return promise("aiming", reading, 0.6, "report" if told else "legislate", firm=False)
    if dated == "dated" and _PLANNED.search(reading.after) and pattern("paper", "delivered").search(reading.subject):
        return promise("planned", reading, 0.6, group_of(reading), firm=False)
    return None


def wanting(reading: Reading, register: Register, dated: Dated) -> Promise | None:
    """ "Wil ... onderzoeken": an intention when the act is concrete."""
    verb = reading.verb
    if register == "programme" and (measure := _wanting_a_measure(reading, verb)) is not None:
        return measure
    if verb is not None and register == "debate" and verb.role in ("examine", "evaluate") and _GLADLY.search(reading.main):
        return promise("wanting", reading, 0.65, group_of(reading), firm=False)
    if verb is None or register == "debate" or verb.role in ("state", "soft", "speak") or verb.infinitive in words("intention", "saying"):
        return None
    group = group_of(reading)
    acts = verb.role in ("examine", "evaluate", "meet") or (group in ("meet", "examine") and verb.infinitive in words("intention", "doing"))
    if acts or dated == "dated" or (verb.role == "report" and dated):
        return promise("wanting", reading, 0.7, group, firm=False)
    if register == "letter" and verb.infinitive in words("paper", "making") and _A_PRODUCT.search(reading.after):
        return promise("wanting", reading, 0.6, group, firm=False)
    acts = verb.role in ("rule", "pay", "make") or (verb.role == "broad" and names_narrow(reading.after))
    if register == "programme" and acts and on_instrument(reading):
        return promise("wanting", reading, 0.65, group, firm=False)
    return None


def _wanting_a_measure(reading: Reading, verb: Verb | None) -> Promise | None:
    """ "Het kabinet wil een verbod op ...", "wil het aanbod vergroten via de invoering van", "door de termijn te verlengen"."""
    means = next((act for act in reading.by if act.role in ("rule", "examine", "evaluate", "pay")), None)
    if means is not None:
        return promise("wanting", reading, 0.6, "legislate" if means.role == "rule" else "", firm=False, verb=means)
    if verb is None:
        wanted = _WANTED.search(reading.after)
        named = wanted is not None and pattern("programme", "instruments").search(wanted.group()) is not None
        return promise("wanting", reading, 0.55, group_of(reading), firm=False) if named else None
    if verb.role == "state":
        return None
    if by_a_measure(reading):
        return promise("wanting", reading, 0.6, "legislate", firm=False)
    return None


def able(reading: Reading, dated: Dated) -> Promise | None:
    """ "Naar verwachting kan ik uw Kamer in maart informeren"."""
    sends = reading.verb is not None and reading.verb.infinitive in words("intention", "deliveries")
    return promise("able", reading, 0.75, "report", firm=False) if sends and dated and names_chamber(reading) else None


def expecting(reading: Reading, verb: Verb, dated: Dated) -> Promise | None:
    """ "Ik verwacht u dit najaar te informeren", "ik streef ernaar": an act of one's own in a "te" group, or "dat ik u kan informeren"."""
    act = first_act(reading.to)
    if act is None:
        return promise("expecting", reading, 0.75, "report", firm=False) if dated and _THAT_I_SEND.search(reading.everything) else None
    own = verb.infinitive == "streven" or dated or names_chamber(reading)
    return promise("expecting", reading, 0.85, group_of(reading, act), firm=False, verb=act) if own else None
