"""The exact alerts of the replay's two days for five watches, as a text that a person can read: `tests/golden/alerts.txt`.

`KAMERSPOOR_GOLDEN=write pytest tests/test_golden_alerts.py` writes it anew; look at the difference before it is kept.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from crawler.replay.library import DAYS
from crawler.replay.server import Replay
from crawler.sources import source_classes
from pipeline.commands.demo import first_day
from pipeline.commands.run import cycle_once
from pipeline.settings import Settings, SourceSettings

GOLDEN = Path(__file__).parent / "golden"
LIST = GOLDEN / "alerts.txt"
TITLE = 100


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("golden")
    settings = Settings.model_construct(
        data=folder, database=None, watches=GOLDEN / "watches.toml", sources={name: SourceSettings(delay=0) for name in source_classes()}
    )
    for day in sorted(DAYS):
        with Replay(day=day) as replay:
            names = [name for name in source_classes() if name in replay.base_urls]
            evening = partial(datetime.combine, DAYS[day], time(18), UTC)
            cycle_once(settings, names, Console(file=io.StringIO()), since=first_day(), base_urls=replay.base_urls, now=evening)
    connection = sqlite3.connect(settings.database_path)
    connection.row_factory = sqlite3.Row
    try:
        return listing(connection)
    finally:
        connection.close()


def listing(connection: sqlite3.Connection) -> str:
    """Watch by watch: day, kind, publication, reasons and what happened."""
    lines: list[str] = []
    watch = None
    rows = connection.execute(
        "SELECT a.*, p.key FROM alerts a LEFT JOIN publications p ON p.id = a.publication_id ORDER BY a.watch, a.raised, p.key, a.kind, a.id"
    )
    for row in rows:
        if row["watch"] != watch:
            watch = row["watch"]
            lines += ["", f"== {watch}"]
        content = json.loads(row["content"])
        lines += ["", f"{row['raised'][:10]} {row['kind']}: {(row['key'] or 'bron').rpartition('/')[2]} {row['title'][:TITLE]}"]
        lines += [f"    {reason}" for reason in content["reasons"]]
        lines += [f"    * {change}" for change in content["changes"]]
        lines += [f"    > {one['text']} ({one['reason']})" for one in content["happened"]]
    return "\n".join(lines).strip() + "\n"


def test_the_alerts_are_those_of_the_golden_list(told: str) -> None:
    wanted = LIST.read_text(encoding="utf-8") if LIST.exists() else None
    if wanted is None or os.environ.get("KAMERSPOOR_GOLDEN") == "write":
        LIST.write_text(told, encoding="utf-8")
        pytest.fail("the golden list was written; read it, and run the test again")
    assert told == wanted


@pytest.mark.parametrize(
    ("watch", "line"),
    [
        ("nagekomen-en-verschoven", "toezegging nagekomen: onderzoeksopzet van de Monitor sociale inbedding"),
        ("nagekomen-en-verschoven", "van 31 januari 2027 naar 31 maart 2027"),
        ("migratie-integratie", "vragen beantwoord: Kennismigranten en de Wet arbeid vreemdelingen, na 20 dagen"),
        ("migratie-integratie", "advies beantwoord: Wachten kost tijd. Taal en werk in de asielopvang, na 55 dagen"),
    ],
)
def test_what_the_second_day_keeps_moves_and_answers_is_told(told: str, watch: str, line: str) -> None:
    own = told.partition(f"== {watch}\n")[2].partition("\n== ")[0]
    assert line in own
