"""The command `kamerspoor`: arguments in, calls, text out.

Exit status: 0 done, 1 a source or a delivery failed, 2 wrong use. An error that a user can cause is one line on standard error.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from db.errors import MonitorError, UsageError
from pipeline.cli_watches import Config, Database, Json, alert, deliveries, watch_app
from pipeline.cli_watches import day as _day

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Kamerspoor watches what the Dutch government publishes, reads what was promised, by when and for how much, and tells you.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"kamerspoor {version('kamerspoor')}")
        raise typer.Exit


@app.callback()
def _logging(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say on standard error what happens.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")] = False,  # noqa: ARG001
) -> None:
    level = logging.INFO if verbose else logging.CRITICAL
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Where the demo keeps its database and feeds.")] = Path(".demo"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin again with an empty folder.")] = False,
) -> None:
    """Run the whole line on two days of bundled publications, played by a server on this machine."""
    from pipeline.commands.demo import run_demo

    raise typer.Exit(run_demo(folder, fresh=fresh))


@app.command()
def run(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Only these sources [all that are enabled].", show_default=False)
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="Ask from this day on, YYYY-MM-DD [where the last crawl ended].", show_default=False)
    ] = None,
    config: Config = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Do one cycle: crawl the sources, read what is new, raise and deliver alerts."""
    from pipeline.commands.run import run_cycle

    raise typer.Exit(run_cycle(sources or [], config, db, since=_day("--since", since), as_json=as_json))


@app.command()
def backfill(
    source: Annotated[str, typer.Argument(help="The source.")],
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")],
    last: Annotated[str | None, typer.Option("--to", help="Last day [today].", show_default=False)] = None,
    config: Config = None,
    db: Database = None,
) -> None:
    """Fetch and read what a source published in the past. Stopped or killed, the same command goes on where it was."""
    from pipeline.commands.backfill import run_backfill

    begin = _day("--from", first)
    raise typer.Exit(run_backfill(source, begin, _day("--to", last), config, db))


@app.command()
def probe(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE]...", help="Only these sources [all].", show_default=False)] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Ask each source one polite question for everything that is not certain about it, and say which setting fits the answer."""
    from pipeline.commands.probe import probe_sources

    raise typer.Exit(probe_sources(sources or [], config, as_json=as_json))


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write.")] = Path(),
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
) -> None:
    """Write a commented kamerspoor.toml and watches.toml."""
    from pipeline.commands.init import write_examples

    raise typer.Exit(write_examples(folder, force=force))


@app.command()
def status(config: Config = None, db: Database = None, as_json: Json = False) -> None:
    """Show how the sources are, what waits and what failed."""
    from pipeline.commands.status import show_status

    raise typer.Exit(show_status(config, db, as_json=as_json))


@app.command()
def analyse(
    inputs: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE|URL]...", help="Documents to read; - is standard input.", show_default=False)
    ] = None,
    jsonl: Annotated[
        Path | None, typer.Option("--jsonl", help="Documents as JSON lines (id, title, date, doctype, text); - is standard input.")
    ] = None,
    day: Annotated[str | None, typer.Option("--date", help="The documents' own date, YYYY-MM-DD: the anchor for “voor de zomer”.")] = None,
    doctype: Annotated[str | None, typer.Option("--doctype", help="What they are, for instance “Brief regering”.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Their title.")] = None,
    config: Config = None,
) -> None:
    """Read documents and print what was found: one JSON object a line."""
    from pipeline.commands.analyse import analyse_inputs

    _choose_language(config)
    raise typer.Exit(analyse_inputs(inputs or [], jsonl, _day("--date", day), doctype, title))


@app.command()
def explain(
    name: Annotated[str, typer.Argument(metavar="FILE|URL", help="Document to read; - is standard input.")],
    html: Annotated[Path | None, typer.Option("--html", help="Write a page instead; - is standard output.", show_default=False)] = None,
    day: Annotated[str | None, typer.Option("--date", help="The document's own date, YYYY-MM-DD: the anchor for “voor de zomer”.")] = None,
    doctype: Annotated[str | None, typer.Option("--doctype", help="What it is, for instance “Brief regering”.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="Its title.")] = None,
    config: Config = None,
) -> None:
    """Show a document with everything that was read in it, and why."""
    from pipeline.commands.explain import explain as show

    _choose_language(config)
    raise typer.Exit(show(name, _day("--date", day), doctype, title, html))


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold labels as JSON lines.")],
    predictions: Annotated[Path, typer.Argument(help="What `analyse --jsonl` printed for the same documents.")],
    errors: Annotated[int, typer.Option("--errors", help="Show up to this many mistakes of each kind.")] = 0,
    as_json: Json = False,
) -> None:
    """Compare analyses with gold labels: precision and recall by task."""
    from pipeline.commands.evaluate import evaluate as compare

    raise typer.Exit(compare(gold, predictions, mistakes=errors, as_json=as_json))


@app.command()
def browse(
    config: Config = None,
    db: Database = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8001,
) -> None:
    """Serve the database and the feeds to a browser, read-only."""
    from pipeline.commands.browse import serve

    raise typer.Exit(serve(config, db, host, port))


@app.command()
def join(
    publication: Annotated[str, typer.Argument(help="The publication that stays: its id, key or an identifier.")],
    other: Annotated[str, typer.Argument(help="The publication that is the same paper.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "met de hand",
    config: Config = None,
    db: Database = None,
) -> None:
    """Say that two publications are the same paper. Alerts nobody; `split` undoes it."""
    from pipeline.commands.join import join_publications

    raise typer.Exit(join_publications(config, db, publication, other, reason))


@app.command()
def split(
    sighting: Annotated[str, typer.Argument(metavar="SOURCE:IDENTIFIER", help="The sighting that does not belong to its publication.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "met de hand",
    config: Config = None,
    db: Database = None,
) -> None:
    """Take a sighting out of its publication and make it one of its own. Alerts nobody."""
    from pipeline.commands.join import split_sighting

    raise typer.Exit(split_sighting(config, db, sighting, reason))


@app.command()
def sources(
    config: Config = None,
    topics: Annotated[bool, typer.Option("--topics", help="List the topics instead.")] = False,
    as_json: Json = False,
) -> None:
    """List the sources that Kamerspoor knows."""
    from pipeline.commands.sources import list_sources, list_topics

    raise typer.Exit(list_topics(config, as_json=as_json) if topics else list_sources(config, as_json=as_json))


def _choose_language(config: Path | None) -> None:
    """Use the deployment's own topic files and trained pipeline."""
    from nlp.model import configure
    from pipeline.settings import load_settings

    settings = load_settings(config)
    configure(topics=settings.topics, model=settings.model)


app.add_typer(watch_app, name="watch")
app.command()(deliveries)
app.command()(alert)


def main(arguments: list[str] | None = None) -> int:
    """Run a command and give its exit status; the one place where an error becomes a line and a status."""
    try:
        result = app(args=arguments, prog_name="kamerspoor", standalone_mode=False)
    except typer.Exit as stop:
        return stop.exit_code
    except typer.TyperException as error:
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        print(f"kamerspoor: {message} (try --help)" if "Usage:" not in message else message, file=sys.stderr)
        return 2
    except (typer.Abort, KeyboardInterrupt):
        print("kamerspoor: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # whoever read our output (head, less) has seen enough
        sys.stderr.close()
        return 0
    except MonitorError as error:
        print(f"kamerspoor: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return int(result or 0)


if __name__ == "__main__":
    sys.exit(main())
