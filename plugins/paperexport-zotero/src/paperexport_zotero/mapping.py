"""Record ↔ item, by Zotero's schema 41; pure.

A preprint is written as Zotero's own arXiv translator writes it: ``repository`` arXiv,
``archiveID`` ``arXiv:2401.09042``, the DOI that arXiv registers, and the id with its class in
Extra. What an item type has no field for becomes a line of Extra, which Zotero's own citation
engine reads too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from paperexport_zotero import extra, schema
from paperexport_zotero._core import (
    Diagnostic,
    Entry,
    Eprint,
    Name,
    Origin,
    PartialDate,
    Record,
    UsageError,
    strip_rich,
)
from paperexport_zotero.items import NOT_FIELDS

OMITS: dict[str, str] = {
    "custom": "what a listing said beside the citation is no part of a library",
    "author.orcid": "Zotero's creators hold a name and nothing else",
    "editor.orcid": "Zotero's creators hold a name and nothing else",
    "translator.orcid": "Zotero's creators hold a name and nothing else",
    "collection_editor.orcid": "Zotero's creators hold a name and nothing else",
    "origins": "Zotero does not keep who said what",
}
"""Field of a record → why an item cannot say it."""

TEXTS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "title_short": ("shortTitle",),
    "container_title": ("publicationTitle",),
    "container_title_short": ("journalAbbreviation",),
    "collection_title": ("series", "seriesTitle"),
    "collection_number": ("seriesNumber",),
    "event_title": ("conferenceName", "meetingName"),
    "event_place": ("eventPlace",),
    "publisher": ("publisher",),
    "publisher_place": ("place",),
    "edition": ("edition",),
    "volume": ("volume",),
    "issue": ("issue",),
    "page": ("pages",),
    "number": ("number",),
    "number_of_pages": ("numPages",),
    "chapter_number": (),
    "doi": ("DOI",),
    "isbn": ("ISBN",),
    "issn": ("ISSN",),
    "pmid": ("PMID",),
    "pmcid": ("PMCID",),
    "url": ("url",),
    "pdf_url": (),
    "code_url": (),
    "abstract": ("abstractNote",),
    "language": ("language",),
    "license": ("rights",),
    "status": ("status",),
    "genre": ("type",),
}
"""Field of a record → the base fields of an item that hold it, best first."""
DATES: dict[str, tuple[str, ...]] = {
    "issued": ("date",),
    "accessed": ("accessDate",),
    "event_date": (),
    "original_date": ("originalDate",),
}
NAMES: dict[str, tuple[str, ...]] = {
    "author": (),  # the first kind of each type
    "editor": ("editor",),
    "translator": ("translator",),
    "collection_editor": ("seriesEditor",),
}
ARCHIVES = {
    "arxiv": "arXiv", "biorxiv": "bioRxiv", "medrxiv": "medRxiv", "chemrxiv": "ChemRxiv",
    "openreview": "OpenReview", "ssrn": "SSRN", "hal": "HAL", "osf": "OSF",
}  # fmt: skip
"""Archive → as it writes itself."""

FIELD_BYTES = 65_535
NAME_CHARACTERS = 255
TAG_CHARACTERS = 255
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WHITE = " \t\n\r\v\f\0"
_SUFFIX = re.compile(r"(.*), ((?:Jr|Sr)\.?|[IVX]{1,5})", re.DOTALL)
_ARCHIVE_ID = re.compile(r"([A-Za-z][\w-]{1,30}):\s*(\S+(?: \[[\w.-]+\])?)")
_SNAKE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_KEPT_APART = frozenset(
    "title date accessDate extra citationKey dateAdded dateModified libraryCatalog".split()
)


class Mapped(Struct, frozen=True, kw_only=True):
    """An item, and what did not fit into it.

    Attributes:
        data: the item's JSON: its type, and the fields that are not empty.
        problems: what was cut or left out, for a person.
    """

    data: dict[str, Any]
    problems: tuple[Diagnostic, ...] = ()


def to_item(
    record: Record, key: str = "", *, item_type: str = "", native_key: bool = True
) -> Mapped:
    """The item of a record; total: any record gives one that the server takes.

    Args:
        record: the paper.
        key: its citation key.
        item_type: the type to write it as; the one that fits the record if empty.
        native_key: whether the server's schema has ``citationKey``; else a line of Extra.
    """
    return _Writing(record, key, item_type or type_of(record), native_key).done()


def type_of(record: Record) -> str:
    """The item type that fits a record."""
    return schema.ITEM_OF.get(record.type, "document")


class _Writing:
    """One record on its way into an item."""

    def __init__(self, record: Record, key: str, item_type: str, native_key: bool) -> None:
        self.record = record
        self.type = item_type
        self.data: dict[str, Any] = {"itemType": item_type}
        self.lines: list[str] = []
        self.problems: list[Diagnostic] = []
        self.key = key
        self.native_key = native_key

    def done(self) -> Mapped:
        record = self.record
        preprint = self._eprint()
        people: list[dict[str, str]] = []
        for field, kinds in NAMES.items():
            people += self._people(field, kinds, getattr(record, field))
        for field, places in TEXTS.items():
            value = clean(getattr(record, field), block=field == "abstract")
            if not value or (preprint and field in preprint and value == preprint[field]):
                continue
            held = field == "number" and preprint
            self._put(field, value, () if held else places)
        for field, places in DATES.items():
            date = getattr(record, field)
            if date is not None:
                full = field != "accessed" or _FULL_DATE.fullmatch(str(date))
                self._put(field, str(date), places if full else ())
        if record.incomplete:
            self.lines.append(extra.line("incomplete", clean(", ".join(record.incomplete))))
        if record.other_ids:
            self.lines.append(extra.line("other_ids", clean(" ".join(record.other_ids))))
        if record.type and schema.CSL.get(self.type) != record.type:
            self.lines.append(extra.line("type", clean(record.type)))
        if preprint:
            for field, value in preprint.items():
                self.data.setdefault(schema.own(self.type, *TEXTS[field]), value)
        key = clean(self.key)
        if key and self.native_key:
            self._field("citationKey", key)
        elif key:
            self.lines.append(extra.line("citation_key", key))
        self._extra()
        if people:
            self.data["creators"] = people
        if tags := self._tags():
            self.data["tags"] = tags
        return Mapped(data=self.data, problems=tuple(self.problems))

    def _eprint(self) -> dict[str, str]:
        """Write where the preprint lies; what its repository and its number are."""
        eprint = self.record.eprint
        if eprint is None or not (clean(eprint.archive) and clean(eprint.id)):
            return {}
        archive, identifier = clean(eprint.archive), clean(eprint.id)
        primary = clean(eprint.primary_class)
        name = ARCHIVES.get(archive, archive)
        preprint = self.type == "preprint"
        if archive == "arxiv":
            self.lines.append(extra.arxiv_line(identifier, primary))
            if preprint:
                self.data["libraryCatalog"] = "arXiv.org"
        elif primary or not preprint or archive not in ARCHIVES:
            said = f"{archive}:{identifier}" + (f" [{primary}]" if primary else "")
            self.lines.append(extra.line("eprint", said))
        if eprint.version is not None:
            self.lines.append(extra.line("version", str(eprint.version)))
        return {"publisher": name, "number": f"{name}:{identifier}"} if preprint else {}

    def _put(self, field: str, value: str, places: Sequence[str]) -> None:
        if name := schema.own(self.type, *places):
            self._field(name, value)
        elif said := " ".join(value.split()):
            self.lines.append(extra.line(field, said))

    def _field(self, name: str, value: str) -> None:
        if cut := _cut_bytes(value, FIELD_BYTES):
            self._say(name, f"{name} is longer than the {FIELD_BYTES} bytes that Zotero takes")
            value = cut
        self.data[name] = value

    def _extra(self) -> None:
        text = extra.written(self.lines, clean(self.record.note, block=True)).strip(_WHITE)
        if text:
            self._field("extra", text)

    def _people(
        self, field: str, kinds: Sequence[str], names: Sequence[Name]
    ) -> list[dict[str, str]]:
        known = schema.creators(self.type)
        kind = known[0] if not kinds and known else next((k for k in kinds if k in known), "")
        people = []
        for name in names:
            if kind:
                people.append(self._person(kind, name))
            elif str(name).strip():
                self.lines.append(extra.line(field, clean(extra.name_line(name))))
        return [person for person in people if person]

    def _person(self, kind: str, name: Name) -> dict[str, str]:
        if literal := clean(name.literal):
            return {"creatorType": kind, "name": self._name(literal)}
        family = clean(f"{name.particle} {name.family}" if name.particle else name.family)
        given = clean(f"{name.given}, {name.suffix}" if name.suffix else name.given)
        if not family and not given:
            return {}
        return {
            "creatorType": kind,
            "firstName": self._name(given),
            "lastName": self._name(family),
        }

    def _name(self, text: str) -> str:
        if len(text) <= NAME_CHARACTERS:
            return text
        self._say("creators", f"a name is longer than {NAME_CHARACTERS} characters: {text[:40]!r}")
        return text[: NAME_CHARACTERS - 1].rstrip(_WHITE) + "…"

    def _tags(self) -> list[dict[str, Any]]:
        tags = dict.fromkeys(clean(word) for word in self.record.keywords)
        for tag in [tag for tag in tags if len(tag) > TAG_CHARACTERS]:
            del tags[tag]
            self._say("tags", f"a tag is longer than {TAG_CHARACTERS} characters: {tag[:40]!r}")
        # Zotero shows tags that a person set before those that came with an item: type 1.
        return [{"tag": tag, "type": 1} for tag in tags if tag]

    def _say(self, field: str, message: str) -> None:
        self.problems.append(
            Diagnostic(
                code="zotero-too-long",
                severity="warning",
                message=message,
                field=field,
                origin=self.record.origins.get("title", Origin(source="zotero")),
                hint="it was cut, or left out",
            )
        )


def clean(text: str, *, block: bool = False) -> str:
    """A text as the server stores it: no control characters, no white space around it.

    Args:
        text: any text.
        block: whether it may have several lines.
    """
    if not block:
        text = re.sub(r"[\t\n\r]+", " ", text)
    return _UNFIT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip(_WHITE)


def text(said: str) -> None:
    """See that what a person typed is text: no bytes that mean nothing here.

    Raises:
        UsageError: it is none.
    """
    try:
        said.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"{said!r} is no text", hint="it must be UTF-8") from None


def _cut_bytes(text: str, limit: int) -> str:
    """The text cut to so many bytes of UTF-8, or an empty string where it fits."""
    data = text.encode("utf-8")
    if len(data) <= limit:
        return ""
    return data[: limit - 3].decode("utf-8", "ignore").rstrip(_WHITE) + "…"


# --- and back -------------------------------------------------------------------------------------


def to_entry(data: Mapping[str, Any], *, locator: str = "") -> Entry:
    """What an item says, for :func:`paperexport.normalize`.

    Args:
        data: an item's JSON, anybody's.
        locator: for the origin; the item's own ``zotero://`` address if empty.

    Returns:
        the entry; what a record has no field for is there under the item's own name, in
        snake_case.
    """
    item_type = str(data.get("itemType", ""))
    fields: dict[str, Any] = {"type": schema.CSL.get(item_type, "document")}
    lines, note = extra.read(str(data.get("extra") or ""))
    used = set(_KEPT_APART)
    for field, places in TEXTS.items():
        if name := _held(data, item_type, places):
            used.add(name)
            if value := strip_rich(str(data.get(name) or "")).strip():
                fields[field] = value
    for field, places in DATES.items():
        if name := _held(data, item_type, places):
            used.add(name)
            if value := str(data.get(name) or "").strip():
                fields[field] = value[:10] if field == "accessed" else value
    _creators(data.get("creators") or (), item_type, fields)
    _lines(lines, fields)
    _preprint(item_type, lines, fields)
    if note:
        fields["note"] = note
    if tags := tuple(str(t.get("tag", "")) for t in data.get("tags") or () if t.get("tag")):
        fields["keywords"] = tags
    native = str(data.get("citationKey") or "").strip()
    if key := native or next(iter(lines.get("citation_key", ())), ""):
        fields["citation_key"] = key
    for name in dict.fromkeys((*schema.fields(item_type), *data)):  # also of a newer schema
        value = str(data.get(name) or "").strip()
        if value and name not in used | NOT_FIELDS:
            fields.setdefault(_SNAKE.sub("_", name).lower(), value)
    where = locator or address("users/0", data.get("key", ""))
    return Entry(
        fields=fields, origin=Origin(source="zotero", locator=where, trust="person"), markup=()
    )


def _held(data: Mapping[str, Any], item_type: str, places: Sequence[str]) -> str:
    """The field that holds something; of a type that a newer schema has, by the base's name."""
    if item_type in schema.ITEM_TYPES:
        return schema.own(item_type, *places)
    return next((name for name in places if data.get(name)), "")


