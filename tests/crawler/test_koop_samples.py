"""The recorded answers of the search and the recorded documents, played through a server on loopback."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from factories import FakeReader, line
from lxml import etree

from db.store import Store
from pipeline.extract import extract_text
from pipeline.run import run_line

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
SRU = "http://docs.oasis-open.org/ns/search-ws/sruResponse"
pytestmark = pytest.mark.skipif(not SAMPLES.exists(), reason="the recorded answers (a folder `shared` beside the project) are not here")

MINIMAL_PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def _records() -> list[etree._Element]:
    """Every recorded record of the search, as it came, and once each."""
    found: dict[str, etree._Element] = {}
    for path in sorted((SAMPLES / "koop-sru").glob("*.xml")):
        if "roo_register" in path.name or "nonamespace" in path.name:
            continue  # another dialect on another host; namespaces stripped by its publisher
        text = path.read_bytes().replace(b"http://__MOCK_SERVICE__/", b"https://")
        root = etree.fromstring(text)
        for record in root.iter(f"{{{SRU}}}record"):
            found.setdefault(record.findtext(".//{*}owmskern/{*}identifier").strip(), record)
    return list(found.values())


def _response(records: list[etree._Element], start: int, size: int) -> bytes:
    root = etree.Element(f"{{{SRU}}}searchRetrieveResponse", nsmap={"sru": SRU})
    etree.SubElement(root, f"{{{SRU}}}numberOfRecords").text = str(len(records))
    holder = etree.SubElement(root, f"{{{SRU}}}records")
    for record in records[start - 1 : start - 1 + size]:
        holder.append(etree.fromstring(etree.tostring(record)))
    if start - 1 + size < len(records):
        etree.SubElement(root, f"{{{SRU}}}nextRecordPosition").text = str(start + size)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


@pytest.fixture
def publisher(serve, reply):
    records = _records()

    def answer(asked):
        if asked.path == "/sru":
            return reply(_response(records, int(asked.query["startRecord"][0]), 5), headers={"Content-Type": "text/xml"})
        path = SAMPLES / "koop-frbr" / asked.path.removeprefix("/frbr/officielepublicaties/")
        if path.is_file():
            return reply(path.read_bytes())
        # Documents that were not recorded: a text of our own in the same form.
        name = asked.path.rsplit("/", 1)[-1]
        if name.endswith(".xml"):
            return reply(b"<officiele-publicatie><kamerstuk><al>" + name.encode() + b"</al></kamerstuk></officiele-publicatie>")
        return reply(MINIMAL_PDF + name.encode() if name.endswith(".pdf") else b"", status=200 if name.endswith(".pdf") else 404)

    return serve(answer)


def test_every_parliamentary_record_is_kept_once_with_its_bytes(publisher, run_crawl, tmp_path):
    database = tmp_path / "test.db"
    ended = run_crawl("koop", "--db", str(database), "--base-url", publisher.url, "--since", "2020-01-01")
    assert ended.returncode == 0, ended.stderr
    connection = sqlite3.connect(database)
    kept = dict(connection.execute("SELECT identifier, kind FROM sightings"))
    listed = {record.findtext(".//{*}owmskern/{*}identifier").strip() for record in _records()}
    parliamentary = {identifier for identifier in listed if re.match(r"(kst|ah|kv|h|blg|nds|ag)-", identifier)}
    assert set(kept) == parliamentary
    assert len(parliamentary) >= 18
    expected = {
        "kst-32545-143": "motie",
        "kst-22112-3185": "kamerbrief",
        "kst-35842-4": "advies",
        "ah-tk-20202021-3235": "antwoord",
        "kv-2989900822": "kamervraag",
        "h-ek-20202021-1-1": "handeling",
        "blg-1007826": "beslisnota",
        "blg-998035": "bijlage",
        "blg-999984": "advies",
    }
    assert {identifier: kept[identifier] for identifier in expected} == expected
    documents = connection.execute("SELECT s.identifier, d.url, d.media_type FROM documents d JOIN sightings s ON s.id = d.sighting_id").fetchall()
    # One recorded record was given a link that is no URL by those who recorded it; it is kept, and offered again.
    assert {row[0] for row in documents} == parliamentary - {"blg-1025203"}
    assert connection.execute("SELECT identifier FROM sightings WHERE incomplete IS NOT NULL").fetchall() == [("blg-1025203",)]
    assert {row[2] for row in documents if row[0].startswith("blg-")} == {"application/pdf"}
    assert all(row[1].startswith("https://repository.overheid.nl/frbr/") for row in documents)
    before = len(publisher.asked)

    again = run_crawl("koop", "--db", str(database), "--base-url", publisher.url, "--since", "2020-01-01")
    assert again.returncode == 0, again.stderr
    assert {asked.path for asked in publisher.asked[before:]} == {"/sru"}
    outcomes = connection.execute("SELECT outcome, new, changed FROM crawls ORDER BY id").fetchall()
    assert outcomes == [("ok", len(parliamentary), 0), ("ok", 0, 0)]
    assert connection.execute("SELECT count(*) FROM events WHERE kind LIKE 'sighting.%'").fetchone() == (len(parliamentary) - 1,)


def test_the_recorded_bytes_are_what_is_stored(publisher, run_crawl, tmp_path):
    run_crawl("koop", "--db", str(tmp_path / "test.db"), "--base-url", publisher.url, "--since", "2020-01-01")
    stored = {path.read_bytes() for path in (tmp_path / "raw").rglob("*") if path.is_file()}
    for path in ("kst/32545/kst-32545-143/1/xml/kst-32545-143.xml", "ah-tk/20202021/ah-tk-20202021-3235/1/xml/ah-tk-20202021-3235.xml"):
        assert (SAMPLES / "koop-frbr" / path).read_bytes() in stored


def test_every_parliamentary_record_becomes_a_publication_with_its_text(publisher, run_crawl, tmp_path):
    database = tmp_path / "data" / "kamerspoor.db"
    run_crawl("koop", "--db", str(database), "--base-url", publisher.url, "--since", "2020-01-01")
    store = Store.open(database)
    reader = FakeReader()
    reader.extract = lambda body, media_type, name: extract_text(body, media_type, name=name)
    run_line(line(store, reader))
    everything = store.connection.execute("SELECT p.*, d.text FROM publications p LEFT JOIN documents d ON d.id = p.document_id")
    rows = {row["key"]: row for row in everything}
    kept = {f"koop:{row[0]}" for row in store.connection.execute("SELECT identifier FROM sightings WHERE incomplete IS NULL")}
    # 144 holds the text of 143, a copy made by those who recorded it; two numbers of one series are two papers whatever they say.
    assert set(rows) == kept
    answer = rows["koop:ah-tk-20202021-3235"]
    assert (answer["kind"], answer["date"], answer["number"]) == ("antwoord", "2021-06-21", "3235")
    assert "Antwoord" in answer["text"]
    motion = rows["koop:kst-32545-143"]
    assert (motion["kind"], motion["number"]) == ("motie", "143")
    dossiers = store.connection.execute("SELECT dossier FROM publication_dossiers WHERE publication_id = ?", (motion["id"],)).fetchall()
    assert [row[0] for row in dossiers] == ["32545"]
    assert "verzoekt de regering" in motion["text"]
    store.close()
