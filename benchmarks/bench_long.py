"""Very long documents: a report of 300 pages (120,000 words) and one paragraph of 30 MB, in CPU seconds and peak memory, each in its own process.

python benchmarks/bench_long.py [MEGABYTES]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from crawler.replay.library import load

WORDS = 120_000


def bodies() -> str:
    """The bundled publications' texts as running prose."""
    return "\n\n".join(publication.body for publication in load())


def report() -> str:
    """As many paragraphs as 300 pages hold."""
    text = bodies()
    return "\n\n".join([text] * (WORDS // len(text.split()) + 1))


def paragraph(megabytes: int) -> str:
    """One paragraph without a line break: prose of letters, without questions."""
    letters = (publication.body for publication in load() if publication.kind == "kamerbrief")
    text = " ".join(" ".join(sentence for sentence in " ".join(body.split()).split(". ") if "?" not in sentence) for body in letters)
    return " ".join([text] * (megabytes * 1024 * 1024 // len(text) + 1))[: megabytes * 1024 * 1024]


def measure(what: str, megabytes: int) -> None:
    """Analyse one text in this process and print what it took."""
    from db.records import Context
    from nlp.analyse import analyse
    from pipeline.extract.from_text import segment

    text = report() if what == "report" else paragraph(megabytes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    found = analyse(segment(text), Context(date=date(2026, 11, 10)))
    spent, peak = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    last = max((amount.evidence.end for amount in found.amounts), default=0)
    print(
        f"{what}: {len(text) / 1e6:.1f} MB, {spent:.1f} CPU s ({spent / len(text) * 1e6:.1f} per MB), peak {peak / 1024:.0f} MiB "
        f"({before / 1024:.0f} before), {len(found.commitments)} promises, {len(found.amounts)} amounts, "
        f"the last at {last / len(text):.0%} of the text"
    )


def main() -> None:
    """Run both, each in a child."""
    if len(sys.argv) == 3:
        measure(sys.argv[1], int(sys.argv[2]))
        return
    megabytes = sys.argv[1] if len(sys.argv) == 2 else "30"
    for what in ("report", "paragraph"):
        subprocess.run([sys.executable, __file__, what, megabytes], check=True, cwd=Path(__file__).resolve().parents[1])


if __name__ == "__main__":
    main()
