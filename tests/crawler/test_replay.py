"""The replay plays every bundled publication in every format, in the wire format of the recorded answers, and changes between its days."""

from __future__ import annotations

import http.client
import io
import json
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlencode, urlsplit

import pypdfium2
import pytest
from docx import Document
from lxml import etree, html

from crawler.replay import build_files
from crawler.replay.library import DAYS, FILES, Publication, forms, load
from crawler.replay.markup import parse_body
from crawler.replay.player import render
from crawler.replay.server import Replay
from db.errors import UsageError

PUBLICATIONS = load()
FORMS = [form for publication in PUBLICATIONS for form in forms(publication)]
RENDERED = [
    pytest.param(form, kind, id=f"{form.stem}.{kind}")
    for form in FORMS
    for kind in (*form.formats, *(("metadata", "metadataowms") if form.koop else ()))
]
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
SRU = {
    "sru": "http://docs.oasis-open.org/ns/search-ws/sruResponse",
    "gzd": "http://standaarden.overheid.nl/sru",
    "dcterms": "http://purl.org/dc/terms/",
    "diag": "http://docs.oasis-open.org/ns/search-ws/diagnostic",
}
EVERYTHING = 'c.product-area=="officielepublicaties"'
FOCUS_TOPICS = frozenset({
    "labour-migration", "civic-integration", "language", "asylum-reception", "status-holders", "ukraine", "knowledge-migration",
    "residence-nationality", "return-detention", "integration-cohesion", "discrimination",
})  # fmt: skip
GENERAL_TOPICS = frozenset({
    "work-social-security", "health", "education", "housing", "climate-energy", "agriculture-nature", "finance-tax", "justice-security",
    "defence", "foreign-affairs", "infrastructure", "economy", "digital", "government", "culture-media",
})  # fmt: skip


@pytest.fixture
def replay() -> Iterator[Replay]:
    with Replay(day=1) as running:
        yield running


def fetch(url: str, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, bytes, dict[str, str]]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers or {})
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    return answer.status, read, dict(answer.getheaders())


def search(replay: Replay, query: str, **parameters: str) -> etree._Element:
    asked = {"operation": "searchRetrieve", "version": "2.0", "recordSchema": "gzd", "query": query} | parameters
    status, body, _ = fetch(f"{replay.base_urls['koop']['sru']}?{urlencode(asked, quote_via=quote)}")
    assert status == 200
    return etree.fromstring(body)


def identifiers(root: etree._Element) -> list[str]:
    return [element.text or "" for element in root.iterfind(".//dcterms:identifier", SRU)]


