"""What becomes of promises and who is told hangs on which papers there are, not on the order in which they were read or the runs they came in."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from factories import NOW, FakeReader, commitment, evidence, fetched, line, sighting

from crawler.replay.library import DAYS
from crawler.replay.server import Replay
from crawler.sources import source_classes
from db import corrections
from db.archive import Archive
from db.records import Analysis, Context, FetchedFile, FileLink, Fulfilment, Reference, Sighting, Text
from db.store import Store, load_sighting
from pipeline.crawls import crawl_all
from pipeline.run import run_line
from pipeline.settings import Settings, SourceSettings
from pipeline.stages import Reader
from pipeline.watches import Watch, load_watches
from pipeline.worker import read_document, read_file

GOLDEN = Path(__file__).parents[1] / "golden" / "watches.toml"


def golden_watches() -> Sequence[Watch]:
    """The five watches of the golden list."""
    return load_watches(GOLDEN, frozenset({"labour-migration", "civic-integration", "status-holders"}), frozenset(source_classes()))


@dataclass(frozen=True)
class Paper:
    """A sighting with its files, as a crawl hands it over."""

    sighting: Sighting
    files: tuple[FetchedFile, ...]


def opened(folder: Path, name: str) -> Store:
    """A store that need not outlive a power cut, with the bytes of all stores of a test in one place: many are filled with the same papers."""
    store = Store.open(folder / name / "kamerspoor.db")
    store.connection.execute("PRAGMA synchronous = OFF")
    store.archive = Archive(folder / "raw")
    return store


def tell(store: Store, papers: Sequence[Paper], reader: Reader, at: datetime, watches: Sequence[Watch]) -> None:
    """Keep papers in this order and run the line once."""
    for paper in papers:
        store.keep(paper.sighting, paper.files, at=at)
    outcome = run_line(replace(line(store, FakeReader(), watches=watches, now=at), reader=reader))
    assert not outcome.failed


def outcome(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Statuses, history and alerts without row ids, moments and what hangs on them."""
    alerts = []
    for row in store.connection.execute("SELECT a.*, p.key FROM alerts a JOIN publications p ON p.id = a.publication_id"):
        content = json.loads(row["content"])
        happened = [{**one, "about": {**one["about"], "commitment": None}} for one in content["happened"]]
        alerts.append((row["id"], row["watch"], row["kind"], row["key"], row["title"], row["summary"], json.dumps([content["reasons"], happened])))
    return {
        "statuses": sorted(map(tuple, store.connection.execute(
            "SELECT p.key, c.act, c.sentence, c.not_after, c.status FROM commitments c JOIN publications p ON p.id = c.publication_id"
        )), key=repr),
        "history": sorted(map(tuple, store.connection.execute(
            "SELECT p.key, h.kind, c.act, b.act, h.day, h.from_date, h.to_date, h.sentence, h.reason FROM commitment_history h "
            "JOIN publications p ON p.id = h.publication_id LEFT JOIN commitments c ON c.id = h.commitment_id "
            "LEFT JOIN commitments b ON b.id = h.by_commitment"
        )), key=repr),
        "alerts": sorted(alerts, key=repr),
    }  # fmt: skip


class RememberingReader:
    """Reads as the line's own reader does, each text once."""

    def __init__(self) -> None:
        self._texts: dict[tuple[bytes, str], Text] = {}
        self._analyses: dict[tuple[Text, Context], Analysis] = {}

    def extract(self, body: bytes, media_type: str, name: str) -> Text:
        if (body, media_type) not in self._texts:
            self._texts[body, media_type] = read_file(body, media_type, name)
        return self._texts[body, media_type]

    def analyse(self, text: Text, context: Context) -> Analysis:
        if (text, context) not in self._analyses:
            self._analyses[text, context] = read_document(text, context)
        return self._analyses[text, context]


