"""Which ways to Zotero work here: the Web API, the API of a running Zotero, its connector."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from paperexport_zotero import access
from paperexport_zotero._core import PaperExportError, Refused
from paperexport_zotero.access import Where

OFF = (
    "in Zotero: Settings → Advanced → Allow other applications on this computer to communicate "
    "with Zotero"
)


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
    writable = [home.name for home in homes if home.writable]
    if not writable:
        return Check(
            "Web API",
            works=False,
            found=f"the key sees {len(homes)} libraries and may write to none",
            do=f"give it more rights at {access.KEYS_PAGE.removesuffix('/new')}",
        )
    return Check("Web API", works=True, found=f"may write to {', '.join(writable)}")


def _local(place: Where, how: dict[str, Any]) -> Check:
    try:
        with access.opened(place, **how) as service:
            service.get("/users/0/collections", {"limit": 1}, absolute=True)
    except Refused as error:
        if error.status == 403:
            return Check("local API", works=False, found="Zotero runs, its API is off", do=OFF)
        raise
    except PaperExportError as error:
        return Check(
            "local API", works=False, found=f"no Zotero runs here: {error.message}",
            do="start Zotero, or use the Web API",
        )  # fmt: skip
    if not service.server.removeprefix("local:").strip() or "://" in service.server:
        return Check(
            "local API", works=False, found="a Zotero before 10: it can be read, not written",
            do="update Zotero, or use the Web API",
        )  # fmt: skip
    known = service.server in access.kept(place.keys) if place.keys else False
    if not known and place.key is None:
        return Check(
            "local API", works=False, found="can be read; to write it wants a key",
            do="`paperexport zotero login --local`",
        )  # fmt: skip
    return Check("local API", works=True, found="can be read and written (--local)")


def _connector(place: Where, how: dict[str, Any]) -> Check:
    with access.desktop(place, **how) as service:
        answer = service.once("GET", "/connector/ping")
    if answer.status != 200:
        return Check("connector", works=False, found=f"it answers {answer.status}")
    return Check(
        "connector",
        works=True,
        found="sends to the collection that is open in Zotero",
        do="`paperexport zotero send`; it tells no keys and knows no duplicates",
    )
