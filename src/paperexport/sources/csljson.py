"""CSL-JSON (CSL 1.0.2, ``csl-data.json``): ours, Zotero's, pandoc's, Citation.js's, Crossref's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, ClassVar, cast

import msgspec

from paperexport import dates, names
from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.errors import SourceError
from paperexport.formats.csljson import DATES, NAMES, TEXTS
from paperexport.formats.entrytypes import TYPES
from paperexport.hookspecs import Source
from paperexport.record import Eprint, Name, Origin, PartialDate
from paperexport.sources import _json
from paperexport.sources._extra import arxiv_journal
from paperexport.sources._text import decoded, head_text
from paperexport.text import strip_html, strip_rich

_TYPE = late(rf'"type"\s*:\s*"(?:{"|".join(map(re.escape, TYPES))})"')
_FOREIGN = late(r'"(?:publishedAt|itemType|schema)"\s*:')
_DATE_TEXTS = ("raw", "literal", "date-time", "year")
_OWN = frozenset(("eprint", "keywords", "orcid", "implied", "type"))
_PLAIN = frozenset(
    (*TEXTS.values(), *NAMES.values(), *DATES.values(), "id", "citation-key", "type", "custom",
     "keyword", "version", "journalAbbreviation", "shortTitle", "event")
)  # fmt: skip


def is_csl(said: str) -> bool:
    """Whether JSON names a CSL type and nothing that is of another kind alone."""
    return (
        said.lstrip()[:1] in ("[", "{")
        and _TYPE.search(said) is not None
        and _FOREIGN.search(said) is None
    )


class CslJson(Source, frozen=True, kw_only=True):
    """CSL-JSON: a list of items, one item, or an object that holds ``items``."""

    name: ClassVar[str] = "csljson"
    summary: ClassVar[str] = "CSL-JSON, as Zotero, pandoc and Citation.js write it"

    def recognises(self, head: bytes, locator: str) -> bool:  # noqa: ARG002 - by content alone
        """Told by a CSL type in JSON that is nobody else's."""
        return is_csl(head_text(head))

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield an entry for each item.

        Raises:
            SourceError: it is no JSON.
        """
        origin = Origin(source=self.name, locator=locator, trust=self.trust)
        text, problems = decoded(stream.read(), origin)
        yield from problems
        try:
            data = msgspec.json.decode(text.encode("utf-8", "surrogatepass"))
        except (msgspec.DecodeError, RecursionError) as error:
            raise SourceError(
                f"{locator}: this is no JSON: {error}", hint="was the file saved whole?"
            ) from error
        for number, item in enumerate(_items(data), 1):
            try:
                yield _entry(item, origin)
            except (
                TypeError,
                ValueError,
                AttributeError,
                LookupError,
                msgspec.MsgspecError,
            ) as error:
                yield Diagnostic(
                    code="line-unread",
                    severity="error",
                    message=f"item {number} is no CSL-JSON: {type(error).__name__}: "
                    f"{str(error)[:200]}",
                    origin=origin,
                    hint="the others were read",
                )


def _items(data: object) -> list[Any]:
    if isinstance(data, dict):
        for name in ("items", "references"):
            if isinstance(data.get(name), list):
                return cast("list[Any]", data[name])
        message = data.get("message")
        return [message] if isinstance(message, dict) else [data]
    return data if isinstance(data, list) else [data]


def _entry(item: Any, origin: Origin) -> Entry:
    if not isinstance(item, dict):
        raise TypeError("an item is an object")
    own: Mapping[str, Any] = item["custom"] if isinstance(item.get("custom"), dict) else {}
    implied = set(own.get("implied") or ())
    fields: dict[str, Value] = {}
    if kind := _text(own.get("type") or item.get("type")):
        fields["type"] = kind
    for field, variable in TEXTS.items():
        if variable in implied:
            continue
        value = item.get(variable)
        if field in ("isbn", "issn") and isinstance(value, list):  # Crossref's
            value = " ".join(_json.texts_of(value))
        if said := _text(value):
            fields[field] = said
    if "<jats:" in (said := str(fields.get("abstract", ""))):  # Crossref's
        fields["abstract"] = strip_html(said)
    incomplete: list[str] = []
    for field, variable in NAMES.items():
        orcids = (own.get("orcid") or {}).get(variable) or []
        if people := _people(item.get(variable), orcids):
            if any(map(_is_others, people)):
                people = tuple(name for name in people if not _is_others(name))
                incomplete.append(field)
            fields[field] = people
    for field, variable in DATES.items():
        if date := _date(item.get(variable)):
            fields[field] = date
    listed = own.get("keywords") or item.get("keyword")
    if isinstance(listed, list):
        fields["keywords"] = tuple(map(str, listed))
    elif said := _text(item.get("keyword")):
        fields["keywords"] = tuple(re.split(r",\s*" if "," in said else r";\s+", said))
    if isinstance(own.get("eprint"), dict):
        fields["eprint"] = msgspec.convert(own["eprint"], Eprint)
    elif (number := _text(item.get("number"))).lower().startswith("arxiv:"):
        # Zotero writes a preprint's archive id so.
        fields["arxiv"] = number
        fields.pop("number", None)
    if fields.get("type") == "article-journal":
        arxiv_journal(fields)
    fields.update(_others(item, own, fields))
    if incomplete:
        told = fields.get("incomplete", ())
        fields["incomplete"] = (*(told if isinstance(told, tuple) else ()), *incomplete)
    if key := _text(item.get("citation-key") or item.get("id")):
        fields["citation_key"] = key
    return Entry(fields=fields, origin=origin, markup=())


def _others(
    item: Mapping[str, Any], own: Mapping[str, Any], fields: Mapping[str, Value]
) -> dict[str, Value]:
    """What CSL has no field of ours for, and the older names of what it has."""
    found: dict[str, Value] = {}
    for old, field in (
        ("journalAbbreviation", "container_title_short"),
        ("shortTitle", "title_short"),
        ("event", "event_title"),
    ):
        if field not in fields and (said := _text(item.get(old))):
            found[field] = said
    for name, value in own.items():
        if name in _OWN:
            continue
        if name == "custom" and isinstance(value, dict):
            found["custom"] = {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
        elif isinstance(value, list):
            found[name] = tuple(map(str, value))
        elif said := _text(value):
            found[name] = said
    for name, value in item.items():
        if name not in _PLAIN and (more := _said(value)):
            found[name.replace("-", "_")] = more
    if "version" in item and "eprint" not in fields:
        found["version"] = str(item["version"])
    return found


def _text(value: object) -> str:
    if isinstance(value, list):  # Crossref's titles are lists
        value = value[0] if value else ""
    if not isinstance(value, str | int | float):
        return ""
    return strip_rich(str(value))


def _said(value: object) -> str | tuple[str, ...]:
    """A variable that we have no field for, as text: names and dates as they are printed."""
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, dict):
        return str(_date(value) or "")
    if isinstance(value, list):
        if any(isinstance(one, dict) for one in value):
            return tuple(filter(None, map(str, _people(value, []))))
        return _json.texts_of(value)
    return ""


def _is_others(name: Name) -> bool:
    """Whether a name is an "et al."."""
    if name.given:
        return False
    said = name.literal or name.family
    return names.is_et_al(said)


def _people(value: object, orcids: list[str]) -> tuple[Name, ...]:
    if isinstance(value, str):  # not CSL, but somebody's name
        value = [*names.split(value)[0]]
    elif isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return ()
    people = []
    for number, said in enumerate(value):
        if isinstance(said, str):
            people.append(names.parse(said))
            continue
        if not isinstance(said, dict):
            continue
        dropping, kept = _text(said.get("dropping-particle")), said.get("non-dropping-particle")
        people.append(
            Name(
                family=_text(said.get("family")),
                given=_text(said.get("given")),
                particle=" ".join(p for p in (dropping, _text(kept)) if p),
                suffix=_text(said.get("suffix")),
                literal=_text(said.get("literal") or said.get("name")),
                orcid=_text(said.get("ORCID")) or (orcids[number] if number < len(orcids) else ""),
            )
        )
    return tuple(people)


def _date(value: object) -> Value | None:
    """A date variable; what stands in its place as text or as a number is one all the same."""
    if not isinstance(value, dict):
        return _text(value) or None
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts:
        if not isinstance(parts[0], list):
            parts = [parts]
        ends = [end for part in parts[:2] if isinstance(part, list) and (end := _parts(part))]
        start = ends[0] if ends else None
        if start is not None:
            if len(ends) > 1 and dates.in_order(start, ends[1]):
                return PartialDate(year=start.year, month=start.month, day=start.day, end=ends[1])
            return start
        if said := "-".join(one for one in _json.texts_of(parts[0]) if one != "0"):
            return said
    return next((s for n in _DATE_TEXTS if (s := _text(value.get(n)))), None)


def _parts(parts: list[Any]) -> PartialDate | None:
    """A date of numbers, which may be texts; a season, or a day that there is not, is left out."""
    try:
        year, month, day = (*(int(part or 0) for part in parts[:3]), 0, 0, 0)[:3]
    except (TypeError, ValueError, OverflowError):
        return None  # a text, to be read as one
    if not year or abs(year) > 9999:
        return None  # pandoc's mark of a range that has no end
    return dates.known(year, month, day)
