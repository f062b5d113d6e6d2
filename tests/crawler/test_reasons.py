"""Errors of the downloader in words."""

from __future__ import annotations

import pytest
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError, IgnoreRequest

from crawler.reasons import reason_of

URL = "https://repository.overheid.nl/sru?query=" + "x" * 400


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (DownloadTimeoutError(f"Getting {URL} took longer than 60.0 seconds."), "DownloadTimeoutError: no whole answer within 60 seconds"),
        (DownloadTimeoutError("connection timed out"), "DownloadTimeoutError: connection timed out"),
        (DownloadCancelledError(""), "DownloadCancelledError: the answer is larger than 32 MB"),  # a body without end
        (DownloadCancelledError(f"Expected to receive 99999999999 bytes <GET {URL}>"), "DownloadCancelledError: the answer is larger than 32 MB"),
        (
            IgnoreRequest(f"Ignored response <200 {URL}> because its body (9 B compressed) exceeded DOWNLOAD_MAXSIZE during decompression."),
            "IgnoreRequest: the answer is larger than 32 MB when it is unpacked",
        ),
        (IgnoreRequest("Forbidden by robots.txt"), "IgnoreRequest: Forbidden by robots.txt"),
        (DownloadFailedError(), "DownloadFailedError: no answer"),
        (ValueError("one\n  two"), "ValueError: one two"),
    ],
)
def test_what_was_wrong_comes_before_the_address(error, reason):
    assert reason_of(error) == reason
