"""Our crawl on loopback with delays off, next to bare Scrapy with an empty callback on the same server and URLs, in wall and CPU seconds.

Each crawl is a process of its own, ours and bare in turn; of each the median counts. A crawl of one paper is taken off, so that what is compared is
the cost of a page and not of a start. Both ask eight things at a time: Scrapy's own number, and ours for a server on this machine.

python benchmarks/bench_crawl.py [REPEATS]
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from made_search import MadeSearch, letter

ROOT = Path(__file__).resolve().parents[1]
PAPERS = 1000
DAY = "2026-11-10"
LETTER = letter(["Een alinea van een brief."] * 200)
BARE = """
import sys, scrapy
from scrapy.crawler import CrawlerProcess
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for url in open(sys.argv[1]).read().split()[:1]:
            yield scrapy.Request(url, self.first)
    def first(self, response):
        for url in open(sys.argv[1]).read().split()[1:]:
            yield scrapy.Request(url)
    def parse(self, response):
        pass
process = CrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "ROBOTSTXT_OBEY": False,
    "DOWNLOAD_DELAY": 0, "COOKIES_ENABLED": False, "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter"})
process.crawl(Bare)
process.start()
"""


def run(*command: str) -> tuple[float, float]:
    """Wall and CPU seconds of one child."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, cwd=ROOT, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(server: MadeSearch, folder: str) -> tuple[float, float]:
    """One crawl into a new database."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        return run("-m", "crawler.run", "koop", "--db", f"{own}/k.db", "--base-url", server.url, "--since", DAY, "--delay", "0")


def main() -> None:
    """Measure and print."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    runs: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder, MadeSearch(PAPERS, DAY, LETTER) as many, MadeSearch(1, DAY, LETTER) as one:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE)
        for server, name in ((many, "many"), (one, "one")):
            ours(server, folder)
            (Path(folder) / name).write_text("\n".join(f"{server.url}{path}" for path in server.asked))
        pages = len(many.asked) - len(one.asked)
        for _ in range(repeats):
            for server, name in ((many, "many"), (one, "one")):
                runs.setdefault(f"bare {name}", []).append(run(str(bare), f"{folder}/{name}"))
                runs.setdefault(f"ours {name}", []).append(ours(server, folder))
    costs = {}
    for who in ("bare", "ours"):
        whole, start = ([statistics.median(column) for column in zip(*runs[f"{who} {name}"], strict=True)] for name in ("many", "one"))
        costs[who] = [(whole[kind] - start[kind]) / pages for kind in (0, 1)]
    (bare_wall, bare_cpu), (wall, cpu) = costs["bare"], costs["ours"]
    print(
        f"crawl of {pages} pages, median of {repeats}: bare Scrapy {1 / bare_wall:.0f} pages/s ({bare_cpu * 1000:.2f} CPU ms each), "
        f"ours {1 / wall:.0f} pages/s ({cpu * 1000:.2f}), ratio {bare_wall / wall:.2f} in wall, {bare_cpu / cpu:.2f} in CPU"
    )


if __name__ == "__main__":
    main()
