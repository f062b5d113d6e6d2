"""Publications in, an SRU 2.0 answer of the repository out: a page of gzd records or a diagnostic.

Namespaces, element names and their order as in the recorded answers; the value of `recordSchema` ends in a slash, the gzd namespace does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from xml.sax.saxutils import escape

from crawler.replay.library import WITHDRAWN, Publication
from crawler.replay.render_metadata import CHAMBER, facts, full_title, parliamentary_type

_PUBLIC = "https://zoek.officielebekendmakingen.nl"
_REPOSITORY = "https://repository.overheid.nl"
_SCHEMA = "http://standaarden.overheid.nl/sru/"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<sru:searchRetrieveResponse xmlns:overheidwetgeving="http://standaarden.overheid.nl/wetgeving/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:overheid="http://standaarden.overheid.nl/owms/terms/" xmlns:cd="http://standaarden.overheid.nl/cup/data" \
xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse" xmlns:gzd="http://standaarden.overheid.nl/sru" \
xmlns:diag="http://docs.oasis-open.org/ns/search-ws/diagnostic" xmlns:facet="http://docs.oasis-open.org/ns/search-ws/facetedResults" \
xmlns:c="http://standaarden.overheid.nl/collectie/">
    <sru:version>2.0</sru:version>
"""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked, for the echo."""

    query: str
    start: int
    maximum: int


def group(publication: Publication) -> str:
    """The folder of a family: the dossier of a Kamerstuk, the session of answers and proceedings, else `onopgemaakt`."""
    match publication.family:
        case "kst":
            return publication.dossiers[0] if publication.id.count("-") != 1 else "onopgemaakt"
        case "ah-tk" | "h-tk":
            return publication.session.replace("-", "")
    return "onopgemaakt"


def manifestations(publication: Publication) -> dict[str, str]:
    """File path below the repository by manifestation, in the order of a record."""
    name = publication.id
    # Of a withdrawn paper the record stays, its texts go. That the status says so is an assumption: no withdrawn record was recorded.
    formats = () if publication.status == WITHDRAWN else publication.formats
    base = f"frbr/officielepublicaties/{publication.family}/{group(publication)}/{name}/1"
    paths = {"html": f"{base}/html/{name}.html"} if "html" in formats else {}
    paths |= {"metadata": f"{base}/metadata/metadata.xml", "metadataowms": f"{base}/metadataowms/metadata_owms.xml"}
    paths |= {kind: f"{base}/{kind}/{name}.{kind}" for kind in ("pdf", "xml") if kind in formats}
    return paths


def render_page(found: list[Publication], request: Request) -> bytes:
    """One page of an answer. Its links name the real hosts, as the real answers do: a crawler with other base addresses translates them."""
    page = found[request.start - 1 : request.start - 1 + request.maximum]
    records = "\n".join(_record(item, request.start + place) for place, item in enumerate(page))
    after = request.start + len(page)
    more = f"    <sru:nextRecordPosition>{after}</sru:nextRecordPosition>\n" if page and after <= len(found) else ""
    body = f"    <sru:records>\n{records}\n    </sru:records>\n" if page else ""
    return (
        f"{_HEAD}    <sru:numberOfRecords>{len(found)}</sru:numberOfRecords>\n{body}{more}{_echo(request)}"
        "    <sru:resultCountPrecision>info:srw/vocabulary/resultCountPrecision/1/estimate</sru:resultCountPrecision>\n"
        "</sru:searchRetrieveResponse>"
    ).encode()


def render_diagnostic(code: int, message: str, details: str, request: Request) -> bytes:
    """An answer without records that says what was wrong; its shape follows the standard, none was recorded."""
    return (
        f"{_HEAD}    <sru:numberOfRecords>0</sru:numberOfRecords>\n{_echo(request)}    <sru:diagnostics>\n        <diag:diagnostic>\n"
        f"            <diag:uri>info:srw/diagnostic/1/{code}</diag:uri>\n            <diag:details>{escape(details)}</diag:details>\n"
        f"            <diag:message>{escape(message)}</diag:message>\n        </diag:diagnostic>\n    </sru:diagnostics>\n"
        "</sru:searchRetrieveResponse>"
    ).encode()


def _echo(request: Request) -> str:
    return f"""    <sru:echoedSearchRetrieveRequest>
        <sru:query>{escape(request.query)}</sru:query>
        <sru:startRecord>{request.start}</sru:startRecord>
        <sru:maximumRecords>{request.maximum}</sru:maximumRecords>
        <sru:recordXMLEscaping>xml</sru:recordXMLEscaping>
        <sru:recordSchema>{_SCHEMA}</sru:recordSchema>
    </sru:echoedSearchRetrieveRequest>
