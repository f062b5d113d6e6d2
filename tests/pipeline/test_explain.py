"""`kamerspoor explain`: every fact is shown with its reason, and nothing of a document gets out unescaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.cli import main

LETTER = (
    "BRIEF VAN DE MINISTER VAN DEFENSIE\n\nGeachte voorzitter,\n\n"
    "Voor de zomer stuur ik uw Kamer een brief over de opvang van arbeidsmigranten. "
    "Daarvoor is 80 miljoen euro beschikbaar (Kamerstuk 32 824, nr. 475).\n"
)
HOSTILE = "Voor de zomer stuur ik uw Kamer een brief over <script>alert(1)</script> \"aanval\" & 'meer'. \x1b[31mrood\x1b[0m \u202eomgekeerd\n"


class Page(HTMLParser):
    """Collects tags, marks and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.marks: list[str] = []
        self.links: set[str] = set()
        self.ids: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        given = dict(attrs)
        if tag == "mark":
            self.marks.append(given.get("class") or "")
        if given.get("id"):
            self.ids.add(str(given["id"]))
        if given.get("href"):
            self.links.add(str(given["href"]))

    def handle_data(self, data: str) -> None:
        self.words += data


def read(page: str) -> Page:
    parser = Page()
    parser.feed(page)
    return parser


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "brief.txt"
    path.write_text(LETTER, encoding="utf-8")
    return path


def test_explain_marks_facts_with_reason_and_confidence(letter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(letter), "--date", "2026-11-10", "--doctype", "Kamerbrief"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "brief over de opvang van arbeidsmigranten" in shown
    assert "commitments." in shown and "2027-07-08" in shown and "80.000.000" in shown
    assert "minister van Defensie" in shown


def test_a_moment_told_in_the_next_sentence_is_noted_behind_its_promise(tmp_path: Path) -> None:
    path, out = tmp_path / "brief.txt", tmp_path / "uitleg.html"
    path.write_text("Over de ervaringen informeer ik uw Kamer. Dit doe ik voor de zomer.\n", encoding="utf-8")
    assert main(["explain", str(path), "--date", "2026-11-10", "--doctype", "Kamerbrief", "--html", str(out)]) == 0
    words = read(out.read_text(encoding="utf-8")).words
    assert re.search(r"(?<!\d)Over de ervaringen informeer ik uw Kamer\.\d+", words), "no note stands before the sentence"


def test_explain_writes_a_page_that_needs_nothing_else(letter: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "uitleg.html"
    assert main(["explain", str(letter), "--date", "2026-11-10", "--title", "Een <brief>", "--html", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    page = read(out.read_text(encoding="utf-8"))
    assert not page.tags & {"script", "link", "img", "iframe", "brief"}
    assert {"toezegging", "termijn", "bedrag", "verwijzing"} <= set(page.marks)
    assert {link.removeprefix("#") for link in page.links} <= page.ids
    assert "Een <brief>" in page.words


def test_page_holds_the_whole_text_once(letter: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(letter), "--html", "-"]) == 0
    page = read(capsys.readouterr().out)
    words = "".join(page.words.split())
    assert words.count("Geachtevoorzitter") == 1
    assert words.count("isbeschikbaar") == 0 and words.count("beschikbaar(Kamerstuk") == 1


def test_hostile_text_stays_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "<img src=x>.txt"
    path.write_text(HOSTILE, encoding="utf-8")
    assert main(["explain", str(path), "--html", "-"]) == 0
    out = capsys.readouterr().out
    assert not read(out).tags & {"script", "img"}
    assert "\x1b" not in out and "\u202e" not in out
    assert main(["explain", str(path)]) == 0
    assert "\x1b[31m" not in capsys.readouterr().out


def test_explain_of_nothing_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(tmp_path / "none.txt")]) == 2
    assert main(["explain", str(tmp_path / "none.txt"), "--date", "gisteren"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
