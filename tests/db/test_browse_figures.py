"""The pictures: every number of every picture equals SQL of the test's own on the same rows, and the bars are as high as their numbers."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
from datetime import date, timedelta
from html import unescape
from itertools import pairwise

import httpx
import pytest

from db.browse import dutch
from db.browse.drawing import HEIGHT, Picture, Series
from db.browse.figures import STATUSES
from db.store import Store
from pipeline.commands.browse import application

DAY = date(2026, 11, 10)
TOPICS = ["language", "housing", "health", "defence", "digital", "economy", "ukraine"]
PURPOSES = ["taallessen", "Taallessen ", "opvang", "handhaving", "onderzoek", "toezicht", "voorlichting", None]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Some hundred publications around a day, a few withdrawn, none in the week of 14 September."""
    store = Store.open(tmp_path_factory.mktemp("figures") / "kamerspoor.db")
    db, chance = store.connection, random.Random(3)
    for number in range(1, 401):
        day = DAY - timedelta(days=chance.randrange(300))
        if date(2026, 9, 14) <= day <= date(2026, 9, 20):
            day += timedelta(days=7)
        kind = "advies" if number % 10 == 0 else "kamerbrief"
        db.execute(
            "INSERT INTO publications (id, key, title, kind, date, url, first_seen, updated, withdrawn) "
            "VALUES (?, ?, 'x', ?, ?, 'https://x/', '', '', ?)",
            (number, str(number), kind, day.isoformat(), int(number % 13 == 0)),
        )
        db.execute(
            "INSERT INTO sightings (id, source, identifier, publication_id, url, title, kind, fingerprint, record, first_seen, last_seen) "
            "VALUES (?, 'koop', ?, ?, 'https://x/', 'x', 'nota', '', '{}', '', '')",
            (number, str(number), number),
        )
        db.execute(
            "INSERT INTO documents (id, sighting_id, url, sha256, media_type, size, version, fetched) VALUES (?, ?, 'https://x/', ?, 'x', 1, 1, '')",
            (number, number, str(number)),
        )
        for topic in chance.sample(TOPICS, chance.randrange(3)):
            score = chance.choice([0.5, 0.7, 0.7])
            db.execute("INSERT INTO publication_topics (publication_id, topic, score, evidence) VALUES (?, ?, ?, '[]')", (number, topic, score))
        for nth in range(chance.randrange(3)):
            by = (DAY + timedelta(days=chance.randrange(-600, 800))).isoformat() if chance.random() < 0.8 else None
            db.execute(
                "INSERT INTO commitments (publication_id, deliverable, act, kind, firm, not_after, sentence, status) "
                "VALUES (?, ?, '', 'inform', 1, ?, '', ?)",
                (number, str(nth), by, chance.choice(STATUSES)),
            )
        for _ in range(chance.randrange(3)):
            db.execute(
                'INSERT INTO amounts (publication_id, document_id, start, "end", text, sentence, value, currency, per, extra, year, purpose, rule, '
                "confidence) VALUES (?, ?, 0, 1, '', '', ?, ?, ?, 0, ?, ?, '', 1)",
                (number, number, chance.randrange(10**7) + 0.25 * chance.randrange(2), chance.choice(["EUR", "EUR", "USD"]),
                 chance.choice([None, None, "persoon"]), chance.randrange(2018, 2036), chance.choice(PURPOSES)),
            )  # fmt: skip
    for number in range(1, 401):
        if number % 10 == 0:
            for response in chance.sample(range(1, 401), chance.randrange(3)):
                db.execute(
                    "INSERT INTO commitment_history (publication_id, kind, at, sentence, reason, about_publication) "
                    "VALUES (?, 'advice', '', '', '', ?)",
                    (response, number),
                )
    return store


