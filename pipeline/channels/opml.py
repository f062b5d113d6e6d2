"""An OPML 2.0 list of this deployment's feeds, with which a reader follows all of them at once.

One line for each watch, whatever number of formats it has: who imports the list should not get everything three times.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from pipeline.channels.content import legal, one_line
from pipeline.channels.files import HEALTH, feed_url, publish
from pipeline.channels.markup import add, as_bytes
from pipeline.settings import Settings
from pipeline.watch import Watch

NAME = "feeds.opml"
_PREFERRED = ("atom", "rss", "json")


def bring_up_to_date(watches: Sequence[Watch], settings: Settings) -> None:
    """Write the list when it would change.

    Raises:
        DeliveryError: the file cannot be written.
    """
    publish(settings.feeds_path / NAME, build(watches, settings.feed_base_url))


def build(watches: Sequence[Watch], base_url: str) -> bytes:
    """The list as bytes: the same watches give the same bytes."""
    root = etree.Element("opml", {"version": "2.0"})
    add(add(root, "head"), "title", "Kamerspoor: alle feeds")
    body = add(root, "body")
    for watch in watches:
        channels = {target.split(":", 1)[0] for target in watch.targets}
        channel = next((name for name in _PREFERRED if name in channels), None)
        if channel is not None:
            _outline(body, one_line(watch.title), feed_url(watch.name, channel, base_url), base_url)
    _outline(body, "Toestand van de bronnen", feed_url(HEALTH, "atom", base_url), base_url)
    return as_bytes(root)


def _outline(body: etree._Element, title: str, url: str, base_url: str) -> None:
    full = f"Kamerspoor: {title}"
    add(body, "outline", None, {"type": "rss", "text": full, "title": full, "xmlUrl": legal(url), "htmlUrl": legal(base_url)})
