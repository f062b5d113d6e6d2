"""What the XML feeds share: adding an element, and the document as bytes."""

from __future__ import annotations

from lxml import etree

from pipeline.channels.content import legal

XML = "{http://www.w3.org/XML/1998/namespace}"


def add(parent: etree._Element, name: str, text: str | None = None, attributes: dict[str, str] | None = None) -> etree._Element:
    """A new last child with this text. Text that is not clean would raise in lxml, so what did not come from an Entry goes through `legal`."""
    child = etree.SubElement(parent, name, attributes)
    if text is not None:
        try:
            child.text = text
        except ValueError:
            child.text = legal(text)
    return child


def as_bytes(root: etree._Element) -> bytes:
    """The document as UTF-8."""
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return body
