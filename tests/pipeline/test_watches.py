"""Watches: what is read from the file, and that every mistake is named with its line."""

from __future__ import annotations

import pytest

from db.errors import UsageError
from pipeline.watches import DEFAULT_WATCHES, parse_watches

TOPICS = frozenset({"language", "housing"})
SOURCES = frozenset({"koop", "councils"})


def test_the_example_is_one_watch_on_migration() -> None:
    (watch,) = parse_watches(DEFAULT_WATCHES, "watches.toml", TOPICS, SOURCES)
    assert (watch.name, watch.focus, watch.targets) == ("migratie-integratie", True, tuple(f"{feed}:migratie-integratie" for feed in ("atom", "rss", "json", "ical")))


def test_all_fields_are_read() -> None:
    text = """
[[watch]]
name = "taal"
title = "Taal"
topics = ["language"]
dossiers = ["32824"]
kinds = ["antwoord"]
sources = ["koop"]
min_amount = 1e6
alerts = ["new", "kept"]
"""
    (watch,) = parse_watches(text, "w", TOPICS, SOURCES)
    assert watch.topics == ("language",)
    assert watch.min_amount == 1e6
    assert watch.alerts == ("new", "kept")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[watch]]\nname = "a"\nfokus = true\n', "line 3: unknown key 'fokus'"),
        ('[[watch]]\nname = "a"\n\n[[watch]]\nname = "b"\ntopics = ["langage"]\n', "line 6: 'langage' is not one of the topics: housing, language"),
        ('[[watch]]\nname = "a"\nfocus = "ja"\n', "line 3: 'focus' must be true or false"),
        ('[[watch]]\nname = "a"\nmin_amount = true\n', "line 3: 'min_amount' must be a number"),
        ('[[watch]]\nname = "A b"\n', "line 2: 'name' must be small letters"),
        ("[[watch]]\nfocus = true\n", "line 1: 'name' must be small letters"),
        ('[[watch]]\nname = "a"\n[[watch]]\nname = "a"\n', "line 4: there are two watches called 'a'"),
        ('[[watch]]\nname = "a"\nkinds = ["brief"]\n', "line 3: 'brief' is not one of the kinds"),
        ('[[watch]]\nname = "a"\nsources = ["kop"]\n', "line 3: 'kop' is not one of the sources: councils, koop"),
        ('[[watch]\nname = "a"\n', "line 1: "),
        ("", "holds no [[watch]] block"),
        ('[watcher]\nname = "a"\n', "line 1: unknown table or key 'watcher'"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_watches(text, "watches.toml", TOPICS, SOURCES)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
