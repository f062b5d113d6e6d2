"""What an idle cycle costs, by source: requests, and CPU milliseconds of the crawling process.

Each source crawls day one of the replay in one process on one runner, as the service does; the first crawls of the day are followed by one that finds
nothing, which is what counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
BEFORE = 2
"""Crawls until nothing is new and the questions of the day have been asked."""
MEASURED = 5
CHILD = """
import asyncio, json, sys, time
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from datetime import UTC, datetime
from pathlib import Path
from scrapy.crawler import AsyncCrawlerRunner
from twisted.internet import task
from twisted.internet.defer import Deferred
from crawler.run import crawl
from crawler.sources import source_class
from db.store import Store

given = json.loads(sys.argv[1])
now = datetime.fromisoformat(given["now"])

async def main():
    runner = AsyncCrawlerRunner()
    store = Store.open(Path(given["db"]))
    rows = []
    for _ in range(given["crawls"]):
        began = time.process_time()
        outcome = await crawl(runner, source_class(given["source"])(given["base_urls"]), store, clock=lambda: now, since=None if rows else now.date())
        rows.append((time.process_time() - began, outcome.counts.get("requests", 0), outcome.found_something, outcome.outcome))
    store.close()
    print(json.dumps(rows))

task.react(lambda _: Deferred.fromFuture(asyncio.ensure_future(main())))
"""


def main() -> None:
    """Measure and print."""
    sys.path.insert(0, str(ROOT))
    from crawler.replay.library import DAYS
    from crawler.replay.server import Replay
    from crawler.sources import source_classes

    with Replay(day=1) as replay, TemporaryDirectory() as folder:
        for name in source_classes():
            if name not in replay.base_urls:
                continue
            given = {
                "source": name, "base_urls": replay.base_urls[name], "db": f"{folder}/{name}.db", "now": f"{DAYS[1]}T18:00:00+00:00",
                "crawls": BEFORE + MEASURED,
            }  # fmt: skip
            told = subprocess.run(
                [sys.executable, "-c", CHILD, json.dumps(given)], check=True, capture_output=True, text=True, cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            ).stdout  # fmt: skip
            rows = json.loads(told)[BEFORE:]
            if any(found or ended != "ok" for _, _, found, ended in rows):
                print(f"idle {name}: no idle cycle: {rows}")
                continue
            cpu = min(row[0] for row in rows)
            print(f"idle {name}: {max(row[1] for row in rows)} requests, {cpu * 1000:.0f} CPU ms (the least of {MEASURED})")


if __name__ == "__main__":
    main()
