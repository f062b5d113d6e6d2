"""Looks up inflected Dutch verbs in a closed table: from a word form to the verbs it can belong to.

In: a lower-case word. Out: readings, each with its verb and form. The table is `patterns/verbs.toml`; no lemmatiser is needed or consulted.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from db.records import CommitmentKind

Role = Literal["report", "speak", "examine", "evaluate", "meet", "settle", "make", "broad", "rule", "pay", "turn", "soft", "state"]
Form = Literal["stem", "third", "infinitive", "participle"]

_TABLE = Path(__file__).parent / "patterns" / "verbs.toml"


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb of the table."""

    infinitive: str
    """Written together: `aanbieden`."""
    particle: str
    """What stands apart in a main clause: `aan`; empty for most verbs."""
    role: Role
    kind: CommitmentKind


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a word form."""

    verb: Verb
    form: Form


@cache
def _forms() -> dict[str, tuple[Reading, ...]]:
    table: dict[str, list[Reading]] = {}
    for group in tomllib.loads(_TABLE.read_text(encoding="utf-8"))["group"]:
        for row in group["verbs"]:
            written, stem, participle, *third = row.split()
            particle, _, rest = written.rpartition("|")
            verb = Verb(infinitive=particle + rest, particle=particle, role=group["role"], kind=group["kind"])
            he = third[0] if third else stem if stem.endswith("t") else stem + "t"
            forms: list[tuple[str, Form]] = [(stem, "stem"), (he, "third"), (rest, "infinitive"), (participle, "participle")]
            if particle:
                # Written together in a subordinate clause or an infinitive group: "aanbieden", "aanbied", "aan te bieden".
                forms += [(particle + rest, "infinitive"), (particle + stem, "stem"), (particle + he, "third")]
            for form, name in forms:
                if not any(seen.verb == verb and seen.form == name for seen in table.setdefault(form, [])):
                    table[form].append(Reading(verb, name))
    return {form: tuple(readings) for form, readings in table.items()}


def readings(word: str) -> tuple[Reading, ...]:
    """Give all readings of a lower-case word form; none for a word outside the table."""
    return _forms().get(word, ())


def pick(word: str, forms: tuple[Form, ...], particles: frozenset[str] = frozenset()) -> Verb | None:
    """Give the verb that a word form belongs to, preferring a separable one whose particle stands in the clause.

    A form that is written together with its particle counts as that verb without further evidence.
    """
    plain: Verb | None = None
    for reading in readings(word):
        verb = reading.verb
        if reading.form not in forms:
            continue
        together = reading.form == "participle" or (word.startswith(verb.particle) and len(word) > len(verb.particle) + 1)
        if verb.particle and (together or verb.particle in particles):
            return verb
        if not verb.particle and plain is None:
            plain = verb
    return plain
