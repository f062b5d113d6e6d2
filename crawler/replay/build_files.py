"""Builds the PDF and Word files of the bundled publications in `files/`: `python -m crawler.replay.build_files`; `--check` only compares."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from crawler.replay.library import FILES, forms, load
from crawler.replay.render_docx import render_docx
from crawler.replay.render_pdf import render_pdf

_RENDERERS = {"pdf": render_pdf, "docx": render_docx}


def built() -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file, for every form in which a publication is shown."""
    for publication in load():
        for form in forms(publication):
            for kind, renderer in _RENDERERS.items():
                if kind in form.formats:
                    yield f"{form.stem}.{kind}", renderer(form)


def main() -> int:
    """Write what differs, delete what no publication has; the exit status of a check says whether anything would."""
    parser = argparse.ArgumentParser(prog="python -m crawler.replay.build_files", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, only say what differs")
    check = parser.parse_args().check
    FILES.mkdir(exist_ok=True)
    files = dict(built())
    stale = [path for path in FILES.iterdir() if path.name not in files]
    changed = [name for name, body in files.items() if not (FILES / name).exists() or (FILES / name).read_bytes() != body]
    for path in () if check else stale:
        path.unlink()
    for name in () if check else changed:
        (FILES / name).write_bytes(files[name])
    print(f"{len(files)} files, {len(changed)} changed, {len(stale)} stale")
    return 1 if check and (changed or stale) else 0


if __name__ == "__main__":
    sys.exit(main())
