"""Topics and focus of documents; every text here is ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.errors import UsageError
from db.records import Context, Segment, Text
from nlp.components.topic_model import load_weights
from nlp.components.topics import TopicResult, classify
from nlp.prepare import Passage, prepare
from nlp.topic_files import load_topics

SHARED = Path(__file__).resolve().parents[3] / "shared" / "evaluation"


def passages_of(text: str) -> tuple[Passage, ...]:
    spans: list[Segment] = []
    start = 0
    for paragraph in text.split("\n\n"):
        spans.append(Segment(kind="paragraph", start=start, end=start + len(paragraph)))
        start += len(paragraph) + 2
    return prepare(Text(text=text, segments=tuple(spans), extractor="test"))


def read(text: str, **known: object) -> TopicResult:
    return classify(passages_of(text), Context(**known))  # type: ignore[arg-type]


def names(result: TopicResult) -> set[str]:
    return {found.topic for found in result.topics}


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        pytest.param(
            "Hoeveel arbeidsmigranten wonen op vakantieparken? Gemeenten en woningcorporaties zoeken woonruimte; de huurprijzen van de huisvesting "
            "voor arbeidsmigranten lopen op.",
            {"labour-migration", "housing"},
            id="two topics side by side",
        ),
        pytest.param(
            "Ontheemden uit Oekraïne kunnen bij de bank geen betaalrekening openen. Ik spreek met de banken over een bankrekening voor "
            "Oekraïense ontheemden.",
            {"ukraine", "finance-tax"},
            id="a focus topic keeps its place beside a general one",
        ),
        pytest.param(
            "De taalles voor statushouders in de Wet inburgering is versnipperd. Inburgeraars halen het taalniveau niet; taallessen sluiten "
            "niet aan op het inburgeringsexamen.",
            {"civic-integration", "language"},
            id="inburgering with its lessons",
        ),
        pytest.param(
            "De Dienst Terugkeer en Vertrek plaatst uitgeprocedeerde vreemdelingen in vreemdelingenbewaring voor hun gedwongen vertrek.",
            {"return-detention"},
            id="return",
        ),
        pytest.param("De gevangenis kampt met celtekort; gedetineerden verlaten hun detentie eerder.", {"justice-security"}, id="prison"),
        pytest.param("Netcongestie vertraagt windparken en de elektriciteit wordt duurder.", {"climate-energy"}, id="grid"),
        pytest.param("De krijgsmacht bestelt fregatten en munitie voor de marine.", {"defence"}, id="navy"),
        pytest.param("Musea en orkesten krijgen cultuursubsidie op advies van de Raad voor Cultuur.", {"culture-media"}, id="arts"),
        pytest.param("De Kiesraad telde de stemmen; kiezers stonden lang bij het stembureau.", {"government"}, id="elections"),
    ],
)
def test_a_document_gets_the_topics_of_a_librarian(text: str, topics: set[str]) -> None:
    assert topics <= names(read(text))


@pytest.mark.parametrize(
    ("text", "never"),
    [
        pytest.param("Wij spreken over het verslag en over de notulen.", "infrastructure", id="ov is not in over"),
        pytest.param("De vragen OM uitstel zijn om die reden afgewezen.", "asylum-reception", id="om is no office"),
        pytest.param("De re-integratie van zieke werknemers door het UWV verloopt traag.", "integration-cohesion", id="re-integratie"),
        pytest.param("De integratie van systemen bij de Belastingdienst is klaar.", "integration-cohesion", id="systems"),
        pytest.param("De politieke partijen kregen subsidie.", "justice-security", id="politiek is no politie"),
        pytest.param("De Rotterdamse haven groeit.", "agriculture-nature", id="otter is not in Rotterdam"),
        pytest.param("Het paspoort is drie weken geldig.", "infrastructure", id="spoor is not in paspoort"),
        pytest.param("Wij zorgen dat u bericht krijgt en zorgen voor een kopie.", "health", id="zorgen is no zorg"),
        pytest.param("De leden van de Partij voor de Dieren vragen naar de begroting.", "agriculture-nature", id="a party's name"),
        pytest.param("De Minister van Volksgezondheid, Welzijn en Sport zond een afschrift.", "health", id="a ministry's name"),
        pytest.param("Het taalmodel schrijft een samenvatting.", "language", id="taalmodel"),
    ],
)
def test_words_inside_other_words_and_formulas_do_not_count(text: str, never: str) -> None:
    assert never not in names(read(text))


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        pytest.param("De IND beslist sneller op asielaanvragen; het COA vangt asielzoekers op in kleinere azc's.", True, id="asylum"),
        pytest.param("Kennismigranten krijgen na vijf jaar een verblijfsvergunning voor onbepaalde tijd.", True, id="knowledge migrants"),
        pytest.param(
            "De gemeente regelt onderwijs voor Oekraïense kinderen die in Nederland zijn opgevangen.", True, id="displaced children"
        ),
        pytest.param("Wie tot Nederlander wil worden genaturaliseerd, legt de naturalisatietoets af.", True, id="naturalisation"),
        pytest.param(
            "UNHCR vangt in vluchtelingenkampen in Libanon en Jordanië honderdduizenden vluchtelingen op. De ambassade in Beiroet meldt "
            "dat de humanitaire hulp hen bereikt. Noodhulp via hulporganisaties in de regio blijft nodig.",
            False,
            id="refugees abroad",
        ),
        pytest.param(
            "Op Curaçao krijgen ongedocumenteerden uit Venezuela geen zorg. De autoriteiten van Curaçao en Aruba gaan over hun eigen "
            "ziekenhuizen; Sint Maarten volgt het voorbeeld van Aruba. Caribische landen werken samen.",
            False,
            id="Caribbean",
        ),
        pytest.param("De datamigratie naar de cloud is afgerond; de migratie van systemen duurde drie weken.", False, id="computers"),
        pytest.param("De vogelmigratie en de migratie van vissen in de Waddenzee veranderen.", False, id="birds and fish"),
        pytest.param("Het dierenasiel ving veertig honden op.", False, id="stray dogs"),
        pytest.param("De huisarts verwijst patiënten naar het ziekenhuis.", False, id="nothing of the kind"),
        pytest.param("De gemeente handhaaft de re-integratie van werkzoekenden via het UWV.", False, id="re-integratie"),
    ],
)
def test_focus_is_about_people_in_the_european_netherlands(text: str, focus: bool) -> None:
    result = read(text)
    assert result.focus is focus
    assert (result.focus_score >= load_weights().focus_threshold) is focus


@pytest.mark.parametrize(
    ("text", "title", "focus"),
    [
        pytest.param(
            "De migratie van de salarisadministratie naar de nieuwe server is uitgesteld. Wie in deze applicatie is ingeburgerd, mist straks "
            "de oude software.",
            "Migratie van de salarisadministratie",
            False,
            id="computers, also in the title",
        ),
        pytest.param(
            "De paling is een migrant. Vispassages helpen trekvissen bij hun migratie; zonder passage keren vissen niet terug.",
            None,
            False,
            id="fish called migrants",
        ),
        pytest.param(
            "De wasbeer is een nieuwkomer onder de dieren. Gevangen dieren gaan naar de opvang of naar een asiel.",
            "Opvang van exoten",
            False,
            id="a species called a newcomer",
        ),
        pytest.param("Weekmakers in de verpakking: de migratie naar voedsel blijft onder de norm.", None, False, id="substances"),
        pytest.param("Nieuwkomers betalen meer dan een aanbieder met een groot marktaandeel.", None, False, id="newcomers on a market"),
        pytest.param(
            "Tijdens de sluiting is noodopvang geregeld voor kinderen van ouders met een cruciaal beroep.",
            "Noodopvang in de kinderopvang",
            False,
            id="children of parents, with another field in the title",
        ),
        pytest.param("Het uitzetten van 2G dwingt bedrijven tot migratie naar 4G.", "Mobiele netwerken", False, id="phone networks"),
        pytest.param("Melkveehouders kiezen voor emigratie naar Canada.", "Emigratie van boeren", False, id="those who leave"),
        pytest.param("De bevolking groeit vooral door migratie.", "Bevolkingsgroei", True, id="migration of people, by that word alone"),
        pytest.param("Het begrip is inmiddels ingeburgerd in de jaarverslagen.", None, False, id="a word that has settled"),
        pytest.param("Volgt de nieuwe dijkgraaf een cursus «inburgering» in het waterschap?", None, False, id="in quotes"),
        pytest.param(
            "De IND stapt over op een nieuw systeem. De migratie van de software raakt asielzoekers, want hun aanvragen staan in de database.",
            None,
            True,
            id="the computers of the immigration service",
        ),
        pytest.param(
            "Dieren die asielzoekers meebrengen, gaan naar een dierenasiel. Asielzoekers in het azc missen hun hond of kat.",
            None,
            True,
            id="the pets of asylum seekers",
        ),
        pytest.param("Nieuwkomers verdienen een warm welkom: mensen die hier opnieuw beginnen.", None, True, id="newcomers who are people"),
        pytest.param(
            "Migranten vinden de weg in het systeem van toeslagen niet; het systeem is te ingewikkeld voor mensen.",
            None,
            True,
            id="one word for two things is no computer",
        ),
        pytest.param(
            "Wie een Turks klinkende naam heeft, hoort vaker dat de woning weg is. Ook sollicitanten van Marokkaanse afkomst en anderen met "
            "een migratieachtergrond melden ongelijke behandeling.",
            "Aanpak discriminatie",
            True,
            id="discrimination of people by where they come from",
        ),
    ],
)
def test_words_of_migration_need_company_where_they_may_mean_something_else(text: str, title: str | None, focus: bool) -> None:
    result = read(text, title=title)
    assert result.focus is focus
    if not focus:
        assert not names(result) & {topic.name for topic in load_topics() if topic.focus}


def test_an_official_subject_speaks_for_the_focus() -> None:
    text = "De uitvoering van de regeling kost meer tijd dan gedacht. " * 12 + "Nieuwkomers merken daar weinig van."
    assert not read(text).focus
    known = read(text, subjects=("Migratie en integratie | Integratie",))
    assert known.focus
    assert "onderwerp migratie en integratie" in known.reason


def test_a_passing_mention_makes_no_focus() -> None:
    chapter = "\n\n".join(["De woningbouw moet sneller. Corporaties bouwen sociale huurwoningen en gemeenten wijzen locaties aan."] * 60)
    result = read(chapter + "\n\nOok statushouders zoeken een woning.")
    assert names(result) == {"housing"}
    assert not result.focus
    assert "terloopse vermelding" in result.reason


def test_the_reason_is_in_dutch_and_names_the_words() -> None:
    result = read("De IND beslist sneller op asielaanvragen.", title="Asielaanvragen")
    assert result.reason.startswith("gaat voor een wezenlijk deel over migranten: 3 vermeldingen")
    assert "ook in de titel" in result.reason
    assert read("De fanfare speelt.").reason == "geen woorden over migranten, vluchtelingen of nieuwkomers"


def test_a_paired_word_needs_company() -> None:
    alone = read("Nederland levert luchtafweer aan Oekraïne en steunt de regering in Kiev.")
    assert "ukraine" not in names(alone)
    assert "ukraine" in names(read("Het leefgeld voor ontheemden uit Oekraïne gaat omlaag; de gemeentelijke opvang blijft."))


def test_the_dossier_speaks_along_and_is_named() -> None:
    text = "36 241 Regeling van enkele onderwerpen\n\nDe ontheemden krijgen een brief over hun leefgeld."
    found = {topic.topic: topic for topic in read(text).topics}
    assert "dossier 36241" in [signal.term for signal in found["ukraine"].evidence]


@pytest.mark.parametrize(
    ("known", "topic", "term"),
    [
        pytest.param({"dossiers": ("29861",)}, "labour-migration", "dossier 29861", id="dossier from the source"),
        pytest.param({"dossiers": ("36600-XVI",)}, "health", "dossier 36600-XVI", id="chapter of a year's budget"),
        pytest.param({"subjects": ("Migratie en integratie | Integratie",)}, "integration-cohesion", "onderwerp integratie", id="subject"),
        pytest.param({"publisher": "ministerie van Defensie"}, "defence", "afzender defensie", id="publisher"),
    ],
)
def test_what_is_known_from_outside_is_evidence(known: dict[str, object], topic: str, term: str) -> None:
    words = {
        "labour-migration": "arbeidsmigranten",
        "health": "ziekenhuizen",
        "integration-cohesion": "integratiebeleid",
        "defence": "krijgsmacht",
    }
    found = {t.topic: t for t in read(f"De brief gaat over {words[topic]}.", **known).topics}
    signal = next(signal for signal in found[topic].evidence if signal.term == term)
    assert (signal.passage, signal.start, signal.end) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "known", "topic", "focus"),
    [
        pytest.param("Hierbij zend ik u een overzicht.", {"dossiers": ("19637",)}, "asylum-reception", True, id="known from the source"),
        pytest.param("32 824 Integratiebeleid\n\nHierbij het overzicht.", {}, "integration-cohesion", True, id="printed at the top"),
        pytest.param("36 600 XV Begroting\n\nHierbij het overzicht.", {}, "work-social-security", False, id="chapter of a budget"),
        pytest.param("21 501-31 Raad\n\nHierbij het overzicht.", {}, "work-social-security", False, id="council of ministers"),
    ],
)
def test_a_dossier_says_it_where_the_text_says_nothing(text: str, known: dict[str, object], topic: str, focus: bool) -> None:
    result = read(text, **known)
    assert topic in names(result)
    assert result.focus is focus
    assert ("dossier" in result.reason) is focus


def test_a_number_in_running_text_is_no_dossier() -> None:
    assert read("Er waren 19 637 bezoekers; het pand mat 32 824 meter.").topics == ()


def test_evidence_stands_where_it_says() -> None:
    text = "Vraag over de arbeidsmigranten.\n\nDe EU-arbeidsmigranten werken via een uitzendbureau; het azc is vol."
    passages = passages_of(text)
    result = classify(passages, Context(title="Arbeidsmigranten"))
    signals = [signal for topic in result.topics for signal in topic.evidence] + list(result.focus_evidence)
    placed = [signal for signal in signals if signal.passage is not None]
    assert placed
    for signal in placed:
        assert signal.passage is not None
        assert passages[signal.passage].text[signal.start : signal.end] == signal.term


def test_topics_come_best_first_and_at_most_four() -> None:
    text = (
        "Asielzoekers in het azc, arbeidsmigranten bij uitzendbureaus, studenten aan universiteiten, patiënten in ziekenhuizen, banken en "
        "belastingen, boeren en stikstof, politie en rechtbank, netcongestie en windparken."
    )
    scores = [topic.score for topic in read(text).topics]
    assert 1 <= len(scores) <= 4
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_document_in_focus_has_a_topic_of_the_focus() -> None:
    care = "De huisarts en het ziekenhuis krijgen de zorg voor patiënten zonder zorgverzekering vergoed. De regeling voor zorg wordt soberder."
    people = "Werkloze arbeidsmigranten maken veel gebruik van deze zorg."
    found = read("\n\n".join([care] * 2 + [people]))
    assert found.focus
    assert names(found) & {topic.name for topic in load_topics() if topic.focus}


@pytest.mark.parametrize("text", ["", " ", "...", "12 34", "De voorzitter opent de vergadering."])
def test_nothing_to_say_gives_no_topic(text: str) -> None:
    result = classify(passages_of(text) if text.strip() else (), Context())
    assert result.topics == ()
    assert not result.focus


def test_reading_twice_gives_the_same() -> None:
    text = "De IND beslist op asielaanvragen van vreemdelingen; gemeenten huisvesten statushouders."
    assert read(text) == read(text)


def test_weights_of_another_shape_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text('{"topic": [1, 2], "focus": [1]}', encoding="utf-8")
    with pytest.raises(UsageError, match=r"weights\.json"):
        load_weights(path)


@pytest.mark.skipif(not (SHARED / "dev.gold.jsonl").exists(), reason="the labelled documents lie beside the project, not in it")
def test_figures_on_labelled_documents() -> None:
    gold = {row["id"]: row for row in map(json.loads, (SHARED / "dev.gold.jsonl").read_text(encoding="utf-8").splitlines())}
    hits = extra = missed = 0
    focus: list[tuple[bool, bool]] = []
    for row in map(json.loads, (SHARED / "dev.docs.jsonl").read_text(encoding="utf-8").splitlines()):
        result = classify(passages_of(row["text"]), Context(title=row["title"], doctype=row["doctype"]))
        want, got = set(gold[row["id"]]["topics"]), names(result)
        hits, extra, missed = hits + len(want & got), extra + len(got - want), missed + len(want - got)
        focus.append((gold[row["id"]]["focus"], result.focus))
    true, false, lost = focus.count((True, True)), focus.count((False, True)), focus.count((True, False))
    assert 2 * hits / (2 * hits + extra + missed) >= 0.85
    assert true / (true + lost) >= 0.98
    assert 2 * true / (2 * true + false + lost) >= 0.96