def table(store: Store, name: str, topic: str) -> tuple[list[str], dict[str, list[float]]]:
    """The columns and rows of a picture's table on the page, and the picture has a title and a description."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application(store.path, store.path.parent / "feeds"))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(f"/cijfers?dag={DAY}&onderwerp={topic}")

    page = asyncio.run(ask()).text
    section = page.split(f'<h2 id="{name}">')[1].split("</section>")[0]
    if "<svg" not in section:
        return [], {}
    assert f'aria-labelledby="{name}-titel {name}-uitleg"' in section
    assert re.search(rf'<title id="{name}-titel">[^<]+</title>\s*<desc id="{name}-uitleg">[^<]+</desc>', section)
    columns = [unescape(text) for text in re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', section)][1:]
    rows = {}
    for label, cells in re.findall(r'<th scope="row">([^<]+)</th>(.*)</tr>', section):
        numbers = [float(text.replace(".", "").replace(",", ".")) for text in re.findall(r'<td class="getal">([^<]+)</td>', cells)]
        assert len(numbers) == len(columns)
        rows[label] = numbers
        titles = [unescape(text) for text in re.findall(rf"<title>{label}, ([^<]+)</title>", section)]
        assert len(titles) == sum(number > 0 for number in (numbers[:-1] if len(columns) > 1 else numbers))
    return columns, rows


def one(connection: sqlite3.Connection, sql: str, *values: object) -> float:
    return float(connection.execute(sql, values).fetchone()[0] or 0)


WITHIN = " AND (? = '' OR EXISTS (SELECT 1 FROM publication_topics o WHERE o.publication_id = p.id AND o.topic = ?))"


@pytest.mark.parametrize("topic", ["", "language", "nothing"])
def test_every_number_of_the_weeks(filled: Store, topic: str) -> None:
    columns, rows = table(filled, "weken", topic)
    assert (not rows) == (topic == "nothing")
    if not rows:
        return
    weeks = list(rows)
    assert len(weeks) == 26 and weeks[-1] == "2026-11-09" and rows["2026-09-14"] == [0] * len(columns)
    assert all(date.fromisoformat(b) - date.fromisoformat(a) == timedelta(days=7) for a, b in pairwise(weeks))
    # the topic that no other topic of the publication beats
    best = (
        "SELECT count(*) FROM publications p JOIN publication_topics t ON t.publication_id = p.id WHERE p.withdrawn = 0 AND p.date >= ? "
        "AND p.date < date(?, '+7 days') AND t.topic = ? AND NOT EXISTS (SELECT 1 FROM publication_topics b WHERE b.publication_id = p.id "
        "AND (b.score > t.score OR (b.score = t.score AND b.topic < t.topic)))"
    )
    everything = "SELECT count(*) FROM publications p WHERE p.withdrawn = 0 AND p.date >= ? AND p.date < date(?, '+7 days')" + WITHIN
    names = {dutch.name("topics", name): name for name in TOPICS}
    for week, numbers in rows.items():
        total = one(filled.connection, everything, week, week, topic, topic)
        if topic:
            assert numbers == [total]
            continue
        shown = dict(zip(columns, numbers, strict=True))
        assert shown["samen"] == total
        for name, number in shown.items():
            if name in names:
                assert number == one(filled.connection, best, week, week, names[name])
        bare = f"{everything} AND NOT EXISTS (SELECT 1 FROM publication_topics t WHERE t.publication_id = p.id)"
        assert shown["zonder onderwerp"] == one(filled.connection, bare, week, week, "", "")
        assert shown["andere onderwerpen"] == total - sum(shown[name] for name in columns if name not in ("samen", "andere onderwerpen"))


@pytest.mark.parametrize("topic", ["", "housing"])
def test_every_number_of_the_months(filled: Store, topic: str) -> None:
    columns, rows = table(filled, "maanden", topic)
    months = list(rows)
    assert len(months) == 31 and months[0] == "2025-11" and months[12] == "2026-11" and months[-1] == "2028-05"
    statuses = {dutch.name("statuses", status): status for status in STATUSES}
    count = "SELECT count(*) FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE p.withdrawn = 0 AND c.not_after GLOB ?" + WITHIN
    for month, numbers in rows.items():
        for name, number in zip(columns, numbers, strict=True):
            if name == "samen":
                assert number == one(filled.connection, count, f"{month}-*", topic, topic)
            else:
                assert number == one(filled.connection, f"{count} AND c.status = ?", f"{month}-*", topic, topic, statuses[name])


@pytest.mark.parametrize("topic", ["", "housing"])
def test_what_lies_beside_the_months_is_said(filled: Store, topic: str) -> None:
    count = f"SELECT count(*) FROM commitments c JOIN publications p ON p.id = c.publication_id WHERE p.withdrawn = 0 {WITHIN} AND "
    before, after = (
        one(filled.connection, count + f"c.not_after {sign} ?", topic, topic, day) for sign, day in (("<", "2025-11-01"), (">=", "2028-06-01"))
    )
    without = one(filled.connection, count + "c.not_after IS NULL", topic, topic)
    assert before and after and without
    transport = httpx.ASGITransport(app=application(filled.path, filled.path.parent / "feeds"))

    async def ask() -> str:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.get(f"/cijfers?dag={DAY}&onderwerp={topic}")).text

    assert f"Ervoor {before:.0f}, erna {after:.0f}, zonder dag {without:.0f}." in asyncio.run(ask())


@pytest.mark.parametrize("topic", ["", "health"])
def test_every_number_of_the_years(filled: Store, topic: str) -> None:
    columns, rows = table(filled, "jaren", topic)
    assert list(rows) == [str(year) for year in range(2022, 2032)]
    total = (
        "SELECT sum(a.value) FROM amounts a JOIN publications p ON p.id = a.publication_id WHERE p.withdrawn = 0 AND a.currency = 'EUR' "
        "AND a.per IS NULL AND a.year = CAST(? AS INTEGER)" + WITHIN
    )
    known = [name for name in columns if name not in ("samen", "andere doelen", "zonder doel")]
    assert len(known) == 5 and columns[-2:] == ["zonder doel", "samen"]
    assert topic or columns[-3] == "andere doelen"
    for year, numbers in rows.items():
        shown = dict(zip(columns, numbers, strict=True))
        assert shown["samen"] == pytest.approx(one(filled.connection, total, year, topic, topic), abs=0.01)
        assert shown["zonder doel"] == pytest.approx(one(filled.connection, f"{total} AND a.purpose IS NULL", year, topic, topic), abs=0.01)
        for name in known:
            assert shown[name] == pytest.approx(one(filled.connection, f"{total} AND lower(trim(a.purpose)) = ?", year, topic, topic, name), abs=0.01)
        assert sum(numbers[:-1]) == pytest.approx(shown["samen"], abs=0.01)


@pytest.mark.parametrize("topic", ["", "digital"])
def test_every_number_of_the_responses(filled: Store, topic: str) -> None:
    _, rows = table(filled, "reacties", topic)
    days: dict[int, int] = {}
    sql = (
        "SELECT p.id, p.date AS asked, r.date AS answered FROM publications p, publications r "
        "WHERE p.withdrawn + r.withdrawn = 0 AND r.date >= p.date "
        "AND EXISTS (SELECT 1 FROM commitment_history h WHERE h.kind = 'advice' AND h.about_publication = p.id AND h.publication_id = r.id)" + WITHIN
    )
    for row in filled.connection.execute(sql, (topic, topic)):
        took = (date.fromisoformat(row["answered"]) - date.fromisoformat(row["asked"])).days
        days[row["id"]] = min(took, days.get(row["id"], took))
    assert sum(numbers[0] for numbers in rows.values()) == len(days) > 0
    for label, (number,) in rows.items():
        low, high = ([int(figure) for figure in re.findall("[0-9]+", label)] + [10**6])[:2]
        assert number == sum(low <= took <= high for took in days.values()), label


def picture(*values: tuple[float, ...]) -> Picture:
    series = tuple(Series(f"s{at}", one) for at, one in enumerate(values))
    labels = tuple((str(at), str(at)) for at in range(len(values[0])))
    return Picture(name="x", title="X", note="", first="", unit="stukken", labels=labels, series=series)


def test_bars_stand_on_each_other_and_are_as_high_as_their_numbers() -> None:
    bars = picture((1, 4, 0), (3, 0, 0)).bars
    low, upper, other = bars
    assert low.height * 3 == pytest.approx(upper.height) and low.height * 4 == pytest.approx(other.height)
    assert upper.y + upper.height == pytest.approx(low.y) and low.y + low.height == pytest.approx(other.y + other.height)
    assert {bar.colour for bar in bars} == {0, 1}


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 1), (1, 1), (3, 3), (4, 4), (5, 6), (37, 40), (99, 100), (1000, 1000), (12_345_678, 15_000_000)],
)  # fmt: skip
def test_the_axis_ends_at_a_round_number_that_no_bar_exceeds(most: float, top: float) -> None:
    drawn = picture((most,))
    assert drawn.top == top >= most
    assert drawn.lines[0][1] == "0" and 2 <= len(drawn.lines) <= 6
    assert all(bar.height <= HEIGHT for bar in drawn.bars)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "gisteren", "2026-02-30"])
@pytest.mark.parametrize("page", ["/", "/cijfers"])
def test_a_day_that_is_none_is_today(filled: Store, page: str, day: str) -> None:
    transport = httpx.ASGITransport(app=application(filled.path, filled.path.parent / "feeds"))

    async def ask() -> int:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return (await client.get(f"{page}?dag={day}")).status_code

    assert asyncio.run(ask()) == 200
