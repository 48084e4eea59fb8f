"""CSL-JSON 1.0.2 (github.com/citation-style-language/schema, ``csl-data.json``).

The only file format that Zotero imports as a true preprint: its schema maps ``article`` to
``preprint``, ``publisher`` to its repository, ``number`` to its archive id and ``citation-key`` to
the key. Archive fields are left out, for APA prints both ``number`` and ``archive``.

What CSL has no variable for goes into ``custom``, the object that CSL 1.0.2 provides ("preferred
over the note field for storing custom data"), under the names that a record has.
"""

from __future__ import annotations

from itertools import compress
from operator import attrgetter, itemgetter
from typing import Any, ClassVar, Literal

import msgspec
from msgspec.structs import astuple

from paperexport.formats.entrytypes import ARCHIVES, OTHER, TYPES
from paperexport.formats.lines import characters
from paperexport.hookspecs import Exporter, Frame
from paperexport.record import FIELDS, Name, PartialDate, Record

# Record field → CSL variable, for text (CSL 1.0.2, appendix IV).
TEXTS: dict[str, str] = {
    "title": "title",
    "title_short": "title-short",
    "container_title": "container-title",
    "container_title_short": "container-title-short",
    "collection_title": "collection-title",
    "collection_number": "collection-number",
    "event_title": "event-title",
    "event_place": "event-place",
    "publisher": "publisher",
    "publisher_place": "publisher-place",
    "edition": "edition",
    "volume": "volume",
    "issue": "issue",
    "page": "page",
    "number": "number",
    "number_of_pages": "number-of-pages",
    "chapter_number": "chapter-number",
    "doi": "DOI",
    "isbn": "ISBN",
    "issn": "ISSN",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "url": "URL",
    "abstract": "abstract",
    "language": "language",
    "status": "status",
    "genre": "genre",
    "note": "note",
}
NAMES: dict[str, str] = {
    "author": "author",
    "editor": "editor",
    "translator": "translator",
    "collection_editor": "collection-editor",
}
DATES: dict[str, str] = {
    "issued": "issued",
    "accessed": "accessed",
    "event_date": "event-date",
    "original_date": "original-date",
}
# What a record keeps as ``custom`` and CSL has a variable for: what other items were read with.
_OTHERS: dict[str, str] = {
    variable.replace("-", "_"): variable
    for variable in """
    annote archive archive_collection archive_location archive-place authority call-number
    citation-label dimensions division jurisdiction medium number-of-volumes original-publisher
    original-publisher-place original-title part part-title printing references reviewed-genre
    reviewed-title scale section source supplement volume-title volume-title-short
    """.split()
}
CUSTOM: tuple[str, ...] = (
    "incomplete",
    "other_ids",
    "pdf_url",
    "code_url",
    "license",
    "custom",
)

_AT = {field: index for index, field in enumerate(FIELDS)}
_TEXT_VARIABLES = tuple(TEXTS.values())
_texts = itemgetter(*(_AT[field] for field in TEXTS))
_orcid = attrgetter("orcid")
_NAMES = tuple((_AT[field], variable) for field, variable in NAMES.items())
_DATES = tuple((_AT[field], variable) for field, variable in DATES.items())
_CUSTOM = tuple((_AT[field], field) for field in CUSTOM)
_json = msgspec.json.Encoder(enc_hook=dict).encode


