"""Time expressions: where they stand, how they read, and which cannot be a deadline. Tables of examples, each with the reason for its row."""

from __future__ import annotations

import json
import random
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from nlp.components.deadlines import Moment, find_moments

D = date(2025, 5, 8)
"""A letter of Thursday 8 May 2025, unless a row says otherwise."""


def only(text: str, anchor: date | None = D) -> Moment:
    """Give the one moment of `text`."""
    moments = find_moments(text, anchor)
    assert len(moments) == 1, [moment.phrase for moment in moments]
    return moments[0]


def day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


# Phrase, anchor, not before, not after, precision, reason.
READINGS = [
    # days
    ("uiterlijk 1 oktober 2026", "2025-05-08", None, "2026-10-01", "day", "uiterlijk includes the day"),
    ("uiterlijk op 1 oktober 2026", "2025-05-08", None, "2026-10-01", "day", "with op"),
    ("vóór 1 oktober 2026", "2025-05-08", None, "2026-09-30", "day", "vóór excludes it; accent"),
    ("voor 1 mei", "2025-03-01", None, "2025-04-30", "day", "year from the anchor"),
    ("voor 1 mei", "2025-05-01", None, "2026-04-30", "day", "30 April is over on 1 May"),
    ("uiterlijk 1 mei", "2025-05-01", None, "2025-05-01", "day", "1 May itself is still open"),
    ("per 1 januari 2026", "2025-05-08", "2026-01-01", "2026-01-01", "day", "that day on both sides"),
    ("met ingang van 1 juli", "2025-05-08", "2025-07-01", "2025-07-01", "day", "the same"),
    ("Vanaf 2030", "2018-12-04", "2030-01-01", "2030-01-01", "day", "its first day"),
    ("op 12 maart", "2025-08-08", "2026-03-12", "2026-03-12", "day", "the next one after the anchor"),
    ("op dinsdag 3 juni a.s.", "2025-05-08", "2025-06-03", "2025-06-03", "day", "a.s. belongs to the phrase"),
    ("1 januari aanstaande", "2025-05-08", "2026-01-01", "2026-01-01", "day", "the coming one"),
    ("uiterlijk 01-07-2026", "2025-05-08", None, "2026-07-01", "day", "in figures"),
    ("uiterlijk 1 okt. 2025", "2025-05-08", None, "2025-10-01", "day", "abbreviated month"),
    ("vandaag nog", "2025-05-08", None, "2025-05-08", "day", "no lower bound"),
    ("uiterlijk vrijdag", "2025-05-08", None, "2025-05-09", "day", "the day after a Thursday"),
    ("volgende week vrijdag", "2025-05-08", "2025-05-16", "2025-05-16", "day", "Friday of the next week"),
    ("tussen 1 maart en 1 mei 2026", "2025-05-08", "2026-03-01", "2026-05-01", "day", "the year counts for both"),
    ("na 1 juli 2026", "2025-05-08", "2026-07-02", None, "day", "no end is named"),
    # feast days
    ("vóór Pasen", "2027-02-01", None, "2027-03-27", "day", "Easter Sunday is 28 March 2027"),
    ("voor Pasen", "2027-03-29", None, "2028-04-15", "day", "once Easter is over, the next"),
    ("voor Pinksteren", "2027-02-01", None, "2027-05-15", "day", "49 days after Easter"),
    ("na Hemelvaart", "2027-02-01", "2027-05-07", None, "day", "39 days after Easter, Thursday 6 May"),
    ("voor Koningsdag", "2027-02-01", None, "2027-04-26", "day", "27 April"),
    # durations
    ("binnen veertien dagen", "2025-05-08", None, "2025-05-22", "day", "14 days"),
    ("binnen twee weken", "2025-05-08", None, "2025-05-22", "day", "the same in weeks"),
    ("binnen 6 weken", "2025-05-08", None, "2025-06-19", "day", "in figures"),
    ("uiterlijk binnen drie maanden", "2025-01-31", None, "2025-04-30", "day", "calendar months; 31 April does not exist"),
    ("binnen drie maanden", "2024-11-30", None, "2025-02-28", "day", "over the year, into February"),
    ("binnen een jaar", "2024-02-29", None, "2025-02-28", "month", "leap day"),
    ("binnen een half jaar", "2025-05-08", None, "2025-11-08", "day", "six months"),
    ("binnen anderhalf jaar", "2025-05-08", None, "2026-11-08", "day", "eighteen months"),
    ("binnen vier tot zes weken", "2025-05-08", None, "2025-06-19", "day", "the longer one binds"),
    ("binnen tweeëntwintig weken", "2025-05-08", None, "2025-10-09", "day", "a number word with a diaeresis"),
    ("binnen tien werkdagen", "2025-05-08", None, "2025-05-22", "day", "two weekends between"),
    ("binnen 48 uur", "2025-05-08", None, "2025-05-10", "day", "two days"),
    ("over twee weken", "2025-05-08", "2025-05-22", "2025-05-22", "day", "at that distance"),
    ("de komende zes maanden", "2025-05-08", None, "2025-11-08", "day", "between now and then"),
    ("binnen twee weken na heden", "2025-05-08", None, "2025-05-22", "day", "counted from the letter: a date after all"),
    ("uiterlijk één week voor het zomerreces", "2025-05-08", None, "2025-06-27", "day", "a week before 4 July"),
    ("uiterlijk een week voor het commissiedebat van 11 september", "2025-05-08", None, "2025-09-04", "day", "a week before the debate"),
    ("binnen zes weken na 1 juli", "2025-05-08", None, "2025-08-12", "day", "counted from a date"),
    ("op 15 en 16 september 2025", "2025-05-08", "2025-09-15", "2025-09-16", "day", "the month stands once"),
    ("het komende half jaar", "2025-05-08", None, "2025-11-08", "day", "six months from now"),
    ("op zijn vroegst in 2027", "2025-05-08", "2027-01-01", None, "year", "only a lower bound"),
    ("tussen nu en eind 2025", "2025-05-08", None, "2025-12-31", "month", "only an upper bound"),
    # weeks
    ("deze week", "2025-05-06", None, "2025-05-09", "week", "ends on Friday, no lower bound"),
    ("volgende week", "2025-05-06", None, "2025-05-16", "week", "the next Friday"),
    ("begin deze week", "2022-03-15", "2022-03-15", "2022-03-16", "week", "until Wednesday, not before the letter"),
    ("uiterlijk eind volgende week", "2025-05-06", None, "2025-05-16", "week", "Friday"),
    ("in week 12", "2025-01-06", "2025-03-17", "2025-03-21", "week", "ISO week, Monday to Friday"),
    ("in week 1 van 2026", "2025-05-08", "2025-12-29", "2026-01-02", "week", "week 1 holds 4 January"),
    ("in de week van 3 juni", "2025-05-08", "2025-06-02", "2025-06-06", "week", "the working week of a Tuesday"),
    ("in de tweede week van april 2026", "2025-05-08", "2026-04-08", "2026-04-14", "week", "days 8 to 14"),
    # months and their parts
    ("begin maart", "2025-01-10", "2025-03-01", "2025-03-10", "week", "1 to 10"),
    ("medio maart", "2025-01-10", "2025-03-11", "2025-03-20", "week", "11 to 20"),
    ("eind februari 2028", "2025-01-10", "2028-02-21", "2028-02-29", "week", "leap year"),
    ("eind sept. 2025", "2025-05-08", "2025-09-21", "2025-09-30", "week", "abbreviated"),
    ("voor eind augustus", "2022-03-15", None, "2022-08-31", "week", "before the end is by the end"),
    ("in maart 2026", "2025-05-08", "2026-03-01", "2026-03-31", "month", "whole month"),
    ("in april van 2024", "2024-04-11", "2024-04-01", "2024-04-30", "month", "the current month keeps its first day"),
    ("tweede helft van augustus", "2025-05-08", "2025-08-16", "2025-08-31", "week", "half a month"),
    ("eind september/begin oktober", "2025-05-08", "2025-09-21", "2025-10-10", "week", "one range over both"),
    ("eind juni, begin juli", "2025-05-08", "2025-06-21", "2025-07-10", "week", "with a comma"),
    ("eind december/begin januari 2027", "2026-05-08", "2026-12-21", "2027-01-10", "week", "the year belongs to January"),
    ("maart/april 2026", "2025-05-08", "2026-03-01", "2026-04-30", "month", "two months"),
    ("voor het eind van de maand", "2025-05-08", None, "2025-05-31", "week", "this month"),
    ("volgende maand", "2025-12-08", "2026-01-01", "2026-01-31", "month", "over the year"),
    # quarters and halves
    ("In het eerste kwartaal", "2025-04-02", "2026-01-01", "2026-03-31", "quarter", "a day too late for this year's"),
    ("in het eerste kwartaal", "2025-03-31", "2025-01-01", "2025-03-31", "quarter", "still the current one"),
    ("in het tweede kwartaal van 2026", "2025-05-08", "2026-04-01", "2026-06-30", "quarter", "with its year"),
    ("Q2 2025", "2025-05-08", "2025-04-01", "2025-06-30", "quarter", "without preposition"),
    ("K2 2025", "2025-05-08", "2025-04-01", "2025-06-30", "quarter", "Dutch letter"),
    ("in Q3/Q4", "2025-05-08", "2025-07-01", "2025-12-31", "quarter", "two quarters"),
    ("2e kwartaal 2026", "2025-05-08", "2026-04-01", "2026-06-30", "quarter", "ordinal in figures"),
    ("in het 2e kw. 2025", "2025-05-08", "2025-04-01", "2025-06-30", "quarter", "abbreviated"),
    ("uiterlijk in het vierde kwartaal", "2025-05-08", None, "2025-12-31", "quarter", "uiterlijk drops the lower bound"),
    ("vierde kwartaal 2026 dan wel eerste kwartaal 2027", "2025-05-08", "2026-10-01", "2027-03-31", "quarter", "range over both"),
    ("in het tweede of derde kwartaal van 2026", "2025-05-08", "2026-04-01", "2026-09-30", "quarter", "the noun stands once"),
    ("in het vierde kwartaal (Q4) van 2025", "2025-05-08", "2025-10-01", "2025-12-31", "quarter", "said twice"),
    ("volgend kwartaal", "2025-11-08", "2026-01-01", "2026-03-31", "quarter", "over the year"),
    ("begin vierde kwartaal", "2024-09-13", "2024-10-01", "2024-10-31", "month", "its first month"),
    ("eerste helft 2026", "2025-05-08", "2026-01-01", "2026-06-30", "half-year", "without van"),
    ("in de tweede helft van dit jaar", "2025-05-08", "2025-07-01", "2025-12-31", "half-year", "of the current year"),
    ("in het tweede deel van 2024", "2024-05-08", "2024-07-01", "2024-12-31", "half-year", "deel reads as helft"),
    ("in het eerste halfjaar van 2026", "2025-05-08", "2026-01-01", "2026-06-30", "half-year", "one word"),
    # years
    ("in 2025", "2025-05-08", "2025-01-01", "2025-12-31", "year", "whole year, though the letter is later"),
    ("in de loop van 2025", "2025-05-08", "2025-01-01", "2025-12-31", "year", "the same"),
    ("in de loop van het jaar", "2025-05-08", "2025-01-01", "2025-12-31", "year", "the current one"),
    ("gedurende 2025", "2025-05-08", "2025-01-01", "2025-12-31", "year", "the same"),
    ("later dit jaar", "2025-05-08", "2025-01-01", "2025-12-31", "year", "the same"),
    ("nog dit jaar", "2025-05-08", None, "2025-12-31", "year", "only an upper bound"),
    ("volgend jaar", "2025-05-08", "2026-01-01", "2026-12-31", "year", "the next one"),
    ("begin 2027", "2025-05-08", "2027-01-01", "2027-03-31", "month", "January to March"),
    ("medio 2026", "2025-05-08", "2026-06-01", "2026-07-31", "month", "June and July"),
    ("halverwege 2026", "2025-05-08", "2026-06-01", "2026-07-31", "month", "the same"),
    ("eind 2026", "2025-05-08", "2026-11-01", "2026-12-31", "month", "November and December"),
    ("aan het eind van dit jaar", "2025-05-08", "2025-11-01", "2025-12-31", "month", "the same in words"),
    ("begin volgend jaar", "2025-05-08", "2026-01-01", "2026-03-31", "month", "the next year"),
    ("voor het einde van het jaar", "2025-12-29", None, "2025-12-31", "month", "two days are left"),
    ("voor eind 2022", "2022-03-15", None, "2022-12-31", "month", "before the end is by the end"),
    ("in de eerste maanden van 2026", "2025-05-08", "2026-01-01", "2026-03-31", "month", "as begin"),
    ("eind 2025 of begin 2026", "2025-05-08", "2025-11-01", "2026-03-31", "month", "range over both"),
    ("met ingang van het schooljaar 2026-2027", "2025-05-08", "2026-08-01", "2026-08-01", "day", "school years start in August"),
    ("in het nieuwe schooljaar", "2025-05-08", "2025-08-01", "2026-07-31", "year", "the next one to start"),
    ("in het najaar of begin 2026", "2025-05-08", "2025-09-01", "2026-03-31", "season", "the autumn before"),
    # seasons
    ("in het voorjaar van 2025", "2024-09-13", "2025-03-01", "2025-06-20", "season", "1 March to 20 June"),
    ("voorjaar 2025", "2024-09-13", "2025-03-01", "2025-06-20", "season", "without preposition"),
    ("in het vroege voorjaar", "2025-01-10", "2025-03-01", "2025-04-15", "season", "until 15 April"),
    ("komend voorjaar", "2025-05-08", "2026-03-01", "2026-06-20", "season", "not the one going on"),
    ("in het najaar", "2024-09-13", "2024-09-01", "2024-12-20", "season", "inside it: the current one"),
    ("dit najaar", "2024-08-22", "2024-09-01", "2024-12-20", "season", "this year"),
    ("zomer 2026", "2025-05-08", "2026-07-03", "2026-09-22", "season", "from the recess to 22 September"),
    ("in de zomer", "2025-05-08", "2025-07-04", "2025-09-22", "season", "the coming one"),
    ("eind van de zomer", "2025-05-08", "2025-08-23", "2025-09-22", "month", "its last month"),
    ("voor de zomer", "2022-03-15", None, "2022-07-07", "season", "the day before the recess"),
    ("Nog voor de zomer", "2025-05-08", None, "2025-07-03", "season", "capital, nog"),
    ("voor de zomer", "2025-07-03", None, "2025-07-03", "season", "its last day"),
    ("voor de zomer", "2025-07-09", None, "2026-07-02", "season", "already in recess: next year"),
    ("ruim voor de zomer", "2025-03-08", None, "2025-05-31", "season", "end of May"),
    ("rond de zomer", "2025-05-08", "2025-06-04", "2025-09-15", "season", "30 days before to 14 after"),
    ("na de zomer", "2024-07-23", "2024-09-03", "2024-10-31", "season", "from the recess to the end of October"),
    ("in het nieuwe jaar", "2025-11-08", "2026-01-13", "2026-02-28", "month", "as after the Christmas recess"),
    # recesses
    ("voor het zomerreces", "2025-05-08", None, "2025-07-03", "day", "the Thursday before"),
    ("voor de zomervakantie", "2025-05-08", None, "2025-07-03", "day", "another word for it"),
    ("na het zomerreces", "2025-05-08", "2025-09-02", "2025-10-31", "season", "as after the summer"),
    ("voor het herfstreces", "2025-06-09", None, "2025-10-02", "day", "2025: the election recess takes its place"),
    ("na het herfstreces", "2024-09-09", "2024-11-05", "2024-12-03", "month", "28 days from the first day after it"),
    ("voor de kerst", "2025-11-08", None, "2025-12-18", "day", "the Thursday before the recess"),
    ("na het kerstreces", "2025-11-09", "2026-01-13", "2026-02-28", "month", "in the next calendar year"),
    ("na het kerstreces", "2027-11-09", "2028-01-18", "2028-02-28", "month", "28 February, also in a leap year"),
    ("na het kerstreces", "2026-01-20", "2026-01-13", "2026-02-28", "month", "still open in January"),
    ("voor het meireces", "2026-03-01", None, "2026-04-23", "day", "the Thursday before"),
    ("na het meireces", "2026-03-01", "2026-05-12", "2026-06-09", "month", "28 days"),
    ("voor het krokusreces", "2026-01-10", None, "2026-02-12", "day", "another word for the spring recess"),
    ("voor het reces", "2025-05-20", None, "2025-07-03", "day", "the next one"),
    ("in de eerste week na het reces", "2025-05-08", "2025-05-13", "2025-05-16", "week", "Tuesday to Friday"),
    ("voor het verkiezingsreces", "2025-09-10", None, "2025-10-02", "day", "listed, not computed"),
    # the budget year
    ("met Prinsjesdag", "2024-04-05", "2024-09-17", "2024-09-17", "day", "that day on both sides"),
    ("voor Prinsjesdag", "2025-05-08", None, "2025-09-15", "day", "the day before"),
    ("rond Prinsjesdag", "2025-05-08", "2025-09-09", "2025-09-23", "day", "a week on either side"),
    ("in de Miljoenennota 2025", "2024-09-13", "2024-09-17", "2024-09-17", "day", "budget year minus one"),
    ("bij de ontwerpbegroting 2027", "2025-05-08", "2026-09-15", "2026-09-15", "day", "the same"),
    ("bij de Voorjaarsnota", "2025-02-08", "2025-04-15", "2025-06-01", "month", "15 April to 1 June"),
    ("uiterlijk bij de Voorjaarsnota", "2025-02-08", None, "2025-06-01", "month", "no lower bound"),
    ("bij de Najaarsnota", "2025-05-08", "2025-11-15", "2025-12-01", "month", "15 November to 1 December"),
    ("bij de aanbieding van de begroting 2026", "2025-05-08", "2025-09-16", "2025-09-16", "day", "words between"),
    ("bij het jaarverslag", "2025-02-08", "2025-05-21", "2025-05-21", "day", "Verantwoordingsdag"),
    ("bij de eerstvolgende suppletoire begroting", "2025-06-08", "2025-11-15", "2025-12-01", "month", "the first after the anchor"),
    ("voor de begrotingsbehandeling van OCW van 2025", "2024-09-13", None, "2024-12-15", "month", "date of the debate unknown"),
    # debates
    ("voor het debat van 11 september", "2025-05-08", None, "2025-09-10", "day", "the day before"),
    ("voor het commissiedebat inburgering en integratie van 11 september 2025", "2025-05-08", None, "2025-09-10", "day", "subject between"),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "anchor", "not_before", "not_after", "precision", "reason"), READINGS)
