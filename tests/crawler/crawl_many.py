"""Several crawls in one process on one runner, as the service does: JSON in as the only argument, JSON out. Run by tests as a script."""

# The reactor must be chosen before anything else of Twisted is imported.
# ruff: noqa: E402

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scrapy.utils.reactor import install_reactor

install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")

from dataclasses import asdict, replace
from datetime import date, datetime

from scrapy.crawler import AsyncCrawlerRunner
from twisted.internet import task
from twisted.internet.defer import Deferred

from crawler.politeness import Pace
from crawler.run import crawl, utc_now
from crawler.sources import source_class
from db.store import Store


async def main(jobs, together):
    runner = AsyncCrawlerRunner()

    async def one(job):
        source = source_class(job["source"])(job["base_urls"])
        store = Store.open(Path(job["db"]))
        try:
            now = datetime.fromisoformat(job["now"]) if "now" in job else None
            days = {name: date.fromisoformat(job[name]) for name in ("since", "until") if name in job}
            clock = utc_now if now is None else lambda: now
            outcome = await crawl(runner, source, store, clock=clock, pace=replace(Pace.of(source), backoff=0.01), **days)
        finally:
            store.close()
        return {**asdict(outcome), "found_something": outcome.found_something}

    outcomes = await asyncio.gather(*map(one, jobs)) if together else [await one(job) for job in jobs]
    print(json.dumps(outcomes))


given = json.loads(sys.argv[1])
task.react(lambda _: Deferred.fromFuture(asyncio.ensure_future(main(given["jobs"], given.get("together", False)))))
