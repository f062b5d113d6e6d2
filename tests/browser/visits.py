"""One visit to a page: what the browser says of it and what it asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

WIDTHS = (390, 1280)


@dataclass(slots=True)
class Visit:
    """An open page with what went wrong on it."""

    page: Any
    status: int = 0
    errors: list[str] = field(default_factory=list)
    """What stands in the console as an error, exceptions of scripts, and dialogs."""
    hosts: set[str] = field(default_factory=set)
    """Where requests went."""

    def findings(self, axe: str | None, *only: str) -> list[str]:
        """What axe-core (all its rules, or only these) calls serious or critical, each with its place.

        Last in a test: without axe-core what comes before has been looked at, and the test counts as skipped.
        """
        if axe is None:
            pytest.skip("all but the judgement of axe-core, which `make test` fetches with npm")
        self.page.evaluate(axe)
        options = {"resultTypes": ["violations"], **({"runOnly": list(only)} if only else {})}
        found = self.page.evaluate("options => axe.run(options).then(found => found.violations)", options)
        grave = [rule for rule in found if rule["impact"] in ("serious", "critical")]
        return [f"{rule['id']}: {node['html'][:200]} ({node['failureSummary'][:300]})" for rule in grave for node in rule["nodes"][:3]]


@contextmanager
def visiting(browser: Any, url: str, width: int = 1280, **options: Any) -> Iterator[Visit]:
    """Open a page in a context of its own; what it says is collected until the end."""
    context = browser.new_context(viewport={"width": width, "height": 844}, has_touch=width < 600, is_mobile=width < 600, locale="nl-NL", **options)
    visit = Visit(page=context.new_page())
    visit.page.on("console", lambda said: visit.errors.append(said.text) if said.type == "error" else None)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on("request", lambda request: visit.hosts.add(urlsplit(request.url).netloc))

    def dialog(opened: Any) -> None:
        visit.errors.append(f"dialog: {opened.message}")
        opened.dismiss()

    visit.page.on("dialog", dialog)
    try:
        answer = visit.page.goto(url, wait_until="load")
        visit.status = answer.status
        yield visit
    finally:
        context.close()
