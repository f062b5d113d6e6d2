"""Contradicting what was read: who may, what is kept, what the page shows of it, also after a new reading."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from factories import NOW, FakeReader, amount, commitment, fetched, line, sighting
from pydantic import SecretStr

from db.browse.verdicts import VALID, Gate
from db.records import Analysis, Topic, TopicEvidence
from db.store import Store
from pipeline.commands.browse import application
from pipeline.run import run_line

TOKEN = "a-token-of-the-tests-only"
TEXT = "Ik informeer uw Kamer voor 1 mei 2027. Hiervoor is 80 miljoen euro beschikbaar."
ANALYSIS = Analysis(
    focus=True,
    focus_score=0.9,
    topics=(Topic(topic="language", score=1.0, evidence=(TopicEvidence(term="uw Kamer", start=13, end=21),)),),
    commitments=(commitment(),),
    amounts=(replace(amount(), evidence=replace(amount().evidence, start=TEXT.index("80"), end=TEXT.index("80") + 15)),),
    analyser="fake/1",
)
KINDS = ("commitment", "deadline", "amount", "topic", "alert")
Sent = dict[str, str]


@pytest.fixture
def filled(store: Store) -> Store:
    store.keep(sighting(), [fetched(TEXT)], at=NOW)
    run_line(line(store, FakeReader({TEXT: ANALYSIS})))
    return store


def client(store: Store, token: str | None = TOKEN) -> httpx.AsyncClient:
    app = application(store.path, store.path.parent / "feeds", token=None if token is None else SecretStr(token))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1")


def fact(store: Store, kind: str) -> str:
    """The name of the fact of this kind, as the link on the page has it."""

    async def ask() -> str:
        async with client(store) as browser:
            return (await browser.get("/publicatie/1")).text

    found = re.search(rf"/klopt-niet/1\?feit=({kind}%3A[^\"]+)", asyncio.run(ask()))
    assert found is not None
    return found[1].replace("%3A", ":")


def post(store: Store, sent: Sent, *, token: str | None = TOKEN, **headers: str) -> httpx.Response:
    """The form without cookies, as a program sends it."""

    async def ask() -> httpx.Response:
        async with client(store, token) as browser:
            return await browser.post("/klopt-niet/1", data=sent, headers=headers)

    return asyncio.run(ask())


def page(store: Store, token: str | None = None) -> str:
    async def ask() -> str:
        async with client(store, token) as browser:
            return (await browser.get("/publicatie/1")).text

    return asyncio.run(ask())


def kept(store: Store) -> list[tuple[str, str, str]]:
    return [tuple(row) for row in store.connection.execute("SELECT fact, verdict, note FROM corrections ORDER BY id")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_is_contradicted_and_stays_so_after_a_new_reading(filled: Store, kind: str) -> None:
    name = fact(filled, kind)
    answer = post(filled, {"feit": name, "waarom": "Dat staat er niet.\n", "sleutel": TOKEN})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/publicatie/1#")
    assert kept(filled) == [(name, "not relevant" if kind == "alert" else "wrong", "Dat staat er niet.")]
    before = page(filled)
    assert "volgens een lezer" in before and "Dat staat er niet." in before
    anchor = answer.headers["location"].partition("#")[2]
    assert f'id="{anchor}"' in before
    # another format of the same letter: other rows, other places
    other = "Aanhef. " + TEXT
    moved = [replace(one, evidence=replace(one.evidence, start=one.evidence.start + 8, end=one.evidence.end + 8)) for one in ANALYSIS.commitments]
    sums = [replace(one, evidence=replace(one.evidence, start=one.evidence.start + 8, end=one.evidence.end + 8)) for one in ANALYSIS.amounts]
    filled.keep(sighting(title="Voortgang sociale inbedding, verbeterd"), [fetched(other)], at=NOW + timedelta(hours=1))
    run_line(line(filled, FakeReader({other: replace(ANALYSIS, commitments=tuple(moved), amounts=tuple(sums))}), now=NOW + timedelta(hours=1)))
    after = page(filled)
    assert "verbeterd" in after and "Dat staat er niet." in after


def listed(store: Store, address: str) -> str:
    async def ask() -> str:
        async with client(store) as browser:
            return (await browser.get(address)).text

    return asyncio.run(ask())


def test_the_lists_leave_out_or_strike_what_a_reader_contradicts(filled: Store) -> None:
    """Of the start page it is gone at once; in the list of promises it stands struck, with the reason."""
    day = "/?dag=2027-04-20"
    late = "/toezeggingen?termijn=voorbij"
    assert "informeren" in listed(filled, day)
    assert post(filled, {"feit": fact(filled, "deadline"), "sleutel": TOKEN, "waarom": "dat is de dag van <het debat>"}).status_code == 303
    assert "informeren" not in listed(filled, day)
    found = listed(filled, "/toezeggingen")
    assert re.search(r'<s><time datetime="2027-04-30">[^<]*</time></s>', found)
    assert "De termijn klopt niet, volgens een lezer op" in found and ": dat is de dag van &lt;het debat&gt;" in found
    assert "<s><a" not in found
    (row,) = json.loads(listed(filled, "/toezeggingen.json"))
    assert row["weersproken"] == "termijn: dat is de dag van <het debat>"
    filled.connection.execute("UPDATE commitments SET not_after = '2020-01-01'")
    assert "0 toezeggingen" in listed(filled, late)
    assert post(filled, {"feit": fact(filled, "commitment"), "sleutel": TOKEN, "waarom": "het is een vraag"}).status_code == 303
    found = listed(filled, "/toezeggingen")
    assert re.search(r"<s><a [^>]*>informeren</a></s>", found)
    assert "De toezegging klopt niet, volgens een lezer op" in found and ": het is een vraag" in found


def test_the_lists_show_again_what_is_contradicted_no_more(filled: Store) -> None:
    name = fact(filled, "deadline")
    post(filled, {"feit": name, "sleutel": TOKEN})
    assert "<s>" in listed(filled, "/toezeggingen")
    post(filled, {"feit": name, "sleutel": TOKEN, "doe": "toch-wel"})
    assert "<s>" not in listed(filled, "/toezeggingen")
    assert "informeren" in listed(filled, "/?dag=2027-04-20")


def test_it_can_be_taken_back(filled: Store) -> None:
    name = fact(filled, "commitment")
    post(filled, {"feit": name, "sleutel": TOKEN})
    assert filled.connection.execute("SELECT status FROM commitments").fetchone()[0] == "dropped"
    post(filled, {"feit": name, "sleutel": TOKEN, "doe": "toch-wel"})
    assert kept(filled) == []
    assert filled.connection.execute("SELECT status FROM commitments").fetchone()[0] == "open"


def test_a_judgement_about_an_earlier_promise_is_taken_back(filled: Store) -> None:
    filled.keep(sighting(identifier="kst-32824-901", number="901", title="Later stuk"), [fetched("Hierbij.")], at=NOW)
    run_line(line(filled, FakeReader()))
    filled.connection.execute(
        "INSERT INTO commitment_history (commitment_id, publication_id, kind, at, sentence, reason) "
        "VALUES (1, 2, 'kept', '2026-11-11', 'Hierbij.', 'x')"
    )
    filled.connection.execute("UPDATE commitments SET status = 'kept'")

    async def contradict() -> tuple[str, int, str]:
        async with client(filled) as browser:
            before = (await browser.get("/publicatie/2")).text
            answer = await browser.post("/klopt-niet/2", data={"feit": "track:kept", "waarom": "Een ander onderzoek.", "sleutel": TOKEN})
            return before, answer.status_code, (await browser.get("/publicatie/2")).text

    before, status, after = asyncio.run(contradict())
    assert "/klopt-niet/2?feit=track%3Akept" in before and "#toezegging-1" in before
    assert status == 303 and "Een ander onderzoek." in after and "#toezegging-1" not in after
    assert filled.connection.execute("SELECT status FROM commitments").fetchone()[0] == "open"


def test_what_a_reader_writes_is_text(filled: Store) -> None:
    post(filled, {"feit": fact(filled, "topic"), "waarom": "<script>alert(1)</script>", "sleutel": TOKEN})
    assert "&lt;script&gt;" in page(filled) and "<script" not in page(filled)


def test_without_a_token_nobody_may(filled: Store) -> None:
    name = fact(filled, "topic")
    assert "klopt-niet" not in page(filled, None)
    assert post(filled, {"feit": name, "sleutel": ""}, token=None).status_code == 403
    assert post(filled, {"feit": name, "sleutel": TOKEN}, token=None).status_code == 403
    assert kept(filled) == []


@pytest.mark.parametrize("shown", ["", "wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "\ud800é"])
def test_another_token_opens_nothing(filled: Store, shown: str) -> None:
    gate = Gate(TOKEN)
    assert not gate.knows(shown, NOW) and gate.knows(TOKEN, NOW)
    assert post(filled, {"feit": fact(filled, "topic"), "sleutel": shown.encode("utf-8", "ignore").decode()}).status_code == 403
    assert kept(filled) == []


@pytest.mark.parametrize("headers", [{"Origin": "https://example.org"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}])
def test_another_site_cannot_send_the_form(filled: Store, headers: dict[str, str]) -> None:
    assert post(filled, {"feit": fact(filled, "topic"), "sleutel": TOKEN}, **headers).status_code == 403
    assert kept(filled) == []


def test_a_fact_that_was_never_read_cannot_be_contradicted(filled: Store) -> None:
    assert post(filled, {"feit": "topic:anders", "sleutel": TOKEN}).status_code == 404
    assert post(filled, {"feit": "x" * 200_000, "sleutel": TOKEN}).status_code == 413
    assert kept(filled) == []


def test_a_browser_shows_the_token_once_and_its_form_cannot_be_forged(filled: Store) -> None:
    name = fact(filled, "topic")

    async def visit() -> list[int]:
        async with client(filled) as browser:
            form = (await browser.get("/klopt-niet/1", params={"feit": name})).text
            csrf = re.search(r'name="csrftoken" value="([^"]+)"', form)
            assert csrf is not None and 'name="sleutel"' in form
            sent = {"feit": name, "csrftoken": csrf[1]}
            first = await browser.post("/klopt-niet/1", data=sent | {"sleutel": TOKEN})
            cookie = first.headers["set-cookie"]
            assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/klopt-niet")) and TOKEN not in cookie
            assert 'name="sleutel"' not in (await browser.get("/klopt-niet/1", params={"feit": name})).text
            forged = await browser.post("/klopt-niet/1", data={"feit": name, "doe": "toch-wel"})
            again = await browser.post("/klopt-niet/1", data=sent | {"doe": "toch-wel"})
            return [first.status_code, forged.status_code, again.status_code]

    assert asyncio.run(visit()) == [303, 403, 303]
    assert kept(filled) == []


def test_a_pass_ends_and_is_not_forged() -> None:
    gate = Gate(TOKEN)
    shown = gate.pass_for(NOW)
    assert gate.is_valid(shown, NOW) and not gate.is_valid(shown, NOW + VALID + timedelta(seconds=1))
    later = str(int(shown.split(".")[0]) + 1)
    for bad in (None, "", ".", shown[:-1], f"{later}.{shown.split('.')[1]}", "9" * 11 + ".x", "²." + shown.split(".")[1]):
        assert not gate.is_valid(bad, NOW)
    assert not Gate("another-token-of-the-tests").is_valid(shown, NOW)


def test_guessing_ends_soon_and_opens_again() -> None:
    gate = Gate(TOKEN)
    for _ in range(gate.most_wrong):
        assert not gate.is_closed(NOW)
        gate.knows("wrong", NOW)
    assert gate.is_closed(NOW) and not gate.is_closed(NOW + gate.within + timedelta(seconds=1))


def test_guessing_over_the_form_is_refused_even_with_the_right_token_at_last(filled: Store) -> None:
    name = fact(filled, "topic")

    async def guess() -> list[int]:
        async with client(filled) as browser:
            answers = []
            for one in ["wrong"] * 10 + [TOKEN]:
                answers.append((await browser.post("/klopt-niet/1", data={"feit": name, "sleutel": one})).status_code)
                browser.cookies.clear()  # a program that guesses sends none
            return answers

    assert asyncio.run(guess()) == [403] * 10 + [429]
    assert kept(filled) == []


def test_the_pages_themselves_never_write(filled: Store) -> None:
    before = filled.connection.execute("PRAGMA data_version").fetchone()[0]
    fact(filled, "topic")
    assert filled.connection.execute("PRAGMA data_version").fetchone()[0] == before
