"""What is followed, as the crawls ask for it: dossiers of watches and of what is stored, and papers whose annexes may still come."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from factories import sighting

from db.following import Following
from db.publications import add_publication
from db.watches import known_dossiers, note_dossiers, register

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def publication(store, number, *, focus=1, day=TODAY, withdrawn=0, promise=None):
    """A publication in its own dossier."""
    with store.transaction() as connection:
        found = add_publication(connection, f"koop:{number}", sighting(identifier=number, published=day), NOW)
        connection.execute("UPDATE publications SET focus = ?, withdrawn = ? WHERE id = ?", (focus, withdrawn, found))
        connection.execute("INSERT INTO publication_dossiers VALUES (?, ?)", (found, number))
        if promise is not None:
            connection.execute(
                "INSERT INTO commitments (publication_id, deliverable, act, kind, firm, sentence, status) "
                "VALUES (?, 'd1', 'informeren', 'inform', 1, 'x', ?)",
                (found, promise),
            )


@pytest.mark.parametrize(
    ("fields", "followed"),
    [
        ({}, True),
        ({"focus": 0}, False),  # about something else
        ({"withdrawn": 1}, False),
        ({"day": TODAY - timedelta(days=365)}, True),
        ({"day": TODAY - timedelta(days=366)}, False),  # of long ago
        ({"day": TODAY - timedelta(days=2000), "promise": "open"}, True),  # but a promise in it is open
        ({"day": TODAY - timedelta(days=2000), "promise": "kept"}, False),
    ],
)
def test_dossiers_of_what_is_stored(store, fields, followed):
    publication(store, "32824", **fields)
    assert Following(store, "koop").dossiers(TODAY) == (("32824",) if followed else ())


def test_dossiers_that_a_watch_names_are_followed_as_long_as_it_names_them(store):
    with store.transaction() as connection:
        register(connection, ["een", "twee"], NOW, days=60)
        note_dossiers(connection, {"een": ("35483", "29861"), "twee": ("29861",)})
    assert Following(store, "koop").dossiers(TODAY) == ("29861", "35483")
    with store.transaction() as connection:
        note_dossiers(connection, {"twee": ("29861",)})  # the other one is gone
    assert Following(store, "koop").dossiers(TODAY) == ("29861",)
    assert known_dossiers(store.connection) == {"een": (), "twee": ("29861",)}


@pytest.mark.parametrize(
    ("fields", "seen", "asked"),
    [
        ({}, NOW, True),
        ({}, NOW - timedelta(days=13), True),
        ({}, NOW - timedelta(days=15), False),  # two weeks are over
        ({"published": date(2026, 5, 1)}, NOW, False),  # fetched by a look into the past
        ({"published": None}, NOW, True),
        ({"kind": "motie"}, NOW, False),  # has no annexes
        ({"parent": "kst-32824-899"}, NOW, False),  # is one
        ({"provisional": True}, NOW, False),  # its final number comes, and is asked for then
        ({"withdrawn": True}, NOW, False),
        ({"source": "open_overheid"}, NOW, False),
    ],
)
def test_papers_whose_annexes_may_still_come(store, fields, seen, asked):
    store.keep(sighting(**fields), [], at=seen)
    assert Following(store, "koop").papers(TODAY - timedelta(days=14)) == (("kst-32824-900",) if asked else ())


def test_first_good_crawl_is_the_beginning(store):
    following = Following(store, "koop")
    assert following.began() is None
    for day, outcome in ((1, "failed"), (2, "ok"), (3, "ok")):
        at = datetime(2026, 11, day, tzinfo=UTC)
        store.finish_crawl(store.start_crawl("koop", at), at=at, outcome=outcome, reason=None, counts={})
    assert following.began() == date(2026, 11, 2)