def test_a_phrase_reads_as_the_table_says(
    phrase: str, anchor: str, not_before: str | None, not_after: str | None, precision: str, reason: str
) -> None:
    text = f"Uw Kamer ontvangt {phrase} de uitkomsten."
    moment = only(text, date.fromisoformat(anchor))
    found = moment.deadline
    assert (found.not_before, found.not_after, found.precision) == (day(not_before), day(not_after), precision), reason
    assert moment.usable, moment.why
    assert text[moment.start : moment.end] == moment.phrase == found.phrase == phrase


# Phrase, precision, days until it is time to ask again, reason.
OPEN = [
    ("op korte termijn", "vague", 42, "six weeks"),
    ("binnenkort", "vague", 42, "six weeks"),
    ("zo spoedig mogelijk", "vague", 56, "eight weeks"),
    ("zo snel mogelijk", "vague", 56, "eight weeks"),
    ("z.s.m.", "vague", 56, "abbreviated"),
    ("te zijner tijd", "vague", 180, "half a year"),
    ("op een later moment", "vague", 180, "half a year"),
    ("de komende weken", "vague", 42, "no number of weeks"),
    ("de komende maanden", "vague", 120, "no number of months"),
    ("in de komende periode", "vague", 90, "no unit at all"),
    ("binnen enkele weken", "vague", 28, "soft: four weeks"),
    ("over een aantal weken", "vague", 28, "soft"),
    ("in deze kabinetsperiode", "vague", 174, "until the election of 29 October 2025"),
    ("jaarlijks", "recurring", 365, "each year is a deadline of its own"),
    ("elk kwartaal", "recurring", 92, "three months"),
    ("elke vier jaar", "recurring", 1461, "any number"),
    ("in de volgende voortgangsbrief", "series", 180, "the next of a row"),
    ("bij de eerstvolgende halfjaarlijkse voortgangsrapportage", "series", 180, "an adjective between"),
    ("na ommekomst van het advies", "event", 90, "hangs on an advice"),
    ("voorafgaand aan de inwerkingtreding van deze wet", "event", 90, "hangs on a law"),
    ("na de gezamenlijke Voorkeursbeslissing", "event", 90, "a compound with its adjective"),
    ("voor de behandeling van het wetsvoorstel", "event", 90, "a debate on a bill"),
    ("in een volgende fase", "vague", 180, "no date at all"),
    ("periodiek", "recurring", 184, "taken as twice a year"),
    ("voor het commissiedebat", "event", 90, "a debate whose date is not named"),
    ("uiterlijk een week voor de plenaire behandeling", "event", 90, "a distance from an event"),
    ("binnen zes weken na ontvangst van het advies", "event", 90, "counts from an event, so no date"),
]  # fmt: skip


