"""Topic files in, checked topics out: `nlp/patterns/topics/<topic>.toml` and, where given, a further folder of the user.

A topic file holds a Dutch `title` and `description`, `focus` (does it belong to the focus family), `official` (codes of the TOOI list
"Taxonomie Beleidsagenda" that it hangs under), `dossiers` (`32824`, or `*-XV` for a chapter of any year's budget), `subjects` and `publishers`
(words of an official subject or of a ministry's name), a table `[terms]` and a table `[examples]`.

`[terms]` has up to five lists. `core` words say the topic by themselves, `plain` words say it together with others, `weak` words lean towards
it, `paired` words count only where another word of the topic stands in the same paragraph or in the title, or where the dossier or subject
says it; what stands inside a `blocks` phrase does not count. A word may begin or end with a star: `arbeidsmigrant*` finds "arbeidsmigranten"
and "EU-arbeidsmigranten" (a hyphen begins a word), `*migrant*` finds compounds too, `ov` finds "ov" and never "over". Several words are a
phrase. Capital letters matter only in words that are all capitals (`IND`); accents never matter.

`[examples]` holds `must_match` and `must_not_match`: sentences that must and must not get the topic by themselves.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from db.errors import UsageError
from nlp.lexicon import is_phrase

_PATTERNS = Path(__file__).parent / "patterns"
TOPICS = _PATTERNS / "topics"
"""The topics that come with the program."""

WEIGHTS: Mapping[str, float] = {"core": 4.0, "plain": 2.0, "weak": 0.8, "paired": 2.0}
"""Weight of one hit by the list its word stands in."""

_KEYS = {"title", "description", "focus", "official", "dossiers", "subjects", "publishers", "terms", "examples"}
_EXAMPLES = {"must_match", "must_not_match"}
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_CODE = re.compile(r"c_[0-9a-f]{8}")
_DOSSIER_SHAPE = "een dossiernummer als 32824, 36600-XV of *-XV"
_DOSSIER = re.compile(r"(?:[0-9]{5}(?:-[0-9A-Z()]{1,8})?|\*-[A-Z]{1,6})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """A word or phrase of a topic."""

    text: str
    tier: str
    """Name of the list it stands in: core, plain, weak, paired or blocks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicFile:
    """One topic as its file describes it."""

    name: str
    path: Path
    title: str
    description: str
    focus: bool
    official: tuple[str, ...]
    dossiers: tuple[str, ...]
    subjects: tuple[str, ...]
    publishers: tuple[str, ...]
    terms: tuple[Term, ...]
    must_match: tuple[str, ...]
    must_not_match: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FocusFile:
    """The words that tell whether a document is about migrants in the Netherlands."""

    without: tuple[str, ...]
    """Topics of the focus family whose words do not say whom they concern."""
    dossiers: tuple[str, ...]
    subjects: tuple[str, ...]
    """Words of official subjects about migrants."""
    people: tuple[str, ...]
    home: tuple[str, ...]
    abroad: tuple[str, ...]
    double: tuple[str, ...]
    """Words that are also said of animals, systems and substances."""
    loose: tuple[str, ...]
    """Words that are as often figurative."""
    certain: tuple[str, ...]
    """Words that are neither double nor loose, though a pattern of those lists fits them."""
    humans: tuple[str, ...]
    fields: tuple[str, ...]
    """Words of the fields in which double words mean something else."""
    things: tuple[str, ...]
    """Words and phrases that hold a word of migration and are never about migrants."""


def load_topics(further: Path | None = None) -> tuple[TopicFile, ...]:
    """Give all topics in order of name; a file in `further` replaces ours of the same name.

    Raises:
        UsageError: a file or folder cannot be read or is wrong; the text names file and line.
    """
    paths = {path.stem: path for path in sorted(TOPICS.glob("*.toml"))}
    if further is not None:
        if not further.is_dir():
            raise UsageError(f"{further}: geen map met onderwerpen")
        paths.update({path.stem: path for path in sorted(further.glob("*.toml"))})
    return tuple(load_topic(paths[name]) for name in sorted(paths))


def load_topic(path: Path) -> TopicFile:
    """Give the topic that a file describes.

    Raises:
        UsageError: the file cannot be read or is wrong; the text names file and line.
    """
    source = read_source(path)
    table = parse(path, source)
    file = PatternReader(path, source)
    if not _NAME.fullmatch(path.stem):
        raise UsageError(f"{path}:1: de naam van een onderwerp bestaat uit kleine letters, cijfers en streepjes")
    for key in table:
        if key not in _KEYS:
            raise file.wrong(key, f"onbekend veld {key!r}")
    terms = file.table(table, "terms", required=True)
    examples = file.table(table, "examples", required=False)
    for key in examples:
        if key not in _EXAMPLES:
            raise file.wrong(key, f"onbekend veld {key!r} in [examples]")
    if not isinstance(table.get("focus", False), bool):
        raise file.wrong("focus", "focus is true of false")
    return TopicFile(
        name=path.stem,
        path=path,
        title=file.line_of_text(table, "title"),
        description=file.line_of_text(table, "description"),
        focus=bool(table.get("focus", False)),
        official=file.texts(table, "official", _CODE, "een TOOI-code als c_399f194b"),
        dossiers=file.texts(table, "dossiers", _DOSSIER, _DOSSIER_SHAPE),
        subjects=tuple(text.lower() for text in file.texts(table, "subjects")),
        publishers=tuple(text.lower() for text in file.texts(table, "publishers")),
        terms=read_terms(file, terms),
        must_match=file.texts(examples, "must_match"),
        must_not_match=file.texts(examples, "must_not_match"),
    )


