"""RIS, the tagged format of reference managers.

There is no standard. The tags are those that Zotero's RIS.js exports for an item type (it follows
EndNote's list), and that JabRef and rispy read; where they differ, the note beside the row says
what was chosen. ``TY`` comes first, ``ER`` last, lines end in CR LF, and no value holds a line
break (refman.com's format notes).

What a reference type has no tag for goes into a note of its own as ``code-url: https://…``
(:func:`~paperexport.formats.lines.extra_line`), which every reader shows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import compress
from operator import itemgetter
from typing import Any, ClassVar, Literal

from msgspec.structs import astuple

from paperexport._regex import late
from paperexport.formats.entrytypes import ARCHIVES, OTHER, RIS_OWNERS, TYPES
from paperexport.formats.lines import extra_line, extra_lines, fits, one_line
from paperexport.hookspecs import Exporter, Frame
from paperexport.record import FIELDS, Eprint, Name, PartialDate, Record

NOTE = "N1"
_HEAD = len("TY  - ")

# Record field → tag, for every reference type that has no row in TAGS_OF. Order is the file's.
# Fields that are not here have no tag in any type.
TAGS: dict[str, str] = {
    "title": "TI",
    "author": "AU",
    "editor": "ED",  # A2 is the editor of some types, the series editor of others; see below
    "translator": "A4",
    "collection_editor": "A3",
    "issued": "PY",  # and DA, for the day
    "container_title": "T2",
    "container_title_short": "J2",
    "collection_title": "T3",
    "publisher": "PB",
    "publisher_place": "CY",
    "edition": "ET",
    "volume": "VL",
    "issue": "IS",
    "page": "SP",  # and EP
    "chapter_number": "SE",
    "isbn": "SN",
    "doi": "DO",
    "url": "UR",
    "pdf_url": "L1",
    "title_short": "ST",
    "language": "LA",
    "license": "CR",  # not EndNote's; Zotero reads it as rights
    "accessed": "Y2",
    "keywords": "KW",
    "abstract": "AB",
}

_PERIODICAL = {"isbn": "", "issn": "SN"}
_BOOK = {
    "editor": "A3",
    "collection_editor": "A2",
    "container_title": "",
    "collection_title": "T2",
    "collection_number": "M1",
    "number_of_pages": "SP",
    "page": "",
}
# Reference type → record field → tag that differs from TAGS; "" is none. `M3` is the type of work
# only here: in other types Zotero takes it for a DOI.
TAGS_OF: dict[str, dict[str, str]] = {
    "JOUR": {"editor": "A2", **_PERIODICAL},
    "JFULL": _PERIODICAL,
    "MGZN": _PERIODICAL,
    "NEWS": _PERIODICAL,
    # SN is a report's number for Zotero and EndNote; JabRef files it as ISSN.
    "RPRT": {
        "collection_editor": "A2",
        "container_title": "",
        "collection_title": "T2",
        "isbn": "",
        "number": "SN",
        "genre": "M3",
    },
    "BOOK": _BOOK,
    "CLSWK": _BOOK,
    "CHAP": {"editor": "A2", "collection_number": "SV"},
    # T2 is the conference, C3 its proceedings, C1 where it was held.
    "CPAPER": {"editor": "A2", "container_title": "C3", "event_title": "T2", "event_place": "C1"},
    "DICT": {"editor": "A2"},
    "ENCYC": {"editor": "A2"},
    "THES": {"genre": "M3", "number_of_pages": "SP", "page": ""},
    "MANSCPT": {"genre": "M3", "number_of_pages": "SP", "page": ""},
    # A program's language is the one it is written in.
    "COMP": {"language": ""},
    "ELEC": {"genre": "M3"},
    "BLOG": {"genre": "M3"},
}

# In the order of the file: every field that is not a mapping, with those of no tag at the end.
_SAID = (
    *TAGS,
    *(
        field
        for field in FIELDS
        if field not in {*TAGS, "type", "incomplete", "eprint", "note", "custom", "origins"}
    ),
)
_RANGE = late(r"([^-–]+)[-–]+([^-–]+)")

Step = tuple[int, str, str]
Values = tuple[Any, ...]


def _steps(reference: str) -> tuple[tuple[Step, ...], Callable[[Values], Values]]:
    """``(index of the field, field, what its line begins with)`` for one reference type.

    They are in the file's order, and those without a tag come last. Beside them, what puts the
    values of a record in that order.
    """
    tags = {**TAGS, **TAGS_OF.get(reference, {})}
    heads = {field: f"{tag}  - " for field, tag in tags.items() if tag}
    steps = [(FIELDS.index(field), field, heads.get(field, "")) for field in _SAID]
    steps.sort(key=lambda step: not step[2])
    return tuple(steps), itemgetter(*(at for at, _, _ in steps))


_STEPS = {names.ris: _steps(names.ris) for names in TYPES.values()}
_STEPS["UNPB"] = _steps("UNPB")


class Ris(Exporter, frozen=True, kw_only=True):
    """RIS records.

    Attributes:
        preprint: the reference type of a preprint, for which RIS has none. ``RPRT`` keeps most and
            every reader knows it; ``UNPB`` is JabRef's @unpublished and unknown to Zotero;
            ``MANSCPT`` is Zotero's manuscript; ``GEN`` and ``JOUR`` turn into journal articles.
    """

    name: ClassVar[str] = "ris"
    summary: ClassVar[str] = "RIS, for EndNote, Mendeley, Zotero and JabRef"
    suffix: ClassVar[str] = ".ris"
    media_type: ClassVar[str] = "application/x-research-info-systems"
    frame: ClassVar[Frame] = Frame("", "\r\n", "")
    omits: ClassVar[dict[str, str]] = {
        "abstract.paragraphs": "a value is one line",
        "author.orcid": "a name has no place for an ORCID iD",
        "custom": "what a listing says of itself is no part of a citation",
    }

    preprint: Literal["RPRT", "UNPB", "JOUR", "GEN", "MANSCPT"] = "RPRT"

    def encode(self, key: str, record: Record) -> str:
        """One record, from its ``TY`` line to its ``ER`` line."""
        kind = record.type if record.type in TYPES else OTHER
        reference = self.preprint if kind == "article" else TYPES[kind].ris
        lines = [f"TY  - {reference}"]
        notes: list[str] = []
        values = astuple(record)
        steps, in_order = _STEPS[reference]
        for at, field, head in compress(steps, in_order(values)):  # those that say something
            value = values[at]
            if not head:
                notes += extra_lines(field, value)
            elif isinstance(value, str):
                if head == "SP  - " and (ends := _RANGE.fullmatch(value)):
                    lines += (f"SP  - {ends[1]}", f"EP  - {ends[2]}")
                else:
                    lines.append(head + value)
            elif isinstance(value, PartialDate):
                lines += _date(head, value.year, value.month, value.day)
                if value.end is not None:
                    notes.append(extra_line(field, str(value)))
            elif field == "keywords":
                lines += [f"KW  - {word}" for word in value]
            else:
                lines += [head + _name(name) for name in value]
        lines += _implied(record, kind, reference, notes)
        # An "et al." is no author: RIS has no mark for it.
        if record.incomplete:
            notes.append(extra_line("incomplete", ", ".join(record.incomplete)))
        if record.note:
            notes.append(record.note)
        lines += [f"{NOTE}  - {note}" for note in notes]
        lines += (f"ID  - {key}", "ER  - ", "")
        text = "\r\n".join(lines)
        if fits(text, len(lines) - 1):  # one look at them all: most do
            return text
        return "\r\n".join(line[:_HEAD] + one_line(line[_HEAD:]) for line in lines)


def _implied(record: Record, kind: str, reference: str, notes: list[str]) -> list[str]:
    """What says that a preprint is one, and where; and the type that ``TY`` alone does not say."""
    lines: list[str] = []
    eprint = record.eprint
    if eprint is not None:
        notes.insert(0, _eprint(eprint))
    owned = RIS_OWNERS.get(reference) == record.type
    if kind != "article" and (record.genre == "Preprint" or (reference == "GEN" and eprint)):
        owned = False  # it would be read as a preprint
    if kind == "article":
        if not record.publisher and eprint is not None:
            lines.append(f"PB  - {ARCHIVES.get(eprint.archive, eprint.archive)}")
        if reference in {"RPRT", "MANSCPT"} and record.genre in {"", "Preprint"}:
            owned = True
            if not record.genre:
                lines.append("M3  - Preprint")
    if not owned:
        notes.append(extra_line("type", record.type))
    return lines


def _eprint(eprint: Eprint) -> str:
    """The form in which arXiv asks to be cited: ``arXiv:0706.1234v1 [math.FA]``."""
    version = "" if eprint.version is None else f"v{eprint.version}"
    subject = f" [{eprint.primary_class}]" if eprint.primary_class else ""
    return f"{ARCHIVES.get(eprint.archive, eprint.archive)}:{eprint.id}{version}{subject}"


def _name(name: Name) -> str:
    """``Last, First, Suffix``; a team or a single name as it is."""
    if name.literal:
        return name.literal
    family, given, particle, suffix = name.family, name.given, name.particle, name.suffix
    if particle:
        family = f"{particle} {family}"
    if suffix:
        return f"{family}, {given}, {suffix}"
    return f"{family}, {given}" if given or particle else family


@lru_cache(maxsize=4096)
def _date(head: str, year: int, month: int | None, day: int | None) -> tuple[str, ...]:
    """``PY  - 2016`` and ``DA  - 2016/09/12/``: year/month/day/other, empty where unknown."""
    said = f"{year:04d}" if year >= 0 else f"{year:05d}"
    whole = (
        f"{said}/{'' if month is None else f'{month:02d}'}/{'' if day is None else f'{day:02d}'}/"
    )
    if head != "PY  - ":
        return (f"{head}{whole}",)
    return (f"{head}{said}",) if month is None else (f"{head}{said}", f"DA  - {whole}")