@pytest.fixture(scope="module")
def reader() -> RememberingReader:
    return RememberingReader()


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Sequence[Paper]]:
    """What each day of the replay brings, in the order of an undisturbed crawl of all sources."""
    folder = tmp_path_factory.mktemp("crawled")
    settings = Settings.model_construct(data=folder, database=None, sources={name: SourceSettings(delay=0) for name in source_classes()})
    store = Store.open(settings.database_path)
    brought: dict[int, Sequence[Paper]] = {}
    for day in sorted(DAYS):
        with Replay(day=day) as replay:
            names = [name for name in source_classes() if name in replay.base_urls]
            reports = crawl_all(settings, names, store, since=date(2026, 11, 1), base_urls=replay.base_urls)
        assert all(report.ok for report in reports), reports
        rows = store.connection.execute(
            "SELECT DISTINCT s.id, s.record FROM events e JOIN sightings s ON s.id = CAST(e.subject AS INTEGER) "
            "WHERE e.state = 'pending' ORDER BY e.id"
        ).fetchall()
        brought[day] = [Paper(load_sighting(row["record"]), _files(store, row["id"])) for row in rows]
        store.connection.execute("UPDATE events SET state = 'done'")
        store.connection.execute("UPDATE documents SET state = 'extracted'")
    store.close()
    return brought


def _files(store: Store, sighting_id: int) -> tuple[FetchedFile, ...]:
    rows = store.connection.execute("SELECT * FROM documents WHERE sighting_id = ? AND state = 'fetched' ORDER BY version", (sighting_id,))
    return tuple(FetchedFile(link=FileLink(url=row["url"], media_type=row["media_type"]), body=store.archive.get(row["sha256"])) for row in rows)


def evening(day: int) -> datetime:
    return datetime.combine(DAYS[day], time(18), UTC)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_replay_of_all_sources_read_in_any_order_in_one_run_a_day(
    tmp_path: Path, replayed: Mapping[int, Sequence[Paper]], reader: RememberingReader, seed: int
) -> None:
    def play(folder: str, chance: random.Random | None) -> dict[str, list[tuple[object, ...]]]:
        store = opened(tmp_path, folder)
        for day, papers in replayed.items():
            order = list(papers) if chance is None else chance.sample(papers, len(papers))
            tell(store, order, reader, evening(day), golden_watches())
        found = outcome(store)
        store.close()
        return found

    plain = play("plain", None)
    assert len(plain["alerts"]) > 40
    assert play("shuffled", random.Random(seed)) == plain


def test_the_replay_of_koop_read_in_ten_orders_and_random_runs(
    tmp_path: Path, replayed: Mapping[int, Sequence[Paper]], reader: RememberingReader
) -> None:
    """The second day revises a letter (541) whose promise another letter of that day (548) keeps."""
    own = {day: [paper for paper in papers if paper.sighting.source == "koop"] for day, papers in replayed.items()}
    found = []
    for seed in range(11):
        chance = random.Random(seed)
        store = opened(tmp_path, str(seed))
        for day, papers in own.items():
            for run in [papers] if seed == 0 else cut(chance.sample(papers, len(papers)), chance):
                tell(store, run, reader, evening(day), golden_watches())
        found.append(outcome(store))
        store.close()
    kinds = [row[1] for row in found[0]["history"]]
    assert "kept" in kinds
    assert "moved" in kinds
    for other in found[1:]:
        assert other == found[0]


def cut(papers: Sequence[Paper], chance: random.Random) -> list[list[Paper]]:
    """The papers in runs of random length."""
    runs: list[list[Paper]] = [[]]
    for paper in papers:
        if runs[-1] and chance.random() < 0.4:
            runs.append([])
        runs[-1].append(paper)
    return runs


def promise(sentence: str, act: str, until: date | None) -> Analysis:
    made = replace(commitment(sentence, until), act=act)
    return replace(BASE, commitments=(made,))


