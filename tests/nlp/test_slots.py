"""What a promise is called in alerts: the act in a few words, and who binds himself to whom."""

from __future__ import annotations

from datetime import date

import pytest

from db.records import Context, Segment, Text
from nlp.components.commitments import FoundCommitment, find_commitments
from nlp.prepare import prepare
from nlp.sentences import split_sentences

DAY = date(2026, 11, 10)


def promises(*paragraphs: str, doctype: str = "Kamerbrief", headings: frozenset[int] = frozenset()) -> list[FoundCommitment]:
    """Read paragraphs of a made document; those numbered in `headings` are headings."""
    text, segments = "", []
    for number, words in enumerate(paragraphs):
        kind = "heading" if number in headings else "list_item" if words.startswith("- ") else "paragraph"
        segments.append(Segment(kind=kind, start=len(text), end=len(text) + len(words)))  # type: ignore[arg-type]
        text += words + "\n\n"
    passages = prepare(Text(text=text, segments=tuple(segments), extractor="test"))
    sentences = [split_sentences(passage.text) for passage in passages]
    return list(find_commitments(passages, sentences, Context(title="Titel", date=DAY, doctype=doctype), DAY))


LETTER = [
    # Papers: the deliverable first, with its subject.
    (
        "Voor de zomer stuur ik uw Kamer een brief over de opvang van arbeidsmigranten.",
        "brief over de opvang van arbeidsmigranten",
        "brief met onderwerp",
    ),
    (
        "In het najaar bied ik uw Kamer de evaluatie van de Wet inburgering 2021 aan.",
        "evaluatie van de Wet inburgering 2021",
        "jaartal is deel van de naam",
    ),
    ("Uw Kamer ontvangt in maart 2027 een reactie op het advies van de SER.", "reactie op het advies van de SER", "de Kamer als onderwerp"),
    ("Ik kom in het voorjaar met een plan van aanpak voor de taalscholen.", "plan van aanpak voor de taalscholen", "komen met"),
    ("Per brief zal ik u in mei informeren over de besluiten.", "de Kamer informeren over de besluiten", "de weg is niet de zaak"),
    (
        "Na de zomer stuur ik uw Kamer een brief waarin staat hoeveel kinderen wachten.",
        "brief over hoeveel kinderen wachten",
        "de vraag in de bijzin",
    ),
    ("Zodra het onderzoek is afgerond, stuur ik de kabinetsreactie naar uw Kamer.", "kabinetsreactie", "voorwaarde vooraan valt weg"),
    (
        "Begin 2027 stuur ik uw Kamer de resultaten van de proef met taallessen.",
        "resultaten van de proef met taallessen naar de Kamer sturen",
        "geen stuk",
    ),
    (
        "Voor het voorjaarsreces zal ik uw Kamer de handreiking voor gemeenten toesturen.",
        "handreiking voor gemeenten naar de Kamer sturen",
        "toesturen",
    ),
    ("De uitkomsten deel ik in het voorjaar met uw Kamer.", "uitkomsten met de Kamer delen", "lijdend voorwerp vooraan"),
    ("Ik leg de uitkomsten begin 2027 voor aan werkgevers.", "uitkomsten aan werkgevers voorleggen", "niet naar de Kamer"),
    ("Elk kwartaal publiceer ik de cijfers over schade.", "cijfers over schade publiceren", "publiceren"),
    # Word: with what it is about.
    (
        "Ik informeer uw Kamer voor 1 mei over de voortgang van de proef.",
        "de Kamer informeren over de voortgang van de proef",
        "over na het werkwoord",
    ),
    ("Over de eerste ervaringen informeer ik uw Kamer in juni 2027.", "de Kamer informeren over de eerste ervaringen", "over vooraan"),
    ("Uw Kamer wordt in de eerste helft van 2027 geïnformeerd over de wachttijden.", "de Kamer informeren over de wachttijden", "lijdende vorm"),
    (
        "Ik houd uw Kamer op de hoogte van de ontwikkelingen in Oekraïne.",
        "de Kamer op de hoogte houden van de ontwikkelingen in Oekraïne",
        "op de hoogte",
    ),
    ("In de volgende voortgangsbrief kom ik terug op de dekking.", "terugkomen op de dekking", "terugkomen"),
    ("Op de gevolgen voor gemeenten kom ik na de zomer terug.", "terugkomen op de gevolgen voor gemeenten", "op vooraan"),
    (
        "Ik verwacht uw Kamer in Q3 van 2027 te kunnen melden welke stations in bedrijf zijn.",
        "de Kamer informeren over welke stations in bedrijf zijn",
        "vraag",
    ),
    ("Ik zal uw Kamer halfjaarlijks over de migratie rapporteren.", "de Kamer informeren over de migratie", "rapporteren"),
    # Inquiry: the question that is asked.
    ("Ik zal onderzoeken of de drempel omlaag kan.", "onderzoeken of de drempel omlaag kan", "of-vraag"),
    ("Ik ben bereid te bezien of de leges kunnen worden verlaagd.", "bezien of de leges kunnen worden verlaagd", "bereid te"),
    ("Mijn ministerie zal daarom ook onderzoeken welke middelen nog nodig zijn.", "onderzoeken welke middelen nog nodig zijn", "ministerie valt weg"),
    ("Het kabinet zal de effecten van de wet in kaart brengen.", "effecten van de wet in kaart brengen", "in kaart"),
    (
        "Ik laat dit najaar een onderzoek uitvoeren naar misstanden bij uitzendbureaus.",
        "onderzoek uitvoeren naar misstanden bij uitzendbureaus",
        "naar",
    ),
    (
        "Medio 2027 zal ik onderzoeken waarom zo weinig inburgeraars hun route afronden.",
        "onderzoeken waarom zo weinig inburgeraars hun route afronden",
        "medio valt weg",
    ),
    ("In Q2 2027 zal ik de lijst van erkende referenten laten doorlichten.", "lijst van erkende referenten doorlichten", "Q valt weg"),
    ("Het streven is om dit onderzoek begin 2027 af te ronden.", "onderzoek afronden", "om ... te"),
    # Talk.
    ("Begin maart ga ik in gesprek met de uitzendkoepels en vakbonden.", "gesprek met de uitzendkoepels en vakbonden", "in gesprek gaan"),
    ("Ik ga op korte termijn in gesprek met gemeenten over de opvang.", "gesprek met gemeenten over de opvang", "met onderwerp"),
    (
        "Ik zal binnen zes weken het gesprek voeren met de Vereniging van Nederlandse Gemeenten.",
        "gesprek met de Vereniging van Nederlandse Gemeenten",
        "naam blijft heel",
    ),
    ("Ik spreek hierover op korte termijn met mijn Duitse collega's.", "gesprek met Duitse collega's", "bezittelijk valt weg"),
    ("Mijn departement zal in contact treden met de Britse autoriteiten.", "contact met de Britse autoriteiten", "contact"),
    ("Ik zal de burgemeesters van die zes gemeenten uitnodigen.", "burgemeesters van die zes gemeenten uitnodigen", "uitnodigen"),
    # Rules, money, other acts: object and infinitive.
    (
        "Het wetsvoorstel toezicht gelijke kansen dien ik voor het zomerreces in bij uw Kamer.",
        "wetsvoorstel toezicht gelijke kansen indienen",
        "indienen",
    ),
    (
        "Ik ben voornemens om in de tweede helft van 2027 een wetsvoorstel in consultatie te brengen.",
        "wetsvoorstel in consultatie brengen",
        "voornemens",
    ),
    (
        "Met ingang van 1 juli 2027 verhoog ik de salarisdrempel voor kennismigranten.",
        "salarisdrempel voor kennismigranten verhogen",
        "datum valt weg",
    ),
    ("Ik heb het voornemen om de drempel per 1 januari 2028 te verhogen.", "drempel verhogen", "voornemen om"),
    ("Daarom stel ik met ingang van 1 juli 2027 een landelijk informatiepunt in.", "landelijk informatiepunt instellen", "gescheiden werkwoord"),
    ("Bij de Najaarsnota zal ik € 4,5 miljoen vrijmaken voor taallessen.", "€ 4,5 miljoen vrijmaken voor taallessen", "bedrag"),
    ("Uiterlijk 1 maart 2027 beslis ik over de aanvragen.", "beslissen over de aanvragen", "beslissen over"),
    ("Ik evalueer het stelsel binnen een jaar en betrek daarbij de ervaringen van uitzendkrachten.", "stelsel evalueren", "tweede daad valt weg"),
    (
        "Op Verantwoordingsdag leg ik verantwoording af over de bereikte aantallen.",
        "verantwoording over de bereikte aantallen afleggen",
        "af hoort erbij",
    ),
    ("Binnen drie maanden zal ik hun een aanbod doen voor gezamenlijke werving.", "aanbod doen voor gezamenlijke werving", "doen voor"),
    ("Ik zal in 2027 samen met gemeenten een landelijk register opzetten.", "landelijk register opzetten", "samen met valt weg"),
    ("Op basis van de uitkomsten neem ik in mei een besluit over de locatie.", "besluit over de locatie nemen", "op basis van valt weg"),
    ("Ten slotte zal het kabinet in 2027 de regels voor uitzendbureaus aanpassen.", "regels voor uitzendbureaus aanpassen", "ten slotte valt weg"),
    ("Indien dat nodig is, zal ik de regeling in 2027 aanpassen.", "regeling aanpassen", "voorwaarde valt weg"),
    (
        "Dan zeg ik mevrouw Post toe dat ik de Kamer binnen drie maanden een brief stuur over de wachtlijsten.",
        "brief over de wachtlijsten",
        "toezegging met dat",
    ),
    ("Ik zeg toe dat ik in mei terugkom op het wetsvoorstel dat is ingetrokken.", "terugkomen op het wetsvoorstel", "bijzin in de toezegging"),
    ("Ik zal de vragen zo spoedig mogelijk, doch uiterlijk binnen drie weken, beantwoorden.", "vragen beantwoorden", "termijn valt weg"),
]

