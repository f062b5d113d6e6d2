"""Bytes of an office file in, its archive out, checked before anything in it is unpacked."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from lxml import etree

from db.errors import ExtractionError

MAX_UNPACKED = 100_000_000
"""Bytes of all members together."""
MAX_RATIO = 200
"""Unpacked to packed size; text documents stay far below 50."""
MAX_PART = 30_000_000
"""Bytes of one XML part: a thousand pages; parsing more takes minutes."""
MAX_MEMBERS = 10_000
_OLE_HEADER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_archive(body: bytes) -> zipfile.ZipFile:
    """The archive, with sizes as its directory declares them; reading stops at the declared size, so a false one ends in an error.

    Raises: ExtractionError: "empty", "encrypted", "damaged" or "bomb".
    """
    if not body:
        raise ExtractionError("empty: the file has no bytes")
    if body.startswith(_OLE_HEADER):
        raise ExtractionError("encrypted: an Office file with a password, or one from before 2007")
    try:
        archive = zipfile.ZipFile(BytesIO(body))
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ExtractionError(f"damaged: the archive cannot be opened ({one_line(error)})") from error
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, len(body) // 2, 1):
        raise ExtractionError(f"bomb: {len(members)} members, {unpacked} bytes unpacked of {len(body)}")
    if any(member.file_size > MAX_PART and member.filename.endswith((".xml", ".rels")) for member in members):
        raise ExtractionError(f"bomb: an XML part is over {MAX_PART} bytes unpacked")
    if any(member.flag_bits & 1 for member in members):
        raise ExtractionError("encrypted: members of the archive ask for a password")
    return archive


def read_xml(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """The root of an XML part, None when the archive has no such part.

    Raises: ExtractionError: "damaged" or "dtd".
    """
    try:
        member = archive.getinfo(name)
    except KeyError:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(archive.read(member), parser)
    except etree.XMLSyntaxError as error:
        code = "dtd" if "amplification" in str(error) else "damaged"
        raise ExtractionError(f"{code}: {name} cannot be read ({one_line(error)})") from error
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError, EOFError) as error:
        raise ExtractionError(f"damaged: {name} cannot be read ({one_line(error)})") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ExtractionError(f"dtd: {name} declares a document type")
    return root


def one_line(error: Exception) -> str:
    """What a library says of a file, short and on one line; such texts quote the file."""
    return " ".join(str(error).split())[:120]
