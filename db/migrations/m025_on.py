"""Steps from 25 on: what calendars look at again, terms that a person called wrong, corrected papers."""

from __future__ import annotations

from sqlite_utils import Database

from db.corrections import WRONG, fact_names
from db.migrations.steps import MIGRATIONS

_M025 = (
    "ALTER TABLE commitments ADD COLUMN term_wrong INTEGER NOT NULL DEFAULT 0",
    "DROP INDEX commitments_open",
    """CREATE INDEX commitments_open ON commitments(not_after, id, grace_days, publication_id)
        WHERE status = 'open' AND firm = 1 AND term_wrong = 0""",
    "DROP INDEX commitments_order",
    """CREATE INDEX commitments_order
        ON commitments(not_after IS NULL, not_after, id, publication_id, status, firm, grace_days, term_wrong)""",
)


@MIGRATIONS()
def m025_terms_called_wrong(db: Database) -> None:
    """That a person called the term of a promise wrong stands with the promise, so that lists and calendars need not work it out."""
    for statement in _M025:
        db.execute(statement)
    said = db.execute(
        "SELECT DISTINCT p.id, p.key FROM corrections c JOIN publications p ON p.key = c.publication_key "
        "WHERE c.verdict = ? AND substr(c.fact, 1, 9) = 'deadline:'",
        (WRONG,),
    ).fetchall()
    for publication_id, key in said:
        wrong = {row[0] for row in db.execute("SELECT fact FROM corrections WHERE publication_key = ? AND verdict = ?", (key, WRONG))}
        promises = db.execute(
            "SELECT c.id, c.sentence, coalesce((SELECT min(m.start) FROM commitment_mentions m WHERE m.commitment_id = c.id), 0) AS start "
            "FROM commitments c WHERE c.publication_id = ? ORDER BY start, c.id",
            (publication_id,),
        ).fetchall()
        names = fact_names("deadline", (promise[1] for promise in promises))
        for (promise_id, *_), name in zip(promises, names, strict=True):
            if name in wrong:
                db.execute("UPDATE commitments SET term_wrong = 1 WHERE id = ?", (promise_id,))


_LOOK_AGAIN = (
    "INSERT INTO deadline_changes (commitment_id, seq) SELECT {one}, (SELECT coalesce(max(seq), 0) + 1 FROM deadline_changes) {where} "
    "ON CONFLICT (commitment_id) DO UPDATE SET seq = excluded.seq;"
)


def _changed(name: str, when: str, *where: tuple[str, str]) -> str:
    """The trigger that says that these promises must be looked at again."""
    return f"CREATE TRIGGER deadline_{name} AFTER {when} BEGIN {' '.join(_LOOK_AGAIN.format(one=one, where=rows) for one, rows in where)} END"


def _promise(name: str) -> tuple[str, str]:
    return name, f"WHERE {name} IS NOT NULL"


def _promises_of(name: str) -> tuple[str, str]:
    return "id", f"FROM commitments WHERE publication_id = {name}"


_STEP = "kind IN ('moved', 'repeated')"
_FACTS = "act, phrase, not_after, look_again, firm, status, term_wrong, sentence, note"
_M026 = (
    "CREATE TABLE deadline_changes (commitment_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT",
    "CREATE INDEX deadline_changes_seq ON deadline_changes(seq)",
    "CREATE TABLE calendars (watch TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE calendar_days (watch TEXT NOT NULL, uid TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (watch, uid)) STRICT, WITHOUT ROWID",
    "CREATE INDEX calendar_days_day ON calendar_days(watch, day, uid)",
    "CREATE INDEX calendar_days_uid ON calendar_days(uid)",
    "CREATE INDEX calendar_entries_commitment ON calendar_entries(commitment_id)",
    _changed("promise_new", "INSERT ON commitments", _promise("NEW.id")),
    _changed("promise", f"UPDATE OF {_FACTS} ON commitments", _promise("NEW.id")),
    _changed("promise_gone", "DELETE ON commitments", _promise("OLD.id")),
    _changed("step_new", f"INSERT ON commitment_history WHEN NEW.{_STEP}", _promise("NEW.commitment_id"), _promise("NEW.by_commitment")),
    _changed("step", f"UPDATE ON commitment_history WHEN NEW.{_STEP}", _promise("NEW.commitment_id"), _promise("NEW.by_commitment")),
    _changed("step_gone", f"DELETE ON commitment_history WHEN OLD.{_STEP}", _promise("OLD.commitment_id"), _promise("OLD.by_commitment")),
    _changed("page_new", "INSERT ON commitment_mentions", _promise("NEW.commitment_id")),
    _changed("page_gone", "DELETE ON commitment_mentions", _promise("OLD.commitment_id")),
    _changed("paper", "UPDATE OF key, title, office, publisher, url, withdrawn ON publications", _promises_of("NEW.id")),
    _changed("alert_new", "INSERT ON alerts WHEN NEW.publication_id IS NOT NULL", _promises_of("NEW.publication_id")),
    _changed("alert_moved", "UPDATE OF publication_id ON alerts", _promises_of("OLD.publication_id"), _promises_of("NEW.publication_id")),
    _changed("alert_gone", "DELETE ON alerts WHEN OLD.publication_id IS NOT NULL", _promises_of("OLD.publication_id")),
)


@MIGRATIONS()
def m026_what_calendars_look_at(db: Database) -> None:
    """Which promises changed after which, up to where the calendar of each watch has followed, and what it holds by day."""
    for statement in _M026:
        db.execute(statement)


_OF_ANOTHER = """SELECT DISTINCT m.publication_id AS main_id, a.alias AS main_number, s.publication_id AS publication_id, p.date, p.kind, p.title
    FROM sighting_aliases a JOIN sightings m ON m.id = a.sighting_id
    JOIN sightings s ON json_extract(s.record, '$.parent') = a.alias AND json_extract(s.record, '$.parent') IS NOT NULL
    JOIN publications p ON p.id = s.publication_id WHERE s.publication_id != m.publication_id AND +p.withdrawn = 0"""
_IS_CORRECTION = "(s.source = 'koop' AND s.identifier GLOB '*-n[0-9]*')"


@MIGRATIONS()
def m027_corrected_papers(db: Database) -> None:
    """The printed correction of a paper (`kst-35936-4-n2`) is a paper of its own that names the one it corrects, and is no annex of it."""
    db.execute("DROP VIEW annexes")
    db.execute(f"CREATE VIEW annexes AS {_OF_ANOTHER} AND NOT {_IS_CORRECTION}")
    db.execute(f"CREATE VIEW corrected_papers AS {_OF_ANOTHER} AND {_IS_CORRECTION}")
