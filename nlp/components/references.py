"""From clean passage text to the papers, laws, cases, reports and questions that it names, each with a normalised target.

How to call it: `find_references(text)` with the clean text of one passage; spans that come back count in that text. A list ("nrs. 475 en
476", "vragen 3 tot en met 5") gives one reference for each of its members. Targets: `kst-32824-475`, `kst-36600-XV-12`, `kst-32824` (a whole
dossier), `2025D12345`, `ah-tk-20242025-1344`, `h-tk-20232024-40-6`, `stb-2021-38`, `stcrt-2024-1234`, `law:vreemdelingenwet-2000#14`,
`eu:2011/95`, `eu:com-2020-609`, `ECLI:NL:RVS:2023:1`, `report:afgewogen-arbeidsmigratie`, `question:2`.

Decides only. Every pattern is bounded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from db.records import ReferenceKind
from nlp.components.reference_names import find_laws, find_reports

RULE = "references.{}/1"

_YEARS = r"(?:(?:vergaderjaar|zittingsjaar)\s{1,3})?(?P<from>(?:19|20)\d\d)\s?[-–/]\s?(?P<to>(?:19|20)?\d\d)"
_ANY_YEARS = r"(?:(?:vergaderjaar|zittingsjaar)\s{1,3})?(?:19|20)\d\d\s?[-–/]\s?(?:19|20)?\d\d"
_NUMBER_WORD = r"(?:nrs?\.?|no\.|nummers?|onder\s{1,2}nr\.)"
_MORE = r"(?P<more>(?:\s?(?:,|en|t/m|tot\s{1,2}en\s{1,2}met|[-–])\s{0,2}(?:nr\.\s?)?\d{1,5}(?!\d|\.\d|\s\d{3}(?!\d))){0,8})"
_DOSSIER = r"(?P<dossier>\d{2}\s?\d{3})(?!\d)(?:\s?[-–]?\s?\(?(?P<chapter>[IVX]{1,6}|[A-J]|(?<=-)\d{2}|(?<=- )\d{2})(?![\w])\)?)?"
_LABEL = r"(?:Kamerstuk(?:ken)?|Kamerst(?:\.|\b)|Kst(?:\.|\b)|Dossier|dossier|kamerstuk(?:ken)?|Parl\.\sSt\.)"
_HOUSE = r"(?:\s{0,2}(?P<house>EK|TK|II|I)(?![\w]))?"

_KAMERSTUK = re.compile(
    rf"(?P<label>{_LABEL}{_HOUSE}[\s,:]{{0,3}}(?:{_YEARS}[\s,]{{1,3}})?|(?:Tweede|Eerste)\sKamer,\s{_ANY_YEARS},\s)?"
    rf"(?<![\d.,/-]){_DOSSIER}(?:\s\(R\s?\d{{3,4}}\))?(?:(?:[\s,]{{1,3}}{_NUMBER_WORD}\s{{0,3}}(?P<number>\d{{1,4}}|[A-Z]{{1,3}})(?!\w)"
    rf"|\s?[-–]\s?(?P<dashed>\d{{1,4}}|[A-Z]{{1,3}})(?![\w-])|,\s(?P<letter>[A-Z]{{1,3}})(?!\w)){_MORE})?"
)
_DIGIT = re.compile(r"\d")
_KST = re.compile(r"\bkst-(?P<dossier>\d{5})(?:-(?P<chapter>[IVX]{1,6}|[A-J]|\d{2}))?-(?P<number>\d{1,4}|[A-Z]{1,3})\b")
_DOCUMENT = re.compile(r"(?<!\w)20\d\d[DZ]\d{5}(?!\w)")
_AANHANGSEL = re.compile(
    rf"\b[Aa]anhangsel(?:\s(?:van\s(?:de\s)?|bij\s(?:de\s)?)?[Hh]andelingen)?[\s,]{{0,3}}(?:(?P<house>EK|TK|II|I)[\s,]{{1,3}})?{_YEARS}[\s,]{{1,3}}(?:{_NUMBER_WORD}\s{{0,3}})?(?P<number>\d{{1,5}})(?!\w){_MORE}"
)
_AH = re.compile(r"\bah-(?P<house>tk|ek)-(?P<years>\d{8})-(?P<number>\d{1,5})\b")
_HANDELINGEN = re.compile(
    rf"\b[Hh]andelingen[\s,]{{0,3}}(?:(?P<house>EK|TK|II|I)[\s,]{{1,3}})?{_YEARS}[\s,]{{1,3}}(?:{_NUMBER_WORD}\s{{0,3}})?(?P<number>\d{{1,3}})(?:(?:,\s?(?:item|blz\.)\s|-)(?P<item>\d{{1,3}}))?(?!\w)"
)
_STAATSBLAD = re.compile(
    r"\b(?:Stb\.?|[Ss]taatsblad)\s{0,3}(?:van\s)?(?P<year>(?:18|19|20)\d\d)\s?(?:,|/|\s)\s{0,2}(?:nr\.?\s{0,2})?(?P<number>\d{1,4})(?![\w.])"
)
_STAATSCOURANT = re.compile(
    r"\b(?:Stcrt\.?|[Ss]taatscourant|Scrt\.)\s{0,3}(?:van\s)?(?P<year>(?:19|20)\d\d)\s?(?:,|/|\s)\s{0,2}(?:nr\.?\s{0,2})?(?P<number>\d{1,6})(?!\w)"
)
_STB = re.compile(r"\b(?P<paper>stb|stcrt)-(?P<year>\d{4})-(?P<number>\d{1,6})\b")
_ECLI = re.compile(r"\bECLI:[A-Z]{2}:[A-Z0-9]{1,7}:\d{4}:[A-Z0-9.]{0,24}[A-Z0-9]")
_EU_ACT = re.compile(
    r"\b(?:[A-Za-z]{0,24}(?:[Rr]ichtlijn|[Vv]erordening|[Bb]esluit|[Kk]aderbesluit|[Aa]anbeveling))\s{1,2}(?:van\sde\sRaad\s)?(?:\((?:EU|EG|EEG|EU,\sEuratom)\)\s{0,2})?(?P<nr>nr\.?\s{0,2})?"
    r"(?P<first>\d{1,4})/(?P<second>\d{1,4})(?:/(?P<suffix>EU|EG|EEG|JBZ|GBVB))?(?![\w/])"
)
_COM = re.compile(r"\bCOM\s?\((?P<year>(?:19|20)\d\d)\)\s{0,2}(?P<number>\d{1,4})\b")
_QUESTIONS = re.compile(
    r"\b(?:deel)?[Vv]ra(?:ag|gen)\s{1,3}(?:nr\.\s|nummer\s)?(?P<first>\d{1,3})(?![\d.:]\d|\s?(?:procent|%|euro|miljoen))(?P<more>(?:\s?(?:,|en|t/m|tot\s{1,2}en\s{1,2}met|[-–])\s{0,2}(?:vraag\s)?\d{1,3}(?!\d|[.,]\d|\s?%)){0,12})"
)
_QUESTION_HEAD = re.compile(
    r"\s*(?:(?:Antwoord|Antwoorden|Beantwoording)\s(?:op\s)?(?:de\s)?)?[Vv]ra(?:ag|gen)\s[\d\s,enmtot/]{1,40}[.:]?\s*"
)
_MEMBER = re.compile(r"(?P<link>,|en|t/m|tot\s{1,2}en\s{1,2}met|[-–])\s{0,2}(?:nr\.\s?|vraag\s)?(?P<number>\d{1,5})")
_LONGEST_RANGE = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundReference:
    """One reference in a passage: the fields of `db.records.Reference`, with offsets in the passage in place of the evidence."""

    start: int
    end: int
    kind: ReferenceKind
    target: str
    rule: str
    confidence: float


def slug(words: str) -> str:
    """Words as a part of a target: "Wet inburgering 2021" gives `wet-inburgering-2021`."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _found(start: int, end: int, kind: ReferenceKind, target: str, name: str, confidence: float = 0.95) -> FoundReference:
    return FoundReference(start=start, end=end, kind=kind, target=target, rule=RULE.format(name), confidence=confidence)


