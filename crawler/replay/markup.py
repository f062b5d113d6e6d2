"""The marked-up body of a bundled publication in, its parts, blocks and runs out.

The marks, one a line unless said, blocks apart by an empty line:

    # 1. Kop            numbered or plain heading; ## is one level deeper
    [vraag 1]           a question begins; also [vragen 2 en 3], [antwoord 1], [antwoorden 2 en 3]
    [mededeling]        the notice of a postponement begins
    [spreker] De heer | Van der Wal | D66      a speech begins; the last field may be missing
    [motie] 32824, nr. 560                     a motion inside a speech begins
    [bijlage] Titel     an annex begins
    [ondertekening]     office and name follow, one a line
    [einde]             back to the plain text
    [noot 1] tekst      the footnote that [^1] in the text points at
    - item, 1. item, a. item                   a list item a line
    | a | b |           a table row a line; the first one is the head
    **vet**, [tekst](kst-32824-541), ~         bold, a link to a paper, a no-break space
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from db.errors import UsageError

BlockKind = Literal["heading", "paragraph", "list_item", "table"]
PartKind = Literal["body", "question", "answer", "notice", "speech", "motion", "annex", "signature"]
RunStyle = Literal["plain", "bold", "link", "note"]

_PART = re.compile(r"\[(vraag|vragen|antwoord|antwoorden|mededeling|spreker|motie|bijlage|ondertekening|einde)(?: ([0-9][0-9a-z, ]{0,40}))?\] ?(.*)")
_NOTE = re.compile(r"\[noot (\w{1,3})\] (.+)")
_HEADING = re.compile(r"(#{1,2}) (?:((?:\d\.){1,3}|[IVX]{1,4}\.) )?(.+)")
_ITEM = re.compile(r"(-|\d{1,2}\.|[a-z]\.) (.+)")
_RUN = re.compile(r"\*\*(?P<bold>[^*]{1,200})\*\*|\[\^(?P<note>\w{1,3})\]|\[(?P<text>[^\]\[]{1,200})\]\((?P<target>[\w.-]{1,60})\)")
_PARTS: dict[str, PartKind] = {
    "vraag": "question", "vragen": "question", "antwoord": "answer", "antwoorden": "answer", "mededeling": "notice", "spreker": "speech",
    "motie": "motion", "bijlage": "annex", "ondertekening": "signature", "einde": "body",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; `target` is the paper of a link or the mark of a footnote."""

    text: str
    style: RunStyle = "plain"
    target: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph, list item or table."""

    kind: BlockKind
    text: str = ""
    mark: str = ""
    """`1.` of a numbered heading or list item, `–` of an unnumbered one."""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A question, answer, speech, annex or stretch of plain text with its blocks, in order."""

    kind: PartKind
    label: str = ""
    """`Vraag 2 en 3`, `De heer | Van der Wal | D66`, the title of an annex."""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """The whole text of a publication."""

    parts: tuple[Part, ...]
    notes: dict[str, str]

    def plain(self) -> str:
        """The text as a reader sees it, footnotes last, one block a line."""
        lines: list[str] = []
        for part in self.parts:
            lines += [part.label] if part.label else []
            for block in part.blocks:
                lines += [" ".join(map(plain_text, row)) for row in block.rows] or [f"{block.mark} {plain_text(block.text)}".strip()]
        return "\n".join(lines + [plain_text(note) for note in self.notes.values()])


def runs(text: str) -> list[Run]:
    """Split the text of one block into stretches of one style."""
    found: list[Run] = []
    at = 0
    for match in _RUN.finditer(text):
        if match.start() > at:
            found.append(Run(_spaced(text[at : match.start()])))
        if match["bold"]:
            found.append(Run(_spaced(match["bold"]), "bold"))
        elif match["note"]:
            found.append(Run("", "note", match["note"]))
        else:
            found.append(Run(_spaced(match["text"]), "link", match["target"]))
        at = match.end()
    if at < len(text):
        found.append(Run(_spaced(text[at:])))
    return found


def plain_text(text: str) -> str:
    """The text of one block without its marks."""
    return "".join(run.text for run in runs(text))


def speaker(label: str) -> tuple[str, str, str]:
    """Form of address, name and party of a speech's label; empty where it has none."""
    fields = [field.strip() for field in label.split("|")] + ["", ""]
    return fields[0], fields[1], fields[2]


def parse_body(source: str) -> Body:
    """Read a marked-up body.

    Raises:
        UsageError: a footnote is pointed at and missing, or written and never pointed at.
    """
    parts: list[tuple[PartKind, str, list[Block]]] = [("body", "", [])]
    notes: dict[str, str] = {}
    for chunk in re.split(r"\n{2,}", source.strip()):
        lines = [line.strip() for line in chunk.strip().split("\n")]
        if match := _PART.fullmatch(lines[0]):
            word, numbers, rest = match.groups()
            label = f"{word.capitalize()} {numbers}" if numbers else rest or ("Mededeling" if word == "mededeling" else "")
            parts.append((_PARTS[word], label, []))
            lines = lines[1:]
        if not lines:
            continue
        if parts[-1][0] == "signature":
            parts[-1][2].extend(Block("paragraph", line) for line in lines)
        elif all(_NOTE.fullmatch(line) for line in lines):
            notes |= {found[1]: found[2] for line in lines if (found := _NOTE.fullmatch(line))}
        else:
            parts[-1][2].extend(_blocks(lines))
    pointed = re.findall(r"\[\^(\w{1,3})\]", source)
    if set(pointed) != set(notes):
        raise UsageError(f"footnotes pointed at {sorted(set(pointed))} and written {sorted(notes)} differ")
    return Body(tuple(Part(kind, label, tuple(blocks)) for kind, label, blocks in parts if label or blocks), notes)


def _blocks(lines: list[str]) -> list[Block]:
    if heading := _HEADING.fullmatch(lines[0]):
        marks, number, title = heading.groups()
        return [Block("heading", title, number or "", len(marks)), *(_blocks(lines[1:]) if lines[1:] else [])]
    if lines[0].startswith("| "):
        rows = tuple(tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines)
        return [Block("table", rows=rows)]
    items = [_ITEM.fullmatch(line) for line in lines]
    if all(items):
        return [Block("list_item", item[2], "–" if item[1] == "-" else item[1]) for item in items if item]
    return [Block("paragraph", " ".join(lines))]


def _spaced(text: str) -> str:
    return text.replace("~", "\u00a0")
