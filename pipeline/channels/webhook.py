"""Alerts as signed JSON to a receiver's address, by the convention of Standard Webhooks; `docs/webhook.md` says it for receivers.

One request for each alert, oldest first, because the alert's id is how a receiver tells a repeat. The first failure ends the batch.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import logging
import socket
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import time

import httpx

from db.errors import DeliveryError
from db.records import Alert
from pipeline.channels.content import entry_of, instant
from pipeline.channels.json_feed import data_of
from pipeline.settings import Settings
from pipeline.watch import Watch

LONGEST_WAIT = timedelta(days=1)
"""More than this no receiver's Retry-After is heeded."""
BATCH_SECONDS = 120.0
"""How long one batch may take; the rest waits for the next run, so that a slow receiver holds up nobody else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """Where to post, with which keys, and what to call it where the URL must not be shown."""

    label: str
    url: httpx.URL
    keys: tuple[bytes, ...]


def send(target: str, watch: Watch, waiting: Sequence[Alert], connection: sqlite3.Connection, settings: Settings) -> None:  # noqa: ARG001
    """Post these alerts.

    Raises:
        DeliveryError: the receiver did not take them all; which it took is told.
    """
    if not waiting:
        return
    receiver = _receiver(target.split(":", 1)[1], settings)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its INFO lines hold the whole URL, and with it the receiver's key
    asyncio.run(_post_all(receiver, waiting, settings))


def is_present(target: str, watch: Watch, settings: Settings) -> bool:  # noqa: ARG001
    """A receiver mirrors nothing."""
    return True


def body_of(alert: Alert, pages: str | None = None) -> bytes:
    """What is posted: the same alert gives the same bytes.

    Args:
        pages: where readers reach our own pages.
    """
    entry = entry_of(alert, pages)
    data = {**data_of(entry), "title": entry.title, "summary": entry.summary}
    payload = {"type": f"alert.{alert.kind}", "timestamp": instant(alert.raised), "data": data}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def sign(alert_id: str, moment: int, body: bytes, keys: Sequence[bytes]) -> str:
    """The value of `webhook-signature`."""
    signed = f"{alert_id}.{moment}.".encode() + body
    return " ".join(f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}" for key in keys)


def keys_of(secret: str) -> tuple[bytes, ...]:
    """The keys in a setting: each `whsec_` and base64, or a text used as it is.

    Raises:
        DeliveryError: what follows `whsec_` is not base64.
    """
    try:
        return tuple(
            base64.b64decode(part.removeprefix("whsec_"), validate=True) if part.startswith("whsec_") else part.encode() for part in secret.split()
        )
    except binascii.Error as error:
        raise DeliveryError("webhook: a secret that begins with whsec_ goes on in base64; this one does not") from error


def _receiver(address: str, settings: Settings) -> Receiver:
    if address.startswith(("http://", "https://")):
        if settings.webhook_secret is None:
            raise DeliveryError("webhook: a URL in the watches file needs KAMERSPOOR_WEBHOOK_SECRET to sign with")
        url, secret, label = address, settings.webhook_secret, httpx.URL(address).host
    elif (known := settings.webhooks.get(address)) is not None:
        url, secret, label = known.url.get_secret_value(), known.secret, address
    else:
        variable = f"KAMERSPOOR_WEBHOOKS__{address.upper()}__URL"
        raise DeliveryError(f"webhook {address}: there is no such receiver in the settings; set {variable} and its SECRET")
    try:
        return Receiver(label=label, url=httpx.URL(url), keys=keys_of(secret.get_secret_value()))
    except httpx.InvalidURL:
        raise DeliveryError(f"webhook {label}: its URL cannot be read") from None  # the cause shows the URL


async def _post_all(receiver: Receiver, alerts: Sequence[Alert], settings: Settings) -> None:
    accepted: list[str] = []
    loop = asyncio.get_running_loop()
    end = loop.time() + BATCH_SECONDS
    limits = httpx.Limits(max_connections=1)
    async with httpx.AsyncClient(trust_env=False, follow_redirects=False, limits=limits, timeout=settings.webhook_seconds) as client:
        for alert in alerts:
            try:
                if loop.time() > end:
                    raise DeliveryError(f"webhook {receiver.label}: too slow for all at once; the rest follows")
                # httpx counts each read by itself: one that drips would never end.
                async with asyncio.timeout(settings.webhook_seconds):
                    await _post(client, receiver, alert, settings)
            except TimeoutError:
                reason = f"webhook {receiver.label}: no answer within {settings.webhook_seconds:g} seconds"
                raise DeliveryError(reason, accepted=accepted) from None
            except DeliveryError as error:
                error.accepted = frozenset(accepted)
                raise
            accepted.append(alert.id)


async def _post(client: httpx.AsyncClient, receiver: Receiver, alert: Alert, settings: Settings) -> None:
    url, host = receiver.url, receiver.url.host
    address = await _checked_address(receiver, allow_private=settings.webhook_allow_private)
    body, moment = body_of(alert, settings.public_url), int(time())
    headers = {
        "host": url.netloc.decode(),
        "content-type": "application/json",
        "user-agent": "Kamerspoor",
        "webhook-id": alert.id,
        "webhook-timestamp": str(moment),
        "webhook-signature": sign(alert.id, moment, body, receiver.keys),
    }
    # The connection goes to the address that was checked, under the name that the certificate must have: no second look-up, no other answer.
    checked = url.copy_with(host=address)
    try:
        async with client.stream("POST", checked, content=body, headers=headers, extensions={"sni_hostname": host}) as response:
            _judge(receiver.label, response)
    except httpx.TimeoutException as error:
        raise TimeoutError from error
    except (httpx.HTTPError, OSError) as error:
        cause = error.__cause__ or error
        raise DeliveryError(f"webhook {receiver.label}: {type(error).__name__} ({type(cause).__name__})") from None


async def _checked_address(receiver: Receiver, *, allow_private: bool) -> str:
    """An address of the receiver's host that may be connected to."""
    from crawler.guard import is_public  # brings Scrapy along, which only a deployment with webhooks should wait for

    url = receiver.url
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise DeliveryError(f"webhook {receiver.label}: only http and https addresses without a user are posted to")
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DeliveryError(f"webhook {receiver.label}: its host is not found") from error
    addresses = [str(info[4][0]) for info in found]
    usable = [address for address in addresses if allow_private or is_public(address)]
    if not usable:
        raise DeliveryError(f"webhook {receiver.label}: its host is inside a private network; webhook_allow_private = true allows that")
    return usable[0]


def _judge(label: str, response: httpx.Response) -> None:
    if response.is_success:
        return
    if response.status_code == httpx.codes.GONE:
        raise DeliveryError(f"webhook {label}: answered 410, the receiver is gone", permanent=True)
    hint = ": redirects are not followed, put the new address in the settings" if response.is_redirect else ""
    raise DeliveryError(f"webhook {label}: answered {response.status_code}{hint}", retry_after=_retry_after(response.headers.get("retry-after")))


def _retry_after(value: str | None) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3); None for what is neither."""
    if value is None:
        return None
    if value.strip().isdecimal():
        wait = timedelta(seconds=min(int(value.strip()[:9]), LONGEST_WAIT.total_seconds()))
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        wait = moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)
    return max(timedelta(0), min(wait, LONGEST_WAIT))
