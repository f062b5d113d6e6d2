"""Tables that plain text writes with pipes. The tables are made; the ways of writing them are those of consolidated regulations."""

from __future__ import annotations

import pytest

from db.records import Text
from pipeline.extract.from_text import segment

GLUED = """\
Artikel 1

De plafonds staan in de tabel:

| 1 | 2 | 3 | Instrument | Artikel | Plafond € |
|:---|:---|:---|:---|:---|:---|
| Titel 2.2: Taal op de werkvloer | 2.2.2, onderdeel a | 485.000 |
|Titel 2.3: Examens |--- |125.000 |
| --- | --- | --- |

Artikel 2

De regeling vervalt op 1 januari 2028.
"""


def rows(text: Text) -> list[list[str]]:
    return [[text.text[start:end] for start, end in one.cells] for one in text.segments if one.kind == "table_row"]


def test_rows_have_cells_and_lines_of_dashes_are_no_row() -> None:
    text = segment(GLUED)
    assert rows(text) == [
        ["1", "2", "3", "Instrument", "Artikel", "Plafond €"],
        ["Titel 2.2: Taal op de werkvloer", "2.2.2, onderdeel a", "485.000"],
        ["Titel 2.3: Examens", "", "125.000"],
    ]
    assert [one.kind for one in text.segments if one.kind != "table_row"] == ["heading", "paragraph", "heading", "paragraph"]


@pytest.mark.parametrize(
    ("text", "found", "reason"),
    [
        ("Regeling | Plafond €\n---|---\nTaal | 485.000", [["Regeling", "Plafond €"], ["Taal", "485.000"]], "no pipes at the ends"),
        ("Regeling | 2026\nTaal | 485\nExamens | 120", [["Regeling", "2026"], ["Taal", "485"], ["Examens", "120"]], "no line of dashes"),
        ("| Naam\n| Utrecht\n| Breda", [["Naam"], ["Utrecht"], ["Breda"]], "no pipes at the right end"),
        ("| a \\| b | 12 |\n| c | 13 |", [["a \\| b", "12"], ["c", "13"]], "a pipe behind a backslash is a letter"),
        ("| | 2026 |\n|---|---|\n| Taal | |", [["", "2026"], ["Taal", ""]], "empty cells keep their column"),
        ("Nieuwsbericht | 02-11-2026 | 09:00", [], "one line is no table"),
        ("Zie de kamerbrief over taal | Rijksoverheid.nl\nen het jaarbericht | Kamerstuk | Rijksoverheid.nl", [], "titles of pages"),
        ("Zie de brief over taal | Kamerstuk | A\nen de brief over werk | Kamerstuk | B", [], "two titles with as many pipes"),
        ("Wij kiezen a | b.\n\nDaarna kiezen wij c | d.", [], "paragraphs with a pipe in them"),
    ],
)
def test_what_is_a_table(text: str, found: list[list[str]], reason: str) -> None:
    assert rows(segment(f"Inleiding van het stuk.\n\n{text}\n\nSlot van het stuk.")) == found, reason