@pytest.mark.parametrize(("phrase", "precision", "days", "reason"), OPEN)
def test_a_phrase_without_a_date_says_when_to_look_again(phrase: str, precision: str, days: int, reason: str) -> None:
    moment = only(f"Ik informeer u {phrase}.")
    found = moment.deadline
    assert (found.not_before, found.not_after, found.precision) == (None, None, precision), reason
    assert found.look_again is not None and (found.look_again - D).days == days, reason
    assert moment.phrase == phrase
    assert moment.usable
    assert found.note


def test_a_clause_of_condition_runs_to_the_comma() -> None:
    moment = only("Zodra de resultaten bekend zijn, stuur ik u de brief.")
    assert (moment.phrase, moment.deadline.precision, moment.usable) == ("Zodra de resultaten bekend zijn", "event", True)


# Sentence, the phrase that is found, a word of why it is no deadline, reason.
NO_DEADLINE = [
    ("Uw brief van 31 maart jl. heb ik gelezen.", "van 31 maart jl.", "verwijzing", "a reference, and past"),
    ("Op 1 april jl. sprak ik de sector.", "Op 1 april jl.", "verleden", "jl. is past"),
    ("Op 12 maart sprak ik de sector.", "Op 12 maart", "vermoedelijk verleden", "two months before the letter"),
    ("Afgelopen 1 mei sprak ik de sector.", "Afgelopen 1 mei", "verleden", "said so"),
    ("Zie mijn brief van 4 juli 2025.", "van 4 juli 2025", "verwijzing", "date of a letter, though later than the anchor"),
    ("De brief d.d. 4 juli 2025 noemt dit.", "d.d. 4 juli 2025", "verwijzing", "d.d."),
    ("In het debat van 4 juni komt dit terug.", "van 4 juni", "verwijzing", "date of a debate"),
    ("Tijdens het commissiedebat op 4 juni vroeg u hiernaar.", "op 4 juni", "verwijzing", "date of a meeting"),
    ("Dat doe ik in tweede termijn.", "in tweede termijn", "termijn van een debat", "part of a debate"),
    ("Op termijn is dit nodig.", "Op termijn", "termijn", "no date"),
    ("Op de lange termijn is dit nodig.", "Op de lange termijn", "termijn", "no date"),
    ("Ik kom daar straks op terug.", "straks", "zelfde debat", "the same sitting"),
    ("De regeling loopt tot 1 januari 2027.", "tot 1 januari 2027", "looptijd", "property of a scheme"),
    ("De regeling geldt tot en met 31 december 2026.", "tot en met 31 december 2026", "looptijd", "the same"),
    ("De regeling vervalt per 1 januari 2027.", "per 1 januari 2027", "looptijd", "its end, no promise"),
    ("Vorig najaar is dit gebeurd.", "Vorig najaar", "verleden", "past"),
    ("Afgelopen zomer is dit gebeurd.", "Afgelopen zomer", "verleden", "past"),
    ("In 2023 is dit onderzocht.", "In 2023", "verleden", "a year before the anchor"),
    ("Eind vorig jaar is dit onderzocht.", "Eind vorig jaar", "verleden", "past"),
    ("De motie om voor de zomer van 2023 te rapporteren is uitgevoerd.", "voor de zomer van 2023", "verleden", "an old term"),
    ("Sinds 1 juli 2024 geldt dit.", "Sinds 1 juli 2024", "verleden", "past"),
    ("Voor 2026 is 12 miljoen euro beschikbaar.", "Voor 2026", "doel", "voor is for"),
    ("Dit is genoeg voor de komende jaren.", "voor de komende jaren", "doel", "voor is for"),
    ("Het programma loopt in de periode 2025-2028.", "in de periode 2025-2028", "looptijd", "how long something runs"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "phrase", "why", "reason"), NO_DEADLINE)