def folded(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def sentences(form: Publication) -> list[str]:
    expected = form.expected
    return [promise.sentence for promise in expected.promises] + [sentence.sentence for sentence in expected.no_promises]


# --- the publications -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_expected_facts_stand_in_the_text(form: Publication) -> None:
    text = folded(form.content.plain())
    for sentence in sentences(form):
        assert sentence in text
    for amount in form.expected.amounts:
        assert amount.text in text


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_expected_facts_are_well_formed(form: Publication) -> None:
    expected, text = form.expected, folded(form.content.plain())
    assert 1 <= len(expected.topics) <= 4
    assert set(expected.topics) <= FOCUS_TOPICS | GENERAL_TOPICS
    assert expected.focus == bool(set(expected.topics) & FOCUS_TOPICS)
    for promise in expected.promises:
        assert promise.phrase is None or promise.phrase in text[text.index(promise.sentence) :][: len(promise.sentence) + 100]
        assert promise.phrase is not None or promise.not_after is None
        assert promise.not_before is None or (promise.not_after is not None and promise.not_before <= promise.not_after)
        assert promise.not_after is None or promise.not_after >= form.date
        assert promise.kind in {"inform", "investigate", "talk", "legislate", "fund", "evaluate", "other"}
        assert promise.role in {"new", "moved", "repeated"}
    for amount in expected.amounts:
        assert amount.value_max is None or (amount.value is not None and amount.value < amount.value_max)
        assert amount.recurring in {None, "structural", "incidental", "annual"}
        assert amount.bound in {None, "max", "min", "approx"}


def test_every_focus_topic_and_both_sides_are_played() -> None:
    topics = {topic for publication in PUBLICATIONS for topic in publication.expected.topics}
    focus = sum(publication.expected.focus for publication in PUBLICATIONS)
    assert topics >= FOCUS_TOPICS | GENERAL_TOPICS
    assert 0.4 <= focus / len(PUBLICATIONS) <= 0.65


def test_annexes_belong_to_a_paper_that_is_played() -> None:
    known = {publication.id for publication in PUBLICATIONS}
    assert {publication.parent for publication in PUBLICATIONS if publication.parent} <= known


def test_a_footnote_without_a_mark_is_refused() -> None:
    with pytest.raises(UsageError, match="footnotes"):
        parse_body("Een zin.\n\n[noot 1] Zonder verwijzing.")


# --- the renderers ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "kind"), RENDERED)
def test_each_format_can_be_read_back(form: Publication, kind: str) -> None:
    body = render(form, kind)
    wanted = sentences(form)
    match kind:
        case "xml":
            text = " ".join(str(piece) for piece in etree.fromstring(body).itertext())
        case "html":
            text = " ".join(str(piece) for piece in html.document_fromstring(body).itertext())
        case "metadata" | "metadataowms":
            root = etree.fromstring(body)
            assert form.id in body.decode()
            assert root.tag in ("metadata_gegevens", "owms-metadata")
            return
        case "docx":
            assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None
            text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(body)).paragraphs)
        case "pdf":
            text = "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(body))
            # pdfium marks a hyphenated line end; the rest of the word follows it.
            text = text.replace("\ufffe", "").replace("\u0002", "")
    missing = [sentence for sentence in wanted if sentence[:40] not in folded(text)]
    # A page may break, and a footnote may stand, inside a sentence of a PDF.
    assert len(missing) <= (2 if kind == "pdf" else 0), missing


def test_built_files_are_those_of_the_publications() -> None:
    pytest.importorskip("reportlab")
    files = dict(build_files.built())
    assert {path.name for path in FILES.iterdir()} == set(files)
    assert all((FILES / name).read_bytes() == body for name, body in files.items())


# --- the repository ---------------------------------------------------------------------------------------------------------------------------


def test_paging_stops_where_no_next_position_is_given(replay: Replay) -> None:
    seen: list[str] = []
    position: str | None = "1"
    while position:
        root = search(replay, f"{EVERYTHING} sortBy dt.identifier/sort.ascending", startRecord=position, maximumRecords="4")
        seen += identifiers(root)
        position = root.findtext("sru:nextRecordPosition", namespaces=SRU)
    shown = sorted(publication.id for publication in replay.shown() if publication.koop)
    assert seen == shown
    assert int(root.findtext("sru:numberOfRecords", "", SRU)) == len(shown)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('dt.identifier=="kst-32824-541"', ["kst-32824-541"]),
        ('dt.identifier==kst-32824-541 and dt.type=="Bijlage"', []),
        ("w.hoofddocument==kst-32824-541 sortBy dt.identifier/sort.descending", ["blg-1291047", "blg-1291044"]),
        ("w.dossiernummer==26643", ["kst-26643-1602"]),
        ('(dt.identifier=="kst-32824-544" or dt.identifier=="kst-26643-1602") not w.dossiernummer==26643', ["kst-32824-544"]),
        ('dt.title="landelijk dekkend"', ["kst-32824-544"]),
        ('w.organisatietype=="gemeente"', []),
        ('dt.modified>="2027-01-01"', []),
    ],
)  # fmt: skip
def test_queries_of_the_dialect(replay: Replay, query: str, found: list[str]) -> None:
    assert identifiers(search(replay, query)) == found


def test_instants_are_compared_as_instants(replay: Replay) -> None:
    # 23:30 UTC is half past midnight in Amsterdam: everything of the ninth lies before it.
    late = identifiers(search(replay, 'cd.datumTijdstipWijzigingWork>="2026-11-09T23:30:00Z"', maximumRecords="500"))
    day = identifiers(search(replay, 'dt.modified>="2026-11-10"', maximumRecords="500"))
    assert sorted(late) == sorted(day)


