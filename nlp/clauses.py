"""Takes a Dutch sentence apart into its main clauses: where the finite verb stands, what comes before it, what is subordinate.

In: one sentence as plain text. Out: tokens with a level each, and the main clauses among them. Decides only.

Dutch puts the finite verb second in a main clause and last in a subordinate one. That order, a closed list of subordinating words and the verb
table carry the analysis; no parser takes part. What it cannot see (a subordinate clause without a mark, an unknown finite verb) gives no clause,
so that a rule built on it stays silent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.verbs import readings

MAIN, SUBORDINATE, INFINITIVAL, ASIDE = 0, 1, 2, 3
"""Levels of a token: main clause, subordinate clause, "om ... te" group, brackets."""

LONGEST_SENTENCE = 4_000
"""Characters; a longer "sentence" is a table or a list gone wrong and is read no further."""

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'\u2019/][^\W\d_]+)*['\u2019]?|\d+(?:[.,]\d+)*|[^\w\s]")

# Present, past and conditional of the verbs that build tenses, passives and moods. Value: the verb.
AUXILIARIES = {
    form: verb
    for verb, forms in {
        "zullen": "zal zullen zult", "zouden": "zou zouden", "gaan": "ga gaat gaan", "komen": "kom komt komen", "willen": "wil wilt willen", "kunnen": "kan kunnen kunt",
        "moeten": "moet moeten", "mogen": "mag mogen", "worden": "word wordt worden", "zijn": "ben is zijn bent", "hebben": "heb heeft hebben hebt", "blijven": "blijf blijft blijven",
        "laten": "laat laten", "dienen": "dient dienen", "hoeven": "hoef hoeft hoeven", "past": (
            "werd werden was waren had hadden kon konden wilde wilden moest moesten mocht ging gingen kwam kwamen bleef bleven liet lieten deed deden gaf gaven nam namen schreef"
        ),
    }.items()
    for form in forms.split()
}  # fmt: skip
_ALSO_INFINITIVE = frozenset("gaan komen willen kunnen moeten mogen worden zijn hebben blijven laten dienen hoeven".split())
_WANTS_COMPLEMENT = frozenset("zullen zouden gaan willen kunnen moeten mogen worden laten dienen hoeven".split())

SUBORDINATORS = frozenset(
    "omdat zodat doordat opdat zodra indien mits tenzij terwijl hoewel zolang aangezien naarmate alsof nadat voordat totdat wanneer mocht nu als toen ofschoon daar "
    "waardoor waarom waarvan waarin waarbij waarmee waarop waarover waarvoor waaruit waarmede waartoe waaronder waarna waarnaar waartegen waaraan".split()
)
_INSIDE = SUBORDINATORS - {"als", "nu", "mocht", "toen", "daar", "waaronder"} | frozenset("dat hoe wat wie welke welk hoeveel hetgeen".split())
_NOT_CONDITION = frozenset(
    "onderdeel gevolg minister staatssecretaris bewindspersoon kabinet eerste laatste vervolg aanvulling voorbeeld resultaat uitwerking reactie basis overheid zodanig sluitstuk"
    " tweede derde vierde verantwoordelijk coördinerend daarvan hiervan alternatief bijlage rijksoverheid rijk aangekondigd demissionair".split()
)
COORDINATORS = frozenset("en maar want dus of doch alsook alsmede dan-wel".split())
PREPOSITIONS = frozenset(
    "aan bij binnen door in met na naar namens om onder op over per richting rond sinds te tegen tijdens tot tussen uit van vanaf vanuit via voor zonder conform volgens"
    " gelet gezien middels ten ter vanwege wegens mede ondanks naast behalve inclusief ongeacht".split()
)
DETERMINERS = frozenset(
    "de het een dit dat deze die mijn ons onze uw hun haar geen elk elke ieder iedere enkele diverse verschillende zo'n meerdere veel meer nader verder nieuw extra alle eigen vervolg".split()
)
_WITH_THAT = frozenset("ervan ervanuit vanuit ga gaat gaan geef geeft geven gaf wijs wijst wijzen wees dring dringt dringen".split())
_PLURAL_PRONOUNS = frozenset("we wij zij ze jullie".split())
_PLURAL_SUBJECTS = frozenset("ministers bewindspersonen bewindslieden staatssecretarissen ikzelf ambtgenoten ministeries departementen".split())
_PRONOUNS = frozenset("ik wij we u hij zij ze men het er dit dat jij je".split())
_BOUNDARIES = frozenset(",;:\u2013\u2014-")
_FRONT_ADVERBS = frozenset("ook zeker mede juist daarnaast verder tevens eveneens zelfs vooral dan".split())
_WHERE = frozenset("nodig mogelijk relevant gewenst wenselijk passend opportuun zinvol".split())
_OPEN, _CLOSE = frozenset("(["), frozenset(")]")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark of a sentence; offsets count from the start of the sentence."""

    text: str
    lower: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One main clause: `tokens[first:last]` of its sentence, finite verb at `finite`."""

    first: int
    finite: int
    last: int
    inherits: bool
    """Whether the subject is that of the clause before ("... en zet in op")."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence taken apart."""

    text: str
    tokens: tuple[Token, ...]
    levels: tuple[int, ...]
    clauses: tuple[Clause, ...]

    def before(self, clause: Clause) -> list[int]:
        """Token numbers of the main level before the finite verb."""
        return [i for i in range(clause.first, clause.finite) if self.levels[i] == MAIN]

    def after(self, clause: Clause) -> list[int]:
        """Token numbers of the main level after the finite verb."""
        return [i for i in range(clause.finite + 1, clause.last) if self.levels[i] == MAIN]

    def words(self, numbers: list[int]) -> list[str]:
        """The lower-case words of some tokens."""
        return [self.tokens[i].lower for i in numbers]


