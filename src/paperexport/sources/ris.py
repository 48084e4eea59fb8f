"""RIS, read: ours, and that of publishers, Zotero, EndNote, Mendeley and JabRef.

There is no standard; which tag means what in which reference type is looked up in the tables that
our exporter writes by, then in what the others do.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, BinaryIO, ClassVar

from paperexport import dates, identifiers, names
from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.formats.entrytypes import RIS_OWNERS
from paperexport.formats.ris import TAGS, TAGS_OF
from paperexport.hookspecs import Source
from paperexport.record import DATE_FIELDS, NAME_FIELDS, Eprint, Name, Origin
from paperexport.sources._extra import arxiv_journal, extras, identifier_in_note
from paperexport.sources._text import (
    BIBTEX_START,
    RIS_START,
    begins_with,
    decoded,
    head_text,
)
from paperexport.text import strip_tags

# A tag and its value as other writers have them; and what begins such a line of a record as most
# are, where the value is behind the sixth character.
_TAG = late(r"([A-Z][A-Z0-9]) {1,2}-(?: (.*)|)")
_HEAD = late(r"(?!TY)[A-Z][A-Z0-9]  - ?")
_PIECE = 100_000  # characters, about
# What other writers use, where our table has no row of its own.
_OTHER_TAGS = {
    "T1": "title", "CT": "title", "BT": "title", "A1": "author", "Y1": "issued", "DA": "issued",
    "JO": "container_title", "JF": "container_title", "T2": "container_title",
    "JA": "container_title_short", "J1": "container_title_short", "JI": "container_title_short",
    "PU": "publisher", "PI": "publisher_place", "N2": "abstract", "L2": "url",
    "LK": "url", "SN": "issn", "CY": "publisher_place", "PP": "publisher_place", "CP": "issue",
    "M2": "custom_m2", "AN": "accession_number", "A2": "editor", "A3": "collection_editor",
    "ED": "editor", "L4": "figure", "C7": "number", "RI": "reviewed_item", "DB": "database",
    "DP": "database_provider", "CN": "call_number", "M3": "ris_m3", "DI": "ris_di", "N1": "",
    "ID": "", "EP": "", "ER": "",
}  # fmt: skip
_TYPES = {**RIS_OWNERS, "CONF": "paper-conference", "CPAPER": "paper-conference", "UNPB": "article",
          "UNPD": "manuscript", "INPR": "article-journal", "EJOUR": "article-journal",
          "EBOOK": "book", "ECHAP": "chapter", "EDBOOK": "book", "SER": "book", "JFULL":
          "periodical", "CTLG": "document", "WEB": "webpage", "GEN": "document"}  # fmt: skip
_YEAR = late(r"-?\d{4}$")
_NUMBER = late(r"\s*\d{1,4}\s*")
_ARXIV = late(
    r"arXiv:((?:1[5-9]|2\d)(?:0[1-9]|1[0-2])\.\d{5})(?:v([1-9]\d?))?(?: \[([a-z-]+\.[A-Z]{2})\])?"
)
_INVERTED = late(r"[^\W\d_][^,;&]*, ?[^,;&]+")
_SUBJECT = late(r"\[([^\]]+)\]")


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
        """Yield an entry for each record, from ``TY`` to ``ER``; lines between are diagnostics.

        A record whose lines are tags and their values, as most are, is read at a stroke; another
        line by line, with care, until it is of such lines.
        """
        origin = Origin(source=self.name, locator=locator, trust=self.trust)
        text, problems = decoded(stream.read(), origin)
        yield from problems
        record: list[list[str]] = []  # one that is read with care: the parts of each line
        start = 0
        for number, lines, marked in _pieces(text):
            at = 0
            while at < len(lines):
                here, line = number + at, lines[at]
                if not record and line[:6] == "TY  - ":
                    try:
                        found, at = fields(lines, at, marked=marked)
                    except _OddError:
                        pass  # it is read with care
                    else:
                        yield self._entry(found, locator, here)
                        continue
                at += 1
                if not line:
                    continue
                line = line.rstrip(" ")
                said = _TAG.fullmatch(line if record else line.lstrip("\ufeff"))
                if said is None:
                    if record and (line := line.strip()):
                        # A value that goes on (JabRef joins it so).
                        record[-1].append(line)
                    elif line := line.strip():
                        yield self._problem(locator, here, f"outside a record: {line[:60]!r}")
                    continue
                tag, value = said[1], (said[2] or "").strip()
                if tag == "TY":
                    if record:
                        yield self._entry(_joined(record), locator, start)
                    record, start = [["TY  -", value]], here
                elif not record:
                    yield self._problem(locator, here, f"{tag} stands before any TY")
                elif tag == "ER":
                    yield self._entry(_joined(record), locator, start)
                    record = []
                else:
                    record.append([f"{tag}  -", value])
        if record:
            yield self._entry(_joined(record), locator, start)

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


def _pieces(text: str) -> Iterator[tuple[int, list[str], bool]]:
    """Lines of a text, whole records at a time; number of the first; whether any has a tag."""
    # Only these end a line: \n, \r\n and \r; a value may hold other separators.
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    at, number = 0, 1
    while at < len(text):
        last = text.find("\nER  -", at + _PIECE)
        end = (text.find("\n", last + 1) + 1 if last >= 0 else 0) or len(text)
        piece = newlines.decode(text[at:end], final=True)
        lines = piece.split("\n")
        yield number, lines, "<" in piece and "</" in piece
        at, number = end, number + len(lines) - 1


def _joined(record: list[list[str]]) -> dict[str, Value]:
    """The fields of a record that was read with care."""
    return fields([*map(" ".join, record), "ER  - "], 0)[0]


_PARTS = frozenset(("CHAP", "CPAPER", "DICT", "ENCYC"))
"""What is in a book, whose title ``BT`` is."""
# What is done with the value of some tags, whatever the field.
_DEEDS = {"N1": "note", "ID": "key", "EP": "last page", "M3": "doi", "DI": "doi", "Y1": "old date",
          "DA": "day", "JO": "journal", "ER": "end"}  # fmt: skip


class _Table(dict[str, tuple[str, str]]):
    """What a line begins with → what is done with its value, and the field that it is for."""

    def __missing__(self, head: str) -> tuple[str, str]:
        if _HEAD.fullmatch(head) is None:
            raise _OddError
        self[head] = made = self.get(f"{head[:2]}  - ", ("text", f"ris_{head[:2].lower()}"))
        return made


def _table(reference: str) -> _Table:
    """The table of one reference type."""
    table = dict(_OTHER_TAGS)
    table |= {tag: field for field, tag in {**TAGS, **TAGS_OF.get(reference, {})}.items() if tag}
    if reference in _PARTS:
        table["BT"] = "container_title"
    if reference == "CPAPER":
        table["CP"] = "event_title"  # the Web of Science's
    return _Table({f"{tag}  - ": (_deed(tag, field), field) for tag, field in table.items()})


def _deed(tag: str, field: str) -> str:
    if tag in _DEEDS:
        return _DEEDS[tag]
    if tag == "SP" and field == "page":
        return "first page"
    if field in NAME_FIELDS:
        return "name"
    if field in DATE_FIELDS:
        return "date"
    return "word" if field == "keywords" else "text"


_TABLES = {reference: _table(reference) for reference in TAGS_OF}
_TABLE = _table("")


@lru_cache(maxsize=4096)
def _reference(line: str) -> tuple[str, str, _Table]:
    """The reference type in a ``TY`` line, the type of a record, and what its tags mean."""
    reference = line[6:].strip().upper()
    if reference == "CONF":
        reference = "CPAPER"  # as Zotero and EndNote write it
    return reference, _TYPES.get(reference, "document"), _TABLES.get(reference, _TABLE)


def fields(
    lines: Sequence[str], start: int, *, marked: bool = True
) -> tuple[dict[str, Value], int]:
    """What a record says, in the names of ours.

    Args:
        lines: those of a file.
        start: where ``TY  - `` begins one.
        marked: whether any line may hold a tag of a page.

    Returns:
        its fields, and where the line behind its ``ER`` is.

    Raises:
        _OddError: a line is no tag and its value, or there is no ``ER``.
    """
    reference, kind, table = _reference(lines[start])
    found: dict[str, Any] = {"type": kind}
    several: defaultdict[str, list[Any]] = defaultdict(list)
    notes: list[str] = []
    again: list[tuple[str, str, str]] = []
    bare: list[tuple[str, int, str]] = []
    first_page = last_page = old_date = day = journal = ""
    for at in range(start + 1, len(lines)):
        line = lines[at]
        deed, field = table[line[:6]]
        value = line[6:].strip()
        if not value:
            if deed == "end":
                break
            continue
        if deed == "text":
            if field not in found:
                found[field] = value
            else:
                again.append((line[:2], field, value))
        elif deed == "name":
            family, comma, given = value.partition(", ")
            if comma and family.isalpha() and "," not in given and not given[0].isspace():
                several[field].append(Name(family=family, given=given))  # as most are
            elif people := _people(value):
                if "," not in value:
                    bare.append((field, len(several[field]), value))
                several[field] += people
            else:
                several["incomplete"].append(field)
        elif deed == "date":
            date = _date(value)
            if len(date) > len(found.get(field, "")):
                found[field] = date
        elif deed == "day":
            date = _date(value)
            if len(date) > len(day):
                day = date
        elif deed == "note":
            if not notes and "eprint" not in found and (cited := _ARXIV.fullmatch(value)):
                number, version, subject = cited.groups("")
                found["eprint"] = Eprint(archive="arxiv", id=number, primary_class=subject,
                                         version=int(version) if version else None)  # fmt: skip
            else:
                notes.append(value)
        elif deed == "doi":
            doi = identifiers.doi(value) if "1" in value else None  # none is without
            found.setdefault("doi" if doi else field, doi or value)
        elif deed == "word":
            several[field].append(value)
        elif deed == "first page":
            first_page = value
        elif deed == "last page":
            last_page = value
        elif deed == "key":
            found["citation_key"] = value
        elif deed == "old date":
            old_date = max(old_date, _date(value), key=len)
        elif deed == "journal":
            journal = journal or value
        else:
            break
    else:
        raise _OddError
    year = found.get("issued", "")
    if year and not old_date and day.startswith(year):  # as in most
        found["issued"] = day
    elif day or old_date:
        if year and day[:1].isalpha() and (whole := dates.parse(f"{day} {year}")):
            day = str(whole)  # "AUG 31", of the year that PY says
        found["issued"] = issued = _issued(year, day, old_date)
        if day and not issued.startswith(day) and dates.parse(day) != dates.parse(issued):
            found["ris_da"] = day
    if journal and found.setdefault("container_title", journal) != journal:
        # "JO" is the whole title for some, and an abbreviation for others.
        if "container_title_short" in found:
            again.append(("JO", "container_title_short", journal))
        else:
            found["container_title_short"] = journal
    if again:
        _again(found, again)
    if bare and _others_are_inverted(len(bare), several):
        # Where others are written "Last, First", a name without a comma has no first name.
        for field, place, value in bare:
            several[field][place] = Name(literal=value)
    if first_page or last_page:
        both = first_page and last_page and first_page != last_page and "-" not in first_page
        sign = "" if last_page == "+" else "-"  # "43+": and some of those behind (btxdoc, 3.2)
        found["page"] = f"{first_page}{sign}{last_page}" if both else first_page or last_page
    stated = bool(notes) and _notes(found, several, notes)
    if "note" in found:
        identifier_in_note(found)
    if marked:
        for field in ("title", "abstract", "container_title"):
            if "</" in (value := found.get(field, "")):
                found[field] = strip_tags(value)
    if not stated:
        arxiv_journal(found)
    _preprint(found, reference, stated=stated)
    for field, listed in several.items():
        found[field] = tuple(listed)
    return found, at + 1


def _others_are_inverted(bare: int, several: Mapping[str, Sequence[Any]]) -> bool:
    """Whether a record has more names than those without a comma."""
    if bare < len(several.get("author", ())):  # as most have
        return True
    return bare < sum(len(several[field]) for field in NAME_FIELDS if field in several)


def _issued(year: str, day: str, old: str) -> str:
    """Of what ``PY``, ``DA`` and the deprecated ``Y1`` say: the year of the first, as far as known.

    ``DA`` may be the day on which a paper came online, the year before.
    """
    known = [date for said in (year, day, old) if said and (date := dates.parse(said))]
    if not known:
        return year or day or old
    return max((str(date) for date in known if date.year == known[0].year), key=len)


def _again(found: dict[str, Any], again: Sequence[tuple[str, str, str]]) -> None:
    """Tags for fields that were said: nothing of them is lost."""
    more: defaultdict[str, list[str]] = defaultdict(list)
    for tag, field, value in again:
        if value == found[field]:
            continue
        joined = field in ("isbn", "issn") or (field == "abstract" and tag == "AB")
        more[field if joined or field.startswith("ris_") else f"ris_{tag.lower()}"].append(value)
    for name, values in more.items():
        if name in ("isbn", "issn"):  # printed and online
            found[name] = " ".join((found[name], *values))
        elif name == "abstract":
            found[name] = "\n\n".join((found[name], *values))
        else:
            found[name] = (found[name], *values) if name in found else tuple(values)


@lru_cache(maxsize=4096)
def _people(value: str) -> tuple[Name, ...]:
    """The names of one line; nobody where it says ``et al.``.

    ``Smith, A; Doe, B`` are two, though each has a line by rights.
    """
    if ", " not in value and names.is_et_al(value):
        return ()
    listed = [person.strip() for person in value.split(";")]
    inverted = len(listed) > 1 and all(map(_INVERTED.fullmatch, listed))
    if inverted and not value.endswith(tuple(names.SUFFIXES)):
        return tuple(map(_name, listed))
    return (_name(value),)


def _name(value: str) -> Name:
    """``Last, First, Suffix``; without a comma as it is printed."""
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


def _notes(found: dict[str, Any], several: defaultdict[str, list[Any]], notes: list[str]) -> bool:
    """Our own lines, an arXiv id, and what is left: the note. Whether one says the type."""
    stated = False
    kept: list[str] = []
    more: dict[str, list[str]] = {}
    for note in notes:
        left, said = extras([note])
        stated = stated or "type" in said
        for name, value in said.items():
            if isinstance(value, list):
                several[name].extend(value)
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
    return stated


def _preprint(found: dict[str, Any], reference: str, *, stated: bool) -> None:
    """A report that says it is a preprint is one; what only says so is not kept twice."""
    eprint = found.get("eprint")
    if not stated and (
        (reference in ("RPRT", "MANSCPT") and found.get("genre", "").lower() == "preprint")
        or reference == "UNPB"
        # Zotero's preprints are generic, and tell by their address.
        or (reference == "GEN" and (eprint is not None or _at_arxiv(found)))
    ):
        found["type"] = "article"
    if (
        eprint is not None
        and found["type"] == "article"
        and found.get("publisher", "").lower() == eprint.archive
    ):
        del found["publisher"]


def _at_arxiv(found: dict[str, Any]) -> bool:
    return any(said and identifiers.arxiv(said) for said in map(found.get, ("doi", "url")))
