"""Which watch wants what, and what its alert says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from factories import FACTS, NOW, SUM, TITLES

from db.facts import Paragraph
from db.records import Cause
from pipeline.changes import Change
from pipeline.dutch import money, number
from pipeline.happening import Happening
from pipeline.match import alert_id, match, why
from pipeline.watches import Watch

FULL = replace(
    FACTS, office="Minister van Werk en Participatie en staatssecretaris van Financiën", ministry="Sociale Zaken en Werkgelegenheid",
    paragraphs=(Paragraph(text="De uitzendbureaus doen mee.", page=2),),
)  # fmt: skip
KEPT = Happening(kind="kept", text="toezegging nagekomen: brief", reason="zegt het zelf", about=3, commitment_id=1, sentence="Hiermee.", page=1)


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
        ({"offices": ("minister van Werk en Participatie",)}, True, "the office, whoever holds it, in any case"),
        ({"offices": ("staatssecretaris van FIN",)}, True, "a ministry by its short name"),
        ({"offices": ("minister van Werk",)}, False, "an office is a whole name"),
        ({"offices": ("staatssecretaris van Financiën",)}, True, "the second who signed"),
        ({"publishers": ("SZW",)}, True, "the ministry by its short name"),
        ({"publishers": ("Ministerie van Sociale Zaken en Werkgelegenheid",)}, True, "the ministry by its long name"),
        ({"publishers": ("OCW",)}, False, "another ministry"),
        ({"focus": True, "not_dossiers": ("32824",)}, False, "a dossier that is ruled out"),
        ({"focus": True, "not_topics": ("labour-migration",)}, False, "a topic that is ruled out"),
        ({"focus": True, "not_kinds": ("kamerbrief",)}, False, "a kind that is ruled out"),
        ({"focus": True, "not_sources": ("koop",)}, False, "seen at a source that is ruled out alone"),
        ({"topics": ("labour-migration",), "relevance": 0.95}, False, "not sure enough"),
        ({"within_days": 300, "focus": True}, True, "a term within 300 days"),
        ({"within_days": 30, "focus": True}, False, "no term within a month"),
        ({"words": ("inbedding",)}, True, "a word of the title"),
        ({"words": ("uitzendbureau",)}, True, "a word of the text, in the plural"),
        ({"words": ("inbedding",), "not_words": ("uitzendbureau",)}, False, "a word that is ruled out"),
        ({"focus": True, "all_words": ("inbedding", "taal")}, False, "a word that must stand there does not"),
    ],
)
def test_which_watch_wants_it(watch: dict[str, object], wanted: bool, reason: str) -> None:
    assert bool(why(Watch(name="w", title="W", **watch), FULL, TITLES)) == wanted, reason  # type: ignore[arg-type]


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


@pytest.mark.parametrize(
    ("watch", "cause", "wanted", "reason"),
    [
        ({"alerts": ("kept",)}, "new", ["new"], "the letter keeps a promise, and that is asked for"),
        ({"alerts": ("moved",)}, "new", [], "nothing moved"),
        ({"alerts": ("made",)}, "new", ["new"], "the letter makes a promise"),
        ({"alerts": ("new",)}, "overdue", [], "the calendar is not asked for"),
        ({"alerts": ("overdue",)}, "overdue", ["overdue"], "the calendar is"),
    ],
)
def test_each_kind_of_alert_can_be_switched(watch: dict[str, object], cause: Cause, wanted: list[str], reason: str) -> None:
    happened = [KEPT if cause == "new" else replace(KEPT, kind="overdue", about=FACTS.id)]
    alerts = match(FACTS, [Watch(name="w", title="W", **watch)], TITLES, cause=cause, happened=happened, now=NOW)  # type: ignore[arg-type]
    assert [alert.kind for alert in alerts] == wanted, reason


def test_who_follows_the_older_paper_is_told_what_became_of_its_promise() -> None:
    watch = Watch(name="w", title="W", dossiers=("29861",))
    earlier = replace(FACTS, id=3, title="Oude brief", dossiers=("29861",))
    (alert,) = match(FACTS, [watch], TITLES, cause="new", happened=[KEPT], earlier={3: earlier}, now=NOW)
    content = json.loads(alert.content)
    assert content["reasons"] == ["volgt op een stuk dat u volgt: “Oude brief” (hoort bij dossier 29861)"]
    assert content["happened"][0]["text"] == "toezegging nagekomen: brief"
    assert "Toezegging nagekomen: brief." in alert.summary
    assert not match(FACTS, [watch], TITLES, cause="new", earlier={3: earlier}, now=NOW)


def test_the_words_are_shown_with_sentence_page_and_a_link_into_the_document() -> None:
    read = replace(FULL, file_url="https://x/brief.pdf")
    (alert,) = match(read, [Watch(name="w", title="W", words=("uitzendbureau",))], TITLES, cause="new", now=NOW)
    content = json.loads(alert.content)
    assert content["words"] == [
        {"term": "uitzendbureau", "text": "uitzendbureaus", "sentence": "De uitzendbureaus doen mee.", "page": 2, "url": "https://x/brief.pdf#page=2"}
    ]
    assert content["watch"] == {"name": "w", "title": "W"}


def test_a_watch_tells_what_is_newer_than_itself() -> None:
    watches = [Watch(name="w", title="W", focus=True)]
    for day, wanted in ((date(2026, 11, 10), 1), (date(2026, 11, 11), 0)):
        assert len(match(FACTS, watches, TITLES, cause="new", since={"w": day}, now=NOW)) == wanted, day
