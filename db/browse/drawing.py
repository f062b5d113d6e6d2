"""A picture of stacked bars: its numbers as rows of a table, and the places of its bars in an SVG. Decides only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, log10

from db.browse import dutch

WIDTH, HEIGHT = 720, 200
LEFT, BELOW, ABOVE = 64, 24, 8
"""Room for the figures of the axis and the labels, in the units of the drawing."""
_LABELS = 9
"""Labels under the bars, so that they stand apart on a phone."""
_LINES = 4


@dataclass(frozen=True, slots=True)
class Series:
    """What has one colour: its name and its value at each label."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of a bar with its place, and what a pointer shows."""

    colour: int
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A table whose rows are drawn as bars."""

    name: str
    title: str
    note: str
    first: str
    """What the rows are."""
    unit: str
    labels: tuple[tuple[str, str], ...]
    """Of each row: its label in the table, and the shorter one under its bar."""
    series: tuple[Series, ...]

    @property
    def rows(self) -> list[tuple[str, tuple[float, ...], float]]:
        """Label, values of the series, their sum."""
        return [(label, values, sum(values)) for (label, _), values in self._columns()]

    def _columns(self) -> Iterator[tuple[tuple[str, str], tuple[float, ...]]]:
        for at, label in enumerate(self.labels):
            yield label, tuple(series.values[at] for series in self.series)

    @property
    def top(self) -> float:
        """The highest line: a round number that no bar exceeds."""
        step = self.step
        return step * ceil(max((total for *_, total in self.rows), default=0) / step or 1)

    @property
    def step(self) -> float:
        """Between two lines: 1, 2 or 5 with zeros, so that there are a handful."""
        most = max((total for *_, total in self.rows), default=0) / _LINES
        if most <= 1:
            return 1
        power = 10 ** int(log10(most))
        return float(next(power * digit for digit in (1, 2, 5, 10) if power * digit >= most))

    @property
    def lines(self) -> list[tuple[float, str]]:
        """The lines behind the bars: height in the drawing, figure."""
        top, step = self.top, self.step
        return [(_y(step * at, top), dutch.number(step * at)) for at in range(round(top / step) + 1)]

    @property
    def bars(self) -> list[Bar]:
        """The stretches of the bars, from the bottom up; what is nothing has none."""
        wide = (WIDTH - LEFT) / max(len(self.labels), 1)
        top, found = self.top, []
        for at, ((label, _), values) in enumerate(self._columns()):
            below = 0.0
            for colour, (series, value) in enumerate(zip(self.series, values, strict=True)):
                if value > 0:
                    y = _y(below + value, top)
                    title = f"{label}, {series.name}: {dutch.number(value)} {self.unit}"
                    found.append(Bar(colour, LEFT + at * wide + wide * 0.1, y, wide * 0.8, _y(below, top) - y, title))
                    below += value
        return found

    @property
    def marks(self) -> list[tuple[float, str]]:
        """The labels under the bars: middle, text."""
        wide, every = (WIDTH - LEFT) / max(len(self.labels), 1), ceil(len(self.labels) / _LABELS)
        return [(LEFT + (at + 0.5) * wide, short) for at, (_, short) in enumerate(self.labels) if at % every == 0]

    @property
    def summary(self) -> str:
        """The picture in a sentence, for who does not see it."""
        total = sum(row[2] for row in self.rows)
        if not total:
            return "Geen gegevens."
        label, _, most = max(self.rows, key=lambda row: row[2])
        parts = ", ".join(f"{series.name} {dutch.number(sum(series.values))}" for series in self.series) if len(self.series) > 1 else ""
        return f"Samen {dutch.number(total)} {self.unit}{f': {parts}' if parts else ''}. Het meest bij {label}: {dutch.number(most)}."


def _y(value: float, top: float) -> float:
    return ABOVE + HEIGHT - HEIGHT * value / top
