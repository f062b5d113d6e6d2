"""What `kamerspoor browse` serves beside the database: the feeds with their types and a page that lists them, and the pause links of mails."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from factories import NOW, FakeReader, fetched, line, sighting
from pydantic import SecretStr

from db.pauses import PauseRequest, pause, pause_token, paused, read_pause_token
from db.records import Alert
from db.store import Store
from pipeline.alarm_alerts import HEALTH_FEED
from pipeline.channels import CHANNELS
from pipeline.channels.atom import build
from pipeline.channels.opml import build as build_opml
from pipeline.commands.browse import application
from pipeline.deliver import deliver
from pipeline.run import run_line
from pipeline.settings import Settings
from pipeline.watch import Watch

SECRET = "a-secret-of-the-tests"
READER = PauseRequest(watches=("migratie",), target="mail:lezer@example.org")
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
WITH_MAIL = Watch(name="migratie", title='Migratie <b> & "meer"', focus=True, email=("lezer@example.org",))


def ask(store: Store, path: str, *, data: dict[str, str] | None = None, secret: str | None = SECRET, **headers: str) -> httpx.Response:
    async def go() -> httpx.Response:
        app = application(store.path, store.path.parent / "feeds", None if secret is None else SecretStr(secret))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1", headers=headers) as client:
            return await (client.get(path) if data is None else client.post(path, data=data))

    return asyncio.run(go())


@pytest.fixture
def filled(store: Store) -> Store:
    store.keep(sighting(), [fetched("Een brief.")], at=NOW)
    run_line(line(store, FakeReader(), watches=(WITH_MAIL,)))
    return store


def test_a_run_writes_every_format_and_the_list(filled: Store) -> None:
    names = {path.name for path in (filled.path.parent / "feeds").iterdir()}
    assert {"migratie.atom", "migratie.rss", "migratie.json", "migratie.ics", "feeds.opml"} <= names


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("migratie.atom", "application/atom+xml"),
        ("migratie.rss", "application/rss+xml"),
        ("migratie.json", "application/feed+json"),
        ("migratie.ics", "text/calendar"),
        ("feeds.opml", "text/x-opml"),
    ],
)
def test_each_file_has_its_type_and_is_not_sent_twice(filled: Store, name: str, media_type: str) -> None:
    first = ask(filled, f"/feeds/{name}")
    assert first.status_code == 200
    assert first.headers["content-type"].split(";")[0] == media_type
    assert first.content == (filled.path.parent / "feeds" / name).read_bytes()
    tag = first.headers["etag"]
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = ask(filled, f"/feeds/{name}", **{"If-None-Match": header})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert ask(filled, f"/feeds/{name}", **{"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["/feeds", "/feeds/"])
def test_a_dutch_page_lists_the_feeds(filled: Store, path: str) -> None:
    page = ask(filled, path, **{})
    assert page.status_code == 200
    for words in ("Feeds van Kamerspoor", 'href="migratie.atom"', 'href="migratie.rss"', 'href="migratie.json"', 'href="migratie.ics"', "agenda"):
        assert words in page.text
    assert "Migratie &lt;b&gt; &amp; &quot;meer&quot;" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["migratie.atom", "migratie.rss", "health.atom"])
def test_a_person_with_a_browser_sees_a_page_and_a_reader_the_feed(filled: Store, name: str) -> None:
    (filled.path.parent / "feeds" / "health.atom").write_bytes(build(HEALTH_FEED, (), "https://example.org/feeds/"))
    page = ask(filled, f"/feeds/{name}", **{"Sec-Fetch-Dest": "document"})
    assert page.headers["content-type"].startswith("text/html")
    assert "Dit is een feed" in page.text
    assert ("Voortgang sociale inbedding" in page.text) is name.startswith("migratie")
    assert "Sec-Fetch-Dest" in page.headers["vary"]
    for path, header in ((f"/feeds/{name}?xml=1", {"Sec-Fetch-Dest": "document"}), (f"/feeds/{name}", {"Accept": "text/html, application/xml"})):
        assert "xml" in ask(filled, path, **header).headers["content-type"]


def test_markup_in_a_title_is_text_on_the_page(store: Store) -> None:
    store.keep(sighting(title="<script>alert(1)</script>"), [fetched("Een brief.")], at=NOW)
    run_line(line(store, FakeReader(), watches=(WITH_MAIL,)))
    page = ask(store, "/feeds/migratie.atom", **{"Sec-Fetch-Dest": "document"}).text
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_the_page_says_when_there_is_nothing_yet(store: Store) -> None:
    assert "nog geen feed" in ask(store, "/feeds/").text


def test_the_page_lists_no_rest_of_a_write_and_no_other_file(filled: Store) -> None:
    folder = filled.path.parent / "feeds"
    for name in (".new-x.atom", "secret.txt", "Upper.atom"):
        (folder / name).write_text("x")
    page = ask(filled, "/feeds/").text
    assert "new-x" not in page
    assert "secret" not in page
    assert "Upper" not in page


def test_the_list_is_by_name_where_no_opml_is(filled: Store) -> None:
    (filled.path.parent / "feeds" / "feeds.opml").unlink()
    assert ">migratie</h2>" in ask(filled, "/feeds/").text


def test_looking_at_the_link_changes_nothing(filled: Store) -> None:
    page = ask(filled, f"/pause/{pause_token(READER, SECRET)}")
    assert page.status_code == 200
    assert "Stilzetten</button>" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert paused(filled.connection, READER.target) == []


class FakeMail:
    """A mail channel that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:  # noqa: ARG002
        self.sent += [alert.watch for alert in waiting]

    def is_present(self, target: str, watch: Watch, settings: Settings) -> bool:  # noqa: ARG002
        return True


