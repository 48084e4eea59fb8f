"""BibLaTeX, as biber's data model takes it.

Field names and types are those of the BibLaTeX manual (2.1, 2.2); which entry type has which field
is the data model's (``blx-dm.def``, which ``biber --validate-datamodel`` checks). A field goes to
the first of its names that the entry type has, and to ``annotation``, which every type has and no
standard style prints, when there is none.
"""

from __future__ import annotations

from functools import cache, partial
from typing import ClassVar

from msgspec.structs import astuple

from paperexport.formats import tex, titles
from paperexport.formats.bibtex import Step, Write
from paperexport.formats.entrytypes import BIBLATEX_OWNERS, OTHER, SUBTYPES, TYPES, in_no_journal
from paperexport.formats.lines import extra_line, extra_lines, one_line
from paperexport.hookspecs import Exporter, Frame
from paperexport.record import FIELDS, NAME_FIELDS, Eprint, Record

# Record field → the BibLaTeX fields that can say it, the best first; in the order of the file.
NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "author": ("author",),
    "issued": ("date",),
    "container_title": ("journaltitle", "booktitle", "howpublished", "titleaddon"),
    "container_title_short": ("shortjournal",),
    "editor": ("editor",),
    "translator": ("translator",),
    "collection_title": ("series",),
    "volume": ("volume",),
    "issue": (),
    "page": ("pages",),
    "number": (),
    "collection_number": (),
    "edition": ("edition",),
    "chapter_number": ("chapter",),
    "publisher": ("publisher", "institution", "organization"),
    "publisher_place": ("location",),
    "genre": ("type",),
    "event_title": ("eventtitle",),
    "event_place": ("venue",),
    "event_date": ("eventdate",),
    "original_date": ("origdate",),
    "eprint": ("eprint",),  # and eprinttype, eprintclass, version
    "doi": ("doi",),
    "isbn": ("isbn",),
    "issn": ("issn",),
    "url": ("url",),
    "accessed": ("urldate",),
    "note": ("note",),
    "status": ("pubstate",),
    "title_short": ("shorttitle",),
    "abstract": ("abstract",),
    "keywords": ("keywords",),
    "language": ("langid",),
    "number_of_pages": ("pagetotal",),
    "collection_editor": (),
    "pmid": (),
    "pmcid": (),
    "other_ids": (),
    "pdf_url": (),
    "code_url": (),
    "license": (),
}

# blx-dm.def: the fields of every entry type, as far as a record has them …
_EVERYWHERE = (
    "abstract annotation date doi entrysubtype eprint eprintclass eprinttype keywords langid "
    "origdate shortjournal shorttitle url urldate "
)
_BOOK = (
    "chapter edition editor isbn location note number pages publisher pubstate series title "
    "titleaddon translator volume "
)
_MISC = (
    "author editor howpublished location note organization pubstate title titleaddon type version"
)
_EVENT = "eventdate eventtitle venue "
# … and those of one type alone.
_MODEL: dict[str, str] = {
    "article": "author editor issn issue journaltitle note number pages pubstate series title "
    "titleaddon translator version volume",
    "book": _BOOK + "author pagetotal",
    "booklet": "author chapter editor howpublished location note pages pagetotal pubstate title "
    "titleaddon type",
    "collection": _BOOK + "pagetotal",
    "dataset": "author edition editor location note number organization publisher pubstate series "
    "title titleaddon type version",
    "inbook": _BOOK + "author booktitle",
    "incollection": _BOOK + "author booktitle",
    "inproceedings": _EVENT + "author booktitle chapter editor isbn location note number pages "
    "publisher pubstate series title titleaddon volume",
    "inreference": _BOOK + "author booktitle",
    "misc": _MISC,
    "online": "author editor note organization pubstate title titleaddon version",
    "patent": "author location note number pubstate title titleaddon type version",
    "periodical": "editor issn issue note number pubstate series title titleaddon volume",
    "report": "author chapter institution location note number pages pagetotal pubstate title "
    "titleaddon type version",
    "software": _MISC,
    "thesis": "author chapter institution location note pages pagetotal pubstate title titleaddon "
    "type",
    "unpublished": _EVENT + "author howpublished location note pubstate title titleaddon type",
}
MODEL = {kind: frozenset((_EVERYWHERE + fields).split()) for kind, fields in _MODEL.items()}
"""Entry type → the fields that it has."""

