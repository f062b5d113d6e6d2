"""A publication in, the bytes of its op-XML out: `kamerstuk`, `kamervragen` or `handelingen`.

Element names of kst motions, answers and proceedings are those of the recorded files; those of letters (`tekst-sluiting`), tables and footnotes
are as readers of the live repository describe them. `kamervraagopmerking` for a postponement is inferred from the class of the same name in the HTML.
"""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape

from crawler.replay.dutch import chamber_line, dutch_date, spaced_dossier
from crawler.replay.library import Publication
from crawler.replay.markup import Block, Part, runs, speaker
from crawler.replay.render_metadata import dossier_titles

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<officiele-publicatie xsi:noNamespaceSchemaLocation="http://technische-documentatie.oep.overheid.nl/repository/schemas/op-consolidated/\
op-consolidated_2014-05-15/xsd/op-xsd-2014-05-15.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <metadata>
    <meta name="OVERHEIDop.externMetadataRecord" scheme="" content="https://zoek.officielebekendmakingen.nl/{id}/metadata.xml"/>
  </metadata>
{body}
</officiele-publicatie>"""
_DOCUMENT_TYPES = {"kst": "Kamerstukken", "kv-tk": "Kamervragen"}


class _Text:
    """Renders blocks of one publication; knows its footnotes and which of them it has written."""

    def __init__(self, publication: Publication) -> None:
        self._notes = publication.content.notes
        self._written: set[str] = set()

    def inline(self, text: str) -> str:
        found = []
        for run in runs(text):
            match run.style:
                case "plain":
                    found.append(escape(run.text))
                case "bold":
                    found.append(f'<nadruk type="vet">{escape(run.text)}</nadruk>')
                case "link":
                    found.append(f'<extref doc="{run.target}" soort="document" status="actief">{escape(run.text)}</extref>')
                case "note":
                    found.append(self._note(run.target))
        return "".join(found)

    def _note(self, mark: str) -> str:
        if mark in self._written:
            return f'<nootref refid="n{mark}">{mark}</nootref>'
        self._written.add(mark)
        body = self.inline(self._notes[mark])
        return f'<noot id="n{mark}" type="voet"><noot.nr>{mark}</noot.nr><noot.al>{body}</noot.al></noot>'

    def blocks(self, blocks: tuple[Block, ...]) -> str:
        """Headings with a number open a `divisie` that holds what follows; headings without one are a `tussenkop`."""
        found: list[str] = []
        open_division = False
        for kind, group in groupby(blocks, key=lambda block: block.kind):
            items = list(group)
            if kind == "list_item":
                found.append(self._list(items))
                continue
            for block in items:
                if block.kind == "table":
                    found.append(self._table(block))
                elif block.kind == "paragraph":
                    found.append(f"<al>{self.inline(block.text)}</al>")
                elif block.mark and block.level == 1:
                    found.append("</divisie>" if open_division else "")
                    found.append(f"<divisie><kop><nr>{block.mark}</nr><titel>{self.inline(block.text)}</titel></kop>")
                    open_division = True
                else:
                    found.append(f'<tussenkop kopopmaak="{"vet" if block.level == 1 else "cur"}">{self.inline(block.text)}</tussenkop>')
        return "\n".join(filter(None, [*found, "</divisie>" if open_division else ""]))

    def _list(self, items: list[Block]) -> str:
        kind = "ongemarkeerd" if items[0].mark == "–" else "expliciet"
        lines = [f"<li><li.nr>{item.mark}</li.nr><al>{self.inline(item.text)}</al></li>" for item in items]
        return f'<lijst type="{kind}" level="single">\n{chr(10).join(lines)}\n</lijst>'

    def _table(self, block: Block) -> str:
        columns = "".join(f'<colspec colname="col{number}"/>' for number, _ in enumerate(block.rows[0], 1))
        rows = [
            "<row>" + "".join(f'<entry align="{"left" if not column else "right"}"><al>{self.inline(cell)}</al></entry>'
            for column, cell in enumerate(row)) + "</row>"
            for row in block.rows
        ]  # fmt: skip
        body = "\n".join(rows[1:])
        return (
            f'<table frame="topbot"><tgroup cols="{len(block.rows[0])}">{columns}\n<thead>{rows[0]}</thead>\n'
            f"<tbody>\n{body}\n</tbody></tgroup></table>"
        )


def render_opxml(publication: Publication) -> bytes:
    """The bytes of the xml manifestation."""
    match publication.family:
        case "kst":
            body = _kamerstuk(publication)
        case "ah-tk" | "kv-tk":
            body = _kamervragen(publication)
        case "h-tk":
            body = _handelingen(publication)
        case other:
            raise ValueError(f"no xml exists of family {other!r}")
    return _HEAD.format(id=publication.id, body=body).encode()


def _kop(publication: Publication, element: str, document_type: str, extra: str = "") -> str:
    return f"""<{element}>
