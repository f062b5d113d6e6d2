"""Councils: which way of listing is taken, remembered and left; then a crawl of a site of each kind. (What a page holds: tests/test_sources.py.)"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.sources.base import Page
from crawler.sources.council_pages import councils
from crawler.sources.councils import Councils
from db.errors import SourceError

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings" / "councils"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAME = "adviesraad-migratie"
SITE = "https://www.adviesraadmigratie.nl"
QUIET = b"""{"ok": true, "totalPages": 1, "results": [
    {"url": {"raw": "/publicaties/2001/01/01/a"}, "sort_date": {"raw": "2001-01-01T00:00:00Z"}},
    {"url": {"raw": "/documenten/adviezen/2001/01/01/a"}, "sort_date": {"raw": "2001-01-01T00:00:00Z"}},
    {"url": {"raw": "/nl/publicaties/2001/01/01/a"}, "sort_date": {"raw": "2001-01-01T00:00:00Z"}}]}"""
"""A search that lists one publication of long ago."""


def recorded(name):
    return (RECORDINGS / name).read_bytes()


def first_ask(**cursors):
    return Councils().start({f"{NAME}/{name}": value for name, value in cursors.items()}, NOW).asks[0]


def answer(ask, name=None, status=200):
    return Councils().read(Page(url=ask.url, status=status, body=recorded(name) if name else b""), ask)


def test_ways_are_tried_in_order_and_every_reason_is_told():
    ask = first_ask()
    taken = []
    for _ in range(3):
        taken.append(ask.step)
        ask = answer(ask, status=404).asks[0]
    taken.append(ask.step)
    assert taken == ["search", "front", "sitemap", "list"]
    with pytest.raises(SourceError, match=r"search: answered 404; front: answered 404; sitemap: answered 404; list: answered 403"):
        answer(ask, status=403)


def test_search_is_a_full_question():
    ask = first_ask()
    question = json.loads(ask.body)
    assert (ask.method, ask.url, ask.headers["Content-Type"]) == ("POST", f"{SITE}/api/search", "application/json")
    assert set(question["requestState"]) == {"current", "filters", "resultsPerPage", "searchTerm", "sortList"}
    assert set(question["queryConfig"]) == {"filters", "result_fields", "facets", "disjunctiveFacets", "search_fields"}


@pytest.mark.parametrize(
    ("way", "step", "url"),
    [
        ("search", "search", f"{SITE}/api/search"),
        ("sitemap", "sitemap", f"{SITE}/sitemap.xml"),
        ("list", "list", f"{SITE}/publicaties"),
        (f"feed {SITE}/publicaties.rss", "feed", f"{SITE}/publicaties.rss"),
    ],
)
def test_the_way_that_answered_is_taken_again(way, step, url):
    ask = first_ask(way=way, latest="2026-11-20T08:00:00+00:00")
    assert (ask.step, ask.url, ask.meta["begin"]) == (step, url, "2026-11-06T08:00:00+00:00")


def test_a_remembered_way_that_stops_answering_gives_way_to_the_others():
    ask = first_ask(way="list")
    listing = answer(ask, "list_without_links.html")
    assert listing.asks[0].step == "search"
    assert "list gave nothing (0 links" in listing.notes[0]


def test_search_goes_on_while_the_oldest_result_is_young_enough():
    ask = first_ask(way="search", latest="2026-11-20")
    assert [a.step for a in answer(ask, "search_results.json").asks] == ["detail"]  # the last result is years old
    body = json.loads(recorded("search_results.json"))
    body["results"] = body["results"][:1]
    page = Page(url=ask.url, status=200, body=json.dumps(body).encode())
    following = Councils().read(page, ask).asks[-1]
    assert json.loads(following.body)["requestState"]["current"] == 2


def test_parts_of_a_sitemap_index_do_not_fall_back():
    part = answer(first_ask(way="sitemap"), "sitemap_index.xml").asks
    assert [ask.url for ask in part] == [f"{SITE}/sitemap/1.xml"]  # the one on another host is left aside
    with pytest.raises(SourceError, match="lists in no way that we know"):
        answer(replace(part[0]), "sitemap_is_html.html")


def test_a_listed_page_that_is_gone_is_one_odd_item():
    ask = answer(first_ask(way="list"), "list.html").asks[0]
    assert answer(ask, status=404).odd[0].reason == "listed, but answered 404"


def test_where_all_that_is_new_is_news_older_results_are_looked_at():
    """A body without a publication for months is not one whose publications lie elsewhere now; some pages tell them apart."""
    news = [{"url": {"raw": f"/actueel/nieuws/{n}"}, "sort_date": {"raw": "2026-10-01T08:00:00Z"}} for n in range(50)]
    old = [{"url": {"raw": "/publicaties/publicaties/2026/03/01/x"}, "sort_date": {"raw": "2026-03-01T08:00:00Z"}}]

    def page(results):
        return json.dumps({"ok": True, "results": results, "totalPages": 9}).encode()

    ask = first_ask(way="search", latest="2026-11-20")
    (following,) = read(ask, page(news)).asks
    assert following.meta["page"] == "2"
    assert read(following, page(old)).asks == ()
    assert read(following, page(old)).seen == 1
    for _ in range(2):
        (following,) = read(replace(following, meta={**following.meta, "before": ""}), page(news)).asks
    assert read(replace(following, meta={**following.meta, "before": ""}), page(news)).asks == ()  # enough: nothing was listed, which fails it


def test_results_in_another_order_are_not_trusted():
    """Who reads on until something is old enough would stop at the first old one."""
    body = json.loads(recorded("search_results.json"))
    body["results"].reverse()
    ask = first_ask(way="search", latest="2026-11-20")
    listing = Councils().read(Page(url=ask.url, status=200, body=json.dumps(body).encode()), ask)
    assert "not sorted" in listing.notes[0]
    assert [a.step for a in listing.asks] == ["front"]


def council(name):
    return next(found for found in councils() if found.name == name)


def ask_of(name, way="", cursors=(), **facts):
    """What is asked of one council."""
    given = {f"{name}/{key}": value for key, value in {**({"way": way} if way else {}), **dict(cursors)}.items()}
    ask = next(found for found in Councils().start(given, NOW).asks if found.part == name)
    return replace(ask, **facts)


def sitemap(*places, kind="urlset", item="url"):
    rows = "".join(f"<{item}><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</{item}>" for loc, day in places)
    return f'<{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{kind}>'.encode()


def read(ask, body, url=None):
    return Councils().read(Page(url=url or ask.url, status=200, body=body), ask)


SER = "https://www.ser.nl/nl/publicaties"


def test_a_sitemap_without_days_is_compared_with_the_one_before():
    """The first time its thousands of places are taken as known; later on what was not there before is new."""
    first = read(ask_of("ser", "sitemap"), sitemap((f"{SER}/a", ""), (f"{SER}/b", ""), ("https://www.ser.nl/nl/actueel", "")))
    assert (first.asks, first.seen) == ((), 2)
    assert "2 places without a day are taken as known" in first.notes[0]
    known = {name.removeprefix("ser/"): value for name, value in first.cursors.items()}
    again = read(ask_of("ser", "sitemap", known), sitemap((f"{SER}/a", ""), (f"{SER}/b", "")))
    assert (again.asks, again.cursors) == ((), first.cursors)
    more = read(ask_of("ser", "sitemap", known), sitemap((f"{SER}/b", ""), (f"{SER}/c", "")))
    assert [found.identifier for found in more.asks] == [f"{SER}/c"]
    assert len(more.cursors["ser/known /sitemap.xml"].split()) == 3  # a place that is away for a day is not new when it comes back


def test_folders_of_other_places_are_overviews():
    places = [(f"{SER}/adviezen", "2026-11-23"), (f"{SER}/adviezen/2026/wonen", "2026-11-23")]
    assert [found.identifier for found in read(ask_of("ser", "sitemap"), sitemap(*places)).asks] == [f"{SER}/adviezen/2026/wonen"]


def links(*paths, following=""):
    shown = "".join(f'<li><a href="{path}">x</a></li>' for path in paths)
    return f"<html><body><nav><a href='/nl/publicaties/menu'>m</a></nav><main>{shown}{following}</main></body></html>".encode()


def test_a_list_of_a_site_of_its_own_needs_no_days_and_what_is_no_publication_is_left_aside():
    ask = ask_of("ser", "list")
    first = read(ask, links("/nl/publicaties/a", "/nl/publicaties/overzicht", "/nl/contact", "/nl/publicaties/a?print=1"))
    assert [found.identifier for found in first.asks] == [f"{SER}/a", f"{SER}/overzicht"]
    plain = read(first.asks[1], b"<html><body><main><h1>Overzicht</h1></main></body></html>")
    assert (plain.ignored, plain.seen) == ({"no publication": 1}, 0)
    known = {name.removeprefix("ser/"): value for name, value in first.cursors.items()}
    assert read(ask_of("ser", "list", known), links("/nl/publicaties/a", "/nl/publicaties/overzicht")).asks == ()


def test_an_index_of_sitemaps_of_other_hosts_is_no_sitemap():
    listing = read(ask_of("ser", "sitemap"), sitemap(("https://elders.nl/1.xml", ""), kind="sitemapindex", item="sitemap"))
    assert "0 places of this site" in listing.notes[0]


# The past

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)


def past(name, step=None, url=None):
    ask = next(found for found in Councils().history(FIRST, LAST).asks if found.part == name)
    return replace(ask, **({"step": step} if step else {}), **({"url": url} if url else {}))


def test_the_past_is_asked_the_way_that_reaches_back_first():
    ask = past(NAME)
    taken = []
    for _ in range(4):
        assert ask.validator is None
        taken.append(ask.step)
        ask = answer(ask, status=404).asks[0] if len(taken) < 4 else ask
    assert taken == ["search", "sitemap", "list", "front"]
    with pytest.raises(SourceError, match="lists in no way that we know"):
        answer(ask, status=404)


def results(*days, pages=2):
    found = [{"url": {"raw": f"/publicaties/publicaties/{d:%Y/%m/%d}/x"}, "sort_date": {"raw": d.isoformat()}} for d in days]
    return json.dumps({"ok": True, "results": found, "totalPages": pages}).encode()


@pytest.mark.parametrize(
    ("days", "kept", "goes_on"),
    [
        ((date(2026, 5, 1), date(2025, 3, 1)), 0, True),  # later than was asked for: on to the next page
        ((date(2025, 1, 1), date(2024, 12, 31), date(2024, 1, 1)), 2, True),
        ((date(2024, 6, 1), date(2023, 12, 31)), 1, False),
    ],
)
def test_the_search_is_read_back_to_the_day(days, kept, goes_on):
    listing = read(past(NAME), results(*days))
    assert sum(found.step == "detail" for found in listing.asks) == kept
    assert any(found.step == "search" for found in listing.asks) is goes_on
    assert (dict(listing.cursors), dict(listing.latest), listing.gaps) == ({}, {}, ())


def test_a_feed_that_does_not_reach_back_is_named():
    item = "<item><link>https://www.wrr.nl/publicaties/rapporten/{:%Y/%m/%d}/x</link></item>"

    def feed(*days):
        return f"<rss><channel>{''.join(item.format(day) for day in days)}</channel></rss>".encode()

    ask = past("wrr", "feed", "https://www.wrr.nl/rss/publications")
    short = read(ask, feed(date(2024, 9, 1)))
    assert len(short.asks) == 1
    assert short.gaps == ("Wetenschappelijke Raad voor het Regeringsbeleid: its feed begins at 2024-09-01",)
    assert read(ask, feed(date(2024, 9, 1), date(2023, 9, 1))).gaps == ()


def test_a_list_is_paged_back_to_the_day():
    ask = past(NAME, "list", f"{SITE}/publicaties")
    more = '<a class="next" rel="next" href="/publicaties?pagina=2">Volgende</a>'
    first = read(ask, links("/publicaties/publicaties/2024/09/01/x", following=more))
    assert [(found.step, found.url) for found in first.asks][-1] == ("list", f"{SITE}/publicaties?pagina=2")
    assert first.gaps == ()
    last = read(first.asks[-1], links("/publicaties/publicaties/2023/09/01/x", following=more.replace("=2", "=3")))
    assert (last.asks, last.gaps) == ((), ())
    ends = read(first.asks[-1], links("/publicaties/publicaties/2024/02/01/x"))
    assert ends.gaps == ("Adviesraad Migratie: its list of publications begins at 2024-02-01",)
    with pytest.raises(SourceError, match="page 1 of the list was read"):
        read(first.asks[-1], links("/contact"))  # a next page of another shape is no end of the list


@pytest.mark.parametrize(
    ("places", "kept", "gap"),
    [
        ([(f"{SITE}/publicaties/publicaties/2024/03/01/x", "2026-11-01")], 1, None),  # the day in the address is that of publication
        ([("https://www.ser.nl/nl/publicaties/x", "2024-03-01")], 1, "tells when a page changed last"),
        ([("https://www.ser.nl/nl/publicaties/x", "")], 0, "tells no days"),
    ],
)
def test_a_sitemap_of_the_past(places, kept, gap):
    name = NAME if SITE in places[0][0] else "ser"
    listing = read(past(name, "sitemap"), sitemap(*places))
    assert len(listing.asks) == kept
    assert gap in listing.gaps[0] if gap else listing.gaps == ()


def site(reply, ways):
    """A council's site: `ways` maps paths to what lists its publications."""

    def answer(asked):
        if asked.path in ways:
            found = ways[asked.path]
            return reply(*found) if isinstance(found, tuple) else found(asked)
        if asked.path.endswith("taal-leren-naast-het-werk"):
            return reply(recorded("detail.html"))
        if "/2026/" in asked.path:
            return reply(recorded("detail_without_pdf.html"))
        if asked.path.endswith(".pdf"):
            return reply(b"%PDF-1.7\n" + asked.path.encode() + b"\n%%EOF\n")
        return reply(b"<html><body>weg</body></html>", status=404)

    return answer


