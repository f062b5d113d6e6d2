"""Where a crawl may connect to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Request
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.guard import Guard, GuardingResolver, Refused, is_literal, is_public
from crawler.sources.koop import Koop


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("145.21.160.10", True),
        ("2a02:2308::1", True),
        ("127.0.0.1", False),
        ("127.2.3.4", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # the metadata service of clouds
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),  # mapped
        ("::ffff:145.21.160.10", False),
        ("64:ff9b::7f00:1", False),  # NAT64
        ("2002:7f00:1::", False),  # 6to4
        ("[::1]", False),
        ("example.nl", False),  # a name says nothing
    ],
)
def test_public_addresses(host, public):
    assert is_public(host) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000002", "127.2", "0x7f.1", "[::1]", "::ffff:127.0.0.2", "127.0.0.1."])
def test_numbers_are_literals_in_every_notation(host):
    assert is_literal(host)


@pytest.mark.parametrize("host", ["www.adviesraadmigratie.nl", "localhost", "a1.b2"])
def test_names_are_no_literals(host):
    assert not is_literal(host)


def guard(source):
    return Guard(SimpleNamespace(spider=SimpleNamespace(source=source)))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/sru",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/",
        "https://repository.overheid.nl.example.org/sru",
        "https://overheid.nl/",
        "https://repository.overheid.nl:8443/sru",  # another port is another place
        "http://repository.overheid.nl/sru",
        "ftp://repository.overheid.nl/",
        "https://repository.overheid.nl@evil.example/",
        "https://user:secret@repository.overheid.nl/sru",
    ],
)
def test_requests_that_are_refused(url):
    with pytest.raises(Refused):
        guard(Koop()).process_request(Request(url))


@pytest.mark.parametrize("url", ["https://repository.overheid.nl/sru?x=1", "https://zoek.officielebekendmakingen.nl/kst-1.html"])
def test_hosts_of_the_source_pass(url):
    assert guard(Koop()).process_request(Request(url)) is None


def test_only_the_overridden_local_address_passes():
    local = guard(Koop({"*": "http://127.0.0.1:8765"}))
    assert local.process_request(Request("http://127.0.0.1:8765/sru")) is None
    for url in ("http://127.0.0.1:8766/sru", "http://127.0.0.2:8765/sru", "https://repository.overheid.nl/sru"):
        with pytest.raises(Refused):
            local.process_request(Request(url))


class Receiver:
    def __init__(self):
        self.found = []
        self.done = False

    def resolutionBegan(self, _):  # noqa: N802
        pass

    def addressResolved(self, address):  # noqa: N802
        self.found.append(address.host)

    def resolutionComplete(self):  # noqa: N802
        self.done = True


class Inner:
    """A resolver with a public and an inner address for every name."""

    def resolveHostName(self, receiver, *_):  # noqa: N802
        receiver.resolutionBegan(None)
        for host in ("10.0.0.7", "145.21.160.10"):
            receiver.addressResolved(IPv4Address("TCP", host, 443))
        receiver.addressResolved(IPv6Address("TCP", "::ffff:10.0.0.7", 443))
        receiver.resolutionComplete()


def test_resolver_passes_on_public_addresses_only():
    resolver = GuardingResolver(Inner())
    receiver = Receiver()
    resolver.resolveHostName(receiver, "repository.overheid.nl", 443)
    assert receiver.found == ["145.21.160.10"]
    assert receiver.done
    assert "not a public address" in resolver.refused["repository.overheid.nl"]


def test_resolver_lets_a_named_local_host_be_local():
    resolver = GuardingResolver(Inner())
    resolver.local.add("spiegel.intern")
    receiver = Receiver()
    resolver.resolveHostName(receiver, "spiegel.intern", 443)
    assert receiver.found == ["10.0.0.7", "145.21.160.10", "::ffff:10.0.0.7"]


LOOK_UP = """
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from twisted.internet import reactor, task
from twisted.web.client import Agent
from crawler.guard import guard_resolver, refused_by_resolver
from crawler.sources.koop import Koop
guard_resolver(Koop())
guard_resolver(Koop())
def main(_):
    asked = Agent(reactor).request(b"GET", b"http://localhost:1/")
    return asked.addCallbacks(lambda _: print("connected"), lambda failure: print(refused_by_resolver("http://localhost:1/")))
task.react(main)
"""


def test_reactor_asks_the_guarding_resolver():
    ended = subprocess.run(
        [sys.executable, "-c", LOOK_UP], cwd=Path(__file__).resolve().parents[2], capture_output=True, text=True, timeout=60, check=False
    )
    assert "refused: localhost resolves to" in ended.stdout, ended.stderr
