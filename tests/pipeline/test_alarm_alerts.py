"""Who hears of a source that is silent and of a target that takes nothing: once, by the watches that it concerns, and again when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from factories import NOW, FakeReader, fetched, line, sighting

from db.errors import DeliveryError
from db.health import StoredAlarm
from db.records import Alert
from db.store import Store
from pipeline import deliver as sending
from pipeline.alarm_alerts import alarm_alerts
from pipeline.alarms import tell
from pipeline.channels import CHANNELS
from pipeline.health import label
from pipeline.run import run_line
from pipeline.settings import Settings
from pipeline.watch import Watch

MAIL = "mail:jan@example.org"
SILENT = StoredAlarm(id=1, source="koop", trouble="quiet", text="KOOP: al 3 werkdagen niets nieuws.", since=NOW, raised=NOW, cleared=None)
DEAD = replace(SILENT, id=2, source=label(MAIL), trouble="channel", text=f"Verzenden naar {label(MAIL)} staat stil.")
W = Watch(name="w", title="W")


def raised(alarm: StoredAlarm, watches: Sequence[Watch], told: frozenset[str] = frozenset()) -> list[tuple[str, str, tuple[str, ...]]]:
    found = alarm_alerts([alarm], watches, {"koop": "Officiële bekendmakingen"}, told, NOW + timedelta(minutes=30))
    return [(alert.watch, alert.kind, tuple(t for t in targets if not t.endswith(":w"))) for alert, targets in found]


@pytest.mark.parametrize(
    ("alarm", "watch", "kinds", "reason"),
    [
        (SILENT, W, ["silent"], "a watch without a source depends on all"),
        (SILENT, replace(W, sources=("koop", "wodc")), ["silent"], "it names the source"),
        (SILENT, replace(W, sources=("wodc",)), [], "it names another"),
        (SILENT, replace(W, not_sources=("koop",)), [], "it leaves the source out"),
        (SILENT, replace(W, alerts=("new", "undelivered")), [], "switched off"),
        (replace(SILENT, trouble="late"), W, [], "late for half an hour: a service that was off reads its sources first"),
        (replace(SILENT, trouble="late", raised=NOW - timedelta(hours=1)), W, ["silent"], "still late"),
        (DEAD, W, [], "it sends nothing there"),
        (DEAD, replace(W, email=("jan@example.org",), notify=("team",)), ["undelivered"], "it sends there as well"),
        (DEAD, replace(W, email=("jan@example.org",), alerts=("silent",)), [], "switched off"),
        (replace(SILENT, cleared=NOW), W, [], "over before anybody heard of it"),
    ],
)
def test_whom_an_alarm_concerns(alarm: StoredAlarm, watch: Watch, kinds: list[str], reason: str) -> None:
    assert [kind for _, kind, _ in raised(alarm, [watch])] == kinds, reason


def test_a_target_that_takes_nothing_is_left_out_of_what_is_told_of_it() -> None:
    watch = replace(W, email=("jan@example.org",), notify=("team",))
    assert raised(DEAD, [watch]) == [("w", "undelivered", ("notify:team",))]


def test_an_address_of_several_watches_hears_once() -> None:
    both = [replace(W, email=("jan@example.org",)), replace(W, name="v", email=("jan@example.org", "els@example.org"))]
    told = [[t for t in targets if t.startswith("mail:")] for _, _, targets in raised(SILENT, both)]
    assert told == [[MAIL], ["mail:els@example.org"]]


def test_what_is_over_is_told_to_those_who_heard_of_it() -> None:
    ((alert, _),) = alarm_alerts([SILENT], [W], {}, frozenset(), NOW)
    told = frozenset({alert.id})
    assert raised(SILENT, [W], told) == [], "told once"
    assert [(watch, kind) for watch, kind, _ in raised(replace(SILENT, cleared=NOW), [W, replace(W, name="v")], told)] == [("w", "restored")]
    again = replace(SILENT, since=NOW + timedelta(days=9))
    assert [kind for _, kind, _ in raised(again, [W], told)] == ["silent"], "another time is another alarm"


def test_titles_and_texts_say_what_and_why() -> None:
    ((alert, _),) = alarm_alerts([SILENT], [W], {"koop": "Officiële bekendmakingen"}, frozenset(), NOW)
    assert alert.title == "Bron zwijgt: Officiële bekendmakingen"
    assert alert.summary.endswith("Sinds 10 november 2026. Deze volger leest alle bronnen.")
    assert (alert.publication_id, alert.alarm_id) == (None, 1)


class Box:
    """A channel that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[list[str]] = []

    def send(self, _target: str, _watch: Watch, waiting: Sequence[Alert], *_: object) -> None:
        self.messages.append([alert.title for alert in waiting])

    def is_present(self, *_: object) -> bool:
        return True


