"""`kamerspoor browse`: Datasette on the database, read-only, with the feeds beside it."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import typer
import yaml
from pydantic import SecretStr

from db.errors import UsageError
from db.store import Store
from pipeline.settings import load_settings

SETTINGS = {
    "suggest_facets": False,  # looks through every column of every table on each page: 2 to 15 times slower
    "sql_time_limit_ms": 1000,
    "max_returned_rows": 2000,
    "allow_download": False,
    "num_sql_threads": 2,
}


STOP_SECONDS = 1
"""How long an answer that is under way may take once we are asked to stop."""


def serve(config: Path | None, db: Path | None, host: str, port: int) -> int:
    """Serve until interrupted."""
    import uvicorn

    settings = load_settings(config, database=db)
    path = settings.database_path
    Store.open(path, readonly=True).close()
    bound = _listen(host, port)
    alone = _is_loopback(host)
    if not alone:
        token = "" if settings.corrections_token else " (and nobody can correct it: no KAMERSPOOR_CORRECTIONS_TOKEN)"
        print(f"kamerspoor: everyone who reaches {host} can read this database and query it{token}", file=sys.stderr)
    # A name that others made lead to this computer is none of ours; behind a proxy we answer to the names that the settings give.
    hosts = {name for url in (settings.public_url, settings.feed_base_url) if (name := urlsplit(url or "").hostname)} if alone else None
    app = application(path, settings.feeds_path, settings.secret, hosts, settings.corrections_token)
    address = f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}/"
    typer.echo(f"Browse at {address}  (feeds under {address}feeds/)  Ctrl-C stops.")
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", lifespan="on", server_header=False, timeout_graceful_shutdown=STOP_SECONDS, limit_concurrency=200)
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # the server raises again what stopped it, which would end us with a traceback or by the signal
    server.run(sockets=[bound])
    return 0


def application(
    database: Path, feeds: Path, secret: SecretStr | None = None, hosts: Iterable[str] | None = None, token: SecretStr | None = None
) -> Any:
    """The ASGI application: Datasette with our metadata and plugin.

    Args:
        secret: what signs the pause links in mails; without it there are none.
        hosts: the names we answer to, beside the loopback ones; None for any.
        token: who knows it may contradict what was read; without it nobody may.
    """
    from datasette.app import Datasette
    from datasette.plugins import pm

    from db.browse.office import Holder
    from db.browse.plugin import Plugin
    from nlp.offices import persons
    from pipeline.channels.ical import calendar

    # Where rich is installed, Datasette prints a traceback with all locals for every page that does not exist. The module must come after the
    # application: imported first, it is registered before its hook is defined.
    import_module("datasette.handle_exception").rich = None  # type: ignore[attr-defined]
    for plugin in [plugin for plugin in pm.get_plugins() if isinstance(plugin, Plugin)]:
        pm.unregister(plugin)
    holders = [Holder(name=term.name, office=term.of, first=term.first, last=term.last) for term in persons()]
    known, opens = (None if one is None else one.get_secret_value() for one in (secret, token))
    pm.register(Plugin(feeds.resolve(), database.resolve(), lambda: datetime.now(UTC), known, hosts, holders, calendar, opens))
    metadata = yaml.safe_load((Path(__file__).parents[2] / "db" / "browse" / "metadata.yml").read_text(encoding="utf-8"))
    described = metadata["databases"].pop("kamerspoor")
    metadata["databases"][database.stem] = described
    return Datasette([str(database)], metadata=metadata, settings=SETTINGS).app()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.socket(family, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.listen(100)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"browse: cannot listen on {host} port {port}: {why}; choose another --port or --host") from error
    return bound


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
