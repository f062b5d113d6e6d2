"""What a new publication does to earlier promises: a wrong "kept" is worse than a missed one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from factories import FACTS, PROMISE

from db.facts import StoredFulfilment
from db.tracking import Earlier, OpenPromise
from pipeline.track import answers, by_calendar, overdue_on, question_numbers, responds, track

OLD = OpenPromise(
    id=1, act="onderzoeksopzet van de Monitor sociale inbedding naar de Kamer sturen", kind="inform", firm=True,
    sentence="Uiterlijk op 13 november ontvangt uw Kamer de onderzoeksopzet van de Monitor sociale inbedding.", phrase="13 november",
    not_after=date(2026, 11, 13), grace_days=0, publication_id=3, title="Voortgang", url="https://x/3", date=date(2026, 11, 1),
    ministry="Sociale Zaken en Werkgelegenheid", office=None, referenced=False,
)  # fmt: skip
NEW = replace(FACTS, promises=(), ministry="Sociale Zaken en Werkgelegenheid", date=date(2026, 11, 11))
SAYS = "Hiermee doe ik de toezegging over de onderzoeksopzet van de Monitor sociale inbedding gestand."


def kept(about: str = SAYS) -> StoredFulfilment:
    return StoredFulfilment(kind="kept", sentence=about, about=about, page=1)


@pytest.mark.parametrize(
    ("old", "about", "wanted", "reason"),
    [
        ([OLD], SAYS, True, "same thing, same ministry"),
        ([OLD], "Hiermee doe ik de toezegging over wachttijden gestand.", False, "another thing"),
        ([OLD], "Hiermee doe ik de toezegging over de monitor gestand.", False, "one word is not enough"),
        ([replace(OLD, ministry="Justitie en Veiligheid")], SAYS, False, "another ministry, and no reference"),
        ([replace(OLD, ministry="Justitie en Veiligheid", referenced=True)], SAYS, True, "another ministry, but the paper is named"),
        ([replace(OLD, ministry=None)], SAYS, False, "nobody knows who promised it"),
        ([replace(OLD, ministry=None)], f"In mijn brief van 1 november heb ik dat toegezegd. {SAYS}", True, "the letter is named by its day"),
        ([OLD, replace(OLD, id=2)], SAYS, False, "two promises fit as well: nobody can say which"),
        ([OLD, replace(OLD, id=2, referenced=True)], SAYS, True, "of two the one whose paper is named"),
    ],
)
def test_which_promise_is_kept(old: list[OpenPromise], about: str, wanted: bool, reason: str) -> None:
    happened = track(replace(NEW, fulfilments=(kept(about),)), old)
    assert [one.kind for one in happened] == (["kept"] if wanted else []), reason


def test_a_promise_kept_late_says_so() -> None:
    (one,) = track(replace(NEW, date=date(2026, 11, 20), fulfilments=(kept(),)), [OLD])
    assert "7 dagen na de termijn" in one.text
    assert "Voortgang" in one.reason


MOVES = "In plaats van vóór 14 november stuur ik de onderzoeksopzet van de Monitor sociale inbedding op 1 februari 2027."


def test_a_sentence_with_both_terms_moves_the_promise() -> None:
    promise = replace(PROMISE, sentence=MOVES, act=OLD.act)
    told = StoredFulfilment(kind="moved", sentence=MOVES, about=MOVES, page=1, was_after=date(2026, 11, 13), not_after=date(2027, 2, 1))
    (one,) = track(replace(NEW, promises=(promise,), fulfilments=(told,)), [OLD])
    assert (one.kind, one.commitment_id, one.was, one.becomes) == ("moved", 1, date(2026, 11, 13), date(2027, 2, 1))


@pytest.mark.parametrize(
    ("until", "told", "wanted", "reason"),
    [
        (date(2026, 11, 13), (), ["repeated"], "the same act with the same term"),
        (date(2027, 2, 1), (), [], "a later term alone may be another letter of the same name"),
        (date(2027, 2, 1), ("De onderzoeksopzet van de monitor heeft vertraging.",), ["moved"], "a later term, and a sentence that says so"),
        (date(2027, 2, 1), ("De bouw van woningen heeft vertraging.",), [], "something else is late"),
        (date(2026, 11, 12), ("De onderzoeksopzet van de monitor heeft vertraging.",), [], "an earlier term is no delay"),
    ],
)
def test_a_promise_said_again(until: date, told: tuple[str, ...], wanted: list[str], reason: str) -> None:
    promise = replace(PROMISE, act=OLD.act, kind="inform", not_after=until)
    delays = tuple(StoredFulfilment(kind="moved", sentence=text, about=text, page=None) for text in told)
    assert [one.kind for one in track(replace(NEW, promises=(promise,), fulfilments=delays), [OLD])] == wanted, reason


def test_an_answer_is_found_by_the_number_of_the_questions() -> None:
    answer = replace(NEW, kind="antwoord", names=("ah-tk-20262027-431",))
    assert question_numbers(answer, "Antwoord op vragen (ingezonden 9 oktober 2026, nr. 2026Z19102)") == {"2026Z19102"}
    assert question_numbers(replace(answer, answers=("2026Z20377",)), "(ingezonden 22 oktober 2026)") == {"2026Z20377"}, "its source says the number"
    assert question_numbers(NEW, "nr. 2026Z19102") == frozenset(), "a letter that names a number answers nothing"
    (one,) = answers(answer, [Earlier(id=9, title="Brand", url="https://x/9", date=date(2026, 10, 9))])
    assert one.text == "vragen beantwoord: Brand, na 33 dagen"


@pytest.mark.parametrize(
    ("title", "text", "wanted", "reason"),
    [
        ("Kabinetsreactie", "Hierbij mijn reactie op het advies «Langer blijven, eerder meedoen».", True, "a response that has the advice by name"),
        ("Voortgang", "Het advies «Langer blijven, eerder meedoen» is vandaag verschenen.", False, "named, but no response"),
        ("Kabinetsreactie", "Hierbij mijn reactie op het advies over wonen.", False, "a response to something else"),
    ],
)
def test_a_letter_that_responds_to_an_advice(title: str, text: str, wanted: bool, reason: str) -> None:
    advice = Earlier(id=9, title="Advies Langer blijven, eerder meedoen. Over arbeidsmigratie", url="https://x/9", date=date(2026, 11, 1))
    assert bool(responds(replace(NEW, title=title), text, [advice])) == wanted, reason


SUMMER = (date(2027, 7, 9), date(2027, 9, 6))


def recess_of(day: date) -> tuple[date, date] | None:
    return SUMMER if SUMMER[0] <= day <= SUMMER[1] else None


@pytest.mark.parametrize(
    ("not_after", "grace", "overdue", "reason"),
    [
        (date(2027, 5, 1), 0, date(2027, 5, 2), "the day after"),
        (date(2027, 5, 1), 7, date(2027, 5, 9), "after the grace"),
        (date(2027, 7, 8), 0, date(2027, 7, 23), "voor het zomerreces: not on the first day of the recess"),
        (date(2027, 8, 15), 0, date(2027, 8, 16), "late in a recess"),
    ],
)
def test_when_a_promise_is_overdue(not_after: date, grace: int, overdue: date, reason: str) -> None:
    assert overdue_on(not_after, grace, recess_of) == overdue, reason


@pytest.mark.parametrize(
    ("seen", "today", "kind", "reason"),
    [
        (date(2026, 9, 1), date(2026, 10, 29), None, "more than two weeks ahead"),
        (date(2026, 9, 1), date(2026, 10, 30), "due", "two weeks ahead"),
        (date(2026, 11, 1), date(2026, 11, 2), None, "first seen within two weeks of its term: it has just been told"),
        (date(2026, 9, 1), date(2026, 11, 13), "due", "on the last day"),
        (date(2026, 9, 1), date(2026, 11, 14), "overdue", "the day after"),
        (date(2026, 11, 14), date(2026, 11, 20), None, "first seen after its term: it may have been kept before"),
    ],
)
def test_what_the_calendar_says(seen: date, today: date, kind: str | None, reason: str) -> None:
    said = by_calendar(replace(OLD, seen=seen), today, overdue_on(OLD.not_after or today, 0, recess_of))
    assert (said.kind if said else None) == kind, reason