def test_a_silent_source_comes_with_the_other_alerts_in_one_message_and_so_does_its_recovery(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Box()
    monkeypatch.setitem(CHANNELS, "mail", box)
    watch = Watch(name="migratie", title="Migratie", focus=True, email=("jan@example.org",))
    for hour in range(3):
        row = store.start_crawl("koop", NOW - timedelta(hours=3 - hour))
        store.finish_crawl(row, at=NOW - timedelta(hours=3 - hour), outcome="failed", reason="503", counts={})
    store.keep(sighting(), [fetched("Tekst.")], at=NOW)
    run_line(line(store, FakeReader(), watches=[watch]))
    assert [sorted(message) for message in box.messages] == [["Ophalen mislukt: Officiële bekendmakingen", "Voortgang sociale inbedding"]]
    run_line(line(store, FakeReader(), watches=[watch], now=NOW + timedelta(minutes=5)))
    assert len(box.messages) == 1, "told once"
    row = store.start_crawl("koop", NOW + timedelta(hours=1))
    store.finish_crawl(row, at=NOW + timedelta(hours=1), outcome="ok", reason=None, counts={"new": 1})
    run_line(line(store, FakeReader(), watches=[watch], now=NOW + timedelta(hours=1)))
    assert box.messages[1:] == [["Bron weer in orde: Officiële bekendmakingen"]]


def test_a_dead_address_is_reported_through_the_others(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(Box):
        def send(self, *_: object) -> None:
            raise DeliveryError("mail: jan@example.org refused: 550 no such user", permanent=True)

    chat = Box()
    monkeypatch.setitem(CHANNELS, "mail", Refusing())
    monkeypatch.setitem(CHANNELS, "notify", chat)
    watch = Watch(name="migratie", title="Migratie", focus=True, email=("jan@example.org",), notify=("team",))
    store.keep(sighting(), [fetched("Tekst.")], at=NOW)
    run_line(line(store, FakeReader(), watches=[watch]))
    run_line(line(store, FakeReader(), watches=[watch], now=NOW + timedelta(minutes=5)))
    assert chat.messages == [["Voortgang sociale inbedding"], [f"Verzenden staat stil: {label(MAIL)}"]]
    assert not [row for row in store.connection.execute("SELECT * FROM health_alarms") if "example.org" in row["text"] + row["source"]]


def test_every_format_has_the_feed_of_alarms(store: Store) -> None:
    settings = Settings(data=store.path.parent)
    row = store.start_crawl("koop", datetime(2026, 1, 5, tzinfo=UTC))
    store.finish_crawl(row, at=datetime(2026, 1, 5, tzinfo=UTC), outcome="ok", reason=None, counts={"new": 1})
    assert tell(store, [W], settings, NOW) == 0
    assert tell(store, [W], settings, NOW + timedelta(hours=2)) == 1
    assert sorted(path.name for path in settings.feeds_path.iterdir()) == ["health.atom", "health.json", "health.rss"]
    for path in settings.feeds_path.iterdir():
        assert "Bron loopt achter: Officiële bekendmakingen" in path.read_text(encoding="utf-8")
    assert sending.deliver(store, [W], settings, NOW, refresh=True).delivered == 1
    assert "Bron loopt achter" in (settings.feeds_path / "w.rss").read_text(encoding="utf-8")
