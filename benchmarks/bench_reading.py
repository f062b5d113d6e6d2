"""Reading in CPU seconds, each kind next to the bare engine in the same run.

PDF pages next to pypdfium2 fetching their text; op-XML, HTML and DOCX next to lxml parsing the same bytes; the words of the analysis next to spaCy:
the tokenizer alone, and tokenizer with our trained tagger and parser over every word, of which the analysis asks for the promises only. The documents
are the bundled publications.
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdfium2
import spacy
from lxml import etree, html

from crawler.replay.library import load
from crawler.replay.render_html import render_html
from crawler.replay.render_opxml import render_opxml
from db.records import Context, Text
from nlp.analyse import analyse
from nlp.parse import BUNDLED
from pipeline.extract import extract_text

FILES = Path(__file__).resolve().parents[1] / "crawler" / "replay" / "files"
REPEATS = 5
PRINTED = ("kst", "ah-tk", "kv-tk", "h-tk")
"""Families of papers that officielebekendmakingen.nl prints as XML and HTML."""
MEDIA_TYPES = {
    "op-XML": "application/xml",
    "HTML": "text/html",
    "DOCX": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "PDF": "application/pdf",
}


def cpu(*works: Callable[[], object]) -> list[float]:
    """CPU seconds of each, in turns: the least of a few runs, which is the one that others disturbed least."""
    best = [float("inf")] * len(works)
    for _ in range(REPEATS):
        for at, work in enumerate(works):
            began = time.process_time()
            work()
            best[at] = min(best[at], time.process_time() - began)
    return best


def bare_pdf(bodies: list[bytes]) -> int:
    """The text of all pages by the library alone; gives the number of pages."""
    pages = 0
    for body in bodies:
        document = pypdfium2.PdfDocument(body)
        for page in document:
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()
            pages += 1
        document.close()
    return pages


def bare_docx(body: bytes) -> etree._Element:
    """The text of a DOCX as a tree."""
    with zipfile.ZipFile(BytesIO(body)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def extracted(bodies: list[bytes], kind: str) -> list[Text]:
    """The documents through our extraction."""
    return [extract_text(body, MEDIA_TYPES[kind]) for body in bodies]


def extraction() -> list[Text]:
    """Measure and print what each kind of file costs; gives the texts of the PDFs."""
    bodies = [path.read_bytes() for path in sorted(FILES.glob("*.pdf"))]
    pages = bare_pdf(bodies)
    bare, ours = cpu(lambda: bare_pdf(bodies), lambda: extracted(bodies, "PDF"))
    print(f"PDF: {pages} pages; pypdfium2 {pages / bare:.0f} pages/s, extract {pages / ours:.0f} pages/s, ratio {bare / ours:.2f}")
    papers = [item for item in load() if item.family in PRINTED]
    marked: dict[str, tuple[list[bytes], Callable[[bytes], object]]] = {
        "op-XML": ([render_opxml(item) for item in papers], etree.fromstring),
        "HTML": ([render_html(item) for item in papers], html.document_fromstring),
        "DOCX": ([path.read_bytes() for path in sorted(FILES.glob("*.docx"))], bare_docx),
    }
    for kind, (files, parse) in marked.items():
        bare, ours = cpu(lambda parse=parse, files=files: [parse(one) for one in files], lambda kind=kind, files=files: extracted(files, kind))
        print(
            f"{kind}: {len(files)} documents; lxml's parse {bare / len(files) * 1000:.2f} ms each, extract {ours / len(files) * 1000:.2f} ms, "
            f"ratio {bare / ours:.2f}"
        )
    return extracted(bodies, "PDF")


def main() -> None:
    """Measure and print."""
    texts = extraction()
    words = sum(len(text.text.split()) for text in texts)
    tokenizer, parser = spacy.blank("nl"), spacy.load(BUNDLED)
    analyse(texts[0], Context())  # loads the lexicons
    alone, parsed, whole = cpu(
        lambda: [tokenizer(text.text) for text in texts],
        lambda: [parser(text.text) for text in texts],
        lambda: [analyse(text, Context()) for text in texts],
    )
    print(
        f"analysis: {words} words; tokenizer {words / alone:.0f} words/s, tokenizer and parser {words / parsed:.0f} words/s, "
        f"analyse {words / whole:.0f} words/s, ratio {alone / whole:.2f} and {parsed / whole:.2f}"
    )


if __name__ == "__main__":
    main()
