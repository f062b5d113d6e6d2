"""The page on which a reader contradicts what was read: GET asks why, POST keeps it. Only for who knows the token of the settings.

The form carries Datasette's own token against forged requests, which it checks wherever a browser sends cookies; the pass that spares the reader from
typing the token again is a cookie that no other site's request carries and no other page of ours receives.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from datasette.utils.asgi import Request, Response

from db import corrections
from db.browse import html
from db.browse.publication import Correctable, correctable
from db.browse.verdicts import VALID, Gate
from db.errors import StoreError
from db.store import Store

log = logging.getLogger(__name__)

MOST_LETTERS = 1000
"""Of a reason."""
WITHDRAW = "toch-wel"
_COOKIE, _PATH = "kamerspoor_pas", "/klopt-niet"


@dataclass(frozen=True, slots=True)
class Form:
    """The form on a database; without a gate it is closed to everybody."""

    database: Path
    gate: Gate | None
    now: Callable[[], datetime]

    async def answer(self, request: Request) -> Response:
        """The page, and what its button does."""
        if self.gate is None:
            return self._refused(403, "Hier kan niemand iets tegenspreken: er is geen sleutel ingesteld.")
        publication = int(request.url_vars["id"])
        sent = dict(await request.post_vars()) if request.method == "POST" else {}
        fact = sent.get("feit") or request.args.get("feit") or ""
        try:
            found = await asyncio.to_thread(self._look, publication)
            if found is None or fact not in found.facts:
                return html.missing("Dit staat niet (meer) bij deze publicatie.", self.database.stem)
            known = self.gate.is_valid(request.cookies.get(_COOKIE), self.now())
            wrong = ""
            if request.method == "POST":
                if (refusal := self._refusal(request, known=known)) is not None:
                    return refusal
                if known or self.gate.knows(sent.get("sleutel", ""), self.now()):
                    await asyncio.to_thread(self._write, found, fact, sent)
                    return self._kept(request, f"/publicatie/{publication}#{found.facts[fact][1]}", known=known)
                wrong = "Dat is niet de sleutel."
        except (StoreError, sqlite3.OperationalError):
            return self._refused(503, "Dat lukt nu niet. Probeer het over een paar minuten nog eens.")
        what, anchor = found.facts[fact]
        page = html.page(
            "correction.html", status=403 if wrong else 200, database=self.database.stem, publication=publication, title=found.title, fact=fact,
            what=what, anchor=anchor, said=found.said.get(fact), known=known, wrong=wrong, why=sent.get("waarom", ""), most=MOST_LETTERS,
            withdraw=WITHDRAW, csrftoken=request.scope["csrftoken"](),
        )  # fmt: skip
        page.headers |= {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
        return page

    def _refusal(self, request: Request, *, known: bool) -> Response | None:
        """Why a POST goes no further, if it does not."""
        assert self.gate is not None
        # A page with a policy of no referrer sends "null" as its origin; what browsers say of the site they come from is true for it too.
        origin, site = request.headers.get("origin") or "null", request.headers.get("sec-fetch-site") or "none"
        if site not in ("same-origin", "none") or (origin != "null" and urlsplit(origin).netloc != request.headers.get("host")):
            return self._refused(403, "Dit verzoek komt van een andere site.")
        if not known and self.gate.is_closed(self.now()):
            return self._refused(429, "Te veel verkeerde sleutels. Probeer het over tien minuten nog eens.")
        if self.gate.is_full(self.now()):
            return self._refused(429, "Dit zijn er veel tegelijk. Probeer het over tien minuten nog eens.")
        return None

    def _kept(self, request: Request, address: str, *, known: bool) -> Response:
        assert self.gate is not None
        self.gate.note(self.now())
        answer = Response.text("", status=303, headers={"Location": address, "Cache-Control": "no-store"})
        if not known:
            answer.set_cookie(
                _COOKIE, self.gate.pass_for(self.now()), max_age=int(VALID.total_seconds()), path=_PATH, httponly=True, samesite="strict",
                secure=request.scheme == "https",
            )  # fmt: skip
        return answer

    def _look(self, publication: int) -> Correctable | None:
        store = Store.open(self.database, readonly=True)
        try:
            return correctable(store.connection, publication)
        finally:
            store.close()

    def _write(self, found: Correctable, fact: str, sent: dict[str, str]) -> None:
        """One short transaction beside whoever writes the database: it needs no lock of its own, as the pause links do not."""
        why = " ".join(sent.get("waarom", "")[:MOST_LETTERS].split()) or None
        store = Store.open(self.database)
        try:
            with store.transaction() as connection:
                if sent.get("doe") == WITHDRAW:
                    if fact in found.said:
                        corrections.withdraw(connection, found.said[fact].id, self.now())
                else:
                    corrections.store_correction(connection, found.key, fact, why, self.now())
        finally:
            store.close()
        log.info("correction publication=%s fact=%s do=%s", found.key, fact, sent.get("doe") or "wrong")

    def _refused(self, status: int, why: str) -> Response:
        return html.page("refused.html", status=status, database=self.database.stem, why=why)