def not_modified(reply, name):
    """A page with a validator."""

    def answer(asked):
        return reply(status=304) if asked.headers.get("if-none-match") == '"v1"' else reply(recorded(name), headers={"ETag": '"v1"'})

    return answer


@pytest.fixture
def crawl_twice(serve, reply, crawl_many, tmp_path):
    """Two crawls of a site, with nothing new at the other councils; gives the outcomes, what the second asked of it, and the database."""

    def crawl(answer, others=lambda _: reply(QUIET)):
        asked_by = ([], [])

        def answer_below(asked):
            number, _, path = asked.path.lstrip("/").partition("/")
            if number not in ("0", "1"):
                return answer(asked)  # robots.txt stands at the root
            name, _, path = path.partition("/")
            if name != NAME:
                return others(asked)
            asked_by[int(number)].append((asked.method, f"/{path}"))
            return answer(replace(asked, path=f"/{path}"))

        server = serve(answer_below)
        jobs = [{"source": "councils", "db": str(tmp_path / "test.db"), "base_urls": {"*": f"{server.url}/{n}"}} for n in (0, 1)]
        return crawl_many(jobs), asked_by[1], sqlite3.connect(tmp_path / "test.db")

    return crawl


@pytest.mark.parametrize(
    ("ways", "way", "kept", "second"),
    [
        (
            {"/api/search": lambda reply: lambda _: reply(recorded("search_results.json"))},
            "search",
            3,
            [("POST", "/api/search")],
        ),
        (
            {"/": lambda reply: lambda _: reply(recorded("front.html")), "/publicaties.rss": lambda reply: not_modified(reply, "feed_rss.xml")},
            f"feed {SITE}/publicaties.rss",
            2,
            [("GET", "/publicaties.rss")],
        ),
        (
            {
                "/sitemap.xml": lambda reply: lambda _: reply(recorded("sitemap_index.xml")),
                "/sitemap/1.xml": lambda reply: not_modified(reply, "sitemap.xml"),
            },
            "sitemap",
            3,
            [("GET", "/sitemap.xml"), ("GET", "/sitemap/1.xml")],
        ),
        (
            {"/publicaties": lambda reply: lambda _: reply(recorded("list.html"))},
            "list",
            3,
            [("GET", "/publicaties")],
        ),
    ],
    ids=["search", "feed", "sitemap", "list"],
)
def test_a_site_is_read_and_then_only_its_listing(crawl_twice, reply, ways, way, kept, second):
    outcomes, asked, database = crawl_twice(site(reply, {path: make(reply) for path, make in ways.items()}))
    assert [outcome["outcome"] for outcome in outcomes] == ["ok", "ok"], outcomes
    assert database.execute("SELECT value FROM cursors WHERE name = ?", (f"{NAME}/way",)).fetchone() == (way,)
    assert database.execute("SELECT count(*) FROM sightings").fetchone() == (kept,)
    assert database.execute("SELECT count(*) FROM sightings WHERE incomplete IS NOT NULL").fetchone() == (0,)
    files = dict(database.execute("SELECT url, media_type FROM documents").fetchall())
    assert files[f"{SITE}/binaries/adviesraad/documenten/taal-leren.pdf"] == "application/pdf"
    assert asked == second
    database.close()


