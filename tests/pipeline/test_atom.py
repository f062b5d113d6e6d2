"""The Atom feed: valid whatever a title holds, the same bytes for the same alerts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest
from factories import FOLLOWER, NOW
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from db.records import Alert
from pipeline.channels.atom import NAMESPACE, build
from pipeline.channels.files import write_if_changed

CONTENT = {
    "url": "https://zoek.officielebekendmakingen.nl/kst-32824-900.html", "kind": "kamerbrief", "date": "2026-11-10", "publisher": "SZW",
    "dossiers": ["32824"], "reasons": ["gaat over taal"], "topics": [{"topic": "language", "title": "Taal", "terms": ["taal"]}],
    "promises": [{"act": "brief", "sentence": "Ik stuur een brief.", "by": None, "by_text": "", "note": None, "firm": True, "page": 1}],
    "amounts": [{"amount": "€ 1", "for": None, "sentence": "€ 1", "page": None}], "changes": [],
}  # fmt: skip
ALERT = Alert(
    id="0123456789abcdef0123456789abcdef", watch="migratie", publication_id=1, kind="new", title="Een brief", summary="Kamerbrief: gaat over taal.",
    content=json.dumps(CONTENT), raised=NOW,
)  # fmt: skip


def test_the_required_elements_of_rfc_4287_are_there() -> None:
    feed = etree.fromstring(build(FOLLOWER, [ALERT, replace(ALERT, id="f" * 32)], "https://example.org/feeds"))
    for parent in (feed, *feed.findall(f"{{{NAMESPACE}}}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"{{{NAMESPACE}}}{name}")) == 1, name
    assert feed.find(f"{{{NAMESPACE}}}author/{{{NAMESPACE}}}name").text  # RFC 4287, 4.1.1: an author in the feed covers its entries
    ids = [node.text for node in feed.iter(f"{{{NAMESPACE}}}id")]
    assert len(set(ids)) == len(ids)
    assert all(node.text.startswith("urn:uuid:") for node in feed.iter(f"{{{NAMESPACE}}}id"))
    assert feed.find(f"{{{NAMESPACE}}}link").get("rel") == "self"


HOSTILE = ["<script>alert(1)</script>", "]]>", "a\x00b\x0bc\ufffe", "\ud800", "\u202eabc", "😀", "=HYPERLINK(1)", "x" * 10_000, "", "a\r\nb"]


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_title_comes_out_inert_and_valid(title: str) -> None:
    content = json.dumps({**CONTENT, "promises": [{**CONTENT["promises"][0], "act": title, "sentence": title}]})  # type: ignore[index]
    body = build(FOLLOWER, [replace(ALERT, title=title, summary=title, content=content)], "https://example.org/feeds")
    feed = feedparser.parse(body)
    assert not feed.bozo
    assert "<script" not in body.decode()
    assert "<script" not in feed.entries[0].content[0].value
    assert "&lt;script" in feed.entries[0].content[0].value or "script" not in title


@given(st.text(max_size=60))
def test_any_title_gives_well_formed_xml(title: str) -> None:
    etree.fromstring(build(FOLLOWER, [replace(ALERT, title=title, summary=title)], "https://example.org/feeds"))


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    content = json.dumps({**CONTENT, "url": "javascript:alert(1)"})
    assert b"javascript:" not in build(FOLLOWER, [replace(ALERT, content=content)], "https://example.org/feeds")


def test_an_unchanged_feed_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "feeds" / "a.atom"
    assert write_if_changed(path, b"x")
    before = path.stat()
    assert not write_if_changed(path, b"x")
    assert path.stat().st_ino == before.st_ino
    assert [file.name for file in path.parent.iterdir()] == ["a.atom"]
