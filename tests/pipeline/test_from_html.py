"""Web pages: official publications, pages of ministries and councils, unknown pages, and pages that hold nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.errors import ExtractionError
from db.records import Segment, Text
from pipeline.extract.from_html import extract

PUBLISHED = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body><div id="kopregel">kop</div>
<div id="inhoudsopgave"><ul class="toc"><li><a href="#a">Vraag 1</a></li></ul></div><div id="broodtekst">
<h1 class="kamervraagomschrijving_kop no-toc">Vragen van het lid Bakker
   over taalles.</h1>
<div class="vraag"><h2 class="stuktitel no-toc">Vraag 1</h2><p>Kent u het bericht<sup><a href="#n1" class="nootref">1</a></sup>?</p></div>
<div class="antwoord"><h2 class="stuktitel no-toc">Antwoord 1 en 2</h2><p>Ja. Het budget is 5 m<sup>2</sup> groot.</p>
<ul class="expliciet"><li class="li"><p class="labeled"><span class="ol">a. </span>eerst dit.</p></li></ul></div>
<p class="ondertekening"><span class="functie">De Minister,</span> <span class="naam">A. Jansen</span></p>
<div class="voet noot" id="n1"><span class="nootnum"><a href="#t1">1</a></span> Dagblad, 3 mei 2025.</div>
</div><div id="voetregel"></div></body></html>"""


def only(text: Text, words: str) -> Segment:
    found = [segment for segment in text.segments if text.text[segment.start : segment.end].startswith(words)]
    assert len(found) == 1, f"{words!r} starts {len(found)} segments"
    return found[0]


def test_official_publication_by_its_classes() -> None:
    text = extract(PUBLISHED.encode())
    assert text.text.startswith("Vragen van het lid Bakker over taalles.\n\nVraag 1\n\nKent u het bericht?")
    assert (only(text, "Kent u").kind, only(text, "Kent u").number) == ("question", "1")
    assert (only(text, "Ja.").kind, only(text, "Ja.").number) == ("answer", "1,2")
    assert (only(text, "eerst dit").kind, only(text, "eerst dit").number, only(text, "eerst dit").within) == ("list_item", "a", "answer")
    assert only(text, "A. Jansen").within == "signature"
    note = only(text, "Dagblad")
    assert (note.kind, note.number) == ("footnote", "1")
    assert "m2 groot" in text.text, "a raised number that is no note stays"


def test_page_of_2025_has_the_same_part_inside_an_article() -> None:
    body = "<html><body><header>Menu</header><article><div id='broodtekst' class='stuk broodtekst-container'><p>De Kamer,</p>"
    text = extract(f"{body}<p>verzoekt de regering iets,</p><p>en gaat over tot de orde van de dag.</p></div></article></body></html>".encode())
    assert [segment.within for segment in text.segments] == ["motion"] * 3


PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Nieuws</title><style>p{}</style></head><body>
<header><a href="/">Rijksoverheid.nl</a></header><nav class="menu"><ul><li><a href="/a">Onderwerpen</a></li></ul></nav>
<div class="breadcrumb-list"><a href="/">Home</a> &gt; <a href="/n">Nieuws</a></div>
<main><h1>Meer geld voor taallessen</h1><p class="intro">Het kabinet trekt € 12 miljoen uit voor taallessen
aan statushouders in 2026, meldt de minister.</p>
<h2>Wat verandert er?</h2><p>Gemeenten krijgen de middelen in januari.<br>Dat is eerder dan gepland.</p>
<ol start="3"><li>Derde punt van de lijst</li><li>Vierde punt van de lijst</li></ol>
<table><tr><th>Jaar</th><th>Bedrag</th></tr><tr><td>2026</td><td>€ 12 mln</td></tr></table>
<ul class="links"><li><a href="/x">Lees meer over inburgering</a></li><li><a href="/y">Lees meer over taal</a></li>
<li><a href="/z">Alle berichten</a></li></ul>
<div class="share-buttons">Deel op</div><script>var x = "geen tekst";</script></main>
<footer>Over deze site</footer></body></html>"""


def test_report_of_a_debate_says_who_speaks() -> None:
    page = """<html><body><div id="broodtekst"><h1>Taal op het werk</h1><div class="spreekbeurt">
<p><b class="spreker">Mevrouw Amrani</b> (GroenLinks-PvdA): Wanneer komt de brief over taallessen?</p>
<p><b class="spreker">Minister Kranenburg</b>: Die brief stuur ik de Kamer deze week.</p><p>Dat doe ik met een bijlage.</p>
</div></div></body></html>"""
    text = extract(page.encode())
    assert [(one.kind, one.speaker, text.text[one.start : one.end]) for one in text.segments[1:]] == [
        ("heading", "Mevrouw Amrani (GroenLinks-PvdA)", "Mevrouw Amrani (GroenLinks-PvdA):"),
        ("paragraph", "Mevrouw Amrani (GroenLinks-PvdA)", "Wanneer komt de brief over taallessen?"),
        ("heading", "Minister Kranenburg", "Minister Kranenburg:"),
        ("paragraph", "Minister Kranenburg", "Die brief stuur ik de Kamer deze week."),
        ("paragraph", "Minister Kranenburg", "Dat doe ik met een bijlage."),
    ]


def test_row_of_one_cell_is_a_row_where_it_spans_columns_and_else_a_box() -> None:
    page = """<html><body><div id="broodtekst"><h1>Begroting</h1><table><tr><td colspan="2">Bedragen x € 1.000</td></tr>