def address(library: str, key: str) -> str:
    """Where Zotero shows an item; an entry that is read from it has this as its locator."""
    where = "library" if library.startswith("users/") else library
    return f"zotero://select/{where}/items/{key}"


def read_from(record: Record, library: str) -> list[str]:
    """The keys of the items of a library that a record was read from.

    One's own library has the same keys on the web and in a running Zotero, which brings them in
    step; a key that is not there is of somebody else's.
    """
    start = address(library, "")
    found = (o.locator for o in record.origins.values() if o.source == "zotero")
    return sorted({said.removeprefix(start) for said in found if said.startswith(start)})


def _creators(
    creators: Sequence[Mapping[str, Any]], item_type: str, fields: dict[str, Any]
) -> None:
    known = schema.creators(item_type)
    first = known[0] if known else "author"
    by_kind = {kinds[0]: field for field, kinds in NAMES.items() if kinds}
    people: dict[str, list[Name]] = {}
    others: dict[str, list[str]] = {}
    for creator in creators:
        kind = str(creator.get("creatorType", "author"))
        name = _name(creator)
        if kind in (first, "author"):
            people.setdefault("author", []).append(name)
        elif kind in by_kind:
            people.setdefault(by_kind[kind], []).append(name)
        elif str(name):
            others.setdefault(_SNAKE.sub("_", kind).lower(), []).append(str(name))
    fields.update((field, tuple(names)) for field, names in people.items())
    for kind, printed in others.items():
        fields.setdefault(kind, tuple(printed))


