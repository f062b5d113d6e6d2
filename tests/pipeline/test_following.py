"""The line over time: promises kept, due and overdue as alerts, watches that come later, what a person says, and the commands that show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from factories import FOLLOWER, NOW, FakeReader, commitment, evidence, fetched, line, sighting

from db import lock
from db.records import Analysis, Fulfilment
from db.store import Store
from pipeline.cli import main
from pipeline.run import run_line
from pipeline.watch import Watch

MADE = "Ik stuur de opzet van de monitor inbedding voor 1 mei 2027."
KEPT = "Hiermee doe ik de toezegging over de opzet van de monitor inbedding gestand."
PROMISE = replace(commitment(MADE), act="opzet van de monitor inbedding naar de Kamer sturen", actor="minister van Werk en Participatie")
BASE = Analysis(focus=True, focus_score=0.9, analyser="fake/1", ministry="Sociale Zaken en Werkgelegenheid")
READINGS: Mapping[str, Analysis] = {
    MADE: replace(BASE, commitments=(PROMISE,)),
    KEPT: replace(BASE, fulfilments=(Fulfilment(evidence=evidence(KEPT), kind="kept", about=KEPT),)),
}


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store.connection.execute(sql)]


def read(store: Store, text: str, number: str, at: datetime, watches: tuple[Watch, ...] = (FOLLOWER,)) -> None:
    """A letter comes in and is read."""
    letter = sighting(identifier=f"kst-32824-{number}", number=number, title=f"Brief {number}", published=at.date())
    store.keep(letter, [fetched(text)], at=at)
    run_line(line(store, FakeReader(READINGS), watches=watches, now=at))


def pass_by(store: Store, at: datetime, watches: tuple[Watch, ...] = (FOLLOWER,)) -> None:
    run_line(line(store, FakeReader(READINGS), watches=watches, now=at))


def test_a_letter_that_keeps_a_promise_says_so_and_closes_it(store: Store) -> None:
    read(store, MADE, "900", NOW)
    read(store, KEPT, "901", NOW + timedelta(days=1))
    assert rows(store, "SELECT status FROM commitments") == [("kept",)]
    (content,) = rows(store, "SELECT content FROM alerts WHERE title = 'Brief 901'")
    (happened,) = json.loads(str(content[0]))["happened"]
    assert (happened["kind"], happened["about"]["title"]) == ("kept", "Brief 900")
    assert rows(store, "SELECT kind, sentence FROM commitment_history") == [("kept", KEPT)]


def test_reading_the_letter_again_neither_tells_nor_keeps_twice(store: Store) -> None:
    read(store, MADE, "900", NOW)
    read(store, KEPT, "901", NOW + timedelta(days=1))
    letter = sighting(identifier="kst-32824-901", number="901", title="Brief 901, herdruk", published=date(2026, 11, 11))
    store.keep(letter, [fetched(KEPT)], at=NOW + timedelta(days=2))
    pass_by(store, NOW + timedelta(days=2))
    assert rows(store, "SELECT count(*) FROM commitment_history") == [(1,)]
    assert rows(store, "SELECT status FROM commitments") == [("kept",)]
    assert rows(store, "SELECT count(*) FROM alerts") == [(2,)]


def test_papers_that_come_in_newest_first_are_judged_as_well(store: Store) -> None:
    read(store, KEPT, "901", NOW + timedelta(days=1))
    letter = sighting(identifier="kst-32824-900", number="900", title="Brief 900", published=NOW.date())
    store.keep(letter, [fetched(MADE)], at=NOW + timedelta(days=2))
    pass_by(store, NOW + timedelta(days=2))
    assert rows(store, "SELECT status FROM commitments") == [("kept",)]


def test_a_term_is_told_two_weeks_before_and_after_it_once(store: Store) -> None:
    read(store, MADE, "900", NOW)
    told: list[tuple[object, object]] = []
    for day in range(150, 190):
        at = NOW + timedelta(days=day)
        pass_by(store, at)
        pass_by(store, at)
        kinds = [row[0] for row in rows(store, "SELECT kind FROM alerts WHERE kind != 'new' ORDER BY raised")]
        told += [(kind, at.date()) for kind in kinds[len(told) :]]
    # the term is 30 April 2027; the May recess of 23 April to 10 May holds the second back
    assert told == [("due", date(2027, 4, 16)), ("overdue", date(2027, 5, 7))]


def test_a_kept_promise_is_never_overdue(store: Store) -> None:
    read(store, MADE, "900", NOW)
    read(store, KEPT, "901", NOW + timedelta(days=1))
    for day in range(150, 220, 3):
        pass_by(store, NOW + timedelta(days=day))
    assert rows(store, "SELECT DISTINCT kind FROM alerts") == [("new",)]


def test_the_promise_of_a_withdrawn_letter_is_never_overdue(store: Store) -> None:
    read(store, MADE, "900", NOW)
    store.keep(sighting(identifier="kst-32824-900", number="900", title="Brief 900", withdrawn=True), [], at=NOW + timedelta(days=1))
    for day in range(1, 220, 3):
        pass_by(store, NOW + timedelta(days=day))
    assert rows(store, "SELECT DISTINCT kind FROM alerts") == [("new",)]


def test_a_watch_that_comes_to_ten_years_of_papers_raises_no_flood(store: Store) -> None:
    for year in range(10):
        read(store, MADE, str(100 + year), NOW - timedelta(days=365 * year + 1), watches=())
    late = (Watch(name="later", title="Later", focus=True),)
    pass_by(store, NOW, late)
    assert rows(store, "SELECT count(*) FROM alerts") == [(0,)]
    read(store, KEPT, "901", NOW + timedelta(days=1), late)
    assert rows(store, "SELECT watch, title FROM alerts") == [("later", "Brief 901")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A deployment with two letters read, of which the second keeps a promise of the first."""
    (tmp_path / "kamerspoor.toml").write_text(f'data = "{tmp_path}/data"\nwatches = "{tmp_path}/watches.toml"\n')
    (tmp_path / "watches.toml").write_text('# mijn volgers\n[[watch]]\nname = "monitor"  # de monitor\nwords = ["inbedding"]\n')
    store = Store.open(tmp_path / "data" / "kamerspoor.db")
    watch = (Watch(name="monitor", title="monitor", words=("inbedding",)),)
    read(store, MADE, "900", NOW, watch)
    read(store, KEPT, "901", NOW + timedelta(days=1), watch)
    store.close()
    return tmp_path


