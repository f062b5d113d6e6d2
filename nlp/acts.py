"""What an act in a clause is worth: its kind, whether the Chamber hears of it, whether it stands in a later paper or goes on as before.

In: the reading of a clause. Out: answers to one question each, and the `Promise` built from them. Decides only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from db.records import CommitmentKind
from nlp.reading import Reading
from nlp.verbs import Role, Verb
from nlp.wordlists import opening, pattern, words

Register = Literal["letter", "programme", "debate"]
"""How a document speaks: in letters and answers, in the bare statements of a programme, or aloud."""
Dated = Literal["", "event", "vague", "dated"]
"""Whether a clause names a moment: an event or series, an open phrase, or one with dates."""
Group = Literal["", "meet", "examine", "evaluate", "report", "legislate", "fund", "decide"]
"""The class of a fixed group of words that says more than its verb ("in gesprek gaan")."""

CONCRETE: frozenset[Role] = frozenset({"examine", "evaluate", "meet", "settle", "rule", "pay"})
"""Roles of verbs that name an act by themselves."""

_GROUPS: tuple[Group, ...] = ("meet", "examine", "evaluate", "report", "legislate", "fund")
_KIND_OF_GROUP: dict[str, CommitmentKind] = {
    "meet": "talk", "report": "inform", "examine": "investigate", "evaluate": "evaluate", "legislate": "legislate", "fund": "fund", "decide": "other",
}  # fmt: skip
_KINDS_BY_NOUN: tuple[CommitmentKind, ...] = ("investigate", "evaluate", "legislate", "fund", "talk", "inform")
_TOGETHER = re.compile(r"(?<!\w)in (?:overleg|contact|gesprek)(?!\w)")
_SUM = re.compile(r"(?<!\w)(?:miljoen|miljard|mln|mld)(?!\w)")
_IN_FORCE = re.compile(r"(?<!\w)in werking(?: te)?(?: laten)? (?:treden|treedt)(?!\w)")
_MANNER = re.compile(r"(?<!\w)in (?:nauw |goed )?(?:overleg|gesprek|contact) met(?!\w)")
_YOU = re.compile(r"(?<!\w)u(?!\w)")
_AGENT = re.compile(r"(?<!\w)door (?!middel|te\s|het\s\w+en\s+van)((?:[\w&-]+\s?){1,4})")
_GOVERNMENT_AGENT = re.compile(r"(?:mij|ons|mijn|het kabinet|de minister|de staatssecretaris|de regering)(?!\w)")
_POINTS_BACK = re.compile(r"^(?:ook )?(?:hierbij|hierin|daarin|daarbij|in die|in deze|in dat|in dit)(?!\w)")
_BILL = re.compile(
    r"(?<!over )(?<!\w)(?:een|het|dit|de|deze|mijn) (?:\w+ )?"
    r"(?:\w{0,30}wetsvoorstel(?:len)?|nota van wijziging|ontwerpbesluit|conceptbesluit|amvb)(?!\w)"
)
_DECISION = re.compile(
    r"(?<!\w)(?:besluit|beslissing)(?!\w)(?: \w+){0,12} (?:nemen|genomen)|(?<!\w)(?:neem\w*|genomen) (?:\w+ ){0,8}(?:besluit|beslissing)(?!\w)"
)
_KEEPS = frozenset(["verlengen", "voortzetten", "continueren", "stopzetten", "beëindigen"])
"""Verbs that leave a thing as it is or end it: the kind of the thing is not that of the act."""
_SHOWN = re.compile(r"(?<!\w)(?:openbaar|bekend|inzichtelijk)(?!\w)")
_TALKS = re.compile(r"(?<!\w)(?:gesprek|gesprekken|overleg|overleggen)(?!\w)")
_MEANS = re.compile(r"(?<!\w)door .{1,200}? te(?!\w)")
_THROWN_IN = re.compile(r"^er , [^,]{1,120} ,")
"""What stands between commas before the subject: "komt er, aan de hand van de verkenning, een plan"."""
_GROUNDS = re.compile(r"\W*(?:mede )?(?:op basis van|op grond van|naar aanleiding van|aan de hand van|in navolging van|na afloop van)(?!\w)")
"""Opens a sentence with what an act rests on, which is not the act: "op basis van het onderzoek komt het kabinet tot"."""
_PRODUCT = re.compile(
    r"(?<!\w)(?:met|er|komt|komen) (?:een|het|de|deze|nieuwe|nadere|aanvullende) .{2,80}?"
    r"(?= (?:voor|van|over|om|ter|tot|op|naar|die|dat|waar\w*)(?!\w)|$)"
)
"""What comes, without what it is about: "een plan" of "een plan voor vereenvoudiging van de regelgeving"."""
_OBJECT = 7
"""Words in which the thing that is changed is named."""
_PLACING = frozenset(["in", "met", "middels", "via", "bij"])
_ANY = frozenset(["een", "elke", "elk", "ieder"])
_IN_TALKS = re.compile(r"(?<!\w)(?:in|bij|tijdens) (?:de|mijn|het|onze|ons) (?:\w+ )?(?:\w*gesprek(?:ken)?|\w*overleg(?:gen)?)(?!\w)")


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


def promise(rule: str, reading: Reading, confidence: float, group: Group = "", *, firm: bool = True, verb: Verb | None = None) -> Promise:
    """Build the promise of a clause; `verb` is the act where it is not the clause's own verb ("bereid ... te onderzoeken")."""
    act = verb or reading.verb
    name = act.infinitive if act else reading.unknown or group
    if name in words("intention", "verbs") or pattern("intention", "adverbs").search(reading.main):
        firm = False
    addressed = reading.who == "chamber" or names_chamber(reading)
    reason = f"{reading.subject or 'geen onderwerp'} + {reading.finite} + {name}"
    return Promise(rule, firm, kind_of(reading, group, verb), name, confidence, addressed, reason)


