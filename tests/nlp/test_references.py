"""References: what the text names, its normalised target, and what is none; each row with its reason."""

from __future__ import annotations

import pytest

from nlp.components.references import find_references, slug

ROWS = [
    ("Kamerstukken 32 824, nr. 475", ["kst-32824-475"], "a space in the dossier"),
    ("Kamerstuk 32824-475", ["kst-32824-475"], "hyphen for nr."),
    ("(Kamerstukken II 2024/25, 32824, nr. 475)", ["kst-32824-475"], "chamber and session year"),
    ("Kamerstukken, 2021-2022, 31 293, nr. 620", ["kst-31293-620"], "no chamber, full years"),
    ("Kamerstukken I 2024/25, 36 446, D", ["kst-36446-D"], "the Senate numbers with letters"),
    ("36 600 XV, nr. 12", ["kst-36600-XV-12"], "chapter of a budget, without the word Kamerstuk"),
    ("Kamerstuk 36 600 XX, nr. 34", ["kst-36600-XX-34"], "chapter with the word"),
    ("35 570 -VI, nr. 115", ["kst-35570-VI-115"], "stray hyphen before the chapter"),
    ("36 600-B, nr. 9", ["kst-36600-B-9"], "chapter of a fund"),
    ("de motie (21501-02, nr. 721)", ["kst-21501-02-721"], "dossier with a subnumber"),
    ("Kamerstukken II 1979/80, 16 040 (R 1141), nr. 3", ["kst-16040-3"], "kingdom number in brackets"),
    ("Kamerstuk 32 824, nrs. 475, 476 en 480", ["kst-32824-475", "kst-32824-476", "kst-32824-480"], "a list"),
    ("31311, nrs. 125 tot en met 127", ["kst-31311-125", "kst-31311-126", "kst-31311-127"], "a range names every number"),
    ("Tweede Kamer, vergaderjaar 2024–2025, 32 824, nr. 475", ["kst-32824-475"], "head of a printed paper"),
    ("zie kst-29861-153", ["kst-29861-153"], "identifier as published"),
    ("Kamerstukken 36450", ["kst-36450"], "a whole dossier"),
    ("uw brief (2025Z12345) en 2025D00012", ["2025Z12345", "2025D00012"], "numbers of documents and cases"),
    ("Aanhangsel Handelingen, vergaderjaar 2024-2025, nr. 1344", ["ah-tk-20242025-1344"], "answer to written questions"),
    ("Aanhangsel van de Handelingen II 2021/22, nrs. 123 en 125", ["ah-tk-20212022-123", "ah-tk-20212022-125"], "short years, a list"),
    ("Aanhangsel Handelingen I 2023/24, nr. 4", ["ah-ek-20232024-4"], "of the Senate"),
    ("Handelingen II 2023/24, nr. 40, item 6", ["h-tk-20232024-40-6"], "a debate"),
    ("Stb. 2021, 38", ["stb-2021-38"], "bulletin of acts"),
    ("Staatsblad 2021 nr. 38", ["stb-2021-38"], "written out"),
    ("Stcrt. 2024, 1234", ["stcrt-2024-1234"], "gazette"),
    ("Staatscourant 2024, nr. 1234", ["stcrt-2024-1234"], "written out"),
    ("artikel 14 van de Vreemdelingenwet 2000", ["law:vreemdelingenwet-2000#14"], "article of a law"),
    ("artikel 3, eerste lid, onder c, van de Wet arbeid vreemdelingen", ["law:wet-arbeid-vreemdelingen#3"], "members of the article"),
    ("artikel 4:72 van de Awb", ["law:algemene-wet-bestuursrecht#4-72"], "an abbreviation"),
    ("de Wet inburgering 2021 en de Wet inburgering", ["law:wet-inburgering-2021", "law:wet-inburgering"], "the longest name wins"),
    ("de Wet collectieve warmte (Wcw) treedt in werking", ["law:wet-collectieve-warmte"], "a law that is in no list"),
    ("artikel 2 van het Besluit opvang ontheemden", ["law:besluit-opvang-ontheemden#2"], "a decree needs its article"),
    ("Richtlijn 2011/95/EU", ["eu:2011/95"], "directive"),
    ("richtlijn nr. 2007/59/EG", ["eu:2007/59"], "directive with nr."),
    ("Richtlijn (EU) 2021/1883", ["eu:2021/1883"], "directive since 2015"),
    ("Verordening (EU) nr. 492/2011", ["eu:2011/492"], "old regulations put the number first"),
    ("Verordening (EG) 883/04", ["eu:2004/883"], "two digits for the year"),
    ("Verordening (EU) 2024/1348", ["eu:2024/1348"], "regulation since 2015"),
    ("COM(2020) 609", ["eu:com-2020-609"], "a proposal"),
    ("ABRvS 1 maart 2023, ECLI:NL:RVS:2023:1234.", ["ECLI:NL:RVS:2023:1234"], "the full stop is not part of it"),
    ("het advies «Samen wonen» van de Adviesraad Migratie", ["report:samen-wonen"], "advice by title"),
    ("in het rapport ‘Werken aan taal’ staat", ["report:werken-aan-taal"], "report between single quotes"),
    ("zie het antwoord op vraag 2", ["question:2"], "one question"),
    ("de antwoorden op vragen 3 en 4", ["question:3", "question:4"], "two questions"),
    ("de vragen 5 tot en met 7", ["question:5", "question:6", "question:7"], "a range of questions"),
    ("Vraag 2", [], "the head of a question is no reference"),
    ("Antwoord op vraag 2", [], "nor the head of an answer"),
    ("Vraag 2\nKlopt dit?", [], "nor with its text behind it"),
    ("wij vragen 3 miljoen euro", [], "an amount, no question"),
    ("een bedrag van 32 824 euro", [], "a number like a dossier"),
    ("tel. 070 333 44 44, postbus 90801", [], "telephone and box"),
    ("de term ‘nieuwkomer’ is ruim", [], "quotes without a report"),
    ("wordt ‘1 december 2024’ vervangen; het advies “1 mei 2025” ook", [], "a quoted date is no title"),
    ("Deze regeling wordt in de Staatscourant geplaatst.", [], "no number"),
]