def tokenise(text: str) -> tuple[Token, ...]:
    """Cut a sentence into words, numbers and marks."""
    return tuple(Token(m.group(), m.group().lower(), m.start(), m.end()) for m in _TOKEN.finditer(text))


def take_apart(text: str) -> Sentence:
    """Give tokens, levels and main clauses of one sentence."""
    tokens = tokenise(text[:LONGEST_SENTENCE])
    levels = _levels(tokens)
    return Sentence(text, tokens, levels, _clauses(tokens, levels))


def is_finite(tokens: tuple[Token, ...], i: int) -> bool:
    """Whether token i can be the finite verb of a main clause."""
    word = tokens[i].lower
    before = tokens[i - 1].lower if i else ""
    after = tokens[i + 1].lower if i + 1 < len(tokens) else ""
    if before == "te" or tokens[i].text[:1].isupper() and i and before not in _OPEN | {'"', "\u201c", "\u2018", ":"}:
        return False
    if word in AUXILIARIES:
        if word == "zijn":
            return before not in PREPOSITIONS and not (before in ("en", "of") and after not in _PRONOUNS)
        return not (word in ("kan", "wil", "mag") and before in DETERMINERS - _PRONOUNS)
    plural = before in _PLURAL_PRONOUNS or after in _PLURAL_PRONOUNS or before in _PLURAL_SUBJECTS
    first = "ik" in (before, after) or "ikzelf" in (before, after)
    for reading in readings(word):
        if reading.form == "third":
            # "start", "bericht", "besluit": the noun looks the same.
            twin = any(other.form in ("stem", "participle") for other in readings(word))
            if not twin and before not in DETERMINERS - _PRONOUNS or twin and (after in ("het", "de", "dit", "mijn") or before in ("kabinet", "regering", "hij", "zij", "minister")):
                return True
        elif reading.form == "stem" and first or reading.form == "infinitive" and plural:
            return True
    return first and re.fullmatch(r"[a-z\u00e0-\u00ff]+(?:er|eg|ig|ik|um|em|ak|op|el|id)", word) is not None and word not in PREPOSITIONS and after == "ik" and i == 0


def _levels(tokens: tuple[Token, ...]) -> tuple[int, ...]:
    levels = [MAIN] * len(tokens)
    depth = 0
    for i, token in enumerate(tokens):
        if token.text in _OPEN:
            depth += 1
        if depth:
            levels[i] = ASIDE
        if token.text in _CLOSE and depth:
            depth -= 1
    state = _State()
    for first, last in _segments(tokens, levels):
        _mark_segment(tokens, levels, first, last, state)
    return tuple(levels)


@dataclass(slots=True)
class _State:
    """What the segments read so far have shown."""

    seen: int = 0
    finite: bool = False
    waiting: bool = False
    """A finite verb of the main clause that still wants its infinitive or participle."""
    below: bool = False
    """The last segment ended inside a subordinate clause."""