PROGRAMME = [
    (
        "Het kabinet verkent de mogelijkheden om tegenwicht te bieden aan deze invloeden.",
        "mogelijkheden verkennen om tegenwicht te bieden aan deze invloeden",
        "om-zin hoort erbij",
    ),
    ("We schaffen de asielvergunning voor onbepaalde tijd af.", "asielvergunning voor onbepaalde tijd afschaffen", "gescheiden werkwoord"),
    ("De asielprocedures worden verkort en versoberd.", "asielprocedures verkorten", "eerste van twee werkwoorden"),
    ("Aan de grenzen zal de controle worden geïntensiveerd.", "controle aan de grenzen intensiveren", "plaats hoort bij een mager voorwerp"),
    ("Het kabinet investeert 20 miljoen euro in de aanpak van uitbuiting.", "20 miljoen euro in de aanpak van uitbuiting investeren", "geld"),
    ("Er komt een landelijk meldpunt voor arbeidsmigranten.", "landelijk meldpunt voor arbeidsmigranten", "er komt"),
    (
        "De rechtsbijstand bij asielaanvragen wordt zo veel mogelijk beperkt.",
        "rechtsbijstand bij asielaanvragen beperken",
        "bij hoort bij het voorwerp",
    ),
    ("Het wetsvoorstel gaat in de tweede helft van 2027 in internetconsultatie.", "wetsvoorstel in internetconsultatie brengen", "consultatie"),
    (
        "Het kabinet zet het Nationaal Programma Verduurzaming door.",
        "nationaal Programma Verduurzaming doorzetten",
        "deel van het werkwoord achteraan",
    ),
    ("De naturalisatietermijn wordt verhoogd van vijf naar tien jaar.", "naturalisatietermijn verhogen van vijf naar tien jaar", "van ... naar"),
]