<tekstregel inhoud="vergaderjaar">Vergaderjaar {publication.session}</tekstregel>
<tekstregel inhoud="kameraanduiding">Tweede Kamer der Staten-Generaal</tekstregel>
<tekstregel inhoud="kamernummer">2</tekstregel>
<tekstregel inhoud="documenttype">{document_type}</tekstregel>
{extra}</{element}>"""


def _kamerstuk(publication: Publication) -> str:
    text = _Text(publication)
    dossiers = "\n".join(
        f"<dossier>\n<dossiernummer><dossiernr>{spaced_dossier(number)}</dossiernr></dossiernummer>\n"
        f"<titel>{escape(dossier_titles()[number])}</titel>\n</dossier>"
        for number in publication.dossiers
    )
    day = f'<datum isodatum="{publication.date}">{dutch_date(publication.date)}</datum>'
    dated = f"<datumtekst>{chamber_line(publication)} {day}</datumtekst>\n" if publication.kind != "kamerbrief" else ""
    opening = ""
    if publication.kind == "kamerbrief":
        opening = (
            "<al>Aan de Voorzitter van de Tweede Kamer der Staten-Generaal</al>\n"
            f"<al>Den Haag, {dutch_date(publication.date)}</al>\n"
        )
    body = "\n".join(_stuk_part(text, part) for part in publication.content.parts)
    signature = "\n".join(_signature(part) for part in publication.content.parts if part.kind == "signature")
    annexes = "\n".join(_annex(text, part) for part in publication.content.parts if part.kind == "annex")
    return f"""<kamerstuk>
{_kop(publication, "kamerstukkop", "Kamerstukken")}
{dossiers}
<stuk>
<stuknr>Nr. <ondernummer kamer="2">{publication.number}</ondernummer></stuknr>
<titel>{escape(stuk_title(publication))}</titel>
{dated}<algemeen>
<vrije-tekst>
<tekst status="goed">
{opening}{body}
</tekst>
</vrije-tekst>
{signature}
</algemeen>
{annexes}
</stuk>
</kamerstuk>"""


def stuk_title(publication: Publication) -> str:
    """The heading in capitals that a Kamerstuk has: who wrote it and what it is."""
    match publication.kind:
        case "kamerbrief":
            return f"BRIEF VAN DE {(publication.office or '').upper()}"
        case "motie":
            return publication.title.split(" over ")[0].upper()
        case "verslag":
            return "VERSLAG VAN EEN COMMISSIEDEBAT"
        case "nota":
            return "NOTA NAAR AANLEIDING VAN HET VERSLAG"
    return publication.title.upper()


def _stuk_part(text: _Text, part: Part) -> str:
    match part.kind:
        case "signature" | "annex":
            return ""
        case "speech":
            address, name, party = speaker(part.label)
            lead = f'<nadruk type="vet">{escape(f"{address} {name}".strip())}</nadruk>' + (f" ({party})" if party else "") + ": "
            first = text.inline(part.blocks[0].text) if part.blocks else ""
            return f"<al>{lead}{first}</al>\n{text.blocks(part.blocks[1:])}"
        case "question" | "answer":
            return f'<tussenkop kopopmaak="cur">{part.label}</tussenkop>\n{text.blocks(part.blocks)}'
        case "motion":
            return f'<tussenkop kopopmaak="vet">Motie</tussenkop>\n{text.blocks(part.blocks)}'
        case "body":
            *main, last = part.blocks
            # The movers of a motion stand in a group of their own.
            if main and last.kind == "paragraph" and " / " in last.text:
                names = "\n".join(f"<al>{escape(name)}</al>" for name in last.text.split(" / "))
                return f"{text.blocks(tuple(main))}\n<al-groep>\n{names}\n</al-groep>"
            return text.blocks(part.blocks)
        case "notice":
            return text.blocks(part.blocks)


def _signature(part: Part) -> str:
    lines = [block.text for block in part.blocks]
    signed = []
    for office, person in zip(lines[::2], lines[1::2], strict=True):
        initials, _, surname = person.partition(" ")
        signed.append(
            f"<ondertekening>\n<functie>{escape(office)}</functie>\n"
            f"<naam><voornaam>{escape(initials)}</voornaam><achternaam>{escape(surname)}</achternaam></naam>\n</ondertekening>"
        )
    return "<tekst-sluiting>\n{}\n</tekst-sluiting>".format("\n".join(signed))


def _annex(text: _Text, part: Part) -> str:
    return f"<bijlage>\n<kop><label>Bijlage</label><titel>{escape(part.label)}</titel></kop>\n{text.blocks(part.blocks)}\n</bijlage>"


def _kamervragen(publication: Publication) -> str:
    text, question = _Text(publication), publication.question
    assert question is not None, f"{publication.id} has no question"
    asked = f'(ingezonden <datum isodatum="{question.asked}">{dutch_date(question.asked)}</datum>).'
    lines = [
        f'<kamervraagomschrijving type="vraag">Vragen van {escape(question.asked_by)} aan de {escape(publication.office or "")} over '
        f"<kamervraagonderwerp>{escape(question.subject)}</kamervraagonderwerp> {asked}</kamervraagomschrijving>"
    ]
    if publication.family == "ah-tk":
        word = "Antwoord" if publication.kind == "antwoord" else "Mededeling"
        office = (publication.office or "").split(" ", 1)[0]
        initials, _, surname = (publication.person or "").partition(" ")
        lines.append(
            f'<kamervraagomschrijving type="antwoord">{word} van {office} <naam><voornaam>{initials} </voornaam>'
            f"<achternaam>{escape(surname)}</achternaam></naam> (<organisatie>{escape(publication.ministry or '')}</organisatie>) "
            f'(ontvangen <datum isodatum="{publication.date}">{dutch_date(publication.date)}</datum>).</kamervraagomschrijving>'
        )
    extra = ""
    if publication.family == "ah-tk":
        # White space inside a line is raw in the recorded files.
        extra = (
            '<tekstregel inhoud="overig">\n\t\t\tVragen gesteld door de leden der Kamer, met de daarop door\n'
            "\t\t\tde regering gegeven antwoorden\n</tekstregel>\n"
        )
    kind = "\n\t\t\tAanhangsel van de Handelingen\n" if publication.family == "ah-tk" else "Vragen gesteld door de leden der Kamer"
    elements = {"question": "vraag", "answer": "antwoord", "notice": "kamervraagopmerking"}
    for part in publication.content.parts:
        if part.kind in elements:
            element = elements[part.kind]
            lines.append(f'<{element}>\n<nr status="officieel">{part.label}</nr>\n{text.blocks(part.blocks)}\n</{element}>')
        elif part.kind == "annex":
            lines.append(_annex(text, part))
    number = publication.number or question.number
    return f"""<kamervragen>
{_kop(publication, "kamervraagkop", kind, extra)}
<kamervraagnummer>{number}</kamervraagnummer>
{chr(10).join(lines)}
</kamervragen>"""


def _handelingen(publication: Publication) -> str:
    text = _Text(publication)
    opening = ""
    turns: list[str] = []
    for part in publication.content.parts:
        paragraphs = "\n".join(f"<al-groep>\n<al>{text.inline(block.text)}</al>\n</al-groep>" for block in part.blocks)
        if part.kind == "speech":
            address, name, party = speaker(part.label)
            politics = f" (<politiek>{escape(party)}</politiek>)" if party else ""
            turns.append(
                f'<spreekbeurt nieuw="ja">\n<spreker><voorvoegsels>{escape(address)}</voorvoegsels> <naam><achternaam>{escape(name)}'
                f'</achternaam></naam>{politics}:</spreker>\n<tekst status="goed">\n{paragraphs}\n</tekst>\n</spreekbeurt>'
            )
        elif part.kind == "motion":
            lines = "\n".join(f"<al>{text.inline(block.text)}</al>" for block in part.blocks)
            motion = f'<motie id="M-{part.label.replace(", nr. ", "-")}">\n<kop><titel status="officieel">Motie</titel></kop>\n{lines}\n</motie>'
            turns[-1] = turns[-1].replace("\n</tekst>\n</spreekbeurt>", f"\n{motion}\n</tekst>\n</spreekbeurt>")
        else:
            opening += paragraphs
    return f"""<handelingen>
<agendapunt>
<nr>{publication.id.rsplit("-", 1)[1]}</nr>
<item-titel>{escape(publication.title)}</item-titel>
<onderwerp>
{opening}
</onderwerp>
{chr(10).join(turns)}
</agendapunt>
</handelingen>"""