def _segments(tokens: tuple[Token, ...], levels: list[int]) -> list[tuple[int, int]]:
    found, first = [], 0
    for i, token in enumerate(tokens):
        if token.text in _BOUNDARIES and levels[i] == MAIN:
            if i > first:
                found.append((first, i))
            first = i + 1
    if first < len(tokens):
        found.append((first, len(tokens)))
    return found


def _mark_segment(tokens: tuple[Token, ...], levels: list[int], first: int, last: int, state: _State) -> None:
    """Give the tokens of one segment between commas their level."""
    inner = [i for i in range(first, last) if levels[i] != ASIDE]
    if not inner:
        return
    head = inner[0]
    joined = tokens[head].lower in COORDINATORS
    while head + 1 < last and tokens[head].lower in COORDINATORS | _FRONT_ADVERBS and not is_finite(tokens, head):
        head += 1
    if _opens_subordinate(tokens, head, last, state):
        end = _end_of_fronted(tokens, head, last, state)
        _set(levels, first, end, SUBORDINATE)
        state.below = end == last
        state.seen += 1
        if end == last:
            return
        first = end
    elif state.below and not _returns(tokens, head, last, joined, state):
        _set(levels, first, last, SUBORDINATE)
        state.seen += 1
        return
    state.below = False
    state.seen += 1
    i = first
    while i < last:
        if levels[i] == ASIDE:
            i += 1
            continue
        end = _infinitival(tokens, i, last)
        if end:
            _set(levels, i, end, INFINITIVAL)
            i = end
            continue
        if i > first and _subordinates(tokens, i, last):
            end = last if state.finite else _end_of_inner(tokens, i, last)
            _set(levels, i, end, SUBORDINATE)
            if end == last:
                state.below = True
                return
            i = end
            continue
        word = tokens[i].lower
        if is_finite(tokens, i) and (not state.finite or word not in _ALSO_INFINITIVE):
            state.finite = True
            state.waiting = AUXILIARIES.get(word, "") in _WANTS_COMPLEMENT
        elif state.waiting and any(reading.form in ("infinitive", "participle") for reading in readings(word)):
            state.waiting = False
        i += 1


def _opens_subordinate(tokens: tuple[Token, ...], i: int, last: int, state: _State) -> bool:
    word = tokens[i].lower
    after = tokens[i + 1].lower if i + 1 < last else ""
    if word in ("waar", "indien", "zo") and after in _WHERE:
        return False
    if word == "als":
        return after not in _NOT_CONDITION and not any(tokens[j].lower in _NOT_CONDITION for j in range(i + 1, min(i + 4, last)))
    if word in ("nu", "daar", "toen", "mocht"):
        return after in ("de", "het", "er", "ik", "we", "dit", "deze", "uw", "blijkt") and not is_finite(tokens, min(i + 1, last - 1))
    if word in SUBORDINATORS or word in ("hoe", "wie", "wat", "welke", "hetgeen", "waar"):
        return True
    if word in ("die", "dat"):
        return state.seen > 0 and (i + 1 >= last or not is_finite(tokens, i + 1)) and not any(is_finite(tokens, j) for j in range(i + 1, min(i + 4, last)) if tokens[j + 1 : j + 2] and tokens[j + 1].lower in ("ik", "we", "wij"))
    if word == "of":
        return state.seen > 0 and after in _PRONOUNS | {"de"}
    return word in PREPOSITIONS and after in ("wie", "welke", "hetgeen", "hoe", "hoeverre")


def _end_of_fronted(tokens: tuple[Token, ...], head: int, last: int, state: _State) -> int:
    """Where a subordinate clause that opens a sentence ends when no comma says so: before "finite verb + subject"."""
    if state.finite:
        return last
    for i in range(head + 3, last - 1):
        if is_finite(tokens, i) and tokens[i + 1].lower in ("ik", "we", "wij", "het", "de", "uw", "er", "mijn", "dit", "deze") and _closed(tokens, head, i):
            return i
    return last