def _name(creator: Mapping[str, Any]) -> Name:
    if literal := str(creator.get("name") or "").strip():
        return Name(literal=literal)
    given, suffix = str(creator.get("firstName") or "").strip(), ""
    if found := _SUFFIX.fullmatch(given):
        given, suffix = found[1].strip(), found[2]
    return Name(family=str(creator.get("lastName") or "").strip(), given=given, suffix=suffix)


def _lines(lines: Mapping[str, Sequence[str]], fields: dict[str, Any]) -> None:
    """The lines of Extra, where no field of the item says it already."""
    for field, values in lines.items():
        if field in ("arxiv", "citation_key", "version", "eprint"):
            continue
        if field == "type":
            fields["type"] = values[0]
        elif field in NAMES:
            fields.setdefault(field, tuple(_from_line(value) for value in values))
        elif field == "incomplete":
            fields[field] = tuple(values[0].replace(" ", "").split(","))
        elif field == "other_ids":
            fields[field] = tuple(values[0].split())
        else:
            fields.setdefault(field, strip_rich(values[0]))


def _from_line(value: str) -> Name:
    family, bars, given = (part.strip() for part in value.partition("||"))
    if not bars:
        return Name(literal=family)
    suffix = ""
    if found := _SUFFIX.fullmatch(given):
        given, suffix = found[1].strip(), found[2]
    return Name(family=family, given=given, suffix=suffix)


