"""Our own records as JSON lines, read back: what the format ``jsonl`` wrote, without loss."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO, ClassVar

import msgspec

from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry
from paperexport.formats.jsonl import SCHEMA
from paperexport.hookspecs import Source
from paperexport.normalization import entry_of
from paperexport.record import FIELDS, Origin, Record, Trust
from paperexport.sources._text import UTF_16, decoded, head_text

_BESIDE = frozenset(("schema", "key", "n", "source", "line", "missing", "diagnostics"))


def is_ours(said: str) -> bool:
    """Whether a text begins with one of our records."""
    first = said.lstrip().split("\n", 1)[0]
    return first.startswith("{") and '"schema":' in first[:200].replace(" ", "")


class Jsonl(Source, frozen=True, kw_only=True):
    """Records as JSON lines."""

    name: ClassVar[str] = "jsonl"
    summary: ClassVar[str] = "our own records as JSON lines"
    trust: ClassVar[Trust] = "listing"

    def recognises(self, head: bytes, locator: str) -> bool:  # noqa: ARG002 - by content alone
        """Told by ``"schema"`` in its first object."""
        return is_ours(head_text(head))

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield the record of each line; a line that is none is a diagnostic."""
        first, rest = stream.readline(), iter(stream)
        if first.startswith(UTF_16):  # as PowerShell's `>` writes it
            text, _ = decoded(first + stream.read(), Origin())
            first, *lines = text.encode("utf-8").split(b"\n")
            rest = iter(lines)
        for number, raw in enumerate(chain([first], rest), 1):
            line = raw.strip(b"\xef\xbb\xbf \t\r\n")
            if not line:
                continue
            at = Origin(source=self.name, locator=locator, line=number, trust=self.trust)
            try:
                fields = msgspec.json.decode(line)
                if not isinstance(fields, dict):
                    raise TypeError("a line is one JSON object")
                yield from _entry(fields, at)
            except (msgspec.DecodeError, RecursionError, TypeError, ValueError) as error:
                yield Diagnostic(
                    code="line-unread",
                    severity="error",
                    message=f"no record of ours: {str(error)[:200]}",
                    origin=at,
                    hint="each line is one JSON object, as the format jsonl writes it",
                )


def _entry(fields: dict[str, Any], at: Origin) -> Iterator[Entry | Diagnostic]:
    schema = fields.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        yield Diagnostic(
            code="schema-newer",
            severity="warning",
            message=f"written with schema {schema}; this version knows {SCHEMA}",
            origin=at,
            hint="update paperexport",
        )
    known = {name: value for name, value in fields.items() if name in FIELDS and value is not None}
    # What `list --json` adds, and what a newer version may know.
    strange = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in fields.items()
        if name not in FIELDS and name not in _BESIDE
    }
    record = msgspec.convert(known, Record)
    entry = entry_of(record, at)
    said = dict(entry.fields)
    # A record that was written under the default type has it all the same.
    said.setdefault("type", record.type)
    if strange:
        said["custom"] = {**record.custom, **strange}
    if key := fields.get("key"):
        said["citation_key"] = str(key)
    yield Entry(fields=said, origin=at, markup=())
