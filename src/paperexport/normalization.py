"""What a page said becomes what is known: Entry → Record.

A pure function, and idempotent: normalizing a record again (:func:`entry_of`) changes nothing.
Nothing is guessed. What cannot be read stays in :attr:`Record.custom` as it was printed, and a
diagnostic says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import replace

from paperexport import dates, identifiers, names, text
from paperexport._regex import late
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

_DASHES = late(r"\s*[-‐‑‒–—―−]+\s*")
_SEPARATORS = late(r"\s*[;,]\s+|\s*;\s*|\s*·\s*")
_ISBN = late(r"\d[\d -]{8,16}[\dXx]")
_BARE_ISBN = late(r"\d{9}[\dXx]|\d{13}")
_ISSN = late(r"(?<![\d-])\d{4}-\d{3}[\dX](?![\w-])")
_WOS = late(r"<Go to (?:ISI|WoS)>://(?:(?:WOS|ISI):)?([A-Z0-9]{15})", re.IGNORECASE)
"""EndNote's address of a record in the Web of Science, which leads nowhere."""
_NOT_IN_URI = late(r'[ "<>\\^`{|}]')
_AMP = late(r"&(?:amp|#38|#x26);", re.IGNORECASE)
_PMID = late(r"PMID\s*:?\s*(?=\d+\Z)", re.IGNORECASE)
_KNOWN_BY = ("title", "doi", "pmid", "pmcid", "other_ids")
_ADDRESSES_APART = late(r"(?<=[^\s;,])[;,]? (?=(?:https?|ftp)://)")
_ADDRESSES = frozenset(("url", "pdf_url", "code_url"))
_VERBATIM = frozenset(("doi", "isbn", "issn", "pmid", "pmcid", "type", *_ADDRESSES))
_NUMBER = late(r"0\d{3}")
_SEPARATING = late(r"(?:^|\s)(?:and|others)(?:\s|$)|,", re.IGNORECASE)
_WITHDRAWN = late(
    r"(?:this|the)\s+(?:paper|article|submission|manuscript|preprint|work)\s+(?:has\s+been|was|is)\s+"
    r"(?:being\s+)?withdrawn\b",
    re.IGNORECASE,
)


