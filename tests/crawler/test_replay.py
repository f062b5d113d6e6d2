"""The replay plays every bundled publication in every format, in the wire format of the recorded answers, and changes between its days."""

from __future__ import annotations

import http.client
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pypdfium2
import pytest
from docx import Document
from lxml import etree, html

from crawler.replay import build_files
from crawler.replay.library import Publication, forms, load
from crawler.replay.markup import parse_body
from crawler.replay.server import Replay, render
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


# --- the publications -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_expected_facts_stand_in_the_text(form: Publication) -> None:
    text = folded(form.content.plain())
    for sentence in (*form.expected.promises, *form.expected.no_promises):
        assert sentence.sentence in text
    for amount in form.expected.amounts:
        assert amount.text in text


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.stem)
def test_expected_facts_are_well_formed(form: Publication) -> None:
    expected = form.expected
    assert 1 <= len(expected.topics) <= 4
    assert set(expected.topics) <= FOCUS_TOPICS | GENERAL_TOPICS
    assert expected.focus == bool(set(expected.topics) & FOCUS_TOPICS)
    for promise in expected.promises:
        assert promise.phrase is None or promise.phrase in promise.sentence
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
    sentences = [folded(item.sentence) for item in (*form.expected.promises, *form.expected.no_promises)]
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
            sentences = [sentence for sentence in sentences if "‒" not in sentence]
    missing = [sentence for sentence in sentences if sentence[:40] not in folded(text)]
    # A page may break, and a footnote may stand, inside a sentence of a PDF.
    assert len(missing) <= (2 if kind == "pdf" else 0), missing


def test_built_files_are_those_of_the_publications() -> None:
    pytest.importorskip("reportlab")
    files = dict(build_files.built())
    assert {path.name for path in build_files.FILES.iterdir()} == set(files)
    assert all((build_files.FILES / name).read_bytes() == body for name, body in files.items())


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


def element_paths(root: etree._Element) -> set[str]:
    """Every path of element names below the root, with the manifestation where there is one."""
    tree = root.getroottree()
    tags = (tree.getelementpath(element) for element in root.iter(etree.Element))
    return {"/".join(step.split("[")[0] if "}" in step else step for step in path.split("/")) for path in map(str, tags)}


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
