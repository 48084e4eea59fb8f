"""CSL-JSON (CSL 1.0.2, ``csl-data.json``): ours, Zotero's, pandoc's, Citation.js's, Crossref's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, ClassVar, cast

import msgspec

from paperexport._regex import late
from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry, Value
from paperexport.errors import SourceError
from paperexport.formats.csljson import DATES, NAMES, TEXTS
from paperexport.formats.entrytypes import TYPES
from paperexport.hookspecs import Source
from paperexport.record import Eprint, Name, Origin, PartialDate
from paperexport.sources._text import decoded, head_text

_TYPE = late(rf'"type"\s*:\s*"(?:{"|".join(map(re.escape, TYPES))})"')
_FOREIGN = late(r'"(?:publishedAt|itemType|schema)"\s*:')
# CSL's rich text, in pairs: citeproc-js, "Rich Text Content".
_RICH = late(r"<(i|b|sup|sub|sc|span)(?: [^<>]{0,80})?>([^<>]*)</\1>")
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
        if said := _text(item.get(variable)):
            fields[field] = said
    for field, names in NAMES.items():
        orcids = (own.get("orcid") or {}).get(names) or []
        if people := _people(item.get(names), orcids):
            fields[field] = people
    for field, dates in DATES.items():
        if date := _date(item.get(dates)):
            fields[field] = date
    if isinstance(own.get("keywords"), list):
        fields["keywords"] = tuple(map(str, own["keywords"]))
    elif said := _text(item.get("keyword")):
        fields["keywords"] = tuple(re.split(r",\s*" if "," in said else r";\s+", said))
    if isinstance(own.get("eprint"), dict):
        fields["eprint"] = msgspec.convert(own["eprint"], Eprint)
    elif (number := _text(item.get("number"))).lower().startswith("arxiv:"):
        # Zotero writes a preprint's archive id so.
        fields["arxiv"] = number
        fields.pop("number", None)
    fields.update(_others(item, own, fields))
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
        if name not in _PLAIN and isinstance(value, str | int | float) and str(value):
            found[name.replace("-", "_")] = str(value)
    if "version" in item and "eprint" not in fields:
        found["version"] = str(item["version"])
    return found


def _text(value: object) -> str:
    if isinstance(value, list):  # Crossref's titles are lists
        value = value[0] if value else ""
    if not isinstance(value, str | int | float):
        return ""
    said = str(value)
    while "</" in said and (plain := _RICH.sub(r"\2", said)) != said:
        said = plain
    return said


def _people(value: object, orcids: list[str]) -> tuple[Name, ...]:
    if not isinstance(value, list):
        return ()
    people = []
    for number, said in enumerate(value):
        if not isinstance(said, dict):
            raise TypeError("a name is an object")
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
    if not isinstance(value, dict):
        return None
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and parts[0]:
        ends = [_parts(part) for part in parts[:2] if part and part[0] not in (None, "")]
        if len(ends) > 1:
            start, end = ends
            return PartialDate(year=start.year, month=start.month, day=start.day, end=end)
        return ends[0] if ends else None
    return _text(value.get("raw") or value.get("literal")) or None


def _parts(parts: list[Any]) -> PartialDate:
    year, month, day = (*map(int, (p for p in parts[:3] if p)), None, None)[:3]
    if month is not None and not 1 <= month <= 12:
        month = day = None  # 13 to 24 are seasons
    return PartialDate(year=cast("int", year), month=month, day=day)
