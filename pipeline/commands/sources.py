"""`kamerspoor sources`: what can be crawled, and which topics can be followed."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from crawler.sources import source_classes
from nlp.topic_files import load_topics
from pipeline.settings import interval, load_settings


def list_sources(config: Path | None, *, as_json: bool) -> int:
    """One row a source."""
    settings = load_settings(config)
    rows = [
        {
            "source": name,
            "title": source.title,
            "every_minutes": round(interval(settings, name, source.every).total_seconds() / 60, 2),
            "enabled": name not in settings.sources or settings.sources[name].enabled,
            "base_urls": dict(source.bases),
        }
        for name, source in source_classes().items()
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    table = Table("source", "what", "every", "enabled", box=None)
    for row in rows:
        table.add_row(str(row["source"]), str(row["title"]), f"{row['every_minutes']:g} min", "yes" if row["enabled"] else "no")
    Console().print(table)
    return 0


def list_topics(config: Path | None, *, as_json: bool) -> int:
    """One row a topic."""
    topics = load_topics(load_settings(config).topics)
    if as_json:
        typer.echo(json.dumps([{"topic": t.name, "title": t.title, "focus": t.focus} for t in topics], ensure_ascii=False, indent=1))
        return 0
    table = Table("topic", "title", "in focus", box=None)
    for topic in topics:
        table.add_row(topic.name, topic.title, "yes" if topic.focus else "")
    Console().print(table)
    return 0
