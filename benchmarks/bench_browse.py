"""The pages on many publications: milliseconds for each request (median, 95th of 100) and of processor, and as a ratio to plain Datasette's own pages
on the same database in the same run.

    python benchmarks/bench_browse.py [--publications 100000] [--requests 40] [--database PATH]

With --database a generated database is kept there and used again. The requests vary and the pages take turns, so that neither a cache nor a busy
moment of the machine favours one of them.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote

import httpx
from datasette.app import Datasette

sys.path.insert(0, str(Path(__file__).parent))
from made_publications import DOSSIERS, make

from db.browse.office import slug
from pipeline.commands.browse import SETTINGS, application

TABLE = "tabelpagina van Datasette"
"""What the others are compared with."""
TABLE_SEARCH = "dezelfde, met zoekwoord en twee facetten"
GOALS = {"zoeken met twee facetten": 600.0}
GOAL = 150.0


def requests(database: sqlite3.Connection, name: str, chance: random.Random) -> dict[str, Callable[[], str]]:
    """Name of a page to what makes its next address."""
    number = database.execute("SELECT max(id) FROM publications").fetchone()[0]
    # words of all kinds: some in most texts, some in one
    terms = [row[0] for row in database.execute("SELECT term FROM search_words WHERE doc > 2 AND length(term) > 3 ORDER BY doc DESC LIMIT 20000")]
    topics = [row[0] for row in database.execute("SELECT DISTINCT topic FROM publication_topics")]

    names = [slug(row[0]) for row in database.execute("SELECT DISTINCT office FROM publications WHERE office IS NOT NULL")]

    def word() -> str:
        return quote(terms[min(int(chance.paretovariate(0.35) * 3), len(terms) - 1)])

    def phrase() -> str:
        one = database.execute("SELECT substr(text, 200, 60) FROM documents WHERE id = ?", (chance.randrange(1, number),)).fetchone()[0]
        return quote('"' + " ".join(one.split()[1:3]) + '"')

    queries: list[Callable[[], str]] = [word, lambda: f"{word()}+{word()}", phrase, lambda: f"{word()}+OR+{word()}", lambda: f"{word()[:5]}*"]
    queries.append(lambda: f"titel:{word()}")
    ministry = quote("Asiel en Migratie")
    promises: list[Callable[[], str]] = [
        lambda: f"ministerie={ministry}", lambda: f"onderwerp={chance.choice(topics)}", lambda: "status=open", lambda: "",
        lambda: f"van=2026-{chance.randrange(1, 12):02}-01", lambda: f"termijn=voorbij&onderwerp={chance.choice(topics)}",
        lambda: f"blz={chance.randrange(2, 200)}",
    ]  # fmt: skip
    return {
        TABLE: lambda: f"/plain/{name}/publications?_next={chance.randrange(number)}",
        TABLE_SEARCH: lambda: f"/plain/{name}/publications?_search={word()}&_facet=kind&_facet=ministry",
        "start": lambda: f"/?dag=2026-{chance.randrange(1, 12):02}-{chance.randrange(1, 29):02}",
        "zoeken": lambda: f"/zoeken?q={chance.choice(queries)()}",
        "zoeken met twee facetten": lambda: f"/zoeken?q={chance.choice(queries)()}&ministerie={ministry}&onderwerp={chance.choice(topics)}",
        "toezeggingen": lambda: f"/toezeggingen?{chance.choice(promises)()}",
        "publicatie": lambda: f"/publicatie/{chance.randrange(1, number + 1)}",
        "dossier": lambda: f"/dossier/{30000 + int(DOSSIERS * chance.random() ** 2)}",
        "grootste dossiers": lambda: f"/dossier/{30000 + chance.randrange(3)}",
        "ambten": lambda: "/ambten",
        "ambt": lambda: f"/ambt/{chance.choice(names)}?status={chance.choice(['', 'open', 'te-laat'])}",
        # of a day that nobody asked for before: what is asked again is kept until something is written
        "cijfers": lambda: f"/cijfers?onderwerp={chance.choice(['', *topics])}&dag=2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
    }


async def measure(path: Path, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Page to (milliseconds, milliseconds of processor) of each request."""
    ours, plain = application(path, path.parent / "feeds"), _plain(path)
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    made = requests(database, path.stem, random.Random(11))
    took: dict[str, list[tuple[float, float]]] = {page: [] for page in made}
    async with _client(ours) as own, _client(plain) as theirs:
        for turn in range(rounds + 2):
            for page, address in made.items():
                where = address()
                client = theirs if where.startswith("/plain/") else own
                began, spent = time.perf_counter(), time.process_time()
                answer = await client.get(where.removeprefix("/plain"))
                both = ((time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000)
                if answer.status_code not in (200, 404):
                    print(f"{answer.status_code} {where}", file=sys.stderr)
                if turn >= 2:
                    took[page].append(both)
                if both[0] > 500:
                    print(f"{both[0]:.0f} ms {where}", file=sys.stderr)
    return took


def _plain(path: Path) -> Any:
    """Datasette without anything of ours but its settings, and which of our tables is the full text of which."""
    searched = {"publications": {"fts_table": "search", "fts_pk": "id"}}
    return Datasette([str(path)], metadata={"databases": {path.stem: {"tables": searched}}}, settings=SETTINGS).app()


def _client(application: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=application), base_url="http://127.0.0.1", timeout=60)


def lines(took: dict[str, list[tuple[float, float]]]) -> Iterator[str]:
    """The table; the ratios are to plain Datasette's table page, in processor time, which others on the machine touch least."""
    base = median(cpu for _, cpu in took[TABLE])
    yield f"{'pagina':42} {'mediaan':>8} {'p95':>8} {'cpu':>8} {'cpu p95':>8} {'x tabel':>8}"
    for page, times in took.items():
        walls, spent = [ms for ms, _ in times], [cpu for _, cpu in times]
        high, goal = quantiles(walls, n=20)[-1], GOALS.get(page, GOAL)
        missed = "" if page in (TABLE, TABLE_SEARCH) or high <= goal else f"  doel {goal:.0f} ms gemist"
        both = f"{median(walls):8.1f} {high:8.1f} {median(spent):8.1f} {quantiles(spent, n=20)[-1]:8.1f}"
        yield f"{page:42} {both} {median(spent) / base:8.2f}{missed}"


def main() -> None:
    """Make the database, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--publications", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--database", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (asked.database or Path(folder) / "kamerspoor.db").resolve()
        if not path.exists():
            began = time.process_time()
            make(path, asked.publications)
            print(f"{asked.publications} publicaties gemaakt in {time.process_time() - began:.0f} s cpu, {path.stat().st_size / 2**20:.0f} MiB")
        print("\n".join(lines(asyncio.run(measure(path, asked.requests)))))


if __name__ == "__main__":
    main()