def _preprint(item_type: str, lines: Mapping[str, Sequence[str]], fields: dict[str, Any]) -> None:
    """The eprint, and without it what the item says of it a second time."""
    version = next((int(v) for v in lines.get("version", ()) if v.isdecimal() and len(v) < 5), None)
    eprint: Eprint | None = None
    for value in lines.get("arxiv", ()):
        if parts := extra.arxiv_parts(value):
            eprint = Eprint(
                archive="arxiv", id=parts[0], version=version or parts[1], primary_class=parts[2]
            )
            break
    for value in () if eprint else lines.get("eprint", ()):
        place, _, said = value.partition(":")
        identifier, _, primary = said.partition(" [")
        if place and identifier:
            eprint = Eprint(
                archive=place.lower(), id=identifier, version=version,
                primary_class=primary.removesuffix("]"),
            )  # fmt: skip
            break
    if item_type == "preprint":
        number, publisher = str(fields.get("number", "")), str(fields.get("publisher", ""))
        found = _ARCHIVE_ID.fullmatch(number)
        archive = found[1].lower() if found else publisher.lower()
        # People write the id alone, or with its version and class, where the archive says arXiv.
        parts = extra.arxiv_parts(found[2] if found else number) if archive == "arxiv" else None
        if eprint is None and parts:
            eprint = Eprint(
                archive="arxiv", id=parts[0], version=version or parts[1], primary_class=parts[2]
            )
        elif eprint is None and found and archive != "arxiv" and archive in ARCHIVES:
            eprint = Eprint(archive=archive, id=found[2], version=version)
        if eprint is not None:
            name = ARCHIVES.get(eprint.archive, eprint.archive)
            if (found and archive == eprint.archive) or (parts and parts[0] == eprint.id):
                fields.pop("number")
                if "number" in lines:
                    fields["number"] = lines["number"][0]
            if publisher == name:
                fields.pop("publisher")
    if eprint is not None:
        fields["eprint"] = eprint
    elif version is not None:
        fields["version"] = str(version)


def dated(text: str) -> PartialDate | None:
    """The year of a Zotero date, for comparing; None where it tells none."""
    found = re.search(r"(?<!\d)(1[5-9]|20|21)\d\d(?!\d)", text)
    return PartialDate(year=int(found[0])) if found else None