def _session(match: re.Match[str], suffix: str = "") -> str:
    first, last = match["from" + suffix], match["to" + suffix]
    return first + (last if len(last) == 4 else first[:2] + last)


def _members(match: re.Match[str], first: str) -> Iterator[tuple[int, int, str]]:
    """The further numbers of a list or range, with their places; a range gives every number in it."""
    offset, previous = match.start("more"), first
    for member in _MEMBER.finditer(match["more"] or ""):
        start, end = offset + member.start("number"), offset + member.end("number")
        number = member["number"]
        if member["link"] not in (",", "en") and previous.isdigit() and 0 < int(number) - int(previous) <= _LONGEST_RANGE:
            for between in range(int(previous) + 1, int(number)):
                yield start, end, str(between)
        yield start, end, number
        previous = number


def _dossier(match: re.Match[str]) -> str:
    base = re.sub(r"\s", "", match["dossier"])
    return f"{base}-{match['chapter']}" if match["chapter"] else base


def _kamerstukken(text: str) -> Iterator[FoundReference]:
    for match in _KST.finditer(text):
        yield _found(match.start(), match.end(), "kamerstuk", match[0], "kamerstuk", 0.99)
    for match in _DOCUMENT.finditer(text):
        yield _found(match.start(), match.end(), "kamerstuk", match[0], "document-number", 0.99)
    for match in _KAMERSTUK.finditer(text):
        number = match["number"] or match["dashed"] or match["letter"]
        dossier = _dossier(match)
        labelled = match["label"] is not None
        if not number:
            if labelled:
                yield _found(match.start(), match.end(), "kamerstuk", f"kst-{dossier}", "dossier", 0.8)
            continue
        # Without the word Kamerstuk only "32 824, nr. 475" is distinctive enough; "12345-67" may be anything.
        if not labelled and not match["number"]:
            continue
        end = match.start("more") if match["more"] else match.end()
        yield _found(match.start(), end, "kamerstuk", f"kst-{dossier}-{number}", "kamerstuk", 0.97 if labelled else 0.9)
        for start, stop, other in _members(match, number):
            yield _found(start, stop, "kamerstuk", f"kst-{dossier}-{other}", "kamerstuk", 0.9)


