"""Plays KOOP: the SRU search and the files of the repository, and the public site. It gives no validators, as none were seen."""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.replay.cql import QueryError, search
from crawler.replay.library import Publication
from crawler.replay.player import MEDIA_TYPES, NOT_FOUND, Answer, Asked, render
from crawler.replay.render_sru import Request, manifestations, render_diagnostic, render_page

REPOSITORY = "repository.overheid.nl"
PUBLIC_SITE = "zoek.officielebekendmakingen.nl"
_LARGEST_PAGE = 1000
_PUBLIC_PATH = re.compile(r"([\w-]{1,80})(?:\.(html|xml|pdf)|/metadata\.xml)")


class KoopPlayer:
    """The repository and the public site."""

    source = "koop"
    hosts = frozenset({REPOSITORY, PUBLIC_SITE})

    def base_urls(self, root: str) -> dict[str, str]:
        """Addresses of the search, the files and the site."""
        return {"sru": f"{root}/{REPOSITORY}/sru", "repository": f"{root}/{REPOSITORY}/frbr/", "site": f"{root}/{PUBLIC_SITE}/"}

    def answer(self, asked: Asked, shown: tuple[Publication, ...]) -> Answer:
        """A page of records, a diagnostic, a file, or 404."""
        stored = tuple(publication for publication in shown if publication.koop)
        if asked.host == PUBLIC_SITE:
            return _public(asked.path, stored)
        return _sru(asked.query, stored) if asked.path == "sru" else _file(asked.path, stored)


def _sru(query: Mapping[str, str], stored: tuple[Publication, ...]) -> Answer:
    text = query.get("query", "")
    try:
        request = Request(text, int(query.get("startRecord", "1")), min(int(query.get("maximumRecords", "10")), _LARGEST_PAGE))
    except ValueError as error:
        return _xml(render_diagnostic(6, "Unsupported parameter value", str(error), Request(text, 1, 10)))
    try:
        _check(query, request)
        found = search(text, stored)
        if found and request.start > len(found):
            raise QueryError(61, "First record position out of range", str(request.start))
    except QueryError as error:
        return _xml(render_diagnostic(error.code, error.message, error.details, request))
    return _xml(render_page(found, request))


def _check(query: Mapping[str, str], request: Request) -> None:
    schema = query.get("recordSchema", "gzd")
    if schema not in ("gzd", "http://standaarden.overheid.nl/sru/"):
        raise QueryError(6, "Unsupported parameter value", f"recordSchema {schema}")
    if query.get("operation", "searchRetrieve") != "searchRetrieve":
        raise QueryError(4, "Unsupported operation", query["operation"])
    if request.start < 1 or request.maximum < 0:
        raise QueryError(6, "Unsupported parameter value", "startRecord counts from 1, maximumRecords from 0")


def _file(path: str, stored: tuple[Publication, ...]) -> Answer:
    for publication in stored:
        for kind, known in manifestations(publication).items():
            if path == known:
                return Answer(200, render(publication, kind), MEDIA_TYPES[kind])
    return NOT_FOUND


def _public(path: str, stored: tuple[Publication, ...]) -> Answer:
    match = _PUBLIC_PATH.fullmatch(path)
    if match is None:
        return NOT_FOUND
    kind = match[2] or "metadata"
    for publication in stored:
        if publication.id == match[1] and kind in manifestations(publication):
            return Answer(200, render(publication, kind), MEDIA_TYPES[kind])
    return NOT_FOUND


def _xml(body: bytes) -> Answer:
    return Answer(200, body, MEDIA_TYPES["xml"])
