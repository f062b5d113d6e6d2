"""Every source over its recorded pages: `tests/recordings/<source>/<case>.<ext>` beside `<case>.expected.json`.

An expected file says what was `given` (the ask and the status; everything else as in the source's first ask), and either the `listing` that the
page holds or the `error` that it is. A recording without an expected file gets one written, and fails: look at it, then commit it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.sources import source_class, source_classes
from crawler.sources.base import Ask, Listing, Page
from db.errors import SourceError

RECORDINGS = Path(__file__).parent / "recordings"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CASES = sorted(path for path in RECORDINGS.glob("*/*") if not path.name.endswith(".expected.json") and path.name != "README.md")


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_recorded_page_gives_what_is_expected(path):
    expected_path = path.with_suffix(".expected.json")
    written = expected_path.exists()
    expected = json.loads(expected_path.read_text("utf-8")) if written else {"given": {}}
    result = _read(path, expected["given"])
    if not written:
        expected_path.write_text(json.dumps({"given": expected["given"], **result}, indent=1, ensure_ascii=False) + "\n", "utf-8")
        pytest.fail(f"{expected_path.name} was written: look at it, then commit it")
    assert result == {name: value for name, value in expected.items() if name != "given"}


@pytest.mark.parametrize("name", source_classes())
def test_source_has_recordings_and_states_its_facts(name):
    source = source_class(name)()
    assert list((RECORDINGS / name).glob("*.expected.json"))
    assert source.name == name
    assert source.title
    assert source.every.total_seconds() >= 60
    assert source.delay >= 0.5
    assert all(url.startswith("https://") and url.count("/") >= 3 for url in source.bases.values())
    assert source.start({}, NOW).asks


@pytest.mark.parametrize("name", source_classes())
def test_source_reads_the_same_page_twice_the_same(name):
    path = next(path for path in CASES if path.parent.name == name)
    given = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))["given"]
    assert _read(path, given) == _read(path, given)


def _read(path: Path, given: dict) -> dict:
    source = source_class(path.parent.name)()
    ask = source.start({}, NOW).asks[0]
    ask = replace(ask, **{k: v for k, v in given.items() if k in ("url", "step", "identifier", "part")}, meta={**ask.meta, **given.get("meta", {})})
    page = Page(url=ask.url, status=given.get("status", 200), body=path.read_bytes())
    try:
        return {"listing": _shown(source.read(page, ask))}
    except SourceError as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _shown(listing: Listing) -> dict:
    """A listing as JSON, without what is empty."""
    shown = {
        "sightings": [_without_empty(asdict(sighting)) for sighting in listing.sightings],
        "asks": [_shown_ask(ask) for ask in listing.asks],
        "cursors": dict(listing.cursors),
        "latest": {name: moment.isoformat() for name, moment in listing.latest.items()},
        "seen": listing.seen,
        "ignored": dict(listing.ignored),
        "odd": [asdict(odd) for odd in listing.odd],
        "notes": list(listing.notes),
        "gaps": list(listing.gaps),
        "entities": [_without_empty(asdict(entity)) for entity in listing.entities],
        "places": dict(listing.places),
        "compose": listing.compose,
        "partial": listing.partial,
        "expected": list(listing.expected),
    }
    return json.loads(json.dumps(_without_empty(shown), default=str))


def _shown_ask(ask: Ask) -> dict:
    return _without_empty(
        {"step": ask.step, "method": ask.method, "url": ask.url, "stamp": ask.stamp, "validator": ask.validator, "meta": dict(ask.meta)}
    )


def _without_empty(facts: dict) -> dict:
    return {name: value for name, value in facts.items() if value not in (None, "", (), [], {}, False, 0)}