BASE = Analysis(focus=True, focus_score=0.9, analyser="fake/1", ministry="Sociale Zaken en Werkgelegenheid")
MONITOR = "opzet van de monitor inbedding naar de Kamer sturen"
MADE = "Ik stuur de opzet van de monitor inbedding voor 1 mei 2027."
SAID_AGAIN = "Zoals eerder gemeld stuur ik de opzet van de monitor inbedding voor 1 mei 2027."
LATER = "In plaats van voor 1 mei stuur ik de opzet van de monitor inbedding voor 1 juli 2027."
KEPT = "Hiermee doe ik de toezegging over de opzet van de monitor inbedding gestand."
KEPT_TOO = "Met deze brief voldoe ik aan de toezegging over de opzet van de monitor inbedding."
OTHER = "Ik stuur de evaluatie van de taalscholen naar de Kamer voor de zomer."
ASKED = "Vragen van het lid Amrani over de monitor inbedding."
ANSWERED = "Antwoord op vragen van het lid Amrani (ingezonden 9 oktober 2026, nr. 2026Z19102)."
ADVICE = "Het advies van de raad over langer blijven en eerder meedoen. " * 5
RESPONSE = "Hierbij mijn reactie op het advies «Langer blijven, eerder meedoen»."
READINGS = {
    MADE: promise(MADE, MONITOR, date(2027, 4, 30)),
    SAID_AGAIN: promise(SAID_AGAIN, MONITOR, date(2027, 4, 30)),
    LATER: replace(
        promise(LATER, MONITOR, date(2027, 6, 30)),
        fulfilments=(
            Fulfilment(
                evidence=evidence(LATER), kind="moved", about=LATER, was=commitment(until=date(2027, 4, 30)).deadline,
                becomes=commitment(until=date(2027, 6, 30)).deadline,
            ),
        ),
    ),
    KEPT: replace(BASE, fulfilments=(Fulfilment(evidence=evidence(KEPT), kind="kept", about=KEPT),)),
    KEPT_TOO: replace(
        BASE,
        fulfilments=(Fulfilment(evidence=evidence(KEPT_TOO), kind="kept", about=KEPT_TOO),),
        references=(Reference(evidence=evidence("Kamerstuk 29 544, nr. 1"), kind="kamerstuk", target="kst-29544-1"),),
    ),
    OTHER: promise(OTHER, "evaluatie van de taalscholen naar de Kamer sturen", None),
}  # fmt: skip


def paper(position: int, day: int, text: str, **fields: object) -> Paper:
    base = sighting(
        identifier=f"kst-32824-{position}", url=f"https://zoek.officielebekendmakingen.nl/kst-32824-{position}.html", number=str(position),
        title=f"Brief {position}", published=date(2026, 10, day),
    )  # fmt: skip
    return Paper(replace(base, **fields), (fetched(text),))  # type: ignore[arg-type]


LETTERS = (
    paper(901, 1, MADE),
    paper(902, 2, OTHER),
    paper(903, 3, SAID_AGAIN),
    paper(904, 3, ASKED, identifier="kv-tk-2026Z19102", kind="kamervraag", aliases=("2026Z19102",), number=None, title="Vragen over de monitor"),
    paper(905, 4, LATER),
    paper(906, 5, ADVICE, kind="advies", title="Advies Langer blijven, eerder meedoen", dossiers=()),
    paper(907, 5, KEPT),
    paper(908, 5, KEPT_TOO, identifier="kst-29544-9", number="9", dossiers=("29544",)),
    paper(1, 5, MADE.replace("inbedding", "taalniveau"), identifier="kst-29544-1", dossiers=("29544",)),
    paper(909, 6, KEPT_TOO),
    paper(910, 6, ANSWERED, kind="antwoord", identifier="ah-tk-20262027-431"),
    paper(911, 7, RESPONSE, title="Kabinetsreactie op het advies"),
    paper(912, 8, SAID_AGAIN),
)
SECOND = {"kst-32824-909", "kst-32824-912"}
"""What keeps or repeats a promise that an earlier letter had closed."""
FOLLOWERS = (
    Watch(name="alles", title="Alles", focus=True),
    Watch(name="wat-ervan-komt", title="Wat ervan komt", dossiers=("32824",), alerts=("kept", "moved", "repeated", "answered", "advice")),
)


def read_often(folder: Path, papers: Sequence[Paper], *, runs: bool) -> list[dict[str, list[tuple[object, ...]]]]:
    """What comes of papers in the order of their days, and then in ten others, all in one run or in runs of random length."""
    found = []
    for seed in range(11):
        chance = random.Random(seed)
        order = chance.sample(papers, len(papers)) if seed else papers
        store = opened(folder, str(seed))
        for run in cut(order, chance) if runs and seed else [order]:
            tell(store, run, FakeReader(READINGS), NOW, FOLLOWERS)
        found.append(outcome(store))
        store.close()
    return found


