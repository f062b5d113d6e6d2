"""The command line: what a user can do wrong is one line and exit status 2."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from sqlite_utils import Database

from db.migrations import MIGRATIONS
from db.store import APPLICATION_ID, Store
from pipeline.cli import main

LETTER = (
    "Geachte voorzitter,\n\nIk zal uw Kamer voor de zomer informeren over de taallessen voor arbeidsmigranten. "
    "Hiervoor is 10 miljoen euro beschikbaar.\n"
)


def test_help_imports_neither_spacy_nor_scrapy() -> None:
    """The start stays quick because nothing heavy is imported; the time itself is measured in benchmarks/."""
    probe = "import sys, pipeline.cli; print([name for name in ('spacy', 'scrapy', 'datasette', 'twisted', 'sklearn') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_analyse_gives_one_object_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "brief.txt"
    path.write_text(LETTER)
    assert main(["analyse", str(path), "--date", "2025-05-08", "--doctype", "Brief regering"]) == 0
    (found,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert found["focus"] is True
    assert [c["deadline"]["not_after"] for c in found["commitments"]] == ["2025-07-03"]
    assert [a["value"] for a in found["amounts"]] == [10_000_000]
    for fact in (*found["commitments"], *found["amounts"]):
        assert LETTER[fact["start"] : fact["end"]] == fact["text"]


def test_analyse_jsonl_keeps_one_line_for_each_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "in.jsonl"
    records = [{"id": "a", "title": None, "date": "2025-05-08", "doctype": None, "text": LETTER}, {"id": "b", "text": "  "}]
    path.write_text("\n".join(json.dumps(record) for record in records))
    assert main(["analyse", "--jsonl", str(path)]) == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["a", "b"]


WRONG = {
    "no input": (["analyse"], "name files or URLs"),
    "absent file": (["analyse", "{tmp}/none.txt"], "No such file"),
    "folder": (["analyse", "{tmp}"], "Is a directory"),
    "empty file": (["analyse", "{tmp}/empty.txt"], "empty"),
    "binary file": (["analyse", "{tmp}/binary"], "binary"),
    "damaged PDF": (["analyse", "{tmp}/broken.pdf"], "broken.pdf"),
    "bad day": (["analyse", "x", "--date", "8 mei"], "--date: '8 mei' is not a day"),
    "bad JSON": (["analyse", "--jsonl", "{tmp}/bad.jsonl"], "bad.jsonl, line 2: not JSON"),
    "no text field": (["analyse", "--jsonl", "{tmp}/fields.jsonl"], "line 1: needs an object with 'id' and 'text'"),
    "unknown source": (["run", "kop"], "no source is called 'kop'"),
    "unknown command": (["frob"], "No such command"),
    "unknown option": (["run", "--frob"], "No such option"),
    "no database": (["status", "--db", "{tmp}/none.db"], "does not exist"),
    "foreign database": (["status", "--db", "{tmp}/text.db"], "is it a Kamerspoor database"),
    "browse without database": (["browse", "--db", "{tmp}/none.db"], "does not exist"),
    "no settings file": (["run", "--config", "{tmp}/none.toml"], "does not exist"),
    "broken watches": (["run", "koop", "--config", "{tmp}/watches-broken.toml"], "line 3: unknown key 'fokus'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_use_is_one_line_and_status_2(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "binary").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj <<")
    (tmp_path / "bad.jsonl").write_text('{"id": "a", "text": "x"}\n{"id"\n')
    (tmp_path / "fields.jsonl").write_text('{"id": "a"}\n')
    (tmp_path / "text.db").write_text("no database " * 500)
    (tmp_path / "w.toml").write_text('[[watch]]\nname = "a"\nfokus = true\n')
    (tmp_path / "watches-broken.toml").write_text(f'data = "{tmp_path}/data"\nwatches = "{tmp_path}/w.toml"\n')
    arguments, says = WRONG[case]
    status = main([argument.replace("{tmp}", str(tmp_path)) for argument in arguments])
    shown = capsys.readouterr()
    lines = [line for line in shown.err.splitlines() if line.strip()]
    assert status == 2, shown.err
    assert says in lines[-1]
    assert len(lines) == 1, shown.err


LOOKING = {
    "status": ["status"],
    "browse": ["browse", "--port", "0"],
    "deliveries": ["deliveries"],
    "alert": ["alert", "0123456789"],
    "watch list": ["watch", "list"],
    "watch test": ["watch", "test", "alles"],
}


@pytest.mark.parametrize("command", LOOKING)
@pytest.mark.parametrize("version", ["older", "newer"])
def test_looking_at_a_database_of_another_version_is_one_line_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, version: str
) -> None:
    path = tmp_path / "k.db"
    database = Database(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    if version == "older":
        MIGRATIONS.apply(database, stop_before="m006_following")
    else:
        MIGRATIONS.apply(database)
        database.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('kamerspoor', 'm999_later', '2030')")
        database.conn.commit()
    database.close()
    (tmp_path / "w.toml").write_text('[[watch]]\nname = "alles"\nfocus = true\n')
    (tmp_path / "k.toml").write_text(f'data = "{tmp_path}"\nwatches = "{tmp_path}/w.toml"\n')
    assert main([*LOOKING[command], "--db", str(path), "--config", str(tmp_path / "k.toml")]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert str(path) in said
    assert ("`kamerspoor run --db" if version == "older" else "update this one") in said


def test_run_on_a_foreign_file_leaves_nothing_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "here" / "text.db"
    path.parent.mkdir()
    path.write_text("no database " * 500)
    assert main(["run", "koop", "--db", str(path)]) == 2
    assert "is it a Kamerspoor database" in capsys.readouterr().err
    assert list(path.parent.iterdir()) == [path]


def test_init_writes_what_run_reads_and_replaces_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path)]) == 0
    assert main(["init", str(tmp_path)]) == 2
    assert "--force replaces them" in capsys.readouterr().err
    assert main(["sources", "--json", "--config", str(tmp_path / "kamerspoor.toml")]) == 0


def test_every_table_a_reader_sees_is_described(tmp_path: Path) -> None:
    described = yaml.safe_load((Path(__file__).parents[2] / "db" / "browse" / "metadata.yml").read_text())["databases"]["kamerspoor"]["tables"]
    store = Store.open(tmp_path / "kamerspoor.db")
    names = {
        row[0] for row in store.connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
    }
    store.close()
    own_of_fts5 = {name for name in names if name.startswith("search_") and name not in described}  # Datasette hides them itself
    assert names - own_of_fts5 == set(described)
