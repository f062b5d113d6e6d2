"""Canonical URLs, and the stable identifiers of parliamentary papers: dossier numbers, flat and final numbers, reprints."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(r"^(utm_|mtm_|pk_|fbclid$|gclid$)")
_SAFE = "/:@!$&'()*+,;=-._~%"
_DOSSIER = re.compile(r"^(\d{1,2}) ?(\d{3})[ -]*([IVX]{1,5}[A-E]?|[A-Z]|\d{1,4})?$")
_FLAT = re.compile(r"^(kst|ah|h)-(\d{5,8})$")
_REPRINT = re.compile(r"^(?P<base>.{3,60}-[0-9A-Za-z]{1,8})-(?P<kind>[hn])\d{1,2}$")
_CHAMBERS = {"tweede kamer der staten-generaal": "tk", "eerste kamer der staten-generaal": "ek"}


def canonical_url(url: str, base: str = "") -> str:
    """One spelling per place: absolute, lower-case host, no default port, no fragment, no tracking, parameters in order."""
    parts = urlsplit(urljoin(base, url.strip()))
    host = (parts.hostname or "").lower()
    port = parts.port
    if port is not None and (parts.scheme.lower(), port) not in (("http", 80), ("https", 443)):
        host = f"{host}:{port}"
    query = urlencode(sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k.lower())))
    path = quote(unquote(parts.path, errors="surrogateescape"), safe=_SAFE.replace("%", ""), errors="surrogateescape") or "/"
    return urlunsplit((parts.scheme.lower(), host, path, query, ""))


def normal_dossier(text: str) -> str | None:
    """`32 824`, `35300 X`, `21501-02` as `32824`, `35300-X`, `21501-02`; None when it is no dossier number."""
    found = _DOSSIER.match(" ".join(text.split()))
    if found is None:
        return None
    number = found[1] + found[2]
    return f"{number}-{found[3]}" if found[3] else number


def split_dossiers(values: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The dossier numbers in repeated elements and in joined values (`33037;34532`), in order and once; second, what is no number."""
    good: list[str] = []
    bad: list[str] = []
    for piece in (p.strip() for value in values for p in re.split(r"[;,]", value)):
        if not piece:
            continue
        number = normal_dossier(piece)
        if number is None:
            bad.append(piece)
        elif number not in good:
            good.append(number)
    return tuple(good), tuple(bad)


def is_flat(identifier: str) -> bool:
    """Whether this is the running number under which a paper lives until it gets its own: `kst-1183940`, `ah-1183851`."""
    return _FLAT.match(identifier) is not None


def kamerstuk_identifier(dossier: str, number: str) -> str:
    """`kst-32824-448`."""
    return f"kst-{dossier}-{number}"


def aanhangsel_identifier(chamber: str, session: str, number: str) -> str | None:
    """`ah-tk-20242025-1344` from the chamber's name, `2024-2025` and the number; None when one of them is not known."""
    short = _CHAMBERS.get(chamber.strip().lower())
    year = re.fullmatch(r"(\d{4})-(\d{4})", session.strip())
    if short is None or year is None or not number.strip().isdigit():
        return None
    return f"ah-{short}-{year[1]}{year[2]}-{number.strip()}"


def reprint_of(identifier: str) -> str | None:
    """The identifier of the paper that this one reprints (`-h1`: herdruk), or None."""
    found = _REPRINT.match(identifier)
    return found["base"] if found is not None and found["kind"] == "h" else None


def correction_of(identifier: str) -> str | None:
    """The identifier of the paper that this one corrects (`-n1`), or None."""
    found = _REPRINT.match(identifier)
    return found["base"] if found is not None and found["kind"] == "n" else None