# `number` is a journal's issue, a report's number, or a book's number in its series (2.2.2).
_NUMBER = {
    "article": "issue",
    "periodical": "issue",
    "report": "number",
    "patent": "number",
    "dataset": "number",
}

# BCP 47 → `langid`, a name that babel knows (2.2.2, "langid"); both directions are one to one.
LANGIDS: dict[str, str] = {
    "af": "afrikaans",
    "ar": "arabic",
    "bg": "bulgarian",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "ngerman",
    "de-AT": "naustrian",
    "de-CH": "nswissgerman",
    "el": "greek",
    "en": "english",
    "en-AU": "australian",
    "en-CA": "canadian",
    "en-GB": "british",
    "en-NZ": "newzealand",
    "en-US": "american",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "gl": "galician",
    "he": "hebrew",
    "hr": "croatian",
    "hu": "hungarian",
    "id": "indonesian",
    "is": "icelandic",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "la": "latin",
    "lt": "lithuanian",
    "lv": "latvian",
    "nb": "norsk",
    "nl": "dutch",
    "nn": "nynorsk",
    "pl": "polish",
    "pt": "portuguese",
    "pt-BR": "brazilian",
    "ro": "romanian",
    "ru": "russian",
    "sk": "slovak",
    "sl": "slovene",
    "sr": "serbian",
    "sv": "swedish",
    "th": "thai",
    "tr": "turkish",
    "uk": "ukrainian",
    "vi": "vietnamese",
    "zh": "chinese",
}

# Words that BibLaTeX prints in the language of the document (4.9.2.13 "Publication State" and
# 4.9.2.11 "Types"); everything else is printed as it stands.
STATES: dict[str, str] = {
    "forthcoming": "forthcoming",
    "in preparation": "inpreparation",
    "in press": "inpress",
    "submitted": "submitted",
}
GENRES: dict[str, str] = {
    "PhD thesis": "phdthesis",
    "Master's thesis": "mathesis",
    "Bachelor's thesis": "bathesis",
    "Technical report": "techreport",
}