class CslJson(Exporter, frozen=True, kw_only=True):
    """CSL-JSON items, one a line.

    Attributes:
        names: ``parts`` keeps particle and suffix in variables of their own, as CSL asks;
            ``joined`` puts the particle before the family name and the suffix behind the given
            one, for Zotero, whose importer reads no other parts (``itemFromCSLJSON``).
    """

    name: ClassVar[str] = "csljson"
    summary: ClassVar[str] = "CSL-JSON 1.0.2, the way into Zotero that keeps a preprint a preprint"
    suffix: ClassVar[str] = ".json"
    media_type: ClassVar[str] = "application/vnd.citationstyles.csl+json"
    frame: ClassVar[Frame] = Frame("[\n", ",\n", "\n]\n")

    names: Literal["parts", "joined"] = "parts"

    def encode(self, key: str, record: Record) -> str:
        """One item, on one line."""
        item = self.item(key, record)
        try:
            text = _json(item)
        except UnicodeEncodeError:  # a lone surrogate is no character, and no UTF-8
            text = _json(characters(item))
        return text.decode("utf-8")

    def item(self, key: str, record: Record) -> dict[str, Any]:
        """One item as a dictionary."""
        values = astuple(record)
        kind = record.type if record.type in TYPES else OTHER
        # `citation-key` is what Zotero keeps; `id` need only be unique in the file.
        item: dict[str, Any] = {"id": key, "citation-key": key, "type": kind}
        texts = _texts(values)
        item.update(compress(zip(_TEXT_VARIABLES, texts, strict=True), texts))
        joined = self.names == "joined"
        for at, variable in _NAMES:
            if value := values[at]:
                item[variable] = [_name(name, joined) for name in value]
        for at, variable in _DATES:
            if (value := values[at]) is not None:
                item[variable] = _date(value)
        custom: dict[str, Any] = {}
        if record.keywords:
            # One string for all (CSL 1.0.2); a keyword with a comma is kept whole beside it.
            item["keyword"] = ", ".join(record.keywords)
            if any("," in word for word in record.keywords):
                custom["keywords"] = record.keywords
        if record.eprint is not None:
            custom["eprint"] = {f: v for f, v in msgspec.structs.asdict(record.eprint).items() if v}
            if kind == "article":
                _preprint(item, custom, record)
        if kind != record.type:
            custom["type"] = record.type
        orcids = {
            variable: [name.orcid for name in value]
            for at, variable in _NAMES
            if (value := values[at]) and any(map(_orcid, value))
        }
        if orcids:
            custom["orcid"] = orcids
        for at, field in _CUSTOM:
            if not (value := values[at]):
                continue
            if field == "custom":
                value = dict(sorted(value.items()))
                for name in list(value):
                    if name in _OTHERS and isinstance(value[name], str):
                        item[_OTHERS[name]] = value.pop(name)
            if value:
                custom[field] = value
        if custom:
            item["custom"] = custom
        return item


def _preprint(item: dict[str, Any], custom: dict[str, Any], record: Record) -> None:
    """What Zotero's schema and citation styles expect of a preprint.

    What the record itself does not say and its eprint does is listed as ``implied``, so that a
    reader of ours can tell the two apart.
    """
    eprint = record.eprint
    assert eprint is not None
    archive = ARCHIVES.get(eprint.archive, eprint.archive)
    implied = {
        "genre": "Preprint",
        "publisher": archive,
        "number": f"{archive}:{eprint.id}",
    }
    missing = [variable for variable in implied if variable not in item]
    if missing:
        item.update((variable, implied[variable]) for variable in missing)
        custom["implied"] = missing
    if eprint.version is not None:
        item["version"] = str(eprint.version)


def _name(name: Name, joined: bool) -> dict[str, str]:
    """A name variable (CSL 1.0.2, "Names"): a team is ``literal``."""
    if name.literal:
        return {"literal": name.literal}
    family, given, particle, suffix = name.family, name.given, name.particle, name.suffix
    if family and given and not (particle or suffix):
        return {"family": family, "given": given}
    if joined:
        family = f"{particle} {family}" if particle else family
        given = f"{given}, {suffix}" if suffix else given
        particle = suffix = ""
    said: dict[str, str] = {}
    if family:
        said["family"] = family
    if given:
        said["given"] = given
    # "van" in "van Gogh" is not dropped where only the family name is printed; no source says
    # which particles a person drops, and keeping one is the lesser mistake.
    if particle:
        said["non-dropping-particle"] = particle
    if suffix:
        said["suffix"] = suffix
    return said


def _date(date: PartialDate) -> dict[str, Any]:
    """A date variable: ``date-parts`` of one date, or of the two ends of a range."""
    ends = (date,) if date.end is None else (date, date.end)
    return {"date-parts": [_parts(end) for end in ends]}


def _parts(date: PartialDate) -> list[int]:
    if date.month is None:
        return [date.year]
    if date.day is None:
        return [date.year, date.month]
    return [date.year, date.month, date.day]
