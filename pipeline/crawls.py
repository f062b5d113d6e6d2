"""Crawls in a process of their own: a reactor starts once in a process, and a crawl that hangs can be ended from outside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from db.health import GAP, PARTS_WELL
from db.store import Store
from pipeline.settings import Settings, SourceSettings

LONGEST_CRAWL = 3600.0
"""Seconds after which a crawl is ended; the next one goes on where it was."""
LONGEST_PAST = 24 * 3600.0
"""The same for a crawl of the past, whose first slice may have to walk through the years that follow."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlReport:
    """How one crawl ended."""

    source: str
    ok: bool
    reason: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()
    """What of the days asked for the source cannot give."""
    partly: bool = False
    """Whether some parts of the source were read well although others failed."""


def crawl_all(
    settings: Settings,
    names: Sequence[str],
    store: Store,
    *,
    since: date | None = None,
    until: date | None = None,
    base_urls: Mapping[str, Mapping[str, str]] | None = None,
    tell: Callable[[CrawlReport], None] = lambda _: None,
) -> list[CrawlReport]:
    """Crawl these sources one after the other.

    Args:
        since: ask from this day on instead of from where the last crawl ended.
        until: with `since`, what appeared between the two days, leaving the watermarks alone.
        base_urls: endpoints by source that stand in for the real ones, beside those of the settings.
        tell: called with each report as it comes.
    """
    reports = []
    for name in names:
        own = source_settings(settings, name)
        command = crawl_command(name, own, store.path, settings.contact, since=since, until=until, base_urls=(base_urls or {}).get(name, {}))
        source, longest = (name, LONGEST_CRAWL) if until is None else (f"{name}:backfill", LONGEST_PAST)
        reports.append(_crawl(source, command, store, longest))
        tell(reports[-1])
    return reports


def crawl_command(
    name: str,
    own: SourceSettings,
    database: Path,
    contact: str,
    *,
    since: date | None = None,
    until: date | None = None,
    base_urls: Mapping[str, str],
) -> list[str]:
    """The command line of one crawl."""
    command = [sys.executable, "-m", "crawler.run", name, "--db", str(database), "--user-agent", user_agent(contact)]
    for endpoint, url in {**own.endpoints(), **base_urls}.items():
        command += ["--base-url", f"{endpoint}={url}"]
    if own.delay is not None:
        command += ["--delay", str(own.delay)]
    if since is not None:
        command += ["--since", since.isoformat()]
    if until is not None:
        command += ["--until", until.isoformat()]
    return command


def source_settings(settings: Settings, name: str) -> SourceSettings:
    """What this deployment says of a source; nothing special when it says nothing."""
    return settings.sources.get(name, SourceSettings())


def user_agent(contact: str) -> str:
    """How we introduce ourselves to a source's operator."""
    return f"Kamerspoor (+{contact})"


def _crawl(name: str, command: Sequence[str], store: Store, longest: float) -> CrawlReport:
    before = store.connection.execute("SELECT coalesce(max(id), 0) FROM crawls").fetchone()[0]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=longest)
    except subprocess.TimeoutExpired:
        return CrawlReport(source=name, ok=False, reason=f"took longer than {longest / 60:.0f} minutes; the next crawl goes on")
    row = store.connection.execute("SELECT * FROM crawls WHERE source = ? AND id > ? ORDER BY id DESC LIMIT 1", (name, before)).fetchone()
    if row is None or row["outcome"] is None:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return CrawlReport(source=name, ok=False, reason=lines[-1] if lines else f"the crawl ended with status {done.returncode}")
    counts = {key: row[key] for key in ("listed", "new", "changed", "withdrawn", "failed", "requests")}
    told = json.loads(row["counts"])
    gaps = tuple(name.removeprefix(GAP) for name in told if name.startswith(GAP))
    partly = told.get(PARTS_WELL, 0) > 0
    return CrawlReport(source=name, ok=done.returncode == 0, reason=row["reason"], counts=counts, gaps=gaps, partly=partly)