@pytest.mark.parametrize(("text", "targets", "reason"), ROWS, ids=[reason for _, _, reason in ROWS])
def test_targets(text: str, targets: list[str], reason: str) -> None:
    assert [reference.target for reference in find_references(text)] == targets, reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Zie (Kamerstuk 32 824, nr. 475).", ["Kamerstuk 32 824, nr. 475"]),  # without the brackets
        ("Zie nrs. hieronder: 32 824, nrs. 475 en 480.", ["32 824, nrs. 475", "480"]),  # each member has its own span
        ("Op grond van artikel 14 van de Vreemdelingenwet 2000 geldt dit.", ["artikel 14 van de Vreemdelingenwet 2000"]),
        ("Volgens het rapport «Taal op de vloer» loont dit.", ["«Taal op de vloer»"]),
    ],
)
def test_spans(text: str, words: list[str]) -> None:
    assert [text[reference.start : reference.end] for reference in find_references(text)] == words


def test_kind_rule_and_confidence() -> None:
    text = "Stb. 2021, 38; Kamerstuk 32 824, nr. 1; artikel 1 van de Grondwet; vraag 3"
    kinds = {reference.kind: reference for reference in find_references(text)}
    assert set(kinds) == {"staatsblad", "kamerstuk", "law", "question"}
    assert all(reference.rule.startswith("references.") and 0 < reference.confidence <= 1 for reference in kinds.values())


def test_slug_folds_accents() -> None:
    assert slug("Één wet, tweeërlei") == "een-wet-tweeerlei"


@pytest.mark.parametrize(
    "text",
    [
        "Kamerstuk 32 824, nr. " * 800,
        "1, " * 6000, "vraag 1" + ", 1" * 6000, "Wet aa bb " * 2000, "«A" * 9000, "artikel 1, " * 1800, "32 824 " * 2800,
    ],
    ids=["papers", "numbers", "questions", "laws", "quotes", "articles", "dossiers"],
)
@pytest.mark.usefixtures("no_hang")
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    assert all(0 <= found.start < found.end <= len(text) for found in find_references(text))
