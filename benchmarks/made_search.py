"""A server on loopback that plays the SRU search of officielebekendmakingen.nl with made-up papers, for the benchmarks of crawls."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

PAGE = 100
RECORD = """<sru:record><sru:recordData><gzd:gzd><gzd:originalData><w:meta><w:owmskern>
<dcterms:identifier>kst-32824-{n}</dcterms:identifier><dcterms:title>Integratiebeleid; Brief regering; Brief {n}</dcterms:title>
<dcterms:type scheme="OVERHEIDop.Parlementair">Kamerstuk</dcterms:type><dcterms:creator>Tweede Kamer der Staten-Generaal</dcterms:creator>
<dcterms:modified>{day}</dcterms:modified></w:owmskern><w:owmsmantel><dcterms:available>{day}</dcterms:available>
<dcterms:date>{day}</dcterms:date></w:owmsmantel><w:tpmeta><c:product-area>officielepublicaties</c:product-area>
<w:organisatietype>staten generaal</w:organisatietype><w:publicatienaam>Kamerstuk</w:publicatienaam><w:dossiernummer>32824</w:dossiernummer>
<w:ondernummer>{n}</w:ondernummer><w:subrubriek>Brief</w:subrubriek><w:documentstatus>Opgemaakt</w:documentstatus></w:tpmeta></w:meta>
</gzd:originalData><gzd:enrichedData><gzd:itemUrl manifestation="xml">https://repository.overheid.nl/frbr/k/{n}.xml</gzd:itemUrl></gzd:enrichedData>
</gzd:gzd></sru:recordData></sru:record>"""
HEAD = (
    '<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse" xmlns:gzd="http://standaarden.overheid.nl/sru" '
    'xmlns:w="http://standaarden.overheid.nl/wetgeving/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:c="http://standaarden.overheid.nl/collectie/">'
)


def letter(paragraphs: list[str]) -> bytes:
    """A paper in op-XML with these paragraphs."""
    text = "".join(f"<al>{paragraph}</al>" for paragraph in paragraphs)
    return (
        f"<officiele-publicatie><kamerstuk><stuk><algemeen><vrije-tekst><tekst>{text}</tekst></vrije-tekst></algemeen></stuk></kamerstuk>"
        "</officiele-publicatie>"
    ).encode()


class MadeSearch:
    """Lists the papers from 1 to `papers`, all of one day and with one text; remembers what was asked."""

    def __init__(self, papers: int, day: str, text: bytes) -> None:
        self.papers, self.day, self.text = papers, day, text
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet, or the client waits for the kernel's delayed acknowledgement
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                query = parse_qs(urlsplit(self.path).query)
                body = outer._listing(query) if "operation" in query else outer.text
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def _listing(self, query: dict[str, list[str]]) -> bytes:
        """One page of the search; the papers have no annexes."""
        papers = 0 if "hoofddocument" in query["query"][0] else self.papers
        start = int(query.get("startRecord", ["1"])[0])
        last = min(papers, start + PAGE - 1)
        records = "".join(RECORD.format(n=n, day=self.day) for n in range(start, last + 1))
        after = f"<sru:nextRecordPosition>{last + 1}</sru:nextRecordPosition>" if last < papers else ""
        return (
            f"{HEAD}<sru:numberOfRecords>{papers}</sru:numberOfRecords><sru:records>{records}</sru:records>{after}</sru:searchRetrieveResponse>"
        ).encode()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
