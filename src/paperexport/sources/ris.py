"""RIS, read: ours, and that of publishers, Zotero, EndNote, Mendeley and JabRef.

There is no standard; which tag means what in which reference type is looked up in the tables that
our exporter writes by, then in what the others do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, ClassVar

from paperexport import identifiers, names
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.formats.entrytypes import RIS_OWNERS
from paperexport.formats.ris import TAGS, TAGS_OF
from paperexport.hookspecs import Source
from paperexport.record import DATE_FIELDS, NAME_FIELDS, Eprint, Name, Origin
from paperexport.sources._extra import extras
from paperexport.sources._text import (
    BIBTEX_START,
    RIS_START,
    begins_with,
    decoded,
    head_text,
)

_TAG = re.compile(r"^([A-Z][A-Z0-9]) {1,2}-(?: (.*)|)$")
_NEXT = {end: re.compile(rf"{end}([A-Z][A-Z0-9])  - ") for end in ("\n", "\r\n")}
_BREAK = re.compile(r"\r\n|\n|\r")
_ENDED = frozenset(("", " ", "\n", " \n", "\r\n", " \r\n"))
# What other writers use, where our table has no row of its own.
_OTHER_TAGS = {
    "T1": "title", "CT": "title", "BT": "title", "A1": "author", "Y1": "issued", "DA": "issued",
    "JO": "container_title", "JF": "container_title", "T2": "container_title",
    "JA": "container_title_short", "J1": "container_title_short", "N2": "abstract", "L2": "url",
    "LK": "url", "SN": "issn", "CY": "publisher_place", "PP": "publisher_place", "CP": "issue",
    "M2": "custom_m2", "AN": "accession_number", "A2": "editor", "A3": "collection_editor",
    "ED": "editor", "L4": "figure", "C7": "number", "RI": "reviewed_item", "DB": "database",
    "DP": "database_provider", "CN": "call_number", "M3": "ris_m3", "DI": "ris_di", "N1": "",
    "ID": "", "EP": "", "TY": "",
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
        return begins_with(head_text(head), RIS_START, BIBTEX_START)

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield an entry for each record, from ``TY`` to ``ER``; lines between are diagnostics."""
        origin = Origin(source=self.name, locator=locator, trust=self.trust)
        text, problems = decoded(stream.read(), origin)
        yield from problems
        tags: list[str] = []
        values: list[list[str]] = []  # the lines of each
        start = at = 0
        number = 1
        newline = "\r\n" if "\r\n" in text[:10_000] else "\n"
        while at < len(text):
            # As far as a record's last line, mostly.
            last = text.find("\nER  -", at) + 1
            end = (text.find("\n", last) if last else -1) + 1 or len(text)
            ends = not tags and last and text[last + 5 : end] in _ENDED
            if ends and (plain := _plain(text[at:last], newline)):
                blank, plain_tags, plain_values = plain
                number += blank
                yield self._entry(plain_tags, plain_values, locator, number)
                number, at = number + len(plain_tags) + 1, end
                continue
            # Only these end a line; a value may hold other separators.
            for here, line in enumerate(_BREAK.split(text[at:end]), number):
                found = _TAG.match((line if tags else line.lstrip("\ufeff")).rstrip(" "))
                if found is None:
                    if tags and line.strip():
                        # A value that goes on (JabRef joins it so).
                        values[-1].append(line.strip())
                    elif line.strip():
                        yield self._problem(
                            locator, here, f"outside a record: {line.strip()[:60]!r}"
                        )
                    continue
                tag, value = found[1], (found[2] or "").strip()
                if tag == "TY":
                    if tags:
                        yield self._entry(tags, map(" ".join, values), locator, start)
                    tags, values, start = [tag], [[value]], here
                elif not tags:
                    yield self._problem(locator, here, f"{tag} stands before any TY")
                elif tag == "ER":
                    yield self._entry(tags, map(" ".join, values), locator, start)
                    tags = []
                else:
                    tags.append(tag)
                    values.append([value])
            number, at = here, end
        if tags:
            yield self._entry(tags, map(" ".join, values), locator, start)

    def _problem(self, locator: str, line: int, message: str) -> Diagnostic:
        return Diagnostic(
            code="line-unread",
            severity="warning",
            message=message,
            origin=Origin(source=self.name, locator=locator, line=line),
            hint="a record begins with TY and ends with ER",
        )

    def _entry(self, tags: list[str], values: Iterable[str], locator: str, line: int) -> Entry:
        origin = Origin(source=self.name, locator=locator, line=line, trust=self.trust)
        return Entry(fields=fields(tags, list(values)), origin=origin, markup=())


