"""The whole plugin interface: five hooks, and the four classes whose instances they return.

A plugin is any module with functions of these names, marked with :data:`hookimpl`, and an entry
point in the group ``paperexport`` that names it. Built-in sources, resolvers, exporters and
commands register through the same hooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, ClassVar

import pluggy
from msgspec import Struct

from paperexport.diagnostics import Diagnostic
from paperexport.entry import Entry
from paperexport.record import COMPARED, Record, Trust

if TYPE_CHECKING:
    import click
    import httpx

    from paperexport.settings import Settings

PROJECT = "paperexport"
"""The entry point group, and the project name of the hooks."""

HEAD = 1 << 20
"""How many bytes of an input :meth:`Source.recognises` is shown at most."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Source(Struct, frozen=True, kw_only=True):
    """A parser for one kind of page or file: bytes → entries, no network, no normalizing.

    Class attributes:
        name: how ``--from`` names it.
        summary: one line for ``paperexport sources``.
        trust: how far what it says is believed.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    trust: ClassVar[Trust] = "listing"

    def recognises(self, head: bytes, locator: str) -> bool:
        """Whether an input is of this kind, told by content first and by its name at most second.

        Args:
            head: the first :data:`HEAD` bytes of the input, or all of it when it is shorter.
            locator: the path or URL that it came from; ``-`` for standard input.
        """
        raise NotImplementedError

    def read(self, stream: BinaryIO, locator: str) -> Iterator[Entry | Diagnostic]:
        """Yield each paper as printed, and a diagnostic for what could not be placed.

        Args:
            stream: the whole input, from its first byte.
            locator: for the origin of what is yielded.

        Raises:
            SourceError: the input cannot be read at all.
        """
        raise NotImplementedError


class Frame(Struct, frozen=True):
    """What stands around the encoded records of a file: ``head + separator.join(…) + tail``.

    An empty file is ``head + tail``.
    """

    head: str = ""
    separator: str = ""
    tail: str = ""


class Exporter(Struct, frozen=True, kw_only=True):
    """A format: record → text. The fields of a subclass are its options (``-O name=value``).

    Class attributes:
        name: how ``-t`` names it.
        summary: one line for ``paperexport formats``.
        suffix: the file name suffix with its dot; ``-o refs.bib`` finds a format by it.
        media_type: IANA's, or the customary one.
        frame: what stands around the records.
        omits: field of :class:`~paperexport.Record` → why this format cannot say it. Every other
            field shows in the text: a contract test holds both halves. ``author.orcid`` is a part
            of a field that otherwise shows.
    """

    name: ClassVar[str]
    summary: ClassVar[str] = ""
    suffix: ClassVar[str]
    media_type: ClassVar[str] = "text/plain"
    frame: ClassVar[Frame] = Frame()
    omits: ClassVar[Mapping[str, str]] = {}

    def encode(self, key: str, record: Record) -> str:
        """One record as text, for any record whatever: total and pure.

        Args:
            key: its citation key: ASCII, safe for BibTeX, biber and LaTeX.
            record: the paper.
        """
        raise NotImplementedError(f"{type(self).__name__} has no encode(key, record)")


def all_but(*said: str, why: str) -> Mapping[str, str]:
    """``omits`` of a format that says only a few fields.

    Args:
        said: the fields that it says.
        why: the reason that holds for all the others.

    Raises:
        ValueError: a record has no such field.
    """
    if unknown := set(said) - set(COMPARED):
        raise ValueError(f"a record has no field {', '.join(sorted(unknown))}")
    return {field: why for field in COMPARED if field not in said}


class Query(Struct, frozen=True, kw_only=True):
    """What is known of a paper that a resolver is to find by its title."""

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    abstract: str = ""


class Resolver(Struct, frozen=True, kw_only=True):
    """A service that knows papers: identifier or title → entries, over a client that it is handed.

    Class attributes:
        name: how ``--services`` and the settings name it.
        summary: one line for ``paperexport plugins``.
        trust: how far what it says is believed.
        schemes: the identifier schemes that :meth:`by_identifier` takes (``arxiv``, ``doi``).
    """

    name: ClassVar[str]
    summary: ClassVar[str] = ""
    trust: ClassVar[Trust] = "index"
    schemes: ClassVar[tuple[str, ...]] = ()

    def by_identifier(
        self, client: httpx.Client, identifiers: Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        """Yield ``(identifier, entry)`` for each ``scheme:value`` that the service knows.

        Raises:
            RemoteError: the service could not be asked; what was yielded before stands.
        """
        raise NotImplementedError

    def by_title(
        self, client: httpx.Client, queries: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        """Yield ``(query, candidate)`` pairs, any number for a query, unjudged.

        Raises:
            RemoteError: the service could not be asked; what was yielded before stands.
        """
        raise NotImplementedError


class Scheme(Struct, frozen=True, kw_only=True):
    """A kind of name that may stand for a file: ``zotero:Reading/Synthesis``.

    Class attributes:
        name: what stands before the colon; two letters at least, for drives have one.
        summary: one line for ``paperexport sources``.
    """

    name: ClassVar[str]
    summary: ClassVar[str] = ""

    def read(self, rest: str, settings: Settings) -> Iterator[Entry | Diagnostic]:
        """Yield the papers of a place, and a diagnostic for what could not be read.

        Args:
            rest: what stands behind the colon.
            settings: of this run.

        Raises:
            PaperExportError: there is no such place, or it cannot be read.
        """
        raise NotImplementedError


@hookspec
def paperexport_sources() -> Iterable[Source]:
    """The sources that a plugin adds."""
    raise NotImplementedError


@hookspec
def paperexport_resolvers() -> Iterable[Resolver]:
    """The resolvers that a plugin adds."""
    raise NotImplementedError


@hookspec
def paperexport_exporters() -> Iterable[Exporter]:
    """The exporters that a plugin adds, with their options at their defaults."""
    raise NotImplementedError


@hookspec
def paperexport_schemes() -> Iterable[Scheme]:
    """The names for inputs that a plugin adds."""
    raise NotImplementedError


@hookspec
def paperexport_commands() -> Iterable[click.Command]:
    """The commands that a plugin adds to ``paperexport``."""
    raise NotImplementedError
