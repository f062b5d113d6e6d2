"""Which watch wants what, and what its alert says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from factories import NOW, TITLES

from db.facts import Promise, PublicationFacts, StoredTopic, Sum
from pipeline.changes import Change
from pipeline.dutch import money, number
from pipeline.match import alert_id, match, why
from pipeline.watches import Watch

PROMISE = Promise(
    id=1, deliverable="d1", act="brief over inbedding", kind="inform", firm=True, phrase="voor de zomer", not_before=None, not_after=date(2027, 7, 8),
    precision="season", note=None, sentence="Voor de zomer ontvangt uw Kamer een brief.", page=2, start=10, rule="r/1",
)  # fmt: skip
SUM = Sum(
    text="80 miljoen euro", value=8e7, value_max=None, currency="EUR", per=None, recurring="structural", bound=None, extra=False, year=None,
    purpose="taal", sentence="Er is 80 miljoen euro.", page=2,
)  # fmt: skip
FACTS = PublicationFacts(
    id=7, key="koop:kst-32824-900", title="Sociale inbedding", kind="kamerbrief", date=date(2026, 11, 10), publisher="SZW",
    url="https://zoek.officielebekendmakingen.nl/kst-32824-900.html", focus=True, focus_score=0.9, withdrawn=False, dossiers=("32824",),
    sources=("koop",), topics=(StoredTopic(topic="labour-migration", score=0.9, terms=("arbeidsmigranten",)),), promises=(PROMISE,), sums=(SUM,),
)  # fmt: skip


@pytest.mark.parametrize(
    ("watch", "wanted", "reason"),
    [
        ({"focus": True}, True, "the document is about migration"),
        ({"topics": ("labour-migration",)}, True, "one of its topics"),
        ({"topics": ("language",)}, False, "not one of its topics"),
        ({"dossiers": ("32824",)}, True, "its dossier"),
        ({"focus": True, "kinds": ("advies",)}, False, "kinds narrow"),
        ({"focus": True, "sources": ("councils",)}, False, "sources narrow"),
        ({"focus": True, "promises": True}, True, "it holds a promise"),
        ({"focus": True, "min_amount": 8e7}, True, "at least means from that sum on"),
        ({"focus": True, "min_amount": 8.1e7}, False, "no sum is that high"),
        ({}, True, "a watch without a way in follows everything"),
    ],
)
def test_which_watch_wants_it(watch: dict[str, object], wanted: bool, reason: str) -> None:
    assert bool(why(Watch(name="w", title="W", **watch), FACTS, TITLES)) == wanted, reason  # type: ignore[arg-type]


def test_a_rate_or_another_currency_does_not_reach_a_threshold() -> None:
    watch = Watch(name="w", title="W", focus=True, min_amount=1000)
    for field in ({"per": "uur"}, {"currency": "USD"}):
        assert not why(watch, replace(FACTS, sums=(replace(SUM, **field),)), TITLES)


def test_one_alert_with_all_reasons() -> None:
    (alert,) = match(FACTS, [Watch(name="w", title="W", focus=True, dossiers=("32824",))], TITLES, cause="new", now=NOW)
    content = json.loads(alert.content)
    assert content["reasons"] == ["gaat over arbeidsmigratie (“arbeidsmigranten”)", "hoort bij dossier 32824"]
    assert content["promises"][0]["by"] == "2027-07-08"
    assert "de eerste uiterlijk 8 juli 2027" in alert.summary
    assert "€ 80 miljoen structureel" in alert.summary


def test_a_revision_without_changes_alerts_nobody() -> None:
    watches = [Watch(name="w", title="W", focus=True)]
    assert not match(FACTS, watches, TITLES, cause="revised", now=NOW)
    assert match(FACTS, watches, TITLES, cause="revised", changes=[Change(what="deadline", text="x")], now=NOW)
    assert not match(FACTS, [replace(watches[0], alerts=("new",))], TITLES, cause="revised", changes=[Change(what="deadline", text="x")], now=NOW)


def test_a_withdrawn_publication_alerts_nobody() -> None:
    assert not match(replace(FACTS, withdrawn=True), [Watch(name="w", title="W", focus=True)], TITLES, cause="new", now=NOW)


def test_what_is_old_when_it_is_first_read_is_history() -> None:
    watches = [Watch(name="w", title="W", focus=True)]
    for day, wanted in ((date(2026, 9, 11), 1), (date(2026, 9, 10), 0)):
        assert len(match(replace(FACTS, date=day), watches, TITLES, cause="new", now=NOW, max_age_days=60)) == wanted, day


def test_the_id_of_an_alert_depends_on_what_it_tells_alone() -> None:
    assert alert_id("w", "koop:kst-1", "new", ()) == alert_id("w", "koop:kst-1", "new", ())
    others = {alert_id("v", "koop:kst-1", "new", ()), alert_id("w", "koop:kst-2", "new", ()), alert_id("w", "koop:kst-1", "revised", ())}
    assert alert_id("w", "koop:kst-1", "new", ()) not in others
    assert len(others) == 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3875, "3.875"),
        (0.19, "0,19"),
        (240.5, "240,50"),
        (8e7, "80 miljoen"),
        (1.25e6, "1,25 miljoen"),
        (1.2e9, "1,2 miljard"),
        (-111470, "-111.470"),
    ],
)
def test_numbers_are_dutch(value: float, text: str) -> None:
    assert number(value) == text


def test_money_says_bound_range_and_rate() -> None:
    assert money(replace(SUM, value=10000, bound="max", recurring=None, per="persoon")) == "maximaal € 10.000 per persoon"
    assert money(replace(SUM, value=1e7, value_max=1.5e7, recurring=None, extra=True, year=2025)) == "€ 10 miljoen tot 15 miljoen extra (2025)"
