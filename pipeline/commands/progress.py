"""Progress on standard error: bars where a person watches, nothing where nobody does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

STAGES = {"extract": "reading files", "identify": "identifying", "analyse": "analysing", "track": "following promises", "match": "matching watches"}


@contextmanager
def bar(console: Console, total: int | None = None, text: str = "") -> Iterator[Callable[..., None]]:
    """A bar; gives `advance(done=..., total=..., text=...)`. Silent when the console is not a terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(text, total=total)

        def advance(*, done: int | None = None, total: int | None = None, text: str | None = None) -> None:
            progress.update(task, completed=done, total=total, description=text)

        yield advance


def line_progress(advance: Callable[..., None]) -> Callable[[str, int], None]:
    """A bar's view of the line: events done out of events known."""
    done = 0

    def tell(stage: str, waiting: int) -> None:
        nonlocal done
        done += 1
        advance(done=done, total=done + waiting, text=STAGES[stage])

    return tell
