"""``zotero:`` as an input: a collection is a source like any other.

``zotero:Reading/Program synthesis`` (one's own library), ``zotero:group:123/Reading``,
``zotero:group:123``, ``zotero:`` (everything); ``zotero:local/Reading`` asks the Zotero that runs
here, and needs no key. Citation keys are Zotero's own, so that a collection gives the same keys
each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import ClassVar

from paperexport_zotero import folders, mapping
from paperexport_zotero._core import Diagnostic, Entry, Origin, Scheme, Settings, SourceError
from paperexport_zotero.items import NOT_PAPERS, Folder


class Zotero(Scheme, frozen=True, kw_only=True):
    """A collection of a Zotero library, or all of it; what is in the trash is left out."""

    name: ClassVar[str] = "zotero"
    summary: ClassVar[str] = (
        "a Zotero collection: zotero:PATH, zotero:group:123/PATH, zotero:local/PATH"
    )

    def read(self, rest: str, settings: Settings) -> Iterator[Entry | Diagnostic]:
        """Yield the items of a collection as entries, in the order in which they were added.

        Args:
            rest: the collection's path, after ``group:123/`` where it is a group's and
                ``local/`` where the Zotero that runs here is meant.
            settings: with the services ``zotero`` and, for a running Zotero, ``zotero_local``.

        Raises:
            SourceError: there is no such collection.
            PaperExportError: as of :mod:`paperexport_zotero.access`.
        """
        from paperexport_zotero import access
        from paperexport_zotero.library import members, pull
        from paperexport_zotero.run import place, state

        local, said, path = _split(rest)
        with (
            access.opened(place(settings, os.environ, local=local)) as server,
            state(settings, service := access.library(server, said)) as memory,
        ):
            pull(service, memory)
            wanted: set[str] | None = None
            if path.strip("/"):
                key = folders.find(memory.folders(), path)
                if not key:
                    raise SourceError(
                        f"zotero:{rest}: there is no collection {path!r}",
                        hint=_hint(memory.folders(), rest.removesuffix(path), path),
                    )
                wanted = members(service, key)
            found = [
                item
                for item in memory.items()
                if not item.trashed and item.data.get("itemType") not in NOT_PAPERS
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
        # Not by version: that changes with each edit, and keys that are told apart would move.
        for item in sorted(found, key=lambda i: (str(i.data.get("dateAdded")), i.key)):
            yield mapping.to_entry(item.data, locator=mapping.address(service.path, item.key))


def _split(rest: str) -> tuple[bool, str, str]:
    """``local/group:123/Reading`` → whether it is local, the library, the collection's path."""
    first, _, behind = rest.partition("/")
    if local := first == "local":
        rest = behind
    if rest == "user" or rest.startswith(("group:", "user:", "user/")):
        library, _, path = rest.partition("/")
        return local, library, path
    return local, "", rest


def _hint(known: Mapping[str, Folder], library: str, path: str) -> str:
    """The collection that may be meant."""
    from difflib import get_close_matches

    paths = {folders.path_of(known, f.key).casefold(): f.key for _, f in folders.tree(known)}
    near = get_close_matches(path.casefold(), paths, 1)
    if near:
        # As it is typed: a slash in a name has its backslash.
        return f"did you mean zotero:{library}{folders.path_of(known, paths[near[0]])}?"
    return "`paperexport zotero collections` lists them"
