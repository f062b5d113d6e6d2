"""What a source is: facts about a place that publishes, and pure readings of what it sends. Decides only; fetches nothing, reads no clock."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal, Protocol, final
from urllib.parse import urlsplit

from crawler.markup import whole
from db.errors import SourceError, UsageError
from db.records import AnswerTerm, Entity, FileLink, RegisteredCommitment, Sighting

Robots = Literal["obey", "interface"]
"""`obey` robots.txt, or `interface`: the publisher's own interface for machines, which its robots.txt is not about."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """One request that a source wants made."""

    url: str
    step: str
    """What the answer is to the source: `list`, `detail`. Comes back with the page."""
    method: Literal["GET", "POST"] = "GET"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, str] = field(default_factory=dict)
    """What the source needs to know again when the page arrives."""
    statuses: tuple[int, ...] = ()
    """Answers other than 200 that the source reads itself; every other one is a failure."""
    validator: str | None = None
    """Name under which ETag and Last-Modified of the answer are kept; the next ask of that name and URL is conditional."""
    fresh: bool = False
    """Whether the answer is wanted whatever was kept of the last one: a person asks for more than what is new."""
    identifier: str | None = None
    """Detail pages: identifier of the sighting that the page will give. What is known and unchanged since `stamp` is not asked."""
    stamp: datetime | None = None
    """Detail pages: when the listing says that the page changed last."""
    part: str = ""
    """The part of the source that this is about: one council of several, one kind of document. What comes of the answer belongs to it too.
    A part fails on its own: it is reported by name, and the watermarks of the others move."""
    otherwise: tuple[Ask, ...] = ()
    """What to ask when this one fails: the parts that would have come after it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The answer to an ask."""

    url: str
    """Where it came from, after redirects."""
    status: int
    body: bytes
    content_type: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Odd:
    """One record that could not be read, on a page that could."""

    subject: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """How many entities of a category a source says it has."""

    category: str
    number: int
    days: tuple[date, date] | None = None
    """Only those whose `datum` lies from the one day to the other."""
    fewer: tuple[Ask, ...] = ()
    """What to ask when fewer are kept."""
    cursors: Mapping[str, str] = field(default_factory=dict)
    """What to remember when fewer are kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What a source read on a page."""

    sightings: tuple[Sighting, ...] = ()
    asks: tuple[Ask, ...] = ()
    cursors: Mapping[str, str] = field(default_factory=dict)
    """Values to remember once everything of this crawl is kept; never before, and not at all when anything failed."""
    latest: Mapping[str, datetime] = field(default_factory=dict)
    """Cursors that are moments: of several pages the latest counts."""
    seen: int = 0
    """Items that the page listed and that need nothing: older than was asked for. They count as listed."""
    ignored: Mapping[str, int] = field(default_factory=dict)
    """What was left aside on purpose: reason and number."""
    odd: tuple[Odd, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should be able to read afterwards: "superseded: kst-1183940"."""
    partial: bool = False
    """Whether there was more than this page holds: that it is the same next time says nothing of the rest, so it is not asked conditionally then."""
    entities: tuple[Entity, ...] = ()
    """Rows of the source's own tables, to be kept. The papers that they touch wait until they are composed."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Cursors that move together with the entities of this page, so that a crawl which is cut off goes on from the last page it kept."""
    compose: bool = False
    """Whether what waits can be composed now: all that it is put together from has been read."""
    registered: tuple[RegisteredCommitment | AnswerTerm, ...] = ()
    """Rows of a register of commitments, and terms for answering; only what is composed has them."""
    gaps: tuple[str, ...] = ()
    """Crawls of the past: what of the days asked for the source cannot give, and why. A person is told; it is no failure."""
    expected: tuple[str, ...] = ()
    """Entities that must have been kept by now; one that was not is reported."""
    fetches: Mapping[str, Ask] = field(default_factory=dict)
    """By expected entity: what to ask where it was not kept. Nothing is composed before all these are answered."""
    fetched: tuple[str, ...] = ()
    """Expected entities that this page is the answer for, whether or not it holds them."""
    fills: bool = False
    """Whether these entities come from where less is told: what is kept already stays as it is."""
    past: date | None = None
    """Crawls of the past: what the entities touch and is dated before this day waits for the crawl of its own day."""
    days: tuple[date, date] | None = None
    """Crawls of the past: `compose` means what waits for a day from the one to the other."""
    counted: tuple[Counted, ...] = ()
    """What the source says it has: compared with what is kept, and a difference reported."""


class Held(Protocol):
    """What is stored already, where it bears on what to ask."""

    def dossiers(self, today: date, /) -> Sequence[str]:
        """Numbers of the dossiers that somebody follows, or that what was found belongs to."""

    def papers(self, since: date, /) -> Sequence[str]:
        """Identifiers of the source's main papers that appeared from that day on."""

    def began(self) -> date | None:
        """The day on which the source was first read well."""


class Tables(Protocol):
    """What is kept of a source's tables, to be read when a paper is put together."""

    def get(self, id_: str, /) -> Entity | None:
        """The entity of this id, also when it was deleted."""

    def linking(self, relation: str, id_: str, /) -> list[Entity]:
        """The entities, not deleted, that have this relation to that one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Something that is not certain about a source, and the request that settles it."""

    text: str
    """The question, as a person asks it."""
    ask: Ask
    reading: Callable[[Page], str]
    """What the answer means, and which setting fits it. May raise SourceError: the answer settles nothing."""


class Source(ABC):
    """A place that publishes.

    A subclass states its facts as class variables and gives `start` and `read`. Both are pure: the same cursors, moment and pages give the same
    asks and sightings. Every endpoint lies under one of `bases`, and each base can be replaced by a mirror or a test server.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    """Dutch, for people."""
    every: ClassVar[timedelta]
    bases: ClassVar[Mapping[str, str]]
    """Name of an endpoint to the start of its URLs. What lies outside is not the source's and is not fetched."""
    quiet_weekdays: ClassVar[int] = 3
    """Weekdays without anything new after which the source is suspected of being broken."""
    delay: ClassVar[float] = 2.0
    """Seconds between requests to one host."""
    timeout: ClassVar[float] = 30.0
    """Seconds that one answer may take."""
    robots: ClassVar[Robots] = "obey"
    listed_at_least: ClassVar[int] = 1
    """How many items a crawl must see; fewer is a failure, zero new is a quiet day."""
    each_part: ClassVar[bool] = False
    """Whether every part of the source must show something as well; a part that lists nothing failed then."""
    never_empty: ClassVar[tuple[str, ...]] = ()
    """Parts that must show something where the others need not; the empty name is what `start` asks for without naming a part."""
    past_by: ClassVar[Literal["fortnight", "year"]] = "fortnight"
    """What a crawl of the past takes at once: two weeks, or a calendar year where the source can be asked for no less."""
    roots: ClassVar[tuple[str, ...]] = ()
    """Sources that give entities: the categories that something is composed around."""

    @final
    def __init__(self, base_urls: Mapping[str, str] | None = None) -> None:
        """Take the source as it is, or with some of its endpoints elsewhere.

        Args:
            base_urls: name of an endpoint to the URL that replaces it; `*` replaces the host of all of them, keeping their paths
                (with the endpoint's name before a path that several endpoints share).

        Raises:
            UsageError: a name that this source does not have, or a URL that is not http(s) with a host.
        """
        # A shell takes no hyphen in the name of a variable: `..._BASE_URLS__ADVIESRAAD_MIGRATIE` means `adviesraad-migratie`.
        hyphened = {name.replace("-", "_"): name for name in self.bases}
        given = {hyphened.get(name, name): url for name, url in (base_urls or {}).items()}
        everywhere = given.pop("*", None)
        unknown = sorted(set(given) - set(self.bases))
        if unknown:
            raise UsageError(f"source {self.name} has no base URL named {', '.join(unknown)}; it has {', '.join(sorted(self.bases))}")
        for url in (*given.values(), *([everywhere] if everywhere else [])):
            if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
                raise UsageError(f"base URL must start with http:// or https:// and name a host, not {url!r}")
        self.overridden = {
            name: _same_end(given.get(name) or self._moved(name, everywhere), url) for name, url in self.bases.items() if everywhere or name in given
        }

    def _moved(self, name: str, everywhere: str | None) -> str:
        if everywhere is None:
            return self.bases[name]
        path = urlsplit(self.bases[name]).path or "/"
        shared = sum((urlsplit(url).path or "/") == path for url in self.bases.values()) > 1
        return everywhere.rstrip("/") + (f"/{name}" if shared else "") + path

    @final
    def base(self, name: str) -> str:
        """Where the endpoint of this name is now."""
        return self.overridden.get(name, self.bases[name])

    @final
    def locate(self, url: str) -> str:
        """Where to fetch what the source calls `url`: the same, or the same place below an endpoint's replacement."""
        fits = [name for name in self.overridden if url.startswith(self.bases[name])]
        if not fits:
            return url
        name = max(fits, key=lambda fit: len(self.bases[fit]))
        return self.overridden[name] + url[len(self.bases[name]) :]

    @final
    def canonical(self, url: str) -> str:
        """The name that the source itself gives to a fetched URL: the inverse of `locate`."""
        fits = [name for name, now in self.overridden.items() if url.startswith(now)]
        if not fits:
            return url
        name = max(fits, key=lambda fit: len(self.overridden[fit]))
        return self.bases[name] + url[len(self.overridden[name]) :]

    @final
    def hosts(self) -> frozenset[tuple[str, int]]:
        """Host and port of every endpoint as it is now: all that may be connected to."""
        return frozenset(address(self.base(name)) for name in self.bases)

    @abstractmethod
    def start(self, cursors: Mapping[str, str], now: datetime, since: date | None = None) -> Listing:
        """Where a crawl begins, given what earlier crawls remembered. `since` reaches further back than they would."""

    def follow(self, cursors: Mapping[str, str], now: datetime, held: Held) -> Mapping[str, Listing]:  # noqa: ARG002
        """What is asked beside that because of what is stored already, by part of the source; nothing, for most sources and most crawls."""
        return {}

    def history(self, first: date, last: date) -> Listing:
        """Where a crawl of the past begins: everything that appeared from `first` to `last`, whatever earlier crawls remembered.

        Raises:
            UsageError: the source cannot be asked for what appeared on given days.
        """
        raise UsageError(f"source {self.name} cannot be asked for {first} to {last}: its interface has no question by day of publication")

    def past(self, cursors: Mapping[str, str], first: date, last: date) -> Listing:  # noqa: ARG002
        """`history`, given what earlier crawls remembered; for a source that must know them."""
        return self.history(first, last)

    def walks_through_the_past(self) -> bool:
        """Whether a crawl of the past goes through everything first, because the source cannot be asked for its days."""
        return False

    def questions(self, now: datetime) -> tuple[Question, ...]:
        """What only the live source can tell; by default, whether its first page is what we know."""
        asks = self.start({}, now).asks

        def reading(page: Page) -> str:
            listing = self.read(page, asks[0])
            seen = f"{len(listing.sightings)} items, {len(listing.asks)} further requests"
            return f"status {page.status}, as known: {seen} ({page.content_type or 'no content type'}); no setting needed"

        return (Question(text="does the source still answer in the shape we know?", ask=asks[0], reading=reading),) if asks else ()

    @abstractmethod
    def read(self, page: Page, ask: Ask) -> Listing:
        """What the page holds.

        Raises:
            SourceError: the page is not what the source is known to send; it must not be read as "nothing new".
        """

    def compose(self, root: Entity, tables: Tables) -> Listing:  # noqa: ARG002
        """What an entity of one of the `roots` comes to, with all that is kept now: sightings or registered commitments.

        Raises:
            SourceError: it cannot be put together; it waits no longer, and is reported.
        """
        raise SourceError(f"{self.name} keeps no tables: nothing comes of {root.category} {root.id}")

    def usable(self, link: FileLink, body: bytes) -> str | None:
        """None when the file can be read on, else why not: the next file of the sighting is tried then."""
        return whole(link.media_type, body)


def address(url: str) -> tuple[str, int]:
    """Host and port that a URL connects to."""
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def merge(listings: Sequence[Listing]) -> Listing:
    """One listing out of several."""
    ignored: dict[str, int] = {}
    cursors: dict[str, str] = {}
    latest: dict[str, datetime] = {}
    for listing in listings:
        cursors.update(listing.cursors)
        latest |= {name: max(moment, latest.get(name, moment)) for name, moment in listing.latest.items()}
        for reason, number in listing.ignored.items():
            ignored[reason] = ignored.get(reason, 0) + number
    return Listing(
        sightings=tuple(s for listing in listings for s in listing.sightings),
        asks=tuple(a for listing in listings for a in listing.asks),
        cursors=cursors,
        latest=latest,
        seen=sum(listing.seen for listing in listings),
        ignored=ignored,
        odd=tuple(o for listing in listings for o in listing.odd),
        notes=tuple(n for listing in listings for n in listing.notes),
        gaps=tuple(g for listing in listings for g in listing.gaps),
        partial=any(listing.partial for listing in listings),
    )


def _same_end(url: str, like: str) -> str:
    """What follows a base is glued on: both end in a slash, or neither does."""
    return url.rstrip("/") + ("/" if like.endswith("/") else "")