def names_chamber(reading: Reading) -> bool:
    """Whether the clause names the Chamber, or addresses it as "u"."""
    return pattern("chamber", "receiver").search(reading.everything) is not None or _YOU.search(reading.main) is not None


def is_standing(reading: Reading) -> bool:
    """Whether an adverb says that this is done already, or always."""
    return pattern("standing", "adverbs").search(reading.main) is not None


def has_place(reading: Reading, follows_promise: bool) -> bool:
    """Whether a later paper or talk is named as the place of the act: "in de kabinetsreactie", or "hierin" right after a promise."""
    if pattern("paper", "here").search(reading.everything):
        return False
    if follows_promise and _POINTS_BACK.match(reading.before):
        return True
    for found in pattern("paper", "nouns").finditer(reading.main):
        lead = set(reading.main[: found.start()].split()[-4:])
        if lead & _PLACING and not (reading.passive and lead & _ANY):
            return True
    carries = reading.verb is not None and reading.verb.infinitive in words("paper", "carrying") and not reading.passive
    return carries and _IN_TALKS.search(reading.main) is not None


def names_paper(reading: Reading) -> bool:
    """Whether the clause names a paper that a promise can arrive as."""
    return pattern("paper", "nouns").search(reading.main) is not None


def by_other(reading: Reading) -> bool:
    """Whether a passive names an agent that does not bind the government: "door gemeenten"."""
    found = _AGENT.search(reading.main)
    if found is not None and opening("subject", "other_government").match(found.group(1)):
        return True
    return found is not None and not _GOVERNMENT_AGENT.match(found.group(1)) and pattern("agents", "others").search(found.group(1)) is not None


def on_instrument(reading: Reading) -> bool:
    """Whether the act of a programme lands on a thing it can act on, named near the verb."""
    near = re.split(r"[,;:]| door ", _THROWN_IN.sub("er", reading.after), maxsplit=1)[0]
    if not reading.before.startswith(("met ", "door ")):
        near += " " + reading.before
    return pattern("programme", "instruments").search(near) is not None


def names_narrow(text: str) -> bool:
    """Whether a text names an instrument that is not too wide to say anything ("aanpak", "capaciteit")."""
    named = {found.group() for found in pattern("programme", "instruments").finditer(text)}
    return bool(named - {found.group() for found in pattern("programme", "wide").finditer(text)})


def by_a_measure(reading: Reading) -> bool:
    """Whether a clause names the change of a rule, right or sum as its means or example: "via de introductie van", "zoals een verhoging van"."""
    for found in pattern("programme", "measures").finditer(reading.everything):
        if set(reading.everything[: found.start()].split()[-4:]) & words("programme", "means"):
            return True
    return False


def first_act(verbs: tuple[Verb, ...], without: frozenset[Role] = frozenset({"state", "soft"})) -> Verb | None:
    """Give the first verb of a "te" group that is an act."""
    return next((verb for verb in verbs if verb.role not in without), None)


def group_of(reading: Reading, act: Verb | None = None) -> Group:
    """Give the class of the fixed group in a clause, where its verb (or the verb of its "te" group) leaves room for one."""
    verb = act or reading.verb
    if verb is not None and verb.role in ("examine", "evaluate", "rule", "pay"):
        return ""
    if verb is not None and verb.role == "speak" and not pattern("expressions", "meet").search(reading.main):
        money = verb.infinitive == "opnemen" and pattern("kind", "fund").search(reading.main) and not names_chamber(reading)
        return "fund" if money else ""
    if verb is not None and verb.infinitive in ("voeren", "houden") and _TALKS.search(reading.main):
        return "meet"
    for group in _GROUPS:
        if group == "report" and verb is not None and verb.infinitive in words("paper", "asking") and verb.infinitive != "voorstellen":
            continue
        if group == "meet" and verb is not None and not _can_meet(verb, reading):
            continue
        if group == "fund" and (verb is None or verb.role not in ("make", "broad")):
            continue
        if pattern("expressions", group).search(reading.everything if group in ("report", "meet") else reading.main):
            return group
    return ""


