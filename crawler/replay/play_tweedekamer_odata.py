"""Plays the House's second interface (OData): rows of its tables in, JSON out: some of them, one with its relatives, or their number.

Of the query language it knows comparisons joined by `and`, and one bracket of comparisons joined by `or`. Version 5 calls two attributes otherwise
and takes no `$top` above 100. Pages have a link to the next one, unless `$top` was given; deleted rows come along, emptied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from crawler.replay.library import AMSTERDAM
from crawler.replay.player import MEDIA_TYPES, NOT_FOUND, Answer
from crawler.replay.render_syncfeed import HOST, Ref, Row

PAGE = 250
_PATH = re.compile(r"(OData/v(\d)(?:/2\.0)?)/(\w+)(?:(/\$count)|\(([0-9a-f-]{36})\))?")
_COMPARISON = re.compile(r"(\w+) (ge|lt|eq) (.+)")
_RENAMED = {"documentNummer": "Nummer", "volgnummer": "Ondernummer"}
_NUMBERS = ("volgnummer", "versienummer")
_EXPANDED = {"Zaak": "zaak", "Kamerstukdossier": "kamerstukdossier", "BronDocument": "bronDocument"}
_POINTING = ("DocumentVersie", "DocumentActor")


def answer_odata(path: str, query: Mapping[str, str], rows: Sequence[Row]) -> Answer:
    """The answer to a question, from the rows as they stand."""
    found = _PATH.fullmatch(path)
    if found is None or not any(row.category == found[3] for row in rows):
        return NOT_FOUND
    root, version, category, counts, id_ = found.groups()
    rows = [_complete(row, rows) for row in rows if row.category in (category, *_EXPANDED, *_POINTING)]
    tables = {row.id: row for row in rows}
    if id_:
        row = tables.get(id_)
        return NOT_FOUND if row is None else _json(200, {"@odata.context": _context(root, category), **_expanded(row, version, tables)})
    try:
        matching = [row for row in rows if row.category == category and _holds(query.get("$filter", ""), row, version)]
    except ValueError as error:
        return _error(400, f"The query specified in the URI is not valid. {error}")
    if counts:
        return Answer(200, str(len(matching)).encode(), "text/plain")
    if int(version) > 4 and int(query.get("$top", "0")) > 100:
        return _error(400, "The limit of '100' for Top query has been exceeded.")
    start = int(query.get("$skiptoken", "0"))
    page = matching[start : start + min(PAGE, int(query.get("$top", str(PAGE))))]
    names = query.get("$select", "").split(",") if "$select" in query else None
    shown = [_expanded(row, version, tables) if "$expand" in query else _plain(row, version) for row in page]
    answer: dict[str, Any] = {"@odata.context": _context(root, category)}
    answer["value"] = [{name: row[name] for name in names} if names else row for row in shown]
    if "$top" not in query and start + PAGE < len(matching):
        answer["@odata.nextLink"] = f"https://{HOST}/{root}/{category}?{urlencode({**query, '$skiptoken': str(start + PAGE)}, quote_via=quote)}"
    return _json(200, answer)


def _holds(condition: str, row: Row, version: str) -> bool:
    """Whether a row fits a condition.

    Raises:
        ValueError: the condition cannot be read, or names an attribute that the table does not have.
    """
    parts = [part for part in re.split(r" and (?![^(]*\))", condition) if part]
    return all(any(_compares(one, row, version) for one in part.strip("()").split(" or ")) for part in parts)


def _compares(comparison: str, row: Row, version: str) -> bool:
    found = _COMPARISON.fullmatch(comparison)
    if found is None:
        raise ValueError(comparison[:60])
    name, operator, wanted = found.groups()
    known = _plain(row, version)
    if name not in known:
        if row.deleted:
            return False
        raise ValueError(f"Could not find a property named '{name}' on type '{row.category}'.")
    value = known[name]
    if operator == "eq":
        quoted = str(value).replace("'", "''")
        return wanted in (str(value).lower(), f"'{quoted}'")
    if value is None:
        return False
    order: Callable[[datetime, datetime], bool] = datetime.__ge__ if operator == "ge" else datetime.__lt__
    return order(datetime.fromisoformat(str(value)).astimezone(UTC), datetime.fromisoformat(wanted).astimezone(UTC))


def _plain(row: Row, version: str) -> dict[str, Any]:
    """The attributes of a row."""
    changed = row.at.astimezone(UTC)
    shown: dict[str, Any] = {"Id": row.id}
    for name, value in row.values:
        if isinstance(value, Ref):
            if name == "huidigeDocumentVersie":
                shown["HuidigeDocumentVersie_Id"] = value.id
        else:
            shown[_name(name, version)] = _value(name, value)
    if row.category == "Document":
        shown = {"HuidigeDocumentVersie_Id": None, **shown, "ContentType": row.content_type, "ContentLength": row.content_length}
    if row.deleted:
        shown = {"Id": row.id}
    shown |= {"GewijzigdOp": row.at.astimezone(AMSTERDAM).isoformat(), "ApiGewijzigdOp": changed.isoformat().replace("+00:00", "Z")}
    return {**shown, "Verwijderd": row.deleted}


def _expanded(row: Row, version: str, tables: Mapping[str, Row]) -> dict[str, Any]:
    """The attributes of a row with its relatives."""
    shown = _plain(row, version)
    refs = [(name, value.id) for name, value in row.values if isinstance(value, Ref)]
    for name, relation in _EXPANDED.items():
        related = [tables[id_] for given, id_ in refs if given == relation and id_ in tables]
        nested = [_expanded(other, version, tables) if other.category == "Zaak" else _plain(other, version) for other in related]
        if row.category == "Document" or name == "Kamerstukdossier":
            shown[name] = nested if row.category == "Document" else next(iter(nested), None)
    if row.category == "Document":
        for name in _POINTING:
            pointing = [other for other in tables.values() if other.category == name and ("document", Ref(id=row.id)) in other.values]
            shown[name] = [_plain(other, version) for other in pointing]
    return shown


def _complete(row: Row, rows: Sequence[Row]) -> Row:
    """The row with every attribute that its table has: the interface tells empty ones too."""
    names = dict.fromkeys(name for other in rows if other.category == row.category for name, value in other.values if not isinstance(value, Ref))
    has = {name for name, _ in row.values}
    return row if row.deleted else replace(row, values=(*row.values, *((name, None) for name in names if name not in has)))


def _name(name: str, version: str) -> str:
    if version != "4" and name in _RENAMED:
        return _RENAMED[name]
    return "ExterneIdentifier" if name == "externeidentifier" else f"{name[0].upper()}{name[1:]}"


def _value(name: str, value: str | None) -> Any:
    if value in ("true", "false"):
        return value == "true"
    if value is not None and name in _NUMBERS:
        return int(value) if value.lstrip("-").isdigit() else value
    if value is not None and re.match(r"\d{4}-\d{2}-\d{2}T", value):
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value)).replace(tzinfo=AMSTERDAM).isoformat()
    return value


def _context(root: str, category: str) -> str:
    return f"https://{HOST}/{root}/$metadata#{category}"


def _error(status: int, message: str) -> Answer:
    return _json(status, {"error": {"code": "", "message": message}})


def _json(status: int, content: Mapping[str, Any]) -> Answer:
    return Answer(status, json.dumps(content, ensure_ascii=False).encode(), MEDIA_TYPES["json"])