def test_what_only_looks_like_a_deadline_is_found_and_refused_with_the_reason(sentence: str, phrase: str, why: str, reason: str) -> None:
    moment = only(sentence)
    assert moment.phrase == phrase
    assert not moment.usable, reason
    assert why in moment.why, reason


# Sentences without any time expression.
NOTHING = [
    ("De Tweede Kamer heeft de eerste vraag gesteld.", "ordinals without a unit"),
    ("Artikel 12, eerste lid, van de wet.", "numbers of articles"),
    ("Ik begin met de eerste vraag en maak een eind aan de discussie.", "begin and eind as other words"),
    ("Dat kost 25 euro per maand en 300 euro per jaar.", "a rate"),
    ("Er waren 2025 aanvragen.", "a count that looks like a year"),
    ("Wij doen dit voor de arbeidsmigranten.", "voor without a moment"),
    ("De derdelanders wonen hier drie jaar.", "a length of stay"),
    ("Het ministerie stelt middelen beschikbaar voor het debat.", "a debate that something is meant for"),
    ("Het jaarlijks overzicht is bijgewerkt.", "an adjective of a thing"),
    ("Er is geld voor de behandeling van patiënten.", "voor is for"),
    ("", "empty text"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "reason"), NOTHING)
def test_other_words_are_left_alone(sentence: str, reason: str) -> None:
    assert find_moments(sentence, D) == [], reason


