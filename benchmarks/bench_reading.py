"""Reading in CPU seconds, each next to the bare engine in the same run: PDF pages next to pypdfium2, words next to spaCy's tokenizer alone.

The documents are the bundled publications, repeated.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import spacy

from db.records import Context, Text
from nlp.analyse import analyse
from pipeline.extract import extract_text

FILES = Path(__file__).resolve().parents[1] / "crawler" / "replay" / "files"
REPEATS = 3


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of the fastest of a few runs: the one that others disturbed least."""
    best = float("inf")
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
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


def extracted(bodies: list[bytes]) -> list[Text]:
    """The same through our extraction."""
    return [extract_text(body, "application/pdf") for body in bodies]


def main() -> None:
    """Measure and print."""
    bodies = [path.read_bytes() for path in sorted(FILES.glob("*.pdf"))]
    pages = bare_pdf(bodies)
    bare, ours = cpu(lambda: bare_pdf(bodies)), cpu(lambda: extracted(bodies))
    print(f"PDF: {pages} pages; pypdfium2 {pages / bare:.0f} pages/s, extract {pages / ours:.0f} pages/s, ratio {bare / ours:.2f}")
    texts = extracted(bodies)
    words = sum(len(text.text.split()) for text in texts)
    tokenizer = spacy.blank("nl")
    analyse(texts[0], Context())  # loads the lexicons
    alone = cpu(lambda: [tokenizer(text.text) for text in texts])
    whole = cpu(lambda: [analyse(text, Context()) for text in texts])
    print(f"analysis: {words} words; tokenizer {words / alone:.0f} words/s, analyse {words / whole:.0f} words/s, ratio {alone / whole:.2f}")


if __name__ == "__main__":
    main()