"""


def _record(publication: Publication, position: int) -> str:
    changed = publication.changed
    issued = f"<dcterms:issued>{publication.date}</dcterms:issued>" if publication.family != "blg" else ""
    subjects = "".join(
        f'<dcterms:subject scheme="OVERHEID.TaxonomieBeleidsagenda">{escape(subject)}</dcterms:subject>' for subject in publication.subjects
    )
    own = "\n".join(
        f"<overheidwetgeving:{fact.sru}{f' scheme={chr(34)}{fact.scheme}{chr(34)}' if fact.sru in ('organisatietype', 'subrubriek') else ''}>"
        f"{escape(fact.value)}</overheidwetgeving:{fact.sru}>"
        for fact in facts(publication)
    )
    paths = manifestations(publication)
    links = "\n".join(f'<gzd:itemUrl manifestation="{kind}">{_REPOSITORY}/{path}</gzd:itemUrl>' for kind, path in paths.items())
    page = f"{_PUBLIC}/{publication.id}.html"
    return f"""<sru:record>
<sru:recordSchema>{_SCHEMA}</sru:recordSchema>
<sru:recordPacking>xml</sru:recordPacking>
<sru:recordData>
<gzd:gzd>
<gzd:originalData>
<overheidwetgeving:meta>
<overheidwetgeving:owmskern>
<dcterms:identifier>{publication.id}</dcterms:identifier>
<dcterms:title>{escape(full_title(publication))}</dcterms:title>
<dcterms:language>nl</dcterms:language>
<dcterms:type scheme="OVERHEIDop.Parlementair">{parliamentary_type(publication)}</dcterms:type>
<dcterms:creator scheme="OVERHEID.StatenGeneraal">{CHAMBER}</dcterms:creator>
<dcterms:modified>{changed.date()}</dcterms:modified>
<overheid:authority scheme="OVERHEID.StatenGeneraal">{CHAMBER}</overheid:authority>
</overheidwetgeving:owmskern>
<overheidwetgeving:owmsmantel>
<dcterms:available>{publication.first_available}</dcterms:available>
<dcterms:date>{publication.date}</dcterms:date>
<dcterms:hasVersion resourceIdentifier="{page}">1</dcterms:hasVersion>
{issued}{subjects}
</overheidwetgeving:owmsmantel>
<overheidwetgeving:tpmeta>
<c:product-area>officielepublicaties</c:product-area>
<c:content-area>officielepublicaties/{publication.family}/{group(publication)}</c:content-area>
{own}
<cd:datumTijdstipWijzigingWork>{changed.isoformat()}</cd:datumTijdstipWijzigingWork>
<cd:datumTijdstipWijzigingExpression>{changed.isoformat()}</cd:datumTijdstipWijzigingExpression>
</overheidwetgeving:tpmeta>
</overheidwetgeving:meta>
</gzd:originalData>
<gzd:enrichedData>
<gzd:url>{_REPOSITORY}/{paths.get("xml") or paths.get("pdf") or paths["metadata"]}</gzd:url>
<gzd:preferredUrl>{page}</gzd:preferredUrl>
{links}
<gzd:timestamp>{(changed + timedelta(seconds=42)).isoformat()}</gzd:timestamp>
</gzd:enrichedData>
</gzd:gzd>
</sru:recordData>
<sru:recordPosition>{position}</sru:recordPosition>
</sru:record>"""
