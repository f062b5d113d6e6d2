"""The questions to live sources, asked of the replay; and that nothing else is asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.probe import probe
from crawler.replay.server import Replay
from crawler.sources import source_class, source_classes
from crawler.sources.council_pages import councils
from crawler.sources.open_overheid_record import followed

NOW = datetime(2026, 11, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("name", source_classes())
def test_every_question_is_answered_by_the_replay(name: str) -> None:
    with Replay(day=2) as replay:
        source = source_class(name)(replay.base_urls[name])
        waits: list[float] = []
        answers = list(probe(source, "Kamerspoor (+test)", NOW, wait=waits.append))
    assert answers
    assert all(answer.answered for answer in answers), [answer for answer in answers if not answer.answered]
    assert waits == [source.delay] * (len(answers) - 1)


def test_a_source_that_does_not_answer_is_told_so() -> None:
    source = source_class("koop")({"*": "http://127.0.0.1:9"})
    answers = list(probe(source, "Kamerspoor", NOW, wait=lambda _: None))
    assert not any(answer.answered for answer in answers)
    assert all("efused" in answer.text for answer in answers)


def test_a_wrong_question_to_koop_is_seen_to_be_refused() -> None:
    with Replay(day=2) as replay:
        source = source_class("koop")(replay.base_urls["koop"])
        texts = {answer.question: answer.text for answer in probe(source, "Kamerspoor", NOW, wait=lambda _: None)}
    assert "refused as we expect" in texts["how is a wrong question refused?"]
    assert "both clocks" in texts["may cd.datumTijdstipWijzigingWork be asked with >=?"]


OPEN = {
    "tweedekamer": ("is OData v4 still there", "has OData v5 the names"),
    "koop": ("may cd.datumTijdstipWijzigingWork be asked", "papers carry a dossier", "wrong question refused", "correction touch the paper"),
    "councils": tuple(f"does {council.title} answer the search" for council in councils()),
    "open_overheid": tuple(f"is the type {label!r} accepted, encoded twice" for label in followed()),
}
"""The open questions about the sources, each with whom it is asked of. Whether a host offers validators is told with every answer."""


@pytest.mark.parametrize("name", OPEN)
def test_every_open_question_is_asked(name: str) -> None:
    questions = [question.text for question in source_class(name)().questions(NOW)]
    assert [text for text in OPEN[name] if not any(text in question for question in questions)] == []


@pytest.mark.parametrize("name", source_classes())
def test_every_answer_tells_whether_it_can_be_asked_for_conditionally(name: str) -> None:
    with Replay(day=2) as replay:
        source = source_class(name)(replay.base_urls[name])
        texts = [answer.text for answer in probe(source, "Kamerspoor (+test)", NOW, wait=lambda _: None)]
    assert all("ETag" in text or "Last-Modified" in text for text in texts), texts
