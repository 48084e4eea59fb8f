"""What a page said becomes what is known: Entry → Record.

A pure function, and idempotent: normalizing a record again (:func:`entry_of`) changes nothing.
Nothing is guessed. What cannot be read stays in :attr:`Record.custom` as it was printed, and a
diagnostic says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from msgspec import Struct

from paperexport import dates, identifiers, names, text
from paperexport.diagnostics import Diagnostic, Severity
from paperexport.entry import Entry, Value
from paperexport.record import (
    DATE_FIELDS,
    FIELDS,
    NAME_FIELDS,
    Eprint,
    Name,
    Origin,
    PartialDate,
    Record,
)

__all__ = ["Normalized", "entry_of", "lacks", "normalize"]


class Normalized(Struct, frozen=True, kw_only=True, gc=False):
    """One entry, normalized.

    Attributes:
        record: the record.
        diagnostics: what could not be read.
        key: the citation key that the page gave it, or empty.
        entry: the entry that it was made of.
    """

    record: Record
    key: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    entry: Entry


def normalize(entry: Entry) -> Normalized:
    """The record of an entry.

    An arXiv id gives the eprint, the DOI that arXiv registers for it (where no publisher's DOI is
    there) and the address; an abstract gives the address of the code that it names.

    Args:
        entry: as a source found it.

    Returns:
        the record, its origins all pointing to the entry's, and a diagnostic for each value that
        could not be read.
    """
    return _Work(entry).done()


def entry_of(record: Record, origin: Origin | None = None) -> Entry:
    """The entry that says what a record says: ``normalize(entry_of(r)).record == r``.

    Args:
        record: one that normalizing made.
        origin: the entry's; the record's own origins are kept beside it.
    """
    fields: dict[str, Any] = {
        name: value for name in FIELDS if (value := getattr(record, name)) not in (None, "", (), {})
    }
    return Entry(fields=fields, origin=origin or Origin(), markup=())


def lacks(record: Record, origin: Origin = Origin()) -> Diagnostic | None:  # noqa: B008 - frozen
    """What a citation needs and this record lacks, as a diagnostic; or None."""
    if not record.missing:
        return None
    return Diagnostic(
        code="fields-missing",
        severity="warning",
        message=f"no {', no '.join(record.missing)}",
        origin=record.origins.get("title", origin),
        hint="--resolve looks them up",
    )


# --- Values ---------------------------------------------------------------------------------------

_DASHES = re.compile(r"\s*(?:--+|[‐‑‒–—―−])\s*")
_SEPARATORS = re.compile(r"\s*[;,]\s+|\s*;\s*|\s*·\s*")
_ISBN = re.compile(r"\d[\d -]{8,16}[\dXx]")
_BOOLEAN = frozenset(("incomplete",))
_ADDRESSES = frozenset(("url", "pdf_url", "code_url"))
_VERBATIM = frozenset(("doi", "isbn", "issn", "pmid", "pmcid", "type", *_ADDRESSES))
_BLOCKS = frozenset(("abstract", "note"))
_TUPLES = frozenset(("keywords", "other_ids"))
_HELPERS = frozenset(("arxiv", "primary_class", "others", "citation_key"))
_SEPARATING = re.compile(r"(?:^|\s)(?:and|others)(?:\s|$)|,", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"(?:this|the)\s+(?:paper|article|submission|manuscript|preprint|work)\s+(?:has\s+been|was|is)\s+"
    r"(?:being\s+)?withdrawn\b",
    re.IGNORECASE,
)


class _Work:
    """One entry on its way."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.fields = entry.fields
        self.found: dict[str, Any] = {}
        self.custom: dict[str, str | tuple[str, ...]] = {}
        self.incomplete: set[str] = set()
        self.diagnostics: list[Diagnostic] = []

    def done(self) -> Normalized:
        for name, value in self.fields.items():
            if value is None or value in ("", ()):
                continue
            self._take(name, value)
        self._identity()
        found = self.found
        if "type" not in found:
            # Nothing says what it is; CSL's "document" says just that.
            found["type"] = "article" if found.get("eprint") is not None else "document"
        if found["type"] == "article" and found.get("genre", "").lower() == "preprint":
            del found["genre"]  # the type says so
        if "code_url" not in found:
            comment = self.custom.get("comment", "")
            said = f"{found.get('abstract', '')} {comment if isinstance(comment, str) else ''}"
            if code := identifiers.code_url(said):
                found["code_url"] = code
        eprint = found.get("eprint")
        if eprint is not None and "status" not in found:
            head = found.get("abstract", "")[:200]
            if _WITHDRAWN.match(head) or _WITHDRAWN.match(str(self.custom.get("comment", ""))):
                found["status"] = "withdrawn"
        if incomplete := sorted(f for f in self.incomplete if f in NAME_FIELDS):
            found["incomplete"] = tuple(incomplete)
        if self.custom:
            found["custom"] = self.custom
        if not (found.get("title") or eprint or found.get("doi") or found.get("other_ids")):
            self._say("title-missing", "warning", "the entry has no title", "title")
        given = cast("Mapping[str, Origin]", self.fields.get("origins") or {})
        found["origins"] = {
            name: given.get(name, self.entry.origin)
            for name in found
            if name not in ("origins", "type") or name in self.fields
        }
        return Normalized(
            record=Record(**found),
            key=text.line(str(self.fields.get("citation_key") or "")),
            diagnostics=tuple(self.diagnostics),
            entry=self.entry,
        )

    def _say(self, code: str, severity: Severity, message: str, field: str, hint: str = "") -> None:
        self.diagnostics.append(
            Diagnostic(
                code=code,
                severity=severity,
                message=message,
                field=field,
                origin=self.entry.origin,
                hint=hint,
            )
        )

    # -- one field --

    def _take(self, name: str, value: Value) -> None:
        if name in NAME_FIELDS:
            self._people(name, value)
        elif name in DATE_FIELDS:
            self._date(name, value)
        elif name == "custom":
            for key, said in cast("Mapping[str, Any]", value).items():
                self._extra(key, said)
        elif name == "incomplete":
            listed = (value,) if isinstance(value, str) else cast("tuple[str, ...]", value)
            self.incomplete.update(listed)
        elif name == "others":
            self.incomplete.add("author")
        elif name == "eprint" and isinstance(value, Eprint):
            self._eprint(value)
        elif name == "eprint":
            self._extra("eprint_id", value)
        elif name in _HELPERS or name == "origins":
            pass  # read by _identity() and done()
        elif name in _TUPLES:
            self._keep(name, self._words(value, split=name == "keywords"))
        elif name in FIELDS:
            self._keep(name, self._text(name, value))
        else:
            self._extra(name, value)

    def _keep(self, name: str, value: object) -> None:
        if value not in (None, "", ()):
            self.found[name] = value

    def _extra(self, name: str, value: object) -> None:
        said: str | tuple[str, ...]
        markup = self.entry.markup
        if isinstance(value, tuple | list):
            said = tuple(v for v in (text.plain_line(str(v), markup) for v in value) if v)
        else:
            said = text.plain_block(str(value), markup)
        key = text.line(name)
        if said and key:
            self.custom[key] = said

    def _text(self, name: str, value: Value) -> str:
        if not isinstance(value, str):
            value = (
                " ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)
            )
        if name in _VERBATIM:
            reader = _READERS.get(name)
            said = text.line(value)
            return reader(said) if reader else said
        if name in _BLOCKS:
            return text.plain_block(value, self.entry.markup)
        said = text.plain_line(value, self.entry.markup)
        return _DASHES.sub("-", said) if name == "page" else said

    def _words(self, value: Value, *, split: bool) -> tuple[str, ...]:
        markup = self.entry.markup
        if isinstance(value, str):
            # White space first: runs of it would be tried at each of their places.
            value = tuple(_SEPARATORS.split(text.line(value))) if split else tuple(value.split())
        words = (text.plain_line(str(v), markup) for v in cast("tuple[str, ...]", value))
        kept = dict.fromkeys(word for word in words if word)
        return tuple(kept) if split else tuple(sorted(kept))

    def _people(self, field: str, value: Value) -> None:
        markup = self.entry.markup
        if isinstance(value, str):
            printed, others = names.split(text.plain_block(value, markup) if markup else value)
            people: list[Name] = [names.parse(one) for one in printed]
            if others:
                self.incomplete.add(field)
        else:
            people = []
            for one in cast("tuple[str | Name, ...]", value):
                if isinstance(one, Name):
                    people.append(_tidy(one, markup))
                    continue
                said = text.plain_line(one, markup)
                if names.is_others(said):
                    self.incomplete.add(field)
                elif said:
                    people.append(names.parse(said))
        self._keep(field, tuple(name for name in map(_canonical, people) if name != Name()))

    def _date(self, field: str, value: Value) -> None:
        if isinstance(value, PartialDate):
            self.found[field] = value
            return
        said = text.plain_line(str(value), self.entry.markup)
        date = dates.parse(said)
        if date is not None:
            self.found[field] = date
        elif said:
            self.custom[field] = said
            self._say("date-unread", "warning", f"{said!r} is no date with a year", field)

    # -- who it is --

    def _eprint(self, eprint: Eprint) -> None:
        archive = text.line(eprint.archive).lower()
        identifier = text.line(eprint.id)
        version = eprint.version
        if archive == "arxiv" and (found := identifiers.arxiv(identifier)):
            identifier, version = found[0], version or found[1]
        if archive and identifier:
            self.found["eprint"] = Eprint(
                archive=archive,
                id=identifier,
                version=version,
                primary_class=text.line(eprint.primary_class),
            )

    def _identity(self) -> None:
        """Eprint, DOI and address, each completed from the others."""
        found = self.found
        self._doi()
        primary = text.line(str(self.fields.get("primary_class") or ""))
        said = text.line(str(self.fields.get("arxiv") or ""))
        spelt = identifiers.arxiv(said) if said else None
        if said and spelt is None:
            self.custom["arxiv"] = said
            self._say("identifier-unread", "warning", f"{said!r} is no arXiv id", "eprint")
        eprint: Eprint | None = found.get("eprint")
        if eprint is None:
            for spelling in (said, found.get("doi", ""), found.get("url", "")):
                if spelling and (parsed := identifiers.arxiv(spelling)):
                    primary = primary or identifiers.arxiv_class(spelling)
                    eprint = Eprint(archive="arxiv", id=parsed[0], version=parsed[1])
                    break
        if eprint is not None:
            if primary and not eprint.primary_class:
                eprint = Eprint(
                    archive=eprint.archive,
                    id=eprint.id,
                    version=eprint.version,
                    primary_class=primary,
                )
            found["eprint"] = eprint
        elif primary:
            self.custom["primary_class"] = primary
        url = found.get("url", "")
        if url and "doi" not in found and eprint is None and (hit := identifiers.of_url(url)):
            self._found(hit)
        if eprint is not None and eprint.archive == "arxiv":
            if "doi" not in found and found.get("type", "article") == "article":
                # A publication's DOI is the publisher's, or it has none.
                found["doi"] = identifiers.arxiv_doi(eprint.id)
            if not url:
                found["url"] = f"https://arxiv.org/abs/{eprint.id}"

    def _found(self, hit: identifiers.Found) -> None:
        """An identifier that the address itself is."""
        if hit.scheme in ("doi", "pmid", "pmcid"):
            self.found.setdefault(hit.scheme, hit.value)
        elif hit.scheme != "arxiv":
            other = {*self.found.get("other_ids", ()), f"{hit.scheme}:{hit.value}"}
            self.found["other_ids"] = tuple(sorted(other))

    def _doi(self) -> None:
        said = self.found.pop("doi", "")
        if not said:
            return
        value = identifiers.doi(said)
        if value is None:
            several = [f.value for f in identifiers.find(said) if f.scheme == "doi"]
            if not several:
                self.custom["doi"] = said
                self._say("identifier-unread", "warning", f"{said!r} is no DOI", "doi")
                return
            value = several[0]
            if len(several) > 1:
                more = {*self.found.get("other_ids", ()), *(f"doi:{d}" for d in several[1:])}
                self.found["other_ids"] = tuple(sorted(more))
                self._say(
                    "identifier-several",
                    "warning",
                    f"{len(several)} DOIs in one field; the first was taken",
                    "doi",
                    "correct it where it was entered",
                )
        if arxiv := identifiers.arxiv_of_doi(value):
            value = identifiers.arxiv_doi(arxiv)
        self.found["doi"] = value