def _end_of_inner(tokens: tuple[Token, ...], i: int, last: int) -> int:
    """Where a subordinate clause inside a still verbless main clause ends: before the second finite verb ("... dat recht bestaat wordt ...")."""
    own = -1
    for j in range(i + 1, last):
        if j > i + 2 and j + 1 < last and tokens[j + 1].lower in ("ik", "we", "wij") and is_finite(tokens, j):
            return j
        if not _verb_form(tokens, j):
            continue
        if own < 0:
            own = j
        elif j > own + 1 and not (j == own + 2 and tokens[j].lower in _ALSO_INFINITIVE and tokens[own].lower != tokens[j].lower) and tokens[j - 1].lower not in COORDINATORS:
            return j
        elif tokens[j].lower not in _ALSO_INFINITIVE:
            return j
    return last


def _verb_form(tokens: tuple[Token, ...], j: int) -> bool:
    word = tokens[j].lower
    return tokens[j - 1].lower != "te" and (word in AUXILIARIES and is_finite(tokens, j) or any(reading.form == "third" for reading in readings(word)) and is_finite(tokens, j))


def _closed(tokens: tuple[Token, ...], head: int, i: int) -> bool:
    """Whether the subordinate clause has had its own verb right before token i."""
    before = tokens[i - 1].lower
    return before in AUXILIARIES or any(reading.form != "stem" for reading in readings(before)) or before in _WHERE


def _returns(tokens: tuple[Token, ...], head: int, last: int, joined: bool, state: _State) -> bool:
    """Whether a segment after a subordinate clause belongs to the main clause again."""
    if is_finite(tokens, head) and (not state.finite or joined and not _goes_on(tokens, head, last)) and not _only_verb(tokens, head, last):
        return True
    if not state.finite:
        return False
    if state.waiting:
        return True
    two = head + 1 < last and tokens[head].lower in _PRONOUNS and is_finite(tokens, head + 1)
    return two or joined and any(is_finite(tokens, j) and j + 1 < last and tokens[j + 1].lower in _PRONOUNS | {"de", "mijn", "uw"} for j in range(head, min(head + 8, last)))


def _goes_on(tokens: tuple[Token, ...], head: int, last: int) -> bool:
    """Whether "..., maar wordt toegepast" goes on with the subordinate clause: a plain auxiliary with no subject after it."""
    following = tokens[head + 1].lower if head + 1 < last else ""
    return AUXILIARIES.get(tokens[head].lower) in ("worden", "zijn", "kunnen", "hebben", "blijven", "moeten") and following not in _PRONOUNS | {"de", "uw", "mijn", "een"}


def _only_verb(tokens: tuple[Token, ...], head: int, last: int) -> bool:
    return head + 1 == last


def _subordinates(tokens: tuple[Token, ...], i: int, last: int) -> bool:
    """Whether token i, inside a segment, opens a subordinate clause."""
    word = tokens[i].lower
    before = tokens[i - 1].lower
    after = tokens[i + 1].lower if i + 1 < last else ""
    if word == "dat":
        if before in ("uit", "aan", "op", "toe", "in") and any(tokens[j].lower in _WITH_THAT for j in range(max(0, i - 8), i - 1)):
            return True
        return before not in PREPOSITIONS and before not in ("we", "ik", "wij") and not (i + 1 < last and is_finite(tokens, i + 1) and before in COORDINATORS)
    if word == "die":
        noun = before not in PREPOSITIONS | _PRONOUNS | COORDINATORS | _FRONT_ADVERBS and not is_finite(tokens, i - 1)
        return noun and any(is_finite(tokens, j) or tokens[j].lower in AUXILIARIES or readings(tokens[j].lower) for j in range(i + 1, last))
    if word == "of":
        asks = any(reading.verb.role in ("examine", "settle") for reading in readings(before)) or before in ("na", "vraag", "over", "beslissing")
        return asks or after in _PRONOUNS | {"de", "deze", "dergelijke"} and bool(readings(before))
    if word in ("als", "indien") and after in _WHERE:
        return False
    if word == "als":
        return False
    if word in ("welke", "wie", "wat", "hoe") and before in PREPOSITIONS:
        return True
    return word in _INSIDE


def _infinitival(tokens: tuple[Token, ...], i: int, last: int) -> int:
    """End of a group "om|door|zonder|na ... te infinitive" that starts at token i; 0 when there is none."""
    if tokens[i].lower not in ("om", "door", "zonder", "alvorens", "teneinde", "na"):
        return 0
    for j in range(i + 1, min(last, i + 40)):
        if j > i + 1 and is_finite(tokens, j) and tokens[j].lower not in _ALSO_INFINITIVE and tokens[j - 1].lower != "te":
            return 0
        if tokens[j].lower == "te" and j + 1 < last:
            end = j + 2
            while end < last and any(reading.form == "infinitive" for reading in readings(tokens[end].lower)) and tokens[end - 1].lower in AUXILIARIES:
                end += 1
            return end
    return 0


