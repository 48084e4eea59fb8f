"""``zotero:`` as an input: a collection is a source like any other.

``zotero:Reading/Program synthesis`` (one's own library), ``zotero:group:123/Reading``,
``zotero:group:123``, ``zotero:`` (everything). Citation keys are Zotero's own, so that a
collection gives the same keys each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import ClassVar

from paperexport_zotero import folders, mapping
from paperexport_zotero._core import Diagnostic, Entry, Origin, Scheme, Settings, SourceError


class Zotero(Scheme, frozen=True, kw_only=True):
    """A collection of a Zotero library, or all of it; what is in the trash is left out."""

    name: ClassVar[str] = "zotero"
    summary: ClassVar[str] = "a Zotero collection: zotero:PATH, zotero:group:123/PATH, zotero:"

    def read(self, rest: str, settings: Settings) -> Iterator[Entry | Diagnostic]:
        """Yield the items of a collection as entries, in the order in which they were added.

        Args:
            rest: the collection's path, after ``group:123/`` where it is a group's.
            settings: with the services ``zotero`` and, for a running Zotero, ``zotero_local``.

        Raises:
            SourceError: there is no such collection.
            PaperExportError: as of :mod:`paperexport_zotero.access`.
        """
        from paperexport_zotero import access
        from paperexport_zotero.library import members, pull
        from paperexport_zotero.run import place, state

        said, path = _split(rest)
        with (
            access.opened(place(settings, os.environ)) as server,
            state(settings, service := access.library(server, said)) as memory,
        ):
            pull(service, memory)
            wanted: set[str] | None = None
            if path:
                key = folders.find(memory.folders(), path)
                if not key:
                    raise SourceError(
                        f"zotero:{rest}: there is no collection {path!r}",
                        hint="`paperexport zotero collections` lists them",
                    )
                wanted = members(service, key)
            found = [
                item
                for item in memory.items()
                if not item.trashed and "title" in item.data
                if wanted is None or item.key in wanted
            ]
        if not found:
            yield Diagnostic(
                code="nothing-found",
                severity="warning",
                message="no paper is there",
                origin=Origin(source="zotero", locator=f"zotero:{rest}"),
                hint="what lies in collections within it is not read",
            )
        for item in sorted(found, key=lambda i: (str(i.data.get("dateAdded")), i.version)):
            yield mapping.to_entry(item.data)


def _split(rest: str) -> tuple[str, str]:
    """``group:123/Reading`` → the library, and the collection's path."""
    if rest == "user" or rest.startswith(("group:", "user:", "user/")):
        library, _, path = rest.partition("/")
        return library, path.strip("/")
    return "", rest.strip("/")
