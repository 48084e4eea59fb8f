"""The local index as a resolver: asked first, and never over the network."""

# The hook hands every resolver a client; this one needs none.
# ruff: noqa: ARG002

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from paperexport.entry import Entry
from paperexport.hookspecs import Query, Resolver
from paperexport.index import Hit, Index
from paperexport.record import Origin, Trust
from paperexport.snapshots import to_entry_fields

if TYPE_CHECKING:
    import httpx


class Local(Resolver, frozen=True, kw_only=True):
    """The papers of the index that ``paperexport index build`` made.

    Attributes:
        path: the index; a relative path is taken from the folder that the run is in.
    """

    name = "index"
    summary = "the local index"
    trust: ClassVar[Trust] = "index"
    schemes = ("arxiv", "doi", "pmid", "dblp", "openreview", "acl")

    path: str

    def by_identifier(
        self, client: httpx.Client, identifiers: Sequence[str]
    ) -> Iterator[tuple[str, Entry]]:
        """Whatever of them the index holds."""
        with Index(Path(self.path)) as index:
            for identifier in identifiers:
                if hit := index.by_identifier(identifier):
                    yield identifier, self._entry(hit)

    def by_title(
        self, client: httpx.Client, queries: Sequence[Query]
    ) -> Iterator[tuple[Query, Entry]]:
        """The papers of exactly that title, or else those of the titles most like it."""
        with Index(Path(self.path)) as index:
            for query in queries:
                for hit in index.by_title(query.title) or index.like_title(query.title):
                    yield query, self._entry(hit)

    def _entry(self, hit: Hit) -> Entry:
        origin = Origin(source=self.name, locator=self.path, trust=self.trust)
        return Entry(fields=to_entry_fields(hit.fields), origin=origin, markup=("html", "tex"))
