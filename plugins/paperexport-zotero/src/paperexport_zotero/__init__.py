"""Zotero for paperexport: push papers into collections, read collections, write item JSON."""

from __future__ import annotations

from paperexport_zotero._core import Exporter, hookimpl
from paperexport_zotero.exporter import ZoteroJson
from paperexport_zotero.mapping import to_entry, to_item

__all__ = ["ZoteroJson", "paperexport_exporters", "to_entry", "to_item"]


@hookimpl
def paperexport_exporters() -> list[Exporter]:
    """``zotero-json``."""
    return [ZoteroJson()]
