"""A CQL query of the repository's dialect in, the matching publications in order out. Decides only.

Booleans have one rank and bind to the left; exclusion is written `A not B`; two bare words side by side are a syntax error, as on the real host.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cmp_to_key

from crawler.replay.library import AMSTERDAM, Publication
from crawler.replay.render_metadata import CHAMBER, facts, full_title, parliamentary_type
from crawler.replay.render_sru import group

Test = Callable[[Publication], bool]
_TOKEN = re.compile(r'\s*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<mark>==|<>|>=|<=|=|>|<|\(|\)|/)|(?P<word>[^\s"()=<>/]+))')
_RELATIONS = ("==", "=", "<>", ">=", "<=", ">", "<", "any", "all", "exact")
_INSTANTS = ("cd.datumTijdstipWijzigingWork", "cd.datumTijdstipWijzigingExpression")
_WORK_FIELDS = frozenset({
    "aanhangsel", "aanhangselnummer", "adviesRvs", "behandeldDossier", "bijlage", "datumBrief", "datumIndiening", "datumOndertekening",
    "datumOntvangst", "datumTotstandkoming", "datumVergadering", "documentstatus", "documenttitel", "dossiernummer", "dossiertitel",
    "externeBijlage", "handelingenitemnummer", "hoofddocument", "indiener", "jaargang", "ondernummer", "ontvanger", "organisatietype",
    "publicatienaam", "publicatienummer", "startpagina", "eindpagina", "subrubriek", "vergaderjaar", "versieinformatie", "versienummer",
    "vraagnummer",
})  # fmt: skip
_INDEXES = frozenset({
    "dt.identifier", "dt.title", "dt.type", "dt.creator", "dt.language", "dt.modified", "dt.available", "dt.date", "dt.issued",
    "dt.subject", "ot.authority", "c.product-area", "c.content-area", "cql.textAndIndexes", "cql.allIndexes",
    "cd.datumTijdstipWijzigingWork", "cd.datumTijdstipWijzigingExpression",
}).union(f"w.{name}" for name in _WORK_FIELDS)  # fmt: skip
_LEADS = {"any": any, "all": all}


class QueryError(Exception):
    """A query that the repository answers with a diagnostic."""

    def __init__(self, code: int, message: str, details: str) -> None:
        super().__init__(message)
        self.code, self.message, self.details = code, message, details


def search(query: str, publications: tuple[Publication, ...]) -> list[Publication]:
    """The publications that match, in the order asked for, else by identifier.

    Raises:
        QueryError: the query cannot be read (10) or names an index that does not exist (16).
    """
    parser = _Parser(list(_tokens(query)))
    test = parser.expression()
    keys = parser.sorting()
    found = sorted(filter(test, publications), key=lambda item: item.id)
    for index, descending in reversed(keys):
        found.sort(key=cmp_to_key(lambda a, b, index=index: _compare(_key(a, index), _key(b, index))), reverse=descending)  # type: ignore[misc]
    return found


def values(publication: Publication, index: str) -> list[str]:
    """What a record holds under an index."""
    match index:
        case "dt.identifier":
            return [publication.id]
        case "dt.title":
            return [full_title(publication)]
        case "dt.type":
            return [parliamentary_type(publication)]
        case "dt.creator" | "ot.authority":
            return [CHAMBER]
        case "dt.language":
            return ["nl"]
        case "dt.modified":
            return [publication.changed.date().isoformat()]
        case "dt.available":
            return [publication.first_available.isoformat()]
        case "dt.date":
            return [publication.date.isoformat()]
        case "dt.issued":
            return [publication.date.isoformat()] if publication.family != "blg" else []
        case "dt.subject":
            return list(publication.subjects)
        case "c.product-area":
            return ["officielepublicaties"]
        case "c.content-area":
            return [f"officielepublicaties/{publication.family}/{group(publication)}"]
        case "cql.textAndIndexes" | "cql.allIndexes":
            return [f"{full_title(publication)} {publication.content.plain()}"]
        case "cd.datumTijdstipWijzigingWork" | "cd.datumTijdstipWijzigingExpression":
            return [publication.changed.isoformat()]
    return [fact.value for fact in facts(publication) if f"w.{fact.sru}" == index]


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        if not token:
            raise QueryError(10, "Query syntax error", "unexpected end of query")
        self._at += 1
        return token

    def expression(self) -> Test:
        left = self._term()
        while self._peek().lower() in ("and", "or", "not"):
            word = self._next().lower()
            left = _joined(word, left, self._term())
        return left

    def _term(self) -> Test:
        if self._peek() == "(":
            self._next()
            inner = self.expression()
            if self._next() != ")":
                raise QueryError(10, "Query syntax error", "a closing bracket is missing")
            return inner
        index = self._next()
        if self._peek().lower() in _RELATIONS:
            relation = self._next().lower()
            return _test(index, relation, _unquoted(self._next()))
        return _test("cql.textAndIndexes", "=", _unquoted(index))

    def sorting(self) -> list[tuple[str, bool]]:
        """Index and whether it descends, for each key behind sortBy."""
        keys: list[tuple[str, bool]] = []
        if not self._peek():
            return keys
        if self._next().lower() != "sortby":
            raise QueryError(10, "Query syntax error", f"an operator is missing before {self._tokens[self._at - 1]}")
        while self._peek():
            index, descending = self._next(), False
            while self._peek() == "/":
                self._next()
                descending = self._next() == "sort.descending"
            keys.append((index, descending))
        return keys


def _tokens(query: str) -> Iterator[str]:
    at, end = 0, len(query.rstrip())
    while at < end:
        match = _TOKEN.match(query, at)
        if match is None:
            raise QueryError(10, "Query syntax error", query[at : at + 20])
        at = match.end()
        yield match["string"] or match["mark"] or match["word"]
    if not end:
        raise QueryError(10, "Query syntax error", "the query is empty")


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token


def _joined(word: str, left: Test, right: Test) -> Test:
    match word:
        case "and":
            return lambda item: left(item) and right(item)
        case "or":
            return lambda item: left(item) or right(item)
    return lambda item: left(item) and not right(item)


def _test(index: str, relation: str, wanted: str) -> Test:
    def holds(publication: Publication) -> bool:
        found = values(publication, index)
        match relation:
            case "==" | "exact":
                return wanted in found
            case "<>":
                return wanted not in found
            case "=" | "any" | "all":
                words = _words(wanted)
                lead = _LEADS.get(relation, all)
                return any(lead(word in _words(value) for word in words) for value in found)
        signs = [_compare(_typed(index, value), _typed(index, wanted)) for value in found]
        return any({">=": sign >= 0, "<=": sign <= 0, ">": sign > 0, "<": sign < 0}[relation] for sign in signs)

    # An index that does not exist is wrong even where no record is looked at.
    if index not in _INDEXES:
        raise QueryError(16, "Unsupported index", index)
    return holds


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.lower())


def _typed(index: str, value: str) -> str | datetime:
    if index not in _INSTANTS:
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise QueryError(36, "Term in invalid format for index or relation", value) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)


def _key(publication: Publication, index: str) -> str | datetime:
    found = values(publication, index)
    return _typed(index, found[0]) if found else ""


def _compare(left: str | datetime, right: str | datetime) -> int:
    return (left > right) - (left < right) if type(left) is type(right) else 0  # type: ignore[operator]
