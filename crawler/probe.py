"""What is not certain about a source, asked of the source itself: one polite request for each question.

The questions stand with the source (`Source.questions`); this module makes the requests, one after the other, to the source's own hosts only, and
follows no redirect.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.sources.base import Ask, Page, Source, address
from db.errors import SourceError

SECONDS = 60
LARGEST = 8 * 1024 * 1024
_VALIDATORS = ("ETag", "Last-Modified")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of one question."""

    source: str
    question: str
    url: str
    answered: bool
    text: str
    """What shape answered and which setting fits, or why nothing did."""


def probe(source: Source, user_agent: str, now: datetime, *, wait: Callable[[float], None] = time.sleep) -> Iterator[Answer]:
    """Ask every question of a source, waiting its delay between two requests."""
    for place, question in enumerate(source.questions(now)):
        if place:
            wait(source.delay)
        url = source.locate(question.ask.url)
        try:
            page = _get(source, question.ask, url, user_agent)
            text, answered = _with_validators(question.reading(page), page), True
        except (SourceError, OSError, ValueError) as error:
            text, answered = _reason(error), False
        yield Answer(source=source.name, question=question.text, url=url, answered=answered, text=text)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a redirect is an answer of its own."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _get(source: Source, ask: Ask, url: str, user_agent: str) -> Page:
    if address(url) not in source.hosts():
        raise SourceError(f"{url} lies outside the source")
    request = urllib.request.Request(url, data=ask.body or None, method=ask.method, headers={"User-Agent": user_agent, **ask.headers})
    opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            return Page(url=url, status=answer.status, body=answer.read(LARGEST), content_type=_described(answer.headers))
    except urllib.error.HTTPError as error:
        return Page(url=url, status=error.code, body=error.read(LARGEST), content_type=_described(error.headers))


def _with_validators(text: str, page: Page) -> str:
    """What was read, and whether the answer can be asked for conditionally, where the reading does not say so itself."""
    if any(name in text for name in _VALIDATORS):
        return text
    offered = [name for name in _VALIDATORS if name in page.content_type]
    return f"{text}; {' and '.join(offered) if offered else 'no ETag, no Last-Modified'}"


def _described(headers: Any) -> str:
    """The content type, and the validators where the answer has any."""
    named = [f"{name}: {headers[name]}" for name in _VALIDATORS if headers.get(name)]
    return "; ".join([headers.get("Content-Type", ""), *named])


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error).replace("\n", " ") or type(error).__name__
