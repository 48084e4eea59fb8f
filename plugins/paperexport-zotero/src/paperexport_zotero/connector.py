"""The last resort: send papers to the open Zotero, as the browser's button does.

No key comes back and nothing is looked up: what is sent twice is there twice, in whatever
collection is selected. It is no sync, and nothing of it is remembered.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from paperexport_zotero import mapping
from paperexport_zotero._core import Refused
from paperexport_zotero.items import Wanted
from paperexport_zotero.service import Service


def send(service: Service, wanted: Sequence[Wanted], *, uri: str = "") -> int:
    """Send papers to the collection that is open in a running Zotero.

    Args:
        service: a connection whose base is the root of Zotero's server, not its API.
        wanted: the papers; their ``collections`` mean nothing here.
        uri: of the page that they come from.

    Returns:
        how many were sent.

    Raises:
        Unreachable: no Zotero runs here.
        Refused: it does not take them.
    """
    items: list[dict[str, Any]] = []
    for number, one in enumerate(wanted):
        data = mapping.to_item(one.record, one.key).data
        tags = [*data.get("tags", ()), *({"tag": tag} for tag in one.tags)]
        items.append({"id": f"paper{number}", **data, "tags": tags})
    body = {"sessionID": uuid.uuid4().hex, "uri": uri or "http://localhost/", "items": items}
    headers = {"Content-Type": "application/json", "X-Zotero-Connector-API-Version": "3"}
    data_sent = json.dumps(body).encode("utf-8")
    answer = service.once("POST", "/connector/saveItems", {}, headers, data_sent)
    if answer.status != 201:
        said = answer.body[:200].decode("utf-8", "replace")
        raise Refused(
            f"Zotero refused: {answer.status} {said}",
            hint="select a library that can be edited, in Zotero",
            status=answer.status,
        )
    return len(items)
