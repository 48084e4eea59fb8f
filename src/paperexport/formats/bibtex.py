"""BibTeX, as the standard styles and natbib's read it.

Field names are btxdoc's (Patashnik 1988, 3.2), then those that styles and tools agree on
(``doi``, ``url``, ``eprint``, ``isbn``, ``abstract``, ``keywords``), then BibLaTeX's: a style
ignores a field that it does not know (btxdoc, 2.2). A preprint has arXiv's own three fields
(arxiv.org/help/hypertex/bibstyles), and always DOI and address besides, for readers that know no
``eprint`` (Zotero, pandoc, Citation.js).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, ClassVar, Literal

from msgspec.structs import astuple

from paperexport.formats import tex, titles
from paperexport.formats.entrytypes import (
    ARCHIVES,
    BIBTEX_OWNERS,
    OTHER,
    SUBTYPES,
    TYPES,
    in_no_journal,
)
from paperexport.formats.lines import extra_line, extra_lines, one_line
from paperexport.hookspecs import Exporter, Frame
from paperexport.record import FIELDS, NAME_FIELDS, Eprint, PartialDate, Record

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""The macros that every style defines (btxdoc, 3.2, "month"): bare, never in braces."""

# Record field → BibTeX field, in the order of the file; "" has none but in the types of NAMES_OF.
NAMES: dict[str, str] = {
    "title": "title",
    "author": "author",
    "issued": "year",  # and month, day
    "container_title": "",
    "container_title_short": "shortjournal",
    "editor": "editor",
    "translator": "translator",
    "collection_title": "series",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "number": "",
    "collection_number": "",
    "edition": "edition",
    "chapter_number": "chapter",
    "publisher": "publisher",
    "publisher_place": "address",
    "genre": "type",
    "event_title": "eventtitle",
    "event_place": "venue",
    "event_date": "eventdate",
    "original_date": "origdate",
    "eprint": "eprint",  # and archivePrefix, primaryClass
    "doi": "doi",
    "isbn": "isbn",
    "issn": "issn",
    "pmid": "pmid",
    "pmcid": "pmcid",
    "url": "url",
    "accessed": "urldate",
    "pdf_url": "pdf",  # as PMLR's files and al-folio have it; Zotero attaches it
    "code_url": "code",  # al-folio's
    "note": "note",
    "status": "pubstate",
    "title_short": "shorttitle",
    "abstract": "abstract",
    "keywords": "keywords",
    "language": "language",
    "license": "copyright",  # DataCite's; Zotero's rights
    "number_of_pages": "pagetotal",
    "collection_editor": "",
    "other_ids": "",
}
_PART = {"container_title": "booktitle", "collection_number": "number"}
NAMES_OF: dict[str, dict[str, str]] = {
    "article": {"container_title": "journal", "issue": "number"},
    "inproceedings": _PART,
    # plain.bst prints `type` in place of the word "chapter" here.
    "incollection": {**_PART, "genre": ""},
    "book": {"collection_number": "number"},
    "booklet": {"container_title": "howpublished", "collection_number": "number"},
    "phdthesis": {"publisher": "school"},
    "mastersthesis": {"publisher": "school"},
    "techreport": {"publisher": "institution", "number": "number"},
    "unpublished": {"container_title": "howpublished", "number": "number"},
    "misc": {"container_title": "howpublished", "number": "number"},
}

Write = Callable[[Any], str]
Step = tuple[int, str, str, Write | None]


