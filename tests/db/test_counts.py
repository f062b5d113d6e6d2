"""The counts that triggers keep are what adding up all promises gives, whatever happens to promises, papers and alerts."""

from __future__ import annotations

import random
import sqlite3

import pytest
from factories import NOW, FakeReader, fetched, line, sighting

from db.store import Store
from pipeline.run import run_line

FOLLOWED = "(coalesce(p.focus, 0) = 1 OR EXISTS (SELECT 1 FROM alerts a WHERE a.publication_id = p.id))"
LATE = (
    "CASE WHEN c.status = 'open' AND c.firm AND NOT c.term_wrong AND c.not_after IS NOT NULL "
    "THEN date(c.not_after, '+' || c.grace_days || ' days') ELSE '' END"
)
BY_OFFICE = f"""SELECT coalesce(p.office, ''), {FOLLOWED}, c.status, {LATE}, count(*)
    FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE p.withdrawn = 0 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""
BY_MONTH = """SELECT coalesce(substr(c.not_after, 1, 7), ''), c.status, count(*) FROM commitments c JOIN publications p ON p.id = c.publication_id
    WHERE p.withdrawn = 0 GROUP BY 1, 2 ORDER BY 1, 2"""
KEPT_BY_OFFICE = "SELECT office, followed, status, late_after, number FROM promises_by_office WHERE number != 0 ORDER BY 1, 2, 3, 4"
KEPT_BY_MONTH = "SELECT month, status, number FROM promises_by_month WHERE number != 0 ORDER BY 1, 2"

ONE = "(SELECT id FROM {} ORDER BY random() LIMIT 1)"
PAPER, PROMISE, ALERT = ONE.format("publications"), ONE.format("commitments"), ONE.format("alerts WHERE publication_id IS NOT NULL")
CHANGES = {
    "a promise is made": "INSERT INTO commitments (publication_id, act, deliverable, actor, kind, firm, sentence, status, not_after, grace_days) "
    f"SELECT {PAPER}, 'x', 'new ' || hex(randomblob(8)), 'ik', 'inform', :bit, 's', :status, :day, :grace",
    "it changes": f"UPDATE commitments SET status = :status, firm = :bit, not_after = :day, grace_days = :grace WHERE id = {PROMISE}",
    "its term is called wrong": f"UPDATE commitments SET term_wrong = :bit WHERE id = {PROMISE}",
    "it goes": f"DELETE FROM commitments WHERE id = {PROMISE}",
    "it moves to another paper": f"UPDATE OR IGNORE commitments SET publication_id = {PAPER} WHERE id = {PROMISE}",
    "a paper gets another office": f"UPDATE publications SET office = :office WHERE id = {PAPER}",
    "it comes within the focus": f"UPDATE publications SET focus = nullif(:bit, :grace = 5) WHERE id = {PAPER}",
    "it is withdrawn, or comes back": f"UPDATE publications SET withdrawn = :bit WHERE id = {PAPER}",
    "an alert": "INSERT INTO alerts (id, watch, publication_id, kind, raised, title, summary, content) "
    f"SELECT hex(randomblob(8)), 'w', {PAPER}, 'new', '2026', 't', 's', '{{}}'",
    "it moves": f"UPDATE alerts SET publication_id = {PAPER} WHERE publication_id = (SELECT publication_id FROM alerts WHERE id = {ALERT})",
    "the alert goes": f"DELETE FROM alerts WHERE id = {ALERT}",
    "a paper goes": f"DELETE FROM publications WHERE id = {PAPER} AND (SELECT count(*) FROM publications) > 2",
}


def rows(connection: sqlite3.Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(sql)]


@pytest.mark.parametrize("seed", range(6))
def test_the_counts_follow_whatever_happens(store: Store, seed: int) -> None:
    for number in range(8):
        store.keep(sighting(identifier=f"kst-{number}", title=f"Brief {number}"), [fetched(f"Een brief over zaak {number}.")], at=NOW)
    run_line(line(store, FakeReader()))
    chance, connection, done = random.Random(seed), store.connection, set()
    for step in range(300):
        what = chance.choice(list(CHANGES)) if step > 20 else "a promise is made"
        values = {
            "status": chance.choice(["open", "open", "kept", "moved", "dropped"]), "bit": chance.randrange(2), "grace": chance.choice([0, 0, 5]),
            "day": chance.choice([None, f"2026-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"]),
            "office": chance.choice([None, "minister van X", "minister van Y"]),
        }  # fmt: skip
        with store.transaction():
            connection.execute("UPDATE sightings SET publication_id = NULL")  # which would keep a paper from going
            if connection.execute(CHANGES[what], values).rowcount > 0:
                done.add(what)
        assert rows(connection, KEPT_BY_OFFICE) == rows(connection, BY_OFFICE), what
        assert rows(connection, KEPT_BY_MONTH) == rows(connection, BY_MONTH), what
    assert done == set(CHANGES)


def test_counts_of_a_database_from_before_are_made_at_once(store: Store) -> None:
    store.keep(sighting(), [fetched("Een brief.")], at=NOW)
    run_line(line(store, FakeReader()))
    values = {"bit": 1, "status": "open", "day": "2026-05-01", "grace": 5}
    with store.transaction() as connection:
        connection.execute(CHANGES["a promise is made"], values)
        made = connection.execute("SELECT type, name FROM sqlite_master WHERE name GLOB 'counted_*' OR name GLOB 'promises_by_*'").fetchall()
        for kind, name in made:
            connection.execute(f"DROP {kind} IF EXISTS {name}")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'm027_counted_promises'")
    again = Store.open(store.path)
    assert rows(again.connection, KEPT_BY_OFFICE) == rows(again.connection, BY_OFFICE) != []
    assert rows(again.connection, KEPT_BY_MONTH) == rows(again.connection, BY_MONTH) == [("2026-05", "open", 1)]
    again.close()
