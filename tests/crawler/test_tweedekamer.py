"""Where a walk of the SyncFeed begins and how it goes on, and what entities come to. (What a page holds: tests/test_sources.py.)"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from feed_asks import chain, token
from lxml import etree

from crawler.replay.render_syncfeed import Placed, Row, render_feed
from crawler.replay.tweedekamer_tables import rows
from crawler.sources.base import Page
from crawler.sources.tweedekamer import TweedeKamer
from crawler.sources.tweedekamer_feed import categories, read_feed
from crawler.sources.tweedekamer_names import Interface
from crawler.sources.tweedekamer_odata import first_count
from crawler.sources.tweedekamer_papers import compose_commitment, compose_document, compose_term, kept_sorts
from db.errors import SelectionError, SourceError
from db.records import Entity, FileLink

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAMES = [*categories()]
BASES = TweedeKamer.bases
GUID = "11111111-2222-4333-8444-00000000000{}"


# Where a walk begins


def test_documents_come_last_and_every_category_is_asked_even_when_the_one_before_it_fails():
    asks = chain(TweedeKamer().start({}, NOW).asks)
    assert [ask.part for ask in asks] == NAMES
    assert NAMES[-1] == "Document"
    assert {token(ask) for ask in asks} == {None}


@pytest.mark.parametrize(
    ("cursors", "since", "begin"),
    [
        ({}, None, "2026-11-10"),  # the first time: two weeks
        ({}, date(2026, 11, 1), "2026-11-01"),
        ({"from:Document": "2026-11-10"}, None, "2026-11-10"),
        ({"from:Document": "2026-11-10"}, date(2026, 11, 20), "2026-11-10"),  # nobody makes a gap by asking for less
        ({"from:Document": "2026-11-10"}, date(2026, 9, 1), "2026-09-01"),
    ],
)
def test_first_day(cursors, since, begin):
    assert chain(TweedeKamer().start(cursors, NOW, since).asks)[-1].meta["from"] == begin


def test_known_places_are_gone_on_from_and_left_when_an_earlier_day_is_asked():
    cursors = {f"{what}:{name}": value for name in NAMES for what, value in (("from", "2026-11-10"), ("token", "77"))}
    assert {token(ask) for ask in chain(TweedeKamer().start(cursors, NOW).asks)} == {"77"}
    earlier = {ask.part: token(ask) for ask in chain(TweedeKamer().start(cursors, NOW, date(2026, 1, 1)).asks)}
    assert earlier["Document"] is None
    assert earlier["Toezegging"] == "77"  # was walked from its beginning
    # Cut off after one category had begun anew: the others still have to.
    resumed = TweedeKamer().start({**cursors, "from:Zaak": "2026-01-01", "token:Zaak": "12"}, NOW, date(2026, 1, 1))
    places = {ask.part: token(ask) for ask in chain(resumed.asks)}
    assert (places["Zaak"], places["Document"]) == ("12", None)


def test_small_categories_are_walked_again_every_month():
    cursors = {f"{what}:{name}": value for name in NAMES for what, value in (("from", "2026-10-01"), ("token", "77"))}
    cursors |= {"walked:Toezegging": "2026-10-25", "walked:Kamerstukdossier": "2026-10-26"}
    asks = {ask.part: ask for ask in chain(TweedeKamer().start(cursors, NOW).asks)}
    assert token(asks["Toezegging"]) is None
    assert asks["Toezegging"].meta["walked"] == "2026-11-24"
    assert token(asks["Kamerstukdossier"]) == "77"
    assert asks["Kamerstukdossier"].meta["walked"] == "2026-10-26"  # a quiet poll is no walk


V4 = "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/"
COUNTED = {"reconciled": "2026-11-01"}


def test_crosscheck_is_asked_only_where_it_is_named_and_every_six_hours():
    def parts(cursors, **bases):
        return [ask.part for ask in chain(TweedeKamer(bases).start({**COUNTED, **cursors}, NOW).asks)]

    assert "crosscheck" not in parts({})
    assert parts({}, crosscheck=V4)[-1] == "crosscheck"
    assert "crosscheck" not in parts({"crosschecked": (NOW - timedelta(hours=5)).isoformat()}, crosscheck=V4)
    ask = chain(TweedeKamer({"crosscheck": V4}).start({**COUNTED, "crosschecked": (NOW - timedelta(hours=6)).isoformat()}, NOW).asks)[-1]
    assert "$top" not in ask.url  # with it the interface gives no next page
    condition = parse_qs(urlsplit(ask.url).query)["$filter"][0]
    assert condition == "ApiGewijzigdOp ge 2026-11-24T01:00:00Z and ApiGewijzigdOp lt 2026-11-24T08:30:00Z and Verwijderd eq false"


@pytest.mark.parametrize(
    ("cursors", "tasks"),
    [
        ({}, "Toezegging Kamerstukdossier"),
        ({"reconciled": "2026-10-26"}, None),  # 29 days ago
        ({"reconciled": "2026-10-25"}, "Toezegging Kamerstukdossier"),
        ({"from:Document": "2026-09-02"}, "Toezegging Kamerstukdossier 2026-10"),  # September is not whole here
        ({"from:Document": "2026-09-01"}, "Toezegging Kamerstukdossier 2026-10 2026-09"),
        ({"from:Document": "2019-01-01"}, "Toezegging Kamerstukdossier " + " ".join(f"2026-{n:02}" for n in range(10, 0, -1)) + " 2025-12 2025-11"),
    ],
)
def test_rows_are_counted_once_a_month_for_the_months_that_are_whole_here(cursors, tasks):
    known = {"crosschecked": NOW.isoformat(), **cursors}
    ask = chain(TweedeKamer({"crosscheck": V4}).start(known, NOW).asks)[-1]
    assert (ask.meta["tasks"] if ask.part == "reconcile" else None) == tasks
    assert "reconcile" not in [ask.part for ask in chain(TweedeKamer().start(known, NOW).asks)]


def test_counting_asks_for_every_sort_that_is_kept_once_in_questions_that_are_not_too_long():
    source = TweedeKamer({"crosscheck": V4})
    (ask,) = first_count(source._interface(), {"from:Document": "2026-10-01"}, NOW)
    asked, found = [], None
    while ask is not None:
        asked.append(ask)
        listing = source.read(Page(url=ask.url, status=200, body=b"3"), ask)
        found = listing.counted[-1] if listing.counted else found
        ask = next(iter(listing.asks), None)
    assert [one.url.partition("?")[0].removeprefix(BASES["crosscheck"]) for one in asked[:3]] == [
        "Toezegging/$count", "Kamerstukdossier/$count", "Document/$count",
    ]  # fmt: skip
    conditions = [parse_qs(urlsplit(one.url).query)["$filter"][0] for one in asked[2:]]
    sorts = [sort for condition in conditions for sort in re.findall(r"Soort eq '((?:[^']|'')*)'", condition)]
    assert sorted(sorts) == sorted(kept_sorts())
    assert all(len(urlsplit(one.url).query) < 2000 for one in asked)
    assert (found.number, found.days) == (3 * len(conditions), (date(2026, 10, 1), date(2026, 10, 31)))
    assert listing.cursors == {"reconciled": "2026-11-24"}


# Finding a day in a feed without dates


@pytest.mark.parametrize("newest", [700, 90_000, 31_000_000])
@pytest.mark.parametrize("days", [1, 30, 4000])
def test_day_is_found_in_a_few_questions_and_nothing_after_it_is_missed(newest, days):
    """A feed of 500 places, one a token step, from 2008 to now; pages of ten."""
    source, step = TweedeKamer(), max(1, newest // 500)
    first = datetime(2008, 1, 1, tzinfo=UTC)
    places = range(step, newest + 1, step)
    moment = {place: first + (NOW - first) * (place / newest) for place in places}

    def page(ask):
        after = int(token(ask) or 0)
        found = [place for place in places if place > after]
        shown = [Placed(token=p, row=Row(category="Zaak", id=f"11111111-2222-4333-8444-{p:012x}", at=moment[p], values=())) for p in found[:10]]
        place = shown[-1].token if shown else after
        return Page(url=ask.url, status=200, body=render_feed("Zaak", shown, asked=after, after=place, more=len(found) > 10))

    (ask,) = [ask for ask in chain(source.start({}, NOW, (NOW - timedelta(days=days)).date()).asks) if ask.part == "Zaak"]
    begin = datetime.combine((NOW - timedelta(days=days)).date(), datetime.min.time(), UTC) - timedelta(days=categories()["Zaak"].lead_days)
    asked, kept = 0, set()
    while ask.part == "Zaak":
        listing = source.read(page(ask), ask)
        asked += ask.step == "leap"
        kept |= {int(entity.id[-12:], 16) for entity in listing.entities}
        (ask,) = listing.asks
    assert {place for place in places if moment[place] >= begin} <= kept
    assert asked <= 40
    assert len(kept) < 30 + len([place for place in places if moment[place] >= begin - timedelta(days=1)])


def test_leap_that_fails_begins_the_walk_where_the_leaps_had_come():
    source = TweedeKamer()
    ask = chain(source.start({}, NOW).asks)[-1]
    row = Row(category="Document", id=GUID.format(1), at=datetime(2009, 1, 1, tzinfo=UTC), values=())
    page = Page(url=ask.url, status=200, body=render_feed("Document", [Placed(token=250, row=row)], asked=None, after=250, more=True))
    (leap,) = source.read(page, ask).asks
    assert (leap.step, [(other.step, token(other)) for other in leap.otherwise]) == ("leap", [("list", "250")])
    assert leap.otherwise[0].otherwise == ask.otherwise


# What entities come to


class Kept:
    """Tables of a few entities."""

    def __init__(self, *entities):
        self.entities = {entity.id: entity for entity in entities}

    def get(self, id_):
        return self.entities.get(id_)

    def linking(self, relation, id_):
        return [entity for entity in self.entities.values() if (relation, id_) in entity.links]


DOSSIER = Entity(category="Kamerstukdossier", id="k", fields=(("nummer", "36850"), ("toevoeging", "XV")))
LETTER = Entity(
    category="Document",
    id="d",
    fields=(
        ("soort", "Brief regering"), ("documentNummer", "2026D48120"), ("titel", "Begroting"), ("onderwerp", "Taalscholen"),
        ("datum", "2026-11-23T00:00:00.0000000"), ("volgnummer", "14"), ("contentType", "application/pdf"), ("contentLength", "188121"),
    ),
    links=(("huidigeDocumentVersie", "v"), ("zaak", "z"), ("kamerstukdossier", "k")),
)  # fmt: skip
CASE = Entity(category="Zaak", id="z", fields=(("nummer", "2026Z20001"),), links=(("kamerstukdossier", "k2"),))
SECOND = Entity(category="Kamerstukdossier", id="k2", fields=(("nummer", "36792"), ("toevoeging", "(R2231)")))
VERSION = Entity(category="DocumentVersie", id="v", fields=(("externeIdentifier", "kst-36850-XV-14"),), links=(("document", "d"),))


def actor(number, name, function, relation):
    fields = (("actorNaam", name), ("functie", function), ("relatie", relation))
    return Entity(category="DocumentActor", id=f"a{number}", fields=tuple((k, v) for k, v in fields if v), links=(("document", "d"),))


SIGNERS = (
    actor(1, "S. de Wit", "staatssecretaris van Financiën", "Mede ondertekenaar"),
    actor(2, "M. Veldhoen", "minister van Werk en Participatie", "Eerste ondertekenaar"),
    actor(3, "vaste commissie voor SZW", None, "Gericht aan"),
)


def changed(entity, **fields):
    """The entity with other values; None takes one away."""
    kept = tuple((name, value) for name, value in entity.fields if name not in fields)
    return replace(entity, fields=kept + tuple((name, value) for name, value in fields.items() if value is not None))


def composed(document, *others):
    return compose_document(document, Kept(document, *others), BASES, "tweedekamer")


def test_letter_is_put_together_from_six_tables():
    sighting, notes = composed(LETTER, DOSSIER, CASE, SECOND, VERSION, *SIGNERS)
    assert notes == ()
    assert sighting.title == "Taalscholen"
    assert sighting.kind == "kamerbrief"
    assert sighting.url == "https://www.tweedekamer.nl/kamerstukken/detail?id=2026Z20001&did=2026D48120"
    assert sighting.published == date(2026, 11, 23)
    assert sighting.dossiers == ("36850-XV", "36792")
    assert sighting.number == "14"
    assert sighting.aliases == ("2026D48120", "kst-36850-XV-14")
    assert (sighting.office, sighting.person) == ("Minister van Werk en Participatie", "M. Veldhoen, S. de Wit")
    assert [link.url for link in sighting.files] == [
        "https://gegevensmagazijn.tweedekamer.nl/OData/v4/2.0/Document(d)/resource",
        "https://gegevensmagazijn.tweedekamer.nl/SyncFeed/2.0/Resources/d",
    ]
    assert sighting.files[0].length == 188121


def test_document_whose_relatives_are_not_there_yet_is_put_together_without_them():
    sighting, _ = composed(LETTER)
    assert sighting.aliases == ("2026D48120",)
    assert sighting.url.endswith("?id=2026D48120&did=2026D48120")


@pytest.mark.parametrize(
    ("fields", "links", "aliases"),
    [
        ({"volgnummer": "-1"}, None, {"2026D48120"}),  # outside the dossier's count
        ({"volgnummer": "-1", "aanhangselnummer": "242501244"}, None, {"2026D48120", "ah-tk-20242025-1244"}),
        ({"aanhangselnummer": "262700012", "volgnummer": None}, (), {"2026D48120", "ah-tk-20262027-12"}),
        ({"aanhangselnummer": "12", "volgnummer": None}, (), {"2026D48120"}),
        ({"soort": "Bijlage"}, None, {"2026D48120"}),  # an annex has its parent's dossier, not a number of its own in it
    ],
)
def test_names_of_the_same_paper_elsewhere(fields, links, aliases):
    document = changed(LETTER, **fields)
    sighting, _ = composed(document if links is None else replace(document, links=links), DOSSIER)
    assert set(sighting.aliases) == aliases


def test_questions_go_by_the_number_of_their_case_and_their_answer_does_not():
    questions = changed(LETTER, soort="Schriftelijke vragen", volgnummer="-1")
    assert composed(questions, CASE)[0].aliases == ("2026D48120", "kv-tk-2026Z20001")
    assert composed(changed(questions, soort="Antwoord schriftelijke vragen"), CASE)[0].aliases == ("2026D48120",)


def test_reprint_is_the_paper_that_it_prints_again():
    sighting, _ = composed(LETTER, DOSSIER, changed(VERSION, externeIdentifier="kst-36850-XV-14-h1"))
    assert {"kst-36850-XV-14-h1", "kst-36850-XV-14"} <= set(sighting.aliases)


@pytest.mark.parametrize(
    ("soort", "title", "kind", "noted"),
    [
        ("Mededeling (uitstel antwoord)", "Uitstel beantwoording", "uitstelbericht", False),
        ("Nota n.a.v. het (nader/tweede nader/enz.) verslag", "Nota", "nota", False),
        ("Advies van andere adviesorganen", "Langer blijven", "advies", False),
        ("Bijlage", "Beslisnota bij Kamerbrief over taalscholen", "beslisnota", False),
        ("Bijlage", "Evaluatie van de leerroutes: eindrapport", "rapport", False),
        ("Bijlage", "Adviesrapport Langer blijven", "rapport", False),
        ("Bijlage", "Tabellen", "bijlage", False),
        ("Brief regering", "Rapport over de wachttijden", "kamerbrief", False),  # only an annex is what its title says
        ("Iets nieuws", "Titel", "overig", True),
    ],
)
def test_kinds(soort, title, kind, noted):
    sighting, notes = composed(changed(LETTER, soort=soort, onderwerp=title))
    assert sighting.kind == kind
    assert bool(notes) is noted


def test_every_sort_that_the_house_uses_is_in_one_of_the_tables(shared):
    import json

    from crawler.sources.tweedekamer_papers import _kinds, is_ignored

    known = json.loads((shared / "samples" / "tweedekamer-odata" / "document_soort_counts_2024.json").read_text("utf-8"))
    assert len(known) > 100
    assert [soort for soort in known if soort not in _kinds().by_soort and not is_ignored(soort)] == []
    assert [soort for soort in known if soort in _kinds().by_soort and is_ignored(soort)] == []


def test_annex_names_the_paper_it_belongs_to():
    annex = Entity(
        category="Document", id="b", fields=(("soort", "Bijlage"), ("documentNummer", "2026D1"), ("titel", "Tabel")), links=(("bronDocument", "d"),)
    )
    assert composed(annex, LETTER, DOSSIER)[0].parent == "kst-36850-XV-14"
    assert composed(annex, replace(LETTER, links=()))[0].parent == "2026D48120"
    assert composed(annex)[0].parent is None


def test_other_bytes_are_another_sighting_and_another_status_is_not():
    before = composed(LETTER, VERSION)[0].fingerprint()
    assert composed(changed(LETTER, contentLength="188122"), VERSION)[0].fingerprint() != before
    newer = replace(LETTER, links=(("huidigeDocumentVersie", "v2"), *LETTER.links[1:]))
    assert composed(newer, VERSION)[0].fingerprint() != before
    assert composed(LETTER, changed(VERSION, status="Vastgesteld"))[0].fingerprint() == before


def test_document_without_a_title_is_reported():
    with pytest.raises(SelectionError):
        composed(changed(LETTER, onderwerp=None, titel=None))


def test_shorter_file_than_announced_is_a_part():
    link = FileLink(url="u", media_type="application/pdf", length=30)
    assert TweedeKamer().usable(link, b"%PDF-1.7 x %%EOF") == "16 of 30 bytes"
    assert TweedeKamer().usable(replace(link, length=16), b"%PDF-1.7 x %%EOF") is None
    assert TweedeKamer().usable(replace(link, length=10), b"%PDF-1.7 x %%EOF") is None  # replaced since: its entity follows


@pytest.mark.parametrize(
    ("soort", "given", "due", "settled"),
    [
        ("Schriftelijke vragen", {"termijn": "2026-12-14T00:00:00", "afgedaan": "false"}, date(2026, 12, 14), False),
        ("Schriftelijke vragen", {"termijn": "2026-12-14T00:00:00+01:00", "afgedaan": "true"}, date(2026, 12, 14), True),
        ("Schriftelijke vragen", {}, None, False),
        ("Schriftelijke vragen", {"termijn": "0001-01-01T00:00:00"}, None, False),  # how an empty date is written
    ],
)
def test_questions_have_a_day_by_which_they_must_be_answered(soort, given, due, settled):
    fields = {"nummer": "2026Z20555", "soort": soort, "onderwerp": "De taaltoets", "gestartOp": "2026-11-23T00:00:00", **given}
    term = compose_term(Entity(category="Zaak", id="z", fields=tuple(fields.items())), "tweedekamer")
    assert (term.number, term.subject, term.asked, term.due, term.settled) == ("2026Z20555", "De taaltoets", date(2026, 11, 23), due, settled)


def test_cases_that_are_no_questions_have_no_term():
    assert compose_term(CASE, "tweedekamer") is None
    with pytest.raises(SelectionError):
        compose_term(Entity(category="Zaak", id="z", fields=(("soort", "Schriftelijke vragen"),)), "tweedekamer")


PROMISE = Entity(
    category="Toezegging",
    id="t",
    fields=(
        ("nummer", "TZ202611-050"), ("tekst", "Een brief voor de zomer"), ("status", "Openstaand"), ("naam", "Veldhoen, M."),
        ("aanmaakdatum", "2026-11-19T23:30:00Z"),
    ),
    links=(("activiteit", "m"), ("toegezegdAanPersoon", "p"), ("toegezegdAanFractie", "f"), ("isHerhalingVan", "t0")),
)  # fmt: skip
REGISTER = Kept(
    PROMISE,
    Entity(category="Activiteit", id="m", fields=(("nummer", "2026A01"), ("onderwerp", "Inburgering"), ("datum", "2026-11-12T00:00:00"))),
    Entity(category="Persoon", id="p", fields=(("initialen", "P.M."), ("tussenvoegsel", "van"), ("achternaam", "Oosterwijk"))),
    Entity(category="Fractie", id="f", fields=(("afkorting", "D66"),)),
    Entity(category="Toezegging", id="t0", fields=(("nummer", "TZ202509-003"),)),
)


def test_registered_commitment_takes_its_day_from_the_meeting():
    row = compose_commitment(PROMISE, REGISTER, "tweedekamer")
    assert row.promised == date(2026, 11, 12)
    assert row.registered == date(2026, 11, 20)  # half past midnight in Amsterdam
    assert row.asked_by == ("P.M. van Oosterwijk", "D66")
    assert (row.activity, row.activity_title) == ("2026A01", "Inburgering")
    assert row.repeats == ("TZ202509-003",)


@pytest.mark.parametrize(
    ("letters", "day", "fulfilled", "register_date"),
    [
        (("2026D1", "2026D2"), "2026-11-20T00:00:00+01:00", date(2026, 11, 20), None),
        ((), "2026-12-18T00:00:00+01:00", None, date(2026, 12, 18)),  # what it means nobody wrote down
        ((), "0001-01-01T00:00:00Z", None, None),  # how an empty date is written
        (("2026D1",), None, None, None),
    ],
)
def test_date_of_fulfilment_needs_a_letter(letters, day, fulfilled, register_date):
    fields = PROMISE.fields + tuple(("kamerbriefNakoming", letter) for letter in letters) + ((("datumNakoming", day),) if day else ())
    row = compose_commitment(replace(PROMISE, fields=fields), REGISTER, "tweedekamer")
    assert (row.fulfilled, row.register_date, row.letters) == (fulfilled, register_date, letters)


# Recorded pages, and the replay held against the published schemas


def test_recorded_page_of_persons(shared):
    body = (shared / "samples" / "tweedekamer-syncfeed" / "persoon_feed_shortened_2026-07.xml").read_bytes()
    feed = read_feed(body, categories()["Persoon"])
    assert (feed.token, feed.more, feed.odd) == (99, True, ())
    (entry,) = feed.entries
    assert entry.entity == Entity(category="Persoon", id="77dc181f-00d6-4d5e-b188-3fd0c02f4006", fields=(("achternaam", "Savornin Lohman"),))
    assert entry.updated == datetime(2023, 8, 29, 11, 10, 11, 96203, tzinfo=UTC)


def test_recorded_entry_of_a_dossier(shared):
    fragment = (shared / "samples" / "tweedekamer-syncfeed" / "kamerstukdossier_entry_fragment.txt").read_text("utf-8")
    tk = "http://www.tweedekamer.nl/xsd/tkData/v1-0"
    fragment = fragment.replace("<kamerstukdossier ", f'<kamerstukdossier xmlns="{tk}" xmlns:tk="{tk}" ')  # the quote left the declarations out
    page = f'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="resume" href="https://x/Feed?skiptoken=5&amp;category=K"/>{fragment}</feed>'
    feed = read_feed(page.encode(), categories()["Kamerstukdossier"])
    assert [entry.entity.fields for entry in feed.entries] == [(("nummer", "30218"),)]
    assert feed.odd == ()


@pytest.mark.parametrize("category", ["Document", "DocumentVersie", "DocumentActor", "Zaak", "Kamerstukdossier", "Activiteit"])
def test_replayed_entities_have_the_form_of_the_published_schemas(shared, category):
    folder = shared / "samples" / "tweedekamer-syncfeed" / "xsd"
    schema = etree.XMLSchema(etree.parse(str(folder / f"tkData-v1-0-{category.lower()}.xsd")))
    placed = [Placed(token=n, row=row) for n, row in enumerate(rows(2)) if row.category == category]
    root = etree.fromstring(render_feed(category, placed, asked=None, after=1, more=False))
    entities = root.findall(".//{*}content/*")
    assert entities
    for entity in entities:
        for newer in entity.findall("{*}externeidentifier"):  # came after the schemas that we have
            entity.remove(newer)
        alone = etree.fromstring(etree.tostring(entity))
        assert schema.validate(alone), schema.error_log


# What only the live source can tell


def answered(number, body, status=200):
    question = TweedeKamer().questions(NOW)[number]
    try:
        return question.reading(Page(url=question.ask.url, status=status, body=body))
    except SourceError as error:
        return str(error)


def row(**changed):
    """A row of documents of version 5 with all the names that we know, and others; None takes one away."""
    names = dict.fromkeys(Interface(version="v5", base="").names("Document").values(), "x")
    return json.dumps({"value": [{name: value for name, value in {**names, **changed}.items() if value is not None}]}).encode()


@pytest.mark.parametrize(
    ("number", "status", "body", "told"),
    [
        (2, 200, b'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="resume" href="https://x/?skiptoken=5"/></feed>', "finds its day by leaps"),
        (2, 200, b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "cannot leap"),
        (2, 500, b"<Error><Message>Ongeldig</Message></Error>", "(Ongeldig): a first fill cannot leap"),
        (3, 410, b"gone", "do not name it"),
        (4, 200, row(BijgewerktOp="z", GewijzigdOp=None, ApiGewijzigdOp=None), "v5 has no ApiGewijzigdOp, GewijzigdOp"),
        (4, 200, row(Identifier="x", Id=None), "before you name it"),
        (4, 200, row(ApiGewijzigdOp=None, Vergaderjaar=None), "can be set, and what is fetched from it lacks these"),
        (4, 200, row(), "v5 has the names we expect: sources.tweedekamer.base_urls.crosscheck = "),
        (5, 200, b'{"value": [{"Id": "x"}]}', "v5 has no Afgedaan, GestartOp"),
        (7, 400, b'{"error": {"message": "Could not find BronDocument"}}', "Could not find BronDocument"),
        (8, 200, b"12873", "12873 commitments"),
        (8, 404, b"", "nothing can be compared by number"),
    ],
)
def test_answers_of_the_live_interfaces_say_what_to_set(number, status, body, told):
    assert told in answered(number, body, status)


def test_commitments_of_the_live_feed_say_which_names_they_lack():
    placed = [Placed(token=n, row=row) for n, row in enumerate(rows(2)) if row.category == "Toezegging"]
    told = answered(1, render_feed("Toezegging", placed, asked=None, after=9, more=False))
    assert told == f"{len(placed)} entries; never filled in on this page: toegezegdAan, isWijzigingVan, isAanvullingOp"