@pytest.mark.parametrize(
    ("query", "parameters", "code"),
    [
        ("inburgering taal", {}, 10),  # two bare words
        ('dt.identifier=="x" and', {}, 10),
        ('(dt.identifier=="x"', {}, 10),
        ("", {}, 10),
        ('gzd.timestamp>="2026-11-10"', {}, 16),  # cannot be queried
        (EVERYTHING, {"recordSchema": "dc"}, 6),
        (EVERYTHING, {"startRecord": "0"}, 6),
        (EVERYTHING, {"startRecord": "9000"}, 61),
    ],
)
def test_bad_queries_get_a_diagnostic_with_status_200(replay: Replay, query: str, parameters: dict[str, str], code: int) -> None:
    root = search(replay, query, **parameters)
    assert root.findtext(".//diag:uri", namespaces=SRU) == f"info:srw/diagnostic/1/{code}"
    assert not identifiers(root)


def test_every_link_of_a_record_answers(replay: Replay) -> None:
    root = search(replay, EVERYTHING, maximumRecords="500")
    links = [element.text or "" for element in root.iterfind(".//gzd:itemUrl", SRU)]
    assert len(links) > 50
    for link in links:
        status, body, _ = fetch(link.replace("https://repository.overheid.nl", f"{replay.root}/repository.overheid.nl"))
        assert (status, bool(body)) == (200, True), link


def test_public_site_has_the_same_xml_and_no_xml_of_an_annex(replay: Replay) -> None:
    site, repository = replay.base_urls["koop"]["site"], replay.base_urls["koop"]["repository"]
    path = "officielepublicaties/kst/32824/kst-32824-541/1/xml/kst-32824-541.xml"
    assert fetch(f"{site}kst-32824-541.xml")[1] == fetch(f"{repository}{path}")[1]
    assert fetch(f"{site}blg-1291044.xml")[0] == 404
    assert fetch(f"{site}blg-1291044.pdf")[0] == 200
    assert fetch(f"{site}kst-32824-541/metadata.xml")[0] == 200


@pytest.mark.skipif(not SAMPLES.exists(), reason="the recorded answers lie in a folder `shared` beside the project")
def test_answers_have_the_element_paths_of_recorded_ones(replay: Replay) -> None:
    recorded: set[str] = set()
    for path in (SAMPLES / "koop-sru").glob("plooi*sru*.xml"):
        if "roo" not in path.name:
            root = etree.fromstring(path.read_bytes())
            if root.tag.endswith("searchRetrieveResponse"):
                recorded |= {names(item) for item in root.iter(etree.Element)}
            else:
                recorded |= {f"searchRetrieveResponse/records/{names(item)}" for item in root.iter(etree.Element)}
    played = {names(item) for item in search(replay, EVERYTHING, maximumRecords="5").iter(etree.Element)}
    played |= {names(item) for item in search(replay, EVERYTHING, maximumRecords="500").iter(etree.Element)}
    # The newer records of 2025 carry an authority; none of the recorded responses does.
    new = {path for path in played - recorded if not path.endswith("owmskern/authority")}
    # A few fields of answers, questions and proceedings are in single recorded records or in the manual only.
    assert {path.rsplit("/", 1)[1] for path in new} <= {"datumIndiening", "ontvanger", "vraagnummer", "aanhangselnummer", "datumOntvangst"}


def names(element: etree._Element) -> str:
    steps = [etree.QName(item).localname for item in [*reversed(list(element.iterancestors())), element]]
    return "/".join(steps)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the recorded files lie in a folder `shared` beside the project")
@pytest.mark.parametrize(
    ("recording", "identifier"),
    [
        ("kst/32545/kst-32545-143/1/xml/kst-32545-143.xml", "kst-32824-544"),
        ("ah-tk/20202021/ah-tk-20202021-3235/1/xml/ah-tk-20202021-3235.xml", "ah-tk-20262027-412"),
    ],
)
def test_op_xml_has_the_elements_of_recorded_files(recording: str, identifier: str) -> None:
    publication = next(item for item in PUBLICATIONS if item.id == identifier)
    recorded = {names(item) for item in etree.fromstring((SAMPLES / "koop-frbr" / recording).read_bytes()).iter(etree.Element)}
    played = {names(item) for item in etree.fromstring(render(publication, "xml")).iter(etree.Element)}
    # Links and footnotes depend on the text.
    optional = ("extref", "noot", "nadruk", "noot.nr", "noot.al")
    assert {path for path in recorded - played if path.rsplit("/", 1)[1] not in optional} == set()
    assert {path for path in played - recorded if not any(step in optional for step in path.split("/"))} == set()


