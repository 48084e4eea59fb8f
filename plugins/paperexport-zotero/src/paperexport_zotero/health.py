"""Which ways to Zotero work here: the Web API, the API of a running Zotero, its connector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from paperexport_zotero import access
from paperexport_zotero._core import PaperExportError
from paperexport_zotero.access import Where


class Check(Struct, frozen=True):
    """One way: whether it works, what was found, what to do about it."""

    way: str
    works: bool
    found: str
    do: str = ""


def checks(web: Where, local: Where, **how: Any) -> list[Check]:
    """Try each way once; nothing is written.

    Args:
        web: the Web API.
        local: the API of a running Zotero.
        how: as :func:`~paperexport_zotero.service.connect` takes it.
    """
    how.setdefault("attempts", 1)
    return [
        _tried("Web API", lambda: _web(web, how)),
        _tried("local API", lambda: _local(local, how)),
        _tried("connector", lambda: _connector(local, how)),
    ]


def _tried(way: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except PaperExportError as error:
        return Check(way, works=False, found=error.message, do=error.hint)


def _web(place: Where, how: dict[str, Any]) -> Check:
    with access.opened(place, **how) as service:
        homes = access.homes(service)
    writable = [f"{home.said} ({home.name})" for home in homes if home.writable]
    if not writable:
        found = "the key may write to none of the libraries that it sees"
        return Check("Web API", works=False, found=found, do=access.RIGHTS)
    return Check("Web API", works=True, found=f"may write to {', '.join(writable)}")


def _local(place: Where, how: dict[str, Any]) -> Check:
    with access.opened(place, **how) as service:
        mine = access.find(service)
    if not mine.writable:
        return Check("local API", works=False, found=mine.why, do=mine.do)
    return Check("local API", works=True, found="can be read and written (--local)")


def _connector(place: Where, how: dict[str, Any]) -> Check:
    with access.desktop(place, **how) as service:
        answer = service.once("GET", "/connector/ping")
    if answer.status != 200:
        found = f"what answers there is no Zotero ({answer.status})"
        return Check("connector", works=False, found=found, do=access.START)
    return Check(
        "connector",
        works=True,
        found="sends to the collection that is open in Zotero",
        do="`paperexport zotero send`, where nothing else works: it knows no duplicates",
    )
