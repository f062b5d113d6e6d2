"""Sums of money: the table of examples in tests/gold/amounts.jsonl, tables with their units, what the words around a sum say, and hostile text."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from nlp.components.amount_tables import Table, line_cells, read_row
from nlp.components.amount_units import table_unit
from nlp.components.amount_words import number_word
from nlp.components.amounts import FoundAmount, find_amounts

GOLD = Path(__file__).resolve().parents[1] / "gold" / "amounts.jsonl"
ROWS = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def as_row(text: str, amount: FoundAmount) -> dict[str, Any]:
    """What a gold row says of a sum; what has its default is left out."""
    row: dict[str, Any] = {"text": text[amount.start : amount.end], "value": None if amount.value is None else float(amount.value)}
    if amount.value_max is not None:
        row["value_max"] = float(amount.value_max)
    if amount.currency != "EUR":
        row["currency"] = amount.currency
    for field in ("per", "recurring", "bound", "extra"):
        if getattr(amount, field):
            row[field] = getattr(amount, field)
    return row


@pytest.mark.parametrize("row", ROWS, ids=[f"{place}-{row['reason'][:50]}" for place, row in enumerate(ROWS)])
def test_gold(row: dict[str, Any]) -> None:
    assert [as_row(row["text"], amount) for amount in find_amounts(row["text"])] == row["expected"], row["reason"]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("twaalf", 12),  # below twenty
        ("eenentwintig", 21),  # unit and ten
        ("tweeëndertig", 32),  # with a diaeresis
        ("honderd", 100),  # no count before it
        ("tweehonderdvijftig", 250),  # hundreds and tens
        ("honderdduizend", 100_000),  # hundreds of thousands
        ("vijfduizend", 5000),
        ("anderhalf", "1.5"),
        ("drie en een half", "3.5"),  # separate words
        ("driekwart", "0.75"),
        ("gemeente", None),  # no number
        ("zestiende", None),  # an ordinal
    ],
)
def test_number_words(word: str, value: int | str | None) -> None:
    assert number_word(word) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("caption", "factor", "currency"),
    [
        ("Tabel 2 Uitgaven inburgering (bedragen x € 1.000)", 1000, "EUR"),
        ("Budgettaire gevolgen (x € 1 miljoen)", 1_000_000, "EUR"),
        ("bedragen × €1.000.000", 1_000_000, "EUR"),
        ("(in € mln.)", 1_000_000, "EUR"),
        ("bedragen in miljoenen euro's", 1_000_000, "EUR"),
        ("Bedragen in duizenden euro’s", 1000, "EUR"),
        ("Verzekerde waarde in €", 1, "EUR"),
        ("Plafond €", 1, "EUR"),
        ("Bijdrage aan UNHCR (x USD 1.000)", 1000, "USD"),
        ("Aantal inburgeraars (x 1.000)", None, None),  # counts people
        ("Tabel 4 Doorlooptijden in weken", None, None),
        ("Dit kost 2 x € 1 miljoen.", None, None),  # a product, no unit
    ],
)
def test_table_unit(caption: str, factor: int | None, currency: str | None) -> None:
    unit = table_unit(caption)
    assert (unit and unit.factor, unit and unit.currency) == (factor, currency)


def cells_of(row: str) -> list[tuple[int, int]]:
    """Spans of the words that stand between bars."""
    spans, place = [], 0
    for part in row.split("|"):
        start = place + len(part) - len(part.lstrip())
        spans.append((start, max(start, place + len(part.rstrip()))))
        place += len(part) + 1
    return spans


def read(caption: str, *rows: str) -> list[tuple[str, int | float, int | None]]:
    """The sums of all rows under a caption: words, value, year."""
    table = Table().after_passage(caption)
    found = []
    for row in rows:
        table, amounts = read_row(row, cells_of(row), table)
        found += [(row[amount.start : amount.end], float(amount.value or 0), amount.year) for amount in amounts]
    return found


def test_cells_take_unit_and_year_of_caption_and_head() -> None:
    found = read("Artikel 13 (bedragen x € 1.000)", "Voorziening | 2024 | 2025", "Inburgering gemeenten | 514.085 | 410.120")
    assert found == [("514.085", 514_085_000, 2024), ("410.120", 410_120_000, 2025)]


@pytest.mark.parametrize("minus", ["-", "–", "‒", "−"])
def test_every_minus_makes_a_cut(minus: str) -> None:
    row = f"Leenstelsel | {minus} 111.470"
    assert [value for _, value, _ in read("(x € 1.000)", row)] == [-111_470_000]
    assert [value for _, value, _ in read("(x € 1.000)", row.replace(f"{minus} ", minus))] == [-111_470_000]


def test_column_sets_its_own_unit_and_counts_are_no_money() -> None:
    found = read("Tabel 1", "Groep | Aantal | Waarde in €", "A | 1.200 | 2.500,00", "B | 300 | ≤ 20 miljoen")
    assert found == [("2.500,00", 2500, None), ("20 miljoen", 20_000_000, None)]


def test_without_a_unit_only_signed_cells_count() -> None:
    assert read("Tabel 1", "Groep | Norm | Boete", "A | 12 | € 500", "B | 14 | € 1.000, ten hoogste € 2.000") == [
        ("€ 500", 500, None), ("€ 1.000", 1000, None), ("€ 2.000", 2000, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "words", "value"),
    [
        ("- € 12 miljoen", "- € 12 miljoen", -12_000_000),
        ("– € 8 miljoen", "– € 8 miljoen", -8_000_000),
        ("‒ € 3,5 mld.", "‒ € 3,5 mld.", -3_500_000_000),
        ("−€5 mln", "−€5 mln", -5_000_000),
        ("-/- € 5 mln.", "-/- € 5 mln.", -5_000_000),
        ("€ -12 miljoen", "€ -12 miljoen", -12_000_000),
        ("- 12 miljoen euro", "- 12 miljoen euro", -12_000_000),
        ("–12 mln", "–12 mln", -12_000_000),
        ("€ 12 miljoen -/-", "€ 12 miljoen -/-", -12_000_000),  # as book-keepers write it
        ("- € 12 miljoen structureel", "- € 12 miljoen", -12_000_000),  # words behind it
        ("(€ 5 mln.)", "€ 5 mln.", 5_000_000),  # an aside
    ],
)
def test_minus_of_a_cell_stays(cell: str, words: str, value: int) -> None:
    assert read("Tabel 1", "Maatregel | Effect", f"Taallessen | {cell}") == [(words, value, None)]


def test_dashes_of_a_list_in_a_cell_are_no_minus() -> None:
    found = read("Tabel 1", "Maatregel | Effect", "Taallessen | - € 12 mln. voor lessen - € 8 mln. voor examens")
    assert [value for _, value, _ in found] == [12_000_000, 8_000_000]


TABLES = [
    (("Groep | Artikel | Openstelling | Plafond €", "Taal | 2.2 | 01-07 | 1.250", "Werk | 2.3 | 2026 | 900"), [1250, 900], "one column has the unit"),
    (("Groep | Aantal | Bedrag (x 1.000 euro)", "Taal | 1.200 | 1.250"), [1_250_000], "scale with a currency word"),
    (("Groep | 2026 (in mln.) | 2027 (in mln.)", "Taal | 1,5 | 2"), [1_500_000, 2_000_000], "years in millions are money"),
    (("Groep | Inwoners in mln. | Bijdrage in euro", "Taal | 1,5 | 2"), [2], "people in millions are not"),
    (("1 | 2 | 3 | Groep | Artikel | Plafond €", "Taal | 2.2 | 300", "Werk | 3 | 400"), [300, 400], "numbers of columns glued before the names"),
    (("1 | 2 | 3", "Groep | Artikel | Plafond €", "Taal | 2 | 300"), [300], "a row of numbers of columns"),
    (("Groep | Artikel | Plafond €", "Taal | 2 | 300", "3 | 400"), [300, 400], "a name that spans rows is absent on the left"),
    (("Groep | Subsidieplafond", "Taal | 1.500.000", "Werk | 12"), [1_500_000], "a ceiling without a unit is in euros, a small number is not"),
    (("Bedragen x € 1.000 | |", "Groep | 2026 | 2027", "Taal | 5 | 6"), [5000, 6000], "a caption inside the table"),
    (("Groep | Bedragen x € 1.000", " | 2026 | 2027", "Taal | 5 | 6"), [5000, 6000], "a head over two columns"),
    (("Groep | Bedrag in €", "Regeling taal 2026 | zie de toelichting", "Regeling werk 2026 | 60"), [60], "a row of words is no second head"),
    (("Groep | Bedrag in € | Aandeel (%)", "Taal | 60 | 12"), [60], "a share is no money"),
    (("Groep | fte | mln. euro", "Taal | 12 | 1,5"), [1_500_000], "scale and currency end the head"),
    (("Groep | k€ | € mln", "Taal | 12 | 1,5"), [12_000, 1_500_000], "signs end the head"),
    (("Artikel | Uitgaven (x € mln.)", "2026 | 2027", "13 Taal | 5 | 6"), [5_000_000, 6_000_000], "the head of the rows says nothing of the columns"),
    (("Groep | Bedrag in €", "Taal | 60", "Groep | Aantal", "Taal | 60"), [60], "names of a count begin another table"),
    (("Bedragen x € 1.000 |", "Groep | 2026", "Taal | 60", "Aantal lessen | 7", "Juridisch verplicht (%) | 95"), [60_000], "rows that count"),
    (("Groep | Bedrag (x € 1.000)", "Waarvan:", "Taal | 60"), [60_000], "a row with a single cell does not end the table"),
]


@pytest.mark.parametrize(("rows", "values", "reason"), TABLES, ids=[reason for *_, reason in TABLES])
def test_cells_of_a_column(rows: tuple[str, ...], values: list[int], reason: str) -> None:
    assert [value for _, value, _ in read("Tabel 1", *rows)] == values, reason


def test_caption_counts_for_all_columns_but_counts() -> None:
    found = read("Tabel 1 (bedragen x € 1.000)", "Groep | 2026 | 2027 | Aantal deelnemers", "Taal | 5 | 6 | 7", "Totaal | -1 | 4 | 7")
    assert found == [("5", 5000, 2026), ("6", 6000, 2027), ("-1", -1000, 2026), ("4", 4000, 2027)]


def test_unit_ends_with_the_table() -> None:
    table = Table().after_passage("(x € 1.000)")
    table, _ = read_row("A | 12", cells_of("A | 12"), table)
    assert table.after_passage("Dit is weer gewone tekst.") == Table()


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("Gemeenten 514.085 410.120 ‒ 111.470", ["Gemeenten ", "514.085", "410.120", "‒ 111.470"]),
        ("2024 2025 2026", []),  # years alone have four digits and are no cells
        ("Er deden 12 gemeenten mee.", []),  # prose
        ("De subsidie is € 10 000", []),  # one number with a space in it
        ("In totaal 514.085", []),  # one number
    ],
)
def test_line_cells(line: str, cells: list[str]) -> None:
    assert [line[start:end] for start, end in line_cells(line)] == cells


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("Er is € 3 miljoen voor de scholing van tolken.", "purpose", "de scholing van tolken"),
        ("Er is € 3 miljoen om de wachtlijst te verkorten.", "purpose", "de wachtlijst te verkorten"),
        ("Er is € 3 miljoen voor 2026.", "purpose", None),  # a year is no purpose
        ("Het Rijk keert € 3 miljoen uit aan gemeenten.", "recipient", "gemeenten"),
        ("Via het gemeentefonds komt € 3 miljoen.", "scheme", "gemeentefonds"),
        ("Uit de SLIM-regeling komt € 3 miljoen.", "scheme", "SLIM"),
        ("Voor taal is € 3 miljoen beschikbaar via ESF+.", "scheme", "ESF+"),
        ("In 2026 en 2027 is € 3 miljoen beschikbaar.", "years", (2026, 2027)),
        ("Voor 2028 t/m 2030 is € 3 miljoen beschikbaar.", "years", (2028, 2029, 2030)),
        ("Op grond van de Vreemdelingenwet 2000 is € 3 miljoen betaald.", "years", ()),  # the year of a law
        ("Het kabinet maakt € 3 miljoen vrij.", "novelty", "new"),
        ("De eerder toegezegde € 3 miljoen komt er.", "novelty", "repeated"),
        ("De uitgaven bedragen € 3 miljoen.", "novelty", "level"),
    ],
)
def test_words_around_a_sum(text: str, field: str, value: object) -> None:
    (amount,) = find_amounts(text)
    assert getattr(amount, field) == value


def test_context_ends_with_the_sentence() -> None:
    text = "Het Rijk betaalt structureel mee. De cursus kost € 300."
    (amount,) = find_amounts(text, [(0, 33), (34, len(text))])
    assert amount.recurring is None


@pytest.mark.parametrize(
    "text",
    [
        "€ " * 8000,
        "1" * 20_000,
        "1.000" * 4000,
        "10, " * 4000 + "miljoen euro",
        "een " * 5000 + "miljoen",
        "miljoen " * 2500,
        "€ 1 tot " * 1500,
        "per jaar " * 2000 + "€ 5",
        "x € 1" + " " * 20_000,
        "miljoenen euro " * 1000,
    ],
    ids=["signs", "digits", "groups", "list", "words", "scales", "ranges", "units", "spaces", "vague"],
)
@pytest.mark.usefixtures("no_hang")
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    assert all(0 <= found.start < found.end <= len(text) for found in find_amounts(text))