# --- the two days -----------------------------------------------------------------------------------------------------------------------------


def test_day_two_is_day_one_with_its_changes(replay: Replay) -> None:
    first = {publication.id: publication for publication in replay.shown()}
    replay.day = 2
    second = {publication.id: publication for publication in replay.shown()}
    assert set(first) - set(second) == {"kst-1289412"}  # the flat number, settled as kst-29861-201
    assert {"kst-29861-201", "kst-32824-548", "kst-35483-154"} <= set(second) - set(first)
    changed = {name for name in set(first) & set(second) if first[name] != second[name]}
    assert changed == {"kst-32824-541", "kst-32813-1588"}  # revised, withdrawn
    assert all(second[name].changed.date() == DAYS[2] for name in changed | (set(second) - set(first)))


def test_what_changed_is_found_by_its_day_of_editing(replay: Replay) -> None:
    replay.day = 2
    found = identifiers(search(replay, f'dt.modified>="{DAYS[2]}"', maximumRecords="500"))
    assert {"kst-32824-541", "kst-32813-1588", "kst-29861-201", "blg-1291102"} <= set(found)
    assert not {"kst-32824-544", "kst-35483-152"} & set(found)


def test_a_flat_number_is_a_pdf_alone_and_gone_a_day_later(replay: Replay) -> None:
    flat = 'dt.identifier=="kst-1289412"'
    record = search(replay, flat)
    assert [element.get("manifestation") for element in record.iterfind(".//gzd:itemUrl", SRU)] == ["metadata", "metadataowms", "pdf"]
    assert record.findtext(".//{*}documentstatus") == "Onopgemaakt"
    link = f"{replay.base_urls['koop']['repository']}officielepublicaties/kst/onopgemaakt/kst-1289412/1/pdf/kst-1289412.pdf"
    assert fetch(link)[0] == 200
    replay.day = 2
    assert identifiers(search(replay, flat)) == []
    assert fetch(link)[0] == 404
    settled = search(replay, 'dt.identifier=="kst-29861-201"')
    assert settled.findtext(".//{*}documentstatus") == "Opgemaakt na onopgemaakt"


def test_a_withdrawn_paper_says_so_and_its_text_is_gone(replay: Replay) -> None:
    query, text = 'dt.identifier=="kst-32813-1588"', f"{replay.base_urls['koop']['site']}kst-32813-1588.html"
    assert fetch(text)[0] == 200
    replay.day = 2
    assert search(replay, query).findtext(".//{*}documentstatus") == "Ingetrokken"
    assert fetch(text)[0] == 404


def test_the_revised_letter_has_another_deadline_and_another_amount(replay: Replay) -> None:
    link = f"{replay.base_urls['koop']['site']}kst-32824-541.xml"
    before = folded("".join(map(str, etree.fromstring(fetch(link)[1]).itertext())))
    replay.day = 2
    after = folded("".join(map(str, etree.fromstring(fetch(link)[1]).itertext())))
    assert "Voor het kerstreces stuur ik" in before
    assert "€ 12,5 miljoen per jaar" in before
    assert "Begin 2027 stuur ik" in after
    assert "€ 11 miljoen per jaar" in after


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="no day 3"):
        Replay(day=3)


# --- the council ------------------------------------------------------------------------------------------------------------------------------

_QUESTION = {"requestState": {"current": 1, "filters": [], "resultsPerPage": 10, "searchTerm": "", "sortList": []}, "queryConfig": {}}


def test_search_of_the_new_platform_gives_the_newest_first_and_pages(replay: Replay) -> None:
    replay.day = 2
    base = replay.base_urls["councils"]["adviesraad-migratie"]
    small = _QUESTION | {"requestState": {"current": 2, "resultsPerPage": 1}}
    first = json.loads(fetch(f"{base}api/search", "POST", json.dumps(_QUESTION).encode())[1])
    second = json.loads(fetch(f"{base}api/search", "POST", json.dumps(small).encode())[1])
    assert [item["page_title"]["raw"][:10] for item in first["results"]] == ["Talent dat", "Langer bli", "Werkprogra", "Wachten ko"]
    assert first["results"][0]["sort_date"]["raw"] == "2026-11-10T23:00:00Z"  # midnight in Amsterdam
    assert (second["totalPages"], second["results"]) == (4, first["results"][1:2])


