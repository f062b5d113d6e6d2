"""When a source is reported: failing, late or too quiet, and never twice for the same trouble."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest

from db.health import settle_difference
from db.store import Store
from pipeline.alarms import check, recess_days
from pipeline.health import Rhythm, SourceRecord, alarms
from pipeline.settings import Settings

RHYTHM = Rhythm(source="koop", title="KOOP", every=timedelta(hours=1), quiet_weekdays=1)
FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def record(ok_at: datetime | None, news_at: datetime | None, failures: int = 0, now: datetime = FRIDAY) -> SourceRecord:
    failed = [(now - timedelta(hours=n), "failed", "503") for n in range(failures)]
    good = [] if ok_at is None else [(ok_at, "ok", None)]
    return SourceRecord(outcomes=[*failed, *good], last_success=ok_at, last_news=news_at)


@pytest.mark.parametrize(
    ("seen", "now", "troubles", "reason"),
    [
        (record(FRIDAY, FRIDAY), FRIDAY, [], "all is well"),
        (record(FRIDAY - timedelta(hours=2), FRIDAY, 2), FRIDAY, [], "two failures happen"),
        (record(FRIDAY - timedelta(hours=3), FRIDAY, 3), FRIDAY, ["failing"], "three in a row are a pattern"),
        (record(FRIDAY - timedelta(hours=5), FRIDAY), FRIDAY, ["late"], "nobody has asked for five intervals"),
        (record(FRIDAY, datetime(2026, 11, 18, 9, tzinfo=UTC)), FRIDAY, ["quiet"], "two weekdays without a paper"),
        (record(FRIDAY, datetime(2026, 11, 19, 9, tzinfo=UTC)), FRIDAY, [], "one weekday without a paper"),
        (record(FRIDAY + timedelta(days=2), FRIDAY), FRIDAY + timedelta(days=2), [], "a Sunday: nobody publishes at the weekend"),
        (record(FRIDAY + timedelta(days=3), FRIDAY), FRIDAY + timedelta(days=3), [], "the Monday after: one weekday"),
        (
            record(datetime(2026, 8, 5, 9, tzinfo=UTC), datetime(2026, 8, 3, 9, tzinfo=UTC)),
            datetime(2026, 8, 5, 10, tzinfo=UTC),
            [],
            "two weekdays in the summer recess are nothing",
        ),
        (
            record(datetime(2026, 8, 7, 9, tzinfo=UTC), datetime(2026, 8, 3, 9, tzinfo=UTC)),
            datetime(2026, 8, 7, 10, tzinfo=UTC),
            ["quiet"],
            "but four are",
        ),
        (
            record(FRIDAY - timedelta(days=9), FRIDAY - timedelta(days=9)), FRIDAY, ["late"],
            "the service was off for nine days: whether the source was silent nobody knows",
        ),
        (record(FRIDAY - timedelta(days=9), FRIDAY - timedelta(days=9), 3), FRIDAY, ["failing"], "a source that fails is not silent as well"),
        (SourceRecord(outcomes=[], last_success=None, last_news=None), FRIDAY, [], "never crawled: nothing to say"),
    ],
)
def test_what_is_an_alarm(seen: SourceRecord, now: datetime, troubles: list[str], reason: str) -> None:
    assert [alarm.trouble for alarm in alarms([RHYTHM], {"koop": seen}, now, recess_days())] == troubles, reason


def crawl(store: Store, at: datetime, outcome: str, reason: str | None = None, source: str = "koop") -> None:
    row = store.start_crawl(source, at)
    store.finish_crawl(row, at=at, outcome=outcome, reason=reason, counts={"new": 1} if outcome == "ok" else {})  # type: ignore[arg-type]


def test_an_alarm_is_told_once_and_cleared_when_the_source_is_well_again(store: Store, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    for hour in range(3):
        crawl(store, FRIDAY + timedelta(hours=hour), "failed", "503")
    later = FRIDAY + timedelta(hours=3)
    feed = Settings(data=store.path.parent).feeds_path / "health.atom"
    settings = Settings(data=store.path.parent)
    assert [alarm.trouble for alarm in check(store, settings, later)] == ["failing"]
    first = feed.read_bytes()
    crawl(store, later, "failed", "503")
    check(store, settings, later + timedelta(minutes=5))
    assert feed.read_bytes() == first
    crawl(store, later + timedelta(hours=1), "ok")
    assert not check(store, settings, later + timedelta(hours=1))
    entries = feedparser.parse(feed.read_bytes()).entries
    assert [entry.title for entry in entries] == ["Bron weer in orde: Officiële bekendmakingen"]
    assert entries[0].id == feedparser.parse(first).entries[0].id


def test_a_difference_in_numbers_is_told_once_until_the_numbers_agree(store: Store) -> None:
    settings = Settings(data=store.path.parent)
    # the same figures, other figures, and a second category beside the first: one alarm that stands
    found = [("Toezegging", "4 and 9000"), ("Toezegging", "4 and 9000"), ("Toezegging", "4 and 9001"), ("Zaak", "1 and 99")]
    for hour, (what, figures) in enumerate(found):
        crawl(store, FRIDAY + timedelta(hours=hour), "ok", source="tweedekamer")
        settle_difference(store, "tweedekamer", what, figures, FRIDAY + timedelta(hours=hour))
        (alarm,) = check(store, settings, FRIDAY + timedelta(hours=hour))
        assert (alarm.source, alarm.trouble) == ("tweedekamer", "differs")
        assert figures.split()[2] in alarm.text or what == "Zaak"
    assert "(Toezegging: 4 and 9001, en 1 meer)" in alarm.text
    crawl(store, FRIDAY + timedelta(hours=6), "ok", source="tweedekamer")
    settle_difference(store, "tweedekamer", "Toezegging", None, FRIDAY + timedelta(hours=5))
    assert len(check(store, settings, FRIDAY + timedelta(hours=5))) == 1
    settle_difference(store, "tweedekamer", "Zaak", None, FRIDAY + timedelta(hours=6))
    assert check(store, settings, FRIDAY + timedelta(hours=6)) == []
    stored = store.connection.execute("SELECT trouble, since, raised, cleared FROM health_alarms").fetchall()
    assert [tuple(row) for row in stored] == [("differs", *[FRIDAY.isoformat()] * 2, (FRIDAY + timedelta(hours=6)).isoformat())]

    # The same figures a month later are news again, and nobody waits for a count that is no longer made.
    later = FRIDAY + timedelta(hours=30)
    crawl(store, later, "ok", source="tweedekamer")
    settle_difference(store, "tweedekamer", "Zaak", "1 and 99", later)
    assert [alarm.since for alarm in check(store, settings, later)] == [later]
    crawl(store, later + timedelta(days=46), "ok", source="tweedekamer")
    assert check(store, settings, later + timedelta(days=46)) == []