class BibLaTeX(Exporter, frozen=True, kw_only=True):
    """BibLaTeX entries.

    Attributes:
        protect: brace the words of a title whose capitals count, the whole title, or nothing.
        ascii: write all of Unicode that TeX has a command for as that command.
        abstract: say the abstract.
        keywords: say the keywords.
    """

    name: ClassVar[str] = "biblatex"
    summary: ClassVar[str] = "BibLaTeX, for biber"
    suffix: ClassVar[str] = ".bib"
    media_type: ClassVar[str] = "application/x-bibtex"
    frame: ClassVar[Frame] = Frame("", "\n", "")
    omits: ClassVar[dict[str, str]] = {
        "author.orcid": "a name has no place for an ORCID iD",
        "custom": "what a listing says of itself is no part of a citation",
    }

    protect: titles.Protection = "words"
    ascii: bool = False
    abstract: bool = True
    keywords: bool = True

    def encode(self, key: str, record: Record) -> str:
        """One entry."""
        kind = _kind(record)
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
            elif not name:
                notes += extra_lines(field, value)
            elif field in NAME_FIELDS:
                said = tex.people(value, encode, field in record.incomplete)
                fields.append(f"  {name} = {{{said}}}")
            elif field == "eprint":
                fields += _eprint(value, record, kind, encode, notes)
            elif field == "abstract":
                if self.abstract:
                    fields.append(f"  abstract = {{{tex.block(value, encode)}}}")
            elif field == "keywords":
                if self.keywords:
                    fields.append(f"  keywords = {{{tex.keywords(value, encode)}}}")
            elif field == "language":
                if value in LANGIDS:
                    fields.append(f"  langid = {{{LANGIDS[value]}}}")
                else:
                    notes.append(extra_line(field, value))
            elif field == "isbn":
                # The data model takes one, and biber checks its digits.
                first, *others = value.split() or ("",)
                fields += [f"  isbn = {{{encode(first)}}}"] if first else []
                notes += [extra_line(field, other) for other in others]
            else:
                said = titles.encoded(one_line(value), encode, self.protect, record.language)
                fields.append(f"  {name} = {{{said}}}")
        if record.type == "article" and not record.status:
            # 4.9.2.13: what is on a preprint server, and not yet elsewhere.
            fields.append("  pubstate = {prepublished}")
        # A reader takes @misc with an eprint for a preprint, as BibTeX has it.
        other = in_no_journal(record) if kind == "article" else record.eprint and kind == "misc"
        if BIBLATEX_OWNERS.get(kind) != record.type or other:
            fields.append(f"  entrysubtype = {{{encode(SUBTYPES.get(record.type, record.type))}}}")
        notes += tex.incomplete(record, *(f for f in NAME_FIELDS if f in MODEL[kind]))
        if notes:
            fields.append(f"  annotation = {{{tex.lines(notes, encode)}}}")
        return tex.entry(kind, key, fields)


def _kind(record: Record) -> str:
    """The entry type. A book of editors alone is a collection, and only its parts have editors."""
    kind = TYPES.get(record.type, TYPES[OTHER]).biblatex
    if kind == "book" and record.editor and not record.author:
        return "collection"
    if kind in {"incollection", "inreference"} and not record.editor:
        return "inbook"
    return kind


@cache
def _steps(kind: str, ascii_only: bool) -> tuple[Step, ...]:
    """``(index of the field, field, BibLaTeX field, how it is written)``, in the file's order.

    How is None where that takes more than the value.
    """
    encode = tex.encoder(ascii_only)
    model = MODEL[kind]
    names = {f: next((n for n in said if n in model), "") for f, said in NAMES.items()}
    if "number" in model:
        names[_NUMBER.get(kind, "collection_number")] = "number"
    write: dict[str, Write | None] = {
        **dict.fromkeys(names, encode),
        **dict.fromkeys(NAME_FIELDS, None),
        **dict.fromkeys(("title", "title_short", "eprint", "abstract", "keywords"), None),
        **dict.fromkeys(("language", "isbn"), None),
        **dict.fromkeys(("issued", "accessed", "event_date", "original_date"), str),
        "doi": tex.verbatim,
        "url": tex.uri,
        "page": partial(tex.pages, encode=encode),
        "status": lambda status: STATES.get(status) or encode(status),
        "genre": lambda genre: GENRES.get(genre) or encode(genre),
    }
    for field, name in names.items():
        if not name:
            write[field] = None
    return tuple((FIELDS.index(f), f, name, write[f]) for f, name in names.items())


def _eprint(
    eprint: Eprint, record: Record, kind: str, encode: tex.Encode, notes: list[str]
) -> list[str]:
    """``eprint``, ``eprinttype`` and ``eprintclass`` (3.14.7); the version of a preprint apart."""
    fields = [
        f"  eprint = {{{tex.verbatim(eprint.id)}}}",
        f"  eprinttype = {{{encode(eprint.archive)}}}",
    ]
    if eprint.primary_class:
        fields.append(f"  eprintclass = {{{encode(eprint.primary_class)}}}")
    if eprint.version is not None:
        if record.type == "article" and "version" in MODEL[kind]:
            fields.append(f"  version = {{{eprint.version}}}")
        else:
            notes.append(extra_line("eprint_version", str(eprint.version)))
    return fields