def _set(levels: list[int], first: int, last: int, level: int) -> None:
    for i in range(first, last):
        if levels[i] != ASIDE:
            levels[i] = level


def _clauses(tokens: tuple[Token, ...], levels: tuple[int, ...]) -> tuple[Clause, ...]:
    found: list[Clause] = []
    first, finite, inherits = 0, -1, False
    for i, token in enumerate(tokens):
        if levels[i] != MAIN or not token.lower[0].isalpha():
            continue
        if finite < 0:
            if is_finite(tokens, i) and not (token.lower in _ALSO_INFINITIVE and not _may_be_plural(tokens, i, first)):
                finite = i
            continue
        start = _boundary(tokens, levels, i, finite)
        if start < 0:
            continue
        bare = start == i or all(tokens[j].lower in _FRONT_ADVERBS for j in range(start, i))
        ambiguous = token.lower in _ALSO_INFINITIVE or not is_finite(tokens, i)
        if ambiguous and not (bare and is_finite(tokens, i)):
            # "maken we de balans op en besluiten of": a plural after a plural, unless an auxiliary waits for it.
            plural = bare and _verbs_joined(tokens, start) and any(reading.form == "infinitive" for reading in readings(token.lower))
            we = any(tokens[j].lower in _PLURAL_PRONOUNS | _PLURAL_SUBJECTS for j in (finite - 1, min(finite + 1, len(tokens) - 1)))
            if not (plural and we and tokens[finite].lower not in AUXILIARIES) and not (is_finite(tokens, i) and i + 1 < len(tokens) and tokens[i + 1].lower in _PLURAL_PRONOUNS):
                continue
        elif not is_finite(tokens, i):
            continue
        if bare and ambiguous and AUXILIARIES.get(tokens[finite].lower, "") in _WANTS_COMPLEMENT:
            continue
        found.append(Clause(first, finite, start, inherits))
        first, finite, inherits = start, i, bare and not (i + 1 < len(tokens) and tokens[i + 1].lower in _PRONOUNS | {"de", "uw", "mijn", "dit"})
    if finite < 0 and not found:
        finite = _plain_plural(tokens, levels)
    if finite >= 0:
        found.append(Clause(first, finite, len(tokens), inherits))
    return tuple(found)


def _plain_plural(tokens: tuple[Token, ...], levels: tuple[int, ...]) -> int:
    """The finite verb of a sentence whose only verb is a plural after a noun ("Gemeenten krijgen ..."); -1 when there is none."""
    for i in range(1, len(tokens) - 1):
        if levels[i] == MAIN and tokens[i].text.islower() and tokens[i - 1].lower not in PREPOSITIONS | DETERMINERS | COORDINATORS | {"te"} and tokens[i + 1].lower not in ("van", "en", "of") and any(reading.form == "infinitive" for reading in readings(tokens[i].lower)):
            return i
    return -1


def _verbs_joined(tokens: tuple[Token, ...], start: int) -> bool:
    """Whether a coordinator right before token `start` joins clauses, not two infinitives used as nouns ("het meten en evalueren van")."""
    joint = tokens[start - 1].lower
    return joint in COORDINATORS and not any(reading.form == "infinitive" for reading in readings(tokens[start - 2].lower))


def _may_be_plural(tokens: tuple[Token, ...], i: int, first: int) -> bool:
    """Whether "worden", "gaan", "zijn" here is the finite verb: it is, unless a verb group is still open before it."""
    return not (i > first and any(reading.form == "participle" for reading in readings(tokens[i - 1].lower)) and i + 1 == len(tokens))


def _boundary(tokens: tuple[Token, ...], levels: tuple[int, ...], i: int, finite: int) -> int:
    """First token of the clause that token i would be the finite verb of; -1 when no boundary lies between it and the last finite verb."""
    for j in range(i - 1, max(finite, i - 16), -1):
        if levels[j] != MAIN:
            if levels[j] == SUBORDINATE and levels[j + 1] == MAIN:
                continue
            continue
        if tokens[j].lower in COORDINATORS or tokens[j].text in _BOUNDARIES or tokens[j].text == ".":
            return j + 1
    return -1