def _can_meet(verb: Verb, reading: Reading) -> bool:
    """ "In overleg treden" is an act; "in overleg met de sector bepalen" is a manner."""
    if verb.infinitive not in words("expressions", "meeting_verbs") and not verb.infinitive.endswith("gaan"):
        return False
    return not (verb.infinitive in ("komen", "brengen", "nemen", "geven") and _TOGETHER.search(reading.main))


def kind_of(reading: Reading, group: Group, act: Verb | None) -> CommitmentKind:
    """Give the kind of an act: by its group, by its verb, else by the nouns of its clause."""
    heard = names_chamber(reading)
    verb = act or reading.verb
    if group in ("", "report") and verb is not None and verb.role == "report" and _BILL.search(reading.main):
        return "legislate"
    if _IN_FORCE.search(reading.everything if verb is not None and verb.infinitive == "treden" else reading.main):
        return "legislate"
    if group == "report" and "kenbaar" in reading.main and not heard:
        return "other"
    if group:
        return _KIND_OF_GROUP[group]
    if verb is not None and verb.role == "rule":
        if _on_planning(reading):
            return "other"
        money = pattern("kind", "sums").search(reading.main) and not pattern("kind", "legislate").search(reading.main)
        return "fund" if money else "legislate"
    if verb is not None and verb.infinitive in words("paper", "carrying"):
        if heard or pattern("paper", "own").search(reading.main) or _POINTS_BACK.match(reading.before):
            return "inform"
        carried: tuple[CommitmentKind, ...] = ("talk", "evaluate")
        return next((kind for kind in carried if pattern("kind", kind).search(reading.main)), "other")
    if verb is not None and verb.role in ("report", "speak"):
        return "legislate" if pattern("expressions", "legislate").search(reading.main) and not heard else "inform"
    if verb is not None and verb.kind != "other":
        return verb.kind
    if verb is not None and verb.infinitive == "uitwerken" and (_POINTS_BACK.match(reading.before) or pattern("paper", "own").search(reading.main)):
        return "inform"
    if verb is not None and (verb.infinitive in ("benutten", "gebruiken") or (verb.infinitive == "geven" and "uitvoering" in reading.main)):
        return _kind_of_means(reading) if verb.infinitive == "geven" and reading.by else "other"
    if verb is not None and (verb.infinitive in ("besluiten", "beslissen") or (verb.infinitive in _KEEPS and _on_planning(reading))):
        return "other"
    if verb is not None and verb.infinitive == "nemen" and _DECISION.search(reading.everything):
        return "other"
    if verb is not None and verb.infinitive == "maken" and _SHOWN.search(reading.main):
        return "inform"
    if verb is not None and heard and verb.infinitive in ("komen", "doen", "geven", "maken"):
        return "inform"
    text = _MANNER.sub(" ", reading.everything if act is not None else reading.main)
    text = text.replace(reading.after, _THROWN_IN.sub("er", reading.after))
    if _GROUNDS.match(reading.before):
        text = text.replace(reading.before, "", 1)
    if verb is not None and verb.infinitive == "komen" and (product := _PRODUCT.search(text)) is not None:
        text = product.group()
    if verb is not None and verb.infinitive == "maken" and "mogelijk" in text:
        return "legislate"
    if _SUM.search(reading.main):
        return "fund"
    named: CommitmentKind = next((kind for kind in _KINDS_BY_NOUN if pattern("kind", kind).search(text)), "other")
    carried_out = verb is not None and (verb.infinitive == "uitvoeren" or "uitvoering" in reading.main)
    return _kind_of_means(reading) if named == "other" and carried_out and reading.by else named


def _on_planning(reading: Reading) -> bool:
    """Whether what is widened, tightened or prolonged is a plan or an agreement, not a rule: "het zorgakkoord wordt verbreed"."""
    behind = re.split(rf"(?<!\w){re.escape(reading.finite)}(?!\w)", reading.everything, maxsplit=1)[-1]
    named = reading.subject if reading.passive else behind.replace("van plan", "")
    changed = " ".join(named.split()[:_OBJECT])
    return pattern("kind", "planning").search(changed) is not None and pattern("kind", "legislate").search(changed) is None


def _kind_of_means(reading: Reading) -> CommitmentKind:
    """Give the kind of the means: "de motie voer ik uit door een onderzoek te laten doen" is an investigation."""
    if (kind := reading.by[0].kind) != "other":
        return kind
    means = _MEANS.search(reading.everything)
    return next((kind for kind in _KINDS_BY_NOUN if means is not None and pattern("kind", kind).search(means.group())), "other")
