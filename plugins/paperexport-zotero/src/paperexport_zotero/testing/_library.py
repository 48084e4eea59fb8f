"""What a library of the server holds, and its one counter."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

ALPHABET = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
"""Of object keys: no 0, no 1, no O."""
Json = dict[str, Any]


class Problem(Exception):  # noqa: N818 - an answer of the server, not a fault of ours
    """An answer that is an error, as the server words it.

    Args:
        code: the status.
        message: the text.
        data: what goes beside it in the report of a POST.
        bare: whether it is found so early that the answer names no API version.
    """

    def __init__(
        self, code: int, message: str, data: Json | None = None, *, bare: bool = False
    ) -> None:
        super().__init__(message)
        self.bare = bare
        self.code = code
        self.message = message
        self.data = data

    @property
    def report(self) -> Json:
        """As in ``failed`` of a report."""
        found: Json = {"code": self.code, "message": self.message}
        return found | ({"data": self.data} if self.data else {})


class Item(Struct):
    """An item as it is stored."""

    key: str
    version: int
    item_type: str
    fields: dict[str, str] = {}
    creators: list[dict[str, str]] = []
    tags: list[tuple[str, int]] = []
    collections: list[str] = []
    relations: dict[str, list[str]] = {}
    parent: str = ""
    deleted: bool = False
    published: bool = False
    note: str = ""
    attachment: dict[str, str] = {}
    added: str = ""
    modified: str = ""
    serial: int = 0
    author: int = 0


class Collection(Struct):
    """A collection as it is stored."""

    key: str
    version: int
    name: str
    parent: str = ""
    deleted: bool = False
    serial: int = 0


class Library:
    """One library.

    Args:
        kind: ``user`` or ``group``.
        number: its id.
        name: what it is called.
        seed: of the keys that the server makes.
    """

    def __init__(self, kind: str, number: int, name: str, seed: int = 0) -> None:
        self.kind = kind
        self.number = number
        self.name = name
        self.version = 0
        self.items: dict[str, Item] = {}
        self.collections: dict[str, Collection] = {}
        self.erased: list[tuple[str, str, int]] = []
        self.serial = 0
        self.random = random.Random(f"{seed}/{kind}/{number}")  # noqa: S311 - no secret

    @property
    def path(self) -> str:
        """``users/1`` or ``groups/2``."""
        return f"{self.kind}s/{self.number}"

    def saved(self) -> tuple[Any, ...]:
        """What :meth:`restore` takes; an object is replaced, and nothing fails once one was."""
        return (
            self.version,
            dict(self.items),
            dict(self.collections),
            list(self.erased),
            self.serial,
        )

    def restore(self, saved: tuple[Any, ...]) -> None:
        """Roll a transaction back."""
        self.version, self.items, self.collections, self.erased, self.serial = saved

    def new_key(self) -> str:
        """A key that no object has."""
        while True:
            key = "".join(self.random.choices(ALPHABET, k=8))
            if key not in self.items and key not in self.collections:
                return key

    def next_serial(self) -> int:
        """The order in which objects were made."""
        self.serial += 1
        return self.serial

    def children(self, key: str) -> list[Item]:
        """The items under an item."""
        return [item for item in self.items.values() if item.parent == key]

    def erase_item(self, key: str) -> None:
        """Erase an item and what is under it; both are told in ``/deleted``."""
        for child in self.children(key):
            self.erase_item(child.key)
        del self.items[key]
        self.erased.append(("items", key, self.version))

    def erase_collection(self, key: str) -> None:
        """Erase a collection; its subcollections go untold, and items keep their versions."""
        self.erased.append(("collections", key, self.version))
        doomed = [key]
        while doomed:
            gone = doomed.pop()
            self.collections.pop(gone, None)
            doomed += [c.key for c in self.collections.values() if c.parent == gone]
            for item in self.items.values():
                if gone in item.collections:
                    item.collections = [c for c in item.collections if c != gone]


def now() -> str:
    """The time as the server stores it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
