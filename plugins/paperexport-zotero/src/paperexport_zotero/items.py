"""What is there, and what we wrote: the values that planning compares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol

import msgspec
from msgspec import Struct

from paperexport_zotero._core import Record

Json = dict[str, Any]
NOT_FIELDS = frozenset(
    "key version itemType creators tags collections relations dateAdded dateModified deleted "
    "inPublications parentItem".split()
)
"""What an item's JSON holds beside its fields."""
NOT_PAPERS = frozenset(("note", "attachment", "annotation"))
"""Item types that are no paper, but hang on one or lie beside them."""
Whose = Literal["ours", "theirs", "taken"]
"""Who put an item into a collection, or a tag on it; we did, and somebody took it out again."""


class Stored(Struct, frozen=True):
    """An item as the library has it.

    Attributes:
        key: its key.
        version: the library's version at its last change.
        data: its JSON; ``collections`` holds only those that exist.
    """

    key: str
    version: int
    data: Json

    @property
    def trashed(self) -> bool:
        """Whether somebody put it into the trash."""
        return bool(self.data.get("deleted"))

    @property
    def collections(self) -> tuple[str, ...]:
        """The keys of the collections that it is in."""
        return tuple(self.data.get("collections") or ())

    @property
    def tags(self) -> dict[str, int]:
        """Tag → its type; 1 is automatic."""
        return {str(t["tag"]): int(t.get("type") or 0) for t in self.data.get("tags") or ()}


class Folder(Struct, frozen=True):
    """A collection as the library has it; ``parent`` is empty at the top."""

    key: str
    version: int
    name: str
    parent: str = ""
    deleted: bool = False


class Link(Struct, kw_only=True):
    """What we remember of an item that we made or found for a paper.

    Attributes:
        key: the item's.
        title: of the paper, for messages.
        names: all that the paper is known by.
        created: whether we made it; else it was there.
        rank: how far whoever told us what we wrote is believed; 0 is best.
        sent: field → the value that we last sent.
        stored: field → what the server made of it. A later difference is a person's edit.
        theirs: the fields that were filled and not by us: they stay as they are left.
        past: field → the values that we sent before, as digests: we do not go back to them.
        tags: tag → who put it there, of those that we were asked for.
        collections: collection → who put the item there, of those that we were asked for.
        conflicts: field → what we would write and what is there, where both have changed.
        attached: the key of the attachment that we made, or empty.
    """

    key: str
    title: str = ""
    names: tuple[str, ...] = ()
    created: bool = False
    rank: int = 9
    sent: Json = {}
    stored: Json = {}
    theirs: list[str] = []
    past: dict[str, list[str]] = {}
    tags: dict[str, Whose] = {}
    collections: dict[str, Whose] = {}
    conflicts: dict[str, Json] = {}
    attached: str = ""

    def note(self, data: Mapping[str, Any]) -> bool:
        """Remember what somebody else has filled, or taken out; whether that is news.

        Emptied again, such a field looks like one that never was, and we would fill it. Filed
        again, an item looks as if we had filed it, and a mirror would take it out.
        """
        known = {*self.sent, *self.theirs}
        found = [
            name
            for name, value in data.items()
            if value and name not in known and (name == "creators" or name not in NOT_FIELDS)
        ]
        self.theirs += found
        held = data.get("collections") or ()
        taken = [c for c, whose in self.collections.items() if whose == "ours" and c not in held]
        self.collections |= dict.fromkeys(taken, "taken")
        return bool(found or taken)

    def copy(self) -> Link:
        """Another one of the same content, safe to change."""
        return msgspec.convert(msgspec.to_builtins(self), Link)


class Wanted(Struct, frozen=True, kw_only=True):
    """A paper that is to be in the library.

    Attributes:
        record: the paper; one that was read from an item of the library, as its origins tell, is
            that item.
        key: its citation key.
        collections: the paths of the collections that it is to be in.
        tags: tags that the user asked for, beside the record's own keywords.
    """

    record: Record
    key: str = ""
    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class View(Protocol):
    """What planning may ask of the library and of our memory; it changes neither."""

    def item(self, key: str) -> Stored | None:
        """An item, trashed ones too."""

    def known(self, names: Iterable[str]) -> list[str]:
        """The keys of the items that are known by one of these names."""

    def link(self, key: str) -> Link | None:
        """What we remember of an item."""

    def links(self) -> Iterable[Link]:
        """All that we remember."""

    def linked(self, names: Iterable[str]) -> list[Link]:
        """What we remember of a paper, by one of its names."""

    def replaced(self, key: str) -> str:
        """The item that an item was merged into, or an empty string."""

    def erased(self, key: str) -> bool:
        """Whether an object of that key was erased for good."""

    def folders(self) -> Mapping[str, Folder]:
        """All collections, trashed ones too."""

    def target(self, path: str) -> str:
        """The collection that a path meant when it was last used, or an empty string."""
