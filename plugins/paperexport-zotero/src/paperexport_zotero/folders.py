r"""Collections by path: ``Reading/Program synthesis``; in a name, ``\/`` is a slash.

A backslash before a slash or another backslash is doubled. Names are compared as NFC: a path that
was typed on one system and a name that was typed on another may be composed otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from msgspec import Struct

from paperexport_zotero import identity, mapping
from paperexport_zotero._core import SyncError, UsageError
from paperexport_zotero.items import Folder, View

NAME_CHARACTERS = 255
_PIECES = re.compile(r"\\[\\/]|.", re.DOTALL)


class NewFolder(Struct, frozen=True):
    """A collection that is to be made, under a key that is already chosen."""

    key: str
    name: str
    parent: str
    path: str


class Place(Struct, frozen=True, kw_only=True):
    """What a path means.

    Attributes:
        path: the path, in its normal form.
        key: the collection; empty where there is none and none is to be made.
        new: the collections that must be made for it, parents first.
        steps: normal path of each level → its key.
        problem: why it has no key, for a person.
    """

    path: str
    key: str = ""
    new: tuple[NewFolder, ...] = ()
    steps: Mapping[str, str] = {}
    problem: str = ""


def parts(path: str) -> tuple[str, ...]:
    r"""The names in a path, outermost first.

    Raises:
        UsageError: it holds none, or an empty one, or one that is too long; or it is no text.
    """
    mapping.text(path)
    names = [""]
    for piece in _PIECES.findall(path):
        if piece == "/":
            names.append("")
        else:
            names[-1] += piece[1:] if piece in ("\\/", "\\\\") else piece
    said = [_same(mapping.clean(name.strip())) for name in names]
    while len(said) > 1 and not said[-1]:
        del said[-1]
    while len(said) > 1 and not said[0]:
        del said[0]
    if not all(said):
        raise UsageError(f"{path!r} is no collection path", hint="for example: Reading/Synthesis")
    if long := next((name for name in said if len(name) > NAME_CHARACTERS), ""):
        raise UsageError(f"a collection's name has at most {NAME_CHARACTERS} characters: {long!r}")
    return tuple(said)


def joined(names: tuple[str, ...]) -> str:
    """A path in its normal form."""
    return "/".join(re.sub(r"\\(?=[\\/]|$)|/", r"\\\g<0>", name) for name in names)


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def path_of(folders: Mapping[str, Folder], key: str) -> str:
    """The path of a collection."""
    names: list[str] = []
    seen: set[str] = set()
    while key in folders and key not in seen:
        seen.add(key)
        names.insert(0, folders[key].name)
        key = folders[key].parent
    return joined(tuple(names))


def live(folders: Mapping[str, Folder], key: str) -> bool:
    """Whether a collection is there, and neither it nor one above it is in the trash."""
    seen: set[str] = set()
    while key and key not in seen:
        found = folders.get(key)
        if found is None or found.deleted:
            return False
        seen.add(key)
        key = found.parent
    return True


def tree(folders: Mapping[str, Folder]) -> Iterator[tuple[int, Folder]]:
    """All live collections with their depth, parents first, by name."""
    children: dict[str, list[Folder]] = {}
    for folder in folders.values():
        if live(folders, folder.key):
            children.setdefault(folder.parent, []).append(folder)
    stack = [(0, f) for f in sorted(children.get("", []), key=_order, reverse=True)]
    while stack:
        depth, folder = stack.pop()
        yield depth, folder
        below = sorted(children.get(folder.key, []), key=_order, reverse=True)
        stack += [(depth + 1, f) for f in below]


def _order(folder: Folder) -> tuple[str, str]:
    return folder.name.casefold(), folder.key


def find(folders: Mapping[str, Folder], path: str) -> str:
    """The key of the collection of that path, or an empty string.

    Raises:
        SyncError: two of one name lie at one level.
    """
    key = ""
    for number, name in enumerate(parts(path)):
        found = _named(folders, key, name, joined(parts(path)[: number + 1]))
        if not found:
            return ""
        key = found
    return key


def _named(folders: Mapping[str, Folder], parent: str, name: str, path: str) -> str:
    found = [
        f.key
        for f in folders.values()
        if f.parent == parent and _same(f.name) == name and live(folders, f.key)
    ]
    if len(found) > 1:
        raise SyncError(
            f"two collections are called {path!r}: {' and '.join(sorted(found))}",
            hint="rename or merge one of them in Zotero",
        )
    return found[0] if found else ""


def place(
    view: View, library: str, path: str, made: Mapping[str, NewFolder], *, again: bool = False
) -> Place:
    """What a path means, and what must be made for it.

    A collection is found by its name; else by what the path meant last time, however it is called
    by now and wherever it is; else it is made, unless somebody deleted it.

    Args:
        view: the library.
        library: the library's path, for the keys of new collections.
        path: the path.
        made: the collections that this plan makes already, by path.
        again: make anew what somebody deleted.

    Raises:
        SyncError: two collections of one name lie at one level.
        UsageError: it is no path.
    """
    folders = view.folders()
    names = parts(path)
    parent = ""
    new: list[NewFolder] = []
    steps: dict[str, str] = {}
    paths = [joined(names[: number + 1]) for number in range(len(names))]
    for number, (name, here) in enumerate(zip(names, paths, strict=True)):
        if here in made:
            key = made[here].key
        elif key := "" if new else _named(folders, parent, name, here):
            pass
        elif (known := view.target(here)) and live(folders, known):
            key = known
        elif any(live(folders, key) for path in paths[number + 1 :] if (key := view.target(path))):
            parent = "?"  # deleted, and one below it was moved out before: under no known one
            continue
        else:
            key, problem = _chosen(view, library, here, parent, name, known, again=again)
            if problem:
                return Place(path=joined(names), problem=problem)
            if key not in folders:
                new.append(NewFolder(key, name, parent, here))
        steps[here] = parent = key
    return Place(path=joined(names), key=parent, new=tuple(new), steps=steps)


def _chosen(
    view: View, library: str, path: str, parent: str, name: str, known: str, *, again: bool
) -> tuple[str, str]:
    """The key of a collection to be made, or why it is not."""
    folders = view.folders()
    gone = f"the collection {path!r} was deleted in Zotero"
    if known and not again:
        return "", gone
    for generation in range(1000):
        key = identity.key_of(library, f"collection:{parent}/{name}", generation)
        if live(folders, key):
            return key, ""  # ours, renamed; a state of ours was lost
        if key not in folders and not view.erased(key):
            return key, ""
        if not again:
            return "", gone
    raise AssertionError("a thousand collections of one name were deleted")