def test_made_up_letters_read_in_any_order_in_one_run(tmp_path: Path) -> None:
    """Promises said again, moved and kept twice, a question after its answer, an advice after its response, papers of one day."""
    first, *others = read_often(tmp_path, LETTERS, runs=False)
    assert {row[1] for row in first["history"]} == {"kept", "moved", "repeated", "answered", "advice"}
    for other in others:
        assert other == first


def test_made_up_letters_read_in_random_runs_end_in_the_same_statuses(tmp_path: Path) -> None:
    first, *others = read_often(tmp_path, LETTERS, runs=True)
    for other in others:
        del other["alerts"]  # what was told of a second letter about a promise before the first came in stays told
        assert other == {name: first[name] for name in other}


def test_made_up_letters_read_in_random_runs_tell_the_same(tmp_path: Path) -> None:
    first, *others = read_often(tmp_path, [one for one in LETTERS if one.sighting.identifier not in SECOND], runs=True)
    assert {row[1] for row in first["history"]} == {"kept", "moved", "repeated", "answered", "advice"}
    for other in others:
        assert other == first


def test_what_comes_in_late_is_told_to_those_who_wait_for_it_and_to_nobody_twice(store: Store) -> None:
    """The letter that keeps a promise is read before the letter that makes it."""
    tell(store, [paper(907, 5, KEPT)], FakeReader(READINGS), NOW, FOLLOWERS)
    store.connection.execute("UPDATE deliveries SET state = 'delivered'")
    assert [tuple(row) for row in store.connection.execute("SELECT watch, title FROM alerts")] == [("alles", "Brief 907")]
    tell(store, [paper(901, 1, MADE)], FakeReader(READINGS), NOW + timedelta(hours=1), FOLLOWERS)
    told = {(row["watch"], row["title"]): row["summary"] for row in store.connection.execute("SELECT watch, title, summary FROM alerts")}
    assert set(told) == {("alles", "Brief 907"), ("alles", "Brief 901"), ("wat-ervan-komt", "Brief 907")}
    assert "Toezegging nagekomen" in told["alles", "Brief 907"]
    assert "Toezegging nagekomen" in told["wat-ervan-komt", "Brief 907"]
    again = store.connection.execute(
        "SELECT count(*) FROM deliveries d JOIN alerts a ON a.id = d.alert_id WHERE a.watch = 'alles' AND a.title = 'Brief 907' AND d.attempts > 0"
    ).fetchone()[0]
    assert again == len(FOLLOWERS[0].targets)


REWRITTEN = "Vóór 1 juni 2027 ontvangt uw Kamer van mij de opzet van de monitor inbedding, waarover ik u eerder schreef."
DROPPED = "Over de monitor inbedding schrijf ik niets meer."
REWRITINGS = {
    **READINGS,
    REWRITTEN: promise(REWRITTEN, MONITOR, date(2027, 5, 31)),
    DROPPED: BASE,
}


def test_what_became_of_a_promise_holds_when_its_letter_says_it_in_other_words(store: Store) -> None:
    reader = FakeReader(REWRITINGS)
    tell(store, [paper(901, 1, MADE), paper(907, 5, KEPT)], reader, NOW, FOLLOWERS)
    (row,) = store.connection.execute("SELECT id, status FROM commitments").fetchall()
    assert row["status"] == "kept"
    before = {alert[0] for alert in outcome(store)["alerts"]}
    tell(store, [paper(901, 1, REWRITTEN)], reader, NOW + timedelta(hours=1), FOLLOWERS)
    assert [tuple(one) for one in store.connection.execute("SELECT id, status FROM commitments")] == [(row["id"], "kept")]
    assert [row[1] for row in outcome(store)["history"]] == ["kept"]
    new = [alert for alert in outcome(store)["alerts"] if alert[0] not in before]
    assert [alert[1:4] for alert in new] == [("alles", "revised", "koop:kst-32824-901"), ("wat-ervan-komt", "revised", "koop:kst-32824-901")]
    assert "30 april 2027 naar 31 mei 2027" in str(new[0][5])


