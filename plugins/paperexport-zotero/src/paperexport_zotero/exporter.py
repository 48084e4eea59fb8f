"""``zotero-json``: items as the Zotero Web API takes them, for those who post them themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from paperexport_zotero import mapping
from paperexport_zotero._core import Exporter, Frame, Record


class ZoteroJson(Exporter, frozen=True, kw_only=True):
    """Item JSON of schema 41, one item a line; at most 50 of them go into one request.

    Attributes:
        native_key: write ``citationKey``; without it a ``Citation Key:`` line of Extra, for
            servers of a schema before 39.
    """

    name: ClassVar[str] = "zotero-json"
    summary: ClassVar[str] = "Zotero item JSON (schema 41), as the Web API takes it"
    suffix: ClassVar[str] = ".zotero.json"
    media_type: ClassVar[str] = "application/json"
    frame: ClassVar[Frame] = Frame("[\n", ",\n", "\n]\n")
    omits: ClassVar[Mapping[str, str]] = mapping.OMITS

    native_key: bool = True

    def encode(self, key: str, record: Record) -> str:
        """One item, on one line."""
        item = mapping.to_item(record, key, native_key=self.native_key).data
        return msgspec.json.encode(item).decode("utf-8")
