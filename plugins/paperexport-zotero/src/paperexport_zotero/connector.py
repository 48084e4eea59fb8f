"""The last resort: send papers to the open Zotero, as the browser's button does.

No key comes back and nothing is looked up: what is sent twice is there twice, in whatever
collection is selected. It is no sync, and nothing of it is remembered.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from paperexport_zotero import mapping
from paperexport_zotero._core import Refused, SettingsError
from paperexport_zotero.items import Wanted
from paperexport_zotero.service import Answer, Service

SELECT = "select a library that can be edited, in Zotero"


class _Selected(Struct, frozen=True):
    """What a running Zotero says of what is open in it."""

    libraryName: str  # noqa: N815 - the server's
    editable: bool
    id: int | str | None = None
    name: str = ""


class Target(Struct, frozen=True):
    """What is open in a running Zotero.

    Attributes:
        library: the name of the library.
        collection: the name of the collection; empty where none is selected.
        editable: whether anything can be saved there.
    """

    library: str
    collection: str
    editable: bool

    def __str__(self) -> str:
        return f"{self.collection!r} in {self.library}" if self.collection else self.library


def selected(service: Service) -> Target:
    """What is open in a running Zotero.

    Args:
        service: a connection whose base is the root of Zotero's server, not its API.

    Raises:
        Unreachable: no Zotero runs here.
        Refused: it does not say.
        Lost: what it says means nothing.
    """
    said = _posted(service, "getSelectedCollection", {}, 200).json(_Selected)
    return Target(said.libraryName, said.name if said.id is not None else "", said.editable)


def send(service: Service, wanted: Sequence[Wanted], *, uri: str = "") -> Target:
    """Send papers to the collection that is open in a running Zotero.

    Args:
        service: a connection whose base is the root of Zotero's server, not its API.
        wanted: the papers; their ``collections`` mean nothing here.
        uri: of the page that they come from.

    Returns:
        where they were sent.

    Raises:
        Unreachable: no Zotero runs here.
        SettingsError: what is open cannot be edited.
        Refused: it does not take them.
    """
    target = selected(service)
    if not target.editable:
        raise SettingsError(f"{target} is open in Zotero and cannot be edited", hint=SELECT)
    items: list[dict[str, Any]] = []
    for number, one in enumerate(wanted):
        data = mapping.to_item(one.record, one.key).data
        tags = [*data.get("tags", ()), *({"tag": tag} for tag in one.tags)]
        items.append({"id": f"paper{number}", **data, "tags": tags})
    body = {"sessionID": uuid.uuid4().hex, "uri": uri or "http://localhost/", "items": items}
    _posted(service, "saveItems", body, 201)
    return target


def _posted(service: Service, endpoint: str, body: dict[str, Any], good: int) -> Answer:
    headers = {"Content-Type": "application/json", "X-Zotero-Connector-API-Version": "3"}
    data = json.dumps(body).encode("utf-8")
    answer = service.once("POST", f"/connector/{endpoint}", {}, headers, data)
    if answer.status != good:
        said = answer.body[:200].decode("utf-8", "replace")
        raise Refused(f"Zotero refused: {answer.status} {said}", hint=SELECT, status=answer.status)
    return answer
