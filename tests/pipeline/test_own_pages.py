"""Alerts link to our own pages where readers can reach them, under the address that the page itself answers to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from factories import ALERT, ALERT_CONTENT, FOLLOWER, NOW, FakeReader, commitment, fetched, line, sighting

from db.addresses import promise_path
from db.alerts import alerts_of
from db.browse.publication import publication
from db.records import Alert, Analysis
from db.store import Store
from pipeline.channels import atom, json_feed, mail, rss
from pipeline.channels.content import entry_of
from pipeline.channels.webhook import body_of
from pipeline.run import run_line

BASE = "https://kamerspoor.example.org/"
PAGE, PROMISE = "https://kamerspoor.example.org/publicatie/1", "https://kamerspoor.example.org/publicatie/1#toezegging-3"
KEPT = replace(ALERT, content=json.dumps({**ALERT_CONTENT, "promises": [{**ALERT_CONTENT["promises"][0], "id": 3, "status": "open"}]}))


def as_mail(alerts: list[Alert], pages: str | None) -> str:
    message = mail.compose("x@example.org", [FOLLOWER], alerts, sender="k@example.org", pages=pages)
    return "".join(part.get_content() for part in message.iter_parts())


CHANNELS: dict[str, Callable[[list[Alert], str | None], str]] = {
    "atom": lambda alerts, pages: atom.build(FOLLOWER, alerts, "https://f.example.org/", pages).decode(),
    "rss": lambda alerts, pages: rss.build(FOLLOWER, alerts, "https://f.example.org/", pages).decode(),
    "json": lambda alerts, pages: json_feed.build(FOLLOWER, alerts, "https://f.example.org/", pages).decode(),
    "webhook": lambda alerts, pages: body_of(alerts[0], pages).decode(),
    "mail": as_mail,
}
channels = pytest.mark.parametrize("told", CHANNELS.values(), ids=CHANNELS.keys())


@channels
def test_a_promise_is_linked_on_our_page_and_at_its_source(told: Any) -> None:
    text = told([KEPT], BASE)
    assert PROMISE in text
    assert f"{PAGE}&quot;" in text or f'{PAGE}"' in text
    assert "https://example.org/x.pdf#page=1" in text


@channels
def test_without_an_address_nothing_changes(told: Any) -> None:
    text = told([KEPT], None)
    assert "/publicatie/" not in text and '"page_url"' not in text and "Kamerspoor</a>" not in text


@pytest.mark.parametrize(
    "alert",
    [
        replace(KEPT, publication_id=None, alarm_id=1),  # about a source
        replace(ALERT, publication_id=None, alarm_id=1),
    ],
)
def test_what_is_about_no_publication_has_no_page(alert: Alert) -> None:
    entry = entry_of(alert, BASE)
    assert entry.page_url is None and "page_url" not in json.dumps(entry.facts)


def test_a_promise_of_which_the_alert_does_not_know_the_row_leaves_the_page_alone() -> None:
    entry = entry_of(ALERT, BASE)
    assert entry.page_url == PAGE and "page_url" not in json.dumps(entry.facts)


def test_the_page_has_the_anchor_that_the_alert_names(store: Store) -> None:
    text = "Ik informeer uw Kamer voor 1 mei 2027."
    store.keep(sighting(), [fetched(text)], at=NOW)
    run_line(line(store, FakeReader({text: Analysis(focus=True, focus_score=0.9, commitments=(commitment(text),), analyser="fake/1")})))
    (alert,) = alerts_of(store.connection, "migratie", 10)
    (promise,) = entry_of(alert, BASE).facts["promises"]
    assert promise["page_url"] == f"{BASE.rstrip('/')}{promise_path(1, promise['id'])}"
    found = publication(store.connection, 1, None)
    assert found is not None
    assert f'id="{promise["page_url"].partition("#")[2]}"' in found["text"]
