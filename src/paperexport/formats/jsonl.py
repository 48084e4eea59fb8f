"""Our own records, one JSON object a line: lossless, and read back by the source ``jsonl``.

``{"schema": 1, "key": …, "type": …, <every other field that is not empty>}``. The shape of a
field is that of :class:`~paperexport.Record`: a name, a date and an eprint are objects.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from paperexport.formats.lines import characters
from paperexport.hookspecs import Exporter
from paperexport.record import Record

SCHEMA = 1
"""Raised when a reader of the old shape would misread the new one."""

# "deterministic" sorts mappings and leaves the fields of a record in their order.
_json = msgspec.json.Encoder(order="deterministic", enc_hook=dict).encode
_DEFAULT_TYPE = b',"type":"article"'


class Jsonl(Exporter, frozen=True, kw_only=True):
    """Records as JSON lines, with nothing left out."""

    name: ClassVar[str] = "jsonl"
    summary: ClassVar[str] = "our own records as JSON lines, lossless"
    suffix: ClassVar[str] = ".jsonl"
    media_type: ClassVar[str] = "application/jsonl"

    def encode(self, key: str, record: Record) -> str:
        """One line, ending in a newline."""
        try:
            head, body = _json(key), _json(record)
        except UnicodeEncodeError:  # a lone surrogate is no character, and no UTF-8
            head, body = _json(characters(key)), _json(characters(msgspec.to_builtins(record)))
        # A field at its default is left out; the type is not, for readers who do not know ours.
        kind = _DEFAULT_TYPE if record.type == "article" else b""
        comma = b"," if len(body) > len(b"{}") else b""
        line = b'{"schema":%d,"key":%b%b%b%b\n' % (SCHEMA, head, kind, comma, body[1:])
        return line.decode("utf-8")
