"""Our crawl on loopback with delays off, next to bare Scrapy with an empty callback on the same server and URLs; then an idle cycle.

The server plays the SRU search of officielebekendmakingen.nl with made-up papers. Each crawl is a process of its own; CPU seconds are those of the
child, start-up of an empty crawl taken off. Bare Scrapy keeps its default concurrency (8 for a host); ours asks one at a time, as a guest should.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).resolve().parents[1]
PAPERS = 1000
PAGE = 100
RECORD = """<sru:record><sru:recordData><gzd:gzd><gzd:originalData><w:meta><w:owmskern>
<dcterms:identifier>kst-32824-{n}</dcterms:identifier><dcterms:title>Integratiebeleid; Brief regering; Brief {n}</dcterms:title>
<dcterms:type scheme="OVERHEIDop.Parlementair">Kamerstuk</dcterms:type><dcterms:creator>Tweede Kamer der Staten-Generaal</dcterms:creator>
<dcterms:modified>2026-11-10</dcterms:modified></w:owmskern><w:owmsmantel><dcterms:available>2026-11-10</dcterms:available>
<dcterms:date>2026-11-10</dcterms:date></w:owmsmantel><w:tpmeta><c:product-area>officielepublicaties</c:product-area>
<w:organisatietype>staten generaal</w:organisatietype><w:publicatienaam>Kamerstuk</w:publicatienaam><w:dossiernummer>32824</w:dossiernummer>
<w:ondernummer>{n}</w:ondernummer><w:subrubriek>Brief</w:subrubriek><w:documentstatus>Opgemaakt</w:documentstatus></w:tpmeta></w:meta>
</gzd:originalData><gzd:enrichedData><gzd:itemUrl manifestation="xml">https://repository.overheid.nl/frbr/k/{n}.xml</gzd:itemUrl></gzd:enrichedData>
</gzd:gzd></sru:recordData></sru:record>"""
HEAD = (
    '<sru:searchRetrieveResponse xmlns:sru="http://docs.oasis-open.org/ns/search-ws/sruResponse" xmlns:gzd="http://standaarden.overheid.nl/sru" '
    'xmlns:w="http://standaarden.overheid.nl/wetgeving/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:c="http://standaarden.overheid.nl/collectie/">'
)
LETTER = (
    "<officiele-publicatie><kamerstuk><stuk><algemeen><vrije-tekst><tekst>"
    + "<al>Een alinea van een brief.</al>" * 200
    + ("</tekst></vrije-tekst></algemeen></stuk></kamerstuk></officiele-publicatie>")
)
BARE = """
import sys, scrapy
from scrapy.crawler import CrawlerProcess
class Bare(scrapy.Spider):
    name = "bare"
    async def start(self):
        for url in open(sys.argv[1]).read().split()[:1]:
            yield scrapy.Request(url, self.first)
    def first(self, response):
        for url in open(sys.argv[1]).read().split()[1:]:
            yield scrapy.Request(url)
    def parse(self, response):
        pass
process = CrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "ROBOTSTXT_OBEY": False,
    "DOWNLOAD_DELAY": 0, "COOKIES_ENABLED": False, "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter"})
process.crawl(Bare)
process.start()
"""


class Handler(BaseHTTPRequestHandler):
    """Answers the search and the papers, and remembers what was asked."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet, or the client waits for the kernel's delayed acknowledgement
    disable_nagle_algorithm = True
    asked: list[str] = []

    def do_GET(self) -> None:
        """Answer."""
        Handler.asked.append(self.path)
        query = parse_qs(urlsplit(self.path).query)
        body = listing(int(query.get("startRecord", ["1"])[0])) if "operation" in query else LETTER.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def listing(start: int) -> bytes:
    """One page of the search."""
    last = min(PAPERS, start + PAGE - 1)
    records = "".join(RECORD.format(n=n) for n in range(start, last + 1))
    after = f"<sru:nextRecordPosition>{last + 1}</sru:nextRecordPosition>" if last < PAPERS else ""
    return (
        f"{HEAD}<sru:numberOfRecords>{PAPERS}</sru:numberOfRecords><sru:records>{records}</sru:records>{after}</sru:searchRetrieveResponse>".encode()
    )


def run(*command: str) -> tuple[float, float]:
    """Wall and CPU seconds of one child."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, cwd=ROOT, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        ours = ("-m", "crawler.run", "koop", "--db", f"{folder}/k.db", "--base-url", base, "--since", "2026-11-01", "--delay", "0")
        wall, cpu = run(*ours)
        urls = [f"{base}{path}" for path in Handler.asked]
        Handler.asked.clear()
        idle_wall, idle_cpu = run(*ours)
        idle_requests = len(Handler.asked)
        (Path(folder) / "urls").write_text("\n".join(urls))
        (Path(folder) / "none").write_text("")
        (Path(folder) / "bare.py").write_text(BARE)
        empty_wall, empty_cpu = run(f"{folder}/bare.py", f"{folder}/none")
        bare_wall, bare_cpu = run(f"{folder}/bare.py", f"{folder}/urls")
    pages = len(urls)
    print(
        f"crawl: {pages} pages; bare Scrapy {pages / (bare_wall - empty_wall):.0f} pages/s, ours {pages / (wall - empty_wall):.0f} pages/s, "
        f"ratio {(bare_wall - empty_wall) / (wall - empty_wall):.2f} (CPU {(bare_cpu - empty_cpu) / (cpu - empty_cpu):.2f})"
    )
    print(
        f"idle cycle of {PAPERS} known papers: {idle_requests} requests, {idle_cpu - empty_cpu:.2f} CPU s over an empty process, "
        f"{idle_wall:.1f} s wall"
    )
    server.shutdown()


if __name__ == "__main__":
    main()