class _Work:
    """One entry on its way."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.fields: Mapping[str, Any] = entry.fields
        # How a line and a block of the entry are cleaned.
        self.line: Callable[[str], str] = text.line
        self.block: Callable[[str], str] = text.block
        if entry.tidy:
            self.line = self.block = str
        elif entry.markup:
            self.line = partial(text.plain_line, markup=entry.markup)
            self.block = partial(text.plain_block, markup=entry.markup)
        self.found: dict[str, Any] = {}
        self.custom: dict[str, str | tuple[str, ...]] = {}
        self.incomplete: set[str] = set()
        self.diagnostics: list[Diagnostic] = []

    def done(self) -> Normalized:
        for name, value in self.fields.items():
            if value or value == 0:
                _TAKERS.get(name, _Work._extra)(self, name, value)
        self._identity()
        found = self.found
        if "type" not in found:
            # Nothing says what it is; CSL's "document" says just that.
            found["type"] = "article" if found.get("eprint") is not None else "document"
        if found["type"] == "article" and found.get("genre", "").lower() == "preprint":
            del found["genre"]  # the type says so
        if "code_url" not in found:
            for said in (found.get("abstract", ""), self.custom.get("comment", "")):
                if isinstance(said, str) and (code := identifiers.code_url(said)):
                    found["code_url"] = code
                    break
        eprint = found.get("eprint")
        if eprint is not None and "status" not in found:
            head = found.get("abstract", "")[:200]
            if _WITHDRAWN.match(head) or _WITHDRAWN.match(str(self.custom.get("comment", ""))):
                found["status"] = "withdrawn"
        if incomplete := sorted(f for f in self.incomplete if f in NAME_FIELDS):
            found["incomplete"] = tuple(incomplete)
        if self.custom:
            found["custom"] = self.custom
        if eprint is None and not any(map(found.get, _KNOWN_BY)):
            self._say("title-missing", "warning", "the entry has no title", "title")
        origins = dict.fromkeys(found, self.entry.origin)
        if "type" not in self.fields:
            del origins["type"]
        if isinstance(given := self.fields.get("origins"), Mapping):
            origins |= {name: origin for name, origin in given.items() if name in origins}
        found["origins"] = origins
        return Normalized(
            record=Record(**found),
            key=self._helper("citation_key"),
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

    def _eprint_said(self, _: str, value: Value) -> None:
        if isinstance(value, Eprint):
            self._eprint(value)
        else:
            self._extra("eprint_id", value)

    def _customs(self, name: str, value: Value) -> None:
        # A field of that name in somebody's file is one like any other.
        for key, said in value.items() if isinstance(value, Mapping) else ((name, value),):
            self._extra(key, said)

    def _incomplete(self, _: str, value: Value) -> None:
        listed = (value,) if isinstance(value, str) else cast("tuple[str, ...]", value)
        self.incomplete.update(listed)

    def _others(self, _name: str, _value: Value) -> None:
        self.incomplete.add("author")

    def _later(self, _name: str, _value: Value) -> None:
        """Read by :meth:`_identity` or :meth:`done`."""

    def _origins(self, name: str, value: Value) -> None:
        if not isinstance(value, Mapping):  # as above; of a record, read by done()
            self._extra(name, value)

    def _tuple(self, name: str, value: Value) -> None:
        self._keep(name, self._words(value, split=name == "keywords"))

    def _keep(self, name: str, value: object) -> None:
        if value not in (None, "", ()):
            self.found[name] = value

    def _extra(self, name: str, value: object) -> None:
        said: str | tuple[str, ...]
        if isinstance(value, tuple | list):
            said = tuple(v for v in (self.line(str(v)) for v in value) if v)
        else:
            said = self.block(str(value))
        key = text.line(name)
        if said and key:
            self.custom[key] = said

    def _line(self, name: str, value: Value) -> None:
        said = value if isinstance(value, str) else _joined(value)
        if said := said if self.entry.tidy else self.line(said):
            self.found[name] = said

    def _block(self, name: str, value: Value) -> None:
        self._keep(name, self.block(value if isinstance(value, str) else _joined(value)))

    def _page(self, name: str, value: Value) -> None:
        self._line(name, value)
        said = self.found.get(name, "")
        if "-" in said or not said.isascii():
            first, _, last = said.partition("-")
            if not (first.isalnum() and last.isalnum()):  # as most are
                said = _DASHES.sub("-", said)
                first, _, last = said.partition("-")
            self.found[name] = first if first == last else said

    def _verbatim(self, name: str, value: Value) -> None:
        """What may hold signs that markup would swallow."""
        said = value if isinstance(value, str) else _joined(value)
        said = said if self.entry.tidy else text.line(said)
        if name == "url" and " " in said and len(several := _ADDRESSES_APART.split(said)) > 1:
            said, self.custom["url"] = several[0], tuple(several[1:])
            self._say(
                "identifier-several",
                "warning",
                f"{len(several)} addresses in one field; the first was taken",
                "url",
                "correct it where it was entered",
            )
        reader = _READERS.get(name)
        if said := reader(said) if reader else said:
            self.found[name] = said

    def _words(self, value: Value, *, split: bool) -> tuple[str, ...]:
        if isinstance(value, str):
            # White space first: runs of it would be tried at each of their places.
            value = tuple(_SEPARATORS.split(text.line(value))) if split else tuple(value.split())
        words = (self.line(str(v)) for v in cast("tuple[str, ...]", value))
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
                    name = one if self.entry.tidy else _tidy(one, markup)
                    if not name.given and names.is_others(str(name)):
                        self.incomplete.add(field)
                    else:
                        people.append(name)
                    continue
                said = self.line(one)
                if names.is_others(said):
                    self.incomplete.add(field)
                elif said:
                    people.append(names.parse(said))
        self._keep(field, tuple([n for n in map(_canonical, people) if n.family or n.literal]))

    def _date(self, field: str, value: Value) -> None:
        if isinstance(value, PartialDate):
            self.found[field] = value
            return
        said = self.line(str(value))
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
        if (pmid := found.get("pmid", "")) and not pmid.isdigit():
            self.custom["pmid"] = found.pop("pmid")
            self._say("identifier-unread", "warning", f"{pmid!r} is no PubMed id", "pmid")
        primary = self._helper("primary_class")
        said = self._helper("arxiv")
        spelt = identifiers.arxiv(said) if said else None
        if said and spelt is None:
            self.custom["arxiv"] = said
            self._say("identifier-unread", "warning", f"{said!r} is no arXiv id", "eprint")
        eprint: Eprint | None = found.get("eprint")
        if eprint is None:
            doi = found.get("doi", "")
            arxiv_doi = doi if doi.startswith(identifiers.ARXIV_DOI) else ""
            for spelling in (said, arxiv_doi, found.get("url", "")):
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
        if url[:1] == "<" and (wos := _WOS.fullmatch(url)):
            del found["url"]
            url = ""
            self._found(identifiers.Found(scheme="wos", value=wos[1].upper()))
        if url and "doi" not in found and eprint is None and (hit := identifiers.of_url(url)):
            self._found(hit)
        if eprint is not None and eprint.archive == "arxiv":
            if "doi" not in found and found.get("type", "article") == "article":
                # A publication's DOI is the publisher's, or it has none.
                found["doi"] = identifiers.arxiv_doi(eprint.id)
            if not url:
                found["url"] = f"https://arxiv.org/abs/{eprint.id}"

    def _helper(self, name: str) -> str:
        said = self.fields.get(name)
        return text.line(str(said)) if said else ""

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


_TAKERS: Mapping[str, Callable[[_Work, str, Any], None]] = {
    **dict.fromkeys(FIELDS, _Work._line),
    **dict.fromkeys(NAME_FIELDS, _Work._people),
    **dict.fromkeys(DATE_FIELDS, _Work._date),
    **dict.fromkeys(_VERBATIM, _Work._verbatim),
    **dict.fromkeys(("abstract", "note"), _Work._block),
    **dict.fromkeys(("keywords", "other_ids"), _Work._tuple),
    **dict.fromkeys(("arxiv", "primary_class", "citation_key"), _Work._later),
    "origins": _Work._origins,
    "page": _Work._page,
    "custom": _Work._customs,
    "incomplete": _Work._incomplete,
    "others": _Work._others,
    "eprint": _Work._eprint_said,
}


def _joined(value: Value) -> str:
    """One text; of several, all of them."""
    return " ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def _isbn(said: str) -> str:
    words = said.split()
    if all(map(_BARE_ISBN.fullmatch, words)):  # a space may stand inside of one, or between two
        return " ".join(dict.fromkeys(words)).upper()
    found = [re.sub("[ -]", "", isbn).upper() for isbn in _ISBN.findall(said)]
    return " ".join(dict.fromkeys(isbn for isbn in found if len(isbn) in (10, 13))) or said


def _issn(said: str) -> str:
    """All of them; ``0302-9743 (print)`` without what is said beside."""
    return " ".join(dict.fromkeys(_ISSN.findall(said.upper()))) or said


def _pmid(said: str) -> str:
    return _PMID.sub("", said)


def _address(said: str) -> str:
    """Without the end of its sentence, and as a browser sends it.

    What a URI cannot hold is encoded (RFC 3986, 2), and ``&amp;`` is what a page has for ``&``.
    """
    if "&" in said:
        said = _AMP.sub("&", said)
    url = identifiers.trim_url(said)
    if _NOT_IN_URI.search(url) and "://" in url and url[0] != "<":
        url = _NOT_IN_URI.sub(lambda sign: f"%{ord(sign[0]):02X}", url)
    return url


_READERS: Mapping[str, Callable[[str], str]] = {
    "isbn": _isbn,
    "issn": _issn,
    "pmid": _pmid,
    **dict.fromkeys(_ADDRESSES, _address),
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
    family, particle = name.family, name.particle
    if family and name.given and not (particle or name.literal or " " in family):
        if family[0] != "0" or _NUMBER.fullmatch(family) is None:
            return name
        # DBLP's "Wei Wang 0003", inverted by a program.
        return _canonical(names.parse(name.given))
    if name.literal:
        return Name(literal=name.literal, orcid=name.orcid)
    if not family:
        rest = " ".join(p for p in (particle, name.given, name.suffix) if p)
        return Name(literal=rest, orcid=name.orcid if rest else "")
    if "," in family and not name.suffix:  # "{Klee, Jr.}" in a .bib file
        rest, _, last = family.rpartition(",")
        if last.strip() in names.SUFFIXES and rest.strip():
            return _canonical(replace(name, family=rest.strip(), suffix=last.strip()))
    # "van der Berg" as a whole, as registries have it.
    if " " in family:
        family = names.HOMONYM.sub("", family)
        more, family = names.particle_of(family)
        particle = f"{particle} {more}".strip()
    if particle:
        if _SEPARATING.search(particle):
            return Name(literal=str(name), orcid=name.orcid)
        if particle.endswith(("'", "’")):
            particle, _, last = particle.rpartition(" ")
            family = f"{last}{family}"
        if particle and names.PARTICLE.fullmatch(particle) is None:
            family, particle = f"{particle} {family}", ""
    if not (name.given or name.suffix or particle):
        return Name(literal=family, orcid=name.orcid)
    if family == name.family and particle == name.particle:
        return name
    return Name(
        family=family, given=name.given, particle=particle, suffix=name.suffix, orcid=name.orcid
    )