@pytest.mark.parametrize(
    ("text", "act", "reason", "doctype"),
    [(*row, "Kamerbrief") for row in LETTER] + [(*row, "Regeerprogramma") for row in PROGRAMME],
)
def test_act(text: str, act: str, reason: str, doctype: str) -> None:
    found = promises(text, doctype=doctype)
    assert [promise.act for promise in found] == [act], reason


@pytest.mark.parametrize(
    ("paragraphs", "headings", "act", "reason"),
    [
        (
            ("Ik verbeter de sociale inbedding van arbeidsmigranten. Voor de zomer kom ik met een brief naar uw Kamer.",),
            frozenset(),
            "brief over sociale inbedding van arbeidsmigranten",
            "de zaak van de zin ervoor",
        ),
        (
            ("Opvang van dakloze arbeidsmigranten", "Hierover informeer ik uw Kamer voor de zomer."),
            frozenset({0}),
            "de Kamer informeren over opvang van dakloze arbeidsmigranten",
            "de kop erboven",
        ),
        (("Tot slot", "Hierover informeer ik uw Kamer voor de zomer."), frozenset({0}), "de Kamer informeren", "een kop zonder zaak"),
    ],
)
def test_act_of_a_pronoun_is_what_it_points_to(paragraphs: tuple[str, ...], headings: frozenset[int], act: str, reason: str) -> None:
    assert promises(*paragraphs, headings=headings)[-1].act == act, reason


