"""Bringing the index of a library up to date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from paperexport_zotero._core import Refused, SyncError
from paperexport_zotero.items import Folder
from paperexport_zotero.service import MOST, Answer, Held, Service
from paperexport_zotero.state import State

RESTARTS = 8
"""How often a library may change while it is read, before we give up."""
ALL = {"includeTrashed": 1}
"""Without it, what is in the trash is neither listed nor told to be gone."""


class Deleted(Struct, frozen=True):
    """The keys of what was erased for good."""

    items: list[str]
    collections: list[str]


def pull(service: Service, state: State) -> None:
    """Read what has changed since the last time: once a list of versions, then by key.

    Raises:
        SyncError: the library changes faster than it can be read.
        RemoteError: Zotero could not be asked.
    """
    for _ in range(RESTARTS):
        if _pulled(service, state):
            return
    raise SyncError(
        "the library changes faster than it can be read", hint="try again when it is quiet"
    )


def _pulled(service: Service, state: State) -> bool:
    """One attempt; whether the library stood still meanwhile."""
    since = 0 if service.local else state.version
    parameters: dict[str, str | int] = {"format": "versions", **ALL}
    if since:
        parameters["since"] = since
    listing = service.get("/items/top", parameters, since=since, kind=dict[str, int])
    if listing.status == 304:
        return True
    target = listing.version
    found = listing.json(dict[str, int])
    held = state.versions(found)
    news = [key for key, version in found.items() if held.get(key) != version]
    if service.local and not news and target == state.version and set(found) == state.keys():
        return True
    folders, changed, still = _folders(service, state, target)
    gone: list[str] = []
    closed: list[str] = []
    if service.local:
        # The API of a running Zotero has no /deleted: what it no longer lists is gone.
        gone = sorted(state.keys() - set(found))
    else:
        answer = service.get("/deleted", {"since": since}, kind=Deleted)
        still = still and answer.version == target
        erased = answer.json(Deleted)
        gone, closed = erased.items, erased.collections
    for keys in _chunks(news):
        asked = {"itemKey": ",".join(keys), "limit": 100, **ALL}
        answer = service.get("/items", asked, kind=list[Held])
        with state.transaction():
            for one in answer.json(list[Held]):
                state.keep_item(one.data, one.version)
        still = still and answer.version == target
    if not still:
        return False  # what was read is held, and not asked for again
    with state.transaction():
        state.drop(key for key in gone if key not in found)
        state.keep_folders(changed, only=folders, gone=closed)
        state.version = target
    return True


def _folders(
    service: Service, state: State, target: int
) -> tuple[dict[str, int], list[Folder], bool]:
    """All collections' versions, those that changed, and whether the library stood still.

    Subcollections of an erased collection are not told in ``/deleted``, so all are listed.
    """
    answer = service.get("/collections", {"format": "versions"}, kind=dict[str, int])
    listed = answer.json(dict[str, int])
    still = answer.version == target
    held = state.folders()
    news = [k for k, version in listed.items() if k not in held or held[k].version != version]
    changed: list[Folder] = []
    for keys in _chunks(news):
        asked = {"collectionKey": ",".join(keys), "limit": 100}
        answer = service.get("/collections", asked, kind=list[Held])
        changed += [folder_of(one.data, one.version) for one in answer.json(list[Held])]
        still = still and answer.version == target
    return listed, changed, still


def folder_of(data: Mapping[str, Any], version: int) -> Folder:
    """A collection from its JSON."""
    return Folder(
        key=data["key"],
        version=version,
        name=data["name"],
        parent=data.get("parentCollection") or "",
        deleted=bool(data.get("deleted")),
    )


def members(service: Service, collection: str) -> set[str]:
    """The keys of the items in a collection, as the server says now; none where it is gone."""
    try:
        answer: Answer = service.get(
            f"/collections/{collection}/items/top",
            {"format": "versions", **ALL},
            kind=dict[str, int],
        )
    except Refused as error:
        if error.status == 404:
            return set()
        raise
    return set(answer.json(dict[str, int]))


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), MOST):
        yield keys[start : start + MOST]
