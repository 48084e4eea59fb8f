"""RIS, read: ours, and that of publishers, Zotero, EndNote, Mendeley and JabRef.

There is no standard; which tag means what in which reference type is looked up in the tables that
our exporter writes by, then in what the others do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, ClassVar

from paperexport import identifiers, names
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.formats.entrytypes import RIS_OWNERS
from paperexport.formats.ris import TAGS, TAGS_OF
from paperexport.hookspecs import Source
from paperexport.record import NAME_FIELDS, Eprint, Name, Origin
from paperexport.sources._extra import extras
from paperexport.sources._text import decoded, head_text

_TAG = re.compile(r"^([A-Z][A-Z0-9]) {1,2}-(?: (.*)|)$")
_START = re.compile(r"^\ufeff?\s*TY {1,2}- ?\w", re.MULTILINE)
# What other writers use, where our table has no row of its own.
_OTHER_TAGS = {
    "T1": "title", "CT": "title", "BT": "title", "A1": "author", "Y1": "issued", "DA": "issued",
    "JO": "container_title", "JF": "container_title", "T2": "container_title",
    "JA": "container_title_short", "J1": "container_title_short", "N2": "abstract", "L2": "url",
    "LK": "url", "SN": "issn", "CY": "publisher_place", "PP": "publisher_place", "CP": "issue",
    "M2": "custom_m2", "AN": "accession_number", "A2": "editor", "A3": "collection_editor",
    "ED": "editor", "L4": "figure", "C7": "number", "RI": "reviewed_item", "DB": "database",
    "DP": "database_provider", "CN": "call_number",
}  # fmt: skip
_TYPES = {**RIS_OWNERS, "CONF": "paper-conference", "CPAPER": "paper-conference", "UNPB": "article",
          "UNPD": "manuscript", "INPR": "article-journal", "EJOUR": "article-journal",
          "EBOOK": "book", "ECHAP": "chapter", "EDBOOK": "book", "SER": "book", "JFULL":
          "periodical", "CTLG": "document", "WEB": "webpage", "GEN": "document"}  # fmt: skip
_YEAR = re.compile(r"-?\d{4}$")


class Ris(Source, frozen=True, kw_only=True):
    """RIS files."""

    name: ClassVar[str] = "ris"
    summary: ClassVar[str] = "RIS files"

    def recognises(self, head: bytes, locator: str) -> bool:  # noqa: ARG002 - by content alone
        """Told by a ``TY`` line."""
        return _START.search(head_text(head)) is not None

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield an entry for each record, from ``TY`` to ``ER``; lines between are diagnostics."""
        origin = Origin(source=self.name, locator=locator, trust=self.trust)
        text, problems = decoded(stream.read(), origin)
        yield from problems
        tags: list[tuple[str, str]] = []
        start = 0
        # Only these end a line; a value may hold other separators.
        for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
            found = _TAG.match(line.lstrip("\ufeff").rstrip(" ") if not tags else line.rstrip(" "))
            if found is None:
                if tags and line.strip():
                    # A value that goes on (JabRef joins it so).
                    tag, value = tags[-1]
                    tags[-1] = (tag, f"{value} {line.strip()}")
                elif line.strip():
                    yield self._problem(locator, number, f"outside a record: {line.strip()[:60]!r}")
                continue
            tag, value = found[1], (found[2] or "").strip()
            if tag == "TY":
                if tags:
                    yield self._entry(tags, locator, start)
                tags, start = [(tag, value)], number
            elif not tags:
                yield self._problem(locator, number, f"{tag} stands before any TY")
            elif tag == "ER":
                yield self._entry(tags, locator, start)
                tags = []
            else:
                tags.append((tag, value))
        if tags:
            yield self._entry(tags, locator, start)

    def _problem(self, locator: str, line: int, message: str) -> Diagnostic:
        return Diagnostic(
            code="line-unread",
            severity="warning",
            message=message,
            origin=Origin(source=self.name, locator=locator, line=line),
            hint="a record begins with TY and ends with ER",
        )

    def _entry(self, tags: list[tuple[str, str]], locator: str, line: int) -> Entry:
        origin = Origin(source=self.name, locator=locator, line=line, trust=self.trust)
        return Entry(fields=fields(tags), origin=origin, markup=())


