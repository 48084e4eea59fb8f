"""A paperexport bibliography as a bibtexparser 2 library, and back.

The BibTeX is paperexport's own, read by bibtexparser; so whatever its middleware does, it does to
what paperexport would have written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, ClassVar

from bibtexparser.entrypoint import parse_string, write_string
from bibtexparser.library import Library
from bibtexparser.middlewares import SortFieldsAlphabeticallyMiddleware

from paperexport import (
    Bibliography,
    Exporter,
    Frame,
    Normalized,
    Record,
    Registry,
    UsageError,
    gather,
    hookimpl,
    read,
)

__all__ = ["BibtexparserExporter", "from_library", "paperexport_exporters", "to_library"]


def _bibtex() -> Exporter:
    return Registry(entry_points=False).exporter("bibtex")


class BibtexparserExporter(Exporter, frozen=True, kw_only=True):
    """BibTeX through bibtexparser 2 and a middleware stack.

    Attributes:
        middleware: ``module:name`` of a list of middleware, or of a function that gives one;
            empty for none.
        sort_fields: sort the fields of each entry by name.
    """

    name: ClassVar[str] = "bibtexparser"
    summary: ClassVar[str] = "BibTeX through bibtexparser 2 and your own middleware"
    suffix: ClassVar[str] = ".bib"
    media_type: ClassVar[str] = "application/x-bibtex"
    frame: ClassVar[Frame] = Frame("", "\n", "")
    omits: ClassVar[Mapping[str, str]] = _bibtex().omits

    middleware: str = ""
    sort_fields: bool = False

    def encode(self, key: str, record: Record) -> str:
        """One entry, as bibtexparser writes it."""
        stack = [*_named(self.middleware)]
        if self.sort_fields:
            stack.append(SortFieldsAlphabeticallyMiddleware())
        library = to_library({key: record}, middleware=stack)
        return write_string(library)


def _named(name: str) -> Iterable[Any]:
    """The middleware that ``module:name`` stands for.

    Raises:
        UsageError: there is no such thing.
    """
    if not name:
        return ()
    module, _, attribute = name.partition(":")
    try:
        found = getattr(import_module(module), attribute or "middleware")
    except (ImportError, AttributeError) as error:
        raise UsageError(
            f"middleware {name!r} cannot be imported: {error}", hint="give module:name"
        ) from error
    return list(found() if callable(found) else found)


def to_library(
    records: Mapping[str, Record] | Iterable[Record], *, middleware: Iterable[Any] = ()
) -> Library:
    """The entries of a bibliography as a bibtexparser library.

    Args:
        records: key → record, or records, which get keys.
        middleware: applied in order, behind bibtexparser's own that takes the delimiters off.
    """
    pairs = records if isinstance(records, Mapping) else Bibliography.of(records)
    exporter = _bibtex()
    text = "\n".join(exporter.encode(key, record) for key, record in pairs.items())
    return parse_string(text, append_middleware=list(middleware))


def from_library(library: Library) -> Bibliography:
    """The records of a bibtexparser library, under their keys.

    Args:
        library: its values without delimiters, as bibtexparser reads them.
    """
    text = write_string(library)
    found = read(text.encode(), source_name="bibtex", registry=Registry(entry_points=False))
    return gather(
        (one for one in found if isinstance(one, Normalized)), duplicates="keep"
    ).bibliography()


@hookimpl
def paperexport_exporters() -> list[Exporter]:
    """The one exporter of this plugin."""
    return [BibtexparserExporter()]
