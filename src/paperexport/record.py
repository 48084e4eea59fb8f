"""What is known of a paper: the second of the two values that travel the line.

A :class:`Record` speaks CSL 1.0.2 (docs.citationstyles.org/en/stable/specification.html), with
``_`` for ``-``, and is a superset of it: :class:`Eprint`, the two parts of a ``particle`` and the
identifiers that CSL keeps elsewhere have fields of their own. Its text is plain Unicode (NFC);
inline maths stays as ``$…$``; no other markup is left. Empty is ``""``, ``()``, ``{}`` or None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

import msgspec
from msgspec import Struct

Trust = Literal["person", "publisher", "registry", "preprint-server", "index", "listing"]
"""How far an origin is believed, best first; merging picks field by field in this order."""

TRUST: tuple[Trust, ...] = (
    "person",
    "publisher",
    "registry",
    "preprint-server",
    "index",
    "listing",
)


class Origin(Struct, frozen=True, kw_only=True, gc=False):
    """Where something was found.

    Attributes:
        source: the name of the source or service that said it (``daily-papers-text``, ``arxiv``).
        locator: the path or URL of the page; ``-`` for standard input.
        line: the 1-based line in it, or 0 where lines mean nothing.
        retrieved: when it was fetched, ISO 8601, or empty for a file of unknown age.
        trust: how far it is believed.
    """

    source: str = ""
    locator: str = ""
    line: int = 0
    retrieved: str = ""
    trust: Trust = "listing"

    def __str__(self) -> str:
        where = self.locator or self.source
        return f"{where}:{self.line}" if self.line else where


class Name(Struct, frozen=True, kw_only=True, gc=False):
    """A person, or a team that is cited as one (CSL 1.0.2, "Name Parts").

    Attributes:
        family: the family name, without its particle.
        given: given names or initials, in the order printed.
        particle: ``van der``, ``de`` … in front of the family name, as printed.
        suffix: ``Jr.``, ``III`` …
        literal: a team, a collaboration or a single name that is not split; then the parts are
            empty.
        orcid: the bare 16-digit ORCID iD with its hyphens, or empty.
    """

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""
    orcid: str = ""

    def __str__(self) -> str:
        """The name as a reader would say it: ``Ludwig van Beethoven Jr.``."""
        if self.literal:
            return self.literal
        return " ".join(p for p in (self.given, self.particle, self.family, self.suffix) if p)


class PartialDate(Struct, frozen=True, kw_only=True, gc=False):
    """A date of which only the year need be known; never filled in.

    Attributes:
        year: the year; negative before 1 BCE as in ISO 8601-1.
        month: 1 to 12, or None.
        day: 1 to 31, or None; only with a month.
        end: the last day of a range (EDTF level 0 interval), or None.
    """

    year: int
    month: int | None = None
    day: int | None = None
    end: PartialDate | None = None

    def __str__(self) -> str:
        """ISO 8601 / EDTF level 0: ``2024``, ``2024-05``, ``2024-05-07``, ``2024/2025``."""
        sign = "-" if self.year < 0 else ""
        text = f"{sign}{abs(self.year):04d}"
        if self.month is not None:
            text += f"-{self.month:02d}"
            if self.day is not None:
                text += f"-{self.day:02d}"
        return f"{text}/{self.end}" if self.end is not None else text


class Eprint(Struct, frozen=True, kw_only=True, gc=False):
    """A paper's place in a preprint archive.

    Attributes:
        archive: the archive in lower case, as BibLaTeX's ``eprinttype`` has it: ``arxiv``.
        id: the identifier without version or prefix: ``2401.09042``, ``hep-th/9901001``.
        version: the version that was asked for or read, or None where none was named.
        primary_class: ``cs.LG``; empty where unknown.
    """

    archive: str
    id: str
    version: int | None = None
    primary_class: str = ""


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, eq=False):
    """A paper in citation terms. Frozen: a better one succeeds it (:meth:`replace`).

    Two records are equal when all their fields but ``origins`` are.

    Attributes:
        type: a CSL 1.0.2 item type; ``article`` is CSL's preprint.
        title: plain text, or empty where only an identifier is known so far.
        title_short: the publisher's own short form.
        author, editor, translator, collection_editor: names in printed order.
        incomplete: the names of those lists among the four above that are known to lack people
            ("et al.", "and others", "…"), sorted.
        issued: when this version was first issued; never the day on which a page listed it.
        accessed: when the page was read, where that matters.
        event_date: when the conference was held.
        original_date: of the work that this one reprints or translates.
        container_title, container_title_short, collection_title, collection_number: journal,
            proceedings or book, its abbreviation, the series and the number in it.
        event_title, event_place: the conference.
        publisher, publisher_place, edition, volume, issue, page, number, number_of_pages,
        chapter_number: as printed; ``page`` is ``12-34`` with a hyphen, or an article number.
        doi: bare and as registered (``10.48550/arXiv.2401.09042``), never a URL.
        eprint: the preprint that this is, or that goes with it.
        isbn, issn: all of them, one space between two.
        pmid, pmcid: PubMed's.
        other_ids: ``scheme:value``, sorted (``acl:2021.naacl-main.208``, ``openreview:…``).
        url: where a reader finds it.
        pdf_url: the file.
        code_url: its source code.
        abstract: paragraphs separated by one blank line.
        keywords: in printed order.
        language: BCP 47.
        license: an SPDX id or a URL.
        status: ``withdrawn``, ``in press`` …
        genre: ``PhD thesis``, ``Preprint`` …
        note: for people.
        custom: what the listing said beside the citation (upvotes, organisation, the day of the
            listing as ``listed``), under the listing's own names in snake_case.
        origins: field → who said it. Not compared.
    """

    type: str = "article"
    title: str = ""
    title_short: str = ""
    author: tuple[Name, ...] = ()
    editor: tuple[Name, ...] = ()
    translator: tuple[Name, ...] = ()
    collection_editor: tuple[Name, ...] = ()
    incomplete: tuple[str, ...] = ()
    issued: PartialDate | None = None
    accessed: PartialDate | None = None
    event_date: PartialDate | None = None
    original_date: PartialDate | None = None
    container_title: str = ""
    container_title_short: str = ""
    collection_title: str = ""
    collection_number: str = ""
    event_title: str = ""
    event_place: str = ""
    publisher: str = ""
    publisher_place: str = ""
    edition: str = ""
    volume: str = ""
    issue: str = ""
    page: str = ""
    number: str = ""
    number_of_pages: str = ""
    chapter_number: str = ""
    doi: str = ""
    eprint: Eprint | None = None
    isbn: str = ""
    issn: str = ""
    pmid: str = ""
    pmcid: str = ""
    other_ids: tuple[str, ...] = ()
    url: str = ""
    pdf_url: str = ""
    code_url: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    language: str = ""
    license: str = ""
    status: str = ""
    genre: str = ""
    note: str = ""
    custom: Mapping[str, str | tuple[str, ...]] = {}
    origins: Mapping[str, Origin] = {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return all(getattr(self, f) == getattr(other, f) for f in COMPARED)

    def __ne__(self, other: object) -> bool:
        return not self == other  # a Struct has its own, which compares all

    __hash__ = None  # type: ignore[assignment]  # it holds mappings

    def replace(self, **changes: Any) -> Self:
        """The record that succeeds this one, with some fields changed."""
        return msgspec.structs.replace(self, **changes)

    @property
    def missing(self) -> tuple[str, ...]:
        """What a citation needs and this record lacks: title, author, issued, identifier."""
        known = self.doi or self.eprint or self.isbn or self.pmid or self.other_ids
        if known and self.title and self.author and self.issued is not None:
            return ()
        lacks = {
            "title": not self.title,
            "author": not self.author,
            "issued": self.issued is None,
            "identifier": not known,
        }
        return tuple(name for name, absent in lacks.items() if absent)


FIELDS: tuple[str, ...] = Record.__struct_fields__
"""Every field of a record, in order."""

COMPARED: tuple[str, ...] = tuple(f for f in FIELDS if f != "origins")
"""The fields that make two records equal, and that a format must say or declare in ``omits``."""

NAME_FIELDS: tuple[str, ...] = ("author", "editor", "translator", "collection_editor")
"""The fields that hold names."""

DATE_FIELDS: tuple[str, ...] = ("issued", "accessed", "event_date", "original_date")
"""The fields that hold dates."""
