"""Delivery: sent first, booked after; a target that fails stops alone and catches up in one message."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

import pytest
from factories import NOW

from db import alerts, watches
from db.alerts import target_states
from db.errors import DeliveryError
from db.records import Alert
from db.store import Store
from pipeline import deliver as module
from pipeline.deliver import deliver
from pipeline.health import channel_alarms, label
from pipeline.settings import Settings
from pipeline.watch import Watch

SETTINGS = Settings()
A, B = Watch(name="a", title="A", email=("x@example.org",)), Watch(name="b", title="B", email=("x@example.org",))
MAIL = "mail:x@example.org"


class Box:
    """A channel that keeps what it gets, and fails while it is told to."""

    def __init__(self) -> None:
        self.messages: list[list[str]] = []
        self.error: DeliveryError | None = None

    def send(self, target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:  # noqa: ARG002
        if self.error is not None:
            raise self.error
        self.messages.append([alert.id for alert in waiting])

    def is_present(self, target: str, watch: Watch, settings: Settings) -> bool:  # noqa: ARG002
        return True


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Box]]:
    found = {"mail": Box(), "atom": Box()}
    monkeypatch.setattr(module, "CHANNELS", found)
    yield found


def give(store: Store, name: str, watch: Watch = A, at: datetime = NOW, only: str | None = None) -> None:
    """An alert with its deliveries."""
    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO publications (id, key, title, kind, url, first_seen, updated) "
            "VALUES (1, 'k', 't', 'kamerbrief', 'https://x', '2026', '2026') ON CONFLICT DO NOTHING"
        )
        alert = Alert(id=name, watch=watch.name, publication_id=1, kind="new", title=name, summary="", content="{}", raised=at)
        targets = [target for target in watch.targets if target.split(":")[0] in module.CHANNELS]
        alerts.raise_alert(connection, alert, [only] if only else targets)


def state(store: Store, target: str = MAIL) -> list[tuple[str, str, int]]:
    rows = store.connection.execute("SELECT alert_id, state, attempts FROM deliveries WHERE target = ? ORDER BY alert_id", (target,))
    return [tuple(row) for row in rows]


def run(store: Store, at: datetime, followers: Sequence[Watch] = (A,)) -> module.DeliveryOutcome:
    return deliver(store, followers, SETTINGS, at, refresh=False, jitter=lambda: 0.0)


def test_one_address_gets_one_message_for_all_its_watches(store: Store, boxes: dict[str, Box]) -> None:
    give(store, "1", A)
    give(store, "2", B)
    assert run(store, NOW, (A, B)).delivered == 2
    assert boxes["mail"].messages == [["1", "2"]]
    assert len(boxes["atom"].messages) == 2


def test_a_target_that_fails_stops_alone_and_catches_up_in_one_message_oldest_first(store: Store, boxes: dict[str, Box]) -> None:
    boxes["mail"].error = DeliveryError("mail: refused")
    give(store, "1")
    outcome = run(store, NOW)
    assert (outcome.delivered, outcome.failed, outcome.reason) == (1, 1, f"{label(MAIL)}: mail: refused")
    assert boxes["atom"].messages == [["1"]]
    give(store, "2", at=NOW + timedelta(seconds=10))
    run(store, NOW + timedelta(seconds=10))
    assert state(store) == [("1", "pending", 1), ("2", "pending", 0)], "what comes meanwhile waits with the rest"
    boxes["mail"].error = None
    run(store, NOW + timedelta(seconds=31))
    assert boxes["mail"].messages == [["1", "2"]]
    assert {row[1] for row in state(store)} == {"delivered"}


def test_waits_grow_and_last_for_days(store: Store, boxes: dict[str, Box]) -> None:
    boxes["mail"].error = DeliveryError("down")
    give(store, "1")
    tries, at = [], NOW
    while state(store)[0][1] == "pending":
        before = state(store)[0][2]
        run(store, at)
        tries += [at] if state(store)[0][2] > before else []
        at += timedelta(minutes=5)
    assert len(tries) == alerts.GIVE_UP_AFTER
    assert tries[-1] - tries[0] > timedelta(days=7)
    assert state(store) == [("1", "dead", alerts.GIVE_UP_AFTER)]


def test_what_the_receiver_will_never_take_is_dead_at_once(store: Store, boxes: dict[str, Box]) -> None:
    boxes["mail"].error = DeliveryError("no such mailbox", permanent=True)
    give(store, "1")
    run(store, NOW)
    give(store, "2", at=NOW + timedelta(days=1))
    run(store, NOW + timedelta(days=2))
    assert state(store) == [("1", "dead", 1), ("2", "pending", 0)], "a dead target is left alone until a person asks"
    boxes["mail"].error = None
    with store.transaction() as connection:
        assert alerts.retry(connection, MAIL) == 2
    run(store, NOW + timedelta(days=3))
    assert boxes["mail"].messages == [["1", "2"]]


def test_retry_after_is_honoured(store: Store, boxes: dict[str, Box]) -> None:
    boxes["mail"].error = DeliveryError("429", retry_after=timedelta(hours=2))
    give(store, "1")
    run(store, NOW)
    boxes["mail"].error = None
    run(store, NOW + timedelta(hours=1, minutes=59))
    assert state(store)[0][1] == "pending"
    run(store, NOW + timedelta(hours=2))
    assert state(store)[0][1] == "delivered"


def test_what_was_accepted_before_a_failure_is_not_sent_again(store: Store, boxes: dict[str, Box]) -> None:
    give(store, "1")
    give(store, "2")
    boxes["mail"].error = DeliveryError("half-way", accepted=("1",))
    run(store, NOW)
    assert state(store) == [("1", "delivered", 1), ("2", "pending", 1)]


def test_chance_spreads_the_next_tries(store: Store, boxes: dict[str, Box]) -> None:
    boxes["mail"].error = DeliveryError("down")
    give(store, "1")
    deliver(store, (A,), SETTINGS, NOW, refresh=False, jitter=lambda: 1.0)
    row = store.connection.execute("SELECT not_before FROM deliveries WHERE target = ?", (MAIL,)).fetchone()
    assert datetime.fromisoformat(row[0]) - NOW == alerts.FIRST_WAIT * (1 + alerts.SPREAD)


DAILY = Watch(name="a", title="A", email=("x@example.org",), digest="daily", at="08:00")


def test_a_digest_waits_for_its_time_and_goes_once(store: Store, boxes: dict[str, Box]) -> None:
    noon = datetime.fromisoformat("2026-11-10T12:00:00+00:00")
    run(store, noon, (DAILY,))
    give(store, "1", DAILY, noon)
    give(store, "2", DAILY, noon)
    run(store, noon + timedelta(hours=1), (DAILY,))
    assert boxes["atom"].messages == [["1", "2"]], "feeds do not wait"
    assert boxes["mail"].messages == []
    run(store, noon + timedelta(hours=19, minutes=5), (DAILY,))
    give(store, "3", DAILY, noon + timedelta(hours=20))
    run(store, noon + timedelta(hours=20), (DAILY,))
    assert boxes["mail"].messages == [["1", "2"]]
    run(store, noon + timedelta(hours=43, minutes=5), (DAILY,))
    assert boxes["mail"].messages == [["1", "2"], ["3"]]


def test_a_digest_that_failed_is_tried_again_before_the_next_one(store: Store, boxes: dict[str, Box]) -> None:
    noon = datetime.fromisoformat("2026-11-10T12:00:00+00:00")
    run(store, noon, (DAILY,))
    give(store, "1", DAILY, noon)
    boxes["mail"].error = DeliveryError("down")
    run(store, noon + timedelta(hours=19, minutes=5), (DAILY,))
    boxes["mail"].error = None
    run(store, noon + timedelta(hours=19, minutes=10), (DAILY,))
    assert boxes["mail"].messages == [["1"]]


def test_a_paused_watch_waits_and_its_feed_goes_on(store: Store, boxes: dict[str, Box]) -> None:
    with store.transaction() as connection:
        watches.register(connection, ["a"], NOW, days=60)
        watches.set_paused(connection, "a", NOW)
    give(store, "1")
    run(store, NOW)
    assert (boxes["mail"].messages, boxes["atom"].messages) == ([], [["1"]])
    with store.transaction() as connection:
        watches.set_paused(connection, "a", None)
    run(store, NOW)
    assert boxes["mail"].messages == [["1"]]


def test_sending_again_keeps_the_ids(store: Store, boxes: dict[str, Box]) -> None:
    give(store, "1")
    run(store, NOW)
    with store.transaction() as connection:
        assert alerts.send_again(connection, date(2026, 11, 11), MAIL) == 0
        assert alerts.send_again(connection, date(2026, 11, 10), MAIL) == 1
    run(store, NOW)
    assert boxes["mail"].messages == [["1"], ["1"]]
    assert boxes["atom"].messages == [["1"]]


def test_a_dead_target_is_an_alarm_that_does_not_show_the_address(store: Store, boxes: dict[str, Box]) -> None:
    boxes["mail"].error = DeliveryError("mail: x@example.org refused", permanent=True)
    give(store, "1")
    run(store, NOW)
    (alarm,) = channel_alarms(target_states(store.connection))
    assert (alarm.source, alarm.trouble) == (label(MAIL), "channel")
    assert "example.org" not in alarm.text + alarm.source
    assert "1 melding wacht" in alarm.text


def test_an_address_that_was_taken_out_of_the_watches_is_no_alarm(store: Store, boxes: dict[str, Box]) -> None:
    give(store, "1")
    boxes["mail"].error = DeliveryError("mail: down")
    run(store, NOW)
    for day in range(1, 6):
        deliver(store, (), Settings(data=store.path.parent), NOW + timedelta(days=day), refresh=False)
    (state_of_mail,) = [one for one in target_states(store.connection) if one.target == MAIL]
    assert state_of_mail.attempts > 3
    assert not channel_alarms([state_of_mail])


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("mail:x@example.org", "e-mail accfdd"),
        ("webhook:https://u:p@example.org/secret?token=1", "webhook aa70db"),
        ("webhook:team", "webhook team"),
        ("notify:team", "dienst team"),
        ("atom:w", "feed w"),
    ],
)
def test_what_may_be_shown_of_a_target(target: str, text: str) -> None:
    assert label(target) == text


class Killed(BaseException):
    """Stands for a process that dies: nothing catches it."""


def test_killed_between_sending_and_booking_sends_again_under_the_same_ids(
    store: Store, boxes: dict[str, Box], monkeypatch: pytest.MonkeyPatch
) -> None:
    give(store, "1")
    give(store, "2")

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(alerts, "book_delivered", die)
        with pytest.raises(Killed):
            run(store, NOW)
    run(store, NOW)
    sent = [*boxes["mail"].messages, *boxes["atom"].messages]
    assert sorted(sent) == [["1", "2"]] * 3, "the target at hand gets them twice, the other once"
    assert {row[1] for target in (MAIL, "atom:a") for row in state(store, target)} == {"delivered"}