def _proceedings(text: str) -> Iterator[FoundReference]:
    for match in _AANHANGSEL.finditer(text):
        house = "ek" if match["house"] in ("I", "EK") else "tk"
        end = match.start("more") if match["more"] else match.end()
        yield _found(match.start(), end, "aanhangsel", f"ah-{house}-{_session(match)}-{match['number']}", "aanhangsel")
        for start, stop, other in _members(match, match["number"]):
            yield _found(start, stop, "aanhangsel", f"ah-{house}-{_session(match)}-{other}", "aanhangsel", 0.9)
    for match in _AH.finditer(text):
        yield _found(match.start(), match.end(), "aanhangsel", match[0], "aanhangsel", 0.99)


def _debates(text: str) -> Iterator[FoundReference]:
    for match in _HANDELINGEN.finditer(text):
        house = "ek" if match["house"] in ("I", "EK") else "tk"
        item = f"-{match['item']}" if match["item"] else ""
        yield _found(match.start(), match.end(), "handelingen", f"h-{house}-{_session(match)}-{match['number']}{item}", "handelingen")


def _official(text: str) -> Iterator[FoundReference]:
    for match in _STAATSBLAD.finditer(text):
        yield _found(match.start(), match.end(), "staatsblad", f"stb-{match['year']}-{match['number']}", "staatsblad")
    for match in _STAATSCOURANT.finditer(text):
        yield _found(match.start(), match.end(), "staatscourant", f"stcrt-{match['year']}-{match['number']}", "staatscourant")
    for match in _STB.finditer(text):
        kind: ReferenceKind = "staatsblad" if match["paper"] == "stb" else "staatscourant"
        yield _found(match.start(), match.end(), kind, match[0], kind, 0.99)


def _european(text: str) -> Iterator[FoundReference]:
    for match in _ECLI.finditer(text):
        yield _found(match.start(), match.end(), "ecli", match[0], "ecli", 0.99)
    for match in _EU_ACT.finditer(text) if "/" in text else ():
        first, second = match["first"], match["second"]
        # Until 2015 regulations were numbered number/year ("nr. 492/2011"), since then and in directives year/number.
        swapped = len(first) != 4 or (
            match["nr"] is not None and match["suffix"] is None and len(second) == 4 and 1950 <= int(second) <= 2014
        )
        year, number = (second, first) if swapped else (first, second)
        if len(year) == 2:
            year = ("19" if int(year) > 50 else "20") + year
        if len(year) != 4 or not 1950 <= int(year) <= 2100:
            continue
        yield _found(match.start(), match.end(), "eu", f"eu:{year}/{int(number)}", "eu-act")
    for match in _COM.finditer(text):
        yield _found(match.start(), match.end(), "eu", f"eu:com-{match['year']}-{match['number']}", "eu-proposal")


def _questions(text: str) -> Iterator[FoundReference]:
    if _QUESTION_HEAD.fullmatch(text):
        return
    for match in _QUESTIONS.finditer(text):
        # "Vraag 2" that opens a line is the head of the question itself.
        if match[0][0] == "V" and not text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip():
            continue
        end = match.start("more") if match["more"] else match.end()
        yield _found(match.start(), end, "question", f"question:{int(match['first'])}", "question", 0.9)
        for start, stop, other in _members(match, match["first"]):
            yield _found(start, stop, "question", f"question:{int(other)}", "question", 0.9)


def _named(text: str) -> Iterator[FoundReference]:
    for law in find_laws(text):
        article = f"#{slug(law.article)}" if law.article else ""
        yield _found(law.start, law.end, "law", f"law:{slug(law.name)}{article}", "law", 0.95 if law.known else 0.75)
    for report in find_reports(text):
        yield _found(report.start, report.end, "report", f"report:{slug(report.title)}", "report", 0.85 if report.council else 0.75)


def find_references(text: str) -> list[FoundReference]:
    """The references in the clean text of one passage, in order; where two patterns claim the same words the more specific one wins."""
    kept: list[FoundReference] = []
    numbered = _DIGIT.search(text) is not None  # only a name has none
    for finder in (_proceedings, _debates, _official, _european, _kamerstukken, _named, _questions) if numbered else (_named,):
        taken = [(reference.start, reference.end) for reference in kept]
        kept.extend(
            reference for reference in finder(text) if not any(start < reference.end and reference.start < end for start, end in taken)
        )
    unique = {(reference.start, reference.end, reference.target): reference for reference in kept}
    return sorted(unique.values(), key=lambda reference: (reference.start, reference.end, reference.target))
