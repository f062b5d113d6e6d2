"""The pictures of the README: python tests/browser/screenshots.py DATABASE FOLDER (`make screenshots` does that with the demo)."""

from __future__ import annotations

import io
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # tests/commandline.py

from PIL import Image
from playwright.sync_api import sync_playwright
from serving import chromium, launch, serving

SIZES = {1280: 800, 390: 844}
MOST = 90_000
"""Bytes of one picture."""
DAY = "2026-11-11"
PAGES = {
    "start": f"SELECT '/?dag={DAY}'",
    "publication": """SELECT '/publicatie/' || p.id || '#toezegging-' || min(c.id) FROM publications p JOIN commitments c ON c.publication_id = p.id
        WHERE p.kind = 'kamerbrief' AND p.focus = 1 AND p.withdrawn = 0 AND c.not_after IS NOT NULL GROUP BY p.id
        ORDER BY min(6, count(*)) + min(6, (SELECT count(purpose) FROM amounts a WHERE a.publication_id = p.id)) DESC, p.id LIMIT 1""",
    "promises": "SELECT '/toezeggingen?status=open&van=2026-11-11'",
    "search": "SELECT '/zoeken?q=inburgering'",
    "figures": "SELECT '/cijfers'",
}


def main(database: Path, folder: Path) -> int:
    """Write `browse-<page>-<width>.png` for each page."""
    path = chromium()
    if path is None:
        print("screenshots: needs Chromium on the PATH", file=sys.stderr)
        return 2
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    paths = {name: connection.execute(sql).fetchone()[0] for name, sql in PAGES.items()}
    connection.close()
    with serving(database.resolve()) as address, sync_playwright() as driver:
        browser = launch(driver, path)
        for name, page in paths.items():
            for width, height in SIZES.items():
                tab = browser.new_page(viewport={"width": width, "height": height}, locale="nl-NL", timezone_id="Europe/Amsterdam")
                tab.goto(address + page)
                (folder / f"browse-{name}-{width}.png").write_bytes(small(tab.screenshot()))
                tab.close()
        browser.close()
    return 0


def small(picture: bytes) -> bytes:
    """The picture with as many colours as fit."""
    for colours in (128, 64, 32, 16):
        kept = io.BytesIO()
        Image.open(io.BytesIO(picture)).convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
        if kept.tell() <= MOST:
            break
    return kept.getvalue()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
