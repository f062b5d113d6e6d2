"""Where a crawl may connect to: the hosts of its source and no other, and no address inside our own network.

Two parts, because a name is checked before it is looked up and its addresses only after: `Guard`, a downloader middleware over every request
(redirects and robots.txt too), and `GuardingResolver` on the reactor, which a runner would otherwise leave to the system.
"""

# Twisted's interfaces name their methods and arguments in mixed case.
# ruff: noqa: N802, N803

from __future__ import annotations

import ipaddress
import logging
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.sources.base import Source, address

logger = logging.getLogger(__name__)

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(IgnoreRequest):
    """A request to where this crawl may not connect."""


def is_public(host: str) -> bool:
    """Whether an address literal is on the public internet; forms that carry another address inside (mapped, 6to4, Teredo, NAT64) are not."""
    try:
        ip = ipaddress.ip_address(host.strip("[]").split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip in _NAT64):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_unspecified


def is_literal(host: str) -> bool:
    """Whether the host is written as an address, in any notation that a resolver takes: dotted, decimal, hexadecimal, short."""
    bare = host.strip("[]").split("%")[0]
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return bool(bare) and all(part and (part.isdigit() or part.lower().startswith("0x")) for part in bare.rstrip(".").split("."))
    return True


def local_hosts(source: Source) -> frozenset[str]:
    """Hosts that a person pointed this source at although they are not public: a replay, a mirror in the house."""
    return frozenset(address(url)[0] for url in source.overridden.values())


class Guard:
    """Downloader middleware: refuses what is not http(s) to a host and port of the source."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let the request pass.

        Raises:
            Refused: another scheme, a host or port that the source does not own, or an address that is not public.
        """
        source = _source_of(self._crawler)
        parts = urlsplit(request.url)
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https"):
            raise Refused(f"refused: scheme {parts.scheme}")
        if parts.username or parts.password:
            raise Refused("refused: a URL with credentials")
        if address(request.url) not in source.hosts():
            raise Refused(f"refused: {parts.netloc} is not a host of source {source.name}")
        if host not in local_hosts(source) and is_literal(host) and not is_public(host):
            raise Refused(f"refused: {host} is not a public address")

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Say so when a failed look-up was the resolver's refusal.

        Raises:
            Refused: instead of the failed look-up.
        """
        if reason := refused_by_resolver(request.url):
            raise Refused(reason) from exception


@implementer(IHostnameResolver)
class GuardingResolver:
    """A resolver that passes on only public addresses, except for names that were allowed to be local."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.local: set[str] = set()
        self.refused: dict[str, str] = {}

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Any = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        """Look a name up; see IHostnameResolver."""
        receiver = resolutionReceiver if hostName.lower() in self.local else _PublicOnly(resolutionReceiver, hostName.lower(), self.refused)
        return self._inner.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Receives addresses and passes the public ones on."""

    def __init__(self, receiver: Any, host: str, refused: dict[str, str]) -> None:
        self._receiver = receiver
        self._host = host
        self._refused = refused

    def resolutionBegan(self, resolutionInProgress: Any) -> None:
        self._refused.pop(self._host, None)
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, found: Any) -> None:
        if is_public(str(found.host)):
            self._receiver.addressResolved(found)
        else:
            self._refused[self._host] = f"refused: {self._host} resolves to {found.host}, which is not a public address"
            logger.warning("resolver refused host=%s address=%s", self._host, found.host)

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


def guard_resolver(source: Source) -> None:
    """Put the guarding resolver on the running reactor, once, and allow it the local hosts of this source."""
    from twisted.internet import reactor

    plug: Any = reactor
    resolver = plug.nameResolver
    if not isinstance(resolver, GuardingResolver):
        resolver = GuardingResolver(resolver)
        plug.installNameResolver(resolver)
    resolver.local |= local_hosts(source)


def refused_by_resolver(url: str) -> str | None:
    """Why the resolver gave no address for this URL's host, or None when it did not refuse."""
    from twisted.internet import reactor

    resolver = getattr(reactor, "nameResolver", None)
    return resolver.refused.get(address(url)[0]) if isinstance(resolver, GuardingResolver) else None


def _source_of(crawler: Crawler) -> Source:
    source = getattr(crawler.spider, "source", None)
    if not isinstance(source, Source):
        raise TypeError("the spider drives no source")
    return source
