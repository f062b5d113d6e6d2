"""The feeds beside Atom: each valid by the rules of its own format, whatever a title holds, and the same bytes for the same alerts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
from factories import FOLLOWER, HOSTILE, NOW
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from db.errors import DeliveryError
from db.records import Alert
from pipeline.channels import atom, json_feed, opml, rss
from pipeline.channels.content import _ILLEGAL, entry_of, legal, one_line, shorten, web_url
from pipeline.channels.files import publish
from pipeline.settings import Settings
from pipeline.watch import Watch

BASE = "https://example.org/feeds/"
PROMISE = {
    "act": "informeren", "sentence": "Ik stuur een brief.", "by": "2027-04-30", "by_text": "30 april 2027", "note": None, "firm": True, "page": 1,
}  # fmt: skip
CONTENT: dict[str, Any] = {
    "url": "https://zoek.officielebekendmakingen.nl/kst-32824-900.html", "kind": "kamerbrief", "date": "2026-11-10", "publisher": "SZW",
    "dossiers": ["32824"], "reasons": ["gaat over taal"], "topics": [{"topic": "language", "title": "Taal", "terms": ["taal"]}],
    "promises": [PROMISE], "amounts": [{"amount": "€ 1", "for": None, "sentence": "€ 1", "page": None}], "changes": [],
}  # fmt: skip
ALERT = Alert(
    id="0123456789abcdef0123456789abcdef", watch="migratie", publication_id=1, kind="new", title="Een brief", summary="Kamerbrief: gaat over taal.",
    content=json.dumps(CONTENT), raised=NOW,
)  # fmt: skip
hostile = pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())


def hostile_alert(title: str) -> Alert:
    content = {
        **CONTENT, "promises": [{**PROMISE, "act": title, "sentence": title, "by_text": title, "note": title}], "changes": [title],
        "dossiers": [title], "amounts": [{"amount": title, "for": title, "sentence": title, "page": None}], "publisher": title, "reasons": [title],
        "topics": [{"topic": "language", "title": title, "terms": [title]}],
    }  # fmt: skip
    return replace(ALERT, title=title, summary=title, content=json.dumps(content, ensure_ascii=False))


# What the formats ask, as their specifications say it: element, how often (min, max)
RSS_CHANNEL = {
    "title": (1, 1), "link": (1, 1), "description": (1, 1), "language": (0, 1), "lastBuildDate": (0, 1), "generator": (0, 1), "item": (0, 999),
}  # fmt: skip
RSS_ITEM = {"title": (1, 1), "link": (0, 1), "guid": (1, 1), "pubDate": (1, 1), "category": (0, 99), "description": (1, 1)}


def check_children(node: etree._Element, allowed: dict[str, tuple[int, int]]) -> None:
    plain = [child.tag for child in node if not str(child.tag).startswith("{")]
    assert set(plain) <= set(allowed)
    for name, (least, most) in allowed.items():
        assert least <= plain.count(name) <= most, name


def check_rss(body: bytes) -> etree._Element:
    root = etree.fromstring(body)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    check_children(channel, RSS_CHANNEL)
    (link,) = channel.findall(f"{{{rss.ATOM}}}link")
    assert (link.get("rel"), link.get("type"), link.get("href")) == ("self", "application/rss+xml", f"{BASE}migratie.rss")
    for item in channel.findall("item"):
        check_children(item, RSS_ITEM)
        assert item.find("guid").get("isPermaLink") == "false"
        assert parsedate_to_datetime(item.find("pubDate").text).utcoffset() is not None
    guids = [item.findtext("guid") for item in channel.findall("item")]
    assert len(set(guids)) == len(guids)
    return channel


def test_an_rss_feed_has_what_its_specification_asks() -> None:
    channel = check_rss(rss.build(FOLLOWER, [ALERT, replace(ALERT, id="f" * 32)], BASE))
    assert len(channel.findall("item")) == 2
    parsed = feedparser.parse(etree.tostring(channel.getparent()))
    assert parsed.entries[0].id == "urn:uuid:01234567-89ab-cdef-0123-456789abcdef"
    assert parsed.entries[0].link == CONTENT["url"]
    assert parsed.entries[0].published_parsed[:5] == NOW.timetuple()[:5]


@hostile
def test_a_hostile_title_in_rss_is_inert_for_readers_that_take_titles_for_markup(title: str) -> None:
    body = rss.build(FOLLOWER, [hostile_alert(title)], BASE)
    channel = check_rss(body)
    assert not feedparser.parse(body).bozo
    shown = channel.findtext("item/title")
    assert shown
    assert not set(shown) & set("<>\n\r\x00\u202e")
    assert not shown.startswith("=")
    assert len(shown) <= 301
    assert_only_our_elements(channel.findtext("item/description"))


def assert_only_our_elements(html: str | None) -> None:
    assert html
    allowed = {"html", "body", "p", "h3", "ul", "li", "strong", "em", "small", "blockquote", "a"}
    for node in etree.HTML(html).iter():
        assert node.tag in allowed
        assert set(node.attrib) <= ({"href"} if node.tag == "a" else set())
        assert node.get("href", "https://").startswith(("https://", "http://"))


SCHEMA = {
    "type": "object",
    "required": ["version", "title", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string", "minLength": 1},
        **{name: {"type": "string", "format": "uri"} for name in ("home_page_url", "feed_url", "next_url", "icon", "favicon")},
        "description": {"type": "string"},
        "user_comment": {"type": "string"},
        "language": {"type": "string", "pattern": "^[a-z]{2}(-[A-Z]{2})?$"},
        "expired": {"type": "boolean"},
        "authors": {"$ref": "#/$defs/authors"},
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
    },
    "$defs": {
        "authors": {
            "type": "array",
            "items": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {"name": {"type": "string"}, "url": {"type": "string"}, "avatar": {"type": "string"}},
            },
        },
        "item": {
            "type": "object",
            "required": ["id"],
            "anyOf": [{"required": ["content_html"]}, {"required": ["content_text"]}],
            "additionalProperties": False,
            "patternProperties": {"^_[a-z]+$": {"type": "object"}},
            "properties": {
                "id": {"type": "string", "minLength": 1},
                "url": {"type": "string", "pattern": "^https?://"},
                "external_url": {"type": "string", "pattern": "^https?://"},
                **{name: {"type": "string"} for name in ("title", "content_html", "content_text", "summary", "language")},
                **{
                    name: {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}
                    for name in ("date_published", "date_modified")
                },
                "tags": {"type": "array", "items": {"type": "string"}},
                "authors": {"$ref": "#/$defs/authors"},
            },
        },
    },
}


@hostile
def test_a_json_feed_keeps_to_its_schema(title: str) -> None:
    body = json_feed.build(FOLLOWER, [ALERT, replace(hostile_alert(title), id="f" * 32)], BASE)
    feed = json.loads(body.decode())
    jsonschema.validate(feed, SCHEMA)
    assert not re.search("[\u202a-\u202e\ud800-\udfff]", body.decode())
    for item in feed["items"]:
        assert item["title"]
        assert not item["title"].startswith("=")
        assert_only_our_elements(item["content_html"])


def test_a_program_reads_the_promise_in_a_json_feed() -> None:
    (item,) = json.loads(json_feed.build(FOLLOWER, [ALERT], BASE))["items"]
    assert item["_kamerspoor"]["promises"] == [PROMISE]
    assert item["_kamerspoor"]["publication"]["dossiers"] == ["32824"]


def test_all_formats_tell_of_the_same_alerts() -> None:
    made = [replace(ALERT, id=f"{number:032x}") for number in range(3)]
    ids = {f"urn:uuid:00000000-0000-0000-0000-00000000000{number}" for number in range(3)}
    assert {entry.id for entry in feedparser.parse(atom.build(FOLLOWER, made, BASE)).entries} == ids
    assert {entry.id for entry in feedparser.parse(rss.build(FOLLOWER, made, BASE)).entries} == ids
    assert {item["id"] for item in json.loads(json_feed.build(FOLLOWER, made, BASE))["items"]} == ids


@pytest.mark.parametrize("build", [atom.build, rss.build, json_feed.build])
def test_a_withdrawn_publication_says_so(build: Any) -> None:
    assert b"Ingetrokken: Een brief" in build(FOLLOWER, [replace(ALERT, withdrawn=NOW)], BASE)


@given(st.text(max_size=80))
def test_what_is_cleaned_is_clean_for_good(text: str) -> None:
    assert legal(legal(text)) == legal(text)
    line = one_line(text)
    assert one_line(line) == line or line.startswith("'")
    assert not line.startswith(("=", "+", "-", "@"))
    etree.fromstring(etree.tostring(atom.add(etree.Element("a"), "b", line)))
    line.encode()


def test_whatever_is_printable_is_legal() -> None:
    printable = "".join(chr(code) for code in range(0x110000) if chr(code).isprintable())
    assert _ILLEGAL.sub("", printable) == printable  # the short way of `legal` rests on this


def test_ordinary_text_is_left_alone() -> None:
    kept = "Één brief — “taal” ﬁ 中文 اللغة 😀 € 10.000\u00a0euro"
    assert legal(kept) == kept


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://zoek.officielebekendmakingen.nl/kst-1.html", True),
        ("javascript:alert(1)", False),
        ("https:///nothing", False),
        ("https://example.org/a b", False),
        ("http://[::1", False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_links(url: str, kept: bool) -> None:
    assert (web_url(url) == url) is kept
    assert (entry_of(replace(ALERT, content=json.dumps({**CONTENT, "url": url}))).url == url) is kept


def test_a_title_is_cut_at_a_word() -> None:
    assert shorten("een twee drie", 10) == "een twee…"
    assert shorten("eentweedrie", 5) == "eent…"


def test_the_list_of_feeds_has_each_watch_once(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, feed_base_url=BASE)
    watches = (FOLLOWER, Watch(name="taal", title='Taal & "inburgering" <b>', topics=("language",)))
    opml.bring_up_to_date(watches, settings)
    root = etree.parse(tmp_path / "feeds" / "feeds.opml").getroot()
    assert (root.tag, root.get("version"), [child.tag for child in root]) == ("opml", "2.0", ["head", "body"])
    outlines = root.findall("body/outline")
    assert [outline.get("xmlUrl") for outline in outlines] == [f"{BASE}migratie.atom", f"{BASE}taal.atom", f"{BASE}health.atom"]
    assert outlines[1].get("text") == 'Kamerspoor: Taal & "inburgering" <b>'
    assert all(outline.get("type") == "rss" for outline in outlines)


def test_a_feed_leaves_no_rest_of_its_writing(tmp_path: Path) -> None:
    publish(tmp_path / "feeds" / "a.rss", b"x")
    assert sorted(file.name for file in (tmp_path / "feeds").iterdir()) == ["a.rss"]


def test_a_folder_that_cannot_be_written_is_a_failed_delivery(tmp_path: Path) -> None:
    (tmp_path / "feeds").write_text("a file in the way")
    with pytest.raises(DeliveryError):
        publish(tmp_path / "feeds" / "a.rss", b"x")


@pytest.mark.parametrize("build", [atom.build, rss.build])
def test_no_moment_has_parts_of_a_second(build: Any) -> None:
    body = build(FOLLOWER, [replace(ALERT, raised=datetime.fromisoformat("2026-11-10T12:00:00.123456+00:00"))], BASE)
    assert b".123" not in body