def test_offsets_point_into_the_text_over_line_breaks() -> None:
    text = "Ik kom hier vóór\n  het\u00a0zomerreces op terug, en uiterlijk\n1 oktober met een plan."
    moments = find_moments(text, D)
    assert [text[moment.start : moment.end] for moment in moments] == ["vóór\n  het\u00a0zomerreces", "uiterlijk\n1 oktober"]
    assert [moment.deadline.not_after for moment in moments] == [date(2025, 7, 3), date(2025, 10, 1)]


def test_several_moments_stand_in_order_and_do_not_overlap() -> None:
    text = "Eind juni stuur ik een brief, in het najaar een wetsvoorstel en begin 2026 volgt de evaluatie."
    moments = find_moments(text, D)
    assert [moment.phrase for moment in moments] == ["Eind juni", "in het najaar", "begin 2026"]
    both = "Eind 2025 en in het najaar van 2026 informeer ik u."
    assert [moment.phrase for moment in find_moments(both, D)] == ["Eind 2025", "in het najaar van 2026"]
    assert all(left.end <= right.start for left, right in pairwise(moments))


# --- the fields beside the dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "anchor", "label", "grace", "reason"),
    [
        ("voor het zomerreces", "2025-05-08", "zomerreces 2025", 14, "letters keep coming for two weeks"),
        ("voor de zomer", "2025-05-08", "zomerreces 2025", 14, "the same in practice"),
        ("voor het kerstreces", "2025-05-08", "kerstreces 2025", 0, "no grace"),
        ("in het najaar", "2025-05-08", "document 2025-05-08", 0, "the recess starts before 20 December"),
        ("in het najaar", "2027-05-08", "document 2027-05-08", 4, "until the recess starts on 24 December"),
        ("binnen zes weken", "2025-05-08", "document 2025-05-08", 0, "counted from the letter"),
        ("met Prinsjesdag", "2025-05-08", "Prinsjesdag 2025", 0, "a budget moment"),
        ("eind 2026", "2025-05-08", None, 0, "hangs on nothing"),
    ],
)
def test_anchor_and_grace(phrase: str, anchor: str, label: str | None, grace: int, reason: str) -> None:
    found = only(phrase, date.fromisoformat(anchor)).deadline
    assert (found.anchor, found.grace_days) == (label, grace), reason


