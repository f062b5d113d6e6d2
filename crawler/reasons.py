"""Why a request brought nothing, in words that a person can act on: the errors of the downloader begin with a long address, or say nothing."""

from __future__ import annotations

import re

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest

from crawler.settings import LARGEST, MEGABYTE

_LONGEST = 300
_SECONDS = re.compile(r"longer than ([\d.]{1,10}) seconds")
_TOO_LARGE = f"the answer is larger than {LARGEST // MEGABYTE} MB"


def reason_of(error: BaseException) -> str:
    """One line: the kind of error, and what was wrong."""
    text = " ".join((str(error).strip() or str(getattr(error, "reasons", "")) or "no answer").split())
    if isinstance(error, DownloadTimeoutError) and (seconds := _SECONDS.search(text)):
        text = f"no whole answer within {float(seconds[1]):g} seconds"
    elif isinstance(error, DownloadCancelledError):  # nothing else cancels a download here, and the error often comes without a word
        text = _TOO_LARGE
    elif isinstance(error, IgnoreRequest) and "DOWNLOAD_MAXSIZE" in text:
        text = f"{_TOO_LARGE} when it is unpacked"
    return f"{type(error).__name__}: {text[:_LONGEST]}"