def test_a_promise_that_its_letter_takes_back_was_not_kept_and_comes_back_kept(store: Store) -> None:
    reader = FakeReader(REWRITINGS)
    tell(store, [paper(901, 1, MADE), paper(907, 5, KEPT)], reader, NOW, FOLLOWERS)
    tell(store, [paper(901, 1, DROPPED)], reader, NOW + timedelta(hours=1), FOLLOWERS)
    assert not outcome(store)["history"]
    tell(store, [paper(901, 1, MADE)], reader, NOW + timedelta(hours=2), FOLLOWERS)
    assert [row[4] for row in outcome(store)["statuses"]] == ["kept"]
    told = store.connection.execute("SELECT count(*) FROM alerts WHERE title = 'Brief 907' GROUP BY watch").fetchall()
    assert [row[0] for row in told] == [1, 1]


def test_a_letter_that_keeps_a_promise_only_in_its_second_version_tells_so(store: Store) -> None:
    tell(store, [paper(901, 1, MADE), paper(907, 5, "Nog niets.")], FakeReader(READINGS), NOW, FOLLOWERS)
    tell(store, [paper(907, 5, KEPT)], FakeReader(READINGS), NOW + timedelta(hours=1), FOLLOWERS)
    kinds = store.connection.execute("SELECT watch, kind FROM alerts WHERE title LIKE '%Brief 907' ORDER BY watch, kind").fetchall()
    assert [tuple(row) for row in kinds] == [("alles", "new"), ("alles", "revised"), ("wat-ervan-komt", "revised")]


def judged(store: Store) -> list[tuple[object, ...]]:
    """The papers and what they do to earlier promises, and how the promises stand."""
    history = store.connection.execute(
        "SELECT p.title, h.kind FROM commitment_history h JOIN publications p ON p.id = h.publication_id ORDER BY 1, 2"
    )
    return [*map(tuple, history), *map(tuple, store.connection.execute("SELECT status FROM commitments ORDER BY id"))]


def test_what_a_person_takes_back_is_judged_of_the_later_papers_in_the_next_pass(store: Store) -> None:
    """The second letter that says it keeps the promise had nothing to keep, because the first one had."""
    reader = FakeReader(READINGS)
    tell(store, [paper(901, 1, MADE), paper(907, 5, KEPT), paper(909, 6, KEPT_TOO)], reader, NOW, FOLLOWERS)
    assert judged(store) == [("Brief 907", "kept"), ("kept",)]
    with store.transaction() as connection:
        corrections.store_correction(connection, "koop:kst-32824-907", "track:kept", "dat was een andere monitor", NOW)
    assert judged(store) == [("open",)]  # at once
    tell(store, [], reader, NOW + timedelta(hours=1), FOLLOWERS)
    assert judged(store) == [("Brief 909", "kept"), ("kept",)]
    told = store.connection.execute("SELECT summary FROM alerts WHERE watch = 'wat-ervan-komt' AND title = 'Brief 909'").fetchall()
    assert ["Toezegging nagekomen" in row[0] for row in told] == [True]
    with store.transaction() as connection:
        assert corrections.withdraw(connection, 1, NOW)
    tell(store, [], reader, NOW + timedelta(hours=2), FOLLOWERS)
    assert judged(store) == [("Brief 907", "kept"), ("kept",)]
    twice = store.connection.execute("SELECT count(*) FROM alerts GROUP BY watch, title HAVING count(*) > 1").fetchall()
    assert not twice


def test_a_promise_that_was_not_said_again_after_all_is_kept_by_a_later_paper(store: Store) -> None:
    reader = FakeReader(READINGS)
    tell(store, [paper(901, 1, MADE), paper(903, 3, SAID_AGAIN)], reader, NOW, FOLLOWERS)
    assert judged(store) == [("Brief 903", "repeated"), ("open",), ("repeated",)]
    with store.transaction() as connection:
        corrections.store_correction(connection, "koop:kst-32824-903", "track:repeated", None, NOW)
    tell(store, [], reader, NOW + timedelta(hours=1), FOLLOWERS)
    assert judged(store) == [("open",), ("open",)]