@pytest.mark.parametrize(
    ("phrase", "anchor", "part", "reason"),
    [
        ("voor de zomer", "2025-07-09", "Op 9 juli 2025 was het zomerreces van 2025 al begonnen; gelezen als 2026.", "flagged"),
        ("voor het herfstreces", "2025-06-09", "opgegaan in het verkiezingsreces", "election year"),
        ("voor het meireces", "2026-03-01", "verwachting", "an unconfirmed recess says so"),
        ("voor het zomerreces", "2024-03-01", "Tot en met de dag voor het zomerreces van 2024", "the reading"),
        ("voor het zomerreces", "2031-03-01", "berekend", "a computed recess says so"),
        ("eerste kwartaal", "2025-04-02", "Zonder jaartal; in 2025 was dit op 2 april 2025 al voorbij, dus 2026.", "next year"),
        ("in het voorjaar", "2025-01-10", "1 maart 2025 tot en met 20 juni 2025", "the boundaries are shown"),
        ("met ingang van 1 juli", "2025-05-08", "ingaat", "an action date"),
        ("binnen zes weken", "2025-05-08", "Gerekend vanaf 8 mei 2025.", "from when"),
    ],
)
def test_the_note_tells_the_reading(phrase: str, anchor: str, part: str, reason: str) -> None:
    note = only(phrase, date.fromisoformat(anchor)).deadline.note
    assert note is not None and part in note, reason


