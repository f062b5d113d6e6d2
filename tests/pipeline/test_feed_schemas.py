"""The XML feeds against schemas, written after their specifications (`schemas/`): alerts of every kind, whatever a title holds."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import feedparser
import pytest
from factories import ALERT, ALERT_CONTENT, FOLLOWER, HOSTILE, NOW
from lxml import etree

from db.health import StoredAlarm
from db.records import Alert
from pipeline.alarm_alerts import HEALTH_FEED, feed_alert
from pipeline.channels import atom, opml, rss
from pipeline.watch import Watch

BASE = "https://example.org/feeds/"
ALARM = StoredAlarm(id=1, source="koop", trouble="quiet", text="KOOP: al 3 werkdagen niets nieuws.", since=NOW, raised=NOW, cleared=None)


def hostile(title: str) -> Alert:
    topics = [{"topic": "language", "title": title, "terms": [title]}]
    content = {**ALERT_CONTENT, "publisher": title, "topics": topics, "reasons": [title], "dossiers": [title], "changes": [title]}
    return replace(ALERT, title=title, summary=title, content=json.dumps(content, ensure_ascii=False))


KINDS = {
    "publication": ALERT,
    "withdrawn": replace(ALERT, withdrawn=NOW),
    "alarm": feed_alert(ALARM, {"koop": "Officiële bekendmakingen"}),
    "alarm that is over": feed_alert(replace(ALARM, cleared=NOW), {}),
    **{f"title: {name}": hostile(title) for name, title in HOSTILE.items()},
}


@cache
def schema(name: str) -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(str(Path(__file__).parent / "schemas" / f"{name}.rng")))


@pytest.mark.parametrize("alert", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize(("name", "build"), [("atom", atom.build), ("rss", rss.build)])
def test_a_feed_keeps_to_its_schema(name: str, build: object, alert: Alert) -> None:
    body = build(FOLLOWER, [alert, replace(ALERT, id="e" * 32)], BASE)  # type: ignore[operator]
    schema(name).assertValid(etree.fromstring(body))
    assert not feedparser.parse(body).bozo


@pytest.mark.parametrize(("name", "build"), [("atom", atom.build), ("rss", rss.build)])
def test_an_empty_feed_keeps_to_its_schema(name: str, build: object) -> None:
    schema(name).assertValid(etree.fromstring(build(HEALTH_FEED, [], BASE)))  # type: ignore[operator]


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_list_of_feeds_keeps_to_its_schema(title: str) -> None:
    schema("opml").assertValid(etree.fromstring(opml.build([Watch(name="a", title=title or "A")], BASE)))


@pytest.mark.parametrize(
    ("name", "build", "change"),
    [("atom", atom.build, "updated"), ("atom", atom.build, "id"), ("rss", rss.build, "guid"), ("rss", rss.build, "pubDate")],
)
def test_the_schema_finds_what_is_missing(name: str, build: object, change: str) -> None:
    root = etree.fromstring(build(FOLLOWER, [ALERT], BASE))  # type: ignore[operator]
    entry = next(node for node in root.iter() if etree.QName(node).localname in ("entry", "item"))
    entry.remove(next(node for node in entry if etree.QName(node).localname == change))
    assert not schema(name).validate(root)
