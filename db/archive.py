"""Raw bytes beside the database, by the hash of their content: written before anything is parsed, never changed.

A file is complete or absent: bytes go to a temporary name, are flushed to the disk and renamed.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from db.errors import StoreError


class Archive:
    """A folder of files named by their SHA-256, two letters deep."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash lie."""
        return self.folder / sha256[:2] / sha256

    def put(self, body: bytes) -> str:
        """Keep the bytes and give their hash; bytes that are there already are not written again."""
        sha256 = hashlib.sha256(body).hexdigest()
        target = self.path(sha256)
        if target.exists():
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        return sha256

    def get(self, sha256: str) -> bytes:
        """Give the bytes with this hash.

        Raises:
            StoreError: the file is gone or its content is not what its name says.
        """
        try:
            body = self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise StoreError(f"archive: {self.path(sha256)} is missing; fetch it again with the next crawl") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            raise StoreError(f"archive: {self.path(sha256)} is damaged; delete it and crawl again")
        return body