@pytest.mark.parametrize("phrase", ["voor de zomer", "binnen zes weken", "in het eerste kwartaal", "dit najaar", "uiterlijk 1 mei", "deze week"])
def test_without_an_anchor_a_relative_phrase_has_no_dates_and_says_so(phrase: str) -> None:
    moment = only(phrase, None)
    assert (moment.deadline.not_before, moment.deadline.not_after) == (None, None)
    assert "niet bekend" in (moment.deadline.note or "")
    assert moment.usable


@pytest.mark.parametrize(
    ("phrase", "not_before", "not_after"),
    [
        ("uiterlijk 1 mei 2026", None, "2026-05-01"),
        ("in het najaar van 2026", "2026-09-01", "2026-12-20"),
        ("voor de zomer van 2026", None, "2026-07-02"),
    ],
)
def test_without_an_anchor_a_phrase_with_its_year_still_resolves(phrase: str, not_before: str | None, not_after: str) -> None:
    found = only(phrase, None).deadline
    assert (found.not_before, found.not_after) == (day(not_before), day(not_after))


# --- hostile input -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    ["voor het ", "eind/begin ", "in de eerste ", "van 1 ", "1-1-", "zodra ", "volgende ", "Q", "binnen een half ", "\u0301o", "9" * 40 + " "],
)
@pytest.mark.usefixtures("no_hang")
def test_long_repetitions_are_read_to_their_end(piece: str) -> None:
    text = piece * 12_000
    assert all(0 <= moment.start < moment.end <= len(text) for moment in find_moments(text, D))


