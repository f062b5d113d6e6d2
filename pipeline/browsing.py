"""The pages beside the crawl: `kamerspoor browse` as a child process that is started again when it dies or no longer answers.

It has a process of its own, so that nothing that somebody asks of the pages can stop a crawl: it reads only, runs at a lower priority, and ends when
its parent does. What went wrong is a row of `failures` until the pages were well for a while, so that the view `review` shows it.

    python -m pipeline.browsing HOST PORT DATABASE [CONFIG]      what the child process runs
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from db.errors import MonitorError
from db.store import Store
from pipeline.settings import Settings

log = logging.getLogger(__name__)

STAGE = "browse"
STOP_SECONDS = 1.0
"""How long the child may take to end once it is asked to."""
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(kw_only=True)
class Pages:
    """One child process at a time, until stopped."""

    store: Store
    host: str
    port: int
    now: Callable[[], datetime]
    config: Path | None = None
    command: Callable[[Pages], Sequence[str]] = lambda pages: pages.own_command()
    first_wait: float = 1.0
    """Seconds before the first new start; each further one takes twice as long, up to `longest_wait`."""
    longest_wait: float = 300.0
    well_after: float = 60.0
    """Seconds after which a child that answers counts as well."""
    look_every: float = 20.0
    patience: int = 3
    """Looks without an answer after which a child is ended."""
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def own_command(self) -> Sequence[str]:
        """What runs the pages."""
        config = () if self.config is None else (str(self.config),)
        return (sys.executable, "-m", "pipeline.browsing", self.host, str(self.port), str(self.store.path.resolve()), *config)

    def stop(self) -> None:
        """Ask for the end; `run` returns within about a second."""
        self._stopping.set()

    async def run(self) -> None:
        """Serve until stopped."""
        wait = self.first_wait
        while not self._stopping.is_set():
            began = asyncio.get_running_loop().time()
            try:
                reason = await self._one_life()
            except OSError as error:
                reason = f"did not start: {error.strerror or error}"
            if reason is None or self._stopping.is_set():
                return
            if asyncio.get_running_loop().time() - began > self.well_after:
                wait = self.first_wait
            log.warning("pages %s; started again in %.0f s", reason, wait)
            self._note(lambda now, reason=reason: self.store.fail(STAGE, "pages", reason, None, now))  # type: ignore[misc]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait)
            wait = min(2 * wait, self.longest_wait)

    async def _one_life(self) -> str | None:
        """Run one child to its end; gives why it ended, None when we ended it because we stop."""
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        # The child ends itself when its standard input closes: it then has no parent any more, however that ended.
        child = await asyncio.create_subprocess_exec(
            *self.command(self), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
        )  # fmt: skip
        said: list[str] = []
        tasks = {
            name: asyncio.ensure_future(work)
            for name, work in (("end", child.wait()), ("stop", self._stopping.wait()), ("look", self._watch()), ("said", _listen(child, said)))
        }
        try:
            await asyncio.wait({tasks["end"], tasks["stop"], tasks["look"]}, return_when=asyncio.FIRST_COMPLETED)
            if self._stopping.is_set():
                return None
            if tasks["look"].done():
                return "no longer answered"
            await asyncio.wait({tasks["said"]}, timeout=STOP_SECONDS)
            return f"ended with status {child.returncode}{': ' + said[-1] if said else ''}"
        finally:
            await _end(child)
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)

    async def _watch(self) -> None:
        """Return when the child has not answered for a while."""
        missed, well, began = 0, False, asyncio.get_running_loop().time()
        while missed < self.patience:
            await asyncio.sleep(self.look_every)
            missed = 0 if await answers(self.host, self.port, self.look_every) else missed + 1
            if not well and missed == 0 and asyncio.get_running_loop().time() - began > self.well_after:
                well = True
                self._note(lambda now: self.store.resolve(STAGE, "pages", at=now))

    def _note(self, write: Callable[[datetime], None]) -> None:
        try:
            write(self.now())
        except (MonitorError, sqlite3.Error) as error:
            log.error("health of the pages not noted: %s", error)


async def answers(host: str, port: int, seconds: float) -> bool:
    """Whether the pages give an answer in time."""
    # what listens on every address is asked on this machine
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(near, port)
            try:
                writer.write(b"GET /static/kamerspoor.css HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return (await reader.readline()).split()[1:2] == [b"200"]
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


async def _listen(child: asyncio.subprocess.Process, said: list[str]) -> None:
    """Pass on what the child says, and keep the last line."""
    assert child.stderr is not None
    while True:
        try:
            line = await child.stderr.readline()
        except ValueError:  # longer than the buffer: what is left of it comes as a line of its own
            continue
        if not line:
            return
        if text := line.decode("utf-8", "replace").strip()[:500]:
            said[:] = [text.removeprefix("kamerspoor: ")]
            log.warning("pages: %s", text)


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
        try:
            await asyncio.wait_for(child.wait(), STOP_SECONDS)
        except TimeoutError:
            child.kill()
            await child.wait()


def pages_of(settings: Settings, store: Store, config: Path | None, now: Callable[[], datetime]) -> Pages | None:
    """The pages that the settings ask for, if they do."""
    own = settings.browse
    return Pages(store=store, host=own.host, port=own.port, now=now, config=config) if own.enabled else None


def main(arguments: Sequence[str]) -> int:
    """Serve as a child: exit status 2 for what a person must mend, and the end when the parent is gone."""
    from pipeline.commands.browse import serve

    host, port, database, *config = arguments
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(5)
    try:
        return serve(Path(config[0]) if config else None, Path(database), host, int(port))
    except MonitorError as error:
        print(f"kamerspoor: {error}", file=sys.stderr)
        return 2


def _end_with_parent() -> None:
    while sys.stdin.buffer.read(4096):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
