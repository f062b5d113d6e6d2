"""The commands about following: `kamerspoor watch ...`, `deliveries` and `alert`. Arguments in, calls, text out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from db.errors import UsageError

Config = Annotated[Path | None, typer.Option("--config", help="Settings file [kamerspoor.toml when there is one].", show_default=False)]
Database = Annotated[Path | None, typer.Option("--db", help="Database file [from the settings].", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output, for scripts.")]
Name = Annotated[str, typer.Argument(help="Name of the watch.")]
Values = Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="For instance words=arbeidsmigrant,taal* or focus=true.")]

watch_app = typer.Typer(no_args_is_help=True, help="Look at, change and try out who follows what.")


@watch_app.command("list")
def list_all(config: Config = None, db: Database = None, as_json: Json = False) -> None:
    """List the watches."""
    from pipeline.commands.watch import list_watches

    raise typer.Exit(list_watches(config, db, as_json=as_json))


@watch_app.command("show")
def show(name: Name, config: Config = None, db: Database = None, as_json: Json = False) -> None:
    """Show what a watch asks for and where its alerts go."""
    from pipeline.commands.watch import show_watch

    raise typer.Exit(show_watch(config, db, name, as_json=as_json))


@watch_app.command("check")
def check(config: Config = None) -> None:
    """Read the watches file; a mistake is named with its line."""
    from pipeline.commands.watch import check_watches

    raise typer.Exit(check_watches(config))


@watch_app.command("add")
def add(name: Name, values: Values = None, config: Config = None) -> None:
    """Add a watch to the file."""
    from pipeline.commands.watch import add_watch

    raise typer.Exit(add_watch(config, name, values or []))


@watch_app.command("edit")
def edit(
    name: Name,
    values: Values = None,
    unset: Annotated[list[str] | None, typer.Option("--unset", metavar="KEY", help="Take a key out.")] = None,
    config: Config = None,
) -> None:
    """Change keys of a watch in the file; comments stay."""
    from pipeline.commands.watch import edit_watch

    raise typer.Exit(edit_watch(config, name, values or [], unset or []))


@watch_app.command("pause")
def pause(name: Name, config: Config = None, db: Database = None) -> None:
    """Hold the messages of a watch back; its feeds go on."""
    from pipeline.commands.watch import pause_watch

    raise typer.Exit(pause_watch(config, db, name, paused=True))


@watch_app.command("resume")
def resume(name: Name, config: Config = None, db: Database = None) -> None:
    """Let the messages of a watch go again, also those that a link in a mail has paused."""
    from pipeline.commands.watch import pause_watch

    raise typer.Exit(pause_watch(config, db, name, paused=False))


@watch_app.command("test")
def try_out(
    name: Name,
    since: Annotated[str | None, typer.Option("--since", help="From this day on, YYYY-MM-DD [a year ago].", show_default=False)] = None,
    send: Annotated[bool, typer.Option("--send", help="Also raise these alerts; the next run sends them.")] = False,
    config: Config = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Show what a watch would have told of what is stored, by week, with words that stand in the same texts."""
    from pipeline.commands.watch import test_watch

    raise typer.Exit(test_watch(config, db, name, day("--since", since), send=send, as_json=as_json))


def deliveries(
    target: Annotated[str | None, typer.Option("--target", help="Only this target, such as mail:a@example.org.", show_default=False)] = None,
    state: Annotated[str | None, typer.Option("--state", help="Only pending, delivered or dead.", show_default=False)] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Show up to this many deliveries.")] = 30,
    retry: Annotated[bool, typer.Option("--retry", help="Try what waits or is dead again with the next run.")] = False,
    replay_since: Annotated[
        str | None, typer.Option("--replay-since", metavar="DAY", help="Send again what was delivered from this day on.", show_default=False)
    ] = None,
    config: Config = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Show what went where, what waits and what failed."""
    from pipeline.commands.deliveries import show_deliveries, try_again

    if retry or replay_since is not None:
        raise typer.Exit(try_again(config, db, target=target, replay_since=day("--replay-since", replay_since)))
    raise typer.Exit(show_deliveries(config, db, target=target, state=state, limit=limit, as_json=as_json))


def alert(
    name: Annotated[str | None, typer.Argument(metavar="ID", help="Id of the alert, or its first six characters and more.")] = None,
    not_relevant: Annotated[
        str | None, typer.Option("--not-relevant", metavar="WHY", help="Say why it should not have come.", show_default=False)
    ] = None,
    wrong: Annotated[
        str | None,
        typer.Option(
            "--wrong", metavar="WHAT", show_default=False,
            help="Say that a promise was not kept, moved or repeated, or that a fact is wrong, by the name that `kamerspoor alert ID` shows.",
        ),
    ] = None,
    why: Annotated[str | None, typer.Option("--why", help="Why it is wrong.", show_default=False)] = None,
    review: Annotated[bool, typer.Option("--review", help="List what readers said.")] = False,
    forget: Annotated[int | None, typer.Option("--forget", metavar="NUMBER", help="Forget what a reader said.", show_default=False)] = None,
    config: Config = None,
    db: Database = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Show an alert in full, or say what is wrong with it."""
    from pipeline.commands import alert as command

    if review:
        raise typer.Exit(command.review(config, db, as_json=as_json))
    if forget is not None:
        raise typer.Exit(command.take_back(config, db, forget))
    if name is None:
        raise UsageError("alert: name the alert by its id, or ask for --review; `kamerspoor deliveries` shows the ids")
    if not_relevant is not None or wrong is not None:
        raise typer.Exit(command.judge_alert(config, db, name, not_relevant=not_relevant, wrong=wrong, why=why))
    raise typer.Exit(command.show_alert(config, db, name, as_json=as_json))


def day(option: str, text: str | None) -> date | None:
    """A day from the command line."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option}: '{text}' is not a day; write it as 2025-05-08") from error