def test_act_never_holds_the_deadline_nor_begins_with_a_capital() -> None:
    for text, *_ in LETTER:
        act = promises(text)[0].act
        assert act[0].islower() or not act[0].isalpha() or act.split()[0] in ("Nederlanderschap",), act
        assert not any(word in act.lower().split() for word in ("zomer", "najaar", "uiterlijk", "binnenkort", "uw", "ik")), act
        assert 1 <= len(act.split()) <= 16, act


@pytest.mark.parametrize(
    ("paragraphs", "keys", "reason"),
    [
        (
            ("Voor de zomer stuur ik u een brief over taal.", "Voor de zomer stuur ik u een brief over de opvang van kinderen."),
            ["d1", "d2"],
            "twee brieven blijven twee",
        ),
        (
            ("Voor de zomer stuur ik u een brief over taal op het werk.", "De brief over taal op het werk stuur ik u voor het zomerreces."),
            ["d1", "d1"],
            "dezelfde brief in andere woorden",
        ),
        (
            ("In maart stuur ik u een brief over taal op het werk.", "In juni stuur ik u een brief over taal op het werk."),
            ["d1", "d2"],
            "een andere dag is een andere brief",
        ),
        (("Voor de zomer stuur ik u een brief over taal. Hierbij zal ik ook ingaan op de kosten.",), ["d1", "d1"], "hierbij wijst terug"),
        (("Voor de zomer kom ik met een brief over taal. Hierbij kom ik ook met een reactie op het rapport.",), ["d1", "d2"], "een eigen stuk"),
        (("Ik ben bereid te bezien of de drempel omlaag kan. Dat zal ik doen.",), ["d1", "d1"], "dat doen is dezelfde daad"),
    ],
)
def test_same_delivery(paragraphs: tuple[str, ...], keys: list[str], reason: str) -> None:
    assert [promise.deliverable for promise in promises(*paragraphs)] == keys, reason


def test_bare_act_takes_the_fuller_name_of_its_delivery() -> None:
    found = promises("Voor de zomer stuur ik u een brief over taal op het werk.", "De brief stuur ik naar uw Kamer voor het zomerreces.")
    assert [promise.act for promise in found] == ["brief over taal op het werk"] * 2


@pytest.mark.parametrize(
    ("text", "actor", "reason"),
    [
        ("Ik zal dit onderzoeken.", "minister van Defensie", "wie tekent, spreekt"),
        ("Het kabinet zal dit onderzoeken.", "kabinet", "genoemd onderwerp"),
        ("De Staatssecretaris van Financiën zal dit onderzoeken.", "staatssecretaris van Financiën", "een ander ambt"),
        (
            "Uw Kamer wordt in mei door de Staatssecretaris van SZW geïnformeerd.",
            "staatssecretaris van Sociale Zaken en Werkgelegenheid",
            "handelende persoon",
        ),
        ("Uw Kamer ontvangt in mei een brief over de uitvoering.", "minister van Defensie", "niemand genoemd: de afzender"),
    ],
)
def test_actor_is_who_binds_himself(text: str, actor: str, reason: str) -> None:
    found = promises("BRIEF VAN DE MINISTER VAN DEFENSIE", text)
    assert [promise.actor for promise in found] == [actor], reason


def test_actor_of_a_programme_is_the_cabinet() -> None:
    assert promises("We schaffen de heffing af.", doctype="Regeerprogramma")[0].actor == "kabinet"