class BibTeX(Exporter, frozen=True, kw_only=True):
    """BibTeX entries.

    Attributes:
        preprint: the entry type of a preprint. ``misc`` says what it is; ``article`` adds
            ``journal = {arXiv preprint arXiv:…}`` for styles that print no eprint;
            ``unpublished`` and ``techreport`` say the same in the fields that they require.
        protect: brace the words of a title whose capitals count, the whole title, or nothing.
        portable: say the eprint in BibLaTeX's names too, for Zotero, which reads those alone.
        ascii: write all of Unicode that TeX has a command for as that command.
        abstract: say the abstract.
        keywords: say the keywords.
    """

    name: ClassVar[str] = "bibtex"
    summary: ClassVar[str] = "BibTeX, for plain, natbib and every other .bst style"
    suffix: ClassVar[str] = ".bib"
    media_type: ClassVar[str] = "application/x-bibtex"
    frame: ClassVar[Frame] = Frame("", "\n", "")
    omits: ClassVar[dict[str, str]] = {
        "author.orcid": "a name has no place for an ORCID iD",
        "custom": "what a listing says of itself is no part of a citation",
    }

    preprint: Literal["misc", "article", "unpublished", "techreport"] = "misc"
    protect: titles.Protection = "words"
    portable: bool = False
    ascii: bool = False
    abstract: bool = True
    keywords: bool = True

    def encode(self, key: str, record: Record) -> str:
        """One entry."""
        kind = self._kind(record)
        encode = tex.encoder(self.ascii)
        values = astuple(record)
        fields: list[str] = []
        notes: list[str] = []
        for at, field, name, write in _steps(kind, self.ascii):
            value = values[at]
            if not value:
                continue
            if write is not None:
                fields.append(f"  {name} = {{{write(value)}}}")
            elif not name or (field == "collection_number" and record.volume):
                # The standard styles refuse a volume and a number at once.
                notes += extra_lines(field, value)
            elif field in NAME_FIELDS:
                said = tex.people(value, encode, field in record.incomplete)
                fields.append(f"  {name} = {{{said}}}")
            elif field == "issued":
                fields += _date(value)
            elif field == "eprint":
                fields += self._eprint(value, record, notes)
            elif field == "abstract":
                if self.abstract:
                    fields.append(f"  abstract = {{{tex.block(value, encode)}}}")
            elif field == "keywords":
                if self.keywords:
                    fields.append(f"  keywords = {{{tex.keywords(value, encode)}}}")
            else:
                said = titles.encoded(one_line(value), encode, self.protect, record.language)
                fields.append(f"  {name} = {{{said}}}")
        if kind == "phdthesis" and not record.genre:
            # Without it styles print "PhD thesis", which nobody said.
            fields.append("  type = {Thesis}")
        if record.type == "article" and record.eprint is not None:
            fields += _implied(kind, record.eprint, record)
        if subtype := _subtype(kind, record):
            fields.append(f"  entrysubtype = {{{encode(subtype)}}}")
        notes += tex.incomplete(record, "author", "editor", "translator")
        if notes:
            # The one field that is for notes that no style prints (btxdoc, 3.2).
            fields.append(f"  annote = {{{tex.lines(notes, encode)}}}")
        return tex.entry(kind, key, fields)

    def _kind(self, record: Record) -> str:
        """The entry type."""
        if record.type == "article":
            # Without an eprint there is nothing to put into the fields that the others require.
            return self.preprint if record.eprint is not None else "misc"
        if record.type == "thesis" and record.genre[:6].lower() == "master":
            return "mastersthesis"
        return TYPES.get(record.type, TYPES[OTHER]).bibtex

    def _eprint(self, eprint: Eprint, record: Record, notes: list[str]) -> list[str]:
        """What arXiv asks for (help/hypertex/bibstyles); the id without its version."""
        encode = tex.encoder(self.ascii)
        fields = [
            f"  eprint = {{{tex.verbatim(eprint.id)}}}",
            f"  archivePrefix = {{{encode(ARCHIVES.get(eprint.archive, eprint.archive))}}}",
        ]
        if eprint.primary_class:
            fields.append(f"  primaryClass = {{{encode(eprint.primary_class)}}}")
        if self.portable:
            fields.append(f"  eprinttype = {{{encode(eprint.archive)}}}")
            if eprint.primary_class:
                fields.append(f"  eprintclass = {{{encode(eprint.primary_class)}}}")
        if eprint.version is not None:
            if record.type == "article":
                fields.append(f"  version = {{{eprint.version}}}")
            else:
                notes.append(extra_line("eprint_version", str(eprint.version)))
        return fields


@cache
def _steps(kind: str, ascii_only: bool) -> tuple[Step, ...]:
    """``(index of the field, field, BibTeX field, how it is written)``, in the file's order.

    How is None where that takes more than the value.
    """
    encode = tex.encoder(ascii_only)
    names = {**NAMES, **NAMES_OF.get(kind, {})}
    write: dict[str, Write | None] = {
        **dict.fromkeys(names, encode),
        **dict.fromkeys((field for field, name in names.items() if not name), None),
        **dict.fromkeys(("title", "title_short", "issued", "eprint", "abstract", "keywords"), None),
        **dict.fromkeys((*NAME_FIELDS, "collection_number"), None),
        **dict.fromkeys(("doi", "pmid", "pmcid"), tex.verbatim),
        **dict.fromkeys(("url", "pdf_url", "code_url"), tex.uri),
        **dict.fromkeys(("accessed", "event_date", "original_date"), str),
        "page": partial(tex.pages, encode=encode),
    }
    return tuple((FIELDS.index(field), field, name, write[field]) for field, name in names.items())


def _date(date: PartialDate) -> list[str]:
    """Year, month and day; for a range also BibLaTeX's ``date``, which says all of it."""
    end = date.end
    year = f"{date.year:04d}" if date.year > 0 else str(date.year)
    day = "" if date.day is None else str(date.day)
    month = _month(date)
    fields: list[str] = []
    if end is not None:
        if end.year != date.year:
            year += f"--{end.year}"
        elif month and end.month is not None and end.month != date.month:
            month += f' # "--" # {_month(end)}'
        elif day and end.day is not None:
            day += f"--{end.day}"
        fields.append(f"  date = {{{date}}}")
    fields.append(f"  year = {{{year}}}")
    if month:
        fields.append(f"  month = {month}")
    if day:
        fields.append(f"  day = {{{day}}}")
    return fields


def _month(date: PartialDate) -> str:
    """The macro of the month; a month that is none is said as the number it is."""
    if date.month is None:
        return ""
    return MONTHS[date.month - 1] if 1 <= date.month <= 12 else f"{{{date.month}}}"


def _implied(kind: str, eprint: Eprint, record: Record) -> list[str]:
    """What an entry type requires that a preprint lacks, told from where it is archived."""
    archive = ARCHIVES.get(eprint.archive, eprint.archive)
    encode = tex.encoder(ascii_only=True)
    where = f"{encode(archive)}:{tex.verbatim(eprint.id)}"
    if kind == "article" and not record.container_title:
        return [f"  journal = {{{encode(archive)} preprint {where}}}"]
    if kind == "unpublished" and not record.note:
        return [f"  note = {{{where}}}"]
    if kind == "techreport":
        required = {
            "institution": "" if record.publisher else encode(archive),
            "number": "" if record.number else where,
            "type": "" if record.genre else "Preprint",
        }
        return [f"  {name} = {{{value}}}" for name, value in required.items() if value]
    return []


def _subtype(kind: str, record: Record) -> str:
    """The CSL type, where the entry type does not say it. An eprint makes @misc a preprint."""
    if kind == "misc" and record.eprint is None and record.type == OTHER:
        return ""
    other = in_no_journal(record) if kind == "article" else kind == "misc" and not record.eprint
    if BIBTEX_OWNERS.get(kind) == record.type and not other:
        return ""
    return SUBTYPES.get(record.type, record.type)