def test_a_site_of_an_unknown_shape_is_a_failure_with_every_reason(crawl_twice, reply):
    ways = {
        "/api/search": (recorded("search_unknown.json"),),
        "/": (recorded("front_without_feed.html"),),
        "/publicaties": (recorded("list_without_links.html"),),
    }
    outcomes, _, database = crawl_twice(site(reply, ways))
    assert [outcome["outcome"] for outcome in outcomes] == ["failed", "failed"]
    for reason in ("lists in no way that we know", "search: JSON of an unknown shape", "front: no feed", "sitemap: answered 404", "list: 0 links"):
        assert reason in outcomes[0]["reason"]
    assert database.execute("SELECT count(*) FROM cursors WHERE name LIKE ?", (f"%{NAME}%",)).fetchone() == (0,)
    assert database.execute("SELECT count(*) FROM cursors WHERE name LIKE '%/latest'").fetchone() == (len(councils()) - 1,)
    (subject,) = database.execute("SELECT subject FROM failures WHERE stage = 'crawl' AND resolved IS NULL").fetchone()
    assert subject.startswith(f"councils/{NAME}:")
    database.close()


def test_one_council_that_is_down_does_not_hold_up_the_others(crawl_twice, reply):
    def others(asked):
        return reply(status=503) if asked.path.startswith("/0/wrr/") else reply(QUIET)

    outcomes, _, database = crawl_twice(site(reply, {"/publicaties": (recorded("list.html"),)}), others)
    assert [outcome["outcome"] for outcome in outcomes] == ["failed", "ok"]
    assert outcomes[0]["reason"].startswith("wrr: answered 503")
    assert outcomes[0]["counts"]["new"] == 3
    assert outcomes[1]["counts"].get("new", 0) == 0
    assert database.execute("SELECT count(*) FROM failures WHERE stage = 'crawl' AND resolved IS NULL").fetchone() == (0,)
    database.close()