def command(folder: Path, *arguments: str) -> int:
    return main([*arguments, "--config", str(folder / "kamerspoor.toml")])


def test_list_show_and_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, "watch", "check") == 0
    assert command(folder, "watch", "list") == 0
    assert command(folder, "watch", "show", "monitor") == 0
    shown = capsys.readouterr().out
    assert "1 watch, no mistakes" in shown
    assert "inbedding" in shown
    assert command(folder, "watch", "show", "mnitor") == 2
    assert "there is no watch 'mnitor'; there are monitor" in capsys.readouterr().err


def test_check_says_what_is_not_set_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    targets = ("email=x@example.org", "notify=chat", "webhook=team,https://example.org/in")
    assert command(folder, "watch", "edit", "monitor", *targets) == 0
    assert command(folder, "watch", "check") == 0
    shown = capsys.readouterr().out
    for words in ("there is no [mail]", "KAMERSPOOR_NOTIFY__CHAT", "KAMERSPOOR_WEBHOOKS__TEAM__URL", "KAMERSPOOR_WEBHOOK_SECRET"):
        assert words in shown


def test_check_names_publishers_that_nobody_is_called(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("SZW", "Ministerie van Justitie en Veiligheid", "Sociale Zaken", "sociaal economische raad", "Raad van State", "Gemeente Xyzzy")
    assert command(folder, "watch", "edit", "monitor", f"publishers={','.join(asked)}") == 0
    capsys.readouterr()
    assert command(folder, "watch", "check") == 0
    notes = [row for row in capsys.readouterr().out.splitlines() if row.startswith("note: ")]
    assert len(notes) == 3
    assert "'Sociale Zaken'" in notes[0] and "did you mean 'Sociale Zaken en Werkgelegenheid'" in notes[0]
    assert "did you mean 'Sociaal-Economische Raad'" in notes[1]
    assert notes[2].endswith("'Gemeente Xyzzy', which no ministry, council or stored publication is called")
    store = Store.open(folder / "data" / "kamerspoor.db")
    store.connection.execute("UPDATE publications SET publisher = 'Gemeente Xyzzy' WHERE id = 1")
    store.close()
    assert command(folder, "watch", "check") == 0
    assert "Xyzzy" not in capsys.readouterr().out


def test_what_is_said_is_listed_and_forgotten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store.open(folder / "data" / "kamerspoor.db")
    (name,) = rows(store, "SELECT id FROM alerts WHERE title = 'Brief 900'")[0]
    store.close()
    with lock.writing(folder / "data" / "kamerspoor.db"):  # the service is running
        assert command(folder, "alert", str(name), "--json") == 0
        (fact,) = [fact for fact in json.loads(capsys.readouterr().out)["facts"] if fact.startswith("commitment:")]
        assert command(folder, "alert", str(name), "--wrong", fact, "--why", "een vraag") == 0
        assert command(folder, "alert", "--review") == 0
    shown = capsys.readouterr().out
    assert f"wrong: {fact} (een vraag)" in shown
    assert MADE in shown
    assert command(folder, "alert", "--forget", "1") == 0
    assert command(folder, "alert", "--forget", "1") == 2
    assert command(folder, "alert", "--review") == 0
    assert "nobody said anything yet" in capsys.readouterr().out
    assert command(folder, "alert", str(name), "--wrong", "alles") == 2
    assert command(folder, "alert") == 2


def test_add_and_edit_keep_comments_and_refuse_mistakes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "watches.toml"
    assert command(folder, "watch", "add", "taal", "words=taal*,inburgering", "kinds=kamerbrief", "digest=daily", "at=09:30") == 0
    assert command(folder, "watch", "edit", "monitor", "title=De monitor", "min_amount=1000", "--unset", "words") == 0
    text = path.read_text()
    assert text.startswith("# mijn volgers\n[[watch]]\nname = \"monitor\"  # de monitor\n")
    for part in ('title = "De monitor"', "min_amount = 1000", 'words = ["taal*", "inburgering"]', 'kinds = ["kamerbrief"]', 'at = "09:30"'):
        assert part in text
    assert command(folder, "watch", "edit", "taal", "digest=monthly") == 2
    assert "'monthly' is not one of live" in capsys.readouterr().err
    assert command(folder, "watch", "add", "taal", "focus=true") == 2
    assert command(folder, "watch", "edit", "taal", "wrods=x") == 2
    assert path.read_text() == text


def test_a_preview_shows_alerts_weeks_and_what_is_wrong(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, "watch", "test", "monitor", "--since", "2026-01-01", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [alert["title"] for alert in shown["alerts"]] == ["Brief 901", "Brief 900"]
    assert shown["weeks"]["2026-W46"] == 2
    assert any("toezegging nagekomen" in reason for reason in shown["alerts"][0]["reasons"])
    assert command(folder, "watch", "edit", "monitor", "words=woonwagens") == 0
    assert command(folder, "watch", "test", "monitor", "--since", "2026-01-01") == 0
    assert "finds nothing" in capsys.readouterr().out
    assert command(folder, "watch", "test", "monitor", "--since", "2030-01-01") == 0
    assert "nothing is stored from 2030-01-01 on" in capsys.readouterr().out


def test_send_raises_what_was_not_told_before(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, "watch", "add", "alles", "kinds=kamerbrief") == 0
    assert command(folder, "watch", "test", "alles", "--since", "2026-01-01", "--send") == 0
    assert "2 alerts go out with the next run" in capsys.readouterr().out
    assert command(folder, "watch", "test", "alles", "--since", "2026-01-01", "--send") == 0
    assert "0 alerts go out" in capsys.readouterr().out


def test_pause_and_resume_are_kept_in_the_database(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "watches.toml").read_text()
    for verb, paused in (("pause", True), ("resume", False)):
        assert command(folder, "watch", verb, "monitor") == 0
        capsys.readouterr()
        command(folder, "watch", "list", "--json")
        assert bool(json.loads(capsys.readouterr().out)[0]["paused"]) == paused
    assert (folder / "watches.toml").read_text() == before


def test_deliveries_show_what_went_where_and_go_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(folder, "deliveries", "--json", "--target", "atom:monitor") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["targets"][0]["delivered"] == 2
    assert {row["state"] for row in shown["deliveries"]} == {"delivered"}
    assert command(folder, "deliveries", "--replay-since", "2026-11-11", "--target", "atom:monitor") == 0
    assert "1 delivery goes out with the next run" in capsys.readouterr().out
    assert command(folder, "deliveries", "--retry") == 0
    assert command(folder, "deliveries", "--retry", "--target", "mail:nobody@example.org") == 2
    assert command(folder, "deliveries", "--replay-since", "gisteren") == 2
    assert command(folder, "deliveries", "--state", "lost") == 2


def test_what_a_person_says_is_kept_over_a_new_reading(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store.open(folder / "data" / "kamerspoor.db")
    (name,) = rows(store, "SELECT id FROM alerts WHERE title = 'Brief 901'")[0]
    store.close()
    assert command(folder, "alert", str(name)[:8], "--not-relevant", "gaat over iets anders", "--wrong", "kept", "--why", "andere monitor") == 0
    assert command(folder, "alert", str(name)) == 0
    assert "said: not relevant: gaat over iets anders" in capsys.readouterr().out
    store = Store.open(folder / "data" / "kamerspoor.db")
    assert rows(store, "SELECT status FROM commitments") == [("open",)]
    letter = sighting(identifier="kst-32824-901", number="901", title="Brief 901, herdruk", published=date(2026, 11, 11))
    store.keep(letter, [fetched(KEPT)], at=NOW + timedelta(days=3))
    pass_by(store, NOW + timedelta(days=3))
    assert rows(store, "SELECT status FROM commitments") == [("open",)]
    assert rows(store, "SELECT subject, reason FROM review WHERE stage = 'correction' ORDER BY reason") == [
        ("koop:kst-32824-901", "not relevant"),
        ("koop:kst-32824-901", "wrong"),
    ]
    store.close()
    assert command(folder, "alert", "000000") == 2


