"""Sentences cut off, run together and with words out of place, as bad extraction leaves them: whatever they say, reading them ends well."""

from __future__ import annotations

import random
import re
from datetime import date

import pytest

from crawler.replay.library import load
from db.records import Context
from nlp.analyse import analyse
from pipeline.extract.from_text import segment

STRAY = ("of", "en of", "waarin", "om", "dat", ",", "(", "„", "–", "te", "die", "hoe")
ROUNDS = 12
SENTENCES = 80


def read(sentences: list[str], doctype: str) -> None:
    analyse(segment("\n\n".join(["Geachte voorzitter.", *sentences])), Context(date=date(2026, 11, 10), doctype=doctype))


@pytest.mark.parametrize(
    "sentence",
    [
        "Tevens onderzoek ik hoe , het kabinet hierop kan acteren.",
        "Ik onderzoek hoe .",
        "Ik zal bezien of,",
        "Het kabinet onderzoekt of en hoe",
        "Ik laat onderzoeken waarom de.",
        "Het kabinet investeert in grenscontroles, en zet in op ( innovaties zoals de invoering van nieuwe systemen.:",
    ],
)
@pytest.mark.parametrize("doctype", ["Brief regering", "Regeerprogramma"])
def test_a_question_without_its_words_is_read(sentence: str, doctype: str) -> None:
    read([sentence], doctype)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_broken_sentences_are_read(seed: int) -> None:
    chance = random.Random(seed)
    whole = [sentence.split() for publication in load() for sentence in re.split(r"(?<=[.!?])\s+", publication.body) if 30 < len(sentence) < 500]

    def broken() -> str:
        words, way = chance.choice(whole), chance.randrange(4)
        at = chance.randrange(len(words))
        if way == 0:
            words = words[: at + 1]
        elif way == 1:
            words = words[at:]
        elif way == 2:
            other = chance.choice(whole)
            words = [*words[: at + 1], *other[chance.randrange(len(other)) :]]
        else:
            words = [*words[:at], chance.choice(STRAY), *words[at:]]
        return " ".join(words) + chance.choice([".", "", ";", ":"])

    read([broken() for _ in range(SENTENCES)], chance.choice(["Brief regering", "Regeerprogramma", "Verslag van een commissiedebat"]))