def test_robots_txt_is_obeyed_and_what_it_forbids_is_not_there(crawl_twice, reply):
    ways = {
        "/robots.txt": (b"User-agent: *\nDisallow: /*/adviesraad-migratie/api/\n",),
        "/api/search": (recorded("search_results.json"),),
        "/publicaties": (recorded("list.html"),),
    }
    outcomes, _, database = crawl_twice(site(reply, ways))
    assert outcomes[0]["outcome"] == "ok"
    assert database.execute("SELECT value FROM cursors WHERE name = ?", (f"{NAME}/way",)).fetchone() == ("list",)
    database.close()


def test_a_page_of_another_shape_fails_the_crawl(crawl_twice, reply):
    ways = {"/publicaties": (recorded("list.html"),), "/publicaties/publicaties/2026/09/02/wonen-en-werken": (recorded("detail_unknown.html"),)}
    outcomes, _, database = crawl_twice(site(reply, ways))
    assert [outcome["outcome"] for outcome in outcomes] == ["failed", "failed"]
    assert "a page without DCTERMS metadata" in outcomes[0]["reason"]
    assert database.execute("SELECT count(*) FROM sightings").fetchone() == (2,)  # the other page is kept all the same
    database.close()


def test_two_sources_crawl_side_by_side_on_one_runner(serve, reply, crawl_many, tmp_path):
    answer = site(reply, {"/publicaties": (recorded("list.html"),)})
    council = serve(lambda asked: answer(replace(asked, path=asked.path.removeprefix(f"/{NAME}"))) if NAME in asked.path else reply(QUIET))
    search = serve(lambda _: reply(status=500))
    jobs = [
        {"source": "councils", "db": str(tmp_path / "a.db"), "base_urls": {"*": council.url}},
        {"source": "koop", "db": str(tmp_path / "b.db"), "base_urls": {"*": search.url}},
    ]
    outcomes = crawl_many(jobs, together=True)
    assert [outcome["outcome"] for outcome in outcomes] == ["ok", "failed"]


@pytest.mark.parametrize("name", [found.name for found in councils()])
def test_each_council_can_be_asked_elsewhere(name):
    """By its own name, and by one that a shell takes as the name of a variable."""
    for spelling in {name, name.replace("-", "_")}:
        source = Councils({spelling: "http://127.0.0.1:8000/mirror/"})
        assert source.base(name) == "http://127.0.0.1:8000/mirror/"
        assert sum(source.base(other) != Councils.bases[other] for other in Councils.bases) == 1