def _isbn(said: str) -> str:
    found = [re.sub("[ -]", "", isbn).upper() for isbn in _ISBN.findall(said)]
    return " ".join(dict.fromkeys(isbn for isbn in found if len(isbn) in (10, 13))) or said


_READERS: Mapping[str, Callable[[str], str]] = {
    "isbn": _isbn,
    **dict.fromkeys(_ADDRESSES, identifiers.trim_url),
}


def _tidy(name: Name, markup: Any) -> Name:
    """A name whose parts the page kept apart, its text cleaned."""
    plain = text.plain_line
    return Name(
        family=name.family and plain(name.family, markup),
        given=name.given and plain(name.given, markup),
        particle=name.particle and plain(name.particle, markup),
        suffix=name.suffix and plain(name.suffix, markup),
        literal=name.literal and plain(name.literal, markup),
        orcid=name.orcid and text.line(name.orcid).rpartition("/")[2],
    )


def _canonical(name: Name) -> Name:
    """One shape for one name: a single name is a literal, ``d'`` and ``Le`` stay with the family.

    BibTeX knows a "von" part by its lower-case first letter, and takes ``d'Alembert`` for one
    word (btxhak, 4).
    """
    if name.literal:
        return Name(literal=name.literal, orcid=name.orcid)
    family, particle = name.family, name.particle
    if not family:
        rest = " ".join(p for p in (particle, name.given, name.suffix) if p)
        return Name(literal=rest, orcid=name.orcid if rest else "")
    # "van der Berg" as a whole, as registries have it.
    if " " in family:
        more, family = names.particle_of(family)
        particle = f"{particle} {more}".strip()
    if particle:
        if _SEPARATING.search(particle):
            return Name(literal=str(name), orcid=name.orcid)
        if particle.endswith(("'", "’")):
            family, particle = f"{particle}{family}", ""
        elif names.PARTICLE.fullmatch(particle) is None:
            family, particle = f"{particle} {family}", ""
    if not (name.given or name.suffix or particle):
        return Name(literal=family, orcid=name.orcid)
    if family == name.family and particle == name.particle:
        return name
    return Name(
        family=family, given=name.given, particle=particle, suffix=name.suffix, orcid=name.orcid
    )