def _plain(lines: str, newline: str) -> tuple[int, list[str], list[str]] | None:
    """What one record says, if each of its lines is a tag and a value; else None.

    Args:
        lines: all but the last one.
        newline: what each of them ends in.

    Returns:
        how many blank lines are in front, the tags, and the values, space around them.
    """
    none, *parts = _NEXT[newline].split(newline + lines)
    tags = parts[::2]
    ends = lines.count("\n")
    if ends != none.count("\n") + len(tags) or none.strip("\r\n"):
        return None
    if lines.count("\r") != (ends if newline == "\r\n" else 0):
        return None
    if not tags or tags[0] != "TY" or tags.count("TY") != 1:
        return None
    return ends - len(tags), tags, parts[1::2]


def _table(reference: str) -> dict[str, tuple[str, str]]:
    """Tag → what is done with its value in one reference type, and the field that it is for."""
    table = dict(_OTHER_TAGS)
    table |= {tag: field for field, tag in {**TAGS, **TAGS_OF.get(reference, {})}.items() if tag}
    return {tag: (_deed(tag, field), field) for tag, field in table.items()}


def _deed(tag: str, field: str) -> str:
    if tag in ("TY", "N1", "ID", "EP", "M3", "DI") or (tag == "SP" and field == "page"):
        return tag
    if field in NAME_FIELDS:
        return "name"
    if field in DATE_FIELDS:
        return "Y1" if tag == "Y1" else "date"
    return "word" if field == "keywords" else "text"


_TABLES = {reference: _table(reference) for reference in TAGS_OF}
_TABLE = _table("")


def fields(tags: Sequence[str], values: Sequence[str]) -> dict[str, Value]:
    """What a record says, in the names of ours.

    Args:
        tags: in order, ``TY`` first.
        values: one for each of them.
    """
    reference = values[0].strip().upper()
    reference = "CPAPER" if reference == "CONF" else reference  # as Zotero and EndNote write it
    table = _TABLES.get(reference, _TABLE)
    found: dict[str, Any] = {"type": _TYPES.get(reference, "document")}
    notes: list[str] = []
    first_page = last_page = ""
    for tag, value in zip(tags, values, strict=True):
        if not (value := value.strip()):
            continue
        deed, field = table.get(tag) or ("text", f"ris_{tag.lower()}")
        if deed == "text":
            if field not in found:
                found[field] = value
        elif deed == "name":
            found.setdefault(field, []).append(_name(value))
        elif deed == "date":
            _date(found, field, value)
        elif deed == "word":
            found.setdefault(field, []).append(value)
        elif deed == "SP":
            first_page = value
        elif deed == "EP":
            last_page = value
        elif deed == "N1":
            notes.append(value)
        elif deed == "ID":
            found["citation_key"] = value
        elif deed == "Y1":
            # Deprecated, and JabRef's last choice.
            if not any(
                tag in ("PY", "DA") and value.strip()
                for tag, value in zip(tags, values, strict=True)
            ):
                _date(found, field, value)
        elif deed != "TY":
            doi = identifiers.doi(value)
            found.setdefault("doi" if doi else field, doi or value)
    if first_page or last_page:
        both = first_page and last_page and first_page != last_page and "-" not in first_page
        found["page"] = f"{first_page}-{last_page}" if both else first_page or last_page
    stated = any(note.startswith("type: ") for note in notes)
    _notes(found, notes)
    _preprint(found, reference, stated)
    for name, value in found.items():
        if isinstance(value, list):
            found[name] = tuple(value)
    return found


def _name(value: str) -> Name | str:
    """``Last, First, Suffix``; without a comma as it is printed."""
    family, comma, given = value.partition(", ")
    if comma and family.isalpha() and "," not in given and not given[0].isspace():
        return Name(family=family, given=given)  # as most are
    family, comma, given = value.partition(",")
    if not comma:
        return names.parse(value.strip())
    given, _, suffix = given.partition(",")
    if "," in suffix or not family.strip():
        return Name(literal=value)
    particle, family = names.particle_of(family.strip())
    return Name(family=family, particle=particle, given=given.strip(), suffix=suffix.strip())


def _date(found: dict[str, Any], field: str, value: str) -> None:
    """``2016/09/12/other``; the fuller of several wins."""
    date, *rest = value.split("/", 3)
    date = date.strip()
    if _YEAR.match(date):
        for part in rest[:2]:
            if not part.strip().isdecimal():
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