@pytest.mark.parametrize(
    "text",
    [
        "op 31 februari 2026",
        "uiterlijk 30 februari",
        "in week 53 van 2025",
        "binnen 999 jaar",
        "99-99-2026",
        "uiterlijk 0 mei",
        "eind eind 2026",
        "op 29 februari",
    ],
)
def test_impossible_dates_do_not_raise(text: str) -> None:
    for moment in find_moments(text, D):
        assert moment.phrase in text


def test_any_order_of_the_words_of_time_is_read_without_an_error() -> None:
    """The phrases of the two files, thrown together: offsets hold, and a range never ends before it starts."""
    folder = Path(__file__).parents[2] / "nlp" / "patterns"
    words = [
        "2026",
        "1",
        "31",
        "15",
        "/",
        "-",
        ".",
        ",",
        "jaar",
        "van",
        "het",
        "en",
        "of",
        "Q",
        "3",
        "kwartaal",
        "helft",
        "maandag",
        "nog",
        "jl.",
        "a.s.",
    ]
    for name in ("deadlines.toml", "calendar.toml"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            words.extend(part for part in line.split('"')[1::2] if len(part) < 40)
    choice = random.Random(7)
    read = 0
    for _ in range(3000):
        text = " ".join(choice.choice(words) for _ in range(choice.randint(2, 8)))
        for moment in find_moments(text, choice.choice([None, D, date(2024, 2, 29), date(2025, 12, 31)])):
            low, high = moment.deadline.not_before, moment.deadline.not_after
            assert text[moment.start : moment.end] == moment.phrase
            assert low is None or high is None or low <= high or not moment.usable, text
            read += 1
    assert read > 1000


# --- real documents ------------------------------------------------------------------------------------------------------------------------

EVALUATION = Path(__file__).resolve().parents[3] / "shared" / "evaluation"


@pytest.mark.skipif(not EVALUATION.is_dir(), reason="the labelled documents lie beside the project only where it is developed")
def test_labelled_deadlines_are_read_with_their_dates() -> None:
    documents = {row["id"]: row for row in map(json.loads, (EVALUATION / "dev.docs.jsonl").read_text(encoding="utf-8").splitlines())}
    right = total = 0
    for line in (EVALUATION / "dev.gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        anchor = day(documents[row["id"]]["date"])
        for item in row["commitments"]:
            gold = item.get("deadline")
            # A deadline that is carried over from the sentence before is the business of who reads the commitments.
            if not gold or item.get("doubt") or gold["phrase"] not in item["text"]:
                continue
            total += 1
            moments = [moment.deadline for moment in find_moments(item["text"], anchor) if moment.usable]
            right += (day(gold["not_before"]), day(gold["not_after"])) in [(one.not_before, one.not_after) for one in moments]
    assert total > 30
    assert right / total >= 0.95
