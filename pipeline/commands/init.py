"""`kamerspoor init`: commented example files for a new deployment."""

from __future__ import annotations

from pathlib import Path

import typer

from db.errors import UsageError
from pipeline.settings import CONFIG_NAME
from pipeline.watches import DEFAULT_WATCHES

EXAMPLE_SETTINGS = """\
# Settings of Kamerspoor. Every line can also come from the environment: KAMERSPOOR_DATA, KAMERSPOOR_SOURCES__KOOP__EVERY_MINUTES, ...
# The environment wins. Lines that begin with # show what holds without them. Paths count from the folder of this file.

# Folder of the database, the raw bytes and the feeds
# data = "kamerspoor-data"

# Who follows what
# watches = "watches.toml"

# How a source's operator can reach you; part of the User-Agent of every request. Please fill this in.
# contact = "https://example.org/kamerspoor"

# Where your readers fetch the feeds
# feed_base_url = "http://127.0.0.1:8001/feeds/"

# A trained Dutch pipeline, by name or folder, instead of the bundled one
# model = "nl_core_news_md"

# A publication older than this when it is first read is stored but alerts nobody
# alert_max_age_days = 60

# How long (seconds) and with how much memory (megabytes) one document may be read
# document_seconds = 300
# document_megabytes = 2048

# Whether webhooks may go to addresses inside your own network, and how long (seconds) a receiver may take
# webhook_allow_private = false
# webhook_seconds = 15

# Where your readers reach `kamerspoor browse`: alerts then link to its pages too. With this and a secret (environment: KAMERSPOOR_SECRET,
# 16 characters or more), every mail has a link with which its reader pauses it.
# public_url = "https://kamerspoor.example.org/"

# The pages of `kamerspoor browse`, served by `python scheduler.py` as well. With a token (environment: KAMERSPOOR_CORRECTIONS_TOKEN, 16 characters
# or more), who knows it can contradict there what was read.
# [browse]
# enabled = false
# host = "127.0.0.1"
# port = 8001

# The server that sends your mail. The password belongs in the environment: KAMERSPOOR_MAIL__PASSWORD (with KAMERSPOOR_MAIL__USER).
# security is "starttls", "ssl" or "none"
# [mail]
# host = "mail.example.org"
# port = 587
# security = "starttls"
# sender = "Kamerspoor <kamerspoor@example.org>"

# Webhooks and chat services are secrets and therefore come from the environment only:
#   KAMERSPOOR_WEBHOOKS__TEAM__URL and KAMERSPOOR_WEBHOOKS__TEAM__SECRET    the receiver that watches.toml calls "team"
#   KAMERSPOOR_NOTIFY__CHAT                                                 the Apprise URL that watches.toml calls "chat"

# Per source: switch it off, change its rhythm, or name a mirror
# [sources.koop]
# enabled = true
# every_minutes = 60
# base_url = "https://repository.overheid.nl"
"""


def write_examples(folder: Path, *, force: bool) -> int:
    """Write both files; refuse to replace one unless told to."""
    files = {folder / CONFIG_NAME: EXAMPLE_SETTINGS, folder / "watches.toml": DEFAULT_WATCHES}
    there = [str(path) for path in files if path.exists()]
    if there and not force:
        raise UsageError(f"init: {' and '.join(there)} exist already; --force replaces them")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
            typer.echo(f"wrote {path}")
    except OSError as error:
        raise UsageError(f"init: {error.filename}: {error.strerror}") from error
    typer.echo("Next: fill in `contact`, look at watches.toml, then `kamerspoor run`.")
    return 0
