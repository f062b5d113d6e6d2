"""`kamerspoor watch`: the watches listed, shown, checked, added, edited, paused and tried out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import tomlkit
import typer
from rich.console import Console
from rich.table import Table
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from crawler.sources import source_classes
from db import watches
from db.errors import UsageError
from db.pauses import PauseRequest, resume
from db.publications import publishers
from db.store import Store
from pipeline.commands.beside import writing_beside
from pipeline.preview import Preview, preview
from pipeline.settings import Settings, load_settings
from pipeline.topics import topic_titles
from pipeline.watch import Watch
from pipeline.watches import KEYS, LISTS, TEXTS, WEEKDAYS, load_watches, parse_watches

BAR = 40
"""Columns of the longest bar."""


def list_watches(config: Path | None, db: Path | None, *, as_json: bool) -> int:
    """One row a watch."""
    settings, all_watches = _read(config, db)
    paused, since = _known(settings)
    rows = [
        {
            "name": watch.name, "title": watch.title, "digest": watch.digest, "alerts": list(watch.alerts), "targets": list(watch.targets),
            "since": since.get(watch.name), "paused": paused.get(watch.name),
        }
        for watch in all_watches
    ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1, default=str))
        return 0
    table = Table("watch", "title", "digest", "counts since", "paused since", box=None)
    for row in rows:
        table.add_row(*(str(row[name] or "") for name in ("name", "title", "digest", "since")), str(row["paused"] or "")[:16])
    Console().print(table)
    return 0


def show_watch(config: Path | None, db: Path | None, name: str, *, as_json: bool) -> int:
    """Everything that a watch asks for, defaults included."""
    _, all_watches = _read(config, db)
    watch = _named(all_watches, name)
    values = {field.name: getattr(watch, field.name) for field in fields(watch)}
    if as_json:
        typer.echo(json.dumps({**values, "targets": watch.targets}, ensure_ascii=False, indent=1))
        return 0
    for key, value in values.items():
        if key == "day":
            value = WEEKDAYS[value] if watch.digest == "weekly" else None
        if key == "at" and watch.digest not in ("daily", "weekly"):
            continue
        if value not in ((), None, False, 0.0, ""):
            typer.echo(f"{key:12}{', '.join(value) if isinstance(value, tuple) else value}")
    typer.echo(f"{'targets':12}{', '.join(watch.targets)}")
    return 0


def check_watches(config: Path | None) -> int:
    """Read the file; a mistake ends with its line."""
    settings, all_watches = _read(config, None)
    where = settings.watches if settings.watches.exists() else "the example, because there is no file"
    typer.echo(f"{where}: {len(all_watches)} watch{'es' if len(all_watches) != 1 else ''}, no mistakes")
    for note in (*_not_set_up(settings, all_watches), *_unknown_publishers(settings, all_watches)):
        typer.echo(f"note: {note}")
    return 0


def _not_set_up(settings: Settings, all_watches: Sequence[Watch]) -> Iterator[str]:
    """What a watch sends to that these settings do not know; a service may have its secrets in an environment of its own."""
    for watch in all_watches:
        if watch.email and settings.mail is None:
            yield f"'{watch.name}' sends e-mail, and there is no [mail] in the settings"
        for name in watch.webhook:
            if name.startswith(("http://", "https://")) and settings.webhook_secret is None:
                yield f"'{watch.name}' posts to an address, and KAMERSPOOR_WEBHOOK_SECRET is not set"
            elif not name.startswith(("http://", "https://")) and name not in settings.webhooks:
                yield f"'{watch.name}' posts to '{name}', and KAMERSPOOR_WEBHOOKS__{name.upper()}__URL is not set"
        for name in watch.notify:
            if name not in settings.notify:
                yield f"'{watch.name}' notifies '{name}', and KAMERSPOOR_NOTIFY__{name.upper()} is not set"


def _unknown_publishers(settings: Settings, all_watches: Sequence[Watch]) -> Iterator[str]:
    """What a watch asks for that nobody is called; it waits for whoever may come."""
    from pipeline.publishers import is_known, known_publishers, nearest  # brings the sources along

    if not any(watch.publishers for watch in all_watches):
        return
    stored: list[str] = []
    if settings.database_path.exists():
        store = Store.open(settings.database_path, readonly=True)
        try:
            stored = publishers(store.connection)
        finally:
            store.close()
    known = known_publishers(stored)
    for watch in all_watches:
        for name in watch.publishers:
            if not is_known(name, known):
                near = nearest(name, known)
                meant = f"; did you mean {' or '.join(repr(one) for one in near)}?" if near else ""
                yield f"'{watch.name}' asks for the publisher '{name}', which no ministry, council or stored publication is called{meant}"


def add_watch(config: Path | None, name: str, values: Sequence[str]) -> int:
    """Write a new block at the end of the file; what is there stays as it is."""
    settings = load_settings(config)
    text = settings.watches.read_text(encoding="utf-8") if settings.watches.exists() else ""
    block = tomlkit.table()
    block.add("name", name)
    for key, value in _pairs(values):
        block[key] = value
    lines = f"[[watch]]\n{block.as_string()}"
    _write(settings, f"{text.rstrip()}\n\n{lines}" if text.strip() else lines)
    typer.echo(f"added '{name}' to {settings.watches}; `kamerspoor watch test {name}` tries it out")
    return 0


def edit_watch(config: Path | None, name: str, values: Sequence[str], unset: Sequence[str]) -> int:
    """Change keys of a watch; comments and everything else stay."""
    settings = load_settings(config)
    try:
        document = tomlkit.parse(settings.watches.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"watch: {settings.watches}: {error.strerror}; `kamerspoor init` writes one") from error
    except TOMLKitError as error:
        raise UsageError(f"watch: {settings.watches}: {error}") from error
    blocks = document.get("watch")
    block = next((b for b in blocks if b.get("name") == name), None) if isinstance(blocks, AoT) else None
    if block is None:
        raise UsageError(f"watch: {settings.watches} holds no watch '{name}'")
    for key, value in _pairs(values):
        block[key] = value
    for key in unset:
        if key not in block:
            raise UsageError(f"watch: '{name}' has no key '{key}'")
        del block[key]
    _write(settings, tomlkit.dumps(document))
    typer.echo(f"changed '{name}' in {settings.watches}")
    return 0


def _pairs(values: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """`key=value`; a text as it is, a list with commas or as TOML: `words=arbeidsmigrant,taal*`, `focus=true`."""
    for pair in values:
        key, equals, text = pair.partition("=")
        if not equals or key not in KEYS:
            raise UsageError(f"watch: '{pair}' is not KEY=VALUE; known keys are {', '.join(KEYS)}")
        if key in TEXTS:
            yield key, text
        elif key in LISTS and not text.lstrip().startswith("["):
            yield key, [part.strip() for part in text.split(",")]
        else:
            try:
                yield key, tomlkit.value(text)
            except (TOMLKitError, ValueError) as error:
                raise UsageError(f"watch: '{pair}': {text} is no value; write true, false, a number, or a list as [\"a\", \"b\"]") from error


def _write(settings: Settings, text: str) -> None:
    """Write the file in one step, after it was read as it will be."""
    titles = topic_titles(settings.topics)
    parse_watches(text, str(settings.watches), frozenset(titles), frozenset(source_classes()))
    try:
        new = settings.watches.with_name(f".{settings.watches.name}.new")
        new.write_text(text, encoding="utf-8")
        new.replace(settings.watches)
    except OSError as error:
        raise UsageError(f"watch: {settings.watches}: {error.strerror}") from error


def pause_watch(config: Path | None, db: Path | None, name: str, *, paused: bool) -> int:
    """Hold the messages of a watch back, or let them go; its feeds go on."""
    settings, all_watches = _read(config, db)
    watch = _named(all_watches, name)
    now = datetime.now(UTC)
    with writing_beside(settings) as store, store.transaction() as connection:
        watches.register(connection, [w.name for w in all_watches], now, days=settings.alert_max_age_days)
        watches.set_paused(connection, name, now if paused else None)
        if not paused:
            for target in watch.targets:
                resume(connection, PauseRequest(watches=(name,), target=target))
    typer.echo(f"{name}: paused; what is raised waits, the feeds go on" if paused else f"{name}: resumed; what waited goes with the next run")
    return 0


def test_watch(config: Path | None, db: Path | None, name: str, since: date | None, *, send: bool, as_json: bool) -> int:
    """What a watch would have told since a day; with `send` it is told."""
    settings, all_watches = _read(config, db)
    watch = _named(all_watches, name)
    titles = topic_titles(settings.topics)
    store = Store.open(settings.database_path, readonly=True)
    try:
        shown = preview(store.connection, watch, titles, since=since, now=datetime.now(UTC))
    finally:
        store.close()
    sent = 0
    if send:
        with writing_beside(settings) as open_store, open_store.transaction() as connection:
            sent = shown.store(connection, all_watches)
    if as_json:
        typer.echo(json.dumps({**shown.as_dict(), "sent": sent}, ensure_ascii=False, indent=1))
    else:
        _print(shown)
        if send:
            typer.echo(f"{sent} alerts go out with the next run; what was told before is not told again")
    return 0


def _print(shown: Preview) -> None:
    console = Console()
    for alert, day in shown.alerts[:30]:
        console.print(f"{'' if day is None else day.isoformat():10}  {alert.title}", highlight=False, markup=False, soft_wrap=True)
        console.print(f"            {'; '.join(shown.reasons[alert.id])}", style="dim", highlight=False, markup=False, soft_wrap=True)
    if len(shown.alerts) > 30:
        console.print(f"and {len(shown.alerts) - 30} more")
    most = max(shown.weeks.values(), default=1)
    for week, count in shown.weeks.items():
        console.print(f"{week}  {count:4} {'█' * max(1, round(count * BAR / most)) if count else ''}", highlight=False)
    console.print(f"{len(shown.alerts)} of {shown.looked_at} publications", highlight=False)
    for note in shown.notes:
        console.print(f"note: {note}", highlight=False, markup=False, soft_wrap=True)
    if shown.related:
        console.print(f"related words in these texts: {', '.join(shown.related)}", highlight=False, markup=False, soft_wrap=True)


def _read(config: Path | None, db: Path | None) -> tuple[Settings, tuple[Watch, ...]]:
    settings = load_settings(config, database=db)
    return settings, load_watches(settings.watches, frozenset(topic_titles(settings.topics)), frozenset(source_classes()))


def _named(all_watches: Sequence[Watch], name: str) -> Watch:
    for watch in all_watches:
        if watch.name == name:
            return watch
    raise UsageError(f"watch: there is no watch '{name}'; there are {', '.join(watch.name for watch in all_watches)}")


def _known(settings: Settings) -> tuple[dict[str, datetime], dict[str, date]]:
    if not settings.database_path.exists():
        return {}, {}
    store = Store.open(settings.database_path, readonly=True)
    try:
        there = store.connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'watches'").fetchone()
        return (watches.paused(store.connection), watches.since(store.connection)) if there else ({}, {})
    finally:
        store.close()