<tr><td>Taal</td><td>60</td></tr></table><table><tr><td>De minister licht dit toe.</td></tr></table></div></body></html>"""
    text = extract(page.encode())
    found = [(one.kind, [text.text[start:end] for start, end in one.cells]) for one in text.segments[1:]]
    assert found == [("table_row", ["Bedragen x € 1.000"]), ("table_row", ["Taal", "60"]), ("paragraph", [])]


def test_page_of_a_ministry_gives_its_main_part_only() -> None:
    text = extract(PAGE.encode())
    for unwanted in ("Onderwerpen", "Home", "Lees meer", "Deel op", "geen tekst", "Over deze site", "Rijksoverheid.nl"):
        assert unwanted not in text.text
    assert text.text.startswith("Meer geld voor taallessen\n\nHet kabinet trekt € 12 miljoen uit")
    assert "januari. Dat is eerder" in text.text
    assert only(text, "Derde punt").number == "3"
    rows = [[text.text[start:end] for start, end in segment.cells] for segment in text.segments if segment.kind == "table_row"]
    assert rows == [["Jaar", "Bedrag"], ["2026", "€ 12 mln"]]
    assert only(text, "Wat verandert er?").kind == "heading"


def test_unknown_page_gives_its_largest_part() -> None:
    long = "".join(f"<p>Alinea {number} van het advies over arbeidsmigratie, met genoeg woorden om tekst te zijn.</p>" for number in range(8))
    menu = "".join(f"<li><a href='/{number}'>Onderdeel {number} van de site</a></li>" for number in range(30))
    body = f"<div><ul>{menu}</ul></div><h1>Advies arbeidsmigratie</h1><div class='x'><div class='y'>{long}</div></div><div>Adres: Den Haag</div>"
    text = extract(f"<html><body>{body}</body></html>".encode())
    assert text.text.startswith("Advies arbeidsmigratie\n\nAlinea 0")
    assert "Onderdeel" not in text.text
    assert "Adres" not in text.text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('<meta charset="iso-8859-1"><p>Coördinatie – één</p>'.encode("cp1252"), "pages that say latin-1 send windows-1252"),
        ("<p>Coördinatie – één</p>".encode(), "no declaration, UTF-8"),
        ('<meta charset="iso-8859-1"><p>Coördinatie – één</p>'.encode(), "declared wrongly, UTF-8 all the same"),
        ("<p>Coördinatie – één</p>".encode("utf-16"), "byte order mark"),
        ('<meta charset="onzin-99"><p>Coördinatie – één</p>'.encode("cp1252"), "an encoding that does not exist"),
    ],
)
def test_encodings(body: bytes, why: str) -> None:
    assert extract(body).text == "Coördinatie – één", why


def test_line_breaks_twice_make_paragraphs() -> None:
    assert extract(b"<body>Eerste alinea.<br><br>Tweede<br>alinea.</body>").text == "Eerste alinea.\n\nTweede alinea."


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"<html><body><script>start()</script><div id='app'></div></body></html>", "empty"),  # a page that a script would fill
        (b"<html><body><nav>Alleen een menu</nav></body></html>", "empty"),
        (b"GIF89a\x00\x00\x01", "type"),
        (b'<!DOCTYPE html [<!ENTITY a "b">]><p>&a;</p>', "dtd"),
        (b"<p>" + b"x" * 10_000_001, "size"),
    ],
)
def test_bad_pages_are_refused_with_a_code(body: bytes, code: str) -> None:
    with pytest.raises(ExtractionError, match=f"^{code}: .+"):
        extract(body)


def test_deep_nesting_does_not_exhaust_the_stack() -> None:
    deep = b"<div>" * 240 + b"<p>onderin</p>" + b"</div>" * 240
    assert extract(deep).text == "onderin"
    with pytest.raises(ExtractionError):  # the parser gives up at 256 levels
        extract(b"<div>" * 5_000 + b"<p>onderin</p>")


def test_real_staatsblad_page(shared: Path) -> None:
    text = extract((shared / "samples" / "koop-op-xml-other" / "stb.html").read_bytes())
    assert only(text, "F. Teeven").within == "signature"
    assert only(text, "Dit besluit treedt in werking").within == "law"
    assert "Lichaam" not in text.text, "the table of contents is no text"
