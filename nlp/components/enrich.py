"""Reads found promises again with a parser: fills slots that the rules left empty and moves the confidence. It adds and deletes nothing.

In: found promises, the passages, a parser. Out: the same promises. Where the parse does not know the word that carries the act as a verb, nothing is
changed: on official Dutch a compact parser is right about subject, object and passive, and often wrong about subordinate clauses (docs/models.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlp.components.commitments import FoundCommitment
from nlp.parse import Node, Parse, Parser
from nlp.prepare import Passage
from nlp.wording import phrase

_BELOW = frozenset(["acl:relcl", "acl", "advcl", "ccomp", "parataxis", "punct", "appos"])
"""Relations of clauses that do not belong to a short object."""
_EMPTY = frozenset(["dit", "aan"])
"""Begin an act whose object the rules did not find."""
_BY_SPEAKER = frozenset(["future", "willing", "wanting", "report", "present", "having", "back", "coming"])
"""Rules whose subject is the government itself; in others a thing may be the subject."""
_GOVERNMENT = ("minister", "staatssecretaris", "ministerie", "departement", "bewindspersonen")
_MOMENTS = frozenset(["komende", "dit", "deze", "volgende", "eind", "begin"])
_UP, _DOWN = 0.03, 0.05
_HIGHEST = 0.98


def enrich(found: Sequence[FoundCommitment], passages: Sequence[Passage], parser: Parser) -> tuple[FoundCommitment, ...]:
    """Read the sentences of promises, and only these, with a parser."""
    parses = parser.parse([passages[one.passage].text[one.start : one.end] for one in found])
    return tuple(_read_again(one, parse) if parse is not None else one for one, parse in zip(found, parses, strict=True))


def _read_again(one: FoundCommitment, parse: Parse) -> FoundCommitment:
    verb = parse.at(one.at - one.start) if one.at is not None else None
    if verb is None or parse.nodes[verb].pos not in ("VERB", "AUX"):
        return one
    act = one.act
    if one.kind != "inform" and act.split()[0] in _EMPTY:
        act = _act(parse, verb, one) or act
    return replace(one, act=act, confidence=_confidence(one, parse, verb))


def _confidence(one: FoundCommitment, parse: Parse, verb: int) -> float:
    """Lift the confidence where the parser takes the same word for the subject, lower it where it takes another noun for who acts."""
    subjects = [parse.nodes[i] for i in parse.children(verb, "nsubj", "nsubj:pass")]
    if any(_speaks(node) or node.dep == "nsubj:pass" for node in subjects):
        return min(one.confidence + _UP, max(one.confidence, _HIGHEST))
    if one.rule.split(".")[1].split("/")[0] in _BY_SPEAKER and any(node.pos in ("NOUN", "PROPN") for node in subjects):
        return max(one.confidence - _DOWN, 0.0)
    return one.confidence


def _speaks(node: Node) -> bool:
    return node.text.lower() in ("ik", "wij", "we", "kabinet", "regering", "kamer", "u") or node.text.lower().startswith(
        ("minister", "staatssecretaris")
    )


def _act(parse: Parse, verb: int, one: FoundCommitment) -> str:
    """Object and verb by the parse, without what stands before its noun where it is long; nothing where it sees no object, or only a pronoun."""
    for i in (*parse.children(verb, "obj"), *parse.children(verb, "nsubj:pass")):
        for without in (_BELOW, _BELOW | {"amod", "advmod", "obl", "obl:agent"}):
            words = [parse.nodes[j].text for j in parse.below(i, without)]
            fits = 1 < len(words) <= 9 and words[-1].isalnum() and words[0].lower() not in _MOMENTS
            if parse.nodes[i].pos in ("NOUN", "PROPN") and fits:
                return phrase(words, one.verb or parse.nodes[verb].lemma)
    return ""
