"""Where sentences begin and end in clean passage text.

Decides only. The boundaries are found in the text with a table of Dutch abbreviations and laid on the tokens of a spaCy Doc by a component, so
that every later component sees the same sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc

LONGEST_SENTENCE = 2_000
"""Characters; a longer one is an enumeration or a table, and is cut at a semicolon, comma or space."""

# Abbreviations that never end a sentence: a name, number or noun follows.
_OPEN = frozenset(
    "nr nrs no art artt jo jis p pp pag blz bijv bv d.w.z dwz d.d dd i.c ca vgl cf zgn m.b.t mbt t.a.v tav i.v.m ivm o.b.v i.p.v i.s.m t.b.v n.a.v m.u.v m.i.v t.o.v "
    "t.g.v e.v o.l.v i.o d.m.v door.tv mr drs dr ir ing prof ds st sr jr dhr mevr mw gebr fam o.a onder.a w.o t.w t.n.v h.t.l m.n incl excl resp respectievelijk max "
    "min circa hfst par bijl vs vz gem prov tel fax inz betr red kol jrg afl dl stb stcrt trb pb kst ah aanh hand kamerst handel i.h.b i.h.a t/m v.w.b sub o.g.v "
    "m.m.v o.v.v t.z.t z.s.m u.a zg alg min.pres plv wnd lt gen kap maj afd evt event ev ong plm gld mu".split()
)
# Abbreviations that may end a sentence: a capital after them decides.
_MAYBE = frozenset("jl jl. a.s p.p p.j p.m p.u p.w mln mld mrd mio e.d e.a c.s c.q cq enz etc e.o m.i n.v.t nvt v.h km kg min uur s.v.p ff i.d r.k n.chr v.chr t.a.p a.u.b".split())
_BREAK = re.compile(r"(?P<stop>[.?!\u2026]{1,4})(?P<close>[)\]\u2019\u201d\"'\u00bb]{0,3})(?:\s\d{1,2}\))?\s+(?=(?P<next>\S{1,40}))|\s(?=[\u2022\u25aa\uf0b7]\s)")
_WORD_BEFORE = re.compile(r"[^\s(\u2018\u201c\"'\u00ab/]*$")
_INITIAL = re.compile(r"(?:[A-Z]|Th|Ch|Ph|IJ|Chr|Fr|Jac|Joh|Ph|St)(?:\.(?:-?[A-Z]|Th|Ch))*$")
_NUMBER = re.compile(r"\d{1,3}$")
_OPENERS = "\u2018\u201c\"'\u00ab([\u201e\u2013-\u2022"
_CUT = re.compile(r";\s|:\s|,\s|\s")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Give the spans of the sentences, in order, without white space at their ends; together they hold every word of the text."""
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*_ends(text), len(text)]:
        spans.extend(_shorter(text, start, end))
        start = end
    return spans


def _ends(text: str) -> Iterator[int]:
    for match in _BREAK.finditer(text):
        if match["stop"] is None or _is_end(text, match):
            yield match.end()


def _is_end(text: str, match: re.Match[str]) -> bool:
    """Decide whether a stop ends its sentence."""
    following = match["next"]
    first = following.lstrip(_OPENERS)[:1]
    stop, close = match["stop"], match["close"]
    if stop != ".":
        # A question or exclamation inside a quotation or title goes on in lower case.
        return not (first.islower() and (close or stop == "\u2026" or len(stop) > 1)) and not (first.islower() and stop == "!")
    if first.islower():
        return False
    word_match = _WORD_BEFORE.search(text, max(match.start() - 40, 0), match.start())
    word = word_match.group() if word_match else ""
    low = word.lower().rstrip(".")
    if close:
        return first.isupper() or first.isdigit() or not first
    if low in _OPEN:
        return False
    if _INITIAL.match(word):
        # "plan B. Daarna" ends, "J. de Vries" and "A.B. Jansen" do not.
        return len(word) > 3 and word.replace(".", "").isupper() and first.isupper() and following.lower() in _STARTERS
    if low in _MAYBE:
        return first.isupper() and following.rstrip(",").lower() in _STARTERS or following[0] in _OPENERS
    if _NUMBER.match(word) and (match.start() - len(word) == 0 or text[: match.start() - len(word)].rstrip()[-1:] in ".?!:;"):
        return False
    return first.isupper() or first.isdigit() or not first.isalnum()


# Words that begin sentences and no names: they tell "... 3 mln. Het" from "... nr. 3 Het".
_STARTERS = frozenset(
    "de het een dit dat deze die er ik wij we het hij zij ze u uw mijn onze ook daarom daarnaast daarbij hierbij hiermee verder voor in op met bij om als indien wanneer "
    "na naast sinds door uit van aan over onder tot tijdens zo zoals omdat hoewel echter tevens bovendien vervolgens tegelijkertijd hierover daarover hierin daarin "
    "hierdoor daardoor dus want maar en of nee ja eind begin medio binnen vanaf per volgens ten ter naar tussen momenteel inmiddels vanwege gezien graag wel niet geen "
    "alle veel sommige enkele beide zowel hoe wat welke waarom wie bent kunt heeft is zijn wordt deelt klopt kan gaat wilt vindt alleen juist eerst dan toen nu daarna hiervoor daarvoor hieruit hieraan daarmee ondanks anders".split()
)


def _shorter(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Trim a sentence and cut it where it is too long."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST_SENTENCE:
        window = text[start + LONGEST_SENTENCE // 2 : start + LONGEST_SENTENCE]
        cut = next((at for at in (window.rfind(mark) for mark in ("; ", ": ", ", ", " ")) if at >= 0), len(window) - 1)
        middle = start + LONGEST_SENTENCE // 2 + cut + 1
        yield start, middle
        start = middle
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield start, end


@Language.factory("kamerspoor_sentences")
def make_sentences(nlp: Language, name: str) -> SentenceStarts:
    """Make the component that marks sentence starts."""
    return SentenceStarts()


class SentenceStarts:
    """Lays the spans of `split_sentences` on the tokens of a Doc."""

    def __call__(self, doc: Doc) -> Doc:
        starts = [start for start, _ in split_sentences(doc.text)]
        at = 0
        for token in doc:
            begins = False
            while at < len(starts) and starts[at] < token.idx + len(token):
                begins = True
                at += 1
            token.is_sent_start = begins or token.i == 0
        return doc
