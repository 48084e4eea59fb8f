"""RIS, read: ours, and that of publishers, Zotero, EndNote, Mendeley and JabRef.

There is no standard; which tag means what in which reference type is looked up in the tables that
our exporter writes by, then in what the others do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
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

_TAG = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: (.*)|)")
_HEAD = re.compile(r"(?!TY|ER)[A-Z][A-Z0-9]  - ")
_LONE_RETURN = re.compile(r"\r(?!\n)")
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
    "ID": "", "EP": "",
}  # fmt: skip
_TYPES = {**RIS_OWNERS, "CONF": "paper-conference", "CPAPER": "paper-conference", "UNPB": "article",
          "UNPD": "manuscript", "INPR": "article-journal", "EJOUR": "article-journal",
          "EBOOK": "book", "ECHAP": "chapter", "EDBOOK": "book", "SER": "book", "JFULL":
          "periodical", "CTLG": "document", "WEB": "webpage", "GEN": "document"}  # fmt: skip
_YEAR = re.compile(r"-?\d{4}$")
_NUMBER = re.compile(r"\s*\d{1,4}\s*")
_SUBJECT = re.compile(r"\[([^\]]+)\]")


class _OddError(Exception):
    """A line is no tag and its value."""


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
        if _LONE_RETURN.search(text):
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        record: list[list[str]] = []  # of the lines that were read with care: the parts of each
        start = at = 0
        number = 1
        while at < len(text):
            # As far as a record's last line, mostly.
            last = text.find("\nER  -", at)
            end = (text.find("\n", last + 1) if last >= 0 else -1) + 1 or len(text)
            if not record and last >= 0 and text[last + 6 : end] in _ENDED:
                lines = text[at:last].split("\n")
                blank = 0
                while blank < len(lines) and not lines[blank].strip():
                    blank += 1
                try:
                    found = fields(lines[blank:])
                except _OddError:
                    pass
                else:
                    yield self._entry(found, locator, number + blank)
                    number, at = number + len(lines) + 1, end
                    continue
            # Only these end a line; a value may hold other separators.
            for here, line in enumerate(text[at:end].split("\n"), number):
                line = line.rstrip(" \r")
                tag = _TAG.fullmatch(line if record else line.lstrip("\ufeff"))
                if tag is None:
                    if record and (line := line.strip()):
                        # A value that goes on (JabRef joins it so).
                        record[-1].append(line)
                    elif line := line.strip():
                        yield self._problem(locator, here, f"outside a record: {line[:60]!r}")
                elif tag[1] == "TY":
                    if record:
                        yield self._entry(fields(_joined(record)), locator, start)
                    record, start = [["TY  -", (tag[2] or "").strip()]], here
                elif not record:
                    yield self._problem(locator, here, f"{tag[1]} stands before any TY")
                elif tag[1] == "ER":
                    yield self._entry(fields(_joined(record)), locator, start)
                    record = []
                else:
                    record.append([f"{tag[1]}  -", (tag[2] or "").strip()])
            number, at = here, end
        if record:
            yield self._entry(fields(_joined(record)), locator, start)

    def _problem(self, locator: str, line: int, message: str) -> Diagnostic:
        return Diagnostic(
            code="line-unread",
            severity="warning",
            message=message,
            origin=Origin(source=self.name, locator=locator, line=line),
            hint="a record begins with TY and ends with ER",
        )

    def _entry(self, found: dict[str, Value], locator: str, line: int) -> Entry:
        origin = Origin(source=self.name, locator=locator, line=line, trust=self.trust)
        return Entry(fields=found, origin=origin, markup=())


def _joined(record: list[list[str]]) -> list[str]:
    return [" ".join(parts) for parts in record]


# What is done with a value.
_TEXT, _NAME, _DATE, _OLD_DATE, _WORD, _FIRST_PAGE, _LAST_PAGE, _NOTE, _KEY, _DOI = range(10)
_DEEDS = {"N1": _NOTE, "ID": _KEY, "EP": _LAST_PAGE, "M3": _DOI, "DI": _DOI, "Y1": _OLD_DATE}


class _Table(dict[str, tuple[int, str]]):
    """What a line begins with → what is done with its value, and the field that it is for."""

    def __missing__(self, head: str) -> tuple[int, str]:
        if _HEAD.fullmatch(head) is None:
            raise _OddError
        self[head] = made = (_TEXT, f"ris_{head[:2].lower()}")
        return made


def _table(reference: str) -> _Table:
    """The table of one reference type."""
    table = dict(_OTHER_TAGS)
    table |= {tag: field for field, tag in {**TAGS, **TAGS_OF.get(reference, {})}.items() if tag}
    return _Table({f"{tag}  - ": (_deed(tag, field), field) for tag, field in table.items()})


def _deed(tag: str, field: str) -> int:
    if tag in _DEEDS:
        return _DEEDS[tag]
    if tag == "SP" and field == "page":
        return _FIRST_PAGE
    if field in NAME_FIELDS:
        return _NAME
    if field in DATE_FIELDS:
        return _DATE
    return _WORD if field == "keywords" else _TEXT


_TABLES = {reference: _table(reference) for reference in TAGS_OF}
_TABLE = _table("")


def fields(lines: Sequence[str]) -> dict[str, Value]:
    """What a record says, in the names of ours.

    Args:
        lines: ``TY  - JOUR`` and so on, without the last one, ``ER  -``.

    Raises:
        _OddError: one of them is no tag and its value.
    """
    if not lines or lines[0][:6] != "TY  - ":
        raise _OddError
    reference = lines[0][6:].strip().upper()
    reference = "CPAPER" if reference == "CONF" else reference  # as Zotero and EndNote write it
    table = _TABLES.get(reference, _TABLE)
    found: dict[str, Any] = {"type": _TYPES.get(reference, "document")}
    several: dict[str, list[Any]] = {}
    notes: list[str] = []
    first_page = last_page = old_date = ""
    for line in lines[1:]:
        deed, field = table[line[:6]]
        value = line[6:].strip()
        if not value:
            continue
        if deed == _TEXT:
            if field not in found:
                found[field] = value
        elif deed == _NAME:
            if field in several:
                several[field].append(_name(value))
            else:
                several[field] = [_name(value)]
        elif deed == _DATE:
            found[field] = _fuller(found.get(field, ""), _date(value))
        elif deed == _NOTE:
            notes.append(value)
        elif deed == _DOI:
            doi = identifiers.doi(value) if "1" in value else None  # none is without
            found.setdefault("doi" if doi else field, doi or value)
        elif deed == _WORD:
            several.setdefault(field, []).append(value)
        elif deed == _FIRST_PAGE:
            first_page = value
        elif deed == _LAST_PAGE:
            last_page = value
        elif deed == _KEY:
            found["citation_key"] = value
        else:
            old_date = _fuller(old_date, _date(value))
    if old_date and "issued" not in found:  # deprecated, and JabRef's last choice
        found["issued"] = old_date
    if first_page or last_page:
        both = first_page and last_page and first_page != last_page and "-" not in first_page
        found["page"] = f"{first_page}-{last_page}" if both else first_page or last_page
    if notes:
        _notes(found, several, notes)
    _preprint(found, reference, stated=any(note.startswith("type: ") for note in notes))
    for field, listed in several.items():
        found[field] = tuple(listed)
    return found


def _name(value: str) -> Name | str:
    """``Last, First, Suffix``; without a comma as it is printed."""
    family, comma, given = value.partition(", ")
    if comma and family.isalpha() and "," not in given and not given[0].isspace():
        return Name(family=family, given=given)  # as most are
    return _careful_name(value)


def _careful_name(value: str) -> Name:
    family, comma, given = value.partition(",")
    if not comma:
        return names.parse(value.strip())
    given, _, suffix = given.partition(",")
    if "," in suffix or not family.strip():
        return Name(literal=value)
    particle, family = names.particle_of(family.strip())
    return Name(family=family, particle=particle, given=given.strip(), suffix=suffix.strip())


@lru_cache(maxsize=4096)
def _date(value: str) -> str:
    """``2016/09/12/other``, in ISO 8601 as far as it is numbers."""
    year, *rest = value.split("/", 3)
    date = year.strip()
    if not _YEAR.match(date):
        return value.strip("/ ")
    for part in rest[:2]:
        if not _NUMBER.fullmatch(part):
            break
        date += f"-{int(part):02d}"
    return date


def _fuller(one: str, other: str) -> str:
    return other if len(other) > len(one) else one


def _notes(found: dict[str, Any], several: dict[str, list[Any]], notes: list[str]) -> None:
    """Our own lines, an arXiv id, and what is left: the note."""
    kept: list[str] = []
    more: dict[str, list[str]] = {}
    for note in notes:
        left, said = extras([note])
        for name, value in said.items():
            if isinstance(value, list):
                several.setdefault(name, []).extend(value)
            elif name in several:
                several[name].append(value)
            elif name in ("issued", "type") or name not in found or "/" in value:
                found[name] = value
                more.pop(name, None)
            else:
                more.setdefault(name, []).append(value)
        if not left:
            continue
        _archive, colon, rest = left.partition(":")
        if "eprint" not in found and colon and (parsed := identifiers.arxiv(left)):
            subject = _SUBJECT.search(rest)
            found["eprint"] = Eprint(archive="arxiv", id=parsed[0], version=parsed[1],
                                     primary_class=subject[1] if subject else "")  # fmt: skip
        else:
            kept.append(left)
    for name, values in more.items():
        found[name] = " ".join((found[name], *values))
    if kept:
        found["note"] = "\n\n".join(kept)


def _preprint(found: dict[str, Any], reference: str, *, stated: bool) -> None:
    """A report that says it is a preprint is one; what only says so is not kept twice."""
    eprint = found.get("eprint")
    if not stated and (
        (reference in ("RPRT", "MANSCPT") and found.get("genre", "").lower() == "preprint")
        or reference == "UNPB"
        or (reference == "GEN" and eprint is not None)
    ):
        found["type"] = "article"
    if (
        eprint is not None
        and found["type"] == "article"
        and found.get("publisher", "").lower() == eprint.archive
    ):
        del found["publisher"]