def test_the_button_pauses_and_the_same_link_goes_on_again(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path, channel, later = f"/pause/{pause_token(READER, SECRET)}", FakeMail(), NOW.replace(year=2030)
    monkeypatch.setitem(CHANNELS, "mail", channel)
    settings = Settings(data=filled.path.parent)
    assert "Weer aanzetten" in ask(filled, path, data={}).text
    assert paused(filled.connection, READER.target) == ["migratie"]
    deliver(filled, (WITH_MAIL,), settings, later, refresh=False)
    assert channel.sent == []
    assert "Weer aanzetten" in ask(filled, path).text
    assert "weer aan" in ask(filled, path, data={"doe": "hervatten"}).text
    assert paused(filled.connection, READER.target) == []
    deliver(filled, (WITH_MAIL,), settings, later, refresh=False)
    assert channel.sent == ["migratie"]  # what came meanwhile was kept


def test_a_mail_program_pauses_with_one_click(filled: Store) -> None:
    assert ask(filled, f"/pause/{pause_token(READER, SECRET)}", data=ONE_CLICK).status_code == 200
    assert paused(filled.connection, READER.target) == ["migratie"]


def test_a_pause_is_of_one_reader(filled: Store) -> None:
    ask(filled, f"/pause/{pause_token(READER, SECRET)}", data=ONE_CLICK)
    assert paused(filled.connection, "mail:ander@example.org") == []


TOKEN = pause_token(READER, SECRET)
OTHER_READER = pause_token(PauseRequest(watches=("migratie",), target="mail:ander@example.org"), SECRET)
FORGED = {
    "another secret": pause_token(READER, "another-secret-0123"),
    "another reader": f"{OTHER_READER.split('.')[0]}.{TOKEN.split('.')[1]}",
    "no signature": TOKEN.split(".")[0] + ".",
    "cut short": TOKEN[:-2],
    "not base64": "a.b.c",
    "one letter": "x",
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
def test_a_link_that_we_did_not_sign_does_nothing(filled: Store, token: str) -> None:
    assert ask(filled, f"/pause/{token}", data=ONE_CLICK).status_code == 404
    assert filled.connection.execute("SELECT count(*) FROM paused_targets").fetchone()[0] == 0


def test_without_a_secret_there_are_no_links(filled: Store) -> None:
    assert ask(filled, f"/pause/{TOKEN}", data=ONE_CLICK, secret=None).status_code == 404


def test_a_database_that_is_busy_says_so(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise sqlite3.OperationalError("database is locked")

    monkeypatch.setattr("db.browse.pause.pause", busy)
    assert ask(filled, f"/pause/{TOKEN}", data=ONE_CLICK).status_code == 503


def test_a_token_is_read_back(store: Store) -> None:
    request = PauseRequest(watches=("a", "b"), target="mail:één@example.org")
    assert read_pause_token(pause_token(request, SECRET), SECRET) == request
    with store.transaction() as connection:
        pause(connection, request, NOW)
        pause(connection, request, NOW)  # a second click is no mistake
    assert paused(store.connection, request.target) == ["a", "b"]


def test_names_in_a_link_are_shown_as_text(filled: Store) -> None:
    odd = PauseRequest(watches=("<script>",), target="mail:<img>@example.org")
    page = ask(filled, f"/pause/{pause_token(odd, SECRET)}").text
    assert "<script>" not in page
    assert "<img>" not in page


def test_a_list_with_entities_is_not_expanded(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("planted")
    body = build_opml((WITH_MAIL,), "https://example.org/feeds/").decode()
    attack = body.replace("<opml", f'<!DOCTYPE o [<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">]><opml').replace("<title>", "<title>&x;")
    (filled.path.parent / "feeds" / "feeds.opml").write_text(attack)
    assert "planted" not in ask(filled, "/feeds/").text