def fields(tags: list[tuple[str, str]]) -> dict[str, Value]:
    """What a record says, in the names of ours.

    Args:
        tags: ``(tag, value)`` in order, ``TY`` first.
    """
    reference = tags[0][1].strip().upper()
    reference = "CPAPER" if reference == "CONF" else reference  # as Zotero and EndNote write it
    table = {tag: field for field, tag in {**TAGS, **TAGS_OF.get(reference, {})}.items() if tag}
    found: dict[str, Any] = {"type": _TYPES.get(reference, "document")}
    notes: list[str] = []
    first_page = last_page = ""
    dated = any(tag in ("PY", "DA") for tag, value in tags if value)
    for tag, value in tags[1:]:
        if not value or (tag == "Y1" and dated):  # deprecated, and JabRef's last choice
            continue
        field = table.get(tag) or _OTHER_TAGS.get(tag, "")
        if tag == "N1":
            notes.append(value)
        elif tag == "ID":
            found["citation_key"] = value
        elif tag == "EP":
            last_page = value
        elif tag == "SP" and field == "page":
            first_page = value
        elif field in NAME_FIELDS:
            found.setdefault(field, []).append(_name(value))
        elif field == "keywords":
            found.setdefault(field, []).append(value)
        elif field in ("issued", "accessed", "event_date", "original_date"):
            _date(found, field, value)
        elif tag in ("M3", "DI") and (doi := identifiers.doi(value)):
            found.setdefault("doi", doi)
        elif field:
            found.setdefault(field, value)
        else:
            found.setdefault(f"ris_{tag.lower()}", value)
    if first_page or last_page:
        both = first_page and last_page and first_page != last_page and "-" not in first_page
        found["page"] = f"{first_page}-{last_page}" if both else first_page or last_page
    stated = any(note.startswith("type: ") for note in notes)
    _notes(found, notes)
    _preprint(found, reference, stated)
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in found.items()
    }


def _name(value: str) -> Name | str:
    """``Last, First, Suffix``; without a comma as it is printed."""
    parts = [part.strip() for part in value.split(",")]
    if len(parts) == 1:
        return names.parse(value)
    particle, family = names.particle_of(parts[0])
    if len(parts) > 3 or not parts[0]:
        return Name(literal=value)
    return Name(
        family=family,
        particle=particle,
        given=parts[1],
        suffix=parts[2] if len(parts) > 2 else "",
    )


def _date(found: dict[str, Any], field: str, value: str) -> None:
    """``2016/09/12/other``; the fuller of several wins."""
    said = value.split("/")
    parts = [part.strip() for part in said[:3]]
    if parts and _YEAR.match(parts[0]):
        date = parts[0]
        for part in parts[1:]:
            if not part.isdigit():
                break
            date += f"-{int(part):02d}"
    else:
        date = value.strip("/ ")
    old = found.get(field, "")
    if len(date) > len(str(old)):
        found[field] = date


def _notes(found: dict[str, Any], notes: list[str]) -> None:
    """Our own lines, an arXiv id, and what is left: the note."""
    kept: list[str] = []
    for note in notes:
        left, said = extras([note])
        for name, value in said.items():
            if isinstance(value, list):
                found.setdefault(name, []).extend(value)
            elif name == "issued" or name not in found or "/" in value or name == "type":
                found[name] = value
            else:
                found[name] = f"{found[name]} {value}"
        if not left:
            continue
        _archive, colon, rest = left.partition(":")
        if "eprint" not in found and colon and (parsed := identifiers.arxiv(left)):
            subject = re.search(r"\[([^\]]+)\]", rest)
            found["eprint"] = Eprint(archive="arxiv", id=parsed[0], version=parsed[1],
                                     primary_class=subject[1] if subject else "")  # fmt: skip
        else:
            kept.append(left)
    if kept:
        found["note"] = "\n\n".join(kept)


def _preprint(found: dict[str, Any], reference: str, stated: bool) -> None:
    """A report that says it is a preprint is one; what only says so is not kept twice."""
    eprint = found.get("eprint")
    said = str(found.get("genre", "")).lower() == "preprint"
    if not stated and (
        (reference in ("RPRT", "MANSCPT") and said)
        or reference == "UNPB"
        or (reference == "GEN" and eprint is not None)
    ):
        found["type"] = "article"
    if found["type"] == "article" and eprint is not None:
        archive = str(found.get("publisher", "")).lower()
        if archive == eprint.archive:
            found.pop("publisher")
