"""Watches: what is read from the file, and that every mistake is named with its line."""

from __future__ import annotations

import pytest

from db.errors import UsageError
from pipeline.watches import DEFAULT_WATCHES, parse_watches

TOPICS = frozenset({"language", "housing"})
SOURCES = frozenset({"koop", "councils"})


def test_the_example_is_one_watch_on_migration() -> None:
    (watch,) = parse_watches(DEFAULT_WATCHES, "watches.toml", TOPICS, SOURCES)
    assert (watch.name, watch.focus) == ("migratie-integratie", True)
    assert watch.targets == tuple(f"{feed}:migratie-integratie" for feed in ("atom", "rss", "json", "ical"))


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
        ('[[watch]]\nname = "a"\nwords = ["ta*l"]\n', "line 3: 'ta*l' cannot be looked for"),
        ('[[watch]]\nname = "a"\nwords = ["a.*b"]\n', "line 3: 'a.*b' cannot be looked for"),
        ('[[watch]]\nname = "a"\nnot_words = ["="]\n', "line 3: '=' cannot be looked for"),
        ('[[watch]]\nname = "a"\ndossiers = ["kst-32824"]\n', "line 3: 'kst-32824' is not a dossier number"),
        ('[[watch]]\nname = "a"\nalerts = ["nieuw"]\n', "line 3: 'nieuw' is not one of the alerts: new, revised"),
        ('[[watch]]\nname = "a"\ndigest = "monthly"\n', "line 3: 'monthly' is not one of live, hourly, daily, weekly"),
        ('[[watch]]\nname = "a"\nat = "24:00"\n', "line 3: 'at' must be a time of day"),
        ('[[watch]]\nname = "a"\nday = "monday"\n', "line 3: 'monday' is not one of maandag"),
        ('[[watch]]\nname = "a"\nemail = ["a b@example.org"]\n', "line 3: 'a b@example.org' is not an e-mail address"),
        ('[[watch]]\nname = "a"\nwebhook = ["ftp://example.org"]\n', "line 3: 'ftp://example.org' is neither a name"),
        ('[[watch]]\nname = "a"\nrelevance = 2\n', "line 3: 'relevance' must lie between 0 and 1"),
        ('[[watch]]\nname = "a"\nwithin_days = 0\n', "line 3: 'within_days' must be 1 or more"),
        ('[[watch]]\nname = "a"\nnot_kinds = ["brief"]\n', "line 3: 'brief' is not one of the kinds"),
        ('[[watch]]\nname = "a"\noffices = ["Veldhoen"]\n', "line 3: 'Veldhoen' is not an office"),
        ('[watcher]\nname = "a"\n', "line 1: unknown table or key 'watcher'"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_watches(text, "watches.toml", TOPICS, SOURCES)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
