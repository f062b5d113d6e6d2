"""`kamerspoor probe`: what only the live sources can tell."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typer

from crawler.probe import Answer, probe
from crawler.sources import source_class
from pipeline.commands.run import choose
from pipeline.crawls import source_settings, user_agent
from pipeline.settings import load_settings


def probe_sources(names: list[str], config: Path | None, *, as_json: bool) -> int:
    """Exit status 0 every question was answered, 1 some were not."""
    settings = load_settings(config)
    answers: list[Answer] = []
    for name in choose(names, settings):
        source = source_class(name)(source_settings(settings, name).endpoints())
        for answer in probe(source, user_agent(settings.contact), datetime.now(UTC)):
            answers.append(answer)
            if not as_json:
                typer.echo(f"{answer.source}: {answer.question}\n    {answer.url}\n    {'' if answer.answered else 'NOT ANSWERED: '}{answer.text}")
    if as_json:
        typer.echo(json.dumps([asdict(answer) for answer in answers], ensure_ascii=False, indent=1))
    return 0 if all(answer.answered for answer in answers) else 1
