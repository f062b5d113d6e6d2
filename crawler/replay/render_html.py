"""A publication in, the bytes of its HTML manifestation out, with the classes of the recorded pages (2021) and the container of 2025."""

from __future__ import annotations

from html import escape
from itertools import groupby

from crawler.replay.dutch import chamber_line, dutch_date, spaced_dossier
from crawler.replay.library import Publication
from crawler.replay.markup import Block, Part, runs, speaker
from crawler.replay.render_metadata import dossier_titles, metas
from crawler.replay.render_opxml import stuk_title

_PAGE = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html
  PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="nl">
   <head>
      <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
{metas}
      <link href="./op.css" rel="stylesheet" type="text/css" />
      <title></title>
   </head>
   <body onload="enablePopup()">
      <div id="kopregel">
         <!--EINDE kopregel-->
      </div>
      <div id="inhoudsopgave"></div>
      <article>
      <div id="broodtekst" class="stuk broodtekst-container">
{body}
      </div>
      </article>
      <div id="voetregel"></div>
   </body>
</html>"""


def render_html(publication: Publication) -> bytes:
    """The bytes of the html manifestation."""
    lines = "\n".join(
        f'      <meta name="{name}" scheme="{scheme}" content="{escape(value)}" />' for name, scheme, value in metas(publication)
    )
    body = _questions(publication) if publication.family in ("ah-tk", "kv-tk") else _paper(publication)
    return _PAGE.format(metas=lines, body=f"{body}\n{_notes(publication)}").encode()


def inline(text: str) -> str:
    """The text of a block as HTML."""
    found = []
    for run in runs(text):
        match run.style:
            case "plain":
                found.append(escape(run.text, quote=False))
            case "bold":
                found.append(f"<b>{escape(run.text)}</b>")
            case "link":
                found.append(f'<a href="{run.target}.html" title="link naar publicatie {run.target}">{escape(run.text)}</a>')
            case "note":
                mark = run.target
                found.append(f'<a id="ref-{mark}" href="#noot-{mark}" class="nootref"><sup>{mark}</sup></a>')
    return "".join(found)


def blocks_html(blocks: tuple[Block, ...]) -> str:
    """Blocks as HTML, list items gathered in lists."""
    found: list[str] = []
    for kind, group in groupby(blocks, key=lambda block: block.kind):
        items = list(group)
        if kind == "list_item":
            lines = "\n".join(
                f'<li class="li"><p class="labeled"><span class="ol">{item.mark}</span> {inline(item.text)}</p></li>' for item in items
            )
            found.append(f'<ul class="expliciet">\n{lines}\n</ul>')
            continue
        for block in items:
            if block.kind == "table":
                found.append(_table(block))
            elif block.kind == "heading":
                tag = "h2" if block.level == 1 else "h3"
                title = f"{block.mark} {inline(block.text)}".strip()
                found.append(f'<{tag} class="{"divisiekop1" if block.mark else "tussenkop"}">{title}</{tag}>')
            else:
                found.append(f"<p>{inline(block.text)}</p>")
    return "\n".join(found)


def _table(block: Block) -> str:
    head = "".join(f'<th class="left" scope="col">{inline(cell)}</th>' for cell in block.rows[0])
    rows = "\n".join("<tr>" + "".join(f"<td><p>{inline(cell)}</p></td>" for cell in row) + "</tr>" for row in block.rows[1:])
    return f'<div class="tabel"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>'


def _paper(publication: Publication) -> str:
    heads = "\n".join(
        f'<h1 class="dossiertitel"><span class="dossiernummer">\n{spaced_dossier(number)}\n</span> {escape(dossier_titles()[number])}</h1>'
        for number in (publication.dossiers if publication.family == "kst" else ())
    )
    if publication.family == "kst":
        title = f'<span class="stuknummer">Nr. {publication.number}\n</span> {escape(stuk_title(publication))}'
    else:
        title = escape(publication.title)
    opening = ""
    if publication.kind == "kamerbrief":
        opening = (
            "<p>Aan de Voorzitter van de Tweede Kamer der Staten-Generaal</p>\n"
            f"<p>Den Haag, {dutch_date(publication.date)}</p>\n"
        )
    elif publication.family == "kst":
        opening = (
            f'<p class="kamerstukdatum">{chamber_line(publication)} <span class="datum">{dutch_date(publication.date)}</span></p>\n'
        )
    body = "\n".join(_part(part) for part in publication.content.parts)
    return f'{heads}\n<div class="stuk">\n<h1 class="stuktitel">{title}</h1>\n<div class="algemeen">\n{opening}{body}\n</div>\n</div>'


def _part(part: Part) -> str:
    match part.kind:
        case "speech":
            address, name, party = speaker(part.label)
            lead = f'<p><b class="spreker">{escape(f"{address} {name}".strip())}</b>{f" ({escape(party)})" if party else ""}:'
            first = inline(part.blocks[0].text) if part.blocks else ""
            return f"{lead} {first}</p>\n{blocks_html(part.blocks[1:])}"
        case "signature":
            lines = "\n".join(f"<p>{escape(block.text)}</p>" for block in part.blocks)
            return f'<div class="ondertekening">\n{lines}\n</div>'
        case "annex":
            return f'<div class="bijlage">\n<h2 class="bijlage_kop">Bijlage {escape(part.label)}</h2>\n{blocks_html(part.blocks)}\n</div>'
        case "motion":
            return f'<div class="motie">\n<h2>Motie</h2>\n{blocks_html(part.blocks)}\n</div>'
        case "question" | "answer" | "notice":
            return f"<h3>{part.label}</h3>\n{blocks_html(part.blocks)}"
        case "body":
            *main, last = part.blocks
            if main and last.kind == "paragraph" and " / " in last.text:
                names = "\n".join(f"<p>{escape(name)}</p>" for name in last.text.split(" / "))
                return f'{blocks_html(tuple(main))}\n<div class="alineagroep">\n{names}\n</div>'
            return blocks_html(part.blocks)


def _questions(publication: Publication) -> str:
    classes = {"question": "vraag", "answer": "antwoord", "notice": "kamervraagopmerking", "annex": "bijlage"}
    heads = "\n".join(f'<h1 class="kamervraagomschrijving_kop no-toc">{escape(line)}</h1>' for line in question_heads(publication))
    parts = "\n".join(
        f'<div class="{classes[part.kind]}">\n<h2 class="stuktitel no-toc">{part.label}\n</h2>\n{blocks_html(part.blocks)}\n</div>'
        for part in publication.content.parts
        if part.kind in classes
    )
    return f"{heads}\n{parts}"


def question_heads(publication: Publication) -> list[str]:
    """The sentences above questions and answers: who asked whom what and when, who answered when."""
    question = publication.question
    assert question is not None, f"{publication.id} has no question"
    asked = f"(ingezonden {dutch_date(question.asked)})."
    heads = [f"Vragen van {question.asked_by} aan de {publication.office} over {question.subject} {asked}"]
    if publication.family in ("ah-tk", "ah"):
        word = "Antwoord" if publication.kind == "antwoord" else "Mededeling"
        title, surname = (publication.office or "").split(" ", 1)[0], (publication.person or "").partition(" ")[2]
        heads.append(f"{word} van {title} {surname} ({publication.ministry}) (ontvangen {dutch_date(publication.date)}).")
    return heads


def _notes(publication: Publication) -> str:
    return "\n".join(
        f'<div class="voet noot"><p><span class="nootnum"><a id="noot-{mark}" href="#ref-{mark}">{mark}</a></span> {inline(text)}</p></div>'
        for mark, text in publication.content.notes.items()
    )