@pytest.mark.parametrize(
    "body",
    [b"{}", b"no json", b"[]", b'{"requestState": 3, "queryConfig": {}}', b'{"requestState": {"current": "a"}, "queryConfig": {}}'],
)
def test_search_with_missing_parts_is_refused(replay: Replay, body: bytes) -> None:
    status, answer, _ = fetch(f"{replay.base_urls['councils']['adviesraad-migratie']}api/search", "POST", body)
    assert (status, json.loads(answer)["ok"]) == (400, False)


@pytest.mark.parametrize("platform", ["new", "old"])
def test_every_publication_of_the_council_is_reached_from_its_sitemap(platform: Literal["new", "old"]) -> None:
    with Replay(day=2, platform=platform) as replay:
        base = replay.base_urls["councils"]["adviesraad-migratie"]
        sitemap = etree.fromstring(fetch(f"{base}sitemap.xml")[1])
        if platform == "new":
            assert etree.QName(sitemap).localname == "sitemapindex"
            sitemap = etree.fromstring(fetch(f"{base}sitemap/1.xml")[1])
        pages = [str(place.text) for place in sitemap.iterfind(".//{*}loc") if "/publicaties/publicaties/" in str(place.text)]
        assert len(pages) == 4
        for page in pages:
            status, body, _ = fetch(page.replace("https://www.adviesraadmigratie.nl/", base))
            root = html.document_fromstring(body)
            assert status == 200
            assert root.cssselect("meta[name='DCTERMS.issued'][content]")
            (pdf,) = root.cssselect("main a.download-list__link[href$='.pdf']")
            assert fetch(f"{base.rstrip('/')}{pdf.get('href')}")[1].startswith(b"%PDF-")


def test_old_platform_has_a_list_and_no_search() -> None:
    with Replay(day=1, platform="old") as replay:
        base = replay.base_urls["councils"]["adviesraad-migratie"]
        assert fetch(f"{base}api/search", "POST", json.dumps(_QUESTION).encode())[0] == 404
        items = html.document_fromstring(fetch(f"{base}publicaties")[1]).cssselect("ol.results li.results__item a h3")
        assert len(items) == 3


def test_a_page_that_did_not_change_is_not_sent_again(replay: Replay) -> None:
    page = f"{replay.base_urls['councils']['adviesraad-migratie']}publicaties/publicaties/2026/11/10/langer-blijven-eerder-meedoen"
    _, _, headers = fetch(page)
    assert fetch(page, headers={"If-None-Match": headers["ETag"]})[:2] == (304, b"")
    assert fetch(page, headers={"If-Modified-Since": headers["Last-Modified"]})[0] == 304
    # The tag decides where both are sent.
    assert fetch(page, headers={"If-None-Match": '"other"', "If-Modified-Since": headers["Last-Modified"]})[0] == 200


def test_the_advice_is_the_same_file_at_the_council_and_as_an_annex(replay: Replay) -> None:
    base, site = replay.base_urls["councils"]["adviesraad-migratie"], replay.base_urls["koop"]["site"]
    here = fetch(f"{base}binaries/adviesraad-migratie/documenten/langer-blijven-eerder-meedoen.pdf")[1]
    assert here == fetch(f"{site}blg-1291044.pdf")[1]


def test_the_repository_gives_no_validators(replay: Replay) -> None:
    headers = fetch(f"{replay.base_urls['koop']['site']}kst-32824-541.html")[2]
    assert not {"ETag", "Last-Modified"} & set(headers)
    assert fetch(f"{replay.root}/elsewhere/")[0] == 404


# --- on its own -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_its_addresses_and_ends_cleanly(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "crawler.replay", "--day", "2", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parents[2]) as process:
        assert process.stdout is not None
        name, url = process.stdout.readline().split()
        status, body, _ = fetch(f"{url}?query={quote('dt.identifier==kst-32824-548')}")
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    assert name == "koop.sru"
    assert status == 200
    assert b"<sru:numberOfRecords>1</sru:numberOfRecords>" in body
