"""A loopback Zotero: the Web API v3, as strict as the real one, with a script of faults."""

from paperexport_zotero.testing._library import Collection, Item, Library
from paperexport_zotero.testing._local import LocalZotero
from paperexport_zotero.testing._server import (
    ApiKey,
    Fault,
    Group,
    Reply,
    Request,
    User,
    ZoteroServer,
)
from paperexport_zotero.testing._wire import Wire

__all__ = [
    "ApiKey",
    "Collection",
    "Fault",
    "Group",
    "Item",
    "Library",
    "LocalZotero",
    "Reply",
    "Request",
    "User",
    "Wire",
    "ZoteroServer",
]