def load_focus(path: Path = _PATTERNS / "focus.toml") -> FocusFile:
    """Give the words of the focus.

    Raises:
        UsageError: the file cannot be read or is wrong; the text names file and line.
    """
    source = read_source(path)
    table = parse(path, source)
    file = PatternReader(path, source)
    return FocusFile(
        without=file.texts(table, "without"),
        dossiers=file.texts(table, "dossiers", _DOSSIER, _DOSSIER_SHAPE),
        subjects=file.texts(table, "subjects"),
        people=file.phrases(table, "people"),
        home=file.phrases(table, "home"),
        abroad=file.phrases(table, "abroad"),
        double=file.phrases(table, "double"),
        loose=file.phrases(table, "loose"),
        certain=file.phrases(table, "certain"),
        humans=file.phrases(table, "humans"),
        fields=file.phrases(table, "fields"),
        things=file.phrases(table, "things"),
    )


def load_formulas(path: Path = _PATTERNS / "formulas.toml") -> tuple[str, ...]:
    """Give the phrases that say nothing about a subject.

    Raises:
        UsageError: the file cannot be read or is wrong; the text names file and line.
    """
    source = read_source(path)
    return PatternReader(path, source).phrases(parse(path, source), "phrases")


def read_source(path: Path) -> str:
    """Give the text of a pattern file.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: niet te lezen: {error}") from error


def parse(path: Path, source: str) -> dict[str, object]:
    """Give the table of a pattern file.

    Raises:
        UsageError: it is no TOML; the text names file and line.
    """
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = found.group(1) if found else str(source.count("\n") + 1)
        raise UsageError(f"{path}:{line}: geen geldige TOML: {error}") from error


class PatternReader:
    """Checks the fields of one file and says on which line a wrong one stands."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._lines = source.splitlines()

    def wrong(self, needle: str, message: str) -> UsageError:
        """Give the error for the first line that holds the needle."""
        number = next((n for n, line in enumerate(self._lines, 1) if needle in line.partition("#")[0]), 1)
        return UsageError(f"{self._path}:{number}: {message}")

    def table(self, table: Mapping[str, object], key: str, *, required: bool) -> dict[str, object]:
        value = table.get(key)
        if value is None and not required:
            return {}
        if not isinstance(value, dict) or (required and not value):
            raise self.wrong(key, f"[{key}] ontbreekt of is leeg")
        return value

    def line_of_text(self, table: Mapping[str, object], key: str) -> str:
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, f"{key} ontbreekt of is geen tekst")
        return value

    def texts(self, table: Mapping[str, object], key: str, shape: re.Pattern[str] | None = None, wanted: str = "") -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list):
            raise self.wrong(key, f"{key} is geen lijst")
        for item in value:
            if not isinstance(item, str) or not item.strip():
                raise self.wrong(key, f"{key} bevat iets anders dan tekst")
            if shape is not None and not shape.fullmatch(item):
                raise self.wrong(f'"{item}"', f"{item!r} in {key} is niet {wanted}")
        return tuple(value)

    def phrases(self, table: Mapping[str, object], key: str) -> tuple[str, ...]:
        texts = self.texts(table, key)
        for text in texts:
            if not is_phrase(text):
                raise self.wrong(f'"{text}"', f"{text!r} in {key} is geen woord of woordgroep (een ster alleen vooraan of achteraan)")
        return texts


def read_terms(file: PatternReader, table: Mapping[str, object]) -> tuple[Term, ...]:
    """Give the terms of a table of lists.

    Raises:
        UsageError: an unknown list, a term that is no word or phrase, or one that stands in two lists.
    """
    terms: list[Term] = []
    seen: dict[str, str] = {}
    for tier in table:
        if tier not in WEIGHTS and tier != "blocks":
            raise file.wrong(tier, f"onbekende lijst {tier!r} in [terms]; wel: {', '.join(WEIGHTS)}, blocks")
        for text in file.phrases(table, tier):
            if text in seen:
                raise file.wrong(f'"{text}"', f"{text!r} staat in {seen[text]} en in {tier}")
            seen[text] = tier
            terms.append(Term(text=text, tier=tier))
    return tuple(terms)
